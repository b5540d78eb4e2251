/*
 * Many codes from one table: looked through first, made by a job, taken home as archives of pictures.
 *
 * The look finds every fault of every row and changes nothing; only a table without faults becomes a job. Rows name
 * staff by user id or name, tags by name. Archives hold BATCH_PART codes each, with a table that says which picture is
 * which; the pictures of a real company's direct codes are fetched from WeCom while the archive is made.
 */
#include "feature/livecode/livecode_int.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/corp/corp.h"
#include "core/job/job.h"
#include "core/outlet/outlet_index.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "port/qr/qr.h"
#include "port/table/table.h"
#include "port/table/zip_write.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#define BATCH_PROBLEMS_MAX 100 /* shown; all are counted */
#define BATCH_STEP 20          /* codes made in one transaction */
#define BATCH_PART 200
#define BATCH_JOB "livecode.batch"
#define PICTURE_PX 600

enum column { COL_NAME, COL_STAFF, COL_KIND, COL_CHANNEL, COL_SPOT, COL_STORE, COL_CAMPAIGN, COL_COST, COL_TAGS, COLUMNS };
static const struct { const char *zh, *en; bool must; } columns[COLUMNS] = {
	[COL_NAME] = { "名称", "name", true }, [COL_STAFF] = { "员工", "staff", true }, [COL_KIND] = { "类型", "kind", false },
	[COL_CHANNEL] = { "渠道", "channel", false }, [COL_SPOT] = { "触点", "spot", false },
	[COL_STORE] = { "门店", "store", false },
	[COL_CAMPAIGN] = { "活动", "campaign", false }, [COL_COST] = { "费用", "cost", false }, [COL_TAGS] = { "标签", "tags", false },
};

#define ROW_FIELDS(F, S)                                                         \
	F(S, STR, name) F(S, IDS, staff) F(S, STR, kind) F(S, STR, channel) F(S, STR, spot) \
	F(S, STR, campaign) F(S, FEN, cost) F(S, IDS, tags) F(S, ID, store, .opt = true)
RECORD(batch_row, ROW_FIELDS);
#define INPUT_FIELDS(F, S) F(S, LIST, rows, .of = &batch_row_record)
RECORD(batch_input, INPUT_FIELDS);
#define CURSOR_FIELDS(F, S) F(S, I64, at)
RECORD(batch_cursor, CURSOR_FIELDS);
#define PROBLEM_FIELDS(F, S) F(S, I64, line) F(S, STR, column, .opt = true) F(S, STR, text)
RECORD(batch_problem, PROBLEM_FIELDS);
#define BATCH_IN_FIELDS(F, S) F(S, BOOL, dry, .opt = true)
RECORD(batch_in, BATCH_IN_FIELDS);
#define BATCH_OUT_FIELDS(F, S) \
	F(S, I64, rows) F(S, I64, bad) F(S, LIST, problems, .of = &batch_problem_record) F(S, ID, job, .opt = true)
RECORD(batch_out, BATCH_OUT_FIELDS);

struct look {
	struct cx *cx;
	const struct snap *snap;
	struct staff *staff;
	size_t staff_n;
	const struct outlet_index *stores;
	struct map names;
	int at[COLUMNS]; /* -1: not in the table */
	VEC(struct batch_row) rows;
	VEC(struct batch_problem) problems;
	i64 bad, line;
};

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static void problem(struct look *l, enum column c, enum text text, str value, str limit)
{
	struct text_hole holes[] = { { "field", str_c(l->cx->viewer.lang == LANG_ZH ? columns[c].zh : columns[c].en) }, { "value", value }, { "limit", limit } };
	struct arena *a = CX_ARENA(l->cx);
	l->bad++;
	if (l->problems.n < BATCH_PROBLEMS_MAX)
		vec_push(a, &l->problems, (struct batch_problem){ l->line, holes[0].value, text_fill(a, text, l->cx->viewer.lang, holes, 3) });
}

