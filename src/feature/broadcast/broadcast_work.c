/*
 * A part and its people, for the senders.
 *
 * Every write names the state it replaces, so it may be repeated: after a crash the same page is read
 * again and changes nothing. At most JOB_STEP_ROWS people a transaction.
 */
#include "feature/broadcast/broadcast_work.h"

#include "base/vec.h"
#include "core/job/job.h"
#include "core/reach/reach.h"
#include "store/outbox.h"

static err read_part(const struct snap *s, const struct outbox_row *row, struct broadcast_work *w)
{
	struct broadcast_errand errand;
	TRY(outbox_body(s, row, &broadcast_errand_record, &errand));
	TRY(broadcast_part_get(s, &(struct broadcast_key){ errand.part }, &w->part));
	return broadcast_get(s, &(struct broadcast_key){ w->part.broadcast }, &w->b);
}

err broadcast_work_open(struct cx *cx, const struct outbox_row *row, struct broadcast_work *ret)
{
	*ret = (struct broadcast_work){ .cx = cx };
	TRY(READ_SNAP(&cx->unit, row->slot, read_part(snap, row, ret)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &ret->corp));
	ret->call = (struct wecom_call){
		.wecom = cx->env->wecom, .app = &ret->corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail, .retry_at = NIL,
	};
	return OK;
}

static size_t slots_of(struct broadcast_work *w, i64 **ret)
{
	struct store *st = w->cx->env->store;
	*ret = ARENA_ARRAY(CX_ARENA(w->cx), i64, SLOT_COUNT);
	return slots_of_corp(st, w->cx->unit.corp, *ret, SLOT_COUNT);
}

static struct broadcast_members members_of(const struct broadcast_work *w)
{
	return (struct broadcast_members){ w->b.id, w->part.staff, w->part.n };
}

err broadcast_work_people(struct broadcast_work *w)
{
	struct arena *a = CX_ARENA(w->cx);
	struct broadcast_members of = members_of(w);
	VEC(struct broadcast_member) list = { 0 };
	i64 *slots;
	size_t slot_count = slots_of(w, &slots);
	for (size_t s = 0; s < slot_count; s++) {
		struct broadcast_person *rows;
		size_t n = 0;
		TRY(READ_SNAP(&w->cx->unit, slots[s], broadcast_people_of(snap, &of, &rows, &n)));
		for (size_t i = 0; i < n; i++)
			vec_push(a, &list, (struct broadcast_member){ slots[s], rows[i] });
	}
	w->people = list.v;
	w->count = list.n;
	w->by_external = map_new(a);
	for (size_t i = 0; i < w->count; i++)
		map_put(&w->by_external, w->people[i].row.external_userid, &w->people[i]);
	return OK;
}

static err tell_reach(struct tx *tx, const struct broadcast_work *w, const struct broadcast_end *end)
{
	bool sent = str_eq_c(STR("delivered"), end->state);
	bool failed = str_eq_c(STR("not_friend"), end->state) || str_eq_c(STR("quota"), end->state) || str_eq_c(STR("failed"), end->state);
	struct reach_event body = {
		.channel = STR("wecom"), .class = STR("marketing"), .by = STR("broadcast"), .by_id = w->b.id,
		.staff = w->part.staff, .reason = sent ? STR_NIL : str_is_nil(end->reason) ? str_c(end->state) : end->reason,
		.key = broadcast_claim_key(tx->snap.arena, w->b.id), .how = STR("mass"), .content = w->b.kind,
	};
	if (!sent && !failed) /* nothing was tried with her */
		return reach_release(tx, end->who->row.customer, body.key);
	return journal_add(tx, sent ? EV_REACH_SENT : EV_REACH_FAILED, end->who->row.customer, end->at,
			   &reach_event_record, &body, NULL);
}

static err end_group(struct tx *tx, const struct broadcast_work *w, const struct broadcast_end *const *ends, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct broadcast_person row = ends[i]->who->row;
		row.state = str_c(ends[i]->state);
		row.reason = ends[i]->reason;
		row.sent_at = str_eq_c(row.state, "delivered") ? ends[i]->at : NIL;
		TRY(broadcast_person_end(tx, &row));
		if (tx_changed(tx))
			TRY(tell_reach(tx, w, ends[i]));
	}
	return OK;
}

static bool on_the_way(const struct broadcast_member *m)
{
	return str_eq_c(m->row.state, "planned") || str_eq_c(m->row.state, "created");
}

