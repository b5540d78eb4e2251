/*
 * The stage of one person: pure, so that a preview, the hook and a question on her profile cannot differ.
 *
 * Silence is counted in whole days of the corp: dormant "after 45 days" begins at 00:00 of the 46th day after
 * her last sign of life, which is what `last_order < -45d` says in the audience language.
 */
#include "feature/lifecycle/lifecycle.h"

#include "base/tz.h"

#include <stdio.h>

static const char *const names[] = { NULL, "intro", "growing", "mature", "dormant", "lost" };

str life_stage_name(enum life_stage s) { return s == LIFE_NONE ? STR_NIL : str_c(names[s]); }

enum life_stage life_stage_of(str name)
{
	for (int i = LIFE_INTRO; i < LIFE_STAGE_COUNT; i++)
		if (str_eq_c(name, names[i]))
			return (enum life_stage)i;
	return LIFE_NONE;
}

err life_rule_check(const struct life_rule *r, struct fail *f)
{
	char limit[32];
	TRY(record_check(&life_rule_record, r, f));
	snprintf(limit, sizeof(limit), "> %lld", (long long)r->dormant);
	if (r->lost <= r->dormant)
		return fail_set(f, ERR_INPUT, T_LIFE_ORDER, STR("lost"), STR_NIL, str_c(limit));
	snprintf(limit, sizeof(limit), ">= %lld", (long long)r->growing);
	if (r->mature < r->growing)
		return fail_set(f, ERR_INPUT, T_LIFE_ORDER, STR("mature"), STR_NIL, str_c(limit));
	if (r->window < 0 || r->grown < 0)
		return fail_set(f, ERR_INPUT, T_LIFE_ORDER, r->window < 0 ? STR("window") : STR("grown"), STR_NIL, STR(">= 0"));
	return OK;
}

/* Her orders among the marks, newest first. */
struct orders { const struct life_mark *marks; size_t n; i64 at[LIFE_MARKS_MAX], day[LIFE_MARKS_MAX]; };

static void take_orders(const struct life_person *p, struct orders *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < p->count && ret->n < LIFE_MARKS_MAX; i++)
		if (p->marks[i].order) {
			ret->at[ret->n] = p->marks[i].at;
			ret->day[ret->n++] = p->marks[i].day;
		}
}

/* Since when she has not been silent for too long. */
static ms run_start(const struct life_rule *r, const struct life_person *p)
{
	size_t i = 0;
	while (i + 1 < p->count && p->marks[i].day - p->marks[i + 1].day <= r->dormant)
		i++;
	return p->marks[i].at;
}

/* When the n-th of her orders, counted from the first, was placed; the oldest known one at worst. */
static ms nth_order(const struct life_person *p, const struct orders *o, i64 n)
{
	i64 at = p->orders - n;
	return o->n == 0 ? p->marks[0].at : o->at[at < (i64)o->n ? (size_t)int_max(at, 0) : o->n - 1];
}

static bool is_mature(const struct life_rule *r, const struct life_person *p, const struct orders *o, i64 today)
{
	size_t nth = (size_t)r->mature - 1;
	if (r->window == 0)
		return p->orders >= r->mature;
	return nth < o->n && o->day[nth] > today - r->window;
}

/* The order that made her mature without a break until now. */
static ms mature_since(const struct life_rule *r, const struct orders *o)
{
	size_t i = 0, n = (size_t)r->mature;
	while (i + n < o->n && o->day[i + n] > o->day[i] - r->window)
		i++;
	return o->at[i];
}

/* When she last stopped being mature; 0: never was. */
static ms mature_until(const struct life_rule *r, const struct orders *o, const struct tz *zone)
{
	size_t n = (size_t)r->mature;
	for (size_t i = 0; r->window > 0 && i + n <= o->n; i++)
		if (o->day[i + n - 1] > o->day[i] - r->window)
			return tz_day_start(zone, o->day[i + n - 1] + r->window);
	return 0;
}

static struct life_verdict active(const struct life_rule *r, const struct life_person *p, const struct orders *o, i64 today,
				  const struct tz *zone)
{
	ms run = int_max(run_start(r, p), nth_order(p, o, r->growing));
	struct life_verdict v = { LIFE_GROWING, run, "ordering", p->orders, r->growing, p->marks[0].day + r->dormant + 1 };
	if (is_mature(r, p, o, today)) {
		v.stage = LIFE_MATURE;
		v.reason = r->window ? "often" : "ever";
		v.cap = r->mature;
		v.since = int_max(run, r->window ? mature_since(r, o) : nth_order(p, o, r->mature));
		if (r->window) {
			v.n = 0;
			while ((size_t)v.n < o->n && o->day[v.n] > today - r->window)
				v.n++;
			v.due = int_min(v.due, o->day[r->mature - 1] + r->window);
		}
	} else {
		v.since = int_max(run, mature_until(r, o, zone));
	}
	return v;
}

/* The day on which her child is that old; NIL: not asked or not known. */
static i64 grown_day(const struct life_rule *r, const struct life_person *p)
{
	int y, m, d;
	if (r->grown == 0 || p->child_birthday == NIL)
		return NIL;
	tz_date(p->child_birthday, &y, &m, &d);
	return tz_day_of(y + (int)r->grown, m, m == 2 && d == 29 ? 28 : d);
}

struct life_verdict life_judge(const struct life_rule *r, const struct life_person *p, i64 today, const struct tz *zone)
{
	struct orders o;
	if (p->orders < r->growing || p->count == 0)
		return (struct life_verdict){ LIFE_INTRO, p->known, p->orders ? "few" : "never", p->orders, r->growing, NIL };
	i64 last = p->marks[0].day, silent = int_max(0, today - last), grown = grown_day(r, p);
	bool out = grown != NIL && grown <= today;
	if (silent > r->lost && !out)
		return (struct life_verdict){ LIFE_LOST, tz_day_start(zone, last + r->lost + 1), "gone", silent, r->lost, grown };
	if (silent > r->dormant) {
		ms since = tz_day_start(zone, last + r->dormant + 1);
		bool kept = silent > r->lost;
		return (struct life_verdict){ LIFE_DORMANT, since, kept ? "grown" : "silent", silent,
					      kept ? r->lost : r->dormant, kept ? NIL : last + r->lost + 1 };
	}
	take_orders(p, &o);
	return active(r, p, &o, today, zone);
}
