/*
 * What stafftask's files share: choosing a member, making and ending tasks, telling staff.
 */
#ifndef YT_FEATURE_STAFFTASK_STAFFTASK_INT_H
#define YT_FEATURE_STAFFTASK_STAFFTASK_INT_H

#include "feature/stafftask/stafftask_notice_data.h"

#define STAFFTASK_BY_HAND "hand" /* caller of what users make */

/* Whom a task or message is for. friends: only a friend of hers can do it. tried: members who had it already. */
struct stafftask_whom {
	i64 customer; /* root; 0: about nobody */
	str who;
	i64 staff, store; /* named; 0 none */
	bool friends;
	ms at;
	const i64 *tried;
	size_t tried_count;
};
/* why: a short reason when there is nobody ("no_friend", "not_friend", "not_active", "no_store"); else NULL. */
struct stafftask_picked { i64 staff, store; const char *why; };
err stafftask_pick(struct unit *u, const struct stafftask_whom *whom, struct stafftask_picked *ret);

/* In the slot of t->customer (of nobody: the base slot). Fills id, state and times that are not told; adds the row, its
 * event, timer and, unless quiet, the message. An act that is there already changes nothing: *ret_new false. */
err stafftask_make(struct tx *tx, struct staff_task *t, bool quiet, bool *ret_new);
/* Ends it if it is open (*ret_ended), tells the caller, spends or lets go of her touch, takes its message back.
 * staff: who tapped, when it was the store's. */
err stafftask_finish(struct tx *tx, const struct staff_task *t, const char *state, str reason, i64 staff, bool *ret_ended);
/* Takes the touch of a send; OK with *ret_why nil when it may go, else why not, and when it may (NIL: never by waiting). */
err stafftask_claim(struct tx *tx, const struct staff_task *t, ms at, str *ret_why, ms *ret_retry_at);
/* Sets the timer to whatever is next. */
err stafftask_arm(struct tx *tx, const struct staff_task *t);
str stafftask_claim_key(struct arena *a, const struct staff_task *t);

/* Adds the message and its outbox row; id, state, made are filled. The same act again changes nothing. */
err stafftask_tell(struct tx *tx, struct staff_notice *n);
/* One of a task: `why` is task, remind, remind_hand, move or escalate; key tells it from the others of the task. */
err stafftask_tell_of(struct tx *tx, const struct staff_task *t, i64 staff, const char *why, str key);

#endif
