/* Configuration: places and their order, unknown keys, broken files. */
#include "base/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#define assert_str(s, literal) assert_true(str_eq((s), STR(literal)))

static struct arena *a;
static char path[] = "/tmp/test-conf-XXXXXX";

static int setup(void **state)
{
	a = arena_new(ARENA_MAX_DEFAULT);
	int fd = mkstemp(path);
	return fd < 0 || close(fd) != 0;
}

static int teardown(void **state)
{
	unlink(path);
	arena_free(a);
	return 0;
}

static void write_file(const char *text)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void test_defaults_are_complete(void **state)
{
	struct conf *c = conf_new(a);
	assert_str(conf_get(c, "listen"), "127.0.0.1:8090");
	assert_str(conf_get(c, "store"), "");
	assert_string_equal(conf_origin(c, "listen"), "default");
	for (const struct conf_key *k = conf_keys; k->name; k++)
		assert_true(k->doc[0] && !str_is_nil(conf_get(c, k->name)));
}

static void test_a_higher_place_wins_in_any_order(void **state)
{
	struct fail f = { 0 };
	struct conf *c = conf_new(a);
	write_file("; ours\nlisten = 0.0.0.0:1\nlog-level=debug\n[more]\ndata = /d\n");
	setenv("YUTANG_LOG_LEVEL", "warn", 1);
	assert_int_equal(conf_set(c, STR("listen"), STR("1.1.1.1:1"), "flag", &f), OK);
	conf_env(c);
	assert_int_equal(conf_file(c, str_c(path), &f), OK);
	unsetenv("YUTANG_LOG_LEVEL");
	assert_str(conf_get(c, "listen"), "1.1.1.1:1");
	assert_str(conf_get(c, "log-level"), "warn");
	assert_str(conf_get(c, "data"), "/d");
	assert_string_equal(conf_origin(c, "listen"), "flag");
	assert_string_equal(conf_origin(c, "log-level"), "env");
	assert_string_equal(conf_origin(c, "data"), "file");
}

static void test_mistakes_are_named(void **state)
{
	struct fail f = { 0 };
	struct conf *c = conf_new(a);
	assert_int_equal(conf_set(c, STR("lisen"), STR("x"), "flag", &f), ERR_CONFIG);
	assert_string_equal(f.field, "lisen");
	write_file("listen = x\ncolour = red\n");
	assert_int_equal(conf_file(c, str_c(path), &f), ERR_CONFIG);
	assert_string_equal(f.field, "colour");
	write_file("listen = x\nnonsense\n");
	assert_int_equal(conf_file(c, str_c(path), &f), ERR_CONFIG);
	assert_string_equal(f.value, "line 2");
	assert_int_equal(conf_file(c, STR("/nowhere/at/all"), &f), ERR_NOT_FOUND);
}

static void test_numbers_keep_their_range(void **state)
{
	struct fail f = { 0 };
	struct conf *c = conf_new(a);
	i64 v = 0;
	conf_set(c, STR("workers"), STR("64"), "flag", &f);
	assert_int_equal(conf_i64(c, "workers", 0, 64, &v, &f), OK);
	assert_int_equal(v, 64);
	assert_int_equal(conf_i64(c, "workers", 0, 63, &v, &f), ERR_CONFIG);
	assert_string_equal(f.limit, "0..63");
	conf_set(c, STR("workers"), STR("many"), "flag", &f);
	assert_int_equal(conf_i64(c, "workers", 0, 64, &v, &f), ERR_CONFIG);
}

static void test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not(void **state)
{
	enum { LARGEST = 64 << 10 };
	char *text = arena_alloc(a, LARGEST + 2);
	for (size_t i = 0; i < LARGEST; i++)
		text[i] = i % 100 == 0 ? ';' : i % 100 == 99 ? '\n' : 'x';
	struct fail f = { 0 };
	write_file(text);
	assert_int_equal(conf_file(conf_new(a), str_c(path), &f), OK);
	text[LARGEST] = '\n';
	write_file(text);
	assert_int_equal(conf_file(conf_new(a), str_c(path), &f), ERR_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults_are_complete),
		cmocka_unit_test(test_a_higher_place_wins_in_any_order),
		cmocka_unit_test(test_mistakes_are_named),
		cmocka_unit_test(test_numbers_keep_their_range),
		cmocka_unit_test(test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
