/*
 * The PostgreSQL back end: the same calls are BEGIN and COMMIT on pooled connections.
 *
 * A unit waits for its turn (turn.h), then locks the head row of its slot, so units of one slot follow one
 * another as they do on SQLite, in whatever process: what a transaction reads in its slot stays true until
 * it commits, and journal numbers are in commit order. Units of different slots run side by side.
 * Serialization failures, deadlocks and lost connections repeat the unit; an error at COMMIT is
 * ERR_UNKNOWN, because nobody knows. Every commit only stands at first, so that nobody waits for the disk
 * with the slot in hand; those who wait for it are made durable together.
 *
 * A message costs several times what a statement does, so what need not be answered at once is sent along
 * with what must (`sent`): the beginning of a unit or snapshot, and the writes of lazy units. Their first
 * error is that of the next statement that is waited for, of tx_changed, or of the commit.
 *
 * Snapshots are REPEATABLE READ READ ONLY. Values travel in binary: integers as eight bytes, texts as
 * they lie in memory. Errors are told apart by SQLSTATE alone, and only texts of the syntax class are
 * passed on: others may quote data. No LISTEN, no advisory locks, no sequences.
 */
#include "store/postgres_int.h"

#include "base/fault.h"
#include "base/log.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>

#define WRITERS 16
#define FETCH_ROWS 1000
#define FETCH_TEXT "1000"

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
	pg_settled(c, NULL, NULL, 0);
	if (!c->waiting)
		c->ending = PQsendQuery(c->pg, "COMMIT") == 1;
	c->waiting = false;
	pthread_mutex_lock(&g->lock);
	g->reading--;
	pthread_mutex_unlock(&g->lock);
	pool_give(g, &g->readers, c);
}

/* ---- units ---- */

/* BEGIN and the slot's lock; a slot met for the first time gets its row before. */
static err unit_begin(struct pg *g, struct pg_conn *c, const struct tx *tx)
{
	i64 slot = tx->snap.slot;
	bool lock = !tx->snap.unit->apart;
	char sql[120];
	if (lock && !atomic_load(&g->heads[slot])) {
		snprintf(sql, sizeof(sql), "INSERT INTO slot_head (slot, seq) VALUES (%lld, 0) ON CONFLICT (slot) DO NOTHING", (long long)slot);
		TRY(pg_exec(c, sql, tx->snap.fail));
		atomic_store(&g->heads[slot], true);
	}
	pg_prepare_lock(c);
	TRY(pg_send_own(c, "unit", -1, tx->snap.fail));
	if (lock)
		TRY(pg_send_own(c, "lock", slot, tx->snap.fail));
	return c->lazy ? OK : pg_settled(c, tx->snap.fail, NULL, 0);
}

/* On a connection of its own; a lost one is made anew, once. */
static err unit_connect(struct pg *g, struct tx *tx)
{
	struct pg_conn *c = NULL;
	TRY(pool_take(g, &g->writers, &c, tx->snap.fail));
	c->lazy = tx->snap.unit->lazy;
	c->wrote = false;
	conn_drain(c);
	err e = ERR_BUSY;
	if (PQstatus(c->pg) == CONNECTION_OK)
		e = unit_begin(g, c, tx);
	if (e != OK && PQstatus(c->pg) != CONNECTION_OK) {
		e = pg_connect(g, c, true, tx->snap.fail);
		if (e == OK)
			e = unit_begin(g, c, tx);
	}
	if (e != OK) {
		if (PQtransactionStatus(c->pg) != PQTRANS_IDLE)
			pg_roll_back(c);
		pool_give(g, &g->writers, c);
		return e;
	}
	tx->snap.conn = &c->c;
	return OK;
}

static err pg_unit_open(struct tx *tx)
{
	struct pg *g = pg_of(tx->snap.unit->store);
	err e = ERR_BUSY;
	if (!tx->snap.unit->apart)
		turn_take(g->turns, tx->snap.slot, tx->snap.unit->lazy);
	for (int i = 0; i < STORE_TRIES_MAX && e == ERR_BUSY; i++)
		e = unit_connect(g, tx);
	if (e != OK && !tx->snap.unit->apart)
		turn_give(g->turns, tx->snap.slot);
	return e;
}

