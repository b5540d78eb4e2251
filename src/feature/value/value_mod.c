/*
 * value joins: histories, the nightly fit, attributes, the page.
 */
#include "feature/value/value_fit.h"

static const struct query *const queries[] = {
	&value_order_put_query, &value_order_get_query, &value_order_drop_query, &value_days_of_query,
	&value_person_put_query, &value_person_get_query, &value_person_drop_query, &value_people_query,
	&value_span_of_query, &value_score_put_query, &value_score_get_query, &value_score_drop_query,
	&value_scores_prune_query, &value_warned_query, &value_fit_put_query, &value_fits_query,
	&value_held_out_get_query, &value_fits_prune_query, &value_run_get_query, &value_run_put_query, NULL,
};
static const struct handler derive[] = {
	{ EV_ORDER_PLACED, value_on_order },
	{ EV_ORDER_CHANGED, value_on_order },
	{ EV_ORDER_CANCELLED, value_on_order },
	{ EV_ORDER_WITHDRAWN, value_on_order },
	{ EV_ORDER_REFUNDED, value_on_refund },
	{ EV_REFUND_WITHDRAWN, value_on_refund },
	{ 0 },
};
static const struct handler act[] = {
	{ EV_CUSTOMER_MERGED, value_on_gone },
	{ EV_CUSTOMER_ERASED, value_on_gone },
	{ 0 },
};
static const char *const derived[] = { "value_order", NULL };
static const struct timer_kind timers[] = { { VALUE_NIGHT, value_night }, { 0 } };
static const struct job_kind jobs[] = {
	{ VALUE_JOB, value_step, "Fits how customers buy and pay, and scores everybody" },
	{ 0 },
};
static const struct attr attrs[] = {
	{ .name = "p_alive", .type = ATTR_NUMBER, .id = VALUE_ATTR_ALIVE, .label = T_ATTR_P_ALIVE, .unit = T_VALUE_UNIT_PERCENT },
	{ .name = "expected_orders", .type = ATTR_NUMBER, .id = VALUE_ATTR_ORDERS, .label = T_ATTR_EXPECTED_ORDERS,
	  .unit = T_VALUE_UNIT_HUNDREDTHS },
	{ .name = "expected_value", .type = ATTR_MONEY, .id = VALUE_ATTR_WORTH, .label = T_ATTR_EXPECTED_VALUE },
	{ .name = "overdue", .type = ATTR_NUMBER, .id = VALUE_ATTR_OVERDUE, .label = T_ATTR_OVERDUE, .unit = T_VALUE_UNIT_PERCENT },
	{ .name = "risk", .type = ATTR_TEXT, .id = VALUE_ATTR_RISK, .label = T_ATTR_RISK, .one_of = "low,watch,high,lost" },
	{ 0 },
};
static const struct perm perms[] = {
	{ "value.read", T_PERM_VALUE_READ },
	{ "value.fit", T_PERM_VALUE_FIT },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "value.near_days", .otherwise = "30", .label = T_VALUE_NEAR_DAYS },
	{ .name = "value.horizon_days", .otherwise = "90", .label = T_VALUE_HORIZON_DAYS },
	{ .name = "value.overdue", .otherwise = "200", .label = T_VALUE_OVERDUE },
	{ .name = "value.alive", .otherwise = "50", .label = T_VALUE_ALIVE },
	{ 0 },
};

const struct module value_module = {
	.name = "value",
	.doc = "What each buyer is likely worth, and who is leaving before she has left.",
	.queries = queries,
	.routes = value_routes,
	.derive = derive,
	.act = act,
	.derived = derived,
	.timers = timers,
	.jobs = jobs,
	.attrs = attrs,
	.person = value_on_person,
	.perms = perms,
	.settings = settings,
	.start = value_start,
	.corp_new = value_arm,
};