err broadcast_work_end(struct broadcast_work *w, const struct broadcast_end *ends, size_t count)
{
	const struct broadcast_end **group = ARENA_ARRAY(CX_ARENA(w->cx), const struct broadcast_end *, count ? count : 1);
	i64 *slots;
	size_t slot_count = slots_of(w, &slots);
	for (size_t s = 0; s < slot_count; s++) {
		size_t n = 0;
		for (size_t i = 0; i < count; i++)
			if (ends[i].who->slot == slots[s] && on_the_way(ends[i].who))
				group[n++] = &ends[i];
		for (size_t from = 0; from < n; from += JOB_STEP_ROWS) {
			size_t some = n - from < JOB_STEP_ROWS ? n - from : JOB_STEP_ROWS;
			TRY(WRITE_TX(&w->cx->unit, slots[s], end_group(tx, w, group + from, some)));
		}
	}
	for (size_t i = 0; i < count; i++)
		if (on_the_way(ends[i].who))
			ends[i].who->row.state = str_c(ends[i].state);
	return OK;
}

err broadcast_work_end_rest(struct broadcast_work *w, const char *state, str reason)
{
	struct broadcast_end *ends = ARENA_ARRAY(CX_ARENA(w->cx), struct broadcast_end, w->count ? w->count : 1);
	size_t n = 0;
	for (size_t i = 0; i < w->count; i++)
		if (on_the_way(&w->people[i]))
			ends[n++] = (struct broadcast_end){ &w->people[i], state, reason, cx_now(w->cx) };
	return broadcast_work_end(w, ends, n);
}

err broadcast_work_made(struct broadcast_work *w, struct strs refused)
{
	struct broadcast_members of = members_of(w);
	struct broadcast_end *ends = ARENA_ARRAY(CX_ARENA(w->cx), struct broadcast_end, refused.n ? refused.n : 1);
	size_t n = 0;
	i64 *slots;
	for (size_t i = 0; i < refused.n; i++) {
		struct broadcast_member *m = map_get(&w->by_external, refused.v[i]);
		if (m)
			ends[n++] = (struct broadcast_end){ m, "failed", STR("fail_list"), cx_now(w->cx) };
	}
	TRY(broadcast_work_end(w, ends, n));
	size_t slot_count = slots_of(w, &slots);
	for (size_t s = 0; s < slot_count; s++)
		TRY(WRITE_TX(&w->cx->unit, slots[s], broadcast_people_made(tx, &of)));
	return OK;
}

static void count_state(struct broadcast_result *r, const struct broadcast_tally *t)
{
	if (str_eq_c(t->state, "delivered"))
		r->delivered += t->n;
	else if (str_eq_c(t->state, "not_friend"))
		r->not_friend += t->n;
	else if (str_eq_c(t->state, "quota"))
		r->quota += t->n;
	else if (str_eq_c(t->state, "failed"))
		r->failed += t->n;
	else if (str_eq_c(t->state, "expired"))
		r->expired += t->n;
	else if (str_eq_c(t->state, "cancelled"))
		r->cancelled += t->n;
	else
		r->open += t->n;
}

err broadcast_work_tell(struct broadcast_work *w, ms confirmed_at, bool closed, struct outcome *ret, i64 *ret_open)
{
	struct broadcast_result *r = ARENA_NEW(CX_ARENA(w->cx), struct broadcast_result);
	struct broadcast_members of = members_of(w);
	const struct broadcast_part *p = &w->part;
	i64 *slots;
	*r = (struct broadcast_result){ .broadcast = w->b.id, .part = p->id, .confirmed_at = confirmed_at, .closed = closed };
	size_t slot_count = slots_of(w, &slots);
	for (size_t s = 0; s < slot_count; s++) {
		struct broadcast_tally *rows;
		size_t n = 0;
		TRY(READ_SNAP(&w->cx->unit, slots[s], broadcast_tallies(snap, &of, &rows, &n)));
		for (size_t i = 0; i < n; i++)
			count_state(r, &rows[i]);
	}
	*ret_open = r->open;
	r->closed |= r->open == 0;
	if (r->closed || confirmed_at != p->confirmed_at || r->delivered != p->delivered || r->not_friend != p->not_friend ||
	    r->quota != p->quota || r->failed != p->failed)
		*ret = (struct outcome){ .event = EV_BROADCAST_RESULT, .record = &broadcast_result_record, .body = r };
	return OK;
}
