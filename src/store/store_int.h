/*
 * The store's own state and what its parts call of each other; nobody outside of this folder and its
 * tests includes it.
 */
#ifndef YT_STORE_STORE_INT_H
#define YT_STORE_STORE_INT_H

#include "base/crypt.h"
#include "base/vec.h"
#include "store/backend.h"

#include <pthread.h>

struct corp_place { i64 base, spread; u8 key[CRYPT_KEY_BYTES], lookup[CRYPT_KEY_BYTES]; };
struct number_block { char kind[32]; i64 corp; u32 next, end; };
struct hook { void (*fn)(void *arg, unsigned bits); void *arg; };
struct seal_cache;
struct ahead_memory;
struct inbox_queue;
struct inbox_seen;
struct timeline;

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
	struct imap turns; /* hash of a lane of the outbox -> the corp that had the last turn; guarded by `lock` */
	u64 turn_count;
	struct imap shut; /* of a corp and kind of the outbox -> until when its interface is closed; guarded by `lock` */
	ms shut_last;     /* the latest of them */
	VEC(i64) carried;  /* rows of the outbox somebody of this process has claimed and not let go; guarded by `lock` */
	pthread_rwlock_t places_lock;
	struct arena *places_arena;
	struct imap places; /* corp -> struct corp_place pointer */
	pthread_mutex_t numbers_lock;
	VEC(struct number_block) numbers;
	struct hook hooks[STORE_HOOKS_MAX];
	_Atomic int hook_count;
	struct seal_cache *seals;
	struct inbox_queue *inbox;
	struct inbox_seen *seen;   /* SQLite; under the baton */
	struct ahead_memory *ahead; /* PostgreSQL; NULL on SQLite */
	struct timeline *timeline; /* SQLite; NULL on PostgreSQL */
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
	VEC(struct tx_memo *) memos;
	struct tx_state *next; /* members of a group */
};

struct tx_memo { const void *key; void *value; };
struct seal_use { i64 customer; bool destroyed, forget; u8 key[CRYPT_KEY_BYTES]; };

/* store_sql.c: text */
err plan_make(struct store *st, struct arena *a, const struct query *q, struct plan **ret, struct fail *f);
err plan_check(const struct plan *p, struct fail *f);
str sql_map_types(struct arena *a, str statement, bool postgres);
bool sql_next_statement(str *rest, str *ret);
bool sql_statement_for(str statement, bool postgres);

/* query.c */
err stmt_columns(struct stmt *s, const struct plan *p, struct arena *a, const char *const *names, size_t count,
		 struct fail *f);
err plan_get(struct store *st, const struct query *q, const struct plan **ret, struct fail *f);
err conn_failed(struct conn *c, err e); /* remembers it on a write connection; gives e back */

/* the parts */
err migrate(struct store *st, const char *const *order, struct fail *f);
err plan_hints(struct store *st, struct fail *f); /* plan_hint.c */
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
err inbox_seen_open(struct store *st, struct unit *u);
/* Writes up to max queued items through the snapshot's connection; `end` then tells them. */
struct inbox_call;
struct inbox_batch {
	struct inbox_call *first;
	struct inbox_batch *next; /* of those that stand in the commit of that number, for wal_sync */
	u64 commit;
};
struct inbox_batch *inbox_batch_take(struct store *st, size_t max);
err inbox_batch_write(struct inbox_batch *b, struct tx *tx, i64 slot); /* slot < 0: all */
void inbox_batch_end(struct store *st, struct inbox_batch *b, err e);
size_t inbox_batch_slots(const struct inbox_batch *b, i64 *ret, size_t max);

#endif
