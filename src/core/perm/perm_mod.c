/*
 * The module: permissions of its own, its routes and queries, the installation's cursor key.
 */
#include "core/perm/perm_data.h"
#include "core/perm/perm_int.h"
#include "core/perm/perm_key.h"
#include "core/perm/perm_key_data.h"

#include "base/crypt.h"
#include "base/hash.h"

static const struct perm perms[] = {
	{ "self", T_PERM_SELF },
	{ "user.read", T_PERM_USER_READ },
	{ "user.write", T_PERM_USER_WRITE },
	{ "customer.phone", T_PERM_CUSTOMER_PHONE },
	{ 0 },
};

static const struct query *const queries[] = {
	&perm_user_get_query, &perm_user_all_query, &perm_user_count_query, &perm_owner_count_query, &perm_user_put_query,
	&perm_user_edit_query, &perm_user_password_query, &perm_user_lang_query, &perm_login_get_query,
	&perm_login_add_query, &perm_refs_query, &perm_refs_all_query, &perm_refs_clear_query, &perm_ref_add_query,
	&perm_scopes_query, &scope_clear_query, &scope_add_query, &perm_session_get_query, &perm_session_add_query,
	&perm_session_touch_query, &perm_session_end_query, &perm_sessions_end_query, &perm_sessions_expire_query,
	&perm_try_get_query, &perm_try_put_query, &perm_try_clear_query, &perm_try_prune_query, &idempotency_get_query,
	&idempotency_add_query, &idempotency_done_query, &idempotency_remove_query, &idempotency_prune_query,
	&perm_secret_get_query, &perm_secret_add_query, &perm_user_staff_query, &api_key_add_query,
	&api_key_revoke_query, &api_keys_query, &api_key_owner_of_query, NULL,
};

/* The first node makes the key, the others read it. */
static err secret(struct tx *tx, struct perm_secret *ret)
{
	struct perm_secret fresh = { STR("cursor"), id_random(tx->snap.arena, CRYPT_KEY_BYTES) };
	TRY(perm_secret_add(tx, &fresh));
	return perm_secret_get(&tx->snap, &fresh, ret);
}

static err start(struct env *env, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(env->store, a, 0, "start");
	struct perm_secret got;
	err e = WRITE_TX(&u, 0, secret(tx, &got));
	if (e == OK)
		hash_sha256(got.value, env->cursor_key.bytes);
	else if (f)
		*f = u.fail;
	arena_free(a);
	return e;
}

str page_next(struct cx *cx, const i64 *keys, size_t count, u64 filter)
{
	return cursor_encode(CX_ARENA(cx), &cx->env->cursor_key, keys, count, filter);
}

err page_from(struct cx *cx, str cursor, i64 *keys, size_t count, u64 filter)
{
	if (!cursor.n)
		return OK;
	return cursor_decode(CX_ARENA(cx), &cx->env->cursor_key, cursor, keys, count, filter, &cx->unit.fail);
}

static const struct route *const more_routes[] = { perm_key_routes, NULL };

const struct module perm_module = {
	.name = "perm",
	.doc = "Users, roles, sessions and data scopes; the dispatcher of requests.",
	.queries = queries,
	.routes = perm_routes,
	.more_routes = more_routes,
	.perms = perms,
	.start = start,
};
