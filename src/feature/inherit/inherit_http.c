/*
 * inherit over HTTP: planning, starting and stopping a handing over, its counts and its customers, and the
 * members who left customers behind.
 */
#include "feature/inherit/inherit_data.h"

#include "base/hash.h"
#include "base/text.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom.h"

#include <stdlib.h>

#define NAMED_FIELDS(F, S) F(S, ID, id) F(S, STR, name)
RECORD(inherit_named, NAMED_FIELDS);
#define PAIR_VIEW_FIELDS(F, S)                                              \
	F(S, OBJ, giver, .of = &inherit_named_record) F(S, OBJ, taker, .opt = true, .of = &inherit_named_record) \
	F(S, STR, state, .one_of = INHERIT_ITEM_STATES) F(S, I64, n)
RECORD(inherit_pair_view, PAIR_VIEW_FIELDS);
#define GROUP_VIEW_FIELDS(F, S)                                             \
	F(S, ID, id) F(S, STR, name) F(S, STR, giver) F(S, STR, taker, .opt = true) F(S, STR, state, .one_of = INHERIT_ITEM_STATES) \
	F(S, STR, reason, .opt = true) F(S, MS, asked_ms, .opt = true)
RECORD(inherit_group_view, GROUP_VIEW_FIELDS);
#define RULES_FIELDS(F, S)                                                  \
	F(S, I64, wait_hours) F(S, I64, times) F(S, I64, days) F(S, I64, at_once, .doc = "customers of one call") \
	F(S, I64, groups_a_day, .doc = "of one owner who works on")
RECORD(inherit_rules, RULES_FIELDS);
#define VIEW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, STR, kind, .one_of = INHERIT_KINDS) F(S, STR, rule, .one_of = INHERIT_RULES) \
	F(S, STR, state, .one_of = INHERIT_STATES) F(S, STR, message) F(S, BOOL, with_groups) F(S, I64, total) F(S, I64, blocked) \
	F(S, LIST, givers, .of = &inherit_named_record) F(S, LIST, takers, .of = &inherit_named_record) \
	F(S, LIST, pairs, .of = &inherit_pair_view_record, .doc = "of one alone: how many customers are in which state") \
	F(S, LIST, groups, .of = &inherit_pair_view_record, .doc = "of one alone: the same of groups") \
	F(S, OBJ, rules, .of = &inherit_rules_record, .doc = "the platform's") \
	F(S, ID, job_id) F(S, MS, created_ms) F(S, MS, started_ms, .opt = true) F(S, MS, ended_ms, .opt = true)
RECORD(inherit_view, VIEW_FIELDS);
#define CREATE_FIELDS(F, S)                                                 \
	F(S, STR, kind, .one_of = INHERIT_KINDS) F(S, STR, rule, .one_of = INHERIT_RULES) \
	F(S, IDS, giver_ids, .min = 1, .max = INHERIT_GIVERS_MAX) F(S, IDS, taker_ids, .opt = true, .max = INHERIT_TAKERS_MAX) \
	F(S, STR, message, .opt = true, .max = WECOM_TRANSFER_MESSAGE_CHARS_MAX) F(S, BOOL, with_groups, .opt = true)
RECORD(inherit_create_in, CREATE_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(inherit_list_in, LIST_FIELDS);
#define ITEMS_FIELDS(F, S) F(S, ID, id) F(S, STR, state, .opt = true, .one_of = INHERIT_ITEM_STATES) LIST_FIELDS(F, S)
RECORD(inherit_items_in, ITEMS_FIELDS);
#define ITEM_VIEW_FIELDS(F, S)                                              \
	F(S, STR, id) F(S, ID, customer_id) F(S, STR, customer_name, .opt = true, .pii = true) F(S, STR, giver) F(S, STR, taker, .opt = true) \
	F(S, STR, state, .one_of = INHERIT_ITEM_STATES) F(S, STR, reason, .opt = true, .doc = "in words") \
	F(S, MS, asked_ms, .opt = true) F(S, MS, due_ms, .opt = true, .doc = "when she goes over by herself") F(S, MS, ended_ms, .opt = true)
RECORD(inherit_item_view, ITEM_VIEW_FIELDS);
#define LEAVER_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, I64, customers)
RECORD(inherit_leaver, LEAVER_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

struct people { struct staff *v; size_t n; };

static str name_of(const struct people *p, i64 id)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].id == id)
			return p->v[i].name.n ? p->v[i].name : p->v[i].userid;
	return STR_NIL;
}

