/*
 * moment's small tables, in the base slot: plans, versions, who is asked to post, reminders, uploads.
 */
#ifndef YT_FEATURE_MOMENT_MOMENT_DATA_H
#define YT_FEATURE_MOMENT_MOMENT_DATA_H

#include "core/reach/reach_trial.h"
#include "core/trial/trial_use.h"
#include "feature/moment/moment.h"

#define MOMENT_BOUGHT_MS (7 * MS_DAY)    /* with a hold-out: orders count so long after the deadline */

#define MOMENT_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, expr) F(S, STR, words) F(S, STR, kind) \
	F(S, STR, state, .one_of = "asked,planning,running,closed,cancelled,failed") F(S, MS, opens) F(S, MS, deadline) F(S, ID, made_by) \
	F(S, ID, viewed_by) F(S, I64, confirmed) F(S, I64, planned) F(S, MS, created) F(S, MS, closed, .opt = true) \
	F(S, I64, holdout) F(S, ID, seed) F(S, ID, experiment, .opt = true)
RECORD(moment, MOMENT_FIELDS);
#define MOMENT_VERSION_FIELDS(F, S)                                               \
	F(S, ID, id) F(S, ID, plan) F(S, I64, n) F(S, STR, name) F(S, STR, expr) F(S, STR, words) F(S, STR, content) \
	F(S, STR, state, .one_of = "waiting,asked,created,closed,unknown,failed,cancelled,empty") F(S, STR, code, .opt = true) \
	F(S, I64, people) F(S, ID, tag, .opt = true) F(S, STR, jobid, .opt = true) F(S, STR, moment_id, .opt = true) \
	F(S, MS, asked_at, .opt = true) F(S, MS, made_at, .opt = true) F(S, MS, closed_at, .opt = true)
RECORD(moment_version, MOMENT_VERSION_FIELDS);
#define MOMENT_SENDER_FIELDS(F, S)                                                \
	F(S, ID, version) F(S, ID, staff) F(S, STR, userid) F(S, STR, state, .one_of = "waiting,posted,not_posted,refused") \
	F(S, I64, people) F(S, I64, visible, .opt = true) F(S, I64, likes, .opt = true) F(S, I64, comments, .opt = true) \
	F(S, MS, posted_at, .opt = true) F(S, MS, read_at, .opt = true)
RECORD(moment_sender, MOMENT_SENDER_FIELDS);
#define MOMENT_MEDIA_FIELDS(F, S) F(S, ID, id) F(S, STR, kind) F(S, STR, name) F(S, I64, bytes) F(S, MS, at)
RECORD(moment_media, MOMENT_MEDIA_FIELDS);

#define MOMENT_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(moment_key, MOMENT_KEY_FIELDS);
#define MOMENT_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(moment_find, MOMENT_FIND_FIELDS);
#define MOMENT_NAME_FIELDS(F, S) F(S, STR, moment_id)
RECORD(moment_name, MOMENT_NAME_FIELDS);
#define MOMENT_DUE_FIELDS(F, S) F(S, ID, version) F(S, MS, before) F(S, I64, limit)
RECORD(moment_due, MOMENT_DUE_FIELDS);
#define MOMENT_TURN_FIELDS(F, S) F(S, ID, version) F(S, STR, userid) F(S, STR, state) F(S, MS, at, .opt = true)
RECORD(moment_turn, MOMENT_TURN_FIELDS);
#define MOMENT_PLACED_FIELDS(F, S) F(S, ID, plan) F(S, ID, staff)
RECORD(moment_placed, MOMENT_PLACED_FIELDS);
#define MOMENT_SINCE_FIELDS(F, S) F(S, ID, plan) F(S, ID, staff) F(S, MS, at)
RECORD(moment_since, MOMENT_SINCE_FIELDS);
#define MOMENT_N_FIELDS(F, S) F(S, I64, n)
RECORD(moment_n, MOMENT_N_FIELDS);
#define MOMENT_TODO_FIELDS(F, S) F(S, I64, n) F(S, MS, due, .opt = true)
RECORD(moment_todo, MOMENT_TODO_FIELDS);
/* read: how many of those who posted have been read; likes and comments of them. */
#define MOMENT_TOTAL_FIELDS(F, S)                                                 \
	F(S, ID, version) F(S, I64, senders) F(S, I64, waiting) F(S, I64, posted) F(S, I64, unread) F(S, I64, visible) F(S, I64, likes) \
	F(S, I64, comments)
