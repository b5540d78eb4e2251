/*
 * broadcast 群发: one message to many persons, through the staff who are their friends.
 *
 * A WeCom mass send is only a request to staff, so planned, created, confirmed, delivered, refused and
 * bought are different numbers, kept apart everywhere. What must stay true:
 *  - Per person once: one row per broadcast and person, and nobody stands in two open broadcasts.
 *  - Everybody it is going to has a claim in the ledger (core/reach); of two broadcasts that want the same person the
 *    higher priority has her, unless the other's tasks are about to be made. Who is left out is kept with the reason.
 *  - Of broadcasts of one topic nobody gets two: who was delivered one is left out of the next, merges followed.
 *  - Never more people than its maker confirmed, never after its deadline, never in quiet hours.
 *  - A task is made at most once. When the reply is lost the part is `unknown`; WeCom's list is searched
 *    for a task of equal content whose receivers are this part's people before anything is made again.
 *  - What is open is polled every 5 minutes for 2 hours, then hourly, until the deadline; then the task is
 *    cancelled, read once more, and who was not reached is `expired`.
 *
 * With an experiment (core/trial) each of its variants has its own content, so a part is of one staff member and one
 * variant; everybody meant to get it has met her variant when it is planned, and so have those the experiment holds out.
 *
 * Broadcasts and their parts (one task of one staff member, at most BROADCAST_PART_MAX people) are small
 * tables in the corp's base slot and change by events there; people live in their own slots. Results
 * come in tens of thousands, so the senders write them where the people live, page by page: each write
 * looks at the state it replaces, so a page read twice counts once. The part's numbers follow by event.
 *
 * out: broadcast.planned, broadcast.task, broadcast.result, broadcast.closed, reach.sent, reach.failed;
 * outbox broadcast.create, .poll, .close, .remind; job broadcast.plan.  in: order.placed, order.withdrawn …
 */
#ifndef YT_FEATURE_BROADCAST_BROADCAST_H
#define YT_FEATURE_BROADCAST_BROADCAST_H

#include "core/follow/follow.h"
#include "core/reach/content.h"
#include "core/reach/enclose.h"

#define BROADCAST_NAME_MAX 40
#define BROADCAST_PART_MAX WECOM_MASS_CUSTOMERS_MAX
#define BROADCAST_LIFE_MS (4 * MS_HOUR)
#define BROADCAST_BOUGHT_MS (7 * MS_DAY)
#define BROADCAST_VARIANT_PARTS 1000 /* the how-manieth part of a member = variant x this + the how-manieth of it */

/* broadcast.planned, broadcast.closed */
#define BROADCAST_EVENT_FIELDS(F, S) \
	F(S, ID, broadcast) F(S, STR, name) F(S, I64, people) F(S, I64, parts) F(S, STR, state)
RECORD(broadcast_event, BROADCAST_EVENT_FIELDS);
/* broadcast.task */
#define BROADCAST_TASK_FIELDS(F, S)                                               \
	F(S, ID, broadcast) F(S, ID, part) F(S, ID, staff) F(S, STR, result, .one_of = "created,failed,unknown") \
	F(S, STR, msgid, .opt = true) F(S, I64, accepted, .doc = "people WeCom took") F(S, STR, code, .opt = true)
RECORD(broadcast_task, BROADCAST_TASK_FIELDS);
/* broadcast.result: the part's numbers as they are then. */
#define BROADCAST_RESULT_FIELDS(F, S)                                             \
	F(S, ID, broadcast) F(S, ID, part) F(S, I64, delivered) F(S, I64, not_friend) F(S, I64, quota) \
	F(S, I64, failed) F(S, I64, expired) F(S, I64, cancelled) F(S, I64, open) \
	F(S, MS, confirmed_at, .opt = true) F(S, BOOL, closed)
RECORD(broadcast_result, BROADCAST_RESULT_FIELDS);

/* What the outbox carries. */
#define BROADCAST_ERRAND_FIELDS(F, S) F(S, ID, part)
RECORD(broadcast_errand, BROADCAST_ERRAND_FIELDS);
/* Input and cursor of the job. */
#define BROADCAST_PLAN_FIELDS(F, S) F(S, ID, broadcast)
RECORD(broadcast_plan, BROADCAST_PLAN_FIELDS);

