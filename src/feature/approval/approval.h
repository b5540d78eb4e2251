/*
 * approval 待我审批: one page of what waits for a second person, whoever's feature it is (core/approver.h).
 *
 * Shown is what the viewer may decide, and what she asked for herself and waits for somebody else. It is gathered anew each
 * time: there is no table that could be out of step. Deciding goes through the same list, so that what somebody does not see
 * there he cannot decide here, and a yes stands for exactly the number of people that was shown.
 *
 * A member of staff whose user may decide has it among her work of today, and decides on the phone.
 */
#ifndef YT_FEATURE_APPROVAL_APPROVAL_H
#define YT_FEATURE_APPROVAL_APPROVAL_H

#include "core/approver.h"

/* The viewer's, those she may decide first, the oldest first. */
err approval_gather(struct cx *cx, struct approval_list *ret);
struct todo_list;
err approval_todos(struct cx *cx, i64 staff, struct todo_list *ret);

extern const struct route approval_routes[];
extern const struct module approval_module;

#endif
