/*
 * attrdef joins: routes, the filling job, rights.
 */
#include "feature/attrdef/attrdef.h"

static const struct job_kind jobs[] = { { ATTRDEF_JOB, attrdef_fill, "Fills a new attribute from history." }, { 0 } };
static const struct perm perms[] = {
	{ "attribute.read", T_PERM_ATTRIBUTE_READ },
	{ "attribute.write", T_PERM_ATTRIBUTE_WRITE },
	{ 0 },
};
static const struct route *const more_routes[] = { attrdef_person_routes, NULL };

const struct module attrdef_module = {
	.name = "attrdef",
	.doc = "Attributes and fields operators define, filled from history and by hand.",
	.routes = attrdef_routes,
	.more_routes = more_routes,
	.jobs = jobs,
	.perms = perms,
};
