/*
 * orders over HTTP: of all customers or one, and those nobody could be found for. Newest first.
 */
#include "feature/order/order_data.h"
#include "feature/order/order_lost_data.h"

#include "base/hash.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"

#include <stdlib.h>

#define ORDER_LIST_FIELDS(F, S)                                                   \
	F(S, ID, customer_id, .opt = true) F(S, STR, status, .opt = true, .one_of = ORDER_STATES) \
	F(S, BOOL, unmatched, .opt = true) F(S, STR, cursor, .opt = true)        \
	F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(order_list_in, ORDER_LIST_FIELDS);
#define ORDER_OF_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(order_of_in, ORDER_OF_FIELDS);
#define ORDER_ROW_FIELDS(F, S)                                                    \
	F(S, ID, id) F(S, STR, source) F(S, STR, order_no, .opt = true) F(S, ID, customer_id, .opt = true) \
	F(S, STR, customer_name, .opt = true, .pii = true) F(S, FEN, amount) F(S, FEN, refunded) F(S, STR, currency) \
	F(S, STR, status) F(S, MS, ordered_ms) F(S, I64, lines) F(S, STR, store, .opt = true) \
	F(S, STR, kind, .opt = true) F(S, STR, reason, .opt = true, .doc = "why nobody was found")
RECORD(order_row, ORDER_ROW_FIELDS);

#define ORDER_ONE_FIELDS(F, S) F(S, ID, id) F(S, ID, order)
RECORD(order_one, ORDER_ONE_FIELDS);
#define ORDER_BACK_VIEW_FIELDS(F, S) F(S, STR, refund_no, .opt = true) F(S, FEN, amount) F(S, MS, refunded_ms)
RECORD(order_back_view, ORDER_BACK_VIEW_FIELDS);
#define ORDER_STATE_VIEW_FIELDS(F, S) F(S, STR, status) F(S, MS, at_ms)
RECORD(order_state_view, ORDER_STATE_VIEW_FIELDS);
#define ORDER_FULL_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, ID, customer_id) F(S, STR, customer_name, .opt = true, .pii = true) F(S, STR, source) \
	F(S, STR, order_no, .opt = true) F(S, FEN, amount) F(S, FEN, refunded) F(S, STR, currency) F(S, STR, status) \
	F(S, MS, ordered_ms) F(S, STR, store, .opt = true) F(S, STR, staff, .opt = true) F(S, I64, items) \
	F(S, MS, as_of_ms, .opt = true, .doc = "when the source last told of it") F(S, ID, import_id, .opt = true) \
	F(S, LIST, goods, .of = &order_goods_record) F(S, LIST, refunds, .of = &order_back_view_record) \
	F(S, LIST, states, .of = &order_state_view_record, .doc = "reached since it became known")
RECORD(order_full, ORDER_FULL_FIELDS);

static struct order_row row_of(const struct order_head *h, i64 customer, str name)
{
	return (struct order_row){ h->id, h->source, h->order_no, customer, name, h->paid, h->refunded, h->currency,
				   h->status, h->ordered, h->lines, h->store, STR("order"), STR_NIL };
}

static int newest_first(const void *a, const void *b)
{
	const struct order_head *x = a, *y = b;
	if (x->ordered != y->ordered)
		return x->ordered < y->ordered ? 1 : -1;
	return (x->id < y->id) - (x->id > y->id);
}

/* Keeps the first limit of them; the cursor is the last one's place. */
static size_t cut(struct cx *cx, struct order_head *v, size_t n, size_t limit, u64 filter)
{
	struct page *page = cx->out;
	qsort(v, n, sizeof(*v), newest_first);
	if (n <= limit)
		return n;
	i64 last[2] = { v[limit - 1].ordered, v[limit - 1].id };
	page->next_cursor = page_next(cx, last, 2, filter);
	return limit;
}

