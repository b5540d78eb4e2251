/*
 * payment joins, and keeps its list of what became of payments as orders.
 */
#include "feature/payment/payment.h"

/* The members of an order's and a refund's event that concern us. */
#define ORDER_BODY_FIELDS(F, S)                                             \
	F(S, ID, order) F(S, STR, source) F(S, STR, order_no, .opt = true) F(S, FEN, paid) F(S, FEN, refunded) F(S, STR, currency) \
	F(S, STR, status) F(S, MS, ordered) F(S, STR, store, .opt = true) F(S, STR, staff, .opt = true)
RECORD(payment_order, ORDER_BODY_FIELDS);
#define REFUND_BODY_FIELDS(F, S) \
	F(S, ID, order) F(S, STR, source) F(S, FEN, order_refunded, .opt = true) F(S, STR, status, .opt = true) F(S, MS, ordered, .opt = true)
RECORD(payment_refund, REFUND_BODY_FIELDS);

static bool ours(str source) { return str_eq_c(source, "wecom_pay") || str_eq_c(source, "pos"); }

err payment_on_order(struct tx *tx, const struct event *ev)
{
	struct payment_order o;
	TRY(event_body(&tx->snap, ev, &payment_order_record, &o));
	if (!ours(o.source))
		return OK;
	if (ev->kind == EV_ORDER_WITHDRAWN)
		return payment_drop(tx, &(struct payment_back){ o.ordered, o.order, 0, STR("") });
	struct payment row = { o.ordered, o.order, ev->customer, o.source, o.order_no.n ? o.order_no : STR(""), o.paid, o.refunded,
			       o.currency, o.status, o.staff, o.store };
	return payment_put(tx, &row);
}

err payment_on_refund(struct tx *tx, const struct event *ev)
{
	struct payment_refund r;
	TRY(event_body(&tx->snap, ev, &payment_refund_record, &r));
	if (!ours(r.source) || !r.order || r.ordered == NIL || r.order_refunded == NIL || !r.status.n)
		return OK;
	return payment_back(tx, &(struct payment_back){ r.ordered, r.order, r.order_refunded, r.status });
}

static const struct query *const queries[] = {
	&payment_put_query, &payment_back_query, &payment_drop_query, &payment_page_query, &payment_upto_get_query, &payment_upto_put_query, NULL,
};
static const struct handler derive[] = {
	{ EV_ORDER_PLACED, payment_on_order },	  { EV_ORDER_CHANGED, payment_on_order },  { EV_ORDER_CANCELLED, payment_on_order },
	{ EV_ORDER_WITHDRAWN, payment_on_order }, { EV_ORDER_REFUNDED, payment_on_refund }, { EV_REFUND_WITHDRAWN, payment_on_refund },
	{ 0 },
};
static const char *const derived[] = { "payment", NULL };
static const struct timer_kind timers[] = { { PAYMENT_TIMER, payment_due }, { 0 } };
static const struct sender senders[] = { { .kind = PAYMENT_POLL, .send = payment_send_poll, .reconcile = payment_send_poll }, { 0 } };
static const struct setting settings[] = {
	{ .name = "payment.wecom", .otherwise = "0", .label = T_PAYMENT_WECOM },
	{ .name = "payment.secret", .otherwise = "", .label = T_PAYMENT_SECRET, .secret = true },
	{ 0 },
};

const struct module payment_module = {
	.name = "payment",
	.doc = "Payments by WeCom receipts and tills, on the payer's profile.",
	.queries = queries,
	.routes = payment_routes,
	.derive = derive,
	.derived = derived,
	.timers = timers,
	.senders = senders,
	.settings = settings,
	.start = payment_start,
	.corp_new = payment_corp_new,
};
