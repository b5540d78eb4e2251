/*
 * broadcast.create: asks WeCom for the task of one part, at most once.
 *
 * add_msg_template has no idempotency key. When nobody knows whether it was carried out, WeCom's list is
 * searched (core/mass): what it finds is ours, because nobody stands in two open broadcasts. Only when there
 * is none is the task asked for again. While the list itself cannot be read the part stays unknown.
 */
#include "feature/broadcast/broadcast_work.h"

#include "core/customer/customer.h"
#include "core/mass/mass_plan.h"
#include "core/reach/reach.h"

#define GIVE_UP_AFTER_MS MS_DAY        /* behind the deadline nobody can say any more */

static void task(struct broadcast_work *w, const char *result, str msgid, i64 accepted, str code, struct outcome *ret)
{
	struct broadcast_task *t = ARENA_NEW(CX_ARENA(w->cx), struct broadcast_task);
	*t = (struct broadcast_task){ w->b.id, w->part.id, w->part.staff, str_c(result), msgid, accepted, code };
	ret->event = EV_BROADCAST_TASK;
	ret->record = &broadcast_task_record;
	ret->body = t;
}

static err failed(struct broadcast_work *w, str code, struct outcome *ret)
{
	*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = code };
	task(w, "failed", STR_NIL, 0, code, ret);
	return OK;
}

static err unknown(struct broadcast_work *w, struct outcome *ret)
{
	*ret = (struct outcome){ .state = OUTCOME_UNKNOWN, .reason = STR("unknown") };
	if (!str_eq_c(w->part.state, "unknown"))
		task(w, "unknown", STR_NIL, 0, STR_NIL, ret);
	return OK;
}

static err made(struct broadcast_work *w, str msgid, struct strs refused, struct outcome *ret)
{
	TRY(broadcast_work_made(w, refused));
	*ret = (struct outcome){ .state = OUTCOME_DONE };
	task(w, "created", msgid, (i64)(w->count - refused.n), STR_NIL, ret);
	return OK;
}

static struct strs receivers(struct broadcast_work *w)
{
	struct strs ids = { ARENA_ARRAY(CX_ARENA(w->cx), str, w->count ? w->count : 1), w->count };
	for (size_t i = 0; i < w->count; i++)
		ids.v[i] = w->people[i].row.external_userid;
	return ids;
}

/* Only who is still meant to get it: not taken away by another broadcast, not ended. */
static void keep(struct broadcast_work *w, bool created)
{
	struct arena *a = CX_ARENA(w->cx);
	struct broadcast_member *left = ARENA_ARRAY(a, struct broadcast_member, w->count ? w->count : 1);
	size_t n = 0;
	w->by_external = map_new(a);
	for (size_t i = 0; i < w->count; i++) {
		str state = w->people[i].row.state;
		if (!str_eq_c(state, "planned") && !(created && str_eq_c(state, "created")))
			continue;
		left[n] = w->people[i];
		map_put(&w->by_external, left[n].row.external_userid, &left[n]);
		n++;
	}
	w->people = left;
	w->count = n;
}

/* How each of them stands now; who has become one person with another of the task since counts once. */
static err stands(struct broadcast_work *w, const char **ret)
{
	struct cx *cx = w->cx;
	struct arena *a = CX_ARENA(cx);
	size_t room = w->count + 1, n = 0;
	struct reach_ask *asks = ARENA_ARRAY(a, struct reach_ask, room);
	struct reach_answer *answers = ARENA_ARRAY(a, struct reach_answer, room);
	i64 *customers = ARENA_ARRAY(a, i64, room), *roots = ARENA_ARRAY(a, i64, room);
	size_t *of = ARENA_ARRAY(a, size_t, room);
	struct imap seen = imap_new(a);
	for (size_t i = 0; i < w->count; i++)
		customers[i] = w->people[i].row.customer;
	TRY(customer_roots(&cx->unit, customers, w->count, roots));
	for (size_t i = 0; i < w->count; i++) {
		ret[i] = reach_reason(roots[i] ? REACH_CAP_DAY : REACH_UNREACHABLE);
		if (!roots[i] || !imap_put(&seen, roots[i], 1))
			continue;
		asks[n] = (struct reach_ask){
			.root = roots[i], .channel = "wecom", .class = "marketing", .at = cx_now(cx), .how = "mass",
			.content = arena_cstr(a, w->b.kind), .key = broadcast_claim_key(a, w->b.id), .span = w->b.deadline - cx_now(cx),
		};
		of[n++] = i;
	}
	const char **outs = ARENA_ARRAY(a, const char *, room);
	i64 *whose = ARENA_ARRAY(a, i64, room);
	for (size_t i = 0; i < n; i++)
		whose[i] = asks[i].root;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), reach_look_many(snap, asks, n, answers)));
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), mass_out(snap, "broadcast", w->b.id, whose, n, outs)));
	for (size_t i = 0; i < n; i++)
		ret[of[i]] = outs[i] ? outs[i] : reach_reason(answers[i].verdict);
	return OK;
}

