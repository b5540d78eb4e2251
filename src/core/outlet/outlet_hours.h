/*
 * When a store is open: a week of spans and the days that differ, as people write them.
 *
 *	week:     "1-5 09:00-21:00; 6,7 10:00-22:00"   "周一至周五 9:00-12:00,13:00-18:00；周末 休"   "24h"
 *	special:  "2027-02-17 10:00-16:00; 2027-10-01~2027-10-03 休"
 *
 * Parts are parted by ; and a later one replaces an earlier one for its days. Days that no part names are
 * closed; an empty week is always open. A span that ends at or before its beginning ends on the next day.
 */
#ifndef YT_CORE_OUTLET_OUTLET_HOURS_H
#define YT_CORE_OUTLET_OUTLET_HOURS_H

#include "base/fail.h"

#define HOURS_TEXT_MAX 500   /* characters */
#define HOURS_SPANS_MAX 3    /* of a day */
#define HOURS_SPECIAL_MAX 60 /* days */
#define HOURS_AHEAD_DAYS 31  /* how far the next opening is looked for */
#define HOURS_DAY_MINUTES 1440

struct hours_span { short from, to; }; /* minutes of the day; to beyond the day: on the next one */
struct hours_day { struct hours_span span[HOURS_SPANS_MAX]; int n; };
struct hours {
	bool always;
	struct hours_day week[7]; /* 0: Monday */
	i64 *special_day;
	struct hours_day *special;
	int special_n;
};

/* ERR_INPUT names the part that is not understood; field: "hours" or "special". */
err hours_parse(struct arena *a, str week, str special, struct hours *ret, struct fail *f);
/* day: number of the corp's own calendar. */
bool hours_open(const struct hours *h, i64 day, int minute);
/* The next opening after that moment, within HOURS_AHEAD_DAYS; false: none. */
bool hours_next(const struct hours *h, i64 day, int minute, i64 *ret_day, int *ret_minute);
static inline int hours_weekday(i64 day) { return (int)(((day + 3) % 7 + 7) % 7); } /* 0: Monday */

#endif
