/*
 * Saving journeys: drafts, versions, running, pausing, ending.
 *
 * Publishing first checks everything and begins to watch the audience a trigger needs; then the draft becomes a
 * version in one transaction with whatever starts it: the schedule's timer, the job that notes days.
 */
#ifndef YT_FEATURE_JOURNEY_JOURNEY_EDIT_H
#define YT_FEATURE_JOURNEY_JOURNEY_EDIT_H

#include "feature/journey/journey_int.h"

#define JOURNEY_SAVED_FIELDS(F, S) F(S, ID, journey) F(S, STR, name) F(S, STR, state) F(S, I64, version)
RECORD(journey_saved, JOURNEY_SAVED_FIELDS);
/* Inputs of the jobs. */
#define JOURNEY_JOB_FIELDS(F, S) F(S, ID, journey) F(S, I64, version) F(S, MS, at) F(S, BOOL, take_back) F(S, I64, to) F(S, JSON, map)
RECORD(journey_job, JOURNEY_JOB_FIELDS);

err journey_find(struct cx *cx, i64 id, struct journey_row *ret);
err journey_create(struct cx *cx, const struct journey_def *def, i64 *ret_id);
err journey_save(struct cx *cx, i64 id, i64 version, const struct journey_def *def);
err journey_remove(struct cx *cx, i64 id);
/* All problems of a draft; ERR_INPUT when there are any. */
err journey_problems(struct cx *cx, const struct journey_def *def, struct problems *ret);
err journey_publish(struct cx *cx, i64 id);
err journey_pause(struct cx *cx, i64 id);
err journey_resume(struct cx *cx, i64 id);
err journey_end(struct cx *cx, i64 id, bool take_back);
/* What starts and stops by itself while it runs. */
err journey_start(struct tx *tx, const struct journey_row *row, const struct jdef *d);
err journey_job(struct tx *tx, const char *kind, enum text title, const struct journey_job *in, i64 *ret_job);

#endif
