/*
 * Rows and queries of orders, their lines, refunds and numbers. All of one customer lies in her slot;
 * whoever answers a viewer asks customer_visible first.
 */
#ifndef YT_FEATURE_ORDER_ORDER_DATA_H
#define YT_FEATURE_ORDER_ORDER_DATA_H

#include "feature/order/order.h"

#define ORDER_OWNER_FIELDS(F, S) F(S, ID, customer)
RECORD(order_owner, ORDER_OWNER_FIELDS);
#define ORDER_KEY_FIELDS(F, S) F(S, ID, customer) F(S, ID, id)
RECORD(order_key, ORDER_KEY_FIELDS);
#define ORDER_SHORT_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, FEN, paid) F(S, FEN, refunded) F(S, STR, currency) F(S, STR, status) F(S, MS, ordered) \
	F(S, I64, lines) F(S, I64, items) F(S, ID, import) F(S, MS, as_of, .opt = true) F(S, FEN, back, .opt = true) \
	F(S, I64, goods, .opt = true)
RECORD(order_short, ORDER_SHORT_FIELDS);
#define ORDER_LINE_FIELDS(F, S)                                                   \
	F(S, ID, customer) F(S, ID, order_id) F(S, ID, line) F(S, STR, sku, .opt = true) \
	F(S, STR, product, .opt = true) F(S, I64, items) F(S, FEN, amount) F(S, ID, import) \
	F(S, STR, category, .opt = true)
RECORD(order_line, ORDER_LINE_FIELDS);
#define ORDER_REFUND_FIELDS(F, S)                                                 \
	F(S, ID, customer) F(S, ID, id) F(S, ID, order_id) F(S, STR, source) F(S, STR, refund_no, .opt = true) \
	F(S, STR, sku, .opt = true) F(S, I64, items) F(S, FEN, amount) F(S, STR, currency) F(S, MS, refunded) F(S, ID, import)
RECORD(order_refund, ORDER_REFUND_FIELDS);
#define ORDER_STATE_FIELDS(F, S) F(S, ID, customer) F(S, ID, order_id) F(S, STR, status) F(S, MS, at) F(S, ID, import)
RECORD(order_state, ORDER_STATE_FIELDS);
#define ORDER_NUMBER_FIELDS(F, S) \
	F(S, STR, source) F(S, STR, order_no) F(S, ID, customer) F(S, ID, id) F(S, ID, import)
RECORD(order_number, ORDER_NUMBER_FIELDS);
#define ORDER_FIT_FIND_FIELDS(F, S) F(S, ID, customer) F(S, STR, sku) F(S, MS, at)
RECORD(order_fit_find, ORDER_FIT_FIND_FIELDS);
#define ORDER_FIT_FIELDS(F, S) F(S, ID, id) F(S, FEN, paid) F(S, FEN, refunded) F(S, FEN, amount)
RECORD(order_fit, ORDER_FIT_FIELDS);
#define ORDER_MADE_FIND_FIELDS(F, S) F(S, ID, after) F(S, ID, import) F(S, I64, limit)
RECORD(order_made_find, ORDER_MADE_FIND_FIELDS);
#define ORDER_MADE_FIELDS(F, S) F(S, ID, customer) F(S, ID, import)
RECORD(order_made, ORDER_MADE_FIELDS);
#define ORDER_PAGE_FIELDS(F, S) F(S, STR, status) F(S, MS, before) F(S, ID, below) F(S, I64, limit)
RECORD(order_page, ORDER_PAGE_FIELDS);
#define ORDER_PAGE_OF_FIELDS(F, S) F(S, ID, customer) ORDER_PAGE_FIELDS(F, S)
RECORD(order_page_of, ORDER_PAGE_OF_FIELDS);

READ_MANY(order_shorts, order_owner, order_short,
	  SQL(SELECT id, paid, refunded, currency, status, ordered, lines, items, import, as_of, back, goods FROM order_head
	      WHERE slot = :slot AND corp = :corp AND customer = :customer))
