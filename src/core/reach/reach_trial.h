/*
 * trial: what a campaign is worth, by those it left out on purpose.
 *
 * A campaign that leaves some out opens a trial with the time in which orders count, and writes everybody it chose
 * into one of two arms: treated (all it meant to reach, reached or not) and held out. Orders of the time are noted
 * for both alike, so the arms differ in nothing but the campaign. What is left to say is arithmetic (base/stat.h).
 */
#ifndef YT_CORE_REACH_REACH_TRIAL_H
#define YT_CORE_REACH_REACH_TRIAL_H

#include "core/reach/reach.h"

#define REACH_SHARE_MAX 50 /* percent a campaign may leave out */

/* In the corp's base slot; the same again changes nothing. */
err reach_trial_open(struct tx *tx, const char *by, i64 by_id, ms since, ms until, i64 share);
struct reach_arm { i64 customer; bool held; };
/* Of the transaction's slot; who is in an arm stays there. */
err reach_arm_add(struct tx *tx, const char *by, i64 by_id, const struct reach_arm *v, size_t count);

#define REACH_ARM_VIEW_FIELDS(F, S)                                                \
	F(S, I64, people) F(S, I64, buyers) F(S, F64, rate) F(S, F64, rate_low) F(S, F64, rate_high) \
	F(S, FEN, paid)
RECORD(reach_arm_view, REACH_ARM_VIEW_FIELDS);
/* 95 % intervals. extra: of the treated, beyond what they would have bought anyway. */
#define REACH_LIFT_FIELDS(F, S)                                                    \
	F(S, I64, share) F(S, MS, since_ms) F(S, MS, until_ms)                     \
	F(S, OBJ, treated, .of = &reach_arm_view_record) F(S, OBJ, held, .of = &reach_arm_view_record) \
	F(S, F64, extra_buyers) F(S, F64, extra_buyers_low) F(S, F64, extra_buyers_high) \
	F(S, F64, extra_paid, .doc = "in fen") F(S, F64, extra_paid_low) F(S, F64, extra_paid_high) \
	F(S, F64, p, .doc = "two-sided, of the buyers") F(S, BOOL, sure, .doc = "p < 0.05") \
	F(S, F64, srm_p, .doc = "of the split itself; below 0.001 the result is not to be trusted")
RECORD(reach_lift, REACH_LIFT_FIELDS);
/* Buyers and their money of an arm; squares: of money per person. */
struct reach_side { i64 people, buyers, paid; double squares; };
/* The arithmetic alone: who was treated beside who was held out, `share` percent of all being meant to be. */
void reach_lift_between(struct arena *a, const struct reach_side *treated, const struct reach_side *held, double share,
			struct reach_lift *ret);
/* ERR_NOT_FOUND: it left nobody out. */
err reach_lift_of(struct unit *u, const char *by, i64 by_id, str currency, struct reach_lift *ret);

struct event;
err reach_on_order(struct tx *tx, const struct event *ev);
err reach_on_undone(struct tx *tx, const struct event *ev);

#endif
