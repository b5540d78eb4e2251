/*
 * The SQLite back end: one write connection passed on as a baton, group commit, a pool of readers.
 *
 * A unit takes the baton in turn (first come, first served), runs between SAVEPOINT and RELEASE and
 * passes the baton on; whoever finds nobody waiting, or is the 256th, commits for the whole group and
 * tells its members. A commit stands at once and is durable when wal_sync has synced the log, which
 * happens without the baton: one sync serves many, nobody but a lazy unit is answered before it, and every
 * unit sees what its predecessors wrote. A full disk makes SQLite roll back the group on its own:
 * after every unit it is checked that the transaction still stands, otherwise every member gets the
 * error. An fsync error is fatal: what the disk holds is not known any more.
 *
 * All writes, checkpoints and backups happen on the write connection (3.40 corrupts a WAL that
 * several connections reset). Readers are read-only, never checkpoint, and are closed before it.
 * fast_unsafe keeps the group open over STORE_FAST_UNITS units and reads on the write connection.
 */
#include "store/store_int.h"

#include "base/fault.h"
#include "base/log.h"
#include "store/wal_sync.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WRITER_CACHE_KIB 16000
#define FAST_CACHE_KIB 131072
#define READER_CACHE_KIB 2000
#define CHECKPOINT_PAGES 2000
#define GATE_EVERY_MS 250 /* after a checkpoint that readers kept from ending */
#define PAGE_BYTES 4096

/* What frames every unit and every snapshot, prepared once per connection. */
enum word { WORD_BEGIN, WORD_BEGIN_WRITE, WORD_COMMIT, WORD_SAVE, WORD_RELEASE, WORD_COUNT };
static const char *const words[WORD_COUNT] = { "BEGIN", "BEGIN IMMEDIATE", "COMMIT", "SAVEPOINT u", "RELEASE u" };

struct sq_conn {
	struct conn c; /* first */
	sqlite3 *db;
	sqlite3_stmt *words[WORD_COUNT];
	struct sq_conn *next;
	bool reading;
};

struct sq_stmt {
	struct stmt s; /* first */
	sqlite3_stmt *h;
};

struct group {
	i64 units;
	size_t refs; /* members that still have to look at the result */
	bool done;
	err result;
	u64 commit; /* its number for wal_sync */
	unsigned wake;
	struct tx_state *members, **last;
	pthread_cond_t cond;
};

struct waiter {
	pthread_t thread;
	struct waiter *next;
	pthread_cond_t cond;
	bool granted;
};

struct sq {
	struct sq_conn writer;
	struct store *store;
	char *path;
	struct wal_sync *sync; /* fast_unsafe: NULL */
	pthread_mutex_t lock;
	/* the baton */
	bool held, in_unit, full;
	pthread_t owner;
	int depth; /* fast_unsafe: snapshots share the baton of their thread */
	struct waiter *first, **last;
	struct group *group;
	err broken; /* fast_unsafe: units already answered were lost */
	/* readers */
	pthread_cond_t reader_free;
	struct sq_conn *idle;
	int opened, reading;
	bool gate;
	pthread_cond_t gate_open;
	ms gate_last;
	i64 wal_pages, wal_next; /* length of the log; the length to copy it at */
	struct store_stats stats;
};

static struct sq *sq_of(const struct store *st) { return st->impl; }

/* ---- errors ---- */

static void fatal(sqlite3 *db, const char *what)
{
	log_line(LOG_ERROR, "store.died", "what=%s code=%d", what, sqlite3_extended_errcode(db));
	_exit(STORE_EXIT_DISK);
}

static err sq_error(sqlite3 *db, int rc, struct fail *f, const char *what)
{
	int code = sqlite3_extended_errcode(db);
	if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC)
		fatal(db, "fsync");
	str text = str_c(sqlite3_errmsg(db)), where = str_c(what);
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return fail_set(f, ERR_FULL, T_OK, where, STR_NIL, STR_NIL);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fail_set(f, ERR_BUSY, T_OK, where, STR_NIL, STR_NIL);
	case SQLITE_CONSTRAINT:
		if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
		    code == SQLITE_CONSTRAINT_ROWID)
			return fail_set(f, ERR_EXISTS, T_OK, where, STR_NIL, text);
		return fail_set(f, ERR_INTERNAL, T_OK, where, STR_NIL, text);
	case SQLITE_IOERR:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
		return fail_set(f, ERR_IO, T_OK, where, str_c(what), text);
	default:
		return fail_set(f, ERR_INTERNAL, T_OK, where, STR_NIL, text);
	}
}

