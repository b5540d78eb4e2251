/*
 * The categories a person has bought from, through the whole product: orders, refunds, corrections, cancelled ones,
 * merges and splits; asked by bitmaps, rows, SQL and the past.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "app/test_app_sim.h"

#include "core/attr/attr_category.h"
#include "core/audience/audience_past.h"
#include "core/customer/customer.h"
#include "feature/order/order.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static i64 slot_of(struct world *w, i64 her) { return slot_of_customer(w->t->store, her); }

/* An order with a line of each category; "": a line without. */
static void tells(struct world *w, i64 her, i64 id, const char *status, const char *a, const char *b)
{
	struct order_tally t = { 0 };
	struct order_goods goods[2] = { { STR("A"), STR("货甲"), 1000, 5000, a && *a ? str_c(a) : STR_NIL },
					{ STR("B"), STR("货乙"), 1000, 5000, b && *b ? str_c(b) : STR_NIL } };
	i64 ids[2];
	struct order_in in = { .goods = goods, .goods_count = (a != NULL) + (b != NULL), .lines = ids };
	order_line_ids(w->t->arena, goods, in.goods_count, ids);
	record_init(&order_head_record, &in.head);
	in.head.customer = her;
	in.head.id = id;
	in.head.source = STR("test");
	in.head.status = str_c(status);
	in.head.paid = 10000;
	in.head.currency = STR("CNY");
	in.head.ordered = now(w) - MS_DAY;
	in.head.lines = (i64)in.goods_count;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), order_put(tx, her, false, &in, 1, &t)), OK);
	settle(w);
}

static void refunds(struct world *w, i64 her, i64 order, i64 fen)
{
	struct order_tally t = { 0 };
	struct refund_in in = { .id = order * 1000000 + fen, .source = STR("test"), .refund_no = STR("r"), .sku = STR_NIL, .currency = STR("CNY"),
				.amount = fen, .refunded = now(w), .order_id = order };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), order_refund_put(tx, her, 0, &in, 1, &t)), OK);
	settle(w);
}

static struct attr_value value_of(struct world *w, i64 her)
{
	struct attr_value v;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), attr_value_get(snap, her, ATTR_ID_CATEGORIES, &v)), OK);
	return v;
}

static void assert_has(struct world *w, i64 her, const char *text)
{
	struct attr_value v = value_of(w, her);
	if (!str_eq(v.t, text ? str_c(text) : STR_NIL))
		fail_msg("%.*s, not %s", STR_F(v.t), text ? text : "nothing");
}

/* How many, the same by bitmaps, SQL, rows and the journal. */
static i64 chosen(struct world *w, const char *text)
{
	struct expr *e;
	i64 count, total, sql, by_rows = 0, by_past = 0, *all;
	size_t n;
	if (expr_parse(&w->cx.unit, str_c(text), &e) != OK)
		fail_msg("%s: %s %s", text, w->cx.unit.fail.field, w->cx.unit.fail.value);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, &total), OK);
	assert_int_equal(audience_count_sql(&w->cx.unit, e, &sql), OK);
	assert_int_equal(sql, count);
	struct expr *everybody;
	assert_int_equal(expr_parse(&w->cx.unit, STR("orders >= 0"), &everybody), OK);
	assert_int_equal(audience_select(&w->cx.unit, everybody, 0, 1000, &all, &n), OK);
	assert_int_equal(audience_past_check(&w->cx.unit, e), OK);
	for (size_t i = 0; i < n; i++) {
		bool in, past;
		assert_int_equal(audience_test(&w->cx.unit, e, all[i], &in), OK);
		assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, all[i]), audience_past_test(snap, e, all[i], now(w), &past)), OK);
		by_rows += in;
		by_past += past;
	}
	assert_int_equal(by_rows, count);
	assert_int_equal(by_past, count);
	return count;
}

static void orders_that_stand_are_followed(void **state)
{
	struct world *w = *state;
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1));
	assert_has(w, a, NULL);
	tells(w, a, 1, "created", " 奶粉 ", "");
	assert_has(w, a, NULL); /* not paid yet */
	assert_int_equal(chosen(w, "categories = \"奶粉\""), 0);
	tells(w, a, 1, "paid", "奶粉", "");
	tells(w, b, 2, "done", "奶粉", "尿裤");
	assert_has(w, a, "奶粉");
	assert_has(w, b, "奶粉、尿裤");
	assert_int_equal(chosen(w, "categories = \"奶粉\""), 2);
	assert_int_equal(chosen(w, "categories all (\"奶粉\", \"尿裤\")"), 1);
	assert_int_equal(chosen(w, "categories in (\"尿裤\", \"玩具\")"), 1);
	assert_int_equal(chosen(w, "categories none (\"尿裤\") and categories is known"), 1);
	assert_int_equal(chosen(w, "categories in (\"玩具\")"), 0);
	tells(w, a, 1, "paid", "玩具", NULL); /* told again with other goods */
	assert_has(w, a, "玩具");
	assert_int_equal(chosen(w, "categories in (\"玩具\")"), 1);
	refunds(w, b, 2, 4000);
	assert_has(w, b, "奶粉、尿裤"); /* a part of it went back: it stands */
	refunds(w, b, 2, 6000);
	assert_has(w, b, NULL);
	assert_int_equal(chosen(w, "categories is unknown and orders = 0"), chosen(w, "orders = 0"));
	tells(w, a, 1, "cancelled", NULL, NULL);
	assert_has(w, a, NULL);
	assert_int_equal(chosen(w, "categories is known"), 0);
}

static void merges_and_splits_carry_them(void **state)
{
	struct world *w = *state;
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1)), root;
	tells(w, a, 1, "paid", "奶粉", NULL);
	tells(w, b, 2, "paid", "尿裤", "奶粉");
	assert_int_equal(customer_merge(&w->cx.unit, a, b, "manual", &root), OK);
	settle(w);
	assert_has(w, root, "奶粉、尿裤");
	assert_has(w, root == a ? b : a, NULL); /* nothing is kept of who is no person of her own */
	assert_int_equal(chosen(w, "categories all (\"奶粉\", \"尿裤\")"), 1);
	assert_int_equal(chosen(w, "categories = \"奶粉\""), 1);
	assert_int_equal(customer_split(&w->cx.unit, root == a ? b : a, "manual"), OK);
	settle(w);
	assert_has(w, a, "奶粉");
	assert_has(w, b, "奶粉、尿裤");
	assert_int_equal(chosen(w, "categories = \"奶粉\""), 2);
	assert_int_equal(chosen(w, "categories = \"尿裤\""), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define BOTH(fn) cmocka_unit_test_setup_teardown(fn, make, world_free), cmocka_unit_test_setup_teardown(fn, make_spread, world_free)
		BOTH(orders_that_stand_are_followed), BOTH(merges_and_splits_carry_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
