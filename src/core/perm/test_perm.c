/*
 * The dispatcher, sessions, users and roles, asked the way the server asks: request in, reply out.
 */
#include "base/log.h"
#include "core/corp/corp_data.h"
#include "core/perm/perm_data.h"
#include "core/perm/perm_dispatch.h"
#include "core/perm/perm_int.h"
#include "core/perm/perm_session.h"
#include "port/http/http_metrics.h"
#include "port/http/test_http_reply.h"
#include "store/journal.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PASSWORD "correct horse battery"

/* -- a module to be dispatched to -- */

#define THING_FIELDS(F, S)                                                      \
	F(S, ID, id) F(S, STR, name, .max = 5) F(S, STR, phone, .pii = true)    \
	F(S, I64, version) F(S, ID, corp) F(S, I64, scope)
RECORD(thing, THING_FIELDS);
#define THING_KEY_FIELDS(F, S) F(S, ID, id) F(S, BOOL, deep, .opt = true)
RECORD(thing_key, THING_KEY_FIELDS);
#define THING_EDIT_FIELDS(F, S) F(S, ID, id) F(S, STR, name, .min = 2, .max = 5) F(S, I64, version)
RECORD(thing_edit, THING_EDIT_FIELDS);
#define THING_NEW_FIELDS(F, S) F(S, STR, name, .min = 2, .max = 5)
RECORD(thing_new, THING_NEW_FIELDS);
#define THING_FIND_FIELDS(F, S)                                                 \
	F(S, I64, limit, .opt = true) F(S, STR, cursor, .opt = true) F(S, IDS, ids, .opt = true)
RECORD(thing_find, THING_FIND_FIELDS);

static _Atomic int made; /* how often the creating handler ran */
static err fail_next;

static err thing_get(struct cx *cx)
{
	const struct thing_key *in = cx->in;
	struct thing *out = cx->out;
	if (in->id == 404)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("thing"));
	*out = (struct thing){ in->id, in->deep ? STR("deep") : STR("flat"), STR("13812345678"), 3, cx->unit.corp, cx->unit.scope };
	return OK;
}

static err thing_put(struct cx *cx)
{
	const struct thing_edit *in = cx->in;
	struct thing *out = cx->out;
	if (in->version != 3)
		return cx_fail(cx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	*out = (struct thing){ in->id, in->name, STR(""), 4, cx->unit.corp, 0 };
	return OK;
}

static err thing_post(struct cx *cx)
{
	const struct thing_new *in = cx->in;
	struct thing *out = cx->out;
	made++;
	if (fail_next != OK) {
		err e = fail_next;
		fail_next = OK;
		return cx_fail(cx, e, T_OK, STR("name"), in->name, STR_NIL);
	}
	*out = (struct thing){ made, in->name, STR("13812345678"), 1, cx->unit.corp, 0 };
	return OK;
}

static err thing_list(struct cx *cx)
{
	const struct thing_find *in = cx->in;
	struct page *out = cx->out;
	i64 after = 0;
	TRY(page_from(cx, in->cursor, &after, 1, 77));
	struct thing *rows = ARENA_ARRAY(CX_ARENA(cx), struct thing, (size_t)in->limit);
	for (i64 i = 0; i < in->limit; i++)
		rows[i] = (struct thing){ after + i + 1, STR("t"), STR("a@b.cn"), (i64)in->ids.n, cx->unit.corp, 0 };
	out->data = (struct list){ rows, (size_t)in->limit };
	after += in->limit;
	out->next_cursor = page_next(cx, &after, 1, 77);
	return OK;
}

static err thing_bytes(struct cx *cx)
{
	http_send(cx->reply, 200, STR("text/plain"), arena_printf(CX_ARENA(cx), "%zu bytes", cx->req->body.n));
	return OK;
}

static const struct perm thing_perms[] = { { "thing.read", T_PERM_SELF }, { "thing.write", T_PERM_SELF }, { 0 } };
static const struct route thing_routes[] = {
	{ "GET", "/api/v1/things", "thing.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST,
	  &thing_find_record, &thing_record,
	  thing_list, "list" },
	{ "POST", "/api/v1/things", "thing.write", ROUTE_SCOPE_NONE, ROUTE_IDEMPOTENT | ROUTE_CREATED,
	  &thing_new_record, &thing_record,
	  thing_post, "new" },
	{ "GET", "/api/v1/things/{id}", "thing.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG,
	  &thing_key_record, &thing_record,
	  thing_get, "one" },
	{ "PUT", "/api/v1/things/{id}", "thing.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG,
	  &thing_edit_record, &thing_record,
	  thing_put, "edit" },
	{ "POST", "/open/things/{id}", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW | ROUTE_BODY,
	  &thing_key_record, &none_record,
	  thing_bytes, "bytes" },
	{ 0 },
};
static const struct module thing_module = { .name = "thing", .doc = "For this test.", .routes = thing_routes, .perms = thing_perms };
static const struct module *const list[] = { &perm_module, &thing_module, NULL };

/* -- a browser -- */

struct world {
	struct test_store *t;
	struct env env;
	struct arena *arena;
	struct dispatch *dispatch;
	const char *peer;
};

struct browser {
	struct world *w;
	str cookie, csrf;
	const char *headers[6]; /* name, value, …: added to the next requests */
	struct http_reply reply;
};

/* The rows corp_create would have made: a session names its corp. */
static void make_corp(struct test_store *t, i64 id)
{
	struct unit u = test_unit(t, id);
	struct corp_row row;
	record_init(&corp_row_record, &row);
	row.id = id;
	row.slug = id == 1 ? STR("one") : STR("two");
	row.name = STR("鱼塘");
	row.zone = STR("Asia/Shanghai");
	row.currency = STR("CNY");
	row.sync_state = STR("none");
	assert_int_equal(WRITE_TX(&u, slot_base(t->store, id), corp_insert(tx, &row)), OK);
}

static int setup(void **state)
{
	struct fail f = { 0 };
	log_level_set(LOG_ERROR);
	struct world *w = calloc(1, sizeof(*w));
	w->t = test_store_new();
	w->arena = arena_new(ARENA_MAX_DEFAULT);
	w->peer = "10.0.0.1";
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list, .public_url = STR("http://pond.test"),
			       .version = STR("1"), .metrics = metrics_new(w->arena) };
	assert_int_equal(modules_check(list, &f), OK);
	assert_int_equal(store_check(w->t->store, perm_module.queries, &f), OK);
	assert_int_equal(perm_module.start(&w->env, &f), OK);
	make_corp(w->t, 1);
	make_corp(w->t, 2);
	w->dispatch = dispatch_new(w->arena, &w->env, NULL);
	made = 0;
	fail_next = OK;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	arena_free(w->arena);
	test_store_free(w->t);
	free(w);
	return 0;
}

