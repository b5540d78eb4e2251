/*
 * order's rules on a transaction of the buyer's slot: placing, bringing up to date, refunding, and what a
 * customer's orders add up to.
 */
#include "feature/order/order_data.h"

#include "core/corp/corp.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/vec.h"

bool order_stands(const struct order_head *h)
{
	return str_eq_c(h->status, "paid");
}

u64 order_key_of(str source, str order_no)
{
	return hash_mix(hash64(source) * 0x9e3779b97f4a7c15u ^ hash64(order_no));
}

i64 order_id_of(u64 key, u64 equals)
{
	i64 id = (i64)(hash_mix(key ^ equals) & INT64_MAX);
	return id ? id : 1;
}

struct order_placed order_body(const struct order_head *h)
{
	return (struct order_placed){ h->id, h->source, h->order_no, h->paid, h->refunded, h->currency, h->status,
				      h->ordered, h->lines, h->items, h->store, h->import, { 0 } };
}

static err tell(struct tx *tx, enum event_kind kind, const struct order_in *o, const struct order_head *h, ms when)
{
	struct order_placed body = order_body(h);
	size_t n = o->goods_count < ORDER_BODY_LINES_MAX ? o->goods_count : ORDER_BODY_LINES_MAX;
	body.goods = (struct list){ (void *)o->goods, n };
	return journal_add(tx, kind, h->customer, when, &order_placed_record, &body, NULL);
}

static err put_lines(struct tx *tx, const struct order_in *o, i64 customer, i64 import)
{
	if (!o->goods_count)
		return OK;
	struct order_line *rows = ARENA_ARRAY(tx->snap.arena, struct order_line, o->goods_count);
	for (size_t i = 0; i < o->goods_count; i++)
		rows[i] = (struct order_line){ customer, o->head.id, o->lines[i], o->goods[i].sku, o->goods[i].product,
					       o->goods[i].items, o->goods[i].amount, import };
	return query_write_many(tx, &order_line_put_query, rows, o->goods_count);
}

/* A later file knows more: money may go back and an order may be cancelled, never the other way; what was
 * paid follows the newer file. */
static err update(struct tx *tx, i64 customer, const struct order_short *old, const struct order_in *o,
		  struct order_tally *t)
{
	struct order_head h = o->head;
	h.customer = customer;
	h.refunded = int_max(old->refunded, h.refunded);
	bool was_paid = str_eq_c(old->status, "paid");
	bool more = h.refunded > old->refunded;
	if (str_eq_c(old->status, "cancelled") || (str_eq_c(h.status, "created") && !str_eq_c(old->status, "created")))
		h.status = old->status;
	else if (!str_eq_c(h.status, "cancelled") && !str_eq_c(h.status, "created"))
		h.status = h.refunded > 0 && h.refunded >= h.paid ? STR("refunded") : STR("paid");
	bool differs = h.paid != old->paid || h.lines != old->lines || h.items != old->items;
	if (!more && !differs && str_eq(h.status, old->status)) {
		*(old->import == h.import ? &t->orders : &t->unchanged) += 1;
		return OK;
	}
	TRY(order_update(tx, &h));
	TRY(put_lines(tx, o, customer, h.import));
	if (more) {
		struct order_refunded body = { h.id, h.id, h.source, h.order_no, STR_NIL, 0, h.refunded - old->refunded,
					       h.currency, tx->snap.now, str_eq_c(h.status, "refunded"), h.import };
		TRY(journal_add(tx, EV_ORDER_REFUNDED, customer, tx->snap.now, &order_refunded_record, &body, NULL));
		t->refunds++;
	}
	if (str_eq_c(h.status, "cancelled") && !str_eq_c(old->status, "cancelled"))
		return tell(tx, EV_ORDER_CANCELLED, o, &h, tx->snap.now);
	if (!was_paid && str_eq_c(h.status, "paid"))
		return tell(tx, EV_ORDER_PLACED, o, &h, h.ordered);
	return differs ? tell(tx, EV_ORDER_CHANGED, o, &h, tx->snap.now) : OK;
}

