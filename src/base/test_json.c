/* JSON in, JSON out: the tree, its limits and its source texts. */
#include "base/buf.h"
#include "base/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define assert_str(s, literal) assert_true(str_eq((s), STR(literal)))

static struct arena *a;

static int setup(void **state)
{
	a = arena_new(ARENA_MAX_DEFAULT);
	return 0;
}

static int teardown(void **state)
{
	arena_free(a);
	return 0;
}

static struct json *parse(str text)
{
	struct json *v = NULL;
	struct fail f = { 0 };
	if (json_parse(text, a, &v, &f) != OK)
		fail_msg("%.*s: %s", STR_F(text), f.limit);
	return v;
}

static bool refused(str text)
{
	struct json *v = NULL;
	struct fail f = { 0 };
	return json_parse(text, a, &v, &f) == ERR_SYNTAX && f.limit[0];
}

static void test_every_kind_of_value_is_read(void **state)
{
	struct json *v = parse(STR(" {\"n\":null,\"t\":true,\"f\":false,\"i\":-5,\"r\":1.5,"
				   "\"s\":\"\\u5f20\\n\\ud83d\\udc1f\",\"a\":[1,[2],{}],\"o\":{\"x\":\"y\"}} "));
	assert_int_equal(v->n, 8);
	assert_int_equal(json_get(v, "n")->type, JSON_NULL);
	assert_true(json_bool(v, "t", false) && !json_bool(v, "f", true));
	assert_int_equal(json_i64(v, "i", 0), -5);
	assert_true(json_get(v, "r")->real == 1.5);
	assert_str(json_str(v, "s"), "\xe5\xbc\xa0\n\xf0\x9f\x90\x9f");
	assert_int_equal(json_get(v, "a")->n, 3);
	assert_str(json_str(json_get(v, "o"), "x"), "y");
	assert_null(json_get(json_get(json_get(v, "o"), "no"), "way"));
	assert_int_equal(parse(STR("7"))->i, 7);
}

static void test_numbers_keep_64_bits_and_larger_ones_become_real(void **state)
{
	struct json *v = parse(STR("[9223372036854775807,-9223372036854775808,9223372036854775808,"
				   "18446744073709551616,-123456789012345678901234567890, 3.0,1e2,0.5,\"\\\"99999999999999999999\"]"));
	assert_true(v->items[0].type == JSON_INT && v->items[0].i == INT64_MAX);
	assert_true(v->items[1].type == JSON_INT && v->items[1].i == INT64_MIN);
	assert_true(v->items[2].type == JSON_REAL && v->items[2].real == 0x1p63);
	assert_true(v->items[3].type == JSON_REAL && v->items[3].real == 0x1p64);
	assert_str(v->items[4].raw, "-123456789012345678901234567890");
	assert_true(v->items[5].type == JSON_REAL && v->items[5].i == 3);
	assert_true(v->items[6].i == 100 && v->items[7].i == 0);
	assert_str(v->items[8].text, "\"99999999999999999999");
}

static void test_integers_given_as_text_are_read(void **state)
{
	struct json *v = parse(STR("{\"a\":\"12\",\"b\":\"x\",\"c\":2.5,\"d\":2.0}"));
	assert_int_equal(json_i64(v, "a", 0), 12);
	assert_int_equal(json_i64(v, "b", -1), -1);
	assert_int_equal(json_i64(v, "c", -1), -1);
	assert_int_equal(json_i64(v, "d", -1), 2);
	assert_int_equal(json_i64(NULL, "a", -1), -1);
	assert_true(str_is_nil(json_str(v, "c")));
}

static void test_raw_is_the_source_of_each_value(void **state)
{
	struct json *v = parse(STR("{ \"a\\\"]\" : [ 1 , \"}\\\\\" ] ,\"b\":{\"c\" : 1.50 }, \"d\":null }"));
	assert_str(v->members[0].value.raw, "[ 1 , \"}\\\\\" ]");
	assert_str(v->members[0].value.items[1].raw, "\"}\\\\\"");
	assert_str(v->members[1].value.raw, "{\"c\" : 1.50 }");
	assert_str(v->members[1].value.members[0].value.raw, "1.50");
	assert_str(v->members[2].value.raw, "null");
	assert_int_equal(v->raw.p[v->raw.n - 1], '}');
}

static void test_the_last_of_duplicate_names_wins(void **state)
{
	struct json *v = parse(STR("{\"a\":1,\"b\":2,\"a\":3}"));
	assert_int_equal(v->n, 2);
	assert_int_equal(json_i64(v, "a", 0), 3);
	struct buf b = buf_new(a, 10000);
	buf_char(&b, '{');
	for (int i = 0; i < 40; i++)
		buf_fmt(&b, "\"k%d\":%d,", i % 20, i);
	buf_add_c(&b, "\"last\":0}");
	v = parse(buf_str(&b));
	assert_int_equal(v->n, 21);
	assert_int_equal(json_i64(v, "k7", 0), 27);
}

static str nested(int depth)
{
	struct buf b = buf_new(a, 10000);
	for (int i = 0; i < depth; i++)
		buf_add_c(&b, i % 2 ? "{\"a\":" : "[");
	buf_char(&b, '1');
	for (int i = depth; i-- > 0;)
		buf_char(&b, i % 2 ? '}' : ']');
	return buf_str(&b);
}

static void test_depth_ends_at_its_limit(void **state)
{
	parse(nested(JSON_DEPTH_MAX));
	assert_true(refused(nested(JSON_DEPTH_MAX + 1)));
	assert_true(refused(nested(3000)));
}

static void test_what_is_not_strict_json_is_refused(void **state)
{
	static const char *const bad[] = {
		"", " ", "{", "[1,]", "{\"a\"}", "{'a':1}", "nul", "01", "+1", "1 2", "[1]x", "\"\xff\"", "\"\xed\xa0\x80\"",
		"\"\\ud800\"", "\"\\u0000\"", "{\"a\\u0000b\":1}", "\"a\tb\"", "1e999", "-", "[99999999999999999999x]",
		"00000000000000000000001", "\"99999999999999999999", "\xef\xbb\xbf{}",
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (!refused(str_c(bad[i])))
			fail_msg("accepted: %s", bad[i]);
	assert_true(refused(str_of("{\"a\":\0 1}", 9)));
	assert_true(refused(STR_NIL));
}

static void test_a_tree_is_written_compactly(void **state)
{
	struct buf b = buf_new(a, 1000);
	json_write(&b, parse(STR("{ \"a\" : [ 1 , 2.50, null,true ], \"b\":\"\\u5f20\\\"\", \"c\":{} }")));
	assert_str(buf_str(&b), "{\"a\":[1,2.50,null,true],\"b\":\"\xe5\xbc\xa0\\\"\",\"c\":{}}");
	buf_clear(&b);
	json_write_real(&b, 0.1);
	buf_char(&b, ' ');
	json_write_real(&b, 1.0 / 3);
	buf_char(&b, ' ');
	json_write_real(&b, NAN);
	assert_str(buf_str(&b), "0.1 0.3333333333333333 null");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_of_value_is_read),
		cmocka_unit_test(test_numbers_keep_64_bits_and_larger_ones_become_real),
		cmocka_unit_test(test_integers_given_as_text_are_read),
		cmocka_unit_test(test_raw_is_the_source_of_each_value),
		cmocka_unit_test(test_the_last_of_duplicate_names_wins),
		cmocka_unit_test(test_depth_ends_at_its_limit),
		cmocka_unit_test(test_what_is_not_strict_json_is_refused),
		cmocka_unit_test(test_a_tree_is_written_compactly),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
