/*
 * Claims: the last place goes to one, a key claims once, what nobody confirms expires, what was sent becomes a
 * touch and counts once; refusals, black list, hold-outs, her own time zone, over merges and splits.
 */
#include "app/test_app_sim.h"

#include "core/attr/attr_own.h"
#include "core/attr/attr_value.h"
#include "core/reach/reach_set.h"
#include "core/reach/reach_trial.h"

#define MIDNIGHT (MORNING - 10 * MS_HOUR) /* of the first day, in Shanghai */

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static i64 friend(struct world *w, const char *userid) { return person_of(w, befriend(w, userid, 1)); }
static i64 slot_of(struct world *w, i64 her) { return slot_of_customer(w->t->store, her); }

static void set(struct world *w, const char *name, const char *value)
{
	assert_int_equal(setting_put(&w->cx, name, str_c(value)), OK);
}

static struct reach_ask ask_for(struct world *w, i64 her, const char *key)
{
	return (struct reach_ask){ .root = her, .channel = "wecom", .class = "marketing", .by = "journey", .by_id = 7, .key = str_c(key), .at = now(w) };
}

static struct reach_answer claim_as(struct world *w, const struct reach_ask *ask)
{
	struct reach_answer a;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, ask->root), reach_claim(tx, ask, &a)), OK);
	return a;
}

static struct reach_answer claim(struct world *w, i64 her, const char *key)
{
	struct reach_ask ask = ask_for(w, her, key);
	return claim_as(w, &ask);
}

static enum reach_verdict got(struct world *w, i64 her, const char *key) { return claim(w, her, key).verdict; }

static void tell(struct world *w, enum event_kind kind, i64 her, const char *key, const char *reason)
{
	struct reach_event body = { STR("wecom"), STR("marketing"), STR("journey"), 7, NIL, reason ? str_c(reason) : STR_NIL, str_c(key) };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), journal_add(tx, kind, her, now(w), &reach_event_record, &body, NULL)), OK);
	settle(w);
}

static void refuse(struct world *w, i64 her, const char *channel, bool accepted)
{
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), reach_refuse(tx, her, channel, STR("小王"), accepted)), OK);
}

static i64 used_today(struct world *w, i64 her)
{
	struct reach_used used;
	assert_int_equal(reach_used(&w->cx.unit, her, now(w), &used), OK);
	return used.day;
}

static void of_two_claims_for_the_last_place_one_gets_it(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	assert_int_equal(got(w, her, "a"), REACH_GO);
	struct reach_answer second = claim(w, her, "b");
	assert_int_equal(second.verdict, REACH_CAP_DAY);
	assert_int_equal(second.retry_at, MIDNIGHT + MS_DAY + 9 * MS_HOUR); /* tomorrow, behind the quiet hours */
	assert_int_equal(used_today(w, her), 1);
	clock_advance(&w->t->clock, second.retry_at);
	assert_int_equal(got(w, her, "b"), REACH_GO);
}

static void two_of_one_transaction_see_each_other(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna"), other = friend(w, "linna");
	struct reach_ask asks[3] = { ask_for(w, her, "a"), ask_for(w, other, "a"), ask_for(w, her, "b") };
	struct reach_answer ret[3];
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), reach_claim_many(tx, asks, 3, ret)), OK);
	assert_int_equal(ret[0].verdict, REACH_GO);
	assert_int_equal(ret[1].verdict, REACH_GO);
	assert_int_equal(ret[2].verdict, REACH_CAP_DAY);
}

static void the_same_key_claims_once(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	set(w, "reach.day_max", "2");
	assert_false(claim(w, her, "a").again);
	for (int i = 0; i < 3; i++) {
		struct reach_answer a = claim(w, her, "a");
		assert_int_equal(a.verdict, REACH_GO);
		assert_true(a.again);
	}
	assert_int_equal(got(w, her, "b"), REACH_GO);
	assert_int_equal(got(w, her, "c"), REACH_CAP_DAY);
	assert_int_equal(got(w, her, "a"), REACH_GO); /* keeps its place */
	tell(w, EV_REACH_SENT, her, "a", NULL);
	assert_true(claim(w, her, "a").again); /* also when it is long a touch */
}

