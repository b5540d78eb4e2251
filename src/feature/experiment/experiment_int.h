/*
 * What the files of experiments share: an experiment with its counts, and new shares.
 */
#ifndef YT_FEATURE_EXPERIMENT_EXPERIMENT_INT_H
#define YT_FEATURE_EXPERIMENT_EXPERIMENT_INT_H

#include "base/bandit.h"
#include "feature/experiment/experiment_data.h"
#include "feature/experiment/experiment_view.h"

#define EXPERIMENT_SIDES (TRIAL_VARIANTS_MAX + 1)

/* An arm; meant: of all who were exposed, how many it should have. hits, buyers, paid and lost are of the ripe. */
struct experiment_side { i64 share, people, ripe, hits, buyers, paid, lost; double squares, meant; };
struct experiment_sums {
	struct experiment_row row;
	struct experiment_plan plan;
	struct trial trial;     /* of a draft: as it will be */
	size_t n;               /* variants; side n is the hold-out */
	struct experiment_side sides[EXPERIMENT_SIDES];
	str currency;
	ms now;
};
void experiment_plan_read(struct arena *a, str json, struct experiment_plan *ret);
/* The row of core/trial this plan makes when it starts. */
struct trial experiment_trial(struct arena *a, const struct experiment_row *row, const struct experiment_plan *plan, ms since);
/* Probabilities of the variants to be the best, by rate or by money as planned (base/bandit.h). */
void experiment_best(struct arena *a, const struct experiment_sums *s, u64 seed, double *ret_best, double *ret_remaining);
err experiment_sums_read(const struct snap *s, i64 id, str currency, struct experiment_sums *ret);
/* Everything that follows from the counts: a pure function. */
void experiment_judge(struct arena *a, const struct experiment_sums *s, enum lang lang, struct experiment_result *ret);
/* New owners of the buckets, with their event. known: counts they come from, empty by hand. */
err experiment_reshare(struct tx *tx, struct trial *t, const i64 *shares, size_t count, i64 held, str known, str by);
err experiment_tend_at(struct tx *tx, ms at);

#endif
