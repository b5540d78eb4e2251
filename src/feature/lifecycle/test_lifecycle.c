/*
 * Stages: the pure rule against a brute search through time, and persons whom orders, midnights, merges, splits
 * and new rules move.
 */
#include "feature/lifecycle/test_lifecycle_rig.h"

#include "base/hash.h"

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

/* ---- the rule alone ---- */

static const struct tz *shanghai(void)
{
	const struct tz *z;
	struct fail f;
	assert_int_equal(tz_get(STR("Asia/Shanghai"), &z, &f), OK);
	return z;
}

#define HISTORY_MAX 40
struct history { struct life_mark marks[HISTORY_MAX]; size_t n; };

static int newest_first(const void *a, const void *b)
{
	const struct life_mark *x = a, *y = b;
	return (x->at < y->at) - (x->at > y->at);
}

/* What the rule says at a moment of what had happened by then. */
static struct life_verdict said(const struct life_rule *r, const struct history *h, ms at)
{
	size_t skip = 0;
	while (skip < h->n && h->marks[skip].at > at)
		skip++;
	struct life_person p = { (i64)(h->n - skip), NIL, 0, h->marks + skip, h->n - skip };
	return life_judge(r, &p, tz_day(shanghai(), at), shanghai());
}

static void since_is_when_the_stage_began_by_brute_search(void **state)
{
	const struct tz *z = shanghai();
	int seen[LIFE_STAGE_COUNT] = { 0 };
	for (u64 seed = 1; seed <= 300; seed++) {
		struct history h = { .n = 1 + hash_mix(seed) % 12 };
		struct life_rule r = { STR("t"), 1 + (i64)(hash_mix(seed + 1000) % 2), 2 + (i64)(hash_mix(seed + 2000) % 3),
			(i64)(hash_mix(seed + 3000) % 4) * 10, 5 + (i64)(hash_mix(seed + 4000) % 20), 0, STR("orders"), 0 };
		r.lost = r.dormant + 5 + (i64)(hash_mix(seed + 5000) % 20);
		ms start = TEST_START, end = start + 90 * MS_DAY;
		for (size_t i = 0; i < h.n; i++) {
			ms at = start + (ms)(hash_mix(seed * 100 + i) % (u64)(80 * MS_DAY));
			h.marks[i] = (struct life_mark){ at, tz_day(z, at), true };
		}
		qsort(h.marks, h.n, sizeof(*h.marks), newest_first);
		struct life_verdict v = said(&r, &h, end);
		seen[v.stage]++;
		if (v.stage == LIFE_INTRO)
			continue;
		/* Back over every midnight and every order while it was the same. */
		ms since = end;
		for (i64 day = tz_day(z, end); day > tz_day(z, start) - 2; day--) {
			ms midnight = tz_day_start(z, day), next = tz_day_start(z, day + 1);
			for (size_t i = 0; i < h.n; i++)
				if (h.marks[i].at >= midnight && h.marks[i].at < next && h.marks[i].at <= since) {
					if (said(&r, &h, h.marks[i].at).stage != v.stage)
						goto found;
					since = h.marks[i].at;
				}
			if (midnight <= since && said(&r, &h, midnight).stage != v.stage)
				goto found;
			since = int_min(since, midnight);
		}
found:
		if (v.since != since)
			fail_msg("seed %llu stage %d: %lld, by search %lld", (unsigned long long)seed, v.stage, (long long)v.since,
				 (long long)since);
	}
	for (int i = LIFE_GROWING; i < LIFE_STAGE_COUNT; i++)
		assert_true(seen[i] > 5);
}

static struct life_verdict after_silence(const struct life_rule *r, i64 days, i64 child)
{
	struct life_mark m = { TEST_START, tz_day(shanghai(), TEST_START), true };
	struct life_person p = { 1, child, TEST_START, &m, 1 };
	return life_judge(r, &p, m.day + days, shanghai());
}

static void thresholds_hold_on_their_day_and_not_one_before(void **state)
{
	struct life_rule r = { STR("fmcg"), 1, 3, 90, 45, 90, STR("orders"), 0 };
	i64 day = tz_day(shanghai(), TEST_START);
	assert_int_equal(after_silence(&r, 45, NIL).stage, LIFE_GROWING);
	assert_int_equal(after_silence(&r, 45, NIL).due, day + 46);
	struct life_verdict v = after_silence(&r, 46, NIL);
	assert_int_equal(v.stage, LIFE_DORMANT);
	assert_int_equal(v.n, 46);
	assert_int_equal(v.cap, 45);
	assert_int_equal(v.since, tz_day_start(shanghai(), day + 46));
	assert_int_equal(v.due, day + 91);
	assert_int_equal(after_silence(&r, 90, NIL).stage, LIFE_DORMANT);
	v = after_silence(&r, 91, NIL);
	assert_int_equal(v.stage, LIFE_LOST);
	assert_int_equal(v.due, NIL);
	assert_int_equal(after_silence(&r, -3, NIL).stage, LIFE_GROWING); /* ordered tomorrow, by a shop's clock */
}

