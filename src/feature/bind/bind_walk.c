/*
 * The walk through WeCom's consent page and the session it ends in.
 *
 * Nothing is stored when a walk begins, so nobody can fill a table by beginning walks: what has to be
 * remembered rides in a cookie under our own seal, together with the hash of the state. The session that
 * a walk ends in keeps the state's hash under a unique key, so a second end finds it taken.
 */
#include "feature/bind/bind_data.h"

#include "base/crypt.h"
#include "base/hash.h"
#include "core/perm/perm_session.h"
#include "port/wecom/wecom_oauth.h"

#define SEAL_LABEL "bind walk "

struct walk { str state, slug, back; ms expires; };

str bind_hash(struct arena *a, str token)
{
	u8 digest[SHA256_BYTES];
	hash_sha256(token, digest);
	return hash_hex(a, digest, sizeof(digest));
}

static str random_hex(struct arena *a)
{
	u8 bytes[BIND_STATE_BYTES];
	crypt_random(bytes, sizeof(bytes));
	return hash_hex(a, bytes, sizeof(bytes));
}

static void set_cookie(struct cx *cx, const char *name, str value, ms life)
{
	http_set(cx->reply, STR("Set-Cookie"), arena_printf(CX_ARENA(cx),
		"%s=%.*s; Path=/h5; Max-Age=%lld; HttpOnly; SameSite=Lax%s", name, STR_F(value),
		(long long)(life / MS_SECOND), session_secure(cx->env, cx->req) ? "; Secure" : ""));
}

/* A path of this site, in plain printable letters: what a Location may be given. */
static bool path_ok(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '\\')
			return false;
	return s.n > 0 && s.n <= BIND_RETURN_MAX && s.p[0] == '/' && !(s.n > 1 && s.p[1] == '/');
}

static str home(struct arena *a, str slug) { return arena_printf(a, "/h5/bind?corp=%.*s", STR_F(slug)); }

static str seal(struct cx *cx, str plain)
{
	u8 mac[SHA256_BYTES];
	struct arena *a = CX_ARENA(cx);
	str text = arena_printf(a, SEAL_LABEL "%.*s", STR_F(plain));
	hash_hmac_sha256(str_of(cx->env->cursor_key.bytes, sizeof(cx->env->cursor_key.bytes)), text, mac);
	return hash_hex(a, mac, sizeof(mac));
}

/* hash of the state . slug . end . path, and the seal over them */
static str walk_write(struct cx *cx, const struct walk *w)
{
	struct arena *a = CX_ARENA(cx);
	str plain = arena_printf(a, "%.*s.%.*s.%lld.%.*s", STR_F(bind_hash(a, w->state)), STR_F(w->slug),
				 (long long)w->expires, STR_F(base64url_encode(a, w->back)));
	return arena_printf(a, "%.*s.%.*s", STR_F(plain), STR_F(seal(cx, plain)));
}

static bool walk_read(struct cx *cx, str cookie, struct walk *ret)
{
	i64 dot = -1;
	for (size_t i = 0; i < cookie.n; i++)
		dot = cookie.p[i] == '.' ? (i64)i : dot;
	if (dot < 0)
		return false;
	str rest = str_sub(cookie, 0, (size_t)dot), mac = str_sub(cookie, (size_t)dot + 1, cookie.n);
	if (!crypt_equal(mac, seal(cx, rest)))
		return false;
	ret->state = str_cut(&rest, '.');
	ret->slug = str_cut(&rest, '.');
	return str_i64(str_cut(&rest, '.'), &ret->expires) && base64url_decode(CX_ARENA(cx), rest, &ret->back);
}

err bind_start(struct cx *cx, str slug, str back, str *ret_url)
{
	struct arena *a = CX_ARENA(cx);
	struct corp corp;
	struct corp_wecom wecom;
	TRY(corp_by_slug(&cx->unit, slug, &corp));
	cx->unit.corp = corp.id;
	TRY(corp_wecom_get(&cx->unit, corp.id, &wecom));
	struct walk w = { random_hex(a), corp.slug, path_ok(back) ? back : home(a, corp.slug), cx_now(cx) + BIND_STATE_MS };
	set_cookie(cx, BIND_STATE_COOKIE, walk_write(cx, &w), BIND_STATE_MS);
	str redirect = arena_printf(a, "%.*s/h5/api/bind/callback", STR_F(cx->env->public_url));
	/* A simulated corp's people live in the simulator: its consent page stands beside its API. */
	*ret_url = wecom_oauth_url(a, corp.simulated ? wecom.app.base : STR_NIL, &wecom.app, redirect, w.state);
	return OK;
}

