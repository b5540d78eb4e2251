/*
 * Units of work and queries: what a transaction promises, what the check of queries refuses.
 */
#include "base/buf.h"
#include "store/blob.h"
#include "store/testing.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define THING_FIELDS(F, S) \
	F(S, STR, kind)    \
	F(S, I64, next, .opt = true)
RECORD(thing, THING_FIELDS);
#define THING_KEY_FIELDS(F, S) F(S, STR, kind)
RECORD(thing_key, THING_KEY_FIELDS);

/* number_block serves as a small table of a corp. */
WRITE(thing_add, thing, SQL(INSERT INTO number_block (corp, kind, next) VALUES (:corp, :kind, :next)))
WRITE(thing_set, thing, SQL(UPDATE number_block SET next = :next WHERE corp = :corp AND kind = :kind))
WRITE_ONE(thing_new, thing, thing,
	  SQL(INSERT INTO number_block (corp, kind, next) VALUES (:corp, :kind, :next)
	      ON CONFLICT (corp, kind) DO NOTHING RETURNING kind, next))
READ_ONE(thing_get, thing_key, thing, SQL(SELECT kind, next FROM number_block WHERE corp = :corp AND kind = :kind))
READ_MANY(thing_list, none, thing, SQL(SELECT kind, next FROM number_block WHERE corp = :corp ORDER BY kind))
READ_EACH(thing_each, none, thing, SQL(SELECT kind, next FROM number_block WHERE corp = :corp ORDER BY kind))

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

static i64 value_of(struct unit *u, const char *kind)
{
	struct thing th;
	err e = READ_SNAP(u, TEST_BASE_SLOT, thing_get(snap, &(struct thing_key){ str_c(kind) }, &th));
	return e == OK ? th.next : -1;
}

static err add(struct unit *u, const char *kind, i64 n)
{
	return WRITE_TX(u, TEST_BASE_SLOT, thing_add(tx, &(struct thing){ str_c(kind), n }));
}

static err remember(struct tx *tx, int *ret_kept)
{
	static const char one, other;
	*ret_kept = *tx_memo(tx, &one) != NULL;
	*tx_memo(tx, &one) = tx;
	*ret_kept += *tx_memo(tx, &one) == tx;
	*ret_kept += *tx_memo(tx, &other) != NULL;
	return OK;
}

static void a_memo_lives_as_long_as_its_transaction(void **state)
{
	struct test_store *t = *state;
	for (int i = 0; i < 2; i++) {
		int kept = 0;
		assert_int_equal(WRITE_TX(&t->unit, TEST_BASE_SLOT, remember(tx, &kept)), OK);
		assert_int_equal(kept, 1);
	}
}

static void what_was_written_is_read_by_its_own_corp_only(void **state)
{
	struct test_store *t = *state;
	struct unit other = test_unit(t, 2);
	assert_int_equal(add(&t->unit, "a", 5), OK);
	assert_int_equal(value_of(&t->unit, "a"), 5);
	assert_int_equal(value_of(&other, "a"), -1);
	struct thing th;
	assert_int_equal(READ_SNAP(&t->unit, 7, thing_get(snap, &(struct thing_key){ STR("none") }, &th)), ERR_NOT_FOUND);
	assert_string_equal(t->unit.fail.limit, "thing");
}

static err add_and_refuse(struct tx *tx)
{
	TRY(thing_add(tx, &(struct thing){ STR("x"), 1 }));
	return tx_fail(tx, ERR_STATE, T_OK, STR("x"), STR_NIL, STR_NIL);
}

static void a_refused_unit_leaves_nothing(void **state)
{
	struct test_store *t = *state;
	assert_int_equal(WRITE_TX(&t->unit, TEST_BASE_SLOT, add_and_refuse(tx)), ERR_STATE);
	assert_string_equal(t->unit.fail.field, "x");
	assert_int_equal(value_of(&t->unit, "x"), -1);
}

/* Fails in the middle, swallows the error, goes on. */
static err add_twice_and_ignore(struct tx *tx, err *ret_second, err *ret_third)
{
	TRY(thing_add(tx, &(struct thing){ STR("x"), 1 }));
	*ret_second = thing_add(tx, &(struct thing){ STR("x"), 2 });
	*ret_third = thing_add(tx, &(struct thing){ STR("y"), 3 });
	return OK;
}

