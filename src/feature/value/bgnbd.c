/*
 * BG/NBD: likelihood with its gradient, and what follows from the parameters.
 */
#include "feature/value/bgnbd.h"

#include "base/fit.h"
#include "base/special.h"

#include <math.h>

#define START_R 0.5
#define SINGULAR 1e-6 /* a = 1 and a + b = 1 are removable: stepped around by this much */

struct bgnbd_data bgnbd_data_new(struct arena *a)
{
	return (struct bgnbd_data){ .arena = a, .at = imap_new(a) };
}

static i64 within(i64 v, i64 most) { return int_max(0, int_min(v, most)); }

struct bgnbd_row *bgnbd_add(struct bgnbd_data *d, i64 x, i64 tx, i64 t, i64 people)
{
	x = within(x, BGNBD_X_MAX);
	t = within(t, BGNBD_DAYS_MAX);
	tx = x ? within(tx, t) : 0;
	i64 key = (x << 40) | (tx << 20) | t, at;
	if (!imap_get(&d->at, key, &at)) {
		at = (i64)d->rows.n;
		imap_put(&d->at, key, at);
		vec_push(d->arena, &d->rows, (struct bgnbd_row){ .x = (u32)x, .tx = (u32)tx, .t = (u32)t });
	}
	d->rows.v[at].n += (u32)people;
	d->people += people;
	d->repeaters += x ? people : 0;
	d->purchases += x * people;
	return &d->rows.v[at];
}

/* ---- likelihood ---- */

/* What depends on the parameters and x alone. */
struct of_x { double constant, log_ratio, by_r, by_a, by_b, by_ratio; };
struct pass {
	const struct bgnbd_data *d;
	double *log_day; /* ln(alpha + day / 7) */
	struct of_x *of;
	size_t days, xs;
};

static struct pass pass_new(const struct bgnbd_data *d)
{
	struct pass s = { .d = d, .days = 1, .xs = 1 };
	for (size_t i = 0; i < d->rows.n; i++) {
		s.days = d->rows.v[i].t >= s.days ? d->rows.v[i].t + 1 : s.days;
		s.xs = d->rows.v[i].x >= s.xs ? d->rows.v[i].x + 1 : s.xs;
	}
	s.log_day = ARENA_ARRAY(d->arena, double, s.days);
	s.of = ARENA_ARRAY(d->arena, struct of_x, s.xs);
	return s;
}

static void prepare(struct pass *s, const struct bgnbd *p, bool slopes)
{
	for (size_t i = 0; i < s->days; i++)
		s->log_day[i] = log(p->alpha + (double)i / DAYS_A_WEEK);
	double always = log_gamma(p->a + p->b) - log_gamma(p->b) - log_gamma(p->r) + p->r * log(p->alpha);
	double r0 = digamma(p->r), ab0 = digamma(p->a + p->b), b0 = digamma(p->b), log_alpha = log(p->alpha);
	for (size_t x = 0; x < s->xs; x++) {
		struct of_x *o = &s->of[x];
		double n = (double)x;
		o->constant = always + log_gamma(p->r + n) + log_gamma(p->b + n) - log_gamma(p->a + p->b + n);
		o->log_ratio = x ? log(p->a / (p->b + n - 1)) : 0;
		if (!slopes)
			continue;
		double abx = digamma(p->a + p->b + n);
		o->by_r = digamma(p->r + n) - r0 + log_alpha;
		o->by_a = ab0 - abx;
		o->by_b = ab0 - b0 + digamma(p->b + n) - abx;
		o->by_ratio = x ? 1 / (p->b + n - 1) : 0;
	}
}

/* ln(e^alive + e^left) without either; *ret_left: the share of the second. */
static double log_sum(double alive, double left, double *ret_left)
{
	double e = exp(-fabs(left - alive));
	*ret_left = left > alive ? 1 / (1 + e) : e / (1 + e);
	return fmax(alive, left) + log1p(e);
}

static double pass_ll(struct pass *s, const struct bgnbd *p, double *slope)
{
	double ll = 0;
	prepare(s, p, slope != NULL);
	for (size_t i = 0; i < s->d->rows.n; i++) {
		const struct bgnbd_row *row = &s->d->rows.v[i];
		const struct of_x *o = &s->of[row->x];
		double n = row->n, power = p->r + row->x, log_t = s->log_day[row->t], log_tx = s->log_day[row->tx];
		double left = 0, sum = -power * log_t;
		if (row->x)
			sum = log_sum(-power * log_t, o->log_ratio - power * log_tx, &left);
		ll += n * (o->constant + sum);
		if (!slope)
			continue;
		double in_t = (1 - left) / (p->alpha + row->t / DAYS_A_WEEK), in_tx = left / (p->alpha + row->tx / DAYS_A_WEEK);
		slope[0] += n * (o->by_r - (1 - left) * log_t - left * log_tx);
		slope[1] += n * (p->r / p->alpha - power * (in_t + in_tx));
		slope[2] += n * (o->by_a + left / p->a);
		slope[3] += n * (o->by_b - left * o->by_ratio);
	}
	return ll;
}

