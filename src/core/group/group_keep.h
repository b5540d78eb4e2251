/*
 * What the parts of group offer each other.
 */
#ifndef YT_CORE_GROUP_GROUP_KEEP_H
#define YT_CORE_GROUP_GROUP_KEEP_H

#include "core/group/group_data.h"
#include "core/job/job.h"

/* The row of a chat id, made when it is new; in the base slot. */
err group_ensure(struct tx *tx, str chat_id, struct group_chat *ret);
/* What WeCom says of one group, and keeping it in the base slot, so that many answers share a transaction. */
struct keeping;
struct group_answer { str chat_id; bool gone; struct keeping *keeping; };
err group_ask_one(struct cx *cx, struct wecom_call *call, str chat_id, struct group_answer *ret);
err group_keep_one(struct tx *tx, const struct group_answer *a);
/* Reads one group and keeps it; what WeCom no longer knows is dissolved. call is left as the call left it. */
err group_read(struct cx *cx, struct wecom_call *call, str chat_id);
err group_dissolve(struct tx *tx, struct group_chat *g, ms at);
/* Tells a joining or leaving where it belongs: her slot when she is a customer. */
err group_tell_seat(struct tx *tx, const struct group_chat *g, const struct group_member *m, bool joined, const char *way, bool late);
const char *group_way(i64 scene);

err group_on_callback(struct cx *cx, const struct inbox_row *row, const struct wecom_event *ev);
err group_callback_effects(struct tx *tx, const struct inbox_row *row, const struct wecom_event *ev); /* in the base slot */
err group_fetch(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err group_sync_step(struct cx *cx, struct job *job, bool *ret_done);
/* She became a friend: her seats as a stranger become hers. */
err group_on_added(struct tx *tx, const struct event *ev);
err group_link(struct cx *cx, const struct timer_row *row);

#define GROUP_FETCH_FIELDS(F, S) F(S, ID, id) F(S, STR, chat_id)
RECORD(group_fetch_task, GROUP_FETCH_FIELDS);
#define GROUP_LINK_FIELDS(F, S) F(S, STR, member) F(S, ID, customer)
RECORD(group_link_task, GROUP_LINK_FIELDS);
#define GROUP_LINK_TIMER "group.link"
#define GROUP_NIGHT_TIMER "group.night"
#define GROUP_SYNC_JOB "group.sync"

#endif
