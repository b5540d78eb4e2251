/*
 * broadcast's small tables, in the base slot: broadcasts, their parts and reminders.
 */
#ifndef YT_FEATURE_BROADCAST_BROADCAST_DATA_H
#define YT_FEATURE_BROADCAST_BROADCAST_DATA_H

#include "feature/broadcast/broadcast.h"

#define BROADCAST_FIELDS(F, S)                                                    \
	F(S, ID, id) F(S, STR, name) F(S, STR, expr) F(S, STR, words) F(S, STR, content) \
	F(S, STR, state, .one_of = "asked,planning,sending,open,closed,cancelled,failed") \
	F(S, MS, opens) F(S, MS, deadline) F(S, ID, made_by) F(S, ID, viewed_by)  \
	F(S, I64, confirmed) F(S, I64, planned) F(S, STR, excluded) F(S, MS, created) \
	F(S, MS, closed, .opt = true) F(S, I64, version)                          \
	F(S, I64, priority) F(S, I64, holdout) F(S, ID, seed) F(S, STR, kind) F(S, STR, topic) \
	F(S, ID, experiment, .opt = true) F(S, STR, variants, .opt = true)
RECORD(broadcast, BROADCAST_FIELDS);
#define BROADCAST_PART_FIELDS(F, S)                                               \
	F(S, ID, id) F(S, ID, broadcast) F(S, ID, staff) F(S, I64, n) F(S, STR, userid) \
	F(S, STR, state, .one_of = "waiting,created,unknown,failed,cancelled,closed") \
	F(S, I64, people) F(S, I64, accepted) F(S, STR, msgid, .opt = true) F(S, STR, code, .opt = true) \
	F(S, MS, sent_at, .opt = true) F(S, MS, confirmed_at, .opt = true)        \
	F(S, I64, delivered) F(S, I64, not_friend) F(S, I64, quota) F(S, I64, failed) \
	F(S, I64, expired) F(S, I64, cancelled)
RECORD(broadcast_part, BROADCAST_PART_FIELDS);

#define BROADCAST_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(broadcast_key, BROADCAST_KEY_FIELDS);
#define BROADCAST_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(broadcast_find, BROADCAST_FIND_FIELDS);
#define BROADCAST_TOPIC_FIELDS(F, S) F(S, STR, topic)
RECORD(broadcast_topic, BROADCAST_TOPIC_FIELDS);
#define BROADCAST_AROUND_FIELDS(F, S) F(S, MS, at) F(S, MS, since)
RECORD(broadcast_around, BROADCAST_AROUND_FIELDS);
#define BROADCAST_MSGID_FIELDS(F, S) F(S, STR, msgid)
RECORD(broadcast_msgid, BROADCAST_MSGID_FIELDS);
#define BROADCAST_STAFF_FIELDS(F, S) F(S, ID, broadcast) F(S, ID, staff)
RECORD(broadcast_staff, BROADCAST_STAFF_FIELDS);
#define BROADCAST_SINCE_FIELDS(F, S) F(S, ID, part) F(S, MS, at)
RECORD(broadcast_since, BROADCAST_SINCE_FIELDS);
#define BROADCAST_N_FIELDS(F, S) F(S, I64, n)
RECORD(broadcast_n, BROADCAST_N_FIELDS);

/* -- broadcasts -- */
WRITE(broadcast_insert, broadcast,
	SQL(INSERT INTO broadcast (corp, id, name, expr, words, content, state, opens, deadline, made_by, viewed_by,
			confirmed, planned, excluded, created, closed, version, priority, holdout, seed, kind, experiment, variants, topic)
		VALUES (:corp, :id, :name, :expr, :words, :content, :state, :opens, :deadline, :made_by, :viewed_by,
			:confirmed, :planned, :excluded, :created, :closed, :version, :priority, :holdout, :seed, :kind,
			:experiment, :variants, :topic)))
