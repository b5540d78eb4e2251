/*
 * What a message may say: WeCom's limits in bytes at their edge and one past, and the form as a column.
 */
#include "core/reach/content.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int make(void **state)
{
	*state = arena_new(1 << 16);
	return 0;
}

static int drop(void **state)
{
	arena_free(*state);
	return 0;
}

/* So many bytes, of characters of three as long as they fit. */
static str bytes(struct arena *a, const char *start, size_t n)
{
	struct buf b = buf_new(a, 1 << 16);
	buf_add_c(&b, start);
	while (b.n + 3 <= n)
		buf_add_c(&b, "鱼");
	while (b.n < n)
		buf_char(&b, 'a');
	return buf_str(&b);
}

static void a_text_has_at_most_4000_bytes(void **state)
{
	struct fail f = { 0 };
	struct content c = { .text = bytes(*state, "", WECOM_TEXT_BYTES_MAX) };
	assert_int_equal(c.text.n, WECOM_TEXT_BYTES_MAX);
	assert_int_equal(content_check(&c, "content", &f), OK);
	c.text = bytes(*state, "", WECOM_TEXT_BYTES_MAX + 1);
	assert_int_equal(content_check(&c, "content", &f), ERR_INPUT);
	assert_string_equal(f.field, "content.text");
	assert_string_equal(f.value, "4001 bytes");
	assert_string_equal(f.limit, "4000 bytes");
}

static void each_part_of_a_link_has_its_limit(void **state)
{
	static const struct { size_t at, max; const char *start, *field; } parts[] = {
		{ offsetof(struct content_link, title), WECOM_LINK_TITLE_BYTES_MAX, "", "welcome.link.title" },
		{ offsetof(struct content_link, url), WECOM_LINK_URL_BYTES_MAX, "https://", "welcome.link.url" },
		{ offsetof(struct content_link, desc), WECOM_LINK_DESC_BYTES_MAX, "", "welcome.link.desc" },
		{ offsetof(struct content_link, picurl), WECOM_LINK_PICURL_BYTES_MAX, "https://", "welcome.link.picurl" },
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct fail f = { 0 };
		struct content_link link = { STR("标题"), STR("https://shop.test/"), STR_NIL, STR_NIL };
		struct content c = { .link = &link };
		str *part = (str *)((char *)&link + parts[i].at);
		*part = bytes(*state, parts[i].start, parts[i].max);
		assert_int_equal(content_check(&c, "welcome", &f), OK);
		*part = bytes(*state, parts[i].start, parts[i].max + 1);
		assert_int_equal(content_check(&c, "welcome", &f), ERR_INPUT);
		assert_string_equal(f.field, parts[i].field);
	}
}

static void something_must_be_said(void **state)
{
	struct fail f = { 0 };
	struct content c = { .text = STR("") };
	(void)state;
	assert_true(content_empty(&c));
	assert_int_equal(content_check(&c, "welcome", &f), ERR_INPUT);
	assert_int_equal(f.text, T_CONTENT_EMPTY);
}

static void a_link_leads_to_the_web(void **state)
{
	static const struct { const char *url; err e; } urls[] = {
		{ "https://a.test", OK }, { "http://a.test", OK }, { "javascript:alert(1)", ERR_INPUT }, { "a.test", ERR_INPUT },
		{ "ftp://a.test", ERR_INPUT }, { " https://a.test", ERR_INPUT },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		struct fail f = { 0 };
		struct content_link link = { STR("标题"), str_c(urls[i].url), STR_NIL, STR_NIL };
		struct content c = { .text = STR("看看"), .link = &link };
		assert_int_equal(content_check(&c, "content", &f), urls[i].e);
	}
}

static void a_column_gives_back_what_was_written(void **state)
{
	struct content_link link = { STR("标题\"<"), STR("https://a.test/?a=1&b=2"), STR("说明"), STR_NIL };
	struct content c = { .text = STR("第一行\n第二行"), .link = &link }, back;
	content_read(*state, content_json(*state, &c), &back);
	assert_true(str_eq(back.text, c.text));
	assert_non_null(back.link);
	const struct content_link *l = back.link;
	assert_true(str_eq(l->title, link.title) && str_eq(l->url, link.url) && str_eq(l->desc, link.desc));
	assert_true(str_is_nil(l->picurl));
	content_read(*state, STR(""), &back);
	assert_true(content_empty(&back));
	content_read(*state, STR("{no json"), &back);
	assert_true(content_empty(&back));
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_text_has_at_most_4000_bytes), T(each_part_of_a_link_has_its_limit), T(something_must_be_said),
		T(a_link_leads_to_the_web), T(a_column_gives_back_what_was_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
