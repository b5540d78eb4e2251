/*
 * The judgement over years, beside a second judge written plainly from the rules: they must agree on every try, and
 * what a refusal promises ("again at …") must hold. Random rules, zones with and without summer time, month ends, the
 * leap day, clocks that jump, members who send by themselves, promises for later.
 *
 * YUTANG_REACH_DECISIONS=10000000 asks for that many instead of as many as fit into a few seconds.
 */
#include "base/hash.h"
#include "core/reach/reach_rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define DECISIONS 40000
#define PAST_MAX 4000
#define START ((ms)1830297600000) /* 2028-01-01 00:00 UTC: a leap year */
#define YEAR (366 * MS_DAY)
#define KEPT (100 * MS_DAY)

struct life {
	u64 seed;
	struct reach_rules r;
	struct reach_past past[PAST_MAX];
	size_t n;
	i64 root, share;
	u64 salt;
	const struct tz *zone;
	bool refused, blocked, consented;
	i64 counts[REACH_VERDICTS], decisions;
};

static u64 draw(struct life *l) { return l->seed = hash_mix(l->seed + 1); }
static i64 among(struct life *l, i64 n) { return (i64)(draw(l) % (u64)n); }
static bool one_in(struct life *l, i64 n) { return among(l, n) == 0; }

static const struct tz *zone_named(const char *name)
{
	const struct tz *z = NULL;
	struct fail f = { 0 };
	assert_int_equal(tz_get(str_c(name), &z, &f), OK);
	return z;
}

static const struct tz *a_zone(struct life *l)
{
	static const char *const names[] = { "Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Santiago",
					     "Asia/Kathmandu", "Pacific/Apia", "UTC" };
	return zone_named(names[among(l, ARRAY_LEN(names))]);
}

/* ---- the second judge ---- */

struct date { i64 year, month, day, number; };

static struct date date_of(const struct tz *z, ms at)
{
	struct tz_time t = tz_local(z, at);
	return (struct date){ t.year, t.month, t.day, tz_day_of(t.year, t.month, t.day) };
}

/* Is `a` in the window of that kind that ends at `b`? */
static bool within(const struct reach_rules *r, enum reach_per per, ms a, ms b)
{
	if (a > b)
		return false;
	if (r->rolling)
		return b - a < (per == REACH_PER_DAY ? 24 : per == REACH_PER_WEEK ? 24 * 7 : 24 * 30) * MS_HOUR;
	struct date x = date_of(r->zone, a), y = date_of(r->zone, b);
	if (per == REACH_PER_MONTH)
		return x.year == y.year && x.month == y.month;
	return y.number - x.number < (per == REACH_PER_DAY ? 1 : 7);
}

static bool is_of(const struct reach_limit *l, const struct reach_past *p)
{
	return !l || (l->dim == 0 && p->channel == l->word) || (l->dim == 1 && p->how == l->word) || (l->dim == 2 && p->content == l->word);
}

/* With this one (the last of v) no window that it lies in holds more than max. */
static bool fits(const struct reach_rules *r, const struct reach_past *v, size_t n, const struct reach_limit *of, enum reach_per per, i64 max)
{
	const struct reach_past *one = &v[n - 1];
	if (!is_of(of, one))
		return true;
	for (size_t end = 0; end < n; end++) {
		i64 count = 0;
		if (!v[end].marketing || !is_of(of, &v[end]) || !within(r, per, one->at, v[end].at))
			continue;
		for (size_t i = 0; i < n; i++)
			count += v[i].marketing && is_of(of, &v[i]) && within(r, per, v[i].at, v[end].at);
		if (count > max)
			return false;
	}
	return true;
}

