/*
 * Routes of perm: session, users, and what the program says about itself (document, health, metrics).
 */
#include "core/perm/perm_data.h"
#include "core/perm/perm_int.h"
#include "core/perm/perm_session.h"
#include "core/corp/corp.h"
#include "port/http/http_metrics.h"

#define LOGIN_IN_FIELDS(F, S)                                                            \
	F(S, STR, login, .min = 1, .max = PERM_LOGIN_MAX)                                \
	F(S, STR, password, .min = 1, .max = PERM_PASSWORD_MAX, .secret = true)
RECORD(login_in, LOGIN_IN_FIELDS);

#define SESSION_CORP_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, name) F(S, STR, zone) F(S, STR, currency) F(S, BOOL, simulated)
RECORD(session_corp, SESSION_CORP_FIELDS);
#define SESSION_FIELDS(F, S)                                                             \
	F(S, OBJ, user, .of = &user_record) F(S, STR, csrf) F(S, STRS, perms)            \
	F(S, STR, lang) F(S, OBJ, corp, .of = &session_corp_record) F(S, BOOL, mask_pii)
RECORD(session, SESSION_FIELDS);

#define LANG_IN_FIELDS(F, S) F(S, STR, lang, .one_of = "zh,en")
RECORD(lang_in, LANG_IN_FIELDS);

#define PASSWORD_IN_FIELDS(F, S)                                                         \
	F(S, STR, old, .min = 1, .max = PERM_PASSWORD_MAX, .secret = true)               \
	F(S, STR, password, .min = PERM_PASSWORD_MIN, .max = PERM_PASSWORD_MAX, .secret = true)
RECORD(password_in, PASSWORD_IN_FIELDS);

#define USER_ID_FIELDS(F, S) F(S, ID, id)
RECORD(user_id, USER_ID_FIELDS);

static struct strs perm_names(struct cx *cx)
{
	str *names = ARENA_ARRAY(CX_ARENA(cx), str, PERMS_MAX);
	size_t n = 0;
	int at = 0;
	for (const struct module *const *m = cx->env->modules; *m; m++)
		for (const struct perm *p = (*m)->perms; p && p->name; p++, at++)
			if (at < PERMS_MAX && (cx->viewer.perms >> at & 1))
				names[n++] = str_c(p->name);
	return (struct strs){ names, n };
}

static err show_session(struct cx *cx, str csrf)
{
	struct session *out = cx->out;
	struct user *user = ARENA_NEW(CX_ARENA(cx), struct user);
	TRY(user_get(&cx->unit, cx->viewer.user, user));
	struct session_corp *corp = ARENA_NEW(CX_ARENA(cx), struct session_corp);
	struct corp full;
	TRY(corp_get(&cx->unit, cx->unit.corp, &full));
	*corp = (struct session_corp){ full.id, full.name, full.zone, full.currency, full.simulated };
	*out = (struct session){ .user = user, .csrf = csrf, .perms = perm_names(cx), .lang = user->lang, .corp = corp,
				 .mask_pii = cx->viewer.mask_pii };
	return OK;
}

static err session_post(struct cx *cx)
{
	const struct login_in *in = cx->in;
	str csrf;
	TRY(session_check_origin(cx));
	TRY(session_open(cx, in->login, in->password, &csrf));
	return show_session(cx, csrf);
}

static err session_get(struct cx *cx)
{
	return show_session(cx, session_csrf(CX_ARENA(cx), session_token(cx)));
}

static err session_delete(struct cx *cx)
{
	return session_close(cx);
}

static err lang_put(struct cx *cx)
{
	const struct lang_in *in = cx->in;
	return user_lang(cx, cx->viewer.user, in->lang);
}

/* Ends all sessions of the user, this one too: the page logs in again with the new password. */
static err password_post(struct cx *cx)
{
	const struct password_in *in = cx->in;
	return user_password(cx, cx->viewer.user, in->old, in->password);
}

static err users_get(struct cx *cx)
{
	struct page *out = cx->out;
	struct user *users;
	TRY(user_all(&cx->unit, &users, &out->data.n));
	out->data.v = users;
	out->total = (i64)out->data.n;
	return OK;
}