static struct inherit_named *named(struct arena *a, const struct people *p, i64 id)
{
	struct inherit_named *n = ARENA_NEW(a, struct inherit_named);
	*n = (struct inherit_named){ id, name_of(p, id).p ? name_of(p, id) : STR("") };
	return n;
}

static err view(const struct snap *s, const struct people *p, const struct inherit *row, struct inherit_view *v)
{
	struct inherit_member *rows;
	size_t n;
	*v = (struct inherit_view){ .id = row->id, .kind = row->kind, .rule = row->rule, .state = row->state, .message = row->message, .with_groups = row->with_groups,
		.total = row->total, .blocked = row->blocked, .job_id = row->job, .created_ms = row->created,
		.started_ms = row->started, .ended_ms = row->ended };
	TRY(inherit_members(s, &(struct inherit_key){ row->id }, &rows, &n));
	struct inherit_named *givers = ARENA_ARRAY(s->arena, struct inherit_named, n + 1);
	struct inherit_named *takers = ARENA_ARRAY(s->arena, struct inherit_named, n + 1);
	for (size_t i = 0; i < n; i++) {
		bool giver = str_eq_c(rows[i].role, "giver");
		*(giver ? &givers[v->givers.n++] : &takers[v->takers.n++]) = *named(s->arena, p, rows[i].staff);
	}
	v->givers.v = givers;
	v->takers.v = takers;
	struct inherit_rules *rules = ARENA_NEW(s->arena, struct inherit_rules);
	*rules = (struct inherit_rules){ WECOM_TRANSFER_WAIT_MS / MS_HOUR, WECOM_TRANSFER_TIMES_MAX,
					 WECOM_TRANSFER_TIMES_MS / MS_DAY, WECOM_TRANSFER_CUSTOMERS_MAX, WECOM_TRANSFER_GROUPS_DAY };
	v->rules = rules;
	return OK;
}

static err read_list(struct cx *cx, const struct snap *s, i64 before, i64 limit)
{
	struct page *page = cx->out;
	struct inherit *rows;
	struct people p;
	size_t n;
	TRY(staff_all(s, &p.v, &p.n));
	TRY(inherit_list(s, &(struct inherit_find){ before, limit + 1 }, &rows, &n));
	size_t shown = n > (size_t)limit ? (size_t)limit : n;
	struct inherit_view *views = ARENA_ARRAY(s->arena, struct inherit_view, shown + 1);
	for (size_t i = 0; i < shown; i++)
		TRY(view(s, &p, &rows[i], &views[i]));
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].id, 1, 0);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct inherit_list_in *in = cx->in;
	i64 before = INT64_MAX, limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : in->limit;
	TRY(page_from(cx, in->cursor, &before, 1, 0));
	return READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, before, limit));
}

static err read_one(struct cx *cx, const struct snap *s, i64 id, struct people *p)
{
	struct inherit row;
	err e = inherit_get(s, &(struct inherit_key){ id }, &row);
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_INHERIT_UNKNOWN, STR("id"), STR_NIL, STR_NIL);
	TRY(e);
	TRY(staff_all(s, &p->v, &p->n));
	return view(s, p, &row, cx->out);
}

/* What was never asked for is asked for no more once it was stopped. */
static str shown_state(str run, str state)
{
	return str_eq_c(run, "cancelled") && str_eq_c(state, "planned") ? STR("cancelled") : state;
}

static err show_groups(const struct snap *s, const struct people *p, i64 id, str run, struct list *ret)
{
	struct inherit_group_sum *rows;
	size_t n;
	TRY(inherit_group_sums(s, &(struct inherit_key){ id }, &rows, &n));
	struct inherit_pair_view *v = ARENA_ARRAY(s->arena, struct inherit_pair_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct inherit_pair_view){ named(s->arena, p, rows[i].giver), rows[i].taker ? named(s->arena, p, rows[i].taker) : NULL,
						   shown_state(run, rows[i].state), rows[i].n };
	*ret = (struct list){ v, n };
	return OK;
}

