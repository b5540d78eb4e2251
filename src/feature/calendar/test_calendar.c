/*
 * Days of entries and the sums of the planner; then the calendar over HTTP.
 */
#include "core/test_few_rig.h"

#include "core/audit/audit.h"
#include "core/perm/perm_session.h"
#include "core/staff/todo.h"
#include "feature/calendar/calendar_data.h"

static i64 day(int y, int m, int d) { return tz_day_of(y, m, d); }

static struct calendar_entry entry(const char *repeat, i64 first)
{
	return (struct calendar_entry){ .id = 1, .title = STR("早安"), .way = STR("group_mass"), .repeat = str_c(repeat), .month_day = 1,
					.first_day = first, .last_day = NIL, .shift = STR("keep") };
}

static void days(struct arena *a, const struct calendar_entry *e, const struct calendar_days *h, i64 from, i64 to, size_t n, const i64 *want)
{
	struct ids got;
	assert_int_equal(calendar_dates(a, e, h, from, to, &got), OK);
	assert_int_equal(got.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(got.v[i], want[i]);
}

static void entries_recur_as_they_say(void **state)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct calendar_days none = { 0 };
	struct calendar_entry e = entry("weekly", day(2026, 12, 1));
	e.weekdays = 1 << 2; /* Wednesday: the lottery */
	days(a, &e, &none, day(2026, 11, 1), day(2026, 12, 17), 3, (i64[]){ day(2026, 12, 2), day(2026, 12, 9), day(2026, 12, 16) });
	e.last_day = day(2026, 12, 9);
	days(a, &e, &none, day(2026, 11, 1), day(2026, 12, 17), 2, (i64[]){ day(2026, 12, 2), day(2026, 12, 9) });
	e = entry("monthly", day(2027, 1, 1));
	e.month_day = 31;
	days(a, &e, &none, day(2027, 1, 1), day(2027, 4, 30), 4, (i64[]){ day(2027, 1, 31), day(2027, 2, 28), day(2027, 3, 31), day(2027, 4, 30) });
	e = entry("quarterly", day(2026, 11, 10));
	e.month_day = 15;
	days(a, &e, &none, day(2026, 11, 1), day(2027, 5, 31), 3, (i64[]){ day(2026, 11, 15), day(2027, 2, 15), day(2027, 5, 15) });
	e = entry("once", day(2026, 12, 5));
	days(a, &e, &none, day(2026, 12, 5), day(2026, 12, 5), 1, (i64[]){ day(2026, 12, 5) });
	days(a, &e, &none, day(2026, 12, 6), day(2026, 12, 9), 0, NULL);
	e = entry("daily", day(2026, 12, 5));
	days(a, &e, &none, day(2026, 12, 4), day(2026, 12, 6), 2, (i64[]){ day(2026, 12, 5), day(2026, 12, 6) });
	arena_free(a);
}

static void holidays_shift_to_the_nearest_working_day(void **state)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	i64 off[] = { day(2026, 10, 1), day(2026, 10, 2), day(2026, 10, 3) };
	struct calendar_days h = { off, 3 };
	struct calendar_entry e = entry("once", day(2026, 10, 2));
	days(a, &e, &h, day(2026, 9, 1), day(2026, 10, 31), 1, (i64[]){ day(2026, 10, 2) });
	e.shift = STR("skip");
	days(a, &e, &h, day(2026, 9, 1), day(2026, 10, 31), 0, NULL);
	e.shift = STR("after");
	days(a, &e, &h, day(2026, 9, 1), day(2026, 10, 31), 1, (i64[]){ day(2026, 10, 4) });
	days(a, &e, &h, day(2026, 10, 4), day(2026, 10, 4), 1, (i64[]){ day(2026, 10, 4) }); /* moved into the span */
	e.shift = STR("before");
	days(a, &e, &h, day(2026, 9, 1), day(2026, 10, 31), 1, (i64[]){ day(2026, 9, 30) });
	e = entry("daily", day(2026, 9, 29));
	e.shift = STR("after"); /* never twice on a day */
	days(a, &e, &h, day(2026, 9, 30), day(2026, 10, 5), 3, (i64[]){ day(2026, 9, 30), day(2026, 10, 4), day(2026, 10, 5) });
	i64 long_off[CALENDAR_SHIFT_MAX + 1];
	for (i64 i = 0; i <= CALENDAR_SHIFT_MAX; i++)
		long_off[i] = day(2026, 10, 1) + i;
	e = entry("once", day(2026, 10, 1));
	e.shift = STR("after");
	days(a, &e, &(struct calendar_days){ long_off, CALENDAR_SHIFT_MAX }, day(2026, 9, 1), day(2026, 12, 1), 1, (i64[]){ day(2026, 10, 1) + CALENDAR_SHIFT_MAX });
	days(a, &e, &(struct calendar_days){ long_off, CALENDAR_SHIFT_MAX + 1 }, day(2026, 9, 1), day(2026, 12, 1), 0, NULL);
	arena_free(a);
}

