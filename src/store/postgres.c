/*
 * The PostgreSQL back end: the same calls are BEGIN and COMMIT on pooled connections.
 *
 * A unit first locks the head row of its slot, so units of one slot follow one another as they do on
 * SQLite: what a transaction reads in its slot stays true until it commits, and journal numbers are
 * in commit order. Units of different slots run side by side. Serialization failures, deadlocks and
 * lost connections repeat the unit; an error at COMMIT is ERR_UNKNOWN, because nobody knows.
 *
 * Snapshots are REPEATABLE READ READ ONLY. Values travel in binary: integers as eight bytes, texts as
 * they lie in memory. Errors are told apart by SQLSTATE alone, and only texts of the syntax class are
 * passed on: others may quote data. No LISTEN, no advisory locks, no sequences.
 */
#include "store/store_int.h"

#include "base/fault.h"
#include "base/log.h"

#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#define WRITERS 16
#define POOL_WAIT_S 10
#define FETCH_ROWS 1000
#define FETCH_TEXT "1000"
#define PIPELINE_ROWS 256

struct pg_conn {
	struct conn c; /* first */
	PGconn *pg;
	struct pg_conn *next;
	int names;
	bool again;   /* the failure is one that a repeat may heal */
	bool waiting; /* a snapshot that has not begun: that goes along with its first statement */
	bool ending;  /* the answer to a COMMIT that nobody waited for is still to be read */
};

struct pg_stmt {
	struct stmt s; /* first */
	char name[16];
	PGresult *res;
	int at, cursor;
};

struct pool {
	struct pg_conn *idle;
	int opened, max;
};

struct pg {
	struct store *store;
	char *url;
	pthread_mutex_t lock;
	pthread_cond_t some;
	struct pool readers, writers;
	int reading;
	struct store_stats stats;
};

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25,
       OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_BPCHAR = 1042, OID_VARCHAR = 1043 };

static struct pg *pg_of(const struct store *st) { return st->impl; }
static PGconn *raw(struct conn *c) { return ((struct pg_conn *)c)->pg; }

/* ---- errors ---- */

static err pg_error(struct pg_conn *c, const PGresult *res, struct fail *f, const char *what)
{
	const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	str code = str_c(state ? state : ""), where = str_c(what);
	bool lost = PQstatus(c->pg) != CONNECTION_OK || str_starts(code, STR("08")) || str_starts(code, STR("57P0")) ||
		    str_eq(code, STR("53300"));
	if (lost || str_eq(code, STR("40001")) || str_eq(code, STR("40P01"))) {
		c->again = true;
		return fail_set(f, ERR_BUSY, T_OK, where, code, STR_NIL);
	}
	if (str_eq(code, STR("53100")))
		return fail_set(f, ERR_FULL, T_OK, where, code, STR_NIL);
	if (str_eq(code, STR("23505")))
		return fail_set(f, ERR_EXISTS, T_OK, where, STR_NIL, str_c(PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME)));
	str text = str_starts(code, STR("42")) ? str_c(PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY)) : code;
	return fail_set(f, ERR_INTERNAL, T_OK, where, code, text);
}

#define SNAPSHOT "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
#define SNAPSHOT_NAME "snapshot" /* of the same, prepared */

/* Of several statements the last one's rows count. */
static err pg_rows(struct pg_conn *c, const char *sql, i64 *ret_rows, struct fail *f)
{
	PGresult *res = PQexec(c->pg, sql);
	ExecStatusType status = PQresultStatus(res);
	err e = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? OK : pg_error(c, res, f, sql);
	*ret_rows = PQntuples(res);
	PQclear(res);
	return e;
}

static err pg_exec(struct pg_conn *c, const char *sql, struct fail *f)
{
	i64 rows;
	return pg_rows(c, sql, &rows, f);
}

/* ---- connections ---- */

static void quiet(void *arg, const PGresult *res) {}

static void conn_fresh(struct pg_conn *c, struct store *st, bool writer)
{
	if (c->c.arena)
		arena_free(c->c.arena);
	c->c.ops = &postgres_backend;
	c->c.store = st;
	c->c.arena = arena_new(ARENA_MAX_DEFAULT);
	c->c.stmts = imap_new(c->c.arena);
	c->c.writer = writer;
	c->names = 0;
}

