/*
 * The planner counts tables that have grown, each time they are several times what it knows, and no others.
 */
#include "store/learn.h"
#include "store/store_int.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static i64 learned(struct test_store *t)
{
	struct fail f = { 0 };
	i64 n = -1;
	assert_int_equal(store_learn(t->store, &n, &f), OK);
	return n;
}

static void grow(struct test_store *t, int rows)
{
	struct fail f = { 0 };
	str sql = arena_printf(t->arena, "INSERT INTO grown (a, b) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
					 "SELECT i, 'some text that fills a page' FROM n", rows);
	assert_int_equal(t->store->ops->script(t->store, sql, &f), OK);
}

static void what_has_grown_is_counted_and_nothing_else(void **state)
{
	struct test_store *t = test_store_new_fast();
	struct fail f = { 0 };
	bool postgres = store_is_postgres(t->store);
	learned(t);
	assert_int_equal(learned(t), 0);
	assert_int_equal(t->store->ops->script(t->store, STR("CREATE TABLE grown (a BIGINT, b TEXT)"), &f), OK);
	grow(t, 50); /* a page */
	assert_int_equal(learned(t), 0);
	grow(t, 5000);
	assert_int_equal(learned(t), postgres ? 1 : 0);
	assert_int_equal(learned(t), 0);
	grow(t, 5000); /* twice what is known */
	assert_int_equal(learned(t), 0);
	grow(t, 15000); /* five times */
	assert_int_equal(learned(t), postgres ? 1 : 0);
	assert_int_equal(learned(t), 0);
	test_store_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_has_grown_is_counted_and_nothing_else) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