static void quota_and_acts_are_summed_per_owner(void **state)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct calendar_days none = { 0 };
	i64 anna = 7, bert = 8, both[] = { 7, 8 }, who[] = { 7 }, many[] = { 12 };
	struct calendar_groups groups = { who, many, 1 };
	struct calendar_owned e[3] = { { entry("daily", day(2026, 12, 1)), { both, 2 } }, { entry("daily", day(2026, 12, 1)), { &anna, 1 } },
				       { entry("daily", day(2026, 12, 1)), { &bert, 1 } } };
	struct calendar_plan p;
	e[0].entry.at_minute = 540;
	e[1].entry.id = 2;
	e[1].entry.at_minute = 600;
	e[1].entry.degrade = true;
	e[2].entry.id = 3;
	e[2].entry.way = STR("moments");
	/* Once a day: her second one becomes posts in her twelve groups. */
	assert_int_equal(calendar_plan_make(a, e, 3, &none, &groups, CALENDAR_BY_DAY, day(2026, 12, 1), day(2026, 12, 2), &p), OK);
	assert_int_equal(p.n, 6);
	assert_int_equal(p.v[0].of->entry.id, 3);
	assert_false(p.v[1].degraded || p.v[1].over);
	assert_true(p.v[2].degraded && !p.v[2].over && p.v[2].of->entry.id == 2);
	for (size_t i = 0; i < p.load_count; i++) {
		assert_int_equal(p.loads[i].mass, 2);
		assert_int_equal(p.loads[i].acts, p.loads[i].staff == anna ? 2 + 2 * 12 : 2 + 2);
	}
	e[1].entry.degrade = false;
	assert_int_equal(calendar_plan_make(a, e, 3, &none, &groups, CALENDAR_BY_DAY, day(2026, 12, 1), day(2026, 12, 1), &p), OK);
	assert_true(p.v[2].over && p.v[2].over_owner == anna);
	/* December has 31: two a day are full on the 16th. The span begins late, the month's quota does not. */
	assert_int_equal(calendar_plan_make(a, e, 2, &none, &groups, CALENDAR_BY_MONTH, day(2026, 12, 16), day(2026, 12, 17), &p), OK);
	assert_int_equal(p.n, 4);
	assert_false(p.v[0].over);
	assert_true(p.v[1].over && p.v[2].over && p.v[3].over);
	/* Seven a week, from Monday the 7th: the fourth day is over with its second one. */
	assert_int_equal(calendar_plan_make(a, e, 2, &none, &groups, CALENDAR_BY_WEEK, day(2026, 12, 7), day(2026, 12, 10), &p), OK);
	assert_false(p.v[6].over);
	assert_true(p.v[7].over);
	arena_free(a);
}

/* ---- over HTTP ---- */

extern const struct module job_module;

/* What groups tell, said by hand. */
static const struct module *const list[] = { &corp_module, &perm_module, &audit_module, &job_module, &staff_module, &calendar_module, NULL };

static int make(void **state)
{
	few_new(state, list);
	return 0;
}

