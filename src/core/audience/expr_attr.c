/*
 * The attributes of the language: one table for parser, rows, SQL and index.
 *
 * Each is a column of customer_fact, or computed from some (aov, child_age). What modules and operators
 * publish beyond that is kept in attr_value, and made into an entry when a text names it.
 */
#include "core/audience/expr_int.h"

#include "core/corp/corp.h"

#define AT(field) offsetof(struct customer_fact, field), "f." #field

const struct expr_channel expr_channels[] = {
	{ "wecom", FLAG_WECOM, AT(reach_wecom), T_EXPR_REACH_WECOM },
	{ "sms", FLAG_SMS, AT(reach_sms), T_EXPR_REACH_SMS },
	{ "oa", FLAG_OA, AT(reach_oa), T_EXPR_REACH_OA },
	{ "mail", FLAG_MAIL, AT(reach_mail), T_EXPR_REACH_MAIL },
	{ 0 },
};

const struct expr_attr expr_attrs[] = {
	{ "orders", EXPR_NUMBER, COL_ORDERS, AT(orders), T_AUD_ORDERS, NULL },
	{ "spent", EXPR_MONEY, COL_SPENT, AT(spent), T_AUD_SPENT, NULL },
	{ "aov", EXPR_MONEY, COL_AOV, 0, "CASE WHEN f.orders > 0 THEN f.spent / f.orders END", T_AUD_AOV, NULL },
	{ "first_order", EXPR_TIME, COL_FIRST_ORDER, AT(first_order), T_AUD_FIRST_ORDER, NULL },
	{ "last_order", EXPR_TIME, COL_LAST_ORDER, AT(last_order), T_AUD_LAST_ORDER, NULL },
	{ "added", EXPR_TIME, COL_ADDED, AT(added), T_AUD_ADDED, NULL },
	{ "last_reached", EXPR_TIME, COL_LAST_REACHED, AT(last_reached), T_AUD_LAST_REACHED, NULL },
	{ "last_active", EXPR_TIME, COL_LAST_ACTIVE, AT(last_active), T_AUD_LAST_ACTIVE, NULL },
	{ "lost_at", EXPR_TIME, COL_LOST_AT, AT(lost_at), T_AUD_LOST_AT, NULL },
	{ "birthday", EXPR_DATE, COL_BIRTHDAY, AT(birthday), T_AUD_BIRTHDAY, NULL },
	{ "child_age", EXPR_AGE, COL_CHILD, AT(child_birthday), T_AUD_CHILD_AGE, NULL },
	{ "staff", EXPR_STAFF, CODE_STAFF, AT(staff), T_AUD_STAFF, NULL },
	{ "store", EXPR_STORE, CODE_STORE, AT(store), T_AUD_STORE, NULL },
	{ "channel", EXPR_TEXT, CODE_CHANNEL, AT(channel), T_AUD_CHANNEL, NULL },
	{ "city", EXPR_TEXT, CODE_CITY, AT(city), T_AUD_CITY, NULL },
	{ "gender", EXPR_TEXT, CODE_GENDER, AT(gender), T_AUD_GENDER, "male,female" },
	{ "source", EXPR_TEXT, CODE_SOURCE, AT(source), T_AUD_SOURCE, NULL },
	{ "followup", EXPR_TEXT, CODE_FOLLOWUP, AT(followup), T_AUD_FOLLOWUP, NULL },
	{ "lost_by", EXPR_TEXT, CODE_LOST_BY, AT(lost_by), T_AUD_LOST_BY, "customer,staff" },
	{ "stage", EXPR_TEXT, CODE_STAGE, AT(stage), T_AUD_STAGE, "intro,growing,mature,dormant,lost" },
	{ "friend", EXPR_FLAG, FLAG_FRIEND, AT(friend), T_AUD_FRIEND, NULL },
	{ "bound", EXPR_FLAG, FLAG_BOUND, AT(bound), T_AUD_BOUND, NULL },
	{ 0 },
};

const struct expr_channel *expr_channel_of(str name)
{
	for (const struct expr_channel *c = expr_channels; c->name; c++)
		if (str_eq_c(name, c->name))
			return c;
	return NULL;
}