static void add_header(struct http_req *r, const char *name, str value)
{
	r->headers[r->header_count++] = (struct http_pair){ str_c(name), value };
}

static int ask(struct browser *b, const char *method, const char *target, const char *body)
{
	struct world *w = b->w;
	struct http_req *r = ARENA_NEW(w->arena, struct http_req);
	r->arena = w->arena;
	r->method = str_c(method);
	r->peer = str_c(w->peer);
	r->body = str_c(body ? body : "");
	assert_true(http_target(r, str_c(target)));
	add_header(r, "Host", STR("pond.test"));
	if (body)
		add_header(r, "Content-Type", STR("application/json; charset=utf-8"));
	if (b->cookie.n)
		add_header(r, "Cookie", arena_printf(w->arena, "x=1; yutang=%.*s", STR_F(b->cookie)));
	if (b->csrf.n)
		add_header(r, "X-YT-CSRF", b->csrf);
	for (size_t i = 0; i + 1 < ARRAY_LEN(b->headers) && b->headers[i]; i += 2)
		add_header(r, b->headers[i], str_c(b->headers[i + 1]));
	memset(&b->reply, 0, sizeof(b->reply));
	dispatch_handle(w->dispatch, r, &b->reply);
	return b->reply.status;
}

static const struct json *reply_json(struct browser *b)
{
	struct json *tree;
	struct fail f;
	assert_int_equal(json_parse(b->reply.body, b->w->arena, &tree, &f), OK);
	return tree;
}

static i64 make_user(struct world *w, i64 corp, const char *login, const char *role)
{
	struct cx cx = cx_system(&w->env, w->arena, corp, "test");
	struct user_new in;
	i64 id;
	record_init(&user_new_record, &in);
	in.login = str_c(login);
	in.password = STR(PASSWORD);
	in.name = STR("某人");
	in.role = str_c(role);
	assert_int_equal(user_create(&cx, &in, &id), OK);
	return id;
}

static int log_in_with(struct browser *b, const char *login, const char *password)
{
	char body[300];
	snprintf(body, sizeof(body), "{\"login\":\"%s\",\"password\":\"%s\"}", login, password);
	int status = ask(b, "POST", "/api/v1/session", body);
	if (status != 200)
		return status;
	str cookie = reply_header(&b->reply, "set-cookie");
	assert_true(str_starts(cookie, STR("yutang=")));
	assert_true(str_has(cookie, STR("HttpOnly; SameSite=Lax")));
	str_cut(&cookie, '=');
	b->cookie = str_cut(&cookie, ';');
	b->csrf = json_str(reply_json(b), "csrf");
	return status;
}