WRITE(broadcast_update, broadcast,
	SQL(UPDATE broadcast SET state = :state, opens = :opens, deadline = :deadline, planned = :planned, excluded = :excluded,
			closed = :closed, version = version + 1
		WHERE corp = :corp AND id = :id))
READ_ONE(broadcast_get, broadcast_key, broadcast,
	SQL(SELECT id, name, expr, words, content, state, opens, deadline, made_by, viewed_by, confirmed, planned,
			excluded, created, closed, version, priority, holdout, seed, kind, experiment, variants, topic
		FROM broadcast WHERE corp = :corp AND id = :id))
READ_MANY(broadcast_list, broadcast_find, broadcast,
	SQL(SELECT id, name, expr, words, content, state, opens, deadline, made_by, viewed_by, confirmed, planned,
			excluded, created, closed, version, priority, holdout, seed, kind, experiment, variants, topic
		FROM broadcast WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))
READ_MANY(broadcast_running, broadcast_find, broadcast,
	SQL(SELECT id, name, expr, words, content, state, opens, deadline, made_by, viewed_by, confirmed, planned,
			excluded, created, closed, version, priority, holdout, seed, kind, experiment, variants, topic
		FROM broadcast WHERE corp = :corp AND id < :before AND closed IS NULL ORDER BY id LIMIT :limit))
READ_MANY(broadcast_asked, broadcast_find, broadcast,
	SQL(SELECT id, name, expr, words, content, state, opens, deadline, made_by, viewed_by, confirmed, planned,
			excluded, created, closed, version, priority, holdout, seed, kind, experiment, variants, topic
		FROM broadcast WHERE corp = :corp AND id > :before AND closed IS NULL AND state = 'asked' ORDER BY id LIMIT :limit))
/* Those of one topic: nobody is to have two of them. */
READ_MANY(broadcast_of_topic, broadcast_topic, broadcast_key,
	SQL(SELECT id FROM broadcast WHERE corp = :corp AND topic = :topic AND topic <> '' ORDER BY id))
/* Whether any broadcast could have delivered something shortly before that moment. */
READ_ONE(broadcast_any, broadcast_around, broadcast_n,
	SQL(SELECT COUNT(*) AS n FROM broadcast WHERE corp = :corp AND created <= :at AND deadline >= :since))

/* -- parts -- */
WRITE(broadcast_part_add, broadcast_part,
	SQL(INSERT INTO broadcast_part (corp, broadcast, staff, n, id, userid, state, people, accepted, msgid, code, sent_at,
			confirmed_at, delivered, not_friend, quota, failed, expired, cancelled)
		VALUES (:corp, :broadcast, :staff, :n, :id, :userid, :state, :people, :accepted, :msgid, :code, :sent_at,
			:confirmed_at, :delivered, :not_friend, :quota, :failed, :expired, :cancelled)
		ON CONFLICT DO NOTHING))
WRITE(broadcast_part_put, broadcast_part,
	SQL(UPDATE broadcast_part SET state = :state, accepted = :accepted, msgid = :msgid, code = :code,
			sent_at = :sent_at, confirmed_at = :confirmed_at, delivered = :delivered,
			not_friend = :not_friend, quota = :quota, failed = :failed, expired = :expired,
			cancelled = :cancelled
		WHERE corp = :corp AND id = :id))
READ_ONE(broadcast_part_get, broadcast_key, broadcast_part,
	SQL(SELECT id, broadcast, staff, n, userid, state, people, accepted, msgid, code, sent_at, confirmed_at,
			delivered, not_friend, quota, failed, expired, cancelled
		FROM broadcast_part WHERE corp = :corp AND id = :id))
READ_MANY(broadcast_parts, broadcast_key, broadcast_part,
	SQL(SELECT id, broadcast, staff, n, userid, state, people, accepted, msgid, code, sent_at, confirmed_at,
			delivered, not_friend, quota, failed, expired, cancelled
		FROM broadcast_part WHERE corp = :corp AND broadcast = :id ORDER BY staff, n))
