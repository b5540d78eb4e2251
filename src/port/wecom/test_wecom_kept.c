/* Calls of inheritance, receipts and messages to members: the request as it goes out, the answer as it is read. */
#include "port/wecom/test_wecom_fake.h"
#include "port/wecom/wecom_customer.h"
#include "port/wecom/wecom_limits.h"
#include "port/wecom/wecom_message.h"
#include "port/wecom/wecom_pay.h"
#include "port/wecom/wecom_transfer.h"

#define API "http://wecom.test/cgi-bin/"
#define TOKEN "access_token=tk1"
#define STRS(...) ((struct strs){ (str[]){ __VA_ARGS__ }, sizeof((str[]){ __VA_ARGS__ }) / sizeof(str) })

static struct fake *f;
static struct fail fail;
static struct wecom_call c;

static int setup(void **state)
{
	f = fake_new();
	fail = (struct fail){ 0 };
	c = fake_by(f, &fake_app, &fail);
	return 0;
}

static int teardown(void **state)
{
	fake_free(f);
	return 0;
}

static void answer(const char *body) { fake_script(f, OK, 0, body); }

static struct strs many(size_t n)
{
	struct strs v = { ARENA_ARRAY(f->arena, str, n), n };
	for (size_t i = 0; i < n; i++)
		v.v[i] = STR("wm1");
	return v;
}

static void unassigned_ones_are_paged_to_the_last(void **state)
{
	struct wecom_unassigned_page page;
	answer("{\"errcode\":0,\"info\":[{\"handover_userid\":\"a\",\"external_userid\":\"wm1\",\"dimission_time\":1700000000}],"
	       "\"is_last\":false,\"next_cursor\":\"x\"}");
	assert_int_equal(wecom_unassigned_list(&c, STR_NIL, &page), OK);
	ASSERT_STR(f->url, API "externalcontact/get_unassigned_list?" TOKEN);
	ASSERT_STR(f->body, "{\"page_size\":1000}");
	assert_int_equal(page.n, 1);
	ASSERT_STR(page.v[0].handover, "a");
	assert_int_equal(page.v[0].left, 1700000000000);
	ASSERT_STR(page.next_cursor, "x");
	answer("{\"errcode\":0,\"is_last\":true,\"next_cursor\":\"y\"}");
	assert_int_equal(wecom_unassigned_list(&c, STR("x"), &page), OK);
	ASSERT_STR(f->body, "{\"page_size\":1000,\"cursor\":\"x\"}");
	assert_int_equal(page.n, 0);
	assert_int_equal(page.next_cursor.n, 0);
}

static void customers_are_handed_over_by_100_and_each_has_a_code(void **state)
{
	struct wecom_transfer in = { false, STR("a"), STR("b"), STRS(STR("wm1"), STR("wm2")), STR("您好") };
	struct wecom_transferred_list got;
	answer("{\"errcode\":0,\"customer\":[{\"external_userid\":\"wm1\",\"errcode\":0},{\"external_userid\":\"wm2\",\"errcode\":40128}]}");
	assert_int_equal(wecom_transfer_customers(&c, &in, &got), OK);
	ASSERT_STR(f->url, API "externalcontact/transfer_customer?" TOKEN);
	ASSERT_STR(f->body, "{\"handover_userid\":\"a\",\"takeover_userid\":\"b\",\"external_userid\":[\"wm1\",\"wm2\"],"
			    "\"transfer_success_msg\":\"您好\"}");
	assert_int_equal(got.n, 2);
	assert_int_equal(got.v[1].code, 40128);
	in.resigned = true; /* no message there */
	assert_int_equal(wecom_transfer_customers(&c, &in, &got), OK);
	ASSERT_STR(f->url, API "externalcontact/resigned/transfer_customer?" TOKEN);
	ASSERT_STR(f->body, "{\"handover_userid\":\"a\",\"takeover_userid\":\"b\",\"external_userid\":[\"wm1\",\"wm2\"]}");
	in.external_userids = many(WECOM_TRANSFER_CUSTOMERS_MAX);
	assert_int_equal(wecom_transfer_customers(&c, &in, &got), OK);
	in.external_userids = many(WECOM_TRANSFER_CUSTOMERS_MAX + 1);
	assert_int_equal(wecom_transfer_customers(&c, &in, &got), ERR_INPUT);
	in.external_userids = (struct strs){ 0 };
	assert_int_equal(wecom_transfer_customers(&c, &in, &got), ERR_INPUT);
}

