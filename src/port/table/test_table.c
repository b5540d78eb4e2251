/* Tables of text: delimiters, quotes, encodings, and that no broken row takes others with it. */
#include "port/table/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#define assert_str(s, literal) assert_string_equal(arena_cstr(arena, (s)), (literal))

static struct arena *arena;
static char path[64];

static int set_up(void **state)
{
	arena = arena_new(ARENA_MAX_DEFAULT);
	snprintf(path, sizeof(path), "/tmp/test_table.%d", (int)getpid());
	return 0;
}

static int tear_down(void **state)
{
	unlink(path);
	arena_free(arena);
	return 0;
}

static void write_file(str text)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
	assert_int_equal(fclose(file), 0);
}

static struct table_reader *open_with(str text, const struct table_options *o)
{
	struct table_reader *r = NULL;
	struct fail f = { 0 };
	write_file(text);
	assert_int_equal(table_open(arena, path, o, &r, &f), OK);
	return r;
}

static struct table_reader *open_text(str text)
{
	return open_with(text, &(struct table_options){ 0 });
}

static struct table_row next(struct table_reader *r)
{
	struct table_row row;
	bool more = false;
	assert_int_equal(table_next(r, &row, &more, NULL), OK);
	assert_true(more);
	return row;
}

static struct table_row good(struct table_reader *r, i64 number)
{
	struct table_row row = next(r);
	assert_int_equal(row.why.code, OK);
	assert_int_equal(row.number, number);
	assert_int_equal(row.n, table_about(r)->name_count);
	return row;
}

static struct table_row bad(struct table_reader *r, i64 number, enum text text)
{
	struct table_row row = next(r);
	assert_int_equal(row.why.code, ERR_INPUT);
	assert_int_equal(row.why.text, text);
	assert_int_equal(row.number, number);
	return row;
}

static void at_end(struct table_reader *r)
{
	struct table_row row;
	bool more = true;
	assert_int_equal(table_next(r, &row, &more, NULL), OK);
	assert_false(more);
	assert_int_equal(table_done(r), table_about(r)->bytes);
}

static void test_quoted_cells_keep_delimiters_quotes_and_line_ends(void **state)
{
	struct table_reader *r = open_text(STR("id,text\r\n1,\"a,b\"\r\n2,\"say \"\"hi\"\"\"\r\n3,\"x\r\ny\"\r\n4,7\" disc\r\n"));
	assert_int_equal(table_about(r)->format, TABLE_CSV);
	assert_true(table_about(r)->header);
	assert_str(table_about(r)->names[1], "text");
	assert_str(good(r, 2).cells[1], "a,b");
	assert_str(good(r, 3).cells[1], "say \"hi\"");
	assert_str(good(r, 4).cells[1], "x\r\ny");
	assert_str(good(r, 6).cells[1], "7\" disc");
	at_end(r);
}

static void test_delimiter_is_found_out(void **state)
{
	static const struct { str text; char delimiter; } rows[] = {
		{ STR("a;b\n1,5;2\n"), ';' }, { STR("a\tb\n1\t2,3\n"), '\t' }, { STR("a,b\n1,2\n"), ',' },
		{ STR("only\nx\n"), ',' },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(table_about(open_text(rows[i].text))->delimiter, rows[i].delimiter);
}

static void test_columns_of_white_space(void **state)
{
	struct table_reader *r = open_text(STR(" customer  date number\r\n 00001 19970101  1\r\n 00002 19970112  2\r\n"));
	assert_int_equal(table_about(r)->format, TABLE_SPACE);
	assert_str(table_about(r)->names[0], "customer");
	assert_str(good(r, 2).cells[0], "00001");
	assert_str(good(r, 3).cells[2], "2");
	at_end(r);
}

static void test_first_row_of_values_is_no_header(void **state)
{
	struct table_reader *r = open_text(STR("00004 0001 29.33\n00004 0002 29.73\n"));
	assert_false(table_about(r)->header);
	assert_str(table_about(r)->names[2], "3");
	assert_str(good(r, 1).cells[2], "29.33");
	good(r, 2);
	at_end(r);
	r = open_with(STR("a,b\nc,d\n"), &(struct table_options){ .header = TABLE_HEADER_NO });
	assert_str(good(r, 1).cells[0], "a");
}

static void test_encodings_become_utf8(void **state)
{
	static const str files[] = {
		STR("\xef\xbb\xbf姓名,城市\n小明,广州\n"),
		STR("姓名,城市\n小明,广州\n"),
		STR("\xd0\xd5\xc3\xfb,\xb3\xc7\xca\xd0\n\xd0\xa1\xc3\xf7,\xb9\xe3\xd6\xdd\n"),
		STR("\xff\xfe\xd3\x59\x0d\x54,\0\xce\x57\x02\x5e\n\0\x0f\x5c\x0e\x66,\0\x7f\x5e\xde\x5d\n\0"),
	};
	static const enum table_encoding are[] = { TABLE_UTF8, TABLE_UTF8, TABLE_GB18030, TABLE_UTF16LE };
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct table_reader *r = open_text(files[i]);
		assert_int_equal(table_about(r)->encoding, are[i]);
		assert_str(table_about(r)->names[0], "姓名");
		assert_str(good(r, 2).cells[1], "广州");
		at_end(r);
	}
}

