/*
 * Journeys at work: waits, goals at the second of acting, what staff did, restraint, lateness, entry rules, merges,
 * pausing, ending and versions.
 */
#include "core/trial/trial.h"
#include "feature/journey/test_journey.h"

static int make(void **state) { return lab_new(state, test_spread()); }
static int make_spread(void **state) { return lab_new(state, 8); }

/* Two messages two hours apart, as the seeds ask. */
#define TWO DEF(BOUGHT, ON("go") "," ACT("m1", "{\"how\":\"done\"}") "," WAIT("w", 120) "," ACT("m2", "{\"how\":\"done\"}"), \
		EDGE("t", "out", "m1") "," EDGE("m1", "done", "w") "," EDGE("w", "out", "m2"))

static void waits_then_acts_and_counts_what_it_did(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, TWO), p = person_new(l);
	happens(l, p, "go");
	settle(l);
	assert_int_equal(notes(l, "did"), 1);
	assert_int_equal(count_of(l, j, "w", "now"), 1);
	live(l, 119 * MS_MINUTE);
	assert_int_equal(notes(l, "did"), 1);
	live(l, MS_MINUTE);
	assert_int_equal(notes(l, "did"), 2);
	assert_int_equal(count_of(l, j, "w", "now"), 0);
	assert_int_equal(count_of(l, j, "", "entered"), 1);
	assert_int_equal(count_of(l, j, "", "done"), 1);
	assert_int_equal(count_of(l, j, "", "now"), 0);
	assert_int_equal(count_of(l, j, "m2", "out:done"), 1);
}

static void what_she_buys_in_minute_119_stops_the_message_of_minute_120(void **state)
{
	struct lab *l = *state;
	struct place at;
	i64 j = running(l, TWO), p = person_new(l);
	happens(l, p, "go");
	live(l, 119 * MS_MINUTE);
	happens(l, p, "buy");
	/* Nothing takes it in before minute 120. */
	clock_advance(&l->w->t->clock, now(l) + MS_MINUTE);
	bool worked;
	assert_int_equal(engine_stage(&l->w->env, STAGE_TIMER, &worked), OK);
	assert_int_equal(notes(l, "did"), 1);
	settle(l);
	live(l, MS_DAY);
	assert_int_equal(notes(l, "did"), 1);
	assert_true(place_of_person(l, j, p, &at));
	assert_string_equal(arena_cstr(l->w->a, at.outcome), "goal");
	assert_int_equal(count_of(l, j, "", "goal"), 1);
}

static void a_purchase_still_in_the_inbox_stops_it_too(void **state)
{
	struct lab *l = *state;
	str key = write_key(l->w, l->w->corp, NULL);
	const char *body = "{\"userId\":\"u1\",\"event\":\"%s\",\"messageId\":\"%s\"}";
	running(l, TWO);
	assert_int_equal(track(l->w, key, "track", arena_printf(l->w->a, body, "go", "a")), 200);
	settle(l);
	assert_int_equal(notes(l, "did"), 1);
	live(l, 119 * MS_MINUTE);
	assert_int_equal(track(l->w, key, "track", arena_printf(l->w->a, body, "buy", "b")), 200);
	clock_advance(&l->w->t->clock, now(l) + MS_MINUTE);
	bool worked;
	assert_int_equal(engine_stage(&l->w->env, STAGE_TIMER, &worked), OK);
	assert_int_equal(notes(l, "did"), 1); /* it waits for the inbox */
	settle(l);
	live(l, MS_DAY);
	assert_int_equal(notes(l, "did"), 1);
}

