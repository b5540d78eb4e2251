/*
 * Orders that shops and sites report as events, in the words of the Segment specification.
 *
 * The report is an event of hers already; here it becomes an order of source "segment", named by its
 * order_id, so that a report told twice, or by two pages, is one order. Amounts are read from the text of the
 * number, never through floating point. What names no order or no amount is no order.
 */
#include "feature/order/order_data.h"

#include "base/hash.h"
#include "core/corp/corp.h"

#define SOURCE STR("segment")
#define GOODS_MAX ORDER_BODY_LINES_MAX
#define ITEMS_SCALE 3

#define SITE_REPORT_FIELDS(F, S) \
	F(S, STR, name) F(S, STR, message_id) F(S, JSON, properties, .opt = true, .pii = true)
RECORD(site_report, SITE_REPORT_FIELDS);

struct report { const struct json *of; str order_no, currency; i64 amount, id; };

/* A number, or a text of one, as it was written. */
static bool decimal(const struct json *v, int scale, i64 *ret)
{
	if (!v || v->type == JSON_NULL)
		return false;
	str text = v->type == JSON_TEXT ? v->text : v->raw;
	return str_decimal(str_trim(text), scale, ret) && *ret >= 0 && *ret <= ORDER_AMOUNT_MAX;
}

static bool amount(const struct json *of, i64 *ret)
{
	return decimal(json_get(of, "total"), 2, ret) || decimal(json_get(of, "revenue"), 2, ret) ||
	       decimal(json_get(of, "value"), 2, ret);
}

static str order_number_of(const struct json *of)
{
	const struct json *v = json_get(of, "order_id");
	if (!v || (v->type != JSON_TEXT && v->type != JSON_INT))
		return STR_NIL;
	str no = v->type == JSON_TEXT ? str_trim(v->text) : v->raw;
	return no.n <= ORDER_NO_MAX ? no : STR_NIL;
}

static void goods_of(struct arena *a, const struct json *of, struct order_in *o)
{
	const struct json *list = json_get(of, "products");
	size_t n = list && list->type == JSON_ARRAY ? list->n : 0;
	n = n < GOODS_MAX ? n : GOODS_MAX;
	struct order_goods *goods = ARENA_ARRAY(a, struct order_goods, n + 1);
	i64 *lines = ARENA_ARRAY(a, i64, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct json *p = &list->items[i];
		i64 price = 0;
		str sku = json_str(p, "sku");
		goods[i] = (struct order_goods){ sku.p ? sku : json_str(p, "product_id"), json_str(p, "name"), 1000, 0,
						 json_str(p, "category") };
		decimal(json_get(p, "quantity"), ITEMS_SCALE, &goods[i].items);
		if (decimal(json_get(p, "price"), 2, &price) && int_mul(price, goods[i].items, &price))
			goods[i].amount = price / 1000;
		o->head.items += goods[i].items;
	}
	if (n == 1 && goods[0].amount == 0)
		goods[0].amount = o->head.paid;
	order_line_ids(a, goods, n, lines);
	o->head.lines = (i64)(n ? n : 1);
	o->goods = n ? goods : NULL;
	o->lines = lines;
	o->goods_count = n;
}

static err completed(struct tx *tx, const struct event *ev, const struct report *r)
{
	struct order_tally t = { 0 };
	struct order_in o = { .numbered = true };
	str store = json_str(r->of, "affiliation");
	o.head = (struct order_head){ .customer = ev->customer, .id = r->id, .source = SOURCE, .order_no = r->order_no,
				      .paid = r->amount, .currency = r->currency, .status = STR("paid"),
				      .ordered = ev->occurred, .store = store.n ? store : STR_NIL, .staff = STR_NIL,
				      .tail = STR_NIL, .as_of = NIL };
	goods_of(tx->snap.arena, r->of, &o);
	if (slot_of_key(tx->snap.unit->store, tx->snap.corp, hash64(r->order_no)) == tx->snap.slot) {
		struct order_number row = { SOURCE, r->order_no, ev->customer, r->id, 0 }, there;
		TRY(order_number_put(tx, &row));
		TRY(order_number_get(&tx->snap, &row, &there));
		if (there.customer != ev->customer)
			return OK; /* told before, of the leaf that was known then */
	}
	return order_put(tx, ev->customer, false, &o, 1, &t);
}

static err refunded(struct tx *tx, const struct event *ev, const struct report *r, bool told, str message)
{
	struct order_tally t = { 0 };
	struct order_head h;
	struct refund_in back = { .id = order_id_of(order_key_of(STR("segment refund"), message), 0), .source = SOURCE,
				  .refund_no = r->order_no, .sku = STR_NIL, .currency = r->currency, .amount = r->amount,
				  .refunded = ev->occurred, .order_id = r->id };
	err e = order_get(&tx->snap, &(struct order_key){ ev->customer, r->id }, &h);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (!told)
		back.amount = e == OK ? h.paid - h.refunded : 0;
	return back.amount > 0 ? order_refund_put(tx, ev->customer, 0, &back, 1, &t) : OK;
}

static err cancelled(struct tx *tx, const struct event *ev, const struct report *r)
{
	struct order_head h;
	err e = order_get(&tx->snap, &(struct order_key){ ev->customer, r->id }, &h);
	if (e == ERR_NOT_FOUND || (e == OK && str_eq_c(h.status, "cancelled")))
		return OK;
	TRY(e);
	h.status = STR("cancelled");
	TRY(order_update(tx, &h));
	struct order_placed body = order_body(&h);
	return journal_add(tx, EV_ORDER_CANCELLED, ev->customer, ev->occurred, &order_placed_record, &body, NULL);
}

err order_on_tracked(struct tx *tx, const struct event *ev)
{
	struct site_report body;
	struct corp corp;
	struct json *of;
	if (!ev->customer)
		return OK;
	TRY(event_body(&tx->snap, ev, &site_report_record, &body));
	if (!str_starts(body.name, STR("Order ")) || !body.properties.n ||
	    json_parse(body.properties, tx->snap.arena, &of, NULL) != OK)
		return OK;
	struct report r = { .of = of, .order_no = order_number_of(of), .currency = json_str(of, "currency") };
	bool told = amount(of, &r.amount);
	if (!r.order_no.n)
		return OK;
	TRY(corp_get(tx->snap.unit, tx->snap.corp, &corp));
	r.currency = r.currency.n == 3 ? r.currency : corp.currency;
	r.id = order_id_of(order_key_of(SOURCE, r.order_no), 0);
	if (str_eq_c(body.name, "Order Completed") && told)
		return completed(tx, ev, &r);
	if (str_eq_c(body.name, "Order Refunded"))
		return refunded(tx, ev, &r, told, body.message_id);
	return str_eq_c(body.name, "Order Cancelled") ? cancelled(tx, ev, &r) : OK;
}
