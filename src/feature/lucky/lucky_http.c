/*
 * Welfare schemes in the console, and who was asked and did not join.
 */
#include "feature/lucky/lucky_data.h"

#include "core/customer/customer.h"
#include "core/outlet/outlet.h"
#include "core/perm/perm.h"
#include "port/qr/qr.h"

#define ACCOUNT_VIEW_FIELDS(F, S)                                                \
	F(S, ID, staff) F(S, STR, name) F(S, I64, weight) F(S, I64, friends) F(S, BOOL, full, .doc = "near its limit: passed over") F(S, STR, status)
RECORD(lucky_account_view, ACCOUNT_VIEW_FIELDS);
#define VIEW_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, name) F(S, I64, friends_max) F(S, LIST, accounts, .of = &lucky_account_view_record) \
	F(S, STR, url, .doc = "what the printed code holds") F(S, STR, group_url, .doc = "for the welcome of the accounts") \
	F(S, I64, asked) F(S, I64, joined) F(S, I64, version)
RECORD(lucky_view, VIEW_FIELDS);
#define CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) LUCKY_EDIT_FIELDS(F, S)
RECORD(lucky_change_in, CHANGE_FIELDS);
#define MISSING_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(lucky_missing_in, MISSING_IN_FIELDS);
#define MISSING_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff) F(S, STR, staff_name) F(S, STR, store, .opt = true) F(S, MS, asked_ms)
RECORD(lucky_missing_row, MISSING_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err view_pool(const struct snap *s, const struct lucky *l, struct lucky_view *v)
{
	struct lucky_account *rows;
	size_t n;
	i64 most = l->friends_max - l->friends_max * LUCKY_RESERVE_PERCENT / 100;
	TRY(lucky_accounts(s, &(struct lucky_key){ l->id }, &rows, &n));
	struct lucky_account_view *out = ARENA_ARRAY(s->arena, struct lucky_account_view, n);
	for (size_t i = 0; i < n; i++) {
		struct staff staff;
		struct way way = { .status = STR("none") };
		TRY(staff_get(s, rows[i].staff, &staff));
		err e = way_get(s, LUCKY_OWNER, l->id, rows[i].staff, &way);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		out[i] = (struct lucky_account_view){ staff.id, staff.name, rows[i].weight, staff.customers, staff.customers >= most, way.status };
	}
	v->accounts = (struct list){ out, n };
	return OK;
}

static err view(struct cx *cx, const struct snap *s, const struct lucky *l, struct lucky_view *v)
{
	struct lucky_tally tally;
	TRY(lucky_tally_of(s, &(struct lucky_missing){ .lucky = l->id }, &tally));
	*v = (struct lucky_view){
		.id = l->id, .name = l->name, .friends_max = l->friends_max, .url = door_url(cx->env, s->arena, l->door),
		.group_url = door_url(cx->env, s->arena, l->group_door), .asked = tally.asked, .joined = tally.joined, .version = l->version,
	};
	return view_pool(s, l, v);
}

static err list(struct cx *cx, const struct snap *s)
{
	struct page *page = cx->out;
	struct lucky *rows;
	size_t n;
	TRY(lucky_rows(s, &(struct none){ 0 }, &rows, &n));
	struct lucky_view *views = ARENA_ARRAY(s->arena, struct lucky_view, n);
	for (size_t i = 0; i < n; i++)
		TRY(view(cx, s, &rows[i], &views[i]));
	page->data = (struct list){ views, n };
	page->total = (i64)n;
	return OK;
}

static err show(struct cx *cx, const struct snap *s, i64 id)
{
	struct lucky l;
	TRY(lucky_get(s, id, &l));
	return view(cx, s, &l, cx->out);
}

static err h_list(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), list(cx, snap)); }
static err h_get(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), show(cx, snap, ((const struct lucky_key *)cx->in)->id)); }

static err h_make(struct cx *cx)
{
	i64 id;
	TRY(WRITE_TX(&cx->unit, base(cx), lucky_make(tx, cx->in, &id)));
	return READ_SNAP(&cx->unit, base(cx), show(cx, snap, id));
}

static err h_change(struct cx *cx)
{
	const struct lucky_change_in *in = cx->in;
	struct lucky_edit edit = { in->name, in->friends_max, in->accounts };
	TRY(WRITE_TX(&cx->unit, base(cx), lucky_change(tx, in->id, in->version, &edit)));
	return READ_SNAP(&cx->unit, base(cx), show(cx, snap, in->id));
}

static err h_remove(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), lucky_remove(tx, ((const struct lucky_key *)cx->in)->id)); }

static err h_qr(struct cx *cx)
{
	struct lucky l;
	str png;
	TRY(READ_SNAP(&cx->unit, base(cx), lucky_get(snap, ((const struct lucky_key *)cx->in)->id, &l)));
	TRY(qr_png(door_url(cx->env, CX_ARENA(cx), l.door), 800, CX_ARENA(cx), &png, &cx->unit.fail));
	http_send(cx->reply, 200, STR("image/png"), png);
	return OK;
}

static err missing(struct cx *cx, const struct snap *s)
{
	const struct lucky_missing_in *in = cx->in;
	struct page *page = cx->out;
	struct lucky_ask *rows;
	i64 keys[2] = { INT64_MAX, INT64_MAX };
	size_t n;
	TRY(page_from(cx, in->cursor, keys, 2, (u64)in->id));
	TRY(lucky_missing_page(s, &(struct lucky_missing){ in->id, keys[0], keys[1], in->limit + 1 }, &rows, &n));
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		page->next_cursor = page_next(cx, (i64[]){ rows[n - 1].asked, rows[n - 1].customer }, 2, (u64)in->id);
	}
	struct lucky_missing_row *out = ARENA_ARRAY(s->arena, struct lucky_missing_row, n);
	for (size_t i = 0; i < n; i++) {
		struct staff staff = { .name = STR("") };
		struct outlet o;
		err e = staff_get(s, rows[i].staff, &staff);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		out[i] = (struct lucky_missing_row){ rows[i].customer, rows[i].staff, staff.name, STR_NIL, rows[i].asked };
		if (rows[i].outlet != NIL && outlet_get(s, rows[i].outlet, &o) == OK)
			out[i].store = o.name;
	}
	page->data = (struct list){ out, n };
	page->total = NIL;
	return OK;
}

static err h_missing(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), missing(cx, snap)); }

#define KEY &lucky_key_record
#define VIEW &lucky_view_record
const struct route lucky_routes[] = {
	{ "GET", "/api/v1/lucky", "area.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &none_record, VIEW, h_list, "Welfare schemes." },
	{ "POST", "/api/v1/lucky", "area.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_CREATED | ROUTE_IDEMPOTENT, &lucky_edit_record, VIEW, h_make,
	  "Makes a welfare scheme; each account of its pool gets a code." },
	{ "GET", "/api/v1/lucky/{id}", "area.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG, KEY, VIEW, h_get, "One scheme." },
	{ "PUT", "/api/v1/lucky/{id}", "area.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG, &lucky_change_in_record, VIEW, h_change, "Changes a scheme." },
	{ "DELETE", "/api/v1/lucky/{id}", "area.write", ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_remove, "Removes a scheme and its codes." },
	{ "GET", "/api/v1/lucky/{id}/qr.png", "area.read", ROUTE_SCOPE_NONE, ROUTE_RAW, KEY, &none_record, h_qr, "The picture to print." },
	{ "GET", "/api/v1/lucky/{id}/missing", "area.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &lucky_missing_in_record, &lucky_missing_row_record,
	  h_missing, "Who was asked and is in no group since, newest first." },
	{ 0 },
};
