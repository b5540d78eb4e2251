/*
 * material joins.
 */
#include "feature/material/material_visit_data.h"

static const struct query *const queries[] = {
	&material_insert_query, &material_update_query, &material_get_query, &material_number_query, &material_rows_query, &material_waiting_query,
	&material_version_add_query, &material_version_judge_query, &material_version_get_query, &material_versions_query,
	&material_file_add_query, &material_file_whole_query, &material_file_drop_query, &material_file_get_query,
	&material_files_stale_query, &material_part_add_query, &material_parts_query, &material_parts_drop_query,
	&material_media_put_query, &material_media_get_query, &material_category_add_query, &material_category_put_query,
	&material_category_drop_query, &material_category_leave_query, &material_categories_query, &material_visit_add_query,
	&material_visit_put_query, &material_visit_get_query, &material_visit_last_query, &material_own_query,
	&material_visits_of_query, &material_visits_since_query, &material_visit_list_query, &material_tally_add_query,
	&material_sums_query, &material_days_query, &material_alert_get_query, &material_alert_put_query,
	&material_visits_forget_query, &material_alerts_forget_query, NULL,
};
static const struct route *const more[] = { material_file_routes, material_figure_routes, material_page_routes, NULL };
static const struct handler act[] = { { EV_MATERIAL_OPENED, material_on_opened }, { 0 } };
static const struct timer_kind timers[] = { { MATERIAL_READ_TIMER, material_on_read }, { MATERIAL_KEEP_TIMER, material_keep }, { 0 } };
static const struct event_title titles[] = {
	{ EV_MATERIAL_OPENED, T_EV_MATERIAL_OPENED },
	{ EV_MATERIAL_READ, T_EV_MATERIAL_READ },
	{ EV_MATERIAL_PASSED, T_EV_MATERIAL_PASSED },
	{ 0 },
};
static const struct perm perms[] = {
	{ "material.read", T_PERM_MATERIAL_READ },
	{ "material.write", T_PERM_MATERIAL_WRITE },
	{ "material.approve", T_PERM_MATERIAL_APPROVE },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "material.approval", .otherwise = "0", .label = T_MATERIAL_SET_APPROVAL },
	{ .name = "material.approval_days", .otherwise = "0", .label = T_MATERIAL_SET_DAYS },
	{ .name = "material.identify", .otherwise = "1", .label = T_MATERIAL_SET_IDENTIFY },
	{ 0 },
};

static const struct approver *const approvers[] = { &material_approver, NULL };

const struct module material_module = {
	.name = "material",
	.doc = "Texts, articles, links, files, images and mini programs with versions and approval; who opened them, how long, how deep.",
	.queries = queries,
	.routes = material_routes,
	.more_routes = more,
	.act = act,
	.timers = timers,
	.titles = titles,
	.doors = material_doors,
	.enclosure = &material_enclosure,
	.approvers = approvers,
	.perms = perms,
	.settings = settings,
	.start = material_keep_arm_all,
	.corp_new = material_keep_arm,
};
