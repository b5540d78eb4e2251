/*
 * What waits, whose it is, and how it gets there.
 */
#include "feature/order/order_take.h"

#include "base/hash.h"
#include "core/customer/customer.h"
#include "store/seal.h"
#include "store/timer.h"

#define GOODS_MAX ((size_t)256 << 10)
#define PHONE_KIND STR("order_phone") /* of the keyed hash */

#define LOST_GOODS_FIELDS(F, S) F(S, LIST, goods, .of = &order_goods_record)
RECORD(lost_goods, LOST_GOODS_FIELDS);

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }
static i64 number_slot(const struct unit *u, str order_no) { return slot_of_key(u->store, u->corp, hash64(order_no)); }

/* ---- rows ---- */

static str goods_text(struct arena *a, const struct order_in *o)
{
	struct buf b = buf_new(a, GOODS_MAX);
	size_t n = o->goods_count < ORDER_BODY_LINES_MAX ? o->goods_count : ORDER_BODY_LINES_MAX;
	struct lost_goods body = { { (void *)o->goods, n } };
	if (!n)
		return STR_NIL;
	record_write(&b, &lost_goods_record, &body);
	return buf_str(&b);
}

static struct order_unmatched row_of(struct arena *a, const struct order_lost *in)
{
	static const char *const kinds[] = { "order", "refund", "lines" };
	const struct order_head *h = &in->order.head;
	struct order_unmatched row = {
		.id = h->id, .kind = str_c(kinds[in->kind]), .source = h->source, .order_no = h->order_no, .paid = h->paid,
		.refunded = h->refunded, .currency = h->currency, .status = h->status, .ordered = h->ordered, .lines = h->lines,
		.items = h->items, .reason = in->reason, .import = h->import, .order_id = h->id, .store = h->store,
		.staff = h->staff, .tail = h->tail, .phone = STR_NIL, .as_of = h->as_of, .goods = goods_text(a, &in->order),
		.refund_no = STR_NIL,
	};
	if (in->kind == ORDER_LOST_REFUND) {
		row.id = in->refund.id ? in->refund.id : (h->id ^ 1) ? h->id ^ 1 : 1;
		row.order_id = in->refund.id ? in->refund.order_id : NIL;
		row.refund_no = in->refund.id ? in->refund.refund_no : STR_NIL;
	}
	return row;
}

static struct order_short short_of(const struct order_unmatched *r)
{
	return (struct order_short){ .id = r->id, .paid = r->paid, .refunded = r->refunded, .currency = r->currency,
				     .status = r->status, .ordered = r->ordered, .lines = r->lines, .items = r->items,
				     .import = r->import, .as_of = r->as_of, .back = r->refunded, .goods = NIL };
}

/* The same order told again: its head by the rules of known orders. */
static bool merge_heads(const struct order_unmatched *old, const struct order_lost *in, struct order_unmatched *now)
{
	struct order_short before = short_of(old);
	struct order_head h = in->order.head;
	bool lines, differs = order_merge(&before, &in->order, &h, &lines);
	now->paid = h.paid;
	now->refunded = h.refunded;
	now->status = h.status;
	now->ordered = h.ordered;
	now->as_of = h.as_of;
	now->lines = h.lines;
	now->items = h.items;
	if (old->goods.n && (!now->goods.n || in->order.summary))
		now->goods = old->goods;
	return differs || !str_eq(h.status, old->status) || h.refunded != old->refunded || !str_eq(old->reason, now->reason);
}

static bool merge_rows(const struct order_unmatched *old, const struct order_lost *in, struct order_unmatched *now)
{
	bool lines_came = in->kind == ORDER_LOST_LINES, lines_there = str_eq_c(old->kind, "lines");
	if (lines_came && !lines_there) {
		struct order_unmatched kept = *old;
		kept.goods = now->goods;
		kept.lines = now->lines;
		kept.items = now->items;
		*now = kept;
		return !str_eq(old->goods, now->goods);
	}
	if (!lines_came && lines_there) {
		now->goods = old->goods;
		now->lines = old->lines;
		now->items = old->items;
		return true;
	}
	if (lines_came)
		return !str_eq(old->goods, now->goods);
	return in->kind == ORDER_LOST_ORDER && merge_heads(old, in, now);
}