static err conn_connect(struct pg *g, struct pg_conn *c, bool writer, struct fail *f)
{
	PQfinish(c->pg);
	c->pg = PQconnectdb(g->url);
	conn_fresh(c, g->store, writer);
	if (PQstatus(c->pg) != CONNECTION_OK)
		return fail_set(f, ERR_BUSY, T_OK, STR("store"), STR("connect"), STR_NIL);
	PQsetNoticeReceiver(c->pg, quiet, NULL);
	PQclear(PQprepare(c->pg, SNAPSHOT_NAME, SNAPSHOT, 0, NULL));
	return pg_exec(c, g->store->fast ? "SET client_encoding TO 'UTF8'; SET synchronous_commit TO off"
					 : "SET client_encoding TO 'UTF8'", f);
}

static void conn_close(struct pg_conn *c)
{
	PQfinish(c->pg);
	if (c->c.arena)
		arena_free(c->c.arena);
	free(c);
}

/* Waits for a connection, but not for ever: threads that hold one kind and wait for the other could
 * wait for each other. */
static err pool_take(struct pg *g, struct pool *p, struct pg_conn **ret, struct fail *f)
{
	struct timespec until = { clock_mono() / 1000 + POOL_WAIT_S, 0 };
	pthread_mutex_lock(&g->lock);
	while (!p->idle && p->opened >= p->max) {
		if (pthread_cond_clockwait(&g->some, &g->lock, CLOCK_MONOTONIC, &until) != 0) {
			pthread_mutex_unlock(&g->lock);
			return fail_set(f, ERR_BUSY, T_OK, STR("store"), STR("pool"), STR_NIL);
		}
	}
	struct pg_conn *c = p->idle;
	if (c)
		p->idle = c->next;
	else
		p->opened++;
	pthread_mutex_unlock(&g->lock);
	if (!c)
		c = calloc(1, sizeof(*c));
	ASSERT(c);
	c->again = false;
	c->c.failed = OK;
	*ret = c;
	return OK;
}

static void pool_give(struct pg *g, struct pool *p, struct pg_conn *c)
{
	pthread_mutex_lock(&g->lock);
	c->next = p->idle;
	p->idle = c;
	pthread_cond_broadcast(&g->some);
	pthread_mutex_unlock(&g->lock);
}

/* Reads what is left of the last use; that the server has hung up meanwhile shows in the status. */
static void conn_drain(struct pg_conn *c)
{
	for (PGresult *res; c->ending && (res = PQgetResult(c->pg));)
		PQclear(res);
	c->ending = false;
	if (PQstatus(c->pg) == CONNECTION_OK)
		PQconsumeInput(c->pg);
}

/* A connection for a snapshot. It begins with the first statement, which is when PostgreSQL takes one anyway. */
static err conn_snapshot(struct pg *g, struct pg_conn **ret, struct fail *f)
{
	struct pg_conn *c = NULL;
	TRY(pool_take(g, &g->readers, &c, f));
	conn_drain(c);
	if (PQstatus(c->pg) != CONNECTION_OK) {
		err e = conn_connect(g, c, false, f);
		if (e != OK) {
			pool_give(g, &g->readers, c);
			return e;
		}
	}
	c->waiting = true;
	*ret = c;
	return OK;
}

/* A writing connection on which `begin` succeeded; a lost one is made anew, once. */
static err conn_begin(struct pg *g, const char *begin, struct pg_conn **ret, i64 *ret_rows, struct fail *f)
{
	struct pg_conn *c = NULL;
	TRY(pool_take(g, &g->writers, &c, f));
	err e = ERR_BUSY;
	if (PQstatus(c->pg) == CONNECTION_OK)
		e = pg_rows(c, begin, ret_rows, f);
	if (e != OK && PQstatus(c->pg) != CONNECTION_OK) {
		e = conn_connect(g, c, true, f);
		if (e == OK)
			e = pg_rows(c, begin, ret_rows, f);
	}
	if (e != OK) {
		if (PQtransactionStatus(c->pg) == PQTRANS_INERROR)
			pg_exec(c, "ROLLBACK", NULL);
		pool_give(g, &g->writers, c);
		return e;
	}
	*ret = c;
	return OK;
}