static err sq_exec(sqlite3 *db, const char *sql, struct fail *f)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? OK : sq_error(db, rc, f, sql);
}

static err sq_word(struct sq_conn *c, enum word word, struct fail *f)
{
	sqlite3_stmt **h = &c->words[word];
	int rc = *h ? SQLITE_OK : sqlite3_prepare_v3(c->db, words[word], -1, SQLITE_PREPARE_PERSISTENT, h, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(*h);
	err e = rc == SQLITE_DONE ? OK : sq_error(c->db, rc, f, words[word]);
	sqlite3_reset(*h);
	return e;
}

/* ---- the baton ---- */

static void baton_take(struct sq *q)
{
	pthread_mutex_lock(&q->lock);
	if (q->held && pthread_equal(q->owner, pthread_self())) {
		/* A transaction inside a transaction would wait for itself. */
		ASSERT(q->store->fast);
		q->depth++;
		pthread_mutex_unlock(&q->lock);
		return;
	}
	if (!q->held) {
		q->held = true;
	} else {
		struct waiter w = { .cond = PTHREAD_COND_INITIALIZER, .thread = pthread_self() };
		*q->last = &w;
		q->last = &w.next;
		while (!w.granted)
			pthread_cond_wait(&w.cond, &q->lock);
		pthread_cond_destroy(&w.cond);
	}
	q->owner = pthread_self();
	q->depth = 1;
	pthread_mutex_unlock(&q->lock);
}

static void baton_pass_locked(struct sq *q)
{
	if (--q->depth > 0)
		return;
	struct waiter *w = q->first;
	if (!w) {
		q->held = false;
		memset(&q->owner, 0, sizeof(q->owner));
		return;
	}
	q->first = w->next;
	if (!q->first)
		q->last = &q->first;
	/* Its owner from now on, awake or not: who passed it on may be back before. */
	q->owner = w->thread;
	q->depth = 1;
	w->granted = true;
	pthread_cond_signal(&w->cond);
}

static void baton_pass(struct sq *q)
{
	pthread_mutex_lock(&q->lock);
	baton_pass_locked(q);
	pthread_mutex_unlock(&q->lock);
}

/* ---- groups (the baton is held) ---- */

static err group_begin(struct sq *q, struct fail *f)
{
	if (q->group)
		return OK;
	TRY(sq_word(&q->writer, WORD_BEGIN_WRITE, f));
	q->group = calloc(1, sizeof(*q->group));
	ASSERT(q->group);
	pthread_cond_init(&q->group->cond, NULL);
	q->group->last = &q->group->members;
	return OK;
}

static void group_free(struct group *g)
{
	pthread_cond_destroy(&g->cond);
	free(g);
}

static void group_leave_locked(struct group *g)
{
	if (--g->refs == 0)
		group_free(g);
}

/* Ends the group with a result and tells everybody. */
static void group_end(struct sq *q, err result)
{
	struct group *g = q->group;
	q->group = NULL;
	if (result == OK) {
		for (struct tx_state *m = g->members; m; m = m->next)
			tx_committed(q->store, m);
	}
	pthread_mutex_lock(&q->lock);
	g->result = result;
	g->done = true;
	q->stats.groups++;
	q->stats.commits += result == OK;
	if (g->units > q->stats.group_max)
		q->stats.group_max = g->units;
	unsigned wake = result == OK ? g->wake : 0;
	if (g->refs == 0)
		group_free(g);
	else
		pthread_cond_broadcast(&g->cond);
	pthread_mutex_unlock(&q->lock);
	store_wake(q->store, wake);
}

/* The transaction is gone already (a full disk): everybody in the group lost his work. */
static err group_lost(struct sq *q, err why)
{
	err e = why == ERR_FULL || why == ERR_IO ? why : ERR_BUSY;
	if (q->store->fast)
		q->broken = e;
	group_end(q, e);
	return e;
}

static err group_inbox(struct sq *q, struct inbox_batch *batch)
{
	sqlite3 *db = q->writer.db;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(q->store, a, 0, "inbox");
	struct tx_state state = { .phase = TX_BODY };
	struct tx tx = { .snap = { &u, &q->writer.c, a, &u.fail, 0, 0, 0, clock_now(u.clock) }, .state = &state };
	err e = sq_exec(db, "SAVEPOINT i", &u.fail);
	if (e == OK) {
		q->writer.c.failed = OK;
		e = inbox_batch_write(batch, &tx, -1);
		if (!sqlite3_get_autocommit(db))
			sq_exec(db, e == OK ? "RELEASE i" : "ROLLBACK TO i; RELEASE i", NULL);
		q->writer.c.failed = OK;
	}
	if (e == OK)
		q->group->wake |= WAKE_INBOX;
	arena_free(a);
	return e;
}

static void wal_tend(struct sq *q);

static err group_commit(struct sq *q, struct fail *f)
{
	sqlite3 *db = q->writer.db;
	struct inbox_batch *batch = inbox_batch_take(q->store, INBOX_BATCH_MAX);
	err e = OK, inbox = batch ? group_inbox(q, batch) : OK;
	if (sqlite3_get_autocommit(db)) {
		e = group_lost(q, inbox);
	} else {
		enum fault_action fault = fault_pass("store.commit");
		if (fault != FAULT_NONE) {
			e = fault == FAULT_FULL ? ERR_FULL : ERR_IO;
			sq_exec(db, "ROLLBACK", NULL);
		} else if ((e = sq_word(&q->writer, WORD_COMMIT, f)) != OK && !sqlite3_get_autocommit(db)) {
			sq_exec(db, "ROLLBACK", NULL);
		}
		if (e == OK)
			fault_pass("store.committed"); /* it stands, and nobody knows yet: only a crash makes sense here */
		if (e != OK) {
			e = group_lost(q, e);
		} else {
			bool later = q->sync && inbox == OK; /* who asked for the batch is told when it is durable */
			q->group->commit = q->sync ? wal_sync_note(q->sync, later ? batch : NULL) : 0;
			batch = later ? NULL : batch;
			group_end(q, OK);
		}
	}
	if (batch)
		inbox_batch_end(q->store, batch, inbox != OK ? inbox : e);
	wal_tend(q);
	return e;
}

/* ---- write-ahead log ---- */

static int wal_hook(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct sq *q = arg;
	if (pages < q->wal_pages)
		q->wal_next = CHECKPOINT_PAGES; /* it started over */
	q->wal_pages = pages;
	return SQLITE_OK;
}

static void gate_set(struct sq *q, bool closed)
{
	pthread_mutex_lock(&q->lock);
	q->gate = closed;
	if (!closed)
		pthread_cond_broadcast(&q->gate_open);
	pthread_mutex_unlock(&q->lock);
}

static void wait_readers(struct sq *q)
{
	ms end = clock_mono() + STORE_GATE_MS;
	struct timespec until = { end / 1000, end % 1000 * 1000000 };
	pthread_mutex_lock(&q->lock);
	while (q->reading > 0 && pthread_cond_clockwait(&q->reader_free, &q->lock, CLOCK_MONOTONIC, &until) == 0)
		continue;
	pthread_mutex_unlock(&q->lock);
}

/* Between groups: copies the log into the file; when readers keep it from starting over and it has
 * grown long, new snapshots wait a moment. */
static void wal_tend(struct sq *q)
{
	sqlite3 *db = q->writer.db;
	if (q->group || q->wal_pages < q->wal_next)
		return;
	q->wal_next = q->wal_pages + CHECKPOINT_PAGES;
	if (q->wal_pages * PAGE_BYTES < STORE_WAL_GATE_BYTES || q->store->fast) {
		sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	} else if (clock_mono() - q->gate_last >= GATE_EVERY_MS) {
		gate_set(q, true);
		wait_readers(q);
		if (sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL) != SQLITE_OK)
			q->gate_last = clock_mono();
		gate_set(q, false);
	}
	int code = sqlite3_extended_errcode(db);
	if (code == SQLITE_IOERR_FSYNC)
		fatal(db, "checkpoint");
}

