/* WeCom's XML as it comes, and as somebody hostile would send it. */
#include "port/wecom/wecom_xml.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define ASSERT_STR(got, want) do {                                                          \
	str got_ = (got);                                                                   \
	assert_int_equal(got_.n, strlen(want));                                             \
	assert_memory_equal(got_.p, want, got_.n);                                          \
} while (0)

static struct arena *arena;

static int setup(void **state)
{
	arena = arena_new(ARENA_MAX_DEFAULT);
	return 0;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

static err parse(str xml)
{
	struct wecom_xml x;
	struct fail f = { 0 };
	return wecom_xml_parse(xml, arena, &x, &f);
}

static void an_added_contact_is_read_whole(void **state)
{
	struct wecom_event e;
	struct fail f = { 0 };
	assert_int_equal(wecom_event_read(STR(
		"<xml><ToUserName><![CDATA[wwfishpond0000001]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>"
		"<CreateTime>1700000101</CreateTime><MsgType><![CDATA[event]]></MsgType>"
		"<Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>"
		"<UserID><![CDATA[advisor_a]]></UserID><ExternalUserID><![CDATA[wmYT0001]]></ExternalUserID>"
		"<State><![CDATA[ch_1024]]></State><WelcomeCode><![CDATA[WC_YT_1]]></WelcomeCode></xml>"),
		arena, &e, &f), OK);
	ASSERT_STR(e.to_user, "wwfishpond0000001");
	ASSERT_STR(e.from_user, "sys");
	assert_int_equal(e.create_time, 1700000101000);
	ASSERT_STR(e.event, "change_external_contact");
	ASSERT_STR(e.change_type, "add_external_contact");
	ASSERT_STR(e.user_id, "advisor_a");
	ASSERT_STR(e.external_user_id, "wmYT0001");
	ASSERT_STR(e.state, "ch_1024");
	ASSERT_STR(e.welcome_code, "WC_YT_1");
	assert_true(str_is_nil(e.source));
	assert_true(str_is_nil(e.fail_reason));
}

static void bare_text_other_order_and_unknown_elements_do_not_matter(void **state)
{
	struct wecom_event e;
	struct fail f = { 0 };
	assert_int_equal(wecom_event_read(STR(
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml>\n  <ChangeType>update</ChangeType>\n  <New><Deep>1</Deep></New>\n"
		"  <TagType><![CDATA[tag]]></TagType>\n  <Id>etT1</Id>\n  <Event>change_external_tag</Event>\n"
		"  <CreateTime><![CDATA[ 1700000700 ]]></CreateTime>\n  <Title>a&amp;b &#x9C7C;</Title><Empty/></xml>\n"),
		arena, &e, &f), OK);
	ASSERT_STR(e.change_type, "update");
	ASSERT_STR(e.tag_type, "tag");
	ASSERT_STR(e.tag_id, "etT1");
	assert_int_equal(e.create_time, 1700000700000);
	ASSERT_STR(wecom_xml_get(&e.fields, "New.Deep"), "1");
	ASSERT_STR(wecom_xml_get(&e.fields, "Title"), "a&b 鱼");
	ASSERT_STR(wecom_xml_get(&e.fields, "Empty"), "");
	assert_true(str_is_nil(wecom_xml_get(&e.fields, "New")));
}

static void repeated_items_are_all_kept(void **state)
{
	struct wecom_xml x;
	struct fail f = { 0 };
	assert_int_equal(wecom_xml_parse(STR("<xml><L><Item>a</Item><Item>b</Item></L><L2>c</L2></xml>"), arena, &x, &f), OK);
	assert_int_equal(x.n, 3);
	ASSERT_STR(x.v[0].name, "L.Item");
	ASSERT_STR(x.v[1].name, "L.Item");
	ASSERT_STR(x.v[1].text, "b");
	ASSERT_STR(x.v[2].name, "L2");
}

static void absent_or_wrong_times_are_unknown(void **state)
{
	const char *texts[] = { "<xml/>", "<xml><CreateTime>x</CreateTime></xml>", "<xml><CreateTime>-1</CreateTime></xml>",
				"<xml><CreateTime>9223372036854775807</CreateTime></xml>" };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct wecom_event e;
		struct fail f = { 0 };
		assert_int_equal(wecom_event_read(str_c(texts[i]), arena, &e, &f), OK);
		assert_true(e.create_time == NIL);
	}
}