static err pg_read_begin(struct store *st, struct conn **ret, struct fail *f)
{
	struct pg *g = pg_of(st);
	struct pg_conn *c;
	TRY(conn_snapshot(g, &c, f));
	pthread_mutex_lock(&g->lock);
	g->reading++;
	pthread_mutex_unlock(&g->lock);
	*ret = &c->c;
	return OK;
}

static void pg_read_end(struct store *st, struct conn *conn)
{
	struct pg *g = pg_of(st);
	struct pg_conn *c = (struct pg_conn *)conn;
	if (!c->waiting)
		c->ending = PQsendQuery(c->pg, "COMMIT") == 1;
	c->waiting = false;
	pthread_mutex_lock(&g->lock);
	g->reading--;
	pthread_mutex_unlock(&g->lock);
	pool_give(g, &g->readers, c);
}

/* ---- units ---- */

/* BEGIN and the slot's lock in one round trip; a slot met for the first time gets its row. */
static err unit_begin(struct pg *g, i64 slot, const struct unit *u, struct pg_conn **ret, struct fail *f)
{
	const char *begin = u->lazy ? "BEGIN; SET LOCAL synchronous_commit TO off" : "BEGIN";
	char lock[200];
	i64 there;
	if (u->apart)
		return conn_begin(g, begin, ret, &there, f);
	snprintf(lock, sizeof(lock), "%s; SELECT seq FROM slot_head WHERE slot = %lld FOR UPDATE", begin, (long long)slot);
	struct pg_conn *c;
	TRY(conn_begin(g, lock, &c, &there, f));
	err e = OK;
	if (!there) {
		snprintf(lock, sizeof(lock),
			 "INSERT INTO slot_head (slot, seq) VALUES (%lld, 0) ON CONFLICT (slot) DO NOTHING; "
			 "SELECT seq FROM slot_head WHERE slot = %lld FOR UPDATE", (long long)slot, (long long)slot);
		e = pg_exec(c, lock, f);
	}
	if (e != OK) {
		pg_exec(c, "ROLLBACK", NULL);
		pool_give(g, &g->writers, c);
		return e;
	}
	*ret = c;
	return OK;
}

static err pg_unit_open(struct tx *tx)
{
	struct pg *g = pg_of(tx->snap.unit->store);
	struct pg_conn *c = NULL;
	err e = ERR_BUSY;
	for (int i = 0; i < STORE_TRIES_MAX && e == ERR_BUSY; i++)
		e = unit_begin(g, tx->snap.slot, tx->snap.unit, &c, tx->snap.fail);
	if (e == OK)
		tx->snap.conn = &c->c;
	return e;
}

/* COMMIT of an aborted transaction answers ROLLBACK without an error. */
static err unit_commit(struct pg_conn *c, struct fail *f)
{
	if (fault_pass("store.commit") != FAULT_NONE) {
		pg_exec(c, "ROLLBACK", NULL);
		return fail_set(f, ERR_UNKNOWN, T_OK, STR("commit"), STR_NIL, STR_NIL);
	}
	PGresult *res = PQexec(c->pg, "COMMIT");
	err e = ERR_UNKNOWN;
	if (PQresultStatus(res) == PGRES_COMMAND_OK) {
		e = strcmp(PQcmdStatus(res), "COMMIT") == 0 ? OK : ERR_INTERNAL;
	} else {
		pg_error(c, res, f, "commit");
		const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
		bool rolled_back = state && (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0);
		c->again = rolled_back;
		e = rolled_back ? ERR_BUSY : ERR_UNKNOWN;
	}
	PQclear(res);
	return e == OK ? OK : fail_set(f, e, T_OK, STR("commit"), STR_NIL, STR_NIL);
}

static err pg_unit_close(struct tx *tx, err body, bool *ret_again)
{
	struct store *st = tx->snap.unit->store;
	struct pg *g = pg_of(st);
	struct pg_conn *c = (struct pg_conn *)tx->snap.conn;
	enum fault_action fault = fault_pass("store.unit");
	if (body == OK && fault != FAULT_NONE)
		body = fault == FAULT_FULL ? ERR_FULL : ERR_IO;
	err e = body;
	if (body == OK)
		e = unit_commit(c, tx->snap.fail);
	else
		pg_exec(c, "ROLLBACK", NULL);
	*ret_again = e != OK && e != ERR_UNKNOWN && c->again;
	if (e == OK)
		tx_committed(st, tx->state);
	pool_give(g, &g->writers, c);
	pthread_mutex_lock(&g->lock);
	g->stats.units++;
	g->stats.groups++;
	g->stats.group_max = 1;
	g->stats.commits += e == OK;
	pthread_mutex_unlock(&g->lock);
	if (e == OK)
		store_wake(st, tx->state->wake);
	return e;
}

