/*
 * approval joins.
 */
#include "feature/approval/approval_data.h"

static const struct query *const queries[] = {
	&approval_refusal_add_query, &approval_refusals_query, &approval_refusal_get_query, &approval_refusal_read_query, &approval_refusal_trim_query, NULL,
};
static const struct handler act[] = { { EV_APPROVAL_DECIDED, approval_on_decided }, { 0 } };
static const struct sender senders[] = { { .kind = APPROVAL_NOTICE, .send = approval_send, .reconcile = approval_send }, { 0 } };

const struct module approval_module = {
	.name = "approval",
	.doc = "What waits for a second person, gathered from all features: one page, one decision; and telling who was refused.",
	.queries = queries,
	.routes = approval_routes,
	.act = act,
	.senders = senders,
	.todos = approval_todos,
};
