/*
 * Reading a list: step by step from the kept file, each person in a transaction of her own slot.
 */
#include "feature/roster/roster.h"

#include "base/vec.h"
#include "core/attr/attr_own.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "port/table/table.h"
#include "store/blob.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#define STEP_ROWS 200

#define CURSOR_FIELDS(F, S) F(S, I64, line) F(S, I64, found) F(S, I64, unknown) F(S, I64, refused)
RECORD(roster_at, CURSOR_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err open_bytes(struct cx *cx, str bytes, struct table_reader **ret)
{
	struct arena *a = CX_ARENA(cx);
	struct table_options o = { .header = TABLE_HEADER_NO };
	int fd = memfd_create("list", MFD_CLOEXEC);
	ssize_t n = 0;
	for (size_t done = 0; fd >= 0 && done < bytes.n; done += (size_t)n)
		if ((n = write(fd, bytes.p + done, bytes.n - done)) <= 0)
			break;
	if (fd < 0 || n < 0)
		return cx_fail(cx, ERR_IO, T_OK, STR("file"), STR("memory"), str_c(strerror(errno)));
	err e = table_open(a, arena_cstr(a, arena_printf(a, "/proc/self/fd/%d", fd)), &o, ret, &cx->unit.fail);
	close(fd); /* the reader has opened its own */
	return e;
}

/* A first row that names the column instead of being a value: ids look like headers to anybody who only looks. */
static bool is_header(const struct table_row *row, str kind)
{
	static const char *const words[] = { "phone", "mobile", "tel", "email", "openid", "unionid", "external_userid", "member_no", "user_id", "userid", "id",
					     "buyer" };
	str cell = row->n ? str_trim(row->cells[0]) : STR("");
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_nocase(cell, str_c(words[i])))
			return true;
	for (size_t i = 0; i < cell.n && !str_eq_c(kind, "buyer"); i++)
		if ((u8)cell.p[i] >= 0x80)
			return true;
	return false;
}

err roster_look(struct cx *cx, str bytes, str kind, i64 *ret_rows)
{
	struct table_reader *r;
	struct table_row row;
	i64 rows = 0;
	bool more = true, first = true;
	TRY(open_bytes(cx, bytes, &r));
	err e = OK;
	for (; e == OK && more && rows <= ROSTER_ROWS_MAX; first = false) {
		e = table_next(r, &row, &more, &cx->unit.fail);
		rows += e == OK && more && !(first && is_header(&row, kind));
	}
	table_close(r);
	TRY(e);
	if (rows == 0 || rows > ROSTER_ROWS_MAX)
		return cx_fail(cx, rows ? ERR_TOO_LARGE : ERR_INPUT, T_PHONELIST_ROWS, STR("file"), STR_NIL, STR(FAIL_STR(ROSTER_ROWS_MAX)));
	*ret_rows = rows;
	return OK;
}

struct reading { struct roster list; struct attr_def def; str appid; VEC(str) values; i64 line; bool end; };

static err read_some(struct cx *cx, struct reading *g, str bytes, i64 behind)
{
	struct table_reader *r;
	struct table_row row;
	bool more = true, first = true;
	err e = open_bytes(cx, bytes, &r);
	if (e != OK)
		return e;
	g->line = behind;
	while (e == OK && g->values.n < STEP_ROWS) {
		e = table_next(r, &row, &more, &cx->unit.fail);
		if (e != OK || !more)
			break;
		bool heads = first && is_header(&row, g->list.kind);
		first = false;
		if (row.number <= behind || heads)
			continue;
		str cell = row.why.code == OK && row.n ? str_trim(row.cells[0]) : STR("");
		vec_push(CX_ARENA(cx), &g->values, arena_dup(CX_ARENA(cx), cell));
		g->line = row.number;
	}
	g->end = !more;
	table_close(r);
	return e;
}

static err put(struct tx *tx, i64 leaf, i64 root, const struct attr_def *d)
{
	struct attr_value was;
	struct snap at = tx->snap;
	snap_slot(&at, slot_of_customer(tx->snap.unit->store, root));
	TRY(attr_value_get(&at, root, d->id, &was));
	return was.n == 1 ? OK : attr_field_set(tx, leaf, d, STR("true"), STR("list"));
}

static err one(struct cx *cx, struct reading *g, str value, struct roster_at *at)
{
	struct unit *u = &cx->unit;
	struct fail ignored = { 0 };
	str normal;
	i64 leaf, root;
	if (g->appid.n && str_eq_c(g->list.kind, "openid") && value.n)
		value = arena_printf(CX_ARENA(cx), "%.*s/%.*s", STR_F(g->appid), STR_F(value));
	if (identity_normal(CX_ARENA(cx), g->list.kind, value, &normal, &ignored) != OK) {
		at->refused++;
		return OK;
	}
	err e = identity_find(u, g->list.kind, normal, &leaf);
	at->unknown += e == ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(customer_root(u, leaf, &root));
	at->found++;
	return WRITE_TX(u, slot_of_customer(u->store, leaf), put(tx, leaf, root, &g->def));
}

static err begin(const struct snap *s, i64 id, struct reading *g, str *ret_bytes)
{
	str type, name;
	TRY(roster_get(s, &(struct roster_key){ id }, &g->list));
	TRY(attr_def_get(s, g->list.attr, &g->def));
	return blob_get(s, g->list.upload, &type, &name, ret_bytes);
}

static err save(struct tx *tx, struct reading *g, struct job job, const struct roster_at *at, struct job *ret)
{
	struct roster list = g->list;
	list.total = at->found + at->unknown + at->refused;
	list.found = at->found;
	list.unknown = at->unknown;
	list.refused = at->refused;
	job.done = list.total;
	job.skipped = at->refused + at->unknown;
	if (g->end) {
		TRY(blob_remove(tx, list.upload));
		list.upload = NIL;
		list.state = STR("ready");
	}
	TRY(job_save(tx, &job, &roster_at_record, at));
	*ret = job;
	return roster_update(tx, &list);
}

err roster_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct reading g = { .end = false };
	struct roster_input in;
	struct roster_at at;
	str bytes;
	TRY(job_input(cx, job, &roster_input_record, &in));
	TRY(job_cursor(cx, job, &roster_at_record, &at));
	TRY(READ_SNAP(&cx->unit, base(cx), begin(snap, in.id, &g, &bytes)));
	g.appid = in.appid;
	TRY(read_some(cx, &g, bytes, at.line));
	for (size_t i = 0; i < g.values.n; i++)
		TRY(one(cx, &g, g.values.v[i], &at));
	at.line = g.line;
	*ret_done = g.end;
	struct job now = *job;
	TRY(WRITE_TX(&cx->unit, base(cx), save(tx, &g, *job, &at, &now)));
	*job = now;
	return OK;
}

/* Given up or cancelled: who was found stays on it, the file goes. */
err roster_dropped(struct tx *tx, const struct job *job)
{
	struct roster_input in;
	struct roster list;
	struct json *tree;
	TRY(json_parse(job->input, tx->snap.arena, &tree, tx->snap.fail));
	record_read(&roster_input_record, tree, &in, tx->snap.arena);
	err e = roster_get(&tx->snap, &(struct roster_key){ in.id }, &list);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	if (list.upload != NIL)
		TRY(blob_remove(tx, list.upload));
	list.upload = NIL;
	list.state = STR("failed");
	return roster_update(tx, &list);
}
