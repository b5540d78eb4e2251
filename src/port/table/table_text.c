/*
 * Rows out of text: separated by , ; or tab with quoted cells (RFC 4180), or by white space.
 *
 * A record is first found, then cut into cells. Finding it is the part that must not go wrong: a
 * stray quote would otherwise swallow everything up to the next one, line ends included. So a quote
 * opens a cell only at its beginning, only a delimiter or a line end may follow the closing one, and
 * when a record turns out broken (text behind the closing quote, a quote never closed, too long)
 * only its first line is rejected and reading goes on with the line behind it. libcsv, the obvious
 * choice, can do one of both: keep such rows silently glued together, or refuse a quote inside an
 * unquoted cell (7" record), which spreadsheets write and read without harm. Rescanning stays linear:
 * a broken record ends at the next line that holds an odd quote, which is the next that can be broken.
 *
 * The window holds one record and what was read behind it; nothing else is kept.
 */
#include "port/table/table_int.h"

#include <stdio.h>

#define WINDOW_BYTES (TABLE_ROW_MAX + ((size_t)64 << 10))
#define GUESS_LINES 20

struct lines {
	struct table_source *source;
	struct table_reader *r;
	bool space;
	char delimiter;
	char *window, *cut; /* cut: cells whose doubled quotes were undone */
	size_t at, end;     /* of the window: not yet given out */
	bool over;          /* the source has ended */
	bool skip_lf;       /* a CR ended the record: an LF behind it belongs to it */
	i64 line;           /* where the next record begins */
	size_t width;       /* of the first good row; 0: none yet */
	str cells[TABLE_COLUMNS_MAX];
};

/* What was found of a record, counted from lines.at. */
struct record_end {
	size_t n;       /* bytes without the line end */
	size_t first_n; /* bytes of its first line */
	i64 lines;      /* line ends inside quotes */
	enum text why;  /* T_OK or what is wrong with it */
	bool open;      /* the file ends without a line end */
	bool cut;       /* too long: its end has not been seen */
};

static err more(struct lines *t, bool *ret_more, struct fail *f)
{
	if (t->at > 0) {
		memmove(t->window, t->window + t->at, t->end - t->at);
		t->end -= t->at;
		t->at = 0;
	}
	size_t n = 0;
	if (!t->over && t->end < WINDOW_BYTES - 16)
		TRY(table_source_read(t->source, t->window + t->end, WINDOW_BYTES - t->end, &n, f));
	t->end += n;
	*ret_more = n > 0;
	return OK;
}

/* Passes over the LF of a CR LF. */
static err skip_line_feed(struct lines *t, struct fail *f)
{
	bool any = true;
	if (!t->skip_lf)
		return OK;
	if (t->at == t->end)
		TRY(more(t, &any, f));
	if (any && t->window[t->at] == '\n')
		t->at++;
	t->skip_lf = false;
	return OK;
}

/* Passes over the rest of a line of any length, its end included. */
static err skip_line(struct lines *t, struct fail *f)
{
	for (bool any = true; any;) {
		for (; t->at < t->end; t->at++) {
			char c = t->window[t->at];
			if (c == '\n' || c == '\r') {
				t->skip_lf = c == '\r';
				t->at++;
				t->line++;
				return OK;
			}
		}
		TRY(more(t, &any, f));
	}
	return OK;
}

enum place { CELL_START, CELL_PLAIN, CELL_QUOTED, CELL_CLOSED, CELL_BROKEN };

static enum place step(const struct lines *t, enum place place, char c)
{
	if (place == CELL_BROKEN)
		return CELL_BROKEN;
	if (place == CELL_QUOTED)
		return c == '"' ? CELL_CLOSED : CELL_QUOTED;
	if (c == t->delimiter)
		return CELL_START;
	if (place == CELL_CLOSED)
		return c == '"' ? CELL_QUOTED : CELL_BROKEN;
	return place == CELL_START && c == '"' && !t->space ? CELL_QUOTED : CELL_PLAIN;
}

