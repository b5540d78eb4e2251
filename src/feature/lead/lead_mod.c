/*
 * the lead pool joins.
 */
#include "feature/lead/lead_data.h"

static const struct query *const queries[] = {
	&lead_add_query, &lead_put_query, &lead_get_query, &lead_held_query, &lead_list_query, &lead_of_query, &lead_log_add_query,
	&lead_logs_query, NULL,
};
static const struct timer_kind timers[] = { { LEAD_RETURN, lead_return_due }, { LEAD_WON, lead_won_due }, { 0 } };
static const struct job_kind jobs[] = { { LEAD_JOB, lead_pool_step, "Puts people into the lead pool.", NULL }, { 0 } };
static const struct event_title titles[] = {
	{ EV_LEAD_POOLED, T_LEAD_POOLED_TITLE },
	{ EV_LEAD_CLAIMED, T_LEAD_CLAIMED_TITLE },
	{ EV_LEAD_RETURNED, T_LEAD_RETURNED_TITLE },
	{ EV_LEAD_WON, T_LEAD_WON_TITLE },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "lead.held_max", .otherwise = FAIL_STR(LEAD_HELD_MAX), .label = T_LEAD_MAX_SETTING },
	{ .name = "lead.days", .otherwise = FAIL_STR(LEAD_DAYS), .label = T_LEAD_DAYS_SETTING },
	{ .name = "lead.cool_days", .otherwise = FAIL_STR(LEAD_COOL_DAYS), .label = T_LEAD_COOL_SETTING },
	{ 0 },
};

const struct module lead_module = {
	.name = "lead",
	.doc = "The lead pool: people without an advisor, claimed, protected and given back.",
	.queries = queries,
	.routes = lead_routes,
	.timers = timers,
	.jobs = jobs,
	.person = lead_settle,
	.titles = titles,
	.settings = settings,
};
