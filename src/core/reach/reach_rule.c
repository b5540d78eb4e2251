/*
 * reach_rule: the judgement, and the words of its settings.
 *
 * When it may go is found by asking again at the moment the rule that stands in the way lets go, until
 * nothing does: each step is later than the one before, and what she has had only ages.
 */
#include "core/reach/reach_rule.h"

#include "base/hash.h"

#define STEPS_MAX 64 /* of looking for the moment it may go */
#define HOURS_MAX 50 /* looked at for the end of quiet hours: two days, and clocks put back */

/* ---- words ---- */

static const char *const channels[] = { "wecom", "sms", "oa", "mail", "kf" };
static const char *const hows[] = { "message", "mass", "task", "own", "moment" };
static const char *const contents[] = { "promo", "useful", "care", "invite", "order", "payment", "reply" };

static int place_of(str word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(word, words[i]))
			return (int)i;
	return (int)n;
}

enum reach_channel reach_channel_of(str word) { return (enum reach_channel)place_of(word, channels, ARRAY_LEN(channels)); }

enum reach_how reach_how_of(str word, enum reach_channel channel, bool marketing)
{
	if (word.n == 0)
		return channel == RC_WECOM && marketing ? RH_MASS : RH_MESSAGE;
	return (enum reach_how)place_of(word, hows, ARRAY_LEN(hows));
}

enum reach_content reach_content_of(str word)
{
	return word.n ? (enum reach_content)place_of(word, contents, ARRAY_LEN(contents)) : RT_PROMO;
}

static bool word_of(str word, struct reach_limit *l)
{
	const struct { const char *const *words; size_t n; } dims[] = {
		{ channels, ARRAY_LEN(channels) }, { hows, ARRAY_LEN(hows) }, { contents, ARRAY_LEN(contents) },
	};
	for (size_t i = 0; i < ARRAY_LEN(dims); i++) {
		int at = place_of(word, dims[i].words, dims[i].n);
		if ((size_t)at < dims[i].n) {
			l->dim = (int)i;
			l->word = at;
			return true;
		}
	}
	return false;
}

const char *reach_limit_word(const struct reach_limit *l)
{
	return l->dim == 0 ? channels[l->word] : l->dim == 1 ? hows[l->word] : contents[l->word];
}

static bool limit_parse(str part, struct reach_limit *ret)
{
	str word = str_trim(str_cut(&part, '=')), max = str_trim(str_cut(&part, '/')), per = str_trim(part);
	ret->per = str_eq_c(per, "day") ? REACH_PER_DAY : str_eq_c(per, "week") ? REACH_PER_WEEK : REACH_PER_MONTH;
	if (ret->per == REACH_PER_MONTH && !str_eq_c(per, "month"))
		return false;
	return word_of(word, ret) && str_i64(max, &ret->max) && ret->max >= 0 && ret->max <= 1000;
}

bool reach_limits_parse(str text, struct reach_limit ret[REACH_LIMITS_MAX], size_t *ret_count, str *ret_bad)
{
	*ret_count = 0;
	*ret_bad = STR_NIL;
	for (str rest = str_trim(text); rest.p && rest.n;) {
		str part = str_trim(str_cut(&rest, ','));
		if (*ret_count == REACH_LIMITS_MAX || !limit_parse(part, &ret[*ret_count])) {
			*ret_bad = part;
			return false;
		}
		++*ret_count;
	}
	return true;
}

bool reach_words(str list, bool of_channels, u32 *ret)
{
	u32 bits = 0;
	for (str rest = str_trim(list); rest.p && rest.n;) {
		str part = str_trim(str_cut(&rest, ','));
		size_t n = of_channels ? ARRAY_LEN(channels) : ARRAY_LEN(contents);
		int at = place_of(part, of_channels ? channels : contents, n);
		if ((size_t)at >= n)
			return false;
		bits |= 1u << at;
	}
	*ret = bits;
	return true;
}

/* ---- hours ---- */

