/*
 * Rows and queries of customers. A rule decides about one person it was handed, so these are
 * unscoped; whoever answers a viewer asks customer_visible first, whose query below is the scope.
 */
#ifndef YT_CORE_CUSTOMER_CUSTOMER_DATA_H
#define YT_CORE_CUSTOMER_CUSTOMER_DATA_H

#include "core/customer/customer.h"

#define CUSTOMER_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(customer_key, CUSTOMER_KEY_FIELDS);

#define CUSTOMER_ROOT_ROW_FIELDS(F, S) F(S, ID, id) F(S, ID, root) F(S, MS, created)
RECORD(customer_root_row, CUSTOMER_ROOT_ROW_FIELDS);

#define CUSTOMER_ROOT_SET_FIELDS(F, S) F(S, ID, id) F(S, ID, root) F(S, ID, was_root)
RECORD(customer_root_set_in, CUSTOMER_ROOT_SET_FIELDS);

#define CUSTOMER_LEAF_FIELDS(F, S) F(S, ID, root) F(S, ID, leaf)
RECORD(customer_leaf, CUSTOMER_LEAF_FIELDS);

#define CUSTOMER_RANGE_FIELDS(F, S) F(S, ID, first) F(S, ID, last)
RECORD(customer_range, CUSTOMER_RANGE_FIELDS);

#define CUSTOMER_APART_FIELDS(F, S) F(S, ID, customer) F(S, ID, other)
RECORD(customer_apart, CUSTOMER_APART_FIELDS);

#define CUSTOMER_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(customer_count, CUSTOMER_COUNT_FIELDS);

#define CUSTOMER_EDIT_FIELDS(F, S)                                                 \
	F(S, ID, id) F(S, STR, remark, .opt = true) F(S, I64, birthday, .opt = true) \
	F(S, STR, city, .opt = true) F(S, STR, followup, .opt = true) F(S, I64, version)
RECORD(customer_edit_in, CUSTOMER_EDIT_FIELDS);

READ_ONE(customer_row, customer_key, customer,
	 SQL_UNSCOPED("a rule about one person",
		      SELECT id, root, name, avatar, gender, city, birthday, child_birthday, followup, remark, origin,
			     created, erased, version
		      FROM customer WHERE slot = :slot AND corp = :corp AND id = :id))

READ_ONE(customer_root_of, customer_key, customer_root_row,
	 SQL_UNSCOPED("who a leaf belongs to",
		      SELECT id, root, created FROM customer WHERE slot = :slot AND corp = :corp AND id = :id))

WRITE(customer_insert, customer,
      SQL(INSERT INTO customer (slot, corp, id, root, name, avatar, gender, city, birthday, child_birthday, followup,
				remark, origin, created, erased, version)
	  VALUES (:slot, :corp, :id, :root, :name, :avatar, :gender, :city, :birthday, :child_birthday, :followup,
		  :remark, :origin, :created, :erased, :version)
	  ON CONFLICT DO NOTHING))

WRITE(customer_update, customer,
      SQL(UPDATE customer SET name = :name, avatar = :avatar, gender = :gender, city = :city, birthday = :birthday,
			      child_birthday = :child_birthday, followup = :followup, remark = :remark,
			      version = version + 1
	  WHERE slot = :slot AND corp = :corp AND id = :id))

/* Compare and set: touches nothing when somebody moved her in the meantime. */
WRITE(customer_root_set, customer_root_set_in,
      SQL(UPDATE customer SET root = :root, version = version + 1
	  WHERE slot = :slot AND corp = :corp AND id = :id AND root = :was_root))

WRITE(customer_withdraw, customer_key,
      SQL(UPDATE customer SET erased = 1, name = NULL, version = version + 1
	  WHERE slot = :slot AND corp = :corp AND id = :id AND erased = 0))

READ_MANY(customer_leaf_list, customer_key, customer_leaf,
	  SQL(SELECT root, leaf FROM customer_leaf WHERE slot = :slot AND corp = :corp AND root = :id ORDER BY leaf))
READ_EACH(customer_leaf_span, customer_range, customer_leaf,
	  SQL(SELECT root, leaf FROM customer_leaf WHERE slot = :slot AND corp = :corp AND root >= :first AND root <= :last
	      ORDER BY root, leaf))
WRITE(customer_leaf_put, customer_leaf,
      SQL(INSERT INTO customer_leaf (slot, corp, root, leaf) VALUES (:slot, :corp, :root, :leaf)
	  ON CONFLICT DO NOTHING))
WRITE(customer_leaf_drop, customer_leaf,
      SQL(DELETE FROM customer_leaf WHERE slot = :slot AND corp = :corp AND root = :root AND leaf = :leaf))
WRITE(customer_leaf_clear, customer_key,
      SQL(DELETE FROM customer_leaf WHERE slot = :slot AND corp = :corp AND root = :id))

READ_MANY(customer_apart_list, customer_key, customer_apart,
	  SQL(SELECT customer, other FROM customer_apart WHERE slot = :slot AND corp = :corp AND customer = :id
	      ORDER BY other))
WRITE(customer_apart_put, customer_apart,
      SQL(INSERT INTO customer_apart (slot, corp, customer, other) VALUES (:slot, :corp, :customer, :other)
	  ON CONFLICT DO NOTHING))
WRITE(customer_apart_drop, customer_apart,
      SQL(DELETE FROM customer_apart WHERE slot = :slot AND corp = :corp AND customer = :customer AND other = :other))

/* 1 when a staff member of the viewer's scope has a living relation with this leaf. */
READ_ONE(customer_in_scope, customer_key, customer_count,
	 SQL(SELECT count(*) AS n FROM follow
	     WHERE slot = :slot AND corp = :corp AND customer = :id AND status = 'friend'
	     AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))))

#endif
