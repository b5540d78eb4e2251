/*
 * Connecting WeCom: what each refusal is called and cured by, the check-up, the first steps and settings.
 * Over one slot and over eight.
 */
#include "app/engine.h"
#include "core/attr/attr.h"
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/job/job.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "core/staff/staff_data.h"
#include "feature/setup/setup_data.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

extern const struct module audit_module, tag_module, attr_module, setup_module;
static const struct setting test_settings[] = {
	{ .name = "test.key", .otherwise = "", .label = T_OK, .secret = true },
	{ .name = "test.max", .otherwise = "3", .label = T_OK },
	{ 0 },
};
static const struct module test_module = { .name = "test", .doc = "For this test.", .settings = test_settings };
static const struct module *const list[] = { &corp_module, &perm_module, &audit_module, &job_module, &staff_module,
					     &customer_module, &tag_module, &attr_module, &setup_module, &test_module, NULL };

struct world {
	struct transport transport;
	struct test_store *t;
	struct env env;
	struct cx cx;
	int token_code, call_code, calls; /* what WeCom answers, and how often it was asked */
	bool down;
	const char *users;
};

static err answer(struct transport *t, struct arena *a, const struct transport_call *call, struct transport_answer *ret,
		  struct fail *f)
{
	struct world *w = (struct world *)t;
	bool token = str_has(call->url, STR("gettoken"));
	int code = token ? w->token_code : w->call_code;
	if (w->down)
		return fail_set(f, ERR_UPSTREAM, T_OK, STR_NIL, STR_NIL, STR_NIL);
	w->calls++;
	*ret = (struct transport_answer){ .status = 200, .type = STR("application/json") };
	if (code)
		ret->body = arena_printf(a, "{\"errcode\":%d,\"errmsg\":\"no\"}", code);
	else if (token)
		ret->body = STR("{\"errcode\":0,\"access_token\":\"tk\",\"expires_in\":7200}");
	else
		ret->body = arena_printf(a, "{\"errcode\":0,\"follow_user\":[%s]}", w->users);
	return OK;
}

static int make_with(void **state, i64 spread)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	i64 corp = 0;
	w->t = test_store_new_fast();
	w->transport.call = answer;
	w->users = "\"zhangsan\",\"lisi\"";
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list, .transport = &w->transport,
			       .public_url = STR("http://pond.test") };
	w->env.wecom = wecom_new(&w->transport, &w->t->clock, STR("http://wecom.test"));
	assert_int_equal(store_check(w->t->store, setup_module.queries, &f), OK);
	w->cx = cx_system(&w->env, w->t->arena, 0, "test");
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), false, spread };
	while (corp <= 2) /* 1 and 2 are the test store's own */
		assert_int_equal(corp_create(&w->cx, &in, &corp), OK);
	w->cx.unit.corp = corp;
	*state = w;
	return 0;
}

static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }

