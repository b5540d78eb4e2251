/*
 * POSIX TZ rules (POSIX.1 chapter 8.3, with RFC 8536's extension of times to -167..167 hours), read
 * and applied without libc, which knows only the zone of the process.
 */
#include "base/tz_rule.h"
#include "base/tz.h"

#define DAY_SECONDS 86400

static bool take(str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_sub(*s, 1, s->n);
	return true;
}

static bool take_number(str *s, i64 max, i64 *ret)
{
	i64 v = 0;
	size_t n = 0;
	while (n < s->n && n < 4 && s->p[n] >= '0' && s->p[n] <= '9')
		v = v * 10 + (s->p[n++] - '0');
	*s = str_sub(*s, n, s->n);
	*ret = v;
	return n > 0 && v <= max;
}

/* "CST" or "<+0330>" */
static bool take_name(str *s)
{
	size_t n = 0;
	if (take(s, '<')) {
		str_cut(s, '>');
		return !str_is_nil(*s);
	}
	while (n < s->n && ((s->p[n] | 32) >= 'a' && (s->p[n] | 32) <= 'z'))
		n++;
	*s = str_sub(*s, n, s->n);
	return n >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds */
static bool take_time(str *s, i64 *ret)
{
	i64 h, m = 0, sec = 0;
	bool negative = take(s, '-');
	if (!negative)
		take(s, '+');
	if (!take_number(s, 167, &h) || (take(s, ':') && !take_number(s, 59, &m)) ||
	    (take(s, ':') && !take_number(s, 59, &sec)))
		return false;
	*ret = (h * 3600 + m * 60 + sec) * (negative ? -1 : 1);
	return true;
}

static bool take_change(str *s, struct tz_change *ret)
{
	i64 month = 0, week = 0, day;
	*ret = (struct tz_change){ .kind = 'N', .second = 2 * 3600 };
	if (!take(s, ','))
		return false;
	if (take(s, 'M')) {
		ret->kind = 'M';
		if (!take_number(s, 12, &month) || month < 1 || !take(s, '.') || !take_number(s, 5, &week) ||
		    week < 1 || !take(s, '.') || !take_number(s, 6, &day))
			return false;
	} else {
		ret->kind = take(s, 'J') ? 'J' : 'N';
		if (!take_number(s, 365, &day))
			return false;
	}
	ret->month = (int)month;
	ret->week = (int)week;
	ret->day = (int)day;
	return !take(s, '/') || take_time(s, &ret->second);
}

bool tz_rule_parse(str s, struct tz_rule *ret)
{
	*ret = (struct tz_rule){ 0 };
	/* POSIX counts west of Greenwich. */
	if (!take_name(&s) || !take_time(&s, &ret->std))
		return false;
	ret->std = -ret->std;
	if (s.n == 0)
		return true;
	ret->changes = true;
	ret->dst = ret->std + 3600;
	if (!take_name(&s))
		return false;
	if (s.n && s.p[0] != ',') {
		if (!take_time(&s, &ret->dst))
			return false;
		ret->dst = -ret->dst;
	}
	return take_change(&s, &ret->to_dst) && take_change(&s, &ret->to_std) && s.n == 0;
}

/* UTC second of the change in that year, offset being the one in force before it. */
static i64 change_at(const struct tz_change *c, int year, i64 offset)
{
	i64 day = tz_day_of(year, 1, 1);
	bool leap = tz_day_of(year, 3, 1) - tz_day_of(year, 2, 28) == 2;
	if (c->kind == 'M') {
		i64 first = tz_day_of(year, c->month, 1);
		i64 next = c->month == 12 ? tz_day_of(year + 1, 1, 1) : tz_day_of(year, c->month + 1, 1);
		i64 weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
		day = first + (c->day - weekday + 7) % 7 + (c->week - 1) * 7;
		if (day >= next) /* week 5 means the last one */
			day -= 7;
	} else if (c->kind == 'J') {
		day += c->day - 1 + (leap && c->day >= 60);
	} else {
		day += c->day;
	}
	return day * DAY_SECONDS + c->second - offset;
}

i64 tz_rule_offset(const struct tz_rule *r, i64 at)
{
	if (!r->changes)
		return r->std;
	i64 local = at + r->std;
	i64 day = local / DAY_SECONDS - (local % DAY_SECONDS < 0);
	int year, month, dom;
	tz_date(day, &year, &month, &dom);
	i64 on = change_at(&r->to_dst, year, r->std), off = change_at(&r->to_std, year, r->dst);
	/* On the southern half summer spans the turn of the year. */
	bool summer = on < off ? at >= on && at < off : at >= on || at < off;
	return summer ? r->dst : r->std;
}
