/*
 * experiment's verdict: arms beside the base, factors, the hold-out, and what it all says, from counts alone.
 *
 * Rates have Wilson's interval, differences Newcombe's, ratios Katz's, money Welch's. Of several variants each is
 * compared with the base and the p-values corrected by Holm; with one variant the base is the hold-out.
 */
#include "feature/experiment/experiment_int.h"

#include <math.h>

static str percent_of(struct arena *a, double x) { return arena_printf(a, "%.3g%%", x * 100); }
static str exactly(struct arena *a, double x) { return arena_printf(a, "%.2f%%", x * 100); }
static double rate(const struct experiment_side *s) { return s->ripe ? (double)s->hits / (double)s->ripe : 0; }

static bool enough(const struct experiment_side *s)
{
	return s->ripe >= EXPERIMENT_RIPE_MIN && s->hits >= EXPERIMENT_HITS_MIN && s->ripe - s->hits >= EXPERIMENT_HITS_MIN;
}

static str label(const struct experiment_sums *s, size_t i, enum lang lang)
{
	return i < s->n ? trial_label(&s->trial, (i64)i) : str_c(text_raw(T_EXPERIMENT_HELD, lang));
}

static struct stat_moments money(const struct experiment_side *s) { return (struct stat_moments){ s->ripe, (double)s->paid, s->squares }; }

static void arm_fill(const struct experiment_sums *s, size_t i, enum lang lang, struct experiment_arm *v)
{
	const struct experiment_side *o = &s->sides[i];
	*v = (struct experiment_arm){
		.key = str_c(trial_key(i < s->n ? (i64)i : TRIAL_HELD)), .label = label(s, i, lang), .share = o->share, .people = o->people,
		.ripe = o->ripe, .hits = o->hits, .enough = enough(o), .rate = rate(o), .buyers = o->buyers, .paid = o->paid,
		.mean = o->ripe ? (double)o->paid / (double)o->ripe : 0, .lost = o->lost, .p = 1,
	};
	stat_wilson(o->hits, o->ripe, STAT_Z95, &v->low, &v->high);
}

static void arm_compare(const struct experiment_side *o, const struct experiment_side *base, struct experiment_arm *v)
{
	if (!o->ripe || !base->ripe)
		return;
	v->compared = true;
	v->diff = rate(o) - rate(base);
	stat_difference(o->hits, o->ripe, base->hits, base->ripe, STAT_Z95, &v->diff_low, &v->diff_high);
	v->related = stat_ratio(o->hits, o->ripe, base->hits, base->ripe, STAT_Z95, &v->lift_low, &v->lift_high);
	if (v->related) {
		v->lift = rate(o) / rate(base) - 1;
		v->lift_low -= 1;
		v->lift_high -= 1;
	}
	v->money = v->mean - (double)base->paid / (double)base->ripe;
	stat_mean_difference(money(o), money(base), &v->money_low, &v->money_high);
	stat_two_proportions(o->hits, o->ripe, base->hits, base->ripe, &v->p);
}

static void correct(struct experiment_arm *arms, size_t n, size_t base)
{
	double p[EXPERIMENT_SIDES];
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		if (i != base)
			p[count++] = arms[i].p;
	stat_holm(p, count);
	for (size_t i = n; i-- > 0;)
		if (i != base)
			arms[i].p = p[--count];
}

static void best_fill(struct arena *a, const struct experiment_sums *s, struct experiment_arm *arms, double *ret_remaining)
{
	double best[TRIAL_VARIANTS_MAX];
	experiment_best(a, s, (u64)s->row.id, best, ret_remaining);
	for (size_t i = 0; i < s->n; i++)
		arms[i].best = best[i];
}

/* ---- factors ---- */

static void level_fill(const struct experiment_sums *s, size_t factor, str level, struct experiment_level *v)
{
	const struct experiment_cell *c = s->plan.cells.v;
	double sum = 0, variance = 0;
	*v = (struct experiment_level){ .factor = ((const struct experiment_factor *)s->plan.factors.v)[factor].name, .level = level, .enough = true };
	for (size_t i = 0; i < s->n; i++) {
		double p = rate(&s->sides[i]);
		if (!str_eq(c[i].levels.v[factor], level))
			continue;
		v->cells++;
		v->enough &= enough(&s->sides[i]);
		sum += p;
		variance += s->sides[i].ripe ? p * (1 - p) / (double)s->sides[i].ripe : 0;
	}
	if (!v->cells || !v->enough)
		return;
	double m = (double)v->cells, half = STAT_Z95 * sqrt(variance) / m;
	v->rate = sum / m;
	v->low = fmax(0, v->rate - half);
	v->high = fmin(1, v->rate + half);
}

