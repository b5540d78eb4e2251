/*
 * The two callback requests. Nothing is decided here beyond whose message it is and that it is genuine;
 * "success" is answered only when the inbox has it for good.
 */
#include "core/corp/corp_callback.h"

#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "port/wecom/wecom_callback.h"

#define CALLBACK_PATH "/wecom/callback/"

/* A welcome code lives 20 seconds; whatever else WeCom tells can wait behind it, and the world behind that. */
enum { URGENT_TOLD = 1, URGENT_CODE = 2 };
static int urgency(str xml) { return str_has(xml, STR("<WelcomeCode>")) ? URGENT_CODE : URGENT_TOLD; }

static struct wecom_callback_query query_of(const struct corp_callback_in *in)
{
	return (struct wecom_callback_query){ in->msg_signature, in->timestamp, in->nonce, in->echostr };
}

static err callback_of(struct cx *cx, str slug, struct wecom_callback *ret, i64 *ret_corp)
{
	struct corp corp;
	struct corp_known known;
	TRY(corp_by_slug(&cx->unit, slug, &corp));
	TRY(corp_known_get(&cx->unit, corp.id, &known));
	*ret = (struct wecom_callback){ known.row.corpid, known.row.token, known.row.aeskey };
	*ret_corp = corp.id;
	if (!ret->corpid.n || !ret->token.n || !ret->aeskey.n)
		return cx_fail(cx, ERR_STATE, T_CORP_WECOM_UNSET, STR_NIL, STR_NIL, STR_NIL);
	return OK;
}

err corp_callback_check(struct cx *cx)
{
	const struct corp_callback_in *in = cx->in;
	struct wecom_callback_query q = query_of(in);
	struct wecom_callback c;
	i64 corp;
	str plain;
	TRY(callback_of(cx, in->slug, &c, &corp));
	TRY(wecom_callback_verify(&c, &q, CX_ARENA(cx), &plain, &cx->unit.fail));
	http_send(cx->reply, 200, STR("text/plain"), plain);
	return OK;
}

err corp_callback_accept(struct cx *cx)
{
	const struct corp_callback_in *in = cx->in;
	struct wecom_callback_query q = query_of(in);
	struct wecom_callback c;
	struct wecom_delivery d;
	struct inbox_item item = { .source = STR(CALLBACK_SOURCE), .received = cx_now(cx), .base = true };
	bool new;
	TRY(callback_of(cx, in->slug, &c, &item.corp));
	TRY(wecom_callback_accept(&c, &q, cx->req->body, CX_ARENA(cx), &d, &cx->unit.fail));
	item.key = d.key;
	item.body = d.xml;
	item.urgent = urgency(d.xml);
	TRY(inbox_add(cx->unit.store, CX_ARENA(cx), &item, 1, &new, &cx->unit.fail));
	http_send(cx->reply, 200, STR("text/plain"), STR("success"));
	return OK;
}

/* ---- without a worker ---- */

static void later_done(void *arg, err e)
{
	if (e == OK)
		http_later_done(arg, 200, STR("text/plain"), STR("success"));
	else
		http_later_done(arg, err_status(e), STR("text/plain"), str_c(err_name(e)));
}

static str slug_of(const struct http_req *req)
{
	str head = STR(CALLBACK_PATH);
	return str_eq_c(req->method, "POST") && str_starts(req->path, head) ? str_sub(req->path, head.n, req->path.n) : STR_NIL;
}

bool callback_later(struct env *env, struct http_req *req, struct http_later *later)
{
	str slug = slug_of(req);
	struct corp_known known;
	struct wecom_delivery d;
	struct fail f = { 0 };
	if (!slug.n || !corp_known_by_slug(env, req->arena, slug, &known) || !known.row.token.n || !known.row.aeskey.n)
		return false;
	struct wecom_callback c = { known.row.corpid, known.row.token, known.row.aeskey };
	struct wecom_callback_query q = { http_query(req, "msg_signature"), http_query(req, "timestamp"),
					  http_query(req, "nonce"), STR_NIL };
	if (wecom_callback_accept(&c, &q, req->body, req->arena, &d, &f) != OK)
		return false; /* the route words the refusal */
	struct inbox_item item = { known.row.id, STR(CALLBACK_SOURCE), d.key, d.xml, clock_now(env->clock), urgency(d.xml), true };
	err e = inbox_submit(env->store, &item, 1, later_done, later);
	if (e != OK)
		later_done(later, e);
	return true;
}
