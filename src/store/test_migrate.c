/*
 * Migrations and the text of SQL: what is mapped, cut, refused and kept.
 */
#include "store/store_int.h"
#include "store/testing.h"

#include <dirent.h>
#include <sys/stat.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static int make(void **state)
{
	*state = test_store_new();
	return 0;
}

static int drop(void **state)
{
	test_store_free(*state);
	return 0;
}

static void statements_are_cut_outside_of_quotes_and_comments(void **state)
{
	str rest = STR("-- a; b\nCREATE TABLE a (x TEXT); /* ; */ INSERT INTO a VALUES ('x;''y'); ; \n -- end\n"), s;
	assert_true(sql_next_statement(&rest, &s));
	assert_true(str_ends(s, STR("CREATE TABLE a (x TEXT)")));
	assert_true(sql_next_statement(&rest, &s));
	assert_true(str_ends(s, STR("VALUES ('x;''y')")));
	assert_false(sql_next_statement(&rest, &s));
}

static void assert_maps(const char *sql, bool postgres, const char *want)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	assert_string_equal(arena_cstr(a, sql_map_types(a, str_c(sql), postgres)), want);
	arena_free(a);
}

static void types_are_mapped_for_each_store(void **state)
{
	const char *table = "CREATE TABLE t (a BIGINT, b DOUBLE PRECISION, c BYTEA, text TEXT, PRIMARY KEY (a, b))";
	assert_maps(table, false, "CREATE TABLE t (a INTEGER, b REAL , c BLOB, text TEXT, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID");
	assert_maps(table, true, "CREATE TABLE t (a BIGINT, b DOUBLE PRECISION, c BYTEA, text TEXT COLLATE \"C\", PRIMARY KEY (a, b))");
	assert_maps("CREATE TABLE t ( /* rowid */ a BIGINT, b BIGINT, PRIMARY KEY (a, b))", false,
		    "CREATE TABLE t (   a INTEGER, b INTEGER, PRIMARY KEY (a, b)) STRICT");
	assert_maps("CREATE TABLE t (a BIGINT PRIMARY KEY, b BIGINT)", false, "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER) STRICT");
	assert_maps("CREATE INDEX i ON t (a, b)", false, "CREATE INDEX i ON t (a, b)");
	assert_maps("ALTER TABLE t ADD COLUMN d TEXT", true, "ALTER TABLE t ADD COLUMN d TEXT COLLATE \"C\"");
	assert_maps("ALTER TABLE t ADD COLUMN d BIGINT", false, "ALTER TABLE t ADD COLUMN d INTEGER");
	assert_maps("INSERT INTO t VALUES ('BIGINT')", true, "INSERT INTO t VALUES ('BIGINT')");
}

static void a_statement_may_be_of_one_store_only(void **state)
{
	assert_true(sql_statement_for(STR("CREATE TABLE a (x TEXT)"), true));
	assert_true(sql_statement_for(STR("CREATE TABLE a (x TEXT /* only sqlite */)"), false));
	assert_false(sql_statement_for(STR("CREATE TABLE a (x TEXT /* only sqlite */)"), true));
	assert_false(sql_statement_for(STR("/* only postgres */ DROP INDEX i"), false));
	assert_true(sql_statement_for(STR("/* only postgres */ DROP INDEX i"), true));
	/* Prose above a statement and texts in it decide nothing. */
	assert_true(sql_statement_for(STR("-- only sqlite\nDROP INDEX i"), true));
	assert_true(sql_statement_for(STR("INSERT INTO a VALUES ('/* only sqlite */')"), true));
}

/* What 0002 took away and kept. */
static void no_key_of_random_order_is_left_on_sqlite(void **state)
{
	struct test_store *t = *state;
	struct fail f = { 0 };
	static const char put[] = "INSERT INTO inbox (slot, corp, source, key, id, received, due, attempts, state, body) "
				  "VALUES (7, 1, 's', 'k', %d, 1, 1, 0, 1, '')";
	bool postgres = store_is_postgres(t->store);
	assert_int_equal(t->store->ops->script(t->store, arena_printf(t->arena, put, 1), &f), OK);
	assert_int_equal(t->store->ops->script(t->store, arena_printf(t->arena, put, 2), &f), postgres ? ERR_EXISTS : OK);
	str drop_index = STR("DROP INDEX journal_timeline");
	assert_int_equal(t->store->ops->script(t->store, drop_index, &f), postgres ? OK : ERR_INTERNAL);
}