/* ---- units ---- */

/* A disk as full as the file is now, or of the usual size again; for tests, by fault switch. */
static void pages_limit(struct sq *q, bool full)
{
	sqlite3_exec(q->writer.db, full ? "PRAGMA max_page_count=1" : "PRAGMA max_page_count=1073741823", NULL, NULL, NULL);
	q->full = full;
}

static err sq_unit_open(struct tx *tx)
{
	struct sq *q = sq_of(tx->snap.unit->store);
	baton_take(q);
	ASSERT(!q->in_unit);
	err e = q->broken;
	if (e == OK)
		e = group_begin(q, tx->snap.fail);
	if (e == OK)
		e = sq_word(&q->writer, WORD_SAVE, tx->snap.fail);
	if (e != OK) {
		if (q->group)
			group_commit(q, NULL);
		baton_pass(q);
		return e;
	}
	if (fault_pass("store.page") != FAULT_NONE)
		pages_limit(q, true);
	q->in_unit = true;
	q->writer.c.failed = OK;
	tx->snap.conn = &q->writer.c;
	return OK;
}

/* The savepoint kept or undone, and whether the whole transaction still stands. */
static err unit_settle(struct sq *q, err body, struct fail *f, bool *ret_lost)
{
	sqlite3 *db = q->writer.db;
	enum fault_action fault = fault_pass("store.unit");
	if (q->full)
		pages_limit(q, false);
	if (body == OK && fault != FAULT_NONE)
		body = fault == FAULT_FULL ? ERR_FULL : ERR_IO;
	if (fault == FAULT_FULL && !sqlite3_get_autocommit(db))
		sq_exec(db, "ROLLBACK", NULL); /* what a full disk does */
	err e = body;
	if (!sqlite3_get_autocommit(db))
		e = body == OK ? sq_word(&q->writer, WORD_RELEASE, f) : sq_exec(db, "ROLLBACK TO u; RELEASE u", f);
	if (body == OK)
		body = e;
	*ret_lost = sqlite3_get_autocommit(db);
	q->writer.c.failed = OK;
	q->in_unit = false;
	return *ret_lost && body == OK ? ERR_BUSY : body;
}

