/*
 * The rota's judgement. Hours are looked at as minutes since the day's own midnight: on a day of 23 or 25 hours a
 * shift begins and ends that much away from the clock on the wall, once a year and only in zones that change.
 */
#include "feature/livecode/livecode_rota.h"

#define WEEK_DAYS 7
#define MONDAY_SHIFT 3 /* day 0 of the calendar was a Thursday */

static i64 weekday(i64 day) { return ((day + MONDAY_SHIFT) % WEEK_DAYS + WEEK_DAYS) % WEEK_DAYS; }

bool rota_within(i64 days, i64 from, i64 to, const struct tz *tz, ms at)
{
	i64 day = tz_day(tz, at), minute = (at - tz_day_start(tz, day)) / MS_MINUTE;
	return (days >> weekday(day) & 1) && minute >= from && minute < to;
}

static bool names(const struct ids *ids, i64 id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (ids->v[i] == id)
			return true;
	return false;
}

static bool in_shift(const struct livecode_plan *plan, i64 staff, const struct tz *tz, ms now)
{
	const struct livecode_shift *s = plan->shifts.v;
	for (size_t i = 0; i < plan->shifts.n; i++)
		if (names(&s[i].staff, staff) && rota_within(s[i].days, s[i].from, s[i].to, tz, now))
			return true;
	return plan->shifts.n == 0;
}

static void edge(ms at, ms now, ms *next)
{
	if (at > now && (*next == NIL || at < *next))
		*next = at;
}

static void edges(i64 days, i64 from, i64 to, const struct tz *tz, ms now, ms *next)
{
	i64 today = tz_day(tz, now);
	for (i64 day = today; day <= today + WEEK_DAYS; day++) {
		if (!(days >> weekday(day) & 1))
			continue;
		edge(tz_day_start(tz, day) + from * MS_MINUTE, now, next);
		edge(tz_day_start(tz, day) + to * MS_MINUTE, now, next);
	}
}

static ms next_edge(const struct livecode_plan *plan, const struct rota_member *m, size_t n, const struct tz *tz, ms now)
{
	const struct livecode_shift *s = plan->shifts.v;
	const struct livecode_window *w = plan->pass.v;
	ms next = NIL;
	for (size_t i = 0; i < plan->shifts.n; i++)
		edges(s[i].days, s[i].from, s[i].to, tz, now, &next);
	for (size_t i = 0; i < plan->pass.n; i++)
		edges(w[i].days, w[i].from, w[i].to, tz, now, &next);
	for (size_t i = 0; i < n; i++)
		if (m[i].cap)
			edge(tz_day_start(tz, tz_day(tz, now) + 1), now, &next);
	return next;
}

void rota_judge(const struct livecode_plan *plan, bool skip_verify, const struct rota_member *members, size_t count,
		const struct tz *tz, ms now, struct arena *a, struct rota *ret)
{
	const struct livecode_window *w = plan->pass.v;
	*ret = (struct rota){ .v = ARENA_ARRAY(a, const struct rota_member *, count + 1), .pass = skip_verify && plan->pass.n == 0 };
	for (size_t i = 0; i < plan->pass.n; i++)
		ret->pass |= skip_verify && rota_within(w[i].days, w[i].from, w[i].to, tz, now);
	for (int backup = 0; backup <= 1 && ret->n == 0; backup++) {
		for (size_t i = 0; i < count; i++) {
			const struct rota_member *m = &members[i];
			bool free = m->able && m->on && m->backup == (backup == 1) && (m->cap == 0 || m->adds < m->cap);
			if (free && (backup || in_shift(plan, m->staff, tz, now)))
				ret->v[ret->n++] = m;
		}
		ret->backup = backup == 1 && ret->n > 0;
	}
	ret->next = next_edge(plan, members, count, tz, now);
}