static err show(struct cx *cx, i64 id)
{
	struct inherit_view *v = cx->out;
	struct people p;
	struct inherit_sum *rows;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id, &p)));
	TRY(inherit_totals(&cx->unit, id, &rows, &n));
	struct inherit_pair_view *pairs = ARENA_ARRAY(CX_ARENA(cx), struct inherit_pair_view, n + 1);
	for (size_t i = 0; i < n; i++)
		pairs[i] = (struct inherit_pair_view){ named(CX_ARENA(cx), &p, rows[i].giver),
			rows[i].taker ? named(CX_ARENA(cx), &p, rows[i].taker) : NULL, shown_state(v->state, rows[i].state), rows[i].n };
	v->pairs = (struct list){ pairs, n };
	return READ_SNAP(&cx->unit, base(cx), show_groups(snap, &p, id, v->state, &v->groups));
}

static err h_get(struct cx *cx) { return show(cx, ((const struct inherit_key *)cx->in)->id); }

static err h_create(struct cx *cx)
{
	const struct inherit_create_in *in = cx->in;
	struct inherit_edit edit = { in->kind, in->rule, in->message, in->giver_ids, in->taker_ids, in->with_groups };
	i64 id;
	TRY(WRITE_TX(&cx->unit, base(cx), inherit_create(tx, &edit, &id)));
	return show(cx, id);
}

static err h_start(struct cx *cx)
{
	i64 id = ((const struct inherit_key *)cx->in)->id;
	TRY(WRITE_TX(&cx->unit, base(cx), inherit_start(tx, id)));
	return show(cx, id);
}

static err h_cancel(struct cx *cx)
{
	i64 id = ((const struct inherit_key *)cx->in)->id;
	TRY(WRITE_TX(&cx->unit, base(cx), inherit_cancel(tx, id)));
	return show(cx, id);
}

/* ---- its customers ---- */

static int by_customer(const void *a, const void *b)
{
	const struct inherit_item *x = a, *y = b;
	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	return (x->giver > y->giver) - (x->giver < y->giver);
}

static str reason_of(struct cx *cx, str code)
{
	i64 number;
	if (!code.n)
		return STR_NIL;
	if (!str_i64(code, &number))
		return str_c(text_raw(str_eq_c(code, "no_taker") ? T_INHERIT_NO_TAKER : T_INHERIT_NO_ANSWER, cx->viewer.lang));
	struct text_hole hole = { "value", code };
	return text_fill(CX_ARENA(cx), wecom_errcode(number)->text, cx->viewer.lang, &hole, 1);
}

static err show_items(struct cx *cx, const struct inherit_item *v, size_t n, str run)
{
	struct page *page = cx->out;
	struct inherit_item_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct inherit_item_view, n + 1);
	struct people p;
	size_t kept = 0;
	TRY(READ_SNAP(&cx->unit, base(cx), staff_all(snap, &p.v, &p.n)));
	for (size_t i = 0; i < n; i++) {
		struct customer c;
		TRY(customer_shown(&cx->unit, v[i].customer, &c));
		if (!c.id)
			continue; /* not this viewer's */
		rows[kept++] = (struct inherit_item_view){
			arena_printf(CX_ARENA(cx), "%lld-%lld", (long long)v[i].customer, (long long)v[i].giver), c.id, c.name, name_of(&p, v[i].giver), name_of(&p, v[i].taker), shown_state(run, v[i].state),
			reason_of(cx, v[i].code), v[i].asked,
			str_eq_c(v[i].state, "waiting") && v[i].asked != NIL ? v[i].asked + WECOM_TRANSFER_WAIT_MS : NIL, v[i].ended };
	}
	page->data = (struct list){ rows, kept };
	page->total = NIL;
	return OK;
}