static void a_failed_script_leaves_nothing(void **state)
{
	struct test_store *t = *state;
	struct fail f = { 0 };
	assert_int_not_equal(t->store->ops->script(t->store, STR("CREATE TABLE half (a BIGINT); SELECT nonsense"), &f), OK);
	assert_int_equal(t->store->ops->script(t->store, STR("CREATE TABLE half (a BIGINT)"), &f), OK);
}

static void bend(struct test_store *t, const char *sql)
{
	struct fail f = { 0 };
	assert_int_equal(t->store->ops->script(t->store, str_c(sql), &f), OK);
}

static void a_newer_schema_is_refused(void **state)
{
	struct test_store *t = *state;
	struct fail f = { 0 };
	bend(t, "INSERT INTO schema_version (module, number, name, digest, applied) VALUES ('later', 7, 'x', 'd', 0)");
	assert_int_equal(migrate(t->store, NULL, &f), ERR_CONFIG);
	assert_int_equal(f.text, T_STORE_NEWER);
	assert_string_equal(f.value, "later/0007");
}

static void a_changed_migration_is_refused(void **state)
{
	struct test_store *t = *state;
	struct fail f = { 0 };
	assert_int_equal(migrate(t->store, NULL, &f), OK);
	bend(t, "UPDATE schema_version SET digest = 'bent' WHERE module = 'store' AND number = 1");
	assert_int_equal(migrate(t->store, NULL, &f), ERR_CONFIG);
	assert_int_equal(f.text, T_STORE_CHANGED);
	assert_string_equal(f.value, "store/0001");
}

static int backups(const struct test_store *t)
{
	DIR *d = opendir(t->dir);
	int n = 0;
	for (struct dirent *e; (e = readdir(d));)
		n += strncmp(e->d_name, "before-upgrade-", 15) == 0;
	closedir(d);
	return n;
}

static void an_old_database_is_kept_before_it_is_changed(void **state)
{
	struct test_store *t = *state;
	struct fail f = { 0 };
	assert_int_equal(backups(t), 0);
	bend(t, "DELETE FROM schema_version WHERE module = 'store' AND number = 1");
	/* Its tables are there already, so it cannot be applied; the copy was made first. */
	assert_int_not_equal(migrate(t->store, NULL, &f), OK);
	assert_int_equal(backups(t), store_is_postgres(t->store) ? 0 : 1);
}

static void a_schema_named_in_the_address_is_made(void **state)
{
	struct test_store *t = *state;
	struct store *other = NULL;
	struct fail f = { 0 };
	char dir[128];
	if (!store_is_postgres(t->store))
		return;
	snprintf(dir, sizeof(dir), "%s/other", t->dir);
	assert_int_equal(mkdir(dir, 0700), 0); /* goes with the test's own */
	const char *and = memchr(t->store->url.p, '?', t->store->url.n) ? "&" : "?";
	struct store_conf conf = { .dir = str_c(dir), .clock = &t->clock,
				   .url = arena_printf(t->arena, "%.*s%soptions=-csearch_path%%3Dpond", STR_F(t->store->url), and) };
	assert_int_equal(store_open(&conf, &other, &f), OK);
	assert_int_equal(other->ops->script(other, STR("INSERT INTO pond.schema_version (module, number, name, digest, applied) "
						       "VALUES ('later', 7, 'x', 'd', 0)"), &f), OK);
	other->ids.last = 0;
	store_close(other);
	assert_int_equal(migrate(t->store, NULL, &f), OK); /* the other schema's rows are not ours */
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_are_cut_outside_of_quotes_and_comments),
		cmocka_unit_test(a_statement_may_be_of_one_store_only),
		T(no_key_of_random_order_is_left_on_sqlite),
		cmocka_unit_test(types_are_mapped_for_each_store),
		T(a_failed_script_leaves_nothing),
		T(a_newer_schema_is_refused),
		T(a_schema_named_in_the_address_is_made),
		T(a_changed_migration_is_refused),
		T(an_old_database_is_kept_before_it_is_changed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
