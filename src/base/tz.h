/*
 * Time zones from the system's TZif files, read by us because libc's localtime is process-global.
 *
 * A corp-day is derived from a moment and a zone, never stored as truth. A day is the number of days
 * since 1970-01-01 of the zone's own calendar. Zones are loaded once and live for the process.
 */
#ifndef YT_BASE_TZ_H
#define YT_BASE_TZ_H

#include "base/fail.h"

struct tz;
#define TZ_DEFAULT "Asia/Shanghai"

/* The zone of that IANA name ("Asia/Shanghai", "UTC"), cached; ERR_INPUT for an unknown name. */
err tz_get(str name, const struct tz **ret, struct fail *f);
i64 tz_offset_ms(const struct tz *z, ms at); /* local minus UTC */
i64 tz_day(const struct tz *z, ms at);       /* day number of the zone */
ms tz_day_start(const struct tz *z, i64 day); /* 00:00 of that day (the first moment of it) */

struct tz_time { int year, month, day, hour, minute, second, milli, weekday; /* 0 = Sunday */ };
struct tz_time tz_local(const struct tz *z, ms at);
ms tz_utc(const struct tz *z, const struct tz_time *local);
i64 tz_day_of(int year, int month, int day);                /* civil date -> day number */
void tz_date(i64 day, int *year, int *month, int *day_of_month);
/* "2026-11-01", "2026-11-01 08:30", "2026/11/1 8:30:05", "20261101", ISO 8601 with Z or +08:00; local
 * to z unless it carries an offset. */
bool tz_parse(const struct tz *z, str text, ms *ret);
bool tz_parse_date(str text, i64 *ret); /* a date alone, as day number */
str tz_format(const struct tz *z, ms at, struct arena *a); /* "2026-11-01 08:30:05" */
str tz_format_date(i64 day, struct arena *a);              /* "2026-11-01" */

#endif
