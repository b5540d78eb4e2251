/*
 * The databases tests share: one at a time, emptied between them. What was written is seen by the sizes of the tables, what else
 * was changed by the list of relations, which nothing but a change of tables alters.
 */
#include "store/test_database_rig.h"

#include <dirent.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 512
#define ROWS_BYTES (1 << 20)

/* Every relation and schema of our own: the same line, the same tables. */
#define SHAPE_SQL                                                                                                      \
	"SELECT concat_ws(' ', count(*), max(oid), (SELECT count(*) FROM pg_namespace)) FROM pg_class WHERE oid >= 16384"
#define WRITTEN_SQL                                                                                                    \
	"SELECT format('%I', relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "    \
	"AND pg_relation_size(oid) > 0"
#define ALONE_SQL                                                                                                      \
	"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

const char *test_server_url(void)
{
	const char *url = getenv("YUTANG_TEST_STORE");
	return url && strncmp(url, "postgres", 8) == 0 ? url : NULL;
}

str test_database_url(struct arena *a, const char *name)
{
	const char *url = test_server_url();
	if (!url)
		return STR("");
	str s = str_c(url), options = str_c(strchr(url, '?') ? strchr(url, '?') : "");
	size_t end = s.n - options.n;
	while (end > 0 && s.p[end - 1] != '/')
		end--;
	return arena_printf(a, "%.*s%s%.*s", (int)end, url, name, STR_F(options));
}

static _Noreturn void die(const char *what, PGconn *pg)
{
	fprintf(stderr, "test store: %s: %s\n", what, pg ? PQerrorMessage(pg) : "");
	abort();
}

static PGconn *connect_to(struct arena *a, const char *name)
{
	PGconn *pg = PQconnectdb(name ? arena_cstr(a, test_database_url(a, name)) : test_server_url());
	if (PQstatus(pg) != CONNECTION_OK)
		die(name ? name : "server", pg);
	return pg;
}

/* `want` of PQresultStatus; the caller clears. */
static PGresult *run(PGconn *pg, const char *sql, ExecStatusType want)
{
	PGresult *res = PQexec(pg, sql);
	if (PQresultStatus(res) != want)
		die(sql, pg);
	return res;
}

static void server_do(struct arena *a, str sql)
{
	PGconn *pg = connect_to(a, NULL);
	PQclear(run(pg, arena_cstr(a, sql), PGRES_COMMAND_OK));
	PQfinish(pg);
}

void test_database_make(struct arena *a, const char *name, const char *from)
{
	server_do(a, arena_printf(a, "CREATE DATABASE \"%s\" TEMPLATE %s STRATEGY file_copy", name, from));
}

void test_database_drop(struct arena *a, const char *name)
{
	server_do(a, arena_printf(a, "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)", name));
}

/* ---- the pool: `shape`, `rows-TABLE` for the template's rows, `free-NAME` for each database nobody has ---- */

static FILE *pool_file(const char *pool, const char *kind, const char *name, const char *mode)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof(path), "%s/%s%s", pool, kind, name);
	FILE *f = fopen(path, mode);
	if (!f)
		die(path, NULL);
	return f;
}

static void rows_keep(PGconn *pg, struct arena *a, const char *pool, const char *table)
{
	FILE *f = pool_file(pool, "rows-", table, "w");
	char *row;
	PQclear(run(pg, arena_cstr(a, arena_printf(a, "COPY %s TO STDOUT", table)), PGRES_COPY_OUT));
	for (int n; (n = PQgetCopyData(pg, &row, 0)) > 0; PQfreemem(row))
		fwrite(row, 1, (size_t)n, f);
	PQclear(PQgetResult(pg));
	fclose(f);
}