err order_lost_put(struct tx *tx, const struct order_lost *in, bool *ret_made, bool *ret_mine)
{
	struct order_unmatched now = row_of(tx->snap.arena, in), old;
	if (in->phone.n)
		TRY(seal_lookup(&tx->snap, PHONE_KIND, in->phone, &now.phone));
	err e = order_unmatched_get(&tx->snap, &(struct order_id){ now.id }, &old);
	*ret_mine = e == OK && old.import == now.import;
	*ret_made = e == ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		return order_unmatched_put(tx, &now);
	TRY(e);
	*ret_made = merge_rows(&old, in, &now);
	return *ret_made ? order_unmatched_put(tx, &now) : OK;
}

/* ---- owners ---- */

err order_owner(struct unit *u, str source, str order_no, i64 *ret_customer)
{
	struct order_number there, key = { .source = source, .order_no = order_no };
	*ret_customer = 0;
	err e = READ_SNAP(u, number_slot(u, order_no), order_number_get(snap, &key, &there));
	if (e == OK)
		*ret_customer = there.customer;
	return e == ERR_NOT_FOUND ? OK : e;
}

err order_own(struct tx *tx, const struct order_number *number, i64 *ret_customer)
{
	struct order_number there;
	*ret_customer = number->customer;
	TRY(order_number_put(tx, number));
	if (tx_changed(tx))
		return OK;
	TRY(order_number_get(&tx->snap, number, &there));
	*ret_customer = there.customer;
	return OK;
}

err order_phone_owner(struct unit *u, str phone, i64 *ret_customer)
{
	struct identity_row *rows;
	size_t n;
	bool proven = false;
	*ret_customer = 0;
	err e = identity_find(u, STR("phone"), phone, ret_customer);
	if (e == ERR_NOT_FOUND || e == ERR_INPUT) {
		*ret_customer = 0;
		return OK;
	}
	TRY(e);
	TRY(identity_of(u, *ret_customer, &rows, &n));
	for (size_t i = 0; i < n; i++)
		proven |= rows[i].verified && str_eq_c(rows[i].kind, "phone") && str_eq(rows[i].value, phone);
	*ret_customer = proven ? *ret_customer : 0;
	return OK;
}

bool order_same_person(struct unit *u, i64 a, i64 b, err *ret_e)
{
	i64 x = a, y = b;
	*ret_e = OK;
	if (a == b)
		return true;
	*ret_e = customer_root(u, a, &x);
	if (*ret_e == OK)
		*ret_e = customer_root(u, b, &y);
	return *ret_e == OK && x == y;
}

/* ---- giving ---- */

static err goods_back(struct arena *a, const struct order_unmatched *r, struct order_in *o)
{
	struct json *tree;
	struct lost_goods body;
	if (!r->goods.n)
		return OK;
	TRY(json_parse(r->goods, a, &tree, NULL));
	record_read(&lost_goods_record, tree, &body, a);
	o->goods = body.goods.v;
	o->goods_count = body.goods.n;
	i64 *lines = ARENA_ARRAY(a, i64, o->goods_count + 1);
	order_line_ids(a, o->goods, o->goods_count, lines);
	o->lines = lines;
	return OK;
}

static struct order_in order_of(const struct order_unmatched *r)
{
	return (struct order_in){
		.head = { .id = r->id, .source = r->source, .order_no = r->order_no, .paid = r->paid, .refunded = r->refunded,
			  .currency = r->currency, .status = r->status, .ordered = r->ordered, .lines = r->lines,
			  .items = r->items, .store = r->store, .import = r->import, .staff = r->staff, .tail = r->tail,
			  .as_of = r->as_of, .back = NIL, .goods = NIL },
		.numbered = r->order_no.n > 0,
	};
}

static struct refund_in refund_of(const struct order_unmatched *r)
{
	return (struct refund_in){ .id = r->id, .source = r->source, .refund_no = r->refund_no.n ? r->refund_no : r->order_no,
				   .sku = STR_NIL, .currency = r->currency, .items = r->items, .amount = r->paid,
				   .refunded = r->ordered, .order_id = r->order_id == NIL ? 0 : r->order_id,
				   .sure = r->order_id != NIL };
}

