/*
 * sidebar joins.
 */
#include "feature/sidebar/sidebar.h"

static const struct query *const queries[] = { NULL };

const struct module sidebar_module = {
	.name = "sidebar",
	.doc = "Pages inside the WeCom client: the sidebar beside a chat and the workbench of staff.",
	.queries = queries,
	.routes = sidebar_routes,
};