static void test_half_a_row_at_the_end_is_rejected(void **state)
{
	struct table_reader *r = open_text(STR("a,b,c\n1,2,3\n4,5"));
	good(r, 2);
	struct table_row row = bad(r, 3, T_TABLE_HALF);
	assert_str(row.raw, "4,5");
	assert_str(fail_text(&row.why, LANG_EN, arena),
		   "Line 3 is cut off: the file ends in it (2 columns instead of 3)");
	at_end(r);
}

static void test_whole_row_without_line_end_is_good(void **state)
{
	struct table_reader *r = open_text(STR("a,b\n1,2"));
	assert_str(good(r, 2).cells[1], "2");
	at_end(r);
}

static void test_open_quote_costs_one_row(void **state)
{
	struct table_reader *r = open_text(STR("a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n"));
	/* the quote of row 3 would close it, but text follows: only line 2 is broken */
	assert_str(bad(r, 2, T_TABLE_QUOTE).raw, "1,\"x");
	assert_str(good(r, 3).cells[1], "y");
	assert_str(good(r, 4).cells[1], "z");
	good(r, 5);
	at_end(r);
	r = open_text(STR("a,b\n1,\"x\n2,y\n3,z\n"));
	bad(r, 2, T_TABLE_UNCLOSED);
	good(r, 3);
	good(r, 4);
	at_end(r);
}

static void test_text_behind_closing_quote_is_rejected(void **state)
{
	struct table_reader *r = open_text(STR("a,b\n\"x\"y,1\n\"x\",2\n"));
	bad(r, 2, T_TABLE_QUOTE);
	good(r, 3);
	at_end(r);
}

static void test_other_widths_are_rejected_but_empty_cells_too_many_are_not(void **state)
{
	struct table_reader *r = open_text(STR("a,b\n1,2,,\n1\n1,2,3\n\n,\n1,\n"));
	good(r, 2);
	bad(r, 3, T_TABLE_WIDTH);
	struct table_row row = bad(r, 4, T_TABLE_WIDTH);
	assert_str(row.raw, "1,2,3");
	assert_string_equal(row.why.value, "3");
	assert_string_equal(row.why.limit, "2");
	assert_str(good(r, 7).cells[1], ""); /* lines 5 and 6 hold nothing */
	at_end(r);
}

static void test_broken_bytes_are_rejected_with_their_column(void **state)
{
	struct table_reader *r = open_text(STR("甲,乙\n一,\xff\xfe\n一,a\0b\n一,二\n"));
	struct table_row row = bad(r, 2, T_TABLE_BYTES);
	assert_string_equal(row.why.value, "2");
	assert_string_equal(row.why.limit, "utf-8");
	assert_true(str_utf8_ok(row.raw));
	bad(r, 3, T_TABLE_NUL);
	assert_str(good(r, 4).cells[1], "二");
	at_end(r);
	r = open_with(STR("\xd0\xd5,\xb3\xc7\n\xd0\xa1,\xff\xff\n\xd0\xa1,x\n"),
		      &(struct table_options){ .encoding = TABLE_GB18030 });
	bad(r, 2, T_TABLE_BYTES);
	good(r, 3);
	at_end(r);
}

/* "a,b\n" and one row whose second cell makes it n bytes long, then a good row. */
static struct table_reader *long_row(size_t n, bool quoted)
{
	char *text = malloc(n + 64);
	size_t at = 4 + n;
	memset(text, 'x', at);
	memcpy(text, quoted ? "a,b\n1,\"" : "a,b\n1,", quoted ? 7 : 6);
	if (quoted)
		text[at - 1] = '"';
	memcpy(text + at, "\n3,4\n", 5);
	struct table_reader *r = open_text(str_of(text, at + 5));
	free(text);
	return r;
}

static void test_row_of_the_longest_length_is_good_and_one_more_is_not(void **state)
{
	for (int quoted = 0; quoted < 2; quoted++) {
		struct table_reader *r = long_row(TABLE_ROW_MAX, quoted);
		assert_int_equal(good(r, 2).cells[1].n, TABLE_ROW_MAX - 2 - (quoted ? 2 : 0));
		good(r, 3);
		at_end(r);
		table_close(r);
		r = long_row(TABLE_ROW_MAX + 1, quoted);
		assert_int_equal(bad(r, 2, T_TABLE_ROW_LONG).raw.n, TABLE_RAW_MAX);
		assert_str(good(r, 3).cells[1], "4");
		at_end(r);
		table_close(r);
	}
}

