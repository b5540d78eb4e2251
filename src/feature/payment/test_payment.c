/*
 * Payments: receipts asked for from the simulated WeCom and payments told by tills become orders of the payer, once,
 * with their refunds, or wait for her. Over one slot and over eight.
 */
#include "app/test_app_sim.h"

#include "feature/order/order_data.h"
#include "feature/order/order_lost_data.h"
#include "feature/payment/payment.h"
#include "port/shop/shop_api.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static void on(struct world *w) { assert_int_equal(setting_put(&w->cx, "payment.wecom", STR("1")), OK); }

static struct order_head *orders(struct world *w, i64 her, size_t *n)
{
	struct order_head *v;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), order_heads_of(snap, &(struct order_owner){ her }, &v, n)), OK);
	return v;
}

static size_t listed(struct world *w, struct payment *ret)
{
	i64 slots[64];
	size_t n = slots_of_corp(w->t->store, w->corp, slots, ARRAY_LEN(slots)), found = 0;
	for (size_t i = 0; i < n; i++) {
		struct payment *v;
		size_t m;
		struct payment_find find = { STR(""), INT64_MAX, INT64_MAX, 100 };
		assert_int_equal(READ_SNAP(&w->cx.unit, slots[i], payment_page(snap, &find, &v, &m)), OK);
		if (m)
			*ret = v[0];
		found += m;
	}
	return found;
}

static void a_receipt_stands_on_the_payers_profile_once(void **state)
{
	struct world *w = *state;
	struct payment p;
	size_t n;
	str ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext);
	on(w);
	sim_say(w, "/sim/pay", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"no\":\"YT1\",\"fee\":9900,\"goods\":\"锦鲤\"}", STR_F(ext));
	live(w, 3 * MS_HOUR); /* asked for several times */
	struct order_head *v = orders(w, her, &n);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].paid, 9900);
	assert_true(str_eq_c(v[0].source, "wecom_pay") && str_eq_c(v[0].order_no, "YT1") && str_eq_c(v[0].status, "done"));
	assert_int_equal(listed(w, &p), 1);
	assert_int_equal(p.customer, her);
	assert_int_equal(told(w, her, EV_ORDER_PLACED, NULL), 1);
	sim_say(w, "/sim/pay", "{\"no\":\"YT1\",\"refund\":900}");
	live(w, 26 * MS_HOUR);
	v = orders(w, her, &n);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].refunded, 900);
	assert_int_equal(listed(w, &p), 1);
	assert_int_equal(p.refunded, 900);
}

static void a_refund_of_long_ago_is_found(void **state)
{
	struct world *w = *state;
	size_t n;
	str ext = befriend(w, "linna", 1);
	on(w);
	sim_say(w, "/sim/pay", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"no\":\"YT1\",\"fee\":9900}", STR_F(ext));
	live(w, 2 * MS_HOUR);
	clock_advance(&w->t->clock, now(w) + 20 * MS_DAY);
	settle(w);
	sim_say(w, "/sim/pay", "{\"no\":\"YT1\",\"refund\":9900}");
	live(w, 2 * MS_DAY);
	struct order_head *v = orders(w, person_of(w, ext), &n);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].refunded, 9900);
	assert_true(str_eq_c(v[0].status, "refunded"));
}

static void a_receipt_of_nobody_waits_unmatched(void **state)
{
	struct world *w = *state;
	struct order_unmatched *lost;
	struct payment p;
	size_t n;
	on(w);
	sim_say(w, "/sim/pay", "{\"userid\":\"linna\",\"no\":\"YT2\",\"fee\":100}");
	live(w, 2 * MS_HOUR);
	assert_int_equal(listed(w, &p), 0);
	struct order_lost_page find = { STR(""), STR(""), STR("wecom_pay"), STR(""), INT64_MAX, INT64_MAX, 10 };
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, order_unmatched_page(snap, &find, &lost, &n)), OK);
	assert_int_equal(n, 1);
	assert_true(str_eq_c(lost[0].order_no, "YT2"));
}

static void off_nothing_is_asked(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1);
	size_t n;
	sim_say(w, "/sim/pay", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"no\":\"YT1\",\"fee\":9900}", STR_F(ext));
	live(w, 3 * MS_HOUR);
	orders(w, person_of(w, ext), &n);
	assert_int_equal(n, 0);
}

static void a_till_tells_by_phone_or_member_number(void **state)
{
	struct world *w = *state;
	struct shop_order o[2];
	struct payment p;
	i64 leaf = 0;
	size_t n;
	for (int i = 0; i < 2; i++) {
		record_init(&shop_order_record, &o[i]);
		o[i].source = STR("pos");
		o[i].order_no = arena_printf(w->t->arena, "P%d", i);
		o[i].paid = 1000 * (i + 1);
		o[i].status = STR("done");
		o[i].currency = STR("CNY");
		o[i].ordered = now(w);
		o[i].phone = STR("13800000009");
	}
	assert_int_equal(payment_in(&w->cx, o, 2), OK);
	assert_int_equal(payment_in(&w->cx, o, 2), OK); /* told twice */
	settle(w);
	assert_int_equal(identity_find(&w->cx.unit, STR("phone"), STR("+8613800000009"), &leaf), OK);
	orders(w, leaf, &n);
	assert_int_equal(n, 2);
	assert_int_equal(listed(w, &p), 2);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, world_free), cmocka_unit_test_setup_teardown(test, make_spread, world_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_receipt_stands_on_the_payers_profile_once),
		BOTH(a_refund_of_long_ago_is_found),
		BOTH(a_receipt_of_nobody_waits_unmatched),
		BOTH(off_nothing_is_asked),
		BOTH(a_till_tells_by_phone_or_member_number),
	};
	return cmocka_run_group_tests_name("payment", tests, NULL, NULL);
}
