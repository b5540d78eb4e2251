/*
 * Thompson sampling: its probabilities beside exact ones, its shares, and that it finds the best arm with delayed
 * outcomes while every arm keeps its floor.
 */
#include "base/bandit.h"

#include "base/hash.h"
#include "base/stat.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int make(void **state)
{
	*state = arena_new(ARENA_MAX_DEFAULT);
	return 0;
}

static int drop(void **state)
{
	arena_free(*state);
	return 0;
}

/* Published: 0.996283 and 0.853284; three standard errors of 10,000 draws. */
static void two_arms_are_as_the_closed_form(void **state)
{
	const struct bandit_arm far[] = { { 200, 1000 }, { 250, 1000 } }, close[] = { { 10, 100 }, { 15, 100 } };
	double best[2], left;
	bandit_best(*state, far, 2, 1, best, &left);
	assert_true(fabs(best[1] - 0.996283) < 0.002);
	assert_true(fabs(best[0] + best[1] - 1) < 1e-12);
	assert_true(left < 0.0001); /* the leader is the best in more than 95 of 100 draws */
	bandit_best(*state, close, 2, 2, best, &left);
	assert_true(fabs(best[1] - 0.853284) < 0.011);
	assert_true(left > 0.1);
}

static void the_same_seed_gives_the_same_shares(void **state)
{
	const struct bandit_arm arms[] = { { 3, 40 }, { 5, 41 }, { 0, 0 } };
	double a[3], b[3], c[3], left_a, left_b;
	bandit_best(*state, arms, 3, 77, a, &left_a);
	bandit_best(*state, arms, 3, 77, b, &left_b);
	assert_memory_equal(a, b, sizeof(a));
	assert_true(left_a == left_b);
	bandit_best(*state, arms, 3, 78, c, &left_b);
	assert_memory_not_equal(a, c, sizeof(a));
}

static void shares_sum_up_and_keep_the_floor(void **state)
{
	double best[STAT_ARMS_MAX];
	i64 shares[STAT_ARMS_MAX];
	for (u64 round = 0; round < 500; round++) {
		size_t n = 1 + hash_mix(round) % STAT_ARMS_MAX;
		i64 total = 1000 - (i64)(hash_mix(round + 7) % 500), least = total / (i64)n / (1 + (i64)(round % 5)), sum = 0;
		double all = 0;
		for (size_t i = 0; i < n; i++)
			all += best[i] = (double)(hash_mix(round * 31 + i) % 1000) + 1e-9;
		for (size_t i = 0; i < n; i++)
			best[i] /= all;
		bandit_shares(best, n, least, total, shares);
		for (size_t i = 0; i < n; i++) {
			assert_true(shares[i] >= least);
			sum += shares[i];
		}
		assert_int_equal(sum, total);
	}
	(void)state;
}

#define DAYS 60
#define A_DAY 600
#define DELAY 7
#define LEAST 50

/* Outcomes of a day are known a week later; true rates 4, 4, 7 %. */
static void it_finds_the_best_arm_with_late_outcomes(void **state)
{
	static const double truth[3] = { 0.04, 0.04, 0.07 };
	struct bandit_arm day[DAYS][3] = { 0 }, known[3] = { 0 };
	i64 shares[3] = { 334, 333, 333 };
	u64 person = 0;
	double best[3], left;
	for (size_t d = 0; d < DAYS; d++) {
		for (size_t i = 0; i < A_DAY; i++, person++) {
			i64 at = (i64)(hash_mix(person) % 1000);
			size_t k = at < shares[0] ? 0 : at < shares[0] + shares[1] ? 1 : 2;
			day[d][k].n++;
			day[d][k].hits += (double)(hash_mix(~person) % 100000) < truth[k] * 100000;
		}
		for (size_t k = 0; d >= DELAY && k < 3; k++) {
			known[k].n += day[d - DELAY][k].n;
			known[k].hits += day[d - DELAY][k].hits;
		}
		bandit_best(*state, known, 3, d, best, &left);
		bandit_shares(best, 3, LEAST, 1000, shares);
		if (d < DELAY) /* nothing is known: all alike */
			assert_true(shares[0] > 250 && shares[0] < 420);
		for (size_t k = 0; k < 3; k++)
			assert_true(shares[k] >= LEAST);
	}
	assert_true(shares[2] > 850);
	assert_true(best[2] > 0.95);
	assert_true(left < 0.01);
	assert_true(day[DAYS - 1][2].n > 4 * day[DAYS - 1][0].n);
}

/* ---- money ---- */

#define FEW 12      /* buyers */
#define RATES 500
#define MEANS 500
#define BINS 4000

struct shop { const double *spends; size_t buyers, n; };

