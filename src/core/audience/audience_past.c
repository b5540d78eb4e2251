/*
 * Reading one person's journal up to a moment, and the naive evaluator on what it came to.
 */
#include "core/audience/audience_past.h"
#include "core/audience/audience_past_int.h"

#include "core/corp/corp.h"

#include <stdlib.h>

#define PAST_PAGE 500 /* events of a person read at once */

static err on_event(struct past *p, const struct event *ev)
{
	struct past_body b;
	struct json *body;
	struct arena *a = p->s->arena;
	TRY(json_parse(ev->body, a, &body, p->s->fail));
	record_init(&past_body_record, &b);
	record_read(&past_body_record, body, &b, a);
	past_take(p, ev, &b);
	return OK;
}

static int by_seq(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* Everything of hers that was known then, in the order it was recorded. */
static err read_events(const struct snap *s, i64 customer, ms at, struct event **ret, size_t *ret_count)
{
	VEC(struct event) all = { 0 };
	struct event *page;
	size_t n = PAST_PAGE;
	for (i64 before = INT64_MAX, seq = INT64_MAX; n == PAST_PAGE;) {
		TRY(timeline_page(s, customer, before, seq, PAST_PAGE, &page, &n));
		for (size_t i = 0; i < n; i++)
			if (page[i].recorded <= at)
				vec_push(s->arena, &all, page[i]);
		if (n) {
			before = page[n - 1].occurred;
			seq = page[n - 1].seq;
		}
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_seq);
	*ret = all.v;
	*ret_count = all.n;
	return OK;
}

static err read_number(const struct snap *s, const struct past *like, i64 customer, ms at, struct past *ret)
{
	struct snap here = *s;
	struct event *events;
	size_t n;
	snap_slot(&here, slot_of_customer(s->unit->store, customer));
	*ret = (struct past){ .s = s, .e = like->e, .today = like->today, .currency = like->currency, .root = customer,
			      .at = at, .first_order = NIL, .last_order = NIL, .last_reached = NIL, .last_reply = NIL, .last_open = NIL, .categories = NIL };
	TRY(read_events(&here, customer, at, &events, &n));
	for (size_t i = 0; i < n; i++)
		TRY(on_event(ret, &events[i]));
	past_sum(ret);
	return OK;
}

/* ---- the naive evaluator ---- */

static bool tag_holds(const struct past *p, const struct expr *e)
{
	size_t hits = 0;
	for (size_t i = 0; i < e->count; i++)
		for (size_t k = 0; k < p->tags.n; k++)
			if (p->tags.v[k] == e->values[i].n) {
				hits++;
				break;
			}
	return e->how == TAG_ALL ? hits == e->count : (hits > 0) == (e->how == TAG_ANY);
}

static bool did_holds(const struct past *p, const struct expr *e)
{
	i64 from = INT64_MIN, to = INT64_MAX, sum = 0;
	expr_window(e, &p->today, &from, &to);
	for (size_t i = 0; i < p->days.n; i++)
		if (p->days.v[i].kind == e->event && p->days.v[i].day >= from && p->days.v[i].day <= to)
			sum += p->days.v[i].times;
	return expr_count_holds(e, sum);
}

/* What the fold answers by itself. */
static const struct past_name { const char *name; enum { PAST_NUMBER, PAST_TEXT, PAST_FLAG } as; size_t at; } names[] = {
#define NAMED(name_, as_, member) { name_, as_, offsetof(struct past, member) }
	NAMED("orders", PAST_NUMBER, order_count), NAMED("spent", PAST_NUMBER, spent), NAMED("first_order", PAST_NUMBER, first_order),
	NAMED("last_order", PAST_NUMBER, last_order), NAMED("added", PAST_NUMBER, added), NAMED("lost_at", PAST_NUMBER, lost_at),
	NAMED("staff", PAST_NUMBER, staff), NAMED("store", PAST_NUMBER, store), NAMED("last_reached", PAST_NUMBER, last_reached),
	NAMED("last_reply", PAST_NUMBER, last_reply), NAMED("last_open", PAST_NUMBER, last_open), NAMED("channel", PAST_TEXT, channel),
	NAMED("categories", PAST_NUMBER, categories), NAMED("source", PAST_TEXT, source), NAMED("followup", PAST_TEXT, followup), NAMED("lost_by", PAST_TEXT, lost_by),
	NAMED("friend", PAST_FLAG, friend),
};

static const struct past_name *name_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return &names[i];
	return NULL;
}

