/*
 * The restraint rules: caps over all leaves and channels by the corp's days, refusals, quiet hours. What one
 * person is told and what a page of many is told must agree.
 */
#include "app/test_app_sim.h"

#include "core/reach/reach_data.h"

#define MIDNIGHT (MORNING - 10 * MS_HOUR) /* of the first day, in Shanghai */

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static void tell(struct world *w, enum event_kind kind, i64 her, const char *channel, const char *class, ms at)
{
	struct reach_event body = { str_c(channel), str_c(class), STR("broadcast"), 9, NIL, STR_NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her),
				  journal_add(tx, kind, her, at, &reach_event_record, &body, NULL)), OK);
	settle(w);
}

static void touch(struct world *w, i64 her, ms at) { tell(w, EV_REACH_SENT, her, "wecom", "marketing", at); }

static enum reach_verdict check(struct world *w, i64 root, const char *channel, ms at)
{
	enum reach_verdict one, many;
	assert_int_equal(reach_check(&w->cx.unit, root, channel, at, &one), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, reach_check_many(snap, &root, 1, channel, at, &many)), OK);
	assert_int_equal(one, many);
	return one;
}

static i64 friend(struct world *w, const char *userid) { return person_of(w, befriend(w, userid, 1)); }

static void set(struct world *w, const char *name, const char *value)
{
	assert_int_equal(setting_put(&w->cx, name, str_c(value)), OK);
}

static i64 together(struct world *w, i64 a, i64 b)
{
	i64 root = 0;
	assert_int_equal(customer_merge(&w->cx.unit, a, b, "manual", &root), OK);
	settle(w);
	return root;
}

static void the_day_cap_counts_over_all_leaves_and_channels(void **state)
{
	struct world *w = *state;
	i64 a = friend(w, "linna"), b = friend(w, "xiaqing"), other = friend(w, "linna"), root = together(w, a, b);
	i64 leaf = root == a ? b : a;
	assert_int_equal(check(w, root, "wecom", now(w)), REACH_GO);
	tell(w, EV_REACH_SENT, leaf, "sms", "marketing", now(w));
	assert_int_equal(check(w, root, "wecom", now(w)), REACH_CAP_DAY);
	assert_int_equal(check(w, other, "wecom", now(w)), REACH_GO);
	assert_int_equal(customer_split(&w->cx.unit, leaf, "manual"), OK);
	settle(w);
	assert_int_equal(check(w, root, "wecom", now(w)), REACH_GO);
	assert_int_equal(check(w, leaf, "wecom", now(w)), REACH_CAP_DAY);
}

static void a_day_is_the_corps_own(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	touch(w, her, MIDNIGHT + MS_DAY - 1); /* the last moment of the first day, 16:00 UTC */
	assert_int_equal(check(w, her, "wecom", MIDNIGHT + MS_DAY - 1), REACH_CAP_DAY);
	assert_int_equal(check(w, her, "wecom", MIDNIGHT + MS_DAY), REACH_GO);
	touch(w, her, MIDNIGHT + MS_DAY);
	assert_int_equal(check(w, her, "wecom", MIDNIGHT + 2 * MS_DAY - 1), REACH_CAP_DAY);
	assert_int_equal(check(w, her, "wecom", MIDNIGHT + 2 * MS_DAY), REACH_GO);
}

static void a_week_is_today_and_the_six_days_before(void **state)
{
	struct world *w = *state;
	i64 a = friend(w, "linna"), b = friend(w, "xiaqing"), root = together(w, a, b);
	touch(w, a, MIDNIGHT);
	touch(w, b, MIDNIGHT + MS_DAY + MS_HOUR);
	assert_int_equal(check(w, root, "wecom", MIDNIGHT + 2 * MS_DAY), REACH_GO); /* two of three */
	touch(w, a, MIDNIGHT + 2 * MS_DAY + MS_HOUR);
	assert_int_equal(check(w, root, "wecom", MIDNIGHT + 2 * MS_DAY + 2 * MS_HOUR), REACH_CAP_DAY);
	assert_int_equal(check(w, root, "wecom", MIDNIGHT + 3 * MS_DAY), REACH_CAP_WEEK);
	assert_int_equal(check(w, root, "wecom", MIDNIGHT + 7 * MS_DAY - 1), REACH_CAP_WEEK);
	assert_int_equal(check(w, root, "wecom", MIDNIGHT + 7 * MS_DAY), REACH_GO);
}