static void after_a_failed_statement_the_unit_cannot_succeed(void **state)
{
	struct test_store *t = *state;
	err second = OK, third = OK;
	assert_int_equal(WRITE_TX(&t->unit, TEST_BASE_SLOT, add_twice_and_ignore(tx, &second, &third)), ERR_EXISTS);
	assert_int_equal(second, ERR_EXISTS);
	assert_int_equal(third, ERR_EXISTS);
	assert_int_equal(value_of(&t->unit, "x"), -1);
	assert_int_equal(add(&t->unit, "x", 9), OK);
}

static void count_up(void *arg) { ++*(int *)arg; }

static err inner(struct tx *tx, void *arg)
{
	TRY(thing_add(tx, &(struct thing){ STR("inner"), 1 }));
	tx_after_commit(tx, count_up, arg);
	return thing_add(tx, &(struct thing){ STR("inner"), 2 });
}

static err outer(struct tx *tx, int *inner_count, int *outer_count)
{
	*inner_count = *outer_count = 0;
	TRY(thing_add(tx, &(struct thing){ STR("outer"), 1 }));
	tx_after_commit(tx, count_up, outer_count);
	err e = tx_try(tx, inner, inner_count);
	assert_int_equal(e, ERR_EXISTS);
	assert_int_equal(*outer_count, 0);
	return thing_add(tx, &(struct thing){ STR("after"), 2 });
}

static void a_failed_try_is_undone_alone(void **state)
{
	struct test_store *t = *state;
	int in = 0, out = 0;
	assert_int_equal(WRITE_TX(&t->unit, TEST_BASE_SLOT, outer(tx, &in, &out)), OK);
	assert_int_equal(in, 0);
	assert_int_equal(out, 1);
	assert_int_equal(value_of(&t->unit, "inner"), -1);
	assert_int_equal(value_of(&t->unit, "outer"), 1);
	assert_int_equal(value_of(&t->unit, "after"), 2);
}

static err write_new(struct tx *tx)
{
	struct thing th = { STR("z"), 4 }, got = { .next = 77 };
	TRY(thing_new(tx, &th, &got));
	assert_int_equal(got.next, 4);
	got.next = 77;
	assert_int_equal(thing_new(tx, &th, &got), ERR_NOT_FOUND);
	assert_int_equal(got.next, 77);
	TRY(thing_set(tx, &(struct thing){ STR("z"), 6 }));
	assert_int_equal(tx_changed(tx), 1);
	TRY(thing_set(tx, &(struct thing){ STR("nobody"), 6 }));
	assert_int_equal(tx_changed(tx), 0);
	struct thing many[3] = { { STR("m1"), 1 }, { STR("m2"), 2 }, { STR("m3"), 3 } };
	TRY(query_write_many(tx, &thing_add_query, many, 3));
	assert_int_equal(tx_changed(tx), 3);
	/* A unit reads what it wrote. */
	TRY(thing_get(&tx->snap, &(struct thing_key){ STR("m2") }, &got));
	assert_int_equal(got.next, 2);
	return OK;
}

static void writes_count_rows_and_give_back_what_they_made(void **state)
{
	struct test_store *t = *state;
	assert_int_equal(WRITE_TX(&t->unit, TEST_BASE_SLOT, write_new(tx)), OK);
	struct thing *rows;
	size_t n;
	assert_int_equal(READ_SNAP(&t->unit, 7, thing_list(snap, &(struct none){ 0 }, &rows, &n)), OK);
	assert_int_equal(n, 4);
	assert_true(str_eq(rows[3].kind, STR("z")));
	assert_int_equal(rows[3].next, 6);
}

struct nest { const struct snap *snap; int depth, rows; };
static err each_nested(void *arg, const void *of)
{
	struct nest *n = arg;
	const struct thing *th = of;
	n->rows++;
	assert_true(str_starts(th->kind, STR("n")));
	if (n->depth == 0) {
		struct nest deeper = { n->snap, 1, 0 };
		TRY(thing_each(n->snap, &(struct none){ 0 }, each_nested, &deeper));
		assert_int_equal(deeper.rows, 3);
	}
	assert_true(str_starts(th->kind, STR("n")));
	return n->depth == 1 || n->rows < 2 ? OK : ERR_STATE;
}