static err user_get_one(struct cx *cx)
{
	const struct user_id *in = cx->in;
	return user_get(&cx->unit, in->id, cx->out);
}

static err users_post(struct cx *cx)
{
	i64 id;
	TRY(user_create(cx, cx->in, &id));
	return user_get(&cx->unit, id, cx->out);
}

static err user_put(struct cx *cx)
{
	const struct user_edit *in = cx->in;
	err e = user_change(cx, in);
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR_NIL, STR_NIL, STR("user"));
	TRY(e);
	return user_get(&cx->unit, in->id, cx->out);
}

static err openapi_get(struct cx *cx)
{
	struct buf b = buf_new(CX_ARENA(cx), BUF_MAX_DEFAULT);
	modules_openapi(&b, cx->env->modules, cx->env->version);
	http_send(cx->reply, 200, STR("application/json"), buf_str(&b));
	return OK;
}

static err health_get(struct cx *cx)
{
	http_send(cx->reply, 200, STR("text/plain; charset=utf-8"), STR("ok\n"));
	return OK;
}

static err ready_get(struct cx *cx)
{
	struct perm_secret secret, key = { .name = STR("cursor") };
	if (READ_SNAP(&cx->unit, 0, perm_secret_get(snap, &key, &secret)) != OK)
		return cx_fail(cx, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL);
	return health_get(cx);
}

/* For a collector on this machine only; to everybody else it is not there. */
static err metrics_get(struct cx *cx)
{
	str peer = cx->req->peer;
	bool here = str_starts(peer, STR("127.")) || str_eq(peer, STR("::1")) || str_eq(peer, STR("unix"));
	if (!here || http_header(cx->req, "x-forwarded-for").p || !cx->env->metrics)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("URL"));
	struct buf b = buf_new(CX_ARENA(cx), BUF_MAX_DEFAULT);
	metrics_write(&b, cx->env->metrics);
	http_send(cx->reply, 200, STR(METRICS_TYPE), buf_str(&b));
	return OK;
}

const struct route perm_routes[] = {
	{ "POST", "/api/v1/session", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &login_in_record, &session_record, session_post,
	  "Log in" },
	{ "GET", "/api/v1/session", "self", ROUTE_SCOPE_NONE, 0, &none_record, &session_record, session_get,
	  "Who am I, and what may I do" },
	{ "DELETE", "/api/v1/session", "self", ROUTE_SCOPE_NONE, 0, &none_record, &none_record, session_delete, "Log out" },
	{ "PUT", "/api/v1/session/lang", "self", ROUTE_SCOPE_NONE, 0, &lang_in_record, &none_record, lang_put,
	  "Choose my language" },
	{ "POST", "/api/v1/session/password", "self", ROUTE_SCOPE_NONE, 0, &password_in_record, &none_record, password_post,
	  "Change my password; ends my sessions" },
	{ "GET", "/api/v1/users", "user.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &user_record, users_get,
	  "Users of the console" },
	{ "POST", "/api/v1/users", "user.write", ROUTE_SCOPE_NONE, ROUTE_IDEMPOTENT | ROUTE_CREATED, &user_new_record,
	  &user_record, users_post, "Add a user" },
	{ "GET", "/api/v1/users/{id}", "user.read", ROUTE_SCOPE_NONE, ROUTE_ETAG, &user_id_record, &user_record,
	  user_get_one, "One user" },
	{ "PUT", "/api/v1/users/{id}", "user.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &user_edit_record, &user_record, user_put,
	  "Change a user's name, role, scope, state or password" },
	{ "GET", "/api/v1/openapi.json", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &none_record, &none_record,
	  openapi_get, "This document" },
	{ "GET", "/healthz", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &none_record, &none_record, health_get,
	  "The process answers" },
	{ "GET", "/readyz", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &none_record, &none_record, ready_get,
	  "The store answers" },
	{ "GET", "/metrics", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &none_record, &none_record, metrics_get,
	  "Figures for Prometheus" },
	{ 0 },
};
