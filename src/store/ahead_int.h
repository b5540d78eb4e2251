/*
 * Reading ahead, as query.c and the back end see it.
 */
#ifndef YT_STORE_AHEAD_INT_H
#define YT_STORE_AHEAD_INT_H

#include "store/ahead.h"
#include "store/store_int.h"

#define AHEAD_TABLES 4 /* of a query that is read ahead */

/* A query with everything given but whom it is about. */
struct ahead_form {
	struct ahead_form *next;
	const struct query *q;
	const struct field *key; /* of the input: names her */
	void *in;                /* of an input: the other fields */
	struct plan *plan;       /* for many: the same parameters, hers an array; the first column says whose the row is */
	const struct plan *one;  /* as written */
	size_t key_param;
	str tables[AHEAD_TABLES];
	size_t table_count;
	bool own; /* reads its one table by the column that the key is named after */
	_Atomic i64 seen; /* how often asked */
	i64 born;         /* persons of the site before it was */
};

struct ahead_got { size_t first, n; };
/* What was read by a form. */
struct ahead_read {
	struct ahead_read *next;
	struct ahead_form *form;
	char *rows;            /* records of the query's output */
	struct ahead_got *got; /* by person, in the order asked */
	struct imap at;        /* person -> place in got; -1: taken away */
	i64 corp, slot;
	bool gone;
};

/* The rows, when they are there (a copy). Else the question is learned. */
bool ahead_has(const struct snap *s, const struct query *q, const void *in, void **ret_rows, size_t *ret_count);
/* What came back, for who asks the same again; of questions about nobody in particular. */
void ahead_keep(const struct snap *s, const struct query *q, const void *in, const void *rows, size_t n);
void ahead_written(struct tx *tx, const struct query *q, const char *table, const void *in, size_t count);
void ahead_forget(struct conn *c); /* what was read: some of it is undone */
void ahead_end(struct conn *c); /* of the transaction or snapshot */
struct ahead_memory *ahead_memory_new(void);
void ahead_memory_free(struct ahead_memory *m);

#endif
