/*
 * The company: making it, secrets, settings, the cache, and WeCom's callbacks into the inbox.
 */
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/corp/corp_callback.h"
#include "port/wecom/wecom_crypt.h"
#include "store/inbox.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define AESKEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static const struct setting test_settings[] = {
	{ .name = "test.color", .otherwise = "blue" },
	{ .name = "test.key", .otherwise = "", .secret = true },
	{ 0 },
};
static err new_corp(struct cx *cx);
static const struct module test_module = { .name = "test", .settings = test_settings, .corp_new = new_corp };
static const struct module *const list[] = { &corp_module, &test_module, NULL };

struct world {
	struct test_store *t;
	struct env env;
	struct cx cx;
	i64 corp;
};

static int made;
static err new_corp(struct cx *cx)
{
	made++;
	return setting_put(cx, "test.color", STR("green"));
}

static int make(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	w->t = test_store_new();
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list, .public_url = STR("http://y") };
	assert_int_equal(corp_module.start(&w->env, &f), OK);
	w->cx = cx_system(&w->env, w->t->arena, 0, "test");
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	/* Corps 1 and 2 are in the test store already: ours gets the next free number. */
	do {
		err e = corp_create(&w->cx, &in, &w->corp);
		assert_true(e == OK || w->cx.unit.fail.code != OK);
	} while (w->corp == 0);
	w->cx.unit.corp = w->corp;
	*state = w;
	return 0;
}