static void who_has_grown_out_is_not_lost(void **state)
{
	struct life_rule r = { STR("baby"), 1, 3, 90, 45, 90, STR("orders"), 3 };
	i64 day = tz_day(shanghai(), TEST_START); /* 2025-12-01 */
	i64 child = tz_day_of(2023, 3, 10), grown = tz_day_of(2026, 3, 10);
	struct life_verdict v = after_silence(&r, 91, child); /* 2026-03-02 */
	assert_int_equal(v.stage, LIFE_LOST);
	assert_int_equal(v.due, grown);
	v = after_silence(&r, grown - day, child);
	assert_int_equal(v.stage, LIFE_DORMANT);
	assert_string_equal(v.reason, "grown");
}

static void a_rule_that_contradicts_itself_is_refused(void **state)
{
	struct fail f = { 0 };
	for (size_t i = 0; life_templates[i].code; i++)
		assert_int_equal(life_rule_check(&life_templates[i].rule, &f), OK);
	struct life_rule r = life_templates[0].rule;
	r.lost = r.dormant;
	assert_int_equal(life_rule_check(&r, &f), ERR_INPUT);
	assert_string_equal(f.field, "lost");
	r = life_templates[0].rule;
	r.growing = r.mature + 1;
	assert_int_equal(life_rule_check(&r, &f), ERR_INPUT);
	assert_string_equal(f.field, "mature");
	r = life_templates[0].rule;
	r.lost = LIFE_DAYS_MAX;
	assert_int_equal(life_rule_check(&r, &f), OK);
	r.lost++;
	assert_int_equal(life_rule_check(&r, &f), ERR_INPUT);
}

/* ---- persons ---- */

static void is_in(struct pond *w, i64 her, const char *stage)
{
	assert_string_equal(arena_cstr(w->a, fact(w, her).stage), stage);
}

static ms since_of(struct pond *w, i64 her)
{
	struct attr_value v;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), attr_value_get(snap, her, LIFE_ATTR_SINCE, &v)), OK);
	return v.n;
}

static size_t changes(struct pond *w) { return events_of(w, w->corp, EV_STAGE_CHANGED, NULL); }

static void a_person_goes_through_all_stages_at_the_corps_midnight(void **state)
{
	struct pond *w = *state;
	set_rule(w, FMCG);
	i64 her = befriend(w, "xu", "wm1");
	is_in(w, her, "intro");
	for (int i = 0; i < 3; i++) {
		live(w, MS_DAY);
		buy(w, her, 1 + i, 100, now(w));
		is_in(w, her, i < 2 ? "growing" : "mature");
	}
	ms third = now(w);
	assert_int_equal(since_of(w, her), third);
	ms midnight = tz_day_start(shanghai(), tz_day(shanghai(), third) + 46);
	live(w, midnight - 1 - now(w));
	is_in(w, her, "mature");
	live(w, 1);
	is_in(w, her, "dormant");
	assert_int_equal(chosen(w, "stage = dormant and stage_since = today"), 1);
	assert_int_equal(since_of(w, her), midnight);
	live(w, 45 * MS_DAY);
	is_in(w, her, "lost");
	struct event ev;
	struct stage_changed c;
	assert_int_equal(events_of(w, w->corp, EV_STAGE_CHANGED, &ev), 5); /* "", intro, growing, mature, dormant, lost */
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), event_body(snap, &ev, &stage_changed_record, &c)), OK);
	assert_true(str_eq(c.from, STR("dormant")) && str_eq(c.to, STR("lost")) && str_eq(c.reason, STR("gone")));
	assert_int_equal(c.cap, 90);
	assert_int_equal(ev.occurred, c.since);
	assert_int_equal(ev.cause, 0);
	buy(w, her, 9, 100, now(w));
	is_in(w, her, "growing");
	assert_int_equal(since_of(w, her), now(w));
}

static void mature_ends_when_an_order_leaves_the_window(void **state)
{
	struct pond *w = *state;
	set_rule(w, RULE_JSON("coffee", 2, 10, 21, 60, "orders", 0));
	i64 her = befriend(w, "xu", "wm1");
	buy(w, her, 1, 100, now(w));
	live(w, 5 * MS_DAY);
	buy(w, her, 2, 100, now(w));
	is_in(w, her, "mature");
	live(w, 4 * MS_DAY); /* the first order is nine days ago: today and the nine before are ten days */
	is_in(w, her, "mature");
	live(w, MS_DAY);
	is_in(w, her, "growing");
	assert_int_equal(since_of(w, her), tz_day_start(shanghai(), tz_day(shanghai(), now(w))));
}