static struct browser browser_of(struct world *w, i64 corp, const char *login, const char *role)
{
	struct browser b = { .w = w };
	make_user(w, corp, login, role);
	assert_int_equal(log_in_with(&b, login, PASSWORD), 200);
	return b;
}

/* -- tests -- */

static void test_login_tells_who_what_and_where(void **state)
{
	struct world *w = *state;
	struct browser b = browser_of(w, 2, "Boss@Pond", "owner");
	assert_int_equal(ask(&b, "GET", "/api/v1/session", NULL), 200);
	const struct json *session = reply_json(&b);
	assert_true(str_eq_c(json_str(json_get(session, "corp"), "id"), "2"));
	assert_true(str_eq(json_str(session, "csrf"), b.csrf));
	assert_true(str_eq_c(json_str(json_get(session, "user"), "login"), "boss@pond"));
	assert_int_equal(json_get(session, "perms")->n, 6);
	assert_true(str_eq(reply_header(&b.reply, "cache-control"), STR("no-store")));
	assert_true(reply_header(&b.reply, "x-request-id").n >= 8);
	assert_int_equal(ask(&b, "DELETE", "/api/v1/session", NULL), 204);
	assert_int_equal(ask(&b, "GET", "/api/v1/session", NULL), 401);
}

static void test_wrong_login_wrong_password_and_disabled_look_alike(void **state)
{
	struct world *w = *state;
	struct browser owner = browser_of(w, 1, "owner", "owner"), b = { .w = w };
	i64 id = make_user(w, 1, "gone", "operator");
	char target[60];
	snprintf(target, sizeof(target), "/api/v1/users/%lld", (long long)id);
	owner.headers[0] = "If-Match";
	owner.headers[1] = "\"1\"";
	assert_int_equal(ask(&owner, "PUT", target, "{\"name\":\"x\",\"role\":\"operator\",\"scope\":\"all\",\"disabled\":true}"), 200);
	str bodies[3];
	const char *logins[] = { "nobody", "owner", "gone" }, *passwords[] = { PASSWORD, "wrong password", PASSWORD };
	for (int i = 0; i < 3; i++) {
		b.headers[0] = "X-Request-Id";
		b.headers[1] = "the-same-id";
		assert_int_equal(log_in_with(&b, logins[i], passwords[i]), 401);
		bodies[i] = b.reply.body;
		assert_false(reply_header(&b.reply, "set-cookie").p != NULL);
	}
	assert_true(str_eq(bodies[0], bodies[1]) && str_eq(bodies[1], bodies[2]));
}

static void test_guessing_is_delayed_but_never_locked_out(void **state)
{
	struct world *w = *state;
	struct browser b = { .w = w };
	make_user(w, 1, "victim", "staff");
	for (int i = 0; i < LOGIN_ACCOUNT_FAILURES; i++)
		assert_int_equal(log_in_with(&b, "victim", "wrong password"), 401);
	assert_int_equal(log_in_with(&b, "victim", PASSWORD), 429);
	assert_true(str_eq(reply_header(&b.reply, "retry-after"), STR("30")));
	clock_advance(&w->t->clock, clock_now(&w->t->clock) + LOGIN_DELAY_MS + 1);
	assert_int_equal(log_in_with(&b, "victim", PASSWORD), 200);
}

static void test_address_that_tries_many_accounts_is_429(void **state)
{
	struct world *w = *state;
	struct browser b = { .w = w };
	char login[20];
	for (int i = 0; i < LOGIN_PEER_FAILURES; i++) {
		snprintf(login, sizeof(login), "nobody%d", i);
		assert_int_equal(log_in_with(&b, login, PASSWORD), 401);
	}
	assert_int_equal(log_in_with(&b, "another", PASSWORD), 429);
	w->peer = "10.0.0.2";
	assert_int_equal(log_in_with(&b, "another", PASSWORD), 401);
}

static void test_session_ends_after_idling_and_after_its_life(void **state)
{
	struct world *w = *state;
	struct browser b = browser_of(w, 1, "idle", "staff");
	ms start = clock_now(&w->t->clock);
	clock_advance(&w->t->clock, start + SESSION_IDLE_MS);
	assert_int_equal(ask(&b, "GET", "/api/v1/session", NULL), 200);
	for (ms at = start + SESSION_IDLE_MS; at < start + SESSION_LIFE_MS; at += SESSION_IDLE_MS) {
		clock_advance(&w->t->clock, at);
		assert_int_equal(ask(&b, "GET", "/api/v1/session", NULL), 200);
	}
	clock_advance(&w->t->clock, start + SESSION_LIFE_MS + 1);
	assert_int_equal(ask(&b, "GET", "/api/v1/session", NULL), 401);
	assert_int_equal(log_in_with(&b, "idle", PASSWORD), 200);
	clock_advance(&w->t->clock, clock_now(&w->t->clock) + SESSION_IDLE_MS + 1);
	assert_int_equal(ask(&b, "GET", "/api/v1/session", NULL), 401);
}

