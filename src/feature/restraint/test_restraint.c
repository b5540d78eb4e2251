/*
 * The rules' routes: what may be set, what last week would have been, the black list, refusals, a customer's touches and
 * why; each also forbidden, of another corp, outside of the viewer's scope. Over one slot and eight.
 */
#include "app/test_app_rig.h"

#include "core/attr/attr_value.h"
#include "core/reach/reach_data.h"
#include "feature/restraint/restraint.h"

#define RULES "{\"mode\":\"%s\",\"day_max\":%d,\"week_max\":%d,\"limits\":\"%s\",\"quiet_from\":%d,\"quiet_to\":%d,\"zone_attr\":\"\"," \
	"\"mix_share\":100,\"mix_days\":30,\"exempt\":\"order\",\"consent\":\"%s\",\"quota\":\"week\",\"holdout\":%d,\"salt\":\"\"}"

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

static int put_rules(struct browser *b, str body) { return ask(b, "PUT", STR("/api/v1/reach/rules"), body); }

static str rules(struct pond *w, const char *mode, int day, int week, const char *limits, int from, int to, const char *consent, int holdout)
{
	return arena_printf(w->a, RULES, mode, day, week, limits, from, to, consent, holdout);
}

static void touch(struct pond *w, i64 her, ms at, const char *channel)
{
	struct reach_event body = { str_c(channel), STR("marketing"), STR("broadcast"), 9, NIL, STR_NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her),
				  journal_add(tx, EV_REACH_SENT, her, at, &reach_event_record, &body, NULL)), OK);
	engine_settle(&w->env);
}

static i64 number(const struct browser *b, const char *name) { return json_i64(reply_json(b), name, -1); }

