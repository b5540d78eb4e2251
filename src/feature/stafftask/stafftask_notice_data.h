/*
 * stafftask's messages, in the slots of the persons they are about, and hours of duty, in the base slot.
 */
#ifndef YT_FEATURE_STAFFTASK_STAFFTASK_NOTICE_DATA_H
#define YT_FEATURE_STAFFTASK_STAFFTASK_NOTICE_DATA_H

#include "feature/stafftask/stafftask_data.h"

#define STAFF_NOTICE_FIELDS(F, S)                                                                  \
	F(S, ID, id) F(S, ID, customer) F(S, ID, staff) F(S, ID, task) F(S, STR, why) F(S, STR, title) \
	F(S, STR, body) F(S, STR, url) F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, made) F(S, MS, digest_at) \
	F(S, MS, sent, .opt = true) F(S, STR, msgid, .opt = true) F(S, STR, caller) F(S, ID, by_id) F(S, ID, token) \
	F(S, STR, act_key)
RECORD(staff_notice, STAFF_NOTICE_FIELDS);
#define STAFF_NOTICE_PLACED_FIELDS(F, S) F(S, I64, slot_no) STAFF_NOTICE_FIELDS(F, S)
RECORD(staff_notice_placed, STAFF_NOTICE_PLACED_FIELDS);
#define STAFF_DUTY_FIELDS(F, S)                                                                    \
	F(S, ID, staff) F(S, I64, days, .min = 1, .max = 127) F(S, I64, from_minute, .min = 0, .max = 1439) \
	F(S, I64, to_minute, .min = 1, .max = 1440)
RECORD(staff_duty, STAFF_DUTY_FIELDS);

#define STAFFTASK_DIGEST_FIELDS(F, S) F(S, ID, staff) F(S, MS, at)
RECORD(stafftask_digest, STAFFTASK_DIGEST_FIELDS);
#define STAFF_NOTICE_END_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, sent, .opt = true) F(S, STR, msgid, .opt = true)
RECORD(staff_notice_end, STAFF_NOTICE_END_FIELDS);
#define STAFF_NOTICE_FIND_FIELDS(F, S) F(S, ID, below) F(S, I64, limit)
RECORD(staff_notice_find, STAFF_NOTICE_FIND_FIELDS);

/* -- messages -- */
WRITE(staff_notice_add, staff_notice,
	SQL(INSERT INTO staff_notice (slot, corp, id, customer, staff, task, why, title, body, url, state, reason, made, digest_at,
			sent, msgid, caller, by_id, token, act_key)
		VALUES (:slot, :corp, :id, :customer, :staff, :task, :why, :title, :body, :url, :state, :reason, :made, :digest_at,
			:sent, :msgid, :caller, :by_id, :token, :act_key)
		ON CONFLICT DO NOTHING))
WRITE(staff_notice_later, stafftask_digest,
	SQL(UPDATE staff_notice SET digest_at = :at WHERE slot = :slot AND corp = :corp AND id = :staff AND state = 'waiting'))
WRITE(staff_notice_finish, staff_notice_end,
	SQL(UPDATE staff_notice SET state = :state, reason = :reason, sent = :sent, msgid = :msgid
		WHERE slot = :slot AND corp = :corp AND id = :id AND state = 'waiting'))
WRITE(staff_notice_recalled, staff_notice_end,
	SQL(UPDATE staff_notice SET state = :state, reason = :reason WHERE slot = :slot AND corp = :corp AND id = :id))
READ_ONE(staff_notice_get, stafftask_key, staff_notice,
	SQL_UNSCOPED("a message by its number, for its sender",
		SELECT id, customer, staff, task, why, title, body, url, state, reason, made, digest_at, sent, msgid, caller, by_id,
			token, act_key
		FROM staff_notice WHERE slot = :slot AND corp = :corp AND id = :id))
READ_MANY(staff_notice_of_act, stafftask_act, staff_notice,
	SQL_UNSCOPED("the caller's own act",
		SELECT id, customer, staff, task, why, title, body, url, state, reason, made, digest_at, sent, msgid, caller, by_id,
			token, act_key
		FROM staff_notice WHERE slot = :slot AND corp = :corp AND caller = :caller AND by_id = :by_id
			AND act_key = :act_key))
READ_MANY(staff_notice_of_task, stafftask_key, staff_notice,
	SQL_UNSCOPED("the messages of a task",
		SELECT id, customer, staff, task, why, title, body, url, state, reason, made, digest_at, sent, msgid, caller, by_id,
			token, act_key
		FROM staff_notice WHERE slot = :slot AND corp = :corp AND task = :id ORDER BY id))
READ_ONE(staff_notice_sent_since, stafftask_since, stafftask_n,
	SQL_GLOBAL("how many messages a member got, over the slots of the corp",
		SELECT COUNT(DISTINCT msgid) AS n FROM staff_notice WHERE corp = :corp AND staff = :staff
			AND state = 'sent' AND sent >= :since))
READ_MANY(staff_notice_due, stafftask_digest, staff_notice_placed,
	SQL_GLOBAL("what waits for a member's digest, over the slots of the corp",
		SELECT slot AS slot_no, id, customer, staff, task, why, title, body, url, state, reason, made, digest_at, sent, msgid,
			caller, by_id, token, act_key
		FROM staff_notice WHERE corp = :corp AND staff = :staff AND state = 'waiting' AND digest_at > 0
			AND digest_at <= :at ORDER BY id))
READ_MANY(staff_notice_list, staff_notice_find, staff_notice,
	SQL_GLOBAL("over the slots of the corp, within the viewer's scope",
		SELECT id, customer, staff, task, why, title, body, url, state, reason, made, digest_at, sent, msgid, caller, by_id,
			token, act_key
		FROM staff_notice WHERE corp = :corp AND id < :below
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		ORDER BY id DESC LIMIT :limit))
READ_ONE(staff_notice_placed_get, stafftask_key, staff_notice_placed,
	SQL_GLOBAL("a message by its number, within the viewer's scope",
		SELECT slot AS slot_no, id, customer, staff, task, why, title, body, url, state, reason, made, digest_at, sent, msgid,
			caller, by_id, token, act_key
		FROM staff_notice WHERE corp = :corp AND id = :id
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))))
READ_ONE(staff_notice_reminds, stafftask_since, stafftask_n,
	SQL_UNSCOPED("reminders of one task by hand; staff names the task here",
		SELECT COUNT(*) AS n FROM staff_notice WHERE slot = :slot AND corp = :corp AND task = :staff AND why = 'remind_hand'
			AND made >= :since))

/* -- duty -- */
READ_MANY(staff_duty_all, none, staff_duty,
	SQL(SELECT staff, days, from_minute, to_minute FROM staff_duty WHERE corp = :corp ORDER BY staff))
WRITE(staff_duty_put, staff_duty,
	SQL(INSERT INTO staff_duty (corp, staff, days, from_minute, to_minute)
		VALUES (:corp, :staff, :days, :from_minute, :to_minute)
		ON CONFLICT (corp, staff) DO UPDATE SET days = excluded.days, from_minute = excluded.from_minute,
			to_minute = excluded.to_minute))
WRITE(staff_duty_drop, stafftask_key, SQL(DELETE FROM staff_duty WHERE corp = :corp AND staff = :id))

#endif
