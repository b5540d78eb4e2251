/*
 * Opening a table: which reader, which row names the columns, and what all readers have in common.
 *
 * The format is what the first bytes say, never what the name ends with: people rename files. The
 * first row is taken for a header when none of its cells could be a value (begins with a digit or a
 * sign), which fits every export we have seen; the caller may say otherwise.
 */
#include "port/table/table_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

void table_reject(struct table_row *row, const char *where, enum text text, i64 column, str limit)
{
	char line[24], at[24];
	snprintf(line, sizeof(line), "%lld", (long long)row->number);
	snprintf(at, sizeof(at), "%lld", (long long)column);
	fail_fill(&row->why, where, ERR_INPUT, text, str_c(line), str_c(at), limit);
}

const char *table_format_name(enum table_format format)
{
	static const char *const names[] = { "auto", "csv", "xlsx", "space" };
	return names[format];
}

const char *table_encoding_name(enum table_encoding encoding)
{
	static const char *const names[] = { "auto", "utf-8", "gb18030", "utf-16le", "utf-16be" };
	return names[encoding];
}

#define LOOK_BYTES 512
#define ZERO_RUN 4 /* bytes of zero in a row: no text, in any of our encodings */

/* What is no table, whatever its name says; T_OK: it may be one. */
static enum text not_a_table(const char *head, size_t n)
{
	static const struct { const char *bytes; size_t n; enum text text; } known[] = {
		{ "\xd0\xcf\x11\xe0", 4, T_TABLE_XLS }, { "\x89PNG", 4, T_TABLE_BINARY }, { "\xff\xd8\xff", 3, T_TABLE_BINARY },
		{ "GIF8", 4, T_TABLE_BINARY }, { "%PDF", 4, T_TABLE_BINARY }, { "\x1f\x8b", 2, T_TABLE_BINARY }, { "Rar!", 4, T_TABLE_BINARY },
		{ "7z\xbc\xaf", 4, T_TABLE_BINARY }, { "{\\rtf", 5, T_TABLE_BINARY },
	};
	static const char *const pages[] = { "<html", "<!doctype", "<table", "<?xml", "<meta", "<style" };
	size_t zeros = 0;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (n >= known[i].n && memcmp(head, known[i].bytes, known[i].n) == 0)
			return known[i].text;
	str text = str_trim(str_of(head, n));
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_trim(str_sub(text, 3, text.n));
	for (size_t i = 0; i < ARRAY_LEN(pages); i++)
		if (str_eq_nocase(str_sub(text, 0, strlen(pages[i])), str_c(pages[i])))
			return T_TABLE_PAGE;
	for (size_t i = 0; i < n && zeros < ZERO_RUN; i++)
		zeros = head[i] ? 0 : zeros + 1;
	return zeros == ZERO_RUN ? T_TABLE_BINARY : T_OK;
}

/* What the first bytes say: an archive is xlsx; a compound file is an .xls or a locked .xlsx. */
static err look(const char *path, enum table_format *ret, struct fail *f)
{
	char head[LOOK_BYTES] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : pread(fd, head, sizeof(head), 0);
	int code = errno;
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return fail_set(f, code == ENOENT ? ERR_NOT_FOUND : ERR_IO, T_OK, STR("file"), str_c(path),
				str_c(code == ENOENT ? path : strerror(code)));
	*ret = memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "PK\5\6", 4) == 0 ? TABLE_XLSX : TABLE_CSV;
	enum text why = *ret == TABLE_XLSX ? T_OK : not_a_table(head, (size_t)n);
	return why == T_OK ? OK : fail_set(f, ERR_SYNTAX, why, STR("file"), STR_NIL, STR_NIL);
}

/* The raw text of a rejected row: printable, and no longer than anybody wants to see. */
static str clean(struct table_reader *r, const struct table_row *row)
{
	size_t n = 0;
	str joined = row->raw;
	if (!joined.p) {
		for (size_t i = 0; i < row->n && n < TABLE_RAW_MAX; i++) {
			if (i > 0)
				r->raw[n++] = '\t';
			size_t part = row->cells[i].n < TABLE_RAW_MAX - n ? row->cells[i].n : TABLE_RAW_MAX - n;
			memcpy(r->raw + n, row->cells[i].p, part);
			n += part;
		}
	} else {
		n = joined.n < TABLE_RAW_MAX ? joined.n : TABLE_RAW_MAX;
		memcpy(r->raw, joined.p, n);
	}
	for (size_t i = 0; i < n;) {
		size_t step = 1;
		while (step < 4 && i + step < n && (r->raw[i + step] & 0xc0) == 0x80)
			step++;
		if (!str_utf8_ok(str_of(r->raw + i, step))) {
			memset(r->raw + i, '?', step);
		}
		i += step;
	}
	return str_of(r->raw, n);
}