/* COMMIT of an aborted transaction answers ROLLBACK without an error. */
static err unit_commit(struct pg_conn *c, struct fail *f)
{
	if (fault_pass("store.commit") != FAULT_NONE) {
		pg_roll_back(c);
		return fail_set(f, ERR_UNKNOWN, T_OK, STR("commit"), STR_NIL, STR_NIL);
	}
	PGresult *res = NULL;
	err e = pg_send_own(c, "commit", -1, f);
	if (e == OK)
		e = pg_settled(c, f, &res, c->sent_count - 1);
	if (e != OK && !res && PQstatus(c->pg) == CONNECTION_OK) {
		pg_roll_back(c); /* one of those before it failed */
		return e;
	}
	const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	bool rolled_back = state && (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0);
	c->again = rolled_back;
	if (e == OK)
		e = res && strcmp(PQcmdStatus(res), "COMMIT") == 0 ? OK : ERR_INTERNAL;
	else
		e = rolled_back ? ERR_BUSY : ERR_UNKNOWN;
	PQclear(res);
	return e == OK ? OK : fail_set(f, e, T_OK, STR("commit"), STR_NIL, STR_NIL);
}

/* A record of ours in the log, waited for: whatever was committed before it lies before it. On a connection of its own,
 * where commits are as durable as the server was told to make them. */
static err log_sync(struct pg *g, struct fail *f)
{
	static const char name[] = "sync";
	struct pg_conn *c = &g->sync;
	for (int i = 0; i < 2; i++) {
		if (PQstatus(c->pg) != CONNECTION_OK) {
			TRY(pg_connect(g, c, false, f));
			PQclear(PQprepare(c->pg, name, "SELECT pg_logical_emit_message(true, 'yutang', 'durable')", 0, NULL));
		}
		PGresult *res = PQexecPrepared(c->pg, name, 0, NULL, NULL, NULL, 1);
		err e = pg_answered(res) ? OK : pg_error(c, res, f, name);
		PQclear(res);
		if (e == OK || PQstatus(c->pg) == CONNECTION_OK)
			return e;
	}
	return f->code;
}

/* Who comes while the log is being synced shares the next one. */
static err durable(struct pg *g, struct fail *f)
{
	if (g->store->fast)
		return OK;
	pthread_mutex_lock(&g->lock);
	u64 mine = ++g->asked;
	err e = OK;
	while (e == OK && g->durable < mine) {
		if (g->syncing) {
			pthread_cond_wait(&g->synced, &g->lock);
			continue;
		}
		u64 upto = g->asked;
		g->syncing = true;
		pthread_mutex_unlock(&g->lock);
		e = log_sync(g, f);
		pthread_mutex_lock(&g->lock);
		g->syncing = false;
		if (e == OK)
			g->durable = upto;
		g->stats.syncs++;
		pthread_cond_broadcast(&g->synced);
	}
	pthread_mutex_unlock(&g->lock);
	return e;
}

static err pg_unit_close(struct tx *tx, err body, bool *ret_again)
{
	struct store *st = tx->snap.unit->store;
	struct pg *g = pg_of(st);
	struct pg_conn *c = (struct pg_conn *)tx->snap.conn;
	bool waits = !c->lazy && c->wrote;
	enum fault_action fault = fault_pass("store.unit");
	if (body == OK && fault != FAULT_NONE)
		body = fault == FAULT_FULL ? ERR_FULL : ERR_IO;
	err e = body;
	if (body == OK)
		e = unit_commit(c, tx->snap.fail);
	else
		pg_roll_back(c);
	*ret_again = e != OK && e != ERR_UNKNOWN && c->again;
	if (e == OK)
		tx_committed(st, tx->state);
	pool_give(g, &g->writers, c);
	if (!tx->snap.unit->apart)
		turn_give(g->turns, tx->snap.slot);
	pthread_mutex_lock(&g->lock);
	g->stats.units++;
	g->stats.groups++;
	g->stats.group_max = 1;
	g->stats.commits += e == OK;
	pthread_mutex_unlock(&g->lock);
	if (e == OK)
		store_wake(st, tx->state->wake);
	if (e == OK && waits && durable(g, tx->snap.fail) != OK)
		e = fail_set(tx->snap.fail, ERR_UNKNOWN, T_OK, STR("commit"), STR_NIL, STR_NIL);
	return e;
}

static err pg_settle(struct conn *conn, i64 *ret_changed, struct fail *f)
{
	struct pg_conn *c = (struct pg_conn *)conn;
	err e = pg_settled(c, f, NULL, 0);
	*ret_changed = c->changed;
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
	if (!keep)
		pg_settled((struct pg_conn *)c, NULL, NULL, 0);
	if (((struct pg_conn *)c)->again)
		return ERR_BUSY; /* the whole unit is to be repeated */
	return pg_exec((struct pg_conn *)c, sql, f);
}