static bool mix_fits(const struct reach_rules *r, const struct reach_past *v, size_t n)
{
	const struct reach_past *one = &v[n - 1];
	i64 all = 0, promos = 0;
	if (one->content != RT_PROMO)
		return true;
	for (size_t i = 0; i < n; i++)
		if (v[i].marketing && v[i].at <= one->at && one->at - v[i].at < r->mix_days * MS_DAY) {
			all++;
			promos += v[i].content == RT_PROMO;
		}
	/* promos / all <= share, but for the one that rounding up allows */
	return (promos - 1) * 100 < all * r->mix_share;
}

static bool by_platform(const struct reach_past *p) { return p->channel == RC_WECOM && (p->how == RH_MASS || p->how == RH_TASK || p->how == RH_OWN); }

static bool quota_fits(const struct reach_rules *r, const struct reach_past *v, size_t n)
{
	const struct reach_past *one = &v[n - 1];
	struct date d = date_of(r->platform, one->at);
	i64 used = 0, days = 28;
	if (!by_platform(one))
		return true;
	while (days < 31 && date_of(r->platform, tz_day_start(r->platform, tz_day_of((int)d.year, (int)d.month, 1) + days)).month == d.month)
		days++;
	for (size_t i = 0; i < n; i++) {
		struct date x = date_of(r->platform, v[i].at);
		bool same = r->quota == REACH_QUOTA_DAY ? x.number == d.number
			: r->quota == REACH_QUOTA_WEEK ? (x.number + 3) / 7 == (d.number + 3) / 7 /* weeks begin on Monday */
						       : x.year == d.year && x.month == d.month;
		used += same && by_platform(&v[i]);
	}
	return used <= (r->quota == REACH_QUOTA_DAY ? 1 : r->quota == REACH_QUOTA_WEEK ? 7 : days);
}

static bool quiet_there(const struct reach_rules *r, const struct tz *z, ms at)
{
	i64 hour = tz_local(z, at).hour;
	for (i64 h = r->quiet_from; h != r->quiet_to; h = (h + 1) % 24)
		if (h == hour)
			return true;
	return false;
}

static bool plainly_fine(struct life *l, const struct reach_try *t)
{
	const struct reach_rules *r = &l->r;
	struct reach_past *v = l->past;
	size_t n = l->n + 1;
	v[l->n] = (struct reach_past){ t->at, t->channel, t->how, t->content, t->marketing };
	if (!t->reachable || !quota_fits(r, v, n))
		return false;
	if (!t->marketing || t->content == RT_ORDER || t->content == RT_PAYMENT || t->content == RT_REPLY)
		return true;
	if (t->refused || t->blocked || (t->channel == RC_SMS && (r->consent & 1u << RC_SMS) && !t->consented))
		return false;
	if (reach_bucket(r->salt, l->root) < r->holdout * 100 || reach_bucket(t->salt, l->root) < t->share * 100)
		return false;
	bool ok = fits(r, v, n, NULL, REACH_PER_DAY, r->day_max) && fits(r, v, n, NULL, REACH_PER_WEEK, r->week_max) && mix_fits(r, v, n);
	for (size_t i = 0; ok && i < r->limit_count; i++)
		ok = fits(r, v, n, &r->limits[i], r->limits[i].per, r->limits[i].max);
	for (ms at = t->at; ok && (at == t->at || at < t->at + t->span); at += 10 * MS_MINUTE)
		ok = !quiet_there(r, t->zone ? t->zone : r->zone, at);
	return ok && (t->span < 2 || !quiet_there(r, t->zone ? t->zone : r->zone, t->at + t->span - 1));
}

/* ---- a life ---- */