static err sq_unit_close(struct tx *tx, err body, bool *ret_again)
{
	struct store *st = tx->snap.unit->store;
	struct sq *q = sq_of(st);
	bool lost = false;
	err e = unit_settle(q, body, tx->snap.fail, &lost);
	struct group *g = q->group;
	q->stats.units++;
	*ret_again = false;
	if (lost) {
		group_lost(q, e);
		baton_pass(q);
		return e;
	}
	g->units++;
	if (st->fast) {
		if (e == OK) {
			tx_committed(st, tx->state);
			store_wake(st, tx->state->wake);
		}
		if (g->units >= STORE_FAST_UNITS) {
			err c = group_commit(q, tx->snap.fail);
			e = e == OK ? c : e;
		}
		baton_pass(q);
		return e;
	}
	pthread_mutex_lock(&q->lock);
	if (e == OK) {
		g->refs++;
		g->wake |= tx->state->wake;
		tx->state->next = NULL;
		*g->last = tx->state;
		g->last = &tx->state->next;
	}
	bool commit = !q->first || g->units >= STORE_GROUP_MAX;
	if (!commit)
		baton_pass_locked(q);
	pthread_mutex_unlock(&q->lock);
	if (commit) {
		group_commit(q, tx->snap.fail);
		baton_pass(q);
	}
	if (e != OK)
		return e;
	pthread_mutex_lock(&q->lock);
	while (!g->done)
		pthread_cond_wait(&g->cond, &q->lock);
	e = g->result;
	u64 number = g->commit;
	group_leave_locked(g);
	pthread_mutex_unlock(&q->lock);
	if (e == OK && !tx->snap.unit->lazy)
		wal_sync_wait(q->sync, number);
	return e == OK ? OK : fail_set(tx->snap.fail, e, T_OK, STR("commit"), STR_NIL, STR_NIL);
}

static void sq_inbox_flush(struct store *st)
{
	struct sq *q = sq_of(st);
	baton_take(q);
	struct fail f = { 0 };
	err e = q->broken == OK ? group_begin(q, &f) : q->broken;
	if (e != OK) {
		struct inbox_batch *b = inbox_batch_take(st, INBOX_BATCH_MAX);
		if (b)
			inbox_batch_end(st, b, e);
		baton_pass(q);
		return;
	}
	q->group->units++;
	pthread_mutex_lock(&q->lock);
	bool commit = !q->first || q->group->units >= STORE_GROUP_MAX;
	pthread_mutex_unlock(&q->lock);
	if (commit)
		group_commit(q, &f);
	baton_pass(q);
}

