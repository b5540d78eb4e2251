/*
 * lifecycle's derived tables: orders and whether they stand, days with signs of life, changes of stage.
 */
#include "feature/lifecycle/lifecycle_data.h"

#include "core/attr/attr.h"
#include "core/corp/corp.h"

/* The parts of order events that concern a stage. */
#define LIFE_SALE_FIELDS(F, S) F(S, ID, order) F(S, STR, status, .opt = true) F(S, MS, ordered, .opt = true)
RECORD(life_sale, LIFE_SALE_FIELDS);
#define LIFE_BACK_FIELDS(F, S) F(S, ID, order) F(S, BOOL, whole)
RECORD(life_back, LIFE_BACK_FIELDS);

err life_on_order(struct tx *tx, const struct event *ev)
{
	struct life_sale s;
	TRY(event_body(&tx->snap, ev, &life_sale_record, &s));
	struct life_order row = { ev->customer, s.order, s.ordered == NIL ? ev->occurred : s.ordered,
				  fact_order_stands(s.status) };
	return ev->kind == EV_ORDER_WITHDRAWN ? life_order_drop(tx, &row) : life_order_put(tx, &row);
}

/* An order wholly refunded no longer stands; with the refund withdrawn it does again. */
err life_on_refund(struct tx *tx, const struct event *ev)
{
	struct life_back b;
	TRY(event_body(&tx->snap, ev, &life_back_record, &b));
	if (b.order == 0 || b.order == NIL || !b.whole)
		return OK;
	return life_order_stand(tx, &(struct life_order){ ev->customer, b.order, 0, ev->kind == EV_REFUND_WITHDRAWN });
}

err life_on_sign(struct tx *tx, const struct event *ev)
{
	if (ev->customer == 0)
		return OK;
	TRY(life_sign_put(tx, &(struct life_sign){ ev->customer, corp_day(tx->snap.unit, ev->occurred), ev->occurred }));
	if (tx_changed(tx)) /* the first of its day */
		attr_touch(tx, ev->customer);
	return OK;
}

err life_on_changed(struct tx *tx, const struct event *ev)
{
	struct stage_changed c;
	TRY(event_body(&tx->snap, ev, &stage_changed_record, &c));
	struct life_change row = { ev->customer, ev->id, ev->occurred, c.from, c.to, c.reason, c.n, c.cap, c.rule };
	struct life_move move = { corp_day(tx->snap.unit, ev->occurred), c.staff == NIL ? 0 : c.staff,
				  c.from.p ? c.from : STR(""), c.to, 1 };
	TRY(life_change_add(tx, &row));
	return life_move_add(tx, &move);
}
