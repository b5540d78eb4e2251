/*
 * reach: rules as settings, one person's standing, and what she said.
 */
#include "core/reach/reach_data.h"
#include "core/reach/reach_load.h"

#include "base/hash.h"
#include "core/attr/attr_value.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer.h"

static err number(struct unit *u, const char *name, i64 min, i64 max, i64 otherwise, i64 *ret)
{
	str text;
	TRY(setting_get(u, name, &text));
	if (!str_i64(text, ret) || *ret < min || *ret > max)
		*ret = otherwise;
	return OK;
}

static err words(struct unit *u, const char *name, bool channels, const char *otherwise, u32 *ret)
{
	str text;
	TRY(setting_get(u, name, &text));
	if (!reach_words(text, channels, ret))
		reach_words(str_c(otherwise), channels, ret);
	return OK;
}

static err limits(struct unit *u, struct reach_rules *r)
{
	str text, bad;
	TRY(setting_get(u, "reach.limits", &text));
	if (!reach_limits_parse(text, r->limits, &r->limit_count, &bad))
		reach_limits_parse(STR(REACH_LIMITS_DEFAULT), r->limits, &r->limit_count, &bad);
	return OK;
}

err reach_rules_get(struct unit *u, struct reach_rules *ret)
{
	struct corp corp;
	str mode, quota, salt;
	*ret = (struct reach_rules){ .zone = corp_zone(u, u->corp) };
	TRY(tz_get(STR(TZ_DEFAULT), &ret->platform, &u->fail));
	TRY(setting_get(u, "reach.mode", &mode));
	quota = STR("");
	if (setting_declared(u->env, STR("setup.quota_mode"))) /* answered when setting up */
		TRY(setting_get(u, "setup.quota_mode", &quota));
	TRY(setting_get(u, "reach.holdout_salt", &salt));
	TRY(corp_get(u, u->corp, &corp));
	ret->rolling = str_eq_c(mode, "rolling");
	ret->quota = str_eq_c(quota, "day") ? REACH_QUOTA_DAY : str_eq_c(quota, "week") ? REACH_QUOTA_WEEK : REACH_QUOTA_MONTH;
	ret->salt = hash64(arena_printf(u->arena, "holdout:%.*s:%.*s", STR_F(corp.slug), STR_F(salt)));
	TRY(number(u, "reach.day_max", 0, 100, REACH_DAY_MAX, &ret->day_max));
	TRY(number(u, "reach.week_max", 0, 500, REACH_WEEK_MAX, &ret->week_max));
	TRY(number(u, "reach.quiet_from", 0, 24, 21, &ret->quiet_from));
	TRY(number(u, "reach.quiet_to", 0, 24, 9, &ret->quiet_to));
	TRY(number(u, "reach.mix_share", 0, 100, 100, &ret->mix_share));
	TRY(number(u, "reach.mix_days", 1, REACH_MIX_DAYS_MAX, 30, &ret->mix_days));
	TRY(number(u, "reach.holdout", 0, REACH_HOLDOUT_MAX, 0, &ret->holdout));
	TRY(words(u, "reach.exempt", false, REACH_EXEMPT_DEFAULT, &ret->exempt));
	TRY(words(u, "reach.consent", true, "", &ret->consent));
	return limits(u, ret);
}

static err load_one(struct unit *u, i64 root, ms since, struct reach_person *ret)
{
	return READ_SNAP(u, slot_of_customer(u->store, root), reach_load(snap, &root, 1, since, ret));
}

static i64 marketing_since(const struct reach_past *past, size_t n, ms since, ms at)
{
	i64 count = 0;
	for (size_t i = 0; i < n; i++)
		count += past[i].marketing && past[i].at >= since && past[i].at <= at;
	return count;
}

err reach_used(struct unit *u, i64 root, ms at, struct reach_used *ret)
{
	struct reach_rules r;
	struct reach_person p;
	bool standing;
	size_t n;
	TRY(reach_rules_get(u, &r));
	TRY(load_one(u, root, 0, &p));
	struct reach_past *past = reach_pasts(u->arena, &p, NULL, &n, &standing);
	*ret = (struct reach_used){ .day_max = r.day_max, .week_max = r.week_max, .last = p.last };
	ret->day = marketing_since(past, n, reach_window_from(&r, REACH_PER_DAY, at), at);
	ret->week = marketing_since(past, n, reach_window_from(&r, REACH_PER_WEEK, at), at);
	ret->quota = reach_quota_used(&r, past, n, at, &ret->quota_max);
	return OK;
}

