/*
 * broadcast.create: asks WeCom for the task of one part, at most once.
 *
 * add_msg_template has no idempotency key. When nobody knows whether it was carried out, WeCom's list is
 * searched (core/mass): what it finds is ours, because nobody stands in two open broadcasts. Only when there
 * is none is the task asked for again. While the list itself cannot be read the part stays unknown.
 */
#include "feature/broadcast/broadcast_work.h"

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

err broadcast_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct broadcast_work w;
	struct content content;
	struct wecom_mass_made answer;
	TRY(broadcast_work_open(cx, row, &w));
	if (str_eq_c(w.b.state, "cancelled"))
		return failed(&w, STR("cancelled"), ret);
	TRY(broadcast_work_people(&w));
	if (w.count == 0)
		return failed(&w, STR("empty"), ret);
	content_read(CX_ARENA(cx), w.b.content, &content);
	struct wecom_mass mass = { .external_userids = receivers(&w), .sender = w.part.userid };
	mass_content(CX_ARENA(cx), &content, &mass.content);
	err e = wecom_send_mass(&w.call, &mass, &answer);
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
	content_read(CX_ARENA(cx), w.b.content, &content);
	struct mass_lost lost = { &w.call, false, w.part.userid, &content, &w.by_external, row->due, cx_now(cx) };
	err e = mass_find(cx, &lost, known, &msgid, &seen);
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
