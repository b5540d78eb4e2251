/*
 * Rows out of a sheet of an .xlsx workbook, one at a time.
 *
 * The sheet is read as a stream: at the end of each row the XML parser pauses and the row is given
 * out. Its texts lie in one buffer of the size a row may have, or are views of the shared texts.
 * Formulas are not computed: the value last saved stands in the file. Empty cells are often not
 * there at all, so a cell's place comes from its reference ("C7"), and the table's width is brought
 * about by whoever opened this reader.
 */
#include "port/table/table_xlsx_int.h"

#include "base/buf.h"

#include <stdio.h>

#define VALUE_BYTES 64

enum cell_type { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOL };

struct xlsx {
	struct xlsx_archive archive;
	struct xlsx_book book;
	struct xlsx_part part;
	struct table_row row;
	bool row_done;
	i64 number;          /* of the row being read */
	str cells[TABLE_COLUMNS_MAX];
	size_t count;        /* cells of the row so far */
	size_t column;       /* of the cell being read */
	enum cell_type type;
	size_t style;
	bool in_value, in_inline, in_phonetic;
	char *texts;         /* TABLE_ROW_MAX + VALUE_BYTES */
	size_t used, from;   /* of texts; where the cell's begins */
	bool over;           /* the row's texts do not fit */
};

/* "C7" -> 2; false when it is no reference. */
static bool column_of(const char *ref, size_t *ret)
{
	size_t n = 0;
	const char *p = ref;
	for (; *p >= 'A' && *p <= 'Z' && n <= TABLE_COLUMNS_MAX; p++)
		n = n * 26 + (size_t)(*p - 'A') + 1;
	if (n == 0)
		return false;
	*ret = n - 1;
	return true;
}

static void row_start(struct xlsx *x, const char **attrs)
{
	const char *given = xlsx_attr(attrs, "r");
	i64 number;
	if (!given || !str_i64(str_c(given), &number) || number <= x->number)
		number = x->number + 1;
	x->number = number;
	x->row = (struct table_row){ .number = number };
	x->count = x->used = x->column = 0;
	x->over = false;
}

static void cell_start(struct xlsx *x, const char **attrs)
{
	const char *ref = xlsx_attr(attrs, "r"), *type = xlsx_attr(attrs, "t"), *style = xlsx_attr(attrs, "s");
	i64 number;
	if (!ref || !column_of(ref, &x->column))
		x->column = x->count;
	x->style = style && str_i64(str_c(style), &number) && number >= 0 ? (size_t)number : 0;
	x->type = !type || strcmp(type, "n") == 0 ? CELL_NUMBER
		: strcmp(type, "s") == 0	  ? CELL_SHARED
		: strcmp(type, "b") == 0	  ? CELL_BOOL
						  : CELL_TEXT;
	x->from = x->used;
}

static void sheet_start(void *of, const char *name, const char **attrs)
{
	struct xlsx *x = of;
	if (strcmp(name, "row") == 0)
		row_start(x, attrs);
	else if (strcmp(name, "c") == 0)
		cell_start(x, attrs);
	else if (strcmp(name, "is") == 0)
		x->in_inline = true;
	else if (strcmp(name, "rPh") == 0)
		x->in_phonetic = true;
	x->in_value = strcmp(name, "v") == 0 || (x->in_inline && !x->in_phonetic && strcmp(name, "t") == 0);
}

static void sheet_text(void *of, const char *p, size_t n)
{
	struct xlsx *x = of;
	if (!x->in_value)
		return;
	if (x->used + n > TABLE_ROW_MAX) {
		x->over = true;
		return;
	}
	memcpy(x->texts + x->used, p, n);
	x->used += n;
}

/* What stands in the number cell; dates and rounded numbers are written over their source. */
static str number_cell(struct xlsx *x, str text)
{
	char room[VALUE_BYTES];
	str value = text;
	enum xlsx_style style = x->style < x->book.style_count ? x->book.styles[x->style] : XLSX_PLAIN;
	if (style == XLSX_PLAIN)
		value = xlsx_number(text, room, sizeof(room));
	else if (!xlsx_date(text, style, x->book.since_1904, room, sizeof(room), &value))
		table_rejected(&x->row, T_TABLE_DATE, (i64)x->column + 1, str_sub(text, 0, 40));
	if (value.p != room)
		return text;
	memcpy(x->texts + x->from, value.p, value.n);
	x->used = x->from + value.n;
	return str_of(x->texts + x->from, value.n);
}

static str cell_value(struct xlsx *x)
{
	str text = str_of(x->texts + x->from, x->used - x->from);
	i64 number;
	str shared;
	if (text.n == 0)
		return STR("");
	switch (x->type) {
	case CELL_NUMBER:
		return number_cell(x, str_trim(text));
	case CELL_BOOL:
		return str_eq(str_trim(text), STR("1")) ? STR("TRUE") : STR("FALSE");
	case CELL_SHARED:
		if (str_i64(str_trim(text), &number) && xlsx_book_string(&x->book, number, &shared))
			return shared;
		table_rejected(&x->row, T_TABLE_SHARED, (i64)x->column + 1, str_sub(text, 0, 40));
		return text;
	case CELL_TEXT:
		break;
	}
	return text;
}