static err sq_save(struct conn *c, int depth, struct fail *f)
{
	char sql[32];
	snprintf(sql, sizeof(sql), "SAVEPOINT t%d", depth);
	return sq_exec(((struct sq_conn *)c)->db, sql, f);
}

static err sq_save_end(struct conn *c, int depth, bool keep, struct fail *f)
{
	sqlite3 *db = ((struct sq_conn *)c)->db;
	char sql[64];
	if (sqlite3_get_autocommit(db))
		return conn_failed(c, ERR_BUSY);
	snprintf(sql, sizeof(sql), keep ? "RELEASE t%d" : "ROLLBACK TO t%d; RELEASE t%d", depth, depth);
	return sq_exec(db, sql, f);
}

/* ---- readers ---- */

static err conn_open(struct sq *q, struct sq_conn *c, bool writer, struct fail *f)
{
	int flags = SQLITE_OPEN_NOMUTEX | (writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
	if (sqlite3_open_v2(q->path, &c->db, flags, NULL) != SQLITE_OK) {
		err e = fail_set(f, ERR_IO, T_OK, STR_NIL, str_c(q->path), str_c(sqlite3_errmsg(c->db)));
		sqlite3_close(c->db);
		c->db = NULL;
		return e;
	}
	c->c.ops = &sqlite_backend;
	c->c.store = q->store;
	c->c.arena = arena_new(ARENA_MAX_DEFAULT);
	c->c.stmts = imap_new(c->c.arena);
	c->c.writer = writer;
	sqlite3_extended_result_codes(c->db, 1);
	sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !writer, NULL);
	sqlite3_busy_timeout(c->db, 2000);
	char sql[200];
	int kib = !writer ? READER_CACHE_KIB : q->store->fast ? FAST_CACHE_KIB : WRITER_CACHE_KIB;
	/* Savepoint journals stay in memory: in a file they are two writes a page. */
	snprintf(sql, sizeof(sql), "PRAGMA cache_size=-%d; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;", kib);
	return sq_exec(c->db, sql, f);
}

static void conn_close(struct sq_conn *c)
{
	if (!c->db)
		return;
	for (sqlite3_stmt *h; (h = sqlite3_next_stmt(c->db, NULL));)
		sqlite3_finalize(h);
	sqlite3_close(c->db);
	arena_free(c->c.arena);
	c->db = NULL;
}

static err reader_take(struct sq *q, struct sq_conn **ret, struct fail *f)
{
	pthread_mutex_lock(&q->lock);
	while (q->gate || (!q->idle && q->opened >= q->store->readers))
		pthread_cond_wait(q->gate ? &q->gate_open : &q->reader_free, &q->lock);
	struct sq_conn *c = q->idle;
	if (c)
		q->idle = c->next;
	else
		q->opened++;
	q->reading++;
	pthread_mutex_unlock(&q->lock);
	if (c) {
		*ret = c;
		return OK;
	}
	c = calloc(1, sizeof(*c));
	ASSERT(c);
	err e = conn_open(q, c, false, f);
	if (e == OK) {
		*ret = c;
		return OK;
	}
	conn_close(c);
	free(c);
	pthread_mutex_lock(&q->lock);
	q->opened--;
	q->reading--;
	pthread_cond_broadcast(&q->reader_free);
	pthread_mutex_unlock(&q->lock);
	return e;
}

static void reader_give(struct sq *q, struct sq_conn *c)
{
	pthread_mutex_lock(&q->lock);
	c->next = q->idle;
	q->idle = c;
	q->reading--;
	pthread_cond_broadcast(&q->reader_free);
	pthread_mutex_unlock(&q->lock);
}

static err sq_read_begin(struct store *st, struct conn **ret, struct fail *f)
{
	struct sq *q = sq_of(st);
	if (st->fast) {
		baton_take(q);
		*ret = &q->writer.c;
		return OK;
	}
	struct sq_conn *c;
	TRY(reader_take(q, &c, f));
	err e = sq_word(c, WORD_BEGIN, f);
	if (e != OK) {
		reader_give(q, c);
		return e;
	}
	*ret = &c->c;
	return OK;
}

static void sq_read_end(struct store *st, struct conn *c)
{
	struct sq *q = sq_of(st);
	if (st->fast) {
		baton_pass(q);
		return;
	}
	sq_word((struct sq_conn *)c, WORD_COMMIT, NULL);
	reader_give(q, (struct sq_conn *)c);
}

/* ---- statements ---- */

