/*
 * group code's senders. There is no list of join ways, so a creation whose reply was lost is made again: the lost one has no
 * picture anybody could scan. An update is a full overwrite and may be repeated; it also reads the picture.
 */
#include "feature/groupcode/groupcode_data.h"

#include "core/corp/corp.h"
#include "port/wecom/wecom_way.h"

struct session { struct groupcode row; struct corp_wecom corp; struct wecom_call call; };

static err open_session(struct cx *cx, const struct outbox_row *row, struct session *s)
{
	struct groupcode_task task;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &groupcode_task_record, &task)));
	TRY(READ_SNAP(&cx->unit, row->slot, groupcode_get(snap, &(struct groupcode_key){ task.id }, &s->row)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &s->corp));
	s->call = (struct wecom_call){ .wecom = cx->env->wecom, .app = &s->corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	return OK;
}

static struct wecom_join_way way_of(struct arena *a, const struct groupcode *c)
{
	struct wecom_join_way way = { .config_id = c->config_id, .scene = WECOM_WAY_QR, .remark = c->name, .base_name = c->base_name,
				      .state = c->wecom_state, .auto_create = c->auto_create, .base_id = c->base_id };
	str rest = c->lent;
	way.chats.v = ARENA_ARRAY(a, str, WECOM_JOIN_CHATS_MAX);
	while (rest.n && way.chats.n < WECOM_JOIN_CHATS_MAX)
		way.chats.v[way.chats.n++] = str_cut(&rest, ',');
	return way;
}

static void tell(struct cx *cx, const struct session *s, int event, str config_id, str qr_url, str code, struct outcome *ret)
{
	struct groupcode_event *ev = ARENA_NEW(CX_ARENA(cx), struct groupcode_event);
	*ev = (struct groupcode_event){ s->row.id, s->row.name, config_id, qr_url, code, NIL };
	ret->event = event;
	ret->record = &groupcode_event_record;
	ret->body = ev;
}

static err failed(struct cx *cx, const struct session *s, err e, struct outcome *ret)
{
	if (e == ERR_UNKNOWN || err_retryable(e)) {
		*ret = (struct outcome){ .state = e == ERR_UNKNOWN ? OUTCOME_UNKNOWN : OUTCOME_RETRY, .reason = str_c(err_name(e)),
					 .retry_at = s->call.retry_at == NIL ? 0 : s->call.retry_at };
		return OK;
	}
	str code = s->call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)s->call.errcode) : str_c(err_name(e));
	*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = code };
	tell(cx, s, EV_GROUPCODE_FAILED, STR_NIL, STR_NIL, code, ret);
	return OK;
}

err groupcode_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct session s;
	struct wecom_join_way got;
	str config_id;
	TRY(open_session(cx, row, &s));
	struct wecom_join_way way = way_of(CX_ARENA(cx), &s.row);
	err e = wecom_join_add(&s.call, &way, &config_id);
	if (e != OK)
		return failed(cx, &s, e, ret);
	if (wecom_join_get(&s.call, config_id, &got) != OK)
		got.qr_code = STR_NIL;
	tell(cx, &s, EV_GROUPCODE_READY, config_id, got.qr_code.n ? got.qr_code : STR_NIL, STR_NIL, ret);
	return OK;
}

err groupcode_send_update(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct session s;
	struct wecom_join_way got;
	TRY(open_session(cx, row, &s));
	struct wecom_join_way way = way_of(CX_ARENA(cx), &s.row);
	err e = wecom_join_update(&s.call, &way);
	if (e == OK)
		e = wecom_join_get(&s.call, s.row.config_id, &got);
	if (e != OK)
		return failed(cx, &s, e == ERR_UNKNOWN ? ERR_BUSY : e, ret);
	tell(cx, &s, EV_GROUPCODE_READY, s.row.config_id, got.qr_code.n ? got.qr_code : STR_NIL, STR_NIL, ret);
	return OK;
}

err groupcode_send_delete(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct session s;
	TRY(open_session(cx, row, &s));
	err e = wecom_join_delete(&s.call, s.row.config_id);
	if (e == ERR_UNKNOWN || (e != OK && err_retryable(e)))
		return failed(cx, &s, ERR_BUSY, ret);
	return OK; /* gone, or was gone before */
}
