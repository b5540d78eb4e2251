/*
 * bandit: Thompson sampling for several arms, by shares instead of one draw a person.
 *
 * An arm's rate has the posterior Beta(1 + hits, 1 + misses) of what has matured; its share is the probability that
 * it is the best one (Thompson 1933; Chapelle and Li 2011), counted over draws from those posteriors (gamma draws
 * of Marsaglia and Tsang 2000). The same counts and the same seed give the same shares for ever, so a run can be
 * played again. Nothing here knows what a person, a day or a clock is.
 *
 * Where the goal is money, most people spend nothing and some spend much, so the value of an arm is drawn in two parts
 * (the two-part model of Duan, Manning, Morris and Newhouse 1983): the share that buys, Beta as above, times the mean a
 * buyer spends. That mean has the normal-inverse-chi-square posterior (Gelman et al., Bayesian Data Analysis, 3.3): a
 * Student t, whose tails are wide while an arm has few buyers, around a prior worth BANDIT_MEAN_BUYERS buyers and
 * BANDIT_SPREAD_BUYERS for the spread, both those of all arms together. So an arm without buyers is drawn as an ordinary
 * one, and a single great order widens its arm's spread as much as it lifts its mean. Spending needs not be normal: what is
 * approximated is the mean of the buyers.
 */
#ifndef YT_BASE_BANDIT_H
#define YT_BASE_BANDIT_H

#include "base/arena.h"

#define BANDIT_DRAWS 10000

#define BANDIT_MEAN_BUYERS 1   /* what is known of an arm's mean beforehand, in buyers … */
#define BANDIT_SPREAD_BUYERS 3 /* … and of its spread */
#define BANDIT_MEAN_LEAST 0.001 /* of the mean of all arms: no buyer is drawn to spend less */

struct bandit_arm { i64 hits, n; };
/* n people of whom `buyers` bought, what they paid, and the sum of the squares of what each paid. */
struct bandit_spend { i64 buyers, n; double paid, squares; };
/* ret_best: per arm the probability that its rate is the highest (sum 1). *ret_remaining: what may still be won by
 * looking on: the 95 % quantile of (highest rate - rate of the leader) / rate of the leader (Scott 2010). */
void bandit_best(struct arena *a, const struct bandit_arm *arms, size_t count, u64 seed, double *ret_best, double *ret_remaining);
/* The same by what a person is worth, those who bought nothing included. */
void bandit_best_spend(struct arena *a, const struct bandit_spend *arms, size_t count, u64 seed, double *ret_best, double *ret_remaining);
/* Permille of `total` for each arm by those probabilities; none below `least` (count * least <= total), sum exact. */
void bandit_shares(const double *best, size_t count, i64 least, i64 total, i64 *ret);

#endif