/* Variants weigh alike, whatever their shares, so that a factor is not seen through another one's traffic. */
static struct list levels_of(struct arena *a, const struct experiment_sums *s)
{
	const struct experiment_factor *f = s->plan.factors.v;
	struct experiment_level *v = ARENA_ARRAY(a, struct experiment_level, EXPERIMENT_FACTORS_MAX * EXPERIMENT_LEVELS_MAX);
	size_t n = 0;
	for (size_t i = 0; s->plan.factors.n > 1 && i < s->plan.factors.n; i++)
		for (size_t k = 0; k < f[i].levels.n; k++) {
			level_fill(s, i, f[i].levels.v[k], &v[n]);
			n += v[n].cells > 0;
		}
	return (struct list){ v, n };
}

/* ---- beside the hold-out ---- */

static struct reach_lift *lift_of(struct arena *a, const struct experiment_sums *s)
{
	const struct experiment_side *h = &s->sides[s->n];
	struct reach_side treated = { 0 }, held = { h->ripe, h->buyers, h->paid, h->squares };
	struct reach_lift *lift = ARENA_NEW(a, struct reach_lift);
	double meant = 0, all = h->meant;
	for (size_t i = 0; i < s->n; i++) {
		treated.people += s->sides[i].ripe;
		treated.buyers += s->sides[i].buyers;
		treated.paid += s->sides[i].paid;
		treated.squares += s->sides[i].squares;
		meant += s->sides[i].meant;
	}
	all += meant;
	reach_lift_between(a, &treated, &held, all > 0 ? 100 * h->meant / all : 0, lift);
	lift->since_ms = s->row.started == NIL ? 0 : s->row.started;
	lift->until_ms = s->now;
	return lift;
}

/* ---- the verdict ---- */

struct judging { struct arena *a; const struct experiment_sums *s; struct experiment_arm *arms; size_t n, base; enum lang lang; };

static double srm(const struct judging *j)
{
	i64 seen[EXPERIMENT_SIDES];
	double shares[EXPERIMENT_SIDES], all = 0;
	size_t n = 0;
	for (size_t i = 0; i < j->n; i++)
		all += j->s->sides[i].meant;
	for (size_t i = 0; i < j->n && all > 0; i++) {
		if (j->s->sides[i].meant <= 0 && !j->s->sides[i].people)
			continue; /* never had a share: no arm */
		seen[n] = j->s->sides[i].people;
		shares[n++] = j->s->sides[i].meant / all;
	}
	return n > 1 ? stat_srm(seen, shares, n) : 1;
}

static i64 least_of(const struct experiment_sums *s)
{
	i64 least = INT64_MAX;
	for (size_t i = 0; i < s->n; i++)
		least = int_min(least, s->sides[i].ripe);
	return s->n == 1 ? int_min(least, s->sides[1].ripe) : least;
}

static str fill(const struct judging *j, enum text t, str value, str limit, str field)
{
	struct text_hole holes[] = { { "value", value }, { "limit", limit }, { "field", field } };
	return text_fill(j->a, t, j->lang, holes, ARRAY_LEN(holes));
}

static void set(struct experiment_result *r, const char *verdict, size_t best, str words)
{
	r->verdict = str_c(verdict);
	r->best = best == SIZE_MAX ? STR_NIL : str_c(trial_key((i64)best));
	r->words = words;
}

static void judge_bandit(const struct judging *j, struct experiment_result *r)
{
	size_t best = 0;
	for (size_t i = 1; i < j->s->n; i++)
		if (j->arms[i].best > j->arms[best].best)
			best = i;
	bool stop = j->arms[best].best > EXPERIMENT_SURE && r->remaining < EXPERIMENT_LEFT;
	str sure = percent_of(j->a, j->arms[best].best), left = percent_of(j->a, r->remaining);
	set(r, stop ? "stop" : "bandit", best, fill(j, stop ? T_EXPERIMENT_V_STOP : T_EXPERIMENT_V_BANDIT, j->arms[best].label, sure, left));
}

