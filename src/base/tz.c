/*
 * Time zones: TZif files (RFC 8536) and civil dates.
 *
 * The table of changes answers for the past, the rule at the end of the file for everything after the
 * last change. Two zones are known even where the system has no zone files, because a first start must
 * work there. Loaded zones stay for the process in one list behind a mutex, the only state here: they
 * never change, and there are only as many as zone files.
 */
#include "base/tz.h"
#include "base/tz_rule.h"
#include "base/buf.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define TZ_FOLDER "/usr/share/zoneinfo/"
#define TZ_NAME_MAX 63
#define TZ_FILE_MAX ((size_t)64 << 10)
#define TZ_HEADER_BYTES 44
#define TZ_CHANGES_MAX 4000
#define TZ_TYPES_MAX 256

struct tz {
	struct tz *next;
	char name[TZ_NAME_MAX + 1];
	size_t n;
	i64 *at;      /* UTC seconds of each change, ascending */
	i32 *offset;  /* seconds east of UTC from that change on */
	i32 first;    /* before the first change */
	bool ruled;   /* rule holds from the last change on */
	struct tz_rule rule;
};

static struct {
	pthread_mutex_t lock;
	struct tz *zones;
} cache = { PTHREAD_MUTEX_INITIALIZER, NULL };

static i64 big_endian(const u8 *p, int bytes)
{
	u64 v = bytes == 4 && (p[0] & 0x80) ? ~(u64)0 : 0;
	for (int i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return (i64)v;
}

struct tz_counts { size_t isut, isstd, leaps, times, types, chars; };

static bool read_header(const u8 *p, size_t n, struct tz_counts *c)
{
	if (n < TZ_HEADER_BYTES || memcmp(p, "TZif", 4) != 0)
		return false;
	size_t *const to[] = { &c->isut, &c->isstd, &c->leaps, &c->times, &c->types, &c->chars };
	for (size_t i = 0; i < ARRAY_LEN(to); i++) {
		i64 v = big_endian(p + 20 + 4 * i, 4);
		if (v < 0 || v > TZ_CHANGES_MAX)
			return false;
		*to[i] = (size_t)v;
	}
	return c->types > 0 && c->types <= TZ_TYPES_MAX;
}

static size_t block_bytes(const struct tz_counts *c, size_t time_bytes)
{
	return c->times * (time_bytes + 1) + c->types * 6 + c->chars + c->leaps * (time_bytes + 4) + c->isstd + c->isut;
}

/* The second block (64-bit times) and the rule behind it. */
static bool read_block(struct tz *z, const u8 *p, size_t n)
{
	struct tz_counts c;
	if (!read_header(p, n, &c))
		return false;
	p += TZ_HEADER_BYTES;
	n -= TZ_HEADER_BYTES;
	size_t size = block_bytes(&c, 8);
	if (n < size)
		return false;
	const u8 *kinds = p + c.times * 8, *types = kinds + c.times;
	z->at = calloc(c.times + 1, sizeof(*z->at));
	z->offset = calloc(c.times + 1, sizeof(*z->offset));
	ASSERT(z->at && z->offset);
	z->n = c.times;
	z->first = (i32)big_endian(types, 4);
	for (size_t i = 0; i < c.times; i++) {
		if (kinds[i] >= c.types)
			return false;
		z->at[i] = big_endian(p + i * 8, 8);
		z->offset[i] = (i32)big_endian(types + kinds[i] * 6, 4);
	}
	str footer = str_of((const char *)p + size, n - size);
	str_cut(&footer, '\n');
	str rule = str_cut(&footer, '\n');
	z->ruled = rule.n && tz_rule_parse(rule, &z->rule);
	return true;
}

static bool read_file(struct tz *z, const u8 *p, size_t n)
{
	struct tz_counts c;
	if (!read_header(p, n, &c) || p[4] < '2')
		return false;
	size_t skip = TZ_HEADER_BYTES + block_bytes(&c, 4);
	return skip < n && read_block(z, p + skip, n - skip);
}

static bool load_file(struct tz *z)
{
	char path[sizeof(TZ_FOLDER) + TZ_NAME_MAX];
	snprintf(path, sizeof(path), "%s%s", TZ_FOLDER, z->name);
	FILE *file = fopen(path, "rbe");
	if (file == NULL)
		return false;
	u8 *p = malloc(TZ_FILE_MAX);
	ASSERT(p);
	size_t n = fread(p, 1, TZ_FILE_MAX, file);
	fclose(file);
	bool ok = read_file(z, p, n);
	free(p);
	return ok;
}

static bool load_known(struct tz *z)
{
	static const char *const known[][2] = { { "UTC", "UTC0" }, { TZ_DEFAULT, "CST-8" } };
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strcmp(z->name, known[i][0]) == 0)
			return z->ruled = tz_rule_parse(str_c(known[i][1]), &z->rule);
	return false;
}

/* A name that stays inside the folder of zones. */
static bool name_ok(str name)
{
	if (name.n == 0 || name.n > TZ_NAME_MAX || name.p[0] == '/' || str_has(name, STR("..")))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i], l = c | 32;
		if (!((l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || (c && strchr("_+-/", c))))
			return false;
	}
	return true;
}

