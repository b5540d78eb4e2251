/*
 * Persons: making, changing, merging and splitting, in one slot and over eight.
 */
#include "core/customer/customer_data.h"
#include "core/customer/customer_merge.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static i64 seen[SLOT_COUNT]; /* the consumer's cursors */

static int make(void **state)
{
	memset(seen, 0, sizeof(seen));
	*state = test_store_new_fast();
	return 0;
}

static int make_spread(void **state)
{
	memset(seen, 0, sizeof(seen));
	setenv("YUTANG_TEST_SPREAD", "8", 1);
	*state = test_store_new_fast();
	unsetenv("YUTANG_TEST_SPREAD");
	return 0;
}

static int drop(void **state)
{
	test_store_free(*state);
	return 0;
}

/* The n-th person of corp 1, each in a block of her own. */
static i64 person(u32 n) { return id_customer(1, n << 16); }
static i64 slot_of(struct test_store *t, i64 customer) { return slot_of_customer(t->store, customer); }

static void add(struct test_store *t, i64 customer, ms created)
{
	assert_int_equal(WRITE_TX(&t->unit, slot_of(t, customer), customer_add(tx, customer, STR("order"), created, NULL)), OK);
}

static i64 root_of(struct test_store *t, i64 customer)
{
	i64 root = 0;
	assert_int_equal(customer_root(&t->unit, customer, &root), OK);
	return root;
}

static size_t leaf_count(struct test_store *t, i64 root)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n = 0;
	assert_int_equal(customer_leaves(&t->unit, root, leaves, &n), OK);
	return n;
}

static bool has_leaf(struct test_store *t, i64 root, i64 leaf)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n = 0;
	assert_int_equal(customer_leaves(&t->unit, root, leaves, &n), OK);
	for (size_t i = 0; i < n; i++) {
		if (leaves[i] == leaf)
			return true;
	}
	return false;
}

/* Delivers relays and feeds each slot's new events to the handler, until nothing moves. */
static void settle(struct test_store *t)
{
	for (int round = 0; round < 20; round++) {
		size_t moved = 0;
		assert_int_equal(journal_relay_deliver(t->store, t->arena, 1000, &moved), OK);
		i64 slots[64];
		size_t n = slots_of_corp(t->store, 1, slots, 64);
		for (size_t i = 0; i < n; i++) {
			struct event *ev;
			size_t count = 0;
			assert_int_equal(READ_SNAP(&t->unit, slots[i], journal_read(snap, seen[slots[i]], 1000, &ev, &count)), OK);
			for (size_t k = 0; k < count; k++) {
				seen[slots[i]] = ev[k].seq;
				if (ev[k].kind == EV_CUSTOMER_MERGED || ev[k].kind == EV_CUSTOMER_ABSORBED ||
				    ev[k].kind == EV_CUSTOMER_RELEASED)
					assert_int_equal(WRITE_TX(&t->unit, slots[i], customer_on_merged(tx, &ev[k])), OK);
			}
			moved += count;
		}
		if (!moved)
			return;
	}
	fail_msg("relays do not come to rest");
}

static err merge(struct test_store *t, i64 a, i64 b, const char *reason, i64 *ret_root)
{
	err e = customer_merge(&t->unit, a, b, reason, ret_root);
	settle(t);
	return e;
}

static void adding_again_changes_nothing(void **state)
{
	struct test_store *t = *state;
	struct customer c;
	i64 before = 0, after = 0, id = person(1);
	add(t, id, 10);
	assert_int_equal(READ_SNAP(&t->unit, slot_of(t, id), journal_last(snap, &before)), OK);
	add(t, id, 20);
	assert_int_equal(READ_SNAP(&t->unit, slot_of(t, id), journal_last(snap, &after)), OK);
	assert_int_equal(before, after);
	assert_int_equal(READ_SNAP(&t->unit, slot_of(t, id), customer_get(snap, id, &c)), OK);
	assert_int_equal(c.created, 10);
	assert_int_equal(c.root, id);
}

