/*
 * live code's rows: the codes with their staff and tags (small tables), what each relation came by.
 * Counts stand in livecode_stat_data.h.
 */
#ifndef YT_FEATURE_LIVECODE_LIVECODE_DATA_H
#define YT_FEATURE_LIVECODE_LIVECODE_DATA_H

#include "feature/livecode/livecode.h"

#define LIVECODE_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, STR, name) F(S, STR, state) F(S, STR, wecom_state)    \
	F(S, STR, config_id, .opt = true) F(S, STR, qr_url, .opt = true) F(S, STR, channel) \
	F(S, BOOL, skip_verify) F(S, STR, welcome) F(S, STR, fail_code, .opt = true) \
	F(S, MS, created) F(S, I64, version)                                    \
	F(S, STR, kind) F(S, STR, door, .opt = true) F(S, STR, spot) F(S, STR, campaign) \
	F(S, FEN, cost) F(S, ID, store) F(S, ID, partner) F(S, ID, batch) F(S, STR, plan)       \
	F(S, STR, served, .doc = "the members WeCom was last told, and whether friends pass") F(S, STR, alarm, .opt = true)
RECORD(livecode, LIVECODE_FIELDS);

#define LIVECODE_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(livecode_key, LIVECODE_KEY_FIELDS);
#define LIVECODE_STATE_FIELDS(F, S) F(S, STR, state)
RECORD(livecode_state, LIVECODE_STATE_FIELDS);
#define LIVECODE_FIND_FIELDS(F, S) F(S, ID, of) F(S, ID, before) F(S, I64, limit)
RECORD(livecode_find, LIVECODE_FIND_FIELDS);
#define LIVECODE_STAFF_FIELDS(F, S) F(S, ID, livecode) F(S, ID, staff)
RECORD(livecode_staff, LIVECODE_STAFF_FIELDS);
#define LIVECODE_TAG_FIELDS(F, S) F(S, ID, livecode) F(S, ID, tag)
RECORD(livecode_tag, LIVECODE_TAG_FIELDS);
#define LIVECODE_TAGGING_FIELDS(F, S) F(S, ID, id) F(S, STR, name)
RECORD(livecode_tagging, LIVECODE_TAGGING_FIELDS);
#define LIVECODE_ADD_FIELDS(F, S) \
	F(S, ID, customer) F(S, ID, staff) F(S, ID, livecode, .opt = true) F(S, I64, day, .opt = true) F(S, BOOL, living)
RECORD(livecode_add, LIVECODE_ADD_FIELDS);

WRITE(livecode_insert, livecode,
	SQL(INSERT INTO livecode (corp, id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome,
			fail_code, created, version, kind, door, spot, campaign, cost, store, partner, batch, plan, served, alarm)
		VALUES (:corp, :id, :name, :state, :wecom_state, :config_id, :qr_url, :channel, :skip_verify, :welcome,
			:fail_code, :created, :version, :kind, :door, :spot, :campaign, :cost, :store, :partner, :batch, :plan, :served, :alarm)))
/* version is the one that was read; the row goes one up. */
WRITE(livecode_update, livecode,
	SQL(UPDATE livecode SET name = :name, state = :state, config_id = :config_id, qr_url = :qr_url,
			channel = :channel, skip_verify = :skip_verify, welcome = :welcome, fail_code = :fail_code,
			spot = :spot, campaign = :campaign, cost = :cost, store = :store, partner = :partner, plan = :plan,
			version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))
/* What the program itself changes, not the operator: the version stays. */
WRITE(livecode_served_put, livecode,
	SQL(UPDATE livecode SET served = :served, alarm = :alarm WHERE corp = :corp AND id = :id))
READ_ONE(livecode_get, livecode_key, livecode,
	SQL(SELECT id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome, fail_code, created, version,
			kind, door, spot, campaign, cost, store, partner, batch, plan, served, alarm
		FROM livecode WHERE corp = :corp AND id = :id))
READ_ONE(livecode_by_state, livecode_state, livecode,
	SQL(SELECT id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome, fail_code, created, version,
			kind, door, spot, campaign, cost, store, partner, batch, plan, served, alarm
		FROM livecode WHERE corp = :corp AND wecom_state = :state))
READ_MANY(livecode_list, livecode_find, livecode,
	SQL(SELECT id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome, fail_code, created, version,
			kind, door, spot, campaign, cost, store, partner, batch, plan, served, alarm
		FROM livecode WHERE corp = :corp AND id < :before AND state <> 'disabled' ORDER BY id DESC LIMIT :limit))