static void cell_end(struct xlsx *x)
{
	if (x->over)
		return;
	str value = cell_value(x);
	if (x->column >= TABLE_COLUMNS_MAX) {
		if (value.n > 0) {
			char limit[24];
			snprintf(limit, sizeof(limit), "%d", TABLE_COLUMNS_MAX);
			table_rejected(&x->row, T_TABLE_COLUMNS, (i64)x->column + 1, str_c(limit));
		}
		return;
	}
	while (x->count <= x->column)
		x->cells[x->count++] = STR("");
	x->cells[x->column] = value;
}

/* Texts of expat are valid UTF-8; U+0000 cannot come out of XML. */
static void row_end(struct xlsx *x)
{
	size_t bytes = 0;
	for (size_t i = 0; i < x->count; i++)
		bytes += x->cells[i].n;
	if (x->over || bytes > TABLE_ROW_MAX) {
		char limit[24];
		snprintf(limit, sizeof(limit), "%zu", TABLE_ROW_MAX);
		table_rejected(&x->row, T_TABLE_ROW_LONG, 0, str_c(limit));
	}
	x->row.cells = x->cells;
	x->row.n = x->count;
	x->row_done = true;
	xlsx_part_pause(&x->part);
}

static void sheet_end(void *of, const char *name)
{
	struct xlsx *x = of;
	x->in_value = false;
	if (strcmp(name, "c") == 0)
		cell_end(x);
	else if (strcmp(name, "row") == 0)
		row_end(x);
	else if (strcmp(name, "is") == 0)
		x->in_inline = false;
	else if (strcmp(name, "rPh") == 0)
		x->in_phonetic = false;
}

static err xlsx_next(void *of, struct table_row *ret, bool *ret_more, struct fail *f)
{
	struct xlsx *x = of;
	x->row_done = false;
	while (!x->row_done && !x->part.over)
		TRY(xlsx_part_step(&x->part, f));
	*ret_more = x->row_done;
	if (x->row_done)
		*ret = x->row;
	return OK;
}

static i64 xlsx_done(const void *of)
{
	const struct xlsx *x = of;
	return x->part.read;
}

static void xlsx_close(void *of)
{
	struct xlsx *x = of;
	xlsx_part_close(&x->part);
	xlsx_archive_close(&x->archive);
	xlsx_book_free(&x->book);
}

static const struct table_ops xlsx_ops = { xlsx_next, xlsx_done, xlsx_close };

static err find_sheet(const struct xlsx *x, str name, struct arena *a, size_t *ret, struct fail *f)
{
	struct buf known = buf_new(a, 4096);
	*ret = 0;
	for (size_t i = 0; i < x->book.sheet_count; i++) {
		if (!name.p || str_eq(x->book.sheet_names[i], name)) {
			*ret = i;
			return OK;
		}
		buf_add_c(&known, i ? ", " : "");
		buf_add(&known, x->book.sheet_names[i]);
	}
	if (!name.p)
		return fail_set(f, ERR_SYNTAX, T_TABLE_PART, STR("file"), STR("worksheet"), STR_NIL);
	return fail_set(f, ERR_INPUT, T_TABLE_SHEET, STR("sheet"), name, buf_str(&known));
}

err table_xlsx_open(struct table_reader *r, const char *path, const struct table_options *o, struct fail *f)
{
	struct xlsx *x = ARENA_NEW(r->arena, struct xlsx);
	r->ops = &xlsx_ops;
	r->of = x;
	TRY(xlsx_archive_open(&x->archive, path, f));
	TRY(xlsx_book_read(&x->book, &x->archive, r->arena, f));
	TRY(find_sheet(x, o->sheet, r->arena, &r->about.sheet, f));
	const char *part = x->book.sheet_parts[r->about.sheet];
	x->texts = arena_alloc(r->arena, TABLE_ROW_MAX + VALUE_BYTES);
	x->part = (struct xlsx_part){ .start = sheet_start, .text = sheet_text, .end = sheet_end, .of = x };
	err e = xlsx_part_open(&x->part, &x->archive, part, f);
	if (e == ERR_NOT_FOUND)
		return fail_set(f, ERR_SYNTAX, T_TABLE_PART, STR("file"), str_c(part), STR_NIL);
	TRY(e);
	r->about.format = TABLE_XLSX;
	r->about.encoding = TABLE_UTF8;
	r->about.sheets = x->book.sheet_names;
	r->about.sheet_count = x->book.sheet_count;
	r->about.bytes = x->part.size;
	return OK;
}