static err tell_matched(struct tx *tx, i64 customer, const struct order_unmatched *r, const char *how)
{
	struct order_matched body = { r->id, r->source, r->order_no, r->paid, r->currency, str_c(how) };
	if (strcmp(how, "number") == 0)
		return OK;
	return journal_add(tx, EV_ORDER_MATCHED, customer, tx->snap.now, &order_matched_record, &body, NULL);
}

static err give_order(struct tx *tx, i64 customer, const struct order_unmatched *r, const char *how)
{
	struct order_in o = order_of(r);
	struct order_tally t = { 0 };
	TRY(goods_back(tx->snap.arena, r, &o));
	TRY(order_put(tx, customer, false, &o, 1, &t));
	return tell_matched(tx, customer, r, how);
}

/* *ret_given false: its order is not there yet. */
static err give_lines(struct tx *tx, i64 customer, const struct order_unmatched *r, bool *ret_given)
{
	struct order_in o = order_of(r);
	bool changed;
	TRY(goods_back(tx->snap.arena, r, &o));
	err e = order_lines_put(tx, customer, &o, &changed);
	*ret_given = e == OK;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err give_refund(struct tx *tx, i64 customer, const struct order_unmatched *r)
{
	struct refund_in back = refund_of(r);
	struct order_tally t = { 0 };
	return order_refund_put(tx, customer, r->import, &back, 1, &t);
}

static err give(struct unit *u, const struct order_unmatched *r, i64 customer, const char *how, size_t *ret_given)
{
	i64 slot = slot_of_customer(u->store, customer), owner = customer;
	bool given = true;
	err e;
	if (str_eq_c(r->kind, "order")) {
		struct order_number no = { r->source, r->order_no, customer, r->id, r->import };
		if (r->order_no.n)
			TRY(WRITE_TX(u, number_slot(u, r->order_no), order_own(tx, &no, &owner)));
		if (!order_same_person(u, owner, customer, &e))
			return e != OK ? e : fail_set(&u->fail, ERR_STATE, T_ORDER_TAKEN, STR("order_no"), r->order_no, STR_NIL);
		TRY(WRITE_TX(u, slot_of_customer(u->store, owner), give_order(tx, owner, r, how)));
	} else if (str_eq_c(r->kind, "lines")) {
		TRY(WRITE_TX(u, slot, give_lines(tx, customer, r, &given)));
	} else {
		TRY(WRITE_TX(u, slot, give_refund(tx, customer, r)));
	}
	if (!given)
		return OK;
	*ret_given += 1;
	return WRITE_TX(u, base(u), order_unmatched_drop(tx, &(struct order_id){ r->id }));
}

err order_adopt(struct unit *u, i64 id, i64 customer, const char *how, size_t *ret_given)
{
	struct order_unmatched *rows;
	size_t n;
	struct order_id key = { id };
	*ret_given = 0;
	TRY(READ_SNAP(u, base(u), order_unmatched_of(snap, &key, &rows, &n)));
	/* The order stands before what belongs to it: "order" and "lines" sort before and after "refund". */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n; i++)
			if ((pass == 0) == str_eq_c(rows[i].kind, "order"))
				TRY(give(u, &rows[i], customer, how, ret_given));
	return OK;
}

/* ---- one order at once ---- */

/* Who it is, by number, by identity, by a proven phone. *ret_why: of nobody. */
static err find_buyer(struct unit *u, const struct order_told *in, i64 *ret_customer, const char **ret_why)
{
	i64 owner = 0, conflicts = 0;
	*ret_customer = 0;
	*ret_why = in->why;
	TRY(order_owner(u, in->order.head.source, in->order.head.order_no, &owner));
	if (in->id_count) {
		struct identity_who who = { .ids = in->ids, .count = in->id_count, .occurred = in->order.head.ordered,
					    .origin = STR("order"), .name = in->name };
		TRY(identity_resolve(u, &who, ret_customer, NULL, &conflicts));
	} else if (!owner && in->receiver.n) {
		TRY(order_phone_owner(u, in->receiver, ret_customer));
	}
	if (!owner)
		return OK;
	err e;
	bool same = !*ret_customer || order_same_person(u, owner, *ret_customer, &e);
	if (*ret_customer && !same && e != OK)
		return e;
	/* It stays whose it was shown to be. */
	*ret_customer = owner;
	return OK;
}

