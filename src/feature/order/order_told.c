/*
 * Orders as the interfaces of shops tell them (port/shop), out of the inbox.
 *
 * They have the source, number and states of the same shop's files, so an order told by both is one order.
 */
#include "feature/order/order_take.h"

#include "base/hash.h"
#include "port/shop/shop_api.h"
#include "store/inbox.h"

static void add_id(struct order_told *o, const char *kind, str value)
{
	if (value.n && o->id_count < ORDER_TOLD_IDS)
		o->ids[o->id_count++] = (struct identity_in){ str_c(kind), value, true };
}

static void read_goods(struct arena *a, const struct shop_order *in, struct order_in *o)
{
	const struct shop_goods *v = in->goods.v;
	struct order_goods *goods = ARENA_ARRAY(a, struct order_goods, in->goods.n + 1);
	i64 *lines = ARENA_ARRAY(a, i64, in->goods.n + 1);
	for (size_t i = 0; i < in->goods.n; i++) {
		goods[i] = (struct order_goods){ v[i].sku, v[i].product, v[i].items, v[i].amount, v[i].category };
		o->head.items += v[i].items;
	}
	order_line_ids(a, goods, in->goods.n, lines);
	o->head.lines = in->goods.n ? (i64)in->goods.n : 1;
	o->goods = in->goods.n ? goods : NULL;
	o->lines = lines;
	o->goods_count = in->goods.n;
}

static void read_refunds(struct arena *a, const struct shop_order *in, struct order_told *o)
{
	const struct shop_refund *v = in->refunds.v;
	struct refund_in *back = ARENA_ARRAY(a, struct refund_in, in->refunds.n + 1);
	str source = arena_printf(a, "%.*s refund", STR_F(in->source));
	for (size_t i = 0; i < in->refunds.n; i++)
		back[i] = (struct refund_in){ .id = order_id_of(order_key_of(source, v[i].refund_no), 0), .source = in->source,
					      .refund_no = v[i].refund_no, .sku = STR_NIL, .currency = in->currency, .amount = v[i].amount,
					      .refunded = v[i].refunded, .order_id = o->order.head.id, .sure = true };
	o->refunds = back;
	o->refund_count = in->refunds.n;
}

static void read_people(struct arena *a, const struct shop_order *in, struct order_told *o)
{
	str normal;
	add_id(o, "unionid", in->unionid);
	add_id(o, "openid", in->openid);
	add_id(o, "external_userid", in->external_userid);
	if (in->member_no.n && identity_normal(a, STR("member_no"), in->member_no, &normal, NULL) == OK)
		add_id(o, "member_no", normal);
	if (in->phone.n && identity_normal(a, STR("phone"), in->phone, &normal, NULL) == OK)
		add_id(o, "phone", normal);
	if (in->buyer.n)
		add_id(o, "buyer", arena_printf(a, "%.*s:%.*s", STR_F(in->source), STR_F(in->buyer)));
	o->receiver = STR_NIL;
	if (in->receiver.n && identity_normal(a, STR("phone"), in->receiver, &normal, NULL) == OK)
		o->receiver = normal;
	o->why = o->receiver.n ? ORDER_WHY_RECEIVER : in->virtual ? ORDER_WHY_VIRTUAL : in->hidden ? ORDER_WHY_MASKED : ORDER_WHY_NONE;
}

err order_told_decode(struct cx *cx, const struct inbox_row *row)
{
	struct arena *a = CX_ARENA(cx);
	struct json *tree;
	struct shop_order in;
	struct order_told o = { .name = STR_NIL };
	i64 customer;
	TRY(json_parse(row->body, a, &tree, &cx->unit.fail));
	record_read(&shop_order_record, tree, &in, a);
	if (!in.source.n || !in.order_no.n || in.order_no.n > ORDER_NO_MAX || in.paid < 0 || in.paid > ORDER_AMOUNT_MAX)
		return inbox_done(&cx->unit, row, STR("no order"));
	cx->unit.source = "shop";
	o.order = (struct order_in){ .numbered = true };
	o.order.head = (struct order_head){ .id = order_id_of(order_key_of(in.source, in.order_no), 0), .source = in.source,
					    .order_no = in.order_no, .paid = in.paid, .refunded = in.refunded, .currency = in.currency,
					    .status = in.status, .ordered = in.ordered, .store = in.store, .staff = in.staff,
					    .tail = in.tail, .as_of = in.as_of, .back = NIL, .goods = NIL };
	read_goods(a, &in, &o.order);
	read_refunds(a, &in, &o);
	read_people(a, &in, &o);
	TRY(order_take(&cx->unit, &o, &customer));
	return inbox_done(&cx->unit, row, customer ? STR_NIL : str_c(o.why));
}
