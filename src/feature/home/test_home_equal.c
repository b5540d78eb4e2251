/*
 * The home page's figures of members and days equal those of get_user_behavior_data, which the simulator counts from
 * what people did there: adds, deletions from either side, returns, half contacts, midnight, callbacks told twice.
 */
#include "app/test_app_ask.h"
#include "feature/home/home_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define DAY_KEY_FIELDS(F, S) F(S, ID, staff) F(S, I64, day)
RECORD(day_key, DAY_KEY_FIELDS);
READ_ONE(pair_of, day_key, home_pair,
	 SQL_GLOBAL("sums over the slots of the corp",
		SELECT w.staff AS staff, w.day AS day, w.added AS added, w.lost AS lost, CAST(COALESCE(SUM(d.added), 0) AS BIGINT) AS our_added,
			CAST(COALESCE(SUM(d.lost), 0) AS BIGINT) AS our_lost
		FROM home_wecom w LEFT JOIN home_day d ON d.corp = w.corp AND d.day = w.day AND d.staff = w.staff
		WHERE w.corp = :corp AND w.staff = :staff AND w.day = :day GROUP BY w.staff, w.day, w.added, w.lost))

#define FROM 20423 /* 2025-12-01, the world's first day */

/* What happened, by hand: relations begun and lost of linna and xiaqing on three days. */
static const struct { const char *userid; i64 day, added, lost; } happened[] = {
	{ "linna", FROM, 4, 1 }, { "xiaqing", FROM, 2, 0 }, { "chenjing", FROM, 1, 0 },
	{ "linna", FROM + 1, 3, 1 }, { "linna", FROM + 2, 1, 0 }, { "xiaqing", FROM + 2, 1, 1 },
};

static void deletes(struct world *w, const char *who, const char *userid, str ext)
{
	sim_say(w, "/sim/delete", "{\"who\":\"%s\",\"userid\":\"%s\",\"external_userid\":\"%.*s\"}", who, userid, STR_F(ext));
}

static str adds(struct world *w, const char *userid, const char *person, bool skip)
{
	return json_str(sim_say(w, "/sim/scan", "{\"userid\":\"%s\",\"skip_verify\":%s,%s}", userid, skip ? "true" : "false", person), "external_userid");
}

static const char *again(struct world *w, str ext)
{
	return arena_cstr(w->t->arena, arena_printf(w->t->arena, "\"external_userid\":\"%.*s\"", STR_F(ext)));
}

static void three_days(struct world *w)
{
	ms midnight = MORNING + 14 * MS_HOUR; /* the first one */
	str left = befriend(w, "linna", 3), dropped = befriend(w, "xiaqing", 2), late;
	sim_say(w, "/sim/fault", "{\"kind\":\"dup_callback\",\"api\":\"del_follow_user\"}");
	deletes(w, "customer", "linna", left);
	deletes(w, "staff", "xiaqing", dropped); /* counted by nobody as a loss */
	sim_say(w, "/sim/staff", "{\"userid\":\"chenjing\",\"half\":true}");
	str half = adds(w, "chenjing", "\"person\":{\"name\":\"半个\"}", false);
	live(w, MS_HOUR);
	sim_say(w, "/sim/accept", "{\"userid\":\"chenjing\",\"external_userid\":\"%.*s\"}", STR_F(half));
	adds(w, "chenjing", "\"person\":{\"name\":\"没通过\"}", false); /* stays half: no relation */
	live_until(w, midnight - MS_SECOND);
	late = adds(w, "linna", "\"person\":{\"name\":\"最后一秒\"}", true);
	live_until(w, midnight);
	sim_say(w, "/sim/fault", "{\"kind\":\"dup_callback\",\"api\":\"add_external_contact\"}");
	adds(w, "linna", "\"person\":{\"name\":\"零点\"}", true);
	live(w, 9 * MS_HOUR);
	adds(w, "linna", again(w, left), true); /* she is back */
	adds(w, "linna", again(w, dropped), true); /* of a colleague who deleted her */
	deletes(w, "customer", "linna", late);
	live_until(w, midnight + MS_DAY + 10 * MS_HOUR);
	adds(w, "linna", again(w, late), true);
	adds(w, "xiaqing", again(w, left), true); /* has both of them, and leaves one */
	live(w, MS_HOUR);
	deletes(w, "customer", "xiaqing", left);
	live_until(w, midnight + 2 * MS_DAY + (HOME_COMPARE_HOUR + 2) * MS_HOUR); /* the night has asked */
}

static const struct json *home(struct world *w)
{
	struct asking boss = asking_new(w);
	const struct json *v;
	assert_int_equal(asks(&boss, "GET", STR("/api/v1/home?from=2025-12-01&to=2025-12-03"), &v, "%s", ""), 200);
	assert_true(json_bool(json_get(v, "sources"), "compared", false));
	return v;
}

static void what_happened_is_what_both_say(void **state)
{
	struct world *w = *state;
	struct home_pair p;
	i64 added[3] = { 0 }, lost[3] = { 0 };
	three_days(w);
	for (size_t i = 0; i < ARRAY_LEN(happened); i++) {
		struct day_key key = { staff_id(w, happened[i].userid), happened[i].day };
		assert_int_equal(READ_SNAP(&w->cx.unit, w->base, pair_of(snap, &key, &p)), OK);
		assert_int_equal(p.added, happened[i].added); /* as WeCom says */
		assert_int_equal(p.lost, happened[i].lost);
		assert_int_equal(p.our_added, happened[i].added); /* and as the page says */
		assert_int_equal(p.our_lost, happened[i].lost);
		added[happened[i].day - FROM] += happened[i].added;
		lost[happened[i].day - FROM] += happened[i].lost;
	}
	const struct json *v = home(w), *days = json_get(v, "days");
	assert_int_equal(days->n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(json_i64(&days->items[i], "added", -1), added[i]); /* nobody else had any */
		assert_int_equal(json_i64(&days->items[i], "lost", -1), lost[i]);
	}
	assert_int_equal(json_i64(&days->items[0], "staff_deleted", -1), 1);
	assert_int_equal(json_get(v, "diffs")->n, 0);
}

/* What never reached us is a line of its own, not a wrong figure that nobody sees. */
static void a_loss_that_was_never_told_is_listed(void **state)
{
	struct world *w = *state;
	str her = befriend(w, "linna", 2);
	sim_say(w, "/sim/fault", "{\"kind\":\"drop_callback\",\"api\":\"del_follow_user\"}");
	deletes(w, "customer", "linna", her);
	live_until(w, MORNING - 10 * MS_HOUR + 3 * MS_DAY + (HOME_COMPARE_HOUR + 2) * MS_HOUR);
	const struct json *diffs = json_get(home(w), "diffs");
	assert_int_equal(diffs->n, 1);
	assert_true(str_eq_c(json_str(&diffs->items[0], "figure"), "lost"));
	assert_true(str_eq_c(json_str(&diffs->items[0], "day"), "2025-12-01"));
	assert_int_equal(json_i64(&diffs->items[0], "ours", -1), 0);
	assert_int_equal(json_i64(&diffs->items[0], "wecom", -1), 1);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), { #name "_spread", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(what_happened_is_what_both_say), BOTH(a_loss_that_was_never_told_is_listed) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
