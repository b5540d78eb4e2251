/*
 * Rows and queries of orders nobody was found for (the corp's base slot), and of guesses at them.
 */
#ifndef YT_FEATURE_ORDER_ORDER_LOST_DATA_H
#define YT_FEATURE_ORDER_ORDER_LOST_DATA_H

#include "feature/order/order_data.h"

#define ORDER_UNMATCHED_FIELDS(F, S)                                              \
	F(S, ID, id) F(S, STR, kind, .one_of = "order,refund,lines") F(S, STR, source) F(S, STR, order_no, .opt = true) \
	F(S, FEN, paid) F(S, FEN, refunded) F(S, STR, currency) F(S, STR, status) F(S, MS, ordered) \
	F(S, I64, lines) F(S, I64, items) F(S, STR, reason) F(S, ID, import) F(S, ID, order_id, .opt = true) \
	F(S, STR, store, .opt = true) F(S, STR, staff, .opt = true) F(S, STR, tail, .opt = true) \
	F(S, STR, phone, .opt = true) F(S, MS, as_of, .opt = true) F(S, JSON, goods, .opt = true) \
	F(S, STR, refund_no, .opt = true)
RECORD(order_unmatched, ORDER_UNMATCHED_FIELDS);
#define ORDER_PHONE_FIELDS(F, S) F(S, STR, phone) F(S, I64, limit)
RECORD(order_phone, ORDER_PHONE_FIELDS);
#define ORDER_SOURCE_FIELDS(F, S) F(S, STR, source)
RECORD(order_source, ORDER_SOURCE_FIELDS);
#define ORDER_REASON_FIELDS(F, S) F(S, STR, reason) F(S, STR, source) F(S, STR, kind) F(S, I64, n) F(S, FEN, paid)
RECORD(order_reason, ORDER_REASON_FIELDS);
#define ORDER_LOST_PAGE_FIELDS(F, S)                                              \
	F(S, STR, status) F(S, STR, reason) F(S, STR, source) F(S, STR, order_no) F(S, MS, before) F(S, ID, below) F(S, I64, limit)
RECORD(order_lost_page, ORDER_LOST_PAGE_FIELDS);
#define ORDER_TRY_FIELDS(F, S) F(S, STR, order_no) F(S, I64, day) F(S, I64, tries)
RECORD(order_try, ORDER_TRY_FIELDS);
#define ORDER_ID_FIELDS(F, S) F(S, ID, id)
RECORD(order_id, ORDER_ID_FIELDS); /* of an unmatched one */

WRITE(order_unmatched_put, order_unmatched,
      SQL(INSERT INTO order_unmatched (slot, corp, id, kind, source, order_no, paid, refunded, currency, status, ordered,
				       lines, items, reason, import, order_id, store, staff, tail, phone, as_of, goods,
				       refund_no)
	  VALUES (:slot, :corp, :id, :kind, :source, :order_no, :paid, :refunded, :currency, :status, :ordered,
		  :lines, :items, :reason, :import, :order_id, :store, :staff, :tail, :phone, :as_of, :goods, :refund_no)
	  ON CONFLICT (slot, corp, id) DO UPDATE SET kind = excluded.kind, paid = excluded.paid,
	  refunded = excluded.refunded, status = excluded.status, ordered = excluded.ordered, lines = excluded.lines,
	  items = excluded.items, reason = excluded.reason, store = excluded.store, staff = excluded.staff,
	  tail = excluded.tail, phone = excluded.phone, as_of = excluded.as_of, goods = excluded.goods,
	  order_id = excluded.order_id, refund_no = excluded.refund_no))
READ_ONE(order_unmatched_get, order_id, order_unmatched,
	 SQL(SELECT id, kind, source, order_no, paid, refunded, currency, status, ordered, lines, items, reason, import,
		     order_id, store, staff, tail, phone, as_of, goods, refund_no FROM order_unmatched WHERE slot = :slot AND corp = :corp AND id = :id))
/* What waits for one order: itself, its lines, its refunds. */
READ_MANY(order_unmatched_of, order_id, order_unmatched,
	  SQL(SELECT id, kind, source, order_no, paid, refunded, currency, status, ordered, lines, items, reason, import,
		     order_id, store, staff, tail, phone, as_of, goods, refund_no FROM order_unmatched WHERE slot = :slot AND corp = :corp AND (id = :id OR order_id = :id) ORDER BY kind, id))
READ_MANY(order_unmatched_by_phone, order_phone, order_unmatched,
	  SQL(SELECT id, kind, source, order_no, paid, refunded, currency, status, ordered, lines, items, reason, import,
		     order_id, store, staff, tail, phone, as_of, goods, refund_no FROM order_unmatched WHERE slot = :slot AND corp = :corp AND phone = :phone ORDER BY id LIMIT :limit))
READ_MANY(order_unmatched_page, order_lost_page, order_unmatched,
	  SQL(SELECT id, kind, source, order_no, paid, refunded, currency, status, ordered, lines, items, reason, import,
		     order_id, store, staff, tail, phone, as_of, goods, refund_no FROM order_unmatched WHERE slot = :slot AND corp = :corp
	      AND (:status = '' OR status = :status) AND (:reason = '' OR reason = :reason)
	      AND (:source = '' OR source = :source) AND (:order_no = '' OR order_no = :order_no)
	      AND (ordered < :before OR (ordered = :before AND id < :below))
	      ORDER BY ordered DESC, id DESC LIMIT :limit))
READ_MANY(order_reasons, none, order_reason,
	  SQL(SELECT reason, source, kind, count(*) AS n, CAST(SUM(paid) AS BIGINT) AS paid FROM order_unmatched
	      WHERE slot = :slot AND corp = :corp GROUP BY reason, source, kind ORDER BY reason, source, kind))
/* Which orders of a source somebody waits for. */
READ_MANY(order_unmatched_ids, order_source, order_id,
	  SQL(SELECT DISTINCT COALESCE(order_id, id) AS id FROM order_unmatched
	      WHERE slot = :slot AND corp = :corp AND source = :source AND order_no IS NOT NULL LIMIT 100000))
WRITE(order_unmatched_drop, order_id, SQL(DELETE FROM order_unmatched WHERE slot = :slot AND corp = :corp AND id = :id))
WRITE(order_unmatched_clear, order_made_find,
      SQL(DELETE FROM order_unmatched WHERE slot = :slot AND corp = :corp AND import = :import))

/* Wrong guesses of a day, in the number's slot. */
WRITE_ONE(order_try_add, order_try, order_try,
	  SQL(INSERT INTO order_try (slot, corp, order_no, day, tries) VALUES (:slot, :corp, :order_no, :day, 1)
	      ON CONFLICT (slot, corp, order_no, day) DO UPDATE SET tries = order_try.tries + 1
	      RETURNING order_no, day, tries))
READ_ONE(order_try_get, order_try, order_try,
	 SQL(SELECT order_no, day, tries FROM order_try
	     WHERE slot = :slot AND corp = :corp AND order_no = :order_no AND day = :day))

#endif
