/*
 * groupcast 群群发: one message to many customer groups, through the owners of them; by hand and by verb group.post.
 *
 * As with a broadcast, WeCom only asks the owners: one task for all the groups of an owner, sent when he taps. Planned,
 * created, sent, refused for quota and expired are told apart, by group. What a plan asks again and again: groupcast_sop.h.
 *
 * What must stay true:
 *  - A group gets at most `groupcast.day_max` of these a day (default one: four posts a day cannot all be mass sends);
 *    the rest is left out and said so, before anything is made.
 *  - Never more groups than its maker confirmed, never after its deadline, never in quiet hours.
 *  - One that reaches more people than `groupcast.approve_over` is asked: no group is chosen before a second person agrees.
 *  - A task is made at most once: a lost reply is looked for by core/mass.
 *  - One key of a verb's caller is one cast. It belongs to no person; its end is told to whoever it was asked for.
 *
 * Casts, parts (one task of one owner, at most GROUPCAST_PART_MAX groups) and groups lie in the corp's base slot.
 *
 * out: groupcast.asked, groupcast.task, groupcast.result, verb.ended; outbox groupcast.create, .poll, .close, .remind
 */
#ifndef YT_FEATURE_GROUPCAST_GROUPCAST_H
#define YT_FEATURE_GROUPCAST_GROUPCAST_H

#include "core/module.h"
#include "core/reach/content.h"
#include "core/reach/enclose.h"
#include "core/verb/verb.h"

#define GROUPCAST_NAME_MAX 40
#define GROUPCAST_GROUPS_MAX 10000 /* of one cast */
#define GROUPCAST_OWNERS_MAX 500
#define GROUPCAST_PART_MAX WECOM_MASS_GROUPS_MAX
#define GROUPCAST_LIFE_MS (4 * MS_HOUR)
#define GROUPCAST_APPROVE "groupcast.approve_over"
#define GROUPCAST_APPROVE_OVER 10000 /* people who sit in its groups */

#define GROUPCAST_ARGS_FIELDS(F, S)                                                                \
	F(S, STR, text, .opt = true) F(S, OBJ, link, .opt = true, .of = &content_link_record)      \
	F(S, IDS, owners, .opt = true, .max = GROUPCAST_OWNERS_MAX, .doc = "members: all their groups") \
	F(S, IDS, groups, .opt = true, .max = GROUPCAST_PART_MAX)
RECORD(groupcast_args, GROUPCAST_ARGS_FIELDS);

/* groupcast.asked: what a verb wants, in the base slot. */
#define GROUPCAST_ASKED_FIELDS(F, S)                                                               \
	F(S, STR, content) F(S, IDS, owners) F(S, IDS, groups) F(S, ID, customer) F(S, STR, caller) F(S, ID, by_id) \
	F(S, ID, token) F(S, STR, act_key)
RECORD(groupcast_asked, GROUPCAST_ASKED_FIELDS);
/* groupcast.task */
#define GROUPCAST_MADE_FIELDS(F, S)                                                                \
	F(S, ID, part) F(S, STR, result, .one_of = "created,failed,unknown") F(S, STR, msgid, .opt = true) \
	F(S, STR, code, .opt = true)
RECORD(groupcast_made, GROUPCAST_MADE_FIELDS);
/* groupcast.result: the sender has written what it read of the part's groups. */
#define GROUPCAST_RESULT_FIELDS(F, S) F(S, ID, part) F(S, MS, confirmed_at, .opt = true) F(S, BOOL, closed)
RECORD(groupcast_result, GROUPCAST_RESULT_FIELDS);
#define GROUPCAST_ERRAND_FIELDS(F, S) F(S, ID, part)
RECORD(groupcast_errand, GROUPCAST_ERRAND_FIELDS);

struct event;
struct outbox_row;
struct outcome;
struct todo_list;
err groupcast_todos(struct cx *cx, i64 staff, struct todo_list *ret);
err groupcast_on_asked(struct tx *tx, const struct event *ev);
err groupcast_on_task(struct tx *tx, const struct event *ev);
err groupcast_on_result(struct tx *tx, const struct event *ev);
err groupcast_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err groupcast_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err groupcast_create_late(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err groupcast_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err groupcast_send_remind(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

extern const struct approver groupcast_approver;
extern const struct verb groupcast_verbs[];
extern const struct mass_channel groupcast_channel;
extern const struct route groupcast_routes[];
extern const struct module groupcast_module;

#endif
