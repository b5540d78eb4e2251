/*
 * Rows and queries of jobs. Picking the next one looks over all corps.
 */
#ifndef YT_CORE_JOB_JOB_DATA_H
#define YT_CORE_JOB_JOB_DATA_H

#include "core/job/job.h"

#define JOB_ROW_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, kind) F(S, STR, title) F(S, I64, actor_kind) F(S, ID, actor) F(S, STR, user_name, .opt = true) \
	F(S, STR, state) F(S, I64, done) F(S, I64, total, .opt = true) F(S, I64, failed) F(S, I64, skipped) \
	F(S, MS, created) F(S, MS, started, .opt = true) F(S, MS, finished, .opt = true) \
	F(S, STR, link, .opt = true) F(S, STR, error, .opt = true) F(S, STR, input) F(S, STR, cursor) F(S, STR, log) \
	F(S, I64, tries)
RECORD(job_row, JOB_ROW_FIELDS);

#define JOB_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(job_key, JOB_KEY_FIELDS);
#define JOB_FIND_FIELDS(F, S) F(S, STR, state) F(S, ID, before) F(S, I64, limit)
RECORD(job_find, JOB_FIND_FIELDS);
#define JOB_PICK_FIELDS(F, S) F(S, I64, mono)
RECORD(job_pick, JOB_PICK_FIELDS);
#define JOB_PICKED_FIELDS(F, S) F(S, ID, corp) F(S, ID, id)
RECORD(job_picked, JOB_PICKED_FIELDS);
#define JOB_LEASE_FIELDS(F, S) F(S, ID, id) F(S, I64, mono) F(S, I64, until) F(S, I64, turn)
RECORD(job_lease, JOB_LEASE_FIELDS);
#define JOB_END_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, state) F(S, MS, finished, .opt = true) F(S, STR, error, .opt = true) \
	F(S, I64, tries) F(S, MS, due)
RECORD(job_end, JOB_END_FIELDS);
#define JOB_DUE_FIELDS(F, S) F(S, MS, due, .opt = true)
RECORD(job_due, JOB_DUE_FIELDS);

WRITE(job_insert, job_row,
      SQL(INSERT INTO job (corp, id, kind, title, actor_kind, actor, state, done, total, failed, skipped, created, started,
			   finished, link, error, input, cursor, log, tries, due, lease, turn)
	  VALUES (:corp, :id, :kind, :title, :actor_kind, :actor, :state, :done, :total, :failed, :skipped, :created,
		  :started, :finished, :link, :error, :input, :cursor, :log, :tries, :created, 0, 0)))

READ_ONE(job_row_get, job_key, job_row,
	 SQL(SELECT j.id, j.kind, j.title, j.actor_kind, j.actor, p.name AS user_name, j.state, j.done, j.total, j.failed,
		    j.skipped, j.created, j.started, j.finished, j.link, j.error, j.input, j.cursor, j.log, j.tries
	     FROM job j LEFT JOIN perm_user p ON p.corp = j.corp AND p.id = j.actor AND j.actor_kind = 1
	     WHERE j.corp = :corp AND j.id = :id))
READ_MANY(job_page, job_find, job_row,
	  SQL(SELECT j.id, j.kind, j.title, j.actor_kind, j.actor, p.name AS user_name, j.state, j.done, j.total, j.failed,
		     j.skipped, j.created, j.started, j.finished, j.link, j.error, j.input, j.cursor, j.log, j.tries
	      FROM job j LEFT JOIN perm_user p ON p.corp = j.corp AND p.id = j.actor AND j.actor_kind = 1
	      WHERE j.corp = :corp AND j.id < :before AND (:state = '' OR j.state = :state)
	      ORDER BY j.id DESC LIMIT :limit))

/* The one that waited longest for its turn. */
READ_ONE(job_next, job_pick, job_picked,
	 SQL_GLOBAL("the next job of any corp",
		    SELECT corp, id FROM job
		    WHERE (state = 'queued' OR state = 'running') AND due <= :now AND lease <= :mono
		    ORDER BY turn, id LIMIT 1))
READ_ONE(job_due_next, none, job_due,
	 SQL_GLOBAL("when any job may go on",
		    SELECT min(due) AS due FROM job WHERE (state = 'queued' OR state = 'running')))
WRITE(job_claim, job_lease,
      SQL(UPDATE job SET lease = :until, turn = :turn, state = 'running', started = COALESCE(started, :now)
	  WHERE corp = :corp AND id = :id AND (state = 'queued' OR state = 'running') AND lease <= :mono))
WRITE(job_release, job_key, SQL(UPDATE job SET lease = 0 WHERE corp = :corp AND id = :id))
WRITE(job_release_all, none, SQL_GLOBAL("leases of a process that is gone", UPDATE job SET lease = 0 WHERE lease <> 0))
WRITE(job_progress, job_row,
      SQL(UPDATE job SET cursor = :cursor, done = :done, total = :total, failed = :failed, skipped = :skipped, log = :log,
			 tries = 0
	  WHERE corp = :corp AND id = :id AND state = 'running'))
WRITE(job_finish, job_end,
      SQL(UPDATE job SET state = :state, finished = :finished, error = :error, tries = :tries, due = :due, lease = 0
	  WHERE corp = :corp AND id = :id AND state = 'running'))
WRITE(job_stop, job_key,
      SQL(UPDATE job SET state = 'cancelled', finished = :now
	  WHERE corp = :corp AND id = :id AND (state = 'queued' OR state = 'running' OR state = 'paused')))

#endif
