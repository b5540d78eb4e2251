/*
 * Exports over HTTP: what may be chosen, asking for a file, the list, fetching and removing one.
 */
#include "feature/export/export_int.h"

#include "base/tz.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"

#define COLUMN_FIELDS(F, S) F(S, STR, code) F(S, STR, label) F(S, STR, group, .one_of = "person,fact,model,own")
RECORD(export_column_view, COLUMN_FIELDS);
#define COLUMNS_FIELDS(F, S) \
	F(S, LIST, data, .of = &export_column_view_record) F(S, I64, columns_max) F(S, I64, people_max) F(S, BOOL, masked)
RECORD(export_columns_view, COLUMNS_FIELDS);
#define EXPORT_NEW_FIELDS(F, S)                                                    \
	F(S, STR, expr, .opt = true, .max = AUDIENCE_TEXT_MAX) F(S, ID, audience, .opt = true, .doc = "a stored one, instead of expr") \
	F(S, STRS, columns, .min = 1, .max = EXPORT_COLUMNS_MAX) F(S, STR, purpose, .min = 1, .max = EXPORT_PURPOSE_MAX)
RECORD(export_new, EXPORT_NEW_FIELDS);
#define EXPORT_VIEW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, ID, job) F(S, STR, by, .opt = true) F(S, BOOL, mine) F(S, STR, purpose) F(S, STR, audience, .opt = true) \
	F(S, STR, expr) F(S, STRS, columns) F(S, BOOL, masked)                     \
	F(S, STR, state, .one_of = "running,done,dropped,removed,expired") F(S, I64, people) F(S, I64, total, .opt = true) \
	F(S, I64, bytes) F(S, I64, downloads) F(S, MS, created_ms) F(S, MS, expires_ms, .opt = true) F(S, STR, error, .opt = true)
RECORD(export_view, EXPORT_VIEW_FIELDS);
#define EXPORT_LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(export_list_in, EXPORT_LIST_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err h_columns(struct cx *cx)
{
	struct export_columns_view *out = cx->out;
	struct export_column *all;
	size_t n;
	TRY(export_columns(&cx->unit, cx->viewer.lang, cx->viewer.mask_pii, &all, &n));
	struct export_column_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct export_column_view, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct export_column_view){ all[i].code, all[i].label, str_c(all[i].group) };
	*out = (struct export_columns_view){ { rows, n }, EXPORT_COLUMNS_MAX, EXPORT_PEOPLE_MAX, cx->viewer.mask_pii };
	return OK;
}

/* ---- asking ---- */

static err codes(struct cx *cx, const struct strs *in, str *ret)
{
	struct buf b = buf_new(CX_ARENA(cx), BUF_MAX_DEFAULT);
	for (size_t i = 0; i < in->n; i++) {
		for (size_t k = 0; k < i; k++)
			if (str_eq(in->v[k], in->v[i]))
				return cx_fail(cx, ERR_INPUT, T_PERM_TWICE, STR("columns"), in->v[i], STR_NIL);
		if (i)
			buf_char(&b, ',');
		if (str_has(in->v[i], STR(",")) || !in->v[i].n)
			return cx_fail(cx, ERR_INPUT, T_EXPORT_COLUMN, STR("columns"), in->v[i], STR_NIL);
		buf_add(&b, in->v[i]);
	}
	*ret = buf_str(&b);
	return OK;
}

/* The text of what is chosen, as it stands now: an audience changed later changes no file. */
static err choose(struct cx *cx, const struct export_new *in, struct export_file *f)
{
	struct audience stored;
	struct expr *e;
	i64 people;
	f->expr = in->expr;
	if (in->audience != NIL) {
		TRY(audience_get(&cx->unit, in->audience, &stored));
		f->expr = stored.expr;
		f->chosen = stored.name;
	} else if (!str_trim(in->expr).n) {
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("expr"), STR_NIL, STR_NIL);
	}
	TRY(expr_parse(&cx->unit, f->expr, &e));
	f->expr = expr_text(CX_ARENA(cx), e);
	TRY(audience_count(&cx->unit, e, &people, NULL));
	if (people == 0)
		return cx_fail(cx, ERR_STATE, T_EXPORT_NOBODY, STR("expr"), STR_NIL, STR_NIL);
	if (people > EXPORT_PEOPLE_MAX)
		return cx_fail(cx, ERR_INPUT, T_EXPORT_PEOPLE, STR("expr"), export_name(CX_ARENA(cx), people),
			       STR(FAIL_STR(EXPORT_PEOPLE_MAX)));
	return OK;
}

