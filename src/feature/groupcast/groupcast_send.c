/*
 * groupcast.create, .poll, .close and .remind: the task of one owner, made at most once and followed to its end.
 *
 * What became of each group is written by the sender, page by page, in the base slot; every write names the state it
 * replaces, so a page read twice changes nothing. The part follows by event.
 */
#include "feature/groupcast/groupcast_int.h"

#include "core/corp/corp.h"
#include "core/staff/staff.h"
#include "store/outbox.h"

struct casting {
	struct cx *cx;
	i64 base;
	struct groupcast c;
	struct groupcast_part p;
	struct staff owner;
	struct groupcast_group *groups;
	size_t count;
	struct map by_chat;
	struct content content;
	struct corp_wecom corp;
	struct wecom_call call;
};

static err read_all(const struct snap *s, const struct outbox_row *row, struct casting *w)
{
	struct groupcast_errand errand;
	TRY(outbox_body(s, row, &groupcast_errand_record, &errand));
	TRY(groupcast_part_get(s, &(struct groupcast_id){ errand.part }, &w->p));
	TRY(groupcast_get(s, &(struct groupcast_id){ w->p.cast_id }, &w->c));
	TRY(groupcast_groups(s, &(struct groupcast_id){ w->p.id }, &w->groups, &w->count));
	return staff_get(s, w->p.owner, &w->owner);
}

static err open_row(struct cx *cx, const struct outbox_row *row, struct casting *w)
{
	*w = (struct casting){ .cx = cx, .base = row->slot, .by_chat = map_new(CX_ARENA(cx)) };
	TRY(READ_SNAP(&cx->unit, row->slot, read_all(snap, row, w)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &w->corp));
	content_read(CX_ARENA(cx), w->c.content, &w->content);
	for (size_t i = 0; i < w->count; i++)
		map_put(&w->by_chat, w->groups[i].chat_id, &w->groups[i]);
	w->call = (struct wecom_call){ .wecom = cx->env->wecom, .app = &w->corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail, .retry_at = NIL };
	return OK;
}

static void told(struct casting *w, const char *result, str msgid, str code, struct outcome *ret)
{
	struct groupcast_made *m = ARENA_NEW(CX_ARENA(w->cx), struct groupcast_made);
	*m = (struct groupcast_made){ w->p.id, str_c(result), msgid, code };
	ret->event = EV_GROUPCAST_TASK;
	ret->record = &groupcast_made_record;
	ret->body = m;
}

static err failed(struct casting *w, str code, struct outcome *ret)
{
	*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = code };
	told(w, "failed", STR_NIL, code, ret);
	return OK;
}

static err unknown(struct casting *w, struct outcome *ret)
{
	*ret = (struct outcome){ .state = OUTCOME_UNKNOWN, .reason = STR("unknown") };
	if (!str_eq_c(w->p.state, "unknown"))
		told(w, "unknown", STR_NIL, STR_NIL, ret);
	return OK;
}

static err write_made(struct tx *tx, const struct casting *w, const struct strs *refused)
{
	for (size_t i = 0; i < refused->n; i++)
		TRY(groupcast_group_end(tx, &(struct groupcast_end){ w->p.id, refused->v[i], STR("failed"), NIL }));
	return groupcast_groups_made(tx, &(struct groupcast_id){ w->p.id });
}

static err made(struct casting *w, str msgid, struct strs refused, struct outcome *ret)
{
	TRY(WRITE_TX(&w->cx->unit, w->base, write_made(tx, w, &refused)));
	*ret = (struct outcome){ .state = OUTCOME_DONE };
	told(w, "created", msgid, STR_NIL, ret);
	return OK;
}

err groupcast_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct casting w;
	struct wecom_mass_made answer;
	TRY(open_row(cx, row, &w));
	if (str_eq_c(w.c.state, "cancelled"))
		return failed(&w, STR("cancelled"), ret);
	struct wecom_mass mass = { .to_groups = true, .sender = w.owner.userid };
	mass.chat_ids = (struct strs){ ARENA_ARRAY(CX_ARENA(cx), str, w.count + 1), w.count };
	for (size_t i = 0; i < w.count; i++)
		mass.chat_ids.v[i] = w.groups[i].chat_id;
	err e = enclose_for(&cx->unit, &(struct enclosure_to){ 0, w.p.owner }, &w.content, &w.content);
	if (e == OK)
		e = mass_content(cx, &w.content, &mass.content);
	if (e == OK)
		e = wecom_send_mass(&w.call, &mass, &answer);
	if (e == OK)
		return made(&w, answer.msgid, answer.refused, ret);
	if (e == ERR_UNKNOWN)
		return unknown(&w, ret);
	if (!err_retryable(e))
		return failed(&w, w.call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)w.call.errcode) : str_c(err_name(e)), ret);
	*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = str_c(err_name(e)) };
	if (w.call.retry_at != NIL)
		ret->retry_at = int_min(w.call.retry_at, int_max(w.c.deadline, cx_now(cx)));
	return OK;
}

