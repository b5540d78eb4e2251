/* Records: strict and lenient reading, checking, writing and filtering. */
#include "base/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define assert_str(s, literal) assert_true(str_eq((s), STR(literal)))

#define PART_FIELDS(F, S)                                \
	F(S, STR, name, .min = 1, .max = 3)              \
	F(S, I64, count, .min = 1, .max = 10, .opt = true)
RECORD(part, PART_FIELDS);

#define WHOLE_FIELDS(F, S)                                       \
	F(S, ID, id)                                             \
	F(S, MS, at, .opt = true)                                \
	F(S, FEN, price, .opt = true)                            \
	F(S, BOOL, on, .opt = true)                              \
	F(S, F64, share, .opt = true)                            \
	F(S, STR, kind, .one_of = "red,green", .opt = true)      \
	F(S, STR, phone, .pii = true, .opt = true, .max = 11)    \
	F(S, STR, token, .secret = true, .opt = true)            \
	F(S, BYTES, blob, .opt = true, .max = 4)                 \
	F(S, JSON, extra, .opt = true)                           \
	F(S, OBJ, part, .of = &part_record, .opt = true)         \
	F(S, LIST, items, .of = &part_record, .opt = true, .max = 2) \
	F(S, STRS, words, .opt = true, .pii = true)              \
	F(S, IDS, refs, .opt = true)
RECORD(whole, WHOLE_FIELDS);

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

static struct json *json(const char *text)
{
	struct json *v = NULL;
	assert_int_equal(json_parse(str_c(text), a, &v, NULL), OK);
	return v;
}

static str written(const struct whole *w)
{
	struct buf b = buf_new(a, 10000);
	record_write(&b, &whole_record, w);
	return buf_str(&b);
}

#define FULL                                                                                      \
	"{\"id\":\"9007199254740993\",\"at\":1700000000000,\"price\":-5,\"on\":true,\"share\":0.25,"  \
	"\"kind\":\"red\",\"phone\":\"138\",\"token\":\"\",\"blob\":\"AAE=\",\"extra\":{\"x\":[1,2]},"   \
	"\"part\":{\"name\":\"p\",\"count\":null},\"items\":[{\"name\":\"a\",\"count\":1},"              \
	"{\"name\":\"b\",\"count\":10}],\"words\":[\"u\",\"v\"],\"refs\":[\"1\",\"2\"]}"

static void test_a_record_survives_the_round_trip(void **state)
{
	struct whole w;
	struct fail f = { 0 };
	assert_int_equal(record_parse(&whole_record, json(FULL), &w, a, &f), OK);
	assert_int_equal(w.id, 9007199254740993);
	assert_int_equal(w.blob.n, 2);
	assert_int_equal(((const struct part *)w.part)->count, NIL);
	assert_int_equal(((const struct part *)w.items.v)[1].count, 10);
	assert_int_equal(w.refs.v[1], 2);
	assert_str(written(&w), FULL);
}

static void test_absent_optional_fields_are_unknown(void **state)
{
	struct whole w;
	assert_int_equal(record_parse(&whole_record, json("{\"id\":7,\"phone\":null}"), &w, a, NULL), OK);
	assert_true(w.at == NIL && w.price == NIL && !w.on && w.share == 0 && w.part == NULL && w.items.n == 0);
	assert_true(str_is_nil(w.phone) && str_is_nil(w.extra));
	assert_str(written(&w),
		   "{\"id\":\"7\",\"at\":null,\"price\":null,\"on\":false,\"share\":0,\"kind\":null,\"phone\":null,"
		   "\"token\":\"\",\"blob\":null,\"extra\":null,\"part\":null,\"items\":[],\"words\":[],\"refs\":[]}");
}

