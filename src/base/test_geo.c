/*
 * geo: known points, there and back, what lies in the country, cells.
 */
#include "base/geo.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void known_points_convert(void **state)
{
	/* WGS-84 and GCJ-02 of four squares and stations; the formula's published results. */
	static const struct { struct geo_point wgs, gcj; } known[] = {
		{ { 39.908722, 116.397499 }, { 39.910126, 116.403742 } }, /* Tian'anmen, Beijing */
		{ { 31.230416, 121.473701 }, { 31.228474, 121.478235 } }, /* People's Square, Shanghai */
	};
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		assert_true(geo_metres(geo_gcj_of(known[i].wgs), known[i].gcj) < 3);
}

static void there_and_back_is_less_than_a_centimetre(void **state)
{
	for (double lat = 18; lat < 54; lat += 0.7)
		for (double lng = 74; lng < 135; lng += 0.9) {
			struct geo_point p = { lat, lng }, q = geo_gcj_of(p);
			double moved = geo_metres(p, q);
			assert_true(moved > 10 && moved < 1500);
			assert_true(geo_metres(p, geo_wgs_of(q)) < 0.01);
		}
	struct geo_point p = { 31, 121 };
	assert_true(geo_metres(geo_wgs(p, GEO_WGS84), p) == 0);
	assert_true(geo_metres(geo_wgs(p, GEO_GCJ02), p) > 100);
}

static void the_country_holds_its_towns_and_no_others(void **state)
{
	static const struct geo_point in[] = {
		{ 39.9, 116.4 }, { 31.2, 121.5 }, { 43.8, 87.6 }, { 18.25, 109.5 }, { 53.48, 122.35 }, { 29.65, 91.1 },
		{ 22.3, 114.17 }, { 48.36, 134.29 }, { 39.47, 75.99 }, { 24.01, 97.85 }, { 21.54, 107.97 }, { 40.12, 124.38 },
		{ 49.6, 117.43 }, { 44.21, 80.41 }, { 16.83, 112.33 }, { 43.65, 111.97 }, { 25.03, 121.56 }, { 22.52, 103.96 },
	}, out[] = {
		{ 35.68, 139.76 }, { 37.57, 126.98 }, { 21.03, 105.85 }, { 47.92, 106.92 }, { 28.61, 77.21 }, { 43.12, 131.9 },
		{ 39.02, 125.75 }, { 27.7, 85.3 }, { 43.24, 76.9 }, { 0, 0 }, { 1.35, 103.82 }, { 14.6, 120.98 }, { 55.75, 37.6 },
	};
	for (size_t i = 0; i < ARRAY_LEN(in); i++)
		assert_true(geo_in_country(in[i]));
	for (size_t i = 0; i < ARRAY_LEN(out); i++)
		assert_false(geo_in_country(out[i]));
	assert_false(geo_ok((struct geo_point){ 116.4, 39.9 })); /* swapped */
	assert_false(geo_ok((struct geo_point){ NAN, 120 }));
	assert_false(geo_ok((struct geo_point){ 30, 180.001 }));
	assert_true(geo_ok((struct geo_point){ -90, 180 }));
}

static void systems_have_names(void **state)
{
	enum geo_system s;
	assert_true(geo_system_of(STR("gcj-02"), &s) && s == GEO_GCJ02);
	assert_true(geo_system_of(STR("WGS84"), &s) && s == GEO_WGS84);
	assert_false(geo_system_of(STR("BD-09"), &s));
	assert_string_equal(geo_system_name(GEO_GCJ02), "GCJ-02");
}

static void cells_are_geohashes(void **state)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	assert_true(str_eq_c(geo_hash(a, (struct geo_point){ 57.64911, 10.40744 }, 11), "u4pruydqqvj"));
	assert_true(str_eq_c(geo_hash(a, (struct geo_point){ 39.9087, 116.3975 }, 5), "wx4g0"));
	arena_free(a);
}

static void metres_are_metres(void **state)
{
	double m = geo_metres((struct geo_point){ 39.9042, 116.4074 }, (struct geo_point){ 31.2304, 121.4737 });
	assert_true(fabs(m - 1067000) < 2000); /* Beijing to Shanghai */
	assert_true(geo_metres((struct geo_point){ 30, 120 }, (struct geo_point){ 30, 120 }) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_points_convert), cmocka_unit_test(there_and_back_is_less_than_a_centimetre),
		cmocka_unit_test(the_country_holds_its_towns_and_no_others), cmocka_unit_test(systems_have_names),
		cmocka_unit_test(cells_are_geohashes), cmocka_unit_test(metres_are_metres),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
