/*
 * The pool over HTTP: what is free, what one holds with the phone, claiming, giving back, history.
 */
#include "feature/lead/lead_data.h"

#include "core/attr/attr.h"
#include "core/audience/audience.h"
#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"

#define LIST_FIELDS(F, S)                                                                       \
	F(S, STR, state, .opt = true, .one_of = "free,claimed,won,mine") F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(lead_list_in, LIST_FIELDS);
#define VIEW_FIELDS(F, S)                                                                       \
	F(S, ID, id, .doc = "the customer") F(S, STR, name, .pii = true) F(S, STR, phone, .opt = true, .pii = true, .doc = "whole for who holds her") \
	F(S, STR, state, .one_of = "free,claimed,won") F(S, STR, staff, .opt = true) F(S, BOOL, mine) F(S, I64, orders) F(S, FEN, spent) \
	F(S, MS, last_order_ms, .opt = true) F(S, MS, until_ms, .opt = true) F(S, MS, created_ms)
RECORD(lead_view, VIEW_FIELDS);
#define POOL_FIELDS(F, S) F(S, STR, expr, .min = 1, .max = AUDIENCE_TEXT_MAX)
RECORD(lead_pool_new, POOL_FIELDS);
#define POOL_JOB_FIELDS(F, S) F(S, STR, expr) F(S, I64, scope)
RECORD(lead_pool_job, POOL_JOB_FIELDS);
#define JOB_FIELDS_(F, S) F(S, ID, job)
RECORD(lead_job_out, JOB_FIELDS_);
#define ID_FIELDS(F, S) F(S, ID, id)
RECORD(lead_id, ID_FIELDS);
#define BACK_FIELDS(F, S) F(S, ID, id) F(S, STR, why, .min = 1, .max = LEAD_WHY_MAX)
RECORD(lead_back_in, BACK_FIELDS);
#define PAST_FIELDS(F, S) F(S, ID, id) F(S, MS, at_ms) F(S, STR, what, .one_of = "pooled,claimed,returned,won") F(S, STR, staff, .opt = true) F(S, STR, why, .opt = true)
RECORD(lead_past, PAST_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* The member this user is; NIL for users who are none. */
static err self(struct cx *cx, bool needed, i64 *ret)
{
	struct user user = { .staff = NIL };
	if (cx->viewer.user)
		TRY(user_get(&cx->unit, cx->viewer.user, &user));
	*ret = user.staff;
	return needed && user.staff == NIL ? cx_fail(cx, ERR_STATE, T_PHONELIST_NO_STAFF, STR_NIL, STR_NIL, STR_NIL) : OK;
}

/* ---- showing ---- */

static err phone_of(struct unit *u, i64 root, bool whole, str *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, count;
	*ret = STR_NIL;
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n && !ret->p; i++) {
		struct identity_row *ids;
		TRY(identity_of(u, leaves[i], &ids, &count));
		for (size_t k = 0; k < count && !ret->p; k++)
			if (ids[k].verified && str_eq_c(ids[k].kind, "phone"))
				*ret = whole ? ids[k].value : ids[k].masked;
	}
	return OK;
}

static str staff_name(const struct snap *s, i64 id)
{
	struct staff staff;
	return id != NIL && staff_get(s, id, &staff) == OK ? staff.name : STR_NIL;
}

static err add_staff(const struct snap *s, const struct lead *rows, size_t n, struct lead_view *v)
{
	for (size_t i = 0; i < n; i++)
		v[i].staff = staff_name(s, rows[i].staff);
	return OK;
}

/* Only who holds her sees her name and phone: a free lead is nobody's customer yet. */
static err view(struct cx *cx, const struct lead *r, i64 me, struct lead_view *v)
{
	struct unit *u = &cx->unit;
	struct customer_fact f;
	bool mine = str_eq_c(r->state, "claimed") && r->staff == me && me != NIL, open = mine || (cx->unit.scope == 0 && cx_may(cx, "phonelist.write"));
	*v = (struct lead_view){ .id = r->customer, .name = STR(""), .phone = STR_NIL, .state = r->state, .staff = STR_NIL, .mine = mine,
				 .last_order_ms = NIL, .until_ms = r->until, .created_ms = r->created };
	err e = READ_SNAP(u, slot_of_customer(u->store, r->customer), attr_fact_get(snap, r->customer, &f));
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	v->orders = f.orders;
	v->spent = f.spent;
	v->last_order_ms = f.last_order;
	str name = f.name.n ? f.name : STR("");
	v->name = open || name.n == 0 ? name : arena_printf(u->arena, "%.*s**", STR_F(str_utf8_head(name, 1)));
	return phone_of(u, r->customer, open, &v->phone);
}

