/*
 * inherit joins.
 */
#include "feature/inherit/inherit_data.h"

static const struct query *const queries[] = {
	&inherit_put_query, &inherit_get_query, &inherit_list_query, &inherit_member_put_query, &inherit_members_query,
	&inherit_item_add_query, &inherit_item_set_query, &inherit_item_page_query, &inherit_item_next_query,
	&inherit_item_waiting_query, &inherit_sums_query, &inherit_group_add_query, &inherit_group_set_query,
	&inherit_group_next_query, &inherit_group_page_query, &inherit_group_sums_query, &inherit_groups_asked_query, NULL,
};
static const struct handler act[] = {
	{ EV_FOLLOW_ADDED, inherit_on_added },
	{ EV_FOLLOW_TRANSFERRED, inherit_on_transferred },
	{ EV_TRANSFER_FAILED, inherit_on_failed },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = INHERIT_ASK, .send = inherit_send_ask, .reconcile = inherit_send_ask },
	{ .kind = INHERIT_GROUPS, .send = inherit_send_groups, .reconcile = inherit_send_groups },
	{ .kind = INHERIT_POLL, .send = inherit_send_poll, .reconcile = inherit_send_poll },
	{ 0 },
};
static const struct job_kind jobs[] = {
	{ INHERIT_PLAN, inherit_plan_step, "Works out who goes over to whom." },
	{ INHERIT_SPREAD, inherit_spread_step, "Begins to ask WeCom for what was planned." },
	{ 0 },
};
static const struct event_title titles[] = { { EV_INHERIT_REFUSED, T_EV_INHERIT_REFUSED }, { 0 } };
static const struct perm perms[] = {
	{ "inherit.read", T_PERM_INHERIT_READ },
	{ "inherit.write", T_PERM_INHERIT_WRITE },
	{ 0 },
};

const struct module inherit_module = {
	.name = "inherit",
	.doc = "Handing the customers of a member over to others, while she works here or after she left.",
	.queries = queries,
	.routes = inherit_routes,
	.act = act,
	.senders = senders,
	.jobs = jobs,
	.titles = titles,
	.perms = perms,
};
