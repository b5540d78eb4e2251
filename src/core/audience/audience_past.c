/*
 * Folding one person's journal up to a moment, and the naive evaluator on it.
 *
 * Events are taken in the order of their slot, as the modules took them. Marks and relations are counted per
 * number and joined over the numbers that were hers; orders are read as order.* tell them: a placed, changed or
 * cancelled one says everything, a refund what it took.
 */
#include "core/audience/audience_past.h"
#include "core/audience/audience_past_data.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "store/journal.h"

#include <stdlib.h>

#define PAST_PAGE 500 /* events of a person read at once */

struct past_order { i64 id, paid, refunded, ordered, told; bool stands, counts, foreign; };
struct past_refund { i64 id, order, amount; bool foreign; };
struct past_follow { i64 staff, told; bool friend; };
struct past_day { i64 kind, day, times; };

struct past {
	const struct snap *s;
	const struct expr *e;
	struct expr_today today;
	str currency;
	bool born, erased, friend;
	i64 root; /* of the number being read */
	VEC(i64) leaves, tags; /* tags: groups she sits in too, as ATTR_ID_GROUP */
	VEC(struct past_day) days;
	VEC(struct past_order) orders;
	VEC(struct past_refund) refunds;
	VEC(struct past_follow) follows;
	i64 order_count, spent, first_order, last_order;
};

/* ---- what events tell ---- */

static void on_merged(struct past *p, const struct event *ev, const struct past_body *b)
{
	if (ev->kind == EV_CUSTOMER_ABSORBED)
		vec_push(p->s->arena, &p->leaves, b->leaf);
	else if (ev->kind != EV_CUSTOMER_RELEASED && p->root == b->was_root)
		p->root = b->root;
}

static void on_tag(struct past *p, i64 tag, bool on)
{
	for (size_t i = 0; i < p->tags.n; i++)
		if (p->tags.v[i] == tag) {
			if (!on)
				p->tags.v[i] = 0;
			return;
		}
	if (on)
		vec_push(p->s->arena, &p->tags, tag);
}

static void on_follow(struct past *p, const struct event *ev, i64 staff)
{
	struct past_follow *f = NULL;
	for (size_t i = 0; i < p->follows.n; i++)
		if (p->follows.v[i].staff == staff)
			f = &p->follows.v[i];
	if (!f) {
		vec_push(p->s->arena, &p->follows, (struct past_follow){ staff, INT64_MIN, false });
		f = &p->follows.v[p->follows.n - 1];
	}
	if (ev->occurred < f->told)
		return; /* older than what is known of the pair */
	f->told = ev->occurred;
	f->friend = ev->kind == EV_FOLLOW_ADDED;
}

static struct past_order *order_named(struct past *p, i64 id)
{
	for (size_t i = 0; i < p->orders.n; i++)
		if (p->orders.v[i].id == id)
			return &p->orders.v[i];
	return NULL;
}

static bool foreign(const struct past *p, const struct past_body *b) { return !str_eq(b->currency, p->currency); }

static void order_says(struct past *p, const struct past_body *b)
{
	struct past_order *o = order_named(p, b->order);
	struct past_order says = { b->order, b->paid, b->refunded, b->ordered, 0, fact_order_stands(b->status), false, foreign(p, b) };
	says.counts = says.stands || str_eq_c(b->status, "refunded");
	says.told = b->refunded - (o ? o->refunded : 0); /* the refund that follows is in it already */
	if (o)
		*o = says;
	else
		vec_push(p->s->arena, &p->orders, says);
}

static void order_takes(struct past_order *o, i64 amount, bool whole)
{
	o->refunded += amount;
	if (whole)
		o->stands = false, o->counts = true;
}

static void on_refunded(struct past *p, const struct past_body *b)
{
	struct past_order *o = order_named(p, b->order);
	if (b->refund != b->order)
		vec_push(p->s->arena, &p->refunds, (struct past_refund){ b->refund, b->order, b->amount, foreign(p, b) });
	if (!o)
		return;
	if (b->refund == b->order && o->told == b->amount) {
		o->told = 0;
		return;
	}
	order_takes(o, b->amount, b->whole);
}

