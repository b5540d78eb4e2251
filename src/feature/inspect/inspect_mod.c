/*
 * quality inspection joins.
 */
#include "feature/inspect/inspect_data.h"

static const struct query *const queries[] = {
	&inspect_add_query, &inspect_put_query, &inspect_get_query, &inspect_last_query, &inspect_late_query, &inspect_week_query,
	&inspect_drop_query, NULL,
};
static const struct handler act[] = { { EV_KF_TURN, inspect_on_turn }, { 0 } };
static const struct timer_kind timers[] = { { INSPECT_DUE, inspect_due }, { 0 } };
static bool minutes_fit(str value)
{
	i64 n;
	return inspect_minutes_parse(value, &n);
}
static bool hours_fit(str value)
{
	struct inspect_hours h;
	return inspect_hours_parse(value, &h);
}
static const struct setting settings[] = {
	{ .name = INSPECT_MINUTES, .otherwise = FAIL_STR(INSPECT_MINUTES_DEFAULT), .label = T_INSPECT_MINUTES,
	  .fits = minutes_fit, .wants = "1 … " FAIL_STR(INSPECT_MINUTES_MAX) },
	{ .name = INSPECT_HOURS, .otherwise = INSPECT_HOURS_DEFAULT, .label = T_INSPECT_HOURS, .fits = hours_fit, .wants = "00:00-24:00" },
	{ 0 },
};

const struct module inspect_module = {
	.name = "inspect",
	.doc = "Quality inspection: how long customers of WeChat customer service wait for a person.",
	.queries = queries,
	.routes = inspect_routes,
	.act = act,
	.timers = timers,
	.settings = settings,
};
