/*
 * order's rules on a transaction of the buyer's slot: placing, bringing up to date, refunding, and what a
 * customer's orders add up to.
 */
#include "feature/order/order_category_data.h"

#include "core/attr/attr_category.h"
#include "core/corp/corp.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/vec.h"

u64 order_key_of(str source, str order_no)
{
	return hash_mix(hash64(source) * 0x9e3779b97f4a7c15u ^ hash64(order_no));
}

static i64 positive(u64 h) { return (i64)(h & INT64_MAX) ? (i64)(h & INT64_MAX) : 1; }

i64 order_id_of(u64 key, u64 equals) { return positive(hash_mix(key ^ equals)); }

static i64 line_id(const struct order_goods *g)
{
	u64 h = hash_mix(hash64(g->sku) ^ (u64)g->amount);
	return positive(hash_mix(h ^ hash64(g->product) * 3 ^ (u64)g->items * 0x9e3779b97f4a7c15u));
}

void order_line_ids(struct arena *a, const struct order_goods *goods, size_t n, i64 *ret)
{
	struct imap seen = imap_new(a);
	for (size_t i = 0; i < n; i++) {
		i64 times = 0;
		ret[i] = line_id(&goods[i]);
		imap_get(&seen, ret[i], &times);
		imap_put(&seen, ret[i], times + 1);
		if (times) /* an equal line is a line of its own */
			ret[i] = positive(hash_mix((u64)ret[i] + (u64)times));
	}
}

#define GOODS_SUMMARY 0 /* a text about all of them */

/* Of the set of lines, in whatever order they come; NIL: none. */
static i64 goods_hash(const struct order_in *o)
{
	u64 sum = 0;
	if (o->summary && o->goods_count)
		return GOODS_SUMMARY;
	for (size_t i = 0; i < o->goods_count; i++)
		sum += hash_mix((u64)o->lines[i] ^ hash64(o->goods[i].category));
	return o->goods_count ? positive(sum) : NIL;
}

struct order_placed order_body(const struct order_head *h)
{
	return (struct order_placed){ .order = h->id, .source = h->source, .order_no = h->order_no, .paid = h->paid,
				      .refunded = h->refunded, .currency = h->currency, .status = h->status,
				      .ordered = h->ordered, .lines = h->lines, .items = h->items, .store = h->store,
				      .import = h->import, .staff = h->staff };
}

struct order_refunded order_refund_body(const struct order_head *h, i64 refund, i64 amount)
{
	return (struct order_refunded){ .refund = refund, .order = h->id, .source = h->source, .refund_no = h->order_no,
					.sku = STR_NIL, .amount = amount, .currency = h->currency, .whole = str_eq_c(h->status, "refunded"),
					.import = h->import, .order_paid = h->paid, .order_refunded = h->refunded,
					.status = h->status, .ordered = h->ordered, .store = h->store };
}

static err tell(struct tx *tx, enum event_kind kind, const struct order_in *o, const struct order_head *h, ms when)
{
	struct order_placed body = order_body(h);
	size_t n = o->goods_count < ORDER_BODY_LINES_MAX ? o->goods_count : ORDER_BODY_LINES_MAX;
	body.goods = (struct list){ (void *)o->goods, n };
	return journal_add(tx, kind, h->customer, when, &order_placed_record, &body, NULL);
}

static err tell_back(struct tx *tx, const struct order_head *h, i64 amount, ms when, struct order_tally *t)
{
	struct order_refunded body = order_refund_body(h, h->id, amount);
	body.refunded = when;
	t->refunds++;
	return journal_add(tx, EV_ORDER_REFUNDED, h->customer, when, &order_refunded_record, &body, NULL);
}

static err put_lines(struct tx *tx, const struct order_in *o, i64 customer, i64 import)
{
	if (!o->goods_count)
		return OK;
	struct order_line *rows = ARENA_ARRAY(tx->snap.arena, struct order_line, o->goods_count);
	for (size_t i = 0; i < o->goods_count; i++)
		rows[i] = (struct order_line){ customer, o->head.id, o->lines[i], o->goods[i].sku, o->goods[i].product,
					       o->goods[i].items, o->goods[i].amount, import, o->goods[i].category };
	return query_write_many(tx, &order_line_put_query, rows, o->goods_count);
}

/* ---- told again ---- */

static int rank(str status)
{
	static const char *const order[] = { "created", "paid", "shipped", "done" };
	for (int i = 0; i < (int)ARRAY_LEN(order); i++)
		if (str_eq_c(status, order[i]))
			return i;
	return (int)ARRAY_LEN(order);
}

