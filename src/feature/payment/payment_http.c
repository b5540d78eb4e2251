/*
 * payment over HTTP: the list, and what tills tell.
 */
#include "feature/payment/payment.h"

#include "base/hash.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "port/shop/shop_api.h"

#include <stdlib.h>

#define AMOUNT_MAX ((i64)100000000000) /* of one payment, in fen */

#define LIST_FIELDS(F, S)                                                   \
	F(S, STR, source, .opt = true, .one_of = PAYMENT_SOURCES) F(S, STR, cursor, .opt = true) \
	F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(payment_list_in, LIST_FIELDS);
#define VIEW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, MS, paid_ms) F(S, ID, customer_id) F(S, STR, customer_name, .opt = true, .pii = true) F(S, STR, source) \
	F(S, STR, payment_no) F(S, FEN, amount) F(S, FEN, refunded) F(S, STR, currency) F(S, STR, status) F(S, STR, staff, .opt = true) \
	F(S, STR, store, .opt = true)
RECORD(payment_view, VIEW_FIELDS);
#define GOODS_FIELDS(F, S) F(S, STR, sku, .opt = true, .max = 100) F(S, STR, product, .max = 200) F(S, I64, quantity, .min = 1) F(S, FEN, amount, .min = 0)
RECORD(payment_goods, GOODS_FIELDS);
#define IN_FIELDS(F, S)                                                     \
	F(S, STR, payment_no, .min = 1, .max = 100) F(S, FEN, amount, .max = AMOUNT_MAX) F(S, FEN, refunded, .opt = true, .max = AMOUNT_MAX) \
	F(S, MS, paid_ms) F(S, MS, as_of_ms, .opt = true, .doc = "when the till knew this; the newest word counts") \
	F(S, STR, member_no, .opt = true, .max = 40) F(S, STR, phone, .opt = true, .max = 30, .pii = true) \
	F(S, STR, external_userid, .opt = true, .max = 64) F(S, STR, unionid, .opt = true, .max = 64) \
	F(S, STR, store, .opt = true, .max = 100) F(S, STR, staff, .opt = true, .max = 64) \
	F(S, LIST, goods, .opt = true, .of = &payment_goods_record, .max = SHOP_GOODS_MAX)
RECORD(payment_told, IN_FIELDS);
#define MANY_FIELDS(F, S) F(S, LIST, payments, .of = &payment_told_record, .min = 1, .max = PAYMENT_IN_MAX)
RECORD(payments_in, MANY_FIELDS);
#define TAKEN_FIELDS(F, S) F(S, I64, taken)
RECORD(payments_taken, TAKEN_FIELDS);

static str given(str text) { return text.n ? text : STR_NIL; }

static struct shop_order order_of(struct cx *cx, const struct payment_told *p, str currency)
{
	struct shop_order o;
	const struct payment_goods *in = p->goods.v;
	record_init(&shop_order_record, &o);
	o.source = STR("pos");
	o.order_no = p->payment_no;
	o.paid = p->amount;
	o.refunded = p->refunded == NIL ? 0 : p->refunded;
	o.status = o.paid > 0 && o.refunded >= o.paid ? STR("refunded") : STR("done");
	o.currency = currency;
	o.ordered = p->paid_ms;
	o.as_of = p->as_of_ms;
	o.store = given(p->store);
	o.staff = given(p->staff);
	o.phone = given(p->phone);
	o.external_userid = given(p->external_userid);
	o.unionid = given(p->unionid);
	o.member_no = given(p->member_no);
	struct shop_goods *goods = ARENA_ARRAY(CX_ARENA(cx), struct shop_goods, p->goods.n + 1);
	for (size_t i = 0; i < p->goods.n; i++)
		goods[i] = (struct shop_goods){ given(in[i].sku), in[i].product, STR_NIL, in[i].quantity * 1000, in[i].amount };
	o.goods = (struct list){ goods, p->goods.n };
	return o;
}

static err h_told(struct cx *cx)
{
	const struct payments_in *in = cx->in;
	const struct payment_told *v = in->payments.v;
	struct shop_order *orders = ARENA_ARRAY(CX_ARENA(cx), struct shop_order, in->payments.n);
	struct corp corp;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	for (size_t i = 0; i < in->payments.n; i++) {
		if (v[i].amount < 0 || (v[i].refunded != NIL && (v[i].refunded < 0 || v[i].refunded > v[i].amount)))
			return cx_fail(cx, ERR_INPUT, T_PAYMENT_AMOUNT, STR("payments.amount"), v[i].payment_no, STR_NIL);
		orders[i] = order_of(cx, &v[i], corp.currency);
	}
	TRY(payment_in(cx, orders, in->payments.n));
	((struct payments_taken *)cx->out)->taken = (i64)in->payments.n;
	return OK;
}

/* ---- the list ---- */

static int newest_first(const void *a, const void *b)
{
	const struct payment *x = a, *y = b;
	if (x->paid != y->paid)
		return x->paid < y->paid ? 1 : -1;
	return (x->order_id < y->order_id) - (x->order_id > y->order_id);
}

static err show(struct cx *cx, const struct payment *v, size_t n)
{
	struct page *page = cx->out;
	struct payment_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct payment_view, n + 1);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		struct customer c;
		TRY(customer_shown(&cx->unit, v[i].customer, &c));
		if (!c.id)
			continue;
		rows[kept++] = (struct payment_view){ v[i].order_id, v[i].paid, c.id, c.name, v[i].source, v[i].payment_no, v[i].amount,
						      v[i].refunded, v[i].currency, v[i].status, v[i].staff, v[i].store };
	}
	page->data = (struct list){ rows, kept };
	page->total = NIL;
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct payment_list_in *in = cx->in;
	struct page *page = cx->out;
	size_t limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit, n = 0;
	i64 keys[2] = { INT64_MAX, INT64_MAX }, *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t slot_count = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	TRY(page_from(cx, in->cursor, keys, 2, hash64(in->source)));
	struct payment_find find = { in->source.n ? in->source : STR(""), keys[0], keys[1], (i64)limit + 1 };
	struct payment *all = ARENA_ARRAY(CX_ARENA(cx), struct payment, slot_count * (limit + 1));
	for (size_t i = 0; i < slot_count; i++) {
		struct payment *v;
		size_t m;
		TRY(READ_SNAP(&cx->unit, slots[i], payment_page(snap, &find, &v, &m)));
		if (m)
			memcpy(all + n, v, m * sizeof(*v));
		n += m;
	}
	qsort(all, n, sizeof(*all), newest_first);
	if (n > limit) {
		n = limit;
		i64 last[2] = { all[n - 1].paid, all[n - 1].order_id };
		page->next_cursor = page_next(cx, last, 2, hash64(in->source));
	}
	return show(cx, all, n);
}

const struct route payment_routes[] = {
	{ "GET", "/api/v1/payments", "order.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &payment_list_in_record, &payment_view_record, h_list,
	  "Payments by WeCom receipts and tills, newest first; those of nobody are unmatched orders." },
	{ "POST", "/api/v1/payments", "order.import", ROUTE_SCOPE_NONE, ROUTE_ACCEPTED, &payments_in_record, &payments_taken_record, h_told,
	  "Payments a till has taken; told again, the newest word counts." },
	{ 0 },
};