static void a_wait_after_what_staff_did_begins_when_they_did_it(void **state)
{
	struct lab *l = *state;
	struct place at;
	i64 j = running(l, DEF("", ON("go") "," ACT("a", "{\"how\":\"ask\",\"minutes\":50}") "," WAIT("w", 60) "," ACT("b", "{\"how\":\"done\"}"),
			       EDGE("t", "out", "a") "," EDGE("a", "done", "w") "," EDGE("w", "out", "b")));
	i64 p = person_new(l);
	ms start = now(l);
	happens(l, p, "go");
	live(l, 49 * MS_MINUTE);
	assert_true(place_of_person(l, j, p, &at));
	assert_int_equal(at.state, PLACE_ASKED);
	live(l, 2 * MS_MINUTE);
	assert_true(place_of_person(l, j, p, &at));
	assert_string_equal(arena_cstr(l->w->a, at.node), "w");
	assert_int_equal(at.due, start + 110 * MS_MINUTE);
	live(l, MS_HOUR);
	assert_int_equal(notes(l, "did"), 2);
}

static void a_goal_takes_back_what_was_asked(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, DEF(BOUGHT, ON("go") "," ACT("a", "{\"how\":\"never\"}"), EDGE("t", "out", "a")));
	i64 p = person_new(l);
	happens(l, p, "go");
	live(l, MS_HOUR);
	assert_int_equal(notes(l, "did"), 1);
	happens(l, p, "buy");
	settle(l);
	assert_int_equal(notes(l, "stopped"), 1);
	assert_int_equal(count_of(l, j, "", "goal"), 1);
}

static void a_goal_of_rows_takes_back_what_was_asked(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, DEF(",\"goals\":[{\"expr\":\"did(\\\"site.page\\\")\"}]", ON("go") "," ACT("a", "{\"how\":\"never\"}"), EDGE("t", "out", "a")));
	i64 p = person_new(l);
	happens(l, p, "go");
	live(l, MS_HOUR);
	assert_int_equal(notes(l, "stopped"), 0);
	struct test_note body = { STR("x") };
	assert_int_equal(WRITE_TX(unit_of(l), slot_of_customer(l->w->t->store, p),
				  journal_add(tx, EV_SITE_PAGE, p, now(l), &test_note_record, &body, NULL)), OK);
	settle(l);
	assert_int_equal(notes(l, "stopped"), 1);
	assert_int_equal(count_of(l, j, "", "goal"), 1);
}

static void what_is_never_done_falls_back_after_its_time(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, DEF("", ON("go") "," ACT_MORE("a", "{\"how\":\"never\"}", "\"timeout_minutes\":30") ","
			       ACT_MORE("b", "{\"how\":\"never\"}", "\"timeout_minutes\":30") "," ACT("c", "{\"how\":\"done\"}"),
			       EDGE("t", "out", "a") "," EDGE("a", "refused", "b") "," EDGE("b", "refused", "c")));
	i64 p = person_new(l);
	happens(l, p, "go");
	live(l, 31 * MS_MINUTE);
	assert_int_equal(notes(l, "did"), 2);
	assert_int_equal(notes(l, "stopped"), 1);
	live(l, 30 * MS_MINUTE);
	assert_int_equal(notes(l, "did"), 3);
	assert_int_equal(count_of(l, j, "a", "refused:timeout"), 1);
	assert_int_equal(count_of(l, j, "", "done"), 1);
}

static void quiet_hours_hold_or_skip_as_the_act_says(void **state)
{
	struct lab *l = *state;
	i64 hold = running(l, DEF("", ON("go") "," ACT("a", "{\"how\":\"quiet\"}"), EDGE("t", "out", "a")));
	i64 skip = running(l, DEF("", ON("go") "," ACT_MORE("a", "{\"how\":\"quiet\"}", "\"held\":\"skip\""), EDGE("t", "out", "a")));
	i64 p = person_new(l), day = corp_day(unit_of(l), now(l));
	live_until(l, journey_minute_at(unit_of(l), day, 22 * 60)); /* 22:00 in Shanghai */
	happens(l, p, "go");
	settle(l);
	assert_int_equal(notes(l, "did"), 0);
	assert_int_equal(count_of(l, hold, "a", "held:quiet"), 1);
	assert_int_equal(count_of(l, skip, "a", "skip:held"), 1);
	assert_int_equal(count_of(l, skip, "", "done"), 1);
	live(l, 11 * MS_HOUR - 1);
	assert_int_equal(notes(l, "did"), 0);
	live(l, 1);
	assert_int_equal(notes(l, "did"), 1); /* late by its wait, not by anybody's fault: it is not skipped */
	assert_int_equal(count_of(l, hold, "", "done"), 1);
}

