/*
 * What the pages inside the client ask for.
 */
#include "feature/sidebar/sidebar.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "core/profile/profile.h"
#include "core/staff/staff.h"
#include "core/staff/todo.h"
#include "port/wecom/wecom_jsapi.h"

#include <stdlib.h>

#define NONCE_CHARS 16

#define SIGN_IN_FIELDS(F, S) F(S, STR, url, .min = 8, .max = SIDEBAR_URL_MAX, .doc = "of the page; what follows # is ignored")
RECORD(sidebar_sign_in, SIGN_IN_FIELDS);
#define SIGN_FIELDS(F, S)                                                       \
	F(S, STR, corpid) F(S, STR, agentid) F(S, I64, timestamp) F(S, STR, nonce) \
	F(S, STR, signature, .doc = "for config") F(S, STR, agent_signature, .doc = "for agentConfig") \
	F(S, BOOL, simulated, .doc = "the client is a stand-in")
RECORD(sidebar_sign, SIGN_FIELDS);
#define WHO_IN_FIELDS(F, S) F(S, STR, external_userid, .min = 1, .max = 64)
RECORD(sidebar_who_in, WHO_IN_FIELDS);
#define WHO_FIELDS(F, S)                                                        \
	F(S, STR, state, .one_of = "known,foreign,unknown", .doc = "foreign: not among the viewer's customers") \
	F(S, ID, customer_id, .opt = true)
RECORD(sidebar_who, WHO_FIELDS);
#define WORK_FIELDS(F, S)                                                       \
	F(S, ID, staff_id, .opt = true, .doc = "null: the user is no member of staff") F(S, STR, name) \
	F(S, LIST, todos, .of = &todo_record)
RECORD(sidebar_work, WORK_FIELDS);
#define LOST_FIELDS(F, S) F(S, ID, customer_id) F(S, STR, name, .opt = true) F(S, MS, added_ms) F(S, MS, lost_ms)
RECORD(sidebar_lost, LOST_FIELDS);

/* ---- the client ---- */

static err app_of(struct cx *cx, struct corp *ret_corp, struct corp_wecom *ret)
{
	TRY(corp_get(&cx->unit, cx->unit.corp, ret_corp));
	return corp_wecom_get(&cx->unit, cx->unit.corp, ret);
}

/* Only for addresses of ours: a signature is a right to speak to the client. */
static err h_sign(struct cx *cx)
{
	const struct sidebar_sign_in *in = cx->in;
	struct sidebar_sign *out = cx->out;
	struct arena *a = CX_ARENA(cx);
	struct corp corp;
	struct corp_wecom wecom;
	str ticket, agent;
	if (!str_starts(in->url, arena_printf(a, "%.*s/", STR_F(cx->env->public_url))))
		return cx_fail(cx, ERR_INPUT, T_SIDEBAR_URL, STR("url"), in->url, cx->env->public_url);
	TRY(app_of(cx, &corp, &wecom));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &wecom.app, .arena = a, .fail = &cx->unit.fail };
	TRY(wecom_jsapi_ticket(&call, WECOM_TICKET_CORP, &ticket));
	TRY(wecom_jsapi_ticket(&call, WECOM_TICKET_AGENT, &agent));
	*out = (struct sidebar_sign){ .corpid = wecom.app.corpid, .agentid = wecom.app.agentid, .nonce = id_random(a, NONCE_CHARS),
				      .timestamp = cx_now(cx) / MS_SECOND, .simulated = corp.simulated };
	out->signature = wecom_jsapi_sign(a, ticket, out->nonce, out->timestamp, in->url);
	out->agent_signature = wecom_jsapi_sign(a, agent, out->nonce, out->timestamp, in->url);
	return OK;
}

static err h_stand_in(struct cx *cx)
{
	struct corp corp;
	struct corp_wecom wecom;
	struct transport_answer answer;
	TRY(app_of(cx, &corp, &wecom));
	if (!corp.simulated || !wecom.app.base.n || !cx->env->transport)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("URL"));
	struct transport_call call = { .method = "GET",
				       .url = arena_printf(CX_ARENA(cx), "%.*s" SIDEBAR_STAND_IN, STR_F(wecom.app.base)) };
	TRY(cx->env->transport->call(cx->env->transport, CX_ARENA(cx), &call, &answer, &cx->unit.fail));
	if (answer.status != 200)
		return cx_fail(cx, ERR_UPSTREAM, T_OK, STR_NIL, STR_NIL, STR_NIL);
	http_send(cx->reply, 200, STR("text/javascript; charset=utf-8"), answer.body);
	return OK;
}

