/*
 * Membership: numbers, registering, looking up, levels, and what a merge makes of two numbers. Over one slot and
 * over eight.
 */
#include "app/test_app_rig.h"

#include "feature/member/member.h"

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

static void a_number_has_a_check_digit(void **state)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	assert_true(str_eq_c(member_number(a, STR("M"), 7), "M000000075"));
	assert_true(member_number_ok(STR("M000000075")));
	assert_false(member_number_ok(STR("M000000076")));
	assert_false(member_number_ok(STR("M000000705")));
	assert_false(member_number_ok(STR("M75")));
	assert_true(member_number_ok(member_number(a, STR(""), 4294967295u)));
	arena_free(a);
}

static str member_of_phone(struct browser *b, const char *phone)
{
	assert_int_equal(get(b, "/api/v1/members/lookup?phone=%s", phone), 200);
	return json_str(reply_json(b), "member_no");
}

static void registered_in_a_store_she_is_known_everywhere_at_once(void **state)
{
	struct pond *w = *state;
	struct browser b = { .w = w };
	assert_int_equal(get(&b, "/api/v1/members/lookup?phone=13800000001"), 404);
	assert_int_equal(post(&b, "/api/v1/members", "{\"phone\":\"138 0000 0001\",\"proof\":\"till\",\"name\":\"阿鱼\",\"level\":\"银卡\"}"), 200);
	str no = json_str(reply_json(&b), "member_no");
	i64 her = json_id(reply_json(&b), "customer_id");
	assert_true(member_number_ok(no));
	assert_true(str_eq(member_of_phone(&b, "13800000001"), no));
	assert_int_equal(get(&b, "/api/v1/members/lookup?member_no=%.*s", STR_F(no)), 200);
	assert_true(str_eq_c(json_str(reply_json(&b), "level"), "银卡"));
	assert_int_equal(json_id(reply_json(&b), "customer_id"), her);
	assert_int_equal(get(&b, "/api/v1/customers/%lld/membership", (long long)her), 200);
	assert_int_equal(post(&b, "/api/v1/members", "{\"phone\":\"13800000001\",\"proof\":\"till\"}"), 200);
	assert_true(str_eq(json_str(reply_json(&b), "member_no"), no)); /* kept */
	assert_true(str_eq_c(json_str(reply_json(&b), "level"), "银卡"));
	engine_settle(&w->env);
	assert_int_equal(events_of(w, w->corp, EV_MEMBER_ISSUED, NULL), 1);
	assert_int_equal(get(&b, "/api/v1/members?limit=1"), 200);
	assert_int_equal(json_get(reply_json(&b), "data")->n, 1);
	struct browser other = { .w = w, .corp = w->other };
	assert_int_equal(get(&other, "/api/v1/members/lookup?member_no=%.*s", STR_F(no)), 404);
}

static void a_level_is_changed_by_number(void **state)
{
	struct pond *w = *state;
	struct browser b = { .w = w };
	assert_int_equal(post(&b, "/api/v1/members", "{\"phone\":\"13800000001\",\"proof\":\"till\"}"), 200);
	str path = arena_printf(w->a, "/api/v1/members/%.*s/level", STR_F(json_str(reply_json(&b), "member_no")));
	assert_true(str_eq_c(json_str(reply_json(&b), "level"), "普通会员"));
	assert_int_equal(ask(&b, "PUT", path, STR("{\"level\":\"金卡\"}")), 200);
	assert_true(str_eq_c(json_str(reply_json(&b), "level"), "金卡"));
	assert_int_equal(ask(&b, "PUT", path, STR("{\"level\":\"钻石\"}")), 422);
	assert_int_equal(ask(&b, "PUT", path, STR("{\"level\":\"金卡\"}")), 200);
	assert_int_equal(events_of(w, w->corp, EV_MEMBER_LEVELLED, NULL), 1);
	assert_int_equal(post(&b, "/api/v1/members", "{\"phone\":\"12\",\"proof\":\"till\"}"), 422);
	assert_int_equal(post(&b, "/api/v1/members", "{\"phone\":\"138****0001\",\"proof\":\"till\"}"), 422);
	assert_int_equal(post(&b, "/api/v1/members", "{\"phone\":\"13800000001\",\"proof\":\"guess\"}"), 422);
}

static void of_two_who_are_one_the_older_number_counts(void **state)
{
	struct pond *w = *state;
	struct browser b = { .w = w };
	i64 root;
	assert_int_equal(post(&b, "/api/v1/members", "{\"phone\":\"13800000001\",\"proof\":\"till\"}"), 200);
	str older = json_str(reply_json(&b), "member_no");
	i64 a = json_id(reply_json(&b), "customer_id");
	clock_advance(&w->t->clock, clock_now(&w->t->clock) + MS_HOUR);
	assert_int_equal(post(&b, "/api/v1/members", "{\"phone\":\"13800000002\",\"proof\":\"till\"}"), 200);
	str younger = json_str(reply_json(&b), "member_no");
	i64 c = json_id(reply_json(&b), "customer_id");
	assert_false(str_eq(older, younger));
	assert_int_equal(customer_merge(&w->cx.unit, a, c, "manual", &root), OK);
	engine_settle(&w->env);
	assert_true(str_eq(member_of_phone(&b, "13800000002"), older));
	assert_int_equal(get(&b, "/api/v1/members/lookup?member_no=%.*s", STR_F(younger)), 200);
	const struct json *v = reply_json(&b);
	assert_true(str_eq(json_str(v, "member_no"), older));
	assert_int_equal(json_get(v, "also")->n, 1);
	assert_true(str_eq(json_get(v, "also")->items[0].text, younger));
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, pond_free), cmocka_unit_test_setup_teardown(test, make_spread, pond_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_has_a_check_digit),
		BOTH(registered_in_a_store_she_is_known_everywhere_at_once),
		BOTH(a_level_is_changed_by_number),
		BOTH(of_two_who_are_one_the_older_number_counts),
	};
	return cmocka_run_group_tests_name("member", tests, NULL, NULL);
}
