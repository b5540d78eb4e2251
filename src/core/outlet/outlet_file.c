/*
 * Stores from a file. The whole file is read and each row judged by itself; then one transaction makes and
 * changes what is good. A look (dry) is the same transaction, undone. A row that cannot is told with its line,
 * column and reason, and harms no other.
 */
#include "core/outlet/outlet_data.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/audit/audit.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "core/tag/tag.h"
#include "port/table/table.h"
#include "store/journal.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum column {
	COL_CODE, COL_NAME, COL_CITY, COL_ADDRESS, COL_LAT, COL_LNG, COL_SYSTEM, COL_HOURS, COL_SPECIAL, COL_DEPARTMENT, COL_STAFF,
	COL_GROUP, COL_TAG, COL_CLOSED, COL_COUNT,
};
static const struct { const char *en, *zh, *other; bool needed; } columns[COL_COUNT] = {
	{ "code", "门店编号", "编号", true }, { "name", "门店名称", "名称", true }, { "city", "城市", "", true },
	{ "address", "地址", "", false }, { "lat", "纬度", "latitude", true }, { "lng", "经度", "longitude", true },
	{ "system", "坐标系", "", true }, { "hours", "营业时间", "", false }, { "special", "特殊日期", "", false },
	{ "department", "部门", "", false }, { "staff", "员工账号", "员工", false }, { "group_url", "群码链接", "", false },
	{ "tag", "标签", "", false }, { "closed", "停业", "", false },
};

struct line { i64 number; struct outlet_edit edit; str department, staff, tag; };
struct import {
	struct cx *cx;
	bool dry, undone;
	VEC(struct line) lines;
	VEC(struct outlet_problem) problems; /* of the file alone, then of the store too */
	size_t own;
	struct outlet_import sum;
	struct map staff, departments, tags, codes;
};

static void problem(struct import *im, i64 line, str field, str text)
{
	im->sum.rejected++;
	if (im->problems.n < OUTLET_PROBLEMS_MAX)
		vec_push(CX_ARENA(im->cx), &im->problems, (struct outlet_problem){ line, field, text });
}

static void problem_of(struct import *im, i64 line, const struct fail *f)
{
	enum lang lang = im->cx->viewer.lang;
	str field = str_c(f->field);
	for (size_t c = 0; c < COL_COUNT; c++)
		if (lang == LANG_ZH && str_eq_c(field, columns[c].en))
			field = str_c(columns[c].zh);
	struct fail told = *f;
	memcpy(told.field, "", 1);
	strncpy(told.field, arena_cstr(CX_ARENA(im->cx), field), sizeof(told.field) - 1);
	problem(im, line, field, fail_text(&told, lang, CX_ARENA(im->cx)));
}

/* ---- one row ---- */

static bool degrees(str cell, double *ret) { return str_f64(cell, ret); }

static bool yes(str s)
{
	static const char *const words[] = { "是", "yes", "y", "true", "1", "停业" };
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_nocase(s, str_c(words[i])))
			return true;
	return false;
}

static err read_line(struct import *im, const str cell[COL_COUNT], struct line *l, struct fail *f)
{
	struct outlet_edit *e = &l->edit;
	enum geo_system system;
	record_init(&outlet_edit_record, e);
	e->code = cell[COL_CODE], e->name = cell[COL_NAME], e->city = cell[COL_CITY], e->address = cell[COL_ADDRESS];
	e->hours = cell[COL_HOURS], e->special = cell[COL_SPECIAL], e->group_url = cell[COL_GROUP].n ? cell[COL_GROUP] : STR_NIL;
	e->closed = yes(cell[COL_CLOSED]);
	l->department = cell[COL_DEPARTMENT], l->staff = cell[COL_STAFF], l->tag = cell[COL_TAG];
	if (!degrees(cell[COL_LAT], &e->lat))
		return fail_set(f, ERR_INPUT, T_OUTLET_DEGREES, STR("lat"), cell[COL_LAT], STR_NIL);
	if (!degrees(cell[COL_LNG], &e->lng))
		return fail_set(f, ERR_INPUT, T_OUTLET_DEGREES, STR("lng"), cell[COL_LNG], STR_NIL);
	if (!geo_system_of(cell[COL_SYSTEM], &system))
		return fail_set(f, ERR_INPUT, T_NOT_ONE_OF, STR("system"), cell[COL_SYSTEM], STR("WGS-84, GCJ-02"));
	e->system = str_c(geo_system_name(system));
	TRY(outlet_check(CX_ARENA(im->cx), e, f));
	if (!map_put(&im->codes, e->code, l))
		return fail_set(f, ERR_INPUT, T_OUTLET_TWICE, STR("code"), e->code, STR_NIL);
	return OK;
}