static str next_name(str *rest)
{
	static const char *const marks[] = { "、", "，", "；", ",", ";", "|" };
	size_t end = rest->n, skip = 0;
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		i64 at = str_find(*rest, str_c(marks[i]));
		if (at >= 0 && (size_t)at < end) {
			end = (size_t)at;
			skip = strlen(marks[i]);
		}
	}
	str name = str_trim(str_sub(*rest, 0, end));
	*rest = str_sub(*rest, end + skip, rest->n);
	return name;
}

static void read_staff(struct look *l, str cell, struct ids *ret)
{
	VEC(i64) ids = { 0 };
	i64 before = l->bad;
	while (cell.n) {
		str name = next_name(&cell);
		const struct staff *found = NULL;
		size_t times = 0;
		if (!name.n)
			continue;
		for (size_t i = 0; i < l->staff_n; i++) {
			const struct staff *s = &l->staff[i];
			if (!str_eq_nocase(s->userid, name) && !str_eq(s->name, name))
				continue;
			found = s;
			times++;
		}
		if (times != 1) /* nobody, or two of one name: a user id tells them apart */
			problem(l, COL_STAFF, T_LIVECODE_BATCH_STAFF, name, STR_NIL);
		else if (!str_eq_c(found->state, "active") || !found->in_scope)
			problem(l, COL_STAFF, T_LIVECODE_STAFF, found->name, found->state);
		else
			vec_push(CX_ARENA(l->cx), &ids, found->id);
	}
	*ret = (struct ids){ ids.v, ids.n };
	if (ids.n == 0 && l->bad == before)
		problem(l, COL_STAFF, T_LIVECODE_BATCH_STAFF, STR("—"), STR_NIL);
	if (ids.n > LIVECODE_STAFF_MAX)
		problem(l, COL_STAFF, T_TOO_BIG, STR_NIL, STR(FAIL_STR(100)));
}

static err read_tags(struct look *l, str cell, struct ids *ret)
{
	VEC(i64) ids = { 0 };
	while (cell.n) {
		struct tag t;
		str name = next_name(&cell);
		if (!name.n)
			continue;
		err e = tag_find(l->snap, name, &t);
		if (e == ERR_NOT_FOUND)
			problem(l, COL_TAGS, T_LIVECODE_BATCH_TAG, name, STR_NIL);
		else if (e != OK)
			return e;
		else
			vec_push(CX_ARENA(l->cx), &ids, t.id);
	}
	*ret = (struct ids){ ids.v, ids.n };
	return OK;
}

/* By its number, else by its name when only one store has it. */
static void read_store(struct look *l, str cell, i64 *ret)
{
	size_t n, times = 0;
	*ret = 0;
	for (n = 0; cell.n && n < outlet_index_count(l->stores); n++) {
		const struct outlet *o = &outlet_index_spots(l->stores)[n].row;
		if (str_eq(o->code, cell)) {
			*ret = o->id;
			return;
		}
		if (str_eq(o->name, cell)) {
			*ret = o->id;
			times++;
		}
	}
	if (cell.n && times != 1)
		problem(l, COL_STORE, T_LIVECODE_STORE, cell, STR_NIL);
}

static str kind_of(str text)
{
	static const struct { const char *word, *kind; } words[] = {
		{ "", "direct" }, { "直连码", "direct" }, { "直连", "direct" }, { "direct", "direct" }, { "中转码", "relay" },
		{ "中转", "relay" }, { "relay", "relay" }, { "获客链接", "link" }, { "链接", "link" }, { "link", "link" },
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_c(text, words[i].word))
			return str_c(words[i].kind);
	return STR_NIL;
}

/* Yuan with at most two decimals. */
static bool money(str text, i64 *ret)
{
	str whole = str_cut(&text, '.');
	i64 yuan = 0, cents = 0;
	if (!whole.n && !text.n)
		return *ret = 0, true;
	if (!str_i64(whole, &yuan) || yuan < 0 || yuan > 1000000000 || text.n > 2 || (text.n && (!str_i64(text, &cents) || cents < 0)))
		return false;
	*ret = yuan * 100 + (text.n == 1 ? cents * 10 : cents);
	return true;
}

