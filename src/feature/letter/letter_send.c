/*
 * letter.create: collects who has been gathered and asks WeCom for the task, at most once (core/mass).
 *
 * "making" is written first; then the people are taken slot by slot; then it is looked at once more who may be written
 * to. A crash anywhere repeats the step that had not been written: taken letters stay the task's.
 */
#include "feature/letter/letter_work.h"

#include "base/vec.h"
#include "core/customer/customer.h"
#include "store/outbox.h"

static void told(struct letter_work *w, const char *result, str msgid, i64 people, ms deadline, str code, struct outcome *ret)
{
	struct letter_made *m = ARENA_NEW(CX_ARENA(w->cx), struct letter_made);
	*m = (struct letter_made){ w->t.id, str_c(result), msgid, people, deadline, code };
	ret->event = EV_LETTER_TASK;
	ret->record = &letter_made_record;
	ret->body = m;
}

/* Nobody will be in it: they are told so, or go on to other friends of theirs. */
static err given_up(struct letter_work *w, const char *state, str code, struct outcome *ret)
{
	struct letter_fate *fates = ARENA_ARRAY(CX_ARENA(w->cx), struct letter_fate, w->count + 1);
	size_t n = 0;
	for (size_t i = 0; i < w->count; i++)
		if (letter_on_the_way(&w->people[i]))
			fates[n++] = (struct letter_fate){ &w->people[i], w->people[i].row.wish ? "stopped" : state, code, cx_now(w->cx) };
	TRY(letter_work_end(w, fates, n));
	*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = code };
	told(w, "failed", STR_NIL, (i64)w->count, NIL, code, ret);
	return OK;
}

static err failed(struct letter_work *w, str code, struct outcome *ret) { return given_up(w, "failed", code, ret); }

static err unknown(struct letter_work *w, struct outcome *ret)
{
	*ret = (struct outcome){ .state = OUTCOME_UNKNOWN, .reason = STR("unknown") };
	if (!str_eq_c(w->t.state, "unknown"))
		told(w, "unknown", STR_NIL, (i64)w->count, NIL, STR_NIL, ret);
	return OK;
}

/* The task stands in WeCom: those it did not take are told. */
static err made(struct letter_work *w, str msgid, struct strs refused, ms deadline, struct outcome *ret)
{
	VEC(struct letter_fate) fates = { 0 };
	for (size_t i = 0; i < refused.n; i++) {
		for (struct letter_person *p = map_get(&w->by_external, refused.v[i]); p; p = p->twin)
			vec_push(CX_ARENA(w->cx), &fates, (struct letter_fate){ p, "failed", STR("fail_list"), cx_now(w->cx) });
	}
	TRY(letter_work_end(w, fates.v, fates.n));
	TRY(letter_each_slot(w, letter_created));
	*ret = (struct outcome){ .state = OUTCOME_DONE };
	told(w, "created", msgid, (i64)(w->count - fates.n), deadline, STR_NIL, ret);
	return OK;
}

/* ---- who is in it ---- */

static err take(struct tx *tx, struct letter_work *w, i64 room, i64 *ret_taken)
{
	struct letter_collect of = { w->t.gather, w->t.id, room };
	TRY(letter_take(tx, &of));
	*ret_taken = tx_changed(tx);
	return OK;
}

static err begin_next(struct tx *tx, const struct letter_task *t)
{
	struct letter_asked of = { t->gather, t->staff, t->content, t->caller, t->by_id, tx->snap.now, t->life };
	struct letter_n open;
	TRY(letter_task_open(&tx->snap, &of, &open));
	return open.n ? OK : letter_task_begin(tx, &of);
}

/* More than a task holds goes into the next one. */
static err collect(struct letter_work *w)
{
	struct unit *u = &w->cx->unit;
	i64 *slots = ARENA_ARRAY(CX_ARENA(w->cx), i64, SLOT_COUNT), base = slot_base(u->store, u->corp), all = 0;
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	TRY(WRITE_TX(u, base, letter_task_making(tx, &(struct letter_id){ w->t.id })));
	for (size_t i = 0; i < n && all < LETTER_TASK_MAX; i++) {
		i64 taken = 0;
		TRY(WRITE_TX(u, slots[i], take(tx, w, LETTER_TASK_MAX - all, &taken)));
		all += taken;
	}
	return all >= LETTER_TASK_MAX ? WRITE_TX(u, base, begin_next(tx, &w->t)) : OK;
}

/* Whoever refused or lost her friend meanwhile is out, and so is whoever needs it no more. */
static err look_again(struct letter_work *w)
{
	struct arena *a = CX_ARENA(w->cx);
	struct unit *u = &w->cx->unit;
	i64 *roots = ARENA_ARRAY(a, i64, w->count + 1), *leaves = ARENA_ARRAY(a, i64, w->count + 1);
	enum reach_verdict *verdicts = ARENA_ARRAY(a, enum reach_verdict, w->count + 1);
	struct letter_fate *fates = ARENA_ARRAY(a, struct letter_fate, w->count + 1);
	size_t n = 0;
	for (size_t i = 0; i < w->count; i++)
		leaves[i] = w->people[i].row.customer;
	TRY(customer_roots(u, leaves, w->count, roots));
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), reach_check_many(snap, roots, w->count, "wecom", cx_now(w->cx), verdicts)));
	for (size_t i = 0; i < w->count; i++) {
		struct letter_person *p = &w->people[i];
		bool out = verdicts[i] == REACH_REFUSED || verdicts[i] == REACH_UNREACHABLE; /* her claim stands in the caps itself */
		if (letter_on_the_way(p) && p->row.wish)
			fates[n++] = (struct letter_fate){ p, "stopped", STR_NIL, cx_now(w->cx) };
		else if (letter_on_the_way(p) && out)
			fates[n++] = (struct letter_fate){ p, "refused", str_c(reach_reason(verdicts[i])), cx_now(w->cx) };
	}
	return letter_work_end(w, fates, n);
}