static int drop(void **state)
{
	struct world *w = *state;
	wecom_free(w->env.wecom);
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

static i64 base_of(struct world *w) { return slot_base(w->t->store, w->cx.unit.corp); }

static const struct route *route_of(const char *method, const char *path)
{
	const struct route *r = setup_routes;
	while (r->path && (strcmp(r->method, method) || strcmp(r->path, path)))
		r++;
	assert_non_null(r->path);
	return r;
}

/* A request with this JSON; *ret is the answer as a client reads it. */
static err ask(struct world *w, const char *method, const char *path, const char *body, const struct json **ret)
{
	const struct route *r = route_of(method, path);
	struct arena *a = w->t->arena;
	struct json *tree;
	struct cx cx = w->cx;
	void *in = arena_alloc(a, r->in->size);
	struct page page = { .total = NIL };
	TRY(json_parse(str_c(body), a, &tree, &cx.unit.fail));
	TRY(record_parse(r->in, tree, in, a, &cx.unit.fail));
	cx.in = in;
	cx.out = r->flags & ROUTE_LIST ? (void *)&page : arena_alloc(a, r->out->size);
	if (!(r->flags & ROUTE_LIST))
		record_init(r->out, cx.out);
	err e = r->fn(&cx);
	w->cx.unit.fail = cx.unit.fail;
	TRY(e);
	struct buf b = buf_new(a, 1 << 20);
	if (r->flags & ROUTE_LIST) {
		for (size_t i = 0; i < page.data.n; i++) {
			buf_add_c(&b, i ? "," : "[");
			record_write(&b, r->out, (const char *)page.data.v + i * r->out->size);
		}
		buf_char(&b, ']');
	} else {
		record_write(&b, r->out, cx.out);
	}
	TRY(json_parse(buf_str(&b), a, &tree, &cx.unit.fail));
	*ret = tree;
	return OK;
}

static const struct json *get(struct world *w, const char *method, const char *path, const char *body)
{
	const struct json *j = NULL;
	assert_int_equal(ask(w, method, path, body, &j), OK);
	return j;
}

static void connect_wecom(struct world *w)
{
	get(w, "PUT", "/api/v1/setup/wecom", "{\"corpid\":\"ww1\",\"agentid\":\"1000002\",\"secret\":\"s1\"}");
}

static const struct json *row(const struct json *rows, const char *member, const char *name)
{
	for (size_t i = 0; i < rows->n; i++)
		if (str_eq_c(json_str(&rows->items[i], member), name))
			return &rows->items[i];
	fail_msg("no row %s", name);
	return NULL;
}

static void is_state(const struct json *rows, const char *key, const char *state)
{
	const struct json *r = row(rows, "key", key);
	if (!str_eq_c(json_str(r, "state"), state))
		fail_msg("%s is %.*s, not %s", key, STR_F(json_str(r, "state")), state);
	assert_true(json_str(r, "label").n && json_str(r, "text").n && json_str(r, "owner").n);
	assert_int_equal(json_str(r, "cure").n > 0, !str_eq_c(str_c(state), "ok"));
}

static const struct json *check_up(struct world *w)
{
	get(w, "POST", "/api/v1/setup/readiness/run", "{}");
	return get(w, "GET", "/api/v1/setup/readiness", "{}");
}

static void tell(struct world *w, enum event_kind kind, u32 n, const struct record *r, const void *body)
{
	i64 id = id_customer(w->cx.unit.corp, n), slot = slot_of_customer(w->t->store, id);
	struct customer_profile none = { .birthday = NIL };
	bool worked = true;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, customer_add(tx, id, STR("wecom"), TEST_START, &none)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, journal_add(tx, kind, id, TEST_START, r, body, NULL)), OK);
	while (worked)
		assert_int_equal(consumer_run(&w->env, w->t->arena, &worked), OK);
}

/* -- tests -- */

static void test_a_credential_is_tested_and_every_refusal_has_its_cure(void **state)
{
	struct world *w = *state;
	static const struct { int token, call; const char *what; bool ok; enum text cure; } cases[] = {
		{ 0, 0, "token", true, T_OK }, { 0, 0, "contacts", true, T_OK },
		{ 40001, 0, "token", false, T_SETUP_C_TOKEN }, { 40013, 0, "contacts", false, T_SETUP_C_TOKEN },
		{ 0, 48002, "token", true, T_OK }, { 0, 48002, "contacts", false, T_SETUP_C_LISTED },
		{ 0, 60020, "token", false, T_SETUP_C_IP }, { 0, 60011, "contacts", false, T_SETUP_C_SCOPE },
	};
	const struct json *t = get(w, "POST", "/api/v1/setup/wecom/test", "{\"what\":\"token\"}");
	assert_false(json_bool(t, "ok", true)); /* nothing set */
	assert_int_equal(w->calls, 0);
	connect_wecom(w);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		w->token_code = cases[i].token;
		w->call_code = cases[i].call;
		t = get(w, "POST", "/api/v1/setup/wecom/test",
			arena_cstr(w->t->arena, arena_printf(w->t->arena, "{\"what\":\"%s\"}", cases[i].what)));
		assert_int_equal(json_bool(t, "ok", !cases[i].ok), cases[i].ok);
		assert_true(json_str(t, "text").n > 0);
		assert_true(str_eq_c(json_str(t, "cure"), cases[i].ok ? "" : text_raw(cases[i].cure, LANG_ZH)));
	}
	w->token_code = w->call_code = 0;
	w->down = true;
	t = get(w, "POST", "/api/v1/setup/wecom/test", "{\"what\":\"token\"}");
	assert_false(json_bool(t, "ok", true));
	assert_true(str_eq_c(json_str(t, "cure"), text_raw(T_SETUP_C_NETWORK, LANG_ZH)));
	t = get(w, "POST", "/api/v1/setup/wecom/test", "{\"what\":\"callback\"}");
	assert_false(json_bool(t, "ok", true));
	assert_int_equal(corp_callback_seen(&w->cx.unit, TEST_START), OK);
	t = get(w, "POST", "/api/v1/setup/wecom/test", "{\"what\":\"callback\"}");
	assert_true(json_bool(t, "ok", false));
}

