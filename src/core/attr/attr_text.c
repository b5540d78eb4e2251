/*
 * attr_text: one value, from the column of her row or from attr_value.
 */
#include "core/attr/attr_text.h"

#include "base/tz.h"
#include "core/corp/corp.h"
#include "core/module.h"
#include "core/staff/staff.h"

err attr_teller_new(struct unit *u, struct attr_teller *ret)
{
	i64 base = slot_base(u->store, u->corp);
	*ret = (struct attr_teller){ .unit = u };
	TRY(READ_SNAP(u, base, staff_all(snap, &ret->staff, &ret->staff_count)));
	return READ_SNAP(u, base, department_all(snap, &ret->places, &ret->place_count));
}

static err read_known(const struct snap *s, i64 root, struct attr_known *ret)
{
	TRY(attr_fact_get(s, root, &ret->fact));
	return attr_values_of(s, root, &ret->values, &ret->count);
}

err attr_known_read(struct unit *u, i64 root, struct attr_known *ret)
{
	return READ_SNAP(u, slot_of_customer(u->store, root), read_known(snap, root, ret));
}

static str staff_name(const struct attr_teller *t, i64 id)
{
	for (size_t i = 0; i < t->staff_count; i++)
		if (t->staff[i].id == id)
			return t->staff[i].name.n ? t->staff[i].name : t->staff[i].userid;
	return STR_NIL;
}

static str place_name(const struct attr_teller *t, i64 id)
{
	for (size_t i = 0; i < t->place_count; i++)
		if (t->places[i].id == id)
			return t->places[i].name;
	return STR_NIL;
}

static str years(const struct unit *u, i64 today, i64 born)
{
	int y, m, d, by, bm, bd;
	tz_date(today, &y, &m, &d);
	tz_date(born, &by, &bm, &bd);
	return arena_printf(u->arena, "%d", y - by - (m < bm || (m == bm && d < bd)));
}

/* A whole number as its type reads; moment: it is milliseconds, of which a day shows the date. */
static str number_text(struct unit *u, enum attr_type type, bool moment, i64 n)
{
	const struct tz *zone = corp_zone(u, u->corp);
	if (n == NIL)
		return STR_NIL;
	i64 whole = n < 0 ? -n : n;
	switch (type) {
	case ATTR_MONEY:
		return arena_printf(u->arena, "%s%lld.%02lld", n < 0 ? "-" : "", (long long)(whole / 100), (long long)(whole % 100));
	case ATTR_DAY:
		return tz_format_date(moment ? tz_day(zone, n) : n, u->arena);
	case ATTR_TIME:
		return tz_format(zone, n, u->arena);
	case ATTR_FLAG:
		return n ? STR("true") : STR("false");
	default:
		return arena_printf(u->arena, "%lld", (long long)n);
	}
}

static str column_text(const struct attr_teller *t, const struct customer_fact *f, const struct attr *of)
{
	struct unit *u = t->unit;
	const struct field *field = record_field(&customer_fact_record, str_c(of->column));
	if (!strcmp(of->name, "aov"))
		return f->orders > 0 ? number_text(u, ATTR_MONEY, false, f->spent / f->orders) : STR_NIL;
	if (!strcmp(of->name, "child_age"))
		return f->child_birthday == NIL ? STR_NIL : years(u, corp_day(u, clock_now(u->clock)), f->child_birthday);
	if (!strcmp(of->column, "staff"))
		return staff_name(t, f->staff);
	if (!strcmp(of->column, "store"))
		return place_name(t, f->store);
	if (!field)
		return STR_NIL;
	const char *at = (const char *)f + field->at;
	if (field->type == FIELD_STR)
		return *(const str *)at;
	if (field->type == FIELD_BOOL)
		return *(const bool *)at ? STR("true") : STR("false");
	return number_text(u, of->type, field->type == FIELD_MS, *(const i64 *)at);
}

str attr_known_text(const struct attr_teller *t, const struct attr_known *k, const struct attr *of)
{
	if (of->column)
		return column_text(t, &k->fact, of);
	for (size_t i = 0; i < k->count; i++)
		if (k->values[i].attr == of->id)
			return of->type == ATTR_TEXT || of->type == ATTR_SET ? k->values[i].t : number_text(t->unit, of->type, false, k->values[i].n);
	return STR_NIL;
}

err attr_text_of(struct unit *u, i64 root, str name, str *ret)
{
	const struct attr *of;
	struct attr_teller teller;
	struct attr_known known;
	TRY(attr_find(u, name, &of));
	TRY(attr_known_read(u, root, &known));
	TRY(attr_teller_new(u, &teller));
	*ret = attr_known_text(&teller, &known, of);
	return OK;
}
