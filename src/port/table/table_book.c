/*
 * What a workbook says beside its cells: names and parts of the sheets, the texts cells share, and
 * which styles show dates.
 *
 * Shared texts are the one thing that must be kept whole, because a cell may name any of them: they
 * lie one behind the other in one block with their ends in another, no allocation for each.
 */
#include "port/table/table_xlsx_int.h"

#include <stdio.h>
#include <stdlib.h>

#define RELATIONS_MAX 1024
#define TARGET_MAX 240

/* -- shared texts -- */

struct strings_reader {
	struct xlsx_book *book;
	struct xlsx_part part;
	bool in_text, in_phonetic;
};

static void *grown(void *old, size_t *cap, size_t need, size_t size)
{
	size_t to = *cap ? *cap : 4096;
	while (to < need)
		to += to / 2;
	if (to == *cap)
		return old;
	void *p = realloc(old, to * size);
	ASSERT(p);
	*cap = to;
	return p;
}

static void too_many(struct strings_reader *r)
{
	fail_set(&r->part.why, ERR_TOO_LARGE, T_TABLE_BOMB, STR("file"), STR("sharedStrings.xml"), STR("96 MiB"));
	xlsx_part_stop(&r->part);
}

static void strings_start(void *of, const char *name, const char **attrs)
{
	struct strings_reader *r = of;
	r->in_text = strcmp(name, "t") == 0;
	r->in_phonetic |= strcmp(name, "rPh") == 0;
}

static void strings_text(void *of, const char *p, size_t n)
{
	struct strings_reader *r = of;
	struct xlsx_book *b = r->book;
	if (!r->in_text || r->in_phonetic)
		return;
	if (b->string_n + n > TABLE_XLSX_STRINGS_MAX) {
		too_many(r);
		return;
	}
	b->strings = grown(b->strings, &b->string_cap, b->string_n + n, 1);
	memcpy(b->strings + b->string_n, p, n);
	b->string_n += n;
}

static void strings_end(void *of, const char *name)
{
	struct strings_reader *r = of;
	struct xlsx_book *b = r->book;
	r->in_text = false;
	if (strcmp(name, "rPh") == 0)
		r->in_phonetic = false;
	if (strcmp(name, "si") != 0)
		return;
	if (b->string_count == TABLE_XLSX_STRING_COUNT_MAX) {
		too_many(r);
		return;
	}
	b->string_ends = grown(b->string_ends, &b->string_count_cap, b->string_count + 1, sizeof(u32));
	b->string_ends[b->string_count++] = (u32)b->string_n;
}

static err read_strings(struct xlsx_book *b, struct xlsx_archive *z, const char *name, struct fail *f)
{
	struct strings_reader r = { .book = b };
	r.part.start = strings_start;
	r.part.text = strings_text;
	r.part.end = strings_end;
	r.part.of = &r;
	err e = xlsx_part_open(&r.part, z, name, f);
	return e == ERR_NOT_FOUND ? OK : e != OK ? e : xlsx_part_read(&r.part, f);
}

bool xlsx_book_string(const struct xlsx_book *b, i64 number, str *ret)
{
	if (number < 0 || number >= (i64)b->string_count)
		return false;
	u32 from = number ? b->string_ends[number - 1] : 0;
	*ret = str_of(b->strings ? b->strings + from : "", b->string_ends[number] - from);
	return true;
}

/* -- styles -- */

struct styles_reader {
	struct xlsx_book *book;
	struct xlsx_part part;
	bool in_cells;
	u8 formats[XLSX_STYLES_MAX]; /* enum xlsx_style of each number format */
};

/* [h], [mm], [ss]: hours that go on beyond 24; all else in brackets is a colour, a place, a rule. */
static bool counts_on(str inside)
{
	if (inside.n < 2 || !str_has_char(STR("hHmMsS"), inside.p[0]))
		return false;
	return inside.p[1] == ']' || inside.p[1] == inside.p[0];
}

enum xlsx_style xlsx_format_style(str code)
{
	unsigned date = 0, time = 0, month = 0;
	for (size_t i = 0; i < code.n; i++) {
		char c = code.p[i];
		if (c == '"' || c == '[') {
			char closing = c == '"' ? '"' : ']';
			if (c == '[' && counts_on(str_sub(code, i + 1, code.n)))
				time = XLSX_TIME;
			while (++i < code.n && code.p[i] != closing)
				;
			continue;
		}
		if (c == '\\' || c == '_' || c == '*') {
			i++;
			continue;
		}
		if (c == ';')
			break; /* the rest is for negative numbers and texts */
		if (c == 'y' || c == 'Y' || c == 'd' || c == 'D')
			date = XLSX_DATE;
		if (c == 'h' || c == 'H' || c == 's' || c == 'S')
			time = XLSX_TIME;
		month |= c == 'm' || c == 'M';
	}
	if (month && !time)
		date = XLSX_DATE; /* beside hours or seconds it may be minutes */
	return (enum xlsx_style)(date | time);
}

/* The formats every workbook has, those of Chinese, Japanese and Korean editions included. */
static void known_formats(u8 *formats)
{
	static const struct { u8 from, to, style; } known[] = {
		{ 14, 17, XLSX_DATE }, { 18, 21, XLSX_TIME }, { 22, 22, XLSX_DATE | XLSX_TIME },
		{ 27, 31, XLSX_DATE }, { 32, 35, XLSX_TIME }, { 36, 36, XLSX_DATE },
		{ 45, 47, XLSX_TIME }, { 50, 54, XLSX_DATE }, { 55, 56, XLSX_TIME },
		{ 57, 58, XLSX_DATE },
	};
	for (size_t k = 0; k < ARRAY_LEN(known); k++)
		for (u8 i = known[k].from; i <= known[k].to; i++)
			formats[i] = known[k].style;
}