static void refused_goes_the_other_way_and_a_broken_act_stops_nobody(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, DEF("", ON("go") "," ACT("a", "{\"how\":\"refuse\"}") "," ACT("b", "{\"how\":\"broken\"}") "," ACT("c", "{\"how\":\"done\"}"),
			       EDGE("t", "out", "a") "," EDGE("a", "refused", "b") "," EDGE("b", "done", "c")));
	happens(l, person_new(l), "go");
	happens(l, person_new(l), "go");
	settle(l);
	assert_int_equal(notes(l, "did"), 2);
	assert_int_equal(count_of(l, j, "a", "refused:no_friend"), 2);
	assert_int_equal(count_of(l, j, "b", "refused:INTERNAL"), 2);
	assert_int_equal(count_of(l, j, "", "done"), 2);
}

static void a_stop_of_the_program_makes_what_is_too_late_be_skipped(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, TWO), p = person_new(l), q = person_new(l);
	happens(l, p, "go");
	settle(l);
	clock_advance(&l->w->t->clock, now(l) + 200 * MS_MINUTE); /* 80 minutes late */
	happens(l, q, "go");
	settle(l);
	assert_int_equal(notes(l, "did"), 3);
	clock_advance(&l->w->t->clock, now(l) + 241 * MS_MINUTE); /* 121 minutes late */
	settle(l);
	assert_int_equal(notes(l, "did"), 3);
	assert_int_equal(count_of(l, j, "m2", "skip:late"), 1);
	assert_int_equal(count_of(l, j, "", "done"), 2);
}

static void entry_rules(void **state)
{
	struct lab *l = *state;
	const char *modes[] = { "{\"mode\":\"once\"}", "{\"mode\":\"after_exit\"}", "{\"mode\":\"always\"}", "{\"mode\":\"every\",\"days\":2}" };
	const i64 expect[] = { 1, 2, 3, 1 }, later[] = { 1, 3, 4, 2 };
	i64 ids[4], p = person_new(l);
	for (int i = 0; i < 4; i++) {
		str def = arena_printf(l->w->a, DEF(",\"entry\":%s", ON("go") "," WAIT("w", 60), EDGE("t", "out", "w")), modes[i]);
		ids[i] = running(l, arena_cstr(l->w->a, def));
	}
	happens(l, p, "go");
	live(l, 10 * MS_MINUTE);
	happens(l, p, "go"); /* still in */
	live(l, 2 * MS_HOUR);
	happens(l, p, "go"); /* out again */
	settle(l);
	for (int i = 0; i < 4; i++)
		assert_int_equal(count_of(l, ids[i], "", "entered"), expect[i]);
	assert_int_equal(count_of(l, ids[0], "", "out_of:in_flight"), 1);
	assert_int_equal(count_of(l, ids[0], "", "out_of:once"), 1);
	assert_int_equal(count_of(l, ids[3], "", "out_of:every"), 1);
	live(l, 2 * MS_DAY);
	happens(l, p, "go");
	settle(l);
	for (int i = 0; i < 4; i++)
		assert_int_equal(count_of(l, ids[i], "", "entered"), later[i]);
}

static void each_order_has_a_place_of_its_own(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, DEF(BOUGHT ",\"entry\":{\"mode\":\"always\",\"key\":\"order\"}", ON("go") "," WAIT("w", 60) "," ACT("a", "{\"how\":\"done\"}"),
			       EDGE("t", "out", "w") "," EDGE("w", "out", "a")));
	i64 p = person_new(l);
	happens_to(l, p, "go", "1");
	happens_to(l, p, "go", "2");
	happens_to(l, p, "go", "2"); /* told twice */
	settle(l);
	assert_int_equal(count_of(l, j, "", "now"), 2);
	live(l, 30 * MS_MINUTE);
	happens_to(l, p, "buy", "1");
	live(l, MS_HOUR);
	assert_int_equal(notes(l, "did"), 1);
	assert_int_equal(count_of(l, j, "", "goal"), 1);
	assert_int_equal(count_of(l, j, "", "out_of:in_flight"), 1);
}

