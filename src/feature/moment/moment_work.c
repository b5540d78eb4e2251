/*
 * A version and its people, for the senders: reading them, and writing what became of them, at most JOB_STEP_ROWS people
 * a transaction. Every write names the state it replaces, so it may be repeated.
 */
#include "feature/moment/moment_int.h"

#include "base/vec.h"
#include "core/job/job.h"
#include "store/outbox.h"

static err read_version(const struct snap *s, const struct outbox_row *row, struct moment_work *w)
{
	struct moment_errand errand;
	TRY(outbox_body(s, row, &moment_errand_record, &errand));
	TRY(moment_version_get(s, &(struct moment_key){ errand.version }, &w->v));
	return moment_get(s, &(struct moment_key){ w->v.plan }, &w->plan);
}

err moment_work_open(struct cx *cx, const struct outbox_row *row, struct moment_work *ret)
{
	*ret = (struct moment_work){ .cx = cx };
	TRY(READ_SNAP(&cx->unit, row->slot, read_version(snap, row, ret)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &ret->corp));
	ret->call = (struct wecom_call){
		.wecom = cx->env->wecom, .app = &ret->corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail, .retry_at = NIL,
	};
	return OK;
}

str moment_code_of(struct moment_work *w, err e)
{
	return w->call.errcode ? arena_printf(CX_ARENA(w->cx), "%lld", (long long)w->call.errcode) : str_c(err_name(e));
}

static size_t slots_of(struct moment_work *w, i64 **ret)
{
	*ret = ARENA_ARRAY(CX_ARENA(w->cx), i64, SLOT_COUNT);
	return slots_of_corp(w->cx->env->store, w->cx->unit.corp, *ret, SLOT_COUNT);
}

err moment_work_people(struct moment_work *w, i64 staff, const char *state, size_t limit, struct moment_member **ret, size_t *ret_count)
{
	VEC(struct moment_member) list = { 0 };
	i64 *slots;
	size_t slot_count = slots_of(w, &slots);
	for (size_t s = 0; s < slot_count && list.n < limit; s++) {
		struct moment_people of = { w->plan.id, w->v.n, staff, str_c(state), 0, (i64)(limit - list.n) };
		struct moment_person *rows;
		size_t n;
		TRY(READ_SNAP(&w->cx->unit, slots[s], moment_people_of(snap, &of, &rows, &n)));
		for (size_t i = 0; i < n; i++)
			vec_push(CX_ARENA(w->cx), &list, (struct moment_member){ slots[s], rows[i] });
	}
	*ret = list.v;
	*ret_count = list.n;
	return OK;
}

static err settle(struct tx *tx, const struct moment_work *w, const struct moment_fate *f)
{
	bool seen = !strcmp(f->state, "visible"), failed = !strcmp(f->state, "failed");
	struct reach_event body = {
		.channel = STR("wecom"), .class = STR("marketing"), .by = STR("moment"), .by_id = w->plan.id, .staff = f->who->row.staff,
		.reason = seen ? STR_NIL : f->reason, .key = moment_claim_key(tx->snap.arena, w->plan.id), .how = STR("moment"), .content = w->plan.kind,
	};
	if (!seen)
		TRY(reach_release(tx, f->who->row.customer, body.key));
	if (!seen && !failed)
		return OK;
	return journal_add(tx, seen ? EV_REACH_SENT : EV_REACH_FAILED, f->who->row.customer, f->at, &reach_event_record, &body, NULL);
}

static err end_some(struct tx *tx, const struct moment_work *w, const struct moment_fate *const *fates, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct moment_person row = fates[i]->who->row;
		row.state = str_c(fates[i]->state);
		row.reason = fates[i]->reason;
		row.seen_at = str_eq_c(row.state, "visible") ? fates[i]->at : NIL;
		TRY(moment_person_end(tx, &row));
		if (tx_changed(tx))
			TRY(settle(tx, w, fates[i]));
	}
	return OK;
}

err moment_work_end(struct moment_work *w, const struct moment_fate *fates, size_t count)
{
	const struct moment_fate **group = ARENA_ARRAY(CX_ARENA(w->cx), const struct moment_fate *, count + 1);
	i64 *slots;
	size_t slot_count = slots_of(w, &slots);
	for (size_t s = 0; s < slot_count; s++) {
		size_t n = 0;
		for (size_t i = 0; i < count; i++)
			if (fates[i].who->slot == slots[s])
				group[n++] = &fates[i];
		for (size_t from = 0; from < n; from += JOB_STEP_ROWS)
			TRY(WRITE_TX(&w->cx->unit, slots[s], end_some(tx, w, group + from, n - from < JOB_STEP_ROWS ? n - from : JOB_STEP_ROWS)));
	}
	return OK;
}

err moment_work_end_rest(struct moment_work *w, i64 staff, const char *state, str reason)
{
	size_t n;
	do {
		struct arena_mark mark = arena_mark(CX_ARENA(w->cx));
		struct moment_member *people;
		TRY(moment_work_people(w, staff, "on", JOB_STEP_ROWS, &people, &n));
		struct moment_fate *fates = ARENA_ARRAY(CX_ARENA(w->cx), struct moment_fate, n + 1);
		for (size_t i = 0; i < n; i++)
			fates[i] = (struct moment_fate){ &people[i], state, reason, cx_now(w->cx) };
		TRY(moment_work_end(w, fates, n));
		arena_reset(CX_ARENA(w->cx), mark);
	} while (n == JOB_STEP_ROWS);
	return OK;
}

err moment_work_tell(struct moment_work *w, bool closed, struct outcome *ret, struct moment_total *ret_total)
{
	struct moment_result *r = ARENA_NEW(CX_ARENA(w->cx), struct moment_result);
	struct moment_total *rows;
	size_t n;
	*ret_total = (struct moment_total){ .version = w->v.id };
	TRY(READ_SNAP(&w->cx->unit, slot_base(w->cx->env->store, w->cx->unit.corp), moment_totals(snap, &(struct moment_key){ w->plan.id }, &rows, &n)));
	for (size_t i = 0; i < n; i++)
		if (rows[i].version == w->v.id)
			*ret_total = rows[i];
	const struct moment_total *t = ret_total;
	*r = (struct moment_result){ w->plan.id, w->v.id, t->senders, t->posted, t->visible, t->likes, t->comments, closed };
	*ret = (struct outcome){ .event = EV_MOMENT_RESULT, .record = &moment_result_record, .body = r };
	return OK;
}
