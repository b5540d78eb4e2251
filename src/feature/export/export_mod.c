/*
 * export joins: routes, the job and the end of files.
 */
#include "feature/export/export_data.h"

static const struct query *const queries[] = {
	&export_insert_query, &export_get_query, &export_of_job_query, &export_page_query, &export_running_query,
	&export_progress_query, &export_state_set_query, &export_taken_query, &export_part_add_query, &export_part_each_query,
	&export_part_drop_query, NULL,
};
static const struct job_kind jobs[] = { { EXPORT_JOB, export_step, "Writes customers to a file.", export_dropped }, { 0 } };
static const struct timer_kind timers[] = { { EXPORT_EXPIRE, export_expire }, { 0 } };
static const struct perm perms[] = { { "customer.export", T_PERM_CUSTOMER_EXPORT }, { 0 } };

const struct module export_module = {
	.name = "export",
	.doc = "People of an audience as a file, for a stated purpose and for a week.",
	.queries = queries,
	.routes = export_routes,
	.jobs = jobs,
	.timers = timers,
	.perms = perms,
};
