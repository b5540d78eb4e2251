/*
 * Workbooks: what cells mean, and what is refused. The files are put together part by part, so that
 * the oddities of every program that writes them, and of people who mean harm, can be had.
 */
#include "port/table/table_xlsx_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include <zip.h>

#define assert_str(s, literal) assert_string_equal(arena_cstr(arena, (s)), (literal))

#define RELS                                                                                             \
	"<Relationships><Relationship Id='r1' Type='http://x/worksheet' Target='worksheets/sheet1.xml'/>" \
	"<Relationship Id='r2' Type='http://x/worksheet' Target='/xl/worksheets/sheet2.xml'/></Relationships>"
#define BOOK                                                                            \
	"<workbook xmlns:r='http://r'><sheets><sheet name='订单' sheetId='1' r:id='r1'/>" \
	"<sheet name='other' sheetId='2' r:id='r2'/></sheets></workbook>"
#define STYLES                                                                                            \
	"<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy\\-mm\\-dd hh:mm'/></numFmts>"       \
	"<cellStyleXfs><xf numFmtId='22'/></cellStyleXfs>"                                                \
	"<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/><xf numFmtId='21'/></cellXfs></styleSheet>"
#define STRINGS "<sst><si><t>编号</t></si><si><r><t>a</t></r><r><t>b</t></r><rPh><t>no</t></rPh></si></sst>"
#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"

struct part { const char *name; str text; };

static struct arena *arena;
static char path[64];

static int set_up(void **state)
{
	arena = arena_new(ARENA_MAX_DEFAULT);
	snprintf(path, sizeof(path), "/tmp/test_table_xlsx.%d", (int)getpid());
	return 0;
}

static int tear_down(void **state)
{
	unlink(path);
	arena_free(arena);
	return 0;
}

static void add(zip_t *zip, const char *name, str text)
{
	zip_source_t *source = zip_source_buffer(zip, text.p, text.n, 0);
	assert_true(zip_file_add(zip, name, source, ZIP_FL_OVERWRITE) >= 0);
}

/* A workbook of the parts above with parts more or changed. */
static void write_book(const struct part *parts, size_t n)
{
	unlink(path);
	zip_t *zip = zip_open(path, ZIP_CREATE, NULL);
	assert_non_null(zip);
	add(zip, "xl/_rels/workbook.xml.rels", STR(RELS));
	add(zip, "xl/workbook.xml", STR(BOOK));
	add(zip, "xl/styles.xml", STR(STYLES));
	add(zip, "xl/sharedStrings.xml", STR(STRINGS));
	add(zip, "xl/worksheets/sheet2.xml", STR(SHEET("<row r='1'><c r='A1'><v>2</v></c></row>")));
	for (size_t i = 0; i < n; i++)
		add(zip, parts[i].name, parts[i].text);
	assert_int_equal(zip_close(zip), 0);
}

static struct table_reader *open_sheet(str sheet, enum table_header header)
{
	struct table_reader *r = NULL;
	struct fail f = { 0 };
	write_book(&(struct part){ "xl/worksheets/sheet1.xml", sheet }, 1);
	err e = table_open(arena, path, &(struct table_options){ .header = header }, &r, &f);
	if (e != OK)
		print_message("%.*s\n", STR_F(fail_text(&f, LANG_EN, arena)));
	assert_int_equal(e, OK);
	return r;
}