/* Finds the end of the record at t->at; *ret_any false when the file has ended before it. */
static err find_record(struct lines *t, struct record_end *ret, bool *ret_any, struct fail *f)
{
	struct record_end e = { .why = T_OK };
	enum place place = CELL_START;
	bool first_known = false;
	size_t i = 0;
	for (;; i++) {
		if (t->at + i == t->end) {
			bool any;
			TRY(more(t, &any, f));
			if (!any) {
				e.open = true;
				break;
			}
		}
		char c = t->window[t->at + i];
		bool line_end = c == '\n' || c == '\r';
		if (line_end && place != CELL_QUOTED)
			break;
		if (i == TABLE_ROW_MAX) {
			e.cut = true;
			break;
		}
		if (line_end && !first_known) {
			first_known = true;
			e.first_n = i;
		}
		e.lines += c == '\n';
		place = step(t, place, c);
		if (place == CELL_BROKEN && first_known)
			break; /* the first line is what gets rejected: its end is known */
	}
	if (!first_known)
		e.first_n = i;
	e.n = i;
	if (e.cut)
		e.why = T_TABLE_ROW_LONG;
	else if (place == CELL_BROKEN)
		e.why = T_TABLE_QUOTE;
	else if (place == CELL_QUOTED)
		e.why = T_TABLE_UNCLOSED;
	*ret = e;
	*ret_any = i > 0 || !e.open;
	return OK;
}

/* The text of a quoted cell (without the outer quotes), doubled quotes undone into t->cut. */
static str unquote(str quoted, char *cut)
{
	if (!memchr(quoted.p, '"', quoted.n))
		return quoted;
	size_t n = 0;
	for (size_t i = 0; i < quoted.n; i++) {
		cut[n++] = quoted.p[i];
		if (quoted.p[i] == '"')
			i++;
	}
	return str_of(cut, n);
}

/* Cuts a record that find_record found sound; false: too many columns. */
static bool cut_cells(struct lines *t, str record, size_t *ret_n)
{
	size_t n = 0, i = 0;
	for (;;) {
		size_t from = i;
		enum place place = CELL_START;
		while (i < record.n && !(record.p[i] == t->delimiter && place != CELL_QUOTED))
			place = step(t, place, record.p[i++]);
		if (n == TABLE_COLUMNS_MAX)
			return false;
		str cell = str_sub(record, from, i);
		if (place == CELL_CLOSED)
			cell = unquote(str_sub(cell, 1, cell.n - 1), t->cut + from);
		t->cells[n++] = cell;
		if (i == record.n)
			break;
		i++;
	}
	*ret_n = n;
	return true;
}

static bool cut_spaces(struct lines *t, str record, size_t *ret_n)
{
	size_t n = 0, i = 0;
	for (;;) {
		while (i < record.n && (record.p[i] == ' ' || record.p[i] == '\t'))
			i++;
		if (i == record.n)
			break;
		size_t from = i;
		while (i < record.n && record.p[i] != ' ' && record.p[i] != '\t')
			i++;
		if (n == TABLE_COLUMNS_MAX)
			return false;
		t->cells[n++] = str_sub(record, from, i);
	}
	*ret_n = n;
	return true;
}

/* Rejects the row when one of its cells is no text. */
static void check_bytes(const struct lines *t, str record, struct table_row *row)
{
	if (str_utf8_ok(record))
		return;
	for (size_t i = 0; i < row->n; i++) {
		if (str_utf8_ok(row->cells[i]))
			continue;
		if (memchr(row->cells[i].p, 0, row->cells[i].n))
			table_rejected(row, T_TABLE_NUL, (i64)i + 1, STR_NIL);
		else
			table_rejected(row, T_TABLE_BYTES, (i64)i + 1,
				       str_c(table_encoding_name(t->r->about.encoding)));
		return;
	}
}

/* Rejects the row when it is wider or narrower than the table; empty cells too many are cut off. */
static void check_width(struct lines *t, bool open, struct table_row *row)
{
	if (t->width == 0)
		t->width = row->n;
	while (row->n > t->width && row->cells[row->n - 1].n == 0)
		row->n--;
	if (row->n == t->width)
		return;
	char width[24];
	snprintf(width, sizeof(width), "%zu", t->width);
	table_rejected(row, open && row->n < t->width ? T_TABLE_HALF : T_TABLE_WIDTH, (i64)row->n, str_c(width));
}

static bool is_blank(str record)
{
	return str_trim(record).n == 0;
}

/* Rejects a record whose extent is broken and moves behind its first line. */
static err reject_record(struct lines *t, const struct record_end *e, struct table_row *row, struct fail *f)
{
	char limit[24];
	snprintf(limit, sizeof(limit), "%zu", TABLE_ROW_MAX);
	table_rejected(row, e->why, 0, e->why == T_TABLE_ROW_LONG ? str_c(limit) : STR_NIL);
	size_t kept = e->first_n < TABLE_RAW_MAX ? e->first_n : TABLE_RAW_MAX;
	memcpy(t->cut, t->window + t->at, kept);
	row->raw = str_of(t->cut, kept);
	t->at += e->first_n;
	return skip_line(t, f);
}