static void on_refund_withdrawn(struct past *p, const struct past_body *b)
{
	struct past_order *o = order_named(p, b->order);
	for (size_t i = 0; i < p->refunds.n; i++)
		if (p->refunds.v[i].id == b->refund)
			p->refunds.v[i] = p->refunds.v[--p->refunds.n];
	if (!o)
		return;
	o->refunded = int_max(0, o->refunded - b->amount);
	if (b->whole && (o->refunded < o->paid || o->refunded == 0))
		o->stands = o->counts = true;
}

/* Its refunds stay, of no known order. */
static void on_withdrawn(struct past *p, const struct past_body *b)
{
	for (size_t i = 0; i < p->orders.n; i++)
		if (p->orders.v[i].id == b->order)
			p->orders.v[i] = p->orders.v[--p->orders.n];
	for (size_t i = 0; i < p->refunds.n; i++)
		if (p->refunds.v[i].order == b->order)
			p->refunds.v[i].order = 0;
}

static bool did_asked(const struct expr *e, i64 kind)
{
	if (e->op == EXPR_DID && e->event == kind)
		return true;
	for (size_t i = 0; i < e->n; i++)
		if (did_asked(e->of[i], kind))
			return true;
	return false;
}

static void count_day(struct past *p, const struct event *ev)
{
	i64 day = tz_day(p->today.zone, ev->occurred);
	if (!did_asked(p->e, ev->kind))
		return;
	for (size_t i = 0; i < p->days.n; i++)
		if (p->days.v[i].kind == ev->kind && p->days.v[i].day == day) {
			p->days.v[i].times++;
			return;
		}
	vec_push(p->s->arena, &p->days, (struct past_day){ ev->kind, day, 1 });
}

static void take(struct past *p, const struct event *ev, const struct past_body *b)
{
	switch (ev->kind) {
	case EV_CUSTOMER_CREATED: p->born = true; return;
	case EV_CUSTOMER_ERASED: p->erased = true; return;
	case EV_CUSTOMER_MERGED:
	case EV_CUSTOMER_SPLIT:
	case EV_CUSTOMER_ABSORBED:
	case EV_CUSTOMER_RELEASED: on_merged(p, ev, b); return;
	case EV_TAG_MARKED:
	case EV_TAG_UNMARKED: on_tag(p, b->tag, ev->kind == EV_TAG_MARKED); return;
	case EV_GROUP_JOINED:
	case EV_GROUP_LEFT: on_tag(p, ATTR_ID_GROUP(b->group), ev->kind == EV_GROUP_JOINED); return;
	case EV_FOLLOW_ADDED:
	case EV_FOLLOW_HALF:
	case EV_FOLLOW_LOST:
	case EV_FOLLOW_DROPPED:
	case EV_FOLLOW_TRANSFERRED: on_follow(p, ev, b->staff); return;
	case EV_ORDER_CREATED:
	case EV_ORDER_PLACED:
	case EV_ORDER_SHIPPED:
	case EV_ORDER_DONE:
	case EV_ORDER_CANCELLED:
	case EV_ORDER_CHANGED: order_says(p, b); return;
	case EV_ORDER_REFUNDED: on_refunded(p, b); return;
	case EV_REFUND_WITHDRAWN: on_refund_withdrawn(p, b); return;
	case EV_ORDER_WITHDRAWN: on_withdrawn(p, b); return;
	default: return;
	}
}

static err on_event(struct past *p, const struct event *ev)
{
	struct past_body b;
	struct json *body;
	struct arena *a = p->s->arena;
	count_day(p, ev);
	TRY(json_parse(ev->body, a, &body, p->s->fail));
	record_init(&past_body_record, &b);
	record_read(&past_body_record, body, &b, a);
	take(p, ev, &b);
	return OK;
}

/* ---- one number, one person ---- */

