/*
 * Rows and queries of staff and departments.
 */
#ifndef YT_CORE_STAFF_STAFF_DATA_H
#define YT_CORE_STAFF_STAFF_DATA_H

#include "core/staff/staff.h"

#define STAFF_ROW_FIELDS(F, S) STAFF_FIELDS(F, S) F(S, STR, userid_low) F(S, I64, seen)
RECORD(staff_row, STAFF_ROW_FIELDS);
#define STAFF_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(staff_key, STAFF_KEY_FIELDS);
#define STAFF_NAMED_FIELDS(F, S) F(S, STR, userid_low)
RECORD(staff_named, STAFF_NAMED_FIELDS);
#define STAFF_SEEN_FIELDS(F, S) F(S, I64, seen)
RECORD(staff_seen, STAFF_SEEN_FIELDS);
#define STAFF_DELTA_FIELDS(F, S) F(S, ID, id) F(S, I64, n)
RECORD(staff_delta, STAFF_DELTA_FIELDS);
#define STAFF_PLACE_FIELDS(F, S) F(S, ID, staff) F(S, ID, department)
RECORD(staff_place, STAFF_PLACE_FIELDS);
#define STAFF_STORE_FIELDS(F, S) F(S, ID, id) F(S, ID, store, .opt = true)
RECORD(staff_store, STAFF_STORE_FIELDS);

#define STAFF_THEN_FIELDS(F, S) F(S, ID, staff) F(S, ID, id) F(S, I64, limit)
RECORD(staff_then, STAFF_THEN_FIELDS);
WRITE(staff_was_add, staff_was,
      SQL(INSERT INTO staff_was (slot, corp, staff, id, state, store) VALUES (:slot, :corp, :staff, :id, :state, :store)
	  ON CONFLICT DO NOTHING))
READ_MANY(staff_was_of, staff_then, staff_was,
	  SQL(SELECT staff, id, state, store FROM staff_was
	      WHERE slot = :slot AND corp = :corp AND staff = :staff AND id <= :id ORDER BY id DESC LIMIT :limit))

#define DEPARTMENT_ROW_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, I64, wecom_id) F(S, STR, name) F(S, I64, parent_wecom_id, .opt = true) F(S, BOOL, is_store) \
	F(S, I64, store_set, .opt = true) F(S, I64, seen)
RECORD(department_row, DEPARTMENT_ROW_FIELDS);
#define DEPARTMENT_KEY_FIELDS(F, S) F(S, I64, wecom_id)
RECORD(department_key, DEPARTMENT_KEY_FIELDS);
#define DEPARTMENT_STORE_FIELDS(F, S) F(S, ID, id) F(S, BOOL, is_store) F(S, I64, store_set, .opt = true)
RECORD(department_store, DEPARTMENT_STORE_FIELDS);

READ_ONE(staff_row_get, staff_key, staff_row,
	 SQL(SELECT id, userid, userid_low, name, alias, department, store, state, in_scope, customers, seen
	     FROM staff WHERE corp = :corp AND id = :id))
READ_ONE(staff_row_named, staff_named, staff_row,
	 SQL(SELECT id, userid, userid_low, name, alias, department, store, state, in_scope, customers, seen
	     FROM staff WHERE corp = :corp AND userid_low = :userid_low))
READ_MANY(staff_rows, none, staff_row,
	  SQL(SELECT id, userid, userid_low, name, alias, department, store, state, in_scope, customers, seen
	      FROM staff WHERE corp = :corp ORDER BY id))
WRITE(staff_add, staff_row,
      SQL(INSERT INTO staff (corp, id, userid, userid_low, name, alias, department, store, state, in_scope, customers, seen)
	  VALUES (:corp, :id, :userid, :userid_low, :name, :alias, :department, :store, :state, :in_scope, :customers, :seen)
	  ON CONFLICT DO NOTHING))
WRITE(staff_update, staff_row,
      SQL(UPDATE staff SET userid = :userid, userid_low = :userid_low, name = :name, alias = :alias,
			   department = :department, state = :state, in_scope = :in_scope, seen = :seen
	  WHERE corp = :corp AND id = :id))
WRITE(staff_store_set, staff_store, SQL(UPDATE staff SET store = :store WHERE corp = :corp AND id = :id))
WRITE(staff_customers_add, staff_delta,
      SQL(UPDATE staff SET customers = customers + :n WHERE corp = :corp AND id = :id))
READ_MANY(staff_unseen, staff_seen, staff_row,
	  SQL(SELECT id, userid, userid_low, name, alias, department, store, state, in_scope, customers, seen
	      FROM staff WHERE corp = :corp AND seen <> :seen ORDER BY id))

READ_MANY(staff_places, none, staff_place,
	  SQL(SELECT staff, department FROM staff_department WHERE corp = :corp ORDER BY staff, department))
WRITE(staff_place_put, staff_place,
      SQL(INSERT INTO staff_department (corp, staff, department) VALUES (:corp, :staff, :department)
	  ON CONFLICT DO NOTHING))
WRITE(staff_places_clear, staff_key, SQL(DELETE FROM staff_department WHERE corp = :corp AND staff = :id))

READ_ONE(department_get, department_key, department_row,
	 SQL(SELECT id, wecom_id, name, parent_wecom_id, is_store, store_set, seen
	     FROM department WHERE corp = :corp AND wecom_id = :wecom_id))
READ_MANY(department_rows, none, department_row,
	  SQL(SELECT id, wecom_id, name, parent_wecom_id, is_store, store_set, seen
	      FROM department WHERE corp = :corp ORDER BY wecom_id))
WRITE(department_add, department_row,
      SQL(INSERT INTO department (corp, id, wecom_id, name, parent_wecom_id, is_store, store_set, seen)
	  VALUES (:corp, :id, :wecom_id, :name, :parent_wecom_id, :is_store, :store_set, :seen)
	  ON CONFLICT DO NOTHING))
WRITE(department_update, department_row,
      SQL(UPDATE department SET name = :name, parent_wecom_id = :parent_wecom_id, seen = :seen
	  WHERE corp = :corp AND id = :id))
WRITE(department_store_put, department_store,
      SQL(UPDATE department SET is_store = :is_store, store_set = :store_set WHERE corp = :corp AND id = :id))
WRITE(department_drop, department_key, SQL(DELETE FROM department WHERE corp = :corp AND wecom_id = :wecom_id))
WRITE(department_drop_unseen, staff_seen, SQL(DELETE FROM department WHERE corp = :corp AND seen <> :seen))

#define DEPARTMENT_LEADER_FIELDS(F, S) F(S, I64, department) F(S, STR, userid)
RECORD(department_leader, DEPARTMENT_LEADER_FIELDS);
WRITE(department_leaders_clear, none, SQL(DELETE FROM department_leader WHERE corp = :corp))
WRITE(department_leader_add, department_leader,
      SQL(INSERT INTO department_leader (corp, department, userid) VALUES (:corp, :department, :userid)
	  ON CONFLICT DO NOTHING))
READ_MANY(department_leaders, department_key, department_leader,
	  SQL(SELECT department, userid FROM department_leader WHERE corp = :corp AND department = :wecom_id ORDER BY userid))

#endif
