/*
 * Stores as rows: what is refused, what a file does, who serves, the limit, and that no corp sees another's.
 */
#include "app/test_app_sim.h"

#include "core/outlet/outlet_data.h"
#include "core/outlet/outlet_index.h"

static int make(void **state) { return world_new(state, 1); }

static struct outlet_edit edit_of(const char *code, double lat, double lng)
{
	struct outlet_edit e;
	record_init(&outlet_edit_record, &e);
	e.code = str_c(code), e.name = STR("人民广场店"), e.city = STR("上海"), e.system = STR("GCJ-02"), e.lat = lat, e.lng = lng;
	return e;
}

static err try_make(struct world *w, const struct outlet_edit *e, i64 *ret)
{
	return WRITE_TX(&w->cx.unit, w->base, outlet_make(tx, e, ret));
}

static err file(struct world *w, const char *text, bool dry, struct outlet_import *ret)
{
	return outlet_file(&w->cx, str_c(text), dry, ret);
}

static size_t stores(struct world *w)
{
	const struct outlet_index *ix;
	assert_int_equal(outlet_index_get(&w->cx.unit, &ix), OK);
	return outlet_index_count(ix);
}

static void a_store_is_made_changed_and_removed(void **state)
{
	struct world *w = *state;
	struct outlet_edit e = edit_of("S1", 31.2285, 121.4782);
	struct outlet o;
	i64 id = 0, other;
	assert_int_equal(stores(w), 0);
	assert_int_equal(try_make(w, &e, &id), OK);
	assert_int_equal(stores(w), 1); /* the index follows at once */
	assert_int_equal(try_make(w, &e, &other), ERR_EXISTS);
	e.closed = true;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, outlet_change(tx, id, 1, &e)), OK);
	assert_int_equal(stores(w), 0);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, outlet_change(tx, id, 1, &e)), ERR_CONFLICT);
	w->cx.unit.corp = 1;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, outlet_get(snap, id, &o)), ERR_NOT_FOUND);
	w->cx.unit.corp = w->corp;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, outlet_remove(tx, id)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, outlet_get(snap, id, &o)), ERR_NOT_FOUND);
	assert_int_equal(told(w, 0, EV_OUTLET_CHANGED, NULL), 3);
}

