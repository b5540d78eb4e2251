/*
 * API keys: made, shown, revoked, and what a request with one may do.
 */
#include "core/perm/perm_key.h"

#include "base/hash.h"
#include "base/id.h"
#include "core/module.h"
#include "core/perm/perm_key_data.h"

static str hash_of(struct arena *a, str key)
{
	u8 digest[SHA256_BYTES];
	hash_sha256(key, digest);
	return hash_hex(a, digest, sizeof(digest));
}

static str bearer(const struct http_req *req)
{
	str auth = http_header(req, "Authorization");
	return str_starts(auth, STR("Bearer ")) ? str_trim(str_sub(auth, 7, auth.n)) : STR_NIL;
}

bool api_key_given(const struct http_req *req) { return str_starts(bearer(req), STR(API_KEY_HEAD)); }

err api_key_enter(struct cx *cx)
{
	struct api_key_owner owner, key = { .hash = hash_of(CX_ARENA(cx), bearer(cx->req)) };
	str rest;
	err e = READ_SNAP(&cx->unit, 0, api_key_owner_of(snap, &key, &owner));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, ERR_LOGIN, T_OK, STR_NIL, STR_NIL, STR_NIL);
	TRY(e);
	cx->unit.corp = owner.owner_corp;
	cx->unit.actor_kind = ACTOR_API;
	cx->unit.actor = owner.id;
	cx->unit.source = "api";
	cx->viewer.name = owner.name;
	cx->viewer.session = owner.id;
	for (rest = owner.perms; rest.n;)
		cx->viewer.perms |= perm_bit(cx->env->modules, arena_cstr(CX_ARENA(cx), str_cut(&rest, ',')));
	cx->viewer.mask_pii = !cx_may(cx, "customer.phone");
	cx->unit.discreet = !cx_may(cx, "tag.sensitive");
	return OK;
}

/* ---- routes ---- */

#define KEY_NEW_FIELDS(F, S)                                                        \
	F(S, STR, name, .min = 1, .max = 40)                                        \
	F(S, STRS, perms, .min = 1, .max = API_KEY_PERMS_MAX, .doc = "names of permissions, of those its maker has")
RECORD(api_key_new, KEY_NEW_FIELDS);
#define KEY_SHOWN_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, key, .doc = "shown only now")
RECORD(api_key_shown, KEY_SHOWN_FIELDS);
#define KEY_VIEW_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, head) F(S, STRS, perms) F(S, MS, created_ms)
RECORD(api_key_view, KEY_VIEW_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err tell(struct tx *tx, i64 id, str name, bool revoked)
{
	struct api_key_changed body = { id, name, revoked };
	return journal_add(tx, EV_API_KEY_CHANGED, 0, tx->snap.now, &api_key_changed_record, &body, NULL);
}

/* Nobody gives what she has not; `self` is for persons. */
static err check_perms(struct cx *cx, const struct strs *perms, str *ret)
{
	struct buf b = buf_new(CX_ARENA(cx), 4096);
	for (size_t i = 0; i < perms->n; i++) {
		const char *name = arena_cstr(CX_ARENA(cx), perms->v[i]);
		if (str_eq_c(perms->v[i], "self") || !cx_may(cx, name))
			return cx_fail(cx, ERR_INPUT, T_API_KEY_PERM, STR("perms"), perms->v[i], STR_NIL);
		buf_fmt(&b, "%s%s", i ? "," : "", name);
	}
	*ret = buf_str(&b);
	return OK;
}

static err add(struct tx *tx, str name, str perms, struct api_key_shown *out)
{
	struct arena *a = tx->snap.arena;
	struct api_key *rows;
	size_t n;
	TRY(api_keys(&tx->snap, &(struct none){ 0 }, &rows, &n));
	if (n >= API_KEYS_MAX)
		return tx_fail(tx, ERR_STATE, T_API_KEY_MAX, STR("name"), STR_NIL, arena_printf(a, "%d", API_KEYS_MAX));
	str key = arena_printf(a, API_KEY_HEAD "%.*s", STR_F(id_slug(a, API_KEY_CHARS)));
	struct api_key row = { id_next(store_ids(tx->snap.unit->store), tx->snap.now), name, hash_of(a, key),
			       str_sub(key, 0, API_KEY_SHOWN), perms, tx->snap.now };
	TRY(api_key_add(tx, &row));
	*out = (struct api_key_shown){ row.id, name, key };
	return tell(tx, row.id, name, false);
}

static err h_add(struct cx *cx)
{
	const struct api_key_new *in = cx->in;
	str perms = STR_NIL;
	TRY(check_perms(cx, &in->perms, &perms));
	return WRITE_TX(&cx->unit, base(cx), add(tx, in->name, perms, cx->out));
}

static err read_all(const struct snap *s, struct page *page)
{
	struct api_key *rows;
	size_t n;
	TRY(api_keys(s, &(struct none){ 0 }, &rows, &n));
	struct api_key_view *out = ARENA_ARRAY(s->arena, struct api_key_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct api_key_view){ rows[i].id, rows[i].name, rows[i].head, { ARENA_ARRAY(s->arena, str, API_KEY_PERMS_MAX), 0 },
						rows[i].created };
		for (str rest = rows[i].perms; rest.n;)
			out[i].perms.v[out[i].perms.n++] = str_cut(&rest, ',');
	}
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

static err h_list(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_all(snap, cx->out)); }

static err revoke(struct tx *tx, i64 id)
{
	TRY(api_key_revoke(tx, &(struct perm_key){ id }));
	return tx_changed(tx) ? tell(tx, id, STR(""), true) : tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, STR("api key"));
}

static err h_revoke(struct cx *cx)
{
	i64 id = ((const struct perm_key *)cx->in)->id;
	return WRITE_TX(&cx->unit, base(cx), revoke(tx, id));
}

const struct route perm_key_routes[] = {
	{ "GET", "/api/v1/api-keys", "user.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &api_key_view_record, h_list,
	  "Keys with which other programs ask." },
	{ "POST", "/api/v1/api-keys", "user.write", ROUTE_SCOPE_NONE, ROUTE_CREATED, &api_key_new_record, &api_key_shown_record, h_add,
	  "Makes a key; it is shown only in this answer." },
	{ "DELETE", "/api/v1/api-keys/{id}", "user.write", ROUTE_SCOPE_NONE, 0, &perm_key_record, &none_record, h_revoke,
	  "Revokes a key at once." },
	{ 0 },
};
