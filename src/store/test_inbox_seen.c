/*
 * What the inbox has seen: the table in memory, and what the rows say about it.
 */
#include "base/fault.h"
#include "base/id.h"
#include "base/log.h"
#include "store/inbox.h"
#include "store/inbox_seen.h"
#include "store/store_int.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define SMALL ((size_t)1024 * 64)
#define THREADS 4
#define KEYS 400

static int make(void **state)
{
	*state = test_store_new();
	return 0;
}

static int drop(void **state)
{
	fault_init("");
	test_store_free(*state);
	return 0;
}

static bool has(const struct inbox_seen *s, u64 hash, i64 id)
{
	size_t at = 0;
	for (i64 one; (one = inbox_seen_next(s, hash, &at));) {
		if (one == id)
			return true;
	}
	return false;
}

static u64 hash_of(const struct inbox_seen *s, int n)
{
	char key[24];
	int length = snprintf(key, sizeof(key), "key-%d", n);
	return inbox_seen_hash(s, 1, STR("segment"), str_of(key, (size_t)length));
}

static void every_part_of_a_message_is_in_its_hash(void **state)
{
	struct inbox_seen *s = inbox_seen_new(INBOX_SEEN_MAX), *other = inbox_seen_new(INBOX_SEEN_MAX);
	u64 h = inbox_seen_hash(s, 1, STR("ab"), STR("12345678"));
	assert_true(h == inbox_seen_hash(s, 1, STR("ab"), STR("12345678")));
	assert_true(h != inbox_seen_hash(s, 2, STR("ab"), STR("12345678")));
	assert_true(h != inbox_seen_hash(s, 1, STR("ac"), STR("12345678")));
	assert_true(h != inbox_seen_hash(s, 1, STR("ab"), STR("1234567")));
	assert_true(h != inbox_seen_hash(s, 1, STR("a"), STR("b12345678")));
	assert_true(h != inbox_seen_hash(other, 1, STR("ab"), STR("12345678"))); /* a secret of each process */
	inbox_seen_free(s);
	inbox_seen_free(other);
}

static void what_is_put_is_found_until_it_is_too_old(void **state)
{
	struct inbox_seen *s = inbox_seen_new(INBOX_SEEN_MAX);
	struct inbox_seen_stats stats;
	for (int i = 1; i <= 200000; i++)
		inbox_seen_put(s, hash_of(s, i), i, 0, 0);
	for (int i = 1; i <= 200000; i++)
		assert_true(has(s, hash_of(s, i), i));
	inbox_seen_stats(s, &stats);
	assert_int_equal(stats.entries, 200000);
	assert_int_equal(stats.forgotten, 0);
	/* The old ones make room for the new, and the table does not grow. */
	size_t bytes = stats.bytes;
	for (int i = 200001; i <= 800000; i++)
		inbox_seen_put(s, hash_of(s, i), i, 0, i - 100000);
	for (int i = 700001; i <= 800000; i++)
		assert_true(has(s, hash_of(s, i), i));
	inbox_seen_stats(s, &stats);
	assert_true(stats.bytes <= 2 * bytes);
	assert_true(stats.entries < 400000);
	assert_int_equal(stats.forgotten, 0);
	inbox_seen_free(s);
}

static void an_id_that_led_nowhere_is_replaced(void **state)
{
	struct inbox_seen *s = inbox_seen_new(INBOX_SEEN_MAX);
	struct inbox_seen_stats stats;
	inbox_seen_put(s, 99, 5, 0, 0);
	inbox_seen_put(s, 99, 6, 5, 0);
	inbox_seen_put(s, 99, 7, 0, 0);
	inbox_seen_put(s, 99, 8, 4, 0); /* not there: it is one more */
	inbox_seen_stats(s, &stats);
	assert_int_equal(stats.entries, 3);
	assert_false(has(s, 99, 5));
	assert_true(has(s, 99, 6) && has(s, 99, 7) && has(s, 99, 8));
	inbox_seen_free(s);
}

static void beyond_the_bound_the_oldest_are_forgotten(void **state)
{
	struct inbox_seen *s = inbox_seen_new(SMALL);
	struct inbox_seen_stats stats;
	for (int i = 1; i <= (int)SMALL / 4; i++)
		inbox_seen_put(s, hash_of(s, i), i, 0, 0);
	inbox_seen_stats(s, &stats);
	assert_int_equal(stats.forgotten, 0);
	assert_int_equal(stats.entries, SMALL / 4);
	enum log_level before = log_level_set(LOG_ERROR);
	for (int i = (int)SMALL / 4 + 1; i <= 10 * (int)SMALL; i++)
		inbox_seen_put(s, hash_of(s, i), i, 0, 0);
	log_level_set(before);
	inbox_seen_stats(s, &stats);
	assert_true(stats.entries <= SMALL);
	assert_int_equal(stats.forgotten, 10 * SMALL - stats.entries);
	int newest = 0;
	for (int i = 10 * (int)SMALL - (int)SMALL / 8 + 1; i <= 10 * (int)SMALL; i++)
		newest += has(s, hash_of(s, i), i);
	assert_int_equal(newest, SMALL / 8);
	for (int i = 1; i <= (int)SMALL; i++)
		assert_false(has(s, hash_of(s, i), i));
	inbox_seen_free(s);
}

/* ---- with a store ---- */

static err add(struct test_store *t, const char *key, bool *ret_new)
{
	struct fail f = { 0 };
	struct inbox_item it = { 1, STR("segment"), str_c(key), STR("{}"), clock_now(&t->clock) };
	return inbox_add(t->store, t->arena, &it, 1, ret_new, &f);
}