static int add(struct world *w, const char *way, const char *repeat, const char *first, const char *more)
{
	return few_ask(w, "POST", "/api/v1/calendar/entries", 0, "{\"title\":\"早安\",\"way\":\"%s\",\"repeat\":\"%s\",\"at_minute\":540,"
		   "\"first_day\":\"%s\",\"owners\":[\"%lld\"]%s}", way, repeat, first, (long long)w->staff, more);
}

static void what_the_quota_does_not_hold_is_refused_or_degraded(void **state)
{
	struct world *w = *state;
	assert_int_equal(setting_put(&w->cx, "calendar.quota", STR("day")), OK);
	assert_int_equal(add(w, "group_mass", "daily", "2025-12-01", ""), 201);
	str id = arena_dup(w->a, json_str(few_answer(w), "id"));
	assert_int_equal(add(w, "group_mass", "weekly", "2025-12-01", ",\"weekdays\":4"), 409);
	assert_true(str_has(w->reply.body, STR("2025-12-03")) && str_has(w->reply.body, STR("linna")));
	assert_int_equal(add(w, "group_mass", "weekly", "2025-12-01", ",\"weekdays\":4,\"degrade\":true"), 201);
	assert_int_equal(add(w, "toolbar", "daily", "2025-12-01", ""), 201);
	assert_int_equal(few_ask(w, "GET", "/api/v1/calendar?from=2025-12-03&to=2025-12-03", 0, "%s", ""), 200);
	const struct json *places = json_get(few_answer(w), "places");
	assert_int_equal(places->n, 3);
	assert_true(str_eq_c(json_str(&places->items[1], "way"), "toolbar") && json_bool(&places->items[1], "degraded", false));
	assert_int_equal(json_i64(&json_get(few_answer(w), "loads")->items[0], "mass", 0), 1);
	assert_int_equal(few_ask(w, "GET", "/api/v1/calendar?from=2025-12-01&to=2026-03-02", 0, "%s", ""), 200); /* 92 days */
	assert_int_equal(few_ask(w, "GET", "/api/v1/calendar?from=2025-12-01&to=2026-03-03", 0, "%s", ""), 422);
	const char *one = arena_cstr(w->a, arena_printf(w->a, "/api/v1/calendar/entries/%.*s", STR_F(id)));
	const char *body = arena_cstr(w->a, arena_printf(w->a, "{\"title\":\"晚安\",\"way\":\"group_mass\",\"repeat\":\"once\",\"at_minute\":1,"
		"\"first_day\":\"2025-12-01\",\"owners\":[\"%lld\"]}", (long long)w->staff));
	assert_int_equal(few_ask(w, "PUT", one, 1, "%s", body), 200);
	assert_int_equal(few_ask(w, "PUT", one, 1, "%s", body), 412);
	assert_int_equal(few_ask(w, "DELETE", one, 0, "%s", ""), 204);
	assert_int_equal(few_ask(w, "DELETE", one, 0, "%s", ""), 404);
}

static void a_calendar_has_so_many_entries(void **state)
{
	struct world *w = *state;
	i64 base = slot_base(w->t->store, w->corp.id);
	struct calendar_entry e = { .title = STR("x"), .content = STR(""), .way = STR("moments"), .repeat = STR("once"), .last_day = NIL,
				    .shift = STR("keep"), .version = 1 };
	for (e.id = 1; e.id < CALENDAR_ENTRIES_MAX; e.id++)
		assert_int_equal(WRITE_TX(&w->cx.unit, base, calendar_entry_insert(tx, &e)), OK);
	assert_int_equal(add(w, "moments", "once", "2025-12-01", ""), 201);
	assert_int_equal(add(w, "moments", "once", "2025-12-01", ""), 409);
	assert_true(str_has(w->reply.body, STR(FAIL_STR(CALENDAR_ENTRIES_MAX))));
}