static struct strs receivers(struct letter_work *w)
{
	struct strs ids = { ARENA_ARRAY(CX_ARENA(w->cx), str, w->count + 1), 0 };
	struct map seen = map_new(CX_ARENA(w->cx));
	for (size_t i = 0; i < w->count; i++)
		if (letter_on_the_way(&w->people[i]) && map_put(&seen, w->people[i].row.external_userid, w))
			ids.v[ids.n++] = w->people[i].row.external_userid;
	return ids;
}

/* ---- the call ---- */

/* A link of many is the member's; one that was made for her alone has its address already. */
static err with_addresses(struct letter_work *w)
{
	struct content plain = w->content;
	return enclose_for(&w->cx->unit, &(struct enclosure_to){ 0, w->t.staff }, &plain, &w->content);
}

static err answered(struct letter_work *w, err e, const struct wecom_mass_made *answer, ms deadline, struct outcome *ret)
{
	if (e == OK)
		return made(w, answer->msgid, answer->refused, deadline, ret);
	if (e == ERR_UNKNOWN)
		return unknown(w, ret);
	if (err_retryable(e)) {
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = str_c(err_name(e)) };
		if (w->call.retry_at != NIL)
			ret->retry_at = w->call.retry_at;
		if (cx_now(w->cx) > w->t.ready + MS_DAY)
			return failed(w, STR("expired"), ret);
		return OK;
	}
	return failed(w, w->call.errcode ? arena_printf(CX_ARENA(w->cx), "%lld", (long long)w->call.errcode) : str_c(err_name(e)), ret);
}

static err empty(struct letter_work *w, struct outcome *ret)
{
	*ret = (struct outcome){ .state = OUTCOME_DONE, .reason = STR("empty") };
	told(w, "empty", STR_NIL, 0, NIL, STR_NIL, ret);
	return OK;
}

err letter_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct letter_work w;
	struct wecom_mass_made answer;
	ms open, close, now = cx_now(cx);
	err e = letter_work_open(cx, row, &w);
	if (mass_final(e) && w.t.id) { /* the company is no longer connected: nobody waits for ever */
		TRY(collect(&w));
		TRY(letter_work_people(&w));
		return failed(&w, str_c(err_name(e)), ret);
	}
	TRY(e);
	if (!str_eq_c(w.t.state, "gathering") && !str_eq_c(w.t.state, "making") && !str_eq_c(w.t.state, "unknown"))
		return OK;
	TRY(reach_window(&cx->unit, now, &open, &close));
	if (open > now) {
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("quiet"), .retry_at = open };
		return OK;
	}
	if (str_eq_c(w.t.state, "gathering"))
		TRY(collect(&w));
	TRY(letter_work_people(&w));
	if (str_eq_c(w.staff.state, "left"))
		return given_up(&w, "expired", STR(LETTER_LEFT), ret);
	TRY(look_again(&w));
	struct wecom_mass mass = { .external_userids = receivers(&w), .sender = w.staff.userid };
	if (mass.external_userids.n == 0)
		return empty(&w, ret);
	e = with_addresses(&w);
	if (e == OK)
		e = mass_content(cx, &w.content, &mass.content);
	if (e == OK)
		e = wecom_send_mass(&w.call, &mass, &answer);
	return answered(&w, e, &answer, int_min(now + w.t.life, close), ret);
}

err letter_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct letter_work w;
	struct map seen;
	str msgid;
	ms open, close, now = cx_now(cx);
	TRY(letter_work_open(cx, row, &w));
	TRY(reach_window(&cx->unit, now, &open, &close));
	TRY(letter_work_people(&w));
	if (w.count == 0) { /* it broke off before anybody was taken */
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("not begun"), .retry_at = now };
		return OK;
	}
	err e = with_addresses(&w);
	struct mass_lost lost = { &w.call, false, w.staff.userid, &w.content, &w.by_external, w.t.ready, now };
	if (e == OK)
		e = mass_find(cx, &lost, NULL, &msgid, &seen);
	if (e != OK)
		return now > w.t.ready + w.t.life + LETTER_GIVE_UP_AFTER_MS ? failed(&w, STR("unknown"), ret) : unknown(&w, ret);
	if (str_is_nil(msgid)) {
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("not found"), .retry_at = now };
		return OK; /* it was never made: making it now is safe */
	}
	struct strs refused = { ARENA_ARRAY(CX_ARENA(cx), str, w.count + 1), 0 };
	for (size_t i = 0; i < w.count; i++)
		if (letter_on_the_way(&w.people[i]) && !map_get(&seen, w.people[i].row.external_userid))
			refused.v[refused.n++] = w.people[i].row.external_userid;
	return made(&w, msgid, refused, int_min(int_max(now, w.t.ready) + w.t.life, int_max(close, now + MS_MINUTE)), ret);
}
