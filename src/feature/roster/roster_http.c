/*
 * Lists over HTTP: brought in, shown, removed.
 */
#include "feature/roster/roster.h"

#include "base/id.h"
#include "core/attr/attr_own.h"
#include "core/audit/audit.h"
#include "core/perm/perm.h"
#include "store/blob.h"

#define SLUG_CHARS 10

#define NEW_FIELDS(F, S)                                                                        \
	F(S, STR, name, .min = 1, .max = ROSTER_NAME_MAX) F(S, STR, kind, .one_of = ROSTER_KINDS, .doc = "what the first column holds") \
	F(S, STR, appid, .opt = true, .max = ROSTER_APPID_MAX, .doc = "of openids: the account they belong to")
RECORD(roster_new, NEW_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(roster_list_in, LIST_FIELDS);
#define VIEW_FIELDS(F, S)                                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, kind) F(S, STR, expr, .doc = "to be used in expressions") \
	F(S, STR, state, .one_of = "reading,ready,failed") F(S, I64, total) F(S, I64, found) F(S, I64, unknown) F(S, I64, refused) \
	F(S, MS, created_ms)
RECORD(roster_view, VIEW_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }
static str object(struct arena *a, i64 id) { return arena_printf(a, "list:%lld", (long long)id); }

static struct roster_view view_of(struct arena *a, const struct roster *r)
{
	return (struct roster_view){ r->id, r->name, r->kind, arena_printf(a, "in_list(\"%.*s\")", STR_F(r->name)), r->state, r->total, r->found,
				     r->unknown, r->refused, r->created };
}

static err h_list(struct cx *cx)
{
	struct page *page = cx->out;
	struct roster *rows;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), roster_all(snap, &(struct none){ 0 }, &rows, &n)));
	struct roster_view *v = ARENA_ARRAY(CX_ARENA(cx), struct roster_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = view_of(CX_ARENA(cx), &rows[i]);
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err create(struct tx *tx, struct roster *r, const struct roster_new *in, str bytes, str title)
{
	struct roster *all;
	struct attr_def d;
	size_t n;
	TRY(roster_all(&tx->snap, &(struct none){ 0 }, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].name, r->name))
			return tx_fail(tx, ERR_EXISTS, T_OK, STR("name"), r->name, STR_NIL);
	record_init(&attr_def_record, &d);
	d.name = r->attr_name;
	d.label = r->name;
	d.type = STR("flag");
	d.source = STR("field");
	d.visible = STR("all");
	d.state = STR("ready");
	TRY(attr_def_add(tx, &d));
	r->attr = d.id;
	TRY(blob_put(tx, STR("application/octet-stream"), STR("list"), bytes, &r->upload));
	TRY(roster_insert(tx, r));
	TRY(job_add(tx, ROSTER_JOB, title, STR("/audiences"), &roster_input_record, &(struct roster_input){ r->id, in->appid }, NULL));
	return audit_add(tx, "list.create", object(tx->snap.arena, r->id), r->name);
}

static err h_create(struct cx *cx)
{
	const struct roster_new *in = cx->in;
	struct text_hole hole = { "value", in->name };
	i64 rows;
	if (str_has_char(in->name, '"') || str_has_char(in->name, '\\'))
		return cx_fail(cx, ERR_INPUT, T_ERR_INPUT, STR("name"), in->name, STR("\" \\"));
	TRY(roster_look(cx, cx->req->body, in->kind, &rows));
	struct roster r = { id_next(store_ids(cx->env->store), cx_now(cx)), in->name, in->kind, 0,
			    arena_printf(CX_ARENA(cx), "list_%.*s", STR_F(id_slug(CX_ARENA(cx), SLUG_CHARS))), STR("reading"), NIL, rows, 0, 0, 0, cx_now(cx) };
	TRY(WRITE_TX(&cx->unit, base(cx), create(tx, &r, in, cx->req->body, text_fill(CX_ARENA(cx), T_PHONELIST_JOB_READ, cx->viewer.lang, &hole, 1))));
	*(struct roster_view *)cx->out = view_of(CX_ARENA(cx), &r);
	return OK;
}

static err drop(struct tx *tx, i64 id)
{
	struct roster r;
	TRY(roster_get(&tx->snap, &(struct roster_key){ id }, &r));
	if (str_eq_c(r.state, "reading"))
		return tx_fail(tx, ERR_STATE, T_OK, STR_NIL, r.name, STR_NIL);
	TRY(attr_def_remove(tx, r.attr));
	TRY(roster_drop(tx, &(struct roster_key){ id }));
	return audit_add(tx, "list.remove", object(tx->snap.arena, id), r.name);
}

static err h_drop(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), drop(tx, ((const struct roster_key *)cx->in)->id)); }

#define NONE ROUTE_SCOPE_NONE
const struct route roster_routes[] = {
	{ "GET", "/api/v1/lists", "audience.read", NONE, ROUTE_LIST, &roster_list_in_record, &roster_view_record, h_list, "Lists brought in as files." },
	{ "POST", "/api/v1/lists", "audience.write", NONE, ROUTE_BODY | ROUTE_ACCEPTED, &roster_new_record, &roster_view_record, h_create,
	  "Brings in a list (the body: csv, xlsx or one value a line); a job finds who is meant." },
	{ "DELETE", "/api/v1/lists/{id}", "audience.write", NONE, 0, &roster_key_record, &none_record, h_drop, "Removes a list; nobody is on it any more." },
	{ 0 },
};