RECORD(moment_total, MOMENT_TOTAL_FIELDS);

/* -- plans -- */
WRITE(moment_insert, moment,
	SQL(INSERT INTO moment (corp, id, name, expr, words, kind, state, opens, deadline, made_by, viewed_by, confirmed, planned,
			created, closed, holdout, seed, experiment)
		VALUES (:corp, :id, :name, :expr, :words, :kind, :state, :opens, :deadline, :made_by, :viewed_by, :confirmed,
			:planned, :created, :closed, :holdout, :seed, :experiment)))
WRITE(moment_update, moment,
	SQL(UPDATE moment SET state = :state, opens = :opens, deadline = :deadline, planned = :planned, closed = :closed WHERE corp = :corp AND id = :id))
READ_ONE(moment_get, moment_key, moment,
	SQL(SELECT id, name, expr, words, kind, state, opens, deadline, made_by, viewed_by, confirmed, planned, created, closed,
			holdout, seed, experiment
		FROM moment WHERE corp = :corp AND id = :id))
READ_MANY(moment_list, moment_find, moment,
	SQL(SELECT id, name, expr, words, kind, state, opens, deadline, made_by, viewed_by, confirmed, planned, created, closed,
			holdout, seed, experiment
		FROM moment WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))

/* -- versions -- */
WRITE(moment_version_add, moment_version,
	SQL(INSERT INTO moment_version (corp, id, plan, n, name, expr, words, content, state, code, people, tag, jobid, moment_id,
			asked_at, made_at, closed_at)
		VALUES (:corp, :id, :plan, :n, :name, :expr, :words, :content, :state, :code, :people, :tag, :jobid, :moment_id,
			:asked_at, :made_at, :closed_at)))
WRITE(moment_version_put, moment_version,
	SQL(UPDATE moment_version SET state = :state, code = :code, people = :people, tag = :tag, jobid = :jobid,
			moment_id = :moment_id, asked_at = :asked_at, made_at = :made_at, closed_at = :closed_at
		WHERE corp = :corp AND id = :id))
READ_ONE(moment_version_get, moment_key, moment_version,
	SQL(SELECT id, plan, n, name, expr, words, content, state, code, people, tag, jobid, moment_id, asked_at, made_at, closed_at
		FROM moment_version WHERE corp = :corp AND id = :id))
READ_MANY(moment_versions, moment_key, moment_version,
	SQL(SELECT id, plan, n, name, expr, words, content, state, code, people, tag, jobid, moment_id, asked_at, made_at, closed_at
		FROM moment_version WHERE corp = :corp AND plan = :id ORDER BY n))
READ_MANY(moment_tagged, moment_key, moment_version,
	SQL(SELECT id, plan, n, name, expr, words, content, state, code, people, tag, jobid, moment_id, asked_at, made_at, closed_at
		FROM moment_version WHERE corp = :corp AND tag = :id))
READ_ONE(moment_named, moment_name, moment_n,
	SQL(SELECT COUNT(*) AS n FROM moment_version WHERE corp = :corp AND moment_id = :moment_id))

/* -- who posts -- */
WRITE(moment_sender_add, moment_sender,
	SQL(INSERT INTO moment_sender (corp, version, staff, userid, state, people, visible, likes, comments, posted_at, read_at)
		VALUES (:corp, :version, :staff, :userid, :state, :people, :visible, :likes, :comments, :posted_at, :read_at)))
