/*
 * Rows and queries of templates, doors of staff, fresh orders.
 */
#ifndef YT_FEATURE_CARD_CARD_DATA_H
#define YT_FEATURE_CARD_CARD_DATA_H

#include "feature/card/card.h"

#define CARD_TEMPLATE_FIELDS(F, S)                                               \
	F(S, ID, id) F(S, STR, kind) F(S, STR, name) F(S, STR, layout) F(S, ID, picture, .opt = true) F(S, MS, created) F(S, I64, version)
RECORD(card_template, CARD_TEMPLATE_FIELDS);
#define CARD_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(card_key, CARD_KEY_FIELDS);
#define CARD_STAFF_FIELDS(F, S) F(S, ID, staff) F(S, STR, door)
RECORD(card_staff, CARD_STAFF_FIELDS);
#define CARD_ORDER_FIELDS(F, S) F(S, ID, customer) F(S, STR, order_no) F(S, STR, store, .opt = true) F(S, STR, staff, .opt = true) F(S, MS, ordered)
RECORD(card_order, CARD_ORDER_FIELDS);
#define CARD_OLD_FIELDS(F, S) F(S, MS, before)
RECORD(card_old, CARD_OLD_FIELDS);

WRITE(card_insert, card_template,
      SQL(INSERT INTO card_template (corp, id, kind, name, layout, picture, created, version)
	  VALUES (:corp, :id, :kind, :name, :layout, :picture, :created, :version)))
/* version is the one that was read; the row goes one up. */
WRITE(card_update, card_template,
      SQL(UPDATE card_template SET kind = :kind, name = :name, layout = :layout, picture = :picture, version = version + 1
	  WHERE corp = :corp AND id = :id AND version = :version))
WRITE(card_delete, card_key, SQL(DELETE FROM card_template WHERE corp = :corp AND id = :id))
READ_ONE(card_get, card_key, card_template,
	 SQL(SELECT id, kind, name, layout, picture, created, version FROM card_template WHERE corp = :corp AND id = :id))
READ_MANY(card_list, none, card_template,
	  SQL(SELECT id, kind, name, layout, picture, created, version FROM card_template WHERE corp = :corp ORDER BY id))

WRITE(card_staff_put, card_staff,
      SQL(INSERT INTO card_staff (corp, staff, door) VALUES (:corp, :staff, :door) ON CONFLICT DO NOTHING))
READ_ONE(card_staff_get, card_staff, card_staff, SQL(SELECT staff, door FROM card_staff WHERE corp = :corp AND staff = :staff))

WRITE(card_order_put, card_order,
      SQL(INSERT INTO card_order (slot, corp, customer, order_no, store, staff, ordered)
	  VALUES (:slot, :corp, :customer, :order_no, :store, :staff, :ordered)
	  ON CONFLICT (slot, corp, customer, order_no) DO UPDATE SET store = excluded.store, staff = excluded.staff))
WRITE(card_orders_drop, card_old, SQL(DELETE FROM card_order WHERE slot = :slot AND corp = :corp AND ordered < :before))
READ_MANY(card_orders, card_order, card_order,
	  SQL_GLOBAL("an order number says whose it is, in whatever slot; every row is of this corp",
		     SELECT customer, order_no, store, staff, ordered FROM card_order
		     WHERE corp = :corp AND order_no = :order_no ORDER BY ordered DESC LIMIT 2))

#endif
