/*
 * Logging in, resuming and ending sessions; cross-site checks; delays against guessing.
 *
 * A wrong login, a wrong password and a disabled user get the same answer after the same work (one
 * Argon2id run), so nothing can be probed. Failures are counted per account name, known or not, and
 * per address, in the store: several nodes count together and a restart forgets nothing. The account's
 * delay ends by itself: nobody can lock somebody else out for good.
 */
#include "core/perm/perm_session.h"

#include "base/crypt.h"
#include "base/hash.h"
#include "core/perm/perm_data.h"
#include "core/perm/perm_int.h"
#include "store/journal.h"

#define COOKIE_SECURE "__Host-yutang"
#define COOKIE_PLAIN "yutang"
#define TOKEN_BYTES 32
#define CSRF_BYTES 24

#define SESSION_EVENT_FIELDS(F, S) F(S, ID, user)
RECORD(session_event, SESSION_EVENT_FIELDS);

static bool is_loopback(str peer)
{
	return str_starts(peer, STR("127.")) || str_eq(peer, STR("::1"));
}

str session_peer(const struct http_req *req)
{
	str rest = http_header(req, "x-forwarded-for"), last = STR_NIL;
	if (!rest.n || !is_loopback(req->peer))
		return req->peer;
	while (rest.p)
		last = str_trim(str_cut(&rest, ','));
	return last.n && last.n <= 64 ? last : req->peer;
}

bool session_secure(const struct env *env, const struct http_req *req)
{
	return req->secure || str_starts(env->public_url, STR("https://"));
}

str session_token(struct cx *cx)
{
	bool secure = session_secure(cx->env, cx->req);
	return http_cookie(cx->req, secure ? COOKIE_SECURE : COOKIE_PLAIN);
}

static void set_cookie(struct cx *cx, str token, ms life)
{
	bool secure = session_secure(cx->env, cx->req);
	http_set(cx->reply, STR("Set-Cookie"), arena_printf(CX_ARENA(cx),
		"%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", secure ? COOKIE_SECURE : COOKIE_PLAIN,
		STR_F(token), (long long)(life / MS_SECOND), secure ? "; Secure" : ""));
}

static str token_hash(struct arena *a, str token)
{
	u8 digest[SHA256_BYTES];
	hash_sha256(token, digest);
	return hash_hex(a, digest, sizeof(digest));
}

str session_csrf(struct arena *a, str token)
{
	u8 mac[SHA256_BYTES];
	hash_hmac_sha256(token, STR("csrf"), mac);
	return base64url_encode(a, str_of(mac, CSRF_BYTES));
}

static err not_logged_in(struct cx *cx)
{
	return cx_fail(cx, ERR_LOGIN, T_OK, STR_NIL, STR_NIL, STR_NIL);
}

/* Becomes that user for the rest of the request. */
static void enter(struct cx *cx, i64 corp, const struct perm_row *user, i64 session)
{
	cx->unit.corp = corp;
	cx->unit.actor_kind = ACTOR_USER;
	cx->unit.actor = user->id;
	cx->unit.scope = str_eq(user->scope_kind, STR("all")) ? 0 : user->id;
	cx->unit.source = "console";
	cx->viewer.user = user->id;
	cx->viewer.name = user->name;
	cx->viewer.lang = lang_of(user->lang);
	cx->viewer.perms = role_perms(cx->env->modules, user->role);
	cx->viewer.mask_pii = !cx_may(cx, "customer.phone");
	cx->unit.discreet = !cx_may(cx, "tag.sensitive");
	cx->viewer.session = session;
}

/* Rights come from the store each time, so that taking them away acts on the next request. */
err session_resume(struct cx *cx)
{
	struct perm_session session, key = { 0 };
	struct perm_row user;
	str token = session_token(cx);
	if (!token.n || token.n > 100)
		return not_logged_in(cx);
	key.token = token_hash(CX_ARENA(cx), token);
	err e = READ_SNAP(&cx->unit, 0, perm_session_get(snap, &key, &session));
	if (e == ERR_NOT_FOUND)
		return not_logged_in(cx);
	TRY(e);
	ms now = cx_now(cx);
	if (now - session.seen > SESSION_IDLE_MS || now - session.created > SESSION_LIFE_MS)
		return not_logged_in(cx);
	cx->unit.corp = session.owner_corp;
	i64 base = slot_base(cx->unit.store, session.owner_corp);
	e = READ_SNAP(&cx->unit, base, perm_user_get(snap, &(struct perm_key){ .id = session.user_id }, &user));
	if (e == ERR_NOT_FOUND || (e == OK && user.disabled)) {
		cx->unit.corp = 0;
		return not_logged_in(cx);
	}
	TRY(e);
	if (now - session.seen > SESSION_TOUCH_MS) {
		session.seen = now;
		TRY(WRITE_TX(&cx->unit, base, perm_session_touch(tx, &session)));
	}
	enter(cx, session.owner_corp, &user, session.id);
	return OK;
}