static str cell_of(struct look *l, const struct table_row *row, enum column c)
{
	bool there = l->at[c] >= 0 && (size_t)l->at[c] < row->n;
	return there ? arena_dup(CX_ARENA(l->cx), str_trim(row->cells[l->at[c]])) : STR("");
}

static void check_text(struct look *l, enum column c, str text)
{
	if (str_utf8_len(text) > LIVECODE_NAME_MAX)
		problem(l, c, T_TOO_LONG, text, STR(FAIL_STR(LIVECODE_NAME_MAX)));
}

static err look_row(struct look *l, const struct table_row *row)
{
	struct batch_row r = { .name = cell_of(l, row, COL_NAME), .channel = cell_of(l, row, COL_CHANNEL),
			       .spot = cell_of(l, row, COL_SPOT), .campaign = cell_of(l, row, COL_CAMPAIGN) };
	str kind = cell_of(l, row, COL_KIND), cost = cell_of(l, row, COL_COST);
	l->line = row->number;
	if (!r.name.n)
		problem(l, COL_NAME, T_ERR_INPUT, STR_NIL, STR_NIL);
	else if (!map_put(&l->names, r.name, l))
		problem(l, COL_NAME, T_LIVECODE_BATCH_TWICE, r.name, STR_NIL);
	check_text(l, COL_NAME, r.name);
	check_text(l, COL_CHANNEL, r.channel);
	check_text(l, COL_SPOT, r.spot);
	check_text(l, COL_CAMPAIGN, r.campaign);
	r.kind = kind_of(kind);
	if (str_is_nil(r.kind))
		problem(l, COL_KIND, T_ERR_INPUT, kind, STR(LIVECODE_KINDS));
	if (!money(cost, &r.cost))
		problem(l, COL_COST, T_ERR_INPUT, cost, STR("12.50"));
	read_staff(l, cell_of(l, row, COL_STAFF), &r.staff);
	read_store(l, cell_of(l, row, COL_STORE), &r.store);
	TRY(read_tags(l, cell_of(l, row, COL_TAGS), &r.tags));
	vec_push(CX_ARENA(l->cx), &l->rows, r);
	return OK;
}

static err find_columns(struct look *l, const struct table_about *about)
{
	for (int c = 0; c < COLUMNS; c++) {
		l->at[c] = -1;
		for (size_t i = 0; i < about->name_count; i++)
			if (str_eq_c(str_trim(about->names[i]), columns[c].zh) || str_eq_nocase(str_trim(about->names[i]), str_c(columns[c].en)))
				l->at[c] = (int)i;
		if (columns[c].must && l->at[c] < 0)
			return cx_fail(l->cx, ERR_INPUT, T_LIVECODE_BATCH_COLUMN, STR("file"), str_c(columns[c].zh), STR_NIL);
	}
	return OK;
}

static err look_rows(struct look *l, struct table_reader *r)
{
	struct table_row row;
	TRY(find_columns(l, table_about(r)));
	for (bool more = true;;) {
		TRY(table_next(r, &row, &more, &l->cx->unit.fail));
		if (!more)
			return OK;
		if (l->rows.n >= LIVECODE_BATCH_ROWS_MAX)
			return cx_fail(l->cx, ERR_TOO_LARGE, T_TOO_BIG, STR("file"), STR_NIL, STR(FAIL_STR(LIVECODE_BATCH_ROWS_MAX)));
		l->line = row.number;
		if (row.why.code != OK)
			problem(l, COL_NAME, row.why.text ? row.why.text : T_ERR_SYNTAX, str_c(row.why.value), str_c(row.why.limit));
		else
			TRY(look_row(l, &row));
	}
}

