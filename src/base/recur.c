/*
 * Days of rules, walked one by one: a rule is asked of at most RECUR_LOOK_DAYS.
 */
#include "base/recur.h"

#define MONDAY_BIAS 3 /* day 0 was a Thursday */

int recur_weekday(i64 day) { return (int)(((day + MONDAY_BIAS) % 7 + 7) % 7); }

bool recur_month_day(i64 day, i64 wanted)
{
	int y, m, d, next_y, next_m, next_d;
	tz_date(day, &y, &m, &d);
	tz_date(day + 1, &next_y, &next_m, &next_d);
	return d == wanted || (next_d == 1 && wanted > d);
}

static bool in_quarter(i64 first, i64 day)
{
	int y, m, d, y0, m0, d0;
	tz_date(day, &y, &m, &d);
	tz_date(first, &y0, &m0, &d0);
	return ((y - y0) * 12 + m - m0) % 3 == 0;
}

bool recur_on(const struct recur *r, i64 day)
{
	if (day < r->first_day || (r->last_day != NIL && day > r->last_day))
		return false;
	if (str_eq_c(r->every, "once"))
		return day == r->first_day;
	if (str_eq_c(r->every, "daily"))
		return true;
	if (str_eq_c(r->every, "weekly"))
		return r->weekdays >> recur_weekday(day) & 1;
	return recur_month_day(day, r->month_day) && (!str_eq_c(r->every, "quarterly") || in_quarter(r->first_day, day));
}

i64 recur_next(const struct recur *r, i64 from)
{
	from = int_max(from, r->first_day);
	for (i64 day = from; day < from + RECUR_LOOK_DAYS; day++)
		if (recur_on(r, day))
			return day;
	return NIL;
}

ms recur_at(const struct tz *z, i64 day, i64 minute)
{
	struct tz_time t = { .hour = (int)(minute / 60), .minute = (int)(minute % 60) };
	tz_date(day, &t.year, &t.month, &t.day);
	return tz_utc(z, &t);
}

ms recur_after(const struct recur *r, const struct tz *z, i64 minute, ms after, i64 *ret_day)
{
	i64 day = recur_next(r, tz_day(z, after));
	if (day != NIL && recur_at(z, day, minute) <= after)
		day = recur_next(r, day + 1);
	*ret_day = day;
	return day == NIL ? NIL : recur_at(z, day, minute);
}