const struct expr_attr *expr_attr_of(str name)
{
	for (const struct expr_attr *a = expr_attrs; a->name; a++)
		if (str_eq_c(name, a->name))
			return a;
	return NULL;
}

const struct expr_attr *expr_attr_valued(struct arena *a, const struct attr *of)
{
	static const enum expr_type types[] = {
		[ATTR_NUMBER] = EXPR_NUMBER, [ATTR_MONEY] = EXPR_MONEY, [ATTR_DAY] = EXPR_DATE, [ATTR_TIME] = EXPR_TIME,
		[ATTR_TEXT] = EXPR_TEXT, [ATTR_FLAG] = EXPR_FLAG, [ATTR_SET] = EXPR_SET,
	};
	struct expr_attr *ret = ARENA_NEW(a, struct expr_attr);
	*ret = (struct expr_attr){ .name = of->name, .type = types[of->type], .label = of->label, .title = of->title, .one_of = of->one_of,
				   .value = of->id, .then = of->then };
	return ret;
}

str expr_attr_label(const struct expr_attr *a, enum lang lang)
{
	return str_c(a->title ? a->title : text_raw(a->label, lang));
}

str expr_word(const struct expr_attr *a, str code, enum lang lang)
{
	static const struct { const char *attr, *code; enum text text; } words[] = {
		{ "stage", "intro", T_WORD_INTRO }, { "stage", "growing", T_WORD_GROWING }, { "stage", "mature", T_WORD_MATURE },
		{ "stage", "dormant", T_WORD_DORMANT }, { "stage", "lost", T_WORD_LOST }, { "gender", "male", T_WORD_MALE },
		{ "gender", "female", T_WORD_FEMALE }, { "lost_by", "customer", T_WORD_BY_CUSTOMER }, { "lost_by", "staff", T_WORD_BY_STAFF },
		{ "risk", "low", T_WORD_RISK_LOW }, { "risk", "watch", T_WORD_RISK_WATCH }, { "risk", "high", T_WORD_RISK_HIGH },
		{ "risk", "lost", T_WORD_LOST },
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(a->name, words[i].attr) && str_eq_c(code, words[i].code))
			return str_c(text_raw(words[i].text, lang));
	return code;
}

i64 expr_fact_number(const struct expr_attr *a, const struct customer_fact *f)
{
	if (a->type < EXPR_TEXT && a->col == COL_AOV)
		return f->orders > 0 ? f->spent / f->orders : NIL;
	return *(const i64 *)((const char *)f + a->at);
}

str expr_fact_text(const struct expr_attr *a, const struct customer_fact *f)
{
	return *(const str *)((const char *)f + a->at);
}

bool expr_fact_flag(const struct expr_attr *a, const struct customer_fact *f)
{
	return *(const bool *)((const char *)f + a->at);
}

const char *const expr_cmp_words[] = { "=", "!=", "<", "<=", ">", ">=", "between", "in", "known", "unknown", NULL };

bool expr_cmp_of(str word, enum expr_cmp *ret)
{
	for (int i = 0; expr_cmp_words[i]; i++)
		if (str_eq_nocase(word, str_c(expr_cmp_words[i]))) {
			*ret = (enum expr_cmp)i;
			return true;
		}
	return false;
}

bool expr_type_quoted(enum expr_type t) { return t == EXPR_TEXT || t == EXPR_STAFF || t == EXPR_STORE; }

/* A value as it is written, without quotes. */
str expr_value_text(struct arena *a, const struct expr_attr *at, const struct expr_value *v)
{
	i64 n = v->n, rest = n < 0 ? -(n % 100) : n % 100;
	switch (at->type) {
	case EXPR_NUMBER:
	case EXPR_AGE:
		return arena_printf(a, "%lld", (long long)n);
	case EXPR_MONEY:
		if (rest == 0)
			return arena_printf(a, "%lld", (long long)(n / 100));
		return arena_printf(a, "%s%lld.%02lld", n < 0 ? "-" : "", (long long)(n < 0 ? -(n / 100) : n / 100), (long long)rest);
	case EXPR_TIME:
	case EXPR_DATE:
		if (!v->relative)
			return tz_format_date(n, a);
		return n == 0 ? STR("today") : arena_printf(a, "%+lldd", (long long)n);
	case EXPR_FLAG:
		return n ? STR("true") : STR("false");
	default:
		return v->text;
	}
}