static void test_role_decides_and_a_change_acts_on_the_next_request(void **state)
{
	struct world *w = *state;
	struct browser reader = browser_of(w, 1, "reader", "readonly"), none = { .w = w };
	assert_int_equal(ask(&none, "GET", "/api/v1/things/1", NULL), 401);
	assert_int_equal(ask(&reader, "GET", "/api/v1/things/1", NULL), 200);
	assert_int_equal(ask(&reader, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 403);
	assert_true(str_has(reply_header(&reader.reply, "content-security-policy"), STR("default-src 'none'")));
	assert_int_equal(ask(&reader, "GET", "/api/v1/users", NULL), 403);
	assert_int_equal(made, 0);
	struct cx cx = cx_system(&w->env, w->arena, 1, "test");
	struct user *users;
	size_t n;
	assert_int_equal(user_all(&cx.unit, &users, &n), OK);
	assert_int_equal(n, 1);
	struct user_edit edit = { users[0].id, 1, STR("x"), STR("operator"), STR("all"), NIL };
	assert_int_equal(user_change(&cx, &edit), ERR_STATE); /* nobody owns this corp yet */
	make_user(w, 1, "owner", "owner");
	assert_int_equal(user_change(&cx, &edit), OK);
	assert_int_equal(ask(&reader, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 401); /* logged out */
	assert_int_equal(log_in_with(&reader, "reader", PASSWORD), 200);
	assert_int_equal(ask(&reader, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 201);
}

static void test_phones_are_masked_for_roles_that_may_not_see_them(void **state)
{
	struct world *w = *state;
	struct browser reader = browser_of(w, 1, "reader", "readonly"), boss = browser_of(w, 1, "boss", "owner");
	assert_int_equal(ask(&reader, "GET", "/api/v1/things/1", NULL), 200);
	assert_false(str_has(reader.reply.body, STR("13812345678")));
	assert_true(str_has(reader.reply.body, STR("138****5678")));
	assert_int_equal(ask(&reader, "GET", "/api/v1/things?limit=1", NULL), 200);
	assert_true(str_has(reader.reply.body, STR("a***@b.cn")));
	assert_int_equal(ask(&boss, "GET", "/api/v1/things/1", NULL), 200);
	assert_true(str_has(boss.reply.body, STR("13812345678")));
}

static void test_unsafe_methods_need_the_sessions_token_and_our_origin(void **state)
{
	struct world *w = *state;
	struct browser b = browser_of(w, 1, "boss", "owner"), other = browser_of(w, 1, "boss2", "owner");
	str csrf = b.csrf;
	b.csrf = STR("");
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 403);
	b.csrf = other.csrf;
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 403);
	b.csrf = csrf;
	b.headers[0] = "Origin";
	b.headers[1] = "https://evil.test";
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 403);
	b.headers[1] = "null";
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 403);
	b.headers[1] = "http://pond.test";
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 201);
	b.headers[0] = "Sec-Fetch-Site";
	b.headers[1] = "cross-site";
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 403);
	assert_int_equal(ask(&b, "POST", "/api/v1/session", "{\"login\":\"boss\",\"password\":\"" PASSWORD "\"}"), 403);
	assert_int_equal(made, 1);
}

