/*
 * The lifecycle page as the console asks for it: what a preview says comes true, counts stay within scope, and
 * thresholds out of own data say on how much they rest.
 */
#include "feature/lifecycle/test_lifecycle_rig.h"

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

/* Twelve people who ordered 0, 10, 20 … days ago, as often as the days' number has parts. */
static void populate(struct pond *w)
{
	for (int i = 0; i < 12; i++) {
		i64 her = befriend(w, i % 3 ? "xu" : "jing", arena_cstr(w->a, arena_printf(w->a, "wm%d", i)));
		for (int k = 0; k < i % 4; k++)
			buy(w, her, i * 10 + k + 1, 100 * (i + 1), now(w) - i * 10 * MS_DAY - k * 7 * MS_DAY);
	}
}

static const char *const stages[] = { "intro", "growing", "mature", "dormant", "lost" };

/* "n n n n n": people per stage by the page. */
static const char *page_counts(struct pond *w, struct browser *b)
{
	struct buf out = buf_new(w->a, 1024);
	assert_int_equal(get(b, "/api/v1/lifecycle"), 200);
	const struct json *rows = json_get(reply_json(b), "stages");
	for (size_t i = 0; i < ARRAY_LEN(stages); i++) {
		assert_true(str_eq_c(json_str(&rows->items[i], "stage"), stages[i]));
		buf_fmt(&out, "%s%lld", i ? " " : "", (long long)json_i64(&rows->items[i], "people", -1));
	}
	return arena_cstr(w->a, buf_str(&out));
}

static i64 moved(const struct json *moves, const char *from, const char *to)
{
	for (size_t i = 0; i < moves->n; i++)
		if (str_eq_c(json_str(&moves->items[i], "was"), from) && str_eq_c(json_str(&moves->items[i], "stage"), to))
			return json_i64(&moves->items[i], "n", -1);
	return 0;
}

/* Everybody's stage by her number. */
static void stages_of(struct pond *w, enum life_stage *ret, i64 *ids, size_t *count)
{
	struct expr *e;
	i64 *who;
	assert_int_equal(expr_parse(&w->cx.unit, STR("orders >= 0"), &e), OK);
	assert_int_equal(audience_select(&w->cx.unit, e, 0, 100, &who, count), OK);
	for (size_t i = 0; i < *count; i++) {
		ids[i] = who[i];
		ret[i] = life_stage_of(fact(w, who[i]).stage);
	}
}

static void what_a_preview_counts_is_what_then_moves(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	enum life_stage before[100], after[100];
	i64 ids[100], again[100], found[LIFE_STAGE_COUNT][LIFE_STAGE_COUNT] = { { 0 } };
	size_t n, m;
	populate(w);
	set_rule(w, FMCG);
	const char *rule = RULE_JSON("fmcg", 2, 30, 15, 60, "orders", 0);
	assert_int_equal(post(&owner, "/api/v1/lifecycle/preview", "%s", rule), 202);
	i64 job = json_id(reply_json(&owner), "job");
	assert_int_equal(get(&owner, "/api/v1/lifecycle/preview/%lld", (long long)job), 404); /* its job has not run */
	engine_settle(&w->env);
	assert_int_equal(get(&owner, "/api/v1/lifecycle/preview/%lld", (long long)job), 200);
	const struct json *preview = reply_json(&owner), *moves = json_get(preview, "moves");
	stages_of(w, before, ids, &n);
	set_rule(w, rule);
	stages_of(w, after, again, &m);
	assert_int_equal(n, m);
	i64 all = 0;
	for (size_t i = 0; i < n; i++) {
		found[before[i]][after[i]]++;
		all += before[i] != after[i];
	}
	assert_true(all >= 4);
	assert_int_equal(json_i64(preview, "people", -1), n);
	assert_int_equal(json_i64(preview, "moved", -1), all);
	for (int f = LIFE_INTRO; f < LIFE_STAGE_COUNT; f++)
		for (int t = LIFE_INTRO; t < LIFE_STAGE_COUNT; t++)
			assert_int_equal(moved(moves, stages[f - 1], stages[t - 1]), found[f][t]);
	/* And the migration chart tells the same of today. */
	assert_int_equal(get(&owner, "/api/v1/lifecycle/moves?from=2025-12-01&to=2025-12-01"), 200);
	const struct json *flows = json_get(reply_json(&owner), "data");
	for (int f = LIFE_DORMANT; f < LIFE_STAGE_COUNT; f++)
		for (int t = LIFE_INTRO; t <= LIFE_MATURE; t++)
			assert_int_equal(moved(flows, stages[f - 1], stages[t - 1]), found[f][t]);
	struct event ev;
	events_of(w, w->corp, EV_STAGE_CHANGED, &ev);
	assert_int_equal(ev.occurred, now(w)); /* the rule changed now, whatever her past */
}

