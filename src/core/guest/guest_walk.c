/*
 * The walk through WeCom's consent page and the session it ends in.
 *
 * Nothing is stored when a walk begins, so nobody can fill a table by beginning walks: what has to be
 * remembered rides in a cookie under our own seal, together with the hash of the state. The session that
 * a walk ends in keeps the state's hash under a unique key, so a second end finds it taken. A walk of staff
 * leaves such a row too, under a token nobody has.
 */
#include "core/guest/guest_data.h"

#include "base/crypt.h"
#include "base/hash.h"
#include "core/perm/perm_session.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_oauth.h"

#define SEAL_LABEL "guest walk "

struct walk { str state, slug, back; enum guest_kind kind; ms expires; };

static str token_hash(struct arena *a, str token)
{
	u8 digest[SHA256_BYTES];
	hash_sha256(token, digest);
	return hash_hex(a, digest, sizeof(digest));
}

static str random_hex(struct arena *a)
{
	u8 bytes[GUEST_STATE_BYTES];
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
	return s.n > 0 && s.n <= GUEST_RETURN_MAX && s.p[0] == '/' && !(s.n > 1 && s.p[1] == '/');
}

static str home(struct arena *a, enum guest_kind kind, str slug)
{
	return arena_printf(a, "%s?corp=%.*s", kind == GUEST_CUSTOMER ? GUEST_HOME : GUEST_STAFF_HOME, STR_F(slug));
}

static str seal(struct cx *cx, str plain)
{
	u8 mac[SHA256_BYTES];
	struct arena *a = CX_ARENA(cx);
	str text = arena_printf(a, SEAL_LABEL "%.*s", STR_F(plain));
	hash_hmac_sha256(str_of(cx->env->cursor_key.bytes, sizeof(cx->env->cursor_key.bytes)), text, mac);
	return hash_hex(a, mac, sizeof(mac));
}

/* hash of the state . slug . kind . end . path, and the seal over them */
static str walk_write(struct cx *cx, const struct walk *w)
{
	struct arena *a = CX_ARENA(cx);
	str plain = arena_printf(a, "%.*s.%.*s.%d.%lld.%.*s", STR_F(token_hash(a, w->state)), STR_F(w->slug),
				 (int)w->kind, (long long)w->expires, STR_F(base64url_encode(a, w->back)));
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
	i64 kind = NIL;
	str_i64(str_cut(&rest, '.'), &kind);
	ret->kind = (enum guest_kind)kind;
	return str_i64(str_cut(&rest, '.'), &ret->expires) && base64url_decode(CX_ARENA(cx), rest, &ret->back);
}

err guest_start(struct cx *cx, enum guest_kind kind, str slug, str back, str *ret_url)
{
	struct arena *a = CX_ARENA(cx);
	struct corp corp;
	struct corp_wecom wecom;
	TRY(corp_by_slug(&cx->unit, slug, &corp));
	cx->unit.corp = corp.id;
	TRY(corp_wecom_get(&cx->unit, corp.id, &wecom));
	struct walk w = { random_hex(a), corp.slug, path_ok(back) ? back : home(a, kind, corp.slug), kind,
			  cx_now(cx) + GUEST_STATE_MS };
	set_cookie(cx, GUEST_STATE_COOKIE, walk_write(cx, &w), GUEST_STATE_MS);
	str redirect = arena_printf(a, "%.*s/h5/api/guest/callback", STR_F(cx->env->public_url));
	/* A simulated corp's people live in the simulator: its consent page stands beside its API. */
	str base = corp.simulated ? wecom.app.base : STR_NIL;
	*ret_url = kind == GUEST_STAFF_QR ? wecom_oauth_login_url(a, base, &wecom.app, redirect, w.state)
					  : wecom_oauth_url(a, base, &wecom.app, redirect, w.state);
	return OK;
}

static err not_ours(struct cx *cx)
{
	return cx_fail(cx, ERR_LOGIN, T_GUEST_WALK, STR_NIL, STR_NIL, STR_NIL);
}

static err put_session(struct tx *tx, const struct guest_session *row, bool *ret_new)
{
	TRY(guest_session_add(tx, row));
	*ret_new = tx_changed(tx) > 0;
	return guest_prune_arm(tx);
}

/* The customer's session; for staff (who NULL) the mark that this walk is over. */
static err open_session(struct cx *cx, const struct wecom_visitor *who, str state)
{
	struct arena *a = CX_ARENA(cx);
	bool fresh = false;
	str token = id_random(a, GUEST_SESSION_BYTES);
	struct guest_session row = {
		.owner_corp = cx->unit.corp, .token = token_hash(a, token), .state = state, .external_userid = who ? who->external_userid : STR_NIL,
		.openid = who ? who->openid : STR_NIL, .created = cx_now(cx), .expires = cx_now(cx) + GUEST_SESSION_MS,
	};
	TRY(WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), put_session(tx, &row, &fresh)));
	if (!fresh)
		return not_ours(cx);
	if (who)
		set_cookie(cx, GUEST_COOKIE, token, GUEST_SESSION_MS);
	return OK;
}

