/*
 * The address of an account: proven, kept, answered. The answer to who came by a code of ours is its article.
 */
#include "feature/oa/oa_data.h"

#include "base/id.h"
#include "store/inbox.h"

#define IN_FIELDS(F, S)                                                                         \
	F(S, STR, slug, .max = 64) F(S, STR, signature, .opt = true) F(S, STR, msg_signature, .opt = true) F(S, STR, timestamp, .opt = true) \
	F(S, STR, nonce, .opt = true) F(S, STR, echostr, .opt = true) F(S, STR, encrypt_type, .opt = true) F(S, STR, openid, .opt = true)
RECORD(oa_push_in, IN_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static struct oa_query query_of(const struct oa_push_in *in)
{
	return (struct oa_query){ in->signature, in->msg_signature, in->timestamp, in->nonce, in->echostr, in->encrypt_type };
}

static err both(const struct snap *s, i64 id, struct oa_account *row, struct oa_open *o)
{
	TRY(oa_account_get(s, &(struct oa_key){ id }, row));
	return oa_open(s, row, o);
}

static err account_of(struct cx *cx, str slug, struct oa_account *row, struct oa_open *o)
{
	struct oa_slugged at;
	err e = READ_SNAP(&cx->unit, 0, oa_by_slug(snap, &(struct oa_slug){ slug }, &at));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OA_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
	TRY(e);
	cx->unit.corp = at.owner_corp;
	return READ_SNAP(&cx->unit, base(cx), both(snap, at.id, row, o));
}

static err h_hello(struct cx *cx)
{
	const struct oa_push_in *in = cx->in;
	struct oa_query q = query_of(in);
	struct oa_account row;
	struct oa_open o;
	TRY(account_of(cx, in->slug, &row, &o));
	TRY(oa_callback_verify(&o.endpoint, &q, CX_ARENA(cx), &cx->unit.fail));
	http_send(cx->reply, 200, STR("text/plain"), in->echostr.n ? in->echostr : STR(""));
	return OK;
}

static err keep(struct cx *cx, const struct oa_account *row, const struct oa_delivery *d)
{
	struct buf b = buf_new(CX_ARENA(cx), INBOX_BODY_MAX);
	const struct oa_event *ev = &d->event;
	struct oa_pushed body = { row->id, ev->from, str_eq_c(ev->msg_type, "event") ? ev->event : STR("message"), ev->scene,
				  ev->created == NIL ? cx_now(cx) : ev->created, ev->event_key, ev->job, ev->status, { NULL, 0 } };
	bool fresh;
	struct oa_noted *notes = ARENA_ARRAY(CX_ARENA(cx), struct oa_noted, ev->notice_count + 1);
	for (size_t i = 0; i < ev->notice_count; i++)
		notes[i] = (struct oa_noted){ ev->notices[i].template, ev->notices[i].status, ev->notices[i].job, ev->notices[i].error };
	body.notices = (struct list){ notes, ev->notice_count };
	record_write(&b, &oa_pushed_record, &body);
	str key = arena_printf(CX_ARENA(cx), "%llx:%.*s", (unsigned long long)row->id, STR_F(d->key));
	struct inbox_item item = { cx->unit.corp, STR(OA_SOURCE), key, buf_str(&b), cx_now(cx) };
	return inbox_add(cx->env->store, CX_ARENA(cx), &item, 1, &fresh, &cx->unit.fail);
}

/* The code she came by; a follow without one gets the account's own. ERR_NOT_FOUND: nothing to answer. */
static err code_for(const struct snap *s, const struct oa_account *row, const struct oa_event *ev, struct oa_code *ret)
{
	bool follows = str_eq_c(ev->event, "subscribe");
	if (!follows && !str_eq_c(ev->event, "SCAN"))
		return ERR_NOT_FOUND;
	err e = ev->scene.n ? oa_code_by_scene(s, &(struct oa_scene){ row->id, ev->scene }, ret) : ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND && follows && row->code != NIL ? oa_code_get(s, &(struct oa_key){ row->code }, ret) : e;
}

static err answer(struct cx *cx, const struct oa_account *row, const struct oa_open *o, const struct oa_delivery *d, str *ret)
{
	struct oa_code c;
	err e = READ_SNAP(&cx->unit, base(cx), code_for(snap, row, &d->event, &c));
	if (e == ERR_NOT_FOUND) {
		*ret = STR("success");
		return OK;
	}
	TRY(e);
	struct oa_news n = { c.title, c.words, c.pic, door_url(cx->env, CX_ARENA(cx), c.door) };
	return oa_reply_news(&o->endpoint, d, &n, cx_now(cx), id_slug(CX_ARENA(cx), 10), NULL, CX_ARENA(cx), ret, &cx->unit.fail);
}

static err h_push(struct cx *cx)
{
	const struct oa_push_in *in = cx->in;
	struct oa_query q = query_of(in);
	struct oa_account row;
	struct oa_open o;
	struct oa_delivery d;
	str body;
	TRY(account_of(cx, in->slug, &row, &o));
	TRY(oa_callback_accept(&o.endpoint, &q, cx->req->body, CX_ARENA(cx), &d, &cx->unit.fail));
	TRY(keep(cx, &row, &d));
	TRY(answer(cx, &row, &o, &d, &body));
	http_send(cx->reply, 200, body.p[0] == '<' ? STR("application/xml") : STR("text/plain"), body);
	return OK;
}

/* A code's short address, for the account's menu and articles. */
err oa_enter(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	struct oa_code c;
	TRY(READ_SNAP(&cx->unit, base(cx), oa_code_get(snap, &(struct oa_key){ door->target }, &c)));
	*ret = (struct door_answer){ .status = 302, .location = c.link };
	return OK;
}

#define PATH "/oa/callback/{slug}"
const struct route oa_push_routes[] = {
	{ "GET", PATH, NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &oa_push_in_record, &none_record, h_hello,
	  "The platform's first look at the address." },
	{ "POST", PATH, NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW | ROUTE_BODY, &oa_push_in_record, &none_record, h_push,
	  "A push of the official account; answered with the article of the code she came by." },
	{ 0 },
};
