/*
 * live code's senders. Making a contact way has no idempotency key: when the reply was lost, WeCom's
 * list is searched for our `state`, which nobody else uses, before anything is made again.
 */
#include "feature/livecode/livecode_int.h"

#include "core/corp/corp.h"
#include "core/module.h"
#include "port/wecom/wecom_acquire.h"
#include "port/wecom/wecom_customer.h"
#include "port/wecom/wecom_way.h"

#define LOOK_BACK_MS MS_HOUR /* a lost contact way was made after the row was claimed */

struct session { struct livecode_task task; struct corp_wecom corp; struct wecom_call call; };

static err open_session(struct cx *cx, const struct outbox_row *row, struct session *s)
{
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &livecode_task_record, &s->task)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &s->corp));
	s->call = (struct wecom_call){
		.wecom = cx->env->wecom, .app = &s->corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail,
	};
	return OK;
}

static struct wecom_way way_of(const struct livecode_task *t)
{
	return (struct wecom_way){
		.config_id = t->config_id, .type = WECOM_WAY_MULTIPLE, .scene = WECOM_WAY_QR, .style = NIL,
		.remark = t->name, .state = t->state, .skip_verify = t->skip_verify, .users = t->users,
	};
}

static bool is_link(const struct livecode_task *t) { return str_eq_c(t->kind, "link"); }

static struct wecom_link link_of(const struct livecode_task *t)
{
	return (struct wecom_link){ .id = t->config_id, .name = t->name, .skip_verify = t->skip_verify, .users = t->users };
}

static void ready(struct cx *cx, const struct livecode_task *t, str config_id, str qr_url, struct outcome *ret)
{
	struct livecode_result *r = ARENA_NEW(CX_ARENA(cx), struct livecode_result);
	*r = (struct livecode_result){ t->id, config_id, qr_url, STR_NIL, t->staff, t->visitor };
	*ret = (struct outcome){ .event = EV_LIVECODE_READY, .record = &livecode_result_record, .body = r };
}

/* What a failed call means: wait and come back, unknown, or final with WeCom's code. */
static err failed(struct cx *cx, const struct session *s, err e, struct outcome *ret)
{
	if (e == ERR_UNKNOWN) {
		ret->state = OUTCOME_UNKNOWN;
		return OK;
	}
	if (err_retryable(e)) {
		ret->state = OUTCOME_RETRY;
		ret->retry_at = s->call.retry_at == NIL ? 0 : s->call.retry_at;
		ret->reason = str_c(err_name(e));
		return OK;
	}
	struct livecode_result *r = ARENA_NEW(CX_ARENA(cx), struct livecode_result);
	str code = s->call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)s->call.errcode) : str_c(err_name(e));
	*r = (struct livecode_result){ .id = s->task.id, .code = code, .staff = s->task.staff, .visitor = s->task.visitor };
	*ret = (struct outcome){
		.state = OUTCOME_DROPPED, .reason = code, .event = EV_LIVECODE_FAILED, .record = &livecode_result_record, .body = r,
	};
	return OK;
}

err livecode_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct session s;
	str config_id, qr_url;
	TRY(open_session(cx, row, &s));
	struct wecom_way way = way_of(&s.task);
	struct wecom_link link = link_of(&s.task);
	err e = is_link(&s.task) ? wecom_acquire_create(&s.call, &link, &config_id, &qr_url)
				 : wecom_way_add(&s.call, &way, &config_id, &qr_url);
	if (e != OK)
		return failed(cx, &s, e, ret);
	ready(cx, &s.task, config_id, qr_url, ret);
	return OK;
}

/* Nothing may be made again before the whole list was seen. */
static err still_unknown(struct outcome *ret)
{
	ret->state = OUTCOME_UNKNOWN;
	return OK;
}