static err start(struct tx *tx, struct export_file *f, str title, i64 columns)
{
	struct export_count running;
	struct arena *a = tx->snap.arena;
	TRY(export_running(&tx->snap, &(struct export_key){ f->owner }, &running));
	if (running.n >= EXPORT_IN_FLIGHT_MAX)
		return tx_fail(tx, ERR_STATE, T_EXPORT_IN_FLIGHT, STR("export"), export_name(a, running.n),
			       STR(FAIL_STR(EXPORT_IN_FLIGHT_MAX)));
	TRY(job_add(tx, EXPORT_JOB, title, STR("/exports"), &none_record, &(struct none){ 0 }, &f->job));
	TRY(export_insert(tx, f));
	return audit_add(tx, "customer.export", arena_printf(a, "export:%lld", (long long)f->id),
			 arena_printf(a, "%.*s (%lld)", STR_F(f->purpose), (long long)columns));
}

static struct export_view view(struct cx *cx, const struct export_file *f)
{
	struct strs cols = { ARENA_ARRAY(CX_ARENA(cx), str, EXPORT_COLUMNS_MAX), 0 };
	for (str rest = f->cols; rest.p && cols.n < EXPORT_COLUMNS_MAX;)
		cols.v[cols.n++] = str_cut(&rest, ',');
	return (struct export_view){ .id = f->id, .job = f->job, .by = STR_NIL, .mine = f->owner == cx->viewer.user, .purpose = f->purpose,
		.audience = f->chosen, .expr = f->expr, .columns = cols, .masked = f->masked, .state = f->state, .people = f->people,
		.total = NIL, .bytes = f->bytes, .downloads = f->downloads, .created_ms = f->created, .expires_ms = f->expires,
		.error = STR_NIL };
}

static err h_new(struct cx *cx)
{
	const struct export_new *in = cx->in;
	struct export_column cols[EXPORT_COLUMNS_MAX];
	struct export_file f;
	size_t n;
	str missing, purpose = str_trim(in->purpose);
	record_init(&export_file_record, &f);
	if (!purpose.n)
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("purpose"), STR_NIL, STR_NIL);
	f.id = id_next(store_ids(cx->env->store), cx_now(cx));
	f.owner = cx->viewer.user;
	f.purpose = purpose;
	f.lang = cx->viewer.lang == LANG_EN ? STR("en") : STR("zh");
	f.masked = cx->viewer.mask_pii;
	f.scoped = cx->unit.scope;
	f.state = STR("running");
	f.created = cx_now(cx);
	TRY(codes(cx, &in->columns, &f.cols));
	TRY(export_chosen(&cx->unit, &f, cols, &n, &missing));
	if (missing.p)
		return cx_fail(cx, ERR_INPUT, T_EXPORT_COLUMN, STR("columns"), missing, STR_NIL);
	TRY(choose(cx, in, &f));
	str title = text_fill(CX_ARENA(cx), T_EXPORT_JOB, cx->viewer.lang, &(struct text_hole){ "value", f.purpose }, 1);
	TRY(WRITE_TX(&cx->unit, base(cx), start(tx, &f, title, (i64)n)));
	*(struct export_view *)cx->out = view(cx, &f);
	return OK;
}

/* ---- the list ---- */

static err is_owner(struct cx *cx, bool *ret)
{
	struct user user;
	*ret = cx->viewer.user == 0; /* the private socket */
	if (*ret)
		return OK;
	TRY(user_get(&cx->unit, cx->viewer.user, &user));
	*ret = str_eq(user.role, STR("owner"));
	return OK;
}

static err with_names(struct cx *cx, const struct export_file *rows, struct export_view *views, size_t n)
{
	struct user *users;
	size_t count;
	TRY(user_all(&cx->unit, &users, &count));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < count; k++)
			if (users[k].id == rows[i].owner)
				views[i].by = users[k].name;
	return OK;
}

/* How far its job has come, or why it ended. */
static err with_job(struct cx *cx, const struct export_file *f, struct export_view *v)
{
	struct job job;
	if (!str_eq(f->state, STR("running")) && !str_eq(f->state, STR("dropped")))
		return OK;
	TRY(job_get(&cx->unit, f->job, &job));
	v->total = job.total;
	v->error = job.error;
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct export_list_in *in = cx->in;
	struct page *page = cx->out;
	struct export_find find = { cx->viewer.user, INT64_MAX, in->limit + 1 };
	struct export_file *rows;
	size_t n;
	bool owner;
	TRY(is_owner(cx, &owner));
	if (owner)
		find.owner = -1;
	TRY(page_from(cx, in->cursor, &find.before, 1, (u64)find.owner));
	TRY(READ_SNAP(&cx->unit, base(cx), export_page(snap, &find, &rows, &n)));
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		page->next_cursor = page_next(cx, &rows[n - 1].id, 1, (u64)find.owner);
	}
	struct export_view *views = ARENA_ARRAY(CX_ARENA(cx), struct export_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		views[i] = view(cx, &rows[i]);
		TRY(with_job(cx, &rows[i], &views[i]));
	}
	TRY(with_names(cx, rows, views, n));
	page->data = (struct list){ views, n };
	page->total = NIL;
	return OK;
}

/* ---- one file ---- */