static void counts_and_money_are_of_whom_one_sees(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w }, stranger = { .w = w, .corp = w->other };
	populate(w);
	set_rule(w, FMCG);
	struct browser jing = user_browser(w, "manager1", "manager", "self", staff_of(w, "jing"));
	const char *all = page_counts(w, &owner);
	for (size_t i = 0; i < ARRAY_LEN(stages); i++) {
		const char *expr = arena_cstr(w->a, arena_printf(w->a, "stage = %s", stages[i]));
		const struct json *row = &json_get(reply_json(&owner), "stages")->items[i];
		assert_int_equal(json_i64(row, "people", -1), chosen(w, expr));
	}
	i64 gmv = json_i64(reply_json(&owner), "gmv", -1), sum = 0;
	for (int i = 0; i < 12; i++)
		sum += i % 4 * 100 * (i + 1);
	assert_int_equal(gmv, sum);
	assert_string_not_equal(page_counts(w, &jing), all);
	assert_int_equal(json_i64(reply_json(&jing), "people", -1), 4);
	assert_string_equal(page_counts(w, &stranger), "0 0 0 0 0");
}

static void the_rule_is_for_who_sees_everybody_and_may_change_it(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	i64 her = befriend(w, "xu", "wm1"), other = befriend(w, "jing", "wm2");
	struct browser manager = user_browser(w, "manager1", "manager", "all", 0);
	struct browser narrow = user_browser(w, "operator1", "operator", "self", staff_of(w, "xu"));
	struct browser advisor = user_browser(w, "advisor", "staff", "self", staff_of(w, "xu"));
	assert_int_equal(put(&manager, "/api/v1/lifecycle/rule", 0, FMCG), 403);
	assert_int_equal(put(&narrow, "/api/v1/lifecycle/rule", 0, FMCG), 403);
	assert_int_equal(post(&narrow, "/api/v1/lifecycle/preview", FMCG), 403);
	assert_int_equal(get(&advisor, "/api/v1/lifecycle"), 403);
	assert_int_equal(put(&owner, "/api/v1/lifecycle/rule", 0, RULE_JSON("fmcg", 3, 90, 45, 45, "orders", 0)), 422);
	assert_true(str_has(owner.reply.body, STR("/lost")) || str_has(owner.reply.body, STR("lost")));
	assert_int_equal(put(&owner, "/api/v1/lifecycle/rule", 0, FMCG), 200);
	assert_int_equal(put(&owner, "/api/v1/lifecycle/rule", 0, FMCG), 412);
	engine_settle(&w->env);
	assert_int_equal(get(&advisor, "/api/v1/customers/%lld/stage", (long long)her), 200);
	assert_true(str_eq_c(json_str(reply_json(&advisor), "stage"), "intro"));
	assert_int_equal(get(&advisor, "/api/v1/customers/%lld/stage", (long long)other), 404);
	struct browser stranger = { .w = w, .corp = w->other };
	assert_int_equal(get(&stranger, "/api/v1/customers/%lld/stage", (long long)her), 404);
}

static void a_card_says_why_in_words_true_today(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	set_rule(w, FMCG);
	i64 her = befriend(w, "xu", "wm1");
	buy(w, her, 1, 100, now(w));
	live(w, 51 * MS_DAY);
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/stage", (long long)her), 200);
	const struct json *card = reply_json(&owner);
	assert_true(str_eq_c(json_str(card, "stage"), "dormant"));
	assert_true(str_has(json_str(card, "why"), STR("51")) && str_has(json_str(card, "why"), STR("45")));
	assert_true(str_eq_c(json_str(card, "next_day"), "2026-03-02")); /* 2025-12-01 and 91 days */
	const struct json *past = json_get(card, "past");
	assert_int_equal(past->n, 3);
	assert_true(str_eq_c(json_str(&past->items[0], "to"), "dormant"));
	assert_true(str_eq_c(json_str(&past->items[1], "to"), "growing"));
	assert_true(str_eq_c(json_str(&past->items[2], "to"), "intro"));
}

