/*
 * Statistics against published and independently computed values.
 */
#include "base/stat.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void near(double value, double expected, double by)
{
	if (!(fabs(value - expected) <= by))
		fail_msg("%.12g is not %.12g", value, expected);
}

static void two_proportions_have_their_check_value(void **state)
{
	double p;
	near(stat_two_proportions(250, 1000, 200, 1000, &p), 2.67740, 5e-6);
	near(p, 0.0074196, 5e-8);
	near(stat_two_proportions(200, 1000, 250, 1000, &p), -2.67740, 5e-6);
	near(p, 0.0074196, 5e-8);
	near(stat_two_proportions(0, 10, 0, 20, &p), 0, 0);
	near(p, 1, 0);
	near(stat_two_proportions(0, 0, 5, 20, &p), 0, 0);
	near(p, 1, 0);
	(void)state;
}

static void wilson_has_its_check_values(void **state)
{
	double low, high;
	stat_wilson(200, 1000, STAT_Z95, &low, &high);
	near(low, 0.176377, 5e-7);
	near(high, 0.225919, 5e-7);
	stat_wilson(0, 10, STAT_Z95, &low, &high);
	near(low, 0, 0);
	near(high, 0.277533, 5e-7);
	stat_wilson(10, 10, STAT_Z95, &low, &high);
	near(low, 1 - 0.277533, 5e-7);
	near(high, 1, 0);
	stat_wilson(0, 0, STAT_Z95, &low, &high);
	near(low, 0, 0);
	near(high, 1, 0);
	(void)state;
}

/* Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: (a) and (h). */
static void differences_have_newcombes_intervals(void **state)
{
	double low, high;
	stat_difference(56, 70, 48, 80, STAT_Z95, &low, &high);
	near(low, 0.0524, 5e-5);
	near(high, 0.3339, 5e-5);
	stat_difference(10, 10, 0, 10, STAT_Z95, &low, &high);
	near(low, 0.6075, 5e-5);
	near(high, 1, 1e-12);
	(void)state;
}

static void sample_sizes_have_their_check_values(void **state)
{
	assert_int_equal(stat_sample_size(0.10, 0.12, 0.05, 0.8), 3841);
	assert_int_equal(stat_sample_size(0.05, 0.06, 0.05, 0.8), 8158);
	assert_int_equal(stat_sample_size(0.20, 0.25, 0.05, 0.8), 1094);
	assert_int_equal(stat_sample_size(0.25, 0.20, 0.05, 0.8), 1094);
	assert_int_equal(stat_sample_size(0.2, 0.2, 0.05, 0.8), 0);
	(void)state;
}

static void the_normal_quantile_is_the_inverse(void **state)
{
	near(stat_normal_quantile(0.975), STAT_Z95, 1e-12);
	near(stat_normal_quantile(0.8), 0.8416212335729143, 1e-12);
	near(stat_normal_quantile(0.5), 0, 1e-12);
	for (double p = 0.0005; p < 1; p += 0.0005)
		near(stat_normal_cdf(stat_normal_quantile(p)), p, 1e-12);
	(void)state;
}

/* Critical values of the usual table. */
static void chi_square_has_the_tables_values(void **state)
{
	near(stat_chi2_p(3.841458820694124, 1), 0.05, 1e-9);
	near(stat_chi2_p(10.827566170662733, 1), 0.001, 1e-9);
	near(stat_chi2_p(5.991464547107979, 2), 0.05, 1e-9);
	near(stat_chi2_p(18.307038053275146, 10), 0.05, 1e-9);
	near(stat_chi2_p(0, 3), 1, 0);
	near(stat_chi2_p(2, 2), exp(-1), 1e-12); /* two degrees: exp(-x/2) */
	near(stat_chi2_p(60, 2), exp(-30), 1e-20);
	(void)state;
}

