/*
 * bandit: Thompson sampling for several arms, by shares instead of one draw a person.
 *
 * An arm's rate has the posterior Beta(1 + hits, 1 + misses) of what has matured; its share is the probability that
 * it is the best one (Thompson 1933; Chapelle and Li 2011), counted over draws from those posteriors (gamma draws
 * of Marsaglia and Tsang 2000). The same counts and the same seed give the same shares for ever, so a run can be
 * played again. Nothing here knows what a person, a day or a clock is.
 */
#ifndef YT_BASE_BANDIT_H
#define YT_BASE_BANDIT_H

#include "base/arena.h"

#define BANDIT_DRAWS 10000

struct bandit_arm { i64 hits, n; };
/* ret_best: per arm the probability that its rate is the highest (sum 1). *ret_remaining: what may still be won by
 * looking on: the 95 % quantile of (highest rate - rate of the leader) / rate of the leader (Scott 2010). */
void bandit_best(struct arena *a, const struct bandit_arm *arms, size_t count, u64 seed, double *ret_best, double *ret_remaining);
/* Permille of `total` for each arm by those probabilities; none below `least` (count * least <= total), sum exact. */
void bandit_shares(const double *best, size_t count, i64 least, i64 total, i64 *ret);

#endif
