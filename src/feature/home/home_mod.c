/*
 * home joins: day counts, the nightly comparison, the page.
 */
#include "feature/home/home_data.h"

#include "core/corp/corp.h"

static const struct query *const queries[] = {
	&home_day_add_query, &home_days_query, &home_staff_sums_query, &home_order_put_query, &home_order_get_query,
	&home_order_drop_query, &home_any_order_query, &home_wecom_put_query, &home_wecom_last_query,
	&home_wecom_days_query, &home_differences_query, NULL,
};
static const struct handler derive[] = {
	{ EV_FOLLOW_ADDED, home_on_follow },
	{ EV_FOLLOW_LOST, home_on_follow },
	{ EV_FOLLOW_DROPPED, home_on_follow },
	{ EV_ORDER_PLACED, home_on_order },
	{ EV_ORDER_CANCELLED, home_on_order },
	{ EV_ORDER_CHANGED, home_on_order },
	{ EV_ORDER_WITHDRAWN, home_on_order },
	{ EV_ORDER_REFUNDED, home_on_refund },
	{ EV_REFUND_WITHDRAWN, home_on_refund },
	{ 0 },
};
static const char *const derived[] = { "home_day", "home_order", NULL };
static const struct timer_kind timers[] = { { HOME_COMPARE, home_compare }, { 0 } };
static const struct sender senders[] = {
	{ .kind = HOME_BEHAVIOR, .send = home_send_behavior, .reconcile = home_send_behavior },
	{ 0 },
};
static const struct perm perms[] = { { "home.read", T_PERM_HOME_READ }, { 0 } };

const struct module home_module = {
	.name = "home",
	.doc = "The figures of the day with their definitions, compared with WeCom's every night.",
	.queries = queries,
	.routes = home_routes,
	.derive = derive,
	.derived = derived,
	.timers = timers,
	.senders = senders,
	.perms = perms,
	.corp_new = home_arm,
};
