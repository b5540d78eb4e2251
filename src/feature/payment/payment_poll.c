/*
 * Reading WeCom's receipts, and handing payments to the inbox of orders.
 */
#include "feature/payment/payment.h"

#include "base/hash.h"
#include "core/corp/corp.h"
#include "port/shop/shop_api.h"
#include "port/wecom/wecom_pay.h"
#include "store/inbox.h"

#define BODY_MAX ((size_t)64 << 10)
#define KEY_HEX 12

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

err payment_in(struct cx *cx, struct shop_order *v, size_t n)
{
	struct arena *a = CX_ARENA(cx);
	struct inbox_item *items = ARENA_ARRAY(a, struct inbox_item, n + 1);
	bool *fresh = ARENA_ARRAY(a, bool, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct buf b = buf_new(a, BODY_MAX);
		u8 digest[SHA256_BYTES];
		record_write(&b, &shop_order_record, &v[i]);
		hash_sha256(buf_str(&b), digest);
		str key = arena_printf(a, "%.*s:%.*s:%.*s", STR_F(v[i].source), STR_F(v[i].order_no), STR_F(hash_hex(a, digest, KEY_HEX)));
		items[i] = (struct inbox_item){ cx->unit.corp, STR(PAYMENT_ORDER_SOURCE), key, buf_str(&b), cx_now(cx) };
	}
	return n ? inbox_add(cx->env->store, a, items, n, fresh, &cx->unit.fail) : OK;
}

/* ---- a receipt as an order ---- */

static struct shop_order order_of(struct cx *cx, const struct wecom_bill *b)
{
	struct shop_order o;
	record_init(&shop_order_record, &o);
	o.source = STR("wecom_pay");
	o.order_no = b->out_trade_no.n ? b->out_trade_no : b->transaction_id;
	o.paid = b->total_fee;
	o.refunded = b->refunded_fee;
	o.status = b->refunded_fee >= b->total_fee && b->total_fee > 0 ? STR("refunded") : STR("done");
	o.currency = STR("CNY");
	o.ordered = b->paid;
	o.staff = b->payee.n ? b->payee : STR_NIL;
	o.external_userid = b->external_userid.n ? b->external_userid : STR_NIL;
	o.receiver = b->phone.n ? b->phone : STR_NIL;
	struct shop_goods *goods = ARENA_ARRAY(CX_ARENA(cx), struct shop_goods, b->goods_count + 1);
	for (size_t i = 0; i < b->goods_count; i++)
		goods[i] = (struct shop_goods){ STR_NIL, b->goods[i].description, STR_NIL, b->goods[i].amount * 1000,
						b->goods_count == 1 ? b->total_fee : 0 };
	o.goods = (struct list){ goods, b->goods_count };
	struct shop_refund *back = ARENA_ARRAY(CX_ARENA(cx), struct shop_refund, b->refund_count + 1);
	for (size_t i = 0; i < b->refund_count; i++)
		back[i] = (struct shop_refund){ b->refunds[i].refund_no, b->refunds[i].fee, b->refunds[i].at == NIL ? b->paid : b->refunds[i].at };
	o.refunds = (struct list){ back, b->refund_count };
	return o;
}

static err read_window(struct cx *cx, struct wecom_call *call, ms from, ms to)
{
	str cursor = STR_NIL;
	do {
		struct wecom_bills page;
		TRY(wecom_pay_bills(call, from, to, cursor, &page));
		struct shop_order *v = ARENA_ARRAY(CX_ARENA(cx), struct shop_order, page.n + 1);
		size_t n = 0;
		for (size_t i = 0; i < page.n; i++)
			if (page.v[i].paid != NIL && (page.v[i].out_trade_no.n || page.v[i].transaction_id.n))
				v[n++] = order_of(cx, &page.v[i]);
		TRY(payment_in(cx, v, n));
		cursor = page.next_cursor;
	} while (cursor.n);
	return OK;
}

err payment_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct payment_upto at = { 0, 0 };
	struct corp_wecom corp;
	str secret;
	ms now = cx_now(cx);
	err e = READ_SNAP(&cx->unit, base(cx), payment_upto_get(snap, &(struct none){ 0 }, &at));
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	TRY(corp_wecom_get(&cx->unit, row->corp, &corp));
	TRY(setting_get(&cx->unit, "payment.secret", &secret));
	if (secret.n)
		corp.app.secret = secret; /* receipts are an app of their own in WeCom */
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	bool whole = now - at.whole >= MS_DAY;
	e = read_window(cx, &call, whole ? now - PAYMENT_WHOLE_MS : int_max(now - PAYMENT_WHOLE_MS, at.upto - PAYMENT_BACK_MS), now);
	if (e == OK) {
		struct payment_upto next = { now, whole ? now : at.whole };
		return WRITE_TX(&cx->unit, base(cx), payment_upto_put(tx, &next));
	}
	bool again = e == ERR_UNKNOWN || err_retryable(e);
	*ret = (struct outcome){ .state = again ? OUTCOME_RETRY : OUTCOME_DROPPED,
				 .reason = call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)call.errcode) : str_c(err_name(e)) };
	if (again && call.retry_at != NIL)
		ret->retry_at = call.retry_at;
	return OK;
}

/* ---- every hour ---- */

static err arm(struct tx *tx) { return timer_set(tx, STR(PAYMENT_TIMER), STR(""), tx->snap.now + PAYMENT_EVERY_MS, 0, &none_record, &(struct none){ 0 }); }

static err due(struct tx *tx, const struct timer_row *row, bool on)
{
	bool taken;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	TRY(arm(tx));
	str key = arena_printf(tx->snap.arena, "%lld", (long long)row->due);
	return on ? outbox_add(tx, STR(PAYMENT_POLL), key, STR(""), tx->snap.now, tx->snap.now + PAYMENT_EVERY_MS, 0, &none_record,
			       &(struct none){ 0 }, NULL) : OK;
}

err payment_due(struct cx *cx, const struct timer_row *row)
{
	str on;
	TRY(setting_get(&cx->unit, "payment.wecom", &on));
	return WRITE_TX(&cx->unit, row->slot, due(tx, row, str_eq_c(on, "1")));
}

err payment_corp_new(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), arm(tx)); }

err payment_start(struct env *env, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct cx cx = cx_system(env, a, 0, "start");
	struct corp *corps;
	size_t n = 0;
	err e = corp_list(&cx.unit, &corps, &n);
	for (size_t i = 0; e == OK && i < n; i++) {
		cx.unit.corp = corps[i].id;
		e = payment_corp_new(&cx);
	}
	*f = cx.unit.fail;
	arena_free(a);
	return e;
}
