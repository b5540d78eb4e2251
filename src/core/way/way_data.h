/*
 * Rows and queries of contact ways: small tables of the corp; what the outbox carries.
 */
#ifndef YT_CORE_WAY_WAY_DATA_H
#define YT_CORE_WAY_WAY_DATA_H

#include "core/way/way.h"

/* The whole contact way, so that a sender reads nothing else. */
#define WAY_TASK_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, STR, remark) F(S, STR, state) F(S, STR, config_id, .opt = true) F(S, STRS, users)
RECORD(way_task, WAY_TASK_FIELDS);

#define WAY_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(way_key, WAY_KEY_FIELDS);
#define WAY_OWNED_FIELDS(F, S) F(S, STR, owner) F(S, ID, owner_id) F(S, ID, part)
RECORD(way_owned, WAY_OWNED_FIELDS);
#define WAY_STATED_FIELDS(F, S) F(S, STR, state)
RECORD(way_stated, WAY_STATED_FIELDS);
#define WAY_STAFF_FIELDS(F, S) F(S, ID, way) F(S, ID, staff)
RECORD(way_staff, WAY_STAFF_FIELDS);


WRITE(way_insert, way,
      SQL(INSERT INTO way (corp, id, owner, owner_id, part, remark, wecom_state, config_id, qr_url, status, fail_code, created, version)
	  VALUES (:corp, :id, :owner, :owner_id, :part, :remark, :wecom_state, :config_id, :qr_url, :status, :fail_code, :created, :version)))
WRITE(way_update, way,
      SQL(UPDATE way SET remark = :remark, config_id = :config_id, qr_url = :qr_url, status = :status, fail_code = :fail_code,
			 version = version + 1
	  WHERE corp = :corp AND id = :id))
READ_ONE(way_row, way_key, way,
	 SQL(SELECT id, owner, owner_id, part, remark, wecom_state, config_id, qr_url, status, fail_code, created, version
	     FROM way WHERE corp = :corp AND id = :id))
READ_ONE(way_owned_get, way_owned, way,
	 SQL(SELECT id, owner, owner_id, part, remark, wecom_state, config_id, qr_url, status, fail_code, created, version
	     FROM way WHERE corp = :corp AND owner = :owner AND owner_id = :owner_id AND part = :part))
READ_MANY(way_owned_all, way_owned, way,
	  SQL(SELECT id, owner, owner_id, part, remark, wecom_state, config_id, qr_url, status, fail_code, created, version
	      FROM way WHERE corp = :corp AND owner = :owner AND owner_id = :owner_id AND part >= :part ORDER BY part))
READ_ONE(way_stated_get, way_stated, way,
	 SQL(SELECT id, owner, owner_id, part, remark, wecom_state, config_id, qr_url, status, fail_code, created, version
	     FROM way WHERE corp = :corp AND wecom_state = :state))

WRITE(way_staff_clear, way_key, SQL(DELETE FROM way_staff WHERE corp = :corp AND way = :id))
WRITE(way_staff_add, way_staff,
      SQL(INSERT INTO way_staff (corp, way, staff) VALUES (:corp, :way, :staff) ON CONFLICT DO NOTHING))
READ_MANY(way_staff_of, way_key, way_staff,
	  SQL(SELECT way, staff FROM way_staff WHERE corp = :corp AND way = :id ORDER BY staff))
READ_MANY(way_of_staff, way_staff, way_staff,
	  SQL(SELECT way, staff FROM way_staff WHERE corp = :corp AND staff = :staff ORDER BY way))

err way_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err way_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err way_send_update(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err way_send_delete(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

#endif