/* -1: what comes is older than what is known, 1: newer, 0: nobody can say. */
static int age(const struct order_short *old, const struct order_head *h)
{
	if (old->as_of == NIL || h->as_of == NIL)
		return 0;
	return (h->as_of > old->as_of) - (h->as_of < old->as_of);
}

/* The state of h, whose money is that of both, after what was known. */
static str next_status(const struct order_short *old, const struct order_head *h, int newer)
{
	str s = h->status;
	bool unpaid = str_eq_c(s, "created"), ended = rank(old->status) == 4;
	bool held = str_eq_c(old->status, "cancelled") || (!ended && rank(s) < rank(old->status));
	if (newer < 0 || (unpaid && !str_eq_c(old->status, "created")) || (newer == 0 && held))
		s = old->status;
	if (str_eq_c(s, "cancelled") || str_eq_c(s, "created"))
		return s;
	if (h->refunded > 0 && h->refunded >= h->paid)
		return STR("refunded");
	if (!str_eq_c(s, "refunded"))
		return s;
	return fact_order_stands(old->status) ? old->status : STR("paid");
}

/* The first time it reaches a state after it became known; *ret_first. */
static err reach(struct tx *tx, const struct order_head *h, bool *ret_first)
{
	TRY(order_state_put(tx, &(struct order_state){ h->customer, h->id, h->status, tx->snap.now, h->import }));
	*ret_first = tx_changed(tx) > 0;
	return OK;
}

static err tell_state(struct tx *tx, const struct order_in *o, const struct order_short *old, const struct order_head *h)
{
	bool first = false, stood = fact_order_stands(old->status), stands = fact_order_stands(h->status);
	TRY(reach(tx, h, &first));
	if (str_eq_c(h->status, "cancelled"))
		return tell(tx, EV_ORDER_CANCELLED, o, h, tx->snap.now);
	if ((stands && !stood) || (str_eq_c(old->status, "created") && str_eq_c(h->status, "refunded")))
		return tell(tx, EV_ORDER_PLACED, o, h, h->ordered);
	if (first && stands && !str_eq_c(h->status, "paid"))
		return tell(tx, str_eq_c(h->status, "done") ? EV_ORDER_DONE : EV_ORDER_SHIPPED, o, h, tx->snap.now);
	return OK;
}

bool order_merge(const struct order_short *old, const struct order_in *o, struct order_head *h, bool *ret_lines)
{
	int newer = age(old, h);
	i64 goods = goods_hash(o);
	*ret_lines = goods != NIL && (newer >= 0 || old->goods == GOODS_SUMMARY) && !(o->summary && old->goods != NIL) && goods != old->goods &&
		     (old->goods != NIL || h->lines != old->lines || h->items != old->items);
	h->back = int_max(old->back == NIL ? old->refunded : old->back, h->refunded);
	h->refunded = int_max(old->refunded, h->refunded);
	h->goods = *ret_lines || old->goods == NIL ? goods : old->goods;
	if (newer < 0)
		h->paid = old->paid;
	if (!*ret_lines && (newer < 0 || ((o->summary || !o->goods_count) && old->goods != NIL))) {
		h->lines = old->lines;
		h->items = old->items;
	}
	h->status = next_status(old, h, newer);
	h->ordered = str_eq_c(old->status, "created") ? h->ordered : old->ordered;
	h->as_of = newer > 0 || old->as_of == NIL ? h->as_of : old->as_of;
	return h->paid != old->paid || h->lines != old->lines || h->items != old->items || *ret_lines;
}

static err update(struct tx *tx, i64 customer, const struct order_short *old, const struct order_in *o,
		  struct order_tally *t)
{
	struct order_head h = o->head;
	bool lines;
	h.customer = customer;
	bool differs = order_merge(old, o, &h, &lines), other = !str_eq(h.status, old->status);
	i64 more = h.refunded - old->refunded;
	if (!more && !differs && !other) {
		*(old->import == h.import ? &t->orders : &t->unchanged) += 1;
		return h.as_of != old->as_of ? order_update(tx, &h) : OK;
	}
	TRY(order_update(tx, &h));
	if (lines) {
		TRY(order_line_clear(tx, &(struct order_key){ customer, h.id }));
		TRY(put_lines(tx, o, customer, h.import));
	}
	struct order_in said = *o;
	if (!lines && old->goods != NIL && goods_hash(o) != old->goods)
		said.goods_count = 0; /* its lines stay what they were: events say nothing of them */
	if (other)
		TRY(tell_state(tx, &said, old, &h));
	if (more)
		TRY(tell_back(tx, &h, more, tx->snap.now, t));
	bool placed = other && !fact_order_stands(old->status);
	return differs && !placed && !str_eq_c(h.status, "cancelled") ? tell(tx, EV_ORDER_CHANGED, &said, &h, tx->snap.now) : OK;
}

