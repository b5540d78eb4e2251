/* externalpay/get_bill_list. */
#include "port/wecom/wecom_pay.h"

#include "port/wecom/wecom_int.h"

enum { REFUND_DONE = 2 };

static void read_goods(struct wecom_call *c, const struct json *list, struct wecom_bill *b)
{
	b->goods_count = wecom_count(list);
	b->goods = ARENA_ARRAY(c->arena, struct wecom_bill_goods, b->goods_count + 1);
	for (size_t i = 0; i < b->goods_count; i++)
		b->goods[i] = (struct wecom_bill_goods){ json_str(&list->items[i], "description"), json_i64(&list->items[i], "amount", 1) };
}

static void read_refunds(struct wecom_call *c, const struct json *list, struct wecom_bill *b)
{
	size_t n = wecom_count(list);
	b->refunds = ARENA_ARRAY(c->arena, struct wecom_bill_refund, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct json *r = &list->items[i];
		if (json_i64(r, "refund_status", REFUND_DONE) != REFUND_DONE || !json_str(r, "out_refund_no").n)
			continue;
		b->refunds[b->refund_count++] = (struct wecom_bill_refund){ json_str(r, "out_refund_no"), json_i64(r, "refund_fee", 0),
									    wecom_time(r, "refund_reqtime") };
	}
}

static struct wecom_bill bill_of(struct wecom_call *c, const struct json *j)
{
	struct wecom_bill b = { .transaction_id = json_str(j, "transaction_id"), .out_trade_no = json_str(j, "out_trade_no"),
		.external_userid = json_str(j, "external_userid"), .payee = json_str(j, "payee_userid"),
		.phone = json_str(json_get(j, "payer_info"), "phone"), .total_fee = json_i64(j, "total_fee", 0),
		.refunded_fee = json_i64(j, "total_refund_fee", 0), .paid = wecom_time(j, "pay_time") };
	read_goods(c, json_get(j, "commodity_list"), &b);
	read_refunds(c, json_get(j, "refund_list"), &b);
	return b;
}

err wecom_pay_bills(struct wecom_call *c, ms from, ms to, str cursor, struct wecom_bills *ret)
{
	struct buf b = wecom_json(c->arena);
	ASSERT(to >= from && to - from <= WECOM_BILLS_SPAN_MS);
	wecom_put_seconds(&b, "begin_time", from);
	wecom_put_seconds(&b, "end_time", to);
	wecom_put_str(&b, "cursor", cursor);
	wecom_put_i64(&b, "limit", WECOM_BILLS_MAX);
	TRY(wecom_post(c, "externalpay/get_bill_list", &b));
	const struct json *rows = json_get(c->json, "bill_list");
	struct wecom_bills out = { .n = wecom_count(rows), .next_cursor = json_str(c->json, "next_cursor") };
	out.v = ARENA_ARRAY(c->arena, struct wecom_bill, out.n);
	for (size_t i = 0; i < out.n; i++)
		out.v[i] = bill_of(c, &rows->items[i]);
	*ret = out;
	return OK;
}
