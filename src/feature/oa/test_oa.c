/*
 * Official accounts against the simulator: fans become persons, codes answer, reading all of them goes on after a fault.
 */
#include "feature/oa/test_oa.h"

#include "core/attr/attr_value.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static struct oa_code code(struct world *w, i64 account_id)
{
	struct { i64 account; str name, channel, title, words, pic, link; } in = {
		account_id, STR("门店台卡"), STR("台卡"), STR("加顾问领券"), STR("长按识别"), STR_NIL, STR("https://work.weixin.qq.com/ca/abc") };
	struct oa_code *rows;
	size_t n;
	assert_int_equal(call(w, "POST", "/api/v1/oa-codes", &in, arena_alloc(w->t->arena, 1024)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, oa_codes(snap, &(struct oa_find){ INT64_MAX, 1 }, &rows, &n)), OK);
	return rows[0];
}

static struct attr_value value(struct world *w, i64 root, i64 attr)
{
	struct attr_value v;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, root), attr_value_get(snap, root, attr, &v)), OK);
	return v;
}

static void follows_by_a_code(struct world *w, const char *mode)
{
	struct oa_account a = connect_oa(w, mode);
	struct oa_code c = code(w, a.id);
	const struct json *v = sim_say(w, "/sim/oa/follow", "{\"person\":{\"name\":\"粉丝\"},\"scene\":\"%.*s\"}", STR_F(c.scene));
	str answer = json_str(v, "answer");
	assert_int_equal(json_i64(v, "status", 0), 200);
	assert_true(str_has(answer, !strcmp(mode, "plain") ? STR("加顾问领券") : STR("MsgSignature")));
	live(w, MS_MINUTE);
	i64 her = fan(w, &a, json_str(v, "openid"));
	assert_true(her > 0);
	assert_int_equal(value(w, her, OA_ATTR_FAN).n, 1);
	assert_true(str_eq_c(value(w, her, OA_ATTR_CHANNEL).t, "台卡"));
	v = sim_say(w, "/sim/oa/scan", "{\"openid\":\"%.*s\",\"scene\":\"%.*s\"}", STR_F(json_str(v, "openid")), STR_F(c.scene));
	assert_true(str_starts(json_str(v, "answer"), STR("<xml>")));
	live(w, MS_MINUTE);
	struct oa_sum *sums;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, oa_sums(snap, &(struct none){ 0 }, &sums, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(sums[0].subscribed, 1);
	assert_int_equal(sums[0].scanned, 1);
	sim_say(w, "/sim/oa/leave", "{\"openid\":\"%.*s\"}", STR_F(json_str(v, "openid")));
	live(w, MS_MINUTE);
	assert_true(value(w, her, OA_ATTR_FAN).n == NIL);
}

static void who_follows_by_a_code_is_answered_and_known(void **state) { follows_by_a_code(*state, "safe"); }
static void the_compatible_mode_is_answered_too(void **state) { follows_by_a_code(*state, "compatible"); }
static void the_plain_mode_is_answered_too(void **state) { follows_by_a_code(*state, "plain"); }

static i64 chosen(struct world *w, const char *text)
{
	struct expr *e;
	i64 count;
	assert_int_equal(expr_parse(&w->cx.unit, str_c(text), &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, NULL), OK);
	return count;
}

static void a_fan_and_a_wecom_friend_are_one_by_unionid(void **state)
{
	struct world *w = *state;
	struct oa_account a = connect_oa(w, "safe");
	struct expr *e;
	i64 count;
	str ext = befriend(w, "linna", 1);
	i64 friend = person_of(w, ext);
	const struct json *v = sim_say(w, "/sim/oa/follow", "{\"person\":{\"external_userid\":\"%.*s\"}}", STR_F(ext));
	sim_say(w, "/sim/oa/follow", "{\"person\":{\"name\":\"只是粉丝\"}}");
	live(w, MS_MINUTE);
	assert_int_equal(fan(w, &a, json_str(v, "openid")), friend);
	assert_int_equal(value(w, friend, OA_ATTR_FAN).n, 1);
	assert_int_equal(chosen(w, "reachable(\"oa\")"), 2);
	assert_int_equal(chosen(w, "reachable(\"oa\") and friend"), 1);
	assert_int_equal(expr_parse(&w->cx.unit, STR("oa_fan and not friend"), &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, NULL), OK);
	assert_int_equal(count, 1);
	sim_say(w, "/sim/oa/leave", "{\"openid\":\"%.*s\"}", STR_F(json_str(v, "openid")));
	live(w, MS_MINUTE);
	assert_int_equal(chosen(w, "reachable(\"oa\")"), 1); /* who left is not reached there */
	assert_int_equal(chosen(w, "friend and not reachable(\"oa\")"), 1);
}

static void a_forged_push_is_refused_and_a_repeat_counts_once(void **state)
{
	struct world *w = *state;
	struct oa_account a = connect_oa(w, "safe");
	sim_say(w, "/sim/oa", "{\"url\":\"http://product.test/oa/callback/%.*s\",\"token\":\"wrong\",\"aes_key\":\"%s\"}", STR_F(a.slug), AES_KEY);
	const struct json *v = sim_say(w, "/sim/oa/follow", "{\"person\":{\"name\":\"甲\"}}");
	assert_int_equal(json_i64(v, "status", 0), 401);
	live(w, MS_MINUTE);
	assert_int_equal(fan(w, &a, json_str(v, "openid")), 0);
}

static void all_fans_are_read_and_a_fault_loses_none(void **state)
{
	struct world *w = *state;
	struct oa_account a = connect_oa(w, "safe");
	struct oa_code c = code(w, a.id);
	str last = STR_NIL;
	for (int i = 0; i < 250; i++)
		last = json_str(sim_say(w, "/sim/oa/follow", "{\"silent\":true,\"person\":{\"name\":\"粉%d\"},\"scene\":\"%.*s\"}", i, STR_F(i ? STR("") : c.scene)), "openid");
	sim_say(w, "/sim/oa/leave", "{\"silent\":true,\"openid\":\"%.*s\"}", STR_F(last));
	assert_int_equal(call(w, "POST", "/api/v1/oa-accounts/{id}/sync", &(struct oa_key){ a.id }, arena_alloc(w->t->arena, 64)), OK);
	sim_say(w, "/sim/oa/fault", "{\"errcode\":-1,\"count\":3}");
	live(w, 10 * MS_MINUTE);
	a = account(w);
	assert_int_equal(a.fans, 249);
	assert_int_equal(fan(w, &a, last), 0);
	struct expr *e;
	i64 count;
	assert_int_equal(expr_parse(&w->cx.unit, STR("oa_fan"), &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, NULL), OK);
	assert_int_equal(count, 249);
	assert_int_equal(expr_parse(&w->cx.unit, STR("reachable(\"oa\")"), &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, NULL), OK);
	assert_int_equal(count, 249);
	assert_int_equal(expr_parse(&w->cx.unit, STR("oa_channel = \"台卡\""), &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, NULL), OK);
	assert_int_equal(count, 1);
}

static void a_code_the_platform_refuses_is_none(void **state)
{
	struct world *w = *state;
	struct oa_account a = connect_oa(w, "safe");
	struct oa_code *rows;
	size_t n;
	struct { i64 account; str name, channel, title, words, pic, link; } in = { a.id, STR("码"), STR("码"), STR("题"), STR(""), STR_NIL, STR("https://x.example") };
	sim_say(w, "/sim/oa/fault", "{\"errcode\":48001,\"count\":1}");
	assert_int_equal(call(w, "POST", "/api/v1/oa-codes", &in, arena_alloc(w->t->arena, 1024)), ERR_CONFIG);
	in.link = STR("javascript:1");
	assert_int_equal(call(w, "POST", "/api/v1/oa-codes", &in, arena_alloc(w->t->arena, 1024)), ERR_INPUT);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, oa_codes(snap, &(struct oa_find){ INT64_MAX, 9 }, &rows, &n)), OK);
	assert_int_equal(n, 0);
}

