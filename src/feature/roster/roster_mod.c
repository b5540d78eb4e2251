/*
 * roster joins.
 */
#include "feature/roster/roster.h"

static const struct query *const queries[] = {
	&roster_insert_query, &roster_update_query, &roster_drop_query, &roster_get_query, &roster_all_query, NULL,
};
static const struct job_kind jobs[] = { { ROSTER_JOB, roster_step, "Finds who is on a list that was brought in.", roster_dropped }, { 0 } };

const struct module roster_module = {
	.name = "roster",
	.doc = "Lists of people brought in as files, usable in expressions.",
	.queries = queries,
	.routes = roster_routes,
	.jobs = jobs,
};