static err cross_site(struct cx *cx)
{
	return cx_fail(cx, ERR_FORBIDDEN, T_PERM_CSRF, STR_NIL, STR_NIL, STR_NIL);
}

static str after_scheme(str url)
{
	i64 at = str_find(url, STR("://"));
	str rest = at < 0 ? url : str_sub(url, (size_t)at + 3, url.n);
	return str_cut(&rest, '/');
}

err session_check_origin(struct cx *cx)
{
	str site = http_header(cx->req, "sec-fetch-site"), origin = http_header(cx->req, "origin");
	if (site.p && !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none")))
		return cross_site(cx);
	if (!origin.p)
		return OK;
	str host = after_scheme(origin);
	if (!str_eq_nocase(host, http_header(cx->req, "host")) && !str_eq_nocase(host, after_scheme(cx->env->public_url)))
		return cross_site(cx);
	return OK;
}

err session_check_csrf(struct cx *cx)
{
	TRY(session_check_origin(cx));
	str given = http_header(cx->req, "x-yt-csrf");
	if (!crypt_equal(given, session_csrf(CX_ARENA(cx), session_token(cx))))
		return cross_site(cx);
	return OK;
}

/* -- delays -- */

struct tries { str account, peer; };

static struct tries tries_of(struct cx *cx, str login)
{
	struct arena *a = CX_ARENA(cx);
	return (struct tries){
		.account = arena_printf(a, "login:%.*s", STR_F(token_hash(a, login))),
		.peer = arena_printf(a, "peer:%.*s", STR_F(session_peer(cx->req))),
	};
}

static err get_try(const struct snap *s, str subject, struct perm_try *ret)
{
	err e = perm_try_get(s, &(struct perm_try){ .subject = subject }, ret);
	if (e == ERR_NOT_FOUND) {
		*ret = (struct perm_try){ .subject = subject };
		return OK;
	}
	return e;
}

static err check_tries(const struct snap *s, const struct tries *t)
{
	struct perm_try account, peer;
	TRY(get_try(s, t->account, &account));
	TRY(get_try(s, t->peer, &peer));
	ms until = int_max(account.blocked_until, peer.blocked_until);
	if (until <= s->now)
		return OK;
	str seconds = arena_printf(s->arena, "%lld", (long long)((until - s->now + 999) / MS_SECOND));
	return snap_fail(s, ERR_TOO_MANY, T_OK, STR_NIL, STR_NIL, seconds);
}

static void count_failure(struct perm_try *t, ms now, ms window)
{
	if (now - t->since > window) {
		t->since = now;
		t->failures = 0;
	}
	t->failures++;
}

static err add_failure(struct tx *tx, const struct tries *t)
{
	struct perm_try account, peer;
	ms now = tx->snap.now;
	TRY(get_try(&tx->snap, t->account, &account));
	TRY(get_try(&tx->snap, t->peer, &peer));
	count_failure(&account, now, LOGIN_ACCOUNT_WINDOW_MS);
	count_failure(&peer, now, LOGIN_PEER_WINDOW_MS);
	if (account.failures >= LOGIN_ACCOUNT_FAILURES) {
		i64 doubled = int_min(account.failures - LOGIN_ACCOUNT_FAILURES, 10);
		account.since = now; /* the window goes on while somebody keeps trying */
		account.blocked_until = now + int_min(LOGIN_DELAY_MS << doubled, LOGIN_ACCOUNT_WINDOW_MS);
	}
	if (peer.failures >= LOGIN_PEER_FAILURES)
		peer.blocked_until = peer.since + LOGIN_PEER_WINDOW_MS;
	TRY(perm_try_put(tx, &account));
	TRY(perm_try_put(tx, &peer));
	return perm_try_prune(tx, &(struct perm_try){ .since = now - MS_DAY });
}

/* -- opening and closing -- */

static err open_session(struct tx *tx, const struct tries *t, const struct perm_session *session)
{
	struct perm_session old = *session;
	old.created = tx->snap.now - SESSION_LIFE_MS;
	old.seen = tx->snap.now - SESSION_IDLE_MS;
	TRY(perm_sessions_expire(tx, &old));
	TRY(perm_session_add(tx, session));
	if (t)
		TRY(perm_try_clear(tx, &(struct perm_try){ .subject = t->account }));
	struct session_event body = { session->user_id };
	return journal_add(tx, EV_SESSION_OPENED, 0, tx->snap.now, &session_event_record, &body, NULL);
}

/* The user of that login; a row without a hash when there is none. */
static err find_user(struct cx *cx, str login, i64 *ret_corp, struct perm_row *ret)
{
	i64 user;
	*ret = (struct perm_row){ 0 };
	err e = user_by_login(&cx->unit, login, ret_corp, &user);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	cx->unit.corp = *ret_corp;
	i64 base = slot_base(cx->unit.store, *ret_corp);
	e = READ_SNAP(&cx->unit, base, perm_user_get(snap, &(struct perm_key){ .id = user }, ret));
	cx->unit.corp = 0;
	return e;
}

/* One Argon2id run whatever is wrong. */
static bool password_fits(struct cx *cx, const struct perm_row *user, str password)
{
	if (!user->hash.n) {
		crypt_password_hash(password, CX_ARENA(cx));
		return false;
	}
	return crypt_password_ok(user->hash, password) && !user->disabled;
}

/* From here on the browser is that user. tries: of the password, NULL when none was asked. */
static err begin(struct cx *cx, i64 corp, const struct perm_row *user, const struct tries *tries, str *ret_token)
{
	str token = id_random(CX_ARENA(cx), TOKEN_BYTES);
	ms now = cx_now(cx);
	struct perm_session session = { .token = token_hash(CX_ARENA(cx), token), .owner_corp = corp, .user_id = user->id,
					.id = id_next(store_ids(cx->unit.store), now), .created = now, .seen = now };
	enter(cx, corp, user, session.id);
	TRY(WRITE_TX(&cx->unit, slot_base(cx->unit.store, corp), open_session(tx, tries, &session)));
	set_cookie(cx, token, SESSION_LIFE_MS);
	*ret_token = token;
	return OK;
}

err session_open_user(struct cx *cx, i64 user)
{
	struct perm_row row;
	str token;
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	TRY(READ_SNAP(&cx->unit, base, perm_user_get(snap, &(struct perm_key){ .id = user }, &row)));
	if (row.disabled)
		return cx_fail(cx, ERR_FORBIDDEN, T_PERM_DISABLED, STR_NIL, STR_NIL, STR_NIL);
	return begin(cx, cx->unit.corp, &row, NULL, &token);
}

err session_open(struct cx *cx, str login, str password, str *ret_csrf)
{
	struct arena *a = CX_ARENA(cx);
	struct perm_row user;
	i64 corp;
	login = login_normal(a, login);
	struct tries tries = tries_of(cx, login);
	TRY(READ_SNAP(&cx->unit, 0, check_tries(snap, &tries)));
	TRY(find_user(cx, login, &corp, &user));
	if (!password_fits(cx, &user, password)) {
		TRY(WRITE_TX(&cx->unit, 0, add_failure(tx, &tries)));
		return cx_fail(cx, ERR_LOGIN, T_PERM_LOGIN, STR_NIL, STR_NIL, STR_NIL);
	}
	str token;
	TRY(begin(cx, corp, &user, &tries, &token));
	*ret_csrf = session_csrf(a, token);
	return OK;
}

err session_close(struct cx *cx)
{
	struct perm_session key = { .token = token_hash(CX_ARENA(cx), session_token(cx)) };
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	TRY(WRITE_TX(&cx->unit, base, perm_session_end(tx, &key)));
	set_cookie(cx, STR(""), 0);
	http_set(cx->reply, STR("Clear-Site-Data"), STR("\"cookies\""));
	return OK;
}