static void who_keeps_out_and_the_reason_is_told(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, DEF(",\"who\":\"orders >= 1\"", ON("go") "," WAIT("w", 60), EDGE("t", "out", "w")));
	i64 p = person_new(l), q = person_new(l);
	happens(l, p, "go");
	settle(l);
	assert_int_equal(count_of(l, j, "", "entered"), 0);
	assert_int_equal(count_of(l, j, "", "out_of:who"), 1);
	assert_int_equal(count_of(l, j, "t", "now"), 0);
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/why?customer=%lld", (long long)j, (long long)p), 200);
	assert_true(str_starts(json_str(reply_json(&l->owner), "reason"), STR("who: ")));
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/why?customer=%lld", (long long)j, (long long)q), 200);
	assert_string_equal(arena_cstr(l->w->a, json_str(reply_json(&l->owner), "reason")), "no_event");
}

static void until_goes_on_at_the_event_or_after_its_time(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, DEF("", ON("go") ",{\"id\":\"u\",\"type\":\"until\",\"x\":0,\"y\":0,\"until\":{\"event\":\"site.tracked\",\"timeout_minutes\":60,"
			       "\"filters\":[{\"name\":\"name\",\"op\":\"is\",\"value\":\"look\"}]}}," ACT("a", "{\"how\":\"done\"}") "," WAIT("w", 10),
			       EDGE("t", "out", "u") "," EDGE("u", "yes", "a") "," EDGE("u", "timeout", "w")));
	i64 p = person_new(l), q = person_new(l);
	happens(l, p, "go");
	happens(l, q, "go");
	happens(l, q, "other");
	live(l, 30 * MS_MINUTE);
	happens(l, p, "look");
	live(l, MS_HOUR);
	assert_int_equal(notes(l, "did"), 1);
	assert_int_equal(count_of(l, j, "u", "out:yes"), 1);
	assert_int_equal(count_of(l, j, "u", "out:timeout"), 1);
}

static void the_same_person_always_takes_the_same_arm(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, DEF(",\"entry\":{\"mode\":\"after_exit\"}", ON("go") ",{\"id\":\"s\",\"type\":\"split\",\"x\":0,\"y\":0,\"split\":{\"arms\":["
			       "{\"port\":\"a\",\"weight\":3},{\"port\":\"b\",\"weight\":1}]}}," ACT("x", "{\"how\":\"done\"}") "," WAIT("w", 10),
			       EDGE("t", "out", "s") "," EDGE("s", "a", "x") "," EDGE("s", "b", "w")));
	i64 people[200];
	for (int i = 0; i < 200; i++)
		people[i] = person_new(l);
	for (int i = 0; i < 200; i++)
		happens(l, people[i], "go");
	live(l, MS_HOUR);
	i64 a = count_of(l, j, "s", "out:a");
	assert_true(a > 120 && a < 180); /* three in four */
	for (int i = 199; i >= 0; i--)
		happens(l, people[i], "go");
	live(l, MS_HOUR);
	assert_int_equal(count_of(l, j, "s", "out:a"), 2 * a);
}

static void experiment(struct lab *l, i64 id, const char *state)
{
	const i64 shares[] = { 500, 300 };
	struct trial t = { id, STR("标题"), STR("甲\n乙"), str_c(state), trial_share(l->w->a, STR_NIL, shares, 2, 200), NIL, STR("order"), 7, 1, now(l), NIL };
	assert_int_equal(WRITE_TX(unit_of(l), slot_base(l->w->t->store, l->w->corp), trial_put(tx, &t)), OK);
}