static void what_cannot_be_is_refused_in_words(void **state)
{
	struct world *w = *state;
	struct outlet_edit e = edit_of("S1", 121.4782, 31.2285);
	i64 id;
	assert_int_equal(try_make(w, &e, &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_OUTLET_DEGREES);
	e = edit_of("S1", 35.68, 139.76);
	assert_int_equal(try_make(w, &e, &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_OUTLET_ABROAD);
	e = edit_of("S1", 85.1, 43.8); /* Urumqi the other way round */
	assert_int_equal(try_make(w, &e, &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_OUTLET_SWAPPED);
	e = edit_of("S1", 31.2, 121.4);
	e.system = STR("BD-09");
	assert_int_equal(try_make(w, &e, &id), ERR_INPUT);
	e = edit_of("S1", 31.2, 121.4);
	e.hours = STR("有空就开");
	assert_int_equal(try_make(w, &e, &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_HOURS_TEXT);
	e = edit_of("S1", 31.2, 121.4);
	e.group_url = STR("javascript:alert(1)");
	assert_int_equal(try_make(w, &e, &id), ERR_INPUT);
	e = edit_of("S1", 31.2, 121.4);
	e.department = 99;
	assert_int_equal(try_make(w, &e, &id), ERR_INPUT);
	assert_int_equal(stores(w), 0);
}

#define HEAD "门店编号,门店名称,城市,地址,纬度,经度,坐标系,营业时间,员工账号\n"

static void a_file_is_looked_at_then_taken(void **state)
{
	struct world *w = *state;
	struct outlet_import r;
	const char *text = HEAD "A1,徐家汇店,上海,漕溪北路1号,31.1945,121.4365,GCJ-02,周一至周日 09:00-21:00,linna\n"
			   "A2,西单店,北京,,39.9087,116.3744,WGS-84,,\n"
			   "A3,东京店,东京,,35.68,139.76,WGS-84,,\n"
			   "A1,重复店,上海,,31.1945,121.4365,GCJ-02,,\n"
			   "A5,没人店,上海,,31.1945,121.4365,GCJ-02,,nobody-of-that-name\n"
			   "A6,无系统,上海,,31.1945,121.4365,,,\n";
	assert_int_equal(file(w, text, true, &r), OK);
	assert_int_equal(r.added, 2);
	assert_int_equal(r.rejected, 4);
	assert_int_equal(stores(w), 0);
	assert_int_equal(file(w, text, false, &r), OK);
	assert_true(r.added == 2 && r.rejected == 4 && r.problems.n == 4);
	const struct outlet_problem *p = r.problems.v;
	assert_true(p[0].line == 4 && str_eq_c(p[0].field, "纬度"));
	assert_int_equal(p[3].line, 6); /* of the store's names: told after those of the file alone */
	assert_int_equal(stores(w), 2);
	assert_int_equal(file(w, text, false, &r), OK);
	assert_true(r.added == 0 && r.changed == 0 && r.same == 2);
	assert_int_equal(file(w, HEAD "A2,西单大悦城店,北京,,39.9087,116.3744,WGS-84,10:00-22:00,\n", false, &r), OK);
	assert_true(r.changed == 1 && r.added == 0);
	assert_int_equal(file(w, "门店编号,城市\nA,B\n", false, &r), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_OUTLET_COLUMN);
	assert_true(file(w, "", false, &r) != OK);
}

static void own_staff_serve_else_the_departments(void **state)
{
	struct world *w = *state;
	struct outlet_edit e = edit_of("S1", 31.2285, 121.4782);
	struct outlet o;
	struct ids ids;
	struct staff s;
	i64 id, linna = staff_id(w, "linna");
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, staff_get(snap, linna, &s)), OK);
	e.department = s.department;
	assert_int_equal(try_make(w, &e, &id), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, outlet_get(snap, id, &o)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, outlet_serving(snap, &o, &ids)), OK);
	bool there = false;
	for (size_t i = 0; i < ids.n; i++)
		there |= ids.v[i] == linna;
	assert_true(there);
	e.staff = (struct ids){ &linna, 1 };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, outlet_change(tx, id, 1, &e)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, outlet_serving(snap, &o, &ids)), OK);
	assert_true(ids.n == 1 && ids.v[0] == linna);
	sim_say(w, "/sim/staff", "{\"userid\":\"linna\",\"left\":true}");
	live(w, MS_MINUTE);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, outlet_serving(snap, &o, &ids)), OK);
	assert_int_equal(ids.n, 0);
}

static str many(struct world *w, int from, int n)
{
	struct buf b = buf_new(w->t->arena, (size_t)8 << 20);
	buf_add_c(&b, HEAD);
	for (int i = from; i < from + n; i++)
		buf_fmt(&b, "M%d,店%d,上海,,31.%05d,121.4,WGS-84,,\n", i, i, i);
	return buf_str(&b);
}

static void there_is_a_limit(void **state)
{
	struct world *w = *state;
	struct outlet_import r;
	assert_int_equal(outlet_file(&w->cx, many(w, 0, OUTLET_MAX), false, &r), OK);
	assert_int_equal(r.added, OUTLET_MAX);
	assert_int_equal(stores(w), OUTLET_MAX);
	assert_int_equal(outlet_file(&w->cx, many(w, OUTLET_MAX, 1), false, &r), ERR_STATE);
	assert_int_equal(outlet_file(&w->cx, many(w, 0, OUTLET_MAX + 1), true, &r), ERR_TOO_LARGE);
	struct outlet_edit e = edit_of("one-more", 31.2, 121.4);
	i64 id;
	assert_int_equal(try_make(w, &e, &id), ERR_STATE);
}

static str staff_of(struct world *w, i64 *ids, int n)
{
	struct buf b = buf_new(w->t->arena, 4096);
	for (int i = 0; i < n; i++) {
		str userid = arena_printf(w->t->arena, "guide%d", i);
		assert_int_equal(staff_ensure(&w->cx.unit, userid, &ids[i]), OK);
		buf_fmt(&b, "%s%.*s", i ? "," : "", STR_F(userid));
	}
	return buf_str(&b);
}

