/*
 * welcome's sender: one try within the life of the code. A code cannot be used twice (41050, 41051), so
 * a lost reply is not repeated either: it counts as failed with its reason, because nobody can ask.
 */
#include "feature/welcome/welcome.h"

#include "core/attr/attr_say.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/mass/mass.h"
#include "core/module.h"
#include "port/wecom/wecom_send.h"

enum { CODE_EXPIRED = 41050, CODE_ANSWERED = 41051, CODE_SENDING = 41096, CODE_SPAM = 40201, CODE_SPAM_LINK = 40204 };

static err finish(struct cx *cx, const struct outbox_row *row, const struct welcome_task *task, const char *result,
		  i64 errcode, struct outcome *ret)
{
	struct arena *a = CX_ARENA(cx);
	struct welcome_result *r = ARENA_NEW(a, struct welcome_result);
	bool sent = str_eq_c(STR("sent"), result);
	*r = (struct welcome_result){ .staff = task->staff, .livecode = task->livecode, .result = str_c(result), .took = NIL };
	if (sent)
		r->took = cx_now(cx) - task->added;
	if (errcode)
		r->code = arena_printf(a, "%lld", (long long)errcode);
	*ret = (struct outcome){
		.state = sent ? OUTCOME_DONE : OUTCOME_DROPPED,
		.reason = str_c(result),
		.event = sent ? EV_WELCOME_SENT : EV_WELCOME_MISSED,
		.customer = row->customer,
		.record = &welcome_result_record,
		.body = r,
	};
	return OK;
}

static const char *result_of(i64 errcode)
{
	switch (errcode) {
	case CODE_EXPIRED: return "expired";
	case CODE_ANSWERED: case CODE_SENDING: return "answered_first";
	case CODE_SPAM: case CODE_SPAM_LINK: return "refused";
	default: return "failed";
	}
}

static err read_task(struct cx *cx, const struct outbox_row *row, struct welcome_task *ret)
{
	return READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &welcome_task_record, ret));
}

/* As far as she is known at this moment: seconds after her first add that is little. What may not be sent any more is left
 * out: a greeting comes now or never. */
static err say(struct cx *cx, i64 customer, const struct welcome_task *task, struct wecom_content *ret)
{
	struct content said;
	i64 root = customer;
	TRY(customer_roots(&cx->unit, &customer, 1, &root));
	err e = enclose_for(&cx->unit, &(struct enclosure_to){ root, task->staff }, task->content, &said);
	if (e == ERR_STATE || e == ERR_NOT_FOUND)
		said.link = NULL;
	else
		TRY(e);
	TRY(attr_say_from(&cx->unit, root, task->staff, said.text, &said.text));
	e = mass_content(cx, &said, ret);
	if (e != ERR_STATE && e != ERR_NOT_FOUND)
		return e;
	said.enclosed = STR_NIL;
	return mass_content(cx, &said, ret);
}

err welcome_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct welcome_task task;
	struct corp_wecom corp;
	TRY(read_task(cx, row, &task));
	TRY(corp_wecom_get(&cx->unit, row->corp, &corp));
	struct wecom_content message;
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail, .retry_at = NIL };
	err e = say(cx, row->customer, &task, &message);
	if (e == OK)
		e = wecom_send_welcome(&call, task.code, &message);
	if (e == OK)
		return finish(cx, row, &task, "sent", 0, ret);
	bool not_done = e != ERR_UNKNOWN && err_retryable(e); /* WeCom was busy, or never asked */
	if (not_done && cx_now(cx) < row->expires) {
		ret->state = OUTCOME_RETRY;
		ret->retry_at = int_max(cx_now(cx) + MS_SECOND, call.retry_at);
		ret->reason = str_c(err_name(e));
		return OK;
	}
	return finish(cx, row, &task, result_of(call.errcode), call.errcode, ret);
}

err welcome_expired(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct welcome_task task;
	TRY(read_task(cx, row, &task));
	return finish(cx, row, &task, "expired", 0, ret);
}

err welcome_unknown(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct welcome_task task;
	TRY(read_task(cx, row, &task));
	return finish(cx, row, &task, "failed", 0, ret);
}