/* ---- statements ---- */

Oid pg_param_oid(const struct param *p)
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

bool pg_column_fits(Oid oid, enum field_type type)
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

static err columns(struct pg_conn *c, struct pg_stmt *s, const struct plan *p, const PGresult *res, int first, struct fail *f)
{
	size_t count = (size_t)(PQnfields(res) - first);
	const char **names = ARENA_ARRAY(c->c.arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++)
		names[i] = PQfname(res, first + (int)i);
	TRY(stmt_columns(&s->s, p, c->c.arena, names, count, f));
	for (size_t i = 0; i < count; i++) {
		if (!pg_column_fits(PQftype(res, first + (int)i), s->s.cols[i]->type))
			return fail_set(f, ERR_CONFIG, T_OK, str_c(p->q->name), str_c(names[i]),
					STR("the column's type does not fit the field; CAST(sum(x) AS BIGINT)?"));
	}
	return OK;
}

err pg_prepare_columns(struct pg_conn *c, struct pg_stmt *s, const struct plan *p, const Oid *types, int first, struct fail *f)
{
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
		e = columns(c, s, p, res, first, f);
	}
	PQclear(res);
	return e;
}

static err pg_prepare(struct conn *conn, const struct plan *p, struct stmt **ret, struct fail *f)
{
	struct pg_conn *c = (struct pg_conn *)conn;
	struct pg_stmt *s = ARENA_NEW(conn->arena, struct pg_stmt);
	TRY(pg_settled(c, f, NULL, 0));
	Oid types[STORE_PARAMS_MAX];
	for (size_t i = 0; i < p->param_count; i++)
		types[i] = pg_param_oid(&p->params[i]);
	snprintf(s->name, sizeof(s->name), "s%d", ++c->names);
	TRY(pg_prepare_columns(c, s, p, types, 0, f));
	*ret = &s->s;
	return OK;
}

static void pg_release(struct conn *c, struct stmt *s)
{
	char sql[40];
	snprintf(sql, sizeof(sql), "DEALLOCATE %s", ((struct pg_stmt *)s)->name);
	pg_exec((struct pg_conn *)c, sql, NULL);
}

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

void pg_values(struct values *w, const struct plan *p, const struct snap *snap, const void *in)
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

err pg_waiting_begins(struct pg_conn *c, struct fail *f)
{
	bool waiting = c->waiting;
	c->waiting = false;
	return waiting ? pg_send_own(c, "snapshot", -1, f) : OK;
}

static err cursor_fetch(struct pg_conn *c, struct pg_stmt *s, struct fail *f)
{
	char sql[64];
	snprintf(sql, sizeof(sql), "FETCH " FETCH_TEXT " FROM c%d", s->cursor);
	PQclear(s->res);
	s->res = NULL;
	s->at = -1;
	TRY(pg_settled(c, f, NULL, 0));
	s->res = PQexecParams(c->pg, sql, 0, NULL, NULL, NULL, NULL, 1);
	return PQresultStatus(s->res) == PGRES_TUPLES_OK ? OK : pg_error(c, s->res, f, s->s.plan->q->name);
}