static void a_claim_may_take_the_place_of_another(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	assert_int_equal(got(w, her, "small"), REACH_GO);
	struct reach_ask ask = ask_for(w, her, "big");
	ask.instead = STR("small");
	assert_int_equal(claim_as(w, &ask).verdict, REACH_GO);
	assert_int_equal(got(w, her, "small"), REACH_CAP_DAY);
	assert_int_equal(used_today(w, her), 1);
	ask.key = STR("bigger");
	assert_int_equal(claim_as(w, &ask).verdict, REACH_CAP_DAY); /* not that of a third */
}

static void a_key_has_a_length(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	char key[REACH_KEY_MAX + 2];
	memset(key, 'k', sizeof(key));
	struct reach_ask ask = ask_for(w, her, "");
	struct reach_answer a;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), reach_claim(tx, &ask, &a)), ERR_INPUT);
	ask.key = (str){ key, REACH_KEY_MAX + 1 };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), reach_claim(tx, &ask, &a)), ERR_INPUT);
	ask.key.n--;
	assert_int_equal(claim_as(w, &ask).verdict, REACH_GO);
}

static void what_was_sent_becomes_a_touch_and_counts_once(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	i64 her = friend(w, "linna");
	set(w, "reach.day_max", "2");
	assert_int_equal(got(w, her, "a"), REACH_GO);
	tell(w, EV_REACH_SENT, her, "a", NULL);
	for (int i = 0; i < 2; i++) { /* also while touches are being made anew */
		assert_int_equal(used_today(w, her), 1);
		assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "reach", &f), OK);
	}
	clock_advance(&w->t->clock, now(w) + 8 * MS_HOUR); /* behind the claim's expiry */
	assert_int_equal(used_today(w, her), 1);
}

static void a_failed_or_released_claim_gives_its_place_back(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	assert_int_equal(got(w, her, "a"), REACH_GO);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), reach_release(tx, her, STR("a"))), OK);
	assert_int_equal(got(w, her, "b"), REACH_GO);
	tell(w, EV_REACH_FAILED, her, "b", "41048");
	assert_int_equal(got(w, her, "a"), REACH_GO);
	tell(w, EV_REACH_FAILED, her, "a", "unknown"); /* perhaps she got it */
	assert_int_equal(got(w, her, "b"), REACH_CAP_DAY);
}

static void a_claim_nobody_confirms_expires(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	ms start = now(w);
	assert_int_equal(got(w, her, "a"), REACH_GO);
	clock_advance(&w->t->clock, start + REACH_CLAIM_MS - 1);
	assert_int_equal(got(w, her, "b"), REACH_CAP_DAY);
	clock_advance(&w->t->clock, start + REACH_CLAIM_MS);
	assert_int_equal(got(w, her, "b"), REACH_GO);
	tell(w, EV_REACH_SENT, her, "a", NULL); /* it was sent all the same: counts */
	assert_int_equal(used_today(w, her), 2);
}

static void a_refusal_between_claim_and_act_takes_the_place_away(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	assert_int_equal(got(w, her, "a"), REACH_GO);
	refuse(w, her, "wecom", false); /* no handler has run: it counts at once */
	assert_int_equal(got(w, her, "a"), REACH_REFUSED);
	assert_int_equal(used_today(w, her), 0);
	refuse(w, her, "wecom", true);
	assert_int_equal(got(w, her, "a"), REACH_GO);
	refuse(w, her, "all", false);
	assert_int_equal(got(w, her, "a"), REACH_REFUSED);
}

static void service_is_exempt_but_for_the_platform(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	refuse(w, her, "all", false);
	clock_advance(&w->t->clock, MIDNIGHT + 23 * MS_HOUR);
	struct reach_ask ask = ask_for(w, her, "s");
	ask.class = "service";
	for (int i = 0; i < 5; i++) {
		ask.key = arena_printf(w->t->arena, "s%d", i);
		assert_int_equal(claim_as(w, &ask).verdict, REACH_GO);
	}
	ask.class = "marketing";
	ask.content = "order"; /* her own order */
	ask.key = STR("o");
	assert_int_equal(claim_as(w, &ask).verdict, REACH_GO);
	set(w, "setup.quota_mode", "day");
	ask.key = STR("o2");
	struct reach_answer full = claim_as(w, &ask);
	assert_int_equal(full.verdict, REACH_QUOTA); /* the mass send before */
	assert_int_equal(full.retry_at, MIDNIGHT + MS_DAY);
}