/* Walking through is meeting it: as many exposed as went each way, those held out leaving, once a person. */
static void a_split_of_an_experiment_goes_by_its_variants(void **state)
{
	struct lab *l = *state;
	experiment(l, 66, "running");
	i64 j = running(l, DEF(",\"entry\":{\"mode\":\"after_exit\"}", ON("go") ",{\"id\":\"s\",\"type\":\"split\",\"x\":0,\"y\":0,\"split\":{\"arms\":["
			       "{\"port\":\"a\",\"weight\":1},{\"port\":\"b\",\"weight\":1}],\"experiment\":\"66\"}}," ACT("x", "{\"how\":\"done\"}") ","
			       WAIT("w", 10), EDGE("t", "out", "s") "," EDGE("s", "a", "x") "," EDGE("s", "b", "w")));
	i64 people[100], in[3];
	struct trial_of of = { 66, INT64_MAX, INT64_MAX, STR("CNY") };
	struct trial_people *v;
	size_t n;
	for (int round = 1; round <= 2; round++) {
		for (int i = 0; i < 100; i++) {
			people[i] = round == 1 ? person_new(l) : people[i];
			happens(l, people[i], "go");
		}
		live(l, MS_HOUR);
		assert_int_equal(READ_SNAP(unit_of(l), slot_base(l->w->t->store, l->w->corp), trial_people_sums(snap, &of, &v, &n)), OK);
		assert_int_equal(n, 3);
		for (size_t i = 0; i < 3; i++)
			in[v[i].variant + 1] = v[i].people;
		assert_int_equal(in[0] + in[1] + in[2], 100);
		assert_int_equal(count_of(l, j, "s", "out:holdout"), round * in[0]);
		assert_int_equal(count_of(l, j, "s", "out:a"), round * in[1]);
		assert_int_equal(count_of(l, j, "s", "out:b"), round * in[2]);
		assert_int_equal(notes(l, "did"), round * in[1]);
	}
}

static void merged_people_keep_one_place_and_a_split_gives_it_back(void **state)
{
	struct lab *l = *state;
	struct place at;
	i64 j = running(l, TWO), a = 0, b = 0, root;
	a = person_new(l);
	b = person_new(l);
	for (int i = 0; i < 40 && slot_of_customer(l->w->t->store, a) == slot_of_customer(l->w->t->store, b); i++)
		b = person_new(l);
	happens(l, a, "go");
	live(l, 10 * MS_MINUTE);
	happens(l, b, "go");
	settle(l);
	assert_int_equal(notes(l, "did"), 2);
	assert_int_equal(customer_merge(unit_of(l), a, b, "phone", &root), OK);
	settle(l);
	assert_int_equal(count_of(l, j, "", "merged"), 1);
	assert_int_equal(count_of(l, j, "", "now"), 1);
	happens(l, b, "other");
	live(l, 109 * MS_MINUTE);
	assert_int_equal(notes(l, "did"), 2);
	assert_int_equal(customer_split(unit_of(l), b, "manual"), OK);
	settle(l);
	assert_true(place_of_person(l, j, a, &at));
	assert_int_equal(at.customer, a);
	live(l, 2 * MS_MINUTE);
	assert_int_equal(notes(l, "did"), 3);
	assert_int_equal(count_of(l, j, "", "now"), 0);
	assert_int_equal(count_of(l, j, "w", "now"), 0);
}

static void what_a_later_leaf_buys_ends_the_journey_of_the_person(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, TWO), a = person_new(l), b = person_new(l), root;
	happens(l, a, "go");
	settle(l);
	assert_int_equal(customer_merge(unit_of(l), a, b, "phone", &root), OK);
	settle(l);
	happens(l, root == a ? b : a, "buy");
	settle(l);
	assert_int_equal(count_of(l, j, "", "goal"), 1);
	live(l, MS_DAY);
	assert_int_equal(notes(l, "did"), 1);
}

