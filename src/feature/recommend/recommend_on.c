/*
 * recommend's purchases: goods of order events per leaf (derived), the fold over a person's leaves, and what to
 * offer her.
 */
#include "feature/recommend/recommend_data.h"

#include "base/hash.h"
#include "base/vec.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_A_PURCHASE 12
#define NAME_HASH 0x9e3779b97f4a7c15u /* a name is never a sku */

/* The parts of order events that concern goods. */
#define RECOMMEND_GOODS_FIELDS(F, S) F(S, STR, sku, .opt = true) F(S, STR, product, .opt = true) F(S, STR, category, .opt = true)
RECORD(recommend_goods, RECOMMEND_GOODS_FIELDS);
#define RECOMMEND_SALE_FIELDS(F, S) \
	F(S, ID, order) F(S, MS, ordered, .opt = true) F(S, LIST, goods, .opt = true, .of = &recommend_goods_record)
RECORD(recommend_sale, RECOMMEND_SALE_FIELDS);
#define RECOMMEND_BACK_FIELDS(F, S) F(S, ID, order, .opt = true) F(S, BOOL, whole, .opt = true)
RECORD(recommend_back, RECOMMEND_BACK_FIELDS);
#define RECOMMEND_GONE_FIELDS(F, S) F(S, ID, leaf, .opt = true)
RECORD(recommend_gone, RECOMMEND_GONE_FIELDS);

i64 recommend_product_id(str sku, str name)
{
	sku = str_trim(sku);
	name = str_trim(name);
	if (!sku.n && !name.n)
		return 0;
	i64 id = (i64)(hash_mix(sku.n ? hash64(sku) : hash64(name) ^ NAME_HASH) & INT64_MAX);
	return id ? id : 1;
}

err recommend_on_order(struct tx *tx, const struct event *ev)
{
	struct recommend_sale s;
	TRY(event_body(&tx->snap, ev, &recommend_sale_record, &s));
	struct recommend_line row = { .customer = ev->customer, .order_id = s.order };
	if (ev->kind == EV_ORDER_WITHDRAWN || ev->kind == EV_ORDER_CANCELLED)
		return recommend_lines_drop(tx, &row);
	if (!s.goods.n)
		return OK; /* nothing new about its goods */
	TRY(recommend_lines_drop(tx, &row));
	row.day = corp_day(tx->snap.unit, s.ordered == NIL ? ev->occurred : s.ordered);
	const struct recommend_goods *g = s.goods.v;
	for (size_t i = 0; i < s.goods.n; i++) {
		str name = str_utf8_head(str_trim(g[i].product.n ? g[i].product : g[i].sku), RECOMMEND_NAME_MAX);
		row.product = recommend_product_id(g[i].sku, g[i].product);
		if (!row.product)
			continue;
		TRY(recommend_line_put(tx, &row));
		TRY(recommend_name_put(tx, &(struct recommend_name){ row.product, name, g[i].sku.n ? g[i].sku : STR_NIL,
								     g[i].category.n ? g[i].category : STR_NIL }));
	}
	return OK;
}

/* An order whose money all went back was no purchase, until the refund is withdrawn. */
err recommend_on_refund(struct tx *tx, const struct event *ev)
{
	struct recommend_back b;
	TRY(event_body(&tx->snap, ev, &recommend_back_record, &b));
	if (b.order == NIL || b.order == 0 || !b.whole)
		return OK;
	struct recommend_line row = { .customer = ev->customer, .order_id = b.order, .gone = ev->kind == EV_ORDER_REFUNDED };
	return recommend_lines_mark(tx, &row);
}

/* ---- purchases of a person ---- */

str recommend_pack(struct arena *a, const struct recommend_bought *v, size_t count)
{
	size_t n = count < RECOMMEND_PERSON_MAX ? count : RECOMMEND_PERSON_MAX;
	u8 *bytes = arena_alloc(a, n * BYTES_A_PURCHASE + 1);
	for (size_t i = 0; i < n; i++) {
		u64 product = (u64)v[i].product;
		u32 day = (u32)v[i].day;
		memcpy(bytes + i * BYTES_A_PURCHASE, &product, 8);
		memcpy(bytes + i * BYTES_A_PURCHASE + 8, &day, 4);
	}
	return str_of((const char *)bytes, n * BYTES_A_PURCHASE);
}

size_t recommend_unpack(str packed, struct recommend_bought ret[RECOMMEND_PERSON_MAX])
{
	size_t n = packed.n / BYTES_A_PURCHASE;
	n = n < RECOMMEND_PERSON_MAX ? n : RECOMMEND_PERSON_MAX;
	for (size_t i = 0; i < n; i++) {
		u64 product;
		u32 day;
		memcpy(&product, packed.p + i * BYTES_A_PURCHASE, 8);
		memcpy(&day, packed.p + i * BYTES_A_PURCHASE + 8, 4);
		ret[i] = (struct recommend_bought){ (i64)product, day };
	}
	return n;
}

static int newest_first(const void *a, const void *b)
{
	const struct recommend_had *x = a, *y = b;
	if (x->day != y->day)
		return x->day < y->day ? 1 : -1;
	return (x->product > y->product) - (x->product < y->product);
}