/* A link has no state of ours: its name, and that it was made after we asked, tell it. */
static err find_link(struct cx *cx, const struct outbox_row *row, struct session *s, struct outcome *ret)
{
	str cursor = STR_NIL;
	do {
		struct strs ids;
		if (wecom_acquire_list(&s->call, cursor, &ids, &cursor) != OK)
			return still_unknown(ret);
		for (size_t i = 0; i < ids.n; i++) {
			struct wecom_link link;
			if (wecom_acquire_get(&s->call, ids.v[i], &link) != OK)
				return still_unknown(ret);
			if (str_eq(link.name, s->task.name) && link.created >= row->due - MS_MINUTE) {
				ready(cx, &s->task, link.id, link.url, ret);
				return OK;
			}
		}
	} while (cursor.n);
	ret->state = OUTCOME_RETRY;
	ret->reason = STR("not found");
	return OK;
}

/* Members of one relay code share its state: the member tells them apart. */
static bool is_ours(const struct livecode_task *t, const struct wecom_way *way)
{
	if (!str_eq(way->state, t->state))
		return false;
	return t->staff == NIL || (way->users.n == 1 && str_eq_nocase(way->users.v[0], t->users.v[0]));
}

err livecode_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct session s;
	str cursor = STR("");
	TRY(open_session(cx, row, &s));
	if (is_link(&s.task))
		return find_link(cx, row, &s, ret);
	do {
		struct wecom_way_page page;
		err e = wecom_way_list(&s.call, row->due - LOOK_BACK_MS, NIL, cursor, &page);
		if (e != OK)
			return still_unknown(ret);
		for (size_t i = 0; i < page.config_ids.n; i++) {
			struct wecom_way way;
			e = wecom_way_get(&s.call, page.config_ids.v[i], &way);
			if (e == OK && is_ours(&s.task, &way)) {
				ready(cx, &s.task, way.config_id, way.qr_code, ret);
				return OK;
			}
			if (e != OK && (e == ERR_UNKNOWN || err_retryable(e)))
				return still_unknown(ret);
		}
		cursor = page.next_cursor;
	} while (cursor.n);
	ret->state = OUTCOME_RETRY; /* it was never made: making it now is safe */
	ret->reason = STR("not found");
	return OK;
}

err livecode_send_update(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct session s;
	TRY(open_session(cx, row, &s));
	struct wecom_way way = way_of(&s.task);
	struct wecom_link link = link_of(&s.task);
	err e = is_link(&s.task) ? wecom_acquire_update(&s.call, &link) : wecom_way_update(&s.call, &way);
	if (e != OK)
		return failed(cx, &s, e == ERR_UNKNOWN ? ERR_BUSY : e, ret); /* the same update twice is one update */
	ready(cx, &s.task, s.task.config_id, STR_NIL, ret);
	return OK;
}

err livecode_send_delete(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct session s;
	TRY(open_session(cx, row, &s));
	err e = is_link(&s.task) ? wecom_acquire_delete(&s.call, s.task.config_id) : wecom_way_delete(&s.call, s.task.config_id);
	if (e == ERR_UNKNOWN || (e != OK && err_retryable(e)))
		return failed(cx, &s, ERR_BUSY, ret);
	return OK; /* gone, or was gone before */
}

/* A remark is a courtesy: what WeCom refuses is dropped with its code, nobody waits for it. */
err livecode_send_remark(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct session s;
	struct livecode_remark r;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &livecode_remark_record, &r)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &s.corp));
	s.call = (struct wecom_call){ .wecom = cx->env->wecom, .app = &s.corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	struct wecom_remark in = { .userid = r.userid, .external_userid = r.external_userid, .remark = r.remark,
				   .description = STR_NIL, .remark_company = STR_NIL };
	err e = wecom_customer_remark(&s.call, &in);
	if (e != OK && (e == ERR_UNKNOWN || err_retryable(e))) {
		ret->state = OUTCOME_RETRY; /* the same remark twice is one remark */
		ret->retry_at = s.call.retry_at == NIL ? 0 : s.call.retry_at;
		ret->reason = str_c(err_name(e));
	} else if (e != OK) {
		ret->state = OUTCOME_DROPPED;
		ret->reason = arena_printf(CX_ARENA(cx), "%lld", (long long)s.call.errcode);
	}
	return OK;
}