static void paused_nobody_acts_and_resuming_skips_what_is_too_late(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, TWO), p = person_new(l), q = person_new(l);
	happens(l, p, "go");
	live(l, 90 * MS_MINUTE);
	happens(l, q, "go");
	settle(l);
	assert_int_equal(act_on(l, j, "pause", "{}"), 200);
	happens(l, person_new(l), "go");
	live(l, 160 * MS_MINUTE);
	assert_int_equal(notes(l, "did"), 2);
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/late", (long long)j), 200);
	assert_int_equal(json_i64(reply_json(&l->owner), "parked", -1), 2);
	assert_int_equal(json_i64(reply_json(&l->owner), "late", -1), 1);
	assert_int_equal(act_on(l, j, "resume", "{}"), 200);
	settle(l);
	assert_int_equal(notes(l, "did"), 3);
	assert_int_equal(count_of(l, j, "m2", "skip:late"), 1);
	assert_int_equal(count_of(l, j, "", "now"), 0);
}

static void ending_takes_everybody_out_and_takes_back(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, DEF("", ON("go") "," ACT("a", "{\"how\":\"never\"}"), EDGE("t", "out", "a")));
	for (int i = 0; i < 5; i++)
		happens(l, person_new(l), "go");
	settle(l);
	assert_int_equal(act_on(l, j, "end", "{\"take_back\":true}"), 200);
	settle(l);
	assert_int_equal(notes(l, "stopped"), 5);
	assert_int_equal(count_of(l, j, "", "now"), 0);
	assert_int_equal(count_of(l, j, "", "ended"), 5);
	happens(l, person_new(l), "go");
	settle(l);
	assert_int_equal(count_of(l, j, "", "entered"), 5);
	assert_int_equal(act_on(l, j, "publish", "{}"), 409);
	assert_int_equal(ask(&l->owner, "DELETE", arena_printf(l->w->a, "/api/v1/journeys/%lld", (long long)j), STR("")), 204);
}

static void a_new_version_is_for_new_people_until_they_are_moved(void **state)
{
	struct lab *l = *state;
	struct place at;
	i64 j = running(l, TWO), p = person_new(l), q = person_new(l);
	happens(l, p, "go");
	settle(l);
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld", (long long)j), 200);
	l->owner.match = arena_printf(l->w->a, "\"%lld\"", (long long)json_i64(reply_json(&l->owner), "version", 0));
	assert_int_equal(ask(&l->owner, "PUT", arena_printf(l->w->a, "/api/v1/journeys/%lld", (long long)j),
		STR(DEF("", ON("go") "," WAIT("v", 240) "," ACT("m3", "{\"how\":\"done\"}"), EDGE("t", "out", "v") "," EDGE("v", "out", "m3")))), 200);
	l->owner.match = STR_NIL;
	assert_int_equal(act_on(l, j, "publish", "{}"), 200);
	happens(l, q, "go");
	settle(l);
	assert_true(place_of_person(l, j, p, &at));
	assert_int_equal(at.version, 1);
	assert_true(place_of_person(l, j, q, &at));
	assert_int_equal(at.version, 2);
	assert_int_equal(act_on(l, j, "move", "{\"from\":1,\"preview\":true,\"map\":[{\"from\":\"w\",\"to\":\"zz\"}]}"), 422);
	assert_int_equal(act_on(l, j, "move", "{\"from\":1,\"preview\":true}"), 200);
	assert_int_equal(json_i64(reply_json(&l->owner), "unmapped", -1), 1);
	assert_int_equal(act_on(l, j, "move", "{\"from\":1,\"preview\":false,\"map\":[{\"from\":\"w\",\"to\":\"v\"}]}"), 200);
	settle(l);
	assert_true(place_of_person(l, j, p, &at));
	assert_int_equal(at.version, 2);
	assert_string_equal(arena_cstr(l->w->a, at.node), "v");
	live(l, 5 * MS_HOUR);
	assert_int_equal(notes(l, "did"), 3);
	assert_int_equal(count_of(l, j, "", "now"), 0);
}

static void an_erased_person_leaves(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, TWO), p = person_new(l);
	happens(l, p, "go");
	settle(l);
	assert_int_equal(WRITE_TX(unit_of(l), slot_of_customer(l->w->t->store, p),
				  journal_add(tx, EV_CUSTOMER_ERASED, p, now(l), &none_record, &(struct none){ 0 }, NULL)), OK);
	live(l, MS_DAY);
	assert_int_equal(notes(l, "did"), 1);
	assert_int_equal(count_of(l, j, "", "erased"), 1);
}