static err list_of_one(struct cx *cx, i64 customer, str status, str cursor, size_t limit)
{
	struct page *page = cx->out;
	i64 root, leaves[CUSTOMER_LEAVES_MAX], keys[2] = { INT64_MAX, INT64_MAX };
	size_t leaf_count, n = 0;
	struct customer c;
	u64 filter = hash_mix((u64)customer) ^ hash64(status);
	TRY(customer_visible(&cx->unit, customer, &root));
	TRY(page_from(cx, cursor, keys, 2, filter));
	TRY(customer_leaves(&cx->unit, root, leaves, &leaf_count));
	TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root), customer_get(snap, root, &c)));
	struct order_head *all = ARENA_ARRAY(CX_ARENA(cx), struct order_head, leaf_count * (limit + 1));
	for (size_t i = 0; i < leaf_count; i++) {
		struct order_page_of find = { leaves[i], status.n ? status : STR(""), keys[0], keys[1], (i64)limit + 1 };
		struct order_head *v;
		size_t m;
		TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, leaves[i]), order_list_of(snap, &find, &v, &m)));
		if (m)
			memcpy(all + n, v, m * sizeof(*v));
		n += m;
	}
	n = cut(cx, all, n, limit, filter);
	struct order_row *rows = ARENA_ARRAY(CX_ARENA(cx), struct order_row, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = row_of(&all[i], root, c.name);
	page->data = (struct list){ rows, n };
	page->total = NIL;
	return OK;
}

/* Who of the page is seen by this viewer; others' orders are left out. */
static err named_rows(struct cx *cx, const struct order_head *v, size_t n)
{
	struct page *page = cx->out;
	struct order_row *rows = ARENA_ARRAY(CX_ARENA(cx), struct order_row, n + 1);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		struct customer c;
		TRY(customer_shown(&cx->unit, v[i].customer, &c));
		if (!c.id)
			continue;
		rows[kept++] = row_of(&v[i], c.id, c.name);
	}
	page->data = (struct list){ rows, kept };
	page->total = NIL;
	return OK;
}

static err list_all(struct cx *cx, const struct order_list_in *in, size_t limit)
{
	i64 keys[2] = { INT64_MAX, INT64_MAX };
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t slot_count = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT), n = 0;
	u64 filter = hash64(in->status);
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	struct order_page find = { in->status.n ? in->status : STR(""), keys[0], keys[1], (i64)limit + 1 };
	struct order_head *all = ARENA_ARRAY(CX_ARENA(cx), struct order_head, slot_count * (limit + 1));
	for (size_t i = 0; i < slot_count; i++) {
		struct order_head *v;
		size_t m;
		TRY(READ_SNAP(&cx->unit, slots[i], order_list(snap, &find, &v, &m)));
		if (m)
			memcpy(all + n, v, m * sizeof(*v));
		n += m;
	}
	return named_rows(cx, all, cut(cx, all, n, limit, filter));
}

static err list_unmatched(struct cx *cx, const struct order_list_in *in, size_t limit)
{
	struct page *page = cx->out;
	i64 keys[2] = { INT64_MAX, INT64_MAX };
	struct order_unmatched *v;
	size_t n;
	u64 filter = hash64(in->status) ^ 1;
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	struct order_lost_page find = { in->status.n ? in->status : STR(""), STR(""), STR(""), STR(""), keys[0], keys[1], (i64)limit + 1 };
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), order_unmatched_page(snap, &find, &v, &n)));
	if (n > limit) {
		n = limit;
		i64 last[2] = { v[n - 1].ordered, v[n - 1].id };
		page->next_cursor = page_next(cx, last, 2, filter);
	}
	struct order_row *rows = ARENA_ARRAY(CX_ARENA(cx), struct order_row, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct order_row){ v[i].id, v[i].source, v[i].order_no, NIL, STR_NIL, v[i].paid, v[i].refunded,
					      v[i].currency, v[i].status, v[i].ordered, v[i].lines, STR_NIL, v[i].kind,
					      v[i].reason };
	page->data = (struct list){ rows, n };
	page->total = NIL;
	return OK;
}

