/* Views of bytes: comparing, cutting, strict numbers and strict UTF-8. */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define assert_str(s, literal) assert_true(str_eq((s), STR(literal)))

static void test_nil_and_empty_are_equal_but_told_apart(void **state)
{
	assert_true(str_eq(STR_NIL, STR("")));
	assert_true(str_is_nil(STR_NIL));
	assert_false(str_is_nil(STR("")));
	assert_true(str_is_nil(str_c(NULL)));
}

static void test_compare_is_by_bytes_then_by_length(void **state)
{
	assert_true(str_cmp(STR("a"), STR("b")) < 0);
	assert_true(str_cmp(STR("ab"), STR("a")) > 0);
	assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
	assert_int_equal(str_cmp(STR_NIL, STR("")), 0);
	assert_true(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
	assert_false(str_eq_nocase(STR("a"), STR("b")));
}

static void test_find_starts_ends_sub(void **state)
{
	assert_int_equal(str_find(STR("abcabc"), STR("ca")), 2);
	assert_int_equal(str_find(STR("abc"), STR("x")), -1);
	assert_int_equal(str_find(STR_NIL, STR("x")), -1);
	assert_true(str_starts(STR("abc"), STR("ab")) && str_ends(STR("abc"), STR("bc")));
	assert_false(str_starts(STR("a"), STR("ab")));
	assert_str(str_sub(STR("abc"), 1, 99), "bc");
	assert_str(str_sub(STR("abc"), 9, 2), "");
}

static void test_trim_takes_ascii_and_ideographic_space(void **state)
{
	assert_str(str_trim(STR(" \t\xe3\x80\x80 \xe5\xbc\xa0 \xe3\x80\x80\r\n")), "\xe5\xbc\xa0");
	assert_str(str_trim(STR(" \xe3\x80\x80")), "");
}

static void test_cut_yields_every_part_and_then_nil(void **state)
{
	str rest = STR("a,,b,");
	const char *const parts[] = { "a", "", "b", "" };
	size_t n = 0;
	while (rest.p) {
		str part = str_cut(&rest, ',');
		assert_true(n < ARRAY_LEN(parts) && str_eq_c(part, parts[n]));
		n++;
	}
	assert_int_equal(n, ARRAY_LEN(parts));
}

static void test_integers_are_read_whole_or_not_at_all(void **state)
{
	i64 v = 7;
	assert_true(str_i64(STR("9223372036854775807"), &v) && v == INT64_MAX);
	assert_true(str_i64(STR("-9223372036854775808"), &v) && v == INT64_MIN);
	assert_true(str_i64(STR("+5"), &v) && v == 5);
	assert_false(str_i64(STR("9223372036854775808"), &v));
	assert_false(str_i64(STR("-9223372036854775809"), &v));
	assert_false(str_i64(STR(""), &v) || str_i64(STR("-"), &v) || str_i64(STR("1x"), &v) || str_i64(STR(" 1"), &v));
	assert_int_equal(v, 5);
}

static void test_reals_are_decimal_and_finite(void **state)
{
	double v = 0;
	assert_true(str_f64(STR("-1.5e2"), &v) && v == -150.0);
	assert_false(str_f64(STR("inf"), &v) || str_f64(STR("nan"), &v) || str_f64(STR("0x10"), &v));
	assert_false(str_f64(STR("1e999"), &v) || str_f64(STR("1,5"), &v) || str_f64(STR(""), &v));
}

static void test_decimals_become_minor_units_without_rounding(void **state)
{
	i64 v = 0;
	assert_true(str_decimal(STR("12.30"), 2, &v) && v == 1230);
	assert_true(str_decimal(STR("-0.05"), 2, &v) && v == -5);
	assert_true(str_decimal(STR("12"), 2, &v) && v == 1200);
	assert_true(str_decimal(STR("1.2300"), 2, &v) && v == 123);
	assert_false(str_decimal(STR("1.234"), 2, &v));
	assert_false(str_decimal(STR("1."), 2, &v) || str_decimal(STR(".5"), 2, &v) || str_decimal(STR("1.x"), 2, &v));
	assert_true(str_decimal(STR("92233720368547758.07"), 2, &v) && v == INT64_MAX);
	assert_false(str_decimal(STR("92233720368547758.08"), 2, &v));
}

static void test_utf8_is_strict(void **state)
{
	assert_true(str_utf8_ok(STR("abc \xe5\xbc\xa0 \xf0\x9f\x90\x9f")));
	assert_false(str_utf8_ok(STR("\xc0\xaf")));             /* overlong */
	assert_false(str_utf8_ok(STR("\xed\xa0\x80")));         /* surrogate */
	assert_false(str_utf8_ok(STR("\xf4\x90\x80\x80")));     /* beyond U+10FFFF */
	assert_true(str_utf8_ok(STR("\xf4\x8f\xbf\xbf")));      /* U+10FFFF */
	assert_false(str_utf8_ok(STR("\xe5\xbc")));             /* cut */
	assert_false(str_utf8_ok(str_of("a\0b", 3)));           /* U+0000 */
}

static void test_length_and_head_count_code_points(void **state)
{
	str s = STR("a\xe5\xbc\xa0\xf0\x9f\x90\x9f");
	assert_int_equal(str_utf8_len(s), 3);
	assert_str(str_utf8_head(s, 2), "a\xe5\xbc\xa0");
	assert_str(str_utf8_head(s, 0), "");
	assert_true(str_eq(str_utf8_head(s, 9), s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nil_and_empty_are_equal_but_told_apart),
		cmocka_unit_test(test_compare_is_by_bytes_then_by_length),
		cmocka_unit_test(test_find_starts_ends_sub),
		cmocka_unit_test(test_trim_takes_ascii_and_ideographic_space),
		cmocka_unit_test(test_cut_yields_every_part_and_then_nil),
		cmocka_unit_test(test_integers_are_read_whole_or_not_at_all),
		cmocka_unit_test(test_reals_are_decimal_and_finite),
		cmocka_unit_test(test_decimals_become_minor_units_without_rounding),
		cmocka_unit_test(test_utf8_is_strict),
		cmocka_unit_test(test_length_and_head_count_code_points),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
