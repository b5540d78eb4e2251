/*
 * letter.poll, .close and .remind: following a task until its people have ended.
 *
 * A task is closed at its deadline, by hand, for a reached goal, or because its member left: it is cancelled first and read after that, so that
 * a tap at the last second counts. Then whoever was not reached expires, is stopped, or gets the next task.
 */
#include "feature/letter/letter_work.h"

#include "base/vec.h"
#include "store/outbox.h"

static err again(struct letter_work *w, err e, struct outcome *ret)
{
	mass_again(&w->call, e, cx_now(w->cx), ret);
	return OK;
}

static err on_page(void *arg, const struct mass_page *page)
{
	struct letter_work *w = arg;
	VEC(struct letter_fate) fates = { 0 };
	for (size_t i = 0; i < page->n; i++) {
		const char *state = mass_state(page->v[i].status);
		ms at = page->v[i].sent == NIL ? page->confirmed : page->v[i].sent;
		struct letter_person *p = map_get(&w->by_external, page->v[i].external_userid);
		for (; p && state; p = p->twin)
			vec_push(CX_ARENA(w->cx), &fates, (struct letter_fate){ p, state, STR_NIL, at });
	}
	return letter_work_end(w, fates.v, fates.n);
}

static err read_results(struct letter_work *w, ms *ret_confirmed)
{
	return mass_results(&w->call, w->t.msgid, w->staff.userid, cx_now(w->cx), on_page, w, ret_confirmed);
}

/* ---- closing ---- */

static err end_rest(struct letter_work *w)
{
	bool goal = str_eq_c(w->t.why, "goal"), by_hand = str_eq_c(w->t.why, "cancelled"), left = str_eq_c(w->t.why, "left");
	struct letter_fate *fates = ARENA_ARRAY(CX_ARENA(w->cx), struct letter_fate, w->count + 1);
	size_t n = 0;
	if (goal)
		TRY(letter_each_slot(w, letter_give_back));
	for (size_t i = 0; i < w->count; i++) {
		struct letter_person *p = &w->people[i];
		if (!letter_on_the_way(p) || (goal && !p->row.wish))
			continue;
		const char *state = p->row.wish || by_hand ? "stopped" : "expired";
		fates[n++] = (struct letter_fate){ p, state, left ? STR(LETTER_LEFT) : STR("not_confirmed"), cx_now(w->cx) };
	}
	return letter_work_end(w, fates, n);
}

static err waiting_in(const struct snap *s, struct letter_work *w, i64 *sum)
{
	struct letter_collect find = { w->t.gather, 0, 0 };
	struct letter_n n;
	TRY(letter_waiting(s, &find, &n));
	*sum += n.n;
	return OK;
}

/* Whether anybody was given back, also by a try before this one. */
static err any_waiting(struct letter_work *w, bool *ret)
{
	struct unit *u = &w->cx->unit;
	i64 *slots = ARENA_ARRAY(CX_ARENA(w->cx), i64, SLOT_COUNT), sum = 0;
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n && !sum; i++)
		TRY(READ_SNAP(u, slots[i], waiting_in(snap, w, &sum)));
	*ret = sum > 0;
	return OK;
}

static err close_task(struct letter_work *w, struct outcome *ret)
{
	ms confirmed = w->t.confirmed_at;
	i64 open;
	err e = wecom_send_cancel(&w->call, w->t.msgid);
	if (e != OK && !mass_final(e)) {
		/* However long it is refused: who is reached meanwhile has ended, and nobody else is asked for the others. */
		struct wecom_call refused = w->call;
		struct fail fail = w->cx->unit.fail;
		(void)read_results(w, &confirmed);
		w->call = refused;
		w->cx->unit.fail = fail;
		return again(w, e, ret);
	}
	e = read_results(w, &confirmed);
	if (e != OK && (!mass_final(e) || w->call.errcode == MASS_DISPATCHING))
		return again(w, e, ret);
	TRY(end_rest(w));
	TRY(letter_work_tell(w, confirmed == NIL ? w->t.confirmed_at : confirmed, true, ret, &open));
	return str_eq_c(w->t.why, "goal") ? any_waiting(w, &((struct letter_result *)(uintptr_t)ret->body)->again) : OK;
}

err letter_send_close(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct letter_work w;
	TRY(letter_work_open(cx, row, &w));
	if (!str_eq_c(w.t.state, "created"))
		return OK;
	TRY(letter_work_people(&w));
	return close_task(&w, ret);
}

/* ---- asking ---- */

static err remind(struct tx *tx, i64 task)
{
	bool reminded;
	return letter_task_remind(tx, task, &reminded);
}

/* Once by itself, `letter.remind_min` after it was made. */
static err remind_in_time(struct letter_work *w)
{
	struct unit *u = &w->cx->unit;
	i64 wait;
	TRY(setting_i64(u, "letter.remind_min", &wait));
	if (wait <= 0 || w->t.reminded || w->t.sent_at == NIL || cx_now(w->cx) < w->t.sent_at + wait * MS_MINUTE)
		return OK;
	return WRITE_TX(u, slot_base(u->store, u->corp), remind(tx, w->t.id));
}

err letter_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct letter_work w;
	ms confirmed;
	i64 open;
	TRY(letter_work_open(cx, row, &w));
	if (!str_eq_c(w.t.state, "created"))
		return OK; /* closed in the meantime */
	TRY(letter_work_people(&w));
	if (cx_now(cx) >= w.t.deadline || w.t.why.n)
		return close_task(&w, ret);
	err e = read_results(&w, &confirmed);
	if (e != OK)
		return again(&w, e, ret);
	TRY(letter_work_tell(&w, confirmed, false, ret, &open));
	if (!open)
		return OK;
	if (confirmed == NIL)
		TRY(remind_in_time(&w));
	ret->state = OUTCOME_RETRY;
	ret->reason = STR("open");
	ret->retry_at = mass_next_poll(cx_now(cx), w.t.sent_at, w.t.deadline);
	return OK;
}

err letter_send_remind(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct letter_work w;
	TRY(letter_work_open(cx, row, &w));
	if (!str_eq_c(w.t.state, "created"))
		return OK;
	err e = wecom_send_remind(&w.call, w.t.msgid);
	if (e == ERR_UNKNOWN) /* perhaps reminded: twice would be one too many */
		*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = STR("unknown") };
	else if (e != OK && err_retryable(e))
		return again(&w, e, ret);
	else if (e != OK)
		*ret = (struct outcome){ .state = OUTCOME_DROPPED,
			.reason = arena_printf(CX_ARENA(cx), "%lld", (long long)w.call.errcode) };
	return OK;
}
