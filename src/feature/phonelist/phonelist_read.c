/*
 * Reading a list, and spreading it.
 *
 * The file waits as a blob until it is read; every step opens it again and goes on behind the row where the last one
 * ended, so that nothing is kept in memory between steps. Who is known by a number is looked up before the transaction,
 * because identities lie in other slots.
 */
#include "feature/phonelist/phonelist_data.h"

#include "base/vec.h"
#include "core/attr/attr.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "port/table/table.h"
#include "store/blob.h"
#include "store/seal.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#define READ_STEP 500
#define SPREAD_STEP 500
#define REJECT_SHOWN 60 /* bytes of a refused cell that are kept */
#define COUNTRY "+86"
#define COUNTRY_DIGITS 11

#define READ_CURSOR_FIELDS(F, S) F(S, I64, line) F(S, I64, taken) F(S, I64, refused) F(S, I64, friends)
RECORD(phonelist_read_at, READ_CURSOR_FIELDS);
#define SPREAD_CURSOR_FIELDS(F, S) F(S, ID, after) F(S, I64, taken)
RECORD(phonelist_spread_at, SPREAD_CURSOR_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

err phonelist_hash(const struct snap *s, str phone, str *ret) { return seal_lookup(s, STR("phonelist"), phone, ret); }

/* ---- the file ---- */

static err open_bytes(struct cx *cx, str bytes, struct table_reader **ret)
{
	struct arena *a = CX_ARENA(cx);
	struct table_options o = { .header = TABLE_HEADER_AUTO };
	int fd = memfd_create("phones", MFD_CLOEXEC);
	if (fd < 0)
		return cx_fail(cx, ERR_IO, T_OK, STR("file"), STR("memory"), str_c(strerror(errno)));
	for (size_t done = 0; done < bytes.n;) {
		ssize_t n = write(fd, bytes.p + done, bytes.n - done);
		if (n <= 0) {
			close(fd);
			return cx_fail(cx, ERR_IO, T_OK, STR("file"), STR("memory"), str_c(strerror(errno)));
		}
		done += (size_t)n;
	}
	err e = table_open(a, arena_cstr(a, arena_printf(a, "/proc/self/fd/%d", fd)), &o, ret, &cx->unit.fail);
	close(fd); /* the reader has opened its own */
	return e;
}

static bool named(str name, const char *const *words)
{
	for (; *words; words++)
		if (str_has(name, str_c(*words)))
			return true;
	return false;
}

static size_t column(const struct table_about *about, const char *const *words)
{
	for (size_t i = 0; i < about->name_count; i++)
		if (named(str_trim(about->names[i]), words))
			return i;
	return SIZE_MAX;
}

/* Without a header the first column holds the numbers. */
static err columns_of(struct cx *cx, const struct table_about *about, struct phonelist_columns *ret)
{
	static const char *const phones[] = { "手机", "电话", "号码", "phone", "Phone", "PHONE", "mobile", "Mobile", NULL };
	static const char *const names[] = { "姓名", "称呼", "名字", "name", "Name", NULL };
	ret->phone = about->header ? column(about, phones) : 0;
	ret->name = about->header ? column(about, names) : about->name_count > 1 ? 1 : SIZE_MAX;
	if (ret->phone == SIZE_MAX)
		return cx_fail(cx, ERR_INPUT, T_PHONELIST_COLUMN, STR("file"), STR_NIL, STR_NIL);
	return OK;
}

err phonelist_look(struct cx *cx, str bytes, struct phonelist_columns *ret)
{
	struct table_reader *r;
	struct table_row row;
	struct phonelist_columns c = { .rows = 0 };
	TRY(open_bytes(cx, bytes, &r));
	err e = columns_of(cx, table_about(r), &c);
	for (bool more = true; e == OK && more && c.rows <= PHONELIST_ROWS_MAX; c.rows += more)
		e = table_next(r, &row, &more, &cx->unit.fail);
	table_close(r);
	TRY(e);
	if (c.rows == 0 || c.rows > PHONELIST_ROWS_MAX)
		return cx_fail(cx, c.rows ? ERR_TOO_LARGE : ERR_INPUT, T_PHONELIST_ROWS, STR("file"), STR_NIL, STR(FAIL_STR(PHONELIST_ROWS_MAX)));
	*ret = c;
	return OK;
}

/* ---- a step ---- */

struct number { i64 line; str raw, name, phone, hash; const char *why; i64 customer; };
struct reading {
	struct cx *cx;
	struct phonelist list;
	struct phonelist_staff *staff;
	size_t staff_count;
	VEC(struct number) rows;
	bool end;
};

/* Mainland mobiles only: "+86 1…", eleven digits. */
static const char *refusal(struct cx *cx, str raw, str *ret)
{
	struct fail ignored = { 0 };
	if (identity_normal(CX_ARENA(cx), STR("phone"), raw, ret, &ignored) != OK)
		return "malformed";
	bool ours = str_starts(*ret, STR(COUNTRY)) && ret->n == sizeof(COUNTRY) - 1 + COUNTRY_DIGITS && ret->p[sizeof(COUNTRY) - 1] == '1';
	return ours ? NULL : str_starts(*ret, STR(COUNTRY)) ? "malformed" : "foreign";
}

static void take(struct reading *g, const struct phonelist_columns *c, const struct table_row *row)
{
	struct arena *a = CX_ARENA(g->cx);
	struct number n = { .line = row->number, .name = STR_NIL, .why = "broken" };
	str cell = row->why.code != OK ? row->raw : c->phone < row->n ? str_trim(row->cells[c->phone]) : STR("");
	n.raw = arena_dup(a, str_sub(cell, 0, cell.n < REJECT_SHOWN ? cell.n : REJECT_SHOWN));
	if (row->why.code == OK) {
		n.why = refusal(g->cx, n.raw, &n.phone);
		if (c->name < row->n && str_trim(row->cells[c->name]).n)
			n.name = arena_dup(a, str_utf8_head(str_trim(row->cells[c->name]), PHONELIST_LABEL_MAX));
	}
	if (!str_utf8_ok(n.raw)) /* cut inside a character */
		n.raw = STR("?");
	vec_push(a, &g->rows, n);
}

static err read_some(struct reading *g, str bytes, i64 behind)
{
	struct table_reader *r;
	struct phonelist_columns c;
	struct table_row row;
	bool more = true;
	TRY(open_bytes(g->cx, bytes, &r));
	err e = columns_of(g->cx, table_about(r), &c);
	while (e == OK && g->rows.n < READ_STEP) {
		e = table_next(r, &row, &more, &g->cx->unit.fail);
		if (e != OK || !more)
			break;
		if (row.number > behind)
			take(g, &c, &row);
	}
	g->end = !more;
	table_close(r);
	return e;
}

/* Somebody with a living relation. */
static err friend_of(struct unit *u, struct number *n)
{
	struct customer_fact fact;
	i64 leaf, root;
	err e = identity_find(u, STR("phone"), n->phone, &leaf);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(customer_root(u, leaf, &root));
	e = READ_SNAP(u, slot_of_customer(u->store, root), attr_fact_get(snap, root, &fact));
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	n->customer = fact.friend ? root : 0;
	return OK;
}

static err look_up(const struct snap *s, struct reading *g)
{
	for (size_t i = 0; i < g->rows.n; i++) {
		struct number *n = &g->rows.v[i];
		struct phonelist_n other = { 0 };
		if (n->why)
			continue;
		TRY(phonelist_hash(s, n->phone, &n->hash));
		TRY(phonelist_elsewhere(s, &(struct phonelist_of){ g->list.id, n->hash }, &other));
		n->why = other.n ? "elsewhere" : NULL;
	}
	return OK;
}

/* ---- writing ---- */

static err put_reject(struct tx *tx, i64 list, const struct number *n, const char *why, struct phonelist_read_at *at)
{
	struct phonelist_reject row = { list, n->line, STR(""), str_c(why) };
	TRY(seal_text(tx, 0, n->raw, &row.sealed));
	TRY(phonelist_reject_put(tx, &row));
	at->refused++;
	return OK;
}

static err put_number(struct tx *tx, struct reading *g, const struct number *n, struct phonelist_read_at *at)
{
	struct phonelist_row row;
	record_init(&phonelist_row_record, &row);
	row.list = g->list.id;
	row.id = n->line;
	row.phone = n->hash;
	row.staff = n->customer ? 0 : g->staff[(size_t)at->taken % g->staff_count].staff;
	row.state = n->customer ? STR("friend") : STR("todo");
	row.customer = n->customer ? n->customer : NIL;
	TRY(seal_text(tx, 0, n->phone, &row.sealed));
	if (n->name.n)
		TRY(seal_text(tx, 0, n->name, &row.name));
	TRY(phonelist_row_insert(tx, &row));
	if (tx_changed(tx) == 0)
		return put_reject(tx, g->list.id, n, "duplicate", at);
	at->friends += n->customer != 0;
	at->taken += n->customer == 0;
	return phonelist_tally_add(tx, &(struct phonelist_tally){ row.list, row.staff, row.state, 1 });
}

static err finish(struct tx *tx, struct phonelist *list, const struct phonelist_read_at *at)
{
	struct phonelist_done body = { list->id, list->source, list->basis, list->total, list->refused, at->friends };
	TRY(blob_remove(tx, list->upload));
	list->upload = NIL;
	list->state = STR("open");
	return journal_add(tx, EV_PHONELIST_READ, 0, tx->snap.now, &phonelist_done_record, &body, NULL);
}

/* job: as it was; what it becomes is told, because this may run again. */
static err write_step(struct tx *tx, struct reading *g, struct job job, struct phonelist_read_at at, struct job *ret)
{
	struct phonelist list = g->list;
	for (size_t i = 0; i < g->rows.n; i++) {
		const struct number *n = &g->rows.v[i];
		TRY(n->why ? put_reject(tx, list.id, n, n->why, &at) : put_number(tx, g, n, &at));
		at.line = n->line;
	}
	job.done += (i64)g->rows.n;
	job.skipped = at.refused;
	list.total = at.taken + at.friends;
	list.refused = at.refused;
	TRY(job_save(tx, &job, &phonelist_read_at_record, &at));
	*ret = job;
	if (g->end)
		TRY(finish(tx, &list, &at));
	return phonelist_update(tx, &list);
}

static err begin(const struct snap *s, i64 id, struct reading *g, str *ret_bytes)
{
	str type, name;
	TRY(phonelist_get(s, &(struct phonelist_key){ id }, &g->list));
	TRY(phonelist_staff_of(s, &(struct phonelist_key){ id }, &g->staff, &g->staff_count));
	return blob_get(s, g->list.upload, &type, &name, ret_bytes);
}

err phonelist_read_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct reading g = { .cx = cx };
	struct phonelist_key in;
	struct phonelist_read_at at;
	str bytes;
	TRY(job_input(cx, job, &phonelist_key_record, &in));
	TRY(job_cursor(cx, job, &phonelist_read_at_record, &at));
	TRY(READ_SNAP(&cx->unit, base(cx), begin(snap, in.id, &g, &bytes)));
	if (g.staff_count == 0)
		return cx_fail(cx, ERR_STATE, T_PHONELIST_NOBODY, STR_NIL, STR_NIL, STR_NIL);
	TRY(read_some(&g, bytes, at.line));
	TRY(READ_SNAP(&cx->unit, base(cx), look_up(snap, &g)));
	for (size_t i = 0; i < g.rows.n; i++)
		if (!g.rows.v[i].why)
			TRY(friend_of(&cx->unit, &g.rows.v[i]));
	*ret_done = g.end;
	struct job now = *job;
	TRY(WRITE_TX(&cx->unit, base(cx), write_step(tx, &g, *job, at, &now)));
	*job = now;
	return OK;
}

