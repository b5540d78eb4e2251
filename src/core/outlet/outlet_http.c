/*
 * stores over HTTP: list, make, change, remove, take a file, and which one is nearest.
 */
#include "core/outlet/outlet_data.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/vec.h"
#include "core/corp/corp.h"
#include "core/outlet/outlet_index.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"

#define NAMED_FIELDS(F, S) F(S, ID, id) F(S, STR, name)
RECORD(outlet_named, NAMED_FIELDS);
#define VIEW_FIELDS(F, S)                                                         \
	F(S, ID, id) F(S, STR, code) F(S, STR, name) F(S, STR, city) F(S, STR, address) F(S, STR, system) \
	F(S, F64, lat) F(S, F64, lng) F(S, STR, hours) F(S, STR, special) F(S, OBJ, department, .opt = true, .of = &outlet_named_record) \
	F(S, LIST, staff, .of = &outlet_named_record) F(S, STR, group_url, .opt = true) F(S, ID, tag, .opt = true) \
	F(S, BOOL, closed) F(S, BOOL, open, .doc = "at this moment") F(S, BOOL, served, .doc = "somebody serves there") F(S, I64, version)
RECORD(outlet_view, VIEW_FIELDS);
#define LIST_FIELDS(F, S)                                                         \
	F(S, STR, q, .opt = true, .max = 60, .doc = "part of the name, number, city or address") \
	F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(outlet_list_in, LIST_FIELDS);
#define CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) OUTLET_EDIT_FIELDS(F, S)
RECORD(outlet_change_in, CHANGE_FIELDS);
#define IMPORT_IN_FIELDS(F, S) F(S, BOOL, dry, .opt = true, .doc = "look only")
RECORD(outlet_import_in, IMPORT_IN_FIELDS);
#define NEAREST_FIELDS(F, S) F(S, F64, lat) F(S, F64, lng) F(S, STR, system, .one_of = "WGS-84,GCJ-02") F(S, BOOL, open, .opt = true)
RECORD(outlet_nearest_in, NEAREST_FIELDS);
#define HIT_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, city) F(S, I64, metres) F(S, BOOL, open)
RECORD(outlet_hit, HIT_FIELDS);
#define NEAREST_OUT_FIELDS(F, S) F(S, LIST, hits, .of = &outlet_hit_record) F(S, I64, took_us)
RECORD(outlet_nearest_out, NEAREST_OUT_FIELDS);

#define NEAREST_SHOWN 5

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* What a view of many rows needs, read once. */
struct sight { struct imap staff_name; const struct staff *staff; const struct department *deps; size_t staff_n, deps_n; struct outlet_when now; };

static struct outlet_when now_of(struct cx *cx)
{
	const struct tz *z = corp_zone(&cx->unit, cx->unit.corp);
	struct tz_time t = tz_local(z, cx_now(cx));
	return (struct outlet_when){ tz_day(z, cx_now(cx)), t.hour * 60 + t.minute };
}

static err sight_of(struct cx *cx, const struct snap *s, struct sight *ret)
{
	struct staff *staff;
	struct department *deps;
	TRY(staff_all(s, &staff, &ret->staff_n));
	TRY(department_all(s, &deps, &ret->deps_n));
	ret->staff = staff;
	ret->deps = deps;
	ret->staff_name = imap_new(s->arena);
	for (size_t i = 0; i < ret->staff_n; i++)
		imap_put(&ret->staff_name, staff[i].id, (i64)i);
	ret->now = now_of(cx);
	return OK;
}

static void view_department(struct arena *a, const struct sight *si, i64 id, struct outlet_view *v)
{
	for (size_t i = 0; i < si->deps_n; i++)
		if (si->deps[i].id == id) {
			struct outlet_named *n = ARENA_NEW(a, struct outlet_named);
			*n = (struct outlet_named){ id, si->deps[i].name };
			v->department = n;
		}
}

static bool served(const struct sight *si, const struct outlet *o, struct ids own)
{
	i64 at;
	for (size_t i = 0; i < own.n; i++)
		if (imap_get(&si->staff_name, own.v[i], &at) && outlet_can_serve(&si->staff[at]))
			return true;
	for (size_t i = 0; own.n == 0 && o->department != NIL && i < si->staff_n; i++)
		if (outlet_of_department(&si->staff[i], o->department))
			return true;
	return false;
}

static err view(const struct snap *s, const struct sight *si, const struct outlet *o, struct outlet_view *v)
{
	struct ids own;
	struct hours hours;
	i64 at;
	record_init(&outlet_view_record, v);
	*v = (struct outlet_view){
		.id = o->id, .code = o->code, .name = o->name, .city = o->city, .address = o->address, .system = o->system, .lat = o->lat,
		.lng = o->lng, .hours = o->hours, .special = o->special, .group_url = o->group_url, .tag = o->tag, .closed = o->closed,
		.version = o->version,
	};
	if (o->department != NIL)
		view_department(s->arena, si, o->department, v);
	TRY(outlet_staff_list(s, o->id, &own));
	struct outlet_named *names = ARENA_ARRAY(s->arena, struct outlet_named, own.n);
	for (size_t i = 0; i < own.n; i++) {
		bool known = imap_get(&si->staff_name, own.v[i], &at);
		names[i] = (struct outlet_named){ own.v[i], known ? si->staff[at].name : STR("") };
	}
	v->staff = (struct list){ names, own.n };
	v->served = served(si, o, own);
	v->open = !o->closed && hours_parse(s->arena, o->hours, o->special, &hours, NULL) == OK && hours_open(&hours, si->now.day, si->now.minute);
	return OK;
}