static void test_each_fault_names_its_field(void **state)
{
	static const struct { const char *text, *field; enum text why; } bad[] = {
		{ "[]", "", T_WRONG_TYPE },
		{ "{}", "id", T_MISSING },
		{ "{\"id\":null}", "id", T_MISSING },
		{ "{\"id\":1,\"nope\":1}", "nope", T_UNKNOWN_FIELD },
		{ "{\"id\":\"007\"}", "id", T_WRONG_TYPE },
		{ "{\"id\":\"+7\"}", "id", T_WRONG_TYPE },
		{ "{\"id\":1.0}", "id", T_WRONG_TYPE },
		{ "{\"id\":-9223372036854775808}", "id", T_WRONG_TYPE },
		{ "{\"id\":1,\"at\":\"5\"}", "at", T_WRONG_TYPE },
		{ "{\"id\":1,\"at\":9223372036854775808}", "at", T_WRONG_TYPE },
		{ "{\"id\":1,\"on\":1}", "on", T_WRONG_TYPE },
		{ "{\"id\":1,\"kind\":\"blue\"}", "kind", T_NOT_ONE_OF },
		{ "{\"id\":1,\"kind\":\"red,green\"}", "kind", T_NOT_ONE_OF },
		{ "{\"id\":1,\"phone\":\"123456789012\"}", "phone", T_TOO_LONG },
		{ "{\"id\":1,\"blob\":\"A\"}", "blob", T_WRONG_TYPE },
		{ "{\"id\":1,\"blob\":\"AAAAAAA=\"}", "blob", T_TOO_LONG },
		{ "{\"id\":1,\"part\":{}}", "part.name", T_MISSING },
		{ "{\"id\":1,\"items\":[{\"name\":\"a\"},{\"name\":\"abcd\"}]}", "items.1.name", T_TOO_LONG },
		{ "{\"id\":1,\"items\":[{\"name\":\"\"}]}", "items.0.name", T_TOO_SHORT },
		{ "{\"id\":1,\"items\":[{\"name\":\"a\",\"count\":0}]}", "items.0.count", T_TOO_SMALL },
		{ "{\"id\":1,\"items\":[{\"name\":\"a\",\"count\":11}]}", "items.0.count", T_TOO_BIG },
		{ "{\"id\":1,\"items\":[{\"name\":\"a\",\"x\":1}]}", "items.0.x", T_UNKNOWN_FIELD },
		{ "{\"id\":1,\"items\":[1]}", "items.0", T_WRONG_TYPE },
		{ "{\"id\":1,\"items\":[{\"name\":\"a\"},{\"name\":\"a\"},{\"name\":\"a\"}]}", "items", T_TOO_LONG },
		{ "{\"id\":1,\"words\":[\"a\",2]}", "words.1", T_WRONG_TYPE },
		{ "{\"id\":1,\"refs\":[\"1\",\"x\"]}", "refs.1", T_WRONG_TYPE },
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct whole w;
		struct fail f = { 0 };
		err e = record_parse(&whole_record, json(bad[i].text), &w, a, &f);
		if (e != ERR_INPUT || f.text != bad[i].why || strcmp(f.field, bad[i].field) != 0)
			fail_msg("%s: %s %s %s", bad[i].text, err_name(e), f.field, text_name(f.text));
	}
}

static void test_length_counts_characters(void **state)
{
	struct part p;
	assert_int_equal(record_parse(&part_record, json("{\"name\":\"鱼塘鱼\"}"), &p, a, NULL), OK);
	assert_int_equal(record_parse(&part_record, json("{\"name\":\"鱼塘鱼塘\"}"), &p, a, NULL), ERR_INPUT);
}

static void test_a_refusal_never_repeats_personal_data(void **state)
{
	struct whole w;
	struct fail f = { 0 };
	record_parse(&whole_record, json("{\"id\":1,\"phone\":\"138000000001\"}"), &w, a, &f);
	assert_string_equal(f.value, "12");
	assert_string_equal(f.limit, "11");
}

static void test_check_sees_what_a_struct_lacks(void **state)
{
	struct fail f = { 0 };
	struct part p = { .name = STR_NIL, .count = NIL };
	assert_int_equal(record_check(&part_record, &p, &f), ERR_INPUT);
	assert_int_equal(f.text, T_MISSING);
	p.name = STR("\xff");
	record_check(&part_record, &p, &f);
	assert_int_equal(f.text, T_BAD_UTF8);
	p.name = STR("abc");
	assert_int_equal(record_check(&part_record, &p, &f), OK);
}

