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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_arms_are_as_the_closed_form), cmocka_unit_test(the_same_seed_gives_the_same_shares),
		cmocka_unit_test(shares_sum_up_and_keep_the_floor), cmocka_unit_test(it_finds_the_best_arm_with_late_outcomes),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
