/*
 * Gamma-Gamma: likelihood with its gradient, and the mean it expects.
 */
#include "feature/value/gamma_gamma.h"

#include "base/fit.h"
#include "base/special.h"

#include <math.h>

#define X_MAX 4000

void spend_add(struct spend_data *d, i64 x, double mean, i64 people)
{
	if (x <= 0 || !(mean > 0))
		return;
	vec_push(d->arena, &d->rows, (struct spend_row){ (u32)int_min(x, X_MAX), (u32)people, mean });
	d->people += people;
}

struct of_x { double constant, digamma_q, digamma_p; };
/* Spending in units of everybody's mean, so that bounds and start fit every currency. */
struct pass { const struct spend_data *d; struct of_x *of; size_t xs; double unit; };

/* The search runs on p, q and p v / q, which is about the mean: a spread that runs to its bound moves nothing else. */
static double v_of(const double *at) { return at[2] * at[1] / at[0]; }

static double minus_ll(void *arg, const double *at, double *gradient)
{
	struct pass *s = arg;
	double p = at[0], q = at[1], v = v_of(at), ll = 0, by[3] = { 0 };
	double q0 = digamma(q), log_v = log(v);
	for (size_t x = 1; x < s->xs; x++) {
		double px = p * (double)x;
		s->of[x] = (struct of_x){ log_gamma(px + q) - log_gamma(px) - log_gamma(q) + q * log_v + px * log((double)x),
					  digamma(px + q), digamma(px) };
	}
	for (size_t i = 0; i < s->d->rows.n; i++) {
		const struct spend_row *r = &s->d->rows.v[i];
		const struct of_x *o = &s->of[r->x];
		double x = r->x, n = r->n, px = p * x, m = r->mean / s->unit, log_m = log(m), whole = x * m + v, log_w = log(whole);
		ll += n * (o->constant + (px - 1) * log_m - (px + q) * log_w);
		by[0] += n * x * (o->digamma_q - o->digamma_p + log_m + log(x) - log_w);
		by[1] += n * (o->digamma_q - q0 + log_v - log_w);
		by[2] += n * (q / v - (px + q) / whole);
	}
	if (gradient) {
		gradient[0] = -(by[0] - by[2] * v / p);
		gradient[1] = -(by[1] + by[2] * v / q);
		gradient[2] = -by[2] * v / at[2];
	}
	return -ll;
}

/* Of how often and how much, over people. */
static double correlation(const struct spend_data *d)
{
	double n = 0, sx = 0, sm = 0, sxx = 0, smm = 0, sxm = 0;
	for (size_t i = 0; i < d->rows.n; i++) {
		const struct spend_row *r = &d->rows.v[i];
		double w = r->n, x = r->x, m = r->mean;
		n += w;
		sx += w * x;
		sm += w * m;
		sxx += w * x * x;
		smm += w * m * m;
		sxm += w * x * m;
	}
	double below = sqrt((n * sxx - sx * sx) * (n * smm - sm * sm));
	return below > 0 ? (n * sxm - sx * sm) / below : 0;
}

void gamma_gamma_fit(const struct spend_data *d, struct gamma_gamma_fit *ret)
{
	struct arena_mark mark = arena_mark(d->arena);
	struct pass s = { .d = d, .xs = 1 };
	double sum = 0;
	*ret = (struct gamma_gamma_fit){ 0 };
	if (!d->rows.n)
		return;
	for (size_t i = 0; i < d->rows.n; i++) {
		s.xs = d->rows.v[i].x >= s.xs ? d->rows.v[i].x + 1 : s.xs;
		sum += d->rows.v[i].mean * d->rows.v[i].n;
	}
	s.of = ARENA_ARRAY(d->arena, struct of_x, s.xs);
	struct fit_problem problem = { 3, minus_ll, &s, (double)d->people };
	double start[3] = { 2, 3, 1 };
	struct fit_result best;
	s.unit = sum / (double)d->people;
	fit_minimize(&problem, start, &best);
	double ll = -best.value - (double)d->people * log(s.unit); /* of the density in money */
	*ret = (struct gamma_gamma_fit){ { best.x[0], best.x[1], v_of(best.x) * s.unit }, ll, correlation(d), best.evals,
					 best.converged && best.x[1] > 1 }; /* q <= 1: there is no mean over people */
	arena_reset(d->arena, mark);
}

double gamma_gamma_mean(const struct gamma_gamma *g, double x, double mean)
{
	return g->p * (g->v + x * mean) / (g->p * x + g->q - 1);
}