static bool quiet_hour(const struct reach_rules *r, i64 hour)
{
	i64 from = r->quiet_from, to = r->quiet_to;
	return from < to ? hour >= from && hour < to : from > to && (hour >= from || hour < to);
}

bool reach_is_quiet(const struct reach_rules *r, const struct tz *zone, ms at)
{
	return r->quiet_from != r->quiet_to && quiet_hour(r, tz_local(zone ? zone : r->zone, at).hour);
}

/* The next full hour of that zone: clocks that are put forward or back change the steps, not the rule. */
static ms next_hour(const struct tz *z, ms at)
{
	struct tz_time l = tz_local(z, at);
	return at + MS_HOUR - ((ms)l.minute * MS_MINUTE + (ms)l.second * MS_SECOND + l.milli);
}

ms reach_opens(const struct reach_rules *r, const struct tz *zone, ms at)
{
	const struct tz *z = zone ? zone : r->zone;
	for (int i = 0; i < HOURS_MAX && reach_is_quiet(r, z, at); i++)
		at = next_hour(z, at);
	return at;
}

ms reach_quiet_within(const struct reach_rules *r, const struct tz *zone, ms at, ms span)
{
	const struct tz *z = zone ? zone : r->zone;
	ms end = at + int_max(span, 1);
	for (int i = 0; i < HOURS_MAX && at < end; i++) {
		if (reach_is_quiet(r, z, at))
			return at;
		at = next_hour(z, at);
	}
	return NIL;
}

/* ---- hold-outs ---- */

i64 reach_bucket(u64 salt, i64 person) { return (i64)(hash_mix(salt ^ hash_mix((u64)person)) % REACH_BUCKETS); }

bool reach_held_out(u64 salt, i64 person, i64 percent)
{
	return percent > 0 && reach_bucket(salt, person) < percent * (REACH_BUCKETS / 100);
}

/* ---- windows ---- */

static ms month_start(const struct tz *z, ms at, int months)
{
	struct tz_time l = tz_local(z, at);
	int month = l.year * 12 + l.month - 1 + months;
	return tz_day_start(z, tz_day_of(month / 12, month % 12 + 1, 1));
}

static i64 days_of(enum reach_per per)
{
	return per == REACH_PER_DAY ? 1 : per == REACH_PER_WEEK ? REACH_WEEK_DAYS : REACH_ROLLING_MONTH_DAYS;
}

ms reach_window_from(const struct reach_rules *r, enum reach_per per, ms at)
{
	if (r->rolling)
		return at - days_of(per) * MS_DAY + 1;
	if (per == REACH_PER_MONTH)
		return month_start(r->zone, at, 0);
	return tz_day_start(r->zone, tz_day(r->zone, at) - days_of(per) + 1);
}

/* When something of that moment no longer counts. */
static ms lets_go(const struct reach_rules *r, enum reach_per per, ms of)
{
	if (r->rolling)
		return of + days_of(per) * MS_DAY;
	if (per == REACH_PER_MONTH)
		return month_start(r->zone, of, 1);
	return tz_day_start(r->zone, tz_day(r->zone, of) + days_of(per));
}

/* Which of her touches a rule counts: all marketing ones, or those of a limit's word. */
static bool counts(const struct reach_limit *l, const struct reach_past *p)
{
	return p->marketing && (!l || (l->dim == 0 ? p->channel : l->dim == 1 ? p->how : p->content) == l->word);
}

struct cap { const struct reach_limit *of; enum reach_per per; i64 max; };

/* The moment at which at most max - 1 of the window's are left; NIL: never. */
static ms room_at(const struct reach_rules *r, const struct reach_past *past, size_t n, const struct cap *c, ms from, ms to, i64 count)
{
	ms last = NIL;
	if (c->max <= 0)
		return NIL;
	for (i64 gone = 0; gone < count - c->max + 1;) { /* the oldest that has to go; few are in a window */
		ms next = NIL;
		i64 same = 0;
		for (size_t i = 0; i < n; i++) {
			ms at = past[i].at;
			if (at < from || at > to || !counts(c->of, &past[i]) || (last != NIL && at <= last))
				continue;
			same = at == next ? same + 1 : next == NIL || at < next ? 1 : same;
			next = next == NIL || at < next ? at : next;
		}
		if (next == NIL)
			break;
		last = next;
		gone += same;
	}
	return lets_go(r, c->per, last);
}