/* Brings a row of the reader below into the shape promised: full width, or a reason and clean text. */
static void shape(struct table_reader *r, struct table_row *row)
{
	size_t width = r->about.name_count;
	while (row->why.code == OK && width > 0 && row->n > width) {
		if (row->cells[row->n - 1].n > 0) {
			char limit[24];
			snprintf(limit, sizeof(limit), "%zu", width);
			table_rejected(row, T_TABLE_WIDTH, (i64)row->n, str_c(limit));
		} else {
			row->n--;
		}
	}
	if (row->why.code == OK && row->n < width) {
		for (size_t i = 0; i < width; i++)
			r->cells[i] = i < row->n ? row->cells[i] : STR("");
		row->cells = r->cells;
		row->n = width;
	}
	row->raw = row->why.code == OK ? STR_NIL : clean(r, row);
}

static bool has_text(const struct table_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (str_trim(row->cells[i]).n > 0)
			return true;
	return false;
}

static err next(struct table_reader *r, struct table_row *ret, bool *ret_more, struct fail *f)
{
	do {
		TRY(r->ops->next(r->of, ret, ret_more, f));
		if (!*ret_more)
			return OK;
	} while (ret->why.code == OK && !has_text(ret));
	shape(r, ret);
	return OK;
}

static bool could_be_value(str cell)
{
	cell = str_trim(cell);
	return cell.n > 0 && ((cell.p[0] >= '0' && cell.p[0] <= '9') || cell.p[0] == '-' || cell.p[0] == '+');
}

static bool is_header(const struct table_row *row, enum table_header wish)
{
	if (row->why.code != OK || wish == TABLE_HEADER_NO)
		return false;
	for (size_t i = 0; i < row->n && wish == TABLE_HEADER_AUTO; i++)
		if (could_be_value(row->cells[i]))
			return false;
	return true;
}

/* Reads the first row and keeps it, as names or to be given out first. */
static err first_row(struct table_reader *r, enum table_header wish, struct fail *f)
{
	struct table_row row;
	bool any = true;
	for (; r->titles > 0 && any; r->titles--)
		TRY(next(r, &row, &any, f));
	if (any)
		TRY(next(r, &row, &any, f));
	if (!any)
		return fail_set(f, ERR_INPUT, T_TABLE_EMPTY, STR("file"), STR_NIL, STR_NIL);
	str *kept = ARENA_ARRAY(r->arena, str, row.n + 1);
	str *names = ARENA_ARRAY(r->arena, str, row.n + 1);
	r->about.header = is_header(&row, wish);
	for (size_t i = 0; i < row.n; i++) {
		kept[i] = arena_dup(r->arena, row.cells[i]);
		names[i] = r->about.header ? str_trim(kept[i]) : arena_printf(r->arena, "%zu", i + 1);
	}
	row.cells = kept;
	row.raw = arena_dup(r->arena, row.raw);
	if (row.why.code == OK) {
		r->about.names = names;
		r->about.name_count = row.n;
	}
	r->first = row;
	r->first_waits = !r->about.header;
	return OK;
}

static void close_late(void *of) { table_close(of); }

err table_open(struct arena *a, const char *path, const struct table_options *o,
	       struct table_reader **ret, struct fail *f)
{
	struct table_reader *r = ARENA_NEW(a, struct table_reader);
	enum table_format looks;
	TRY(look(path, &looks, f));
	if (o->format == TABLE_XLSX && looks != TABLE_XLSX)
		return fail_set(f, ERR_SYNTAX, T_TABLE_ZIP, STR("file"), STR_NIL, STR("PK"));
	r->arena = a;
	r->titles = o->skip;
	r->cells = ARENA_ARRAY(a, str, TABLE_COLUMNS_MAX);
	r->raw = arena_alloc(a, TABLE_RAW_MAX);
	arena_defer(a, close_late, r);
	err code = looks == TABLE_XLSX ? table_xlsx_open(r, path, o, f) : table_text_open(r, path, o, f);
	if (code == OK)
		code = first_row(r, o->header, f);
	if (code != OK) {
		table_close(r);
		return code;
	}
	*ret = r;
	return OK;
}

void table_close(struct table_reader *r)
{
	if (!r->of)
		return;
	r->done = r->ops->done(r->of);
	r->ops->close(r->of);
	r->of = NULL;
}

const struct table_about *table_about(const struct table_reader *r) { return &r->about; }

err table_next(struct table_reader *r, struct table_row *ret, bool *ret_more, struct fail *f)
{
	if (r->first_waits) {
		r->first_waits = false;
		*ret = r->first;
		*ret_more = true;
		return OK;
	}
	*ret_more = false;
	if (!r->of)
		return OK;
	TRY(next(r, ret, ret_more, f));
	if (r->about.name_count == 0 && *ret_more && ret->why.code == OK) {
		/* The row that should have told the width was rejected: this one tells it. */
		str *names = ARENA_ARRAY(r->arena, str, ret->n);
		for (size_t i = 0; i < ret->n; i++)
			names[i] = arena_printf(r->arena, "%zu", i + 1);
		r->about.names = names;
		r->about.name_count = ret->n;
	}
	return OK;
}

i64 table_done(const struct table_reader *r) { return r->of ? r->ops->done(r->of) : r->done; }