static void test_empty_credentials_stay_and_secrets_never_come_back(void **state)
{
	struct world *w = *state;
	struct corp_wecom now;
	connect_wecom(w);
	const struct json *out = get(w, "PUT", "/api/v1/setup/wecom", "{\"corpid\":\"ww2\",\"secret\":\"\",\"token\":\"\"}");
	assert_true(json_bool(out, "connected", false));
	assert_null(json_get(out, "secret"));
	assert_int_equal(corp_wecom_get(&w->cx.unit, w->cx.unit.corp, &now), OK);
	assert_true(str_eq_c(now.app.corpid, "ww2"));
	assert_true(str_eq_c(now.app.secret, "s1"));
	const struct json *j;
	assert_int_equal(ask(w, "PUT", "/api/v1/setup/wecom", "{\"aeskey\":\"short\"}", &j), ERR_INPUT);
}

static void test_the_check_up_says_what_is_wrong(void **state)
{
	struct world *w = *state;
	i64 id;
	const struct json *rows = get(w, "GET", "/api/v1/setup/readiness", "{}");
	is_state(rows, "token", "unknown");
	assert_int_equal(json_get(row(rows, "key", "token"), "checked_ms")->type, JSON_NULL);
	rows = check_up(w);
	is_state(rows, "token", "fail");
	is_state(rows, "scope", "unknown");
	is_state(rows, "callback", "fail");
	is_state(rows, "balance", "unknown");
	connect_wecom(w);
	assert_int_equal(staff_ensure(&w->cx.unit, STR("ZhangSan"), &id), OK);
	assert_int_equal(staff_ensure(&w->cx.unit, STR("wangwu"), &id), OK);
	assert_int_equal(corp_callback_seen(&w->cx.unit, TEST_START), OK);
	rows = check_up(w);
	is_state(rows, "token", "ok");
	is_state(rows, "ip", "ok");
	is_state(rows, "listed", "ok");
	is_state(rows, "scope", "warn");
	assert_true(str_has(json_str(row(rows, "key", "scope"), "text"), STR("wangwu")));
	assert_false(str_has(json_str(row(rows, "key", "scope"), "text"), STR("ZhangSan")));
	is_state(rows, "callback", "ok");
	is_state(rows, "tags", "ok");
	is_state(rows, "balance", "warn"); /* WeCom answers, and there is none */
	is_state(rows, "quota", "unknown");
	get(w, "PUT", "/api/v1/settings/{name}", "{\"name\":\"setup.quota_mode\",\"value\":\"day\"}");
	w->call_code = 48002;
	w->t->clock = clock_simulated(TEST_START + SETUP_CALLBACK_OLD_MS + 1);
	rows = check_up(w);
	is_state(rows, "token", "ok");
	is_state(rows, "listed", "fail");
	is_state(rows, "scope", "unknown");
	is_state(rows, "callback", "warn");
	is_state(rows, "quota", "ok");
	w->call_code = 60020;
	rows = check_up(w);
	is_state(rows, "ip", "fail");
	is_state(rows, "token", "unknown");
}

static void greet(struct world *w, i64 staff, const char *result, int times)
{
	static const char *const reasons[] = { "none_given", "answered_first" };
	#define GREETING_FIELDS(F, S) F(S, ID, staff) F(S, STR, result)
	RECORD(greeting, GREETING_FIELDS);
	for (int i = 0; i < times; i++) {
		struct greeting g = { staff, str_c(result) };
		bool missed = str_eq_c(g.result, reasons[0]) || str_eq_c(g.result, reasons[1]);
		tell(w, missed ? EV_WELCOME_MISSED : EV_WELCOME_SENT, (u32)i + 1, &greeting_record, &g);
	}
}

static void fetched(struct world *w, u32 n, i64 type, bool unionid)
{
	struct contact_fetched c;
	record_init(&contact_fetched_record, &c);
	c.staff = 1;
	c.userid = c.external_userid = STR("x");
	c.type = type;
	c.unionid = unionid;
	tell(w, EV_CONTACT_FETCHED, n, &contact_fetched_record, &c);
}