static err read_page(const struct snap *s, const struct lead_list_in *in, i64 me, i64 after, struct lead **ret, size_t *ret_n)
{
	if (str_eq_c(in->state, "mine"))
		return lead_of(s, &(struct lead_mine){ me, after, in->limit + 1 }, ret, ret_n);
	return lead_list(s, &(struct lead_page){ in->state.n ? in->state : STR("free"), after, in->limit + 1 }, ret, ret_n);
}

static err h_list(struct cx *cx)
{
	const struct lead_list_in *in = cx->in;
	struct page *page = cx->out;
	struct lead *rows;
	i64 me, after = 0;
	size_t n;
	u64 filter = str_hash(in->state);
	TRY(self(cx, false, &me));
	TRY(page_from(cx, in->cursor, &after, 1, filter));
	TRY(READ_SNAP(&cx->unit, base(cx), read_page(snap, in, me, after, &rows, &n)));
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		page->next_cursor = page_next(cx, &rows[n - 1].customer, 1, filter);
	}
	struct lead_view *v = ARENA_ARRAY(CX_ARENA(cx), struct lead_view, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(view(cx, &rows[i], me, &v[i]));
	TRY(READ_SNAP(&cx->unit, base(cx), add_staff(snap, rows, n, v)));
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err show(struct cx *cx, i64 customer, i64 me)
{
	struct lead row;
	TRY(READ_SNAP(&cx->unit, base(cx), lead_get(snap, &(struct lead_key){ customer }, &row)));
	TRY(view(cx, &row, me, cx->out));
	return READ_SNAP(&cx->unit, base(cx), add_staff(snap, &row, 1, cx->out));
}

static err past(const struct snap *s, i64 customer, struct page *page)
{
	struct lead_log *rows;
	size_t n;
	TRY(lead_logs(s, &(struct lead_key){ customer }, &rows, &n));
	struct lead_past *v = ARENA_ARRAY(s->arena, struct lead_past, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct lead_past){ rows[i].id, rows[i].at, rows[i].what, staff_name(s, rows[i].staff), rows[i].why };
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err h_history(struct cx *cx)
{
	return READ_SNAP(&cx->unit, base(cx), past(snap, ((const struct lead_id *)cx->in)->id, cx->out));
}

/* ---- doing ---- */

static err h_claim(struct cx *cx)
{
	i64 me, id = ((const struct lead_id *)cx->in)->id;
	TRY(self(cx, true, &me));
	TRY(lead_claim(cx, me, id));
	return show(cx, id, me);
}

static err h_return(struct cx *cx)
{
	const struct lead_back_in *in = cx->in;
	i64 me;
	TRY(self(cx, true, &me));
	TRY(lead_give_back(cx, me, in->id, in->why));
	return show(cx, in->id, me);
}

static err start(struct tx *tx, const struct lead_pool_job *in, str title, i64 *ret)
{
	TRY(job_add(tx, LEAD_JOB, title, STR("/leads"), &lead_pool_job_record, in, ret));
	return audit_add(tx, "lead.pool", STR("lead"), str_utf8_head(in->expr, 200));
}

static err h_pool(struct cx *cx)
{
	const struct lead_pool_new *in = cx->in;
	struct lead_job_out *out = cx->out;
	struct expr *e;
	struct lead_pool_job job = { in->expr, cx->unit.scope };
	TRY(expr_parse(&cx->unit, in->expr, &e));
	return WRITE_TX(&cx->unit, base(cx), start(tx, &job, str_c(text_raw(T_LEAD_JOB, cx->viewer.lang)), &out->job));
}

#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route lead_routes[] = {
	{ "GET", "/api/v1/leads", "self", SCOPED, ROUTE_LIST, &lead_list_in_record, &lead_view_record, h_list,
	  "Leads that are free, held, won, or one's own." },
	{ "POST", "/api/v1/leads", "phonelist.write", SCOPED, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &lead_pool_new_record, &lead_job_out_record, h_pool,
	  "Puts an audience into the pool, without friends; a job." },
	{ "POST", "/api/v1/leads/{id}/claim", "self", SCOPED, 0, &lead_id_record, &lead_view_record, h_claim, "Claims a free lead." },
	{ "POST", "/api/v1/leads/{id}/return", "self", SCOPED, 0, &lead_back_in_record, &lead_view_record, h_return, "Gives a lead back." },
	{ "GET", "/api/v1/leads/{id}/history", "phonelist.read", SCOPED, ROUTE_LIST, &lead_id_record, &lead_past_record, h_history,
	  "Who held her and why she went back." },
	{ 0 },
};