WRITE(moment_sender_turn, moment_turn,
	SQL(UPDATE moment_sender SET state = :state, posted_at = :at
		WHERE corp = :corp AND version = :version AND state = 'waiting' AND (:userid = '' OR userid = :userid)))
WRITE(moment_sender_read, moment_sender,
	SQL(UPDATE moment_sender SET visible = :visible, likes = :likes, comments = :comments, read_at = :read_at
		WHERE corp = :corp AND version = :version AND staff = :staff AND state = 'posted'))
READ_MANY(moment_senders, moment_key, moment_sender,
	SQL(SELECT version, staff, userid, state, people, visible, likes, comments, posted_at, read_at
		FROM moment_sender WHERE corp = :corp AND version = :id
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		ORDER BY CASE WHEN state = 'posted' THEN 1 ELSE 0 END, people DESC, staff))
/* Who posted and was last read before that moment, the longest ago first. */
READ_MANY(moment_senders_due, moment_due, moment_sender,
	SQL(SELECT version, staff, userid, state, people, visible, likes, comments, posted_at, read_at
		FROM moment_sender WHERE corp = :corp AND version = :version AND state = 'posted'
			AND COALESCE(read_at, 0) <= :before
		ORDER BY COALESCE(read_at, 0), staff LIMIT :limit))
READ_MANY(moment_totals, moment_key, moment_total,
	SQL(SELECT s.version AS version, COUNT(*) AS senders,
			CAST(COALESCE(SUM(CASE WHEN s.state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting,
			CAST(COALESCE(SUM(CASE WHEN s.state = 'posted' THEN 1 ELSE 0 END), 0) AS BIGINT) AS posted,
			CAST(COALESCE(SUM(CASE WHEN s.state = 'posted' AND s.visible IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS unread,
			CAST(COALESCE(SUM(s.visible), 0) AS BIGINT) AS visible, CAST(COALESCE(SUM(s.likes), 0) AS BIGINT) AS likes,
			CAST(COALESCE(SUM(s.comments), 0) AS BIGINT) AS comments
		FROM moment_sender s JOIN moment_version v ON v.corp = s.corp AND v.id = s.version
		WHERE s.corp = :corp AND v.plan = :id GROUP BY s.version))
READ_MANY(moment_senders_of, moment_placed, moment_sender,
	SQL(SELECT s.version AS version, s.staff AS staff, s.userid AS userid, s.state AS state, s.people AS people,
			s.visible AS visible, s.likes AS likes, s.comments AS comments, s.posted_at AS posted_at, s.read_at AS read_at
		FROM moment_sender s JOIN moment_version v ON v.corp = s.corp AND v.id = s.version
		WHERE s.corp = :corp AND s.staff = :staff AND s.state = 'waiting' AND v.state = 'created' AND v.plan = :plan))
READ_ONE(moment_todo_of, moment_key, moment_todo,
	SQL(SELECT COUNT(*) AS n, MIN(p.deadline) AS due
		FROM moment_sender s JOIN moment_version v ON v.corp = s.corp AND v.id = s.version
			JOIN moment p ON p.corp = v.corp AND p.id = v.plan
		WHERE s.corp = :corp AND s.staff = :id AND s.state = 'waiting' AND v.state = 'created'))
WRITE(moment_reminder_add, moment_since,
	SQL(INSERT INTO moment_reminder (corp, plan, staff, at) VALUES (:corp, :plan, :staff, :at) ON CONFLICT DO NOTHING))
READ_ONE(moment_reminders, moment_since, moment_n,
	SQL(SELECT COUNT(*) AS n FROM moment_reminder WHERE corp = :corp AND plan = :plan AND staff = :staff AND at > :at))

/* -- uploads -- */
WRITE(moment_media_add, moment_media,
	SQL(INSERT INTO moment_media (corp, id, kind, name, bytes, at) VALUES (:corp, :id, :kind, :name, :bytes, :at)))
READ_ONE(moment_media_get, moment_key, moment_media,
	SQL(SELECT id, kind, name, bytes, at FROM moment_media WHERE corp = :corp AND id = :id))

#endif
