/*
 * tag_csv. The file is read once into rows and checked against itself; what stands in the store is checked
 * in the transaction that makes the tags, so nothing slips in between. A look (dry) is the same transaction,
 * undone.
 */
#include "core/tag/tag_csv.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/perm/perm.h"
#include "core/tag/tag_data.h"
#include "core/tag/tag_edit.h"
#include "core/tag/tag_http.h"
#include "core/tag/tag_use.h"
#include "port/table/table.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum column { COL_DIMENSION, COL_GROUP, COL_TAG, COL_DESCRIPTION, COL_TTL, COL_SENSITIVE, COL_SYNC, COL_COUNT };
static const struct { const char *en, *zh; } columns[COL_COUNT] = {
	{ "dimension", "维度" }, { "group", "标签组" }, { "tag", "标签" }, { "description", "说明" }, { "ttl", "有效天数" },
	{ "sensitive", "敏感" }, { "sync", "同步企微" },
};
static const struct { const char *name, *zh; } dimensions[] = {
	{ "basic", "基础" }, { "behaviour", "行为" }, { "preference", "偏好" }, { "channel", "渠道" }, { "interest", "兴趣" },
};

struct csv_row { i64 line; str dimension, group; struct tag tag; };

struct import {
	struct cx *cx;
	bool dry;
	VEC(struct csv_row) rows;
	VEC(struct tag_problem) problems;
	i64 problem_count, groups;
	bool undone;
};

static void problem(struct import *im, i64 line, enum column col, enum text text, str value, str limit)
{
	enum lang lang = im->cx->viewer.lang;
	str field = str_c(lang == LANG_EN ? columns[col].en : columns[col].zh);
	struct text_hole holes[] = { { "field", field }, { "value", value }, { "limit", limit } };
	if (im->problem_count++ < TAG_CSV_PROBLEMS_MAX)
		vec_push(CX_ARENA(im->cx), &im->problems, (struct tag_problem){ line, field,
			 text_fill(CX_ARENA(im->cx), text, lang, holes, ARRAY_LEN(holes)) });
}

/* ---- one row ---- */

static str dimension_of(str given)
{
	for (size_t i = 0; i < ARRAY_LEN(dimensions); i++)
		if (str_eq_nocase(given, str_c(dimensions[i].name)) || str_eq_c(given, dimensions[i].zh))
			return str_c(dimensions[i].name);
	return STR_NIL;
}

static bool flag_of(str given, bool *ret)
{
	static const char *const yes[] = { "是", "yes", "y", "true", "1" }, *const no[] = { "", "否", "no", "n", "false", "0" };
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		if (str_eq_nocase(given, str_c(yes[i])))
			return *ret = true;
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		if (str_eq_nocase(given, str_c(no[i])))
			return *ret = false, true;
	return false;
}

static bool name_ok(struct import *im, i64 line, enum column col, str name)
{
	if (name.n == 0)
		problem(im, line, col, T_MISSING, name, STR_NIL);
	else if (str_utf8_len(name) > TAG_NAME_MAX)
		problem(im, line, col, T_TOO_LONG, name, STR(FAIL_STR(TAG_NAME_MAX)));
	else
		return true;
	return false;
}

