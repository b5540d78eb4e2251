/*
 * change joins.
 */
#include "feature/change/change.h"

static const struct perm perms[] = {
	{ "change.read", T_PERM_CHANGE_READ },
	{ "change.write", T_PERM_CHANGE_WRITE },
	{ 0 },
};

const struct module change_module = {
	.name = "change",
	.doc = "The feed of changes for the company's data platform, and tags from there.",
	.routes = change_routes,
	.perms = perms,
};