static void test_input_is_refused_with_a_pointer_to_the_field(void **state)
{
	struct world *w = *state;
	struct browser b = browser_of(w, 1, "boss", "owner");
	static const struct { const char *method, *target, *body, *pointer; int status; } cases[] = {
		{ "POST", "/api/v1/things", "{\"name\":\"a\"}", "#/name", 422 },
		{ "POST", "/api/v1/things", "{\"name\":\"abcdef\"}", "#/name", 422 },
		{ "POST", "/api/v1/things", "{}", "#/name", 422 },
		{ "POST", "/api/v1/things", "{\"name\":\"abc\",\"corp\":\"2\"}", "#/corp", 422 },
		{ "POST", "/api/v1/things?name=abc", "{\"name\":\"abc\"}", "#/name", 422 },
		{ "POST", "/api/v1/things", "{\"name\":", "", 400 },
		{ "POST", "/api/v1/things", "[]", "#/body", 400 },
		{ "GET", "/api/v1/things?limit=0", NULL, "#/limit", 422 },
		{ "GET", "/api/v1/things?limit=1001", NULL, "#/limit", 422 },
		{ "GET", "/api/v1/things?limit=x", NULL, "#/limit", 422 },
		{ "GET", "/api/v1/things?wrong=1", NULL, "#/wrong", 422 },
		{ "GET", "/api/v1/things?limit=1&limit=2", NULL, "#/limit", 422 },
		{ "GET", "/api/v1/things?cursor=abc", NULL, "#/cursor", 422 },
		{ "GET", "/api/v1/things/abc", NULL, "#/id", 422 },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int status = ask(&b, cases[i].method, cases[i].target, cases[i].body);
		if (status != cases[i].status || !str_has(b.reply.body, str_c(cases[i].pointer)))
			fail_msg("case %zu: %d %.*s", i, status, STR_F(b.reply.body));
		assert_true(str_eq(b.reply.type, STR("application/problem+json")));
		assert_int_equal(json_i64(reply_json(&b), "status", 0), cases[i].status);
	}
	assert_int_equal(made, 0);
}

static void test_unknown_path_404_and_known_path_with_another_method_405(void **state)
{
	struct world *w = *state;
	struct browser b = { .w = w };
	assert_int_equal(ask(&b, "GET", "/api/v1/nothing", NULL), 404);
	assert_int_equal(ask(&b, "GET", "/api/v1/things/1/2", NULL), 404);
	assert_int_equal(ask(&b, "PATCH", "/api/v1/things/1", "{}"), 405);
	assert_true(str_eq(reply_header(&b.reply, "allow"), STR("GET, PUT")));
	assert_int_equal(ask(&b, "TRACE", "/api/v1/things", NULL), 405);
}

static void test_corp_and_scope_come_from_the_session_only(void **state)
{
	struct world *w = *state;
	struct browser one = browser_of(w, 1, "one", "owner"), two = browser_of(w, 2, "two", "manager");
	assert_int_equal(ask(&one, "GET", "/api/v1/things/9?deep=true", NULL), 200);
	assert_true(str_eq_c(json_str(reply_json(&one), "corp"), "1"));
	assert_true(str_eq_c(json_str(reply_json(&one), "name"), "deep"));
	assert_int_equal(json_i64(reply_json(&one), "scope", -1), 0);
	assert_int_equal(ask(&two, "GET", "/api/v1/things/9", NULL), 200);
	assert_true(str_eq_c(json_str(reply_json(&two), "corp"), "2"));
	assert_int_not_equal(json_i64(reply_json(&two), "scope", 0), 0);
}

static void test_users_of_another_corp_do_not_exist(void **state)
{
	struct world *w = *state;
	char target[60];
	struct browser one = browser_of(w, 1, "one", "owner");
	i64 id = make_user(w, 2, "two", "owner");
	snprintf(target, sizeof(target), "/api/v1/users/%lld", (long long)id);
	assert_int_equal(ask(&one, "GET", target, NULL), 404);
	one.headers[0] = "If-Match";
	one.headers[1] = "\"1\"";
	assert_int_equal(ask(&one, "PUT", target, "{\"name\":\"x\",\"role\":\"staff\",\"scope\":\"all\"}"), 404);
	assert_int_equal(ask(&one, "GET", "/api/v1/users", NULL), 200);
	assert_int_equal(json_i64(reply_json(&one), "total", 0), 1);
	assert_false(str_has(one.reply.body, STR("hash")));
	assert_int_equal(ask(&one, "POST", "/api/v1/users",
			     "{\"login\":\"TWO\",\"password\":\"" PASSWORD "\",\"name\":\"n\",\"role\":\"staff\"}"), 409);
}

static void test_passwords_must_be_long_and_not_common(void **state)
{
	struct world *w = *state;
	struct browser b = browser_of(w, 1, "boss", "owner");
	static const char *const bad[] = { "short1234", "aaaaaaaaaaaa", "Password1234", "longloginname" };
	char body[300];
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(body, sizeof(body), "{\"login\":\"longloginname\",\"password\":\"%s\",\"name\":\"n\",\"role\":\"staff\"}", bad[i]);
		assert_int_equal(ask(&b, "POST", "/api/v1/users", body), 422);
		assert_true(str_has(b.reply.body, STR("#/password")));
		assert_false(str_has(b.reply.body, str_c(bad[i])) && i != 3);
	}
	assert_int_equal(ask(&b, "POST", "/api/v1/session/password", "{\"old\":\"wrong\",\"password\":\"a brand new password\"}"), 422);
	assert_int_equal(ask(&b, "POST", "/api/v1/session/password", "{\"old\":\"" PASSWORD "\",\"password\":\"a brand new password\"}"), 204);
	assert_int_equal(ask(&b, "GET", "/api/v1/session", NULL), 401);
	assert_int_equal(log_in_with(&b, "boss", "a brand new password"), 200);
}