static void caps_are_settings_and_service_is_exempt(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	for (int i = 0; i < 5; i++)
		tell(w, EV_REACH_SENT, her, "wecom", "service", now(w) - i);
	assert_int_equal(check(w, her, "wecom", now(w)), REACH_GO);
	set(w, "reach.day_max", "2");
	touch(w, her, now(w));
	assert_int_equal(check(w, her, "wecom", now(w)), REACH_GO);
	touch(w, her, now(w));
	assert_int_equal(check(w, her, "wecom", now(w)), REACH_CAP_DAY);
	set(w, "reach.day_max", "9");
	set(w, "reach.week_max", "2");
	assert_int_equal(check(w, her, "wecom", now(w)), REACH_CAP_WEEK);
}

static void a_failed_try_is_no_touch(void **state)
{
	struct world *w = *state;
	i64 her = friend(w, "linna");
	tell(w, EV_REACH_FAILED, her, "wecom", "marketing", now(w));
	assert_int_equal(check(w, her, "wecom", now(w)), REACH_GO);
}

static void a_refusal_on_any_leaf_is_hers(void **state)
{
	struct world *w = *state;
	i64 a = friend(w, "linna"), b = friend(w, "xiaqing"), root = together(w, a, b);
	touch(w, root, now(w));
	tell(w, EV_REACH_REFUSED, root == a ? b : a, "wecom", "marketing", now(w));
	assert_int_equal(check(w, root, "wecom", now(w)), REACH_REFUSED); /* before any cap */
	live(w, 30 * MS_DAY);
	assert_int_equal(check(w, root, "wecom", now(w)), REACH_REFUSED);
	assert_int_equal(check(w, root, "sms", now(w)), REACH_UNREACHABLE); /* a channel of its own; no phone */
}

static void who_left_cannot_be_reached(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext);
	assert_int_equal(check(w, her, "wecom", now(w)), REACH_GO);
	assert_int_equal(check(w, her, "mail", now(w)), REACH_GO); /* known to whoever sends there */
	sim_say(w, "/sim/delete", "{\"who\":\"customer\",\"userid\":\"linna\",\"external_userid\":\"%.*s\"}", STR_F(ext));
	live(w, MS_MINUTE);
	assert_int_equal(check(w, her, "wecom", now(w)), REACH_UNREACHABLE);
}

static void a_rebuild_keeps_touches_and_refusals(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	i64 a = friend(w, "linna"), b = friend(w, "xiaqing");
	touch(w, a, now(w));
	tell(w, EV_REACH_REFUSED, b, "wecom", "marketing", now(w));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(check(w, a, "wecom", now(w)), REACH_CAP_DAY);
		assert_int_equal(check(w, b, "wecom", now(w)), REACH_REFUSED);
		assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "reach", &f), OK);
	}
}

static void window(struct world *w, ms at, ms open, ms close)
{
	ms o, c;
	assert_int_equal(reach_window(&w->cx.unit, at, &o, &c), OK);
	assert_int_equal(o, open);
	assert_int_equal(c, close);
}

static void quiet_hours_pass_midnight(void **state)
{
	struct world *w = *state;
	ms nine = MIDNIGHT + 9 * MS_HOUR, evening = MIDNIGHT + 21 * MS_HOUR;
	window(w, MORNING, MORNING, evening);
	window(w, nine, nine, evening);
	window(w, nine - 1, nine, evening);
	window(w, evening - 1, evening - 1, evening);
	window(w, evening, nine + MS_DAY, evening + MS_DAY);
	window(w, MIDNIGHT + MS_DAY - 1, nine + MS_DAY, evening + MS_DAY);
	window(w, MIDNIGHT + MS_DAY, nine + MS_DAY, evening + MS_DAY);
}

static void quiet_hours_may_lie_within_a_day_or_nowhere(void **state)
{
	struct world *w = *state;
	ms noon = MIDNIGHT + 12 * MS_HOUR;
	set(w, "reach.quiet_from", "12");
	set(w, "reach.quiet_to", "14");
	window(w, noon - 1, noon - 1, noon);
	window(w, noon + 90 * MS_MINUTE, noon + 2 * MS_HOUR, noon + MS_DAY);
	set(w, "reach.quiet_to", "12");
	window(w, noon + 90 * MS_MINUTE, noon + 90 * MS_MINUTE, noon + MS_HOUR + MS_DAY);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(the_day_cap_counts_over_all_leaves_and_channels), ONE(a_day_is_the_corps_own),
		BOTH(a_week_is_today_and_the_six_days_before), ONE(caps_are_settings_and_service_is_exempt),
		ONE(a_failed_try_is_no_touch), BOTH(a_refusal_on_any_leaf_is_hers), ONE(who_left_cannot_be_reached),
		BOTH(a_rebuild_keeps_touches_and_refusals), ONE(quiet_hours_pass_midnight),
		ONE(quiet_hours_may_lie_within_a_day_or_nowhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
