/*
 * stafftask's tasks, each in the slot of the person it is about.
 */
#ifndef YT_FEATURE_STAFFTASK_STAFFTASK_DATA_H
#define YT_FEATURE_STAFFTASK_STAFFTASK_DATA_H

#include "feature/stafftask/stafftask.h"

#define STAFF_TASK_FIELDS(F, S)                                                                    \
	F(S, ID, id) F(S, ID, customer) F(S, ID, staff) F(S, ID, store) F(S, STR, kind) F(S, STR, title) \
	F(S, STR, script) F(S, STR, link) F(S, STR, class) F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, made) \
	F(S, MS, deadline) F(S, MS, remind_at) F(S, MS, move_at) F(S, MS, wait_ms) F(S, MS, ended, .opt = true) \
	F(S, I64, nth) F(S, STR, caller) F(S, ID, by_id) F(S, ID, token) F(S, STR, act_key)
RECORD(staff_task, STAFF_TASK_FIELDS);
#define STAFF_TASK_PLACED_FIELDS(F, S) F(S, I64, slot_no) STAFF_TASK_FIELDS(F, S)
RECORD(staff_task_placed, STAFF_TASK_PLACED_FIELDS);
#define STAFFTASK_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(stafftask_key, STAFFTASK_KEY_FIELDS);
#define STAFFTASK_ACT_FIELDS(F, S) F(S, STR, caller) F(S, ID, by_id) F(S, STR, act_key)
RECORD(stafftask_act, STAFFTASK_ACT_FIELDS);
#define STAFFTASK_END_FIELDS(F, S) F(S, ID, id) F(S, ID, staff) F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, ended)
RECORD(stafftask_end, STAFFTASK_END_FIELDS);
#define STAFFTASK_MINE_FIELDS(F, S) F(S, ID, staff) F(S, ID, store) F(S, I64, limit)
RECORD(stafftask_mine, STAFFTASK_MINE_FIELDS);
#define STAFFTASK_SINCE_FIELDS(F, S) F(S, ID, staff) F(S, MS, since)
RECORD(stafftask_since, STAFFTASK_SINCE_FIELDS);
#define STAFFTASK_N_FIELDS(F, S) F(S, I64, n)
RECORD(stafftask_n, STAFFTASK_N_FIELDS);
#define STAFFTASK_FIND_FIELDS(F, S)                                                                \
	F(S, STR, state) F(S, ID, staff) F(S, ID, store) F(S, MS, before) F(S, ID, below) F(S, I64, limit)
RECORD(stafftask_find, STAFFTASK_FIND_FIELDS);
#define STAFFTASK_SPAN_FIELDS(F, S) F(S, MS, from) F(S, MS, to)
RECORD(stafftask_span, STAFFTASK_SPAN_FIELDS);
#define STAFFTASK_RATE_FIELDS(F, S) F(S, ID, staff) F(S, ID, store) F(S, STR, state) F(S, I64, n)
RECORD(stafftask_rate, STAFFTASK_RATE_FIELDS);
/* -- tasks -- */
WRITE(staff_task_add, staff_task,
	SQL(INSERT INTO staff_task (slot, corp, id, customer, staff, store, kind, title, script, link, class, state, reason, made,
			deadline, remind_at, move_at, wait_ms, ended, nth, caller, by_id, token, act_key)
		VALUES (:slot, :corp, :id, :customer, :staff, :store, :kind, :title, :script, :link, :class, :state, :reason,
			:made, :deadline, :remind_at, :move_at, :wait_ms, :ended, :nth, :caller, :by_id, :token, :act_key)
		ON CONFLICT DO NOTHING))
WRITE(staff_task_wait, staff_task,
	SQL(UPDATE staff_task SET remind_at = :remind_at, move_at = :move_at WHERE slot = :slot AND corp = :corp AND id = :id))