static void orders_that_do_not_stand_count_nothing(void **state)
{
	struct pond *w = *state;
	struct order_tally t = { 0 };
	set_rule(w, FMCG);
	i64 her = befriend(w, "xu", "wm1");
	for (int i = 0; i < 3; i++)
		order_as(w, her, 1 + i, 1000, now(w), "paid");
	engine_settle(&w->env);
	is_in(w, her, "mature");
	order_as(w, her, 3, 1000, now(w), "cancelled");
	engine_settle(&w->env);
	is_in(w, her, "growing");
	struct refund_in back = { 77, STR("test"), STR("r1"), STR_NIL, STR("CNY"), 0, 1000, now(w), 2 };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), order_refund_put(tx, her, 0, &back, 1, &t)), OK);
	engine_settle(&w->env);
	assert_int_equal(fact(w, her).orders, 1);
	is_in(w, her, "growing");
	order_as(w, her, 1, 1000, now(w), "cancelled");
	engine_settle(&w->env);
	is_in(w, her, "intro");
	order_as(w, her, 4, 1000, now(w), "paid"); /* and none is waited for that will not come */
	engine_settle(&w->env);
	is_in(w, her, "growing");
}

/* Files tell most orders when they have long been received. */
static void an_order_that_went_out_counts_as_a_paid_one(void **state)
{
	struct pond *w = *state;
	set_rule(w, FMCG);
	i64 her = befriend(w, "xu", "wm1"), other = befriend(w, "xu", "wm2");
	order_as(w, her, 1, 1000, now(w) - 50 * MS_DAY, "done");
	order_as(w, other, 11, 1000, now(w), "paid");
	engine_settle(&w->env);
	is_in(w, her, "dormant");
	is_in(w, other, "growing");
	order_as(w, her, 2, 1000, now(w), "shipped");
	order_as(w, other, 11, 2000, now(w), "done"); /* told again, with other money */
	engine_settle(&w->env);
	is_in(w, her, "growing");
	is_in(w, other, "growing");
}

static void orders_learned_late_have_the_past_they_had(void **state)
{
	struct pond *w = *state;
	set_rule(w, FMCG);
	i64 her = befriend(w, "xu", "wm1");
	ms long_ago = now(w) - 400 * MS_DAY;
	buy(w, her, 1, 100, long_ago);
	is_in(w, her, "lost");
	assert_int_equal(since_of(w, her), tz_day_start(shanghai(), tz_day(shanghai(), long_ago) + 91));
}

static void any_sign_of_life_keeps_a_jewellers_customer(void **state)
{
	struct pond *w = *state;
	set_rule(w, RULE_JSON("jewellery", 2, 0, 30, 90, "any", 0));
	str key = write_key(w, w->corp, NULL);
	i64 her = befriend(w, "xu", "wm1");
	ms first = now(w);
	buy(w, her, 1, 100, first);
	for (int i = 0; i < 3; i++) {
		live(w, 25 * MS_DAY);
		assert_int_equal(track(w, key, "track", STR("{\"userId\":\"u1\",\"event\":\"看过\",\"context\":{\"externalIds\":"
			"[{\"id\":\"wm1\",\"type\":\"external_userid\"}]}}")), 200);
		engine_settle(&w->env);
		is_in(w, her, "growing");
		assert_int_equal(since_of(w, her), first);
	}
	live(w, 31 * MS_DAY);
	is_in(w, her, "dormant");
	set_rule(w, RULE_JSON("jewellery", 2, 0, 30, 90, "orders", 0));
	is_in(w, her, "lost");
}

/* Of everybody, with or without a rule. */
static void she_was_last_active_when_she_last_did_something_herself(void **state)
{
	static const enum event_kind signs[] = { EV_KF_WROTE, EV_OA_WROTE, EV_SMS_CLICKED, EV_SURVEY_OPENED, EV_MOMENT_LIKED, EV_DOOR_VISITED };
	struct pond *w = *state;
	i64 her = befriend(w, "xu", "wm1"), other = befriend(w, "xu", "wm2");
	assert_int_equal(fact(w, her).last_active, fact(w, her).added);
	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		live(w, 2 * MS_DAY);
		assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her),
					  journal_add(tx, signs[i], her, now(w), &none_record, &(struct none){ 0 }, NULL)), OK);
		engine_settle(&w->env);
		assert_int_equal(fact(w, her).last_active, now(w));
	}
	live(w, MS_DAY);
	assert_int_equal(chosen(w, "last_active >= -1d"), 1);
	buy(w, other, 1, 100, now(w));
	assert_int_equal(fact(w, other).last_active, now(w));
	assert_int_equal(fact(w, together(w, her, other)).last_active, now(w));
}