static bool computed(const char *name) { return strcmp(name, "aov") == 0 || strcmp(name, "order_gap") == 0; }

static i64 compute(const struct past *p, const char *name)
{
	if (strcmp(name, "aov") == 0)
		return p->order_count > 0 ? p->spent / p->order_count : NIL;
	return p->order_count > 1 ? (p->last_order - p->first_order) / (p->order_count - 1) / MS_DAY : NIL;
}

/* What an attribute said of her then; unknown: nil and NIL. */
static struct attr_value value_of(const struct past *p, const struct expr_attr *a)
{
	struct attr_value v = { 0, 0, NIL, STR_NIL };
	const struct past_name *known = name_of(a->name);
	for (size_t i = 0; i < p->values.n; i++)
		if (p->values.v[i].attr == a)
			return p->values.v[i].v;
	if (computed(a->name)) {
		v.n = compute(p, a->name);
	} else if (known) {
		const char *at = (const char *)p + known->at;
		if (known->as == PAST_TEXT)
			v.t = *(const str *)at;
		else
			v.n = known->as == PAST_FLAG ? *(const bool *)at : *(const i64 *)at;
	}
	return v;
}

static bool sits(const struct past *p, i64 group)
{
	for (size_t i = 0; i < p->tags.n; i++)
		if (p->tags.v[i] == group)
			return true;
	return false;
}

static bool flag_holds(const struct past *p, const struct expr *e)
{
	bool is = expr_is_kept_as_tag(e->attr) ? sits(p, e->attr->value) : value_of(p, e->attr).n == 1;
	return e->cmp >= CMP_KNOWN ? e->cmp == CMP_KNOWN : (is == (e->values[0].n != 0)) == (e->cmp == CMP_EQ);
}

static bool one_of_holds(const struct attr_value *v, const struct expr *e)
{
	bool text = e->attr->type == EXPR_TEXT, known = text ? v->t.p != NULL : v->n != NIL, hit = false;
	if (e->cmp >= CMP_KNOWN || !known)
		return known ? e->cmp == CMP_KNOWN : e->cmp == CMP_UNKNOWN;
	for (size_t i = 0; i < e->count; i++)
		hit |= text ? str_eq(v->t, e->values[i].text) : v->n == e->values[i].n;
	return hit == (e->cmp != CMP_NE);
}

static bool attr_holds(const struct past *p, const struct expr *e)
{
	size_t n;
	if (e->attr->type == EXPR_FLAG)
		return flag_holds(p, e);
	struct attr_value v = value_of(p, e->attr);
	if (e->attr->type >= EXPR_TEXT)
		return one_of_holds(&v, e);
	if (v.n == NIL)
		return e->cmp == CMP_UNKNOWN;
	struct expr_range *r = expr_ranges(p->s->arena, e, &p->today, &n);
	for (size_t i = 0; i < n; i++)
		if (v.n >= r[i].lo && v.n <= r[i].hi)
			return true;
	return false;
}

static bool holds(const struct past *p, const struct expr *e)
{
	switch (e->op) {
	case EXPR_TAG: return tag_holds(p, e);
	case EXPR_DID: return did_holds(p, e);
	case EXPR_ATTR: return attr_holds(p, e);
	case EXPR_NOT: return !holds(p, e->of[0]);
	default: break;
	}
	for (size_t i = 0; i < e->n; i++)
		if (holds(p, e->of[i]) == (e->op == EXPR_OR))
			return e->op == EXPR_OR;
	return e->op != EXPR_OR;
}

