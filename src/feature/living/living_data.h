/*
 * Rooms (base slot) and their viewers (each in her own).
 */
#ifndef YT_FEATURE_LIVING_LIVING_DATA_H
#define YT_FEATURE_LIVING_LIVING_DATA_H

#include "feature/living/living.h"

#define LIVING_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(living_key, LIVING_KEY_FIELDS);
#define LIVING_NAME_FIELDS(F, S) F(S, STR, livingid)
RECORD(living_name, LIVING_NAME_FIELDS);
#define LIVING_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(living_find, LIVING_FIND_FIELDS);
READ_MANY(living_room_list, living_find, living_room,
	SQL(SELECT id, livingid, anchor, theme, starts, minutes, watch_url, group_url, tag, tag_minutes, state, viewers, members,
			strangers, cut, read_at, created, version
		FROM living_room WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))
READ_ONE(living_room_get, living_key, living_room,
	SQL(SELECT id, livingid, anchor, theme, starts, minutes, watch_url, group_url, tag, tag_minutes, state, viewers, members,
			strangers, cut, read_at, created, version
		FROM living_room WHERE corp = :corp AND id = :id))
READ_ONE(living_room_named, living_name, living_room,
	SQL(SELECT id, livingid, anchor, theme, starts, minutes, watch_url, group_url, tag, tag_minutes, state, viewers, members,
			strangers, cut, read_at, created, version
		FROM living_room WHERE corp = :corp AND livingid = :livingid))
WRITE(living_room_insert, living_room,
	SQL(INSERT INTO living_room (corp, id, livingid, anchor, theme, starts, minutes, watch_url, group_url, tag, tag_minutes, state,
			viewers, members, strangers, cut, read_at, created, version)
		VALUES (:corp, :id, :livingid, :anchor, :theme, :starts, :minutes, :watch_url, :group_url, :tag, :tag_minutes, :state,
			:viewers, :members, :strangers, :cut, :read_at, :created, :version)))
/* version is the one that was read; the row goes one up. */
WRITE(living_room_update, living_room,
	SQL(UPDATE living_room SET watch_url = :watch_url, group_url = :group_url, tag = :tag, tag_minutes = :tag_minutes,
			version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))
WRITE(living_room_state, living_room,
	SQL(UPDATE living_room SET state = :state, viewers = :viewers, members = :members, strangers = :strangers, cut = :cut,
			read_at = :read_at
		WHERE corp = :corp AND id = :id))

#define LIVING_VIEWER_FIELDS(F, S) F(S, ID, room) F(S, ID, customer) F(S, I64, seconds) F(S, BOOL, comment)
RECORD(living_viewer, LIVING_VIEWER_FIELDS);
WRITE(living_viewer_add, living_viewer,
	SQL(INSERT INTO living_viewer (slot, corp, room, customer, seconds, comment)
		VALUES (:slot, :corp, :room, :customer, :seconds, :comment) ON CONFLICT DO NOTHING))
WRITE(living_viewer_set, living_viewer,
	SQL(UPDATE living_viewer SET seconds = :seconds, comment = :comment
		WHERE slot = :slot AND corp = :corp AND room = :room AND customer = :customer))
#define LIVING_OF_FIELDS(F, S) F(S, ID, room)
RECORD(living_of, LIVING_OF_FIELDS);
/* Whom the viewer may see is asked of each person (customer_visible). */
READ_MANY(living_viewer_all, living_of, living_viewer,
	SQL_UNSCOPED("each person is asked for before she is shown",
		SELECT room, customer, seconds, comment FROM living_viewer
		WHERE slot = :slot AND corp = :corp AND room = :room ORDER BY customer))

#endif
