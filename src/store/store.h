/*
 * The store: SQLite inside the process, or PostgreSQL/Citus, behind one interface and one SQL.
 *
 * A `struct unit` is the environment of a unit of work: who, for which corp, in which arena, where
 * the error detail goes. A read is a function of a snapshot, a write is a function of a transaction.
 *
 * Writing is a baton on SQLite: tx_begin takes it, the work runs in a savepoint on the one write
 * connection, tx_end passes it on and waits for the commit of the group, so results are visible and
 * answered only after they are durable. On PostgreSQL the same calls are BEGIN and COMMIT on a pooled
 * connection, repeated on a serialization failure. So a write is a pure function of (tx, arguments,
 * clock) and may run again. One transaction touches one slot: every statement that names :slot gets
 * the transaction's, and nothing else can be given.
 *
 * No network, no sleeping, no waiting between tx_begin and tx_end.
 */
#ifndef YT_STORE_STORE_H
#define YT_STORE_STORE_H

#include "base/clock.h"
#include "base/fail.h"
#include "base/id.h"
#include "store/query.h"

struct store;
struct conn; /* private to the back ends */
struct env;  /* core/cx.h; opaque down here */

enum actor_kind { ACTOR_SYSTEM, ACTOR_USER, ACTOR_STAFF, ACTOR_CUSTOMER, ACTOR_IMPORT, ACTOR_WECOM, ACTOR_API };

struct unit {
	struct store *store;
	const struct clock *clock;
	struct arena *arena;
	struct fail fail;
	struct env *env;
	i64 corp;
	bool lazy;     /* its commits are durable with the next that is not: for what a power failure makes done again */
	bool discreet; /* for a viewer to whom sensitive names do not exist: core/audience asks */
	i64 scope;  /* 0: everything of the corp; else the id of a row set in scope_staff */
	enum actor_kind actor_kind;
	i64 actor;  /* user id, staff id, customer id, import id … by kind; 0 none */
	i64 cause;  /* id of the event that led here; 0 none */
	const char *source; /* "wecom", "console", "import", "segment", "h5", "sim" … */
	bool apart; /* only adds rows that stand for themselves, and no events: PostgreSQL need not order it with its slot */
};

struct snap {
	struct unit *unit;
	struct conn *conn;
	struct arena *arena;
	struct fail *fail;
	i64 corp, slot, scope;
	ms now;
};

struct tx {
	struct snap snap;
	i64 changed_; /* tx_changed says */
	struct tx_state *state; /* private: buffered events, retry count */
};

#define SLOT_COUNT 4096
/* -- opening -- */
struct store_conf {
	str url;  /* "" = SQLite in dir; "postgres://…" */
	str dir;  /* data directory; holds yutang.db on SQLite, always the lock and the master key */
	str key_file; /* master key outside the data directory; "" = dir/master.key, made at first start */
	bool fast_unsafe; /* no sync per commit: only for building a new directory that is renamed when done */
	int readers;      /* read connections, 0 = STORE_READERS */
	struct clock *clock;
	const char *const *module_order; /* NULL-terminated: order of migrations behind "store"; NULL: by path */
};
#define STORE_READERS 8

/* Takes the directory's lock (ERR_LOCKED when held), opens, migrates (backup first on SQLite). Refuses a newer schema. */
err store_open(const struct store_conf *conf, struct store **ret, struct fail *f);
void store_close(struct store *st);
/* Prepares and checks every query of the list against its records; the first fault is ERR_CONFIG. */
err store_check(struct store *st, const struct query *const *queries, struct fail *f);
/* Empties derived tables and forgets a cursor, so that the journal is replayed into them. Names are constants. */
err store_forget(struct store *st, const char *const *tables, const char *cursor, struct fail *f);
bool store_is_postgres(const struct store *st);
err store_durable(struct store *st, struct fail *f); /* returns when all that stands is: before the outside is told of it */
/* Online copy to one file; ERR_UNAVAILABLE on PostgreSQL (pg_dump does it). */
err store_backup(struct store *st, str path, struct fail *f);
struct id_source *store_ids(struct store *st);
const struct clock *store_clock(const struct store *st);
err store_uuid(const struct snap *s, str *ret); /* tells it from every other store; copies keep it */