static void add_row(struct import *im, i64 line, const str cell[COL_COUNT])
{
	struct csv_row r = { .line = line, .group = cell[COL_GROUP] };
	struct tag *t = &r.tag;
	record_init(&tag_record, t);
	t->name = cell[COL_TAG];
	t->description = cell[COL_DESCRIPTION].n ? cell[COL_DESCRIPTION] : STR_NIL;
	bool group_ok = name_ok(im, line, COL_GROUP, r.group), tag_ok = name_ok(im, line, COL_TAG, t->name);
	r.dimension = dimension_of(cell[COL_DIMENSION]);
	if (cell[COL_DIMENSION].n && str_is_nil(r.dimension))
		problem(im, line, COL_DIMENSION, T_NOT_ONE_OF, cell[COL_DIMENSION], STR("基础,行为,偏好,渠道,兴趣 / " TAG_DIMENSIONS));
	if (t->description.n && str_utf8_len(t->description) > TAG_DESCRIPTION_MAX)
		problem(im, line, COL_DESCRIPTION, T_TOO_LONG, t->description, STR(FAIL_STR(TAG_DESCRIPTION_MAX)));
	if (cell[COL_TTL].n && (!str_i64(cell[COL_TTL], &t->ttl) || t->ttl < 0 || t->ttl > TAG_TTL_MAX))
		problem(im, line, COL_TTL, T_ERR_INPUT, cell[COL_TTL], STR("0-" FAIL_STR(TAG_TTL_MAX)));
	if (!flag_of(cell[COL_SENSITIVE], &t->sensitive))
		problem(im, line, COL_SENSITIVE, T_NOT_ONE_OF, cell[COL_SENSITIVE], STR("是,否 / yes,no"));
	if (!flag_of(cell[COL_SYNC], &t->sync))
		problem(im, line, COL_SYNC, T_NOT_ONE_OF, cell[COL_SYNC], STR("是,否 / yes,no"));
	if (group_ok && tag_ok)
		vec_push(CX_ARENA(im->cx), &im->rows, r);
}

/* ---- the file ---- */

static err map_columns(struct import *im, const struct table_about *about, size_t at[COL_COUNT])
{
	for (size_t c = 0; c < COL_COUNT; c++) {
		at[c] = SIZE_MAX;
		for (size_t i = 0; i < about->name_count; i++)
			if (str_eq_nocase(str_trim(about->names[i]), str_c(columns[c].en)) || str_eq_c(str_trim(about->names[i]), columns[c].zh))
				at[c] = i;
	}
	bool zh = im->cx->viewer.lang == LANG_ZH;
	for (size_t c = COL_GROUP; c <= COL_TAG; c++)
		if (at[c] == SIZE_MAX)
			return cx_fail(im->cx, ERR_INPUT, T_TAG_CSV_COLUMN, STR("file"), str_c(zh ? columns[c].zh : columns[c].en), STR_NIL);
	return OK;
}

static err read_rows(struct import *im, struct table_reader *r)
{
	size_t at[COL_COUNT];
	struct table_row row;
	struct arena *a = CX_ARENA(im->cx);
	TRY(map_columns(im, table_about(r), at));
	for (bool more = true;;) {
		TRY(table_next(r, &row, &more, &im->cx->unit.fail));
		if (!more)
			return OK;
		if (row.why.code != OK) {
			problem(im, row.number, COL_TAG, row.why.text ? row.why.text : T_ERR_SYNTAX, str_c(row.why.value), str_c(row.why.limit));
			continue;
		}
		if (im->rows.n + (size_t)im->problem_count >= TAG_CSV_ROWS_MAX)
			return cx_fail(im->cx, ERR_TOO_LARGE, T_TAG_CSV_ROWS, STR("file"), STR_NIL, STR(FAIL_STR(TAG_CSV_ROWS_MAX)));
		str cell[COL_COUNT];
		for (size_t c = 0; c < COL_COUNT; c++)
			cell[c] = at[c] < row.n ? arena_dup(a, str_trim(row.cells[at[c]])) : STR("");
		add_row(im, row.number, cell);
	}
}

/* The reader reads files: the bytes become one in memory. */
static err read_file(struct import *im, str bytes)
{
	struct table_options o = { .format = TABLE_CSV, .header = TABLE_HEADER_YES };
	struct table_reader *r;
	int fd = memfd_create("tags", MFD_CLOEXEC);
	if (fd < 0)
		return cx_fail(im->cx, ERR_IO, T_OK, STR("file"), STR("memory"), str_c(strerror(errno)));
	for (size_t done = 0; done < bytes.n; ) {
		ssize_t n = write(fd, bytes.p + done, bytes.n - done);
		if (n <= 0) {
			close(fd);
			return cx_fail(im->cx, ERR_IO, T_OK, STR("file"), STR("memory"), str_c(strerror(errno)));
		}
		done += (size_t)n;
	}
	const char *path = arena_cstr(CX_ARENA(im->cx), arena_printf(CX_ARENA(im->cx), "/proc/self/fd/%d", fd));
	err e = table_open(CX_ARENA(im->cx), path, &o, &r, &im->cx->unit.fail);
	if (e == OK) {
		e = read_rows(im, r);
		table_close(r);
	}
	close(fd);
	return e;
}