static void every_act_tells_what_led_to_it(void **state)
{
	struct lab *l = *state;
	struct event note, entered, trigger;
	i64 p = person_new(l);
	running(l, TWO);
	happens(l, p, "go");
	settle(l);
	assert_int_equal(events_of(l->w, l->w->corp, EV_NOTE_ADDED, &note), 1);
	assert_int_equal(events_of(l->w, l->w->corp, EV_JOURNEY_ENTERED, &entered), 1);
	assert_int_equal(note.cause, entered.id);
	assert_int_equal(events_of(l->w, l->w->corp, EV_SITE_TRACKED, &trigger), 1);
	assert_int_equal(entered.cause, trigger.id);
}

static void journeys_that_start_each_other_come_to_an_end(void **state)
{
	struct lab *l = *state;
	/* Entering is told, and that lets her in again: the loop limit on causes ends it. */
	i64 j = running(l, "{\"name\":\"圈\",\"entry\":{\"mode\":\"always\"},\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,"
			   "\"trigger\":{\"kind\":\"event\",\"event\":\"journey.entered\"}}," ACT("a", "{\"how\":\"done\"}") "],\"edges\":[" EDGE("t", "out", "a") "]}}");
	running(l, TWO);
	happens(l, person_new(l), "go");
	settle(l);
	assert_true(count_of(l, j, "", "entered") > 1 && count_of(l, j, "", "entered") < JOURNAL_CAUSE_DEPTH);
	assert_int_equal(count_of(l, j, "", "now"), 0);
	assert_int_equal(count_of(l, j, "t", "now"), 0);
	/* Others are not held up by it. */
	happens(l, person_new(l), "go");
	live(l, 3 * MS_HOUR);
	assert_true(notes(l, "did") > 30);
}

/* The wall clock was set: the simulated one cannot go back by itself. */
static void clock_set(struct lab *l, ms by)
{
	l->w->t->clock.now_ms += by;
	settle(l);
}

static void clocks_that_jump_double_nothing_and_forget_nothing(void **state)
{
	struct lab *l = *state;
	const ms jumps[] = { -MS_HOUR, MS_HOUR, -MS_DAY, MS_DAY, MS_SECOND, -MS_SECOND };
	i64 j = running(l, DEF("", ON("go") "," ACT("a", "{\"how\":\"done\"}") "," WAIT("w", 120) "," ACT_MORE("b", "{\"how\":\"done\"}", "\"late_minutes\":10000"),
			       EDGE("t", "out", "a") "," EDGE("a", "done", "w") "," EDGE("w", "out", "b")));
	live(l, 3 * MS_DAY);
	for (int i = 0; i < 6; i++) {
		happens(l, person_new(l), "go");
		live(l, 10 * MS_MINUTE);
		clock_set(l, jumps[i]);
		live(l, 2 * MS_DAY);
		assert_int_equal(notes(l, "did"), 2 * (i + 1));
		assert_int_equal(count_of(l, j, "", "done"), i + 1);
	}
}

static ms local(struct lab *l, int y, int m, int d, int minute) { return journey_minute_at(unit_of(l), tz_day_of(y, m, d), minute); }