/* Does one more at `at` overfill the window that ends at `end`? *ret_free: when it no longer would. */
static bool overfills(const struct reach_rules *r, const struct reach_past *past, size_t n, const struct cap *c, ms at, ms end, ms *ret_free)
{
	ms from = reach_window_from(r, c->per, end);
	i64 count = 0;
	if (at < from)
		return false;
	for (size_t i = 0; i < n; i++)
		count += past[i].at >= from && past[i].at <= end && counts(c->of, &past[i]);
	if (count < c->max)
		return false;
	*ret_free = room_at(r, past, n, c, from, end, count);
	if (*ret_free != NIL && *ret_free <= at) /* it lies in the window of something later */
		*ret_free = lets_go(r, c->per, end);
	return true;
}

static bool capped(const struct reach_rules *r, const struct reach_past *past, size_t n, const struct cap *c, ms at, ms *ret_free)
{
	if (overfills(r, past, n, c, at, at, ret_free))
		return true;
	for (size_t i = 0; i < n; i++)
		if (past[i].at > at && counts(c->of, &past[i]) && overfills(r, past, n, c, at, past[i].at, ret_free))
			return true;
	return false;
}

/* ---- WeCom's quota ---- */

static void quota_period(const struct reach_rules *r, ms at, ms *from, ms *to, i64 *max)
{
	i64 day = tz_day(r->platform, at), first = day, next = day + 1;
	*max = 1;
	if (r->quota == REACH_QUOTA_WEEK) {
		first = day - (day + 3) % 7; /* Monday: 1970-01-01 was a Thursday */
		next = first + REACH_WEEK_DAYS;
		*max = REACH_WEEK_DAYS;
	} else if (r->quota == REACH_QUOTA_MONTH) {
		*from = month_start(r->platform, at, 0);
		*to = month_start(r->platform, at, 1);
		*max = tz_day(r->platform, *to) - tz_day(r->platform, *from);
		return;
	}
	*from = tz_day_start(r->platform, first);
	*to = tz_day_start(r->platform, next);
}

static bool uses_quota(u8 channel, u8 how) { return channel == RC_WECOM && (how == RH_MASS || how == RH_TASK || how == RH_OWN); }

static i64 quota_of(const struct reach_rules *r, const struct reach_past *past, size_t n, ms at, i64 *ret_max, ms *ret_to)
{
	ms from;
	i64 used = 0;
	quota_period(r, at, &from, ret_to, ret_max);
	for (size_t i = 0; i < n; i++)
		used += past[i].at >= from && past[i].at < *ret_to && uses_quota(past[i].channel, past[i].how);
	return used;
}

i64 reach_quota_used(const struct reach_rules *r, const struct reach_past *past, size_t n, ms at, i64 *ret_max)
{
	ms to;
	return quota_of(r, past, n, at, ret_max, &to);
}

/* ---- content mix ---- */

/* Of her marketing touches of the last days, this one included, at most the share (rounded up) are promotions. */
static bool too_many_promos(const struct reach_rules *r, const struct reach_past *past, size_t n, const struct reach_try *t, ms *ret_free)
{
	ms from = t->at - r->mix_days * MS_DAY + 1, oldest = NIL;
	i64 all = 1, promos = 1;
	if (r->mix_share >= 100 || t->content != RT_PROMO)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!past[i].marketing || past[i].at < from || past[i].at > t->at)
			continue;
		all++;
		if (past[i].content != RT_PROMO)
			continue;
		promos++;
		oldest = oldest == NIL || past[i].at < oldest ? past[i].at : oldest;
	}
	if (promos <= (all * r->mix_share + 99) / 100)
		return false;
	*ret_free = r->mix_share == 0 || oldest == NIL ? NIL : oldest + r->mix_days * MS_DAY;
	return true;
}