static enum event_kind event_of(const struct order_head *h)
{
	return str_eq_c(h->status, "cancelled") ? EV_ORDER_CANCELLED : str_eq_c(h->status, "created") ? EV_ORDER_CREATED : EV_ORDER_PLACED;
}

/* A file that says of a new order that money went back tells two things. */
static err place(struct tx *tx, const struct order_in *o, const struct order_head *h, struct order_tally *t)
{
	t->orders++;
	TRY(put_lines(tx, o, h->customer, h->import));
	TRY(tell(tx, event_of(h), o, h, h->ordered));
	return h->refunded > 0 && !str_eq_c(h->status, "created") ? tell_back(tx, h, h->refunded, h->ordered, t) : OK;
}

err order_put(struct tx *tx, i64 customer, bool fresh, const struct order_in *v, size_t count, struct order_tally *t)
{
	struct arena *a = tx->snap.arena;
	struct order_short *old = NULL;
	size_t n = 0, made = 0;
	struct imap known = imap_new(a);
	if (!fresh)
		TRY(order_shorts(&tx->snap, &(struct order_owner){ customer }, &old, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(&known, old[i].id, (i64)i);
	struct order_head *heads = ARENA_ARRAY(a, struct order_head, count);
	for (size_t i = 0; i < count; i++) {
		i64 at;
		if (!fresh && imap_get(&known, v[i].head.id, &at)) {
			TRY(update(tx, customer, &old[at], &v[i], t));
			continue;
		}
		heads[made] = v[i].head;
		heads[made].customer = customer;
		heads[made].back = v[i].head.refunded;
		heads[made].goods = goods_hash(&v[i]);
		TRY(place(tx, &v[i], &heads[made], t));
		made++;
	}
	if (!made)
		return OK;
	TRY(query_write_many(tx, &order_insert_query, heads, made));
	if (tx_changed(tx) != (i64)made) /* another import was first: all of it again */
		return tx_fail(tx, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL);
	return OK;
}

err order_lines_put(struct tx *tx, i64 customer, const struct order_in *o, bool *ret_changed)
{
	struct order_head h;
	i64 goods = goods_hash(o);
	*ret_changed = false;
	TRY(order_get(&tx->snap, &(struct order_key){ customer, o->head.id }, &h));
	if (goods == NIL || goods == h.goods)
		return OK;
	h.goods = goods;
	h.lines = (i64)o->goods_count;
	h.items = 0;
	for (size_t i = 0; i < o->goods_count; i++)
		h.items += o->goods[i].items;
	TRY(order_line_clear(tx, &(struct order_key){ customer, h.id }));
	TRY(put_lines(tx, o, customer, o->head.import));
	TRY(order_update(tx, &h));
	*ret_changed = true;
	return tell(tx, EV_ORDER_CHANGED, o, &h, tx->snap.now);
}

/* ---- refunds ---- */

i64 order_back(const struct order_head *h, i64 sum)
{
	i64 back = h->back == NIL ? h->refunded - sum : h->back;
	return int_max(back, sum);
}

/* The order a refund belongs to; 0: none. */
static err fit(struct tx *tx, i64 customer, const struct refund_in *r, i64 *ret)
{
	struct order_fit *rows;
	size_t n;
	struct order_head named;
	*ret = 0;
	if (r->order_id) {
		err e = order_get(&tx->snap, &(struct order_key){ customer, r->order_id }, &named);
		bool room = e == OK && fact_order_stands(named.status) && named.paid - named.refunded >= r->amount;
		if (e == OK && (r->sure || room)) {
			*ret = named.id;
			return OK;
		}
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
	}
	if (!r->sku.n || r->sure)
		return OK;
	TRY(order_fits(&tx->snap, &(struct order_fit_find){ customer, r->sku, r->refunded }, &rows, &n));
	for (size_t i = 0; i < n && !*ret; i++)
		if (rows[i].amount >= r->amount && rows[i].paid - rows[i].refunded >= r->amount)
			*ret = rows[i].id;
	return OK;
}

/* The order after one more refund, `before` being those it had. ret->amount: what is new of it. */
static err give_back(struct tx *tx, i64 customer, const struct refund_in *r, i64 order, i64 before, struct order_refunded *ret)
{
	struct order_head h;
	TRY(order_get(&tx->snap, &(struct order_key){ customer, order }, &h));
	if (h.back == NIL)
		h.back = h.refunded - before;
	i64 all = order_back(&h, before + r->amount), more = all - h.refunded;
	h.refunded = all;
	bool ends = fact_order_stands(h.status) && h.refunded >= h.paid;
	h.status = ends ? STR("refunded") : h.status;
	TRY(order_update(tx, &h));
	bool first;
	if (ends)
		TRY(reach(tx, &h, &first));
	*ret = order_refund_body(&h, r->id, more);
	return OK;
}

static err refund_one(struct tx *tx, i64 customer, i64 import, const struct refund_in *r, struct imap *sums)
{
	i64 order, before = 0;
	struct order_refunded body = { .refund = r->id, .amount = r->amount, .order_paid = NIL, .order_refunded = NIL, .ordered = NIL,
				       .status = STR_NIL, .store = STR_NIL };
	TRY(fit(tx, customer, r, &order));
	struct order_refund row = { customer, r->id, order, r->source, r->refund_no, r->sku, r->items, r->amount,
				    r->currency, r->refunded, import };
	TRY(order_refund_insert(tx, &row));
	if (order) {
		imap_get(sums, order, &before);
		TRY(give_back(tx, customer, r, order, before, &body));
		imap_put(sums, order, before + r->amount);
	}
	body.source = r->source;
	body.refund_no = r->refund_no;
	body.sku = r->sku;
	body.items = r->items;
	body.currency = r->currency;
	body.refunded = r->refunded;
	body.import = import;
	return body.amount ? journal_add(tx, EV_ORDER_REFUNDED, customer, r->refunded, &order_refunded_record, &body, NULL) : OK;
}

err order_refund_put(struct tx *tx, i64 customer, i64 import, const struct refund_in *v, size_t count,
		     struct order_tally *t)
{
	struct order_refund *old;
	size_t n;
	struct imap known = imap_new(tx->snap.arena), sums = imap_new(tx->snap.arena);
	TRY(order_refunds_of(&tx->snap, &(struct order_owner){ customer }, &old, &n));
	for (size_t i = 0; i < n; i++) {
		i64 sum = 0;
		imap_put(&known, old[i].id, old[i].import);
		imap_get(&sums, old[i].order_id, &sum);
		imap_put(&sums, old[i].order_id, sum + old[i].amount);
	}
	bool made = false;
	for (size_t i = 0; i < count; i++) {
		i64 by;
		bool there = imap_get(&known, v[i].id, &by);
		if (!there)
			TRY(refund_one(tx, customer, import, &v[i], &sums));
		made |= !there || by == import;
		/* The lines of one refund are one refund. */
		if (i + 1 == count || !str_eq(v[i].refund_no, v[i + 1].refund_no) || str_is_nil(v[i].refund_no)) {
			*(made ? &t->refunds : &t->unchanged) += 1;
			made = false;
		}
	}
	return OK;
}

/* ---- what she bought, added up ---- */

err order_facts(const struct snap *s, i64 leaf, struct customer_fact *sum)
{
	struct order_short *v;
	struct order_refund *back;
	struct corp corp;
	size_t n, m;
	TRY(order_shorts(s, &(struct order_owner){ leaf }, &v, &n));
	TRY(order_refunds_of(s, &(struct order_owner){ leaf }, &back, &m));
	if (n + m == 0)
		return OK;
	TRY(corp_get(s->unit, s->corp, &corp));
	for (size_t i = 0; i < n; i++) {
		bool stands = fact_order_stands(v[i].status);
		if ((stands || str_eq_c(v[i].status, "refunded")) && str_eq(v[i].currency, corp.currency))
			sum->spent += v[i].paid - v[i].refunded;
		if (!stands)
			continue;
		sum->orders++;
		if (sum->first_order == NIL || v[i].ordered < sum->first_order)
			sum->first_order = v[i].ordered;
		if (sum->last_order == NIL || v[i].ordered > sum->last_order)
			sum->last_order = v[i].ordered;
	}
	for (size_t i = 0; i < m; i++)
		if (back[i].order_id == 0 && str_eq(back[i].currency, corp.currency))
			sum->spent -= back[i].amount;
	return OK;
}

err order_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	VEC(str) names = { 0 };
	for (size_t i = 0; i < p->count && sum->orders > 0; i++) {
		struct snap at = tx->snap;
		struct order_category *v;
		size_t n;
		snap_slot(&at, slot_of_customer(at.unit->store, p->leaves[i]));
		TRY(order_categories_of(&at, &(struct order_owner){ p->leaves[i] }, &v, &n));
		for (size_t k = 0; k < n; k++) {
			str name = attr_category_name(v[k].category);
			if (name.n)
				vec_push(tx->snap.arena, &names, name);
		}
	}
	return attr_categories_put(tx, p->root, names.v, names.n);
}