/* Given up or cancelled: what was read stays usable, the file goes. */
err phonelist_read_dropped(struct tx *tx, const struct job *job)
{
	struct phonelist_key in;
	struct phonelist list;
	struct json *tree;
	TRY(json_parse(job->input, tx->snap.arena, &tree, tx->snap.fail));
	record_read(&phonelist_key_record, tree, &in, tx->snap.arena);
	TRY(phonelist_get(&tx->snap, &(struct phonelist_key){ in.id }, &list));
	if (list.upload != NIL)
		TRY(blob_remove(tx, list.upload));
	list.upload = NIL;
	list.state = list.total ? STR("open") : STR("failed");
	return phonelist_update(tx, &list);
}

/* ---- spreading again ---- */

err phonelist_move(struct tx *tx, const struct phonelist_row *was, const struct phonelist_row *now)
{
	TRY(phonelist_row_update(tx, now));
	TRY(phonelist_tally_add(tx, &(struct phonelist_tally){ was->list, was->staff, was->state, -1 }));
	return phonelist_tally_add(tx, &(struct phonelist_tally){ now->list, now->staff, now->state, 1 });
}

err phonelist_spread_ask(struct tx *tx, i64 list)
{
	struct phonelist_key in = { list };
	str title = str_c(text_raw(T_PHONELIST_JOB_SPREAD, LANG_ZH));
	return job_add(tx, PHONELIST_JOB_SPREAD, title, STR("/phone-lists"), &phonelist_key_record, &in, NULL);
}

