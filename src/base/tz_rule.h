/*
 * The rule that goes on for ever at the end of a TZif file: a POSIX TZ string such as
 * "CET-1CEST,M3.5.0,M10.5.0/3". Private to tz.c.
 */
#ifndef YT_BASE_TZ_RULE_H
#define YT_BASE_TZ_RULE_H

#include "base/str.h"

struct tz_change { /* the day and second of a year's change, in local time before it */
	char kind;     /* 'M' month.week.weekday, 'J' day 1..365 without 29 February, 'N' day 0..365 */
	int month, week, day;
	i64 second;
};

struct tz_rule {
	i64 std, dst; /* seconds east of UTC */
	bool changes; /* false: std all year */
	struct tz_change to_dst, to_std;
};

bool tz_rule_parse(str text, struct tz_rule *ret);
i64 tz_rule_offset(const struct tz_rule *r, i64 at); /* seconds; at in UTC seconds */

#endif