/* Only what is open; nothing ends twice. staff: who did it, when it was the store's. */
WRITE(staff_task_end, stafftask_end,
	SQL(UPDATE staff_task SET state = :state, reason = :reason, ended = :ended,
			staff = CASE WHEN staff = 0 THEN :staff ELSE staff END
		WHERE slot = :slot AND corp = :corp AND id = :id AND state = 'to_do'))
READ_ONE(staff_task_get, stafftask_key, staff_task,
	SQL_UNSCOPED("a task by its number, for whoever acts on it",
		SELECT id, customer, staff, store, kind, title, script, link, class, state, reason, made, deadline, remind_at,
			move_at, wait_ms, ended, nth, caller, by_id, token, act_key
		FROM staff_task WHERE slot = :slot AND corp = :corp AND id = :id))
/* All rows of one act, the newest first. */
READ_MANY(staff_task_of_act, stafftask_act, staff_task,
	SQL_UNSCOPED("the caller's own act",
		SELECT id, customer, staff, store, kind, title, script, link, class, state, reason, made, deadline, remind_at,
			move_at, wait_ms, ended, nth, caller, by_id, token, act_key
		FROM staff_task WHERE slot = :slot AND corp = :corp AND caller = :caller AND by_id = :by_id
			AND act_key = :act_key
		ORDER BY nth DESC))
READ_ONE(staff_task_placed_get, stafftask_key, staff_task_placed,
	SQL_GLOBAL("a task by its number, in whichever slot of the corp; the viewer's scope is asked",
		SELECT slot AS slot_no, id, customer, staff, store, kind, title, script, link, class, state, reason, made, deadline,
			remind_at, move_at, wait_ms, ended, nth, caller, by_id, token, act_key
		FROM staff_task WHERE corp = :corp AND id = :id
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))))
READ_ONE(staff_task_mine_get, stafftask_key, staff_task_placed,
	SQL_GLOBAL("a task by its number, for the member whose it is",
		SELECT slot AS slot_no, id, customer, staff, store, kind, title, script, link, class, state, reason, made, deadline,
			remind_at, move_at, wait_ms, ended, nth, caller, by_id, token, act_key
		FROM staff_task WHERE corp = :corp AND id = :id))
READ_MANY(staff_task_mine, stafftask_mine, staff_task,
	SQL_GLOBAL("what one member has to do, over the slots of the corp",
		SELECT id, customer, staff, store, kind, title, script, link, class, state, reason, made, deadline, remind_at,
			move_at, wait_ms, ended, nth, caller, by_id, token, act_key
		FROM staff_task WHERE corp = :corp AND state = 'to_do'
			AND (staff = :staff OR (staff = 0 AND store = :store AND store <> 0))
		ORDER BY deadline, id LIMIT :limit))
READ_ONE(staff_task_sends, stafftask_since, stafftask_n,
	SQL_GLOBAL("how many sends a member was given, over the slots of the corp",
		SELECT COUNT(*) AS n FROM staff_task WHERE corp = :corp AND staff = :staff AND kind = 'send' AND made >= :since
			AND state NOT IN ('cancelled', 'moved')))
READ_MANY(staff_task_list, stafftask_find, staff_task,
	SQL_GLOBAL("over the slots of the corp, within the viewer's scope",
		SELECT id, customer, staff, store, kind, title, script, link, class, state, reason, made, deadline, remind_at,
			move_at, wait_ms, ended, nth, caller, by_id, token, act_key
		FROM staff_task WHERE corp = :corp AND (:state = '' OR state = :state)
			AND (:staff = 0 OR staff = :staff) AND (:store = 0 OR store = :store)
			AND (made, id) < (:before, :below)
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		ORDER BY made DESC, id DESC LIMIT :limit))
READ_MANY(staff_task_rates, stafftask_span, stafftask_rate,
	SQL_GLOBAL("sums over the slots of the corp, within the viewer's scope",
		SELECT staff, store, state, COUNT(*) AS n FROM staff_task
		WHERE corp = :corp AND made >= :from AND made < :to
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY staff, store, state ORDER BY staff, store, state))

#endif