static void begin(struct life *l)
{
	static const char *const limits[] = { REACH_LIMITS_DEFAULT, "", "promo=2/week,sms=1/day", "oa=4/month,useful=1/week,mass=3/month" };
	str bad;
	i64 from = among(l, 24);
	l->r = (struct reach_rules){
		.rolling = one_in(l, 3), .day_max = 1 + among(l, 3), .week_max = 2 + among(l, 6), .quiet_from = one_in(l, 5) ? 21 : from,
		.mix_share = one_in(l, 2) ? 100 : among(l, 100), .mix_days = 1 + among(l, REACH_MIX_DAYS_MAX), .quota = (enum reach_quota)among(l, 3),
		.holdout = one_in(l, 3) ? 10 : 0, .salt = draw(l), .consent = one_in(l, 4) ? 1u << RC_SMS : 0,
		.zone = a_zone(l), .platform = zone_named(TZ_DEFAULT),
	};
	l->r.quiet_to = l->r.quiet_from == 21 ? 9 : (from + among(l, 20)) % 24;
	assert_true(reach_limits_parse(str_c(limits[among(l, ARRAY_LEN(limits))]), l->r.limits, &l->r.limit_count, &bad));
	assert_true(reach_words(STR(REACH_EXEMPT_DEFAULT), false, &l->r.exempt));
	l->n = 0;
	l->root = (i64)(draw(l) >> 20);
	l->zone = one_in(l, 2) ? a_zone(l) : NULL;
	l->refused = l->blocked = false;
	l->consented = one_in(l, 2);
	l->share = one_in(l, 2) ? 20 : 0;
	l->salt = draw(l);
}

static void forget(struct life *l, ms now)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++)
		if (l->past[i].at > now - KEPT)
			l->past[n++] = l->past[i];
	l->n = n;
}

static struct reach_try a_try(struct life *l, ms at)
{
	u8 channel = (u8)among(l, RC_OTHER);
	bool marketing = !one_in(l, 10);
	u8 how = channel == RC_WECOM ? (u8)(one_in(l, 4) ? RH_TASK : one_in(l, 4) ? RH_MOMENT : marketing ? RH_MASS : RH_MESSAGE) : RH_MESSAGE;
	return (struct reach_try){
		.at = one_in(l, 8) ? at + among(l, 5 * MS_DAY) : at, .channel = channel, .how = how,
		.content = (u8)(one_in(l, 2) ? RT_PROMO : among(l, RT_OTHER)), .marketing = marketing, .refused = l->refused,
		.blocked = l->blocked, .reachable = !one_in(l, 20), .consented = l->consented, .root = l->root, .share = l->share,
		.salt = l->salt, .zone = l->zone, .span = one_in(l, 10) ? among(l, 6 * MS_HOUR) : 0,
	};
}

static void decide(struct life *l, ms at)
{
	struct reach_try t = a_try(l, at);
	struct reach_judged j = reach_judge(&l->r, l->past, l->n, &t);
	bool fine = plainly_fine(l, &t);
	l->counts[j.verdict]++;
	l->decisions++;
	if ((j.verdict == REACH_GO) != fine)
		fail_msg("the judges differ: verdict %d at %lld, plainly %d", j.verdict, (long long)t.at, fine);
	if (j.verdict == REACH_GO) {
		assert_int_equal(j.retry_at, NIL);
		l->past[l->n++] = (struct reach_past){ t.at, t.channel, t.how, t.content, t.marketing };
	} else if (j.retry_at != NIL) {
		struct reach_try later = t;
		later.at = j.retry_at;
		assert_true(later.at > t.at);
		assert_true(plainly_fine(l, &later));
	}
}

static void live_a_year(struct life *l, i64 decisions)
{
	ms at = START;
	begin(l);
	while (at < START + YEAR && l->decisions < decisions) {
		at += one_in(l, 400) ? among(l, 40 * MS_DAY) : 1 + among(l, one_in(l, 3) ? MS_DAY : 4 * MS_HOUR); /* clocks jump */
		if (one_in(l, 6)) { /* to an edge: a full hour, or a millisecond before it */
			at += MS_HOUR - at % MS_HOUR - 1;
			at += one_in(l, 2);
		}
		if (one_in(l, 60) && l->n < PAST_MAX - 2)
			l->past[l->n++] = (struct reach_past){ at, RC_WECOM, RH_OWN, RT_PROMO, true }; /* nobody asked us */
		if (one_in(l, 300))
			l->refused = !l->refused;
		if (one_in(l, 500))
			l->blocked = !l->blocked;
		forget(l, at);
		decide(l, at);
	}
}

