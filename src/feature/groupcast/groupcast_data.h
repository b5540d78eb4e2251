/*
 * groupcast's rows, all in the corp's base slot.
 */
#ifndef YT_FEATURE_GROUPCAST_GROUPCAST_DATA_H
#define YT_FEATURE_GROUPCAST_GROUPCAST_DATA_H

#include "core/mass/mass.h"
#include "feature/groupcast/groupcast.h"

#define GROUPCAST_FIELDS(F, S)                                                                     \
	F(S, ID, id) F(S, STR, name) F(S, STR, content) F(S, STR, state) F(S, MS, deadline) F(S, MS, made) F(S, ID, made_by) \
	F(S, MS, closed, .opt = true) F(S, I64, excluded) F(S, ID, customer) F(S, STR, caller) F(S, ID, by_id) F(S, ID, token) \
	F(S, STR, act_key) F(S, ID, viewed_by) F(S, STR, asked)
RECORD(groupcast, GROUPCAST_FIELDS);
/* What waits for a second person: the groups that were shown, who sits in them, the deadline its maker set. */
#define GROUPCAST_WISH_FIELDS(F, S) F(S, IDS, groups) F(S, I64, people) F(S, MS, deadline_ms, .opt = true)
RECORD(groupcast_wish, GROUPCAST_WISH_FIELDS);
#define GROUPCAST_PART_FIELDS(F, S)                                                                \
	F(S, ID, id) F(S, ID, cast_id) F(S, ID, owner) F(S, STR, state) F(S, STR, msgid, .opt = true) F(S, STR, code, .opt = true) \
	F(S, MS, sent_at, .opt = true) F(S, MS, confirmed_at, .opt = true)
RECORD(groupcast_part, GROUPCAST_PART_FIELDS);
#define GROUPCAST_GROUP_FIELDS(F, S)                                                               \
	F(S, ID, part) F(S, ID, chat) F(S, STR, chat_id) F(S, STR, state) F(S, I64, day) F(S, MS, sent_at, .opt = true)
RECORD(groupcast_group, GROUPCAST_GROUP_FIELDS);
#define GROUPCAST_ID_FIELDS(F, S) F(S, ID, id)
RECORD(groupcast_id, GROUPCAST_ID_FIELDS);
#define GROUPCAST_ACT_FIELDS(F, S) F(S, STR, caller) F(S, ID, by_id) F(S, STR, act_key)
RECORD(groupcast_act, GROUPCAST_ACT_FIELDS);
#define GROUPCAST_DAY_FIELDS(F, S) F(S, ID, chat) F(S, I64, day)
RECORD(groupcast_day, GROUPCAST_DAY_FIELDS);
#define GROUPCAST_END_FIELDS(F, S) F(S, ID, part) F(S, STR, chat_id) F(S, STR, state) F(S, MS, sent_at, .opt = true)
RECORD(groupcast_end, GROUPCAST_END_FIELDS);
#define GROUPCAST_REST_FIELDS(F, S) F(S, ID, part) F(S, STR, state)
RECORD(groupcast_rest, GROUPCAST_REST_FIELDS);
#define GROUPCAST_N_FIELDS(F, S) F(S, I64, n)
RECORD(groupcast_n, GROUPCAST_N_FIELDS);
#define GROUPCAST_TALLY_FIELDS(F, S) F(S, ID, part) F(S, STR, state) F(S, I64, n)
RECORD(groupcast_tally, GROUPCAST_TALLY_FIELDS);
#define GROUPCAST_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit) F(S, ID, sop)
RECORD(groupcast_find, GROUPCAST_FIND_FIELDS);
#define GROUPCAST_WAIT_FIELDS(F, S) F(S, I64, n) F(S, MS, due, .opt = true)
RECORD(groupcast_wait, GROUPCAST_WAIT_FIELDS);
#define GROUPCAST_SINCE_FIELDS(F, S) F(S, ID, part) F(S, MS, at)
RECORD(groupcast_since, GROUPCAST_SINCE_FIELDS);

WRITE(groupcast_add, groupcast,
	SQL(INSERT INTO groupcast (corp, id, name, content, state, deadline, made, made_by, closed, excluded, customer, caller,
			by_id, token, act_key, viewed_by, asked)
		VALUES (:corp, :id, :name, :content, :state, :deadline, :made, :made_by, :closed, :excluded, :customer, :caller,
			:by_id, :token, :act_key, :viewed_by, :asked)
		ON CONFLICT DO NOTHING))
WRITE(groupcast_put, groupcast,
	SQL(UPDATE groupcast SET state = :state, closed = :closed, deadline = :deadline, excluded = :excluded, asked = :asked
		WHERE corp = :corp AND id = :id))
READ_ONE(groupcast_get, groupcast_id, groupcast,
	SQL(SELECT id, name, content, state, deadline, made, made_by, closed, excluded, customer, caller, by_id, token, act_key, viewed_by, asked
		FROM groupcast WHERE corp = :corp AND id = :id))
READ_ONE(groupcast_known, groupcast_act, groupcast_n,
	SQL(SELECT COUNT(*) AS n FROM groupcast WHERE corp = :corp AND caller = :caller AND by_id = :by_id AND act_key = :act_key))