READ_MANY(livecode_of_partner, livecode_find, livecode,
	SQL(SELECT id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome, fail_code, created, version,
			kind, door, spot, campaign, cost, store, partner, batch, plan, served, alarm
		FROM livecode WHERE corp = :corp AND partner = :of AND partner <> 0 AND id < :before ORDER BY id DESC LIMIT :limit))
READ_MANY(livecode_of_batch, livecode_find, livecode,
	SQL(SELECT id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome, fail_code, created, version,
			kind, door, spot, campaign, cost, store, partner, batch, plan, served, alarm
		FROM livecode WHERE corp = :corp AND batch = :of AND batch <> 0 AND id < :before ORDER BY id DESC LIMIT :limit))
READ_MANY(livecode_alarmed, livecode_find, livecode,
	SQL(SELECT id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome, fail_code, created, version,
			kind, door, spot, campaign, cost, store, partner, batch, plan, served, alarm
		FROM livecode WHERE corp = :corp AND alarm IS NOT NULL AND id < :before AND state <> 'disabled' ORDER BY id DESC LIMIT :limit))

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

READ_MANY(livecode_of_staff, livecode_key, livecode_staff,
	SQL(SELECT livecode, staff FROM livecode_staff WHERE corp = :corp AND staff = :id ORDER BY livecode))
WRITE(livecode_off_put, livecode_key, SQL(INSERT INTO livecode_off (corp, staff) VALUES (:corp, :id) ON CONFLICT DO NOTHING))
WRITE(livecode_off_drop, livecode_key, SQL(DELETE FROM livecode_off WHERE corp = :corp AND staff = :id))
READ_MANY(livecode_off_all, none, livecode_key, SQL(SELECT staff AS id FROM livecode_off WHERE corp = :corp ORDER BY staff))

/* -- a relay code's own contact ways, one per member -- */
#define LIVECODE_WAY_FIELDS(F, S)                                               \
	F(S, ID, livecode) F(S, ID, staff) F(S, STR, config_id, .opt = true)    \
	F(S, STR, qr_url, .opt = true) F(S, STR, fail_code, .opt = true) F(S, BOOL, skip_verify)
RECORD(livecode_way, LIVECODE_WAY_FIELDS);
WRITE(livecode_way_put, livecode_way,
	SQL(INSERT INTO livecode_way (corp, livecode, staff, config_id, qr_url, fail_code, skip_verify)
		VALUES (:corp, :livecode, :staff, :config_id, :qr_url, :fail_code, :skip_verify)
		ON CONFLICT (corp, livecode, staff) DO UPDATE SET config_id = excluded.config_id, qr_url = excluded.qr_url,
			fail_code = excluded.fail_code, skip_verify = excluded.skip_verify))
WRITE(livecode_way_drop, livecode_staff, SQL(DELETE FROM livecode_way WHERE corp = :corp AND livecode = :livecode AND staff = :staff))
READ_MANY(livecode_ways, livecode_key, livecode_way,
	SQL(SELECT livecode, staff, config_id, qr_url, fail_code, skip_verify FROM livecode_way
		WHERE corp = :corp AND livecode = :id ORDER BY staff))

#define LIVECODE_PLACES_FIELDS(F, S) F(S, I64, n)
RECORD(livecode_places, LIVECODE_PLACES_FIELDS);
READ_ONE(livecode_places_used, none, livecode_places,
	SQL(SELECT (SELECT COUNT(*) FROM livecode WHERE corp = :corp AND kind = 'direct' AND state <> 'disabled')
		+ (SELECT COUNT(*) FROM livecode_way WHERE corp = :corp)
		+ (SELECT COUNT(*) FROM livecode_visitor WHERE corp = :corp) AS n))

READ_ONE(livecode_links_used, none, livecode_places,
	SQL(SELECT COUNT(*) AS n FROM livecode WHERE corp = :corp AND kind = 'link' AND state <> 'disabled'))

WRITE(livecode_add_put, livecode_add,
	SQL(INSERT INTO livecode_add (slot, corp, customer, staff, livecode, day, living)
		VALUES (:slot, :corp, :customer, :staff, :livecode, :day, :living)
		ON CONFLICT (slot, corp, customer, staff) DO UPDATE SET livecode = excluded.livecode, day = excluded.day,
			living = excluded.living))
READ_ONE(livecode_add_get, livecode_add, livecode_add,
	SQL(SELECT customer, staff, livecode, day, living FROM livecode_add
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff))
/* The code of ours she came by last. */
READ_ONE(livecode_add_last, livecode_key, livecode_add,
	SQL_UNSCOPED("counts her under a code; nobody is shown",
		SELECT customer, staff, livecode, day, living FROM livecode_add
		WHERE slot = :slot AND corp = :corp AND customer = :id AND livecode <> 0
		ORDER BY day DESC, livecode DESC LIMIT 1))

#endif