/* ---- the file ---- */

static err map_columns(struct import *im, const struct table_about *about, size_t at[COL_COUNT])
{
	for (size_t c = 0; c < COL_COUNT; c++) {
		at[c] = SIZE_MAX;
		for (size_t i = 0; i < about->name_count; i++) {
			str name = str_trim(about->names[i]);
			if (str_eq_nocase(name, str_c(columns[c].en)) || str_eq_c(name, columns[c].zh) ||
			    (name.n && str_eq_nocase(name, str_c(columns[c].other))))
				at[c] = i;
		}
		if (at[c] == SIZE_MAX && columns[c].needed)
			return cx_fail(im->cx, ERR_INPUT, T_OUTLET_COLUMN, STR("file"),
				       str_c(im->cx->viewer.lang == LANG_EN ? columns[c].en : columns[c].zh), STR_NIL);
	}
	return OK;
}

static err read_rows(struct import *im, struct table_reader *r)
{
	size_t at[COL_COUNT], count = 0;
	struct table_row row;
	struct arena *a = CX_ARENA(im->cx);
	TRY(map_columns(im, table_about(r), at));
	for (bool more = true;;) {
		TRY(table_next(r, &row, &more, &im->cx->unit.fail));
		if (!more)
			return OK;
		if (++count > OUTLET_MAX)
			return cx_fail(im->cx, ERR_TOO_LARGE, T_OUTLET_ROWS, STR("file"), STR_NIL, STR(FAIL_STR(OUTLET_MAX)));
		struct fail why = row.why;
		struct line *l = ARENA_NEW(a, struct line);
		str cell[COL_COUNT];
		for (size_t c = 0; c < COL_COUNT; c++)
			cell[c] = at[c] < row.n ? arena_dup(a, str_trim(row.cells[at[c]])) : STR("");
		l->number = row.number;
		if (why.code != OK || read_line(im, cell, l, &why) != OK)
			problem_of(im, row.number, &why);
		else
			vec_push(a, &im->lines, *l);
	}
}