READ_MANY(groupcast_list, groupcast_find, groupcast,
	SQL(SELECT id, name, content, state, deadline, made, made_by, closed, excluded, customer, caller, by_id, token, act_key, viewed_by, asked
		FROM groupcast WHERE corp = :corp AND id < :before AND (CAST(:sop AS BIGINT) = 0 OR (caller = 'sop' AND by_id = :sop))
			AND (:scope = 0 OR (viewed_by = :scope AND asked <> '') OR EXISTS (SELECT 1 FROM groupcast_part p WHERE p.corp = :corp AND p.cast_id = groupcast.id
				AND p.owner IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope)))
		ORDER BY id DESC LIMIT :limit))
READ_MANY(groupcast_waiting_word, groupcast_find, groupcast,
	SQL(SELECT id, name, content, state, deadline, made, made_by, closed, excluded, customer, caller, by_id, token, act_key, viewed_by, asked
		FROM groupcast WHERE corp = :corp AND state = 'asked' AND id > :before ORDER BY id LIMIT :limit))
WRITE(groupcast_part_add, groupcast_part,
	SQL(INSERT INTO groupcast_part (corp, id, cast_id, owner, state, msgid, code, sent_at, confirmed_at)
		VALUES (:corp, :id, :cast_id, :owner, :state, :msgid, :code, :sent_at, :confirmed_at)))
WRITE(groupcast_part_put, groupcast_part,
	SQL(UPDATE groupcast_part SET state = :state, msgid = :msgid, code = :code, sent_at = :sent_at, confirmed_at = :confirmed_at
		WHERE corp = :corp AND id = :id))
READ_ONE(groupcast_part_get, groupcast_id, groupcast_part,
	SQL(SELECT id, cast_id, owner, state, msgid, code, sent_at, confirmed_at FROM groupcast_part WHERE corp = :corp AND id = :id))
READ_MANY(groupcast_parts, groupcast_id, groupcast_part,
	SQL(SELECT id, cast_id, owner, state, msgid, code, sent_at, confirmed_at FROM groupcast_part
		WHERE corp = :corp AND cast_id = :id
			AND (:scope = 0 OR owner IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		ORDER BY id))
READ_MANY(groupcast_parts_all, groupcast_id, groupcast_part,
	SQL(SELECT id, cast_id, owner, state, msgid, code, sent_at, confirmed_at FROM groupcast_part
		WHERE corp = :corp AND cast_id = :id ORDER BY id))
WRITE(groupcast_group_add, groupcast_group,
	SQL(INSERT INTO groupcast_group (corp, part, chat, chat_id, state, day, sent_at)
		VALUES (:corp, :part, :chat, :chat_id, :state, :day, :sent_at) ON CONFLICT DO NOTHING))
/* Only what is on the way; nothing ends twice. */
WRITE(groupcast_group_end, groupcast_end,
	SQL(UPDATE groupcast_group SET state = :state, sent_at = :sent_at
		WHERE corp = :corp AND part = :part AND chat_id = :chat_id AND state IN ('planned', 'created')))
WRITE(groupcast_groups_made, groupcast_id,
	SQL(UPDATE groupcast_group SET state = 'created' WHERE corp = :corp AND part = :id AND state = 'planned'))
WRITE(groupcast_groups_rest, groupcast_rest,
	SQL(UPDATE groupcast_group SET state = :state WHERE corp = :corp AND part = :part AND state IN ('planned', 'created')))
READ_MANY(groupcast_groups, groupcast_id, groupcast_group,
	SQL(SELECT part, chat, chat_id, state, day, sent_at FROM groupcast_group WHERE corp = :corp AND part = :id ORDER BY chat))
/* What counts against a group's day: what went out, and what may yet. */
READ_ONE(groupcast_of_day, groupcast_day, groupcast_n,
	SQL(SELECT COUNT(*) AS n FROM groupcast_group WHERE corp = :corp AND chat = :chat AND day = :day
			AND state IN ('planned', 'created', 'delivered')))
READ_MANY(groupcast_tallies, groupcast_id, groupcast_tally,
	SQL(SELECT g.part AS part, g.state AS state, COUNT(*) AS n FROM groupcast_part p
		JOIN groupcast_group g ON g.corp = p.corp AND g.part = p.id
		WHERE p.corp = :corp AND p.cast_id = :id GROUP BY g.part, g.state ORDER BY g.part, g.state))
READ_ONE(groupcast_owner_seen, groupcast_id, groupcast_n,
	SQL(SELECT COUNT(*) AS n FROM scope_staff WHERE corp = :corp AND scope = :scope AND staff = :id))
/* Tasks an owner has not tapped; of the earliest deadline. */
READ_ONE(groupcast_waiting, groupcast_id, groupcast_wait,
	SQL(SELECT COUNT(*) AS n, MIN(c.deadline) AS due FROM groupcast c JOIN groupcast_part p ON p.corp = c.corp AND p.cast_id = c.id
		WHERE c.corp = :corp AND c.closed IS NULL AND p.owner = :id AND p.state = 'created' AND p.confirmed_at IS NULL))
WRITE(groupcast_reminder_add, groupcast_since,
	SQL(INSERT INTO groupcast_reminder (corp, part, at) VALUES (:corp, :part, :at) ON CONFLICT DO NOTHING))
READ_ONE(groupcast_reminders, groupcast_since, groupcast_n,
	SQL(SELECT COUNT(*) AS n FROM groupcast_reminder WHERE corp = :corp AND part = :part AND at > :at))

#endif