static void sq_release(struct conn *c, struct stmt *s)
{
	sqlite3_finalize(((struct sq_stmt *)s)->h);
	((struct sq_stmt *)s)->h = NULL;
}

static err sq_prepare(struct conn *c, const struct plan *p, struct stmt **ret, struct fail *f)
{
	sqlite3 *db = ((struct sq_conn *)c)->db;
	struct sq_stmt *s = ARENA_NEW(c->arena, struct sq_stmt);
	int rc = sqlite3_prepare_v3(db, p->sql, -1, SQLITE_PREPARE_PERSISTENT, &s->h, NULL);
	if (rc != SQLITE_OK) {
		sq_error(db, rc, f, p->q->name);
		return fail_set(f, rc == SQLITE_ERROR ? ERR_CONFIG : ERR_IO, T_OK, str_c(p->q->name), STR_NIL,
				str_c(sqlite3_errmsg(db)));
	}
	const char *names[STORE_PARAMS_MAX * 2];
	size_t count = (size_t)sqlite3_column_count(s->h);
	if (count > ARRAY_LEN(names))
		return fail_set(f, ERR_CONFIG, T_OK, str_c(p->q->name), STR_NIL, STR("too many columns"));
	for (size_t i = 0; i < count; i++)
		names[i] = sqlite3_column_name(s->h, (int)i);
	err e = stmt_columns(&s->s, p, c->arena, names, count, f);
	if (e != OK) {
		sqlite3_finalize(s->h);
		return e;
	}
	*ret = &s->s;
	return OK;
}

static int bind_int(sqlite3_stmt *h, int at, i64 v)
{
	return v == NIL ? sqlite3_bind_null(h, at) : sqlite3_bind_int64(h, at, v);
}

static int bind_field(sqlite3_stmt *h, int at, const struct param *p, const void *in)
{
	const void *v = (const char *)in + p->at;
	switch (p->type) {
	case FIELD_BOOL:
		return sqlite3_bind_int64(h, at, *(const bool *)v);
	case FIELD_F64:
		return sqlite3_bind_double(h, at, *(const double *)v);
	case FIELD_STR:
	case FIELD_JSON: {
		const str *s = v;
		return s->p ? sqlite3_bind_text64(h, at, s->p, s->n, SQLITE_STATIC, SQLITE_UTF8)
			    : sqlite3_bind_null(h, at);
	}
	case FIELD_BYTES: {
		const str *s = v;
		return s->p ? sqlite3_bind_blob64(h, at, s->p, s->n, SQLITE_STATIC) : sqlite3_bind_null(h, at);
	}
	default:
		return bind_int(h, at, *(const i64 *)v);
	}
}

static err sq_run(struct conn *c, struct stmt *s, const struct snap *snap, const void *in)
{
	sqlite3_stmt *h = ((struct sq_stmt *)s)->h;
	const struct plan *p = s->plan;
	int rc = SQLITE_OK;
	for (size_t i = 0; i < p->param_count && rc == SQLITE_OK; i++) {
		const struct param *at = &p->params[i];
		switch (at->from) {
		case PARAM_CORP:
			rc = sqlite3_bind_int64(h, (int)i + 1, snap->corp);
			break;
		case PARAM_SLOT:
			rc = sqlite3_bind_int64(h, (int)i + 1, snap->slot);
			break;
		case PARAM_SCOPE:
			rc = sqlite3_bind_int64(h, (int)i + 1, snap->scope);
			break;
		case PARAM_NOW:
			rc = sqlite3_bind_int64(h, (int)i + 1, snap->now);
			break;
		default:
			rc = bind_field(h, (int)i + 1, at, in);
		}
	}
	return rc == SQLITE_OK ? OK : sq_error(((struct sq_conn *)c)->db, rc, snap->fail, p->q->name);
}

static err sq_step(struct conn *c, struct stmt *s, struct fail *f, bool *ret_row)
{
	int rc = sqlite3_step(((struct sq_stmt *)s)->h);
	if (rc == SQLITE_ROW || rc == SQLITE_DONE) {
		*ret_row = rc == SQLITE_ROW;
		return OK;
	}
	return sq_error(((struct sq_conn *)c)->db, rc, f, s->plan->q->name);
}

