/*
 * bandit: see the header.
 */
#include "base/bandit.h"

#include "base/fail.h"
#include "base/hash.h"
#include "base/stat.h"

#include <math.h>
#include <stdlib.h>

struct dice { u64 state; };

/* In (0, 1). */
static double uniform(struct dice *d) { return ((double)(hash_mix(d->state += 0x9e3779b97f4a7c15u) >> 11) + 0.5) / 9007199254740992.0; }

static double normal(struct dice *d) { return sqrt(-2 * log(uniform(d))) * cos(2 * M_PI * uniform(d)); }

/* shape >= 1, scale 1. */
static double gamma_draw(struct dice *dice, double shape)
{
	double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
	for (;;) {
		double x = normal(dice), v = 1 + c * x;
		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(uniform(dice)) < 0.5 * x * x + d - d * v + d * log(v))
			return d * v;
	}
}

static double rate_draw(struct dice *d, const struct bandit_arm *a)
{
	double x = gamma_draw(d, 1 + (double)a->hits), y = gamma_draw(d, 1 + (double)(a->n - a->hits));
	return x / (x + y);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* One draw of every arm's rate; the answer is the place of the highest. */
static size_t draw(struct dice *d, const struct bandit_arm *arms, size_t count, double *ret_rates)
{
	size_t best = 0;
	for (size_t k = 0; k < count; k++) {
		ret_rates[k] = rate_draw(d, &arms[k]);
		if (ret_rates[k] > ret_rates[best])
			best = k;
	}
	return best;
}

/* The draws are made twice, from the same seed, instead of being kept. */
void bandit_best(struct arena *a, const struct bandit_arm *arms, size_t count, u64 seed, double *ret_best, double *ret_remaining)
{
	double rates[STAT_ARMS_MAX], *left = ARENA_ARRAY(a, double, BANDIT_DRAWS);
	size_t wins[STAT_ARMS_MAX] = { 0 }, leader = 0;
	struct dice dice = { hash_mix(seed) }, again = dice;
	ASSERT(count > 0 && count <= STAT_ARMS_MAX);
	for (size_t i = 0; i < BANDIT_DRAWS; i++)
		wins[draw(&dice, arms, count, rates)]++;
	for (size_t k = 0; k < count; k++) {
		ret_best[k] = (double)wins[k] / BANDIT_DRAWS;
		if (wins[k] > wins[leader])
			leader = k;
	}
	for (size_t i = 0; i < BANDIT_DRAWS; i++) {
		size_t best = draw(&again, arms, count, rates);
		left[i] = rates[best] / rates[leader] - 1;
	}
	qsort(left, BANDIT_DRAWS, sizeof(*left), by_value);
	*ret_remaining = left[BANDIT_DRAWS * 95 / 100];
}

/* What is left over by rounding down goes to those who lost most by it. */
void bandit_shares(const double *best, size_t count, i64 least, i64 total, i64 *ret)
{
	double lost[STAT_ARMS_MAX];
	i64 free = total - (i64)count * least, given = 0;
	ASSERT(count > 0 && count <= STAT_ARMS_MAX && free >= 0);
	for (size_t i = 0; i < count; i++) {
		double exact = best[i] * (double)free;
		ret[i] = (i64)floor(exact);
		lost[i] = exact - (double)ret[i];
		given += ret[i];
	}
	for (; given < free; given++) {
		size_t most = 0;
		for (size_t i = 1; i < count; i++)
			if (lost[i] > lost[most])
				most = i;
		ret[most]++;
		lost[most] -= 1;
	}
	for (size_t i = 0; i < count; i++)
		ret[i] += least;
}
