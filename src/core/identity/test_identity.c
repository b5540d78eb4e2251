/*
 * Identities: what identifies, who it is, limits, races and makings that broke off.
 */
#include "base/fault.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "store/testing.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static int make(void **state)
{
	*state = test_store_new_fast();
	return 0;
}

static int make_durable(void **state)
{
	*state = test_store_new(); /* the fast one is for one thread */
	return 0;
}

static int make_spread(void **state)
{
	setenv("YUTANG_TEST_SPREAD", "8", 1);
	*state = test_store_new_fast();
	unsetenv("YUTANG_TEST_SPREAD");
	return 0;
}

static int drop(void **state)
{
	fault_init("");
	test_store_free(*state);
	return 0;
}

static bool normal_is(const char *kind, const char *given, const char *want)
{
	struct arena *a = arena_new(1 << 20);
	struct fail f = { 0 };
	str got;
	err e = identity_normal(a, str_c(kind), str_c(given), &got, &f);
	bool ok = want ? e == OK && str_eq_c(got, want) : e == ERR_INPUT;
	arena_free(a);
	return ok;
}

static void what_programs_write_for_nobody_identifies_nobody(void **state)
{
	static const char *const blocked[] = { "", "0", "0000", "--", "-1", "null", "NULL", "undefined", "None", "anonymous",
					       "unknown", "guest", " ", "0-0" };
	for (size_t i = 0; i < ARRAY_LEN(blocked); i++)
		assert_true(normal_is("user_id", blocked[i], NULL));
	assert_true(normal_is("user_id", "10", "10"));
	assert_true(normal_is("user_id", " u1 ", "u1"));
	assert_true(normal_is("shoe_size", "44", NULL));
}

static void phones_are_brought_to_one_form(void **state)
{
	static const char *const same[] = { "13812341234", "+86 138 1234 1234", "86-13812341234", "0086 13812341234",
					    "(138)1234-1234" };
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		assert_true(normal_is("phone", same[i], "+8613812341234"));
	assert_true(normal_is("phone", "+44 20 7946 0958", "+442079460958"));
	assert_true(normal_is("phone", "0044 20 7946 0958", "+442079460958"));
	static const char *const bad[] = { "138****1234", "12012341234", "1381234123", "138123412345", "2079460958",
					   "+86 12012341234", "+123456", "+1234567890123456", "abc" };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_true(normal_is("phone", bad[i], NULL));
	assert_true(normal_is("email", "Ann@Example.COM", "Ann@Example.COM") == false);
	assert_true(normal_is("email", "Ann@Example.COM", "ann@example.com"));
	assert_true(normal_is("email", "a***@example.com", NULL));
}

struct got { i64 customer, conflicts; bool created; };

static err resolve(struct unit *u, struct got *ret, bool visitor, size_t count, const struct identity_in *ids)
{
	struct identity_who who = { ids, count, visitor, TEST_START, STR("order"), STR_NIL };
	*ret = (struct got){ 0 };
	return identity_resolve(u, &who, &ret->customer, &ret->created, &ret->conflicts);
}

#define RESOLVE(u, got, visitor, ...)                                              \
	resolve((u), (got), (visitor), ARRAY_LEN(((struct identity_in[]){ __VA_ARGS__ })), \
		(struct identity_in[]){ __VA_ARGS__ })
#define ID(kind, value) { STR(kind), STR(value), true }
#define WEAK(kind, value) { STR(kind), STR(value), false }

static i64 root_of(struct unit *u, i64 customer)
{
	i64 root = 0;
	assert_int_equal(customer_root(u, customer, &root), OK);
	return root;
}

static void a_person_is_made_once_and_found_again(void **state)
{
	struct test_store *t = *state;
	struct got a, b;
	i64 found = 0;
	assert_int_equal(RESOLVE(&t->unit, &a, false, ID("buyer", "cdnow:1"), ID("phone", "13812341234")), OK);
	assert_true(a.created);
	assert_int_equal(RESOLVE(&t->unit, &b, false, ID("phone", "+8613812341234")), OK);
	assert_false(b.created);
	assert_int_equal(a.customer, b.customer);
	assert_int_equal(identity_find(&t->unit, STR("buyer"), STR("cdnow:1"), &found), OK);
	assert_int_equal(found, a.customer);
	assert_int_equal(identity_find(&t->unit, STR("buyer"), STR("cdnow:2"), &found), ERR_NOT_FOUND);
	struct identity_row *rows;
	size_t n;
	assert_int_equal(identity_of(&t->unit, a.customer, &rows, &n), OK);
	assert_int_equal(n, 2);
	assert_true(str_eq(rows[1].value, STR("+8613812341234")));
	assert_true(str_eq(rows[1].masked, STR("138****1234")));
}

