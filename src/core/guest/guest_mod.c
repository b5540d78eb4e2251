/*
 * guest joins.
 */
#include "core/guest/guest_data.h"

static const struct query *const queries[] = {
	&guest_session_add_query, &guest_session_get_query, &guest_sessions_drop_query, &guest_session_first_query, NULL,
};
static const struct timer_kind timers[] = { { GUEST_PRUNE, guest_prune }, { 0 } };
static const struct setting settings[] = {
	{ .name = "guest.staff_login", .otherwise = "0", .label = T_GUEST_STAFF_LOGIN },
	{ 0 },
};

const struct module guest_module = {
	.name = "guest",
	.doc = "Who is on a page of ours: customers by WeCom's consent page, staff by WeCom's login.",
	.queries = queries,
	.routes = guest_routes,
	.timers = timers,
	.settings = settings,
};
