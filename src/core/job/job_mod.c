/*
 * job joins. At start the leases of the process before are forgotten.
 */
#include "core/job/job_http.h"

static const struct query *const queries[] = {
	&job_insert_query, &job_row_get_query, &job_page_query, &job_next_query, &job_due_next_query, &job_claim_query,
	&job_release_query, &job_release_all_query, &job_progress_query, &job_finish_query, &job_stop_query, NULL,
};

static const struct perm perms[] = { { "job.read", T_PERM_JOB_READ }, { "job.write", T_PERM_JOB_WRITE }, { 0 } };

static err start(struct env *env, struct fail *f)
{
	struct none none = { 0 };
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(env->store, a, 0, "job");
	err e = WRITE_TX(&u, 0, job_release_all(tx, &none));
	if (e != OK)
		*f = u.fail;
	arena_free(a);
	return e;
}

const struct module job_module = {
	.name = "job",
	.doc = "Long work with progress that survives reload and restart.",
	.queries = queries,
	.routes = job_routes,
	.perms = perms,
	.start = start,
};
