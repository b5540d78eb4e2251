/*
 * repeat 周期群发: a broadcast made again and again, to whoever is in its audience at that time.
 *
 * A rule (base/recur.h) says when; each time is a broadcast of its own, with its own people, reasons and results. Its
 * maker confirms how many people one time may reach at most: who is beyond that is left out and said so.
 *
 * What must stay true:
 *  - One time of a rule (a day) is settled once, and its run says how: sent, missed, skipped, paused or failed.
 *  - A time that comes at most RECUR_LATE_MS late (the program was down) is sent; a later one is missed, never made up.
 *  - What passes while it is paused is not sent afterwards. A skipped time is passed over; days count on.
 *  - It speaks with its maker's rights: whom he does not see is not in it, and when he may no longer log in it is paused.
 *  - One whose times may reach more people than `broadcast.approve_over` is asked: nothing goes out before a second person
 *    agrees; so again when what it says, to whom or to how many is changed above that size.
 *  - It ends by itself after its last day or after `times` that were sent.
 *
 * Repeats and runs lie in the base slot; one timer each holds the next moment, so a restart changes nothing.
 *
 * in: nothing   out: repeat.ran; timer broadcast.repeat
 */
#ifndef YT_FEATURE_BROADCAST_BROADCAST_REPEAT_H
#define YT_FEATURE_BROADCAST_BROADCAST_REPEAT_H

#include "base/recur.h"
#include "feature/broadcast/broadcast.h"

#define BROADCAST_REPEAT "broadcast.repeat" /* the timer */
#define BROADCAST_REPEATS_MAX 100
#define BROADCAST_TIMES_MAX 1000
#define BROADCAST_REPEAT_STATES "asked,running,paused,ended"
#define BROADCAST_RUN_STATES "sent,missed,skipped,paused,failed"

#define BROADCAST_REPEAT_FIELDS(F, S)                                               \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = BROADCAST_REPEAT_STATES) F(S, STR, why) \
	F(S, ID, audience) F(S, STR, expr) F(S, STR, content) F(S, STR, kind) F(S, I64, priority) F(S, I64, holdout) \
	F(S, I64, life_hours) F(S, STR, every) F(S, I64, at_minute) F(S, I64, weekdays) F(S, I64, month_day) \
	F(S, I64, first_day) F(S, I64, last_day, .opt = true) F(S, I64, times, .opt = true) F(S, I64, most) \
	F(S, MS, upto) F(S, MS, next, .opt = true) F(S, I64, sent) F(S, ID, made_by) F(S, ID, viewed_by) F(S, MS, created) \
	F(S, I64, version)
RECORD(broadcast_repeat, BROADCAST_REPEAT_FIELDS);
#define BROADCAST_RUN_FIELDS(F, S)                                                  \
	F(S, ID, repeat) F(S, I64, day) F(S, MS, due) F(S, MS, at) F(S, STR, state, .one_of = BROADCAST_RUN_STATES) \
	F(S, ID, broadcast) F(S, STR, reason)
RECORD(broadcast_run, BROADCAST_RUN_FIELDS);

static inline struct recur broadcast_rule(const struct broadcast_repeat *r)
{
	return (struct recur){ r->every, r->weekdays, r->month_day, r->first_day, r->last_day };
}
/* In the base slot. Fills id, upto, next; ERR_INPUT when its rule has no moment ahead. */
err broadcast_repeat_add(struct tx *tx, struct broadcast_repeat *r);
/* Takes over what r says beside id, state, times sent and maker; ERR_CONFLICT by version. Counts from now on. */
err broadcast_repeat_edit(struct tx *tx, struct broadcast_repeat *r);
err broadcast_repeat_turn(struct tx *tx, i64 id, const char *state); /* paused, running, ended */
/* Passes over its next time, or takes that back. */
err broadcast_repeat_skip(struct tx *tx, i64 id, bool skip);
/* The second person's word on one that is asked: running from now on, or ended. */
err broadcast_repeat_decide(struct tx *tx, struct broadcast_repeat *r, bool agreed);
struct timer_row;
err broadcast_repeat_due(struct cx *cx, const struct timer_row *row);

extern const struct route broadcast_repeat_routes[], broadcast_arrival_routes[];
extern const struct tag_user broadcast_tag_user;
extern const struct approver broadcast_repeat_approver;

#endif
