/*
 * letter's rows: letters in the slots of their persons, tasks in the base slot.
 */
#ifndef YT_FEATURE_LETTER_LETTER_DATA_H
#define YT_FEATURE_LETTER_LETTER_DATA_H

#include "feature/letter/letter.h"

#define LETTER_FIELDS(F, S)                                                                        \
	F(S, ID, id) F(S, ID, customer) F(S, STR, external_userid) F(S, ID, staff) F(S, STR, gather) F(S, STR, content) \
	F(S, STR, class) F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, made) F(S, MS, life) F(S, BOOL, moves) \
	F(S, BOOL, wish) F(S, ID, task) F(S, MS, sent_at, .opt = true) F(S, I64, nth) F(S, STR, caller) F(S, ID, by_id) \
	F(S, ID, token) F(S, STR, act_key)
RECORD(letter, LETTER_FIELDS);
#define LETTER_TASK_FIELDS(F, S)                                                                   \
	F(S, ID, id) F(S, STR, gather) F(S, ID, staff) F(S, STR, content) F(S, STR, caller) F(S, ID, by_id) F(S, STR, state) \
	F(S, STR, why) F(S, STR, msgid, .opt = true) F(S, STR, code, .opt = true) F(S, MS, made) F(S, MS, ready) F(S, MS, life) \
	F(S, MS, sent_at, .opt = true) F(S, MS, deadline, .opt = true) F(S, MS, confirmed_at, .opt = true) F(S, I64, reminded) \
	F(S, I64, people) F(S, I64, delivered) F(S, I64, not_friend) F(S, I64, quota) F(S, I64, failed) F(S, I64, expired) \
	F(S, I64, stopped) F(S, I64, late)
RECORD(letter_task, LETTER_TASK_FIELDS);

#define LETTER_ID_FIELDS(F, S) F(S, ID, id)
RECORD(letter_id, LETTER_ID_FIELDS);
#define LETTER_ACT_FIELDS(F, S) F(S, STR, caller) F(S, ID, by_id) F(S, STR, act_key)
RECORD(letter_act, LETTER_ACT_FIELDS);
#define LETTER_COLLECT_FIELDS(F, S) F(S, STR, gather) F(S, ID, task) F(S, I64, limit)
RECORD(letter_collect, LETTER_COLLECT_FIELDS);
#define LETTER_END_FIELDS(F, S) F(S, ID, id) F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, sent_at, .opt = true)
RECORD(letter_end, LETTER_END_FIELDS);
#define LETTER_TALLY_FIELDS(F, S) F(S, STR, state) F(S, BOOL, wish) F(S, I64, n)
RECORD(letter_tally, LETTER_TALLY_FIELDS);
#define LETTER_PAGE_FIELDS(F, S) F(S, ID, task) F(S, ID, after) F(S, I64, limit)
RECORD(letter_page, LETTER_PAGE_FIELDS);
#define LETTER_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit) F(S, ID, by_id)
RECORD(letter_find, LETTER_FIND_FIELDS);
#define LETTER_N_FIELDS(F, S) F(S, I64, n)
RECORD(letter_n, LETTER_N_FIELDS);
#define LETTER_SINCE_FIELDS(F, S) F(S, ID, task) F(S, MS, at)
RECORD(letter_since, LETTER_SINCE_FIELDS);

/* -- letters -- */
WRITE(letter_add, letter,
	SQL(INSERT INTO letter (slot, corp, id, customer, external_userid, staff, gather, content, class, state, reason, made, life,
			moves, wish, task, sent_at, nth, caller, by_id, token, act_key)
		VALUES (:slot, :corp, :id, :customer, :external_userid, :staff, :gather, :content, :class, :state, :reason, :made,
			:life, :moves, :wish, :task, :sent_at, :nth, :caller, :by_id, :token, :act_key)
		ON CONFLICT DO NOTHING))
READ_MANY(letter_of_act, letter_act, letter,
	SQL_UNSCOPED("the caller's own act",
		SELECT id, customer, external_userid, staff, gather, content, class, state, reason, made, life, moves, wish, task,
			sent_at, nth, caller, by_id, token, act_key
		FROM letter WHERE slot = :slot AND corp = :corp AND caller = :caller AND by_id = :by_id
			AND act_key = :act_key ORDER BY nth DESC))
/* The oldest of those that wait go into the task. */
WRITE(letter_take, letter_collect,
	SQL(UPDATE letter SET state = 'planned', task = :task
		WHERE slot = :slot AND corp = :corp AND id IN (SELECT id FROM letter
			WHERE slot = :slot AND corp = :corp AND gather = :gather AND state = 'gathering' ORDER BY id LIMIT :limit)))
WRITE(letter_give_back, letter_errand,
	SQL(UPDATE letter SET state = 'gathering', task = 0
		WHERE slot = :slot AND corp = :corp AND task = :task AND state IN ('planned', 'created') AND wish = 0))
WRITE(letter_created, letter_errand,
	SQL(UPDATE letter SET state = 'created' WHERE slot = :slot AND corp = :corp AND task = :task AND state = 'planned'))