static void test_edit_needs_the_version_it_was_made_on(void **state)
{
	struct world *w = *state;
	struct browser b = browser_of(w, 1, "boss", "owner");
	assert_int_equal(ask(&b, "GET", "/api/v1/things/1", NULL), 200);
	assert_true(str_eq(reply_header(&b.reply, "etag"), STR("\"3\"")));
	assert_int_equal(ask(&b, "PUT", "/api/v1/things/1", "{\"name\":\"abc\"}"), 422);
	assert_true(str_has(b.reply.body, STR("#/If-Match")));
	assert_int_equal(ask(&b, "PUT", "/api/v1/things/1", "{\"name\":\"abc\",\"version\":3}"), 422);
	b.headers[0] = "If-Match";
	b.headers[1] = "\"2\"";
	assert_int_equal(ask(&b, "PUT", "/api/v1/things/1", "{\"name\":\"abc\"}"), 412);
	b.headers[1] = "\"3\"";
	assert_int_equal(ask(&b, "PUT", "/api/v1/things/1", "{\"name\":\"abc\"}"), 200);
	assert_true(str_eq(reply_header(&b.reply, "etag"), STR("\"4\"")));
	b.headers[0] = "If-None-Match";
	b.headers[1] = "\"3\"";
	assert_int_equal(ask(&b, "GET", "/api/v1/things/1", NULL), 304);
	assert_int_equal(b.reply.body.n, 0);
}

static void test_same_idempotency_key_creates_once(void **state)
{
	struct world *w = *state;
	struct browser b = browser_of(w, 1, "boss", "owner"), other = browser_of(w, 1, "boss2", "owner");
	b.headers[0] = other.headers[0] = "Idempotency-Key";
	b.headers[1] = other.headers[1] = "\"k-1\"";
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 201);
	str first = b.reply.body;
	assert_false(reply_header(&b.reply, "idempotent-replayed").p != NULL);
	b.headers[1] = "k-1"; /* unquoted is the same key */
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 201);
	assert_true(str_eq(b.reply.body, first));
	assert_true(str_eq(reply_header(&b.reply, "idempotent-replayed"), STR("true")));
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abd\"}"), 422);
	assert_int_equal(made, 1);
	assert_int_equal(ask(&other, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 201); /* another credential */
	assert_int_equal(made, 2);
	clock_advance(&w->t->clock, clock_now(&w->t->clock) + 11 * MS_HOUR);
	assert_int_equal(ask(&b, "GET", "/api/v1/session", NULL), 200);
	clock_advance(&w->t->clock, clock_now(&w->t->clock) + 11 * MS_HOUR);
	assert_int_equal(ask(&b, "GET", "/api/v1/session", NULL), 200);
	clock_advance(&w->t->clock, clock_now(&w->t->clock) + 3 * MS_HOUR);
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abd\"}"), 201); /* forgotten after a day */
	assert_int_equal(made, 3);
}

static void test_refusal_is_kept_under_the_key_but_a_busy_answer_is_not(void **state)
{
	struct world *w = *state;
	struct browser b = browser_of(w, 1, "boss", "owner");
	b.headers[0] = "Idempotency-Key";
	b.headers[1] = "k-2";
	fail_next = ERR_EXISTS;
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 409);
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 409);
	assert_int_equal(made, 1);
	b.headers[1] = "k-3";
	fail_next = ERR_BUSY;
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 503);
	assert_true(reply_header(&b.reply, "retry-after").n > 0);
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 201);
	b.headers[1] = "k-4";
	fail_next = ERR_UNKNOWN;
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 503);
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 409); /* never twice */
	assert_int_equal(made, 4);
}

static void test_kept_replies_show_no_phone_in_the_store(void **state)
{
	struct world *w = *state;
	struct browser b = browser_of(w, 1, "boss", "owner");
	struct idempotency row, key = { .credential = 0, .idem_key = STR("k-5") };
	b.headers[0] = "Idempotency-Key";
	b.headers[1] = "k-5";
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 201);
	assert_true(str_has(b.reply.body, STR("13812345678")));
	struct cx cx = cx_system(&w->env, w->arena, 1, "test");
	i64 corp;
	assert_int_equal(user_by_login(&cx.unit, STR("boss"), &corp, &key.credential), OK);
	assert_int_equal(READ_SNAP(&cx.unit, slot_base(w->t->store, 1), idempotency_get(snap, &key, &row)), OK);
	assert_true(row.body.n > 0);
	assert_false(str_has(row.body, STR("13812345678")));
}

