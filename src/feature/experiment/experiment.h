/*
 * experiment 实验: which of several materials, plays and benefits works better, and by how much.
 *
 * An experiment is a grid: factors (素材 × 玩法 × 权益) whose combinations are variants with shares of traffic, a
 * hold-out that gets nothing, a goal within so many days of each person's own exposure, and the number of people
 * needed, worked out beforehand from base rate, lift and power. Broadcasts, SMS campaigns, Moments, letters and journeys
 * ask core/trial who is in which variant; here are the rules, figures and words.
 *
 * What must stay true:
 *  - Only people whose days are over are compared (ripe), so nobody looks worse for having come yesterday.
 *  - Fixed shares are judged once: when every variant has the needed people the sample is closed (`filled`), who comes
 *    later is not counted, and before their days are over the verdict is "not yet". So looking every morning does not
 *    make winners of luck. Each variant is compared with the first one, corrected by Holm.
 *  - A bandit moves shares by what is ripe only, at most every EXPERIMENT_BANDIT_MS, each variant keeping its floor; the
 *    seed is experiment and epoch, the counts are kept, so every sharing can be worked out again. What shares follow is the
 *    share of people who do it, or the money a person is worth, in the corp's currency (base/bandit.h). It may stop when the
 *    best is that with 95 % and looking on is worth less than 1 % (Scott 2010).
 *  - A split that is not the one that was meant (p < 0.001 over the shares of all epochs) is said before anything else.
 *  - A person decides; it is written down with her name and can be taken back.
 *
 * out: experiment.started, .shared, .decided, .reopened, .ended; the row of core/trial   timer: experiment.tend
 */
#ifndef YT_FEATURE_EXPERIMENT_EXPERIMENT_H
#define YT_FEATURE_EXPERIMENT_EXPERIMENT_H

#include "core/module.h"
#include "core/reach/reach_trial.h"
#include "core/trial/trial.h"

#define EXPERIMENTS_MAX 200 /* of a corp */
#define EXPERIMENT_NAME_MAX 40
#define EXPERIMENT_FACTORS_MAX 3
#define EXPERIMENT_LEVELS_MAX 8
#define EXPERIMENT_WORD_MAX 30    /* of factors and levels */
#define EXPERIMENT_HELD_MAX 500   /* thousandths */
#define EXPERIMENT_FLOOR 50       /* thousandths a bandit leaves each variant, unless told */
#define EXPERIMENT_ALPHA 0.05
#define EXPERIMENT_RIPE_MIN 30    /* with fewer people, or … */
#define EXPERIMENT_HITS_MIN 5     /* … fewer who did it and who did not, no rate is shown */
#define EXPERIMENT_SURE 0.95      /* a bandit's best is the best */
#define EXPERIMENT_LEFT 0.01      /* what looking on may still gain, of its rate */
#define EXPERIMENT_TEND "experiment.tend"
#define EXPERIMENT_TEND_MS MS_HOUR
#define EXPERIMENT_BANDIT_MS (6 * MS_HOUR)
#define EXPERIMENT_LOOK_ROWS 500  /* exposures whose expression is tried in one transaction … */
#define EXPERIMENT_LOOKS_MAX 40   /* … as often, at most, an hour */

#define EXPERIMENT_FACTOR_FIELDS(F, S) \
	F(S, STR, name, .min = 1, .max = EXPERIMENT_WORD_MAX) F(S, STRS, levels, .min = 1, .max = EXPERIMENT_LEVELS_MAX)
RECORD(experiment_factor, EXPERIMENT_FACTOR_FIELDS);
#define EXPERIMENT_CELL_FIELDS(F, S) \
	F(S, STRS, levels, .min = 1, .max = EXPERIMENT_FACTORS_MAX, .doc = "one of each factor") \
	F(S, I64, share, .min = 1, .max = TRIAL_BUCKETS, .doc = "thousandths")
RECORD(experiment_cell, EXPERIMENT_CELL_FIELDS);
#define EXPERIMENT_PLAN_FIELDS(F, S)                                                \
	F(S, STR, name, .min = 1, .max = EXPERIMENT_NAME_MAX)                       \
	F(S, LIST, factors, .min = 1, .max = EXPERIMENT_FACTORS_MAX, .of = &experiment_factor_record) \
	F(S, LIST, cells, .min = 1, .max = TRIAL_VARIANTS_MAX, .of = &experiment_cell_record, .doc = "the first is what is done today") \
	F(S, STR, mode, .one_of = "fixed,bandit") F(S, I64, held, .min = 0, .max = EXPERIMENT_HELD_MAX, .doc = "thousandths") \
	F(S, I64, floor, .opt = true, .min = 1, .max = 500, .doc = "bandit: thousandths each variant keeps") \
	F(S, STR, measure, .opt = true, .one_of = "rate,money", .doc = "bandit: what shares follow; money needs the goal order; absent: rate") \
	F(S, STR, goal, .one_of = "order,event,expr") F(S, STR, event, .opt = true, .one_of = TRIAL_EVENTS) \
	F(S, STR, expr, .opt = true, .max = 4000) F(S, I64, days, .min = 1, .max = TRIAL_DAYS_MAX) \
	F(S, F64, base, .doc = "share of people who do it today: 0.05") F(S, F64, lift, .doc = "to be found: 0.2 is 20 % more") \
	F(S, F64, power, .doc = "with which chance: 0.8")
RECORD(experiment_plan, EXPERIMENT_PLAN_FIELDS);
/* experiment.started, .shared, .decided, .reopened, .ended */
#define EXPERIMENT_EVENT_FIELDS(F, S) \
	F(S, ID, experiment) F(S, STR, name) F(S, STR, by) F(S, STR, variant, .opt = true) F(S, I64, epoch)
RECORD(experiment_event, EXPERIMENT_EVENT_FIELDS);

/* ERR_INPUT naming the field; *ret_needed: people a variant. No transaction is open. */
err experiment_check(struct unit *u, const struct experiment_plan *in, i64 *ret_needed);
/* People a variant; 0 when the rates will not do. compared: with how many others. */
i64 experiment_needed(double base, double lift, double power, size_t compared);

/* In the base slot; by: a person's name. ERR_STATE names what it is and what it should be. */
err experiment_create(struct tx *tx, const struct experiment_plan *in, i64 needed, i64 *ret_id);
err experiment_change(struct tx *tx, i64 id, i64 version, const struct experiment_plan *in, i64 needed);
err experiment_remove(struct tx *tx, i64 id);
err experiment_start(struct tx *tx, i64 id, str by);
/* Other shares of one that runs: thousandths, with `held` 1,000. */
err experiment_share(struct tx *tx, i64 id, const i64 *shares, size_t count, i64 held, str by);
err experiment_decide(struct tx *tx, i64 id, str variant, str by);
err experiment_reopen(struct tx *tx, i64 id, str by);
err experiment_end(struct tx *tx, i64 id, str by);

struct timer_row;
err experiment_due(struct cx *cx, const struct timer_row *row);

extern const struct route experiment_routes[];

#endif
