/*
 * Statistics of experiments: proportions, their intervals and differences, sample sizes, splits, posteriors.
 *
 * Exact functions of counts, no randomness; formulas and check values of the literature stand in the tests.
 * Assignment itself is by hash of person and salt, never by order of sending.
 */
#ifndef YT_BASE_STAT_H
#define YT_BASE_STAT_H

#include "base/int.h"

#include <stdbool.h>

#define STAT_Z95 1.959963984540054
#define STAT_SRM_P 0.001 /* below: the split is not the one that was meant */
#define STAT_ARMS_MAX 16

double stat_normal_cdf(double z);
/* The z below which a share p (0 < p < 1) of the normal distribution lies. */
double stat_normal_quantile(double p);
/* z of hits1/n1 against hits2/n2 with the pooled variance; *ret_p two-sided. 0 and 1 when a side is empty. */
double stat_two_proportions(i64 hits1, i64 n1, i64 hits2, i64 n2, double *ret_p);
/* Wilson's interval of one proportion; [0, 1] when n is 0. */
void stat_wilson(i64 hits, i64 n, double z, double *ret_low, double *ret_high);
/* Newcombe's interval of hits1/n1 - hits2/n2. */
void stat_difference(i64 hits1, i64 n1, i64 hits2, i64 n2, double z, double *ret_low, double *ret_high);
/* People per arm to find p2 against p1, two-sided alpha; 0 when the two are equal. */
i64 stat_sample_size(double p1, double p2, double alpha, double power);
/* Upper tail of chi-square with `freedom` degrees. */
double stat_chi2_p(double x, i64 freedom);
/* p of a split: counts of arms against the shares that were meant (sum 1). */
double stat_srm(const i64 *counts, const double *shares, size_t arms);
/* Katz's interval of (hits1/n1) / (hits2/n2); false: not without a hit on both sides. */
bool stat_ratio(i64 hits1, i64 n1, i64 hits2, i64 n2, double z, double *ret_low, double *ret_high);
/* Student's t below which a share p lies (0 < p < 1); within 0.001 from 8 degrees of freedom on. */
double stat_t_quantile(double p, double freedom);
/* Values of n people, those of nothing included, by their sum and sum of squares. */
struct stat_moments { i64 n; double sum, squares; };
/* Welch's 95 % interval of mean(a) - mean(b) from t; false: a side has fewer than two people. */
bool stat_mean_difference(struct stat_moments a, struct stat_moments b, double *ret_low, double *ret_high);
/* Holm's correction of n p-values (at most STAT_ARMS_MAX), in place. */
void stat_holm(double *p, size_t n);
/* P(rate B > rate A) with flat priors: hits of n in each arm. */
double stat_b_beats_a(i64 hits_a, i64 n_a, i64 hits_b, i64 n_b);

#endif