READ_ONE(order_get, order_key, order_head,
	 SQL(SELECT customer, id, source, order_no, paid, refunded, currency, status, ordered, lines, items, store, import,
			staff, tail, as_of, back, goods
	     FROM order_head WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
WRITE(order_insert, order_head,
      SQL(INSERT INTO order_head (slot, corp, customer, id, source, order_no, paid, refunded, currency, status, ordered,
				  lines, items, store, import, staff, tail, as_of, back, goods)
	  VALUES (:slot, :corp, :customer, :id, :source, :order_no, :paid, :refunded, :currency, :status, :ordered,
		  :lines, :items, :store, :import, :staff, :tail, :as_of, :back, :goods)
	  ON CONFLICT DO NOTHING))
WRITE(order_update, order_head,
      SQL(UPDATE order_head SET paid = :paid, refunded = :refunded, status = :status, lines = :lines, items = :items,
				ordered = :ordered, store = COALESCE(:store, store), staff = COALESCE(:staff, staff),
				tail = COALESCE(:tail, tail), as_of = :as_of, back = :back, goods = :goods
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
WRITE(order_delete, order_key,
      SQL(DELETE FROM order_head WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
READ_MANY(order_heads_of, order_owner, order_head,
	  SQL(SELECT customer, id, source, order_no, paid, refunded, currency, status, ordered, lines, items, store, import,
			staff, tail, as_of, back, goods
	      FROM order_head WHERE slot = :slot AND corp = :corp AND customer = :customer))
WRITE(order_line_put, order_line,
      SQL(INSERT INTO order_line (slot, corp, customer, order_id, line, sku, product, items, amount, import,
				  category)
	  VALUES (:slot, :corp, :customer, :order_id, :line, :sku, :product, :items, :amount, :import, :category)
	  ON CONFLICT DO NOTHING))
WRITE(order_line_clear, order_key,
      SQL(DELETE FROM order_line WHERE slot = :slot AND corp = :corp AND customer = :customer AND order_id = :id))
READ_MANY(order_lines_of, order_key, order_line,
	  SQL(SELECT customer, order_id, line, sku, product, items, amount, import, category FROM order_line
	      WHERE slot = :slot AND corp = :corp AND customer = :customer AND order_id = :id ORDER BY amount DESC, line))
WRITE(order_state_put, order_state,
      SQL(INSERT INTO order_state (slot, corp, customer, order_id, status, at, import)
	  VALUES (:slot, :corp, :customer, :order_id, :status, :at, :import) ON CONFLICT DO NOTHING))
READ_MANY(order_states_of, order_key, order_state,
	  SQL(SELECT customer, order_id, status, at, import FROM order_state
	      WHERE slot = :slot AND corp = :corp AND customer = :customer AND order_id = :id ORDER BY at, status))
WRITE(order_states_clear, order_key,
      SQL(DELETE FROM order_state WHERE slot = :slot AND corp = :corp AND customer = :customer AND order_id = :id))
/* Her orders with these goods that still have money in them, newest first. */
READ_MANY(order_fits, order_fit_find, order_fit,
	  SQL(SELECT h.id, h.paid, h.refunded, CAST(SUM(l.amount) AS BIGINT) AS amount
	      FROM order_line l JOIN order_head h
	      ON h.slot = l.slot AND h.corp = l.corp AND h.customer = l.customer AND h.id = l.order_id
	      WHERE l.slot = :slot AND l.corp = :corp AND l.customer = :customer AND l.sku = :sku
	      AND h.ordered <= :at AND h.status IN ('paid', 'shipped', 'done')
	      GROUP BY h.id, h.paid, h.refunded, h.ordered ORDER BY h.ordered DESC, h.id))

READ_MANY(order_refunds_of, order_owner, order_refund,
	  SQL(SELECT customer, id, order_id, source, refund_no, sku, items, amount, currency, refunded, import
	      FROM order_refund WHERE slot = :slot AND corp = :corp AND customer = :customer))
WRITE(order_refund_insert, order_refund,
      SQL(INSERT INTO order_refund (slot, corp, customer, id, order_id, source, refund_no, sku, items, amount, currency,
				    refunded, import)
	  VALUES (:slot, :corp, :customer, :id, :order_id, :source, :refund_no, :sku, :items, :amount, :currency,
		  :refunded, :import)
	  ON CONFLICT DO NOTHING))
WRITE(order_refund_delete, order_key,
      SQL(DELETE FROM order_refund WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
WRITE(order_refund_alone, order_key,
      SQL(UPDATE order_refund SET order_id = 0
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND order_id = :id))

WRITE(order_number_put, order_number,
      SQL(INSERT INTO order_number (slot, corp, source, order_no, customer, id, import)
	  VALUES (:slot, :corp, :source, :order_no, :customer, :id, :import)
	  ON CONFLICT DO NOTHING))
READ_ONE(order_number_get, order_number, order_number,
	 SQL(SELECT source, order_no, customer, id, import FROM order_number
	     WHERE slot = :slot AND corp = :corp AND source = :source AND order_no = :order_no))
WRITE(order_number_delete, order_number,
      SQL(DELETE FROM order_number WHERE slot = :slot AND corp = :corp AND source = :source AND order_no = :order_no
	  AND customer = :customer))

/* Who has something of an import, in order: for undoing it. A customer comes once per row of hers. */
READ_MANY(order_made_by, order_made_find, order_made,
	  SQL(SELECT customer, import FROM order_head
	      WHERE slot = :slot AND corp = :corp AND customer > :after AND import = :import
	      ORDER BY customer LIMIT :limit))
READ_MANY(order_refunded_by, order_made_find, order_made,
	  SQL(SELECT customer, import FROM order_refund
	      WHERE slot = :slot AND corp = :corp AND customer > :after AND import = :import
	      ORDER BY customer LIMIT :limit))

READ_MANY(order_list_of, order_page_of, order_head,
	  SQL(SELECT customer, id, source, order_no, paid, refunded, currency, status, ordered, lines, items, store, import,
			staff, tail, as_of, back, goods
	      FROM order_head WHERE slot = :slot AND corp = :corp AND customer = :customer
	      AND (:status = '' OR status = :status)
	      AND (ordered < :before OR (ordered = :before AND id < :below))
	      ORDER BY ordered DESC, id DESC LIMIT :limit))
READ_MANY(order_list, order_page, order_head,
	  SQL(SELECT customer, id, source, order_no, paid, refunded, currency, status, ordered, lines, items, store, import,
			staff, tail, as_of, back, goods
	      FROM order_head WHERE slot = :slot AND corp = :corp AND (:status = '' OR status = :status)
	      AND (ordered < :before OR (ordered = :before AND id < :below))
	      ORDER BY ordered DESC, id DESC LIMIT :limit))

/* What was known and what is told become one in h (at first o->head). *ret_lines: other lines; true: other money or goods. */
bool order_merge(const struct order_short *old, const struct order_in *o, struct order_head *h, bool *ret_lines);

#endif