static err pg_save(struct conn *c, int depth, struct fail *f)
{
	char sql[32];
	snprintf(sql, sizeof(sql), "SAVEPOINT t%d", depth);
	return pg_exec((struct pg_conn *)c, sql, f);
}

static err pg_save_end(struct conn *c, int depth, bool keep, struct fail *f)
{
	char sql[64];
	snprintf(sql, sizeof(sql), keep ? "RELEASE t%d" : "ROLLBACK TO t%d; RELEASE t%d", depth, depth);
	if (((struct pg_conn *)c)->again)
		return ERR_BUSY; /* the whole unit is to be repeated */
	return pg_exec((struct pg_conn *)c, sql, f);
}

/* ---- statements ---- */

static Oid param_oid(const struct param *p)
{
	switch (p->type) {
	case FIELD_F64:
		return OID_FLOAT8;
	case FIELD_STR:
	case FIELD_JSON:
		return OID_TEXT;
	case FIELD_BYTES:
		return OID_BYTEA;
	default:
		return OID_INT8;
	}
}

static bool column_fits(Oid oid, enum field_type type)
{
	switch (type) {
	case FIELD_F64:
		return oid == OID_FLOAT8 || oid == OID_FLOAT4;
	case FIELD_STR:
	case FIELD_JSON:
		return oid == OID_TEXT || oid == OID_VARCHAR || oid == OID_BPCHAR || oid == OID_NAME;
	case FIELD_BYTES:
		return oid == OID_BYTEA;
	default:
		return oid == OID_INT8 || oid == OID_INT4 || oid == OID_INT2 || oid == OID_BOOL;
	}
}

static err columns(struct pg_conn *c, struct pg_stmt *s, const struct plan *p, const PGresult *res, struct fail *f)
{
	size_t count = (size_t)PQnfields(res);
	const char **names = ARENA_ARRAY(c->c.arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++)
		names[i] = PQfname(res, (int)i);
	TRY(stmt_columns(&s->s, p, c->c.arena, names, count, f));
	for (size_t i = 0; i < count; i++) {
		if (!column_fits(PQftype(res, (int)i), s->s.cols[i]->type))
			return fail_set(f, ERR_CONFIG, T_OK, str_c(p->q->name), str_c(names[i]),
					STR("the column's type does not fit the field; CAST(sum(x) AS BIGINT)?"));
	}
	return OK;
}

static err pg_prepare(struct conn *conn, const struct plan *p, struct stmt **ret, struct fail *f)
{
	struct pg_conn *c = (struct pg_conn *)conn;
	struct pg_stmt *s = ARENA_NEW(conn->arena, struct pg_stmt);
	Oid types[STORE_PARAMS_MAX];
	for (size_t i = 0; i < p->param_count; i++)
		types[i] = param_oid(&p->params[i]);
	snprintf(s->name, sizeof(s->name), "s%d", ++c->names);
	PGresult *res = PQprepare(c->pg, s->name, p->sql, (int)p->param_count, types);
	err e = OK;
	if (PQresultStatus(res) == PGRES_COMMAND_OK) {
		PQclear(res);
		res = PQdescribePrepared(c->pg, s->name);
	}
	if (PQresultStatus(res) != PGRES_COMMAND_OK) {
		e = pg_error(c, res, f, p->q->name);
		const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
		if (e == ERR_INTERNAL && state && strncmp(state, "42", 2) == 0)
			e = fail_set(f, ERR_CONFIG, T_OK, str_c(p->q->name), STR_NIL,
				     str_c(PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY)));
	} else {
		e = columns(c, s, p, res, f);
	}
	PQclear(res);
	if (e == OK)
		*ret = &s->s;
	return e;
}

static void pg_release(struct conn *c, struct stmt *s)
{
	char sql[40];
	snprintf(sql, sizeof(sql), "DEALLOCATE %s", ((struct pg_stmt *)s)->name);
	pg_exec((struct pg_conn *)c, sql, NULL);
}

