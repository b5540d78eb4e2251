/*
 * Staff and departments over HTTP.
 */
#include "base/map.h"
#include "core/audit/audit.h"
#include "core/perm/perm.h"
#include "core/staff/staff_sync.h"

#define STAFF_VIEW_FIELDS(F, S)                                                    \
	F(S, ID, id) F(S, STR, userid) F(S, STR, name) F(S, IDS, departments)      \
	F(S, STR, status, .one_of = "active,disabled,left") F(S, BOOL, in_scope)   \
	F(S, ID, main_store, .opt = true) F(S, I64, customers)
RECORD(staff_view, STAFF_VIEW_FIELDS);

#define STAFF_LIST_IN_FIELDS(F, S)                                                 \
	F(S, STR, status, .opt = true, .one_of = "active,disabled,left") F(S, ID, department, .opt = true) \
	F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(staff_list_in, STAFF_LIST_IN_FIELDS);

#define DEPARTMENT_VIEW_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, ID, parent_id, .opt = true) F(S, BOOL, is_store)
RECORD(department_view, DEPARTMENT_VIEW_FIELDS);
#define DEPARTMENT_PUT_FIELDS(F, S) F(S, ID, id) F(S, BOOL, is_store)
RECORD(department_put_in, DEPARTMENT_PUT_FIELDS);
#define STAFF_SYNC_OUT_FIELDS(F, S) F(S, ID, id)
RECORD(staff_sync_out, STAFF_SYNC_OUT_FIELDS);

struct directory {
	struct staff *staff;
	size_t n;
	struct staff_place *places; /* by staff */
	size_t place_count;
};

static err directory_read(const struct snap *s, struct directory *ret)
{
	struct none none = { 0 };
	TRY(staff_all(s, &ret->staff, &ret->n));
	return staff_places(s, &none, &ret->places, &ret->place_count);
}

/* Both are ordered by staff: *at walks along. */
static struct ids places_of(struct arena *a, const struct directory *d, i64 staff, size_t *at)
{
	while (*at < d->place_count && d->places[*at].staff < staff)
		(*at)++;
	size_t from = *at;
	while (*at < d->place_count && d->places[*at].staff == staff)
		(*at)++;
	struct ids ids = { ARENA_ARRAY(a, i64, *at - from), *at - from };
	for (size_t i = 0; i < ids.n; i++)
		ids.v[i] = d->places[from + i].department;
	return ids;
}

static bool has(struct ids ids, i64 id)
{
	for (size_t i = 0; i < ids.n; i++) {
		if (ids.v[i] == id)
			return true;
	}
	return false;
}

static err list(struct cx *cx)
{
	const struct staff_list_in *in = cx->in;
	struct page *page = cx->out;
	struct directory d;
	i64 after = 0;
	size_t at = 0, n = 0;
	u64 filter = str_hash(in->status.p ? in->status : STR("")) + (u64)in->department;
	TRY(page_from(cx, in->cursor, &after, 1, filter));
	TRY(READ_SNAP(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), directory_read(snap, &d)));
	struct staff_view *out = ARENA_ARRAY(CX_ARENA(cx), struct staff_view, (size_t)in->limit);
	page->total = 0;
	for (size_t i = 0; i < d.n; i++) {
		const struct staff *s = &d.staff[i];
		struct ids places = places_of(CX_ARENA(cx), &d, s->id, &at);
		if ((in->status.p && !str_eq(in->status, s->state)) || (in->department != NIL && !has(places, in->department)))
			continue;
		page->total++;
		if (s->id <= after)
			continue;
		if (n == (size_t)in->limit) {
			if (!page->next_cursor.p)
				page->next_cursor = page_next(cx, &out[n - 1].id, 1, filter);
			continue;
		}
		out[n++] = (struct staff_view){ s->id, s->userid, s->name.n ? s->name : s->userid, places, s->state,
						s->in_scope, s->store, s->customers };
	}
	page->data = (struct list){ out, n };
	return OK;
}

static err departments(struct cx *cx)
{
	struct page *page = cx->out;
	struct department *rows;
	size_t n;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), department_all(snap, &rows, &n)));
	struct department_view *out = ARENA_ARRAY(CX_ARENA(cx), struct department_view, n);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct department_view){ rows[i].id, rows[i].name, rows[i].parent, rows[i].is_store };
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

static err audit_store(struct tx *tx, const struct department_put_in *in)
{
	return audit_add(tx, "department.store", arena_printf(tx->snap.arena, "department:%lld", (long long)in->id),
			 in->is_store ? STR("store") : STR("no store"));
}

static err department_edit(struct cx *cx)
{
	const struct department_put_in *in = cx->in;
	struct department *rows;
	size_t n;
	i64 slot = slot_base(cx->unit.store, cx->unit.corp);
	TRY(department_store(cx, in->id, in->is_store));
	TRY(WRITE_TX(&cx->unit, slot, audit_store(tx, in)));
	TRY(READ_SNAP(&cx->unit, slot, department_all(snap, &rows, &n)));
	for (size_t i = 0; i < n; i++) {
		if (rows[i].id == in->id)
			*(struct department_view *)cx->out =
				(struct department_view){ rows[i].id, rows[i].name, rows[i].parent, rows[i].is_store };
	}
	return OK;
}

static err sync(struct cx *cx)
{
	struct staff_sync_out *out = cx->out;
	return WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp),
			job_add(tx, "staff.sync", STR("同步员工与部门"), STR("/staff"), NULL, NULL, &out->id));
}

const struct route staff_routes[] = {
	{ "GET", "/api/v1/staff", "staff.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &staff_list_in_record, &staff_view_record, list,
	  "Members of staff" },
	{ "GET", "/api/v1/departments", "staff.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &department_view_record,
	  departments, "Departments; some are stores" },
	{ "PUT", "/api/v1/departments/{id}", "staff.write", ROUTE_SCOPE_NONE, 0, &department_put_in_record,
	  &department_view_record, department_edit, "Says whether a department is a store" },
	{ "POST", "/api/v1/staff/sync", "staff.write", ROUTE_SCOPE_NONE, ROUTE_ACCEPTED, &none_record, &staff_sync_out_record,
	  sync, "Reads staff and departments from WeCom; answers the job" },
	{ 0 },
};