static i64 number_of(const char *attr)
{
	i64 n;
	return attr && str_i64(str_c(attr), &n) ? n : -1;
}

static void styles_start(void *of, const char *name, const char **attrs)
{
	struct styles_reader *r = of;
	struct xlsx_book *b = r->book;
	i64 id = number_of(xlsx_attr(attrs, "numFmtId"));
	bool known = id >= 0 && id < XLSX_STYLES_MAX;
	if (strcmp(name, "cellXfs") == 0)
		r->in_cells = true;
	else if (strcmp(name, "numFmt") == 0 && known)
		r->formats[id] = (u8)xlsx_format_style(str_c(xlsx_attr(attrs, "formatCode")));
	else if (strcmp(name, "xf") == 0 && r->in_cells && b->style_count < XLSX_STYLES_MAX)
		b->styles[b->style_count++] = known ? r->formats[id] : XLSX_PLAIN;
}

static void styles_end(void *of, const char *name)
{
	struct styles_reader *r = of;
	if (strcmp(name, "cellXfs") == 0)
		r->in_cells = false;
}

static err read_styles(struct xlsx_book *b, struct xlsx_archive *z, const char *name, struct arena *a,
		       struct fail *f)
{
	struct styles_reader *r = ARENA_NEW(a, struct styles_reader);
	b->styles = arena_alloc(a, XLSX_STYLES_MAX);
	r->book = b;
	r->part.start = styles_start;
	r->part.end = styles_end;
	r->part.of = r;
	known_formats(r->formats);
	err e = xlsx_part_open(&r->part, z, name, f);
	return e == ERR_NOT_FOUND ? OK : e != OK ? e : xlsx_part_read(&r->part, f);
}

/* -- sheets -- */

struct sheets_reader {
	struct xlsx_book *book;
	struct xlsx_part part;
	struct arena *arena;
	struct { const char *id, *target; } relations[RELATIONS_MAX];
	size_t count;
	const char *strings, *styles;
};

/* The part a target names, seen from xl/; NULL for one outside the archive or with "..". */
static const char *part_name(struct arena *a, const char *target, const char *mode)
{
	str t = str_c(target);
	if (!target || (mode && strcmp(mode, "External") == 0) || str_has(t, STR("..")) || t.n > TARGET_MAX)
		return NULL;
	return target[0] == '/' ? arena_cstr(a, str_sub(t, 1, t.n))
				: arena_cstr(a, arena_printf(a, "xl/%s", target));
}

static void relations_start(void *of, const char *name, const char **attrs)
{
	struct sheets_reader *r = of;
	const char *id = xlsx_attr(attrs, "Id"), *type = xlsx_attr(attrs, "Type");
	if (strcmp(name, "Relationship") != 0 || !id || !type || r->count == RELATIONS_MAX || strlen(id) > TARGET_MAX)
		return;
	const char *part = part_name(r->arena, xlsx_attr(attrs, "Target"), xlsx_attr(attrs, "TargetMode"));
	if (!part)
		return;
	if (str_ends(str_c(type), STR("/sharedStrings")))
		r->strings = part;
	else if (str_ends(str_c(type), STR("/styles")))
		r->styles = part;
	else if (str_ends(str_c(type), STR("/worksheet"))) {
		r->relations[r->count].id = arena_cstr(r->arena, str_c(id));
		r->relations[r->count++].target = part;
	}
}

static bool is_true(const char *attr)
{
	return attr && (strcmp(attr, "1") == 0 || strcmp(attr, "true") == 0);
}

static void sheets_start(void *of, const char *name, const char **attrs)
{
	struct sheets_reader *r = of;
	struct xlsx_book *b = r->book;
	if (strcmp(name, "workbookPr") == 0)
		b->since_1904 = is_true(xlsx_attr(attrs, "date1904"));
	const char *title = xlsx_attr(attrs, "name"), *id = xlsx_attr(attrs, "id");
	if (strcmp(name, "sheet") != 0 || !title || !id || b->sheet_count == TABLE_SHEETS_MAX)
		return;
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->relations[i].id, id) != 0)
			continue;
		b->sheet_names[b->sheet_count] = arena_dup(r->arena, str_c(title));
		b->sheet_parts[b->sheet_count++] = r->relations[i].target;
		return;
	}
}

static err read_part(struct sheets_reader *r, struct xlsx_archive *z, const char *name,
		     void (*start)(void *of, const char *name, const char **attrs), struct fail *f)
{
	r->part = (struct xlsx_part){ .start = start, .of = r };
	err e = xlsx_part_open(&r->part, z, name, f);
	if (e == ERR_NOT_FOUND)
		return fail_set(f, ERR_SYNTAX, T_TABLE_PART, STR("file"), str_c(name), STR_NIL);
	return e == OK ? xlsx_part_read(&r->part, f) : e;
}

err xlsx_book_read(struct xlsx_book *b, struct xlsx_archive *z, struct arena *a, struct fail *f)
{
	struct sheets_reader *r = ARENA_NEW(a, struct sheets_reader);
	r->book = b;
	r->arena = a;
	r->strings = "xl/sharedStrings.xml";
	r->styles = "xl/styles.xml";
	TRY(read_part(r, z, "xl/_rels/workbook.xml.rels", relations_start, f));
	TRY(read_part(r, z, "xl/workbook.xml", sheets_start, f));
	TRY(read_styles(b, z, r->styles, a, f));
	return read_strings(b, z, r->strings, f);
}

void xlsx_book_free(struct xlsx_book *b)
{
	free(b->strings);
	free(b->string_ends);
	b->strings = NULL;
	b->string_ends = NULL;
	b->string_count = 0;
}
