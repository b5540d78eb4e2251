/*
 * Reading moments people and systems write: dates, dates with time, ISO 8601.
 *
 * The whole text must be understood and every part be in its range, so that a column of another
 * meaning never turns into times.
 */
#include "base/tz.h"

/* Between least and most digits at the front of *s; false otherwise. */
static bool digits(str *s, size_t least, size_t most, int *ret)
{
	size_t n = 0;
	int v = 0;
	while (n < s->n && n < most && s->p[n] >= '0' && s->p[n] <= '9')
		v = v * 10 + (s->p[n++] - '0');
	*s = str_sub(*s, n, s->n);
	*ret = v;
	return n >= least;
}

static bool one_of(str *s, const char *chars)
{
	if (s->n == 0 || s->p[0] == '\0' || strchr(chars, s->p[0]) == NULL)
		return false;
	*s = str_sub(*s, 1, s->n);
	return true;
}

static bool parse_date(str *s, struct tz_time *t)
{
	int y, m, d;
	if (!digits(s, 4, 4, &t->year))
		return false;
	char sep[2] = { s->n ? s->p[0] : '\0', '\0' };
	if (sep[0] == '-' || sep[0] == '/') {
		if (!one_of(s, sep) || !digits(s, 1, 2, &t->month) || !one_of(s, sep) || !digits(s, 1, 2, &t->day))
			return false;
	} else if (!digits(s, 2, 2, &t->month) || !digits(s, 2, 2, &t->day)) {
		return false;
	}
	if (t->month < 1 || t->month > 12 || t->day < 1 || t->day > 31)
		return false;
	tz_date(tz_day_of(t->year, t->month, t->day), &y, &m, &d);
	return m == t->month && d == t->day; /* no 30 February */
}

static bool parse_time(str *s, struct tz_time *t)
{
	if (!digits(s, 1, 2, &t->hour) || !one_of(s, ":") || !digits(s, 2, 2, &t->minute))
		return false;
	if (one_of(s, ":")) {
		if (!digits(s, 2, 2, &t->second))
			return false;
		if (one_of(s, ".,")) {
			size_t before = s->n;
			if (!digits(s, 1, 9, &t->milli))
				return false;
			for (size_t n = before - s->n; n < 3; n++)
				t->milli *= 10;
			for (size_t n = before - s->n; n > 3; n--)
				t->milli /= 10;
		}
	}
	return t->hour < 24 && t->minute < 60 && t->second < 60;
}

/* "Z", "+08:00", "+0800", "+08" */
static bool parse_offset(str *s, i64 *ret)
{
	int h, m = 0;
	if (one_of(s, "Zz")) {
		*ret = 0;
		return true;
	}
	bool west = s->n && s->p[0] == '-';
	if (!one_of(s, "+-") || !digits(s, 2, 2, &h))
		return false;
	if (s->n && (one_of(s, ":"), !digits(s, 2, 2, &m)))
		return false;
	*ret = (west ? -1 : 1) * (h * MS_HOUR + m * MS_MINUTE);
	return h < 24 && m < 60;
}

bool tz_parse_date(str text, i64 *ret)
{
	struct tz_time t = { 0 };
	str s = str_trim(text);
	if (!parse_date(&s, &t) || s.n)
		return false;
	*ret = tz_day_of(t.year, t.month, t.day);
	return true;
}

bool tz_parse(const struct tz *z, str text, ms *ret)
{
	struct tz_time t = { 0 };
	str s = str_trim(text);
	if (!parse_date(&s, &t))
		return false;
	if (s.n == 0) {
		*ret = tz_day_start(z, tz_day_of(t.year, t.month, t.day));
		return true;
	}
	if (!one_of(&s, " Tt") || !parse_time(&s, &t))
		return false;
	if (s.n == 0) {
		*ret = tz_utc(z, &t);
		return true;
	}
	i64 offset;
	if (!parse_offset(&s, &offset) || s.n)
		return false;
	*ret = tz_day_of(t.year, t.month, t.day) * MS_DAY + t.hour * MS_HOUR + t.minute * MS_MINUTE +
	       t.second * MS_SECOND + t.milli - offset;
	return true;
}
