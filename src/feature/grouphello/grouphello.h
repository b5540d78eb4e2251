/*
 * grouphello 入群欢迎语: one text (and a link) for everybody who comes into a group, as a template at WeCom, and the owner's
 * task to pick it.
 *
 * WeCom greets by itself, at once, once the owner has picked the template in the client; no call picks it for her or tells
 * whether she has. So binding a template to groups makes a task per group, and "done" is what the owner or a manager says
 * (self-reported, shown as such). A corp has 100 templates. There is no list of templates: a creation whose reply was lost
 * is made again, and the one that was lost stays in the owner's list in the client.
 *
 * out: outbox hello.create, hello.update, hello.delete, events grouphello.ready, grouphello.failed   in: those two
 */
#ifndef YT_FEATURE_GROUPHELLO_GROUPHELLO_H
#define YT_FEATURE_GROUPHELLO_GROUPHELLO_H

#include "core/group/group.h"

#define GROUPHELLO_NAME_MAX 30
#define GROUPHELLO_BIND_MAX 1000 /* groups of one act */

#define GROUP_HELLO_FIELDS(F, S)                                                         \
	F(S, ID, id) F(S, STR, name) F(S, STR, text) F(S, STR, link_title) F(S, STR, link_url) F(S, STR, link_desc) \
	F(S, STR, template_id, .opt = true) F(S, STR, state, .one_of = "creating,active,failed,removed") \
	F(S, STR, fail_code, .opt = true) F(S, MS, created) F(S, I64, version)
RECORD(group_hello, GROUP_HELLO_FIELDS);
#define GROUPHELLO_TASK_FIELDS(F, S) F(S, ID, id)
RECORD(grouphello_task, GROUPHELLO_TASK_FIELDS);
#define GROUPHELLO_EVENT_FIELDS(F, S) F(S, ID, id) F(S, STR, template_id, .opt = true) F(S, STR, code, .opt = true, .doc = "WeCom's errcode")
RECORD(grouphello_event, GROUPHELLO_EVENT_FIELDS);

err grouphello_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err grouphello_send_update(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err grouphello_send_delete(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err grouphello_on_result(struct tx *tx, const struct event *ev);
extern const struct route grouphello_routes[];

#endif