/* Newest first, each product once a day. */
static err bought_over_leaves(const struct snap *s, const struct attr_person *p, struct recommend_bought *ret, size_t *ret_count)
{
	VEC(struct recommend_had) all = { 0 };
	for (size_t i = 0; i < p->count; i++) {
		struct snap at = *s;
		struct recommend_had *v;
		size_t n;
		snap_slot(&at, slot_of_customer(s->unit->store, p->leaves[i]));
		TRY(recommend_had_of(&at, &(struct recommend_had_find){ p->leaves[i], RECOMMEND_PERSON_MAX }, &v, &n));
		for (size_t k = 0; k < n; k++)
			vec_push(s->arena, &all, v[k]);
	}
	if (p->count > 1 && all.n)
		qsort(all.v, all.n, sizeof(*all.v), newest_first);
	size_t n = 0;
	for (size_t i = 0; i < all.n && n < RECOMMEND_PERSON_MAX; i++)
		if (!n || ret[n - 1].product != all.v[i].product || ret[n - 1].day != all.v[i].day)
			ret[n++] = (struct recommend_bought){ all.v[i].product, all.v[i].day };
	*ret_count = n;
	return OK;
}

err recommend_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct recommend_bought v[RECOMMEND_PERSON_MAX];
	struct recommend_person was = { 0 };
	const struct recommend_key key = { p->root };
	size_t n;
	bool changed;
	TRY(bought_over_leaves(&tx->snap, p, v, &n));
	err e = recommend_person_get(&tx->snap, &key, &was);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	struct recommend_person now = { p->root, recommend_pack(tx->snap.arena, v, n) };
	if (e == ERR_NOT_FOUND ? n == 0 : str_eq(was.goods, now.goods))
		return OK;
	TRY(n ? recommend_person_put(tx, &now) : recommend_person_drop(tx, &key));
	return recommend_write(tx, p->root, v, n, p->today, &changed);
}

/* Somebody who is no person of her own any more; that may be old news by now. */
err recommend_on_gone(struct tx *tx, const struct event *ev)
{
	struct recommend_gone b;
	struct customer c;
	TRY(event_body(&tx->snap, ev, &recommend_gone_record, &b));
	i64 who = ev->kind == EV_CUSTOMER_MERGED && b.leaf != NIL ? b.leaf : ev->customer;
	if (slot_of_customer(tx->snap.unit->store, who) != tx->snap.slot)
		return OK;
	err e = customer_get(&tx->snap, who, &c);
	if (e == ERR_NOT_FOUND || (e == OK && c.root == who && !c.erased))
		return OK;
	TRY(e);
	return recommend_person_drop(tx, &(struct recommend_key){ who });
}

/* ---- what to offer ---- */

/* NIL: never. */
static i64 last_day_of(const struct recommend_bought *v, size_t n, i64 product)
{
	i64 day = NIL;
	for (size_t i = 0; i < n; i++)
		if (v[i].product == product && (day == NIL || v[i].day > day))
			day = v[i].day;
	return day;
}

static bool may_offer(const struct recommend_offer *o, i64 last, i64 today)
{
	bool again = o->again * 100 >= o->partner_buyers * RECOMMEND_REPEAT_PERCENT;
	return last == NIL || (again && today - last >= RECOMMEND_REPEAT_DAYS);
}

/* By confidence, then by how many people it rests on, then the rarer. */
static bool better(const struct recommend_offer *a, const struct recommend_offer *b)
{
	i64 x = a->both_n * b->base, y = b->both_n * a->base;
	if (x != y)
		return x > y;
	if (a->both_n != b->both_n)
		return a->both_n > b->both_n;
	return a->partner_buyers != b->partner_buyers ? a->partner_buyers < b->partner_buyers : a->partner > b->partner;
}

/* Keeps the best of each product, in order. */
static size_t keep(struct recommend_offer *ret, size_t n, const struct recommend_offer *o)
{
	size_t at = 0;
	while (at < n && ret[at].partner != o->partner)
		at++;
	if (at < n) {
		if (!better(o, &ret[at]))
			return n;
	} else if (n < RECOMMEND_OFFERS_MAX) {
		n++;
	} else if (better(o, &ret[n - 1])) {
		at = n - 1;
	} else {
		return n;
	}
	for (; at > 0 && better(o, &ret[at - 1]); at--)
		ret[at] = ret[at - 1];
	ret[at] = *o;
	return n;
}

err recommend_next(const struct snap *s, const struct recommend_bought *v, size_t count, i64 today,
		   struct recommend_offer ret[RECOMMEND_OFFERS_MAX], size_t *ret_count)
{
	size_t n = 0, from = 0;
	for (size_t i = 0; i < count && from < RECOMMEND_FROM_MAX; i++) {
		struct recommend_offer *p;
		size_t m;
		if (last_day_of(v, i, v[i].product) != NIL)
			continue; /* had its turn */
		from++;
		TRY(recommend_partners(s, &(struct recommend_product_key){ v[i].product }, &p, &m));
		for (size_t k = 0; k < m; k++)
			if (may_offer(&p[k], last_day_of(v, count, p[k].partner), today))
				n = keep(ret, n, &p[k]);
	}
	*ret_count = n;
	return OK;
}

static err put_text(struct tx *tx, i64 customer, i64 attr, str now, bool *changed)
{
	struct attr_value was;
	TRY(attr_value_get(&tx->snap, customer, attr, &was));
	if (was.t.n == now.n && str_eq(was.t, now))
		return OK;
	*changed = true;
	return attr_value_put(tx, &(struct attr_value){ customer, attr, NIL, now.n ? now : STR_NIL });
}

err recommend_write(struct tx *tx, i64 customer, const struct recommend_bought *v, size_t count, i64 today, bool *ret_changed)
{
	struct recommend_offer offers[RECOMMEND_OFFERS_MAX];
	size_t n;
	*ret_changed = false;
	TRY(recommend_next(&tx->snap, v, count, today, offers, &n));
	TRY(put_text(tx, customer, RECOMMEND_ATTR_PRODUCT, n ? offers[0].name : STR_NIL, ret_changed));
	return put_text(tx, customer, RECOMMEND_ATTR_BECAUSE, n ? offers[0].because : STR_NIL, ret_changed);
}