struct values {
	const char *v[STORE_PARAMS_MAX];
	int lengths[STORE_PARAMS_MAX], formats[STORE_PARAMS_MAX];
	u64 ints[STORE_PARAMS_MAX];
};

static void value_int(struct values *w, size_t i, i64 v)
{
	w->ints[i] = htobe64((u64)v);
	w->v[i] = v == NIL ? NULL : (const char *)&w->ints[i];
	w->lengths[i] = 8;
}

static void value_field(struct values *w, size_t i, const struct param *p, const void *in)
{
	const void *v = (const char *)in + p->at;
	u64 bits;
	switch (p->type) {
	case FIELD_BOOL:
		value_int(w, i, *(const bool *)v);
		break;
	case FIELD_F64:
		memcpy(&bits, v, sizeof(bits));
		w->ints[i] = htobe64(bits);
		w->v[i] = (const char *)&w->ints[i];
		w->lengths[i] = 8;
		break;
	case FIELD_STR:
	case FIELD_JSON:
	case FIELD_BYTES:
		w->v[i] = ((const str *)v)->p;
		w->lengths[i] = (int)((const str *)v)->n;
		break;
	default:
		value_int(w, i, *(const i64 *)v);
	}
}

static void values_fill(struct values *w, const struct plan *p, const struct snap *snap, const void *in)
{
	for (size_t i = 0; i < p->param_count; i++) {
		const struct param *at = &p->params[i];
		w->formats[i] = 1;
		switch (at->from) {
		case PARAM_CORP:
			value_int(w, i, snap->corp);
			break;
		case PARAM_SLOT:
			value_int(w, i, snap->slot);
			break;
		case PARAM_SCOPE:
			value_int(w, i, snap->scope);
			break;
		case PARAM_NOW:
			value_int(w, i, snap->now);
			break;
		default:
			value_field(w, i, at, in);
		}
	}
}

static err cursor_fetch(struct pg_conn *c, struct pg_stmt *s, struct fail *f)
{
	char sql[64];
	snprintf(sql, sizeof(sql), "FETCH " FETCH_TEXT " FROM c%d", s->cursor);
	PQclear(s->res);
	s->at = -1;
	s->res = PQexecParams(c->pg, sql, 0, NULL, NULL, NULL, NULL, 1);
	return PQresultStatus(s->res) == PGRES_TUPLES_OK ? OK : pg_error(c, s->res, f, s->s.plan->q->name);
}

/* A scan goes through a cursor, so that it costs the memory of a page and may hold another inside. */
static err cursor_open(struct pg_conn *c, struct pg_stmt *s, const struct values *w, struct fail *f)
{
	const struct plan *p = s->s.plan;
	size_t size = strlen(p->sql) + 64;
	if (c->waiting) {
		c->waiting = false;
		TRY(pg_exec(c, SNAPSHOT, f));
	}
	char *sql = malloc(size);
	Oid types[STORE_PARAMS_MAX];
	ASSERT(sql);
	for (size_t i = 0; i < p->param_count; i++)
		types[i] = param_oid(&p->params[i]);
	s->cursor = ++c->names;
	snprintf(sql, size, "DECLARE c%d NO SCROLL CURSOR FOR %s", s->cursor, p->sql);
	PGresult *res = PQexecParams(c->pg, sql, (int)p->param_count, types, w->v, w->lengths, w->formats, 1);
	err e = PQresultStatus(res) == PGRES_COMMAND_OK ? OK : pg_error(c, res, f, p->q->name);
	PQclear(res);
	free(sql);
	if (e != OK) {
		s->cursor = 0;
		return e;
	}
	return cursor_fetch(c, s, f);
}

/* The beginning of the snapshot and its first statement in one round trip. */
static PGresult *run_first(struct pg_conn *c, const struct pg_stmt *s, const struct values *w)
{
	PGresult *last = NULL, *res;
	bool sent = PQenterPipelineMode(c->pg) && PQsendQueryPrepared(c->pg, SNAPSHOT_NAME, 0, NULL, NULL, NULL, 0) &&
		    PQsendQueryPrepared(c->pg, s->name, (int)s->s.plan->param_count, w->v, w->lengths, w->formats, 1) &&
		    PQpipelineSync(c->pg);
	c->waiting = false;
	for (bool synced = !sent; !synced;) {
		res = PQgetResult(c->pg);
		synced = res ? PQresultStatus(res) == PGRES_PIPELINE_SYNC : PQstatus(c->pg) != CONNECTION_OK;
		bool worse = last && PQresultStatus(last) == PGRES_FATAL_ERROR;
		if (res && !synced && !worse) {
			PQclear(last);
			last = res;
		} else {
			PQclear(res);
		}
	}
	PQexitPipelineMode(c->pg);
	return last;
}