static struct tz *load(str name)
{
	struct tz *z = calloc(1, sizeof(*z));
	ASSERT(z);
	memcpy(z->name, name.p, name.n);
	if (load_file(z))
		return z;
	free(z->at);
	free(z->offset);
	*z = (struct tz){ 0 };
	memcpy(z->name, name.p, name.n);
	if (load_known(z))
		return z;
	free(z);
	return NULL;
}

err tz_get(str name, const struct tz **ret, struct fail *f)
{
	struct tz *z = NULL;
	if (name_ok(name)) {
		pthread_mutex_lock(&cache.lock);
		for (z = cache.zones; z && !str_eq_c(name, z->name); z = z->next)
			;
		if (z == NULL && (z = load(name))) {
			z->next = cache.zones;
			cache.zones = z;
		}
		pthread_mutex_unlock(&cache.lock);
	}
	if (z == NULL)
		return fail_set(f, ERR_INPUT, T_OK, STR("timezone"), name, STR("IANA, " TZ_DEFAULT));
	*ret = z;
	return OK;
}

static i64 div_floor(i64 a, i64 b)
{
	return a / b - (a % b < 0);
}

i64 tz_offset_ms(const struct tz *z, ms at)
{
	i64 s = div_floor(at, 1000);
	if (z->n && s < z->at[0])
		return (i64)z->first * 1000;
	if (z->ruled && (z->n == 0 || s >= z->at[z->n - 1]))
		return tz_rule_offset(&z->rule, s) * 1000;
	if (z->n == 0)
		return (i64)z->first * 1000;
	size_t low = 0, high = z->n; /* at[low] <= s < at[high] */
	while (high - low > 1) {
		size_t mid = (low + high) / 2;
		if (z->at[mid] <= s)
			low = mid;
		else
			high = mid;
	}
	return (i64)z->offset[low] * 1000;
}

i64 tz_day(const struct tz *z, ms at)
{
	return div_floor(at + tz_offset_ms(z, at), MS_DAY);
}

/* The moment shown as `local` (local time counted like UTC). Shown twice: the first. Never shown: false
 * and *ret as far behind the change as local is inside the gap. */
static bool from_local(const struct tz *z, ms local, ms *ret)
{
	i64 before = tz_offset_ms(z, local - MS_DAY), after = tz_offset_ms(z, local + MS_DAY);
	ms a = local - before, b = local - after;
	bool a_ok = tz_offset_ms(z, a) == before, b_ok = tz_offset_ms(z, b) == after;
	*ret = a_ok && b_ok ? int_min(a, b) : b_ok ? b : a;
	return a_ok || b_ok;
}

ms tz_day_start(const struct tz *z, i64 day)
{
	ms at;
	if (from_local(z, day * MS_DAY, &at))
		return at;
	/* Midnight was skipped: the day begins at the change, somewhere around. */
	ms low = at - 2 * MS_DAY, high = at + 2 * MS_DAY;
	while (high - low > 1) {
		ms mid = low + (high - low) / 2;
		if (tz_day(z, mid) >= day)
			high = mid;
		else
			low = mid;
	}
	return high;
}

/* Proleptic Gregorian calendar, counted from 0000-03-01 so that the leap day ends the year. */
i64 tz_day_of(int year, int month, int day)
{
	i64 y = (i64)year - (month <= 2);
	i64 era = div_floor(y, 400), of_era = y - era * 400;
	i64 of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void tz_date(i64 day, int *year, int *month, int *day_of_month)
{
	i64 z = day + 719468;
	i64 era = div_floor(z, 146097), of_era = z - era * 146097;
	i64 y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	i64 of_year = of_era - (365 * y + y / 4 - y / 100);
	i64 m = (5 * of_year + 2) / 153;
	*day_of_month = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

struct tz_time tz_local(const struct tz *z, ms at)
{
	ms local = at + tz_offset_ms(z, at);
	i64 day = div_floor(local, MS_DAY), rest = local - day * MS_DAY;
	struct tz_time t = { .weekday = (int)(((day + 4) % 7 + 7) % 7) };
	tz_date(day, &t.year, &t.month, &t.day);
	t.hour = (int)(rest / MS_HOUR);
	t.minute = (int)(rest / MS_MINUTE % 60);
	t.second = (int)(rest / MS_SECOND % 60);
	t.milli = (int)(rest % MS_SECOND);
	return t;
}

static ms count_local(const struct tz_time *t)
{
	return tz_day_of(t->year, t->month, t->day) * MS_DAY + t->hour * MS_HOUR + t->minute * MS_MINUTE +
	       t->second * MS_SECOND + t->milli;
}

ms tz_utc(const struct tz *z, const struct tz_time *local)
{
	ms at;
	from_local(z, count_local(local), &at);
	return at;
}

str tz_format(const struct tz *z, ms at, struct arena *a)
{
	struct tz_time t = tz_local(z, at);
	return arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day, t.hour, t.minute, t.second);
}

str tz_format_date(i64 day, struct arena *a)
{
	int year, month, dom;
	tz_date(day, &year, &month, &dom);
	return arena_printf(a, "%04d-%02d-%02d", year, month, dom);
}