#define BROADCAST_MEMBERS "broadcast.members"  /* timer and outbox: members' own mass sends */
#define BROADCAST_MEMBERS_EVERY_MS (30 * MS_MINUTE)
#define BROADCAST_PRIORITY 5
#define BROADCAST_PRIORITY_MAX 9
#define BROADCAST_TOPIC_MAX 60
#define BROADCAST_KINDS "promo,useful,care,invite"
#define BROADCAST_OUTBID_MS MS_MINUTE /* who is to be sent to so soon is no longer taken away */
#define BROADCAST_CLAIM_MS MS_HOUR    /* behind the deadline, until the last result is read */
/* Whom it is meant for and by what right. */
struct expr;
struct broadcast_aim {
	const struct expr *audience;
	i64 priority, holdout, seed;
	i64 experiment; /* 0: none */
	str kind;
	ms deadline; /* NIL: the longest allowed */
	str topic;   /* whoever had a broadcast of this topic is left out; nil: none */
};
/* What is to be sent to whom, checked. */
struct broadcast_new {
	str name, expr, words;
	struct broadcast_aim aim;
	const struct content *content, *variants; /* variants: one for each of the experiment's */
	size_t variant_count;
	i64 confirmed;
	i64 made_by; /* 0: who acts */
};
/* What a part says: its variant's content, or the broadcast's own. */
struct broadcast;
void broadcast_says(struct arena *a, const struct broadcast *b, i64 part_n, struct content *ret);
/* In the corp's base slot; planning starts with the commit. */
err broadcast_create(struct tx *tx, const struct broadcast_new *in, i64 *ret_id);
/* What was not confirmed is stopped; what was sent stays sent. */
err broadcast_cancel(struct tx *tx, i64 id);
/* Reminds a member of all open tasks of this broadcast; ERR_STATE when none is left to remind of. */
err broadcast_remind(struct tx *tx, i64 id, i64 staff);

/* Why people are left out and how many speak to whom; grows while people are looked at. */
#define BROADCAST_REASON_FIELDS(F, S) F(S, STR, reason) F(S, I64, count)
RECORD(broadcast_reason, BROADCAST_REASON_FIELDS);
#define BROADCAST_LOAD_FIELDS(F, S) F(S, ID, staff) F(S, I64, count) F(S, I64, variant)
RECORD(broadcast_load, BROADCAST_LOAD_FIELDS);
/* Another broadcast that wants some of the same people, and who has them: the higher priority. */
#define BROADCAST_CONFLICT_FIELDS(F, S) F(S, ID, broadcast) F(S, STR, name) F(S, I64, priority) F(S, I64, lost) F(S, I64, taken)
RECORD(broadcast_conflict, BROADCAST_CONFLICT_FIELDS);
#define BROADCAST_SUMS_FIELDS(F, S)                                               \
	F(S, ID, after, .doc = "everybody up to this number is decided") F(S, BOOL, done) \
	F(S, I64, people) F(S, I64, planned)                                      \
	F(S, LIST, reasons, .of = &broadcast_reason_record) F(S, LIST, loads, .of = &broadcast_load_record) \
	F(S, LIST, conflicts, .of = &broadcast_conflict_record)
RECORD(broadcast_sums, BROADCAST_SUMS_FIELDS);
/* Who would get it, by whom, and who not; nothing written. */
err broadcast_preview(struct unit *u, const struct broadcast_aim *aim, struct broadcast_sums *ret);
/* Of the audience above `after`, those it would leave out for that reason; at most limit. *ret_after: up to whom it
 * has looked; *ret_more: there are more people to look at. */
struct broadcast_left { i64 customer, other; const char *reason; }; /* other: the broadcast that has her */
err broadcast_left_out(struct unit *u, const struct broadcast_aim *aim, str reason, i64 after, size_t limit,
		       struct broadcast_left **ret, size_t *ret_count, i64 *ret_after, bool *ret_more);
/* Why this one would, or would not, get it now: NULL, or the reason. */
err broadcast_would(struct unit *u, const struct broadcast_aim *aim, i64 besides, i64 root, struct broadcast_left *ret);
str broadcast_claim_key(struct arena *a, i64 broadcast);
struct job;
err broadcast_plan_step(struct cx *cx, struct job *job, bool *ret_done);

struct event;
err broadcast_on_task(struct tx *tx, const struct event *ev);
err broadcast_on_result(struct tx *tx, const struct event *ev);
err broadcast_on_order(struct tx *tx, const struct event *ev);
err broadcast_on_undone(struct tx *tx, const struct event *ev);
err broadcast_on_reached(struct tx *tx, const struct event *ev);

struct outbox_row;
struct outcome;
err broadcast_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err broadcast_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err broadcast_create_expired(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err broadcast_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err broadcast_send_close(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err broadcast_send_remind(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
struct timer_row;
err broadcast_members_due(struct cx *cx, const struct timer_row *row);
err broadcast_send_members(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err broadcast_corp_new(struct cx *cx);
struct env;
err broadcast_start(struct env *env, struct fail *f);
extern const struct route broadcast_routes[], broadcast_more_routes[];

#endif