static struct table_row next(struct table_reader *r)
{
	struct table_row row;
	bool more = false;
	assert_int_equal(table_next(r, &row, &more, NULL), OK);
	assert_true(more);
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

static void refused(const struct part *parts, size_t n, const struct table_options *o, err code, enum text why)
{
	struct table_reader *r;
	struct fail f = { 0 };
	write_book(parts, n);
	assert_int_equal(table_open(arena, path, o, &r, &f), code);
	assert_int_equal(f.text, why);
}

static void test_cells_of_all_kinds(void **state)
{
	struct table_reader *r = open_sheet(STR(SHEET(
		"<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1' t='inlineStr'><is><t>c &amp; d</t></is></c>"
		"<c r='D1' t='str'><f>A1</f><v>e</v></c></row>"
		"<row r='2'><c r='A2'><v>12923</v></c><c r='C2' t='b'><v>1</v></c><c r='D2' t='e'><v>#N/A</v></c></row>"
		"<row r='3'/><row r='4'><c r='A4' s='1'/></row>"
		"<row r='7'><c><v>1</v></c><c><v>2</v></c></row>")), TABLE_HEADER_AUTO);
	const struct table_about *about = table_about(r);
	assert_int_equal(about->format, TABLE_XLSX);
	assert_int_equal(about->sheet_count, 2);
	assert_str(about->sheets[0], "订单");
	assert_str(about->names[0], "编号");
	assert_str(about->names[1], "ab");
	assert_str(about->names[2], "c & d");
	assert_str(about->names[3], "e");
	struct table_row row = next(r);
	assert_int_equal(row.n, 4);
	assert_str(row.cells[0], "12923");
	assert_str(row.cells[1], "");
	assert_str(row.cells[2], "TRUE");
	assert_str(row.cells[3], "#N/A");
	row = next(r);
	assert_int_equal(row.number, 7);
	assert_int_equal(row.n, 4);
	assert_str(row.cells[1], "2");
	at_end(r);
}

static void test_dates_are_told_by_their_style(void **state)
{
	struct table_reader *r = open_sheet(STR(SHEET(
		"<row r='1'><c r='A1' s='0'><v>40822</v></c><c r='B1' s='1'><v>40822</v></c>"
		"<c r='C1' s='2'><v>40822.680555555555</v></c><c r='D1' s='3'><v>0.5</v></c><c r='E1' s='1'><v>1</v></c>"
		"<c r='F1' s='1'><v>61</v></c><c r='G1' s='1'><v>2958465.99999</v></c></row>"
		"<row r='2'><c r='A2' s='1'><v>2958466</v></c></row><row r='3'><c r='A3' s='1'><v>-1</v></c></row>")),
		TABLE_HEADER_NO);
	struct table_row row = next(r);
	assert_str(row.cells[0], "40822");
	assert_str(row.cells[1], "2011-10-06");
	assert_str(row.cells[2], "2011-10-06 16:20:00");
	assert_str(row.cells[3], "12:00:00");
	assert_str(row.cells[4], "1900-01-01");
	assert_str(row.cells[5], "1900-03-01");
	assert_str(row.cells[6], "9999-12-31 23:59:59");
	row = next(r);
	assert_int_equal(row.why.text, T_TABLE_DATE);
	assert_int_equal(next(r).why.text, T_TABLE_DATE);
	at_end(r);
}

static void test_dates_since_1904(void **state)
{
	str book = STR("<workbook xmlns:r='http://r'><workbookPr date1904='1'/><sheets><sheet name='s' r:id='r1'/></sheets></workbook>");
	const struct part parts[] = {
		{ "xl/workbook.xml", book },
		{ "xl/worksheets/sheet1.xml", STR(SHEET("<row><c s='1'><v>39360</v></c></row>")) },
	};
	struct table_reader *r;
	write_book(parts, 2);
	assert_int_equal(table_open(arena, path, &(struct table_options){ 0 }, &r, NULL), OK);
	assert_str(next(r).cells[0], "2011-10-06");
}

static void test_numbers_lose_what_double_precision_added(void **state)
{
	static const char *const rows[][2] = {
		{ "4.1500000000000004", "4.15" }, { "0.1", "0.1" }, { "1.5E-2", "0.015" }, { "1E3", "1000" },
		{ "123456789012345678", "123456789012345678" }, { "1.2345678901234E+16", "12345678901234000" },
		{ "-0.30000000000000004", "-0.3" }, { "12923.0", "12923.0" }, { "x", "x" },
	};
	char room[64];
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_str(xlsx_number(str_c(rows[i][0]), room, sizeof(room)), rows[i][1]);
}

static void test_number_formats(void **state)
{
	static const struct { str code; unsigned is; } rows[] = {
		{ STR("General"), XLSX_PLAIN }, { STR("0.00"), XLSX_PLAIN }, { STR("#,##0 \"days\""), XLSX_PLAIN },
		{ STR("[Red]0"), XLSX_PLAIN }, { STR("[Magenta]0"), XLSX_PLAIN }, { STR("0\\d"), XLSX_PLAIN },
		{ STR("yyyy/m/d"), XLSX_DATE }, { STR("mmm"), XLSX_DATE }, { STR("[$-804]yyyy\"年\"m\"月\";@"), XLSX_DATE },
		{ STR("h:mm"), XLSX_TIME }, { STR("[mm]:ss"), XLSX_TIME }, { STR("d/m/yy h:mm"), XLSX_DATE | XLSX_TIME },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(xlsx_format_style(rows[i].code), rows[i].is);
}

static void test_sheet_by_name(void **state)
{
	struct part part = { "xl/worksheets/sheet1.xml", STR(SHEET("<row><c><v>1</v></c></row>")) };
	struct table_reader *r;
	write_book(&part, 1);
	assert_int_equal(table_open(arena, path, &(struct table_options){ .sheet = STR("other") }, &r, NULL), OK);
	assert_str(next(r).cells[0], "2");
	refused(&part, 1, &(struct table_options){ .sheet = STR("third") }, ERR_INPUT, T_TABLE_SHEET);
}

static void test_broken_cells_reject_their_row_only(void **state)
{
	struct table_reader *r = open_sheet(STR(SHEET(
		"<row r='1'><c t='inlineStr'><is><t>h</t></is></c></row>"
		"<row r='2'><c t='s'><v>2</v></c></row><row r='3'><c t='s'><v>-1</v></c></row>"
		"<row r='4'><c r='A4'><v>1</v></c><c r='B4'><v>2</v></c></row>"
		"<row r='5'><c r='SR5'><v>1</v></c></row><row r='6'><c r='SS6'><v>1</v></c></row>"
		"<row r='7'><c r='A7'><v>7</v></c></row>")), TABLE_HEADER_AUTO);
	assert_int_equal(next(r).why.text, T_TABLE_SHARED);
	assert_int_equal(next(r).why.text, T_TABLE_SHARED);
	struct table_row row = next(r);
	assert_int_equal(row.why.text, T_TABLE_WIDTH);
	assert_str(row.raw, "1\t2");
	assert_int_equal(next(r).why.text, T_TABLE_WIDTH);   /* column 512: still one we can see */
	assert_int_equal(next(r).why.text, T_TABLE_COLUMNS); /* column 513 */
	assert_str(next(r).cells[0], "7");
	at_end(r);
}

/* A sheet whose second row holds a text of n bytes. */
static str sheet_with_text(size_t n)
{
	static const char head[] = "<worksheet><sheetData><row r='1'><c t='inlineStr'><is><t>h</t></is></c></row>"
				   "<row r='2'><c t='inlineStr'><is><t>";
	static const char tail[] = "</t></is></c></row><row r='3'><c><v>3</v></c></row></sheetData></worksheet>";
	char *text = arena_alloc(arena, sizeof(head) + n + sizeof(tail));
	memcpy(text, head, sizeof(head) - 1);
	/* not one letter alone: that would pack better than allowed */
	for (size_t i = 0; i < n; i++)
		text[sizeof(head) - 1 + i] = (char)('a' + (i * 7 + i / 13) % 26);
	memcpy(text + sizeof(head) - 1 + n, tail, sizeof(tail) - 1);
	return str_of(text, sizeof(head) - 1 + n + sizeof(tail) - 1);
}

static void test_row_of_the_longest_length_is_good_and_one_more_is_not(void **state)
{
	struct table_reader *r = open_sheet(sheet_with_text(TABLE_ROW_MAX), TABLE_HEADER_YES);
	assert_int_equal(next(r).cells[0].n, TABLE_ROW_MAX);
	assert_str(next(r).cells[0], "3");
	r = open_sheet(sheet_with_text(TABLE_ROW_MAX + 1), TABLE_HEADER_YES);
	assert_int_equal(next(r).why.text, T_TABLE_ROW_LONG);
	assert_str(next(r).cells[0], "3");
	at_end(r);
}

static void test_truncated_archive_is_refused(void **state)
{
	struct part part = { "xl/worksheets/sheet1.xml", STR(SHEET("<row><c><v>1</v></c></row>")) };
	struct table_reader *r;
	write_book(&part, 1);
	FILE *file = fopen(path, "rb");
	fseek(file, 0, SEEK_END);
	long size = ftell(file);
	fclose(file);
	for (long n = size - 1; n > 8; n -= 37) {
		assert_int_equal(truncate(path, n), 0);
		assert_int_equal(table_open(arena, path, &(struct table_options){ 0 }, &r, NULL), ERR_SYNTAX);
	}
}

static void test_sheet_cut_off_is_an_error_after_its_rows(void **state)
{
	struct table_reader *r = open_sheet(
		STR("<worksheet><sheetData><row><c><v>1</v></c></row><row><c><v>2</v></c></row><row><c>"),
		TABLE_HEADER_NO);
	struct table_row row;
	struct fail f = { 0 };
	bool more = true;
	assert_str(next(r).cells[0], "1");
	assert_str(next(r).cells[0], "2");
	assert_int_equal(table_next(r, &row, &more, &f), ERR_SYNTAX);
	assert_int_equal(f.text, T_TABLE_XML);
}

static void test_entities_are_refused(void **state)
{
	struct part part = { "xl/worksheets/sheet1.xml",
			     STR("<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>"
				 SHEET("<row><c t='str'><v>&b;</v></c></row>")) };
	refused(&part, 1, &(struct table_options){ 0 }, ERR_SYNTAX, T_TABLE_XML);
	part.name = "xl/sharedStrings.xml";
	refused(&part, 1, &(struct table_options){ 0 }, ERR_SYNTAX, T_TABLE_XML);
}

static void test_nesting_without_end_is_refused(void **state)
{
	char *text = arena_alloc(arena, 4096);
	for (size_t i = 0; i < 1000; i++)
		memcpy(text + 3 * i, "<a>", 3);
	struct part part = { "xl/worksheets/sheet1.xml", str_of(text, 3000) };
	refused(&part, 1, &(struct table_options){ 0 }, ERR_SYNTAX, T_TABLE_XML);
}

static void test_bomb_is_refused_while_it_unpacks(void **state)
{
	size_t n = (size_t)64 << 20;
	char *text = malloc(n);
	memset(text, ' ', n);
	memcpy(text, "<worksheet>", 11);
	struct part part = { "xl/worksheets/sheet1.xml", str_of(text, n) };
	refused(&part, 1, &(struct table_options){ 0 }, ERR_TOO_LARGE, T_TABLE_BOMB);
	memcpy(text, "<sst>      ", 11);
	part.name = "xl/sharedStrings.xml";
	refused(&part, 1, &(struct table_options){ 0 }, ERR_TOO_LARGE, T_TABLE_BOMB);
	free(text);
}

static void test_too_large_directory_is_refused(void **state)
{
	struct part part = { "xl/worksheets/sheet1.xml", STR(SHEET("<row><c><v>1</v></c></row>")) };
	struct table_reader *r;
	for (u32 more = 0; more < 2; more++) {
		u32 size = (u32)TABLE_XLSX_DIRECTORY_MAX + more;
		struct fail f = { 0 };
		write_book(&part, 1);
		FILE *file = fopen(path, "r+b");
		fseek(file, -22 + 12, SEEK_END);
		fwrite(&size, 4, 1, file);
		fclose(file);
		/* at the limit libzip itself finds that the directory is a lie */
		assert_int_equal(table_open(arena, path, &(struct table_options){ 0 }, &r, &f),
				 more ? ERR_TOO_LARGE : ERR_SYNTAX);
	}
}

static void test_targets_outside_the_archive_lead_nowhere(void **state)
{
	static const str rels[] = {
		STR("<Relationships><Relationship Id='r1' Type='/worksheet' Target='../../etc/passwd'/></Relationships>"),
		STR("<Relationships><Relationship Id='r1' Type='/worksheet' TargetMode='External' Target='http://x/'/></Relationships>"),
	};
	for (size_t i = 0; i < ARRAY_LEN(rels); i++) {
		struct part part = { "xl/_rels/workbook.xml.rels", rels[i] };
		refused(&part, 1, &(struct table_options){ 0 }, ERR_SYNTAX, T_TABLE_PART);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_cells_of_all_kinds),
		TEST(test_dates_are_told_by_their_style),
		TEST(test_dates_since_1904),
		TEST(test_numbers_lose_what_double_precision_added),
		TEST(test_number_formats),
		TEST(test_sheet_by_name),
		TEST(test_broken_cells_reject_their_row_only),
		TEST(test_row_of_the_longest_length_is_good_and_one_more_is_not),
		TEST(test_truncated_archive_is_refused),
		TEST(test_sheet_cut_off_is_an_error_after_its_rows),
		TEST(test_entities_are_refused),
		TEST(test_nesting_without_end_is_refused),
		TEST(test_bomb_is_refused_while_it_unpacks),
		TEST(test_too_large_directory_is_refused),
		TEST(test_targets_outside_the_archive_lead_nowhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