static void own_thresholds_say_on_how_much_they_rest(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	i64 order = 0;
	assert_int_equal(get(&owner, "/api/v1/lifecycle/own-data"), 404);
	assert_int_equal(put(&owner, "/api/v1/lifecycle/rule", 0, RULE_JSON("own", 3, 90, 45, 90, "orders", 0)), 404);
	i64 her = befriend(w, "xu", "wm1");
	for (int i = 0; i < 100; i++) /* 99 gaps of a day */
		order_as(w, her, ++order, 100, now(w) - i * MS_DAY, "paid");
	order_as(w, her, ++order, 100, now(w) + MS_MINUTE, "paid"); /* the same day: no gap */
	engine_settle(&w->env);
	assert_int_equal(post(&owner, "/api/v1/lifecycle/own-data", "{}"), 202);
	engine_settle(&w->env);
	assert_int_equal(get(&owner, "/api/v1/lifecycle/own-data"), 200);
	assert_int_equal(json_i64(reply_json(&owner), "gaps", -1), 99);
	assert_true(str_has(json_str(reply_json(&owner), "reason"), STR("99")));
	assert_int_equal(put(&owner, "/api/v1/lifecycle/rule", 0, RULE_JSON("own", 3, 90, 45, 90, "orders", 0)), 409);
	order_as(w, her, ++order, 100, now(w) - 100 * MS_DAY, "paid"); /* the hundredth gap */
	engine_settle(&w->env);
	assert_int_equal(post(&owner, "/api/v1/lifecycle/own-data", "{}"), 202);
	engine_settle(&w->env);
	assert_int_equal(get(&owner, "/api/v1/lifecycle/own-data"), 200);
	assert_int_equal(json_i64(reply_json(&owner), "gaps", -1), LIFE_GAPS_MIN);
	assert_int_equal(json_str(reply_json(&owner), "reason").n, 0);
	i64 two = befriend(w, "xu", "wm2");
	for (int i = 0; i < 31; i++) /* 30 gaps of ten days */
		order_as(w, two, ++order, 100, now(w) - i * 10 * MS_DAY, "paid");
	engine_settle(&w->env);
	assert_int_equal(post(&owner, "/api/v1/lifecycle/own-data", "{}"), 202);
	engine_settle(&w->env);
	assert_int_equal(get(&owner, "/api/v1/lifecycle/own-data"), 200);
	const struct json *own = reply_json(&owner);
	assert_int_equal(json_i64(own, "gaps", -1), 130);
	assert_int_equal(json_i64(own, "people", -1), 2);
	assert_int_equal(json_i64(own, "p75", -1), 1);  /* 100 of 130 are 76.9 % */
	assert_int_equal(json_i64(own, "p90", -1), 10);
	assert_int_equal(json_i64(own, "dormant", -1), 1);
	assert_int_equal(json_i64(own, "lost", -1), 20);
	assert_int_equal(put(&owner, "/api/v1/lifecycle/rule", 0, RULE_JSON("own", 3, 90, 1, 20, "orders", 0)), 200);
}

static void a_period_of_moves_is_checked(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	assert_int_equal(get(&owner, "/api/v1/lifecycle/moves?from=2025-01-01&to=2026-01-01"), 200); /* 366 days */
	assert_int_equal(get(&owner, "/api/v1/lifecycle/moves?from=2025-01-01&to=2026-01-02"), 422);
	assert_int_equal(get(&owner, "/api/v1/lifecycle/moves?from=2025-01-02&to=2025-01-01"), 422);
	assert_int_equal(get(&owner, "/api/v1/lifecycle/moves?from=yesterday&to=2025-01-01"), 422);
	assert_int_equal(get(&owner, "/api/v1/lifecycle/templates"), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 7);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, make, pond_free)
#define BOTH(name) ONE(name), cmocka_unit_test_setup_teardown(name, make_spread, pond_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(what_a_preview_counts_is_what_then_moves), BOTH(counts_and_money_are_of_whom_one_sees),
		ONE(the_rule_is_for_who_sees_everybody_and_may_change_it), BOTH(a_card_says_why_in_words_true_today),
		BOTH(own_thresholds_say_on_how_much_they_rest), ONE(a_period_of_moves_is_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
