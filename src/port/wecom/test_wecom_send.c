/* Welcome and mass message: requests byte for byte, limits at their edge, answers as they come. */
#include "port/wecom/test_wecom_fake.h"
#include "port/wecom/wecom_limits.h"
#include "port/wecom/wecom_send.h"

#define API "http://wecom.test/cgi-bin/externalcontact/"
#define TOKEN "?access_token=tk1"
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

static void answer(const char *body)
{
	fake_script(f, OK, 0, body);
}

static void assert_posted(const char *url, const char *body)
{
	ASSERT_STR(f->method, "POST");
	ASSERT_STR(f->url, url);
	ASSERT_STR(f->body, body);
}

static str of_bytes(size_t n)
{
	char *p = arena_alloc(f->arena, n + 1);
	memset(p, 'x', n);
	return str_of(p, n);
}

static void a_welcome_carries_text_and_attachments(void **state)
{
	struct wecom_attachment parts[] = {
		{ .part = WECOM_LINK, .title = STR("活动页"), .url = STR("https://s.example/a?c=1"), .desc = STR("点开领券"),
		  .picurl = STR("https://s.example/p.png") },
		{ .part = WECOM_IMAGE, .media_id = STR("M1"), .pic_url = STR("ignored") },
		{ .part = WECOM_IMAGE, .pic_url = STR("https://p.example/1") },
		{ .part = WECOM_MINIPROGRAM, .title = STR("小店"), .media_id = STR("M2"), .appid = STR("wx01"),
		  .page = STR("pages/index.html") },
		{ .part = WECOM_FILE, .media_id = STR("M9") },
	};
	struct wecom_content content = { STR("你好呀，欢迎来\"鱼塘\"🐟"), parts, ARRAY_LEN(parts) };
	assert_int_equal(wecom_send_welcome(&c, STR("WC1"), &content), OK);
	assert_posted(API "send_welcome_msg" TOKEN,
		      "{\"welcome_code\":\"WC1\",\"text\":{\"content\":\"你好呀，欢迎来\\\"鱼塘\\\"🐟\"},\"attachments\":["
		      "{\"msgtype\":\"link\",\"link\":{\"title\":\"活动页\",\"picurl\":\"https://s.example/p.png\",\"desc\":\"点开领券\","
		      "\"url\":\"https://s.example/a?c=1\"}},"
		      "{\"msgtype\":\"image\",\"image\":{\"media_id\":\"M1\"}},"
		      "{\"msgtype\":\"image\",\"image\":{\"pic_url\":\"https://p.example/1\"}},"
		      "{\"msgtype\":\"miniprogram\",\"miniprogram\":{\"title\":\"小店\",\"pic_media_id\":\"M2\",\"appid\":\"wx01\","
		      "\"page\":\"pages/index.html\"}},"
		      "{\"msgtype\":\"file\",\"file\":{\"media_id\":\"M9\"}}]}");
	answer("{\"errcode\":41050,\"errmsg\":\"invalid\"}");
	assert_int_equal(wecom_send_welcome(&c, STR("WC1"), &content), ERR_STATE);
	assert_int_equal(c.action, WECOM_DROP);
	assert_int_equal(wecom_send_welcome(&c, STR(""), &content), ERR_INPUT);
}

static err check_text(size_t bytes)
{
	struct wecom_content content = { of_bytes(bytes), NULL, 0 };
	return wecom_content_check(&content, f->arena, &fail);
}

static err check_part(struct wecom_attachment part)
{
	struct wecom_content content = { STR_NIL, &part, 1 };
	return wecom_content_check(&content, f->arena, &fail);
}

