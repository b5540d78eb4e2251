/*
 * approval joins.
 */
#include "feature/approval/approval.h"

static const struct query *const queries[] = { NULL };

const struct module approval_module = {
	.name = "approval",
	.doc = "What waits for a second person, gathered from all features: one page, one decision.",
	.queries = queries,
	.routes = approval_routes,
	.todos = approval_todos,
};