static void judge_fixed(const struct judging *j, struct experiment_result *r)
{
	size_t best = SIZE_MAX;
	bool all_worse = true;
	for (size_t i = 0; i < j->s->n; i++) {
		if (i == j->base)
			continue;
		bool sure = j->arms[i].p < EXPERIMENT_ALPHA;
		all_worse &= sure && j->arms[i].diff < 0;
		if (sure && j->arms[i].diff > 0 && (best == SIZE_MAX || j->arms[i].rate > j->arms[best].rate))
			best = i;
	}
	str base = label(j->s, j->base, j->lang);
	if (best != SIZE_MAX)
		set(r, "winner", best, fill(j, T_EXPERIMENT_V_WINNER, j->arms[best].label, base, arena_printf(j->a, "%.2f", 100 * j->arms[best].diff)));
	else if (all_worse)
		set(r, "base", j->base < j->s->n ? j->base : SIZE_MAX, fill(j, T_EXPERIMENT_V_BASE, base, STR_NIL, STR_NIL));
	else
		set(r, "none", SIZE_MAX, fill(j, T_EXPERIMENT_V_NONE, base, STR_NIL, STR_NIL));
}

/* The sample is closed and everybody's days are over. */
static bool complete(const struct experiment_sums *s)
{
	return s->row.filled != NIL && s->row.filled + s->plan.days * MS_DAY <= s->now;
}

/* The best one makes more people delete a member than the base does. */
static void warn(const struct judging *j, struct experiment_result *r)
{
	const struct experiment_side *base = &j->s->sides[j->base], *o;
	i64 best = TRIAL_HELD;
	double p;
	if (!r->best.p || !trial_of_key(r->best, &best) || best < 0 || (size_t)best == j->base)
		return;
	o = &j->s->sides[best];
	if (stat_two_proportions(o->lost, o->ripe, base->lost, base->ripe, &p) > 0 && p < EXPERIMENT_ALPHA)
		r->warning = fill(j, T_EXPERIMENT_V_LOST, j->arms[best].label, exactly(j->a, (double)base->lost / (double)base->ripe),
				  exactly(j->a, (double)o->lost / (double)o->ripe));
}

static void judge(const struct judging *j, struct experiment_result *r)
{
	bool fixed = str_eq_c(j->s->plan.mode, "fixed");
	if (!r->people)
		set(r, "nobody", SIZE_MAX, fill(j, T_EXPERIMENT_V_NOBODY, STR_NIL, STR_NIL, STR_NIL));
	else if (!r->srm_ok)
		set(r, "broken", SIZE_MAX, fill(j, T_EXPERIMENT_V_BROKEN, arena_printf(j->a, "%.2g", r->srm_p), STR_NIL, STR_NIL));
	else if (fixed ? !complete(j->s) : r->least < EXPERIMENT_RIPE_MIN)
		set(r, "wait", SIZE_MAX, fill(j, T_EXPERIMENT_V_WAIT, arena_printf(j->a, "%lld", (long long)r->least),
					      arena_printf(j->a, "%lld", (long long)(fixed ? r->needed : EXPERIMENT_RIPE_MIN)),
					      arena_printf(j->a, "%lld", (long long)r->days)));
	else if (fixed)
		judge_fixed(j, r);
	else
		judge_bandit(j, r);
	warn(j, r);
}

void experiment_judge(struct arena *a, const struct experiment_sums *s, enum lang lang, struct experiment_result *ret)
{
	size_t n = s->n + 1, base = s->n > 1 ? 0 : s->n;
	struct experiment_arm *arms = ARENA_ARRAY(a, struct experiment_arm, n);
	const struct judging j = { a, s, arms, n, base, lang };
	bool held = s->plan.held > 0 || s->sides[s->n].people > 0 || s->sides[s->n].share > 0;
	*ret = (struct experiment_result){
		.base = str_c(trial_key(base < s->n ? (i64)base : TRIAL_HELD)), .needed = s->row.needed, .least = least_of(s), .days = s->plan.days,
		.currency = s->currency, .best = STR_NIL, .warning = STR_NIL, .levels = levels_of(a, s), .arms = { arms, s->n },
	};
	for (size_t i = 0; i < n; i++) {
		arm_fill(s, i, lang, &arms[i]);
		ret->people += s->sides[i].people;
		if (i != base && (i < s->n || held))
			arm_compare(&s->sides[i], &s->sides[base], &arms[i]);
	}
	correct(arms, s->n, base);
	best_fill(a, s, arms, &ret->remaining);
	ret->srm_p = srm(&j);
	ret->srm_ok = ret->srm_p >= STAT_SRM_P;
	if (held) {
		ret->held = &arms[s->n];
		ret->lift = lift_of(a, s);
	}
	judge(&j, ret);
}