static void results_say_state_and_moment(void **state)
{
	struct wecom_transfer_page page;
	answer("{\"errcode\":0,\"customer\":[{\"external_userid\":\"wm1\",\"status\":2,\"takeover_time\":1700000000}],\"next_cursor\":\"n\"}");
	assert_int_equal(wecom_transfer_result(&c, true, STR("a"), STR("b"), STR_NIL, &page), OK);
	ASSERT_STR(f->url, API "externalcontact/resigned/transfer_result?" TOKEN);
	ASSERT_STR(f->body, "{\"handover_userid\":\"a\",\"takeover_userid\":\"b\"}");
	assert_int_equal(page.v[0].state, WECOM_TRANSFER_WAITING);
	assert_int_equal(page.v[0].at, 1700000000000);
	ASSERT_STR(page.next_cursor, "n");
	assert_int_equal(wecom_transfer_result(&c, true, STR(""), STR("b"), STR_NIL, &page), ERR_INPUT);
}

static void groups_that_stay_are_named_with_their_code(void **state)
{
	struct wecom_group_refusals no;
	answer("{\"errcode\":0,\"failed_chat_list\":[{\"chat_id\":\"wr2\",\"errcode\":90500,\"errmsg\":\"x\"}]}");
	assert_int_equal(wecom_transfer_groups(&c, false, STRS(STR("wr1"), STR("wr2")), STR("b"), &no), OK);
	ASSERT_STR(f->url, API "externalcontact/groupchat/onjob_transfer?" TOKEN);
	ASSERT_STR(f->body, "{\"chat_id_list\":[\"wr1\",\"wr2\"],\"new_owner\":\"b\"}");
	assert_int_equal(no.n, 1);
	assert_int_equal(no.v[0].code, 90500);
	assert_int_equal(wecom_transfer_groups(&c, true, many(WECOM_TRANSFER_GROUPS_MAX + 1), STR("b"), &no), ERR_INPUT);
}

static void receipts_come_with_goods_and_done_refunds(void **state)
{
	struct wecom_bills page;
	answer("{\"errcode\":0,\"bill_list\":[{\"transaction_id\":\"42\",\"pay_time\":1700000900,\"out_trade_no\":\"YT1\",\"external_userid\":\"wm1\","
	       "\"total_fee\":9900,\"payee_userid\":\"a\",\"commodity_list\":[{\"description\":\"锦鲤\",\"amount\":2}],\"total_refund_fee\":100,"
	       "\"refund_list\":[{\"out_refund_no\":\"R1\",\"refund_status\":2,\"refund_fee\":100,\"refund_reqtime\":1700001000},"
	       "{\"out_refund_no\":\"R2\",\"refund_status\":3,\"refund_fee\":50}]}]}");
	assert_int_equal(wecom_pay_bills(&c, 1700000000000, 1700003600000, STR_NIL, &page), OK);
	ASSERT_STR(f->url, API "externalpay/get_bill_list?" TOKEN);
	ASSERT_STR(f->body, "{\"begin_time\":1700000000,\"end_time\":1700003600,\"limit\":1000}");
	const struct wecom_bill *b = &page.v[0];
	assert_int_equal(page.n, 1);
	assert_int_equal(b->total_fee, 9900);
	assert_int_equal(b->refunded_fee, 100);
	assert_int_equal(b->refund_count, 1);
	ASSERT_STR(b->goods[0].description, "锦鲤");
	assert_int_equal(b->goods[0].amount, 2);
}