static void nothing_but_blocked_values_is_refused(void **state)
{
	struct test_store *t = *state;
	struct got a;
	assert_int_equal(RESOLVE(&t->unit, &a, false, ID("user_id", "null"), ID("phone", "138****1234")), ERR_INPUT);
	assert_int_equal(RESOLVE(&t->unit, &a, false, ID("user_id", "null"), ID("buyer", "b1")), OK);
	assert_int_equal(a.conflicts, 1);
}

static void a_proven_value_of_two_persons_makes_them_one(void **state)
{
	struct test_store *t = *state;
	struct got wecom, buyer, both;
	assert_int_equal(RESOLVE(&t->unit, &wecom, false, ID("external_userid", "wm1")), OK);
	assert_int_equal(RESOLVE(&t->unit, &buyer, false, ID("unionid", "o1"), ID("buyer", "b1")), OK);
	assert_int_not_equal(wecom.customer, buyer.customer);
	assert_int_equal(RESOLVE(&t->unit, &both, false, ID("external_userid", "wm1"), ID("unionid", "o1")), OK);
	assert_int_equal(both.customer, wecom.customer);
	assert_int_equal(both.conflicts, 0);
	assert_int_equal(root_of(&t->unit, wecom.customer), root_of(&t->unit, buyer.customer));
}

static void an_unproven_value_merges_nobody(void **state)
{
	struct test_store *t = *state;
	struct got a, b, c;
	assert_int_equal(RESOLVE(&t->unit, &a, false, ID("user_id", "u1"), WEAK("phone", "13812341234")), OK);
	assert_int_equal(RESOLVE(&t->unit, &b, false, ID("user_id", "u2"), WEAK("phone", "13812341234")), OK);
	assert_int_not_equal(root_of(&t->unit, a.customer), root_of(&t->unit, b.customer));
	assert_int_equal(b.conflicts, 1);
	/* Whoever proves it gets it. */
	assert_int_equal(RESOLVE(&t->unit, &c, false, ID("user_id", "u2"), ID("phone", "13812341234")), OK);
	i64 found = 0;
	assert_int_equal(identity_find(&t->unit, STR("phone"), STR("13812341234"), &found), OK);
	assert_int_equal(found, b.customer);
}

static void limits_keep_the_extra_value_apart(void **state)
{
	struct test_store *t = *state;
	struct got a, b;
	i64 found = 0;
	assert_int_equal(RESOLVE(&t->unit, &a, false, ID("user_id", "u1"), ID("phone", "13812341234")), OK);
	/* user_id: one per person */
	assert_int_equal(RESOLVE(&t->unit, &b, false, ID("phone", "13812341234"), ID("user_id", "u2")), OK);
	assert_int_equal(b.customer, a.customer);
	assert_int_equal(b.conflicts, 1);
	assert_int_equal(identity_find(&t->unit, STR("user_id"), STR("u2"), &found), ERR_NOT_FOUND);
	/* phone: five, and not one more */
	static const char *const phones[] = { "13812340001", "13812340002", "13812340003", "13812340004", "13812340005" };
	for (size_t i = 0; i < ARRAY_LEN(phones); i++) {
		struct identity_in ids[] = { ID("user_id", "u1"), { STR("phone"), str_c(phones[i]), true } };
		assert_int_equal(resolve(&t->unit, &b, false, 2, ids), OK);
		assert_int_equal(b.conflicts, i < 4 ? 0 : 1);
	}
	/* Two persons with a user_id each never become one. */
	assert_int_equal(RESOLVE(&t->unit, &b, false, ID("user_id", "u3")), OK);
	struct got both;
	assert_int_equal(RESOLVE(&t->unit, &both, false, ID("user_id", "u3"), ID("phone", "13812340001")), OK);
	assert_int_equal(both.conflicts, 1);
	assert_int_not_equal(root_of(&t->unit, a.customer), root_of(&t->unit, b.customer));
}

static void a_visitor_becomes_part_of_who_she_turns_out_to_be(void **state)
{
	struct test_store *t = *state;
	struct got visitor, known, other;
	assert_int_equal(RESOLVE(&t->unit, &visitor, true, ID("anonymous_id", "dev1")), OK);
	assert_true(id_number_of(visitor.customer) >= ID_VISITOR_FROM);
	assert_int_equal(RESOLVE(&t->unit, &known, false, ID("anonymous_id", "dev1"), ID("user_id", "u1")), OK);
	assert_true(id_number_of(known.customer) < ID_VISITOR_FROM);
	assert_int_equal(root_of(&t->unit, visitor.customer), known.customer);
	/* Somebody else on the same device is somebody else. */
	assert_int_equal(RESOLVE(&t->unit, &other, false, ID("anonymous_id", "dev1"), ID("user_id", "u2")), OK);
	assert_int_not_equal(root_of(&t->unit, other.customer), known.customer);
}

