/*
 * reach: the restraint rules over the ledger of touches.
 *
 * Days are the corp's own; a week is today and the six days before, so that a cap never depends on the
 * hour somebody was reached. The check is asked twice: when a send is planned and at the second of
 * acting.
 */
#include "core/reach/reach_data.h"

#include "core/attr/attr.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"

#define WEEK_DAYS 7

static err count_leaf(const struct snap *s, i64 leaf, const struct reach_since *since, struct reach_count *sum)
{
	struct reach_since in = *since;
	struct reach_count one;
	in.customer = leaf;
	TRY(reach_counts(s, &in, &one));
	sum->of_day += one.of_day;
	sum->of_week += one.of_week;
	return OK;
}

static err refused_leaf(const struct snap *s, i64 leaf, const char *channel, bool *refused)
{
	struct reach_refusal row = { leaf, str_c(channel), 0 };
	err e = reach_refused(s, &row, &row);
	if (e == OK)
		*refused = true;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err reachable(const struct snap *s, i64 root, const char *channel, bool *ret)
{
	struct customer_fact fact;
	err e = attr_fact_get(s, root, &fact);
	if (e == ERR_NOT_FOUND) {
		*ret = false;
		return OK;
	}
	TRY(e);
	/* Of the other channels their own verbs know: a window, a fan, an address. */
	*ret = str_eq_c(STR("wecom"), channel) ? fact.reach_wecom : str_eq_c(STR("sms"), channel) ? fact.reach_sms : true;
	return OK;
}

static err last_reached(const struct snap *s, i64 root, ms *ret)
{
	struct customer_fact fact;
	err e = attr_fact_get(s, root, &fact);
	*ret = e == OK ? fact.last_reached : NIL;
	return e == ERR_NOT_FOUND ? OK : e;
}

err reach_used(struct unit *u, i64 root, ms at, struct reach_used *ret)
{
	const struct tz *zone = corp_zone(u, u->corp);
	i64 today = tz_day(zone, at), leaves[CUSTOMER_LEAVES_MAX];
	struct reach_since since = { 0, tz_day_start(zone, today), tz_day_start(zone, today - WEEK_DAYS + 1), at + 1 };
	struct reach_count sum = { 0 };
	size_t n;
	TRY(setting_i64(u, "reach.day_max", &ret->day_max));
	TRY(setting_i64(u, "reach.week_max", &ret->week_max));
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n; i++)
		TRY(READ_SNAP(u, slot_of_customer(u->store, leaves[i]), count_leaf(snap, leaves[i], &since, &sum)));
	ret->day = sum.of_day;
	ret->week = sum.of_week;
	return READ_SNAP(u, slot_of_customer(u->store, root), last_reached(snap, root, &ret->last));
}

err reach_check(struct unit *u, i64 root, const char *channel, ms at, enum reach_verdict *ret)
{
	struct reach_used used;
	bool refused = false, can = false;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(reach_used(u, root, at, &used));
	TRY(customer_leaves(u, root, leaves, &n));
	TRY(READ_SNAP(u, slot_of_customer(u->store, root), reachable(snap, root, channel, &can)));
	for (size_t i = 0; i < n; i++)
		TRY(READ_SNAP(u, slot_of_customer(u->store, leaves[i]), refused_leaf(snap, leaves[i], channel, &refused)));
	*ret = refused ? REACH_REFUSED : !can ? REACH_UNREACHABLE
		: used.day >= used.day_max ? REACH_CAP_DAY : used.week >= used.week_max ? REACH_CAP_WEEK : REACH_GO;
	return OK;
}

/* Hours are whole; from == to means there are no quiet hours. */
static bool quiet(i64 hour, i64 from, i64 to)
{
	return from < to ? hour >= from && hour < to : from > to && (hour >= from || hour < to);
}

err reach_window(struct unit *u, ms at, ms *ret_open, ms *ret_close)
{
	const struct tz *zone = corp_zone(u, u->corp);
	i64 from, to;
	TRY(setting_i64(u, "reach.quiet_from", &from));
	TRY(setting_i64(u, "reach.quiet_to", &to));
	struct tz_time local = tz_local(zone, at);
	ms hour_start = at - ((ms)local.minute * MS_MINUTE + (ms)local.second * MS_SECOND + local.milli);
	ms open = at;
	i64 hour = local.hour;
	if (quiet(hour, from, to)) {
		open = hour_start;
		while (quiet(hour, from, to)) {
			open += MS_HOUR;
			hour = (hour + 1) % 24;
		}
		hour_start = open;
	}
	ms close = hour_start;
	for (int i = 0; i < 24 && !quiet(hour, from, to); i++) {
		close += MS_HOUR;
		hour = (hour + 1) % 24;
	}
	*ret_open = open;
	*ret_close = close;
	return OK;
}

const char *reach_reason(enum reach_verdict v)
{
	static const char *const names[] = { NULL, "cap_day", "cap_week", "refused", "unreachable", "quiet" };
	return (size_t)v < ARRAY_LEN(names) ? names[v] : NULL;
}

err reach_claim(struct tx *tx, const struct reach_ask *ask, struct reach_answer *ret)
{
	struct unit *u = tx->snap.unit;
	ms open, close;
	*ret = (struct reach_answer){ REACH_GO, NIL };
	TRY(reach_check(u, ask->root, ask->channel, ask->at, &ret->verdict));
	if (ret->verdict == REACH_CAP_DAY || ret->verdict == REACH_CAP_WEEK)
		ret->retry_at = tz_day_start(corp_zone(u, u->corp), tz_day(corp_zone(u, u->corp), ask->at) + 1);
	if (ret->verdict != REACH_GO)
		return OK;
	TRY(reach_window(u, ask->at, &open, &close));
	if (open > ask->at)
		*ret = (struct reach_answer){ REACH_QUIET, open };
	return OK;
}

err reach_release(struct tx *tx, i64 root, str key)
{
	(void)tx, (void)root, (void)key;
	return OK;
}