/* The second of acting: who has refused since, or may not be spoken to now, is not in the task. */
static err look_again(struct broadcast_work *w)
{
	struct arena *a = CX_ARENA(w->cx);
	const char **reasons = ARENA_ARRAY(a, const char *, w->count + 1);
	struct broadcast_end *ends = ARENA_ARRAY(a, struct broadcast_end, w->count + 1);
	size_t n = 0;
	TRY(stands(w, reasons));
	for (size_t i = 0; i < w->count; i++)
		if (reasons[i])
			ends[n++] = (struct broadcast_end){ &w->people[i], "failed", str_c(reasons[i]), cx_now(w->cx) };
	TRY(broadcast_work_end(w, ends, n));
	keep(w, false);
	return OK;
}

err broadcast_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct broadcast_work w;
	struct content content;
	struct wecom_mass_made answer;
	TRY(broadcast_work_open(cx, row, &w));
	if (str_eq_c(w.b.state, "cancelled"))
		return failed(&w, STR("cancelled"), ret);
	TRY(broadcast_work_people(&w));
	keep(&w, false);
	TRY(look_again(&w));
	if (w.count == 0)
		return failed(&w, STR("empty"), ret);
	broadcast_says(CX_ARENA(cx), &w.b, w.part.n, &content);
	struct wecom_mass mass = { .external_userids = receivers(&w), .sender = w.part.userid };
	err e = enclose_for(&cx->unit, &(struct enclosure_to){ 0, w.part.staff }, &content, &content);
	if (e == OK)
		e = mass_content(cx, &content, &mass.content);
	if (e == OK)
		e = wecom_send_mass(&w.call, &mass, &answer);
	if (e == OK)
		return made(&w, answer.msgid, answer.refused, ret);
	if (e == ERR_UNKNOWN)
		return unknown(&w, ret);
	if (err_retryable(e)) {
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = str_c(err_name(e)) };
		if (w.call.retry_at != NIL) /* not beyond the deadline, so that it expires then */
			ret->retry_at = int_min(w.call.retry_at, int_max(w.b.deadline, cx_now(cx)));
		return OK;
	}
	str code = w.call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)w.call.errcode) : str_c(err_name(e));
	return failed(&w, code, ret);
}

/* ---- a lost reply ---- */

/* Names from before core/mass kept them. */
static err known(struct cx *cx, str msgid, bool *ret)
{
	struct broadcast_msgid key = { msgid };
	struct broadcast_n n;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), broadcast_part_named(snap, &key, &n)));
	*ret = n.n > 0;
	return OK;
}

err broadcast_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct broadcast_work w;
	struct content content;
	struct map seen;
	str msgid;
	TRY(broadcast_work_open(cx, row, &w));
	TRY(broadcast_work_people(&w));
	keep(&w, true);
	broadcast_says(CX_ARENA(cx), &w.b, w.part.n, &content);
	err e = enclose_for(&cx->unit, &(struct enclosure_to){ 0, w.part.staff }, &content, &content);
	struct mass_lost lost = { &w.call, false, w.part.userid, &content, &w.by_external, row->due, cx_now(cx) };
	if (e == OK)
		e = mass_find(cx, &lost, known, &msgid, &seen);
	if (e != OK)
		return cx_now(cx) > w.b.deadline + GIVE_UP_AFTER_MS ? failed(&w, STR("unknown"), ret) : unknown(&w, ret);
	if (str_is_nil(msgid)) {
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("not found"), .retry_at = cx_now(cx) };
		return OK; /* it was never made: making it now is safe */
	}
	struct strs refused = { ARENA_ARRAY(CX_ARENA(cx), str, w.count ? w.count : 1), 0 };
	for (size_t i = 0; i < w.count; i++)
		if (!map_get(&seen, w.people[i].row.external_userid))
			refused.v[refused.n++] = w.people[i].row.external_userid;
	return made(&w, msgid, refused, ret);
}

err broadcast_create_expired(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct broadcast_work w;
	TRY(broadcast_work_open(cx, row, &w));
	return failed(&w, STR("expired"), ret);
}