static err put_lost(struct tx *tx, const struct order_told *in, const char *why)
{
	struct order_lost lost = { .kind = ORDER_LOST_ORDER, .order = in->order, .reason = str_c(why), .phone = in->receiver };
	bool made, mine;
	TRY(order_lost_put(tx, &lost, &made, &mine));
	for (size_t i = 0; i < in->refund_count; i++) {
		const struct refund_in *r = &in->refunds[i];
		struct order_lost back = { .kind = ORDER_LOST_REFUND, .order = in->order, .refund = *r, .reason = str_c(why) };
		back.order.head.paid = r->amount;
		back.order.head.ordered = r->refunded;
		back.order.goods_count = 0;
		TRY(order_lost_put(tx, &back, &made, &mine));
	}
	return OK;
}

static err put_found(struct tx *tx, const struct order_told *in, i64 customer)
{
	struct order_tally t = { 0 };
	TRY(order_put(tx, customer, false, &in->order, 1, &t));
	return in->refund_count ? order_refund_put(tx, customer, in->order.head.import, in->refunds, in->refund_count, &t) : OK;
}

err order_take(struct unit *u, const struct order_told *in, i64 *ret_customer)
{
	const struct order_head *h = &in->order.head;
	const char *why;
	size_t given;
	TRY(find_buyer(u, in, ret_customer, &why));
	if (!*ret_customer)
		return WRITE_TX(u, base(u), put_lost(tx, in, why));
	struct order_number no = { h->source, h->order_no, *ret_customer, h->id, h->import };
	TRY(WRITE_TX(u, number_slot(u, h->order_no), order_own(tx, &no, ret_customer)));
	TRY(WRITE_TX(u, slot_of_customer(u->store, *ret_customer), put_found(tx, in, *ret_customer)));
	return order_adopt(u, h->id, *ret_customer, "number", &given);
}

/* ---- an identity turns up ---- */

#define REMATCH_MAX 1000 /* orders given to one phone at once */

err order_on_identity(struct tx *tx, const struct event *ev)
{
	struct identity_added body = { .verified = true };
	str key = arena_printf(tx->snap.arena, "%lld", (long long)ev->customer);
	if (ev->kind == EV_IDENTITY_ADDED) {
		TRY(event_body(&tx->snap, ev, &identity_added_record, &body));
		if (!body.verified || !str_eq_c(body.kind, "phone"))
			return OK;
	}
	return ev->customer ? timer_set(tx, STR(ORDER_REMATCH), key, tx->snap.now, ev->customer, &none_record, &(struct none){ 0 }) : OK;
}

static err lost_by_phone(const struct snap *s, str phone, struct order_unmatched **ret, size_t *ret_count)
{
	struct order_phone find = { .limit = REMATCH_MAX };
	TRY(seal_lookup(s, PHONE_KIND, phone, &find.phone));
	return order_unmatched_by_phone(s, &find, ret, ret_count);
}

static err take_timer(struct tx *tx, const struct timer_row *row)
{
	bool taken;
	return timer_take(tx, row, &taken);
}

err order_rematch(struct cx *cx, const struct timer_row *row)
{
	struct unit *u = &cx->unit;
	struct identity_row *ids;
	size_t n, m, given;
	TRY(identity_of(u, row->customer, &ids, &n));
	for (size_t i = 0; i < n; i++) {
		struct order_unmatched *lost;
		if (!ids[i].verified || !str_eq_c(ids[i].kind, "phone"))
			continue;
		str phone = ids[i].value;
		TRY(READ_SNAP(u, base(u), lost_by_phone(snap, phone, &lost, &m)));
		for (size_t k = 0; k < m; k++) {
			err e = order_adopt(u, lost[k].id, row->customer, "phone", &given);
			if (e != OK && e != ERR_STATE)
				return e;
		}
	}
	return WRITE_TX(u, row->slot, take_timer(tx, row));
}