static void lengths_are_checked_in_bytes_at_their_edges(void **state)
{
	assert_int_equal(check_text(WECOM_TEXT_BYTES_MAX), OK);
	assert_int_equal(check_text(WECOM_TEXT_BYTES_MAX + 1), ERR_INPUT);
	assert_string_equal(fail.field, "text");
	assert_string_equal(fail.value, "4001");
	assert_string_equal(fail.limit, "4000");
	assert_int_equal(check_text(0), ERR_INPUT);

	struct wecom_attachment link = { .part = WECOM_LINK, .title = of_bytes(WECOM_LINK_TITLE_BYTES_MAX),
					 .desc = of_bytes(WECOM_LINK_DESC_BYTES_MAX), .url = of_bytes(WECOM_LINK_URL_BYTES_MAX),
					 .picurl = of_bytes(WECOM_LINK_PICURL_BYTES_MAX) };
	assert_int_equal(check_part(link), OK);
	const struct { str *field; const char *name; } fields[] = {
		{ &link.title, "attachments.0.title" }, { &link.desc, "attachments.0.desc" },
		{ &link.url, "attachments.0.url" }, { &link.picurl, "attachments.0.picurl" },
	};
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		str kept = *fields[i].field;
		*fields[i].field = of_bytes(kept.n + 1);
		assert_int_equal(check_part(link), ERR_INPUT);
		assert_string_equal(fail.field, fields[i].name);
		*fields[i].field = kept;
	}
	struct wecom_attachment mini = { .part = WECOM_MINIPROGRAM, .title = of_bytes(WECOM_MINI_TITLE_BYTES_MAX),
					 .media_id = STR("m"), .appid = STR("wx"), .page = STR("p") };
	assert_int_equal(check_part(mini), OK);
	mini.title = of_bytes(WECOM_MINI_TITLE_BYTES_MAX + 1);
	assert_int_equal(check_part(mini), ERR_INPUT);
	assert_int_equal(check_part((struct wecom_attachment){ .part = WECOM_LINK, .title = STR("t") }), ERR_INPUT);
	assert_string_equal(fail.field, "attachments.0.url");
	assert_int_equal(check_part((struct wecom_attachment){ .part = WECOM_IMAGE }), ERR_INPUT);
	struct wecom_content bad = { STR("\xff"), NULL, 0 };
	assert_int_equal(wecom_content_check(&bad, f->arena, &fail), ERR_INPUT);
	assert_int_equal(fail.text, T_BAD_UTF8);
}

static void nine_attachments_and_not_ten(void **state)
{
	struct wecom_attachment parts[WECOM_ATTACHMENTS_MAX + 1];
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		parts[i] = (struct wecom_attachment){ .part = WECOM_IMAGE, .media_id = STR("m") };
	struct wecom_content content = { STR_NIL, parts, WECOM_ATTACHMENTS_MAX };
	assert_int_equal(wecom_content_check(&content, f->arena, &fail), OK);
	content.attachment_count++;
	assert_int_equal(wecom_content_check(&content, f->arena, &fail), ERR_INPUT);
}

static void a_mass_message_is_made_and_tells_who_is_left_out(void **state)
{
	struct wecom_mass mass = { .external_userids = STRS(STR("wm1"), STR("wm2")), .sender = STR("advisor_a"),
				   .content = { STR("双11鱼粮第二件半价"), NULL, 0 } };
	struct wecom_mass_made made;
	answer("{\"errcode\":0,\"errmsg\":\"ok\",\"fail_list\":[\"wm2\"],\"msgid\":\"msg1\"}");
	assert_int_equal(wecom_send_mass(&c, &mass, &made), OK);
	assert_posted(API "add_msg_template" TOKEN,
		      "{\"chat_type\":\"single\",\"external_userid\":[\"wm1\",\"wm2\"],\"sender\":\"advisor_a\",\"allow_select\":false,"
		      "\"text\":{\"content\":\"双11鱼粮第二件半价\"}}");
	ASSERT_STR(made.msgid, "msg1");
	assert_int_equal(made.refused.n, 1);
	ASSERT_STR(made.refused.v[0], "wm2");

	mass = (struct wecom_mass){ .to_groups = true, .chat_ids = STRS(STR("wr1")), .sender = STR("a"),
				    .content = { STR("今晚八点"), NULL, 0 } };
	answer("{\"errcode\":0,\"msgid\":\"msg2\"}");
	assert_int_equal(wecom_send_mass(&c, &mass, &made), OK);
	assert_posted(API "add_msg_template" TOKEN,
		      "{\"chat_type\":\"group\",\"chat_id_list\":[\"wr1\"],\"sender\":\"a\",\"allow_select\":false,"
		      "\"text\":{\"content\":\"今晚八点\"}}");
	mass.sender = STR_NIL;
	assert_int_equal(wecom_send_mass(&c, &mass, &made), ERR_INPUT);
	assert_string_equal(fail.field, "sender");
}