static err find_one(struct cx *cx, i64 id, struct export_file *ret)
{
	bool owner;
	err e = READ_SNAP(&cx->unit, base(cx), export_get(snap, &(struct export_key){ id }, ret));
	TRY(is_owner(cx, &owner));
	if (e == ERR_NOT_FOUND || (e == OK && !owner && ret->owner != cx->viewer.user))
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_EXPORT_ONE, cx->viewer.lang)));
	return e;
}

struct whole { char *p; size_t n, room; };

static err part_row(void *arg, const void *of)
{
	struct whole *w = arg;
	str bytes = ((const struct export_part *)of)->bytes;
	if (bytes.n > w->room - w->n)
		return ERR_IO;
	memcpy(w->p + w->n, bytes.p, bytes.n);
	w->n += bytes.n;
	return OK;
}

static err taken(struct tx *tx, const struct export_file *f)
{
	struct export_downloaded body = { f->id, tx->snap.unit->actor, f->people };
	struct arena *a = tx->snap.arena;
	TRY(export_taken(tx, &(struct export_key){ f->id }));
	if (!tx_changed(tx))
		return tx_fail(tx, ERR_STATE, T_EXPORT_GONE, STR_NIL, STR_NIL, STR_NIL);
	TRY(audit_add(tx, "customer.export.download", arena_printf(a, "export:%lld", (long long)f->id), f->purpose));
	return journal_add(tx, EV_EXPORT_DOWNLOADED, 0, tx->snap.now, &export_downloaded_record, &body, NULL);
}

/* Told before a byte goes out: what cannot be recorded is not given. */
static err h_file(struct cx *cx)
{
	struct export_file f;
	i64 id = ((const struct export_key *)cx->in)->id;
	TRY(find_one(cx, id, &f));
	if ((cx->viewer.mask_pii && !f.masked) || (cx->unit.scope && f.scoped != cx->unit.scope))
		return cx_fail(cx, ERR_FORBIDDEN, T_EXPORT_NARROWER, STR("id"), STR_NIL, STR_NIL);
	if (!str_eq(f.state, STR("done")) || (f.expires != NIL && f.expires <= cx_now(cx)))
		return cx_fail(cx, ERR_STATE, T_EXPORT_GONE, STR_NIL, STR_NIL, STR_NIL);
	struct whole w = { arena_alloc(CX_ARENA(cx), (size_t)f.bytes + 1), 0, (size_t)f.bytes };
	TRY(READ_SNAP(&cx->unit, base(cx), export_part_each(snap, &(struct export_key){ id }, part_row, &w)));
	if (w.n != w.room)
		return cx_fail(cx, ERR_STATE, T_EXPORT_GONE, STR_NIL, STR_NIL, STR_NIL);
	TRY(WRITE_TX(&cx->unit, base(cx), taken(tx, &f)));
	str day = tz_format_date(corp_day(&cx->unit, f.created), CX_ARENA(cx));
	return cx_send_csv(cx, &(struct buf){ .p = w.p, .n = w.n },
			   arena_printf(CX_ARENA(cx), "customers-%.*s-%lld.csv", STR_F(day), (long long)f.people));
}

static err take_away(struct tx *tx, const struct export_file *f)
{
	struct arena *a = tx->snap.arena;
	TRY(audit_add(tx, "customer.export.remove", arena_printf(a, "export:%lld", (long long)f->id), f->purpose));
	if (str_eq(f->state, STR("running")))
		return job_cancel(tx, f->job);
	TRY(export_state_set(tx, &(struct export_state){ f->id, STR("done"), STR("removed"), NIL }));
	return timer_set(tx, STR(EXPORT_EXPIRE), export_name(a, f->id), tx->snap.now, 0, &none_record, &(struct none){ 0 });
}

static err h_remove(struct cx *cx)
{
	struct export_file f;
	TRY(find_one(cx, ((const struct export_key *)cx->in)->id, &f));
	return WRITE_TX(&cx->unit, base(cx), take_away(tx, &f));
}

#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route export_routes[] = {
	{ "GET", "/api/v1/export-columns", "customer.export", ROUTE_SCOPE_NONE, 0, &none_record, &export_columns_view_record, h_columns,
	  "What may stand in an export, for this viewer." },
	{ "GET", "/api/v1/exports", "customer.export", ROUTE_SCOPE_NONE, ROUTE_LIST, &export_list_in_record, &export_view_record, h_list,
	  "Exports, newest first: one's own, an owner's everybody's." },
	{ "POST", "/api/v1/exports", "customer.export", SCOPED, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &export_new_record, &export_view_record,
	  h_new, "Writes people of an expression or audience to a csv file; a job." },
	{ "GET", "/api/v1/exports/{id}/file", "customer.export", SCOPED, ROUTE_RAW, &export_key_record, &none_record, h_file,
	  "The file (csv). Every download is recorded." },
	{ "DELETE", "/api/v1/exports/{id}", "customer.export", ROUTE_SCOPE_NONE, 0, &export_key_record, &none_record, h_remove,
	  "Stops an export or takes its file away; that it was made stays known." },
	{ 0 },
};