static void test_lenient_reading_takes_what_it_understands(void **state)
{
	struct whole w;
	record_read(&whole_record,
		    json("{\"id\":\"007\",\"nope\":1,\"at\":\"55\",\"price\":\"x\",\"kind\":\"blue\",\"on\":1,\"phone\":5,"
			 "\"items\":[1,{\"name\":\"long name\"}],\"refs\":[3,\"x\",\"4\"],\"words\":{}}"), &w, a);
	assert_true(w.id == 7 && w.at == 55 && w.price == NIL && w.on);
	assert_str(w.kind, "blue");
	assert_true(str_is_nil(w.phone));
	assert_int_equal(w.items.n, 1);
	assert_str(((const struct part *)w.items.v)[0].name, "long name");
	assert_true(w.refs.n == 2 && w.refs.v[1] == 4 && w.words.n == 0);
	record_read(&whole_record, NULL, &w, a);
	assert_true(w.at == NIL && w.id == 0);
}

static void test_a_secret_never_comes_out(void **state)
{
	struct whole w;
	record_init(&whole_record, &w);
	w.token = STR("hunter2");
	assert_true(str_has(written(&w), STR("\"token\":\"******\"")));
	assert_false(str_has(written(&w), STR("hunter2")));
}

static err reverse(void *arg, const struct field *field, str in, struct arena *arena, str *ret)
{
	++*(int *)arg;
	if (str_eq(in, STR("bad")))
		return ERR_SIGNATURE;
	char *p = arena_alloc(arena, in.n);
	for (size_t i = 0; i < in.n; i++)
		p[i] = in.p[in.n - 1 - i];
	*ret = str_of(p, in.n);
	return OK;
}

static void test_a_filter_sees_personal_texts_only_both_ways(void **state)
{
	int calls = 0;
	const struct record_filter filter = { reverse, &calls };
	struct whole w, back;
	record_init(&whole_record, &w);
	str words[] = { STR("ab"), STR("cd") };
	w.kind = STR("red");
	w.phone = STR("138");
	w.words = (struct strs){ words, 2 };
	struct buf b = buf_new(a, 1000);
	assert_int_equal(record_write_filtered(&b, &whole_record, &w, &filter), OK);
	assert_int_equal(calls, 3);
	assert_true(str_has(buf_str(&b), STR("\"kind\":\"red\",\"phone\":\"831\"")));
	assert_true(str_has(buf_str(&b), STR("\"words\":[\"ba\",\"dc\"]")));
	struct json *v = json(arena_cstr(a, buf_str(&b)));
	assert_int_equal(record_read_filtered(&whole_record, v, &back, a, &filter), OK);
	assert_str(back.phone, "138");
	assert_str(back.words.v[1], "cd");
	assert_str(back.kind, "red");
	w.phone = STR("bad");
	assert_int_equal(record_write_filtered(&b, &whole_record, &w, &filter), ERR_SIGNATURE);
}

static void test_the_empty_record_takes_and_gives_nothing(void **state)
{
	struct none none;
	struct fail f = { 0 };
	struct buf b = buf_new(a, 100);
	assert_int_equal(record_parse(&none_record, json("{}"), &none, a, &f), OK);
	assert_int_equal(record_parse(&none_record, json("{\"a\":1}"), &none, a, &f), ERR_INPUT);
	record_write(&b, &none_record, &none);
	assert_str(buf_str(&b), "{}");
	assert_string_equal(record_field(&part_record, STR("count"))->name, "count");
	assert_null(record_field(&part_record, STR("coun")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_record_survives_the_round_trip),
		cmocka_unit_test(test_absent_optional_fields_are_unknown),
		cmocka_unit_test(test_each_fault_names_its_field),
		cmocka_unit_test(test_length_counts_characters),
		cmocka_unit_test(test_a_refusal_never_repeats_personal_data),
		cmocka_unit_test(test_check_sees_what_a_struct_lacks),
		cmocka_unit_test(test_lenient_reading_takes_what_it_understands),
		cmocka_unit_test(test_a_secret_never_comes_out),
		cmocka_unit_test(test_a_filter_sees_personal_texts_only_both_ways),
		cmocka_unit_test(test_the_empty_record_takes_and_gives_nothing),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
