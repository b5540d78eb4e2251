/* The databases of tests on PostgreSQL (store/testing.h); every function aborts the test when it cannot. */
#ifndef YT_STORE_TEST_DATABASE_RIG_H
#define YT_STORE_TEST_DATABASE_RIG_H

#include "base/arena.h"

#define TEST_TEMPLATE "yutang_test_template"

/* The address of the tests' server; NULL: they run on SQLite. */
const char *test_server_url(void);
/* The same with another database in it; "" for SQLite. Lives in `a`. */
str test_database_url(struct arena *a, const char *name);

void test_database_make(struct arena *a, const char *name, const char *from);
void test_database_drop(struct arena *a, const char *name);

/*
 * Making a database of some 1,200 relations takes longer than most tests. So one is used again by the next test, of whichever
 * program, once the tables written are emptied. `pool` is a directory that outlives the programs.
 */
/* Notes how TEST_TEMPLATE looks, and keeps its few rows. Once, before the first is taken. */
void test_pool_begin(struct arena *a, const char *pool);
/* Writes the name of a database equal to TEST_TEMPLATE, which is the caller's until given back, to `name`. */
void test_pool_take(struct arena *a, const char *pool, char *name, size_t max);
/* Back to how TEST_TEMPLATE is; dropped instead where a test changed more than rows. */
void test_pool_give(struct arena *a, const char *pool, const char *name);

#endif