static void rules_are_checked_as_a_whole_and_then_in_force(void **state)
{
	struct pond *w = *state;
	struct browser b = { .w = w };
	struct reach_rules r;
	assert_int_equal(get(&b, "/api/v1/reach/rules"), 200);
	assert_int_equal(number(&b, "day_max"), REACH_DAY_MAX);
	assert_int_equal(number(&b, "holdout"), 0);
	assert_true(str_eq_c(json_str(reply_json(&b), "limits"), REACH_LIMITS_DEFAULT));
	assert_int_equal(put_rules(&b, rules(w, "rolling", 2, 5, "sms=1/week", 22, 8, "sms", 0)), 200);
	assert_int_equal(reach_rules_get(&w->cx.unit, &r), OK);
	assert_true(r.rolling && r.day_max == 2 && r.week_max == 5 && r.limit_count == 1 && r.quiet_from == 22 && r.quota == REACH_QUOTA_WEEK);
	assert_int_equal(r.consent, 1u << RC_SMS);
	assert_int_equal(r.exempt, 1u << RT_ORDER);
	const str wrong[] = {
		rules(w, "weekly", 2, 5, "", 22, 8, "", 0), rules(w, "rolling", 3, 2, "", 22, 8, "", 0), rules(w, "rolling", 101, 500, "", 22, 8, "", 0),
		rules(w, "rolling", 2, 5, "pigeon=1/day", 22, 8, "", 0), rules(w, "rolling", 2, 5, "", 0, 24, "", 0), rules(w, "rolling", 2, 5, "", 25, 8, "", 0),
		rules(w, "rolling", 2, 5, "", 22, 8, "pigeon", 0), rules(w, "rolling", 2, 5, "", 22, 8, "", REACH_HOLDOUT_MAX + 1),
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_int_equal(put_rules(&b, wrong[i]) / 100, 4);
	struct reach_rules still;
	assert_int_equal(reach_rules_get(&w->cx.unit, &still), OK);
	assert_int_equal(still.day_max, 2); /* nothing half done */
	assert_int_equal(put_rules(&b, rules(w, "rolling", 100, 500, "", 23, 23, "", REACH_HOLDOUT_MAX)), 200);
	struct browser staff = user_browser(w, "lili", "staff", "all", 0), looker = user_browser(w, "kan", "readonly", "all", 0);
	assert_int_equal(get(&staff, "/api/v1/reach/rules"), 403);
	assert_int_equal(get(&looker, "/api/v1/reach/rules"), 200);
	assert_int_equal(put_rules(&looker, rules(w, "rolling", 2, 5, "", 22, 8, "", 0)), 403);
	struct browser other = { .w = w, .corp = w->other };
	assert_int_equal(get(&other, "/api/v1/reach/rules"), 200);
	assert_int_equal(number(&other, "day_max"), REACH_DAY_MAX);
}

static void last_week_is_played_by_other_rules(void **state)
{
	struct pond *w = *state;
	struct browser b = { .w = w };
	ms noon = w->t->clock.now_ms - 3 * MS_DAY;
	noon += 4 * MS_HOUR - noon % MS_DAY; /* 12:00 in Shanghai */
	i64 a = befriend(w, "lin", "wm1"), c = befriend(w, "lin", "wm2");
	for (int i = 0; i < 3; i++)
		touch(w, a, noon + i * MS_HOUR, "wecom");
	touch(w, c, noon, "sms");
	touch(w, c, noon + 10 * MS_HOUR, "sms"); /* 22:00 */
	touch(w, c, noon - 9 * MS_DAY, "wecom"); /* before */
	assert_int_equal(post(&b, "/api/v1/reach/rules/preview", "%.*s", STR_F(rules(w, "calendar", 1, 3, "", 21, 9, "", 0))), 200);
	assert_int_equal(number(&b, "sent"), 5);
	assert_int_equal(number(&b, "left_out"), 3);
	assert_int_equal(json_get(reply_json(&b), "reasons")->n, 1); /* two of the day, and hers of the evening too */
	assert_int_equal(post(&b, "/api/v1/reach/rules/preview", "%.*s", STR_F(rules(w, "calendar", 9, 9, "", 21, 9, "", 0))), 200);
	assert_int_equal(number(&b, "left_out"), 1);
	assert_true(str_eq_c(json_str(&json_get(reply_json(&b), "reasons")->items[0], "reason"), "quiet"));
	assert_int_equal(post(&b, "/api/v1/reach/rules/preview", "%.*s", STR_F(rules(w, "calendar", 9, 9, "sms=1/month", 1, 1, "", 0))), 200);
	assert_int_equal(number(&b, "left_out"), 1);
	assert_int_equal(post(&b, "/api/v1/reach/rules/preview", "%.*s", STR_F(rules(w, "calendar", 9, 9, "x", 1, 1, "", 0))) / 100, 4);
	struct browser other = { .w = w, .corp = w->other };
	assert_int_equal(post(&other, "/api/v1/reach/rules/preview", "%.*s", STR_F(rules(w, "calendar", 1, 3, "", 21, 9, "", 0))), 200);
	assert_int_equal(number(&other, "sent"), 0);
}

static void people_go_on_the_black_list_and_off(void **state)
{
	struct pond *w = *state;
	struct browser b = { .w = w }, other = { .w = w, .corp = w->other };
	i64 her = befriend(w, "lin", "wm1"), she = befriend(w, "xia", "wm2");
	struct staff lin;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->corp), staff_by_userid(snap, STR("lin"), &lin)), OK);
	assert_int_equal(post(&b, "/api/v1/reach/blocks", "{\"customer_ids\":[\"%lld\",\"%lld\"],\"blocked\":true,\"reason\":\"投诉\"}", (long long)her, (long long)she), 200);
	assert_int_equal(number(&b, "changed"), 2);
	assert_int_equal(get(&b, "/api/v1/reach/blocks?limit=1"), 200);
	assert_int_equal(json_get(reply_json(&b), "data")->n, 1);
	str cursor = json_str(reply_json(&b), "next_cursor");
	assert_int_equal(get(&b, "/api/v1/reach/blocks?limit=1&cursor=%.*s", STR_F(cursor)), 200);
	assert_int_equal(json_id(&json_get(reply_json(&b), "data")->items[0], "id"), she);
	struct browser own = user_browser(w, "jing", "operator", "self", lin.id);
	assert_int_equal(get(&own, "/api/v1/reach/blocks"), 200);
	assert_int_equal(json_get(reply_json(&own), "data")->n, 1); /* only hers */
	assert_int_equal(post(&own, "/api/v1/reach/blocks", "{\"customer_ids\":[\"%lld\"],\"blocked\":false}", (long long)she), 404);
	assert_int_equal(post(&other, "/api/v1/reach/blocks", "{\"customer_ids\":[\"%lld\"],\"blocked\":false}", (long long)she), 404);
	assert_int_equal(post(&b, "/api/v1/reach/blocks", "{\"customer_ids\":[],\"blocked\":true}") / 100, 4);
	enum reach_verdict v;
	assert_int_equal(reach_check(&w->cx.unit, her, "oa", w->t->clock.now_ms, &v), OK);
	assert_int_equal(v, REACH_BLOCKED);
	clock_advance(&w->t->clock, w->t->clock.now_ms + 1);
	assert_int_equal(post(&b, "/api/v1/reach/blocks", "{\"customer_ids\":[\"%lld\"],\"blocked\":false}", (long long)her), 200);
	assert_int_equal(reach_check(&w->cx.unit, her, "oa", w->t->clock.now_ms, &v), OK);
	assert_int_equal(v, REACH_GO);
	assert_int_equal(get(&other, "/api/v1/reach/blocks"), 200);
	assert_int_equal(json_get(reply_json(&other), "data")->n, 0);
}