static err text_next(void *of, struct table_row *ret, bool *ret_more, struct fail *f)
{
	struct lines *t = of;
	struct record_end e;
	for (;;) {
		TRY(skip_line_feed(t, f));
		TRY(find_record(t, &e, ret_more, f));
		if (!*ret_more)
			return OK;
		*ret = (struct table_row){ .number = t->line };
		if (e.why != T_OK)
			return reject_record(t, &e, ret, f);
		str record = str_of(t->window + t->at, e.n);
		t->at += e.n;
		t->line += e.lines + 1;
		if (!e.open)
			t->skip_lf = t->window[t->at++] == '\r';
		if (!is_blank(record)) {
			ret->raw = record;
			break;
		}
	}
	ret->cells = t->cells;
	if (!(t->space ? cut_spaces(t, ret->raw, &ret->n) : cut_cells(t, ret->raw, &ret->n))) {
		char limit[24];
		snprintf(limit, sizeof(limit), "%d", TABLE_COLUMNS_MAX);
		table_rejected(ret, T_TABLE_COLUMNS, 0, str_c(limit));
		return OK;
	}
	check_bytes(t, ret->raw, ret);
	if (ret->why.code == OK && t->r->titles == 0)
		check_width(t, e.open, ret);
	return OK;
}

static i64 text_done(const void *of)
{
	const struct lines *t = of;
	return table_source_done(t->source);
}

static void text_close(void *of)
{
	struct lines *t = of;
	table_source_close(t->source);
}

static const struct table_ops text_ops = { text_next, text_done, text_close };

/* How many delimiters each of the first lines has: the smallest count over lines, 0 when any has none. */
static size_t count_in_lines(const struct lines *t, char delimiter)
{
	struct lines probe = { .delimiter = delimiter };
	size_t least = 0, in_line = 0;
	int lines = 0;
	enum place place = CELL_START;
	for (size_t i = 0; i < t->end && lines < GUESS_LINES; i++) {
		char c = t->window[i];
		if ((c == '\n' || c == '\r') && place != CELL_QUOTED) {
			if (in_line > 0 || (i > 0 && t->window[i - 1] != '\n' && t->window[i - 1] != '\r'))
				least = lines++ == 0 || in_line < least ? in_line : least;
			in_line = 0;
			place = CELL_START;
			continue;
		}
		place = step(&probe, place, c);
		if (place == CELL_BROKEN)
			place = CELL_PLAIN;
		in_line += place == CELL_START;
	}
	return lines == 0 ? in_line : least;
}

/* Whether all of the first lines have the same number of words, and more than one. */
static bool looks_spaced(const struct lines *t)
{
	size_t words = 0;
	str rest = str_of(t->window, t->end);
	for (int lines = 0; rest.p && lines < GUESS_LINES; lines++) {
		str line = str_trim(str_cut(&rest, '\n'));
		size_t n = line.n > 0;
		for (size_t i = 1; i < line.n; i++)
			n += line.p[i] != ' ' && line.p[i] != '\t' && (line.p[i - 1] == ' ' || line.p[i - 1] == '\t');
		if (line.n == 0 || (!rest.p && lines > 0))
			continue;
		if (n < 2 || (words && n != words))
			return false;
		words = n;
	}
	return words > 1;
}

/* Fills what is open in format and delimiter from the first lines. */
static void guess_format(struct lines *t, const struct table_options *o)
{
	static const char delimiters[] = { ',', '\t', ';' };
	size_t best = 0;
	t->space = o->format == TABLE_SPACE;
	t->delimiter = o->delimiter ? o->delimiter : ',';
	if (t->space || o->delimiter)
		return;
	for (size_t i = 0; i < ARRAY_LEN(delimiters); i++) {
		size_t n = count_in_lines(t, delimiters[i]);
		if (n > best) {
			best = n;
			t->delimiter = delimiters[i];
		}
	}
	t->space = o->format == TABLE_AUTO && best == 0 && looks_spaced(t);
}

err table_text_open(struct table_reader *r, const char *path, const struct table_options *o, struct fail *f)
{
	struct lines *t = ARENA_NEW(r->arena, struct lines);
	enum table_encoding encoding = o->encoding;
	TRY(table_source_open(r->arena, path, &encoding, &t->source, f));
	r->ops = &text_ops;
	r->of = t;
	t->r = r;
	t->line = 1;
	t->window = arena_alloc(r->arena, WINDOW_BYTES);
	t->cut = arena_alloc(r->arena, WINDOW_BYTES);
	bool any;
	TRY(more(t, &any, f));
	guess_format(t, o);
	if (t->space)
		t->delimiter = '\0';
	r->about.format = t->space ? TABLE_SPACE : TABLE_CSV;
	r->about.delimiter = t->delimiter;
	r->about.encoding = encoding;
	r->about.bytes = table_source_bytes(t->source);
	return OK;
}
