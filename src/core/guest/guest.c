/*
 * Which person a guest is.
 */
#include "core/guest/guest.h"

#include "core/customer/customer.h"
#include "core/identity/identity.h"

/* Root of the person known by the value; 0 when nobody is. */
static err root_by(struct unit *u, const char *kind, str value, i64 *ret)
{
	*ret = 0;
	if (!value.n)
		return OK;
	err e = identity_find(u, str_c(kind), value, ret);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	return customer_root(u, *ret, ret);
}

err guest_root(struct unit *u, const struct guest *g, i64 *ret)
{
	TRY(root_by(u, "external_userid", g->external_userid, ret));
	return *ret ? OK : root_by(u, "openid", g->openid, ret);
}

err guest_customer(struct cx *cx, const struct guest *g, const char *origin, i64 *ret)
{
	struct identity_in ids[2];
	size_t n = 0;
	if (g->external_userid.n)
		ids[n++] = (struct identity_in){ STR("external_userid"), g->external_userid, true };
	if (g->openid.n)
		ids[n++] = (struct identity_in){ STR("openid"), g->openid, true };
	struct identity_who who = { .ids = ids, .count = n, .occurred = cx_now(cx), .origin = str_c(origin), .name = STR_NIL };
	TRY(identity_resolve(&cx->unit, &who, ret, NULL, NULL));
	return customer_root(&cx->unit, *ret, ret);
}