/* The reader reads files: the bytes become one in memory. */
static err read_file(struct import *im, str bytes)
{
	struct table_options o = { .header = TABLE_HEADER_YES };
	struct table_reader *r;
	int fd = memfd_create("outlets", MFD_CLOEXEC);
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

/* ---- making ---- */

static err read_names(struct tx *tx, struct import *im)
{
	struct staff *staff;
	struct department *deps;
	struct tag *tags;
	size_t n;
	im->staff = im->departments = im->tags = map_new(tx->snap.arena);
	TRY(staff_all(&tx->snap, &staff, &n));
	for (size_t i = 0; i < n; i++)
		map_put(&im->staff, staff_low(tx->snap.arena, staff[i].userid), &staff[i].id);
	TRY(department_all(&tx->snap, &deps, &n));
	for (size_t i = 0; i < n; i++) {
		map_put(&im->departments, deps[i].name, &deps[i].id);
		map_put(&im->departments, arena_printf(tx->snap.arena, "%lld", (long long)deps[i].wecom_id), &deps[i].id);
	}
	TRY(tag_all(&tx->snap, &tags, &n));
	for (size_t i = 0; i < n; i++)
		map_put(&im->tags, tags[i].name, &tags[i].id);
	return OK;
}

static bool find_refs(struct tx *tx, struct import *im, struct line *l)
{
	struct fail f = { 0 };
	struct outlet_edit *e = &l->edit;
	i64 *id = l->department.n ? map_get(&im->departments, l->department) : NULL;
	if (l->department.n && !id)
		fail_set(&f, ERR_INPUT, T_OUTLET_DEPARTMENT, STR("department"), l->department, STR_NIL);
	e->department = id ? *id : NIL;
	id = l->tag.n ? map_get(&im->tags, l->tag) : NULL;
	if (l->tag.n && !id)
		fail_set(&f, ERR_INPUT, T_OUTLET_TAG, STR("tag"), l->tag, STR_NIL);
	e->tag = id ? *id : NIL;
	e->staff = (struct ids){ ARENA_ARRAY(tx->snap.arena, i64, OUTLET_STAFF_MAX), 0 };
	for (str rest = l->staff; rest.n; ) {
		str one = str_trim(str_cut(&rest, ','));
		if (!one.n)
			continue;
		id = map_get(&im->staff, staff_low(tx->snap.arena, one));
		if (!id || e->staff.n == OUTLET_STAFF_MAX)
			fail_set(&f, ERR_INPUT, T_OUTLET_STAFF, STR("staff"), one, STR_NIL);
		else
			e->staff.v[e->staff.n++] = *id;
	}
	if (f.code != OK)
		problem_of(im, l->number, &f);
	return f.code == OK;
}

static bool ids_same(struct ids a, struct ids b)
{
	size_t same = 0;
	for (size_t i = 0; i < a.n; i++)
		for (size_t k = 0; k < b.n; k++)
			same += a.v[i] == b.v[k];
	return a.n == b.n && same == a.n;
}

static bool same_row(const struct outlet *a, const struct outlet *b)
{
	return str_eq(a->name, b->name) && str_eq(a->city, b->city) && str_eq(a->address, b->address) && str_eq(a->system, b->system) &&
	       a->lat == b->lat && a->lng == b->lng && str_eq(a->hours, b->hours) && str_eq(a->special, b->special) &&
	       a->department == b->department && str_eq(a->group_url, b->group_url) && a->tag == b->tag && a->closed == b->closed;
}

static err put_line(struct tx *tx, struct import *im, struct line *l, i64 *have)
{
	struct outlet was, o = outlet_of(&l->edit);
	struct ids staff;
	err e = outlet_by_code(&tx->snap, &(struct outlet_coded){ o.code }, &was);
	if (e == ERR_NOT_FOUND) {
		if (*have >= OUTLET_MAX)
			return tx_fail(tx, ERR_STATE, T_OUTLET_FULL, STR_NIL, STR_NIL, STR(FAIL_STR(OUTLET_MAX)));
		(*have)++;
		im->sum.added++;
		o.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
		o.created = tx->snap.now;
		o.version = 1;
		TRY(outlet_insert(tx, &o));
		return l->edit.staff.n ? outlet_put_staff(tx, o.id, l->edit.staff) : OK;
	}
	TRY(e);
	TRY(outlet_staff_list(&tx->snap, was.id, &staff));
	if (same_row(&was, &o) && ids_same(staff, l->edit.staff)) {
		im->sum.same++;
		return OK;
	}
	im->sum.changed++;
	o.id = was.id;
	o.version = was.version;
	TRY(outlet_update(tx, &o));
	return outlet_put_staff(tx, o.id, l->edit.staff);
}

/* May run again: what it counts begins anew. */
static err put_all(struct tx *tx, void *arg)
{
	struct import *im = arg;
	struct outlet_count have;
	im->sum.added = im->sum.changed = im->sum.same = 0;
	im->sum.rejected = (i64)im->own;
	im->problems.n = im->own < OUTLET_PROBLEMS_MAX ? im->own : OUTLET_PROBLEMS_MAX;
	im->undone = false;
	TRY(read_names(tx, im));
	TRY(outlet_number(&tx->snap, &(struct none){ 0 }, &have));
	for (size_t i = 0; i < im->lines.n; i++)
		if (find_refs(tx, im, &im->lines.v[i]))
			TRY(put_line(tx, im, &im->lines.v[i], &have.n));
	if (im->dry) {
		im->undone = true;
		return ERR_STATE;
	}
	if (im->sum.added + im->sum.changed == 0)
		return OK;
	struct outlet_changed ev = { 0, STR(""), STR("imported") };
	outlet_told(tx);
	TRY(audit_add(tx, "outlet.import", STR("outlet"), arena_printf(tx->snap.arena, "+%lld ~%lld", (long long)im->sum.added, (long long)im->sum.changed)));
	return journal_add(tx, EV_OUTLET_CHANGED, 0, tx->snap.now, &outlet_changed_record, &ev, NULL);
}

static err put_or_look(struct tx *tx, struct import *im)
{
	err e = tx_try(tx, put_all, im);
	return im->undone ? OK : e;
}

err outlet_file(struct cx *cx, str bytes, bool dry, struct outlet_import *ret)
{
	struct import im = { .cx = cx, .dry = dry, .codes = map_new(CX_ARENA(cx)) };
	TRY(read_file(&im, bytes));
	im.own = (size_t)im.sum.rejected;
	if (im.lines.n == 0 && im.own == 0)
		return cx_fail(cx, ERR_INPUT, T_TABLE_EMPTY, STR("file"), STR_NIL, STR_NIL);
	TRY(WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), put_or_look(tx, &im)));
	*ret = im.sum;
	ret->dry = dry;
	ret->problems = (struct list){ im.problems.v, im.problems.n };
	return OK;
}