static void a_making_that_broke_off_is_completed_by_the_next_reader(void **state)
{
	struct test_store *t = *state;
	struct got a;
	char value[32];
	bool broke = false;
	for (int i = 0; i < 40 && !broke; i++) {
		snprintf(value, sizeof(value), "half%d", i);
		struct identity_in in = { STR("buyer"), str_c(value), true };
		fault_init("identity.claimed:1:fail");
		broke = resolve(&t->unit, &a, false, 1, &in) == ERR_IO;
	}
	fault_init("");
	assert_true(broke); /* value and person in different slots come up soon */
	i64 found = 0;
	struct customer c;
	assert_int_equal(identity_find(&t->unit, STR("buyer"), str_c(value), &found), OK);
	assert_int_equal(READ_SNAP(&t->unit, slot_of_customer(t->store, found), customer_get(snap, found, &c)), OK);
	struct identity_row *rows;
	size_t n;
	assert_int_equal(identity_of(&t->unit, found, &rows, &n), OK);
	assert_int_equal(n, 1);
}

struct racer { struct test_store *t; i64 customers[50]; };

static void *race(void *arg)
{
	struct racer *r = arg;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(r->t->store, a, 1, "test");
	for (int i = 0; i < 50; i++) {
		struct identity_in in = { STR("buyer"), arena_printf(a, "race%d", i), true };
		struct got got;
		if (resolve(&u, &got, false, 1, &in) == OK)
			r->customers[i] = got.customer;
	}
	arena_free(a);
	return NULL;
}

static void two_who_make_the_same_person_make_one(void **state)
{
	struct racer racers[4] = { 0 };
	pthread_t threads[4];
	for (size_t i = 0; i < 4; i++) {
		racers[i].t = *state;
		assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < 50; i++) {
		assert_int_not_equal(racers[0].customers[i], 0);
		for (size_t k = 1; k < 4; k++)
			assert_int_equal(racers[k].customers[i], racers[0].customers[i]);
	}
}

static void many_do_as_one_by_one(void **state)
{
	struct test_store *t = *state;
	struct got a;
	assert_int_equal(RESOLVE(&t->unit, &a, false, ID("buyer", "b1"), ID("phone", "13812341234")), OK);
	struct identity_in b1[] = { ID("buyer", "b1") }, b2[] = { ID("buyer", "b2"), ID("phone", "13900000001") };
	struct identity_in again[] = { ID("phone", "13900000001") }, mixed[] = { ID("buyer", "b9"), ID("phone", "13812341234") };
	struct identity_in bad[] = { ID("phone", "138****1234") };
	struct identity_who who[] = {
		{ b1, 1, false, TEST_START, STR("order"), STR_NIL }, { b2, 2, false, TEST_START, STR("order"), STR_NIL },
		{ again, 1, false, TEST_START, STR("order"), STR_NIL }, { mixed, 2, false, TEST_START, STR("order"), STR_NIL },
		{ bad, 1, false, TEST_START, STR("order"), STR_NIL },
	};
	u32 numbers[5];
	i64 customers[5];
	bool created[5];
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(store_number(&t->unit, "customer", &numbers[i]), OK);
	i64 slot = slot_base(t->store, 1);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(WRITE_TX(&t->unit, slot, identity_resolve_many(tx, who, numbers, 5, customers, created)), OK);
		assert_int_equal(customers[0], a.customer);
		assert_int_not_equal(customers[1], 0);
		assert_int_equal(created[1], round == 0);
		assert_int_equal(customers[2], customers[1]);
		assert_int_equal(customers[3], 0);
		assert_int_equal(customers[4], 0);
	}
	i64 found = 0;
	assert_int_equal(identity_find(&t->unit, STR("phone"), STR("13900000001"), &found), OK);
	assert_int_equal(found, customers[1]);
}

