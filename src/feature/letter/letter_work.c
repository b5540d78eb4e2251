/*
 * letter's tasks and their people: reading them, and writing what became of them. Every write names the state it
 * replaces, so it may be repeated.
 */
#include "feature/letter/letter_work.h"

#include "base/vec.h"
#include "core/job/job.h"
#include "store/outbox.h"

static err read_task(const struct snap *s, const struct outbox_row *row, struct letter_work *w)
{
	struct letter_errand errand;
	TRY(outbox_body(s, row, &letter_errand_record, &errand));
	TRY(letter_task_get(s, &(struct letter_id){ errand.task }, &w->t));
	return staff_get(s, w->t.staff, &w->staff);
}

err letter_work_open(struct cx *cx, const struct outbox_row *row, struct letter_work *ret)
{
	*ret = (struct letter_work){ .cx = cx };
	TRY(READ_SNAP(&cx->unit, row->slot, read_task(snap, row, ret)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &ret->corp));
	content_read(CX_ARENA(cx), ret->t.content, &ret->content);
	ret->call = (struct wecom_call){
		.wecom = cx->env->wecom, .app = &ret->corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail, .retry_at = NIL,
	};
	return OK;
}

static size_t slots_of(struct letter_work *w, i64 **ret)
{
	*ret = ARENA_ARRAY(CX_ARENA(w->cx), i64, SLOT_COUNT);
	return slots_of_corp(w->cx->env->store, w->cx->unit.corp, *ret, SLOT_COUNT);
}

err letter_work_people(struct letter_work *w)
{
	struct arena *a = CX_ARENA(w->cx);
	struct letter_errand task = { w->t.id };
	VEC(struct letter_person) list = { 0 };
	i64 *slots;
	size_t slot_count = slots_of(w, &slots);
	for (size_t s = 0; s < slot_count; s++) {
		struct letter *rows;
		size_t n = 0;
		TRY(READ_SNAP(&w->cx->unit, slots[s], letter_people(snap, &task, &rows, &n)));
		for (size_t i = 0; i < n; i++)
			vec_push(a, &list, (struct letter_person){ slots[s], rows[i], NULL });
	}
	w->people = list.v;
	w->count = list.n;
	w->by_external = map_new(a);
	for (size_t i = 0; i < w->count; i++) {
		w->people[i].twin = map_get(&w->by_external, w->people[i].row.external_userid);
		map_put(&w->by_external, w->people[i].row.external_userid, &w->people[i]);
	}
	return OK;
}

static err end_some(struct tx *tx, const struct letter_fate *const *fates, size_t n)
{
	for (size_t i = 0; i < n; i++)
		TRY(letter_ended(tx, &fates[i]->who->row, fates[i]->state, fates[i]->reason, fates[i]->at));
	return OK;
}

err letter_work_end(struct letter_work *w, const struct letter_fate *fates, size_t count)
{
	const struct letter_fate **group = ARENA_ARRAY(CX_ARENA(w->cx), const struct letter_fate *, count ? count : 1);
	i64 *slots;
	size_t slot_count = slots_of(w, &slots);
	for (size_t s = 0; s < slot_count; s++) {
		size_t n = 0;
		for (size_t i = 0; i < count; i++)
			if (fates[i].who->slot == slots[s] && letter_on_the_way(fates[i].who))
				group[n++] = &fates[i];
		for (size_t from = 0; from < n; from += JOB_STEP_ROWS) {
			size_t some = n - from < JOB_STEP_ROWS ? n - from : JOB_STEP_ROWS;
			TRY(WRITE_TX(&w->cx->unit, slots[s], end_some(tx, group + from, some)));
		}
	}
	for (size_t i = 0; i < count; i++)
		if (letter_on_the_way(fates[i].who))
			fates[i].who->row.state = str_c(fates[i].state);
	return OK;
}

err letter_each_slot(struct letter_work *w, err (*fn)(struct tx *tx, const struct letter_errand *task))
{
	struct letter_errand task = { w->t.id };
	i64 *slots;
	size_t n = slots_of(w, &slots);
	for (size_t i = 0; i < n; i++)
		TRY(WRITE_TX(&w->cx->unit, slots[i], fn(tx, &task)));
	return OK;
}

static void count_state(struct letter_result *r, const struct letter_tally *t)
{
	if (str_eq_c(t->state, "delivered")) {
		r->delivered += t->n;
		r->late += t->wish ? t->n : 0;
	} else if (str_eq_c(t->state, "not_friend")) {
		r->not_friend += t->n;
	} else if (str_eq_c(t->state, "quota")) {
		r->quota += t->n;
	} else if (str_eq_c(t->state, "failed") || str_eq_c(t->state, "refused")) {
		r->failed += t->n;
	} else if (str_eq_c(t->state, "expired") || str_eq_c(t->state, "moved")) {
		r->expired += t->n;
	} else if (str_eq_c(t->state, "stopped")) {
		r->stopped += t->n;
	} else {
		r->open += t->n;
	}
}

err letter_work_tell(struct letter_work *w, ms confirmed_at, bool closed, struct outcome *ret, i64 *ret_open)
{
	struct letter_result *r = ARENA_NEW(CX_ARENA(w->cx), struct letter_result);
	struct letter_errand task = { w->t.id };
	struct letter_tally *rows;
	const struct letter_task *t = &w->t;
	size_t n;
	*r = (struct letter_result){ .task = t->id, .confirmed_at = confirmed_at };
	TRY(READ_SNAP(&w->cx->unit, slot_base(w->cx->env->store, w->cx->unit.corp), letter_tallies(snap, &task, &rows, &n)));
	for (size_t i = 0; i < n; i++)
		count_state(r, &rows[i]);
	*ret_open = r->open;
	r->closed = closed || r->open == 0;
	if (r->closed || confirmed_at != t->confirmed_at || r->delivered != t->delivered || r->not_friend != t->not_friend ||
	    r->quota != t->quota || r->failed != t->failed)
		*ret = (struct outcome){ .event = EV_LETTER_RESULT, .record = &letter_result_record, .body = r };
	return OK;
}
