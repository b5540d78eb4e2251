/*
 * stafftask 员工任务: work for members of staff, asked for by automation (verb staff.task) or by hand, and the app
 * messages that tell them (verb staff.notify).
 *
 * A task is about a person and lives in her slot (about nobody: in the base slot). It is one member's, or a store's:
 * then whoever of the store taps first has done it. Who gets it: the main advisor, whoever is on duty (the main
 * advisor first, then another friend of hers, then her store), a named member, or the store.
 *
 *	to_do -> done | skipped (why) | expired | cancelled | moved (to the next row of the same act, `nth`)
 *
 * What must stay true:
 *  - One key of one caller is one task; only a move makes a further row, in the transaction that closes the former.
 *    So two members never hold the same act, and a tap and a move never both count.
 *  - Who asked hears once how it ended (verb.ended): done with the moment of the tap, skipped as refused, expired, or
 *    stopped when somebody took it away. A task that is taken away takes its message back where WeCom still lets us.
 *  - "send" speaks to her through her friend: it claims a touch and spends it when tapped, else lets go of it.
 *    At most `stafftask.send_day` of them a member and day, the rest is held with that reason. The count is read in
 *    her slot's transaction: on a store of several writers, acts of the same moment in different slots may pass it.
 *  - A tap is what staff say (员工自报), never proof of a delivery.
 *
 * One timer per open task: remind, move, expire, whichever is next. Messages beyond `stafftask.notices_hour` to one
 * member within an hour wait for one digest at the next full hour. Message and mark are two steps: after a crash in
 * between it is sent again, which WeCom drops within half an hour (stafftask_send.c).
 *
 * The tasks of a member who leaves move to another friend of theirs at once, or are taken away.
 *
 * in: staff.changed
 * out: stafftask.made, stafftask.ended, verb.ended, reach.sent; outbox staff.notice, staff.recall; timers stafftask.due, .leaver
 */
#ifndef YT_FEATURE_STAFFTASK_STAFFTASK_H
#define YT_FEATURE_STAFFTASK_STAFFTASK_H

#include "core/module.h"
#include "core/reach/content.h"
#include "core/reach/enclose.h"
#include "core/verb/verb.h"

#define STAFFTASK_TITLE_MAX 60
#define STAFFTASK_SCRIPT_MAX 1000
#define STAFFTASK_REASON_MAX 100
#define STAFFTASK_DEADLINE_MIN 5          /* minutes */
#define STAFFTASK_DEADLINE_MAX (30 * 1440)
#define STAFFTASK_DEADLINE_DEFAULT 1440
#define STAFFTASK_WAIT_MAX 1440           /* minutes until a reminder or a move */
#define STAFFTASK_MANY_MAX 200            /* members or ids of one request */
#define STAFFTASK_REMINDS_MAX 3           /* by hand, of one task in 24 hours */
#define STAFFTASK_MINE_MAX 200            /* shown on the phone */
#define STAFFTASK_DIGEST_LINES 8
#define STAFFTASK_STORE_TOLD 20           /* of a store's members, told of its task */
#define STAFFTASK_NOTICE_LIFE_MS (2 * MS_HOUR)
#define STAFFTASK_KINDS "send,call,care,check"
#define STAFFTASK_STATES "to_do,done,skipped,expired,cancelled,moved"
#define STAFFTASK_WHO "advisor,on_duty,named,store"

#define STAFFTASK_ARGS_FIELDS(F, S)                                                                \
	F(S, STR, kind, .one_of = STAFFTASK_KINDS)                                                 \
	F(S, STR, title, .min = 1, .max = STAFFTASK_TITLE_MAX)                                     \
	F(S, STR, script, .opt = true, .max = STAFFTASK_SCRIPT_MAX, .doc = "what to say; variables of her stand in {{…}}") \
	F(S, OBJ, link, .opt = true, .of = &content_link_record)                                   \
	F(S, STR, who, .one_of = STAFFTASK_WHO) F(S, ID, staff, .opt = true) F(S, ID, store, .opt = true) \
	F(S, I64, deadline_min, .opt = true, .min = STAFFTASK_DEADLINE_MIN, .max = STAFFTASK_DEADLINE_MAX) \
	F(S, I64, remind_min, .opt = true, .max = STAFFTASK_WAIT_MAX, .doc = "0: never; absent: as set for the company") \
	F(S, I64, move_min, .opt = true, .max = STAFFTASK_WAIT_MAX, .doc = "to another friend of hers; 0 or absent: never") \
	F(S, STR, class, .opt = true, .one_of = "marketing,service", .doc = "of a send; marketing when absent") \
	F(S, BOOL, quiet, .opt = true, .doc = "no app message")
RECORD(stafftask_args, STAFFTASK_ARGS_FIELDS);

#define STAFF_NOTIFY_FIELDS(F, S)                                                                  \
	F(S, STR, title, .opt = true, .max = STAFFTASK_TITLE_MAX, .doc = "with a link: a card")    \
	F(S, STR, text, .min = 1, .max = 400) F(S, STR, url, .opt = true, .max = 500)              \
	F(S, STR, who, .one_of = "advisor,on_duty,named,leader") F(S, ID, staff, .opt = true)
RECORD(staff_notify, STAFF_NOTIFY_FIELDS);

#define STAFFTASK_MADE_FIELDS(F, S) \
	F(S, ID, task) F(S, ID, staff) F(S, ID, store) F(S, STR, kind) F(S, STR, title) F(S, MS, deadline)
RECORD(stafftask_made, STAFFTASK_MADE_FIELDS);
#define STAFFTASK_ENDED_FIELDS(F, S) \
	F(S, ID, task) F(S, ID, staff) F(S, STR, kind) F(S, STR, title) F(S, STR, state) F(S, STR, reason, .opt = true)
RECORD(stafftask_ended, STAFFTASK_ENDED_FIELDS);

/* Bodies of outbox rows and timers. */
#define STAFFTASK_ERRAND_FIELDS(F, S) F(S, ID, id)
RECORD(stafftask_errand, STAFFTASK_ERRAND_FIELDS);

struct timer_row;
struct outbox_row;
struct outcome;
struct todo_list;
#define STAFFTASK_LEAVER "stafftask.leaver"
struct event;
err stafftask_on_staff(struct tx *tx, const struct event *ev);
err stafftask_leaver(struct cx *cx, const struct timer_row *row);
err stafftask_due(struct cx *cx, const struct timer_row *row);
err stafftask_send_notice(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err stafftask_send_recall(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err stafftask_todos(struct cx *cx, i64 staff, struct todo_list *ret);

extern const struct verb stafftask_verbs[];
extern const struct route stafftask_routes[], stafftask_work_routes[], stafftask_duty_routes[];
extern const struct module stafftask_module;

#endif