static void sum_up(struct past *p)
{
	for (size_t i = 0; i < p->follows.n; i++)
		p->friend |= p->follows.v[i].friend;
	for (size_t i = 0; i < p->orders.n; i++) {
		const struct past_order *o = &p->orders.v[i];
		if (o->counts && !o->foreign)
			p->spent += o->paid - o->refunded;
		if (!o->stands)
			continue;
		p->order_count++;
		p->first_order = p->first_order == NIL ? o->ordered : int_min(p->first_order, o->ordered);
		p->last_order = p->last_order == NIL ? o->ordered : int_max(p->last_order, o->ordered);
	}
	for (size_t i = 0; i < p->refunds.n; i++)
		if (p->refunds.v[i].order == 0 && !p->refunds.v[i].foreign)
			p->spent -= p->refunds.v[i].amount;
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
			      .first_order = NIL, .last_order = NIL };
	TRY(read_events(&here, customer, at, &events, &n));
	for (size_t i = 0; i < n; i++)
		TRY(on_event(ret, &events[i]));
	sum_up(ret);
	return OK;
}

/* What one more of her numbers adds to her. */
static void join(struct past *p, const struct past *leaf)
{
	struct arena *a = p->s->arena;
	p->friend |= leaf->friend;
	p->erased |= leaf->erased;
	p->order_count += leaf->order_count;
	p->spent += leaf->spent;
	if (leaf->first_order != NIL)
		p->first_order = p->first_order == NIL ? leaf->first_order : int_min(p->first_order, leaf->first_order);
	if (leaf->last_order != NIL)
		p->last_order = p->last_order == NIL ? leaf->last_order : int_max(p->last_order, leaf->last_order);
	for (size_t i = 0; i < leaf->tags.n; i++)
		vec_push(a, &p->tags, leaf->tags.v[i]);
	for (size_t i = 0; i < leaf->days.n; i++)
		vec_push(a, &p->days, leaf->days.v[i]);
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

static i64 number_of(const struct past *p, const char *name)
{
	if (strcmp(name, "orders") == 0)
		return p->order_count;
	if (strcmp(name, "spent") == 0)
		return p->spent;
	if (strcmp(name, "aov") == 0)
		return p->order_count > 0 ? p->spent / p->order_count : NIL;
	return strcmp(name, "first_order") == 0 ? p->first_order : p->last_order;
}

static bool sits(const struct past *p, i64 group)
{
	for (size_t i = 0; i < p->tags.n; i++)
		if (p->tags.v[i] == group)
			return true;
	return false;
}

static bool attr_holds(const struct past *p, const struct expr *e)
{
	if (expr_is_group(e->attr))
		return sits(p, e->attr->value);
	if (e->attr->type == EXPR_FLAG)
		return e->cmp >= CMP_KNOWN ? e->cmp == CMP_KNOWN : (p->friend == (e->values[0].n != 0)) == (e->cmp == CMP_EQ);
	i64 v = number_of(p, e->attr->name);
	size_t n;
	if (v == NIL)
		return e->cmp == CMP_UNKNOWN;
	struct expr_range *r = expr_ranges(p->s->arena, e, &p->today, &n);
	for (size_t i = 0; i < n; i++)
		if (v >= r[i].lo && v <= r[i].hi)
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
	for (size_t i = 0; i < p.leaves.n; i++) {
		struct past leaf;
		bool again = p.leaves.v[i] == customer;
		for (size_t k = 0; k < i; k++)
			again |= p.leaves.v[k] == p.leaves.v[i];
		if (again)
			continue;
		TRY(read_number(s, &like, p.leaves.v[i], at, &leaf));
		if (leaf.root == customer)
			join(&p, &leaf);
	}
	*ret_in = !p.erased && holds(&p, e);
	return OK;
}

err audience_past_check(struct unit *u, const struct expr *e)
{
	static const char *const known[] = { "orders", "spent", "aov", "first_order", "last_order", "friend" };
	bool ok = e->op != EXPR_REACH && (e->op != EXPR_ATTR || expr_is_group(e->attr));
	for (size_t i = 0; e->op == EXPR_ATTR && i < ARRAY_LEN(known); i++)
		ok |= strcmp(e->attr->name, known[i]) == 0;
	if (!ok)
		return fail_set(&u->fail, ERR_INPUT, T_AUD_PAST_CANNOT, STR("expr"),
				e->op == EXPR_REACH ? STR("reachable") : str_c(e->attr->name),
				STR("tag, in_group, did, orders, spent, aov, first_order, last_order, friend"));
	for (size_t i = 0; i < e->n; i++)
		TRY(audience_past_check(u, e->of[i]));
	return OK;
}
