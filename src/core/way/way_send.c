/*
 * way's senders. Making a contact way has no idempotency key: when the reply was lost, WeCom's list is searched
 * for our state, which nobody else uses, before anything is made again.
 */
#include "core/way/way_data.h"

#include "core/corp/corp.h"

#define LOOK_BACK_MS MS_HOUR /* a lost contact way was made after the row was claimed */

struct talk { struct way_task task; struct corp_wecom corp; struct wecom_call call; };

static err begin(struct cx *cx, const struct outbox_row *row, struct talk *t)
{
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &way_task_record, &t->task)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &t->corp));
	t->call = (struct wecom_call){
		.wecom = cx->env->wecom, .app = &t->corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail,
	};
	return OK;
}

static struct wecom_way way_of(const struct way_task *t)
{
	return (struct wecom_way){
		.config_id = t->config_id, .type = WECOM_WAY_MULTIPLE, .scene = WECOM_WAY_QR, .style = NIL,
		.remark = t->remark, .state = t->state, .skip_verify = true, .users = t->users,
	};
}

static void tell(struct cx *cx, int event, const struct way_result *body, struct outcome *ret)
{
	struct way_result *r = ARENA_NEW(CX_ARENA(cx), struct way_result);
	*r = *body;
	ret->event = event;
	ret->record = &way_result_record;
	ret->body = r;
}

/* What a failed call means: wait and come back, unknown, or final with WeCom's code. */
static err failed(struct cx *cx, const struct talk *t, err e, struct outcome *ret)
{
	if (e == ERR_UNKNOWN) {
		ret->state = OUTCOME_UNKNOWN;
		return OK;
	}
	if (err_retryable(e)) {
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .retry_at = t->call.retry_at == NIL ? 0 : t->call.retry_at,
					 .reason = str_c(err_name(e)) };
		return OK;
	}
	str code = t->call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)t->call.errcode) : str_c(err_name(e));
	*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = code };
	tell(cx, EV_WAY_FAILED, &(struct way_result){ t->task.id, STR_NIL, STR_NIL, code }, ret);
	return OK;
}

err way_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct talk t;
	str config_id, qr_url;
	TRY(begin(cx, row, &t));
	struct wecom_way way = way_of(&t.task);
	err e = wecom_way_add(&t.call, &way, &config_id, &qr_url);
	if (e != OK)
		return failed(cx, &t, e, ret);
	tell(cx, EV_WAY_READY, &(struct way_result){ t.task.id, config_id, qr_url, STR_NIL }, ret);
	return OK;
}

err way_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct talk t;
	str cursor = STR("");
	TRY(begin(cx, row, &t));
	ret->state = OUTCOME_UNKNOWN; /* nothing is made again before the whole list was seen */
	do {
		struct wecom_way_page page;
		if (wecom_way_list(&t.call, row->due - LOOK_BACK_MS, NIL, cursor, &page) != OK)
			return OK;
		for (size_t i = 0; i < page.config_ids.n; i++) {
			struct wecom_way way;
			err e = wecom_way_get(&t.call, page.config_ids.v[i], &way);
			if (e == OK && str_eq(way.state, t.task.state)) {
				ret->state = OUTCOME_DONE;
				tell(cx, EV_WAY_READY, &(struct way_result){ t.task.id, way.config_id, way.qr_code, STR_NIL }, ret);
				return OK;
			}
			if (e != OK && (e == ERR_UNKNOWN || err_retryable(e)))
				return OK;
		}
		cursor = page.next_cursor;
	} while (cursor.n);
	ret->state = OUTCOME_RETRY; /* it was never made: making it now is safe */
	ret->reason = STR("not found");
	return OK;
}

err way_send_update(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct talk t;
	TRY(begin(cx, row, &t));
	struct wecom_way way = way_of(&t.task);
	err e = wecom_way_update(&t.call, &way);
	if (e != OK)
		return failed(cx, &t, e == ERR_UNKNOWN ? ERR_BUSY : e, ret); /* the same update twice is one update */
	tell(cx, EV_WAY_READY, &(struct way_result){ t.task.id, t.task.config_id, STR_NIL, STR_NIL }, ret);
	return OK;
}

err way_send_delete(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct talk t;
	TRY(begin(cx, row, &t));
	err e = wecom_way_delete(&t.call, t.task.config_id);
	if (e == ERR_UNKNOWN || (e != OK && err_retryable(e)))
		return failed(cx, &t, ERR_BUSY, ret);
	return OK; /* gone, or was gone before */
}
