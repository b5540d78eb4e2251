/*
 * value's job: the fit, then every person by pages, each page one transaction of its slot; and the nights.
 *
 * The first step may take seconds, but holds neither a transaction nor a snapshot while it computes. A page
 * done twice writes nothing the second time, so the cursor may be saved behind it.
 */
#include "feature/value/value_fit.h"

#include "core/audience/audience.h"
#include "core/audience/audience_snapshot.h"
#include "core/corp/corp.h"
#include "core/corp/corp_night.h"

#define PAGE_ROWS 500

#define VALUE_CURSOR_FIELDS(F, S) F(S, BOOL, fitted) F(S, I64, slot) F(S, ID, after)
RECORD(value_cursor, VALUE_CURSOR_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- one at a time ---- */

static bool at_work(const struct job *job)
{
	return str_eq_c(job->state, "queued") || str_eq_c(job->state, "running") || str_eq_c(job->state, "paused");
}

err value_running(struct unit *u, i64 *ret_job)
{
	struct value_run run = { 0 };
	struct job job;
	*ret_job = 0;
	err e = READ_SNAP(u, slot_base(u->store, u->corp), value_run_get(snap, &(struct none){ 0 }, &run));
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	struct fail before = u->fail;
	e = job_get(u, run.job, &job);
	if (e == ERR_NOT_FOUND)
		u->fail = before;
	else
		TRY(e);
	*ret_job = e == OK && at_work(&job) ? run.job : 0;
	return OK;
}

err value_queue(struct tx *tx, i64 *ret_job)
{
	str title = str_c(text_raw(T_VALUE_JOB, LANG_ZH));
	TRY(job_add(tx, VALUE_JOB, title, STR("/value"), NULL, NULL, ret_job));
	return value_run_put(tx, &(struct value_run){ *ret_job });
}

/* ---- steps ---- */

static err keep_fit(struct tx *tx, const struct value_fit_new *fit, struct job *job, const struct value_cursor *at)
{
	TRY(value_fit_put(tx, fit));
	TRY(value_fits_prune(tx, &(struct value_fit_find){ 0, VALUE_FITS_KEPT }));
	return job_save(tx, job, &value_cursor_record, at);
}

static str said(struct arena *a, const struct value_fit_new *f)
{
	return text_fill(a, str_eq_c(f->state, "fitted") ? T_VALUE_LOG_FITTED : T_VALUE_LOG_FEW, LANG_ZH,
			 (struct text_hole[]){ { "value", arena_printf(a, "%lld", (long long)f->customers) },
					       { "limit", arena_printf(a, "%lld", (long long)f->repeaters) } }, 2);
}

static err step_fit(struct cx *cx, struct job *job, struct value_cursor *at)
{
	struct value_fit_new fit;
	TRY(value_fit_run(cx, job, &fit));
	fit.id = id_next(store_ids(cx->env->store), cx_now(cx));
	at->fitted = true;
	at->after = INT64_MIN + 1;
	job_log(cx, job, said(CX_ARENA(cx), &fit));
	return WRITE_TX(&cx->unit, base(cx), keep_fit(tx, &fit, job, at));
}

static err score_page(struct tx *tx, i64 after, i64 today, i64 **ret_changed, size_t *ret_count, size_t *ret_seen, i64 *ret_last)
{
	struct value_model model;
	struct value_person *v;
	size_t n, count = 0;
	bool any;
	TRY(value_model_get(&tx->snap, &model, &any));
	TRY(value_people(&tx->snap, &(struct value_after){ after, PAGE_ROWS }, &v, &n));
	i64 *changed = ARENA_ARRAY(tx->snap.arena, i64, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct value_history h = value_history_of(&v[i]);
		bool differs;
		TRY(value_score_person(tx, &model, &h, v[i].customer, today, true, &differs));
		if (differs)
			changed[count++] = v[i].customer;
	}
	if (count)
		TRY(audience_stamp(tx));
	if (n < PAGE_ROWS)
		TRY(value_scores_prune(tx, &(struct none){ 0 }));
	*ret_last = n ? v[n - 1].customer : after;
	*ret_changed = changed;
	*ret_count = count;
	*ret_seen = n;
	return OK;
}

static err step_score(struct cx *cx, struct job *job, struct value_cursor *at, bool *ret_done)
{
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT), *changed = NULL, last = at->after;
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT), count = 0, seen = 0;
	if (at->slot >= (i64)n) {
		*ret_done = true;
		return OK;
	}
	i64 today = corp_day(&cx->unit, cx_now(cx));
	TRY(WRITE_TX(&cx->unit, slots[at->slot], score_page(tx, at->after, today, &changed, &count, &seen, &last)));
	TRY(audience_changed(&cx->unit, changed, count));
	job->done += (i64)seen;
	at->after = seen < PAGE_ROWS ? INT64_MIN + 1 : last;
	at->slot += seen < PAGE_ROWS;
	return WRITE_TX(&cx->unit, base(cx), job_save(tx, job, &value_cursor_record, at));
}

err value_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct value_cursor at;
	TRY(job_cursor(cx, job, &value_cursor_record, &at));
	return at.fitted ? step_score(cx, job, &at, ret_done) : step_fit(cx, job, &at);
}

/* ---- nights ---- */

err value_arm(struct cx *cx) { return night_arm(cx, VALUE_NIGHT, VALUE_HOUR * MS_HOUR); }

/* Corps made before this was here get their nights too. */
err value_start(struct env *env, struct fail *f) { return night_arm_all(env, VALUE_NIGHT, VALUE_HOUR * MS_HOUR, f); }

static err begin_night(struct tx *tx, const struct timer_row *row, bool free)
{
	bool taken;
	i64 job;
	TRY(night_take(tx, row, VALUE_HOUR * MS_HOUR, &taken));
	return taken && free ? value_queue(tx, &job) : OK;
}

err value_night(struct cx *cx, const struct timer_row *row)
{
	i64 running;
	TRY(value_running(&cx->unit, &running));
	return WRITE_TX(&cx->unit, row->slot, begin_night(tx, row, !running));
}
