/*
 * Built-in roles: which permissions each has, by name and pattern.
 *
 * A pattern is a name, "*", "noun.*" or "*.verb"; what is denied wins. Names stand here as texts
 * because features declare their permissions above this floor: a role may speak of one that a build
 * does not have, a route never may (modules_check).
 */
#include "core/perm/perm.h"

#include "core/module.h"

static const struct {
	const char *role, *allow, *deny;
} roles[] = {
	{ "owner", "*", "" },
	{ "operator", "*", "user.*,audit.read" },
	{ "manager",
	  "self,*.read,customer.*,tag.*,livecode.*,audience.*,broadcast.*,campaign.*,moment.*,stafftask.*,letter.*,groupcast.*,group.*,job.*,material.*,survey.*", "user.*,audit.read" },
	{ "staff",
	  "self,home.read,customer.*,tag.read,material.read,livecode.read,group.read,group.task,order.read,audience.read,staff.read,job.read,value.read,recommend.read,keyword.read,calendar.read,living.read",
	  "customer.export,customer.merge" },
	{ "readonly", "self,*.read", "user.*,audit.read" },
};

static bool fits(str pattern, str name)
{
	if (str_eq(pattern, STR("*")))
		return true;
	if (str_ends(pattern, STR(".*")))
		return str_starts(name, str_sub(pattern, 0, pattern.n - 1));
	if (str_starts(pattern, STR("*.")))
		return str_ends(name, str_sub(pattern, 1, pattern.n));
	return str_eq(pattern, name);
}

static bool fits_any(const char *patterns, str name)
{
	str rest = str_c(patterns);
	while (rest.p) {
		str pattern = str_cut(&rest, ',');
		if (pattern.n && fits(pattern, name))
			return true;
	}
	return false;
}

perm_set role_perms(const struct module *const *list, str role)
{
	perm_set bits = 0;
	int at = 0;
	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		if (!str_eq_c(role, roles[i].role))
			continue;
		for (; *list; list++)
			for (const struct perm *p = (*list)->perms; p && p->name; p++, at++)
				if (at < PERMS_MAX && fits_any(roles[i].allow, str_c(p->name)) &&
				    !fits_any(roles[i].deny, str_c(p->name)))
					bits |= (perm_set)1 << at;
		return bits;
	}
	return 0;
}

perm_set perm_bit(const struct module *const *list, const char *perm)
{
	int at = 0;
	for (; *list; list++)
		for (const struct perm *p = (*list)->perms; p && p->name; p++, at++)
			if (at < PERMS_MAX && !strcmp(p->name, perm))
				return (perm_set)1 << at;
	return 0;
}

bool cx_may(const struct cx *cx, const char *perm)
{
	return (cx->viewer.perms & perm_bit(cx->env->modules, perm)) != 0;
}