/* ---- what a condition means today ---- */

struct expr_today expr_today(struct unit *u)
{
	const struct tz *zone = corp_zone(u, u->corp);
	return (struct expr_today){ zone, tz_day(zone, clock_now(u->clock)) };
}

static bool leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

/* The last birthday of somebody who is at least that many years old today. */
static i64 age_cut(const struct expr_today *t, i64 age)
{
	int y, m, d;
	tz_date(t->day, &y, &m, &d);
	y -= (int)age;
	return tz_day_of(y, m, m == 2 && d == 29 && !leap(y) ? 28 : d);
}

/* The stored integers that are "equal" to a value. */
static struct expr_range unit_range(const struct expr *e, const struct expr_value *v, const struct expr_today *t)
{
	i64 day = v->relative ? t->day + v->n : v->n;
	switch (e->attr->type) {
	case EXPR_TIME:
		return (struct expr_range){ tz_day_start(t->zone, day), tz_day_start(t->zone, day + 1) - 1 };
	case EXPR_DATE:
		return (struct expr_range){ day, day };
	case EXPR_AGE:
		return (struct expr_range){ age_cut(t, v->n + 1) + 1, age_cut(t, v->n) };
	default:
		return (struct expr_range){ v->n, v->n };
	}
}

/* Older means born earlier: ages run against their column. */
static enum expr_cmp turned(enum expr_cmp c)
{
	static const enum expr_cmp other[] = { [CMP_LT] = CMP_GT, [CMP_GT] = CMP_LT, [CMP_LE] = CMP_GE, [CMP_GE] = CMP_LE };
	return c >= CMP_LT && c <= CMP_GE ? other[c] : c;
}

struct expr_range *expr_ranges(struct arena *a, const struct expr *e, const struct expr_today *t, size_t *ret_count)
{
	struct expr_range *r = ARENA_ARRAY(a, struct expr_range, 2 * e->count + 1), v = { 0, 0 };
	bool age = e->attr->type == EXPR_AGE;
	size_t n = 0;
	if (e->count > 0)
		v = unit_range(e, &e->values[0], t);
	switch (age ? turned(e->cmp) : e->cmp) {
	case CMP_NE:
		r[n++] = (struct expr_range){ EXPR_LOWEST, v.lo - 1 };
		r[n++] = (struct expr_range){ v.hi + 1, INT64_MAX };
		break;
	case CMP_LT:
		r[n++] = (struct expr_range){ EXPR_LOWEST, v.lo - 1 };
		break;
	case CMP_LE:
		r[n++] = (struct expr_range){ EXPR_LOWEST, v.hi };
		break;
	case CMP_GT:
		r[n++] = (struct expr_range){ v.hi + 1, INT64_MAX };
		break;
	case CMP_GE:
		r[n++] = (struct expr_range){ v.lo, INT64_MAX };
		break;
	case CMP_BETWEEN: {
		struct expr_range w = unit_range(e, &e->values[1], t);
		r[n++] = age ? (struct expr_range){ w.lo, v.hi } : (struct expr_range){ v.lo, w.hi };
		break;
	}
	case CMP_KNOWN:
		r[n++] = (struct expr_range){ EXPR_LOWEST, INT64_MAX };
		break;
	case CMP_UNKNOWN:
		break;
	default:
		for (size_t i = 0; i < e->count; i++)
			r[n++] = unit_range(e, &e->values[i], t);
	}
	*ret_count = n;
	return r;
}

bool expr_window(const struct expr *e, const struct expr_today *t, i64 *ret_from, i64 *ret_to)
{
	if (e->within == NIL)
		return false;
	*ret_from = t->day - e->within + 1;
	*ret_to = t->day;
	return true;
}

bool expr_count_holds(const struct expr *e, i64 times)
{
	i64 n = e->values[0].n;
	switch (e->cmp) {
	case CMP_EQ: return times == n;
	case CMP_NE: return times != n;
	case CMP_LT: return times < n;
	case CMP_LE: return times <= n;
	case CMP_GT: return times > n;
	default: return times >= n;
	}
}