static void the_black_list_bars_marketing(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	i64 her = friend(w, "linna");
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), reach_block(tx, her, STR("小王"), STR("投诉"), true)), OK);
	assert_int_equal(got(w, her, "a"), REACH_BLOCKED);
	settle(w);
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "reach", &f), OK);
	assert_int_equal(got(w, her, "a"), REACH_BLOCKED);
	clock_advance(&w->t->clock, now(w) + 1);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), reach_block(tx, her, STR("小王"), STR_NIL, false)), OK);
	assert_int_equal(got(w, her, "a"), REACH_GO);
}

static void a_channel_may_need_her_yes(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	set(w, "reach.consent", "wecom");
	assert_int_equal(got(w, her, "a"), REACH_NO_CONSENT);
	refuse(w, her, "wecom", true);
	assert_int_equal(got(w, her, "a"), REACH_GO);
}

static void quiet_hours_are_those_of_her_own_zone(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna"), other = friend(w, "linna");
	struct attr_def zone;
	record_init(&attr_def_record, &zone);
	zone.name = STR("timezone");
	zone.label = STR("时区");
	zone.type = STR("text");
	zone.source = STR("field");
	zone.visible = STR("all");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, attr_def_add(tx, &zone)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), attr_field_set(tx, her, &zone, STR("America/New_York"), STR("小王"))), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, other), attr_field_set(tx, other, &zone, STR("Mars/Olympus"), STR("小王"))), OK);
	settle(w);
	struct reach_answer a = claim(w, her, "a"); /* 10:00 in Shanghai is 21:00 there, in winter time */
	assert_int_equal(a.verdict, REACH_QUIET);
	assert_int_equal(a.retry_at, MORNING + 12 * MS_HOUR);
	assert_int_equal(got(w, other, "a"), REACH_GO); /* a zone nobody knows: the corp's */
	clock_advance(&w->t->clock, a.retry_at - 1);
	assert_int_equal(got(w, her, "a"), REACH_QUIET);
	clock_advance(&w->t->clock, a.retry_at); /* 22:00 in Shanghai, 9:00 there */
	assert_int_equal(got(w, her, "a"), REACH_GO);
}

static void touches_of_all_leaves_count_over_merge_and_split(void **state)
{
	struct world *w = *state;
	i64 a = friend(w, "linna"), b = friend(w, "xiaqing"), root = 0;
	assert_int_equal(got(w, a, "k"), REACH_GO);
	assert_int_equal(got(w, b, "k2"), REACH_GO);
	assert_int_equal(customer_merge(&w->cx.unit, a, b, "manual", &root), OK);
	settle(w);
	i64 leaf = root == a ? b : a;
	assert_int_equal(used_today(w, root), 2);
	assert_int_equal(got(w, root, "n"), REACH_CAP_DAY);
	tell(w, EV_REACH_SENT, leaf, leaf == a ? "k" : "k2", NULL);
	assert_int_equal(used_today(w, root), 2);
	assert_int_equal(customer_split(&w->cx.unit, leaf, "manual"), OK);
	settle(w);
	assert_int_equal(used_today(w, root), 1);
	assert_int_equal(used_today(w, leaf), 1);
}

static void a_members_own_send_is_noted_once(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	struct reach_ask ask = ask_for(w, her, "member:m1");
	bool fresh;
	ask.by = "member";
	ask.how = "own";
	for (int i = 0; i < 2; i++) {
		assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), reach_note(tx, &ask, &fresh)), OK);
		assert_int_equal(fresh, i == 0);
		settle(w);
	}
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 1);
	struct reach_used used;
	assert_int_equal(reach_used(&w->cx.unit, her, now(w), &used), OK);
	assert_int_equal(used.day, 1);
	assert_int_equal(used.quota, 1);
	assert_int_equal(used.quota_max, 31); /* December */
}

