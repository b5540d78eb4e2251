/*
 * area codes in the console: list, make, change, remove, the printable picture, codes for all stores, figures.
 */
#include "feature/area/area_data.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/door/door.h"
#include "core/perm/perm.h"
#include "core/way/way.h"
#include "port/qr/qr.h"

#define FIGURE_DAYS 30

#define VIEW_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, result) F(S, I64, radius) F(S, STR, consent) F(S, STR, url) \
	F(S, I64, codes, .doc = "stores that have a code of their own") F(S, I64, failed) F(S, I64, visits, .doc = "of the last 30 days") \
	F(S, MS, created_ms) F(S, I64, version)
RECORD(area_view, VIEW_FIELDS);
#define CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) AREA_EDIT_FIELDS(F, S)
RECORD(area_change_in, CHANGE_FIELDS);
#define QR_FIELDS(F, S) F(S, ID, id) F(S, I64, size, .opt = true, .min = QR_SIZE_MIN, .max = QR_SIZE_MAX)
RECORD(area_qr_in, QR_FIELDS);
#define JOB_FIELDS_(F, S) F(S, ID, job_id)
RECORD(area_job_out, JOB_FIELDS_);
#define STORE_ROW_FIELDS(F, S)                                                  \
	F(S, ID, outlet) F(S, STR, name) F(S, STR, city) F(S, STR, status, .one_of = "none,creating,active,failed,removed") \
	F(S, STR, fail_text, .opt = true) F(S, I64, position) F(S, I64, chosen) F(S, I64, remembered)
RECORD(area_store_row, STORE_ROW_FIELDS);
#define STORES_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(area_stores_in, STORES_IN_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err view(struct cx *cx, const struct snap *s, const struct area_code *c, struct area_view *v)
{
	struct way *ways;
	struct area_sum *sums;
	size_t n;
	*v = (struct area_view){
		.id = c->id, .name = c->name, .result = c->result, .radius = c->radius, .consent = c->consent,
		.url = door_url(cx->env, s->arena, c->door), .created_ms = c->created, .version = c->version,
	};
	TRY(way_all(s, AREA_OWNER, c->id, &ways, &n));
	for (size_t i = 0; i < n; i++) {
		v->codes += str_eq_c(ways[i].status, "active");
		v->failed += str_eq_c(ways[i].status, "failed") || str_eq_c(ways[i].fail_code, "no_staff");
	}
	TRY(area_sums(s, &(struct area_span){ c->id, corp_day(&cx->unit, cx_now(cx)) - FIGURE_DAYS }, &sums, &n));
	for (size_t i = 0; i < n; i++)
		v->visits += sums[i].visits;
	return OK;
}

static err list(struct cx *cx, const struct snap *s)
{
	struct page *page = cx->out;
	struct area_code *rows;
	size_t n;
	TRY(area_rows(s, &(struct none){ 0 }, &rows, &n));
	struct area_view *views = ARENA_ARRAY(s->arena, struct area_view, n);
	for (size_t i = 0; i < n; i++)
		TRY(view(cx, s, &rows[i], &views[i]));
	page->data = (struct list){ views, n };
	page->total = (i64)n;
	return OK;
}

static err one(struct cx *cx, const struct snap *s, i64 id, struct area_code *ret)
{
	err e = area_row(s, &(struct area_key){ id }, ret);
	if (e == ERR_NOT_FOUND || (e == OK && ret->removed))
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_AREA, cx->viewer.lang)));
	return e;
}

static err show(struct cx *cx, const struct snap *s, i64 id)
{
	struct area_code c;
	TRY(one(cx, s, id, &c));
	return view(cx, s, &c, cx->out);
}

static err h_list(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), list(cx, snap)); }
static err h_get(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), show(cx, snap, ((const struct area_key *)cx->in)->id)); }

static err h_make(struct cx *cx)
{
	i64 id;
	TRY(WRITE_TX(&cx->unit, base(cx), area_make(tx, cx->in, &id)));
	return READ_SNAP(&cx->unit, base(cx), show(cx, snap, id));
}

static err h_change(struct cx *cx)
{
	const struct area_change_in *in = cx->in;
	struct area_edit edit = { in->name, in->result, in->radius, in->consent };
	TRY(WRITE_TX(&cx->unit, base(cx), area_change(tx, in->id, in->version, &edit)));
	return READ_SNAP(&cx->unit, base(cx), show(cx, snap, in->id));
}

static err h_remove(struct cx *cx)
{
	return WRITE_TX(&cx->unit, base(cx), area_remove(tx, ((const struct area_key *)cx->in)->id));
}

