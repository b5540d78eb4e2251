/*
 * Orders nobody was found for, and how they come to somebody: by hand, by number, through the member page.
 */
#include "feature/order/test_order_shop.h"

#include "store/inbox.h"

#define HEAD "订单号,买家,手机号,付款时间,实付金额,退款金额,订单状态\n"

static int make(void **state)
{
	*state = shop_new(test_spread());
	return 0;
}

static int make_spread(void **state)
{
	*state = shop_new(8);
	return 0;
}

static int drop(void **state)
{
	shop_free(*state);
	return 0;
}

static i64 friend(struct shop *s, i64 corp, const char *external)
{
	struct cx cx = shop_cx(s, corp);
	struct identity_in id = { STR("external_userid"), str_c(external), true };
	struct identity_who who = { &id, 1, false, clock_now(&s->t->clock), STR("wecom"), STR_NIL };
	i64 customer;
	assert_int_equal(identity_resolve(&cx.unit, &who, &customer, NULL, NULL), OK);
	return customer;
}

static enum claim_is claim(struct shop *s, i64 customer, const char *no, i64 amount, const char *tail)
{
	struct cx cx = shop_cx(s, s->corps[0]);
	struct order_claim c = { customer, str_c(no), amount, str_c(tail), false };
	struct order_head h;
	enum claim_is is;
	assert_int_equal(order_claim(&cx, &c, &is, &h), OK);
	return is;
}

static i64 spent(struct shop *s, const char *external) { return shop_facts(s, s->corps[0], "external_userid", external).spent; }

static err staff_claim(struct shop *s, i64 corp, i64 customer, const char *no)
{
	str json = arena_printf(s->t->arena, "{\"id\":\"%lld\",\"order_no\":\"%s\"}", (long long)customer, no);
	return shop_call(s, corp, "POST", "/api/v1/customers/{id}/claim-order", json, STR_NIL, NULL);
}

static void an_order_of_nobody_becomes_hers_by_number_and_proof(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0], li = friend(s, c, "wmLi"), wu = friend(s, c, "wmWu");
	str file = STR(HEAD "E1,,138****1234,2026-01-02,100.50,,交易成功\nE2,,,2026-01-02,70,20,交易成功\n");
	shop_run(s, c, file, "generic", "", "done 2 2 0 2 0 0 0 2");
	assert_int_equal(claim(s, li, "E9", 10050, NULL), CLAIM_UNKNOWN);
	assert_int_equal(claim(s, li, "E1", 10000, NULL), CLAIM_WRONG);
	assert_int_equal(claim(s, li, "E1", NIL, "4321"), CLAIM_WRONG);
	assert_int_equal(claim(s, li, "E1", NIL, "1234"), CLAIM_DONE);
	assert_int_equal(claim(s, li, "E1", NIL, "1234"), CLAIM_HERS);
	assert_int_equal(claim(s, wu, "E1", 10050, NULL), CLAIM_TAKEN);
	assert_int_equal(claim(s, li, "E2", NIL, "1234"), CLAIM_WRONG); /* no phone is known: digits prove nothing */
	assert_int_equal(claim(s, li, "E2", 5000, NULL), CLAIM_DONE); /* what she paid after all */
	assert_int_equal(spent(s, "wmLi"), 10050 + 5000);
	/* The same file knows whose they are now. */
	shop_run(s, c, file, "generic", "", "done 2 2 0 0 0 0 2 0");
	assert_int_equal(spent(s, "wmLi"), 15050);
	assert_int_equal(spent(s, "wmWu"), 0);
}

static void guessing_ends_after_a_few(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0], li = friend(s, c, "wmLi"), wu = friend(s, c, "wmWu");
	shop_run(s, c, STR(HEAD "E1,,,2026-01-02,100.50,,交易成功\n"), "generic", "", "done 1 1 0 1 0 0 0 1");
	for (int i = 0; i < ORDER_TRIES; i++)
		assert_int_equal(claim(s, i % 2 ? li : wu, "E1", i, NULL), CLAIM_WRONG);
	assert_int_equal(claim(s, li, "E1", 10050, NULL), CLAIM_UNKNOWN); /* right, and too late for today */
	clock_advance(&s->t->clock, clock_now(&s->t->clock) + MS_DAY);
	assert_int_equal(claim(s, li, "E1", 10050, NULL), CLAIM_DONE);
}