static void a_lost_answer_to_a_mass_message_is_unknown(void **state)
{
	struct wecom_mass mass = { .external_userids = STRS(STR("wm1")), .content = { STR("x"), NULL, 0 } };
	struct wecom_mass_made made;
	fake_script(f, ERR_TIMEOUT, 0, NULL);
	assert_int_equal(wecom_send_mass(&c, &mass, &made), ERR_UNKNOWN);
	answer("{\"errcode\":0}");
	assert_int_equal(wecom_send_mass(&c, &mass, &made), ERR_UNKNOWN);
	assert_int_equal(c.action, WECOM_UNKNOWN);
	fake_script(f, ERR_UPSTREAM, 0, NULL);
	assert_int_equal(wecom_send_mass(&c, &mass, &made), ERR_UPSTREAM);
	answer("{\"errcode\":41048,\"errmsg\":\"nobody\"}");
	assert_int_equal(wecom_send_mass(&c, &mass, &made), ERR_STATE);
}

static void ten_thousand_customers_and_not_one_more(void **state)
{
	str *ids = ARENA_ARRAY(f->arena, str, WECOM_MASS_CUSTOMERS_MAX + 1);
	for (size_t i = 0; i <= WECOM_MASS_CUSTOMERS_MAX; i++)
		ids[i] = STR("wmYT00000000000000000000000000001");
	struct wecom_mass mass = { .external_userids = { ids, WECOM_MASS_CUSTOMERS_MAX + 1 }, .content = { STR("x"), NULL, 0 } };
	struct wecom_mass_made made;
	assert_int_equal(wecom_send_mass(&c, &mass, &made), ERR_INPUT);
	assert_int_equal(f->calls, 0);
	mass.external_userids.n--;
	answer("{\"errcode\":0,\"msgid\":\"m\"}");
	assert_int_equal(wecom_send_mass(&c, &mass, &made), OK);
}

static void tasks_and_results_are_read(void **state)
{
	struct wecom_mass_tasks t;
	answer("{\"errcode\":0,\"task_list\":[{\"userid\":\"a\",\"status\":0},{\"userid\":\"b\",\"status\":1,\"send_time\":1700000000},"
	       "{\"userid\":\"c\",\"status\":\"2\"}],\"next_cursor\":\"n\"}");
	assert_int_equal(wecom_send_tasks(&c, STR("msg1"), STR_NIL, &t), OK);
	assert_posted(API "get_groupmsg_task" TOKEN, "{\"msgid\":\"msg1\",\"limit\":1000}");
	assert_int_equal(t.n, 3);
	assert_false(t.v[0].confirmed);
	assert_true(t.v[1].confirmed && t.v[2].confirmed);
	assert_int_equal(t.v[1].confirmed_at, 1700000000000);
	assert_true(t.v[2].confirmed_at == NIL);
	ASSERT_STR(t.next_cursor, "n");

	struct wecom_mass_results r;
	answer("{\"errcode\":0,\"send_list\":[{\"external_userid\":\"wm1\",\"userid\":\"a\",\"status\":1,\"send_time\":1700000000},"
	       "{\"external_userid\":\"wm2\",\"userid\":\"a\",\"status\":2},{\"chat_id\":\"wr1\",\"userid\":\"a\",\"status\":3}]}");
	assert_int_equal(wecom_send_results(&c, STR("msg1"), STR("a"), STR("c1"), &r), OK);
	assert_posted(API "get_groupmsg_send_result" TOKEN,
		      "{\"msgid\":\"msg1\",\"userid\":\"a\",\"limit\":1000,\"cursor\":\"c1\"}");
	assert_int_equal(r.n, 3);
	assert_int_equal(r.v[0].status, WECOM_MASS_SENT);
	assert_int_equal(r.v[0].sent, 1700000000000);
	assert_int_equal(r.v[1].status, WECOM_MASS_NOT_FRIEND);
	assert_int_equal(r.v[2].status, WECOM_MASS_QUOTA);
	ASSERT_STR(r.v[2].chat_id, "wr1");
	assert_true(str_is_nil(r.next_cursor));
	answer("{\"errcode\":41063,\"errmsg\":\"dispatching\"}");
	assert_int_equal(wecom_send_tasks(&c, STR("msg1"), STR_NIL, &t), ERR_UPSTREAM);
	assert_int_equal(c.action, WECOM_RETRY);
}