static void test_the_journal_tells_of_welcomes_answered_elsewhere_and_of_unionids(void **state)
{
	struct world *w = *state;
	i64 good, bad;
	connect_wecom(w);
	assert_int_equal(staff_ensure(&w->cx.unit, STR("zhangsan"), &good), OK);
	assert_int_equal(staff_ensure(&w->cx.unit, STR("lisi"), &bad), OK);
	is_state(check_up(w), "welcome", "unknown");
	is_state(check_up(w), "unionid", "unknown");
	greet(w, good, "sent", 5);
	greet(w, good, "none_given", 1); /* 1 of 6: below a fifth */
	greet(w, bad, "sent", 3);
	greet(w, bad, "answered_first", 1); /* 1 of 4: too few to say */
	is_state(check_up(w), "welcome", "ok");
	greet(w, bad, "sent", 1);
	is_state(check_up(w), "welcome", "warn"); /* 1 of 5: a fifth */
	const struct json *r = row(check_up(w), "key", "welcome");
	assert_true(str_has(json_str(r, "text"), STR("lisi")));
	assert_false(str_has(json_str(r, "text"), STR("zhangsan")));
	fetched(w, 1, 1, false);
	fetched(w, 2, 2, true); /* a WeCom user has none to give */
	is_state(check_up(w), "unionid", "fail");
	fetched(w, 3, 1, true);
	is_state(check_up(w), "unionid", "ok");
	assert_true(str_has(json_str(row(check_up(w), "key", "unionid"), "text"), STR("50%")));
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "setup", &w->cx.unit.fail), OK);
	assert_true(str_has(json_str(row(check_up(w), "key", "unionid"), "text"), STR("50%")));
	is_state(check_up(w), "welcome", "warn");
}

static err put_to_sleep(struct tx *tx, i64 id)
{
	struct staff_row row;
	TRY(staff_row_get(&tx->snap, &(struct staff_key){ id }, &row));
	row.state = STR("disabled");
	return staff_update(tx, &row);
}

static void test_who_sleeps_and_a_page_nobody_came_through_are_said(void **state)
{
	struct world *w = *state;
	struct none nothing = { 0 };
	i64 awake, asleep;
	connect_wecom(w);
	is_state(check_up(w), "active", "unknown");
	is_state(check_up(w), "domain", "unknown");
	assert_int_equal(staff_ensure(&w->cx.unit, STR("zhangsan"), &awake), OK);
	assert_int_equal(staff_ensure(&w->cx.unit, STR("lisi"), &asleep), OK);
	is_state(check_up(w), "active", "ok");
	assert_int_equal(WRITE_TX(&w->cx.unit, base_of(w), put_to_sleep(tx, asleep)), OK);
	const struct json *r = row(check_up(w), "key", "active");
	assert_true(str_eq_c(json_str(r, "state"), "warn"));
	assert_true(str_has(json_str(r, "text"), STR("lisi")) && !str_has(json_str(r, "text"), STR("zhangsan")));
	tell(w, EV_PHONE_BOUND, 1, &none_record, &nothing); /* she came through a page of ours */
	is_state(check_up(w), "domain", "ok");
}

static void test_the_week_runs_the_check_up_by_itself(void **state)
{
	struct world *w = *state;
	connect_wecom(w);
	for (int week = 0; week < 2; week++) {
		bool worked = true;
		int before = w->calls;
		w->t->clock = clock_simulated(TEST_START + MS_DAY + week * SETUP_EVERY_MS + 1);
		while (worked)
			assert_int_equal(engine_stage(&w->env, STAGE_TIMER, &worked), OK);
		for (worked = true; worked;)
			assert_int_equal(engine_stage(&w->env, STAGE_SEND, &worked), OK);
		assert_true(w->calls > before);
		const struct json *r = row(get(w, "GET", "/api/v1/setup/readiness", "{}"), "key", "token");
		assert_int_equal(json_i64(r, "checked_ms", 0), TEST_START + MS_DAY + week * SETUP_EVERY_MS + 1);
	}
}

static bool step_done(struct world *w, const char *key)
{
	return json_bool(row(json_get(get(w, "GET", "/api/v1/setup/checklist", "{}"), "steps"), "key", key), "done", false);
}

static err synced(struct tx *tx) { return corp_sync_note(tx, "done", 1, 1); }

