/*
 * job: queueing, saving and running.
 *
 * A thread claims the job that waited longest, runs steps of it for one slice, and lets go. The lease is
 * real monotonic time, so a thread that died is replaced after JOB_LEASE_MS and a restart forgets all
 * leases; steps are idempotent up to their saved cursor, so a second run of one is harmless.
 */
#include "core/job/job_data.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/job/job_http.h"

#define JOB_SLICE_MS ((ms)250)
#define JOB_LEASE_MS (10 * MS_MINUTE)
#define JOB_TRIES_MAX 8 /* faults in a row that may pass, before it is given up */
#define JOB_BACKOFF_MS MS_SECOND /* doubles with each */
#define JOB_CURSOR_MAX ((size_t)1 << 20)

/* ---- queueing ---- */

static str json_of(struct arena *a, const struct record *record, const void *of)
{
	struct buf b = buf_new(a, JOB_CURSOR_MAX);
	if (record)
		record_write(&b, record, of);
	else
		buf_add_c(&b, "{}");
	ASSERT(!b.over);
	return buf_str(&b);
}

err job_add(struct tx *tx, const char *kind, str title, str link, const struct record *input, const void *of, i64 *ret_id)
{
	struct unit *u = tx->snap.unit;
	struct job_row row;
	record_init(&job_row_record, &row);
	row.id = id_next(store_ids(u->store), tx->snap.now);
	row.kind = str_c(kind);
	row.title = title;
	row.actor_kind = u->actor_kind;
	row.actor = u->actor;
	row.state = STR("queued");
	row.created = tx->snap.now;
	row.link = link;
	row.input = json_of(tx->snap.arena, input, of);
	row.cursor = STR("{}");
	row.log = STR("[]");
	TRY(job_insert(tx, &row));
	tx_wake(tx, WAKE_JOB);
	if (ret_id)
		*ret_id = row.id;
	return OK;
}

/* ---- reading ---- */

static str by_of(struct arena *a, const struct job_row *r)
{
	static const char *const kinds[] = { "system", "user", "staff", "customer", "import", "wecom", "api" };
	if (r->user_name.p)
		return r->user_name;
	return str_c(r->actor_kind >= 0 && r->actor_kind < (i64)ARRAY_LEN(kinds) ? kinds[r->actor_kind] : "?");
}

struct job job_of_row(struct arena *a, const struct job_row *r)
{
	return (struct job){ .id = r->id, .kind = r->kind, .title = r->title, .by = by_of(a, r), .state = r->state,
		.done = r->done, .total = r->total, .failed = r->failed, .skipped = r->skipped, .created = r->created,
		.started = r->started, .finished = r->finished, .link = r->link, .error = r->error, .input = r->input,
		.cursor = r->cursor, .log = r->log };
}

static err row_get(struct unit *u, i64 id, struct job_row *ret)
{
	struct job_key key = { id };
	err e = READ_SNAP(u, slot_base(u->store, u->corp), job_row_get(snap, &key, ret));
	return e == ERR_NOT_FOUND ? fail_set(&u->fail, e, T_JOB_UNKNOWN, STR_NIL, STR_NIL, STR_NIL) : e;
}

err job_get(struct unit *u, i64 id, struct job *ret)
{
	struct job_row row;
	TRY(row_get(u, id, &row));
	*ret = job_of_row(u->arena, &row);
	return OK;
}

static err read_json(struct cx *cx, str text, const struct record *record, void *ret)
{
	struct json *tree;
	TRY(json_parse(text, CX_ARENA(cx), &tree, &cx->unit.fail));
	record_read(record, tree, ret, CX_ARENA(cx));
	return OK;
}

err job_input(struct cx *cx, const struct job *job, const struct record *record, void *ret)
{
	return read_json(cx, job->input, record, ret);
}

err job_cursor(struct cx *cx, const struct job *job, const struct record *record, void *ret)
{
	if (str_eq(job->cursor, STR("{}"))) {
		memset(ret, 0, record->size);
		return OK;
	}
	return read_json(cx, job->cursor, record, ret);
}

/* ---- a step's own ---- */

void job_log(struct cx *cx, struct job *job, str line)
{
	struct json *old;
	struct buf b = buf_new(CX_ARENA(cx), JOB_CURSOR_MAX);
	size_t from = 0, n = 0;
	if (json_parse(job->log, CX_ARENA(cx), &old, NULL) == OK && old->type == JSON_ARRAY)
		n = old->n;
	if (n >= JOB_LOG_LINES)
		from = n - JOB_LOG_LINES + 1;
	buf_char(&b, '[');
	for (size_t i = from; i < n; i++) {
		buf_json(&b, old->items[i].text);
		buf_char(&b, ',');
	}
	buf_json(&b, line);
	buf_char(&b, ']');
	job->log = buf_str(&b);
}

err job_save(struct tx *tx, struct job *job, const struct record *cursor, const void *of)
{
	if (cursor)
		job->cursor = json_of(tx->snap.arena, cursor, of);
	struct job_row row = { .id = job->id, .cursor = job->cursor, .done = job->done, .total = job->total,
		.failed = job->failed, .skipped = job->skipped, .log = job->log };
	TRY(job_progress(tx, &row));
	return tx_changed(tx) ? OK : tx_fail(tx, ERR_STATE, T_JOB_ENDED, STR_NIL, STR_NIL, STR_NIL);
}