/* The reader reads files: the bytes become one in memory. */
static err bytes_as_file(struct cx *cx, str bytes, int *ret_fd)
{
	int fd = memfd_create("codes", MFD_CLOEXEC);
	for (size_t done = 0; fd >= 0 && done < bytes.n;) {
		ssize_t n = write(fd, bytes.p + done, bytes.n - done);
		if (n <= 0) {
			close(fd);
			fd = -1;
		} else {
			done += (size_t)n;
		}
	}
	*ret_fd = fd;
	return fd >= 0 ? OK : cx_fail(cx, ERR_IO, T_OK, STR("file"), STR("memory"), str_c(strerror(errno)));
}

static err look_through(struct look *l, const struct snap *s, const char *path)
{
	struct table_options o = { .header = TABLE_HEADER_YES };
	struct table_reader *r;
	l->snap = s;
	l->names = map_new(s->arena);
	TRY(staff_all(s, &l->staff, &l->staff_n));
	TRY(table_open(s->arena, path, &o, &r, s->fail));
	err e = look_rows(l, r);
	table_close(r);
	return e;
}

static err begin(struct tx *tx, const struct batch_input *in, i64 *ret_job)
{
	str title = arena_printf(tx->snap.arena, "%zu", in->rows.n);
	return job_add(tx, BATCH_JOB, title, STR("/livecodes/batch"), &batch_input_record, in, ret_job);
}

static err h_batch(struct cx *cx)
{
	const struct batch_in *in = cx->in;
	struct batch_out *out = cx->out;
	struct look l = { .cx = cx };
	int fd;
	TRY(outlet_index_get(&cx->unit, &l.stores));
	TRY(bytes_as_file(cx, cx->req->body, &fd));
	const char *path = arena_cstr(CX_ARENA(cx), arena_printf(CX_ARENA(cx), "/proc/self/fd/%d", fd));
	err e = READ_SNAP(&cx->unit, base(cx), look_through(&l, snap, path));
	close(fd);
	TRY(e);
	*out = (struct batch_out){ (i64)l.rows.n, l.bad, { l.problems.v, l.problems.n }, NIL };
	if (in->dry || l.bad || l.rows.n == 0)
		return OK;
	struct batch_input input = { { l.rows.v, l.rows.n } };
	return WRITE_TX(&cx->unit, base(cx), begin(tx, &input, &out->job));
}

/* -- the job -- */

struct step { struct job *job; const struct batch_row *rows; size_t n; struct batch_cursor at; };

static err make_some(struct tx *tx, struct step *s, struct job job, struct batch_cursor *ret)
{
	struct batch_cursor at = s->at;
	for (int i = 0; i < BATCH_STEP && at.at < (i64)s->n; i++, at.at++) {
		const struct batch_row *r = &s->rows[at.at];
		struct livecode_edit in = { .name = r->name, .channel = r->channel, .staff = r->staff, .tags = r->tags, .skip_verify = true,
					    .kind = r->kind, .spot = r->spot, .campaign = r->campaign, .cost = r->cost,
					    .store = r->store == NIL ? 0 : r->store, .batch = job.id };
		i64 id;
		TRY(livecode_create(tx, &in, &id));
		job.done++;
	}
	job.total = (i64)s->n;
	*ret = at;
	return job_save(tx, &job, &batch_cursor_record, &at);
}

err livecode_batch_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct batch_input in;
	struct batch_cursor next = { 0 };
	struct step s = { .job = job };
	TRY(job_input(cx, job, &batch_input_record, &in));
	TRY(job_cursor(cx, job, &batch_cursor_record, &s.at));
	s.rows = in.rows.v;
	s.n = in.rows.n;
	TRY(WRITE_TX(&cx->unit, base(cx), make_some(tx, &s, *job, &next)));
	job->done += next.at - s.at.at;
	job->total = (i64)s.n;
	*ret_done = next.at >= (i64)s.n;
	return OK;
}

/* -- archives -- */

#define ZIP_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, part, .opt = true, .min = 1, .max = 10)
RECORD(batch_zip_in, ZIP_IN_FIELDS);

