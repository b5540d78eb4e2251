/*
 * Reading ahead answers what would have been read, and turns go to whom they should.
 */
#include "store/ahead.h"
#include "store/testing.h"
#include "store/turn.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#define PEOPLE 12
#define SITE 77

#define SECRET_FIELDS(F, S) F(S, ID, customer) F(S, STR, sealed, .opt = true)
RECORD(secret, SECRET_FIELDS);
#define SECRET_KEY_FIELDS(F, S) F(S, ID, customer)
RECORD(secret_key, SECRET_KEY_FIELDS);
#define SECRET_ALL_FIELDS(F, S) F(S, STR, to)
RECORD(secret_all, SECRET_ALL_FIELDS);

/* customer_key serves as a table of persons. */
READ_ONE(secret_get, secret_key, secret,
	 SQL(SELECT customer, sealed FROM customer_key WHERE slot = :slot AND corp = :corp AND customer = :customer))
READ_MANY(secret_list, secret_key, secret,
	  SQL(SELECT customer, sealed FROM customer_key WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY sealed LIMIT 5))
READ_MANY(secret_count, none, secret,
	  SQL(SELECT customer, sealed FROM customer_key WHERE slot = :slot AND corp = :corp AND sealed = 'other'))
WRITE(secret_put, secret,
      SQL(INSERT INTO customer_key (slot, corp, customer, sealed) VALUES (:slot, :corp, :customer, :sealed)
	  ON CONFLICT (slot, corp, customer) DO UPDATE SET sealed = excluded.sealed))
WRITE(secret_set_all, secret_all, SQL(UPDATE customer_key SET sealed = :to WHERE slot = :slot AND corp = :corp))

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

static i64 person(int i) { return id_customer(1, (u32)i + 1); }

static err fill(struct tx *tx)
{
	for (int i = 0; i < PEOPLE - 1; i++) /* the last one has no row */
		TRY(secret_put(tx, &(struct secret){ person(i), STR("first") }));
	return OK;
}

static void expect(struct tx *tx, int i, const char *text)
{
	struct secret one = { 0 }, *rows;
	size_t n, others;
	ahead_about(&tx->snap, SITE, person(i));
	err e = secret_get(&tx->snap, &(struct secret_key){ person(i) }, &one);
	assert_int_equal(e, text ? OK : ERR_NOT_FOUND);
	assert_true(!text || str_eq_c(one.sealed, text));
	assert_int_equal(secret_list(&tx->snap, &(struct secret_key){ person(i) }, &rows, &n), OK);
	assert_int_equal(n, text ? 1 : 0);
	assert_true(!text || (rows[0].customer == person(i) && str_eq_c(rows[0].sealed, text)));
	assert_int_equal(secret_count(&tx->snap, &(struct none){ 0 }, &rows, &others), OK);
	assert_int_equal(others, text && str_eq_c(STR("other"), text) ? 1 : 0);
}

static err look(struct tx *tx, size_t people)
{
	i64 keys[PEOPLE];
	for (size_t i = 0; i < people; i++)
		keys[i] = person((int)i);
	TRY(ahead_read(&tx->snap, SITE, keys, people));
	for (size_t i = 0; i < people; i++)
		expect(tx, (int)i, i == PEOPLE - 1 ? NULL : "first");
	ahead_about(&tx->snap, SITE, 0);
	return OK;
}

static err write_beside(struct unit *u, i64 slot) { return WRITE_TX(u, slot, secret_put(tx, &(struct secret){ person(1), STR("new") })); }

/* Somebody else writes: seen only by who has not read it. */
static err look_behind(struct tx *tx, struct unit *other)
{
	i64 keys[] = { person(0), person(1), person(2), person(3), person(4) };
	TRY(ahead_read(&tx->snap, SITE, keys, ARRAY_LEN(keys)));
	assert_int_equal(write_beside(other, tx->snap.slot), OK);
	expect(tx, 1, "first");
	ahead_about(&tx->snap, SITE, 0);
	return OK;
}

static err change(struct tx *tx, size_t people)
{
	TRY(look(tx, people));
	TRY(secret_put(tx, &(struct secret){ person(1), STR("other") }));
	expect(tx, 1, "other");
	TRY(secret_put(tx, &(struct secret){ person(1), STR("first") }));
	for (size_t i = 0; i + 1 < people; i++)
		expect(tx, (int)i, "first");
	TRY(secret_set_all(tx, &(struct secret_all){ STR("all") }));
	for (size_t i = 0; i + 1 < people; i++)
		expect(tx, (int)i, "all");
	return tx_fail(tx, ERR_STATE, T_OK, STR_NIL, STR_NIL, STR_NIL); /* and back */
}