static err h_qr(struct cx *cx)
{
	const struct area_qr_in *in = cx->in;
	struct area_code c;
	str png;
	TRY(READ_SNAP(&cx->unit, base(cx), one(cx, snap, in->id, &c)));
	TRY(qr_png(door_url(cx->env, CX_ARENA(cx), c.door), in->size == NIL ? 400 : (int)in->size, CX_ARENA(cx), &png, &cx->unit.fail));
	http_send(cx->reply, 200, STR("image/png"), png);
	return OK;
}

static err h_codes(struct cx *cx)
{
	struct area_code c;
	TRY(READ_SNAP(&cx->unit, base(cx), one(cx, snap, ((const struct area_key *)cx->in)->id, &c)));
	return WRITE_TX(&cx->unit, base(cx), area_codes_queue(tx, &c, false, &((struct area_job_out *)cx->out)->job_id));
}

/* ---- the stores of a code ---- */

struct known { struct imap way, position, chosen, remembered; struct way *ways; };

static err know(struct cx *cx, const struct snap *s, const struct area_code *c, struct known *k)
{
	struct area_sum *sums;
	size_t n;
	k->way = k->position = k->chosen = k->remembered = imap_new(s->arena);
	TRY(way_all(s, AREA_OWNER, c->id, &k->ways, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(&k->way, k->ways[i].part, (i64)i);
	TRY(area_sums(s, &(struct area_span){ c->id, corp_day(&cx->unit, cx_now(cx)) - FIGURE_DAYS }, &sums, &n));
	for (size_t i = 0; i < n; i++) {
		str how = sums[i].how;
		struct imap *m = str_eq_c(how, "position") ? &k->position : str_eq_c(how, "chosen") ? &k->chosen : &k->remembered;
		imap_put(m, sums[i].outlet, sums[i].visits);
	}
	return OK;
}

static err stores(struct cx *cx, const struct snap *s)
{
	const struct area_stores_in *in = cx->in;
	struct page *page = cx->out;
	const struct outlet_index *ix;
	struct area_code c;
	struct known k;
	i64 from = 0, at, n;
	TRY(one(cx, s, in->id, &c));
	TRY(page_from(cx, in->cursor, &from, 1, (u64)in->id));
	TRY(know(cx, s, &c, &k));
	TRY(outlet_index_get(&cx->unit, &ix));
	n = (i64)outlet_index_count(ix);
	struct area_store_row *rows = ARENA_ARRAY(s->arena, struct area_store_row, (size_t)in->limit);
	size_t kept = 0;
	for (at = from; at < n && kept < (size_t)in->limit; at++, kept++) {
		const struct outlet *o = &outlet_index_spots(ix)[at].row;
		i64 way;
		bool has = imap_get(&k.way, o->id, &way);
		rows[kept] = (struct area_store_row){
			.outlet = o->id, .name = o->name, .city = o->city, .status = has ? k.ways[way].status : STR("none"),
			.fail_text = has ? way_fail_text(s->arena, &k.ways[way], cx->viewer.lang) : STR_NIL,
		};
		imap_get(&k.position, o->id, &rows[kept].position);
		imap_get(&k.chosen, o->id, &rows[kept].chosen);
		imap_get(&k.remembered, o->id, &rows[kept].remembered);
	}
	page->data = (struct list){ rows, kept };
	page->total = n;
	if (at < n)
		page->next_cursor = page_next(cx, &at, 1, (u64)in->id);
	return OK;
}

static err h_stores(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), stores(cx, snap)); }

#define KEY &area_key_record
#define VIEW &area_view_record
const struct route area_routes[] = {
	{ "GET", "/api/v1/area-codes", "area.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, VIEW, h_list, "Area codes, newest first." },
	{ "POST", "/api/v1/area-codes", "area.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &area_edit_record, VIEW, h_make,
	  "Makes an area code." },
	{ "GET", "/api/v1/area-codes/{id}", "area.read", ROUTE_SCOPE_NONE, ROUTE_ETAG, KEY, VIEW, h_get, "One area code." },
	{ "PUT", "/api/v1/area-codes/{id}", "area.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &area_change_in_record, VIEW, h_change,
	  "Changes an area code; the printed picture stays good." },
	{ "DELETE", "/api/v1/area-codes/{id}", "area.write", ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_remove,
	  "Removes an area code and the codes of its stores." },
	{ "GET", "/api/v1/area-codes/{id}/qr.png", "area.read", ROUTE_SCOPE_NONE, ROUTE_RAW, &area_qr_in_record, &none_record, h_qr,
	  "The picture to print." },
	{ "POST", "/api/v1/area-codes/{id}/codes", "area.write", ROUTE_SCOPE_NONE, ROUTE_ACCEPTED, KEY, &area_job_out_record, h_codes,
	  "Makes a code for every store, as a job." },
	{ "GET", "/api/v1/area-codes/{id}/stores", "area.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &area_stores_in_record,
	  &area_store_row_record, h_stores, "The stores of an area code: their codes, and visits of the last 30 days." },
	{ 0 },
};
