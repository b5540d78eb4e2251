/*
 * Which categories of goods somebody's orders have.
 */
#ifndef YT_FEATURE_ORDER_ORDER_CATEGORY_DATA_H
#define YT_FEATURE_ORDER_ORDER_CATEGORY_DATA_H

#include "feature/order/order_data.h"

/* What the lines of her orders that stand say of categories, as they say it. */
#define ORDER_CATEGORY_FIELDS(F, S) F(S, STR, category)
RECORD(order_category, ORDER_CATEGORY_FIELDS);
READ_MANY(order_categories_of, order_owner, order_category,
	  SQL(SELECT DISTINCT l.category AS category
	      FROM order_line l JOIN order_head h
	      ON h.slot = l.slot AND h.corp = l.corp AND h.customer = l.customer AND h.id = l.order_id
	      WHERE l.slot = :slot AND l.corp = :corp AND l.customer = :customer AND l.category IS NOT NULL
	      AND h.status IN ('paid', 'shipped', 'done')))

#endif