static void unfit_entries_say_what_is_wrong(void **state)
{
	struct world *w = *state;
	assert_int_equal(add(w, "toolbar", "weekly", "2025-12-01", ""), 422);
	assert_int_equal(add(w, "toolbar", "monthly", "2025-12-01", ""), 422);
	assert_int_equal(add(w, "toolbar", "daily", "2025-13-01", ""), 422);
	assert_int_equal(add(w, "toolbar", "daily", "2025-12-02", ",\"last_day\":\"2025-12-01\""), 422);
	assert_int_equal(few_ask(w, "POST", "/api/v1/calendar/entries", 0, "{\"title\":\"x\",\"way\":\"toolbar\",\"repeat\":\"daily\",\"at_minute\":-1,"
		"\"first_day\":\"2025-12-01\",\"owners\":[\"1\"]}"), 422);
	assert_true(str_has(w->reply.body, STR("at_minute")));
	assert_int_equal(add(w, "radio", "daily", "2025-12-02", ""), 422);
	assert_int_equal(few_ask(w, "POST", "/api/v1/calendar/entries", 0, "{\"title\":\"x\",\"way\":\"toolbar\",\"repeat\":\"daily\",\"at_minute\":1440,"
		"\"first_day\":\"2025-12-01\",\"owners\":[\"1\"]}"), 422);
	assert_int_equal(few_ask(w, "POST", "/api/v1/calendar/entries", 0, "{\"title\":\"x\",\"way\":\"toolbar\",\"repeat\":\"daily\",\"at_minute\":1439,"
		"\"first_day\":\"2025-12-01\",\"owners\":[\"1\"]}"), 422); /* nobody */
}

static void a_week_is_copied_once_with_its_shifts(void **state)
{
	struct world *w = *state;
	assert_int_equal(few_ask(w, "PUT", "/api/v1/calendar/holidays", 0, "{\"holidays\":[{\"day\":\"2025-12-03\",\"name\":\"店庆\"}]}"), 204);
	assert_int_equal(add(w, "toolbar", "weekly", "2025-12-01", ",\"weekdays\":4,\"shift\":\"after\",\"last_day\":\"2025-12-07\""), 201);
	assert_int_equal(few_ask(w, "POST", "/api/v1/calendar/copy", 0, "{\"from\":\"2025-12-05\",\"to\":\"2025-12-01\"}"), 422);
	assert_int_equal(few_ask(w, "POST", "/api/v1/calendar/copy", 0, "{\"from\":\"2025-12-05\",\"to\":\"2025-12-20\"}"), 200);
	assert_int_equal(json_i64(few_answer(w), "made", 0), 1);
	assert_int_equal(few_ask(w, "GET", "/api/v1/calendar?from=2025-12-15&to=2025-12-21", 0, "%s", ""), 200);
	const struct json *places = json_get(few_answer(w), "places");
	assert_int_equal(places->n, 1);
	assert_true(str_eq_c(json_str(&places->items[0], "day"), "2025-12-18")); /* it stood on Thursday */
}

static void owners_say_what_they_did(void **state)
{
	struct world *w = *state;
	struct todo_list todos = { 0 };
	assert_int_equal(add(w, "toolbar", "daily", "2025-12-01", ""), 201);
	str id = arena_dup(w->a, json_str(few_answer(w), "id"));
	assert_int_equal(calendar_todos(&w->cx, w->staff, &todos), OK);
	assert_int_equal(todos.v.n, 1);
	assert_int_equal(todos.v.v[0].count, 1);
	few_log_in(w);
	assert_int_equal(few_ask(w, "GET", "/api/v1/work/calendar", 0, "%s", ""), 200);
	assert_true(str_eq_c(json_str(&json_get(few_answer(w), "data")->items[0], "state"), "open"));
	const char *say = arena_cstr(w->a, arena_printf(w->a, "/api/v1/work/calendar/%.*s", STR_F(id)));
	assert_int_equal(few_ask(w, "POST", say, 0, "{\"day\":\"2025-12-01\",\"state\":\"skipped\"}"), 422);
	assert_int_equal(few_ask(w, "POST", say, 0, "{\"day\":\"2025-11-30\",\"state\":\"done\"}"), 404);
	assert_int_equal(few_ask(w, "POST", "/api/v1/work/calendar/1", 0, "{\"day\":\"2025-12-01\",\"state\":\"done\"}"), 404);
	assert_int_equal(few_ask(w, "POST", say, 0, "{\"day\":\"2025-12-01\",\"state\":\"done\"}"), 204);
	assert_int_equal(few_ask(w, "GET", "/api/v1/calendar?from=2025-12-01&to=2025-12-01", 0, "%s", ""), 200);
	assert_int_equal(json_i64(&json_get(few_answer(w), "places")->items[0], "done", 0), 1);
	assert_int_equal(few_ask(w, "POST", "/api/v1/calendar/copy", 0, "{\"from\":\"2025-12-01\",\"to\":\"2025-12-08\"}"), 403);
	todos = (struct todo_list){ 0 };
	assert_int_equal(calendar_todos(&w->cx, w->staff, &todos), OK);
	assert_int_equal(todos.v.n, 0);
}