/* Only who is on the way; nothing ends twice. */
WRITE(letter_finish, letter_end,
	SQL(UPDATE letter SET state = :state, reason = :reason, sent_at = :sent_at
		WHERE slot = :slot AND corp = :corp AND id = :id AND state IN ('gathering', 'planned', 'created')))
WRITE(letter_withdraw, letter_id,
	SQL(UPDATE letter SET state = 'stopped' WHERE slot = :slot AND corp = :corp AND id = :id AND state = 'gathering'))
WRITE(letter_wish, letter_id,
	SQL(UPDATE letter SET wish = 1 WHERE slot = :slot AND corp = :corp AND id = :id AND state IN ('planned', 'created')))
READ_MANY(letter_people, letter_errand, letter,
	SQL_UNSCOPED("the people of a task, read by its sender",
		SELECT id, customer, external_userid, staff, gather, content, class, state, reason, made, life, moves, wish, task,
			sent_at, nth, caller, by_id, token, act_key
		FROM letter WHERE slot = :slot AND corp = :corp AND task = :task ORDER BY id))
READ_MANY(letter_tallies, letter_errand, letter_tally,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT state, wish, COUNT(*) AS n FROM letter WHERE corp = :corp AND task = :task GROUP BY state, wish))
READ_ONE(letter_waiting, letter_collect, letter_n,
	SQL_UNSCOPED("how many of a gathering wait in this slot; limit and task are not asked",
		SELECT COUNT(*) AS n FROM letter WHERE slot = :slot AND corp = :corp AND gather = :gather AND state = 'gathering'
			AND :task >= 0 AND :limit >= 0))
READ_MANY(letter_shown, letter_page, letter,
	SQL_GLOBAL("the people of a task over the slots of the corp, within the viewer's scope",
		SELECT id, customer, external_userid, staff, gather, content, class, state, reason, made, life, moves, wish, task,
			sent_at, nth, caller, by_id, token, act_key
		FROM letter WHERE corp = :corp AND task = :task AND id > :after
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		ORDER BY id LIMIT :limit))

/* -- tasks -- */
WRITE(letter_task_add, letter_task,
	SQL(INSERT INTO letter_task (corp, id, gather, staff, content, caller, by_id, state, why, msgid, code, made, ready, life,
			sent_at, deadline, confirmed_at, reminded, people, delivered, not_friend, quota, failed, expired, stopped,
			late)
		VALUES (:corp, :id, :gather, :staff, :content, :caller, :by_id, :state, :why, :msgid, :code, :made, :ready, :life,
			:sent_at, :deadline, :confirmed_at, :reminded, :people, :delivered, :not_friend, :quota, :failed, :expired,
			:stopped, :late)))
WRITE(letter_task_put, letter_task,
	SQL(UPDATE letter_task SET state = :state, why = :why, msgid = :msgid, code = :code, sent_at = :sent_at,
			deadline = :deadline, confirmed_at = :confirmed_at, reminded = :reminded, people = :people,
			delivered = :delivered, not_friend = :not_friend, quota = :quota, failed = :failed, expired = :expired,
			stopped = :stopped, late = :late
		WHERE corp = :corp AND id = :id))
WRITE(letter_task_making, letter_id,
	SQL(UPDATE letter_task SET state = 'making' WHERE corp = :corp AND id = :id AND state = 'gathering'))
READ_ONE(letter_task_get, letter_id, letter_task,
	SQL(SELECT id, gather, staff, content, caller, by_id, state, why, msgid, code, made, ready, life, sent_at, deadline,
			confirmed_at, reminded, people, delivered, not_friend, quota, failed, expired, stopped, late
		FROM letter_task WHERE corp = :corp AND id = :id))
READ_ONE(letter_task_open, letter_asked, letter_n,
	SQL(SELECT COUNT(*) AS n FROM letter_task WHERE corp = :corp AND gather = :gather AND state = 'gathering'
			AND staff = :staff AND caller = :caller AND by_id = :by_id AND :content <> '' AND :ready > 0 AND :life > 0))
READ_MANY(letter_task_list, letter_find, letter_task,
	SQL(SELECT id, gather, staff, content, caller, by_id, state, why, msgid, code, made, ready, life, sent_at, deadline,
			confirmed_at, reminded, people, delivered, not_friend, quota, failed, expired, stopped, late
		FROM letter_task WHERE corp = :corp AND id < :before AND state <> 'empty'
			AND (CAST(:by_id AS BIGINT) = 0 OR (caller = 'journey' AND by_id = :by_id))
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		ORDER BY id DESC LIMIT :limit))
READ_ONE(letter_task_seen, letter_id, letter_task,
	SQL(SELECT id, gather, staff, content, caller, by_id, state, why, msgid, code, made, ready, life, sent_at, deadline,
			confirmed_at, reminded, people, delivered, not_friend, quota, failed, expired, stopped, late
		FROM letter_task WHERE corp = :corp AND id = :id
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))))
WRITE(letter_reminder_add, letter_since,
	SQL(INSERT INTO letter_reminder (corp, task, at) VALUES (:corp, :task, :at) ON CONFLICT DO NOTHING))
READ_ONE(letter_reminders, letter_since, letter_n,
	SQL(SELECT COUNT(*) AS n FROM letter_reminder WHERE corp = :corp AND task = :task AND at > :at))

#endif