static struct bandit_spend spend_of(const struct shop *s)
{
	struct bandit_spend v = { (i64)s->buyers, (i64)s->n, 0, 0 };
	for (size_t i = 0; i < s->buyers; i++) {
		v.paid += s->spends[i];
		v.squares += s->spends[i] * s->spends[i];
	}
	return v;
}

/* The posterior of a person's value, by the textbook's formulas over each buyer and a grid instead of draws. */
static void naive_density(const struct shop *s, double prior_mean, double prior_spread, double most, double *ret)
{
	double k = (double)s->buyers, n = (double)s->n, sum = 0, around = 0, all = 0;
	for (size_t i = 0; i < s->buyers; i++)
		sum += s->spends[i];
	double own = k > 0 ? sum / k : 0;
	for (size_t i = 0; i < s->buyers; i++)
		around += (s->spends[i] - own) * (s->spends[i] - own);
	double weight = BANDIT_MEAN_BUYERS + k, freedom = BANDIT_SPREAD_BUYERS + k, mean = (BANDIT_MEAN_BUYERS * prior_mean + k * own) / weight;
	double spread = (BANDIT_SPREAD_BUYERS * prior_spread + around + BANDIT_MEAN_BUYERS * k / weight * (own - prior_mean) * (own - prior_mean)) / freedom;
	double scale = sqrt(spread / weight), rate = (1 + k) / (2 + n), wide = 8 * sqrt(rate * (1 - rate) / (3 + n));
	double low = fmax(rate - wide, 0), high = fmin(rate + wide, 1);
	memset(ret, 0, BINS * sizeof(*ret));
	for (size_t i = 0; i < RATES; i++) {
		double p = low + (high - low) * ((double)i + 0.5) / RATES, by_rate = exp(k * log(p / rate) + (n - k) * log((1 - p) / (1 - rate)));
		for (size_t j = 0; j < MEANS; j++) {
			double t = -30 + 60 * ((double)j + 0.5) / MEANS, weigh = by_rate * pow(1 + t * t / freedom, -(freedom + 1) / 2);
			double value = p * fmax(mean + t * scale, prior_mean * BANDIT_MEAN_LEAST);
			ret[(size_t)fmin(value / most * BINS, BINS - 1)] += weigh;
			all += weigh;
		}
	}
	for (size_t i = 0; i < BINS; i++)
		ret[i] /= all;
}

/* P(the second is worth more), from both densities. */
static double naive_second(const struct shop *shops)
{
	static double a[BINS], b[BINS];
	double buyers = 0, sum = 0, around = 0, below = 0, p = 0;
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < shops[i].buyers; k++, buyers++)
			sum += shops[i].spends[k];
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < shops[i].buyers; k++)
			around += (shops[i].spends[k] - sum / buyers) * (shops[i].spends[k] - sum / buyers);
	double mean = sum / buyers, most = mean / 2;
	naive_density(&shops[0], mean, around / (buyers - 1), most, a);
	naive_density(&shops[1], mean, around / (buyers - 1), most, b);
	for (size_t i = 0; i < BINS; i++) {
		p += b[i] * (below + a[i] / 2);
		below += a[i];
	}
	return p;
}

static void money_is_as_the_naive_posterior(void **state)
{
	static const double even[FEW] = { 90, 110, 100, 95, 105, 100, 98, 102, 97, 103, 99, 101 };
	static const double lucky[FEW] = { 20, 30, 25, 40, 15, 22, 35, 28, 31, 19, 27, 1500 };
	static const double more[FEW] = { 150, 170, 160, 155, 165, 160, 158, 162, 157, 163, 159, 161 };
	const struct shop pairs[][2] = {
		{ { even, FEW, 200 }, { more, FEW, 200 } },   /* as many buy, and more */
		{ { even, FEW, 100 }, { more, FEW - 6, 100 } }, /* half as many, and more */
		{ { even, FEW, 200 }, { lucky, FEW, 200 } },  /* one great order */
		{ { even, FEW, 200 }, { more, 1, 20 } },      /* next to nothing is known */
		{ { even, FEW, 200 }, { more, 0, 30 } },      /* nobody bought */
	};
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		const struct bandit_spend arms[2] = { spend_of(&pairs[i][0]), spend_of(&pairs[i][1]) };
		double best[2], left, p = naive_second(pairs[i]);
		bandit_best_spend(*state, arms, 2, i, best, &left);
		assert_true(fabs(best[0] + best[1] - 1) < 1e-12);
		if (fabs(best[1] - p) >= 0.018) /* three standard errors, and the grid */
			fail_msg("pair %zu: %g beside %g", i, best[1], p);
	}
}