/* ---- what modules kept ---- */

static attr_then *then_of(struct unit *u, const struct expr_attr *a)
{
	const struct attr *of;
	if (a->then || a->value)
		return a->then;
	return !name_of(a->name) && !computed(a->name) && attr_find(u, str_c(a->name), &of) == OK ? of->then : NULL;
}

/* Asks each module once for what a condition names. */
static err ask(struct past *p, const struct expr *e)
{
	struct attr_person her = { p->root, p->leaves.v, p->leaves.n, p->today.day, NIL };
	attr_then *then = e->op == EXPR_ATTR && !expr_is_kept_as_tag(e->attr) ? then_of(p->s->unit, e->attr) : NULL;
	if (then) {
		struct past_value v = { e->attr, { p->root, e->attr->value, NIL, STR_NIL } };
		TRY(then(p->s, &her, p->at, &v.v));
		vec_push(p->s->arena, &p->values, v);
	}
	for (size_t i = 0; i < e->n; i++)
		TRY(ask(p, e->of[i]));
	return OK;
}

static int by_id(const void *a, const void *b) { return (*(const i64 *)a > *(const i64 *)b) - (*(const i64 *)a < *(const i64 *)b); }

/* Her numbers as they were, the root first as facts are folded. */
static err join_leaves(struct past *p, const struct past *like)
{
	const struct snap *s = p->s;
	VEC(i64) hers = { 0 };
	vec_push(s->arena, &hers, p->root);
	if (p->leaves.n)
		qsort(p->leaves.v, p->leaves.n, sizeof(*p->leaves.v), by_id);
	for (size_t i = 0; i < p->leaves.n; i++) {
		struct past leaf;
		if (p->leaves.v[i] == p->root || (i && p->leaves.v[i] == p->leaves.v[i - 1]))
			continue;
		TRY(read_number(s, like, p->leaves.v[i], p->at, &leaf));
		if (leaf.root != p->root)
			continue;
		past_join(p, &leaf);
		vec_push(s->arena, &hers, p->leaves.v[i]);
	}
	p->leaves.v = hers.v;
	p->leaves.n = hers.n;
	return OK;
}

err audience_past_test(const struct snap *s, const struct expr *e, i64 customer, ms at, bool *ret_in)
{
	struct corp corp;
	struct past p, like = { .e = e, .today = { corp_zone(s->unit, s->corp), 0 } };
	*ret_in = false;
	if (id_number_of(customer) >= ID_VISITOR_FROM)
		return OK;
	TRY(corp_get(s->unit, s->corp, &corp));
	like.today.day = tz_day(like.today.zone, at);
	like.currency = corp.currency;
	TRY(read_number(s, &like, customer, at, &p));
	if (!p.born || p.root != customer)
		return OK;
	TRY(join_leaves(&p, &like));
	TRY(past_settle(&p));
	TRY(ask(&p, e));
	*ret_in = !p.erased && holds(&p, e);
	return OK;
}

static bool can(struct unit *u, const struct expr *e)
{
	const struct expr_attr *a = e->attr;
	if (e->op != EXPR_ATTR)
		return e->op != EXPR_REACH;
	return expr_is_kept_as_tag(a) || name_of(a->name) || computed(a->name) || then_of(u, a);
}

err audience_past_check(struct unit *u, const struct expr *e)
{
	if (!can(u, e))
		return fail_set(&u->fail, ERR_INPUT, T_AUD_PAST_CANNOT, STR("expr"),
				e->op == EXPR_REACH ? STR("reachable") : str_c(e->attr->name), STR_NIL);
	for (size_t i = 0; i < e->n; i++)
		TRY(audience_past_check(u, e->of[i]));
	return OK;
}
