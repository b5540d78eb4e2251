/*
 * Days of an entry, and the sums of many: arithmetic on day numbers, without store or clock.
 */
#include "feature/calendar/calendar.h"

#include "base/map.h"
#include "base/vec.h"

#include <stdlib.h>

static i64 month_first(i64 day)
{
	int y, m, d;
	tz_date(day, &y, &m, &d);
	return tz_day_of(y, m, 1);
}

static i64 month_next(i64 day)
{
	int y, m, d;
	tz_date(day, &y, &m, &d);
	return m == 12 ? tz_day_of(y + 1, 1, 1) : tz_day_of(y, m + 1, 1);
}

static bool is_holiday(const struct calendar_days *h, i64 day)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i] == day)
			return true;
	return false;
}

static bool falls_on(const struct calendar_entry *e, i64 day)
{
	return recur_on(&(struct recur){ e->repeat, e->weekdays, e->month_day, e->first_day, e->last_day }, day);
}

/* NIL: left out. */
static i64 shifted(const struct calendar_entry *e, const struct calendar_days *holidays, i64 day)
{
	i64 step = str_eq_c(e->shift, "before") ? -1 : str_eq_c(e->shift, "after") ? 1 : 0;
	if (str_eq_c(e->shift, "keep") || !is_holiday(holidays, day))
		return day;
	for (i64 i = 1; step && i <= CALENDAR_SHIFT_MAX; i++)
		if (!is_holiday(holidays, day + step * i))
			return day + step * i;
	return NIL;
}

static int by_number(const void *a, const void *b)
{
	i64 x = *(const i64 *)a, y = *(const i64 *)b;
	return x < y ? -1 : x > y;
}

err calendar_dates(struct arena *a, const struct calendar_entry *e, const struct calendar_days *holidays, i64 from, i64 to,
		   struct ids *ret)
{
	VEC(i64) days = { 0 };
	size_t kept = 0;
	for (i64 day = from - CALENDAR_SHIFT_MAX; day <= to + CALENDAR_SHIFT_MAX; day++) {
		i64 at = falls_on(e, day) ? shifted(e, holidays, day) : NIL;
		if (at != NIL && at >= from && at <= to)
			vec_push(a, &days, at);
	}
	if (days.n)
		qsort(days.v, days.n, sizeof(*days.v), by_number);
	for (size_t i = 0; i < days.n; i++)
		if (!kept || days.v[kept - 1] != days.v[i])
			days.v[kept++] = days.v[i];
	*ret = (struct ids){ days.v, kept };
	return OK;
}

i64 calendar_window(enum calendar_quota quota, i64 day, i64 *ret_max)
{
	i64 first = month_first(day);
	*ret_max = quota == CALENDAR_BY_MONTH ? month_next(day) - first : quota == CALENDAR_BY_WEEK ? 7 : 1;
	return quota == CALENDAR_BY_MONTH ? first : quota == CALENDAR_BY_WEEK ? day - recur_weekday(day) : day;
}

/* ---- the plan ---- */

static int by_time(const void *a, const void *b)
{
	const struct calendar_place *x = a, *y = b;
	const struct calendar_entry *p = &x->of->entry, *q = &y->of->entry;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (p->at_minute != q->at_minute)
		return p->at_minute < q->at_minute ? -1 : 1;
	return p->id < q->id ? -1 : p->id > q->id;
}

struct used { i64 window, n; };
struct counting {
	struct arena *a;
	const struct calendar_groups *groups;
	enum calendar_quota quota;
	i64 from;
	struct imap index; /* staff -> place in loads */
	VEC(struct calendar_load) loads;
	VEC(struct used) used; /* of the same place */
};

static size_t load_of(struct counting *c, i64 staff)
{
	i64 at;
	if (imap_get(&c->index, staff, &at))
		return (size_t)at;
	struct calendar_load load = { .staff = staff };
	for (size_t i = 0; i < c->groups->n; i++)
		if (c->groups->staff[i] == staff)
			load.groups = c->groups->groups[i];
	vec_push(c->a, &c->loads, load);
	vec_push(c->a, &c->used, (struct used){ NIL, 0 });
	imap_put(&c->index, staff, (i64)c->loads.n - 1);
	return c->loads.n - 1;
}

/* How much of the owner's window is used on that day. */
static struct used *window_of(struct counting *c, i64 staff, i64 day, i64 *ret_max)
{
	size_t at = load_of(c, staff); /* may move them */
	struct used *u = &c->used.v[at];
	i64 window = calendar_window(c->quota, day, ret_max);
	if (u->window != window)
		*u = (struct used){ window, 0 };
	return u;
}

static void weigh(struct counting *c, struct calendar_place *p)
{
	const struct calendar_entry *e = &p->of->entry;
	bool mass = str_eq_c(e->way, "group_mass");
	i64 max;
	for (size_t i = 0; mass && i < p->of->owners.n && !p->over; i++) {
		const struct used *u = window_of(c, p->of->owners.v[i], p->day, &max);
		p->over = u->n >= max;
		p->over_owner = p->of->owners.v[i];
	}
	p->degraded = p->over && e->degrade;
	p->over = p->over && !e->degrade;
	for (size_t i = 0; i < p->of->owners.n; i++) {
		size_t at = load_of(c, p->of->owners.v[i]);
		bool toolbar = str_eq_c(e->way, "toolbar") || p->degraded, counts = mass && !p->degraded;
		if (counts)
			window_of(c, p->of->owners.v[i], p->day, &max)->n++;
		if (p->day < c->from)
			continue;
		struct calendar_load *load = &c->loads.v[at];
		load->mass += counts;
		load->over += p->over;
		load->acts += toolbar ? (load->groups ? load->groups : 1) : 1;
	}
}

err calendar_plan_make(struct arena *a, const struct calendar_owned *entries, size_t count, const struct calendar_days *holidays,
		       const struct calendar_groups *groups, enum calendar_quota quota, i64 from, i64 to, struct calendar_plan *ret)
{
	struct counting c = { .a = a, .groups = groups, .quota = quota, .from = from, .index = imap_new(a) };
	VEC(struct calendar_place) all = { 0 };
	i64 max, begin = calendar_window(quota, from, &max);
	size_t hidden = 0;
	for (size_t i = 0; i < count; i++) {
		struct ids days;
		TRY(calendar_dates(a, &entries[i].entry, holidays, begin, to, &days));
		for (size_t k = 0; k < days.n; k++)
			vec_push(a, &all, (struct calendar_place){ .of = &entries[i], .day = days.v[k] });
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_time);
	for (size_t i = 0; i < all.n; i++) {
		weigh(&c, &all.v[i]);
		hidden += all.v[i].day < from;
	}
	*ret = (struct calendar_plan){ all.n ? all.v + hidden : NULL, all.n - hidden, c.loads.v, c.loads.n };
	return OK;
}