err reach_check(struct unit *u, i64 root, const char *channel, ms at, enum reach_verdict *ret)
{
	return READ_SNAP(u, slot_of_customer(u->store, root), reach_check_many(snap, &root, 1, channel, at, ret));
}

err reach_window(struct unit *u, ms at, ms *ret_open, ms *ret_close)
{
	struct reach_rules r;
	TRY(reach_rules_get(u, &r));
	ms open = reach_opens(&r, NULL, at);
	struct tz_time l = tz_local(r.zone, open);
	ms close = open - ((ms)l.minute * MS_MINUTE + (ms)l.second * MS_SECOND + l.milli);
	for (int i = 0; i < 24 && !reach_is_quiet(&r, NULL, close); i++)
		close += MS_HOUR;
	*ret_open = open;
	*ret_close = close;
	return OK;
}

err reach_holdout_settle(struct tx *tx, const struct reach_rules *r, i64 root, bool *ret_changed)
{
	struct attr_value was, now = { root, REACH_ATTR_HOLDOUT, reach_held_out(r->salt, root, r->holdout) ? 1 : NIL, STR_NIL };
	TRY(attr_value_get(&tx->snap, root, REACH_ATTR_HOLDOUT, &was));
	*ret_changed = was.n != now.n;
	return *ret_changed ? attr_value_put(tx, &now) : OK;
}

/* ---- words ---- */

static const struct { const char *name; enum text text; } reasons[REACH_VERDICTS] = {
	[REACH_GO] = { NULL, T_OK },
	[REACH_CAP_DAY] = { "cap_day", T_REACH_R_CAP_DAY },
	[REACH_CAP_WEEK] = { "cap_week", T_REACH_R_CAP_WEEK },
	[REACH_REFUSED] = { "refused", T_REACH_R_REFUSED },
	[REACH_UNREACHABLE] = { "unreachable", T_REACH_R_UNREACHABLE },
	[REACH_QUIET] = { "quiet", T_REACH_R_QUIET },
	[REACH_BLOCKED] = { "blocked", T_REACH_R_BLOCKED },
	[REACH_NO_CONSENT] = { "no_consent", T_REACH_R_NO_CONSENT },
	[REACH_CONTROL] = { "control", T_REACH_R_CONTROL },
	[REACH_HOLDOUT] = { "holdout", T_REACH_R_HOLDOUT },
	[REACH_LIMIT] = { "limit", T_REACH_R_LIMIT },
	[REACH_MIX] = { "mix", T_REACH_R_MIX },
	[REACH_QUOTA] = { "quota_used", T_REACH_R_QUOTA },
};

const char *reach_reason(enum reach_verdict v) { return (size_t)v < REACH_VERDICTS ? reasons[v].name : NULL; }

enum text reach_reason_text(str reason)
{
	for (size_t i = 1; i < REACH_VERDICTS; i++)
		if (str_eq_c(reason, reasons[i].name))
			return reasons[i].text;
	return T_OK;
}

/* ---- what she said ---- */

/* The row is written at once, so that a claim right after it sees it; the handler finds it there. */
err reach_refuse(struct tx *tx, i64 customer, const char *channel, str by, bool accepted)
{
	struct reach_event body = { .channel = str_c(channel), .class = STR("marketing"), .by = by, .by_id = NIL, .staff = NIL };
	struct reach_stance row = { customer, body.channel, accepted ? STR("accepted") : STR("refused"), tx->snap.now, by };
	TRY(reach_stance_put(tx, &row));
	return journal_add(tx, accepted ? EV_REACH_ACCEPTED : EV_REACH_REFUSED, customer, tx->snap.now, &reach_event_record, &body, NULL);
}

err reach_block(struct tx *tx, i64 customer, str by, str reason, bool blocked)
{
	struct reach_blocked body = { by, reason };
	struct reach_block_row row = { customer, blocked, tx->snap.now, by, reason };
	TRY(reach_block_put(tx, &row));
	return journal_add(tx, blocked ? EV_REACH_BLOCKED : EV_REACH_UNBLOCKED, customer, tx->snap.now, &reach_blocked_record, &body, NULL);
}
