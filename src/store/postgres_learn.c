/* learn: see the header. One transaction for all tables, in an order that two processes share. */
#include "store/learn.h"

#include "store/postgres_int.h"

#include <stdio.h>

static const char grown_sql[] =
	"SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace "
	"AND pg_relation_size(oid) >= %d::bigint * current_setting('block_size')::bigint "
	"AND pg_relation_size(oid) >= %d * relpages::bigint * current_setting('block_size')::bigint ORDER BY oid";

static err analyze_all(struct pg_conn *c, const PGresult *names, struct fail *f)
{
	char sql[200];
	for (int i = 0; i < PQntuples(names); i++) {
		snprintf(sql, sizeof(sql), "ANALYZE %s", PQgetvalue(names, i, 0));
		TRY(pg_exec(c, sql, f));
	}
	return OK;
}

static err learn(struct pg_conn *c, i64 *ret_tables, struct fail *f)
{
	char sql[sizeof(grown_sql) + 24];
	snprintf(sql, sizeof(sql), grown_sql, LEARN_PAGES, LEARN_GROWTH);
	PGresult *names = PQexec(c->pg, sql);
	err e = PQresultStatus(names) == PGRES_TUPLES_OK ? analyze_all(c, names, f) : pg_error(c, names, f, "learn");
	*ret_tables = e == OK ? PQntuples(names) : 0;
	PQclear(names);
	return e;
}

err store_learn(struct store *st, i64 *ret_tables, struct fail *f)
{
	struct pg_conn *c;
	i64 rows;
	*ret_tables = 0;
	if (!store_is_postgres(st))
		return OK;
	struct pg *g = pg_of(st);
	TRY(conn_begin(g, "BEGIN", &c, &rows, f));
	err e = pg_settled(c, f, NULL, 0);
	if (e == OK)
		e = learn(c, ret_tables, f);
	if (e == OK)
		e = pg_exec(c, "COMMIT", f);
	else
		pg_exec(c, "ROLLBACK", NULL);
	pool_give(g, &g->writers, c);
	return e;
}