static err not_allowed(struct cx *cx, enum text why)
{
	return cx_fail(cx, ERR_FORBIDDEN, why, STR_NIL, STR_NIL, STR_NIL);
}

/* Her user; made when the setting lets every member in range in. */
static err staff_user(struct cx *cx, str userid, i64 *ret)
{
	struct staff staff;
	i64 all;
	err e = READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), staff_by_userid(snap, userid, &staff));
	if (e == ERR_NOT_FOUND || (e == OK && !str_eq_c(staff.state, "active")))
		return not_allowed(cx, T_GUEST_STAFF_UNKNOWN);
	TRY(e);
	e = user_of_staff(&cx->unit, staff.id, ret);
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(setting_i64(&cx->unit, "guest.staff_login", &all));
	if (!all || !staff.in_scope)
		return not_allowed(cx, T_GUEST_STAFF_UNKNOWN);
	return user_create_staff(cx, staff.id, staff.name.n ? staff.name : staff.userid, ret);
}

static err enter_staff(struct cx *cx, const struct wecom_visitor *who, const struct walk *w)
{
	i64 user;
	if (!who->userid.n)
		return not_allowed(cx, T_GUEST_STAFF_ONLY);
	TRY(open_session(cx, NULL, w->state));
	TRY(staff_user(cx, who->userid, &user));
	return session_open_user(cx, user);
}

err guest_callback(struct cx *cx, str code, str state, str *ret_back)
{
	struct arena *a = CX_ARENA(cx);
	struct walk w;
	struct corp corp;
	struct corp_wecom wecom;
	struct wecom_visitor who;
	bool ours = walk_read(cx, http_cookie(cx->req, GUEST_STATE_COOKIE), &w) && cx_now(cx) <= w.expires &&
		    crypt_equal(w.state, token_hash(a, state));
	set_cookie(cx, GUEST_STATE_COOKIE, STR(""), 0);
	if (!ours)
		return not_ours(cx);
	*ret_back = home(a, w.kind, w.slug);
	TRY(corp_by_slug(&cx->unit, w.slug, &corp));
	cx->unit.corp = corp.id;
	TRY(corp_wecom_get(&cx->unit, corp.id, &wecom));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &wecom.app, .arena = a, .fail = &cx->unit.fail };
	TRY(wecom_oauth_user(&call, code, &who));
	if (w.kind != GUEST_CUSTOMER) {
		TRY(enter_staff(cx, &who, &w));
		*ret_back = w.back;
		return OK;
	}
	if (who.userid.n)
		return not_allowed(cx, T_GUEST_MEMBER);
	if (!who.openid.n && !who.external_userid.n)
		return not_ours(cx);
	*ret_back = w.back;
	return open_session(cx, &who, w.state);
}

static err need_login(struct cx *cx)
{
	cx->unit.corp = 0;
	return cx_fail(cx, ERR_LOGIN, T_GUEST_LOGIN, STR_NIL, STR_NIL, STR_NIL);
}

err guest_enter(struct cx *cx, str slug, struct guest *ret)
{
	str token = http_cookie(cx->req, GUEST_COOKIE);
	struct guest_session row, key = { 0 };
	if (!token.n || token.n > 100)
		return need_login(cx);
	key.token = token_hash(CX_ARENA(cx), token);
	err e = READ_SNAP(&cx->unit, 0, guest_session_get(snap, &key, &row));
	if (e == ERR_NOT_FOUND || (e == OK && cx_now(cx) > row.expires))
		return need_login(cx);
	TRY(e);
	cx->unit.corp = row.owner_corp;
	cx->unit.actor_kind = ACTOR_CUSTOMER;
	cx->unit.source = "h5";
	*ret = (struct guest){ .session = row.token, .external_userid = row.external_userid, .openid = row.openid };
	TRY(corp_get(&cx->unit, row.owner_corp, &ret->corp));
	return slug.n && !str_eq(slug, ret->corp.slug) ? need_login(cx) : OK;
}

/* ---- forgetting ---- */

#define PRUNE_EVERY_MS MS_HOUR

/* At the next whole hour: setting it again within the hour moves nothing. */
err guest_prune_arm(struct tx *tx)
{
	ms due = (tx->snap.now / PRUNE_EVERY_MS + 1) * PRUNE_EVERY_MS;
	return timer_set(tx, STR(GUEST_PRUNE), STR(""), due, 0, &none_record, &(struct none){ 0 });
}

static err prune(struct tx *tx, const struct timer_row *row)
{
	struct guest_first first;
	bool mine;
	TRY(timer_take(tx, row, &mine));
	if (!mine)
		return OK;
	TRY(guest_sessions_drop(tx, &(struct guest_old){ tx->snap.now }));
	TRY(guest_session_first(&tx->snap, &(struct none){ 0 }, &first));
	return first.at == NIL ? OK : guest_prune_arm(tx);
}

err guest_prune(struct cx *cx, const struct timer_row *row)
{
	return WRITE_TX(&cx->unit, row->slot, prune(tx, row));
}
