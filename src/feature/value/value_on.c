/*
 * value's histories: what order events add per leaf (derived), and the fold over a person's leaves.
 */
#include "feature/value/value_data.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"

#include <stdlib.h>

/* The parts of order events that concern a history. */
#define VALUE_SALE_FIELDS(F, S)                                                     \
	F(S, ID, order) F(S, FEN, paid, .opt = true) F(S, STR, currency, .opt = true) F(S, MS, ordered, .opt = true)
RECORD(value_sale, VALUE_SALE_FIELDS);
#define VALUE_BACK_FIELDS(F, S) F(S, ID, order, .opt = true) F(S, FEN, amount, .opt = true)
RECORD(value_back, VALUE_BACK_FIELDS);
#define VALUE_GONE_FIELDS(F, S) F(S, ID, leaf, .opt = true)
RECORD(value_gone, VALUE_GONE_FIELDS);

static i64 amount(i64 v) { return v == NIL ? 0 : v; }

static err order_of(const struct snap *s, i64 customer, i64 order, struct value_order *ret)
{
	struct value_order key = { .customer = customer, .id = order };
	err e = value_order_get(s, &key, ret);
	if (e == ERR_NOT_FOUND)
		*ret = key;
	return e == ERR_NOT_FOUND ? OK : e;
}

err value_on_order(struct tx *tx, const struct event *ev)
{
	struct value_sale s;
	struct value_order o;
	struct corp corp;
	TRY(event_body(&tx->snap, ev, &value_sale_record, &s));
	TRY(order_of(&tx->snap, ev->customer, s.order, &o));
	if (ev->kind == EV_ORDER_WITHDRAWN || ev->kind == EV_ORDER_CANCELLED)
		return value_order_drop(tx, &o);
	if (!o.placed && ev->kind != EV_ORDER_PLACED)
		return OK; /* a change of what never counted */
	TRY(corp_get(tx->snap.unit, tx->snap.corp, &corp));
	o.day = corp_day(tx->snap.unit, s.ordered == NIL ? ev->occurred : s.ordered);
	o.paid = amount(s.paid);
	o.own = !s.currency.n || str_eq(s.currency, corp.currency);
	o.placed = true;
	return value_order_put(tx, &o);
}

/* Money that went back before the order is told waits for it. */
err value_on_refund(struct tx *tx, const struct event *ev)
{
	struct value_back b;
	struct value_order o;
	TRY(event_body(&tx->snap, ev, &value_back_record, &b));
	if (b.order == NIL || b.order == 0)
		return OK;
	TRY(order_of(&tx->snap, ev->customer, b.order, &o));
	if (ev->kind == EV_REFUND_WITHDRAWN && !o.placed)
		return OK;
	o.back += ev->kind == EV_ORDER_REFUNDED ? amount(b.amount) : -amount(b.amount);
	return value_order_put(tx, &o);
}

/* ---- days, packed as differences of seven bits a byte ---- */

str value_days_pack(struct arena *a, const i64 *days, size_t count)
{
	size_t from = count > VALUE_DAYS_KEPT ? count - VALUE_DAYS_KEPT : 0, n = 0;
	u8 *bytes = arena_alloc(a, (count - from) * 10 + 1);
	for (size_t i = from; i < count; i++) {
		u64 step = (u64)(i == from ? days[i] : days[i] - days[i - 1]);
		for (; step >= 128; step >>= 7)
			bytes[n++] = (u8)(step | 128);
		bytes[n++] = (u8)step;
	}
	return str_of((const char *)bytes, n);
}

size_t value_days_unpack(str packed, i64 ret[VALUE_DAYS_KEPT])
{
	size_t n = 0;
	u64 step = 0, day = 0;
	for (size_t i = 0, shift = 0; i < packed.n && n < VALUE_DAYS_KEPT; i++) {
		u8 byte = (u8)packed.p[i];
		step |= (u64)(byte & 127) << (shift % 64);
		shift += 7;
		if (byte & 128)
			continue;
		day += step;
		ret[n++] = (i64)day;
		step = shift = 0;
	}
	return n;
}

/* ---- the fold ---- */

static int by_day(const void *a, const void *b)
{
	const struct value_day *x = a, *y = b;
	return (x->day > y->day) - (x->day < y->day);
}

