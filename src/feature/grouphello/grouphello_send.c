/*
 * group welcome's senders; each reads the row when it sends, so the newer of two changes stays. And what WeCom answered.
 */
#include "feature/grouphello/grouphello_data.h"

#include "core/corp/corp.h"

struct session { struct group_hello row; struct corp_wecom corp; struct wecom_call call; };

static err open_session(struct cx *cx, const struct outbox_row *row, struct session *s)
{
	struct grouphello_task task;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &grouphello_task_record, &task)));
	TRY(READ_SNAP(&cx->unit, row->slot, group_hello_any(snap, &(struct grouphello_key){ task.id }, &s->row)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &s->corp));
	s->call = (struct wecom_call){ .wecom = cx->env->wecom, .app = &s->corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	return OK;
}

static struct wecom_hello hello_of(const struct group_hello *h)
{
	return (struct wecom_hello){ h->text, h->link_title, h->link_url, h->link_desc, STR_NIL, true };
}

static err answer(struct cx *cx, const struct session *s, err e, str template_id, struct outcome *ret)
{
	struct grouphello_event *ev = ARENA_NEW(CX_ARENA(cx), struct grouphello_event);
	if (e == ERR_UNKNOWN || (e != OK && err_retryable(e))) {
		*ret = (struct outcome){ .state = e == ERR_UNKNOWN ? OUTCOME_UNKNOWN : OUTCOME_RETRY, .reason = str_c(err_name(e)),
					 .retry_at = s->call.retry_at == NIL ? 0 : s->call.retry_at };
		return OK;
	}
	str code = e == OK ? STR_NIL : s->call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)s->call.errcode) : str_c(err_name(e));
	*ev = (struct grouphello_event){ s->row.id, template_id, code };
	*ret = (struct outcome){ .state = e == OK ? OUTCOME_DONE : OUTCOME_DROPPED, .reason = code,
				 .event = e == OK ? EV_GROUPHELLO_READY : EV_GROUPHELLO_FAILED, .record = &grouphello_event_record, .body = ev };
	return OK;
}

err grouphello_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct session s;
	str id = STR_NIL;
	TRY(open_session(cx, row, &s));
	struct wecom_hello hello = hello_of(&s.row);
	err e = wecom_hello_add(&s.call, &hello, &id);
	return answer(cx, &s, e, id, ret);
}

err grouphello_send_update(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct session s;
	TRY(open_session(cx, row, &s));
	struct wecom_hello hello = hello_of(&s.row);
	err e = wecom_hello_edit(&s.call, s.row.template_id, &hello);
	return answer(cx, &s, e == ERR_UNKNOWN ? ERR_BUSY : e, STR_NIL, ret);
}

err grouphello_send_delete(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct session s;
	TRY(open_session(cx, row, &s));
	err e = wecom_hello_delete(&s.call, s.row.template_id);
	if (e == ERR_UNKNOWN || (e != OK && err_retryable(e)))
		return answer(cx, &s, ERR_BUSY, STR_NIL, ret);
	return OK; /* gone, or was gone before */
}

/* act: made, changed or refused. */
err grouphello_on_result(struct tx *tx, const struct event *ev)
{
	struct grouphello_event b;
	struct group_hello h;
	TRY(event_body(&tx->snap, ev, &grouphello_event_record, &b));
	err e = group_hello_any(&tx->snap, &(struct grouphello_key){ b.id }, &h);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	bool made = str_is_nil(h.template_id) && !str_is_nil(b.template_id), removed = str_eq_c(h.state, "removed");
	if (!str_is_nil(b.template_id))
		h.template_id = b.template_id;
	if (!removed)
		h.state = ev->kind == EV_GROUPHELLO_READY ? STR("active") : STR("failed");
	h.fail_code = b.code;
	TRY(group_hello_result(tx, &h));
	if (!removed || !made)
		return OK;
	struct grouphello_task task = { h.id }; /* removed while it was being made */
	str key = arena_printf(tx->snap.arena, "%lld:late", (long long)h.id);
	return outbox_add(tx, STR("hello.delete"), key, STR(""), tx->snap.now, 0, 0, &grouphello_task_record, &task, NULL);
}
