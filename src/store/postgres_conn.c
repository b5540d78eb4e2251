/*
 * Connections to PostgreSQL: errors told apart, what is sent along with what must be answered, and the two pools.
 */
#include "store/ahead_int.h"
#include "store/postgres_int.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>

#define POOL_WAIT_S 10

/* ---- errors ---- */

err pg_error(struct pg_conn *c, const PGresult *res, struct fail *f, const char *what)
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

/* ---- sent along ---- */

bool pg_answered(const PGresult *res)
{
	return PQresultStatus(res) == PGRES_COMMAND_OK || PQresultStatus(res) == PGRES_TUPLES_OK;
}

err pg_settled(struct pg_conn *c, struct fail *f, PGresult **ret, int from)
{
	err e = OK;
	int at = 0;
	if (!c->sent_count)
		return OK;
	bool more = PQpipelineSync(c->pg) == 1;
	while (more) {
		PGresult *res = PQgetResult(c->pg);
		more = res ? PQresultStatus(res) != PGRES_PIPELINE_SYNC : PQstatus(c->pg) == CONNECTION_OK;
		if (!res || !more) {
			PQclear(res);
			continue;
		}
		i64 n = 0;
		bool wanted = ret && at >= from, fine = pg_answered(res), skipped = PQresultStatus(res) == PGRES_PIPELINE_ABORTED;
		if (fine && !wanted && at >= c->last_write && str_i64(str_c(PQcmdTuples(res)), &n))
			c->changed += n;
		if (!fine && !skipped && e == OK)
			e = pg_error(c, res, f, c->sent[at]);
		if (wanted && !skipped)
			ret[at - from] = res;
		else
			PQclear(res);
		at++;
	}
	if (e == OK && at < c->sent_count)
		e = pg_error(c, NULL, f, c->sent[at]);
	c->sent_count = 0;
	c->last_write = 0;
	PQexitPipelineMode(c->pg);
	return e;
}

err pg_send(struct pg_conn *c, const char *what, const char *name, int count, const struct values *w, struct fail *f)
{
	if (c->sent_count == PIPELINE_ROWS)
		TRY(pg_settled(c, f, NULL, 0));
	bool sent = (c->sent_count || PQenterPipelineMode(c->pg)) &&
		    PQsendQueryPrepared(c->pg, name, count, w->v, w->lengths, w->formats, 1);
	if (!sent)
		return pg_error(c, NULL, f, what);
	c->sent[c->sent_count++] = what;
	return OK;
}

/* What every connection has prepared. */
static const struct { const char *name, *sql; } own[] = {
	{ "snapshot", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" },
	{ "unit", "BEGIN" },
	{ "commit", "COMMIT" },
	{ "lock", "SELECT seq FROM slot_head WHERE slot = $1 FOR UPDATE" }, /* not before the migrations: at the first unit */
};

static void own_prepare(struct pg_conn *c, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		PQclear(PQprepare(c->pg, own[i].name, own[i].sql, 0, NULL));
}

void pg_prepare_lock(struct pg_conn *c)
{
	if (!c->locks)
		own_prepare(c, ARRAY_LEN(own) - 1, ARRAY_LEN(own));
	c->locks = true;
}

err pg_send_own(struct pg_conn *c, const char *name, i64 slot, struct fail *f)
{
	u64 bits = htobe64((u64)slot);
	const char *v = (const char *)&bits;
	if (c->sent_count == PIPELINE_ROWS)
		TRY(pg_settled(c, f, NULL, 0));
	if (c->sent_count == 0 && !PQenterPipelineMode(c->pg))
		return pg_error(c, NULL, f, name);
	if (!PQsendQueryPrepared(c->pg, name, slot >= 0, &v, &(int){ 8 }, &(int){ 1 }, 1))
		return pg_error(c, NULL, f, name);
	c->sent[c->sent_count++] = name;
	return OK;
}

/* Of several statements the last one's rows count. */
static err pg_rows(struct pg_conn *c, const char *sql, i64 *ret_rows, struct fail *f)
{
	TRY(pg_settled(c, f, NULL, 0));
	PGresult *res = PQexec(c->pg, sql);
	ExecStatusType status = PQresultStatus(res);
	err e = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? OK : pg_error(c, res, f, sql);
	*ret_rows = PQntuples(res);
	PQclear(res);
	return e;
}

err pg_exec(struct pg_conn *c, const char *sql, struct fail *f)
{
	i64 rows;
	return pg_rows(c, sql, &rows, f);
}

/* Whatever the answers to what was sent. */
void pg_roll_back(struct pg_conn *c)
{
	pg_settled(c, NULL, NULL, 0);
	pg_exec(c, "ROLLBACK", NULL);
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

err pg_connect(struct pg *g, struct pg_conn *c, bool writer, struct fail *f)
{
	PQfinish(c->pg);
	c->pg = PQconnectdb(g->url);
	conn_fresh(c, g->store, writer);
	if (PQstatus(c->pg) != CONNECTION_OK)
		return fail_set(f, ERR_BUSY, T_OK, STR("store"), STR("connect"), STR_NIL);
	PQsetNoticeReceiver(c->pg, quiet, NULL);
	c->sent_count = c->last_write = 0;
	c->locks = false;
	own_prepare(c, 0, ARRAY_LEN(own) - 1);
	return pg_exec(c, writer ? "SET client_encoding TO 'UTF8'; SET synchronous_commit TO off"
				 : "SET client_encoding TO 'UTF8'", f);
}

void pg_disconnect(struct pg_conn *c)
{
	PQfinish(c->pg);
	ahead_end(&c->c);
	if (c->c.arena)
		arena_free(c->c.arena);
	free(c);
}

/* Waits for a connection, but not for ever: threads that hold one kind and wait for the other could
 * wait for each other. */
err pool_take(struct pg *g, struct pool *p, struct pg_conn **ret, struct fail *f)
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
	ahead_end(&c->c);
	*ret = c;
	return OK;
}

void pool_give(struct pg *g, struct pool *p, struct pg_conn *c)
{
	pthread_mutex_lock(&g->lock);
	c->next = p->idle;
	p->idle = c;
	pthread_cond_broadcast(&g->some);
	pthread_mutex_unlock(&g->lock);
}

/* Reads what is left of the last use; that the server has hung up meanwhile shows in the status. */
void conn_drain(struct pg_conn *c)
{
	for (PGresult *res; c->ending && (res = PQgetResult(c->pg));)
		PQclear(res);
	c->ending = false;
	if (PQstatus(c->pg) == CONNECTION_OK)
		PQconsumeInput(c->pg);
}

/* A connection for a snapshot. It begins with the first statement, which is when PostgreSQL takes one anyway. */
err conn_snapshot(struct pg *g, struct pg_conn **ret, struct fail *f)
{
	struct pg_conn *c = NULL;
	TRY(pool_take(g, &g->readers, &c, f));
	conn_drain(c);
	if (PQstatus(c->pg) != CONNECTION_OK) {
		err e = pg_connect(g, c, false, f);
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
err conn_begin(struct pg *g, const char *begin, struct pg_conn **ret, i64 *ret_rows, struct fail *f)
{
	struct pg_conn *c = NULL;
	TRY(pool_take(g, &g->writers, &c, f));
	err e = ERR_BUSY;
	if (PQstatus(c->pg) == CONNECTION_OK)
		e = pg_rows(c, begin, ret_rows, f);
	if (e != OK && PQstatus(c->pg) != CONNECTION_OK) {
		e = pg_connect(g, c, true, f);
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