/* A scan goes through a cursor, so that it costs the memory of a page and may hold another inside. */
static err cursor_open(struct pg_conn *c, struct pg_stmt *s, const struct values *w, struct fail *f)
{
	const struct plan *p = s->s.plan;
	size_t size = strlen(p->sql) + 64;
	TRY(pg_waiting_begins(c, f));
	TRY(pg_settled(c, f, NULL, 0));
	char *sql = malloc(size);
	Oid types[STORE_PARAMS_MAX];
	ASSERT(sql);
	for (size_t i = 0; i < p->param_count; i++)
		types[i] = pg_param_oid(&p->params[i]);
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

static void write_begins(struct pg_conn *c)
{
	c->wrote = true;
	c->changed = 0;
	c->last_write = c->sent_count;
	c->c.later = c->lazy;
}

static err pg_run(struct conn *conn, struct stmt *stmt, const struct snap *snap, const void *in)
{
	struct pg_conn *c = (struct pg_conn *)conn;
	struct pg_stmt *s = (struct pg_stmt *)stmt;
	const struct plan *p = stmt->plan;
	const char *what = p->q->name;
	int count = (int)p->param_count;
	struct values w;
	pg_values(&w, p, snap, in);
	s->at = -1;
	if (p->q->kind == QUERY_EACH)
		return cursor_open(c, s, &w, snap->fail);
	if (p->q->kind == QUERY_WRITE)
		write_begins(c);
	c->wrote |= p->q->kind == QUERY_WRITE_ONE;
	TRY(pg_waiting_begins(c, snap->fail));
	if (p->q->kind == QUERY_WRITE && c->lazy)
		return pg_send(c, what, s->name, count, &w, snap->fail);
	if (c->sent_count) {
		TRY(pg_send(c, what, s->name, count, &w, snap->fail));
		return pg_settled(c, snap->fail, &s->res, c->sent_count - 1);
	}
	s->res = PQexecPrepared(c->pg, s->name, count, w.v, w.lengths, w.formats, 1);
	return pg_answered(s->res) ? OK : pg_error(c, s->res, snap->fail, what);
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

void pg_read_row(const PGresult *res, int row, int first, const struct stmt *s, void *ret, struct arena *a)
{
	for (size_t i = 0; i < s->col_count; i++) {
		const struct field *field = s->cols[i];
		void *v = (char *)ret + field->at;
		int col = first + (int)i;
		bool null = PQgetisnull(res, row, col);
		str text = { PQgetvalue(res, row, col), (size_t)PQgetlength(res, row, col) };
		switch (field->type) {
		case FIELD_BOOL:
			*(bool *)v = !null && read_int(res, row, col) != 0;
			break;
		case FIELD_F64:
			*(double *)v = null ? 0 : read_real(res, row, col);
			break;
		case FIELD_STR:
		case FIELD_JSON:
		case FIELD_BYTES:
			*(str *)v = null ? STR_NIL : a ? arena_dup(a, text) : text;
			break;
		default:
			*(i64 *)v = null ? NIL : read_int(res, row, col);
		}
	}
}

static void pg_row(struct stmt *stmt, void *ret, struct arena *a)
{
	const struct pg_stmt *s = (const struct pg_stmt *)stmt;
	pg_read_row(s->res, s->at, 0, stmt, ret, a);
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

static err pg_run_many(struct conn *conn, struct stmt *stmt, const struct snap *snap, const void *in, size_t count,
		       i64 *ret_changed)
{
	struct pg_conn *c = (struct pg_conn *)conn;
	const struct plan *p = stmt->plan;
	write_begins(c);
	for (size_t i = 0; i < count; i++) {
		struct values w;
		pg_values(&w, p, snap, (const char *)in + i * p->q->in->size);
		TRY(pg_send(c, p->q->name, ((struct pg_stmt *)stmt)->name, (int)p->param_count, &w, snap->fail));
	}
	err e = c->lazy ? OK : pg_settled(c, snap->fail, NULL, 0);
	*ret_changed = c->changed;
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
	pthread_cond_init(&g->synced, NULL);
	g->turns = turns_new();
	g->readers.max = st->readers;
	g->writers.max = WRITERS;
	st->impl = g;
	return schema_make(g, f);
}

static void pool_close(struct pool *p)
{
	for (struct pg_conn *c = p->idle, *next; c; c = next) {
		next = c->next;
		pg_disconnect(c);
	}
}

static void pg_close(struct store *st)
{
	struct pg *g = pg_of(st);
	if (!g)
		return;
	PQfinish(g->sync.pg);
	if (g->sync.c.arena)
		arena_free(g->sync.c.arena);
	pool_close(&g->readers);
	pool_close(&g->writers);
	pthread_mutex_destroy(&g->lock);
	pthread_cond_destroy(&g->some);
	pthread_cond_destroy(&g->synced);
	turns_free(g->turns);
	free(g);
	st->impl = NULL;
}

static err pg_backup(struct store *st, str path, struct fail *f)
{
	return fail_set(f, ERR_UNAVAILABLE, T_OK, STR("backup"), STR("PostgreSQL"), STR("pg_dump"));
}

static err pg_durable(struct store *st, struct fail *f) { return durable(pg_of(st), f); }

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
	u.lazy = true; /* durable once for all its slots */
	for (size_t i = 0; i < n && e == OK; i++)
		e = WRITE_TX(&u, slots[i], inbox_batch_write(b, tx, slots[i]));
	if (e == OK)
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
	.settle = pg_settle,
	.read_ahead = pg_read_ahead,
	.ask = pg_ask,
	.stats = pg_stats,
};