static err spread(struct tx *tx, struct job job, i64 list, struct phonelist_spread_at at, struct job *ret, bool *ret_done)
{
	struct phonelist_staff *staff;
	struct phonelist_row *rows;
	size_t n, m;
	TRY(phonelist_staff_of(&tx->snap, &(struct phonelist_key){ list }, &staff, &m));
	TRY(phonelist_waiting(&tx->snap, &(struct phonelist_page){ list, STR("todo"), at.after, SPREAD_STEP }, &rows, &n));
	for (size_t i = 0; m && i < n; i++) {
		struct phonelist_row now = rows[i];
		now.staff = staff[(size_t)at.taken++ % m].staff;
		if (now.staff != rows[i].staff)
			TRY(phonelist_move(tx, &rows[i], &now));
		at.after = now.id;
	}
	*ret_done = n < SPREAD_STEP || m == 0;
	job.done += (i64)n;
	TRY(job_save(tx, &job, &phonelist_spread_at_record, &at));
	*ret = job;
	return OK;
}

err phonelist_spread_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct phonelist_key in;
	struct phonelist_spread_at at;
	TRY(job_input(cx, job, &phonelist_key_record, &in));
	TRY(job_cursor(cx, job, &phonelist_spread_at_record, &at));
	struct job now = *job;
	TRY(WRITE_TX(&cx->unit, base(cx), spread(tx, *job, in.id, at, &now, ret_done)));
	*job = now;
	return OK;
}