err groupcast_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct casting w;
	struct map seen;
	str msgid;
	ms now = cx_now(cx);
	TRY(open_row(cx, row, &w));
	err e = enclose_for(&cx->unit, &(struct enclosure_to){ 0, w.p.owner }, &w.content, &w.content);
	struct mass_lost lost = { &w.call, true, w.owner.userid, &w.content, &w.by_chat, row->due, now };
	if (e == OK)
		e = mass_find(cx, &lost, NULL, &msgid, &seen);
	if (e != OK)
		return now > w.c.deadline + MS_DAY ? failed(&w, STR("unknown"), ret) : unknown(&w, ret);
	if (str_is_nil(msgid)) {
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("not found"), .retry_at = now };
		return OK; /* it was never made: making it now is safe */
	}
	struct strs refused = { ARENA_ARRAY(CX_ARENA(cx), str, w.count + 1), 0 };
	for (size_t i = 0; i < w.count; i++)
		if (!map_get(&seen, w.groups[i].chat_id))
			refused.v[refused.n++] = w.groups[i].chat_id;
	return made(&w, msgid, refused, ret);
}

err groupcast_create_late(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct casting w;
	TRY(open_row(cx, row, &w));
	return failed(&w, STR("expired"), ret);
}

/* ---- following ---- */

static err write_page(struct tx *tx, const struct casting *w, const struct mass_page *page)
{
	for (size_t i = 0; i < page->n; i++) {
		const char *state = mass_state(page->v[i].status);
		ms at = page->v[i].sent == NIL ? page->confirmed : page->v[i].sent;
		bool sent = state && !strcmp(state, "delivered");
		if (!state)
			continue;
		str known = !strcmp(state, "not_friend") ? STR("gone") : str_c(state);
		TRY(groupcast_group_end(tx, &(struct groupcast_end){ w->p.id, page->v[i].chat_id, known, sent ? at : NIL }));
	}
	return OK;
}

static err on_page(void *arg, const struct mass_page *page)
{
	struct casting *w = arg;
	return WRITE_TX(&w->cx->unit, w->base, write_page(tx, w, page));
}

static err read_results(struct casting *w, ms *ret_confirmed)
{
	return mass_results(&w->call, w->p.msgid, w->owner.userid, cx_now(w->cx), on_page, w, ret_confirmed);
}

static err tell(struct casting *w, ms confirmed, bool closed, struct outcome *ret, bool *ret_open)
{
	struct groupcast_result *r = ARENA_NEW(CX_ARENA(w->cx), struct groupcast_result);
	struct groupcast_group *rows;
	size_t n;
	*ret_open = false;
	TRY(READ_SNAP(&w->cx->unit, w->base, groupcast_groups(snap, &(struct groupcast_id){ w->p.id }, &rows, &n)));
	for (size_t i = 0; i < n; i++)
		*ret_open |= str_eq_c(rows[i].state, "planned") || str_eq_c(rows[i].state, "created");
	*r = (struct groupcast_result){ w->p.id, confirmed == NIL ? w->p.confirmed_at : confirmed, closed || !*ret_open };
	if (r->closed || r->confirmed_at != w->p.confirmed_at)
		*ret = (struct outcome){ .event = EV_GROUPCAST_RESULT, .record = &groupcast_result_record, .body = r };
	return OK;
}

static err again(struct casting *w, err e, struct outcome *ret)
{
	mass_again(&w->call, e, cx_now(w->cx), ret);
	return OK;
}

/* Stops the task and reads it once more; a tap at the last second counts. */
static err close_task(struct casting *w, struct outcome *ret)
{
	ms confirmed = w->p.confirmed_at;
	bool open;
	err e = wecom_send_cancel(&w->call, w->p.msgid);
	if (e != OK && !mass_final(e))
		return again(w, e, ret);
	e = read_results(w, &confirmed);
	if (e != OK && (!mass_final(e) || w->call.errcode == MASS_DISPATCHING))
		return again(w, e, ret);
	return tell(w, confirmed, true, ret, &open);
}

err groupcast_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct casting w;
	ms confirmed;
	bool open;
	TRY(open_row(cx, row, &w));
	if (!str_eq_c(w.p.state, "created"))
		return OK; /* closed in the meantime */
	if (cx_now(cx) >= w.c.deadline || str_eq_c(w.c.state, "cancelled"))
		return close_task(&w, ret);
	err e = read_results(&w, &confirmed);
	if (e != OK)
		return again(&w, e, ret);
	TRY(tell(&w, confirmed, false, ret, &open));
	if (!open)
		return OK;
	ret->state = OUTCOME_RETRY;
	ret->reason = STR("open");
	ret->retry_at = mass_next_poll(cx_now(cx), w.p.sent_at, w.c.deadline);
	return OK;
}

err groupcast_send_remind(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct casting w;
	TRY(open_row(cx, row, &w));
	if (!str_eq_c(w.p.state, "created"))
		return OK;
	err e = wecom_send_remind(&w.call, w.p.msgid);
	if (e == ERR_UNKNOWN) /* perhaps reminded: twice would be one too many */
		*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = STR("unknown") };
	else if (e != OK && err_retryable(e))
		return again(&w, e, ret);
	else if (e != OK)
		*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = arena_printf(CX_ARENA(cx), "%lld", (long long)w.call.errcode) };
	return OK;
}