static void two_judges_agree_over_years(void **state)
{
	const char *wanted = getenv("YUTANG_REACH_DECISIONS");
	i64 decisions = wanted ? strtoll(wanted, NULL, 10) : DECISIONS;
	struct life *l = calloc(1, sizeof(*l));
	l->seed = 20281;
	while (l->decisions < decisions)
		live_a_year(l, decisions);
	for (int v = 0; v < REACH_VERDICTS; v++) {
		if (wanted)
			print_message("verdict %2d: %lld\n", v, (long long)l->counts[v]);
		assert_true(l->counts[v] > 0); /* every rule has had its say */
	}
	free(l);
	(void)state;
}

/* ---- by hand ---- */

static struct reach_rules defaults(void)
{
	struct reach_rules r = { .day_max = 1, .week_max = 3, .quiet_from = 21, .quiet_to = 9, .mix_share = 100, .mix_days = 30,
				 .zone = zone_named(TZ_DEFAULT), .platform = zone_named(TZ_DEFAULT) };
	str bad;
	assert_true(reach_limits_parse(STR(REACH_LIMITS_DEFAULT), r.limits, &r.limit_count, &bad));
	assert_true(reach_words(STR(REACH_EXEMPT_DEFAULT), false, &r.exempt));
	return r;
}

static ms on(const struct reach_rules *r, const char *text)
{
	ms at = 0;
	assert_true(tz_parse(r->zone, str_c(text), &at));
	return at;
}

static struct reach_judged judge_at(const struct reach_rules *r, const struct reach_past *past, size_t n, u8 channel, u8 how, ms at)
{
	struct reach_try t = { .at = at, .channel = channel, .how = how, .marketing = true, .reachable = true, .root = 1 };
	return reach_judge(r, past, n, &t);
}

static void the_fourth_of_a_week_waits_until_the_first_is_a_week_old(void **state)
{
	struct reach_rules r = defaults();
	struct reach_past past[] = { { on(&r, "2028-03-01 12:00"), RC_WECOM, RH_MASS, RT_PROMO, true },
				     { on(&r, "2028-03-02 12:00"), RC_OA, RH_MESSAGE, RT_PROMO, true },
				     { on(&r, "2028-03-04 12:00"), RC_SMS, RH_MESSAGE, RT_PROMO, true } };
	struct reach_judged j = judge_at(&r, past, 3, RC_WECOM, RH_MASS, on(&r, "2028-03-05 10:00"));
	assert_int_equal(j.verdict, REACH_CAP_WEEK);
	assert_int_equal(j.retry_at, on(&r, "2028-03-08 09:00")); /* not weeks later */
	r.rolling = true;
	j = judge_at(&r, past, 3, RC_WECOM, RH_MASS, on(&r, "2028-03-05 13:00"));
	assert_int_equal(j.verdict, REACH_CAP_WEEK);
	assert_int_equal(j.retry_at, on(&r, "2028-03-08 12:00"));
	assert_int_equal(judge_at(&r, past, 3, RC_WECOM, RH_MASS, j.retry_at - 1).verdict, REACH_CAP_WEEK);
	assert_int_equal(judge_at(&r, past, 3, RC_WECOM, RH_MASS, j.retry_at).verdict, REACH_GO);
	(void)state;
}

