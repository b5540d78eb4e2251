/*
 * What recurs: ends of months, weekdays, quarters, first and last days, and zones whose clocks change.
 */
#include "base/recur.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static i64 on(const char *text)
{
	i64 day = 0;
	assert_true(tz_parse_date(str_c(text), &day));
	return day;
}

static const struct tz *zone(const char *name)
{
	const struct tz *z = NULL;
	struct fail f = { 0 };
	assert_int_equal(tz_get(str_c(name), &z, &f), OK);
	return z;
}

static struct recur rule(const char *every, const char *first)
{
	return (struct recur){ .every = str_c(every), .month_day = 31, .first_day = on(first), .last_day = NIL };
}

static void a_month_without_such_a_day_has_its_last(void **state)
{
	struct recur r = rule("monthly", "2026-01-01");
	static const char *const days[] = { "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30" };
	i64 at = r.first_day;
	for (size_t i = 0; i < ARRAY_LEN(days); i++, at++)
		assert_int_equal(at = recur_next(&r, at), on(days[i]));
	r.month_day = 29;
	assert_int_equal(recur_next(&r, on("2026-02-01")), on("2026-02-28"));
	assert_int_equal(recur_next(&r, on("2028-02-01")), on("2028-02-29"));
	assert_false(recur_on(&r, on("2028-02-28")));
	r.month_day = 28;
	assert_int_equal(recur_next(&r, on("2028-02-01")), on("2028-02-28"));
	assert_false(recur_on(&r, on("2028-02-29")));
}

static void weekdays_quarters_and_one_time(void **state)
{
	struct recur weekly = rule("weekly", "2026-11-30"), quarterly = rule("quarterly", "2025-11-30"), once = rule("once", "2026-11-30");
	weekly.weekdays = 1 | 1 << 6;
	assert_int_equal(recur_weekday(on("2026-11-30")), 0);
	assert_int_equal(recur_next(&weekly, 0), on("2026-11-30"));
	assert_int_equal(recur_next(&weekly, on("2026-12-01")), on("2026-12-06"));
	assert_int_equal(recur_next(&quarterly, on("2025-12-01")), on("2026-02-28"));
	assert_int_equal(recur_next(&once, 0), on("2026-11-30"));
	assert_int_equal(recur_next(&once, on("2026-12-01")), NIL);
	weekly.last_day = on("2026-12-05");
	assert_int_equal(recur_next(&weekly, on("2026-12-01")), NIL);
	weekly.weekdays = 0;
	assert_int_equal(recur_next(&weekly, 0), NIL);
}

static void moments_follow_each_other(void **state)
{
	const struct tz *z = zone("Asia/Shanghai");
	struct recur r = rule("daily", "2026-11-30");
	i64 day;
	ms at = recur_after(&r, z, 600, 0, &day), next;
	assert_int_equal(day, on("2026-11-30"));
	assert_int_equal(at, tz_day_start(z, day) + 10 * MS_HOUR);
	next = recur_after(&r, z, 600, at, &day);
	assert_int_equal(next, at + MS_DAY);
	assert_int_equal(recur_after(&r, z, 600, at - 1, &day), at);
	r.last_day = on("2026-11-30");
	assert_int_equal(recur_after(&r, z, 600, at, &day), NIL);
}

/* In 2026 New York's clocks go forward on 8 March at 2:00 and back on 1 November at 2:00. */
static void clocks_that_change_neither_skip_nor_double_a_day(void **state)
{
	const struct tz *z = zone("America/New_York");
	struct recur r = rule("daily", "2026-03-06");
	i64 day;
	for (i64 minute = 0; minute < RECUR_DAY_MINUTES; minute += 30) {
		ms at = recur_after(&r, z, minute, 0, &day);
		for (i64 n = 1; n < 5; n++) {
			at = recur_after(&r, z, minute, at, &day);
			assert_int_equal(day, r.first_day + n);
			assert_int_equal(tz_day(z, at), day);
		}
	}
	assert_int_equal(recur_at(z, on("2026-03-09"), 600) - recur_at(z, on("2026-03-08"), 600), MS_DAY);
	assert_int_equal(recur_at(z, on("2026-03-08"), 600) - recur_at(z, on("2026-03-07"), 600), MS_DAY - MS_HOUR);
	assert_int_equal(recur_at(z, on("2026-11-01"), 600) - recur_at(z, on("2026-10-31"), 600), MS_DAY + MS_HOUR);
	r.first_day = on("2026-10-31");
	ms at = recur_after(&r, z, 90, 0, &day); /* 1:30 comes twice on the next day */
	at = recur_after(&r, z, 90, at, &day);
	assert_int_equal(day, on("2026-11-01"));
	assert_true(recur_after(&r, z, 90, at, &day) != NIL);
	assert_int_equal(day, on("2026-11-02"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_month_without_such_a_day_has_its_last), cmocka_unit_test(weekdays_quarters_and_one_time),
		cmocka_unit_test(moments_follow_each_other), cmocka_unit_test(clocks_that_change_neither_skip_nor_double_a_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