static err pg_run(struct conn *conn, struct stmt *stmt, const struct snap *snap, const void *in)
{
	struct pg_conn *c = (struct pg_conn *)conn;
	struct pg_stmt *s = (struct pg_stmt *)stmt;
	const struct plan *p = stmt->plan;
	struct values w;
	values_fill(&w, p, snap, in);
	s->at = -1;
	if (p->q->kind == QUERY_EACH)
		return cursor_open(c, s, &w, snap->fail);
	s->res = c->waiting ? run_first(c, s, &w)
			    : PQexecPrepared(c->pg, s->name, (int)p->param_count, w.v, w.lengths, w.formats, 1);
	ExecStatusType status = PQresultStatus(s->res);
	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return OK;
	return pg_error(c, s->res, snap->fail, p->q->name);
}

static err pg_step(struct conn *conn, struct stmt *stmt, struct fail *f, bool *ret_row)
{
	struct pg_stmt *s = (struct pg_stmt *)stmt;
	if (s->cursor && s->at + 1 == FETCH_ROWS)
		TRY(cursor_fetch((struct pg_conn *)conn, s, f));
	*ret_row = ++s->at < PQntuples(s->res);
	return OK;
}

static i64 read_int(const PGresult *res, int row, int col)
{
	const char *p = PQgetvalue(res, row, col);
	u64 v8;
	u32 v4;
	u16 v2;
	switch (PQgetlength(res, row, col)) {
	case 8:
		memcpy(&v8, p, 8);
		return (i64)be64toh(v8);
	case 4:
		memcpy(&v4, p, 4);
		return (i32)be32toh(v4);
	case 2:
		memcpy(&v2, p, 2);
		return (int16_t)be16toh(v2);
	default:
		return *p;
	}
}

static double read_real(const PGresult *res, int row, int col)
{
	u64 v8 = (u64)read_int(res, row, col);
	double d;
	float f;
	if (PQgetlength(res, row, col) == 8) {
		memcpy(&d, &v8, sizeof(d));
		return d;
	}
	u32 v4 = (u32)v8;
	memcpy(&f, &v4, sizeof(f));
	return f;
}

static void pg_row(struct stmt *stmt, void *ret, struct arena *a)
{
	struct pg_stmt *s = (struct pg_stmt *)stmt;
	for (size_t i = 0; i < stmt->col_count; i++) {
		const struct field *field = stmt->cols[i];
		void *v = (char *)ret + field->at;
		int col = (int)i;
		bool null = PQgetisnull(s->res, s->at, col);
		str text = { PQgetvalue(s->res, s->at, col), (size_t)PQgetlength(s->res, s->at, col) };
		switch (field->type) {
		case FIELD_BOOL:
			*(bool *)v = !null && read_int(s->res, s->at, col) != 0;
			break;
		case FIELD_F64:
			*(double *)v = null ? 0 : read_real(s->res, s->at, col);
			break;
		case FIELD_STR:
		case FIELD_JSON:
		case FIELD_BYTES:
			*(str *)v = null ? STR_NIL : a ? arena_dup(a, text) : text;
			break;
		default:
			*(i64 *)v = null ? NIL : read_int(s->res, s->at, col);
		}
	}
}

static void pg_done(struct conn *conn, struct stmt *stmt, i64 *ret_changed)
{
	struct pg_stmt *s = (struct pg_stmt *)stmt;
	i64 n = 0;
	if (ret_changed)
		*ret_changed = s->res && str_i64(str_c(PQcmdTuples(s->res)), &n) ? n : 0;
	PQclear(s->res);
	s->res = NULL;
	if (s->cursor && PQtransactionStatus(raw(conn)) == PQTRANS_INTRANS) {
		char sql[32];
		snprintf(sql, sizeof(sql), "CLOSE c%d", s->cursor);
		pg_exec((struct pg_conn *)conn, sql, NULL);
	}
	s->cursor = 0;
}