static void the_list_of_mass_messages_serves_reconciliation(void **state)
{
	struct wecom_mass_query q = { .from = 1700000000000, .to = 1700000000000 + WECOM_MASS_LIST_SPAN_MS, .filter = 0 };
	struct wecom_mass_page p;
	answer("{\"errcode\":0,\"group_msg_list\":[{\"msgid\":\"msg1\",\"create_time\":\"1700000000\",\"create_type\":0,"
	       "\"text\":{\"content\":\"文\"},\"attachments\":[{\"msgtype\":\"image\"}]},{\"msgid\":\"msg2\",\"creator\":\"a\"}],"
	       "\"next_cursor\":\"\"}");
	assert_int_equal(wecom_send_list(&c, &q, &p), OK);
	assert_posted(API "get_groupmsg_list_v2" TOKEN,
		      "{\"chat_type\":\"single\",\"start_time\":1700000000,\"end_time\":1702678400,\"filter_type\":0,\"limit\":100}");
	assert_int_equal(p.n, 2);
	assert_int_equal(p.v[0].created, 1700000000000);
	ASSERT_STR(p.v[0].text, "文");
	assert_int_equal(p.v[0].attachments->n, 1);
	assert_true(str_is_nil(p.v[0].creator));
	ASSERT_STR(p.v[1].creator, "a");
	assert_null(p.v[1].attachments);
	q.to++;
	assert_int_equal(wecom_send_list(&c, &q, &p), ERR_INPUT);
}

static void reminding_and_cancelling(void **state)
{
	assert_int_equal(wecom_send_remind(&c, STR("msg1")), OK);
	assert_posted(API "remind_groupmsg_send" TOKEN, "{\"msgid\":\"msg1\"}");
	assert_int_equal(wecom_send_cancel(&c, STR("msg1")), OK);
	assert_posted(API "cancel_groupmsg_send" TOKEN, "{\"msgid\":\"msg1\"}");
	answer("{\"errcode\":41094,\"errmsg\":\"limit\"}");
	assert_int_equal(wecom_send_remind(&c, STR("msg1")), ERR_STATE);
	assert_int_equal(wecom_send_cancel(&c, STR("")), ERR_INPUT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_welcome_carries_text_and_attachments),
		TEST(lengths_are_checked_in_bytes_at_their_edges),
		TEST(nine_attachments_and_not_ten),
		TEST(a_mass_message_is_made_and_tells_who_is_left_out),
		TEST(a_lost_answer_to_a_mass_message_is_unknown),
		TEST(ten_thousand_customers_and_not_one_more),
		TEST(tasks_and_results_are_read),
		TEST(the_list_of_mass_messages_serves_reconciliation),
		TEST(reminding_and_cancelling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