static void test_as_many_columns_as_allowed_and_one_more(void **state)
{
	enum { N = TABLE_COLUMNS_MAX }; /* cells: one more than delimiters */
	char text[3 * N];
	memset(text, ',', sizeof(text));
	text[0] = 'a';
	text[N] = '\n';
	text[N + 1] = 'b';
	text[2 * N + 2] = '\n';
	struct table_reader *r = open_text(str_of(text, 2 * N + 3));
	assert_int_equal(table_about(r)->name_count, N);
	bad(r, 2, T_TABLE_COLUMNS);
	at_end(r);
}

static void test_carriage_returns_alone_end_lines(void **state)
{
	struct table_reader *r = open_text(STR("a,b\r1,2\r3,4\r"));
	good(r, 2);
	good(r, 3);
	at_end(r);
}

static void test_titles_above_the_header_are_passed_over_and_tell_no_width(void **state)
{
	struct table_reader *r = open_with(STR("a title\n\na,b,c\n1,2,3\n"), &(struct table_options){ .skip = 1 });
	assert_int_equal(table_about(r)->name_count, 3);
	struct table_row row = next(r);
	assert_str(row.cells[2], "3");
	at_end(r);
	struct fail f = { 0 };
	write_file(STR("a title\n"));
	assert_int_equal(table_open(arena, path, &(struct table_options){ .skip = 1 }, &r, &f), ERR_INPUT);
}

static void test_what_is_no_table_is_refused_with_the_reason(void **state)
{
	static const struct { str text; err code; enum text why; } files[] = {
		{ STR(""), ERR_INPUT, T_TABLE_EMPTY },
		{ STR("\n\n  \n"), ERR_INPUT, T_TABLE_EMPTY },
		{ STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"), ERR_SYNTAX, T_TABLE_XLS },
		{ STR("PK\3\4 cut off"), ERR_SYNTAX, T_TABLE_ZIP },
		{ STR("\x89PNG\r\n\x1a\n"), ERR_SYNTAX, T_TABLE_BINARY },
		{ STR("%PDF-1.7\n"), ERR_SYNTAX, T_TABLE_BINARY },
		{ STR("order,amount\n1,\0\0\0\0\n"), ERR_SYNTAX, T_TABLE_BINARY },
		{ STR("\n <!DOCTYPE html><table>"), ERR_SYNTAX, T_TABLE_PAGE },
		{ STR("\xef\xbb\xbf<HTML>"), ERR_SYNTAX, T_TABLE_PAGE },
	};
	struct table_reader *r;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct fail f = { 0 };
		write_file(files[i].text);
		assert_int_equal(table_open(arena, path, &(struct table_options){ 0 }, &r, &f), files[i].code);
		assert_int_equal(f.text, files[i].why);
	}
	struct fail f = { 0 };
	assert_int_equal(table_open(arena, "/tmp/there is no such file", &(struct table_options){ 0 }, &r, &f),
			 ERR_NOT_FOUND);
}

static void test_memory_stays_flat_over_many_rows(void **state)
{
	FILE *file = fopen(path, "wb");
	fprintf(file, "id,name\n");
	for (int i = 0; i < 200000; i++)
		fprintf(file, "%d,\"name, number %d\"\n", i, i);
	fclose(file);
	struct table_reader *r;
	assert_int_equal(table_open(arena, path, &(struct table_options){ 0 }, &r, NULL), OK);
	size_t used = arena_used(arena);
	for (int i = 0; i < 200000; i++)
		good(r, i + 2);
	at_end(r);
	assert_int_equal(arena_used(arena), used);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_quoted_cells_keep_delimiters_quotes_and_line_ends),
		TEST(test_delimiter_is_found_out),
		TEST(test_columns_of_white_space),
		TEST(test_first_row_of_values_is_no_header),
		TEST(test_encodings_become_utf8),
		TEST(test_half_a_row_at_the_end_is_rejected),
		TEST(test_whole_row_without_line_end_is_good),
		TEST(test_open_quote_costs_one_row),
		TEST(test_text_behind_closing_quote_is_rejected),
		TEST(test_other_widths_are_rejected_but_empty_cells_too_many_are_not),
		TEST(test_broken_bytes_are_rejected_with_their_column),
		TEST(test_row_of_the_longest_length_is_good_and_one_more_is_not),
		TEST(test_as_many_columns_as_allowed_and_one_more),
		TEST(test_carriage_returns_alone_end_lines),
		TEST(test_titles_above_the_header_are_passed_over_and_tell_no_width),
		TEST(test_what_is_no_table_is_refused_with_the_reason),
		TEST(test_memory_stays_flat_over_many_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
