/* The platforms' signatures and words, with the vectors their own documents and toolkits give. */
#include "port/shop/shop_api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

struct world { struct arena *a; struct fail f; struct shop_account account; struct shop_call call; struct transport *direct; };

static int make(void **state)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct world *w = ARENA_NEW(a, struct world);
	w->a = a;
	w->direct = transport_direct(a);
	w->call = (struct shop_call){ .transport = w->direct, .arena = a, .fail = &w->f, .account = &w->account, .now = 1767225600000 };
	*state = w;
	return 0;
}

static int drop(void **state)
{
	arena_free(((struct world *)*state)->a);
	return 0;
}

#define MSG "%7B%22tid%22%3A%22E20260101120000000000001%22%2C%22status%22%3A%22TRADE_PAID%22%7D"

static void a_youzan_message_is_signed_over_what_came(void **state)
{
	struct world *w = *state;
	const struct shop_api *api = shop_api_of(STR("youzan"));
	struct http_req req = { .arena = w->a };
	struct shop_push p;
	str body, key;
	w->account = (struct shop_account){ .client = STR("c000000000000000a1"), .secret = STR("s0000000000000000000000000000000") };
	req.body = STR("{\"client_id\":\"c000000000000000a1\",\"id\":\"E20260101120000000000001\",\"type\":\"TRADE_ORDER_STATE\",\"msg\":\"" MSG
		       "\",\"sign\":\"48845111d25d630effcf5635bc778c6e\",\"status\":\"TRADE_PAID\",\"test\":false,\"sendCount\":0}");
	assert_int_equal(api->push(&w->call, &req, &body, &key), OK);
	assert_int_equal(api->read(&w->call, body, &p), OK);
	assert_int_equal(p.numbers.n, 1); /* it tells no amount: the order is asked for */
	assert_true(str_eq_c(p.numbers.v[0], "E20260101120000000000001"));
	req.body = STR("{\"msg\":\"" MSG "\",\"sign\":\"48845111d25d630effcf5635bc778c6f\"}");
	assert_int_equal(api->push(&w->call, &req, &body, &key), ERR_SIGNATURE);
	w->account.secret = STR_NIL;
	assert_int_equal(api->push(&w->call, &req, &body, &key), ERR_SIGNATURE);
	req.body = STR("no json");
	assert_int_not_equal(api->push(&w->call, &req, &body, &key), OK);
}

static void an_encrypted_youzan_message_is_opened(void **state)
{
	struct world *w = *state;
	struct shop_push p;
	w->account = (struct shop_account){ .secret = STR("yutangtestsecret-and-more") };
	str body = STR("{\"type\":\"trade_TradePaid\",\"id\":\"E1\",\"msg\":\"h30vn4dJg8ldVTK8knZr9mpt3ad0Va7YH0lWetTL%2Bt6n9M1%2BqPm8ffDQG4ogocs"
		       "ATpf7GIIeR1gWqxF%2BK9pH3g%3D%3D\"}");
	assert_int_equal(shop_api_of(STR("youzan"))->read(&w->call, body, &p), OK);
	assert_true(str_eq_c(p.numbers.v[0], "E1")); /* the text inside says orderNo, not tid: the envelope names it */
	assert_int_not_equal(shop_api_of(STR("youzan"))->read(&w->call, STR("{\"type\":\"trade_TradePaid\",\"msg\":\"AAAA\"}"), &p), OK);
	assert_int_equal(shop_api_of(STR("youzan"))->read(&w->call, STR("{\"test\":true,\"msg\":\"\"}"), &p), OK);
	assert_true(p.test);
}

static void wechat_looks_at_the_address_first(void **state)
{
	struct world *w = *state;
	struct http_req req = { .arena = w->a };
	str text;
	w->account.push_token = STR("AAAAA");
	assert_true(http_target(&req, STR("/x?signature=f464b24fc39322e44b38aa78f5edd27bd1441696&echostr=42&timestamp=1714036504&nonce=1514711492")));
	assert_int_equal(shop_api_of(STR("wxshop"))->hello(&w->call, &req, &text), OK);
	assert_true(str_eq_c(text, "42"));
	w->account.push_token = STR("BBBBB");
	assert_int_equal(shop_api_of(STR("wxshop"))->hello(&w->call, &req, &text), ERR_SIGNATURE);
}

static void order_numbers_stay_exact_where_they_are_bare_numbers(void **state)
{
	struct world *w = *state;
	struct shop_push p;
	assert_int_equal(shop_api_of(STR("wxshop"))->read(&w->call, STR("{\"Event\":\"channels_ec_order_pay\",\"order_info\":{\"order_id\":"
							       "3705115058471208928,\"pay_time\":1}}"), &p), OK);
	assert_true(str_eq_c(p.numbers.v[0], "3705115058471208928"));
	assert_int_equal(shop_api_of(STR("wxshop"))->read(&w->call, STR("{\"Event\":\"subscribe\"}"), &p), OK);
	assert_int_equal(p.numbers.n, 0);
}

static void phones_are_sorted_by_what_can_be_read(void **state)
{
	struct shop_order o;
	(void)state;
	record_init(&shop_order_record, &o);
	shop_phone(&o, STR("138****1234"), true);
	assert_true(o.hidden && str_eq_c(o.tail, "1234") && str_is_nil(o.receiver));
	record_init(&shop_order_record, &o);
	shop_phone(&o, STR("18877771111-123"), true);
	assert_true(o.virtual && str_is_nil(o.tail) && str_is_nil(o.receiver));
	record_init(&shop_order_record, &o);
	shop_phone(&o, STR("$bWFza2VkIHRleHQgdGhhdCBpcyBsb25n12345678$1$"), false);
	assert_true(o.hidden && str_is_nil(o.tail) && str_is_nil(o.phone));
	record_init(&shop_order_record, &o);
	shop_phone(&o, STR("13800000001"), false);
	shop_phone(&o, STR("13900000002"), true);
	assert_true(str_eq_c(o.phone, "13800000001") && str_eq_c(o.receiver, "13900000002") && str_eq_c(o.tail, "0001"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_youzan_message_is_signed_over_what_came, make, drop),
		cmocka_unit_test_setup_teardown(an_encrypted_youzan_message_is_opened, make, drop),
		cmocka_unit_test_setup_teardown(wechat_looks_at_the_address_first, make, drop),
		cmocka_unit_test_setup_teardown(order_numbers_stay_exact_where_they_are_bare_numbers, make, drop),
		cmocka_unit_test_setup_teardown(phones_are_sorted_by_what_can_be_read, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