static err not_ours(struct cx *cx)
{
	return cx_fail(cx, ERR_LOGIN, T_BIND_WALK, STR_NIL, STR_NIL, STR_NIL);
}

static err put_session(struct tx *tx, const struct bind_session *row, bool *ret_new)
{
	TRY(bind_session_add(tx, row));
	*ret_new = tx->changed > 0;
	return bind_prune_arm(tx);
}

static err open_session(struct cx *cx, const struct wecom_visitor *who, str state)
{
	struct arena *a = CX_ARENA(cx);
	bool fresh = false;
	str token = id_random(a, BIND_SESSION_BYTES);
	struct bind_session row = {
		.owner_corp = cx->unit.corp, .token = bind_hash(a, token), .state = state, .external_userid = who->external_userid,
		.openid = who->openid, .created = cx_now(cx), .expires = cx_now(cx) + BIND_SESSION_MS,
	};
	TRY(WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), put_session(tx, &row, &fresh)));
	if (!fresh)
		return not_ours(cx);
	set_cookie(cx, BIND_COOKIE, token, BIND_SESSION_MS);
	return OK;
}

err bind_callback(struct cx *cx, str code, str state, str *ret_back)
{
	struct arena *a = CX_ARENA(cx);
	struct walk w;
	struct corp corp;
	struct corp_wecom wecom;
	struct wecom_visitor who;
	bool ours = walk_read(cx, http_cookie(cx->req, BIND_STATE_COOKIE), &w) && cx_now(cx) <= w.expires &&
		    crypt_equal(w.state, bind_hash(a, state));
	set_cookie(cx, BIND_STATE_COOKIE, STR(""), 0);
	if (!ours)
		return not_ours(cx);
	*ret_back = home(a, w.slug);
	TRY(corp_by_slug(&cx->unit, w.slug, &corp));
	cx->unit.corp = corp.id;
	TRY(corp_wecom_get(&cx->unit, corp.id, &wecom));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &wecom.app, .arena = a, .fail = &cx->unit.fail };
	TRY(wecom_oauth_user(&call, code, &who));
	if (who.userid.n)
		return cx_fail(cx, ERR_FORBIDDEN, T_BIND_MEMBER, STR_NIL, STR_NIL, STR_NIL);
	if (!who.openid.n && !who.external_userid.n)
		return not_ours(cx);
	*ret_back = w.back;
	return open_session(cx, &who, w.state);
}

static err need_login(struct cx *cx)
{
	cx->unit.corp = 0;
	return cx_fail(cx, ERR_LOGIN, T_BIND_LOGIN, STR_NIL, STR_NIL, STR_NIL);
}

err bind_enter(struct cx *cx, str slug, struct bind_visitor *ret)
{
	str token = http_cookie(cx->req, BIND_COOKIE);
	struct bind_session row, key = { 0 };
	if (!token.n || token.n > 100)
		return need_login(cx);
	key.token = bind_hash(CX_ARENA(cx), token);
	err e = READ_SNAP(&cx->unit, 0, bind_session_get(snap, &key, &row));
	if (e == ERR_NOT_FOUND || (e == OK && cx_now(cx) > row.expires))
		return need_login(cx);
	TRY(e);
	cx->unit.corp = row.owner_corp;
	cx->unit.actor_kind = ACTOR_CUSTOMER;
	cx->unit.source = "h5";
	*ret = (struct bind_visitor){ .session = row.token, .external_userid = row.external_userid, .openid = row.openid };
	TRY(corp_get(&cx->unit, row.owner_corp, &ret->corp));
	return slug.n && !str_eq(slug, ret->corp.slug) ? need_login(cx) : OK;
}