static void waits_and_schedules_know_leap_days_and_months_ends(void **state)
{
	struct lab *l = *state;
	struct unit *u = unit_of(l);
	str monday[] = { STR("1") };
	struct journey_wait next_day = { .kind = STR("until"), .minute = 600, .days = 1 }, same = { .kind = STR("until"), .minute = 600, .days = NIL },
			    week = { .kind = STR("until"), .minute = 600, .days = NIL, .weekdays = { monday, 1 } };
	struct journey_trigger last = { .every = STR("month"), .minute = 600, .day = 31 };
	assert_int_equal(journey_wait_end(u, &next_day, 0, local(l, 2028, 2, 28, 700)), local(l, 2028, 2, 29, 600));
	assert_int_equal(journey_wait_end(u, &next_day, 0, local(l, 2027, 2, 28, 700)), local(l, 2027, 3, 1, 600));
	assert_int_equal(journey_wait_end(u, &next_day, 0, local(l, 2026, 12, 31, 1439)), local(l, 2027, 1, 1, 600));
	assert_int_equal(journey_wait_end(u, &same, 0, local(l, 2026, 5, 1, 600)), local(l, 2026, 5, 1, 600));
	assert_int_equal(journey_wait_end(u, &same, 0, local(l, 2026, 5, 1, 601)), local(l, 2026, 5, 2, 600));
	assert_int_equal(journey_wait_end(u, &week, 0, local(l, 2025, 12, 1, 601)), local(l, 2025, 12, 8, 600));
	assert_int_equal(journey_schedule_next(u, &last, local(l, 2028, 1, 31, 600)), local(l, 2028, 2, 29, 600));
	assert_int_equal(journey_schedule_next(u, &last, local(l, 2027, 2, 1, 0)), local(l, 2027, 2, 28, 600));
	assert_int_equal(journey_schedule_next(u, &last, local(l, 2027, 2, 28, 600)), local(l, 2027, 3, 31, 600));
}

static void what_is_long_over_goes_in_the_night_and_the_counts_stay(void **state)
{
	struct lab *l = *state;
	struct place at = { 0 };
	struct journey_step *steps;
	size_t n;
	i64 j = running(l, TWO), p = person_new(l);
	happens(l, p, "go");
	live(l, MS_DAY);
	assert_true(place_of_person(l, j, p, &at));
	clock_advance(&l->w->t->clock, now(l) + 398 * MS_DAY);
	settle(l);
	assert_true(place_of_person(l, j, p, &at));
	live(l, 3 * MS_DAY);
	assert_false(place_of_person(l, j, p, &at));
	assert_int_equal(READ_SNAP(unit_of(l), slot_of_customer(l->w->t->store, p), journey_steps(snap, &(struct journey_step_find){ at.id }, &steps, &n)), OK);
	assert_int_equal(n, 0);
	assert_int_equal(count_of(l, j, "", "done"), 1);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, lab_free), cmocka_unit_test_setup_teardown(name, make_spread, lab_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, lab_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(waits_then_acts_and_counts_what_it_did),
		BOTH(what_she_buys_in_minute_119_stops_the_message_of_minute_120),
		BOTH(a_purchase_still_in_the_inbox_stops_it_too),
		ONE(a_wait_after_what_staff_did_begins_when_they_did_it),
		ONE(a_goal_takes_back_what_was_asked),
		ONE(a_goal_of_rows_takes_back_what_was_asked),
		ONE(what_is_never_done_falls_back_after_its_time),
		ONE(quiet_hours_hold_or_skip_as_the_act_says),
		ONE(refused_goes_the_other_way_and_a_broken_act_stops_nobody),
		ONE(a_stop_of_the_program_makes_what_is_too_late_be_skipped),
		ONE(entry_rules),
		ONE(each_order_has_a_place_of_its_own),
		ONE(who_keeps_out_and_the_reason_is_told),
		ONE(until_goes_on_at_the_event_or_after_its_time),
		BOTH(a_split_of_an_experiment_goes_by_its_variants), ONE(the_same_person_always_takes_the_same_arm),
		BOTH(merged_people_keep_one_place_and_a_split_gives_it_back),
		BOTH(what_a_later_leaf_buys_ends_the_journey_of_the_person),
		ONE(paused_nobody_acts_and_resuming_skips_what_is_too_late),
		ONE(ending_takes_everybody_out_and_takes_back),
		ONE(a_new_version_is_for_new_people_until_they_are_moved),
		ONE(an_erased_person_leaves),
		ONE(every_act_tells_what_led_to_it),
		ONE(journeys_that_start_each_other_come_to_an_end),
		ONE(clocks_that_jump_double_nothing_and_forget_nothing),
		ONE(waits_and_schedules_know_leap_days_and_months_ends),
		ONE(what_is_long_over_goes_in_the_night_and_the_counts_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