static err h_customer(struct cx *cx)
{
	const struct sidebar_who_in *in = cx->in;
	struct sidebar_who *out = cx->out;
	i64 leaf, root;
	out->state = STR("unknown");
	err e = identity_find(&cx->unit, STR("external_userid"), in->external_userid, &leaf);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	e = customer_visible(&cx->unit, leaf, &root);
	out->state = e == OK ? STR("known") : STR("foreign");
	if (e == OK)
		out->customer_id = root;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* ---- the workbench ---- */

static err me(struct cx *cx, i64 *ret_staff)
{
	struct user user;
	TRY(user_get(&cx->unit, cx->viewer.user, &user));
	*ret_staff = user.staff;
	return OK;
}

static err h_work(struct cx *cx)
{
	struct sidebar_work *out = cx->out;
	struct todo_list todos = { 0 };
	i64 staff;
	TRY(me(cx, &staff));
	for (const struct module *const *m = cx->env->modules; staff != NIL && *m; m++)
		if ((*m)->todos)
			TRY((*m)->todos(cx, staff, &todos));
	*out = (struct sidebar_work){ staff, cx->viewer.name, { todos.v.v, todos.v.n } };
	return OK;
}

static int by_ended(const void *a, const void *b)
{
	const struct follow *x = a, *y = b;
	return x->ended < y->ended ? 1 : x->ended > y->ended ? -1 : 0;
}

/* The newest of every slot, then of all. */
static err lost(struct cx *cx, i64 staff, struct follow **ret, size_t *ret_count)
{
	struct arena *a = CX_ARENA(cx);
	i64 *slots = ARENA_ARRAY(a, i64, SLOT_COUNT);
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT), count;
	VEC(struct follow) all = { 0 };
	struct follow *rows;
	for (size_t i = 0; i < n; i++) {
		TRY(READ_SNAP(&cx->unit, slots[i], follow_lost_of(snap, staff, SIDEBAR_LOST_MAX, &rows, &count)));
		for (size_t k = 0; k < count; k++)
			vec_push(a, &all, rows[k]);
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_ended);
	*ret = all.v;
	*ret_count = all.n < SIDEBAR_LOST_MAX ? all.n : SIDEBAR_LOST_MAX;
	return OK;
}

static err h_lost(struct cx *cx)
{
	struct page *out = cx->out;
	struct follow *rows;
	i64 staff;
	size_t n = 0;
	TRY(me(cx, &staff));
	if (staff != NIL)
		TRY(lost(cx, staff, &rows, &n));
	struct sidebar_lost *list = ARENA_ARRAY(CX_ARENA(cx), struct sidebar_lost, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct customer c;
		i64 root;
		TRY(customer_root(&cx->unit, rows[i].customer, &root));
		TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root), customer_get(snap, root, &c)));
		list[i] = (struct sidebar_lost){ root, c.name, rows[i].added, rows[i].ended };
	}
	out->data = (struct list){ list, n };
	out->total = (i64)n;
	return OK;
}

const struct route sidebar_routes[] = {
	{ "GET", "/api/v1/sidebar/sign", "self", ROUTE_SCOPE_NONE, 0, &sidebar_sign_in_record, &sidebar_sign_record, h_sign,
	  "Signs an address of a page for the JS-SDK." },
	{ "GET", "/api/v1/sidebar/stand-in.js", "self", ROUTE_SCOPE_NONE, ROUTE_RAW, &none_record, &none_record, h_stand_in,
	  "The simulator's stand-in for the client (simulated companies only)." },
	{ "GET", "/api/v1/sidebar/customer", "customer.read", ROUTE_SCOPE_CUSTOMERS, 0, &sidebar_who_in_record, &sidebar_who_record,
	  h_customer, "Who the customer beside the chat is." },
	{ "GET", "/api/v1/work", "self", ROUTE_SCOPE_NONE, 0, &none_record, &sidebar_work_record, h_work,
	  "What waits for the member of staff who asks." },
	{ "GET", "/api/v1/work/lost", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &none_record, &sidebar_lost_record, h_lost,
	  "Who deleted the member of staff who asks, newest first." },
	{ 0 },
};
