/*
 * The member page's routes.
 */
#include "feature/bind/bind_data.h"

#include "core/perm/perm_session.h"
#include "port/send/sms.h"

#define BIND_PAGE_FIELDS(F, S) F(S, STR, corp, .opt = true, .max = 60)
RECORD(bind_page, BIND_PAGE_FIELDS);
#define BIND_ASK_FIELDS(F, S) F(S, STR, phone, .pii = true, .max = 30)
RECORD(bind_ask, BIND_ASK_FIELDS);
#define BIND_ASKED_FIELDS(F, S)                                                                 \
	F(S, I64, wait_s) F(S, STR, test_code, .opt = true, .doc = "only in a simulated company, where nothing is sent")
RECORD(bind_asked, BIND_ASKED_FIELDS);
#define BIND_CONFIRM_FIELDS(F, S) F(S, STR, phone, .pii = true, .max = 30) F(S, STR, code, .max = 12) F(S, BOOL, agree)
RECORD(bind_confirm, BIND_CONFIRM_FIELDS);
#define BIND_DONE_FIELDS(F, S) F(S, BOOL, bound) F(S, BOOL, merged)
RECORD(bind_done, BIND_DONE_FIELDS);

static err h_session(struct cx *cx)
{
	const struct bind_page *in = cx->in;
	struct guest v;
	TRY(guest_enter(cx, in->corp, &v));
	return bind_view(cx, &v, cx->out);
}

static err h_code(struct cx *cx)
{
	const struct bind_ask *in = cx->in;
	struct bind_asked *out = cx->out;
	struct guest v;
	str phone, code;
	TRY(session_check_origin(cx));
	TRY(guest_enter(cx, STR_NIL, &v));
	TRY(bind_phone(cx, in->phone, &phone));
	TRY(bind_code_ask(cx, &v, phone, &code));
	out->wait_s = BIND_CODE_EVERY_MS / MS_SECOND;
	if (v.corp.simulated && sms_is_test(cx->env->sms))
		out->test_code = code;
	return OK;
}

static err h_confirm(struct cx *cx)
{
	const struct bind_confirm *in = cx->in;
	struct bind_done *out = cx->out;
	struct guest v;
	str phone;
	i64 id;
	TRY(session_check_origin(cx));
	TRY(guest_enter(cx, STR_NIL, &v));
	TRY(bind_phone(cx, in->phone, &phone));
	if (!in->agree)
		return cx_fail(cx, ERR_INPUT, T_BIND_AGREE, STR("agree"), STR_NIL, STR_NIL);
	TRY(bind_code_check(cx, &v, phone, str_trim(in->code), &id));
	err e = bind_person(cx, &v, phone, id, &out->merged);
	if (e != OK && e != ERR_STATE)
		return e; /* the code still works: she may simply try again */
	struct fail why = cx->unit.fail;
	TRY(bind_code_close(cx, id));
	cx->unit.fail = why;
	out->bound = e == OK;
	return e;
}

#define BIND_CLAIM_ID_FIELDS(F, S) F(S, ID, id)
RECORD(bind_claim_id, BIND_CLAIM_ID_FIELDS);

static err h_claim(struct cx *cx)
{
	struct guest v;
	TRY(session_check_origin(cx));
	TRY(guest_enter(cx, STR_NIL, &v));
	return bind_claim_ask(cx, &v, cx->in, &((struct bind_claim_id *)cx->out)->id);
}

static err h_claimed(struct cx *cx)
{
	const struct bind_claim_id *in = cx->in;
	struct guest v;
	TRY(guest_enter(cx, STR_NIL, &v));
	return bind_claim_look(cx, &v, in->id, cx->out);
}

const struct route bind_routes[] = {
	{ "GET", "/h5/api/bind/session", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &bind_page_record, &bind_session_view_record,
	  h_session, "Who the visitor is, and the privacy notice." },
	{ "POST", "/h5/api/bind/code", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &bind_ask_record, &bind_asked_record, h_code,
	  "Sends a code to a phone." },
	{ "POST", "/h5/api/bind/confirm", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &bind_confirm_record, &bind_done_record,
	  h_confirm, "Proves the phone and binds it." },
	{ "POST", "/h5/api/bind/claims", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_ACCEPTED, &bind_claim_in_record, &bind_claim_id_record,
	  h_claim, "Says that an order is the visitor's." },
	{ "GET", "/h5/api/bind/claims/{id}", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &bind_claim_id_record, &bind_claim_view_record,
	  h_claimed, "What came of it." },
	{ 0 },
};