static err h_orders(struct cx *cx)
{
	const struct order_list_in *in = cx->in;
	size_t limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit;
	if (in->unmatched)
		return list_unmatched(cx, in, limit);
	if (in->customer_id != NIL)
		return list_of_one(cx, in->customer_id, in->status, in->cursor, limit);
	return list_all(cx, in, limit);
}

static err h_orders_of(struct cx *cx)
{
	const struct order_of_in *in = cx->in;
	size_t limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit;
	return list_of_one(cx, in->id, STR_NIL, in->cursor, limit);
}

/* ---- one order ---- */

static err fill_parts(const struct snap *s, const struct order_key *key, struct order_full *out)
{
	struct order_line *lines;
	struct order_state *states;
	struct order_refund *back;
	size_t n, m, k, mine = 0;
	TRY(order_lines_of(s, key, &lines, &n));
	TRY(order_states_of(s, key, &states, &m));
	TRY(order_refunds_of(s, &(struct order_owner){ key->customer }, &back, &k));
	struct order_goods *goods = ARENA_ARRAY(s->arena, struct order_goods, n + 1);
	for (size_t i = 0; i < n; i++)
		goods[i] = (struct order_goods){ lines[i].sku, lines[i].product, lines[i].items, lines[i].amount, lines[i].category };
	struct order_state_view *now = ARENA_ARRAY(s->arena, struct order_state_view, m + 1);
	for (size_t i = 0; i < m; i++)
		now[i] = (struct order_state_view){ states[i].status, states[i].at };
	struct order_back_view *views = ARENA_ARRAY(s->arena, struct order_back_view, k + 1);
	for (size_t i = 0; i < k; i++)
		if (back[i].order_id == key->id)
			views[mine++] = (struct order_back_view){ back[i].refund_no, back[i].amount, back[i].refunded };
	out->goods = (struct list){ goods, n };
	out->states = (struct list){ now, m };
	out->refunds = (struct list){ views, mine };
	return OK;
}

static err h_order(struct cx *cx)
{
	const struct order_one *in = cx->in;
	struct order_full *out = cx->out;
	struct unit *u = &cx->unit;
	struct order_head h;
	struct customer c;
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	err e = ERR_NOT_FOUND;
	TRY(customer_visible(u, in->id, &root));
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n && e == ERR_NOT_FOUND; i++) {
		struct order_key key = { leaves[i], in->order };
		e = READ_SNAP(u, slot_of_customer(u->store, leaves[i]), order_get(snap, &key, &h));
	}
	if (e != OK)
		return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_ORDER_UNKNOWN, STR("order"), STR_NIL, STR_NIL) : e;
	struct order_key key = { h.customer, h.id };
	TRY(READ_SNAP(u, slot_of_customer(u->store, root), customer_get(snap, root, &c)));
	*out = (struct order_full){ .id = h.id, .customer_id = root, .customer_name = c.name, .source = h.source, .order_no = h.order_no,
				    .amount = h.paid, .refunded = h.refunded, .currency = h.currency, .status = h.status,
				    .ordered_ms = h.ordered, .store = h.store, .staff = h.staff, .items = h.items, .as_of_ms = h.as_of,
				    .import_id = h.import ? h.import : NIL };
	return READ_SNAP(u, slot_of_customer(u->store, h.customer), fill_parts(snap, &key, out));
}

const struct route order_routes[] = {
	{ "GET", "/api/v1/orders", "order.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &order_list_in_record, &order_row_record,
	  h_orders, "Orders, newest first: all, one customer's, or those nobody was found for." },
	{ "GET", "/api/v1/customers/{id}/orders", "order.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &order_of_in_record,
	  &order_row_record, h_orders_of, "What one person bought, newest first." },
	{ "GET", "/api/v1/customers/{id}/orders/{order}", "order.read", ROUTE_SCOPE_CUSTOMERS, 0, &order_one_record, &order_full_record,
	  h_order, "One order: its goods, refunds and states." },
	{ 0 },
};