static void groups_of_an_owner_are_acts(void **state)
{
	struct world *w = *state;
	i64 base = slot_base(w->t->store, w->corp.id);
	for (int i = 1; i <= 3; i++) {
		struct event ev = { .kind = EV_GROUP_CREATED, .slot = base, .corp = w->corp.id,
				    .body = arena_printf(w->a, "{\"group\":\"%d\",\"owner\":\"%lld\"}", i, (long long)w->staff) };
		assert_int_equal(WRITE_TX(&w->cx.unit, base, calendar_on_group(tx, &ev)), OK);
		ev.kind = EV_GROUP_DISSOLVED;
		if (i == 3)
			assert_int_equal(WRITE_TX(&w->cx.unit, base, calendar_on_group(tx, &ev)), OK);
	}
	assert_int_equal(add(w, "toolbar", "daily", "2025-12-01", ""), 201);
	assert_int_equal(few_ask(w, "GET", "/api/v1/calendar?from=2025-12-01&to=2025-12-02", 0, "%s", ""), 200);
	const struct json *load = &json_get(few_answer(w), "loads")->items[0];
	assert_int_equal(json_i64(load, "groups", 0), 2);
	assert_int_equal(json_i64(load, "acts", 0), 4);
}

static const struct json *owners_of(struct world *w, size_t entry)
{
	assert_int_equal(few_ask(w, "GET", "/api/v1/calendar/entries", 0, "%s", ""), 200);
	return json_get(&json_get(few_answer(w), "data")->items[entry], "owners");
}

static err leave(struct tx *tx)
{
	struct staff_change gone = { .userid = STR("linna"), .state = STR("left"), .department = NIL };
	return staff_change(tx, &gone);
}

static size_t bare(struct world *w)
{
	struct calendar_key *told;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->corp.id), calendar_bare_all(snap, &(struct none){ 0 }, &told, &n)), OK);
	return n;
}

static void later(struct world *w, ms stretch) { clock_advance(&w->t->clock, clock_now(&w->t->clock) + stretch); }

static void tell_staff(struct world *w, i64 staff)
{
	i64 base = slot_base(w->t->store, w->corp.id);
	struct event ev = { .kind = EV_STAFF_CHANGED, .slot = base, .corp = w->corp.id,
			    .body = arena_printf(w->a, "{\"staff\":\"%lld\",\"userid\":\"linna\",\"state\":\"left\",\"added\":false}", (long long)staff) };
	assert_int_equal(WRITE_TX(&w->cx.unit, base, calendar_on_staff(tx, &ev)), OK);
}