/* One page of a pipeline: all are sent, then all answers read, up to the sync. */
static err pipeline(struct pg_conn *c, struct pg_stmt *s, const struct snap *snap, const char *in, size_t count,
		    i64 *changed)
{
	const struct plan *p = s->s.plan;
	err e = OK;
	for (size_t i = 0; i < count; i++) {
		struct values w;
		values_fill(&w, p, snap, in + i * p->q->in->size);
		if (!PQsendQueryPrepared(c->pg, s->name, (int)p->param_count, w.v, w.lengths, w.formats, 1))
			return pg_error(c, NULL, snap->fail, p->q->name);
	}
	if (!PQpipelineSync(c->pg))
		return pg_error(c, NULL, snap->fail, p->q->name);
	for (bool synced = false; !synced;) {
		PGresult *res = PQgetResult(c->pg);
		if (!res) {
			if (PQstatus(c->pg) != CONNECTION_OK)
				return pg_error(c, NULL, snap->fail, p->q->name);
			continue;
		}
		i64 n = 0;
		ExecStatusType status = PQresultStatus(res);
		synced = status == PGRES_PIPELINE_SYNC;
		if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
			*changed += str_i64(str_c(PQcmdTuples(res)), &n) ? n : 0;
		else if (!synced && status != PGRES_PIPELINE_ABORTED && e == OK)
			e = pg_error(c, res, snap->fail, p->q->name);
		PQclear(res);
	}
	return e;
}

static err pg_run_many(struct conn *conn, struct stmt *stmt, const struct snap *snap, const void *in, size_t count,
		       i64 *ret_changed)
{
	struct pg_conn *c = (struct pg_conn *)conn;
	size_t size = stmt->plan->q->in->size;
	err e = PQenterPipelineMode(c->pg) ? OK : pg_error(c, NULL, snap->fail, stmt->plan->q->name);
	for (size_t at = 0; at < count && e == OK; at += PIPELINE_ROWS) {
		size_t n = count - at < PIPELINE_ROWS ? count - at : PIPELINE_ROWS;
		e = pipeline(c, (struct pg_stmt *)stmt, snap, (const char *)in + at * size, n, ret_changed);
	}
	PQexitPipelineMode(c->pg);
	return e;
}

/* ---- whole store ---- */

static err pg_script(struct store *st, str sql, struct fail *f)
{
	struct pg *g = pg_of(st);
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct pg_conn *c;
	i64 rows;
	str statement;
	err e = conn_begin(g, "BEGIN", &c, &rows, f);
	if (e != OK) {
		arena_free(a);
		return e;
	}
	while (e == OK && sql_next_statement(&sql, &statement))
		if (sql_statement_for(statement, true))
			e = pg_exec(c, arena_cstr(a, sql_map_types(a, statement, true)), f);
	if (e == OK)
		e = pg_exec(c, "COMMIT", f);
	else
		pg_exec(c, "ROLLBACK", NULL);
	pool_give(g, &g->writers, c);
	arena_free(a);
	return e;
}

static err pg_tables(struct store *st, struct fail *f)
{
	static const char sql[] =
		"SELECT table_name, max(CASE WHEN column_name = 'slot' THEN 1 ELSE 0 END) FROM information_schema.columns "
		"WHERE table_schema = current_schema() GROUP BY table_name";
	struct conn *conn;
	TRY(pg_read_begin(st, &conn, f));
	PGresult *res = PQexec(raw(conn), sql);
	err e = PQresultStatus(res) == PGRES_TUPLES_OK ? OK : pg_error((struct pg_conn *)conn, res, f, "tables");
	for (int i = 0; e == OK && i < PQntuples(res); i++) {
		str name = arena_dup(st->arena, str_c(PQgetvalue(res, i, 0)));
		map_put(&st->tables, name, (void *)(*PQgetvalue(res, i, 1) == '1' ? "1" : "0"));
	}
	PQclear(res);
	pg_read_end(st, conn);
	return e;
}

