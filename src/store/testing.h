/*
 * For tests: a fresh store with a simulated clock and two corps, gone afterwards.
 *
 * In a temporary directory on SQLite, or, when YUTANG_TEST_STORE is a postgres URL, in a database of
 * its own there. YUTANG_TEST_SPREAD spreads both corps over that many slots (default 1), so one suite runs
 * both ways. Corps 1 and 2 share their slots: what one sees of the other is a fault.
 */
#ifndef YT_STORE_TESTING_H
#define YT_STORE_TESTING_H

#include "store/store.h"

#define TEST_START ((ms)1764547200000) /* 2025-12-01 00:00 UTC */
#define TEST_BASE_SLOT 7

struct test_store {
	struct store *store;
	struct clock clock;
	struct arena *arena;
	struct unit unit; /* of corp 1 */
	char dir[160], database[64];
	bool fast;
};

/* Aborts the test when it cannot. */
struct test_store *test_store_new(void);
struct test_store *test_store_new_fast(void); /* fast_unsafe */
void test_store_free(struct test_store *t);
/* Closes and opens the same data again, as after a restart. */
void test_store_reopen(struct test_store *t);
struct unit test_unit(struct test_store *t, i64 corp);
i64 test_spread(void);

#endif