static void a_scan_may_scan_the_same_and_stop_early(void **state)
{
	struct test_store *t = *state;
	struct snap s;
	add(&t->unit, "n1", 1);
	add(&t->unit, "n2", 2);
	add(&t->unit, "n3", 3);
	assert_int_equal(snap_begin(&t->unit, 7, &s), OK);
	struct nest n = { &s, 0, 0 };
	assert_int_equal(thing_each(&s, &(struct none){ 0 }, each_nested, &n), ERR_STATE);
	assert_int_equal(n.rows, 2);
	snap_end(&s);
}

static void a_snapshot_stands_still(void **state)
{
	struct test_store *t = *state;
	struct unit reader = test_unit(t, 1);
	struct snap s;
	struct thing th;
	add(&t->unit, "a", 1);
	assert_int_equal(snap_begin(&reader, 7, &s), OK);
	assert_int_equal(thing_get(&s, &(struct thing_key){ STR("a") }, &th), OK);
	assert_int_equal(WRITE_TX(&t->unit, 7, thing_set(tx, &(struct thing){ STR("a"), 2 })), OK);
	assert_int_equal(thing_get(&s, &(struct thing_key){ STR("a") }, &th), OK);
	assert_int_equal(th.next, 1);
	snap_end(&s);
	assert_int_equal(value_of(&reader, "a"), 2);
}

static const char *const only_blob[] = { "blob", NULL };
static err guarded(struct tx *tx)
{
	tx_only_tables(tx, only_blob);
	return thing_add(tx, &(struct thing){ STR("g"), 1 });
}

static void a_guarded_unit_cannot_write_elsewhere(void **state)
{
	struct test_store *t = *state;
	assert_int_equal(WRITE_TX(&t->unit, 7, guarded(tx)), ERR_INTERNAL);
	assert_string_equal(t->unit.fail.value, "number_block");
	assert_int_equal(value_of(&t->unit, "g"), -1);
}

/* ---- store_check ---- */

WRITE(bad_param, thing, SQL(UPDATE number_block SET next = :other WHERE corp = :corp))
READ_ONE(bad_column, thing_key, thing, SQL(SELECT kind, next AS other FROM number_block WHERE corp = :corp AND kind = :kind))
READ_ONE(no_corp, thing_key, thing, SQL(SELECT kind, next FROM number_block WHERE kind = :kind))
READ_ONE(no_slot, none, thing, SQL(SELECT seq AS next FROM journal j WHERE j.corp = :corp))
READ_ONE(no_slot_join, none, thing, SQL(SELECT b.next AS next FROM number_block b, journal j WHERE b.corp = :corp))
READ_ONE(bad_sql, none, thing, SQL(SELECT nextt AS next FROM number_block WHERE corp = :corp))
READ_ONE(sly_write, none, thing, SQL(UPDATE number_block SET next = 1 WHERE corp = :corp RETURNING next))
READ_ONE(good_global, none, thing, SQL_GLOBAL("a test", SELECT max(seq) AS next FROM journal))
READ_ONE(no_scope, none, thing, SQL(SELECT number AS next FROM customer WHERE corp = :corp AND slot = :slot))

static void check_one(struct test_store *t, const struct query *q, err want, const char *value)
{
	const struct query *list[] = { q, NULL };
	struct fail f = { 0 };
	assert_int_equal(store_check(t->store, list, &f), want);
	if (value)
		assert_string_equal(f.value, value);
	if (want != OK)
		assert_string_equal(f.field, q->name);
}