static void a_profile_changes_only_what_is_told(void **state)
{
	struct test_store *t = *state;
	i64 id = person(1), before = 0, after = 0;
	struct customer c;
	add(t, id, 10);
	struct customer_profile p = { .name = STR("阿鱼"), .gender = STR("female"), .birthday = NIL };
	assert_int_equal(WRITE_TX(&t->unit, slot_of(t, id), customer_profile_put(tx, id, &p)), OK);
	assert_int_equal(READ_SNAP(&t->unit, slot_of(t, id), journal_last(snap, &before)), OK);
	assert_int_equal(WRITE_TX(&t->unit, slot_of(t, id), customer_profile_put(tx, id, &p)), OK);
	assert_int_equal(READ_SNAP(&t->unit, slot_of(t, id), journal_last(snap, &after)), OK);
	assert_int_equal(before, after);
	p = (struct customer_profile){ .city = STR("杭州"), .birthday = NIL };
	assert_int_equal(WRITE_TX(&t->unit, slot_of(t, id), customer_profile_put(tx, id, &p)), OK);
	assert_int_equal(READ_SNAP(&t->unit, slot_of(t, id), customer_get(snap, id, &c)), OK);
	assert_true(str_eq(c.name, STR("阿鱼")));
	assert_true(str_eq(c.city, STR("杭州")));
}

static void an_edit_of_an_old_version_is_refused(void **state)
{
	struct test_store *t = *state;
	i64 id = person(1);
	add(t, id, 10);
	struct customer_edit in = { .remark = STR("喜欢蓝色"), .birthday = NIL, .version = 1 };
	assert_int_equal(WRITE_TX(&t->unit, slot_of(t, id), customer_edit(tx, id, &in)), OK);
	in.remark = STR("喜欢红色");
	assert_int_equal(WRITE_TX(&t->unit, slot_of(t, id), customer_edit(tx, id, &in)), ERR_CONFLICT);
}

static void the_older_of_two_stays(void **state)
{
	struct test_store *t = *state;
	i64 a = person(1), b = person(2), root = 0;
	add(t, a, 200);
	add(t, b, 100);
	assert_int_equal(merge(t, a, b, "unionid", &root), OK);
	assert_int_equal(root, b);
	assert_int_equal(root_of(t, a), b);
	assert_true(has_leaf(t, b, a));
	assert_int_equal(merge(t, b, a, "unionid", &root), OK);
	assert_int_equal(leaf_count(t, b), 2);
}

static void a_visitor_never_becomes_the_root(void **state)
{
	struct test_store *t = *state;
	i64 visitor = id_customer(1, ID_VISITOR_FROM + 5), b = person(2), root = 0;
	add(t, visitor, 1);
	add(t, b, 100);
	assert_int_equal(merge(t, visitor, b, "anonymous_id", &root), OK);
	assert_int_equal(root, b);
}

static void roots_with_leaves_merge_into_one(void **state)
{
	struct test_store *t = *state;
	i64 root = 0;
	for (u32 i = 1; i <= 6; i++)
		add(t, person(i), 100 * i);
	assert_int_equal(merge(t, person(1), person(4), "phone", &root), OK);
	assert_int_equal(merge(t, person(2), person(3), "phone", &root), OK);
	assert_int_equal(merge(t, person(2), person(5), "phone", &root), OK);
	assert_int_equal(merge(t, person(5), person(4), "phone", &root), OK);
	assert_int_equal(root, person(1));
	assert_int_equal(leaf_count(t, person(1)), 5);
	assert_int_equal(leaf_count(t, person(2)), 1);
	for (u32 i = 1; i <= 5; i++)
		assert_int_equal(root_of(t, person(i)), person(1));
	assert_int_equal(root_of(t, person(6)), person(6));
}

/* Merges decided before the second halves of earlier ones arrived. */
static void merges_on_the_way_come_to_one_tree(void **state)
{
	struct test_store *t = *state;
	i64 root = 0;
	for (u32 i = 1; i <= 8; i++)
		add(t, person(i), 100 * i);
	for (u32 i = 8; i > 1; i--)
		assert_int_equal(customer_merge(&t->unit, person(i), person(i - 1), "phone", &root), OK);
	settle(t);
	assert_int_equal(leaf_count(t, person(1)), 8);
	for (u32 i = 1; i <= 8; i++) {
		struct customer c;
		assert_int_equal(READ_SNAP(&t->unit, slot_of(t, person(i)), customer_get(snap, person(i), &c)), OK);
		assert_int_equal(c.root, person(1));
	}
}