static void test_pages_follow_their_cursor_and_refuse_a_forged_one(void **state)
{
	struct world *w = *state;
	struct browser b = browser_of(w, 1, "boss", "owner");
	char target[300];
	assert_int_equal(ask(&b, "GET", "/api/v1/things?ids=4,5,6", NULL), 200);
	const struct json *page = reply_json(&b);
	assert_int_equal(json_get(page, "data")->n, PAGE_LIMIT_DEFAULT);
	assert_int_equal(json_i64(&json_get(page, "data")->items[0], "version", 0), 3);
	assert_true(json_bool(page, "has_more", false));
	assert_int_equal(json_get(page, "total")->type, JSON_NULL);
	str cursor = json_str(page, "next_cursor");
	snprintf(target, sizeof(target), "/api/v1/things?limit=1&cursor=%.*s", STR_F(cursor));
	assert_int_equal(ask(&b, "GET", target, NULL), 200);
	assert_true(str_eq_c(json_str(&json_get(reply_json(&b), "data")->items[0], "id"), "51"));
	target[strlen(target) - 5] ^= 1;
	assert_int_equal(ask(&b, "GET", target, NULL), 422);
}

static void test_self_scope_is_the_staff_of_the_user(void **state)
{
	struct world *w = *state;
	struct cx cx = cx_system(&w->env, w->arena, 1, "test");
	struct user_new in;
	i64 id;
	record_init(&user_new_record, &in);
	in = (struct user_new){ STR("advisor"), STR(PASSWORD), STR("n"), STR_NIL, STR("staff"), STR_NIL, 4711, { 0 } };
	assert_int_equal(user_create(&cx, &in, &id), OK);
	struct user_scope *scopes = NULL;
	size_t n = 0;
	i64 base = slot_base(w->t->store, 1);
	assert_int_equal(READ_SNAP(&cx.unit, base, user_scopes(snap, &scopes, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(scopes[0].id, id);
	assert_int_equal(scopes[0].staff, 4711);
	assert_true(str_eq(scopes[0].scope, STR("self")));
	struct user_edit edit = { id, 1, STR("n"), STR("manager"), STR("stores"), 4711, { (i64[]){ 12, 11 }, 2 } };
	make_user(w, 1, "owner", "owner");
	assert_int_equal(user_change(&cx, &edit), OK);
	struct user user;
	assert_int_equal(user_get(&cx.unit, id, &user), OK);
	assert_int_equal(user.refs.n, 2);
	assert_int_equal(user.refs.v[0], 11);
	assert_int_equal(user.version, 2);
}

static void test_public_and_raw_routes(void **state)
{
	struct world *w = *state;
	struct browser b = { .w = w };
	assert_int_equal(ask(&b, "POST", "/open/things/5?deep=1", "any bytes"), 200);
	assert_true(str_eq(b.reply.body, STR("9 bytes")));
	assert_int_equal(ask(&b, "GET", "/healthz", NULL), 200);
	assert_int_equal(ask(&b, "HEAD", "/readyz", NULL), 200);
	assert_int_equal(ask(&b, "GET", "/metrics", NULL), 404);
	w->peer = "127.0.0.1";
	assert_int_equal(ask(&b, "GET", "/metrics", NULL), 200);
	assert_true(str_has(b.reply.body, STR("yutang_http_requests_total{class=\"2xx\"} 3\n")));
	assert_true(str_has(b.reply.body, STR("yutang_http_requests_total{class=\"4xx\"} 1\n")));
	b.headers[0] = "X-Forwarded-For";
	b.headers[1] = "1.2.3.4";
	assert_int_equal(ask(&b, "GET", "/metrics", NULL), 404);
}

static void test_private_socket_is_the_owner_of_the_corp_it_names(void **state)
{
	struct world *w = *state;
	struct browser b = { .w = w, .headers = { "X-YT-Corp", "2" } };
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 401); /* the header alone is nothing */
	w->peer = "unix";
	assert_int_equal(ask(&b, "POST", "/api/v1/things", "{\"name\":\"abc\"}"), 201);
	assert_true(str_eq_c(json_str(reply_json(&b), "corp"), "2"));
	b.headers[1] = "3";
	assert_int_equal(ask(&b, "GET", "/api/v1/things", NULL), 422); /* no such corp */
	b.headers[0] = NULL;
	assert_int_equal(ask(&b, "GET", "/api/v1/things", NULL), 422); /* there are two */
}

static void test_secure_site_uses_the_guarded_cookie(void **state)
{
	struct world *w = *state;
	struct browser b = { .w = w };
	make_user(w, 1, "boss", "owner");
	w->env.public_url = STR("https://pond.test");
	assert_int_equal(ask(&b, "POST", "/api/v1/session", "{\"login\":\"boss\",\"password\":\"" PASSWORD "\"}"), 200);
	str cookie = reply_header(&b.reply, "set-cookie");
	assert_true(str_starts(cookie, STR("__Host-yutang=")));
	assert_true(str_ends(cookie, STR("; Secure")));
	assert_true(str_starts(reply_header(&b.reply, "strict-transport-security"), STR("max-age=")));
	str_cut(&cookie, '=');
	b.cookie = str_cut(&cookie, ';');
	assert_int_equal(ask(&b, "GET", "/api/v1/session", NULL), 401); /* the plain name does not count here */
}

static void test_openapi_document_is_whole(void **state)
{
	struct world *w = *state;
	struct browser b = { .w = w };
	assert_int_equal(ask(&b, "GET", "/api/v1/openapi.json", NULL), 200);
	const struct json *doc = reply_json(&b), *paths = json_get(doc, "paths");
	assert_true(str_eq(json_str(doc, "openapi"), STR("3.1.0")));
	const struct json *things = json_get(paths, "/api/v1/things"), *one = json_get(paths, "/api/v1/things/{id}");
	assert_true(str_eq(json_str(json_get(things, "get"), "operationId"), STR("getThings")));
	assert_true(str_eq(json_str(json_get(one, "put"), "operationId"), STR("putThingsById")));
	assert_non_null(json_get(json_get(json_get(things, "post"), "responses"), "201"));
	const struct json *body = json_get(json_get(json_get(json_get(json_get(one, "put"), "requestBody"), "content"),
						    "application/json"), "schema");
	assert_int_equal(json_get(body, "properties")->n, 1); /* id is in the path, version in If-Match */
	const struct json *schemas = json_get(json_get(doc, "components"), "schemas");
	assert_non_null(json_get(schemas, "thing"));
	assert_non_null(json_get(schemas, "session"));
	assert_non_null(json_get(schemas, "user")); /* nested in session */
	assert_non_null(json_get(schemas, "problem"));
}

static void test_login_leaves_its_mark_in_the_journal(void **state)
{
	struct world *w = *state;
	struct cx cx = cx_system(&w->env, w->arena, 1, "test");
	i64 base = slot_base(w->t->store, 1), before = 0;
	assert_int_equal(READ_SNAP(&cx.unit, base, journal_last(snap, &before)), OK);
	browser_of(w, 1, "boss", "owner");
	struct event *ev = NULL;
	size_t n = 0;
	assert_int_equal(READ_SNAP(&cx.unit, base, journal_read(snap, before, 10, &ev, &n)), OK);
	assert_int_equal(n, 2);
	assert_int_equal(ev[0].kind, EV_USER_ADDED);
	assert_int_equal(ev[1].kind, EV_SESSION_OPENED);
	assert_int_equal(ev[1].actor_kind, ACTOR_USER);
	assert_false(str_has(ev[0].body, STR("boss")));
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_login_tells_who_what_and_where),
		T(test_wrong_login_wrong_password_and_disabled_look_alike),
		T(test_guessing_is_delayed_but_never_locked_out),
		T(test_address_that_tries_many_accounts_is_429),
		T(test_session_ends_after_idling_and_after_its_life),
		T(test_role_decides_and_a_change_acts_on_the_next_request),
		T(test_phones_are_masked_for_roles_that_may_not_see_them),
		T(test_unsafe_methods_need_the_sessions_token_and_our_origin),
		T(test_input_is_refused_with_a_pointer_to_the_field),
		T(test_unknown_path_404_and_known_path_with_another_method_405),
		T(test_corp_and_scope_come_from_the_session_only),
		T(test_users_of_another_corp_do_not_exist),
		T(test_passwords_must_be_long_and_not_common),
		T(test_edit_needs_the_version_it_was_made_on),
		T(test_same_idempotency_key_creates_once),
		T(test_refusal_is_kept_under_the_key_but_a_busy_answer_is_not),
		T(test_kept_replies_show_no_phone_in_the_store),
		T(test_pages_follow_their_cursor_and_refuse_a_forged_one),
		T(test_self_scope_is_the_staff_of_the_user),
		T(test_public_and_raw_routes),
		T(test_private_socket_is_the_owner_of_the_corp_it_names),
		T(test_secure_site_uses_the_guarded_cookie),
		T(test_openapi_document_is_whole),
		T(test_login_leaves_its_mark_in_the_journal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