static void entries_without_an_owner_are_told_until_they_have_one_or_are_over(void **state)
{
	struct world *w = *state;
	i64 base = slot_base(w->t->store, w->corp.id), heir;
	assert_int_equal(staff_ensure(&w->cx.unit, STR("xiaqing"), &heir), OK);
	assert_int_equal(add(w, "moments", "once", "2025-11-30", ""), 201); /* it was yesterday */
	assert_int_equal(add(w, "moments", "once", "2025-12-02", ""), 201);
	assert_int_equal(add(w, "moments", "daily", "2025-11-01", ",\"last_day\":\"2025-12-02\",\"shift\":\"after\""), 201);
	assert_int_equal(add(w, "moments", "daily", "2025-12-01", ""), 201);
	str id = arena_dup(w->a, json_str(few_answer(w), "id"));
	tell_staff(w, w->staff);
	assert_int_equal(bare(w), 0); /* she works */
	assert_int_equal(WRITE_TX(&w->cx.unit, base, leave(tx)), OK);
	tell_staff(w, heir);
	assert_int_equal(bare(w), 0); /* who owns nothing changes nothing */
	for (int twice = 0; twice < 2; twice++)
		tell_staff(w, w->staff);
	assert_int_equal(bare(w), 3);
	const char *one = arena_cstr(w->a, arena_printf(w->a, "/api/v1/calendar/entries/%.*s", STR_F(id)));
	assert_int_equal(few_ask(w, "PUT", one, 1, "{\"title\":\"早安\",\"way\":\"moments\",\"repeat\":\"daily\",\"at_minute\":1,"
		"\"first_day\":\"2025-12-01\",\"owners\":[\"%lld\"]}", (long long)heir), 200);
	assert_int_equal(bare(w), 2);
	later(w, 2 * MS_DAY);
	assert_int_equal(WRITE_TX(&w->cx.unit, base, calendar_bare_look(tx)), OK);
	assert_int_equal(bare(w), 1); /* holidays may move the other one still */
	later(w, (CALENDAR_SHIFT_MAX - 1) * MS_DAY);
	assert_int_equal(WRITE_TX(&w->cx.unit, base, calendar_bare_look(tx)), OK);
	assert_int_equal(bare(w), 1);
	later(w, MS_DAY);
	assert_int_equal(WRITE_TX(&w->cx.unit, base, calendar_bare_look(tx)), OK);
	assert_int_equal(bare(w), 0);
}

static void entries_of_who_left_need_an_owner_until_somebody_has_her_groups(void **state)
{
	struct world *w = *state;
	i64 base = slot_base(w->t->store, w->corp.id), heir;
	struct event ev = { .kind = EV_GROUP_CHANGED, .slot = base, .corp = w->corp.id };
	assert_int_equal(staff_ensure(&w->cx.unit, STR("xiaqing"), &heir), OK);
	ev.body = arena_printf(w->a, "{\"group\":\"1\",\"owner\":\"%lld\",\"before\":\"%lld\"}", (long long)heir, (long long)w->staff);
	assert_int_equal(add(w, "toolbar", "daily", "2025-12-01", ""), 201);
	assert_int_equal(add(w, "official", "daily", "2025-12-01", ""), 201);
	assert_int_equal(WRITE_TX(&w->cx.unit, base, calendar_on_owner(tx, &ev)), OK); /* she gives a group away and works on */
	assert_int_equal(owners_of(w, 0)->n, 1);
	assert_int_equal(WRITE_TX(&w->cx.unit, base, leave(tx)), OK);
	assert_int_equal(owners_of(w, 0)->n, 0);
	assert_int_equal(few_ask(w, "GET", "/api/v1/calendar?from=2025-12-01&to=2025-12-01", 0, "%s", ""), 200);
	assert_int_equal(json_get(few_answer(w), "places")->n, 2);
	assert_int_equal(json_i64(&json_get(few_answer(w), "places")->items[0], "owners", -1), 0);
	for (int twice = 0; twice < 2; twice++)
		assert_int_equal(WRITE_TX(&w->cx.unit, base, calendar_on_owner(tx, &ev)), OK);
	assert_int_equal(owners_of(w, 0)->n, 1);
	assert_true(str_eq(owners_of(w, 0)->items[0].text, arena_printf(w->a, "%lld", (long long)heir)));
	assert_int_equal(owners_of(w, 1)->n, 0); /* what is no group's nobody inherits with groups */
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, make, few_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_recur_as_they_say), cmocka_unit_test(holidays_shift_to_the_nearest_working_day),
		cmocka_unit_test(quota_and_acts_are_summed_per_owner), TEST(what_the_quota_does_not_hold_is_refused_or_degraded),
		TEST(a_calendar_has_so_many_entries), TEST(unfit_entries_say_what_is_wrong), TEST(a_week_is_copied_once_with_its_shifts), TEST(owners_say_what_they_did),
		TEST(entries_without_an_owner_are_told_until_they_have_one_or_are_over),
		TEST(groups_of_an_owner_are_acts), TEST(entries_of_who_left_need_an_owner_until_somebody_has_her_groups),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