static enum event_kind event_of(const struct order_head *h)
{
	return str_eq_c(h->status, "cancelled") ? EV_ORDER_CANCELLED : EV_ORDER_PLACED;
}

/* A file that says of a new order that money went back tells two things. */
static err place(struct tx *tx, const struct order_in *o, const struct order_head *h, struct order_tally *t)
{
	t->orders++;
	TRY(put_lines(tx, o, h->customer, h->import));
	if (str_eq_c(h->status, "created"))
		return OK; /* not paid: nothing has happened yet that anybody counts */
	TRY(tell(tx, event_of(h), o, h, h->ordered));
	if (h->refunded <= 0)
		return OK;
	struct order_refunded body = { h->id, h->id, h->source, h->order_no, STR_NIL, 0, h->refunded, h->currency,
				       h->ordered, str_eq_c(h->status, "refunded"), h->import };
	t->refunds++;
	return journal_add(tx, EV_ORDER_REFUNDED, h->customer, h->ordered, &order_refunded_record, &body, NULL);
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
		TRY(place(tx, &v[i], &heads[made], t));
		made++;
	}
	if (!made)
		return OK;
	TRY(query_write_many(tx, &order_insert_query, heads, made));
	if (tx->changed != (i64)made) /* another import was first: all of it again */
		return tx_fail(tx, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL);
	return OK;
}

/* ---- refunds ---- */

/* The order a refund belongs to; its amount is cut to what the order still holds. 0: none. */
static err fit(struct tx *tx, i64 customer, const struct refund_in *r, struct order_fit *ret)
{
	struct order_fit *rows;
	size_t n;
	struct order_head named;
	*ret = (struct order_fit){ 0 };
	if (r->order_id) {
		err e = order_get(&tx->snap, &(struct order_key){ customer, r->order_id }, &named);
		if (e == OK && order_stands(&named) && named.paid - named.refunded >= r->amount) {
			ret->id = named.id;
			return OK;
		}
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
	}
	if (!r->sku.n)
		return OK;
	TRY(order_fits(&tx->snap, &(struct order_fit_find){ customer, r->sku, r->refunded }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (rows[i].amount >= r->amount && rows[i].paid - rows[i].refunded >= r->amount) {
			*ret = rows[i];
			return OK;
		}
	}
	return OK;
}

static err refund_one(struct tx *tx, i64 customer, i64 import, const struct refund_in *r)
{
	struct order_fit to;
	bool whole = false;
	TRY(fit(tx, customer, r, &to));
	struct order_refund row = { customer, r->id, to.id, r->source, r->refund_no, r->sku, r->items, r->amount,
				    r->currency, r->refunded, import };
	TRY(order_refund_insert(tx, &row));
	if (to.id) {
		struct order_head h;
		TRY(order_get(&tx->snap, &(struct order_key){ customer, to.id }, &h));
		h.refunded += r->amount;
		whole = h.refunded >= h.paid;
		h.status = whole ? STR("refunded") : h.status;
		TRY(order_update(tx, &h));
	}
	struct order_refunded body = { r->id, to.id, r->source, r->refund_no, r->sku, r->items, r->amount, r->currency,
				       r->refunded, whole, import };
	return journal_add(tx, EV_ORDER_REFUNDED, customer, r->refunded, &order_refunded_record, &body, NULL);
}

err order_refund_put(struct tx *tx, i64 customer, i64 import, const struct refund_in *v, size_t count,
		     struct order_tally *t)
{
	struct order_refund *old;
	size_t n;
	struct imap known = imap_new(tx->snap.arena);
	TRY(order_refunds_of(&tx->snap, &(struct order_owner){ customer }, &old, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(&known, old[i].id, old[i].import);
	bool made = false;
	for (size_t i = 0; i < count; i++) {
		i64 by;
		bool there = imap_get(&known, v[i].id, &by);
		if (!there)
			TRY(refund_one(tx, customer, import, &v[i]));
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
		bool stands = str_eq_c(v[i].status, "paid");
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