static void document_types_and_entities_are_refused(void **state)
{
	assert_int_equal(parse(STR("<!DOCTYPE xml><xml/>")), ERR_SYNTAX);
	assert_int_equal(parse(STR("<!DOCTYPE x [<!ENTITY a \"b\">]><xml>&a;</xml>")), ERR_SYNTAX);
	assert_int_equal(parse(STR("<!DOCTYPE x SYSTEM \"file:///etc/hostname\"><xml/>")), ERR_SYNTAX);
	assert_int_equal(parse(STR("<xml>&a;</xml>")), ERR_SYNTAX);
}

static void broken_text_is_a_syntax_error(void **state)
{
	const str bad[] = { STR(""), STR(" "), STR("<xml>"), STR("<xml></xm>"), STR("<xml/><xml/>"), STR("x"),
			    STR("<xml>\xc3\x28</xml>"), STR("<xml>\xed\xa0\x80</xml>"), STR("<xml>a\0b</xml>"),
			    STR("<?xml version=\"1.0\" encoding=\"GBK\"?><xml>\xc4\xe3</xml>") };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(parse(bad[i]), ERR_SYNTAX);
	assert_int_equal(parse(STR_NIL), ERR_SYNTAX);
}

static str nested(size_t depth)
{
	struct buf b = buf_new(arena, BUF_MAX_DEFAULT);
	for (size_t i = 0; i < depth; i++)
		buf_add_c(&b, "<a>");
	for (size_t i = 0; i < depth; i++)
		buf_add_c(&b, "</a>");
	return buf_str(&b);
}

static str many(size_t elements)
{
	struct buf b = buf_new(arena, BUF_MAX_DEFAULT);
	buf_add_c(&b, "<a>");
	for (size_t i = 1; i < elements; i++)
		buf_add_c(&b, "<b/>");
	buf_add_c(&b, "</a>");
	return buf_str(&b);
}

static str named(size_t bytes)
{
	struct buf b = buf_new(arena, BUF_MAX_DEFAULT);
	buf_add_c(&b, "<xml><");
	for (size_t i = 0; i < bytes; i++)
		buf_char(&b, 'n');
	buf_add_c(&b, "/></xml>");
	return buf_str(&b);
}

static str sized(size_t bytes)
{
	struct buf b = buf_new(arena, BUF_MAX_DEFAULT);
	buf_add_c(&b, "<xml>");
	while (b.n < bytes - 6)
		buf_char(&b, ' ');
	buf_add_c(&b, "</xml>");
	return buf_str(&b);
}

static void limits_hold_at_their_edge_and_one_past(void **state)
{
	assert_int_equal(parse(nested(WECOM_XML_DEPTH_MAX)), OK);
	assert_int_equal(parse(nested(WECOM_XML_DEPTH_MAX + 1)), ERR_SYNTAX);
	assert_int_equal(parse(many(WECOM_XML_ELEMENTS_MAX)), OK);
	assert_int_equal(parse(many(WECOM_XML_ELEMENTS_MAX + 1)), ERR_SYNTAX);
	assert_int_equal(parse(named(WECOM_XML_NAME_MAX)), OK);
	assert_int_equal(parse(named(WECOM_XML_NAME_MAX + 1)), ERR_SYNTAX);
	assert_int_equal(parse(sized(WECOM_XML_MAX)), OK);
	assert_int_equal(parse(sized(WECOM_XML_MAX + 1)), ERR_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_added_contact_is_read_whole),
		cmocka_unit_test(bare_text_other_order_and_unknown_elements_do_not_matter),
		cmocka_unit_test(repeated_items_are_all_kept),
		cmocka_unit_test(absent_or_wrong_times_are_unknown),
		cmocka_unit_test(document_types_and_entities_are_refused),
		cmocka_unit_test(broken_text_is_a_syntax_error),
		cmocka_unit_test(limits_hold_at_their_edge_and_one_past),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
