/*
 * job: long work with progress that survives reload and restart.
 *
 * A job is a row with a durable cursor; its kind's step function (struct job_kind) does at most 1,000
 * rows or 50 ms in one transaction, stores cursor and counts in that transaction by job_save, and
 * says when it is done. A step that met a closed limit (ERR_TOO_MANY with its time) goes on when it opens. Cancel and resume come free. Workers run one step of each job in turn.
 */
#ifndef YT_CORE_JOB_JOB_H
#define YT_CORE_JOB_JOB_H

#include "core/module.h"

#define JOB_STEP_ROWS 1000
#define JOB_STEP_MS 50

#define JOB_FIELDS(F, S)                                                          \
	F(S, ID, id) F(S, STR, kind) F(S, STR, title) F(S, STR, by)               \
	F(S, STR, state, .one_of = "queued,running,paused,cancelled,done,failed") \
	F(S, I64, done) F(S, I64, total, .opt = true) F(S, I64, failed) F(S, I64, skipped) \
	F(S, MS, created) F(S, MS, started, .opt = true) F(S, MS, finished, .opt = true) \
	F(S, STR, link, .opt = true) F(S, STR, error, .opt = true)                \
	F(S, STR, input) F(S, STR, cursor) F(S, JSON, log, .doc = "the last lines, a JSON array of texts")
RECORD(job, JOB_FIELDS); /* input, cursor: JSON of the kind's own records */

/* Queues a job in the transaction that decided it (the corp's base slot). */
err job_add(struct tx *tx, const char *kind, str title, str link, const struct record *input, const void *of, i64 *ret_id);
/* Adds a line to the job's log, of which the last JOB_LOG_LINES are kept; saved with the next job_save. */
#define JOB_LOG_LINES 20
void job_log(struct cx *cx, struct job *job, str line);
/* Saves cursor, counts and total of a step; must be the transaction of the step's effects, or follow
 * it when the step's effects are idempotent. ERR_STATE when the job was cancelled meanwhile. */
err job_save(struct tx *tx, struct job *job, const struct record *cursor, const void *of);
err job_input(struct cx *cx, const struct job *job, const struct record *record, void *ret);
err job_cursor(struct cx *cx, const struct job *job, const struct record *record, void *ret); /* zeroed at first */
err job_get(struct unit *u, i64 id, struct job *ret);
err job_cancel(struct tx *tx, i64 id); /* ERR_STATE when it has ended; tells the kind (job_kind.dropped) */
/* Runs one step of the next runnable job of any corp; *ret_worked false when there is none. */
err job_run_one(struct env *env, struct arena *a, bool *ret_worked);
/* When a job that waits after a fault may run again; NIL: none waits. */
err job_next_due(struct unit *u, ms *ret);

extern const struct module job_module;

#endif
