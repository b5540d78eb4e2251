/* Zones, days and dates, compared with libc where libc can tell. */
#include "base/tz.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#define assert_str(s, literal) assert_true(str_eq((s), STR(literal)))

static struct arena *a;

static int setup(void **state)
{
	a = arena_new(ARENA_MAX_DEFAULT);
	return 0;
}

static int teardown(void **state)
{
	arena_free(a);
	return 0;
}

static const struct tz *zone(const char *name)
{
	const struct tz *z = NULL;
	if (tz_get(str_c(name), &z, NULL) != OK)
		fail_msg("no zone %s", name);
	return z;
}

static ms at(const struct tz *z, const char *text)
{
	ms t = 0;
	if (!tz_parse(z, str_c(text), &t))
		fail_msg("%s", text);
	return t;
}

static void test_offsets_agree_with_libc_from_1980_to_2100(void **state)
{
	static const char *const names[] = {
		"Asia/Shanghai", "America/New_York", "Europe/Berlin", "Europe/Dublin", "Australia/Sydney", "Asia/Kolkata",
		"America/Sao_Paulo", "Pacific/Apia", "America/St_Johns", "Asia/Gaza", "Africa/Casablanca", "UTC",
		"America/Nuuk", "Pacific/Chatham",
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct tz *z = zone(names[i]);
		setenv("TZ", names[i], 1);
		tzset();
		/* About every 29 hours, so that every hour of the day comes up. */
		for (time_t t = 315532800; t < 4102444800; t += 29 * 3600 + 777) {
			struct tm tm;
			localtime_r(&t, &tm);
			if (tz_offset_ms(z, (ms)t * 1000) != (i64)tm.tm_gmtoff * 1000)
				fail_msg("%s at %lld: %lld instead of %ld", names[i], (long long)t,
					 (long long)tz_offset_ms(z, (ms)t * 1000) / 1000, tm.tm_gmtoff);
		}
	}
	unsetenv("TZ");
	tzset();
}

static void test_unknown_zones_are_refused(void **state)
{
	static const char *const bad[] = { "", "Asia/Nowhere", "../../etc/passwd", "/etc/localtime", "Asia", "a\"b" };
	const struct tz *z;
	struct fail f = { 0 };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(tz_get(str_c(bad[i]), &z, &f), ERR_INPUT);
	assert_ptr_equal(zone("Asia/Shanghai"), zone("Asia/Shanghai"));
}

static void test_a_day_belongs_to_its_zone(void **state)
{
	const struct tz *sh = zone("Asia/Shanghai"), *utc = zone("UTC");
	ms t = at(utc, "2026-11-22 17:00");
	assert_int_equal(tz_day(sh, t), tz_day(utc, t) + 1);
	assert_int_equal(tz_day_start(sh, tz_day(sh, t)), at(utc, "2026-11-22 16:00"));
	assert_int_equal(tz_day(sh, tz_day_start(sh, 20000) - 1), 19999);
	assert_int_equal(tz_day(utc, -1), -1);
}

static void test_every_day_starts_at_its_first_moment(void **state)
{
	static const char *const names[] = { "America/Sao_Paulo", "Asia/Gaza", "America/Havana", "Europe/Berlin" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct tz *z = zone(names[i]);
		for (i64 day = 10000; day < 30000; day++) {
			ms start = tz_day_start(z, day);
			if (tz_day(z, start) != day || tz_day(z, start - 1) >= day)
				fail_msg("%s day %lld", names[i], (long long)day);
		}
	}
}

static void test_skipped_and_repeated_times_have_one_moment(void **state)
{
	const struct tz *ny = zone("America/New_York");
	assert_int_equal(at(ny, "2026-03-08 02:30"), at(ny, "2026-03-08 03:30")); /* skipped */
	assert_int_equal(at(ny, "2026-11-01 01:30"), at(ny, "2026-11-01T05:30Z")); /* the first of two */
	assert_int_equal(at(ny, "2060-07-01 12:00"), at(ny, "2060-07-01T16:00Z")); /* by the closing rule */
}

static void test_dates_convert_over_centuries(void **state)
{
	assert_int_equal(tz_day_of(1970, 1, 1), 0);
	assert_int_equal(tz_day_of(2000, 2, 29), 11016);
	for (i64 day = -200000; day < 200000; day += 37) {
		int y, m, d;
		tz_date(day, &y, &m, &d);
		assert_int_equal(tz_day_of(y, m, d), day);
	}
	struct tz_time t = tz_local(zone("Asia/Shanghai"), 1793493005123);
	assert_true(t.year == 2026 && t.month == 11 && t.day == 1 && t.hour == 8 && t.minute == 30);
	assert_true(t.second == 5 && t.milli == 123 && t.weekday == 0);
	assert_int_equal(tz_utc(zone("Asia/Shanghai"), &t), 1793493005123);
}

static void test_moments_are_read_in_the_usual_spellings(void **state)
{
	const struct tz *sh = zone("Asia/Shanghai");
	const ms day = 1793462400000; /* 2026-11-01 00:00 +08:00 */
	assert_int_equal(at(sh, "2026-11-01"), day);
	assert_int_equal(at(sh, "20261101"), day);
	assert_int_equal(at(sh, " 2026/11/1 "), day);
	assert_int_equal(at(sh, "2026-11-01 08:30"), day + 8 * MS_HOUR + 30 * MS_MINUTE);
	assert_int_equal(at(sh, "2026/11/1 8:30:05"), day + 8 * MS_HOUR + 30 * MS_MINUTE + 5000);
	assert_int_equal(at(sh, "2026-11-01T00:00:00Z"), day + 8 * MS_HOUR);
	assert_int_equal(at(sh, "2026-11-01T00:00:00.25+08:00"), day + 250);
	assert_int_equal(at(sh, "2026-11-01T00:00:00.123456-0500"), day + 13 * MS_HOUR + 123);
	assert_str(tz_format(sh, day + 5000, a), "2026-11-01 00:00:05");
	assert_str(tz_format_date(tz_day(sh, day), a), "2026-11-01");
}

static void test_what_is_no_moment_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "2026", "2026-13-01", "2026-02-29", "2026-11-31", "2026-1-0", "2026-11/01", "2026-11-01 24:00",
		"2026-11-01 10", "2026-11-01 10:60", "2026-11-01 10:00:60", "2026-11-01x", "26-11-01", "202611011",
		"2026-11-01 10:00 +25:00", "2026-11-01T10:00:00.", "2026-11-01T10:00+8", "13800000000", "+2026-11-01",
	};
	ms t;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (tz_parse(zone("UTC"), str_c(bad[i]), &t))
			fail_msg("accepted: %s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offsets_agree_with_libc_from_1980_to_2100),
		cmocka_unit_test(test_unknown_zones_are_refused),
		cmocka_unit_test(test_a_day_belongs_to_its_zone),
		cmocka_unit_test(test_every_day_starts_at_its_first_moment),
		cmocka_unit_test(test_skipped_and_repeated_times_have_one_moment),
		cmocka_unit_test(test_dates_convert_over_centuries),
		cmocka_unit_test(test_moments_are_read_in_the_usual_spellings),
		cmocka_unit_test(test_what_is_no_moment_is_refused),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