static void rows_return(PGconn *pg, struct arena *a, const char *pool, const char *table)
{
	FILE *f = pool_file(pool, "rows-", table, "r");
	char *rows = arena_alloc(a, ROWS_BYTES);
	size_t n = fread(rows, 1, ROWS_BYTES, f);
	fclose(f);
	PQclear(run(pg, arena_cstr(a, arena_printf(a, "COPY %s FROM STDIN", table)), PGRES_COPY_IN));
	if (n == ROWS_BYTES || PQputCopyData(pg, rows, (int)n) != 1 || PQputCopyEnd(pg, NULL) != 1)
		die(table, pg);
	PGresult *res = PQgetResult(pg);
	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		die(table, pg);
	PQclear(res);
	PQclear(PQgetResult(pg));
}

void test_pool_begin(struct arena *a, const char *pool)
{
	PGconn *pg = connect_to(a, TEST_TEMPLATE);
	PGresult *res = run(pg, SHAPE_SQL, PGRES_TUPLES_OK);
	FILE *f = pool_file(pool, "shape", "", "w");
	fputs(PQgetvalue(res, 0, 0), f);
	fclose(f);
	PQclear(res);
	res = run(pg, WRITTEN_SQL, PGRES_TUPLES_OK);
	for (int i = 0; i < PQntuples(res); i++)
		rows_keep(pg, a, pool, PQgetvalue(res, i, 0));
	PQclear(res);
	PQfinish(pg);
}

void test_pool_take(struct arena *a, const char *pool, char *name, size_t max)
{
	char path[PATH_BYTES];
	static int made; /* by this program */
	DIR *d = opendir(pool);
	bool found = false;
	for (struct dirent *e; !found && d && (e = readdir(d));) {
		snprintf(path, sizeof(path), "%s/%s", pool, e->d_name);
		if (strncmp(e->d_name, "free-", 5) == 0 && unlink(path) == 0) { /* of two who see it one removes it */
			snprintf(name, max, "%s", e->d_name + 5);
			found = true;
		}
	}
	if (d)
		closedir(d);
	if (found)
		return;
	snprintf(name, max, "t_%d_%d", (int)getpid(), made++);
	test_database_make(a, name, TEST_TEMPLATE);
}

static bool same_shape(PGconn *pg, const char *pool)
{
	char want[PATH_BYTES] = "";
	FILE *f = pool_file(pool, "shape", "", "r");
	PGresult *res = run(pg, SHAPE_SQL, PGRES_TUPLES_OK);
	bool same = fgets(want, sizeof(want), f) && strcmp(want, PQgetvalue(res, 0, 0)) == 0;
	fclose(f);
	PQclear(res);
	return same;
}

static void rewind_rows(PGconn *pg, struct arena *a, const char *pool)
{
	PQclear(run(pg, "BEGIN", PGRES_COMMAND_OK));
	PGresult *res = run(pg, WRITTEN_SQL, PGRES_TUPLES_OK);
	str sql = STR("TRUNCATE ");
	for (int i = 0; i < PQntuples(res); i++)
		sql = arena_printf(a, "%.*s%s%s", STR_F(sql), i ? ", " : "", PQgetvalue(res, i, 0));
	if (PQntuples(res))
		PQclear(run(pg, arena_cstr(a, sql), PGRES_COMMAND_OK));
	PQclear(res);
	DIR *d = opendir(pool);
	for (struct dirent *e; d && (e = readdir(d));)
		if (strncmp(e->d_name, "rows-", 5) == 0)
			rows_return(pg, a, pool, e->d_name + 5);
	if (d)
		closedir(d);
	PQclear(run(pg, "COMMIT", PGRES_COMMAND_OK));
}

void test_pool_give(struct arena *a, const char *pool, const char *name)
{
	PGconn *pg = connect_to(a, name);
	PQclear(run(pg, ALONE_SQL, PGRES_TUPLES_OK));
	bool same = same_shape(pg, pool);
	if (same)
		rewind_rows(pg, a, pool);
	PQfinish(pg);
	if (same)
		fclose(pool_file(pool, "free-", name, "w"));
	else
		test_database_drop(a, name);
}