static void the_check_finds_what_does_not_fit(void **state)
{
	struct test_store *t = *state;
	check_one(t, &thing_add_query, OK, NULL);
	check_one(t, &thing_each_query, OK, NULL);
	check_one(t, &good_global_query, OK, NULL);
	check_one(t, &bad_param_query, ERR_CONFIG, "other");
	check_one(t, &bad_column_query, ERR_CONFIG, "other");
	check_one(t, &no_corp_query, ERR_CONFIG, ":corp");
	check_one(t, &no_slot_query, ERR_CONFIG, ":slot");
	check_one(t, &no_slot_join_query, ERR_CONFIG, ":slot");
	check_one(t, &bad_sql_query, ERR_CONFIG, NULL);
	check_one(t, &sly_write_query, ERR_CONFIG, NULL);
	check_one(t, &no_scope_query, ERR_CONFIG, ":scope");
}

/* ---- numbers, blobs, slots, opening ---- */

static void numbers_are_dense_and_never_given_twice(void **state)
{
	struct test_store *t = *state;
	u32 n = 0, last = 0;
	for (u32 i = 1; i <= 1001; i++) {
		assert_int_equal(store_number(&t->unit, "customer", &n), OK);
		assert_int_equal(n, i);
	}
	assert_int_equal(store_number(&t->unit, "other", &n), OK);
	assert_int_equal(n, 1);
	test_store_reopen(t);
	assert_int_equal(store_number(&t->unit, "customer", &last), OK);
	assert_int_equal(last, 2001);
}

static err put_blob(struct tx *tx, str bytes, i64 *ret) { return blob_put(tx, STR("image/png"), STR("a.png"), bytes, ret); }

static void a_blob_comes_back_whole(void **state)
{
	struct test_store *t = *state;
	struct unit other = test_unit(t, 2);
	size_t sizes[] = { 0, 1, BLOB_CHUNK_BYTES, BLOB_CHUNK_BYTES + 1, BLOB_MAX, BLOB_MAX + 1 };
	char *bytes = arena_alloc(t->arena, BLOB_MAX + 1);
	for (size_t i = 0; i <= BLOB_MAX; i++)
		bytes[i] = (char)(i * 31 >> 3);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		str in = { bytes, sizes[i] }, type, name, out;
		i64 id = 0;
		err e = WRITE_TX(&t->unit, 7, put_blob(tx, in, &id));
		assert_int_equal(e, sizes[i] > BLOB_MAX ? ERR_TOO_LARGE : OK);
		if (e != OK)
			continue;
		assert_int_equal(READ_SNAP(&t->unit, 7, blob_get(snap, id, &type, &name, &out)), OK);
		assert_true(str_eq(out, in));
		assert_true(str_eq(type, STR("image/png")));
		assert_int_equal(READ_SNAP(&other, 7, blob_get(snap, id, &type, &name, &out)), ERR_NOT_FOUND);
		assert_int_equal(WRITE_TX(&t->unit, 7, blob_remove(tx, id)), OK);
		assert_int_equal(READ_SNAP(&t->unit, 7, blob_get(snap, id, &type, &name, &out)), ERR_NOT_FOUND);
	}
}

static void a_spread_corp_uses_all_its_slots(void **state)
{
	struct test_store *t = *state;
	i64 slots[SLOT_COUNT];
	assert_int_equal(WRITE_TX(&t->unit, 0, store_corp_add(tx, 3, 4094, 8)), OK);
	assert_int_equal(WRITE_TX(&t->unit, 0, store_corp_add(tx, 4, 0, 3)), ERR_INPUT);
	assert_int_equal(slots_of_corp(t->store, 3, slots, SLOT_COUNT), 8);
	assert_int_equal(slots[0], 0);
	assert_int_equal(slots[7], 4095);
	bool seen[SLOT_COUNT] = { false };
	for (u32 block = 0; block < 500; block++) {
		i64 slot = slot_of_customer(t->store, id_customer(3, block << 16));
		assert_true(slot >= 4094 || slot < 6);
		seen[slot] = true;
		assert_int_equal(slot_of_customer(t->store, id_customer(3, (block << 16) + 65535)), slot);
	}
	for (size_t i = 0; i < 8; i++)
		assert_true(seen[slots[i]]);
}

