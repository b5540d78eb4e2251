/*
 * followup joins: the board, its columns, and the hook that places people.
 */
#include "feature/followup/followup_data.h"

static const struct query *const queries[] = {
	&followup_column_list_query, &followup_column_insert_query, &followup_column_update_query,
	&followup_column_renamed_query, &followup_column_drop_query, &followup_now_get_query, &followup_now_put_query,
	&followup_now_drop_query, &followup_now_page_query, &followup_set_put_query, &followup_set_get_query, NULL,
};
static const struct handler derive[] = { { EV_CUSTOMER_CHANGED, followup_on_changed }, { 0 } };
static const char *const derived[] = { "followup_set", NULL };
static const struct job_kind jobs[] = {
	{ FOLLOWUP_JOB_RENAME, followup_step_rename, "Rewrites people of a renamed column." },
	{ FOLLOWUP_JOB_REMOVE, followup_step_remove, "Moves people of a column that goes." },
	{ FOLLOWUP_JOB_ADOPT, followup_step_adopt, "Takes people into a new column." },
	{ 0 },
};
static const struct attr attrs[] = {
	{ .name = "followup_since", .type = ATTR_TIME, .id = FOLLOWUP_ATTR_SINCE, .label = T_ATTR_FOLLOWUP_SINCE },
	{ 0 },
};
static const struct route *const more_routes[] = { followup_column_routes, NULL };

const struct module followup_module = {
	.name = "followup",
	.doc = "The board of hand-set sales stages: columns of the corp's own, moves as events.",
	.queries = queries,
	.routes = followup_routes,
	.more_routes = more_routes,
	.derive = derive,
	.derived = derived,
	.jobs = jobs,
	.attrs = attrs,
	.verbs = followup_verbs,
	.person = followup_person,
};