static void a_store_has_so_many_members(void **state)
{
	struct world *w = *state;
	i64 ids[OUTLET_STAFF_MAX + 1], id;
	struct outlet_import r;
	str most = staff_of(w, ids, OUTLET_STAFF_MAX), more = staff_of(w, ids, OUTLET_STAFF_MAX + 1);
	const char *head = HEAD "S1,人民广场店,上海,,31.2285,121.4782,GCJ-02,,";
	assert_int_equal(outlet_file(&w->cx, arena_printf(w->t->arena, "%s\"%.*s\"\n", head, STR_F(more)), false, &r), OK);
	assert_int_equal(r.added, 0);
	assert_int_equal(outlet_file(&w->cx, arena_printf(w->t->arena, "%s\"%.*s\"\n", head, STR_F(most)), false, &r), OK);
	assert_int_equal(r.added, 1);
	struct outlet_edit e = edit_of("S2", 31.2285, 121.4782);
	e.staff = (struct ids){ ids, OUTLET_STAFF_MAX + 1 };
	assert_int_not_equal(record_check(&outlet_edit_record, &e, &w->cx.unit.fail), OK);
	assert_string_equal(w->cx.unit.fail.field, "staff");
	e.staff.n = OUTLET_STAFF_MAX;
	assert_int_equal(record_check(&outlet_edit_record, &e, &w->cx.unit.fail), OK);
	assert_int_equal(try_make(w, &e, &id), OK);
}

/* `n` times a text, the last without the separator. */
static str times(struct world *w, const char *text, char sep, int n)
{
	struct buf b = buf_new(w->t->arena, 4096);
	for (int i = 0; i < n; i++) {
		buf_add_c(&b, text);
		if (i < n - 1)
			buf_fmt(&b, "%c", sep);
	}
	return buf_str(&b);
}

static err hours(struct world *w, str week, str special)
{
	struct hours h;
	w->cx.unit.fail = (struct fail){ 0 };
	return hours_parse(w->t->arena, week, special, &h, &w->cx.unit.fail);
}

static void opening_hours_have_limits(void **state)
{
	struct world *w = *state;
	struct fail *f = &w->cx.unit.fail;
	assert_int_equal(hours(w, times(w, "09:00-10:00", ',', HOURS_SPANS_MAX), STR_NIL), OK);
	assert_int_equal(hours(w, times(w, "09:00-10:00", ',', HOURS_SPANS_MAX + 1), STR_NIL), ERR_INPUT);
	assert_string_equal(f->field, "hours");
	assert_int_equal(hours(w, STR_NIL, STR("2027-01-01~2027-03-01 休")), OK); /* 31 + 28 + 1 = 60 days */
	assert_int_equal(hours(w, STR_NIL, STR("2027-01-01~2027-03-02 休")), ERR_INPUT);
	assert_true(f->text == T_HOURS_SPECIAL && HOURS_SPECIAL_MAX == 60);
	assert_string_equal(f->limit, FAIL_STR(HOURS_SPECIAL_MAX));
	str longest = times(w, "24h", ';', (HOURS_TEXT_MAX + 1) / 4); /* 499 characters */
	assert_int_equal(hours(w, arena_printf(w->t->arena, "%.*s;", STR_F(longest)), STR_NIL), OK);
	assert_int_equal(hours(w, arena_printf(w->t->arena, "%.*s;;", STR_F(longest)), STR_NIL), ERR_INPUT);
	assert_true(f->text == T_TOO_LONG);
	assert_string_equal(f->field, "hours");
	assert_string_equal(f->limit, FAIL_STR(HOURS_TEXT_MAX));
}

static void an_opening_is_looked_for_so_far_ahead(void **state)
{
	struct world *w = *state;
	struct hours h;
	i64 day, begin;
	int minute;
	assert_true(tz_parse_date(STR("2027-03-01"), &begin));
	assert_int_equal(hours_parse(w->t->arena, STR("休"), STR("2027-03-01 09:00-10:00"), &h, &w->cx.unit.fail), OK);
	assert_true(hours_next(&h, begin - HOURS_AHEAD_DAYS, 720, &day, &minute));
	assert_true(day == begin && minute == 540);
	assert_false(hours_next(&h, begin - HOURS_AHEAD_DAYS - 1, 720, &day, &minute));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_store_is_made_changed_and_removed, make, world_free),
		cmocka_unit_test_setup_teardown(what_cannot_be_is_refused_in_words, make, world_free),
		cmocka_unit_test_setup_teardown(a_file_is_looked_at_then_taken, make, world_free),
		cmocka_unit_test_setup_teardown(own_staff_serve_else_the_departments, make, world_free),
		cmocka_unit_test_setup_teardown(there_is_a_limit, make, world_free),
		cmocka_unit_test_setup_teardown(a_store_has_so_many_members, make, world_free),
		cmocka_unit_test_setup_teardown(opening_hours_have_limits, make, world_free),
		cmocka_unit_test_setup_teardown(an_opening_is_looked_for_so_far_ahead, make, world_free),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