static void a_split_that_was_not_meant_is_found(void **state)
{
	const double half[] = { 0.5, 0.5 }, tenth[] = { 0.9, 0.1 };
	assert_true(stat_srm((i64[]){ 5000, 5050 }, half, 2) > 0.5);
	assert_true(stat_srm((i64[]){ 5000, 5400 }, half, 2) < STAT_SRM_P);
	assert_true(stat_srm((i64[]){ 9000, 1000 }, tenth, 2) > 0.99);
	near(stat_srm((i64[]){ 1, 1 }, (double[]){ 1, 0 }, 2), 0, 0);
	(void)state;
}

static void posteriors_have_their_check_values(void **state)
{
	near(stat_b_beats_a(200, 1000, 250, 1000), 0.996283, 5e-7);
	near(stat_b_beats_a(250, 1000, 200, 1000), 1 - 0.996283, 5e-7);
	near(stat_b_beats_a(10, 100, 15, 100), 0.853284, 5e-7);
	near(stat_b_beats_a(7, 50, 7, 50), 0.5, 1e-9);
	near(stat_b_beats_a(0, 0, 0, 0), 0.5, 1e-12);
	(void)state;
}

/* 15 of 150 against 100 of 250, by the formula worked out apart. */
static void ratios_have_katz_interval(void **state)
{
	double low = -1, high = -1;
	assert_true(stat_ratio(15, 150, 100, 250, STAT_Z95, &low, &high));
	near(low, 0.1510993, 5e-7);
	near(high, 0.4136354, 5e-7);
	assert_false(stat_ratio(0, 150, 100, 250, STAT_Z95, &low, &high));
	assert_false(stat_ratio(15, 150, 0, 250, STAT_Z95, &low, &high));
	near(low, 0.1510993, 5e-7);
	(void)state;
}

static void t_has_the_tables_values(void **state)
{
	near(stat_t_quantile(0.975, 8), 2.3060041, 1e-3);
	near(stat_t_quantile(0.975, 10), 2.2281389, 1e-3);
	near(stat_t_quantile(0.975, 30), 2.0422725, 1e-5);
	near(stat_t_quantile(0.975, 100), 1.9839715, 1e-6);
	near(stat_t_quantile(0.025, 30), -2.0422725, 1e-5);
	(void)state;
}

/* Student's own sleep data (1908), two sample: R's t.test gives -3.3654832 … 0.2054832 on 17.776 degrees. */
static void means_have_welchs_interval(void **state)
{
	static const double x[] = { 0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0 };
	static const double y[] = { 1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4 };
	struct stat_moments a = { 10, 0, 0 }, b = { 10, 0, 0 };
	double low, high;
	for (size_t i = 0; i < 10; i++) {
		a.sum += x[i], a.squares += x[i] * x[i];
		b.sum += y[i], b.squares += y[i] * y[i];
	}
	assert_true(stat_mean_difference(a, b, &low, &high));
	near(low, -3.3654832, 2e-5);
	near(high, 0.2054832, 2e-5);
	a.n = 1;
	assert_false(stat_mean_difference(a, b, &low, &high));
	(void)state;
}

/* R: p.adjust(c(.01, .04, .03, .005), "holm"). */
static void holm_corrects_as_r_does(void **state)
{
	double p[] = { 0.01, 0.04, 0.03, 0.005 };
	stat_holm(p, 4);
	near(p[0], 0.03, 1e-12);
	near(p[1], 0.06, 1e-12);
	near(p[2], 0.06, 1e-12);
	near(p[3], 0.02, 1e-12);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_proportions_have_their_check_value), cmocka_unit_test(wilson_has_its_check_values),
		cmocka_unit_test(differences_have_newcombes_intervals), cmocka_unit_test(sample_sizes_have_their_check_values),
		cmocka_unit_test(the_normal_quantile_is_the_inverse), cmocka_unit_test(chi_square_has_the_tables_values),
		cmocka_unit_test(a_split_that_was_not_meant_is_found), cmocka_unit_test(posteriors_have_their_check_values),
		cmocka_unit_test(ratios_have_katz_interval), cmocka_unit_test(t_has_the_tables_values),
		cmocka_unit_test(means_have_welchs_interval), cmocka_unit_test(holm_corrects_as_r_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