static void a_message_goes_to_members(void **state)
{
	str invalid;
	answer("{\"errcode\":0,\"invaliduser\":\"b\"}");
	assert_int_equal(wecom_message_text(&c, STRS(STR("a"), STR("b")), STR("你好"), &invalid), OK);
	ASSERT_STR(f->url, API "message/send?" TOKEN);
	ASSERT_STR(f->body, "{\"touser\":\"a|b\",\"msgtype\":\"text\",\"agentid\":1000002,\"text\":{\"content\":\"你好\"},\"enable_duplicate_check\":1}");
	ASSERT_STR(invalid, "b");
	struct buf long_text = buf_new(f->arena, WECOM_MESSAGE_BYTES_MAX + 2);
	for (int i = 0; i < WECOM_MESSAGE_BYTES_MAX; i++)
		buf_char(&long_text, 'x');
	assert_int_equal(wecom_message_text(&c, STRS(STR("a")), buf_str(&long_text), NULL), OK);
	buf_char(&long_text, 'x');
	assert_int_equal(wecom_message_text(&c, STRS(STR("a")), buf_str(&long_text), NULL), ERR_INPUT);
	assert_int_equal(wecom_message_text(&c, (struct strs){ 0 }, STR("x"), NULL), ERR_INPUT);
}

static void a_card_goes_to_members_and_is_taken_back(void **state)
{
	struct wecom_noted noted;
	struct wecom_note card = { STR("新任务"), STR("回访"), STR("https://a.test/h5/work") };
	answer("{\"errcode\":0,\"invaliduser\":\"\",\"msgid\":\"m1\"}");
	assert_int_equal(wecom_message_note(&c, STRS(STR("a")), &card, &noted), OK);
	ASSERT_STR(f->body, "{\"touser\":\"a\",\"msgtype\":\"textcard\",\"agentid\":1000002,\"textcard\":{\"title\":\"新任务\",\"description\":\"回访\",\"url\":\"https://a.test/h5/work\"},\"enable_duplicate_check\":1}");
	ASSERT_STR(noted.msgid, "m1");
	struct wecom_note plain = { STR_NIL, STR("回访"), STR_NIL };
	assert_int_equal(wecom_message_note(&c, STRS(STR("a")), &plain, &noted), OK);
	ASSERT_STR(f->body, "{\"touser\":\"a\",\"msgtype\":\"text\",\"agentid\":1000002,\"text\":{\"content\":\"回访\"},\"enable_duplicate_check\":1}");
	struct buf url = buf_new(f->arena, WECOM_CARD_URL_MAX + 2);
	for (int i = 0; i < WECOM_CARD_URL_MAX; i++)
		buf_char(&url, 'x');
	card.url = buf_str(&url);
	assert_int_equal(wecom_message_note(&c, STRS(STR("a")), &card, &noted), OK);
	buf_char(&url, 'x');
	card.url = buf_str(&url);
	assert_int_equal(wecom_message_note(&c, STRS(STR("a")), &card, &noted), ERR_INPUT);
	assert_int_equal(wecom_message_recall(&c, STR("m1")), OK);
	ASSERT_STR(f->url, API "message/recall?" TOKEN);
	ASSERT_STR(f->body, "{\"msgid\":\"m1\"}");
	assert_int_equal(wecom_message_recall(&c, STR("")), ERR_INPUT);
}

static void a_member_without_customers_has_an_empty_list(void **state)
{
	struct strs ids;
	answer("{\"errcode\":0,\"external_userid\":[\"wm1\",\"wm2\"]}");
	assert_int_equal(wecom_customer_list(&c, STR("a"), &ids), OK);
	ASSERT_STR(f->url, API "externalcontact/list?" TOKEN "&userid=a");
	assert_int_equal(ids.n, 2);
	answer("{\"errcode\":84061,\"errmsg\":\"x\"}");
	assert_int_equal(wecom_customer_list(&c, STR("a"), &ids), OK);
	assert_int_equal(ids.n, 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(unassigned_ones_are_paged_to_the_last),
		TEST(customers_are_handed_over_by_100_and_each_has_a_code),
		TEST(results_say_state_and_moment),
		TEST(groups_that_stay_are_named_with_their_code),
		TEST(receipts_come_with_goods_and_done_refunds),
		TEST(a_message_goes_to_members), TEST(a_card_goes_to_members_and_is_taken_back),
		TEST(a_member_without_customers_has_an_empty_list),
	};
	return cmocka_run_group_tests_name("wecom kept", tests, NULL, NULL);
}