static const struct job_kind *kind_of(const struct env *env, str name)
{
	for (size_t i = 0; env->modules[i]; i++) {
		for (const struct job_kind *k = env->modules[i]->jobs; k && k->kind; k++) {
			if (str_eq_c(name, k->kind))
				return k;
		}
	}
	return NULL;
}

/* Tells the kind, when its work is given up. */
static err tell_dropped(struct tx *tx, const struct job_row *row)
{
	const struct env *env = tx->snap.unit->env;
	const struct job_kind *kind = env ? kind_of(env, row->kind) : NULL;
	if (!kind || !kind->dropped)
		return OK;
	struct job job = job_of_row(tx->snap.arena, row);
	return kind->dropped(tx, &job);
}

err job_cancel(struct tx *tx, i64 id)
{
	struct job_key key = { id };
	struct job_row row;
	TRY(job_stop(tx, &key));
	if (!tx_changed(tx))
		return tx_fail(tx, ERR_STATE, T_JOB_ENDED, STR_NIL, STR_NIL, STR_NIL);
	TRY(job_row_get(&tx->snap, &key, &row));
	return tell_dropped(tx, &row);
}

/* ---- running ---- */

/* A fault that may pass waits and is tried again, one that says until when not before, and as often as it takes; any
 * other ends the job with its sentence. */
static struct job_end end_of(struct cx *cx, const struct job_row *row, err e)
{
	struct job_end end = { .id = row->id, .finished = NIL, .error = STR_NIL, .state = STR("running"), .due = cx_now(cx) };
	if (e == OK) {
		end.state = STR("done");
		end.finished = cx_now(cx);
		return end;
	}
	end.error = fail_text(&cx->unit.fail, LANG_ZH, CX_ARENA(cx));
	if (e == ERR_TOO_MANY && cx->unit.fail.retry_at > end.due) {
		end.tries = row->tries;
		end.due = cx->unit.fail.retry_at;
		return end;
	}
	if (err_retryable(e) && row->tries < JOB_TRIES_MAX) {
		end.tries = row->tries + 1;
		end.due = cx_now(cx) + (JOB_BACKOFF_MS << row->tries);
		return end;
	}
	end.state = STR("failed");
	end.finished = cx_now(cx);
	return end;
}

static err finish(struct tx *tx, const struct job_row *row, const struct job_end *end)
{
	TRY(job_finish(tx, end));
	return tx_changed(tx) && str_eq(end->state, STR("failed")) ? tell_dropped(tx, row) : OK;
}

/* Steps until the slice is over; *ret_over: the job has ended or must wait. */
static err slice(struct cx *cx, const struct job_kind *kind, struct job_row *row, bool *ret_over)
{
	ms until = clock_mono() + JOB_SLICE_MS;
	struct arena_mark mark = arena_mark(CX_ARENA(cx));
	for (;;) {
		bool done = false;
		TRY(row_get(&cx->unit, row->id, row));
		*ret_over = !str_eq(row->state, STR("running"));
		if (*ret_over)
			return OK;
		struct job job = job_of_row(CX_ARENA(cx), row);
		err e = kind->step(cx, &job, &done);
		if (e != OK || done) {
			struct job_end end = end_of(cx, row, e);
			*ret_over = true;
			if (e != OK && cx->unit.fail.text != T_JOB_ENDED && !cx->unit.fail.retry_at)
				log_fail("job.step", &cx->unit.fail, row->kind);
			return WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), finish(tx, row, &end));
		}
		if (clock_mono() >= until)
			return OK;
		arena_reset(CX_ARENA(cx), mark);
	}
}

static err run(struct cx *cx, i64 id)
{
	struct job_row row;
	struct job_key key = { id };
	struct job_end end = { .id = id, .state = STR("failed"), .finished = cx_now(cx), .due = cx_now(cx) };
	bool over = false;
	TRY(row_get(&cx->unit, id, &row));
	const struct job_kind *kind = kind_of(cx->env, row.kind);
	if (!kind) {
		end.error = text_fill(CX_ARENA(cx), T_ERR_UNAVAILABLE, LANG_ZH, &(struct text_hole){ "value", row.kind }, 1);
		return WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), job_finish(tx, &end));
	}
	cx->unit.actor_kind = (enum actor_kind)row.actor_kind;
	cx->unit.actor = row.actor;
	TRY(slice(cx, kind, &row, &over));
	return over ? OK : WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), job_release(tx, &key));
}

static err claim(struct tx *tx, const struct job_lease *lease, bool *ret_mine)
{
	TRY(job_claim(tx, lease));
	*ret_mine = tx_changed(tx) > 0;
	return OK;
}

err job_run_one(struct env *env, struct arena *a, bool *ret_worked)
{
	struct unit u = unit_new(env->store, a, 0, "job");
	struct job_pick pick = { clock_mono() };
	struct job_picked picked;
	bool mine = false;
	*ret_worked = false;
	err e = READ_SNAP(&u, 0, job_next(snap, &pick, &picked));
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	*ret_worked = true;
	struct cx cx = cx_system(env, a, picked.corp, "job");
	struct job_lease lease = { picked.id, pick.mono, pick.mono + JOB_LEASE_MS,
				   id_next(store_ids(env->store), cx_now(&cx)) };
	TRY(WRITE_TX(&cx.unit, slot_base(env->store, picked.corp), claim(tx, &lease, &mine)));
	return mine ? run(&cx, picked.id) : OK;
}

err job_next_due(struct unit *u, ms *ret)
{
	struct none none = { 0 };
	struct job_due due;
	TRY(READ_SNAP(u, 0, job_due_next(snap, &none, &due)));
	*ret = due.due;
	return OK;
}
