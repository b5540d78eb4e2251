/*
 * order_unpaid: orders that wait to be paid, of one member's customers, for her workbench.
 *
 * Nothing is kept for it: it is read from the orders as they are, so what is paid, cancelled or withdrawn is gone by
 * itself. A source may never say that it has closed an order, so one older than ORDER_UNPAID_DAYS is listed no more.
 * Her customers are her living relations, whatever number of the person the order came under.
 */
#ifndef YT_FEATURE_ORDER_ORDER_UNPAID_H
#define YT_FEATURE_ORDER_ORDER_UNPAID_H

#include "feature/order/order_data.h"

#define ORDER_UNPAID_MAX 50          /* listed, newest first */
#define ORDER_UNPAID_DAYS 30
#define ORDER_UNPAID_MERGED_MAX 200  /* newest of a slot that came under a number without a relation to her: whose they are is looked up */

#define ORDER_UNPAID_FIND_FIELDS(F, S) F(S, ID, staff) F(S, MS, since) F(S, I64, limit)
RECORD(order_unpaid_find, ORDER_UNPAID_FIND_FIELDS);
#define ORDER_UNPAID_FIELDS(F, S)                                                 \
	F(S, ID, customer) F(S, ID, id) F(S, FEN, paid) F(S, STR, currency) F(S, MS, ordered) F(S, STR, store, .opt = true) \
	F(S, STR, external_userid)
RECORD(order_unpaid, ORDER_UNPAID_FIELDS);
#define ORDER_UNPAID_VIEW_FIELDS(F, S)                                            \
	F(S, ID, id) F(S, ID, customer_id) F(S, STR, customer_name, .opt = true, .pii = true) \
	F(S, STR, external_userid, .doc = "whose chat it is about") F(S, FEN, amount) F(S, STR, currency) \
	F(S, MS, ordered_ms) F(S, STR, store, .opt = true)
RECORD(order_unpaid_view, ORDER_UNPAID_VIEW_FIELDS);

/* Under a number that is her friend. */
READ_MANY(order_unpaid_mine, order_unpaid_find, order_unpaid,
	  SQL_UNSCOPED("each person is asked for whether the viewer sees her",
	      SELECT h.customer, h.id, h.paid, h.currency, h.ordered, h.store, f.external_userid
	      FROM order_head h JOIN follow f ON f.slot = h.slot AND f.corp = h.corp AND f.customer = h.customer
	      WHERE h.slot = :slot AND h.corp = :corp AND h.status = 'created' AND h.ordered >= :since
	      AND f.staff = :staff AND f.status = 'friend' ORDER BY h.ordered DESC, h.id DESC LIMIT :limit))
/* Under another number of a person who has several: perhaps of her friend. */
READ_MANY(order_unpaid_merged, order_unpaid_find, order_unpaid,
	  SQL_UNSCOPED("each person is asked for whether the viewer sees her",
	      SELECT h.customer, h.id, h.paid, h.currency, h.ordered, h.store, '' AS external_userid
	      FROM order_head h JOIN customer c ON c.slot = h.slot AND c.corp = h.corp AND c.id = h.customer
	      WHERE h.slot = :slot AND h.corp = :corp AND h.status = 'created' AND h.ordered >= :since
	      AND (c.root <> c.id OR EXISTS (SELECT 1 FROM customer_leaf l WHERE l.slot = c.slot AND l.corp = c.corp
					     AND l.root = c.id AND l.leaf <> c.id))
	      AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.slot = h.slot AND f.corp = h.corp AND f.customer = h.customer
			      AND f.staff = :staff AND f.status = 'friend')
	      ORDER BY h.ordered DESC, h.id DESC LIMIT :limit))

extern const struct route order_unpaid_routes[];

#endif