/* A search_path given in the URL names a schema that may have to be made first. */
static err schema_make(struct pg *g, struct fail *f)
{
	struct pg_conn *c;
	i64 rows;
	TRY(conn_begin(g, "BEGIN", &c, &rows, f));
	PGresult *res = PQexec(c->pg, "SELECT current_schema(), current_setting('search_path')");
	err e = PQresultStatus(res) == PGRES_TUPLES_OK ? OK : pg_error(c, res, f, "schema");
	if (e == OK && PQgetisnull(res, 0, 0)) {
		str path = str_c(PQgetvalue(res, 0, 1)), first = str_trim(str_cut(&path, ','));
		char sql[200]; /* the path's own spelling, quoted or not: it comes from the operator */
		snprintf(sql, sizeof(sql), "CREATE SCHEMA IF NOT EXISTS %.*s", STR_F(first));
		e = pg_exec(c, sql, f);
	}
	PQclear(res);
	pg_exec(c, e == OK ? "COMMIT" : "ROLLBACK", NULL);
	pool_give(g, &g->writers, c);
	return e;
}

static err pg_open(struct store *st, struct fail *f)
{
	struct pg *g = calloc(1, sizeof(*g));
	ASSERT(g);
	g->store = st;
	g->url = arena_cstr(st->arena, st->url);
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->some, NULL);
	g->readers.max = st->readers;
	g->writers.max = WRITERS;
	st->impl = g;
	return schema_make(g, f);
}

static void pool_close(struct pool *p)
{
	for (struct pg_conn *c = p->idle, *next; c; c = next) {
		next = c->next;
		conn_close(c);
	}
}

static void pg_close(struct store *st)
{
	struct pg *g = pg_of(st);
	if (!g)
		return;
	pool_close(&g->readers);
	pool_close(&g->writers);
	pthread_mutex_destroy(&g->lock);
	pthread_cond_destroy(&g->some);
	free(g);
	st->impl = NULL;
}

static err pg_backup(struct store *st, str path, struct fail *f)
{
	return fail_set(f, ERR_UNAVAILABLE, T_OK, STR("backup"), STR("PostgreSQL"), STR("pg_dump"));
}

/* A record of ours in the log, waited for: whatever was committed before it lies before it. */
static err pg_durable(struct store *st, struct fail *f)
{
	struct pg *g = pg_of(st);
	struct pg_conn *c;
	i64 rows;
	TRY(conn_begin(g, "BEGIN", &c, &rows, f));
	err e = pg_exec(c, "SELECT pg_logical_emit_message(true, 'yutang', 'durable')", f);
	if (e == OK)
		e = pg_exec(c, "COMMIT", f);
	else
		pg_exec(c, "ROLLBACK", NULL);
	pool_give(g, &g->writers, c);
	return e;
}

static void pg_inbox_flush(struct store *st)
{
	struct inbox_batch *b = inbox_batch_take(st, INBOX_BATCH_MAX);
	if (!b)
		return;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(st, a, 0, "inbox");
	i64 *slots = ARENA_ARRAY(a, i64, SLOT_COUNT);
	size_t n = inbox_batch_slots(b, slots, SLOT_COUNT);
	err e = OK;
	u.apart = true;
	u.lazy = n > 1; /* durable once for all its slots */
	for (size_t i = 0; i < n && e == OK; i++)
		e = WRITE_TX(&u, slots[i], inbox_batch_write(b, tx, slots[i]));
	if (e == OK && u.lazy)
		e = pg_durable(st, &u.fail);
	inbox_batch_end(st, b, e);
	arena_free(a);
}

static void pg_stats(struct store *st, struct store_stats *ret)
{
	struct pg *g = pg_of(st);
	pthread_mutex_lock(&g->lock);
	*ret = g->stats;
	ret->snaps_open = g->reading;
	pthread_mutex_unlock(&g->lock);
}

const struct backend postgres_backend = {
	.name = "postgres",
	.open = pg_open,
	.close = pg_close,
	.read_begin = pg_read_begin,
	.read_end = pg_read_end,
	.unit_open = pg_unit_open,
	.unit_close = pg_unit_close,
	.save = pg_save,
	.save_end = pg_save_end,
	.prepare = pg_prepare,
	.release = pg_release,
	.run = pg_run,
	.step = pg_step,
	.row = pg_row,
	.done = pg_done,
	.run_many = pg_run_many,
	.script = pg_script,
	.tables = pg_tables,
	.backup = pg_backup,
	.inbox_flush = pg_inbox_flush,
	.durable = pg_durable,
	.stats = pg_stats,
};