static void a_mini_program_link_keeps_its_address_and_is_renewed(void **state)
{
	struct world *w = *state;
	struct oa_account a = connect_oa(w, "safe");
	struct { i64 account; str name, path, params; } in = { a.id, STR("商城"), STR("pages/shop/index"), STR("from=sms") };
	struct oa_link *rows;
	size_t n;
	char *big = arena_alloc(w->t->arena, OA_LINK_QUERY_MAX + 1);
	memset(big, 'a', OA_LINK_QUERY_MAX + 1);
	assert_int_equal(call_in(w, oa_mini_routes, "POST", "/api/v1/mini-links", &in, arena_alloc(w->t->arena, 512)), OK);
	in.path = STR("pages/shop/index?a=1");
	assert_int_equal(call_in(w, oa_mini_routes, "POST", "/api/v1/mini-links", &in, arena_alloc(w->t->arena, 512)), ERR_INPUT);
	in.path = STR("p");
	in.params = str_of(big, OA_LINK_QUERY_MAX + 1);
	assert_int_equal(call_in(w, oa_mini_routes, "POST", "/api/v1/mini-links", &in, arena_alloc(w->t->arena, 512)), ERR_INPUT);
	in.params.n = OA_LINK_QUERY_MAX;
	assert_int_equal(call_in(w, oa_mini_routes, "POST", "/api/v1/mini-links", &in, arena_alloc(w->t->arena, 512)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, oa_links(snap, &(struct oa_find){ INT64_MAX, 9 }, &rows, &n)), OK);
	assert_int_equal(n, 2);
	struct door door;
	struct door_answer first, later;
	assert_int_equal(door_find(&w->cx.unit, rows[1].door, &door), OK);
	assert_int_equal(oa_mini_enter(&w->cx, &door, NULL, &first), OK);
	assert_true(str_starts(first.location, STR("https://wxaurl.cn/")));
	live(w, OA_LINK_DAYS * MS_DAY - OA_MINI_EARLY_MS);
	assert_int_equal(oa_mini_enter(&w->cx, &door, NULL, &later), OK);
	assert_true(str_eq(later.location, first.location));
	live(w, MS_MINUTE);
	assert_int_equal(oa_mini_enter(&w->cx, &door, NULL, &later), OK);
	assert_true(!str_eq(later.location, first.location));
	assert_int_equal(effects(w, "oa/generate_urllink", ""), 3);
}

static void scenes_have_an_end(void **state)
{
	char text[OA_SCENE_CHARS_MAX + 2];
	memset(text, 'a', sizeof(text));
	assert_true(oa_scene_ok(str_of(text, OA_SCENE_CHARS_MAX)));
	assert_true(!oa_scene_ok(str_of(text, OA_SCENE_CHARS_MAX + 1)) && !oa_scene_ok(STR("")) && !oa_scene_ok(STR("a b")));
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define S(name) { #name "_spread", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(who_follows_by_a_code_is_answered_and_known), S(who_follows_by_a_code_is_answered_and_known),
		T(the_compatible_mode_is_answered_too), T(the_plain_mode_is_answered_too),
		T(a_fan_and_a_wecom_friend_are_one_by_unionid), S(a_fan_and_a_wecom_friend_are_one_by_unionid),
		T(a_forged_push_is_refused_and_a_repeat_counts_once), T(all_fans_are_read_and_a_fault_loses_none),
		T(a_code_the_platform_refuses_is_none),
		T(a_mini_program_link_keeps_its_address_and_is_renewed), T(scenes_have_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
