/*
 * campaign joins.
 */
#include "feature/campaign/campaign_data.h"

static const struct query *const queries[] = {
	&campaign_insert_query, &campaign_update_query, &campaign_get_query, &campaign_list_query, &campaign_live_query, &campaign_waiting_query,
	&campaign_touch_add_query, &campaign_touch_put_query, &campaign_touches_query, NULL,
};
static const struct handler act[] = { { EV_REACH_REFUSED, campaign_on_refused }, { EV_REACH_BLOCKED, campaign_on_refused }, { 0 } };
static const struct timer_kind timers[] = { { CAMPAIGN_DUE, campaign_due }, { 0 } };
static const struct job_kind jobs[] = {
	{ CAMPAIGN_JOB, campaign_plan_step, "Looks at everybody of a plan for each of its touches.", campaign_dropped },
	{ 0 },
};
static const struct route *const more_routes[] = { campaign_people_routes, NULL };
static const struct event_title titles[] = { { EV_CAMPAIGN_LEFT, T_TITLE_CAMPAIGN_LEFT }, { 0 } };
static const struct perm perms[] = { { "campaign.read", T_PERM_CAMPAIGN_READ }, { "campaign.write", T_PERM_CAMPAIGN_WRITE }, { 0 } };
static const struct setting settings[] = {
	{ .name = "campaign.approve_over", .otherwise = FAIL_STR(CAMPAIGN_APPROVE_OVER), .label = T_CAMPAIGN_APPROVE },
	{ 0 },
};

static const struct approver *const approvers[] = { &campaign_approver, NULL };

const struct module campaign_module = {
	.name = "campaign",
	.doc = "Several touches over one audience by different channels, ended for whoever buys.",
	.queries = queries,
	.routes = campaign_routes,
	.more_routes = more_routes,
	.act = act,
	.timers = timers,
	.jobs = jobs,
	.approvers = approvers,
	.person = campaign_on_person,
	.titles = titles,
	.perms = perms,
	.settings = settings,
};