static void two_text_messages_a_month_end_with_the_month(void **state)
{
	struct reach_rules r = defaults();
	struct reach_past past[] = { { on(&r, "2028-02-01 09:00"), RC_SMS, RH_MESSAGE, RT_PROMO, true },
				     { on(&r, "2028-02-15 12:00"), RC_SMS, RH_MESSAGE, RT_PROMO, true } };
	struct reach_judged j = judge_at(&r, past, 2, RC_SMS, RH_MESSAGE, on(&r, "2028-02-29 20:59")); /* the leap day */
	assert_int_equal(j.verdict, REACH_LIMIT);
	assert_string_equal(reach_limit_word(&r.limits[j.limit]), "sms");
	assert_int_equal(j.retry_at, on(&r, "2028-03-01 09:00"));
	assert_int_equal(judge_at(&r, past, 2, RC_WECOM, RH_MASS, on(&r, "2028-02-29 20:59")).verdict, REACH_GO);
	past[1].at = on(&r, "2028-01-31 23:59"); /* the month before */
	assert_int_equal(judge_at(&r, past, 2, RC_SMS, RH_MESSAGE, on(&r, "2028-02-29 20:59")).verdict, REACH_GO);
	(void)state;
}

static void summer_time_moves_the_quiet_hours_with_the_clocks(void **state)
{
	struct reach_rules r = defaults();
	r.zone = zone_named("America/New_York"); /* forward on 2028-03-12, back on 2028-11-05, both at 2:00 */
	r.quiet_from = 1;
	r.quiet_to = 3;
	ms midnight = on(&r, "2028-03-12 00:00");
	assert_int_equal(reach_opens(&r, NULL, midnight + MS_HOUR), midnight + 2 * MS_HOUR); /* 1:59 is followed by 3:00 */
	assert_false(reach_is_quiet(&r, NULL, midnight + 2 * MS_HOUR));
	midnight = on(&r, "2028-11-05 00:00");
	assert_int_equal(reach_opens(&r, NULL, midnight + MS_HOUR), midnight + 4 * MS_HOUR); /* 1:00-2:00 comes twice */
	r.quiet_to = 1;
	assert_false(reach_is_quiet(&r, NULL, midnight + MS_HOUR)); /* the same: no quiet hours */
	(void)state;
}

static void the_platforms_quota_is_the_days_of_the_month(void **state)
{
	struct reach_rules r = defaults();
	struct reach_past past[31];
	i64 max;
	r.day_max = r.week_max = 100;
	r.limit_count = 0;
	for (int i = 0; i < 31; i++)
		past[i] = (struct reach_past){ on(&r, "2028-02-01 00:00") + i * MS_HOUR, RC_WECOM, i % 2 ? RH_OWN : RH_MASS, RT_PROMO, i % 2 == 0 };
	assert_int_equal(reach_quota_used(&r, past, 29, on(&r, "2028-02-10 12:00"), &max), 29);
	assert_int_equal(max, 29);
	assert_int_equal(judge_at(&r, past, 28, RC_WECOM, RH_MASS, on(&r, "2028-02-10 12:00")).verdict, REACH_GO);
	struct reach_judged j = judge_at(&r, past, 29, RC_WECOM, RH_MASS, on(&r, "2028-02-10 12:00"));
	assert_int_equal(j.verdict, REACH_QUOTA);
	assert_int_equal(j.retry_at, on(&r, "2028-03-01 09:00"));
	assert_int_equal(judge_at(&r, past, 29, RC_WECOM, RH_MOMENT, on(&r, "2028-02-10 12:00")).verdict, REACH_GO); /* no mass send */
	r.quota = REACH_QUOTA_WEEK; /* 2028-02-01 is a Tuesday */
	j = judge_at(&r, past, 7, RC_WECOM, RH_MASS, on(&r, "2028-02-06 12:00"));
	assert_int_equal(j.verdict, REACH_QUOTA);
	assert_int_equal(j.retry_at, on(&r, "2028-02-07 09:00"));
	assert_int_equal(judge_at(&r, past, 6, RC_WECOM, RH_MASS, on(&r, "2028-02-06 12:00")).verdict, REACH_GO);
	(void)state;
}