static void test_first_steps_are_done_when_they_have_happened(void **state)
{
	struct world *w = *state;
	static const char *const steps[] = { "account", "wecom", "callback", "domain", "sync", "livecode", "import" };
	struct none none = { 0 };
	assert_int_equal(json_get(get(w, "GET", "/api/v1/setup/checklist", "{}"), "steps")->n, ARRAY_LEN(steps));
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		assert_false(step_done(w, steps[i]));
	struct user_new user;
	record_init(&user_new_record, &user);
	user.login = STR("boss");
	user.password = STR("correct horse battery");
	user.name = STR("某人");
	user.role = STR("owner");
	assert_int_equal(user_create(&w->cx, &user, &(i64){ 0 }), OK);
	assert_true(step_done(w, "account"));
	connect_wecom(w);
	assert_true(step_done(w, "wecom"));
	assert_int_equal(corp_callback_seen(&w->cx.unit, TEST_START), OK);
	assert_true(step_done(w, "callback"));
	tell(w, EV_PHONE_BOUND, 1, &none_record, &none);
	assert_true(step_done(w, "domain"));
	tell(w, EV_LIVECODE_SAVED, 1, &none_record, &none);
	assert_true(step_done(w, "livecode"));
	assert_int_equal(WRITE_TX(&w->cx.unit, base_of(w), synced(tx)), OK);
	assert_true(step_done(w, "sync"));
	assert_false(json_bool(get(w, "GET", "/api/v1/setup/checklist", "{}"), "dismissed", true));
	get(w, "POST", "/api/v1/setup/checklist/dismiss", "{}");
	assert_true(json_bool(get(w, "GET", "/api/v1/setup/checklist", "{}"), "dismissed", false));
	const struct json *j;
	assert_int_equal(ask(w, "GET", "/api/v1/demo/tips", "{}", &j), ERR_NOT_FOUND); /* a real corp */
}

static void test_a_sync_needs_credentials_and_queues_tags_before_customers(void **state)
{
	struct world *w = *state;
	const struct json *j;
	struct job job;
	i64 id;
	assert_int_equal(ask(w, "POST", "/api/v1/setup/sync", "{}", &j), ERR_STATE);
	connect_wecom(w);
	j = get(w, "POST", "/api/v1/setup/sync", "{}");
	assert_true(str_i64(json_str(j, "id"), &id));
	assert_int_equal(job_get(&w->cx.unit, id, &job), OK);
	assert_true(str_eq_c(job.kind, "follow.sync"));
}

static void test_settings_of_all_modules_are_listed_changed_and_masked(void **state)
{
	struct world *w = *state;
	const struct json *rows = get(w, "GET", "/api/v1/settings", "{}"), *r = row(rows, "name", "test.max"), *j;
	assert_true(str_eq_c(json_str(r, "value"), "3"));
	assert_true(str_eq_c(json_str(row(rows, "name", "test.key"), "value"), ""));
	get(w, "PUT", "/api/v1/settings/{name}", "{\"name\":\"test.max\",\"value\":\"9\"}");
	r = get(w, "PUT", "/api/v1/settings/{name}", "{\"name\":\"test.key\",\"value\":\"hush\"}");
	assert_true(str_eq_c(json_str(r, "value"), "******"));
	get(w, "PUT", "/api/v1/settings/{name}", "{\"name\":\"test.key\",\"value\":\"******\"}");
	str value;
	assert_int_equal(setting_get(&w->cx.unit, "test.key", &value), OK);
	assert_true(str_eq_c(value, "hush"));
	rows = get(w, "GET", "/api/v1/settings", "{}");
	assert_true(str_eq_c(json_str(row(rows, "name", "test.max"), "value"), "9"));
	assert_true(str_eq_c(json_str(row(rows, "name", "test.max"), "otherwise"), "3"));
	assert_true(str_eq_c(json_str(row(rows, "name", "test.key"), "value"), "******"));
	assert_int_equal(ask(w, "PUT", "/api/v1/settings/{name}", "{\"name\":\"no.such\",\"value\":\"1\"}", &j), ERR_NOT_FOUND);
}

#define BOTH(fn) cmocka_unit_test_setup_teardown(fn, make, drop), { #fn " over eight slots", fn, make_spread, drop, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_a_credential_is_tested_and_every_refusal_has_its_cure),
		BOTH(test_empty_credentials_stay_and_secrets_never_come_back),
		BOTH(test_the_check_up_says_what_is_wrong),
		BOTH(test_the_journal_tells_of_welcomes_answered_elsewhere_and_of_unionids),
		BOTH(test_who_sleeps_and_a_page_nobody_came_through_are_said),
		BOTH(test_the_week_runs_the_check_up_by_itself),
		BOTH(test_first_steps_are_done_when_they_have_happened),
		BOTH(test_a_sync_needs_credentials_and_queues_tags_before_customers),
		BOTH(test_settings_of_all_modules_are_listed_changed_and_masked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