/* -- slots: a corp's place is a base slot and a spread (a power of two), kept in corp_slot, cached -- */
err store_corp_add(struct tx *tx, i64 corp, i64 base, i64 spread);
i64 slot_base(struct store *st, i64 corp);
i64 slot_of_customer(struct store *st, i64 customer);
i64 slot_of_key(struct store *st, i64 corp, u64 hash); /* identities, message keys */
/* All slots a corp uses, ascending; at most SLOT_COUNT. */
size_t slots_of_corp(struct store *st, i64 corp, i64 *ret, size_t max);

/* -- units -- */
/* A unit with nothing but these; corp may be 0 for global work. */
struct unit unit_new(struct store *st, struct arena *a, i64 corp, const char *source);

/* Reading: BEGIN a snapshot on a pooled connection; at most 250 ms between gates, long reads re-open
 * by key. Inside a transaction read through &tx->snap instead. */
err snap_begin(struct unit *u, i64 slot, struct snap *ret);
void snap_end(struct snap *s);
void snap_slot(struct snap *s, i64 slot); /* the same snapshot of another slot of the corp, for reads */

/* READ_SNAP(&cx->unit, slot, expression using `snap`) -> err */
#define READ_SNAP(unit_, slot_, expr) ({                              \
	struct snap snap_; err e_ = snap_begin((unit_), (slot_), &snap_);  \
	if (e_ == OK) { const struct snap *snap = &snap_; (void)snap; e_ = (expr); snap_end(&snap_); } \
	e_; })

struct tx *tx_begin(struct unit *u, i64 slot);
/* true: run the body (again); false: finished, *e is the result. Give *e = OK before the first call. */
bool tx_run(struct tx *tx, err *e);

/* WRITE_TX(&cx->unit, slot, expression using `tx`) -> err, OK only when durable (lazy units: when it stands).
 * Expressions may run more than once; locals stay locals. */
#define WRITE_TX(unit_, slot_, expr) ({                               \
	err e_ = OK; bool ran_ = false; struct tx *tx = tx_begin((unit_), (slot_)); \
	for (; tx_run(tx, &e_); ran_ = true) e_ = (expr);                  \
	ASSERT(ran_ || e_ != OK); e_; })

/* Runs fn(arg) once this transaction stands, on the committing thread; short, no store calls. */
void tx_after_commit(struct tx *tx, void (*fn)(void *arg), void *arg);
/* A place of this run of the transaction for a key (an address of the caller's own), NULL at first: what was
 * read for one event of a batch serves the next. Gone when the transaction runs again. */
void **tx_memo(struct tx *tx, const void *key);
/* A nested try inside a transaction: work that fails is undone alone. Same use as tx_run. */
err tx_try(struct tx *tx, err (*fn)(struct tx *tx, void *arg), void *arg);
/* While set (NULL ends it), a write to any table but these, cursor and dead_letter is ERR_INTERNAL. */
void tx_only_tables(struct tx *tx, const char *const *tables);
/* Fills the unit's fail and returns code. */
#define tx_fail(tx_, code, text, field, value, limit) fail_set((tx_)->snap.fail, code, text, field, value, limit)
#define snap_fail(s_, code, text, field, value, limit) fail_set((s_)->fail, code, text, field, value, limit)

/* -- small shared pieces -- */
/* Next dense number of a kind within a corp (customers, …), from blocks leased by UPDATE … RETURNING:
 * gaps allowed, never reused. Runs its own transaction when a block is used up: call outside of tx. */
err store_number(struct unit *u, const char *kind, u32 *ret);
/* Woken after every commit that added journal rows, outbox rows, timers or inbox rows (bits below). */
enum { WAKE_JOURNAL = 1, WAKE_OUTBOX = 2, WAKE_TIMER = 4, WAKE_INBOX = 8, WAKE_JOB = 16, WAKE_RELAY = 32 };
/* The hook runs on the committing thread; fn NULL takes the hook of that arg away. */
void store_on_wake(struct store *st, void (*fn)(void *arg, unsigned bits), void *arg);
void tx_wake(struct tx *tx, unsigned bits);
struct store_stats { i64 commits, groups, units, group_max, syncs, wal_bytes, snaps_open; };
void store_stats(struct store *st, struct store_stats *ret);

#endif