static void promotions_are_at_most_their_share(void **state)
{
	struct reach_rules r = defaults();
	struct reach_past past[] = { { on(&r, "2028-02-01 12:00"), RC_WECOM, RH_MASS, RT_PROMO, true },
				     { on(&r, "2028-02-03 12:00"), RC_WECOM, RH_MASS, RT_USEFUL, true } };
	r.mix_share = 50;
	assert_int_equal(judge_at(&r, past, 0, RC_WECOM, RH_MASS, past[0].at).verdict, REACH_GO); /* the first may be one */
	struct reach_judged j = judge_at(&r, past, 1, RC_WECOM, RH_MASS, past[1].at);
	assert_int_equal(j.verdict, REACH_MIX);
	assert_int_equal(j.retry_at, past[0].at + 30 * MS_DAY);
	assert_int_equal(judge_at(&r, past, 2, RC_WECOM, RH_MASS, on(&r, "2028-02-05 12:00")).verdict, REACH_GO);
	r.mix_share = 0;
	j = judge_at(&r, past, 2, RC_WECOM, RH_MASS, on(&r, "2028-02-05 12:00"));
	assert_int_equal(j.verdict, REACH_MIX);
	assert_int_equal(j.retry_at, NIL);
	(void)state;
}

static void limits_have_a_spelling(void **state)
{
	struct reach_limit v[REACH_LIMITS_MAX];
	size_t n;
	str bad;
	assert_true(reach_limits_parse(STR(" sms = 2 / month , promo=1/day"), v, &n, &bad));
	assert_int_equal(n, 2);
	assert_int_equal(v[1].dim, 2);
	const char *const wrong[] = { "sms", "sms=2", "sms=2/year", "pigeon=1/day", "sms=-1/day", "sms=1001/day", "sms=1/day,,oa=1/day" };
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(reach_limits_parse(str_c(wrong[i]), v, &n, &bad));
	assert_true(reach_limits_parse(STR("sms=1/day,sms=2/day,sms=3/day,sms=4/day,sms=5/day,sms=6/day,sms=7/day,sms=8/day,sms=9/day,sms=10/day,"
					   "sms=11/day,sms=12/day"), v, &n, &bad));
	assert_false(reach_limits_parse(STR("sms=1/day,sms=2/day,sms=3/day,sms=4/day,sms=5/day,sms=6/day,sms=7/day,sms=8/day,sms=9/day,sms=10/day,"
					    "sms=11/day,sms=12/day,oa=1/day"), v, &n, &bad));
	assert_true(str_eq_c(bad, "oa=1/day"));
	(void)state;
}

static void hold_outs_are_by_hash_and_keep_their_share(void **state)
{
	i64 held = 0, both = 0, grown = 0, n = 200000;
	for (i64 i = 1; i <= n; i++) {
		bool a = reach_held_out(11, i, 10), b = reach_held_out(12, i, 10);
		held += a;
		both += a && b;
		grown += a && !reach_held_out(11, i, 20); /* who was left out at 10 % is at 20 % */
	}
	assert_true(held > n / 10 - 600 && held < n / 10 + 600); /* 4.5 sigma */
	assert_true(both > n / 100 - 200 && both < n / 100 + 200); /* two campaigns choose independently */
	assert_int_equal(grown, 0);
	assert_false(reach_held_out(11, 5, 0));
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fourth_of_a_week_waits_until_the_first_is_a_week_old), cmocka_unit_test(two_text_messages_a_month_end_with_the_month),
		cmocka_unit_test(summer_time_moves_the_quiet_hours_with_the_clocks), cmocka_unit_test(the_platforms_quota_is_the_days_of_the_month),
		cmocka_unit_test(promotions_are_at_most_their_share), cmocka_unit_test(limits_have_a_spelling),
		cmocka_unit_test(hold_outs_are_by_hash_and_keep_their_share), cmocka_unit_test(two_judges_agree_over_years),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