/* How many of its parts (of one member; staff 0: of anybody) lie outside the viewer's scope. */
#define BROADCAST_OUTSIDE_FIELDS(F, S) F(S, ID, id) F(S, ID, staff)
RECORD(broadcast_outside_in, BROADCAST_OUTSIDE_FIELDS);
READ_ONE(broadcast_outside, broadcast_outside_in, broadcast_n,
	SQL(SELECT COUNT(*) AS n FROM broadcast_part
		WHERE corp = :corp AND broadcast = :id AND (:staff = 0 OR staff = :staff)
			AND :scope <> 0 AND staff NOT IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope)))
READ_ONE(broadcast_part_named, broadcast_msgid, broadcast_n,
	SQL(SELECT COUNT(*) AS n FROM broadcast_part WHERE corp = :corp AND msgid = :msgid))

/* What a member was asked to send and has not. */
#define BROADCAST_TAPPER_FIELDS(F, S) F(S, ID, staff)
RECORD(broadcast_tapper, BROADCAST_TAPPER_FIELDS);
#define BROADCAST_WAIT_FIELDS(F, S) F(S, I64, n) F(S, MS, due, .opt = true)
RECORD(broadcast_wait, BROADCAST_WAIT_FIELDS);
READ_ONE(broadcast_unsent, broadcast_tapper, broadcast_wait,
	SQL(SELECT COUNT(*) AS n, min(b.deadline) AS due
		FROM broadcast b JOIN broadcast_part p ON p.corp = :corp AND p.broadcast = b.id AND p.staff = :staff
		WHERE b.corp = :corp AND b.closed IS NULL AND p.state = 'created' AND p.confirmed_at IS NULL))
struct todo_list;
err broadcast_todos(struct cx *cx, i64 staff, struct todo_list *ret);

/* -- reminders -- */
WRITE(broadcast_reminder_add, broadcast_since,
	SQL(INSERT INTO broadcast_reminder (corp, part, at) VALUES (:corp, :part, :at) ON CONFLICT DO NOTHING))
READ_ONE(broadcast_reminders, broadcast_since, broadcast_n,
	SQL(SELECT COUNT(*) AS n FROM broadcast_reminder WHERE corp = :corp AND part = :part AND at > :at))

/* -- members' own mass sends -- */
#define BROADCAST_OWN_FIELDS(F, S) F(S, STR, msgid) F(S, MS, at) F(S, I64, people) F(S, BOOL, done)
RECORD(broadcast_own, BROADCAST_OWN_FIELDS);
#define BROADCAST_UPTO_FIELDS(F, S) F(S, MS, upto)
RECORD(broadcast_upto, BROADCAST_UPTO_FIELDS);
WRITE(broadcast_own_put, broadcast_own,
	SQL(INSERT INTO broadcast_member_send (corp, msgid, at, people, done) VALUES (:corp, :msgid, :at, :people, :done)
		ON CONFLICT (corp, msgid) DO UPDATE SET people = excluded.people, done = excluded.done))
READ_ONE(broadcast_own_get, broadcast_msgid, broadcast_own,
	SQL(SELECT msgid, at, people, done FROM broadcast_member_send WHERE corp = :corp AND msgid = :msgid))
WRITE(broadcast_upto_put, broadcast_upto,
	SQL(INSERT INTO broadcast_member_upto (corp, upto) VALUES (:corp, :upto) ON CONFLICT (corp) DO UPDATE SET upto = excluded.upto))
READ_ONE(broadcast_upto_get, none, broadcast_upto, SQL(SELECT upto FROM broadcast_member_upto WHERE corp = :corp))

/* -- waiting for a second person, in the base slot -- */
#define BROADCAST_APPROVE_OVER 10000 /* people, unless set otherwise */
/* Plans it: people are chosen from now on. */
err broadcast_begin(struct tx *tx, const struct broadcast *b);
extern const struct approver broadcast_approver;

#endif
