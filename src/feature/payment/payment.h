/*
 * payment: money that came in beside the shops: WeCom receipts (对外收款) and tills (POS).
 *
 * Each becomes an order of its own source (wecom_pay, pos) through the inbox of feature/order, so it stands on
 * the payer's profile and timeline, counts as hers, takes refunds, and waits as unmatched with its reason when
 * nobody is found. Receipts are asked for every hour; twice a window of days back once, because a refund changes
 * a receipt of long ago. Told twice it is one payment.
 *
 * inbox: order.told (out)   in: order.placed, order.changed, order.cancelled, order.withdrawn, order.refunded
 */
#ifndef YT_FEATURE_PAYMENT_PAYMENT_H
#define YT_FEATURE_PAYMENT_PAYMENT_H

#include "core/module.h"
#include "store/journal.h"

#define PAYMENT_POLL "payment.poll"
#define PAYMENT_TIMER "payment.due"
#define PAYMENT_EVERY_MS MS_HOUR
#define PAYMENT_BACK_MS (2 * MS_DAY)    /* every time */
#define PAYMENT_WHOLE_MS (30 * MS_DAY)  /* once a day */
#define PAYMENT_IN_MAX 500              /* of one request of a till */
#define PAYMENT_SOURCES "wecom_pay,pos"
#define PAYMENT_ORDER_SOURCE "order.told"

#define PAYMENT_FIELDS(F, S)                                                \
	F(S, MS, paid) F(S, ID, order_id) F(S, ID, customer) F(S, STR, source) F(S, STR, payment_no) F(S, FEN, amount) \
	F(S, FEN, refunded) F(S, STR, currency) F(S, STR, status) F(S, STR, staff, .opt = true) F(S, STR, store, .opt = true)
RECORD(payment, PAYMENT_FIELDS);
#define PAYMENT_BACK_FIELDS(F, S) F(S, MS, paid) F(S, ID, order_id) F(S, FEN, refunded) F(S, STR, status)
RECORD(payment_back, PAYMENT_BACK_FIELDS);
#define PAYMENT_FIND_FIELDS(F, S) F(S, STR, source) F(S, MS, before) F(S, ID, below) F(S, I64, limit)
RECORD(payment_find, PAYMENT_FIND_FIELDS);
#define PAYMENT_UPTO_FIELDS(F, S) F(S, MS, upto) F(S, MS, whole)
RECORD(payment_upto, PAYMENT_UPTO_FIELDS);

WRITE(payment_put, payment,
	SQL(INSERT INTO payment (slot, corp, paid, order_id, customer, source, payment_no, amount, refunded, currency, status, staff,
			store)
		VALUES (:slot, :corp, :paid, :order_id, :customer, :source, :payment_no, :amount, :refunded, :currency, :status,
			:staff, :store)
		ON CONFLICT (slot, corp, paid, order_id) DO UPDATE SET amount = excluded.amount, refunded = excluded.refunded,
			status = excluded.status))
WRITE(payment_back, payment_back,
	SQL(UPDATE payment SET refunded = :refunded, status = :status
		WHERE slot = :slot AND corp = :corp AND paid = :paid AND order_id = :order_id))
WRITE(payment_drop, payment_back,
	SQL(DELETE FROM payment WHERE slot = :slot AND corp = :corp AND paid = :paid AND order_id = :order_id))
READ_MANY(payment_page, payment_find, payment,
	SQL_UNSCOPED("the caller asks for each whether the viewer sees her",
		SELECT paid, order_id, customer, source, payment_no, amount, refunded, currency, status, staff, store FROM payment
		WHERE slot = :slot AND corp = :corp AND (:source = '' OR source = :source) AND (paid, order_id) < (:before, :below)
		ORDER BY paid DESC, order_id DESC LIMIT :limit))
READ_ONE(payment_upto_get, none, payment_upto, SQL(SELECT upto, whole FROM payment_poll WHERE corp = :corp))
WRITE(payment_upto_put, payment_upto,
	SQL(INSERT INTO payment_poll (corp, upto, whole) VALUES (:corp, :upto, :whole)
		ON CONFLICT (corp) DO UPDATE SET upto = excluded.upto, whole = excluded.whole))

struct shop_order;
/* Hands payments in the shape of shops' orders to the inbox; told before: nothing. */
err payment_in(struct cx *cx, struct shop_order *v, size_t n);
err payment_on_order(struct tx *tx, const struct event *ev);  /* derive */
err payment_on_refund(struct tx *tx, const struct event *ev); /* derive */
err payment_due(struct cx *cx, const struct timer_row *row);
err payment_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err payment_start(struct env *env, struct fail *f);
err payment_corp_new(struct cx *cx);
extern const struct route payment_routes[];

#endif