static err show(struct cx *cx, const struct snap *s, i64 id)
{
	struct outlet o;
	struct sight si;
	TRY(outlet_get(s, id, &o));
	TRY(sight_of(cx, s, &si));
	return view(s, &si, &o, cx->out);
}

static bool fits(const struct outlet *o, str q)
{
	return !q.n || str_has(o->name, q) || str_has(o->code, q) || str_has(o->city, q) || str_has(o->address, q);
}

static err list(struct cx *cx, const struct snap *s)
{
	const struct outlet_list_in *in = cx->in;
	struct page *page = cx->out;
	struct sight si;
	struct outlet *rows;
	size_t n, kept = 0;
	i64 after = 0, total = 0;
	u64 filter = hash64(in->q);
	TRY(page_from(cx, in->cursor, &after, 1, filter));
	TRY(outlet_rows(s, &(struct none){ 0 }, &rows, &n));
	TRY(sight_of(cx, s, &si));
	struct outlet_view *views = ARENA_ARRAY(s->arena, struct outlet_view, (size_t)in->limit);
	for (size_t i = 0; i < n; i++) {
		if (!fits(&rows[i], in->q))
			continue;
		total++;
		if (rows[i].id <= after)
			continue;
		if (kept < (size_t)in->limit)
			TRY(view(s, &si, &rows[i], &views[kept]));
		kept++;
	}
	page->total = total;
	if (kept > (size_t)in->limit) {
		kept = (size_t)in->limit;
		page->next_cursor = page_next(cx, &views[kept - 1].id, 1, filter);
	}
	page->data = (struct list){ views, kept };
	return OK;
}

static err h_list(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), list(cx, snap)); }
static err h_get(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), show(cx, snap, ((const struct outlet_key *)cx->in)->id)); }

static err h_make(struct cx *cx)
{
	i64 id;
	TRY(WRITE_TX(&cx->unit, base(cx), outlet_make(tx, cx->in, &id)));
	return READ_SNAP(&cx->unit, base(cx), show(cx, snap, id));
}

static err h_change(struct cx *cx)
{
	const struct outlet_change_in *in = cx->in;
	struct outlet_edit edit = {
		in->code, in->name, in->city, in->address, in->system, in->lat, in->lng, in->hours, in->special, in->department, in->staff,
		in->group_url, in->tag, in->closed,
	};
	TRY(WRITE_TX(&cx->unit, base(cx), outlet_change(tx, in->id, in->version, &edit)));
	return READ_SNAP(&cx->unit, base(cx), show(cx, snap, in->id));
}

static err h_remove(struct cx *cx)
{
	return WRITE_TX(&cx->unit, base(cx), outlet_remove(tx, ((const struct outlet_key *)cx->in)->id));
}

static err h_import(struct cx *cx)
{
	return outlet_file(cx, cx->req->body, ((const struct outlet_import_in *)cx->in)->dry, cx->out);
}

static err h_nearest(struct cx *cx)
{
	const struct outlet_nearest_in *in = cx->in;
	struct outlet_nearest_out *out = cx->out;
	const struct outlet_index *ix;
	struct outlet_near near[NEAREST_SHOWN];
	struct outlet_when now = now_of(cx);
	enum geo_system system = GEO_WGS84;
	struct geo_point at = { in->lat, in->lng };
	geo_system_of(in->system, &system);
	if (!geo_ok(at))
		return cx_fail(cx, ERR_INPUT, T_OUTLET_DEGREES, STR("lat"), arena_printf(CX_ARENA(cx), "%g, %g", at.lat, at.lng), STR_NIL);
	TRY(outlet_index_get(&cx->unit, &ix));
	i64 began = clock_mono_us();
	size_t n = outlet_index_near(ix, geo_wgs(at, system), in->open ? &now : NULL, near, NEAREST_SHOWN);
	out->took_us = clock_mono_us() - began;
	struct outlet_hit *hits = ARENA_ARRAY(CX_ARENA(cx), struct outlet_hit, n);
	for (size_t i = 0; i < n; i++) {
		const struct outlet_spot *s = near[i].spot;
		hits[i] = (struct outlet_hit){ s->row.id, s->row.name, s->row.city, (i64)near[i].metres, hours_open(&s->hours, now.day, now.minute) };
	}
	out->hits = (struct list){ hits, n };
	return OK;
}

#define KEY &outlet_key_record
#define VIEW &outlet_view_record
const struct route outlet_routes[] = {
	{ "GET", "/api/v1/outlets", "area.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &outlet_list_in_record, VIEW, h_list, "Stores as places." },
	{ "POST", "/api/v1/outlets", "area.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &outlet_edit_record, VIEW, h_make,
	  "Makes a store." },
	{ "POST", "/api/v1/outlets/nearest", "area.read", ROUTE_SCOPE_NONE, 0, &outlet_nearest_in_record, &outlet_nearest_out_record,
	  h_nearest, "The nearest stores to a point; the point is kept nowhere." },
	{ "POST", "/api/v1/outlets/import", "area.write", ROUTE_SCOPE_NONE, ROUTE_BODY, &outlet_import_in_record, &outlet_import_record,
	  h_import, "Makes and changes stores from a .csv or .xlsx, by their number." },
	{ "GET", "/api/v1/outlets/{id}", "area.read", ROUTE_SCOPE_NONE, ROUTE_ETAG, KEY, VIEW, h_get, "One store." },
	{ "PUT", "/api/v1/outlets/{id}", "area.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &outlet_change_in_record, VIEW, h_change,
	  "Changes a store." },
	{ "DELETE", "/api/v1/outlets/{id}", "area.write", ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_remove, "Removes a store." },
	{ 0 },
};