static void a_buyer_known_by_the_shop_alone_is_whoever_holds_an_order(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0], li = friend(s, c, "wmLi"), wu = friend(s, c, "wmWu");
	shop_run(s, c, STR(HEAD "E1,tea,,2026-01-02,10,,交易成功\nE2,tea,,2026-01-03,20,,交易成功\nE3,cup,13800000003,2026-01-03,30,,交易成功\n"),
		 "generic", "", "done 3 3 0 3 0 2 0 0");
	assert_int_equal(claim(s, li, "E1", 1000, NULL), CLAIM_DONE);
	assert_int_equal(spent(s, "wmLi"), 3000); /* the account's other order is hers too */
	assert_int_equal(claim(s, wu, "E2", 2000, NULL), CLAIM_TAKEN);
	assert_int_equal(claim(s, wu, "E3", 3000, NULL), CLAIM_TAKEN); /* a phone's owner: she may bind it */
	assert_int_equal(claim(s, li, "E2", 2000, NULL), CLAIM_HERS);
}

static void staff_claim_for_those_they_see(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0], li = friend(s, c, "wmLi"), other = friend(s, s->corps[1], "wmB");
	shop_run(s, c, STR(HEAD "E1,,,2026-01-02,10,,交易成功\nE3,cup,13800000003,2026-01-03,30,,交易成功\n"), "generic", "",
		 "done 2 2 0 2 0 1 0 1");
	assert_int_equal(staff_claim(s, c, li, "E1"), OK);
	assert_int_equal(staff_claim(s, c, li, "E1"), OK);
	assert_int_equal(spent(s, "wmLi"), 1000);
	assert_int_equal(staff_claim(s, c, li, "E3"), ERR_CONFLICT);
	assert_int_equal(staff_claim(s, c, li, "E9"), ERR_NOT_FOUND);
	assert_int_equal(staff_claim(s, c, other, "E1"), ERR_NOT_FOUND);       /* another corp's */
	assert_int_equal(staff_claim(s, s->corps[1], other, "E1"), ERR_NOT_FOUND); /* whose order is not there */
}

static void what_nobody_was_found_for_is_counted_listed_and_given_by_hand(void **state)
{
	struct shop *s = *state;
	void *out;
	i64 c = s->corps[0], li = friend(s, c, "wmLi");
	shop_run(s, c, STR(HEAD "E1,,138****1234,2026-01-02,10,,交易成功\nE2,,,2026-01-03,20,,交易成功\n=E3,,,2026-01-04,30,,交易成功\n"), "generic", "",
		 "done 3 3 0 3 0 0 0 3");
	assert_int_equal(shop_call(s, c, "GET", "/api/v1/unmatched-orders/reasons", STR("{}"), STR_NIL, &out), OK);
	assert_int_equal(*(i64 *)((char *)out + sizeof(struct list)), 3); /* total */
	assert_int_equal(((struct list *)out)->n, 2);
	assert_int_equal(shop_call(s, c, "GET", "/api/v1/unmatched-orders", STR("{\"reason\":\"masked\"}"), STR_NIL, &out), OK);
	struct page *page = out;
	assert_int_equal(page->data.n, 1);
	i64 id = *(i64 *)page->data.v;
	str json = arena_printf(s->t->arena, "{\"id\":\"%lld\",\"customer_id\":\"%lld\"}", (long long)id, (long long)li);
	assert_int_equal(shop_call(s, c, "POST", "/api/v1/unmatched-orders/{id}/match", json, STR_NIL, NULL), OK);
	assert_int_equal(shop_call(s, c, "POST", "/api/v1/unmatched-orders/{id}/match", json, STR_NIL, NULL), ERR_NOT_FOUND);
	assert_int_equal(spent(s, "wmLi"), 1000);
	assert_int_equal(shop_call(s, c, "GET", "/api/v1/unmatched-orders", STR("{\"limit\":1}"), STR_NIL, &out), OK);
	assert_true(((struct page *)out)->next_cursor.n > 0);
	assert_int_equal(shop_call(s, s->corps[1], "GET", "/api/v1/unmatched-orders", STR("{}"), STR_NIL, &out), OK);
	assert_int_equal(((struct page *)out)->data.n, 0);
	assert_int_equal(shop_call(s, c, "GET", "/api/v1/unmatched-orders/export.csv", STR("{}"), STR_NIL, &out), OK);
	assert_non_null(strstr(out, "E2"));
	assert_non_null(strstr(out, "\"'=E3\"")); /* no formula for who opens it */
	assert_null(strstr(out, "\"E1\""));
	/* One order in full. */
	json = arena_printf(s->t->arena, "{\"id\":\"%lld\",\"order\":\"%lld\"}", (long long)li, (long long)id);
	assert_int_equal(shop_call(s, c, "GET", "/api/v1/customers/{id}/orders/{order}", json, STR_NIL, &out), OK);
	assert_int_equal(*(i64 *)out, id);
	assert_int_equal(shop_call(s, s->corps[1], "GET", "/api/v1/customers/{id}/orders/{order}", json, STR_NIL, NULL), ERR_NOT_FOUND);
}

