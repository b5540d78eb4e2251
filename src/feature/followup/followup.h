/*
 * followup 跟进看板: the sales stage staff set by hand, as a board of columns of the corp's own.
 *
 * A person's place is the text customer.followup (attribute `followup`), which the profile edits too; a column is
 * the name people carry. The person hook sees the whole person: it knows her column, keeps since when she is in it
 * (followup_now, attribute followup_since) and tells a move as followup.moved, whoever moved her and however, a
 * merge included. Who moved her and when comes out of customer.changed, derived. Several moves within one batch
 * of the journal are told as one, from the first place to the last.
 *
 * Renaming a column is no move: the old name leads to the same column until a job has rewritten everybody.
 * Removing one that holds people asks where they go; they go by a job, each a move, and then the column. Until a
 * corp changes its columns it has the defaults, which stand in no table.
 *
 * A limit counts everybody of the corp in the column. It is asked before a move, so two moves at the same moment
 * may both pass.
 *
 * in:  customer.changed; out: followup.moved; jobs followup.rename, followup.remove, followup.adopt
 */
#ifndef YT_FEATURE_FOLLOWUP_FOLLOWUP_H
#define YT_FEATURE_FOLLOWUP_FOLLOWUP_H

#include "core/attr/attr_value.h"
#include "core/module.h"
#include "core/verb/verb.h"

#define FOLLOWUP_COLUMNS_MAX 12
#define FOLLOWUP_NAME_MAX 20
#define FOLLOWUP_CAP_MAX 1000000
#define FOLLOWUP_COLORS "gray,blue,cyan,green,yellow,orange,red,purple"
#define FOLLOWUP_SCOPED_MAX 20000 /* of one column looked at for a viewer of a narrower scope */
#define FOLLOWUP_ATTR_SINCE 230   /* its number in attr_value, for ever */

#define FOLLOWUP_COLUMN_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, STR, name, .min = 1, .max = FOLLOWUP_NAME_MAX)            \
	F(S, STR, was, .opt = true, .doc = "its name until a job has rewritten everybody") \
	F(S, STR, color, .one_of = FOLLOWUP_COLORS)                                 \
	F(S, I64, cap, .max = FOLLOWUP_CAP_MAX, .doc = "people at most; 0: any number") F(S, I64, sort) \
	F(S, BOOL, leaving, .doc = "being removed") F(S, I64, version)
RECORD(followup_column, FOLLOWUP_COLUMN_FIELDS);

/* followup.moved. from, to: absent when she was, or is now, in no column. */
#define FOLLOWUP_MOVED_FIELDS(F, S)                                                 \
	F(S, STR, from, .opt = true) F(S, STR, to, .opt = true) F(S, ID, from_column, .opt = true) \
	F(S, ID, to_column, .opt = true) F(S, ID, by, .opt = true, .doc = "user; absent: by no user")
RECORD(followup_moved, FOLLOWUP_MOVED_FIELDS);

/* ---- followup.c: columns ---- */
err followup_columns(const struct snap *s, struct followup_column **ret, size_t *ret_count); /* in their order */
/* Of that id; ERR_NOT_FOUND. */
err followup_column_of(const struct snap *s, i64 id, struct followup_column *ret);
/* The column people with that text are in; NULL: none. */
const struct followup_column *followup_named(const struct followup_column *all, size_t n, str followup);
err followup_column_add(struct tx *tx, struct followup_column *c, i64 *ret_job);
/* Name, color and cap; ERR_CONFLICT unless in->version stands. The next version is one more. */
err followup_column_change(struct tx *tx, const struct followup_column *in, i64 *ret_job);
err followup_order(struct tx *tx, const struct ids *order);
/* people: how many are in it. to 0: nowhere, ERR_STATE when it holds any. */
err followup_column_remove(struct tx *tx, i64 id, i64 to, i64 people, i64 *ret_job);

/* ---- followup_on.c ---- */
err followup_on_changed(struct tx *tx, const struct event *ev);
err followup_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum);

/* ---- followup_job.c ---- */
#define FOLLOWUP_JOB_RENAME "followup.rename"
#define FOLLOWUP_JOB_REMOVE "followup.remove"
#define FOLLOWUP_JOB_ADOPT "followup.adopt"
#define FOLLOWUP_SWEEP_FIELDS(F, S) F(S, ID, column) F(S, STR, from) F(S, STR, to)
RECORD(followup_sweep, FOLLOWUP_SWEEP_FIELDS);
err followup_step_rename(struct cx *cx, struct job *job, bool *ret_done);
err followup_step_remove(struct cx *cx, struct job *job, bool *ret_done);
err followup_step_adopt(struct cx *cx, struct job *job, bool *ret_done);
/* "followup = …" for the audience engine; names of columns hold no quotes. */
str followup_expr(struct arena *a, str name);

/* ---- followup_verb.c: followup.set ---- */
#define FOLLOWUP_ARGS_FIELDS(F, S) F(S, ID, column) F(S, BOOL, back, .opt = true, .doc = "also to the left of where she is")
RECORD(followup_args, FOLLOWUP_ARGS_FIELDS);
extern const struct verb followup_verbs[];

extern const struct route followup_routes[], followup_column_routes[];

#endif