static void a_directory_is_opened_once_and_with_its_key(void **state)
{
	struct test_store *t = *state;
	struct store *second = NULL;
	struct fail f = { 0 };
	struct store_conf conf = { .dir = str_c(t->dir), .clock = &t->clock };
	char path[128], away[128];
	assert_int_equal(store_open(&conf, &second, &f), ERR_LOCKED);
	if (store_is_postgres(t->store))
		return;
	snprintf(path, sizeof(path), "%s/master.key", t->dir);
	snprintf(away, sizeof(away), "%s/away.key", t->dir);
	store_close(t->store);
	t->store = NULL;
	assert_int_equal(rename(path, away), 0);
	assert_int_equal(store_open(&conf, &second, &f), ERR_CONFIG);
	assert_int_equal(f.text, T_STORE_KEY);
	FILE *wrong = fopen(path, "w");
	for (int i = 0; i < 64; i++)
		fputc('a', wrong);
	fclose(wrong);
	chmod(path, 0600);
	assert_int_equal(store_open(&conf, &second, &f), ERR_CONFIG);
	assert_int_equal(f.text, T_STORE_KEY);
	assert_int_equal(rename(away, path), 0);
	chmod(path, 0644);
	assert_int_equal(store_open(&conf, &second, &f), ERR_CONFIG);
	chmod(path, 0600);
	assert_int_equal(store_open(&conf, &t->store, &f), OK);
}

static void ids_go_on_after_a_restart(void **state)
{
	struct test_store *t = *state;
	i64 before = 0;
	for (int i = 0; i < 5; i++)
		before = id_next(store_ids(t->store), clock_now(&t->clock));
	test_store_reopen(t);
	assert_true(id_next(store_ids(t->store), clock_now(&t->clock)) > before);
}

static void a_backup_is_a_store_of_its_own(void **state)
{
	struct test_store *t = *state;
	char path[128];
	struct fail f = { 0 };
	if (store_is_postgres(t->store)) {
		assert_int_equal(store_backup(t->store, STR("/tmp/none"), &f), ERR_UNAVAILABLE);
		return;
	}
	add(&t->unit, "kept", 3);
	snprintf(path, sizeof(path), "%s/copy.db", t->dir);
	assert_int_equal(store_backup(t->store, str_c(path), &f), OK);
	add(&t->unit, "later", 4);
	store_close(t->store);
	char db[128], wal[128];
	snprintf(db, sizeof(db), "%s/yutang.db", t->dir);
	snprintf(wal, sizeof(wal), "%s/yutang.db-wal", t->dir);
	unlink(wal);
	assert_int_equal(rename(path, db), 0);
	struct store_conf conf = { .dir = str_c(t->dir), .clock = &t->clock };
	assert_int_equal(store_open(&conf, &t->store, &f), OK);
	t->unit = test_unit(t, 1);
	assert_int_equal(value_of(&t->unit, "kept"), 3);
	assert_int_equal(value_of(&t->unit, "later"), -1);
}

static void fast_units_read_their_own_writes(void **state)
{
	struct test_store *t = test_store_new_fast();
	for (int i = 0; i < 2500; i++) {
		char kind[16];
		snprintf(kind, sizeof(kind), "k%d", i);
		assert_int_equal(add(&t->unit, kind, i), OK);
		assert_int_equal(value_of(&t->unit, kind), i);
	}
	test_store_reopen(t);
	assert_int_equal(value_of(&t->unit, "k2499"), 2499);
	test_store_free(t);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
	const struct CMUnitTest tests[] = {
		T(what_was_written_is_read_by_its_own_corp_only),
		T(a_memo_lives_as_long_as_its_transaction),
		T(a_refused_unit_leaves_nothing),
		T(after_a_failed_statement_the_unit_cannot_succeed),
		T(a_failed_try_is_undone_alone),
		T(writes_count_rows_and_give_back_what_they_made),
		T(a_scan_may_scan_the_same_and_stop_early),
		T(a_snapshot_stands_still),
		T(a_guarded_unit_cannot_write_elsewhere),
		T(the_check_finds_what_does_not_fit),
		T(numbers_are_dense_and_never_given_twice),
		T(a_blob_comes_back_whole),
		T(a_spread_corp_uses_all_its_slots),
		T(a_directory_is_opened_once_and_with_its_key),
		T(ids_go_on_after_a_restart),
		T(a_backup_is_a_store_of_its_own),
		cmocka_unit_test(fast_units_read_their_own_writes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
