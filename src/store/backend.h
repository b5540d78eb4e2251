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

#include "base/crypt.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/store.h"

#include <pthread.h>

#define STORE_TRIES_MAX 8      /* repeats of a transaction on serialization failures and lost connections */
#define STORE_GROUP_MAX 256    /* units of one commit */
#define STORE_FAST_UNITS 1000  /* units of one commit when fast_unsafe */
#define STORE_HOOKS_MAX 8
#define STORE_PARAMS_MAX 2048 /* compiled audiences; no written query comes near */
#define STORE_WAL_GATE_BYTES ((i64)32 << 20)
#define STORE_GATE_MS 500
#define STORE_TRY_DEPTH_MAX 16
#define INBOX_BATCH_MAX 1000   /* queued inbox items that join one commit */

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

struct conn {
	const struct backend *ops;
	struct store *store;
	struct arena *arena;  /* of the statement cache, lives with the connection */
	struct imap stmts;    /* query pointer -> struct stmt pointer */
	err failed;           /* a statement failed since the last savepoint */
	bool writer;
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
	/* A script on the write connection, in a transaction of its own (migrations); text is portable. */
	err (*script)(struct store *st, str sql, struct fail *f);
	err (*tables)(struct store *st, struct fail *f); /* fills st->tables: name -> has a slot column */
	err (*backup)(struct store *st, str path, struct fail *f);
	void (*inbox_flush)(struct store *st); /* writes what the inbox queue holds */
	void (*stats)(struct store *st, struct store_stats *ret);
};

extern const struct backend sqlite_backend, postgres_backend;

struct corp_place { i64 base, spread; u8 key[CRYPT_KEY_BYTES], lookup[CRYPT_KEY_BYTES]; };
struct number_block { char kind[32]; i64 corp; u32 next, end; };
struct hook { void (*fn)(void *arg, unsigned bits); void *arg; };
struct seal_cache;
struct inbox_queue;

struct store {
	const struct backend *ops;
	void *impl; /* of the back end */
	str url, dir;
	bool fast;
	int readers;
	struct clock *clock;
	struct clock own_clock;
	struct id_source ids;
	struct arena *arena; /* lives with the store; guarded by `lock` */
	pthread_mutex_t lock;
	int dir_fd;
	u8 master[CRYPT_KEY_BYTES];
	struct imap plans;  /* query pointer -> struct plan pointer */
	struct map tables;  /* name -> "1" has a slot column, "0" has none; constant after open */
	pthread_rwlock_t places_lock;
	struct arena *places_arena;
	struct imap places; /* corp -> struct corp_place pointer */
	pthread_mutex_t numbers_lock;
	VEC(struct number_block) numbers;
	struct hook hooks[STORE_HOOKS_MAX];
	_Atomic int hook_count;
	struct seal_cache *seals;
	struct inbox_queue *inbox;
};

struct journal_put; /* journal.c: a buffered event */
struct after { struct after *next; void (*fn)(void *arg); void *arg; };

struct tx_state {
	enum { TX_NEW, TX_BODY, TX_DONE } phase;
	int tries, depth;
	struct arena_mark mark;
	VEC(struct journal_put *) events;
	struct after *after;
	unsigned wake;
	const char *const *only;
	i64 cause, cause_depth; /* the last cause looked up */
	VEC(struct seal_use) seals;
	struct tx_state *next; /* members of a group */
};

struct seal_use { i64 customer; bool destroyed, forget; u8 key[CRYPT_KEY_BYTES]; };

/* store_sql.c: text */
err plan_make(struct store *st, struct arena *a, const struct query *q, struct plan **ret, struct fail *f);
err plan_check(const struct plan *p, struct fail *f);
str sql_map_types(struct arena *a, str statement, bool postgres);
bool sql_next_statement(str *rest, str *ret);

/* query.c */
err stmt_columns(struct stmt *s, const struct plan *p, struct arena *a, const char *const *names, size_t count,
		 struct fail *f);
err plan_get(struct store *st, const struct query *q, const struct plan **ret, struct fail *f);
err conn_failed(struct conn *c, err e); /* remembers it on a write connection; gives e back */

/* the parts */
err migrate(struct store *st, const char *const *order, struct fail *f);
err journal_flush(struct tx *tx);
void tx_committed(struct store *st, struct tx_state *s); /* callbacks; the wake hooks are the group's */
void store_wake(struct store *st, unsigned bits);
err places_load(struct store *st, i64 corp, struct fail *f); /* 0: all */
err place_get(struct store *st, i64 corp, struct corp_place *ret);
void place_put(struct store *st, i64 corp, const struct corp_place *p);
struct seal_cache *seal_cache_new(void);
void seal_cache_free(struct seal_cache *c);
void seal_cache_take(struct store *st, const struct tx_state *s);
err seal_with_corp(struct store *st, i64 corp, str plain, struct arena *a, str *ret);
struct inbox_queue *inbox_queue_new(void);
err inbox_queue_start(struct store *st, struct fail *f);
void inbox_queue_stop(struct store *st);
void inbox_queue_free(struct inbox_queue *q);
/* Writes up to max queued items through the snapshot's connection; `end` then tells them. */
struct inbox_batch;
struct inbox_batch *inbox_batch_take(struct store *st, size_t max);
err inbox_batch_write(struct inbox_batch *b, struct tx *tx, i64 slot); /* slot < 0: all */
void inbox_batch_end(struct store *st, struct inbox_batch *b, err e);
size_t inbox_batch_slots(const struct inbox_batch *b, i64 *ret, size_t max);

#endif