/* Over slots: the plain ones as one by one, both sides stored; the others are left alone. */
static void many_of_any_slot_do_as_one_by_one(void **state)
{
	struct test_store *t = *state;
	struct got a;
	assert_int_equal(RESOLVE(&t->unit, &a, false, ID("external_userid", "wm0"), ID("unionid", "u0")), OK);
	struct identity_in known[] = { ID("external_userid", "wm0") }, fresh[] = { ID("external_userid", "wm1"), ID("unionid", "u1") };
	struct identity_in again[] = { ID("unionid", "u1") }, mixed[] = { ID("external_userid", "wm9"), ID("unionid", "u0") };
	struct identity_in bad[] = { ID("phone", "138****1234") }, half[] = { ID("external_userid", "wm1"), ID("unionid", "u8") };
	struct identity_who who[] = {
		{ known, 1, false, TEST_START, STR("wecom"), STR_NIL }, { fresh, 2, false, TEST_START, STR("wecom"), STR("她") },
		{ again, 1, false, TEST_START, STR("wecom"), STR_NIL }, { mixed, 2, false, TEST_START, STR("wecom"), STR_NIL },
		{ bad, 1, false, TEST_START, STR("wecom"), STR_NIL },   { half, 2, false, TEST_START, STR("wecom"), STR_NIL },
	};
	i64 customers[6];
	bool created[6];
	struct identity_row *rows;
	struct customer c;
	size_t n;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(identity_resolve_spread(&t->unit, who, ARRAY_LEN(who), customers, created), OK);
		assert_int_equal(customers[0], a.customer);
		assert_int_not_equal(customers[1], 0);
		assert_int_equal(created[1], round == 0);
		assert_int_equal(customers[2], customers[1]);
		assert_false(created[2]);
		for (size_t i = 3; i < 6; i++)
			assert_int_equal(customers[i], 0);
	}
	assert_int_equal(identity_of(&t->unit, customers[1], &rows, &n), OK);
	assert_int_equal(n, 2);
	assert_int_equal(READ_SNAP(&t->unit, slot_of_customer(t->store, customers[1]), customer_get(snap, customers[1], &c)), OK);
	assert_true(str_eq(c.name, STR("她")));
}

/* Four batches of the same fifty at once: who loses a value leaves the batch to identity_resolve. */
static void *race_many(void *arg)
{
	struct racer *r = arg;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(r->t->store, a, 1, "test");
	struct identity_who who[50];
	struct identity_in ids[50];
	bool created[50];
	for (int i = 0; i < 50; i++) {
		ids[i] = (struct identity_in){ STR("external_userid"), arena_printf(a, "wm%d", i), true };
		who[i] = (struct identity_who){ &ids[i], 1, false, TEST_START, STR("wecom"), STR_NIL };
	}
	if (identity_resolve_spread(&u, who, 50, r->customers, created) != OK)
		memset(r->customers, 0, sizeof(r->customers));
	for (int i = 0; i < 50; i++)
		if (!r->customers[i])
			identity_resolve(&u, &who[i], &r->customers[i], NULL, NULL);
	arena_free(a);
	return NULL;
}

static void batches_that_make_the_same_persons_make_them_once(void **state)
{
	struct racer racers[4] = { 0 };
	pthread_t threads[4];
	for (size_t i = 0; i < 4; i++) {
		racers[i].t = *state;
		assert_int_equal(pthread_create(&threads[i], NULL, race_many, &racers[i]), 0);
	}
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < 50; i++) {
		assert_int_not_equal(racers[0].customers[i], 0);
		for (size_t k = 1; k < 4; k++)
			assert_int_equal(racers[k].customers[i], racers[0].customers[i]);
	}
}

static void a_typed_phone_only_suggests(void **state)
{
	struct test_store *t = *state;
	struct got buyer, friend;
	struct identity_hint *hints;
	size_t n;
	assert_int_equal(RESOLVE(&t->unit, &friend, false, ID("external_userid", "wm1")), OK);
	assert_int_equal(identity_hint_add(&t->unit, friend.customer, STR("138****1234")), ERR_INPUT);
	assert_int_equal(identity_hint_add(&t->unit, friend.customer, STR("138 1234 1234")), OK);
	assert_int_equal(identity_hints(&t->unit, friend.customer, &hints, &n), OK);
	assert_int_equal(n, 0);
	assert_int_equal(RESOLVE(&t->unit, &buyer, false, ID("phone", "13812341234")), OK);
	assert_int_not_equal(root_of(&t->unit, buyer.customer), root_of(&t->unit, friend.customer));
	assert_int_equal(identity_hints(&t->unit, friend.customer, &hints, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(hints[0].customer, buyer.customer);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, drop), \
		   { #test "_spread_8", test, make_spread, drop, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_programs_write_for_nobody_identifies_nobody),
		cmocka_unit_test(phones_are_brought_to_one_form),
		BOTH(a_person_is_made_once_and_found_again),
		BOTH(nothing_but_blocked_values_is_refused),
		BOTH(a_proven_value_of_two_persons_makes_them_one),
		BOTH(an_unproven_value_merges_nobody),
		BOTH(limits_keep_the_extra_value_apart),
		BOTH(a_visitor_becomes_part_of_who_she_turns_out_to_be),
		cmocka_unit_test_setup_teardown(a_making_that_broke_off_is_completed_by_the_next_reader, make_spread, drop),
		cmocka_unit_test_setup_teardown(two_who_make_the_same_person_make_one, make_durable, drop),
		cmocka_unit_test_setup_teardown(many_do_as_one_by_one, make, drop),
		BOTH(many_of_any_slot_do_as_one_by_one),
		cmocka_unit_test_setup_teardown(batches_that_make_the_same_persons_make_them_once, make_durable, drop),
		BOTH(a_typed_phone_only_suggests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
