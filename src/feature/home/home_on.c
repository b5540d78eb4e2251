/*
 * home's counting: what one event adds to its day. Derived, so it looks at the event and at its own
 * tables only.
 */
#include "feature/home/home_data.h"

#include "core/corp/corp.h"
#include "core/follow/follow.h"

/* The parts of order events that concern a day. */
#define HOME_SALE_FIELDS(F, S)                                                      \
	F(S, ID, order) F(S, FEN, paid, .opt = true) F(S, STR, currency, .opt = true) F(S, MS, ordered, .opt = true)
RECORD(home_sale, HOME_SALE_FIELDS);
#define HOME_MONEY_BACK_FIELDS(F, S) \
	F(S, ID, refund, .opt = true) F(S, ID, order, .opt = true) F(S, FEN, amount, .opt = true) \
	F(S, STR, currency, .opt = true) F(S, MS, refunded, .opt = true)
RECORD(home_money_back, HOME_MONEY_BACK_FIELDS);

err home_on_follow(struct tx *tx, const struct event *ev)
{
	struct follow_event f;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &f));
	if (f.transfer)
		return OK;
	struct home_day d = { .day = corp_day(tx->snap.unit, ev->occurred), .staff = f.staff };
	if (ev->kind == EV_FOLLOW_ADDED) {
		d.added = 1;
		d.added_first = f.first;
		d.added_again = f.again;
	} else if (ev->kind == EV_FOLLOW_LOST) {
		d.lost = 1;
		d.lost_unique = f.last;
	} else {
		d.dropped = 1;
	}
	return home_day_add(tx, &d);
}

/* Money of another currency is in no sum. */
static err in_currency(struct tx *tx, str currency, i64 *amount)
{
	struct corp corp;
	if (*amount == NIL)
		*amount = 0;
	if (!currency.n)
		return OK;
	TRY(corp_get(tx->snap.unit, tx->snap.corp, &corp));
	if (!str_eq(currency, corp.currency))
		*amount = 0;
	return OK;
}

static err sale(struct tx *tx, i64 day, i64 orders, i64 revenue)
{
	struct home_day d = { .day = day, .orders = orders, .revenue = revenue };
	return orders || revenue ? home_day_add(tx, &d) : OK;
}

/* The order is gone, and with it what went back by its own record; refunds of their own tell for themselves. */
static err take_back(struct tx *tx, const struct home_order *was)
{
	TRY(home_order_drop(tx, was));
	return sale(tx, was->day, -1, was->back - was->paid);
}

err home_on_order(struct tx *tx, const struct event *ev)
{
	struct home_sale s;
	struct home_order was, now;
	TRY(event_body(&tx->snap, ev, &home_sale_record, &s));
	TRY(in_currency(tx, s.currency, &s.paid));
	err e = home_order_get(&tx->snap, &(struct home_order){ .id = s.order }, &was);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	bool known = e == OK;
	if (ev->kind == EV_ORDER_WITHDRAWN || ev->kind == EV_ORDER_CANCELLED)
		return known ? take_back(tx, &was) : OK;
	if (!known && ev->kind != EV_ORDER_PLACED)
		return OK;
	now = (struct home_order){ s.order, corp_day(tx->snap.unit, s.ordered == NIL ? ev->occurred : s.ordered), s.paid,
				   known ? was.back : 0 };
	TRY(home_order_put(tx, &now));
	if (known)
		TRY(sale(tx, was.day, -1, -was.paid));
	return sale(tx, now.day, 1, now.paid);
}

/* A refund that is named like its order came with the order's own record. */
static err own_refund(struct tx *tx, i64 order, i64 amount)
{
	struct home_order o;
	err e = home_order_get(&tx->snap, &(struct home_order){ .id = order }, &o);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	o.back += amount;
	return home_order_put(tx, &o);
}

err home_on_refund(struct tx *tx, const struct event *ev)
{
	struct home_money_back r;
	TRY(event_body(&tx->snap, ev, &home_money_back_record, &r));
	TRY(in_currency(tx, r.currency, &r.amount));
	i64 day = corp_day(tx->snap.unit, r.refunded == NIL ? ev->occurred : r.refunded);
	if (ev->kind == EV_ORDER_REFUNDED && r.refund == r.order)
		TRY(own_refund(tx, r.order, r.amount));
	return sale(tx, day, 0, ev->kind == EV_ORDER_REFUNDED ? -r.amount : r.amount);
}