static void money_without_a_buyer_is_the_rate_alone(void **state)
{
	const struct bandit_spend none[] = { { 0, 40, 0, 0 }, { 0, 400, 0, 0 } };
	const struct bandit_arm same[] = { { 0, 40 }, { 0, 400 } };
	double a[2], b[2], left_a, left_b;
	bandit_best_spend(*state, none, 2, 9, a, &left_a);
	bandit_best(*state, same, 2, 9, b, &left_b);
	assert_memory_equal(a, b, sizeof(a));
	const struct bandit_spend equal[] = { { 10, 100, 1000, 100000 }, { 10, 100, 1000, 100000 } }; /* all pay the same: no spread at all */
	bandit_best_spend(*state, equal, 2, 9, a, &left_a);
	assert_true(fabs(a[0] - 0.5) < 0.02 && left_a > 0 && isfinite(left_a));
}

#define ROUNDS 30
#define LATE 3
#define A_ROUND 600
#define LIVES 8

/* Zero-inflated and skew: few buy, and what they spend is log-normal around the arm's mean. */
static double spends(size_t arm, u64 person)
{
	static const double rate[3] = { 0.08, 0.06, 0.04 }, mean[3] = { 60, 90, 220 }, sigma = 0.8; /* worth 4.8, 5.4, 8.8 */
	double u = ((double)(hash_mix(person * 3 + 1) >> 11) + 0.5) / 9007199254740992.0, v = ((double)(hash_mix(person * 3 + 2) >> 11) + 0.5) / 9007199254740992.0;
	if ((double)(hash_mix(person * 3) % 1000000) >= rate[arm] * 1000000)
		return 0;
	return mean[arm] * exp(sigma * sqrt(-2 * log(u)) * cos(2 * M_PI * v) - sigma * sigma / 2);
}

/* What a life of the experiment loses beside giving everybody the best; *ret_last: the last shares. */
static double regret(struct arena *a, bool money, u64 life, i64 *ret_last)
{
	static const double worth[3] = { 4.8, 5.4, 8.8 };
	struct bandit_spend seen[ROUNDS][3] = { 0 }, known[3] = { 0 };
	struct bandit_arm counts[3];
	double best[3], left, lost = 0;
	u64 person = life * 1000000;
	i64 shares[3] = { 334, 333, 333 };
	for (size_t r = 0; r < ROUNDS; r++) {
		for (size_t i = 0; i < A_ROUND; i++, person++) {
			i64 at = (i64)(hash_mix(person ^ 0xabcdef) % 1000);
			size_t k = at < shares[0] ? 0 : at < shares[0] + shares[1] ? 1 : 2;
			double paid = spends(k, person);
			struct bandit_spend *s = &seen[r][k];
			*s = (struct bandit_spend){ s->buyers + (paid > 0), s->n + 1, s->paid + paid, s->squares + paid * paid };
			lost += worth[2] - worth[k];
		}
		for (size_t k = 0; r >= LATE && k < 3; k++) {
			const struct bandit_spend *s = &seen[r - LATE][k];
			known[k] = (struct bandit_spend){ known[k].buyers + s->buyers, known[k].n + s->n, known[k].paid + s->paid, known[k].squares + s->squares };
		}
		for (size_t k = 0; k < 3; k++)
			counts[k] = (struct bandit_arm){ known[k].buyers, known[k].n };
		if (money)
			bandit_best_spend(a, known, 3, r, best, &left);
		else
			bandit_best(a, counts, 3, r, best, &left);
		bandit_shares(best, 3, LEAST, 1000, shares);
	}
	memcpy(ret_last, shares, sizeof(shares));
	return lost;
}

/* The arm that sells to the fewest is worth the most: sharing by rate runs away from it, sharing by money finds it. */
static void money_loses_less_than_an_even_split_and_than_the_rate(void **state)
{
	double even = 0, by_money = 0, by_rate = 0;
	i64 last[3];
	for (u64 life = 0; life < LIVES; life++) {
		by_money += regret(*state, true, life, last);
		assert_true(last[2] > 600);
		for (size_t k = 0; k < 3; k++)
			assert_true(last[k] >= LEAST);
		by_rate += regret(*state, false, life, last);
		assert_true(last[0] > 600);
		even += ROUNDS * A_ROUND / 3.0 * (8.8 - 4.8 + 8.8 - 5.4);
	}
	if (getenv("YUTANG_TEST_FIGURES"))
		printf("regret beside an even split: by money %.2f, by rate %.2f\n", by_money / even, by_rate / even);
	assert_true(by_money < 0.6 * even);
	assert_true(by_rate > even);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_arms_are_as_the_closed_form), cmocka_unit_test(the_same_seed_gives_the_same_shares),
		cmocka_unit_test(shares_sum_up_and_keep_the_floor), cmocka_unit_test(it_finds_the_best_arm_with_late_outcomes),
		cmocka_unit_test(money_is_as_the_naive_posterior), cmocka_unit_test(money_without_a_buyer_is_the_rate_alone),
		cmocka_unit_test(money_loses_less_than_an_even_split_and_than_the_rate),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