static void the_control_group_is_never_marketed_to(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 40);
	i64 first = person_of(w, befriend(w, "linna", 1)) - 40, held = 0;
	set(w, "reach.holdout", "20");
	for (i64 her = first; her <= first + 40; her++) {
		struct reach_answer a = claim(w, her, "a");
		assert_true(a.verdict == REACH_GO || a.verdict == REACH_CONTROL);
		assert_int_equal(a.verdict == REACH_CONTROL ? a.retry_at : NIL, NIL);
		held += a.verdict == REACH_CONTROL;
	}
	assert_true(held > 0 && held < 25);
	set(w, "reach.holdout", "0");
	i64 fresh = friend(w, "linna"), left_out = 0;
	struct reach_ask ask = ask_for(w, fresh, "c");
	ask.share = REACH_SHARE_MAX;
	for (ask.salt = 1; ask.salt <= 100; ask.salt++) {
		struct reach_answer a;
		assert_int_equal(READ_SNAP(&w->cx.unit, w->base, reach_look_many(snap, &ask, 1, &a)), OK);
		left_out += a.verdict == REACH_HOLDOUT;
	}
	assert_true(left_out > 25 && left_out < 75); /* another campaign, another choice */
}

/* ---- many at once ---- */

#define CROWD 60 /* in one block of numbers or two */
#define TALLY_FIELDS(F, S) F(S, I64, n)
RECORD(claim_tally, TALLY_FIELDS);
READ_ONE(claim_rows, none, claim_tally,
	SQL(SELECT COUNT(*) AS n FROM reach_claim WHERE slot = :slot AND corp = :corp))
READ_ONE(claim_sets, none, claim_tally,
	SQL(SELECT COUNT(*) AS n FROM reach_claim_set WHERE slot = :slot AND corp = :corp))

static i64 tally(struct world *w, err (*fn)(const struct snap *, const struct none *, struct claim_tally *))
{
	struct claim_tally of;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, fn(snap, &(struct none){ 0 }, &of)), OK);
	return of.n;
}

static i64 crowd(struct world *w)
{
	befriend(w, "linna", CROWD - 1);
	return person_of(w, befriend(w, "linna", 1)) - (CROWD - 1);
}

static void crowd_asks(struct world *w, i64 first, const char *key, struct reach_ask *asks)
{
	for (int i = 0; i < CROWD; i++)
		asks[i] = ask_for(w, first + i, key);
}

static void claim_crowd(struct world *w, i64 first, const char *key, struct reach_answer *ret)
{
	struct reach_ask asks[CROWD];
	crowd_asks(w, first, key, asks);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, reach_claim_many(tx, asks, CROWD, ret)), OK);
}

static void many_take_their_places_by_set(void **state)
{
	struct world *w = *state;
	struct reach_answer a[CROWD];
	i64 first = crowd(w);
	claim_crowd(w, first, "a", a);
	assert_in_range(tally(w, claim_sets), 1, 2);
	assert_in_range(tally(w, claim_rows), 0, REACH_SET_MIN - 1);
	for (int i = 0; i < CROWD; i++) {
		assert_int_equal(a[i].verdict, REACH_GO);
		assert_false(a[i].again);
		assert_int_equal(used_today(w, first + i), 1);
	}
	assert_int_equal(used_today(w, first + CROWD), 0); /* nobody */
	claim_crowd(w, first, "b", a);
	for (int i = 0; i < CROWD; i++)
		assert_int_equal(a[i].verdict, REACH_CAP_DAY);
	claim_crowd(w, first, "a", a);
	for (int i = 0; i < CROWD; i++)
		assert_true(a[i].verdict == REACH_GO && a[i].again);
	assert_int_equal(got(w, first + 7, "a"), REACH_GO);
	clock_advance(&w->t->clock, now(w) + REACH_CLAIM_MS);
	assert_int_equal(used_today(w, first + 7), 0); /* nobody confirmed it */
	claim_crowd(w, first, "b", a);
	assert_int_equal(a[7].verdict, REACH_GO);
	assert_in_range(tally(w, claim_sets), 1, 2); /* what expired is gone */
}