static void a_split_undoes_a_merge(void **state)
{
	struct test_store *t = *state;
	i64 a = person(1), b = person(2), c = person(3), root = 0;
	add(t, a, 100);
	add(t, b, 200);
	add(t, c, 300);
	assert_int_equal(merge(t, a, b, "manual", &root), OK);
	assert_int_equal(merge(t, a, c, "manual", &root), OK);
	assert_int_equal(customer_split(&t->unit, b, "manual"), OK);
	settle(t);
	assert_int_equal(root_of(t, b), b);
	assert_false(has_leaf(t, a, b));
	assert_true(has_leaf(t, a, c));
	/* The root herself may go; the others stay together. */
	assert_int_equal(merge(t, a, b, "manual", &root), OK);
	assert_int_equal(customer_split(&t->unit, a, "manual"), OK);
	settle(t);
	assert_int_equal(root_of(t, a), a);
	assert_int_equal(leaf_count(t, a), 1);
	assert_int_equal(root_of(t, b), b);
	assert_int_equal(root_of(t, c), b);
	assert_true(has_leaf(t, b, c));
	assert_int_equal(customer_split(&t->unit, a, "manual"), ERR_STATE);
}

static void what_a_person_took_apart_no_rule_merges(void **state)
{
	struct test_store *t = *state;
	i64 a = person(1), b = person(2), root = 0;
	add(t, a, 100);
	add(t, b, 200);
	assert_int_equal(merge(t, a, b, "phone", &root), OK);
	assert_int_equal(customer_split(&t->unit, b, "manual"), OK);
	settle(t);
	assert_int_equal(merge(t, a, b, "phone", &root), ERR_STATE);
	assert_int_equal(root_of(t, b), b);
	assert_int_equal(merge(t, a, b, "manual", &root), OK);
	assert_int_equal(root_of(t, b), a);
	assert_int_equal(customer_split(&t->unit, b, "rule"), OK);
	settle(t);
	assert_int_equal(merge(t, a, b, "phone", &root), OK);
}

static void a_person_has_at_most_32_leaves(void **state)
{
	struct test_store *t = *state;
	i64 root = 0;
	for (u32 i = 1; i <= CUSTOMER_LEAVES_MAX + 1; i++)
		add(t, person(i), 100 * i);
	for (u32 i = 2; i <= CUSTOMER_LEAVES_MAX; i++)
		assert_int_equal(customer_merge(&t->unit, person(1), person(i), "phone", &root), OK);
	settle(t);
	assert_int_equal(leaf_count(t, person(1)), CUSTOMER_LEAVES_MAX);
	assert_int_equal(merge(t, person(1), person(CUSTOMER_LEAVES_MAX + 1), "phone", &root), ERR_STATE);
	assert_int_equal(root_of(t, person(CUSTOMER_LEAVES_MAX + 1)), person(CUSTOMER_LEAVES_MAX + 1));
}

static void a_customer_of_another_corp_is_unknown(void **state)
{
	struct test_store *t = *state;
	i64 a = person(1), root = 0;
	add(t, a, 100);
	struct unit other = test_unit(t, 2);
	assert_int_equal(customer_visible(&other, a, &root), ERR_NOT_FOUND);
	assert_int_equal(customer_root(&other, a, &root), ERR_NOT_FOUND);
	assert_int_equal(customer_visible(&t->unit, a, &root), OK);
	struct customer c;
	other.fail = (struct fail){ 0 };
	assert_int_equal(customer_shown(&other, a, &c), OK);
	assert_true(c.id == 0 && other.fail.code == OK);
	assert_int_equal(customer_shown(&t->unit, 0, &c), OK);
	assert_int_equal(c.id, 0);
	assert_int_equal(customer_shown(&t->unit, a, &c), OK);
	assert_int_equal(c.id, root);
	assert_int_equal(root, a);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, drop), \
		   { #test "_spread_8", test, make_spread, drop, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(adding_again_changes_nothing),
		BOTH(a_profile_changes_only_what_is_told),
		BOTH(an_edit_of_an_old_version_is_refused),
		BOTH(the_older_of_two_stays),
		BOTH(a_visitor_never_becomes_the_root),
		BOTH(roots_with_leaves_merge_into_one),
		BOTH(merges_on_the_way_come_to_one_tree),
		BOTH(a_split_undoes_a_merge),
		BOTH(what_a_person_took_apart_no_rule_merges),
		BOTH(a_person_has_at_most_32_leaves),
		BOTH(a_customer_of_another_corp_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
