/*
 * Opening hours as people write them, and the nearest store against looking at every one.
 */
#include "core/outlet/outlet_index.h"

#include "base/hash.h"
#include "base/tz.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define MONDAY 20423 /* 2025-12-01 */

static struct arena *a;
static int set_up(void **state) { a = arena_new(ARENA_MAX_DEFAULT); return 0; }
static int tear_down(void **state) { arena_free(a); return 0; }

static struct hours parsed(const char *week, const char *special)
{
	struct hours h;
	struct fail f = { 0 };
	assert_int_equal(hours_parse(a, str_c(week), str_c(special), &h, &f), OK);
	return h;
}

static bool open_at(const struct hours *h, int days, int hour, int minute) { return hours_open(h, MONDAY + days, hour * 60 + minute); }

static void weeks_are_understood(void **state)
{
	struct hours h = parsed("1-5 09:00-12:00,13:00-21:00; 6,7 10:00-22:00", "");
	assert_int_equal(hours_weekday(MONDAY), 0);
	assert_false(open_at(&h, 0, 8, 59));
	assert_true(open_at(&h, 0, 9, 0));
	assert_false(open_at(&h, 4, 12, 0));
	assert_true(open_at(&h, 4, 20, 59));
	assert_false(open_at(&h, 4, 21, 0));
	assert_true(open_at(&h, 6, 21, 59));
	h = parsed("周一至周五 9:00-21:00；周末 休", "");
	assert_true(open_at(&h, 2, 9, 0));
	assert_false(open_at(&h, 5, 12, 0));
	h = parsed("9:00-21:00", "");
	assert_true(open_at(&h, 6, 9, 0));
	h = parsed("星期五、星期六 全天", "");
	assert_false(open_at(&h, 3, 23, 59));
	assert_true(open_at(&h, 4, 0, 0));
	assert_true(open_at(&h, 5, 23, 59));
	assert_false(open_at(&h, 6, 0, 0));
	h = parsed("", "");
	assert_true(open_at(&h, 3, 3, 0));
}

static void nights_end_on_the_next_day(void **state)
{
	struct hours h = parsed("5 18:00-02:00", "");
	assert_true(open_at(&h, 4, 23, 0));
	assert_true(open_at(&h, 5, 1, 59));
	assert_false(open_at(&h, 5, 2, 0));
	assert_false(open_at(&h, 4, 1, 0));
}

static void special_days_win(void **state)
{
	struct hours h = parsed("09:00-21:00", "2025-12-03 10:00-16:00; 2025-12-05~2025-12-06 休");
	assert_false(open_at(&h, 2, 9, 0));
	assert_true(open_at(&h, 2, 10, 0));
	assert_false(open_at(&h, 4, 12, 0));
	assert_false(open_at(&h, 5, 12, 0));
	assert_true(open_at(&h, 6, 12, 0));
	i64 day;
	int minute;
	assert_true(hours_next(&h, MONDAY + 3, 21 * 60, &day, &minute));
	assert_int_equal(day, MONDAY + 6);
	assert_int_equal(minute, 9 * 60);
	assert_true(hours_next(&h, MONDAY + 2, 8 * 60, &day, &minute));
	assert_int_equal(day * 10000 + minute, (i64)(MONDAY + 2) * 10000 + 600);
	h = parsed("休", "");
	assert_false(hours_next(&h, MONDAY, 0, &day, &minute));
}

static void what_is_not_understood_is_named(void **state)
{
	static const char *const bad[] = { "早上到晚上", "8 09:00-10:00", "09:00", "9-21", "1-5 09:60-10:00", "1-5 24:30-25:00",
					   "1 01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00" };
	struct hours h;
	struct fail f;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(hours_parse(a, str_c(bad[i]), STR(""), &h, &f), ERR_INPUT);
		assert_string_equal(f.field, "hours");
	}
	assert_int_equal(hours_parse(a, STR(""), STR("2025-02-30 休"), &h, &f), ERR_INPUT);
	assert_string_equal(f.field, "special");
	assert_int_equal(hours_parse(a, STR(""), STR("2025-01-01~2025-03-01 休"), &h, &f), OK); /* 60 days */
	assert_int_equal(hours_parse(a, STR(""), STR("2025-01-01~2025-03-02 休"), &h, &f), ERR_INPUT);
	assert_int_equal(hours_parse(a, STR(""), STR("2025-03-02~2025-03-01 休"), &h, &f), ERR_INPUT);
}

