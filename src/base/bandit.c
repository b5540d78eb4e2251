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

static double rate_draw(struct dice *d, i64 hits, i64 n)
{
	double x = gamma_draw(d, 1 + (double)hits), y = gamma_draw(d, 1 + (double)(n - hits));
	return x / (x + y);
}

/* An arm as it is drawn: its rate, and what a buyer's mean spend is known to be; without money the mean is 1. */
struct odds { i64 hits, n; bool money; double mean, weight, freedom, spread, least; };

/* The spread is drawn first (scaled inverse chi-square), then the mean given it. */
static double value_draw(struct dice *d, const struct odds *o)
{
	double rate = rate_draw(d, o->hits, o->n);
	if (!o->money)
		return rate;
	double variance = o->freedom * o->spread / (2 * gamma_draw(d, o->freedom / 2));
	return rate * fmax(o->mean + normal(d) * sqrt(variance / o->weight), o->least);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* One draw of every arm's value; the answer is the place of the highest. */
static size_t draw(struct dice *d, const struct odds *arms, size_t count, double *ret_values)
{
	size_t best = 0;
	for (size_t k = 0; k < count; k++) {
		ret_values[k] = value_draw(d, &arms[k]);
		if (ret_values[k] > ret_values[best])
			best = k;
	}
	return best;
}

/* The draws are made twice, from the same seed, instead of being kept. */
static void best_of(struct arena *a, const struct odds *arms, size_t count, u64 seed, double *ret_best, double *ret_remaining)
{
	double values[STAT_ARMS_MAX], *left = ARENA_ARRAY(a, double, BANDIT_DRAWS);
	size_t wins[STAT_ARMS_MAX] = { 0 }, leader = 0;
	struct dice dice = { hash_mix(seed) }, again = dice;
	for (size_t i = 0; i < BANDIT_DRAWS; i++)
		wins[draw(&dice, arms, count, values)]++;
	for (size_t k = 0; k < count; k++) {
		ret_best[k] = (double)wins[k] / BANDIT_DRAWS;
		if (wins[k] > wins[leader])
			leader = k;
	}
	for (size_t i = 0; i < BANDIT_DRAWS; i++) {
		size_t best = draw(&again, arms, count, values);
		left[i] = values[best] / values[leader] - 1;
	}
	qsort(left, BANDIT_DRAWS, sizeof(*left), by_value);
	*ret_remaining = left[BANDIT_DRAWS * 95 / 100];
}

void bandit_best(struct arena *a, const struct bandit_arm *arms, size_t count, u64 seed, double *ret_best, double *ret_remaining)
{
	struct odds odds[STAT_ARMS_MAX];
	ASSERT(count > 0 && count <= STAT_ARMS_MAX);
	for (size_t k = 0; k < count; k++)
		odds[k] = (struct odds){ .hits = arms[k].hits, .n = arms[k].n };
	best_of(a, odds, count, seed, ret_best, ret_remaining);
}

/* Sum of squares around the mean; sums of doubles may end a little below zero. */
static double around(double sum, double squares, double n) { return n > 0 ? fmax(squares - sum * sum / n, 0) : 0; }

void bandit_best_spend(struct arena *a, const struct bandit_spend *arms, size_t count, u64 seed, double *ret_best, double *ret_remaining)
{
	struct odds odds[STAT_ARMS_MAX];
	double buyers = 0, paid = 0, squares = 0;
	ASSERT(count > 0 && count <= STAT_ARMS_MAX);
	for (size_t k = 0; k < count; k++) {
		buyers += (double)arms[k].buyers;
		paid += arms[k].paid;
		squares += arms[k].squares;
	}
	double mean = buyers > 0 ? paid / buyers : 0, spread = buyers > 1 ? around(paid, squares, buyers) / (buyers - 1) : mean * mean;
	for (size_t k = 0; k < count; k++) {
		double n = (double)arms[k].buyers, weight = BANDIT_MEAN_BUYERS + n, freedom = BANDIT_SPREAD_BUYERS + n;
		double off = n > 0 ? arms[k].paid / n - mean : 0;
		odds[k] = (struct odds){
			.hits = arms[k].buyers, .n = arms[k].n, .money = mean > 0, .weight = weight, .freedom = freedom, .least = mean * BANDIT_MEAN_LEAST,
			.mean = (BANDIT_MEAN_BUYERS * mean + arms[k].paid) / weight,
			.spread = (BANDIT_SPREAD_BUYERS * spread + around(arms[k].paid, arms[k].squares, n) + BANDIT_MEAN_BUYERS * n / weight * off * off) / freedom,
		};
	}
	best_of(a, odds, count, seed, ret_best, ret_remaining);
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