double bgnbd_ll(const struct bgnbd_data *d, const struct bgnbd *p)
{
	struct arena_mark mark = arena_mark(d->arena);
	struct pass s = pass_new(d);
	double ll = pass_ll(&s, p, NULL);
	arena_reset(d->arena, mark);
	return ll;
}

/* The search runs on the mean gap, its spread, the odds of leaving and their spread: where people are much alike
 * the spreads run to their bound alone, and nothing else moves with them. */
static struct bgnbd of_search(const double *x) { return (struct bgnbd){ x[0], x[0] * x[1], x[2] * x[3], x[3] }; }

static double minus_ll(void *arg, const double *x, double *gradient)
{
	struct bgnbd p = of_search(x);
	double by[4] = { 0 }, ll = pass_ll(arg, &p, gradient ? by : NULL);
	if (gradient) {
		gradient[0] = -(by[0] + by[1] * x[1]);
		gradient[1] = -by[1] * x[0];
		gradient[2] = -by[2] * x[3];
		gradient[3] = -(by[2] * x[2] + by[3]);
	}
	return -ll;
}

void bgnbd_fit(const struct bgnbd_data *d, struct bgnbd_fit *ret)
{
	struct arena_mark mark = arena_mark(d->arena);
	struct pass s = pass_new(d);
	struct fit_problem problem = { 4, minus_ll, &s, (double)d->people };
	double start[4] = { START_R, fmax(1, (double)s.days / DAYS_A_WEEK / 4) / START_R, 0.5, 2 };
	struct fit_result best;
	*ret = (struct bgnbd_fit){ 0 };
	if (d->repeaters) {
		fit_minimize(&problem, start, &best);
		*ret = (struct bgnbd_fit){ of_search(best.x), -best.value, best.evals, best.converged };
	}
	arena_reset(d->arena, mark);
}

/* ---- what follows ---- */

/* a/(b+x-1) ((alpha+T)/(alpha+t_x))^(r+x): the odds that she has left. */
static double odds_left(const struct bgnbd *p, double x, double tx, double t)
{
	if (x <= 0)
		return 0;
	return exp(log(p->a / (p->b + x - 1)) + (p->r + x) * (log(p->alpha + t) - log(p->alpha + tx)));
}

double bgnbd_alive(const struct bgnbd *p, double x, double tx, double t)
{
	return 1 / (1 + odds_left(p, x, tx, t));
}

/* (1-z)^(r+x) 2F1(r+x, b+x; a+b+x-1; z), which lies between 0 and 1 for a > 1. Euler's other form of it,
 * (1-z)^(a-1) 2F1(a+b-1-r, a-1; a+b+x-1; z), is short where x is large, as this one is where a is. */
static double fades(const struct bgnbd *p, double a, double x, double c, double z)
{
	double power = p->r + x;
	if (a - 1 > power)
		return exp(power * log1p(-z) + log_hyper_2f1(power, p->b + x, c, z));
	double first = a + p->b - 1 - p->r;
	if (a > 1 && first > 0)
		return exp((a - 1) * log1p(-z) + log_hyper_2f1(first, a - 1, c, z));
	return pow(1 - z, a - 1) * hyper_2f1(first, a - 1, c, z);
}

/* Purchases in t weeks of somebody alive, x repeat purchases and `age` weeks old. */
static double expected_alive(const struct bgnbd *p, double x, double age, double t)
{
	double a = fabs(p->a - 1) < SINGULAR ? 1 + SINGULAR : p->a;
	double c = a + p->b + x - 1;
	if (fabs(c) < SINGULAR)
		c = SINGULAR;
	double v = c / (a - 1) * (1 - fades(p, a, x, c, t / (p->alpha + age + t)));
	return v < 0 ? 0 : v; /* rounding; NaN stays one */
}

double bgnbd_expected_new(const struct bgnbd *p, double t)
{
	return expected_alive(p, 0, 0, t);
}

double bgnbd_expected(const struct bgnbd *p, double x, double tx, double age, double t)
{
	return expected_alive(p, x, age, t) * bgnbd_alive(p, x, tx, age);
}

double bgnbd_chance(const struct bgnbd *p, i64 x, double t)
{
	double n = (double)x, log_stay = log(p->alpha / (p->alpha + t)), log_t = log(t / (p->alpha + t));
	double still = log_beta(p->a, p->b + n) - log_beta(p->a, p->b) + log_gamma(p->r + n) - log_gamma(p->r) -
		       log_gamma(n + 1) + p->r * log_stay + n * log_t;
	if (x == 0)
		return exp(still);
	double fewer = 0; /* the chance that fewer than x would have fitted into t */
	for (i64 j = 0; j < x; j++)
		fewer += exp(log_gamma(p->r + (double)j) - log_gamma(p->r) - log_gamma((double)j + 1) + p->r * log_stay +
			     (double)j * log_t);
	return exp(still) + exp(log_beta(p->a + 1, p->b + n - 1) - log_beta(p->a, p->b)) * fmax(0, 1 - fewer);
}