static void a_merge_is_as_if_she_had_always_been_one_and_a_split_gives_back(void **state)
{
	struct pond *w = *state;
	set_rule(w, FMCG);
	i64 a = befriend(w, "xu", "wm1"), b = befriend(w, "jing", "wm2"), one = befriend(w, "xu", "wm3");
	ms at[] = { now(w) - 60 * MS_DAY, now(w) - 40 * MS_DAY, now(w) - 20 * MS_DAY, now(w) - 55 * MS_DAY };
	for (int i = 0; i < 4; i++) {
		buy(w, i == 1 || i == 3 ? b : a, 1 + i, 100, at[i]);
		buy(w, one, 101 + i, 100, at[i]);
	}
	is_in(w, a, "growing");
	is_in(w, b, "growing");
	ms since_a = since_of(w, a), since_b = since_of(w, b);
	i64 root = together(w, a, b), leaf = root == a ? b : a;
	is_in(w, root, "mature");
	is_in(w, one, "mature");
	assert_int_equal(since_of(w, root), since_of(w, one));
	assert_int_equal(since_of(w, leaf), NIL);
	size_t told = changes(w);
	assert_int_equal(customer_split(&w->cx.unit, leaf, "manual"), OK);
	engine_settle(&w->env);
	is_in(w, a, "growing");
	is_in(w, b, "growing");
	assert_int_equal(since_of(w, a), since_a);
	assert_int_equal(since_of(w, b), since_b);
	assert_int_equal(changes(w), told + 1); /* the root's; the leaf is where she was */
}

static void a_rebuild_finds_the_same_and_tells_nothing(void **state)
{
	struct pond *w = *state;
	struct fail f = { 0 };
	set_rule(w, FMCG);
	i64 her = befriend(w, "xu", "wm1"), other = befriend(w, "xu", "wm2");
	for (int i = 0; i < 5; i++)
		buy(w, her, 1 + i, 100, now(w) - i * 9 * MS_DAY);
	buy(w, other, 90, 100, now(w) - 60 * MS_DAY);
	live(w, 3 * MS_DAY);
	struct browser owner = { .w = w };
	get(&owner, "/api/v1/customers/%lld/stage", (long long)her);
	str card = arena_dup(w->a, owner.reply.body);
	size_t told = changes(w);
	ms since = since_of(w, her);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(consumer_rebuild(&w->env, w->a, i ? NULL : "lifecycle", &f), OK);
		engine_settle(&w->env);
		is_in(w, her, "mature");
		is_in(w, other, "dormant");
		assert_int_equal(since_of(w, her), since);
		assert_int_equal(changes(w), told);
		get(&owner, "/api/v1/customers/%lld/stage", (long long)her);
		assert_true(str_eq(card, owner.reply.body));
	}
}

static void nothing_is_judged_before_there_is_a_rule(void **state)
{
	struct pond *w = *state;
	i64 her = befriend(w, "xu", "wm1");
	buy(w, her, 1, 100, now(w) - 100 * MS_DAY);
	assert_null(fact(w, her).stage.p);
	assert_int_equal(changes(w), 0);
	live(w, MS_SECOND);
	set_rule(w, FMCG);
	is_in(w, her, "lost");
	assert_int_equal(changes(w), 0); /* known before: a first stage is no news */
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, pond_free), cmocka_unit_test_setup_teardown(name, make_spread, pond_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(since_is_when_the_stage_began_by_brute_search),
		cmocka_unit_test(thresholds_hold_on_their_day_and_not_one_before), cmocka_unit_test(who_has_grown_out_is_not_lost),
		cmocka_unit_test(a_rule_that_contradicts_itself_is_refused),
		BOTH(a_person_goes_through_all_stages_at_the_corps_midnight), BOTH(mature_ends_when_an_order_leaves_the_window),
		BOTH(orders_that_do_not_stand_count_nothing), BOTH(an_order_that_went_out_counts_as_a_paid_one),
		BOTH(orders_learned_late_have_the_past_they_had),
		BOTH(any_sign_of_life_keeps_a_jewellers_customer), BOTH(she_was_last_active_when_she_last_did_something_herself),
		BOTH(a_merge_is_as_if_she_had_always_been_one_and_a_split_gives_back),
		BOTH(a_rebuild_finds_the_same_and_tells_nothing), BOTH(nothing_is_judged_before_there_is_a_rule),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