static err h_items(struct cx *cx)
{
	const struct inherit_items_in *in = cx->in;
	struct page *page = cx->out;
	size_t limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit, n = 0;
	i64 keys[2] = { 0, 0 }, *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t slot_count = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	u64 filter = hash_mix((u64)in->id) ^ hash64(in->state);
	struct inherit run;
	err e = READ_SNAP(&cx->unit, base(cx), inherit_get(snap, &(struct inherit_key){ in->id }, &run));
	if (e != OK)
		return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_INHERIT_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	struct inherit_items find = { in->id, in->state.n ? in->state : STR(""), keys[0], keys[1], (i64)limit + 1 };
	struct inherit_item *all = ARENA_ARRAY(CX_ARENA(cx), struct inherit_item, slot_count * (limit + 1));
	for (size_t i = 0; i < slot_count; i++) {
		struct inherit_item *v;
		size_t m;
		TRY(READ_SNAP(&cx->unit, slots[i], inherit_item_page(snap, &find, &v, &m)));
		if (m)
			memcpy(all + n, v, m * sizeof(*v));
		n += m;
	}
	qsort(all, n, sizeof(*all), by_customer);
	if (n > limit) {
		n = limit;
		i64 last[2] = { all[n - 1].customer, all[n - 1].giver };
		page->next_cursor = page_next(cx, last, 2, filter);
	}
	return show_items(cx, all, n, run.state);
}

static err read_groups(struct cx *cx, const struct snap *s, const struct inherit_items_in *in, i64 after, i64 limit)
{
	struct page *page = cx->out;
	struct inherit_group *v;
	struct people p;
	size_t n;
	TRY(staff_all(s, &p.v, &p.n));
	TRY(inherit_group_page(s, &(struct inherit_group_at){ in->id, after, limit + 1 }, &v, &n));
	size_t shown = n > (size_t)limit ? (size_t)limit : n;
	struct inherit_group_view *rows = ARENA_ARRAY(s->arena, struct inherit_group_view, shown + 1);
	for (size_t i = 0; i < shown; i++)
		rows[i] = (struct inherit_group_view){ v[i].chat, v[i].name, name_of(&p, v[i].giver), name_of(&p, v[i].taker), v[i].state,
						       reason_of(cx, v[i].code), v[i].asked };
	page->data = (struct list){ rows, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &v[shown - 1].chat, 1, hash_mix((u64)in->id));
	return OK;
}

static err h_groups(struct cx *cx)
{
	const struct inherit_items_in *in = cx->in;
	i64 after = 0, limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : in->limit;
	TRY(page_from(cx, in->cursor, &after, 1, hash_mix((u64)in->id)));
	return READ_SNAP(&cx->unit, base(cx), read_groups(cx, snap, in, after, limit));
}

static err h_leavers(struct cx *cx)
{
	struct page *page = cx->out;
	struct people p;
	TRY(READ_SNAP(&cx->unit, base(cx), staff_all(snap, &p.v, &p.n)));
	struct inherit_leaver *rows = ARENA_ARRAY(CX_ARENA(cx), struct inherit_leaver, p.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < p.n; i++)
		if (str_eq_c(p.v[i].state, "left") && p.v[i].customers > 0)
			rows[n++] = (struct inherit_leaver){ p.v[i].id, name_of(&p, p.v[i].id), p.v[i].customers };
	page->data = (struct list){ rows, n };
	page->total = (i64)n;
	return OK;
}

#define KEY &inherit_key_record
#define VIEW &inherit_view_record
const struct route inherit_routes[] = {
	{ "GET", "/api/v1/inherits", "inherit.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &inherit_list_in_record, VIEW, h_list,
	  "Handings over of customers, newest first." },
	{ "POST", "/api/v1/inherits", "inherit.write", ROUTE_SCOPE_NONE, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &inherit_create_in_record, VIEW,
	  h_create, "Plans one; nothing is asked of WeCom before it is started." },
	{ "GET", "/api/v1/inherits/{id}", "inherit.read", ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_get, "One of them with its counts." },
	{ "POST", "/api/v1/inherits/{id}/start", "inherit.write", ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_start, "Starts what was planned." },
	{ "POST", "/api/v1/inherits/{id}/cancel", "inherit.write", ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_cancel,
	  "Stops it: who was asked already goes on waiting in WeCom." },
	{ "GET", "/api/v1/inherits/{id}/customers", "inherit.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &inherit_items_in_record,
	  &inherit_item_view_record, h_items, "Whom it concerns, and what became of them." },
	{ "GET", "/api/v1/inherits/{id}/groups", "inherit.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &inherit_items_in_record,
	  &inherit_group_view_record, h_groups, "Which groups it concerns, and what became of them." },
	{ "GET", "/api/v1/inherit/leavers", "inherit.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &inherit_leaver_record, h_leavers,
	  "Members who left and still have customers." },
	{ 0 },
};