static size_t told(struct shop *s, i64 customer, int kind)
{
	struct cx cx = shop_cx(s, s->corps[0]);
	struct event *v;
	size_t n, count = 0;
	i64 slot = slot_of_customer(s->t->store, customer);
	assert_int_equal(READ_SNAP(&cx.unit, slot, timeline_page(snap, customer, INT64_MAX, INT64_MAX, 100, &v, &n)), OK);
	for (size_t i = 0; i < n; i++)
		count += v[i].kind == kind;
	return count;
}

/* As the member page asks: through the inbox, answered by an event, once however often it is decoded. */
static void the_member_page_is_answered_by_an_event(void **state)
{
	struct shop *s = *state;
	struct arena *a = s->t->arena;
	i64 c = s->corps[0], li = friend(s, c, "wmLi");
	struct fail f = { 0 };
	bool fresh;
	shop_run(s, c, STR(HEAD "E1,,,2026-01-02,10,,交易成功\n"), "generic", "", "done 1 1 0 1 0 0 0 1");
	for (int i = 0; i < 2; i++) {
		str body = arena_printf(a, "{\"claim\":\"%d\",\"customer\":\"%lld\",\"order_no\":\"E1\",\"amount\":%d,\"tail\":null}", i + 1,
					(long long)li, i ? 1000 : 999);
		struct inbox_item item = { c, STR(ORDER_CLAIM_SOURCE), arena_printf(a, "%d", i + 1), body, clock_now(&s->t->clock) };
		assert_int_equal(inbox_add(s->t->store, a, &item, 1, &fresh, &f), OK);
	}
	struct cx cx = shop_cx(s, c);
	struct inbox_row *rows;
	size_t n;
	assert_int_equal(inbox_pending(&cx.unit, 10, &rows, &n), OK);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(order_claim_decode(&cx, &rows[i]), OK);
		assert_int_equal(order_claim_decode(&cx, &rows[i]), OK);
	}
	assert_int_equal(told(s, li, EV_CLAIM_REFUSED), 1);
	assert_int_equal(told(s, li, EV_ORDER_CLAIMED), 1);
	assert_int_equal(spent(s, "wmLi"), 1000);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, drop), cmocka_unit_test_setup_teardown(test, make_spread, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(an_order_of_nobody_becomes_hers_by_number_and_proof),
		BOTH(guessing_ends_after_a_few),
		BOTH(a_buyer_known_by_the_shop_alone_is_whoever_holds_an_order),
		BOTH(staff_claim_for_those_they_see),
		BOTH(what_nobody_was_found_for_is_counted_listed_and_given_by_hand),
		BOTH(the_member_page_is_answered_by_an_event),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