/* Twice the same tag, or one group in two dimensions. */
static void check_itself(struct import *im)
{
	struct arena *a = CX_ARENA(im->cx);
	struct map tags = map_new(a), groups = map_new(a);
	for (size_t i = 0; i < im->rows.n; i++) {
		struct csv_row *r = &im->rows.v[i];
		str key = arena_printf(a, "%.*s\n%.*s", STR_F(r->group), STR_F(r->tag.name));
		const struct csv_row *other = map_get(&tags, key);
		if (other)
			problem(im, r->line, COL_TAG, T_TAG_CSV_TWICE, r->tag.name, arena_printf(a, "%lld", (long long)other->line));
		else
			map_put(&tags, key, r);
		other = map_get(&groups, r->group);
		if (!other)
			map_put(&groups, r->group, r);
		else if (r->dimension.n && other->dimension.n && !str_eq(r->dimension, other->dimension))
			problem(im, r->line, COL_DIMENSION, T_TAG_CSV_DIMENSION, r->group, other->dimension);
	}
}

/* ---- making ---- */

static err make_group(struct tx *tx, struct import *im, const struct csv_row *r, i64 *ret_id)
{
	struct tag_group g;
	err e = tag_group_named(&tx->snap, &(struct tag_named){ r->group }, &g);
	if (e == OK) {
		if (r->dimension.n && !str_eq(g.dimension, r->dimension))
			problem(im, r->line, COL_DIMENSION, T_TAG_CSV_DIMENSION, r->group, g.dimension);
		*ret_id = g.id;
		return OK;
	}
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(tag_group_ensure(tx, r->group, STR_NIL, STR("own"), ret_id));
	im->groups++;
	TRY(tag_group_get(&tx->snap, &(struct tag_key){ *ret_id }, &g));
	g.dimension = r->dimension.n ? r->dimension : g.dimension;
	return tag_group_put(tx, &g);
}

static err make_rows(struct tx *tx, struct import *im)
{
	struct map groups = map_new(tx->snap.arena);
	struct tag_names was;
	TRY(tag_names_read(&tx->snap, &was));
	for (size_t i = 0; i < im->rows.n; i++) {
		struct csv_row *r = &im->rows.v[i];
		i64 *group = map_get(&groups, r->group), id;
		if (!group) {
			group = ARENA_NEW(tx->snap.arena, i64);
			TRY(make_group(tx, im, r, group));
			map_put(&groups, r->group, group);
		}
		r->tag.sort = (i64)(im->rows.n - i); /* the order of the file */
		err e = tag_add_as(tx, *group, &r->tag, &id);
		if (e == ERR_EXISTS || e == ERR_STATE)
			problem(im, r->line, COL_TAG, tx->snap.fail->text, r->tag.name, str_c(tx->snap.fail->limit));
		else
			TRY(e);
	}
	return tag_follow_names(tx, &was, 0, 0);
}

/* Undone unless everything could be made and it was meant. It is asked for a file without faults of its own,
 * so what problems there are come from here, also when it runs again. */
static err make_all(struct tx *tx, void *arg)
{
	struct import *im = arg;
	im->problems.n = 0;
	im->problem_count = im->groups = 0;
	TRY(make_rows(tx, im));
	im->undone = im->dry || im->problem_count;
	return im->undone ? ERR_STATE : OK;
}

static err make_or_look(struct tx *tx, struct import *im)
{
	im->undone = false;
	err e = tx_try(tx, make_all, im);
	return im->undone ? OK : e;
}

