/*
 * lookalike joins: packs as jobs, exports with two persons.
 */
#include "feature/lookalike/lookalike_data.h"

static const struct query *const queries[] = {
	&lookalike_pack_put_query, &lookalike_pack_get_query, &lookalike_packs_query, &lookalike_packs_count_query,
	&lookalike_pack_drop_query, &lookalike_feature_put_query, &lookalike_features_query, &lookalike_features_drop_query,
	&lookalike_chunk_put_query, &lookalike_chunk_get_query, &lookalike_members_drop_query, &lookalike_export_put_query,
	&lookalike_export_get_query, &lookalike_exports_query, &lookalike_exports_open_query, &lookalike_exports_asked_query, &lookalike_export_decide_query,
	&lookalike_export_took_query, NULL,
};
static const struct job_kind jobs[] = {
	{ LOOKALIKE_JOB, lookalike_step, "Finds people like those of a seed, and tries how well that works" },
	{ 0 },
};
static const struct perm perms[] = {
	{ "lookalike.read", T_PERM_LOOKALIKE_READ },
	{ "lookalike.write", T_PERM_LOOKALIKE_WRITE },
	{ "lookalike.approve", T_PERM_LOOKALIKE_APPROVE },
	{ 0 },
};
static const struct route *const more_routes[] = { lookalike_export_routes, NULL };

static const struct approver *const approvers[] = { &lookalike_approver, NULL };

const struct module lookalike_module = {
	.name = "lookalike",
	.doc = "People like those of a seed audience, and hashed phones taken out with consent and a second person's approval.",
	.queries = queries,
	.routes = lookalike_routes,
	.more_routes = more_routes,
	.jobs = jobs,
	.perms = perms,
	.approvers = approvers,
};
