/*
 * live code's rows: the codes with their staff and tags (small tables), adds and losses per slot and day.
 */
#ifndef YT_FEATURE_LIVECODE_LIVECODE_DATA_H
#define YT_FEATURE_LIVECODE_LIVECODE_DATA_H

#include "feature/livecode/livecode.h"

#define LIVECODE_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, STR, name) F(S, STR, state) F(S, STR, wecom_state)    \
	F(S, STR, config_id, .opt = true) F(S, STR, qr_url, .opt = true) F(S, STR, channel) \
	F(S, BOOL, skip_verify) F(S, STR, welcome) F(S, STR, fail_code, .opt = true) \
	F(S, MS, created) F(S, I64, version)
RECORD(livecode, LIVECODE_FIELDS);

#define LIVECODE_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(livecode_key, LIVECODE_KEY_FIELDS);
#define LIVECODE_STATE_FIELDS(F, S) F(S, STR, state)
RECORD(livecode_state, LIVECODE_STATE_FIELDS);
#define LIVECODE_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(livecode_find, LIVECODE_FIND_FIELDS);
#define LIVECODE_STAFF_FIELDS(F, S) F(S, ID, livecode) F(S, ID, staff)
RECORD(livecode_staff, LIVECODE_STAFF_FIELDS);
#define LIVECODE_TAG_FIELDS(F, S) F(S, ID, livecode) F(S, ID, tag)
RECORD(livecode_tag, LIVECODE_TAG_FIELDS);
#define LIVECODE_TAGGING_FIELDS(F, S) F(S, ID, id) F(S, STR, name)
RECORD(livecode_tagging, LIVECODE_TAGGING_FIELDS);
#define LIVECODE_TALLY_FIELDS(F, S) F(S, ID, livecode) F(S, I64, day) F(S, I64, adds) F(S, I64, losses)
RECORD(livecode_tally, LIVECODE_TALLY_FIELDS);
#define LIVECODE_SUM_FIELDS(F, S) F(S, ID, livecode) F(S, I64, adds) F(S, I64, losses)
RECORD(livecode_sum, LIVECODE_SUM_FIELDS);
#define LIVECODE_ADD_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff) F(S, ID, livecode, .opt = true)
RECORD(livecode_add, LIVECODE_ADD_FIELDS);

WRITE(livecode_insert, livecode,
	SQL(INSERT INTO livecode (corp, id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome,
			fail_code, created, version)
		VALUES (:corp, :id, :name, :state, :wecom_state, :config_id, :qr_url, :channel, :skip_verify, :welcome,
			:fail_code, :created, :version)))
/* version is the one that was read; the row goes one up. */
WRITE(livecode_update, livecode,
	SQL(UPDATE livecode SET name = :name, state = :state, config_id = :config_id, qr_url = :qr_url,
			channel = :channel, skip_verify = :skip_verify, welcome = :welcome, fail_code = :fail_code,
			version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))
READ_ONE(livecode_get, livecode_key, livecode,
	SQL(SELECT id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome, fail_code, created, version
		FROM livecode WHERE corp = :corp AND id = :id))
READ_ONE(livecode_by_state, livecode_state, livecode,
	SQL(SELECT id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome, fail_code, created, version
		FROM livecode WHERE corp = :corp AND wecom_state = :state))
READ_MANY(livecode_list, livecode_find, livecode,
	SQL(SELECT id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome, fail_code, created, version
		FROM livecode WHERE corp = :corp AND id < :before AND state <> 'disabled' ORDER BY id DESC LIMIT :limit))

WRITE(livecode_staff_clear, livecode_key, SQL(DELETE FROM livecode_staff WHERE corp = :corp AND livecode = :id))
WRITE(livecode_staff_add, livecode_staff,
	SQL(INSERT INTO livecode_staff (corp, livecode, staff) VALUES (:corp, :livecode, :staff) ON CONFLICT DO NOTHING))
READ_MANY(livecode_staff_of, livecode_key, livecode_staff,
	SQL(SELECT livecode, staff FROM livecode_staff WHERE corp = :corp AND livecode = :id ORDER BY staff))
WRITE(livecode_tag_clear, livecode_key, SQL(DELETE FROM livecode_tag WHERE corp = :corp AND livecode = :id))
WRITE(livecode_tag_add, livecode_tag,
	SQL(INSERT INTO livecode_tag (corp, livecode, tag) VALUES (:corp, :livecode, :tag) ON CONFLICT DO NOTHING))
READ_MANY(livecode_tag_of, livecode_key, livecode_tag,
	SQL(SELECT livecode, tag FROM livecode_tag WHERE corp = :corp AND livecode = :id ORDER BY tag))

#define LIVECODE_RETAG_FIELDS(F, S) F(S, ID, from) F(S, ID, into)
RECORD(livecode_retag, LIVECODE_RETAG_FIELDS);
WRITE(livecode_tag_copy, livecode_retag,
	SQL(INSERT INTO livecode_tag (corp, livecode, tag)
		SELECT corp, livecode, CAST(:into AS BIGINT) FROM livecode_tag WHERE corp = :corp AND tag = :from
		ON CONFLICT DO NOTHING))
WRITE(livecode_tag_forget, livecode_retag, SQL(DELETE FROM livecode_tag WHERE corp = :corp AND tag = :from))
READ_MANY(livecode_by_tag, livecode_key, livecode_tagging,
	SQL(SELECT c.id AS id, c.name AS name FROM livecode_tag t JOIN livecode c ON c.corp = t.corp AND c.id = t.livecode
		WHERE t.corp = :corp AND t.tag = :id AND c.state <> 'disabled' ORDER BY c.id))

WRITE(livecode_tally_add, livecode_tally,
	SQL(INSERT INTO livecode_tally (slot, corp, livecode, day, adds, losses)
		VALUES (:slot, :corp, :livecode, :day, :adds, :losses)
		ON CONFLICT (slot, corp, livecode, day) DO UPDATE SET adds = livecode_tally.adds + excluded.adds,
			losses = livecode_tally.losses + excluded.losses))
READ_MANY(livecode_sums, none, livecode_sum,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT livecode, CAST(SUM(adds) AS BIGINT) AS adds, CAST(SUM(losses) AS BIGINT) AS losses
		FROM livecode_tally WHERE corp = :corp GROUP BY livecode))
WRITE(livecode_add_put, livecode_add,
	SQL(INSERT INTO livecode_add (slot, corp, customer, staff, livecode)
		VALUES (:slot, :corp, :customer, :staff, :livecode)
		ON CONFLICT (slot, corp, customer, staff) DO UPDATE SET livecode = excluded.livecode))
READ_ONE(livecode_add_get, livecode_add, livecode_add,
	SQL(SELECT customer, staff, livecode FROM livecode_add
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff))

#endif
