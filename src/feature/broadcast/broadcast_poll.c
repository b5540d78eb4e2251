/*
 * broadcast.poll, .close and .remind: following a task until its people have ended.
 *
 * Nothing tells that staff have tapped, so an open task is asked about. Its outbox row comes back at the
 * next time to ask; when the part has closed it is done, so with no open task nothing is asked at all.
 * At the deadline, or when the broadcast was cancelled, the unsent rest is stopped first and read after
 * that, so that a tap at the last second still counts.
 */
#include "feature/broadcast/broadcast_work.h"

#include "base/vec.h"

static ms next_poll(const struct broadcast_work *w)
{
	return mass_next_poll(cx_now(w->cx), w->part.sent_at, w->b.deadline);
}

static err again(struct broadcast_work *w, err e, struct outcome *ret)
{
	mass_again(&w->call, e, cx_now(w->cx), ret);
	return OK;
}

static err on_page(void *arg, const struct mass_page *page)
{
	struct broadcast_work *w = arg;
	VEC(struct broadcast_end) ends = { 0 };
	for (size_t i = 0; i < page->n; i++) {
		struct broadcast_member *m = map_get(&w->by_external, page->v[i].external_userid);
		const char *state = mass_state(page->v[i].status);
		ms at = page->v[i].sent == NIL ? page->confirmed : page->v[i].sent;
		if (m && state)
			vec_push(CX_ARENA(w->cx), &ends, (struct broadcast_end){ m, state, STR_NIL, at });
	}
	return broadcast_work_end(w, ends.v, ends.n);
}

/* Reads whether the member has confirmed and, if so, what became of each of the people. */
static err read_results(struct broadcast_work *w, ms *ret_confirmed)
{
	return mass_results(&w->call, w->part.msgid, w->part.userid, cx_now(w->cx), on_page, w, ret_confirmed);
}

/* Stops the task, reads it once more, and ends who is left. */
static err close_task(struct broadcast_work *w, struct outcome *ret)
{
	bool cancelled = str_eq_c(w->b.state, "cancelled");
	ms confirmed = w->part.confirmed_at;
	i64 open;
	err e = wecom_send_cancel(&w->call, w->part.msgid);
	if (e != OK && !mass_final(e))
		return again(w, e, ret);
	e = read_results(w, &confirmed);
	if (e != OK && (!mass_final(e) || w->call.errcode == MASS_DISPATCHING))
		return again(w, e, ret);
	if (confirmed == NIL)
		confirmed = w->part.confirmed_at;
	TRY(broadcast_work_end_rest(w, cancelled ? "cancelled" : "expired", STR("not_confirmed")));
	return broadcast_work_tell(w, confirmed, true, ret, &open);
}

err broadcast_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct broadcast_work w;
	ms confirmed;
	i64 open;
	TRY(broadcast_work_open(cx, row, &w));
	if (!str_eq_c(w.part.state, "created"))
		return OK; /* closed in the meantime */
	TRY(broadcast_work_people(&w));
	if (cx_now(cx) >= w.b.deadline || str_eq_c(w.b.state, "cancelled"))
		return close_task(&w, ret);
	err e = read_results(&w, &confirmed);
	if (e != OK)
		return again(&w, e, ret);
	TRY(broadcast_work_tell(&w, confirmed, false, ret, &open));
	if (open) {
		ret->state = OUTCOME_RETRY;
		ret->reason = STR("open");
		ret->retry_at = next_poll(&w);
	}
	return OK;
}

/* Also for a part that never became a task: its people are told so. */
err broadcast_send_close(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct broadcast_work w;
	i64 open;
	TRY(broadcast_work_open(cx, row, &w));
	TRY(broadcast_work_people(&w));
	if (str_eq_c(w.part.state, "created"))
		return close_task(&w, ret);
	bool cancelled = str_eq_c(w.part.state, "cancelled"), expired = str_eq_c(w.part.code, "expired");
	TRY(broadcast_work_end_rest(&w, cancelled ? "cancelled" : expired ? "expired" : "failed",
				    cancelled || expired ? STR("not_created") : w.part.code));
	return broadcast_work_tell(&w, w.part.confirmed_at, true, ret, &open);
}

err broadcast_send_remind(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct broadcast_work w;
	TRY(broadcast_work_open(cx, row, &w));
	if (!str_eq_c(w.part.state, "created"))
		return OK;
	err e = wecom_send_remind(&w.call, w.part.msgid);
	if (e == ERR_UNKNOWN) /* perhaps reminded: twice would be one too many */
		*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = STR("unknown") };
	else if (e != OK && err_retryable(e))
		return again(&w, e, ret);
	else if (e != OK)
		*ret = (struct outcome){ .state = OUTCOME_DROPPED,
			.reason = arena_printf(CX_ARENA(cx), "%lld", (long long)w.call.errcode) };
	return OK;
}