static void what_was_read_ahead_is_what_would_be_read(void **state)
{
	struct test_store *t = *state;
	i64 slot = slot_of_customer(t->store, person(0));
	t->unit.lazy = true;
	assert_int_equal(WRITE_TX(&t->unit, slot, fill(tx)), OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(WRITE_TX(&t->unit, slot, look(tx, PEOPLE)), OK);
	for (size_t people = 1; people <= PEOPLE; people++) {
		assert_int_equal(WRITE_TX(&t->unit, slot, look(tx, people)), OK);
		if (people > 1)
			assert_int_equal(WRITE_TX(&t->unit, slot, change(tx, people)), ERR_STATE);
	}
	if (!store_is_postgres(t->store))
		return;
	struct unit other = test_unit(t, 1);
	other.apart = true;
	assert_int_equal(WRITE_TX(&t->unit, slot, look_behind(tx, &other)), OK);
}

static err break_later(struct tx *tx, bool look_at_it)
{
	TRY(secret_put(tx, &(struct secret){ person(0), STR("second") }));
	assert_int_equal(tx_changed(tx), 1);
	TRY(secret_set_all(tx, &(struct secret_all){ STR("all") }));
	assert_int_equal(tx_changed(tx), PEOPLE - 1);
	TRY(secret_put(tx, &(struct secret){ person(1), STR("\xff") })); /* no text: PostgreSQL refuses it when it comes to it */
	return look_at_it ? tx_changed(tx), OK : OK;
}

static void a_write_that_nobody_waited_for_fails_the_unit(void **state)
{
	struct test_store *t = *state;
	struct secret one;
	i64 slot = slot_of_customer(t->store, person(0));
	if (!store_is_postgres(t->store))
		return;
	t->unit.lazy = true;
	assert_int_equal(WRITE_TX(&t->unit, slot, fill(tx)), OK);
	assert_int_not_equal(WRITE_TX(&t->unit, slot, break_later(tx, false)), OK);
	assert_int_not_equal(WRITE_TX(&t->unit, slot, break_later(tx, true)), OK);
	assert_int_equal(READ_SNAP(&t->unit, slot, secret_get(snap, &(struct secret_key){ person(0) }, &one)), OK);
	assert_true(str_eq_c(one.sealed, "first"));
}

/* ---- turns ---- */

struct taker {
	struct turns *turns;
	_Atomic int *order;
	bool first;
	int place;
	pthread_t thread;
};

static void *take(void *arg)
{
	struct taker *t = arg;
	turn_take(t->turns, 5, t->first);
	t->place = ++*t->order;
	turn_give(t->turns, 5);
	return NULL;
}

static void a_turn_goes_to_the_engine_first_and_else_in_order(void **state)
{
	_Atomic int order = 0;
	struct turns *turns = turns_new();
	struct taker takers[4] = { { turns, &order, false, 0, 0 }, { turns, &order, false, 0, 0 }, { turns, &order, true, 0, 0 }, { turns, &order, true, 0, 0 } };
	turn_take(turns, 5, false);
	turn_take(turns, 6, false); /* another slot is free */
	turn_give(turns, 6);
	for (size_t i = 0; i < ARRAY_LEN(takers); i++) {
		assert_int_equal(pthread_create(&takers[i].thread, NULL, take, &takers[i]), 0);
		while (turns_waiting(turns) <= i)
			usleep(100);
	}
	turn_give(turns, 5);
	for (size_t i = 0; i < ARRAY_LEN(takers); i++)
		pthread_join(takers[i].thread, NULL);
	assert_int_equal(takers[2].place, 1);
	assert_int_equal(takers[3].place, 2);
	assert_int_equal(takers[0].place, 3);
	assert_int_equal(takers[1].place, 4);
	turn_take(turns, 5, false); /* and is free in the end */
	turns_free(turns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_read_ahead_is_what_would_be_read, make, drop),
		cmocka_unit_test_setup_teardown(a_write_that_nobody_waited_for_fails_the_unit, make, drop),
		cmocka_unit_test(a_turn_goes_to_the_engine_first_and_else_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
