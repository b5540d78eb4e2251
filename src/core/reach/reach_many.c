/*
 * reach: the same restraint rules as reach_check, for a page of people by a few reads.
 *
 * The verdict must be the one reach_check gives; a test compares the two.
 */
#include "core/reach/reach_data.h"

#include "base/map.h"
#include "core/attr/attr.h"
#include "core/corp/corp.h"
#include "core/customer/customer_many.h"

#define WEEK_DAYS 7

struct standing { i64 of_day, of_week; bool refused, reachable; };

struct look {
	struct imap places; /* leaf -> place of its root */
	struct imap roots;  /* root -> its place */
	struct standing *v;
	bool sms, wecom;
};

static err on_counted(void *arg, const void *of)
{
	struct look *l = arg;
	const struct reach_counted *row = of;
	i64 place;
	if (imap_get(&l->places, row->customer, &place)) {
		l->v[place].of_day += row->of_day;
		l->v[place].of_week += row->of_week;
	}
	return OK;
}

static err on_refusal(void *arg, const void *of)
{
	struct look *l = arg;
	const struct reach_refusal *row = of;
	i64 place;
	if (imap_get(&l->places, row->customer, &place))
		l->v[place].refused = true;
	return OK;
}

static err on_reach(void *arg, const void *of)
{
	struct look *l = arg;
	const struct attr_reach *row = of;
	i64 place;
	if (imap_get(&l->roots, row->customer, &place))
		l->v[place].reachable = (l->wecom && row->reach_wecom) || (l->sms && row->reach_sms);
	return OK;
}

static err look_around(const struct snap *s, struct look *l, const i64 *roots, size_t count, const struct reach_range *range)
{
	struct customer_member *members;
	struct customer_span *spans;
	struct snap at = *s;
	size_t n;
	TRY(customer_members(s, roots, count, &members, &n));
	i64 *leaves = ARENA_ARRAY(s->arena, i64, n ? n : 1);
	for (size_t i = 0; i < n; i++) {
		leaves[i] = members[i].leaf;
		imap_put(&l->places, members[i].leaf, (i64)members[i].root);
	}
	size_t span_count = customer_spans(s->unit->store, s->arena, leaves, n, &spans);
	for (size_t i = 0; i < span_count; i++) {
		struct reach_range in = *range;
		in.first = spans[i].from;
		in.last = spans[i].to;
		snap_slot(&at, spans[i].slot);
		TRY(reach_counts_span(&at, &in, on_counted, l));
		TRY(reach_refused_span(&at, &in, on_refusal, l));
		TRY(attr_reach_each(&at, in.first, in.last, on_reach, l));
	}
	return OK;
}

err reach_check_many(const struct snap *s, const i64 *roots, size_t count, const char *channel, ms at,
		     enum reach_verdict *ret)
{
	struct unit *u = s->unit;
	const struct tz *zone = corp_zone(u, u->corp);
	i64 today = tz_day(zone, at), day_max, week_max;
	struct reach_range range = {
		.channel = str_c(channel), .day = tz_day_start(zone, today),
		.week = tz_day_start(zone, today - WEEK_DAYS + 1), .before = at + 1,
	};
	struct look l = {
		.places = imap_new(s->arena), .roots = imap_new(s->arena),
		.v = ARENA_ARRAY(s->arena, struct standing, count ? count : 1),
		.wecom = str_eq_c(range.channel, "wecom"), .sms = str_eq_c(range.channel, "sms"),
	};
	TRY(setting_i64(u, "reach.day_max", &day_max));
	TRY(setting_i64(u, "reach.week_max", &week_max));
	for (size_t i = 0; i < count; i++)
		imap_put(&l.roots, roots[i], (i64)i);
	TRY(look_around(s, &l, roots, count, &range));
	for (size_t i = 0; i < count; i++) {
		const struct standing *v = &l.v[i];
		ret[i] = v->refused ? REACH_REFUSED : !v->reachable ? REACH_UNREACHABLE
			: v->of_day >= day_max ? REACH_CAP_DAY : v->of_week >= week_max ? REACH_CAP_WEEK : REACH_GO;
	}
	return OK;
}