static err picture(struct cx *cx, const struct corp *corp, const struct livecode *c, str *ret)
{
	struct arena *a = CX_ARENA(cx);
	struct transport_answer answer;
	if (!str_is_nil(c->door))
		return qr_png(door_url(cx->env, a, c->door), PICTURE_PX, a, ret, &cx->unit.fail);
	if (corp->simulated)
		return qr_png(c->qr_url, PICTURE_PX, a, ret, &cx->unit.fail);
	struct transport_call call = { .method = "GET", .url = c->qr_url };
	TRY(cx->env->transport->call(cx->env->transport, a, &call, &answer, &cx->unit.fail));
	if (answer.status != 200)
		return cx_fail(cx, ERR_UPSTREAM, T_OK, STR_NIL, arena_printf(a, "%d", answer.status), STR_NIL);
	*ret = answer.body;
	return OK;
}

static void csv_cell(struct buf *b, str text, const char *after)
{
	buf_csv(b, text);
	buf_add_c(b, after);
}

static err add_code(struct cx *cx, struct zip_writer *z, struct buf *csv, const struct corp *corp, const struct livecode *c, size_t number)
{
	struct arena *a = CX_ARENA(cx);
	str png, name = arena_printf(a, "%04zu-%.*s.png", number, STR_F(zip_safe_name(a, c->name, 90)));
	bool ready = str_eq_c(c->state, "active") && (!str_is_nil(c->door) || !str_is_nil(c->qr_url));
	if (ready) {
		TRY(picture(cx, corp, c, &png));
		TRY(zip_writer_add(z, name, png, &cx->unit.fail));
	}
	csv_cell(csv, ready ? name : STR(""), ",");
	csv_cell(csv, c->name, ",");
	csv_cell(csv, c->channel, ",");
	csv_cell(csv, c->spot, ",");
	csv_cell(csv, c->state, ",");
	csv_cell(csv, str_is_nil(c->door) ? (str_is_nil(c->qr_url) ? STR("") : c->qr_url) : door_url(cx->env, a, c->door), "\r\n");
	return OK;
}

static err h_zip(struct cx *cx)
{
	const struct batch_zip_in *in = cx->in;
	size_t n, first = (size_t)((in->part == NIL ? 1 : in->part) - 1) * BATCH_PART;
	struct livecode *codes;
	struct zip_writer *z;
	struct corp corp;
	struct buf csv = buf_new(CX_ARENA(cx), BUF_MAX_DEFAULT);
	str bytes;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(READ_SNAP(&cx->unit, base(cx), livecode_of_batch(snap, &(struct livecode_find){ in->id, INT64_MAX, LIVECODE_BATCH_ROWS_MAX }, &codes, &n)));
	if (first >= n)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, STR_NIL);
	TRY(zip_writer_new(CX_ARENA(cx), &z, &cx->unit.fail));
	buf_add_c(&csv, CSV_MARK "\"file\",\"name\",\"channel\",\"spot\",\"state\",\"url\"\r\n");
	for (size_t i = first; i < n && i < first + BATCH_PART; i++)
		TRY(add_code(cx, z, &csv, &corp, &codes[n - 1 - i], i + 1)); /* in the order of the table */
	TRY(zip_writer_add(z, STR("codes.csv"), buf_str(&csv), &cx->unit.fail));
	TRY(zip_writer_done(z, &bytes, &cx->unit.fail));
	http_set(cx->reply, STR("Content-Disposition"), STR("attachment; filename=\"codes.zip\""));
	http_send(cx->reply, 200, STR("application/zip"), bytes);
	return OK;
}

const struct route livecode_batch_routes[] = {
	{ "POST", "/api/v1/livecode-batches", "livecode.write", ROUTE_SCOPE_NONE, ROUTE_BODY, &batch_in_record, &batch_out_record,
	  h_batch, "Looks through a table of codes (csv or xlsx, the body); without faults and not `dry`, a job makes them." },
	{ "GET", "/api/v1/livecode-batches/{id}/qr.zip", "livecode.read", ROUTE_SCOPE_NONE, ROUTE_RAW, &batch_zip_in_record, &none_record,
	  h_zip, "The pictures of a batch, 200 codes a part, with a table that names them." },
	{ 0 },
};