/* ---- the judgement ---- */

static struct reach_judged judged(enum reach_verdict v, ms retry_at, int limit) { return (struct reach_judged){ v, retry_at, limit }; }

static bool exempt(const struct reach_rules *r, const struct reach_try *t)
{
	return !t->marketing || (t->content < RT_OTHER && (r->exempt >> t->content & 1));
}

/* What no waiting changes. */
static enum reach_verdict barred(const struct reach_rules *r, const struct reach_try *t)
{
	if (exempt(r, t))
		return t->reachable ? REACH_GO : REACH_UNREACHABLE;
	if (t->refused)
		return REACH_REFUSED;
	if (t->blocked)
		return REACH_BLOCKED;
	if (!t->reachable)
		return REACH_UNREACHABLE;
	if (t->channel < RC_OTHER && (r->consent >> t->channel & 1) && !t->consented)
		return REACH_NO_CONSENT;
	return reach_held_out(r->salt, t->root, r->holdout) ? REACH_CONTROL : REACH_GO;
}

static struct reach_judged caps(const struct reach_rules *r, const struct reach_past *past, size_t n, const struct reach_try *t)
{
	struct cap day = { NULL, REACH_PER_DAY, r->day_max }, week = { NULL, REACH_PER_WEEK, r->week_max };
	struct reach_past me = { t->at, t->channel, t->how, t->content, true };
	ms free_at = NIL;
	if (capped(r, past, n, &day, t->at, &free_at))
		return judged(REACH_CAP_DAY, free_at, 0);
	if (capped(r, past, n, &week, t->at, &free_at))
		return judged(REACH_CAP_WEEK, free_at, 0);
	for (size_t i = 0; i < r->limit_count; i++) {
		struct cap c = { &r->limits[i], r->limits[i].per, r->limits[i].max };
		if (counts(c.of, &me) && capped(r, past, n, &c, t->at, &free_at))
			return judged(REACH_LIMIT, free_at, (int)i);
	}
	if (too_many_promos(r, past, n, t, &free_at))
		return judged(REACH_MIX, free_at, 0);
	return judged(REACH_GO, t->at, 0);
}

static struct reach_judged once(const struct reach_rules *r, const struct reach_past *past, size_t n, const struct reach_try *t)
{
	bool free_of_caps = exempt(r, t);
	struct reach_judged j = judged(REACH_GO, t->at, 0);
	if (!t->placed && !free_of_caps)
		j = caps(r, past, n, t);
	if (j.verdict == REACH_GO && !t->placed && uses_quota(t->channel, t->how)) {
		i64 max;
		ms to;
		if (quota_of(r, past, n, t->at, &max, &to) >= max)
			j = judged(REACH_QUOTA, to, 0);
	}
	ms hush = j.verdict == REACH_GO && !free_of_caps ? reach_quiet_within(r, t->zone, t->at, t->span) : NIL;
	return hush == NIL ? j : judged(REACH_QUIET, reach_opens(r, t->zone, hush), 0);
}

struct reach_judged reach_judge(const struct reach_rules *r, const struct reach_past *past, size_t n, const struct reach_try *t)
{
	enum reach_verdict never = barred(r, t);
	if (never != REACH_GO)
		return judged(never, NIL, 0);
	struct reach_judged first = once(r, past, n, t), j = first;
	/* Last of all, so that who is left out is like who is not: both could have been reached. */
	if (!exempt(r, t) && reach_held_out(t->salt, t->root, t->share))
		return judged(first.verdict == REACH_GO ? REACH_HOLDOUT : first.verdict, NIL, first.limit);
	struct reach_try later = *t;
	for (int i = 0; i < STEPS_MAX && j.verdict != REACH_GO && j.retry_at != NIL && j.retry_at > later.at; i++) {
		later.at = j.retry_at;
		j = once(r, past, n, &later);
	}
	first.retry_at = j.verdict == REACH_GO ? later.at : NIL;
	if (first.verdict == REACH_GO)
		first.retry_at = NIL;
	return first;
}