err tag_csv_import(struct cx *cx, str bytes, bool dry, struct tag_csv_result *ret)
{
	struct import im = { .cx = cx, .dry = dry };
	TRY(read_file(&im, bytes));
	check_itself(&im);
	if (im.rows.n == 0 && im.problem_count == 0)
		return cx_fail(cx, ERR_INPUT, T_TAG_CSV_EMPTY, STR("file"), STR_NIL, STR_NIL);
	if (im.problem_count == 0)
		TRY(WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), make_or_look(tx, &im)));
	*ret = (struct tag_csv_result){ !dry && im.problem_count == 0, (i64)im.rows.n, im.groups, { im.problems.v, im.problems.n } };
	return OK;
}

/* ---- routes ---- */

#define IMPORT_FIELDS(F, S) F(S, BOOL, dry, .opt = true, .doc = "look only")
RECORD(tag_csv_in, IMPORT_FIELDS);

static err h_import(struct cx *cx)
{
	const struct tag_csv_in *in = cx->in;
	return tag_csv_import(cx, cx->req->body, in->dry, cx->out);
}

/* As it is, apostrophes and all: the import reads it back. */
static void cell(struct buf *b, str s, const char *after)
{
	buf_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_char(b, '"');
		buf_char(b, s.p[i]);
	}
	buf_char(b, '"');
	buf_add_c(b, after);
}

static const char *dimension_name(str name, bool zh)
{
	for (size_t i = 0; i < ARRAY_LEN(dimensions); i++)
		if (str_eq_c(name, dimensions[i].name))
			return zh ? dimensions[i].zh : dimensions[i].name;
	return "";
}

static void export_tag(struct cx *cx, struct buf *b, const struct tag_group *g, const struct tag *t)
{
	bool zh = cx->viewer.lang == LANG_ZH;
	str yes = zh ? STR("是") : STR("yes"), no = zh ? STR("否") : STR("no");
	cell(b, str_c(dimension_name(g->dimension, zh)), ",");
	cell(b, g->name, ",");
	cell(b, t->name, ",");
	cell(b, t->description, ",");
	cell(b, t->ttl > 0 ? arena_printf(CX_ARENA(cx), "%lld", (long long)t->ttl) : STR(""), ",");
	cell(b, t->sensitive ? yes : no, ",");
	cell(b, t->sync ? yes : no, "\r\n");
}

static err export_all(const struct snap *s, struct cx *cx, struct buf *b)
{
	struct tag_group *groups;
	struct tag *tags;
	size_t n, m;
	TRY(tag_groups(s, &(struct none){ 0 }, &groups, &n));
	TRY(tag_live(s, &(struct none){ 0 }, &tags, &m));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			if (tags[k].group_id == groups[i].id && !tags[k].archived && !tag_hides(cx, &tags[k]))
				export_tag(cx, b, &groups[i], &tags[k]);
	return OK;
}

static err h_export(struct cx *cx)
{
	struct buf b = buf_new(CX_ARENA(cx), BUF_MAX_DEFAULT);
	bool zh = cx->viewer.lang == LANG_ZH;
	buf_add_c(&b, CSV_MARK);
	for (size_t c = 0; c < COL_COUNT; c++)
		cell(&b, str_c(zh ? columns[c].zh : columns[c].en), c + 1 < COL_COUNT ? "," : "\r\n");
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), export_all(snap, cx, &b)));
	return cx_send_csv(cx, &b, STR("tags.csv"));
}

const struct route tag_csv_routes[] = {
	{ "POST", "/api/v1/tag-import", "tag.write", ROUTE_SCOPE_NONE, ROUTE_BODY, &tag_csv_in_record, &tag_csv_result_record,
	  h_import, "Makes tags from a csv file (the body); all of them or none." },
	{ "GET", "/api/v1/tag-export", "tag.read", ROUTE_SCOPE_NONE, ROUTE_RAW, &none_record, &none_record, h_export,
	  "The definitions of all tags as csv, as the import reads them." },
	{ 0 },
};
