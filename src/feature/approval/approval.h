/*
 * approval 待我审批: one page of what waits for a second person, whoever's feature it is (core/approver.h).
 *
 * Shown is what the viewer may decide, and what she asked for herself and waits for somebody else. It is gathered anew each
 * time: there is no table that could be out of step. Deciding goes through the same list, so that what somebody does not see
 * there he cannot decide here, and a yes stands for exactly the number of people that was shown.
 *
 * A member of staff whose user may decide has it among her work of today, and decides on the phone.
 *
 * A no is told to whoever asked: a line on the same pages and in the number until she has read it, and a message in WeCom.
 *
 * in: approval.decided   out: outbox approval.notice
 */
#ifndef YT_FEATURE_APPROVAL_APPROVAL_H
#define YT_FEATURE_APPROVAL_APPROVAL_H

#include "core/approver.h"

#define APPROVAL_NOTICE "approval.notice"
#define APPROVAL_NOTICE_LIFE_MS MS_DAY        /* of the message */
#define APPROVAL_REFUSAL_LIFE_MS (30 * MS_DAY) /* of the line, unread */
#define APPROVAL_REFUSALS_SHOWN 50

/* The viewer's, those she may decide first, the oldest first. */
err approval_gather(struct cx *cx, struct approval_list *ret);
struct todo_list;
err approval_todos(struct cx *cx, i64 staff, struct todo_list *ret);

struct outbox_row;
struct outcome;
err approval_on_decided(struct tx *tx, const struct event *ev);
err approval_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

extern const struct route approval_routes[];
extern const struct module approval_module;

#endif