static void a_refusal_is_written_down_and_listed(void **state)
{
	struct pond *w = *state;
	struct browser b = { .w = w }, other = { .w = w, .corp = w->other };
	i64 her = befriend(w, "lin", "wm1");
	str path = arena_printf(w->a, "/api/v1/customers/%lld/stance", (long long)her);
	const char *to = arena_cstr(w->a, path);
	assert_int_equal(post(&b, to, "{\"channel\":\"sms\",\"accepted\":false}"), 204);
	assert_int_equal(post(&b, to, "{\"channel\":\"all\",\"accepted\":false}"), 204);
	assert_int_equal(post(&b, to, "{\"channel\":\"pigeon\",\"accepted\":false}") / 100, 4);
	assert_int_equal(post(&other, to, "{\"channel\":\"all\",\"accepted\":true}"), 404);
	struct browser looker = user_browser(w, "kan", "readonly", "all", 0);
	assert_int_equal(post(&looker, to, "{\"channel\":\"all\",\"accepted\":true}"), 403);
	assert_int_equal(get(&b, "/api/v1/reach/refusals?limit=1"), 200);
	assert_int_equal(json_get(reply_json(&b), "data")->n, 1);
	str cursor = json_str(reply_json(&b), "next_cursor");
	assert_int_equal(get(&b, "/api/v1/reach/refusals?limit=1&cursor=%.*s", STR_F(cursor)), 200);
	assert_true(str_eq_c(json_str(&json_get(reply_json(&b), "data")->items[0], "channel"), "sms"));
	assert_int_equal(get(&b, "/api/v1/customers/%lld/reach", (long long)her), 200);
	assert_int_equal(json_get(reply_json(&b), "stances")->n, 2);
	clock_advance(&w->t->clock, w->t->clock.now_ms + 1);
	assert_int_equal(post(&b, to, "{\"channel\":\"sms\",\"accepted\":true}"), 204);
	assert_int_equal(get(&b, "/api/v1/reach/refusals"), 200);
	assert_int_equal(json_get(reply_json(&b), "data")->n, 1);
}

static void a_touch_tells_what_it_used(void **state)
{
	struct pond *w = *state;
	struct browser b = { .w = w }, other = { .w = w, .corp = w->other };
	i64 her = befriend(w, "lin", "wm1"), she = befriend(w, "xia", "wm2"), root;
	ms now = w->t->clock.now_ms;
	touch(w, her, now - 2 * MS_DAY, "sms");
	touch(w, she, now - MS_HOUR, "wecom");
	assert_int_equal(customer_merge(&w->cx.unit, her, she, "manual", &root), OK);
	engine_settle(&w->env);
	assert_int_equal(get(&b, "/api/v1/customers/%lld/touches?limit=1", (long long)root), 200);
	const struct json *first = &json_get(reply_json(&b), "data")->items[0];
	assert_true(str_eq_c(json_str(first, "channel"), "wecom"));
	i64 event = json_id(first, "event");
	str cursor = json_str(reply_json(&b), "next_cursor");
	assert_int_equal(get(&b, "/api/v1/customers/%lld/touches?limit=1&cursor=%.*s", (long long)root, STR_F(cursor)), 200);
	assert_true(str_eq_c(json_str(&json_get(reply_json(&b), "data")->items[0], "channel"), "sms"));
	assert_true(json_str(reply_json(&b), "next_cursor").n == 0);
	assert_int_equal(get(&b, "/api/v1/customers/%lld/touches/%lld/why", (long long)root, (long long)event), 200);
	const struct json *caps = json_get(reply_json(&b), "caps");
	assert_int_equal(json_i64(&caps->items[0], "used", -1), 1); /* of the day */
	assert_int_equal(json_i64(&caps->items[1], "used", -1), 2); /* of the week, over both her numbers */
	assert_int_equal(get(&b, "/api/v1/customers/%lld/touches/5/why", (long long)root), 404);
	assert_int_equal(get(&other, "/api/v1/customers/%lld/touches/%lld/why", (long long)root, (long long)event), 404);
	assert_int_equal(get(&other, "/api/v1/customers/%lld/touches", (long long)root), 404);
	assert_int_equal(get(&other, "/api/v1/customers/%lld/reach", (long long)root), 404);
}

static void the_control_group_is_an_attribute(void **state)
{
	struct pond *w = *state;
	struct browser b = { .w = w };
	struct expr *e;
	i64 count, all, expected = 0;
	struct reach_rules r;
	for (int i = 0; i < 60; i++)
		befriend(w, "lin", arena_cstr(w->a, arena_printf(w->a, "wm%d", i)));
	assert_int_equal(put_rules(&b, rules(w, "calendar", 1, 3, "", 21, 9, "", 30)), 200);
	engine_settle(&w->env);
	i64 late = befriend(w, "lin", "late"); /* comes when the rule stands */
	assert_int_equal(reach_rules_get(&w->cx.unit, &r), OK);
	for (i64 her = late - 60; her <= late; her++)
		expected += reach_held_out(r.salt, her, 30);
	assert_int_equal(expr_parse(&w->cx.unit, STR("holdout"), &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, &all), OK);
	assert_true(expected > 5 && expected < 35);
	assert_int_equal(count, expected);
	assert_int_equal(put_rules(&b, rules(w, "calendar", 1, 3, "", 21, 9, "", 0)), 200);
	engine_settle(&w->env);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, &all), OK);
	assert_int_equal(count, 0);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, pond_free), cmocka_unit_test_setup_teardown(name, make_spread, pond_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, pond_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(rules_are_checked_as_a_whole_and_then_in_force), BOTH(last_week_is_played_by_other_rules),
		BOTH(people_go_on_the_black_list_and_off), BOTH(a_refusal_is_written_down_and_listed), BOTH(a_touch_tells_what_it_used),
		BOTH(the_control_group_is_an_attribute),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