static str column_text(sqlite3_stmt *h, int i, bool bytes, struct arena *a)
{
	if (sqlite3_column_type(h, i) == SQLITE_NULL)
		return STR_NIL;
	const char *p = bytes ? sqlite3_column_blob(h, i) : (const char *)sqlite3_column_text(h, i);
	str s = { p ? p : "", (size_t)sqlite3_column_bytes(h, i) };
	return a ? arena_dup(a, s) : s;
}

static void sq_row(struct stmt *s, void *ret, struct arena *a)
{
	sqlite3_stmt *h = ((struct sq_stmt *)s)->h;
	for (size_t i = 0; i < s->col_count; i++) {
		const struct field *field = s->cols[i];
		void *v = (char *)ret + field->at;
		int at = (int)i;
		switch (field->type) {
		case FIELD_BOOL:
			*(bool *)v = sqlite3_column_int64(h, at) != 0;
			break;
		case FIELD_F64:
			*(double *)v = sqlite3_column_double(h, at);
			break;
		case FIELD_STR:
		case FIELD_JSON:
		case FIELD_BYTES:
			*(str *)v = column_text(h, at, field->type == FIELD_BYTES, a);
			break;
		default:
			*(i64 *)v = sqlite3_column_int64(h, at);
			if (*(i64 *)v == 0 && sqlite3_column_type(h, at) == SQLITE_NULL)
				*(i64 *)v = NIL;
		}
	}
}

static void sq_done(struct conn *c, struct stmt *s, i64 *ret_changed)
{
	if (ret_changed)
		*ret_changed = sqlite3_changes64(((struct sq_conn *)c)->db);
	sqlite3_reset(((struct sq_stmt *)s)->h);
}

static err sq_run_many(struct conn *c, struct stmt *s, const struct snap *snap, const void *in, size_t count,
		       i64 *ret_changed)
{
	i64 before = sqlite3_total_changes64(((struct sq_conn *)c)->db);
	for (size_t i = 0; i < count; i++) {
		bool row = true;
		err e = sq_run(c, s, snap, (const char *)in + i * s->plan->q->in->size);
		while (e == OK && row)
			e = sq_step(c, s, snap->fail, &row);
		sqlite3_reset(((struct sq_stmt *)s)->h);
		if (e != OK)
			return e;
	}
	*ret_changed = sqlite3_total_changes64(((struct sq_conn *)c)->db) - before;
	return OK;
}

/* ---- whole store ---- */

static err sq_durable(struct store *st, struct fail *f)
{
	struct sq *q = sq_of(st);
	if (q->sync) {
		wal_sync_note(q->sync, NULL); /* also what was committed outside of groups */
		wal_sync_wait(q->sync, 0);
	}
	return OK;
}

static err sq_script(struct store *st, str sql, struct fail *f)
{
	struct sq *q = sq_of(st);
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	str statement;
	baton_take(q);
	err e = q->group ? group_commit(q, f) : OK;
	if (e == OK)
		e = sq_exec(q->writer.db, "BEGIN IMMEDIATE", f);
	while (e == OK && sql_next_statement(&sql, &statement))
		if (sql_statement_for(statement, false))
			e = sq_exec(q->writer.db, arena_cstr(a, sql_map_types(a, statement, false)), f);
	if (e == OK)
		e = sq_exec(q->writer.db, "COMMIT", f);
	if (e != OK && !sqlite3_get_autocommit(q->writer.db))
		sq_exec(q->writer.db, "ROLLBACK", NULL);
	baton_pass(q);
	arena_free(a);
	return e == OK ? sq_durable(st, f) : e;
}

static err sq_tables(struct store *st, struct fail *f)
{
	static const char sql[] = "SELECT m.name, max(c.name = 'slot') FROM sqlite_master m, pragma_table_info(m.name) c "
				  "WHERE m.type = 'table' GROUP BY m.name";
	sqlite3 *db = sq_of(st)->writer.db;
	sqlite3_stmt *h;
	int rc = sqlite3_prepare_v2(db, sql, -1, &h, NULL);
	if (rc != SQLITE_OK)
		return sq_error(db, rc, f, "tables");
	while ((rc = sqlite3_step(h)) == SQLITE_ROW) {
		str name = arena_dup(st->arena, str_c((const char *)sqlite3_column_text(h, 0)));
		map_put(&st->tables, name, (void *)(sqlite3_column_int(h, 1) ? "1" : "0"));
	}
	sqlite3_finalize(h);
	return rc == SQLITE_DONE ? OK : sq_error(db, rc, f, "tables");
}

