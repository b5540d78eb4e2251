/*
 * What is said of a row that was not used, and the list of them over HTTP.
 */
#include "feature/order/order_rejected.h"

#include "core/perm/perm.h"
#include "feature/order/order_import_data.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define TOLD_FIELDS(F, S)                                                          \
	F(S, I64, row) F(S, STR, field, .opt = true) F(S, STR, value, .opt = true) F(S, STR, zh) F(S, STR, en) \
	F(S, STR, cure_zh) F(S, STR, cure_en)
RECORD(rejected_told, TOLD_FIELDS);

/* ---- what is said ---- */

static str label_of(const char *field, enum lang lang)
{
	for (size_t i = 0; i < IMPORT_FIELD_COUNT; i++)
		if (strcmp(field, import_field_names[i]) == 0)
			return str_c(text_raw(import_field_labels[i], lang));
	return str_c(field);
}

str rejected_reason(const struct fail *why, enum lang lang, struct arena *a)
{
	struct fail said = *why;
	snprintf(said.field, sizeof(said.field), "%.*s", STR_F(label_of(why->field, lang)));
	return fail_text(&said, lang, a);
}

static enum text cure_of(enum text why)
{
	static const struct { enum text why, cure; } cures[] = {
		{ T_IMPORT_NO_DATE, T_IMPORT_CURE_NO_DATE }, { T_IMPORT_BAD_DATE, T_IMPORT_CURE_DATE },
		{ T_IMPORT_BAD_AMOUNT, T_IMPORT_CURE_AMOUNT }, { T_IMPORT_BAD_QUANTITY, T_IMPORT_CURE_QUANTITY },
		{ T_IMPORT_NO_ORDER_NO, T_IMPORT_CURE_NO_ORDER_NO }, { T_IMPORT_SPOILT_NO, T_IMPORT_CURE_SPOILT_NO },
		{ T_IMPORT_NOTHING, T_IMPORT_CURE_NOTHING }, { T_IMPORT_BAD_CURRENCY, T_IMPORT_CURE_CURRENCY },
		{ T_IMPORT_LONG, T_IMPORT_CURE_LONG }, { T_IMPORT_TOTAL, T_IMPORT_CURE_NONE }, { T_IMPORT_REFUND_OPEN, T_IMPORT_CURE_REFUND },
	};
	for (size_t i = 0; i < ARRAY_LEN(cures); i++)
		if (cures[i].why == why)
			return cures[i].cure;
	return T_IMPORT_CURE_ROW;
}

str rejected_record(i64 row, const struct fail *why, struct arena *a)
{
	struct buf b = buf_new(a, REJECTED_LINE_MAX);
	enum text cure = cure_of(why->text);
	struct rejected_told told = { row, str_c(why->field), str_c(why->value), rejected_reason(why, LANG_ZH, a), rejected_reason(why, LANG_EN, a),
				      str_c(text_raw(cure, LANG_ZH)), str_c(text_raw(cure, LANG_EN)) };
	record_write(&b, &rejected_told_record, &told);
	buf_char(&b, '\n');
	return buf_str(&b);
}

/* ---- the tables ---- */

str rejected_csv_path(struct arena *a, const struct env *env, i64 import, i64 part)
{
	char suffix[40] = ".rejected.csv";
	if (part > 1)
		snprintf(suffix, sizeof(suffix), ".rejected.%lld.csv", (long long)part);
	return import_path(a, env, import, suffix);
}

i64 rejected_csv_count(struct arena *a, const struct env *env, i64 import)
{
	i64 n = 0;
	while (access(arena_cstr(a, rejected_csv_path(a, env, import, n + 1)), R_OK) == 0)
		n++;
	return n;
}

void rejected_csv_drop(struct arena *a, const struct env *env, i64 import)
{
	for (i64 part = 1; unlink(arena_cstr(a, rejected_csv_path(a, env, import, part))) == 0;)
		part++;
}

/* ---- the list ---- */

static err read_line(struct cx *cx, str line, struct rejected_view *ret)
{
	struct rejected_told told;
	struct json *tree;
	enum lang lang = cx->viewer.lang;
	TRY(json_parse(line, CX_ARENA(cx), &tree, &cx->unit.fail));
	record_read(&rejected_told_record, tree, &told, CX_ARENA(cx));
	bool named = told.field.n > 0, zh = lang != LANG_EN;
	*ret = (struct rejected_view){ told.row, named ? told.field : STR_NIL,
				       named ? label_of(arena_cstr(CX_ARENA(cx), told.field), lang) : STR_NIL,
				       told.value.n ? told.value : STR_NIL, zh ? told.zh : told.en, zh ? told.cure_zh : told.cure_en };
	return OK;
}

/* At most limit lines from a place on; *ret_next: where it goes on, NIL at the end. */
static err read_page(struct cx *cx, FILE *in, i64 from, size_t limit, struct list *ret, i64 *ret_next)
{
	struct rejected_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct rejected_view, limit + 1);
	char *line = arena_alloc(CX_ARENA(cx), REJECTED_LINE_MAX + 2);
	size_t n = 0;
	*ret_next = NIL;
	if (fseeko(in, (off_t)from, SEEK_SET) != 0)
		return cx_fail(cx, ERR_INPUT, T_OK, STR("cursor"), STR_NIL, STR_NIL);
	while (n < limit && fgets(line, (int)REJECTED_LINE_MAX + 2, in))
		TRY(read_line(cx, arena_dup(CX_ARENA(cx), str_trim(str_c(line))), &rows[n++]));
	int more = n == limit ? getc(in) : EOF;
	if (more != EOF)
		*ret_next = (i64)ftello(in) - 1;
	*ret = (struct list){ rows, n };
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct rejected_list_in *in = cx->in;
	struct page *page = cx->out;
	struct order_import im;
	struct import_key key = { in->id };
	i64 from = 0, next;
	err e = READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), import_get(snap, &key, &im));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_IMPORT_UNKNOWN, cx->viewer.lang)));
	TRY(e);
	TRY(page_from(cx, in->cursor, &from, 1, (u64)im.id));
	page->total = im.rejected;
	FILE *file = fopen(arena_cstr(CX_ARENA(cx), import_path(CX_ARENA(cx), cx->env, im.id, REJECTED_LIST)), "re");
	if (!file) /* nothing was scanned yet, or by an earlier version: the table is all there is */
		return errno == ENOENT ? OK : cx_fail(cx, ERR_IO, T_OK, STR("file"), STR("rejected.list"), STR_NIL);
	e = read_page(cx, file, from, in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit, &page->data, &next);
	fclose(file);
	TRY(e);
	if (next != NIL)
		page->next_cursor = page_next(cx, &next, 1, (u64)im.id);
	return OK;
}

const struct route order_rejected_routes[] = {
	{ "GET", "/api/v1/imports/{id}/rejected", "order.import", ROUTE_SCOPE_NONE, ROUTE_LIST, &rejected_list_in_record, &rejected_view_record,
	  h_list, "The rows that were not used, in the order of the file: which field, what stands there, why, and what to do." },
	{ 0 },
};
