/*
 * Jobs over HTTP: the list, one of them, and the stop button.
 */
#include "core/job/job_http.h"

#include "core/audit/audit.h"
#include "core/perm/perm.h"

#define JOB_VIEW_FIELDS(F, S)                                                      \
	F(S, ID, id) F(S, STR, kind) F(S, STR, title) F(S, STR, by) F(S, STR, state) \
	F(S, I64, done) F(S, I64, total, .opt = true) F(S, I64, failed) F(S, I64, skipped) \
	F(S, F64, rate, .doc = "rows a second since it began") F(S, MS, eta_ms, .opt = true) \
	F(S, MS, created_ms) F(S, MS, finished_ms, .opt = true) F(S, STR, link, .opt = true) \
	F(S, STR, error, .opt = true) F(S, JSON, log)
RECORD(job_view, JOB_VIEW_FIELDS);

#define JOB_LIST_IN_FIELDS(F, S)                                                   \
	F(S, STR, state, .opt = true, .one_of = "queued,running,paused,cancelled,done,failed") \
	F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(job_list_in, JOB_LIST_IN_FIELDS);

static struct job_view view(struct cx *cx, const struct job_row *r)
{
	struct job j = job_of_row(CX_ARENA(cx), r);
	struct job_view v = { .id = j.id, .kind = j.kind, .title = j.title, .by = j.by, .state = j.state, .done = j.done,
		.total = j.total, .failed = j.failed, .skipped = j.skipped, .eta_ms = NIL, .created_ms = j.created,
		.finished_ms = j.finished, .link = j.link, .error = j.error, .log = j.log };
	ms until = j.finished != NIL ? j.finished : cx_now(cx);
	if (j.started != NIL && until > j.started)
		v.rate = (double)j.done * 1000 / (double)(until - j.started);
	if (j.finished == NIL && j.total != NIL && j.total >= j.done && v.rate > 0)
		v.eta_ms = (ms)((double)(j.total - j.done) * 1000 / v.rate);
	return v;
}

static err list(struct cx *cx)
{
	const struct job_list_in *in = cx->in;
	struct page *page = cx->out;
	struct job_find find = { in->state.p ? in->state : STR(""), INT64_MAX, in->limit + 1 };
	struct job_row *rows;
	size_t n;
	TRY(page_from(cx, in->cursor, &find.before, 1, str_hash(find.state)));
	TRY(READ_SNAP(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), job_page(snap, &find, &rows, &n)));
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		page->next_cursor = page_next(cx, &rows[n - 1].id, 1, str_hash(find.state));
	}
	struct job_view *out = ARENA_ARRAY(CX_ARENA(cx), struct job_view, n);
	for (size_t i = 0; i < n; i++)
		out[i] = view(cx, &rows[i]);
	page->data = (struct list){ out, n };
	page->total = NIL;
	return OK;
}

static err show(struct cx *cx, i64 id)
{
	struct job_row row;
	struct job_key key = { id };
	err e = READ_SNAP(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), job_row_get(snap, &key, &row));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_JOB_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
	TRY(e);
	*(struct job_view *)cx->out = view(cx, &row);
	return OK;
}

static err get(struct cx *cx)
{
	return show(cx, ((const struct job_key *)cx->in)->id);
}

static err stop(struct tx *tx, i64 id)
{
	TRY(job_cancel(tx, id));
	return audit_add(tx, "job.cancel", arena_printf(tx->snap.arena, "job:%lld", (long long)id), STR_NIL);
}

static err cancel(struct cx *cx)
{
	i64 id = ((const struct job_key *)cx->in)->id;
	struct job job;
	TRY(job_get(&cx->unit, id, &job));
	TRY(WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), stop(tx, id)));
	return show(cx, id);
}

const struct route job_routes[] = {
	{ "GET", "/api/v1/jobs", "job.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &job_list_in_record, &job_view_record, list,
	  "Long work, newest first" },
	{ "GET", "/api/v1/jobs/{id}", "job.read", ROUTE_SCOPE_NONE, 0, &job_key_record, &job_view_record, get,
	  "One job with its progress and last log lines" },
	{ "POST", "/api/v1/jobs/{id}/cancel", "job.write", ROUTE_SCOPE_NONE, 0, &job_key_record, &job_view_record, cancel,
	  "Stops a job after the step it is at" },
	{ 0 },
};
