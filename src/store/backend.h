/*
 * What the parts of the store share among themselves; nobody else includes it.
 *
 * A back end is a table of functions over connections and statements. query.c knows records, plans
 * and the rules; a back end only prepares, binds, steps and reads. Everything above it (journal,
 * inbox, outbox …) is written once on query.h. A connection whose statement failed inside a
 * transaction refuses every further one (conn->failed), on both back ends alike, until the
 * transaction or the nested try is rolled back.
 */
#ifndef YT_STORE_BACKEND_H
#define YT_STORE_BACKEND_H

#include "base/map.h"
#include "store/store.h"

#define STORE_TRIES_MAX 8      /* repeats of a transaction on serialization failures and lost connections */
#define STORE_GROUP_MAX 256    /* units of one commit */
#define STORE_FAST_UNITS 1000  /* units of one commit when fast_unsafe */
#define STORE_HOOKS_MAX 8
#define STORE_PARAMS_MAX 2048 /* compiled audiences; no written query comes near */
#define STORE_WAL_GATE_BYTES ((i64)32 << 20)
#define STORE_GATE_MS 500
#define STORE_TRY_DEPTH_MAX 16
#define STORE_EXIT_DISK 75 /* the disk failed in a way after which nothing is known */
#define INBOX_BATCH_MAX 4000   /* queued inbox items that join one commit */

enum param_from { PARAM_FIELD, PARAM_CORP, PARAM_SLOT, PARAM_SCOPE, PARAM_NOW };
struct param {
	enum param_from from;
	enum field_type type;
	size_t at;
};

/* A query parsed once per store: text with numbered parameters and where their values come from. */
struct plan {
	const struct query *q;
	const char *sql;
	struct param *params;
	size_t param_count;
	char target[64]; /* the table written, "" for a read */
	bool has_corp, has_slot, has_scope, needs_slot, needs_scope, global, unscoped;
};

struct stmt;
struct ahead;
struct ahead_read;
struct ahead_got;

struct conn {
	const struct backend *ops;
	struct store *store;
	struct arena *arena;  /* of the statement cache, lives with the connection */
	struct imap stmts;    /* query pointer -> struct stmt pointer */
	err failed;           /* a statement failed since the last savepoint */
	bool writer;
	struct ahead *ahead; /* of the transaction; NULL: nothing was read ahead */
	bool later; /* how many rows the last write touched is known after a settle only */
};

/* What the head of every back end's statement is. */
struct stmt {
	const struct plan *plan;
	const struct field **cols; /* of the output record, by column */
	size_t col_count;
	bool busy, temporary;
};

struct backend {
	const char *name;
	err (*open)(struct store *st, struct fail *f);
	void (*close)(struct store *st);
	err (*read_begin)(struct store *st, struct conn **ret, struct fail *f);
	void (*read_end)(struct store *st, struct conn *c);
	/* A unit: the body runs between them. close decides by `body`; *ret_again asks for a repeat. */
	err (*unit_open)(struct tx *tx);
	err (*unit_close)(struct tx *tx, err body, bool *ret_again);
	err (*save)(struct conn *c, int depth, struct fail *f);
	err (*save_end)(struct conn *c, int depth, bool keep, struct fail *f);
	/* Statements. run binds and executes; step then says whether there is a row; done resets. */
	err (*prepare)(struct conn *c, const struct plan *p, struct stmt **ret, struct fail *f);
	void (*release)(struct conn *c, struct stmt *s); /* a temporary one */
	err (*run)(struct conn *c, struct stmt *s, const struct snap *snap, const void *in);
	err (*step)(struct conn *c, struct stmt *s, struct fail *f, bool *ret_row);
	void (*row)(struct stmt *s, void *ret, struct arena *a); /* a NULL: texts live until the next step */
	void (*done)(struct conn *c, struct stmt *s, i64 *ret_changed);
	err (*run_many)(struct conn *c, struct stmt *s, const struct snap *snap, const void *in, size_t count,
			i64 *ret_changed);
	/* Learns what became of the writes that nobody has waited for; NULL: there are none. */
	err (*settle)(struct conn *c, i64 *ret_changed, struct fail *f);
	/* Fills what was read about these persons, in their order; NULL: there is no reading ahead. */
	err (*read_ahead)(struct conn *c, const struct snap *s, struct ahead_read *reads, size_t count, const i64 *keys, size_t people);
	/* Runs a read with many inputs, each of its slot, in one message; ret_got says where in ret_rows the rows of each are. */
	err (*ask)(struct conn *c, const struct snap *s, const struct query *q, const void *in, const i64 *slots, size_t count,
		   char **ret_rows, struct ahead_got *ret_got);
	/* A script on the write connection, in a transaction of its own (migrations); text is portable. */
	err (*script)(struct store *st, str sql, struct fail *f);
	err (*tables)(struct store *st, struct fail *f); /* fills st->tables: name -> has a slot column */
	err (*backup)(struct store *st, str path, struct fail *f);
	void (*inbox_flush)(struct store *st); /* writes what the inbox queue holds */
	err (*durable)(struct store *st, struct fail *f);
	void (*stats)(struct store *st, struct store_stats *ret);
};

extern const struct backend sqlite_backend, postgres_backend;

#endif