static size_t waiting(struct test_store *t)
{
	struct inbox_row *rows;
	size_t n;
	assert_int_equal(inbox_pending(&t->unit, 100000, &rows, &n), OK);
	return n;
}

static void a_group_that_failed_leaves_no_ghosts(void **state)
{
	struct test_store *t = *state;
	bool fresh = false;
	if (store_is_postgres(t->store))
		skip();
	static const char *const faults[] = { "store.commit:1:fail", "store.unit:1:fail", "store.unit:1:full" };
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		char key[8];
		snprintf(key, sizeof(key), "g%zu", i);
		fault_init(faults[i]);
		assert_int_not_equal(add(t, key, &fresh), OK);
		fault_init("");
		assert_int_equal(add(t, key, &fresh), OK);
		assert_true(fresh);
		assert_int_equal(add(t, key, &fresh), OK);
		assert_false(fresh);
	}
	assert_int_equal(waiting(t), ARRAY_LEN(faults));
}

static void a_restart_remembers_the_window(void **state)
{
	struct test_store *t = *state;
	bool fresh;
	struct inbox_seen_stats stats;
	for (int i = 0; i < 50; i++) {
		char key[8];
		snprintf(key, sizeof(key), "r%d", i);
		assert_int_equal(add(t, key, &fresh), OK);
		clock_advance(&t->clock, clock_now(&t->clock) + 4 * MS_HOUR);
	}
	test_store_reopen(t);
	assert_int_equal(add(t, "r49", &fresh), OK);
	assert_false(fresh);
	assert_int_equal(add(t, "r9", &fresh), OK); /* 160 h */
	assert_false(fresh);
	if (store_is_postgres(t->store))
		return;
	inbox_seen_stats(t->store->seen, &stats);
	assert_int_equal(stats.entries, 42); /* 168 h are the window, its edge included */
}

static void what_was_pruned_is_new_again(void **state)
{
	struct test_store *t = *state;
	struct inbox_row *rows;
	size_t n;
	bool fresh;
	assert_int_equal(add(t, "p", &fresh), OK);
	assert_int_equal(inbox_pending(&t->unit, 1, &rows, &n), OK);
	assert_int_equal(inbox_done(&t->unit, &rows[0], STR_NIL), OK);
	clock_advance(&t->clock, TEST_START + INBOX_WINDOW_MS);
	assert_int_equal(inbox_prune(&t->unit, clock_now(&t->clock) - INBOX_WINDOW_MS, 10, &n), OK);
	assert_int_equal(add(t, "p", &fresh), OK);
	assert_false(fresh);
	clock_advance(&t->clock, TEST_START + INBOX_WINDOW_MS + 1);
	assert_int_equal(inbox_prune(&t->unit, clock_now(&t->clock) - INBOX_WINDOW_MS, 10, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(add(t, "p", &fresh), OK);
	assert_true(fresh);
}

static void a_hash_alone_never_decides(void **state)
{
	struct test_store *t = *state;
	struct inbox_row *rows;
	size_t n;
	bool fresh;
	if (store_is_postgres(t->store))
		skip();
	assert_int_equal(add(t, "one", &fresh), OK);
	assert_int_equal(inbox_pending(&t->unit, 1, &rows, &n), OK);
	inbox_seen_put(t->store->seen, inbox_seen_hash(t->store->seen, 1, STR("segment"), STR("two")), rows[0].id, 0, 0);
	assert_int_equal(add(t, "two", &fresh), OK);
	assert_true(fresh);
	assert_int_equal(add(t, "two", &fresh), OK);
	assert_false(fresh);
	assert_int_equal(waiting(t), 2);
}

struct adder { struct test_store *t; int first; int fresh[KEYS]; pthread_t thread; };

static void *add_all(void *arg)
{
	struct adder *me = arg;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	for (int i = 0; i < KEYS; i++) {
		int n = (me->first + i) % KEYS;
		str key = arena_printf(a, "c%d", n);
		struct inbox_item it = { 1, STR("segment"), key, STR("{}"), TEST_START };
		struct fail f = { 0 };
		bool fresh = false;
		while (inbox_add(me->t->store, a, &it, 1, &fresh, &f) != OK)
			f = (struct fail){ 0 };
		me->fresh[n] += fresh;
	}
	arena_free(a);
	return NULL;
}

static void a_key_is_new_to_one_of_many_at_once(void **state)
{
	struct test_store *t = *state;
	struct adder adders[THREADS] = { 0 };
	fault_init("store.commit:7:fail,store.commit:20:full,store.unit:50:fail,store.unit:90:full,store.commit:60:fail");
	for (int i = 0; i < THREADS; i++) {
		adders[i] = (struct adder){ .t = t, .first = i * 3 };
		assert_int_equal(pthread_create(&adders[i].thread, NULL, add_all, &adders[i]), 0);
	}
	int fresh[KEYS] = { 0 };
	for (int i = 0; i < THREADS; i++) {
		pthread_join(adders[i].thread, NULL);
		for (int k = 0; k < KEYS; k++)
			fresh[k] += adders[i].fresh[k];
	}
	fault_init("");
	for (int k = 0; k < KEYS; k++)
		assert_int_equal(fresh[k], 1);
	assert_int_equal(waiting(t), KEYS);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_of_a_message_is_in_its_hash),
		cmocka_unit_test(what_is_put_is_found_until_it_is_too_old),
		cmocka_unit_test(an_id_that_led_nowhere_is_replaced),
		cmocka_unit_test(beyond_the_bound_the_oldest_are_forgotten),
		T(a_group_that_failed_leaves_no_ghosts),
		T(a_restart_remembers_the_window),
		T(what_was_pruned_is_new_again),
		T(a_hash_alone_never_decides),
		T(a_key_is_new_to_one_of_many_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