static err days_over_leaves(const struct snap *s, const struct attr_person *p, struct value_day **ret, size_t *ret_count)
{
	VEC(struct value_day) all = { 0 };
	for (size_t i = 0; i < p->count; i++) {
		struct snap at = *s;
		struct value_day *v;
		size_t n;
		snap_slot(&at, slot_of_customer(s->unit->store, p->leaves[i]));
		TRY(value_days_of(&at, &(struct value_key){ p->leaves[i] }, &v, &n));
		for (size_t k = 0; k < n; k++)
			if (v[k].day >= 0)
				vec_push(s->arena, &all, v[k]);
	}
	if (p->count > 1 && all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_day);
	size_t kept = 0;
	for (size_t i = 0; i < all.n; i++) {
		if (kept && all.v[kept - 1].day == all.v[i].day)
			all.v[kept - 1].spent += all.v[i].spent;
		else
			all.v[kept++] = all.v[i];
	}
	*ret = all.v;
	*ret_count = kept;
	return OK;
}

static struct value_person person_of(struct arena *a, i64 root, const struct value_day *v, size_t n)
{
	struct value_person p = { .customer = root, .first_day = v[0].day, .last_day = v[n - 1].day, .times = (i64)n };
	i64 *days = ARENA_ARRAY(a, i64, n);
	for (size_t i = 0; i < n; i++) {
		days[i] = v[i].day;
		p.spent += v[i].spent;
		p.repeat_spent += i ? v[i].spent : 0;
	}
	p.days = value_days_pack(a, days, n);
	return p;
}

static bool same(const struct value_person *a, const struct value_person *b)
{
	return a->spent == b->spent && a->repeat_spent == b->repeat_spent && a->times == b->times && str_eq(a->days, b->days);
}

struct value_history value_history_of(const struct value_person *p)
{
	return (struct value_history){ p->first_day, p->last_day, p->times, p->spent, p->repeat_spent };
}

/* Without a history nothing is known. Her score's row stays, so that a history taken away and given back, as a
 * replay does, begins no second warning; the job takes away those that stay empty. */
static err forget(struct tx *tx, i64 customer)
{
	const struct value_key key = { customer };
	struct value_person was;
	struct value_score score;
	err e = value_person_get(&tx->snap, &key, &was);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	TRY(value_person_drop(tx, &key));
	e = value_score_get(&tx->snap, &key, &score);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	ms warned = score.warned;
	record_init(&value_score_record, &score);
	score.customer = customer;
	score.risk = STR("");
	score.warned = warned;
	TRY(value_score_put(tx, &score));
	for (i64 attr = VALUE_ATTR_ALIVE; attr <= VALUE_ATTR_RISK; attr++)
		TRY(attr_value_put(tx, &(struct attr_value){ customer, attr, NIL, STR_NIL }));
	return OK;
}

/* The model in force, read once a transaction: an import settles thousands in one. */
struct kept_model { i64 corp; bool any; struct value_model model; };
static err model_of(struct tx *tx, const struct kept_model **ret)
{
	static const char key;
	struct kept_model *m = *tx_memo(tx, &key);
	if (!m || m->corp != tx->snap.corp) {
		m = ARENA_NEW(tx->snap.arena, struct kept_model);
		m->corp = tx->snap.corp;
		TRY(value_model_get(&tx->snap, &m->model, &m->any));
		*tx_memo(tx, &key) = m;
	}
	*ret = m;
	return OK;
}

err value_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct value_day *v;
	struct value_person was;
	const struct kept_model *m;
	size_t n;
	bool changed;
	TRY(days_over_leaves(&tx->snap, p, &v, &n));
	if (!n)
		return forget(tx, p->root);
	struct value_person now = person_of(tx->snap.arena, p->root, v, n);
	err e = value_person_get(&tx->snap, &(struct value_key){ p->root }, &was);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == OK && same(&was, &now))
		return OK; /* time alone is the job's business */
	TRY(value_person_put(tx, &now));
	TRY(model_of(tx, &m));
	struct value_history h = value_history_of(&now);
	return m->any ? value_score_person(tx, &m->model, &h, p->root, p->today, false, &changed) : OK;
}

/* Somebody who is no person of her own any more; that may be old news by now. */
err value_on_gone(struct tx *tx, const struct event *ev)
{
	struct value_gone b;
	struct customer c;
	TRY(event_body(&tx->snap, ev, &value_gone_record, &b));
	i64 who = ev->kind == EV_CUSTOMER_MERGED && b.leaf != NIL ? b.leaf : ev->customer;
	if (slot_of_customer(tx->snap.unit->store, who) != tx->snap.slot)
		return OK;
	err e = customer_get(&tx->snap, who, &c);
	if (e == ERR_NOT_FOUND || (e == OK && c.root == who && !c.erased))
		return OK;
	TRY(e);
	TRY(value_score_drop(tx, &(struct value_key){ who }));
	return value_person_drop(tx, &(struct value_key){ who });
}
