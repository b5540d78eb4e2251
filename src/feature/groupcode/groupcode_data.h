/*
 * group code's rows: the codes and their groups (small tables of the base slot), joins per slot and day.
 */
#ifndef YT_FEATURE_GROUPCODE_GROUPCODE_DATA_H
#define YT_FEATURE_GROUPCODE_GROUPCODE_DATA_H

#include "feature/groupcode/groupcode.h"

#define GROUPCODE_FIELDS(F, S)                                                           \
	F(S, ID, id) F(S, STR, name) F(S, STR, door) F(S, STR, wecom_state) F(S, STR, config_id, .opt = true) \
	F(S, STR, qr_url, .opt = true) F(S, I64, threshold) F(S, BOOL, auto_create) F(S, STR, base_name) F(S, I64, base_id) \
	F(S, STR, offer) F(S, STR, link) F(S, STR, state) F(S, STR, fail_code, .opt = true) F(S, STR, lent) F(S, I64, room) \
	F(S, BOOL, low) F(S, MS, created) F(S, I64, version)
RECORD(groupcode, GROUPCODE_FIELDS);
#define GROUPCODE_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(groupcode_key, GROUPCODE_KEY_FIELDS);
#define GROUPCODE_NAMED_FIELDS(F, S) F(S, STR, state)
RECORD(groupcode_named, GROUPCODE_NAMED_FIELDS);
#define GROUPCODE_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(groupcode_find, GROUPCODE_FIND_FIELDS);
#define GROUPCODE_CHAT_FIELDS(F, S) F(S, ID, code) F(S, I64, place) F(S, ID, chat)
RECORD(groupcode_chat, GROUPCODE_CHAT_FIELDS);
#define GROUPCODE_POOL_FIELDS(F, S) \
	F(S, I64, place) F(S, ID, chat) F(S, STR, chat_id) F(S, STR, name) F(S, I64, members) F(S, MS, dissolved, .opt = true)
RECORD(groupcode_pool, GROUPCODE_POOL_FIELDS);
#define GROUPCODE_TALLY_FIELDS(F, S) F(S, ID, code) F(S, I64, day) F(S, I64, joined)
RECORD(groupcode_tally, GROUPCODE_TALLY_FIELDS);
#define GROUPCODE_SUM_FIELDS(F, S) F(S, ID, code) F(S, I64, joined)
RECORD(groupcode_sum, GROUPCODE_SUM_FIELDS);

#define GROUPCODE_COLUMNS                                                                \
	"SELECT id, name, door, wecom_state, config_id, qr_url, threshold, auto_create, base_name, base_id, offer, link, state, " \
	"fail_code, lent, room, low, created, version FROM groupcode "
READ_ONE(groupcode_get, groupcode_key, groupcode, GROUPCODE_COLUMNS "WHERE corp = :corp AND id = :id")
READ_ONE(groupcode_by_state, groupcode_named, groupcode, GROUPCODE_COLUMNS "WHERE corp = :corp AND wecom_state = :state")
READ_MANY(groupcode_list, groupcode_find, groupcode,
	  GROUPCODE_COLUMNS "WHERE corp = :corp AND id < :before AND state <> 'disabled' ORDER BY id DESC LIMIT :limit")
WRITE(groupcode_insert, groupcode,
      SQL(INSERT INTO groupcode (corp, id, name, door, wecom_state, config_id, qr_url, threshold, auto_create, base_name, base_id, offer,
				 link, state, fail_code, lent, room, low, created, version)
	  VALUES (:corp, :id, :name, :door, :wecom_state, :config_id, :qr_url, :threshold, :auto_create, :base_name, :base_id, :offer,
		  :link, :state, :fail_code, :lent, :room, :low, :created, :version)))
/* version is the one that was read; the row goes one up. */
WRITE(groupcode_update, groupcode,
      SQL(UPDATE groupcode SET name = :name, config_id = :config_id, qr_url = :qr_url, threshold = :threshold,
		 auto_create = :auto_create, base_name = :base_name, base_id = :base_id, offer = :offer, link = :link, state = :state,
		 fail_code = :fail_code, lent = :lent, room = :room, low = :low, version = version + 1
	  WHERE corp = :corp AND id = :id AND version = :version))
/* What comes by events leaves the version, or whoever edits the form would be refused by every visitor. */
WRITE(groupcode_lend, groupcode,
      SQL(UPDATE groupcode SET lent = :lent, room = :room, low = :low WHERE corp = :corp AND id = :id))
WRITE(groupcode_result, groupcode,
      SQL(UPDATE groupcode SET config_id = :config_id, qr_url = :qr_url, state = :state, fail_code = :fail_code
	  WHERE corp = :corp AND id = :id))
WRITE(groupcode_chat_put, groupcode_chat,
      SQL(INSERT INTO groupcode_chat (corp, code, place, chat) VALUES (:corp, :code, :place, :chat) ON CONFLICT DO NOTHING))
WRITE(groupcode_chat_clear, groupcode_key, SQL(DELETE FROM groupcode_chat WHERE corp = :corp AND code = :id))
READ_MANY(groupcode_pool_of, groupcode_key, groupcode_pool,
	  SQL(SELECT c.place AS place, c.chat AS chat, g.chat_id AS chat_id, g.name AS name, g.members AS members, g.dissolved AS dissolved
	      FROM groupcode_chat c JOIN group_chat g ON g.corp = c.corp AND g.id = c.chat
	      WHERE c.corp = :corp AND c.code = :id ORDER BY c.place))
READ_MANY(groupcode_of_chat, groupcode_key, groupcode_chat,
	  SQL(SELECT code, place, chat FROM groupcode_chat WHERE corp = :corp AND chat = :id ORDER BY code))
WRITE(groupcode_tally_add, groupcode_tally,
      SQL(INSERT INTO groupcode_tally (slot, corp, code, day, joined) VALUES (:slot, :corp, :code, :day, :joined)
	  ON CONFLICT (slot, corp, code, day) DO UPDATE SET joined = groupcode_tally.joined + excluded.joined))
READ_MANY(groupcode_sums, none, groupcode_sum,
	  SQL_GLOBAL("sums over the slots of the corp",
		     SELECT code, CAST(SUM(joined) AS BIGINT) AS joined FROM groupcode_tally WHERE corp = :corp GROUP BY code))

#endif