static void one_of_a_set_ends_alone(void **state)
{
	struct world *w = *state;
	struct reach_answer a[CROWD];
	i64 first = crowd(w), released = first + 20, failed = first + 21, unknown = first + 22, sent = first + 23, stays = first + 24, taken = first + 25;
	claim_crowd(w, first, "a", a);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, reach_release(tx, released, STR("a"))), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, reach_release(tx, released, STR("a"))), OK);
	tell(w, EV_REACH_FAILED, failed, "a", "41048");
	tell(w, EV_REACH_FAILED, unknown, "a", "unknown");
	tell(w, EV_REACH_SENT, sent, "a", NULL);
	assert_int_equal(used_today(w, released), 0);
	assert_int_equal(used_today(w, failed), 0);
	assert_int_equal(used_today(w, unknown), 1);
	assert_int_equal(used_today(w, sent), 1); /* not bit and touch */
	struct reach_ask big = ask_for(w, taken, "big");
	big.instead = STR("a");
	assert_int_equal(claim_as(w, &big).verdict, REACH_GO);
	assert_int_equal(used_today(w, taken), 1);
	assert_int_equal(got(w, taken, "a"), REACH_CAP_DAY);
	claim_crowd(w, first, "a", a); /* who was let go is asked for anew */
	assert_true(a[20].verdict == REACH_GO && !a[20].again);
	assert_true(a[24].verdict == REACH_GO && a[24].again);
	assert_int_equal(used_today(w, released), 1);
	refuse(w, stays, "wecom", false);
	claim_crowd(w, first, "a", a);
	assert_int_equal(a[24].verdict, REACH_REFUSED);
	assert_int_equal(used_today(w, stays), 0);
	clock_advance(&w->t->clock, now(w) + REACH_CLAIM_MS);
	assert_int_equal(used_today(w, unknown), 1); /* perhaps she got it */
	assert_int_equal(used_today(w, sent), 1);
	assert_int_equal(used_today(w, released), 0);
}

static void places_of_a_set_follow_merge_and_split(void **state)
{
	struct world *w = *state;
	struct reach_answer a[CROWD];
	i64 first = crowd(w), other = first + 31, root = 0;
	claim_crowd(w, first, "a", a);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, reach_release(tx, first + 30, STR("a"))), OK);
	assert_int_equal(customer_merge(&w->cx.unit, first + 30, other, "manual", &root), OK);
	settle(w);
	assert_int_equal(used_today(w, root), 1); /* hers was let go, the other's stands */
	assert_int_equal(customer_split(&w->cx.unit, root == other ? first + 30 : other, "manual"), OK);
	settle(w);
	assert_int_equal(used_today(w, first + 30), 0);
	assert_int_equal(used_today(w, other), 1);
}

/* Between looking and taking more may be decided: only who is named takes a place. */
static err see_and_take(struct tx *tx, const struct reach_ask *asks, bool *which, struct reach_answer *ret)
{
	struct reach_seen *seen;
	TRY(reach_see_many(tx, asks, CROWD, ret, &seen));
	for (int i = 0; i < CROWD; i++)
		which[i] = i % 3 != 0;
	return reach_take_many(tx, seen, which);
}

static void who_is_seen_takes_a_place_when_named(void **state)
{
	struct world *w = *state;
	struct reach_ask asks[CROWD];
	struct reach_answer a[CROWD];
	bool which[CROWD];
	i64 first = crowd(w);
	assert_int_equal(got(w, first + 4, "before"), REACH_GO);
	crowd_asks(w, first, "a", asks);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, see_and_take(tx, asks, which, a)), OK);
	for (int i = 0; i < CROWD; i++) {
		assert_int_equal(a[i].verdict, i == 4 ? REACH_CAP_DAY : REACH_GO);
		assert_int_equal(used_today(w, first + i), i % 3 != 0);
	}
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(of_two_claims_for_the_last_place_one_gets_it), ONE(two_of_one_transaction_see_each_other), ONE(the_same_key_claims_once),
		ONE(a_claim_may_take_the_place_of_another), ONE(a_key_has_a_length), BOTH(what_was_sent_becomes_a_touch_and_counts_once), ONE(a_failed_or_released_claim_gives_its_place_back),
		ONE(a_claim_nobody_confirms_expires), ONE(a_refusal_between_claim_and_act_takes_the_place_away),
		ONE(service_is_exempt_but_for_the_platform), ONE(the_black_list_bars_marketing), ONE(a_channel_may_need_her_yes),
		ONE(quiet_hours_are_those_of_her_own_zone), BOTH(touches_of_all_leaves_count_over_merge_and_split),
		BOTH(a_members_own_send_is_noted_once), ONE(the_control_group_is_never_marketed_to),
		ONE(many_take_their_places_by_set), ONE(one_of_a_set_ends_alone), ONE(places_of_a_set_follow_merge_and_split),
		ONE(who_is_seen_takes_a_place_when_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