/* Copies between groups: an open group is committed first, so the copy is a whole one. */
static err sq_backup(struct store *st, str path, struct fail *f)
{
	struct sq *q = sq_of(st);
	struct arena *a = arena_new(1 << 20);
	char *to = arena_cstr(a, path);
	sqlite3 *db = NULL;
	int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0600); /* for nobody else, whatever the umask */
	if (fd >= 0)
		close(fd);
	baton_take(q);
	err e = q->group ? group_commit(q, f) : OK;
	if (e == OK && sqlite3_open_v2(to, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
		e = fail_set(f, ERR_IO, T_OK, STR_NIL, path, str_c(sqlite3_errmsg(db)));
	sqlite3_backup *b = e == OK ? sqlite3_backup_init(db, "main", q->writer.db, "main") : NULL;
	if (e == OK) {
		int rc = b ? sqlite3_backup_step(b, -1) : SQLITE_ERROR;
		if (b)
			sqlite3_backup_finish(b);
		if (rc != SQLITE_DONE)
			e = sq_error(db, rc, f, "backup");
	}
	baton_pass(q);
	/* The copy is one file of its own: no log beside it. */
	if (e == OK)
		e = sq_exec(db, "PRAGMA journal_mode=DELETE", f);
	sqlite3_close(db);
	arena_free(a);
	return e;
}

static void sq_stats(struct store *st, struct store_stats *ret)
{
	struct sq *q = sq_of(st);
	pthread_mutex_lock(&q->lock);
	*ret = q->stats;
	ret->syncs = q->sync ? wal_sync_count(q->sync) : 0;
	ret->wal_bytes = q->wal_pages * PAGE_BYTES;
	ret->snaps_open = q->reading;
	pthread_mutex_unlock(&q->lock);
}

/* Without counts of its memory SQLite's allocator needs no lock that all threads meet at. */
static void forgo_counts(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

static err sq_open(struct store *st, struct fail *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, forgo_counts);
	struct sq *q = calloc(1, sizeof(*q));
	ASSERT(q);
	q->store = st;
	q->last = &q->first;
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->reader_free, NULL);
	pthread_cond_init(&q->gate_open, NULL);
	q->path = arena_cstr(st->arena, arena_printf(st->arena, "%.*s/yutang.db", STR_F(st->dir)));
	st->impl = q;
	TRY(conn_open(q, &q->writer, true, f));
	TRY(sq_exec(q->writer.db, "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=OFF; PRAGMA wal_autocheckpoint=0;", f));
	TRY(sq_exec(q->writer.db, st->fast ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=NORMAL", f));
	q->wal_next = CHECKPOINT_PAGES;
	sqlite3_wal_hook(q->writer.db, wal_hook, q);
	return st->fast ? OK : wal_sync_start(st, arena_cstr(st->arena, arena_printf(st->arena, "%s-wal", q->path)), &q->sync, f);
}

static void sq_close(struct store *st)
{
	struct sq *q = sq_of(st);
	if (!q)
		return;
	for (struct sq_conn *c = q->idle, *next; c; c = next) {
		next = c->next;
		conn_close(c);
		free(c);
	}
	if (q->writer.db) {
		if (q->group)
			group_commit(q, NULL);
		wal_sync_stop(q->sync);
		sq_exec(q->writer.db, "PRAGMA synchronous=FULL", NULL);
		sqlite3_wal_checkpoint_v2(q->writer.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	}
	conn_close(&q->writer);
	pthread_mutex_destroy(&q->lock);
	pthread_cond_destroy(&q->reader_free);
	pthread_cond_destroy(&q->gate_open);
	free(q);
	st->impl = NULL;
}

const struct backend sqlite_backend = {
	.name = "sqlite",
	.open = sq_open,
	.close = sq_close,
	.read_begin = sq_read_begin,
	.read_end = sq_read_end,
	.unit_open = sq_unit_open,
	.unit_close = sq_unit_close,
	.save = sq_save,
	.save_end = sq_save_end,
	.prepare = sq_prepare,
	.release = sq_release,
	.run = sq_run,
	.step = sq_step,
	.row = sq_row,
	.done = sq_done,
	.run_many = sq_run_many,
	.script = sq_script,
	.tables = sq_tables,
	.backup = sq_backup,
	.inbox_flush = sq_inbox_flush,
	.durable = sq_durable,
	.stats = sq_stats,
};