/* ---- nearest ---- */

static double dice(u64 *seed) { return (double)(hash_mix((*seed)++) >> 11) / (double)(1ULL << 53); }

static struct outlet *scatter(size_t n, u64 *seed)
{
	struct outlet *rows = ARENA_ARRAY(a, struct outlet, n);
	static const struct geo_point towns[] = { { 31.2, 121.5 }, { 39.9, 116.4 }, { 23.1, 113.3 }, { 30.6, 104.1 } };
	for (size_t i = 0; i < n; i++) {
		bool town = dice(seed) < 0.7;
		struct geo_point t = towns[i % ARRAY_LEN(towns)];
		rows[i] = (struct outlet){
			.id = (i64)i + 1, .code = arena_printf(a, "S%zu", i), .name = arena_printf(a, "店%zu", i), .city = STR("某市"),
			.address = STR(""), .system = i % 2 ? STR("GCJ-02") : STR("WGS-84"), .special = STR(""),
			.lat = town ? t.lat + dice(seed) * 0.4 : 20 + dice(seed) * 25, .lng = town ? t.lng + dice(seed) * 0.4 : 85 + dice(seed) * 38,
			.hours = i % 3 ? STR("09:00-21:00") : STR("22:00-06:00"), .department = NIL, .tag = NIL,
		};
	}
	return rows;
}

/* The oracle: every store, the way round it is said. */
static double nearest_by_hand(const struct outlet_index *ix, struct geo_point at, const struct outlet_when *open)
{
	double best = 1e12;
	const struct outlet_spot *s = outlet_index_spots(ix);
	for (size_t i = 0; i < outlet_index_count(ix); i++)
		if (!open || hours_open(&s[i].hours, open->day, open->minute))
			best = geo_metres(at, s[i].at) < best ? geo_metres(at, s[i].at) : best;
	return best;
}

static void the_nearest_is_the_nearest(void **state)
{
	u64 seed = 11;
	struct outlet_index *ix = outlet_index_new(scatter(3000, &seed), 3000);
	struct outlet_when noon = { MONDAY, 720 }, night = { MONDAY, 60 };
	assert_int_equal(outlet_index_count(ix), 3000);
	for (int i = 0; i < 2000; i++) {
		struct geo_point at = { 18 + dice(&seed) * 36, 74 + dice(&seed) * 61 };
		const struct outlet_when *when = i % 3 == 0 ? NULL : i % 3 == 1 ? &noon : &night;
		struct outlet_near near[5];
		assert_int_equal(outlet_index_near(ix, at, when, near, 5), 5);
		double best = nearest_by_hand(ix, at, when);
		assert_true(near[0].metres <= best + 0.01 && near[0].metres >= best - 0.01);
		for (int k = 1; k < 5; k++)
			assert_true(near[k].metres >= near[k - 1].metres - 0.01);
		assert_true(!when || hours_open(&near[4].spot->hours, when->day, when->minute));
	}
	assert_non_null(outlet_index_find(ix, 17));
	assert_null(outlet_index_find(ix, 3001));
	outlet_index_put(ix);
}

static void one_none_and_one_place(void **state)
{
	u64 seed = 3;
	struct outlet_near near[3];
	struct outlet_when never = { MONDAY, 8 * 60 };
	struct outlet_index *ix = outlet_index_new(NULL, 0);
	assert_int_equal(outlet_index_near(ix, (struct geo_point){ 31, 121 }, NULL, near, 3), 0);
	outlet_index_put(ix);
	struct outlet *rows = scatter(4, &seed);
	for (int i = 0; i < 4; i++)
		rows[i].lat = 31, rows[i].lng = 121, rows[i].system = STR("WGS-84");
	rows[3].closed = true;
	ix = outlet_index_new(rows, 4);
	assert_int_equal(outlet_index_near(ix, (struct geo_point){ 40, 100 }, NULL, near, 3), 3);
	assert_int_equal(outlet_index_near(ix, (struct geo_point){ 31, 121 }, &never, near, 3), 0);
	outlet_index_put(ix);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weeks_are_understood), cmocka_unit_test(nights_end_on_the_next_day), cmocka_unit_test(special_days_win),
		cmocka_unit_test(what_is_not_understood_is_named), cmocka_unit_test(the_nearest_is_the_nearest),
		cmocka_unit_test(one_none_and_one_place),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
