/*
 * recur: on which days something recurs, and the moment of such a day. Arithmetic on day numbers without store or
 * clock; a zone only turns a day and a minute into a moment.
 *
 * A day that does not exist (the 31st of a short month) is the last one of that month, so what recurs monthly does so
 * twelve times a year. Quarters are counted from the month of the first day. A minute that does not exist on a day
 * (clocks go forward) is the same stretch after midnight by the old offset; one that comes twice is its first.
 */
#ifndef YT_BASE_RECUR_H
#define YT_BASE_RECUR_H

#include "base/tz.h"

#define RECUR_EVERY "once,daily,weekly,monthly,quarterly"
#define RECUR_LOOK_DAYS 400 /* how far the next day of a rule can lie */
#define RECUR_DAY_MINUTES 1440
#define RECUR_LATE_MS (2 * MS_HOUR) /* what acts by a rule still does so this late; later it is missed */
#define RECUR_BACK_DAYS 92          /* what was missed longer ago is not told one by one */

struct recur {
	str every;       /* of RECUR_EVERY */
	i64 weekdays;    /* weekly: bit 0 is Monday */
	i64 month_day;   /* monthly, quarterly: 1..31 */
	i64 first_day;
	i64 last_day;    /* NIL: without end */
};

int recur_weekday(i64 day); /* 0 is Monday */
/* Is it that day of its month, or the last one of a month that has no such day? */
bool recur_month_day(i64 day, i64 wanted);
bool recur_on(const struct recur *r, i64 day);
/* The first day at or after `from`; NIL: none any more. */
i64 recur_next(const struct recur *r, i64 from);
ms recur_at(const struct tz *z, i64 day, i64 minute);
/* The first moment of the rule after `after`, and its day; NIL: none any more. */
ms recur_after(const struct recur *r, const struct tz *z, i64 minute, ms after, i64 *ret_day);

#endif