static int drop(void **state)
{
	struct world *w = *state;
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

static void a_new_corp_has_its_defaults(void **state)
{
	struct world *w = *state;
	struct corp c;
	str color;
	assert_int_equal(corp_get(&w->cx.unit, w->corp, &c), OK);
	assert_true(str_eq(c.name, STR("鱼塘")));
	assert_int_equal(c.slug.n, 16);
	assert_true(made > 0);
	assert_int_equal(setting_get(&w->cx.unit, "test.color", &color), OK);
	assert_true(str_eq(color, STR("green")));
	struct corp by_slug;
	assert_int_equal(corp_by_slug(&w->cx.unit, c.slug, &by_slug), OK);
	assert_int_equal(by_slug.id, w->corp);
	assert_int_equal(corp_by_slug(&w->cx.unit, STR("nobody"), &by_slug), ERR_NOT_FOUND);
	/* 2025-12-01 16:00 UTC is the next day in Shanghai. */
	assert_int_equal(corp_day(&w->cx.unit, TEST_START + 16 * MS_HOUR), corp_day(&w->cx.unit, TEST_START) + 1);
}

static void bad_zones_and_currencies_are_refused(void **state)
{
	struct world *w = *state;
	struct corp_edit in = { STR("鱼塘"), STR("Mars/Base"), STR("CNY"), 1 };
	assert_int_equal(corp_put(&w->cx, &in), ERR_INPUT);
	in.zone = STR("UTC");
	in.currency = STR("yuan");
	assert_int_equal(corp_put(&w->cx, &in), ERR_INPUT);
	in.currency = STR("EUR");
	assert_int_equal(corp_put(&w->cx, &in), OK);
	assert_int_equal(corp_put(&w->cx, &in), ERR_CONFLICT);
	struct corp c;
	assert_int_equal(corp_get(&w->cx.unit, w->corp, &c), OK);
	assert_true(str_eq(c.currency, STR("EUR")));
	assert_int_equal(c.version, 2);
}

static void connect(struct world *w)
{
	struct corp_wecom_set in = { .corpid = STR("wwfishpond0000001"), .agentid = STR("1000002"), .secret = STR("s3cret"),
				     .token = STR("yutangtoken"), .aeskey = STR(AESKEY) };
	assert_int_equal(corp_wecom_put(&w->cx, &in), OK);
}

static void secrets_are_sealed_and_settings_checked(void **state)
{
	struct world *w = *state;
	struct corp_wecom c;
	str value;
	assert_int_equal(corp_wecom_get(&w->cx.unit, w->corp, &c), ERR_STATE);
	connect(w);
	assert_int_equal(corp_wecom_get(&w->cx.unit, w->corp, &c), OK);
	assert_true(str_eq(c.app.secret, STR("s3cret")));
	assert_true(str_eq(c.aeskey, STR(AESKEY)));
	struct none none = { 0 };
	struct corp_row row;
	assert_int_equal(READ_SNAP(&w->cx.unit, 0, corp_row_get(snap, &none, &row)), OK);
	assert_false(str_has(row.secret, STR("s3cret")));
	struct corp_wecom_set bad = { .aeskey = STR("short") };
	assert_int_equal(corp_wecom_put(&w->cx, &bad), ERR_INPUT);
	assert_int_equal(setting_put(&w->cx, "test.key", STR("k1")), OK);
	assert_int_equal(setting_get(&w->cx.unit, "test.key", &value), OK);
	assert_true(str_eq(value, STR("k1")));
	assert_int_equal(setting_put(&w->cx, "no.such", STR("1")), ERR_INPUT);
}

/* Sends the same event in a fresh envelope. */
static err post(struct world *w, str slug, const char *xml, str token)
{
	struct arena *a = w->t->arena;
	struct http_reply reply = { 0 };
	struct http_req *req = ARENA_NEW(a, struct http_req);
	struct wecom_key key;
	str encrypted;
	assert_int_equal(wecom_key_read(STR(AESKEY), a, &key, NULL), OK);
	assert_int_equal(wecom_encrypt(&key, STR("wwfishpond0000001"), str_c(xml), NULL, a, &encrypted, NULL), OK);
	req->arena = a;
	req->method = STR("POST");
	req->body = arena_printf(a, "<xml><ToUserName><![CDATA[wwfishpond0000001]]></ToUserName><Encrypt><![CDATA[%.*s]]></Encrypt></xml>",
				 STR_F(encrypted));
	struct corp_callback_in in = { .slug = slug, .timestamp = STR("1700000000"), .nonce = STR("n1"), .echostr = STR_NIL };
	in.msg_signature = wecom_signature(token, in.timestamp, in.nonce, encrypted, a);
	struct cx cx = cx_system(&w->env, a, 0, "wecom");
	cx.req = req;
	cx.reply = &reply;
	cx.in = &in;
	err e = corp_callback_accept(&cx);
	if (e == OK)
		assert_true(reply.status == 200 && str_eq(reply.body, STR("success")));
	return e;
}

static void a_callback_is_stored_once_and_only_when_genuine(void **state)
{
	struct world *w = *state;
	struct corp c;
	struct inbox_row *rows;
	size_t n;
	connect(w);
	assert_int_equal(corp_get(&w->cx.unit, w->corp, &c), OK);
	const char *xml = "<xml><Event><![CDATA[change_external_contact]]></Event><CreateTime>1</CreateTime></xml>";
	assert_int_equal(post(w, c.slug, xml, STR("yutangtoken")), OK);
	assert_int_equal(post(w, c.slug, xml, STR("yutangtoken")), OK);
	assert_int_equal(post(w, c.slug, xml, STR("othertoken")), ERR_SIGNATURE);
	assert_int_equal(post(w, STR("nobody"), xml, STR("yutangtoken")), ERR_NOT_FOUND);
	assert_int_equal(inbox_pending(&w->cx.unit, 10, &rows, &n), OK);
	assert_int_equal(n, 1);
	assert_true(str_eq_c(rows[0].body, xml));
	assert_int_equal(rows[0].corp, w->corp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_corp_has_its_defaults, make, drop),
		cmocka_unit_test_setup_teardown(bad_zones_and_currencies_are_refused, make, drop),
		cmocka_unit_test_setup_teardown(secrets_are_sealed_and_settings_checked, make, drop),
		cmocka_unit_test_setup_teardown(a_callback_is_stored_once_and_only_when_genuine, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
