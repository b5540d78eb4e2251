/*
 * The library in the console: list, versions, approval, categories, files.
 */
#include "feature/material/material_visit_data.h"

#include "base/map.h"
#include "core/approver.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"

#define LIST_IN_FIELDS(F, S)                                                                       \
	F(S, STR, q, .opt = true, .max = 60, .doc = "in title and summary") F(S, STR, kind, .opt = true, .one_of = MATERIAL_KINDS) \
	F(S, ID, category, .opt = true) F(S, STR, state, .opt = true, .one_of = "ok,waiting,expired") \
	F(S, I64, limit, .opt = true) F(S, STR, cursor, .opt = true)
RECORD(material_list_in, LIST_IN_FIELDS);
#define VIEW_FIELDS(F, S)                                                                          \
	F(S, ID, id) F(S, STR, kind) F(S, STR, title) F(S, STR, summary) F(S, ID, category_id, .opt = true) F(S, STR, category) \
	F(S, STR, state, .one_of = "ok,waiting,expired", .doc = "of what customers see; waiting: nothing approved yet") \
	F(S, STR, newest_state, .one_of = "waiting,approved,refused") F(S, I64, newest) F(S, I64, live) F(S, MS, expires_ms, .opt = true) \
	F(S, BOOL, alert) F(S, ID, cover, .opt = true) F(S, ID, file, .opt = true) F(S, MS, made_ms) F(S, STR, maker) \
	F(S, BOOL, mine, .doc = "the viewer made the newest version") F(S, STR, url, .doc = "nobody's link") \
	F(S, I64, opened, .doc = "in thirty days, within the viewer's scope") F(S, I64, people) F(S, I64, seconds) F(S, I64, passed) \
	F(S, I64, version)
RECORD(material_view, VIEW_FIELDS);
#define VERSION_VIEW_FIELDS(F, S)                                                                  \
	F(S, ID, id, .doc = "the number") F(S, I64, number) F(S, STR, title) F(S, STR, summary) F(S, STR, body) F(S, STR, url) F(S, ID, file, .opt = true) \
	F(S, STR, file_name, .opt = true) F(S, STR, file_type, .opt = true) F(S, I64, file_bytes, .opt = true) F(S, ID, cover, .opt = true) \
	F(S, STR, appid) F(S, STR, page) F(S, STR, note) F(S, STR, state) F(S, STR, maker) F(S, MS, made_ms) \
	F(S, STR, judge, .opt = true) F(S, MS, judged_ms, .opt = true) F(S, STR, reason, .opt = true)
RECORD(material_version_view, VERSION_VIEW_FIELDS);
#define CHANGE_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, version) MATERIAL_EDIT_FIELDS(F, S)
RECORD(material_change_in, CHANGE_IN_FIELDS);
#define REFUSE_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, reason, .min = 1, .max = 200)
RECORD(material_refuse_in, REFUSE_IN_FIELDS);
#define CATEGORY_IN_FIELDS(F, S) F(S, STR, name, .min = 1, .max = MATERIAL_CATEGORY_CHARS)
RECORD(material_category_in, CATEGORY_IN_FIELDS);
#define CATEGORY_PUT_FIELDS(F, S) F(S, ID, id) F(S, STR, name, .min = 1, .max = MATERIAL_CATEGORY_CHARS)
RECORD(material_category_edit, CATEGORY_PUT_FIELDS);
#define FILE_NEW_FIELDS(F, S) F(S, STR, name, .min = 1, .max = MATERIAL_NAME_CHARS) F(S, I64, size)
RECORD(material_file_new, FILE_NEW_FIELDS);
#define FILE_VIEW_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, type) F(S, I64, bytes) F(S, I64, part_size)
RECORD(material_file_view, FILE_VIEW_FIELDS);
#define PART_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, n, .min = 0, .max = 1000)
RECORD(material_part_in, PART_IN_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }
static i64 id_of(struct cx *cx) { return ((const struct material_id *)cx->in)->id; }

/* ---- the list ---- */

struct listing {
	struct material_row *rows;
	struct material_category *categories;
	struct material_sum *sums;
	struct user *users;
	size_t n, category_count, sum_count, user_count;
	struct imap by_material;
};

static err load(struct cx *cx, const struct snap *s, struct listing *l)
{
	struct none none = { 0 };
	struct material_span span = { 0, corp_day(&cx->unit, cx_now(cx)) - MATERIAL_FIGURE_DAYS + 1 };
	TRY(material_rows(s, &none, &l->rows, &l->n));
	TRY(material_categories(s, &none, &l->categories, &l->category_count));
	TRY(material_sums(s, &span, &l->sums, &l->sum_count));
	l->by_material = imap_new(s->arena);
	for (size_t i = 0; i < l->sum_count; i++)
		imap_put(&l->by_material, l->sums[i].material, (i64)i);
	return OK;
}

static str user_name(const struct user *users, size_t n, i64 id)
{
	for (size_t i = 0; i < n; i++)
		if (users[i].id == id)
			return users[i].name;
	return STR("");
}

static const char *row_state(const struct material_row *r, ms now)
{
	struct material m = { .live = r->live, .expires = r->expires };
	return material_state(&m, now);
}

static void view(struct cx *cx, const struct listing *l, const struct material_row *r, struct material_view *v)
{
	i64 at;
	struct door_link link = { cx->unit.corp, r->id, 0, 0, r->door };
	*v = (struct material_view){
		.id = r->id, .kind = r->kind, .title = r->title, .summary = r->summary, .category_id = r->category ? r->category : NIL,
		.category = STR(""), .state = str_c(row_state(r, cx_now(cx))), .newest_state = r->state, .newest = r->newest, .live = r->live,
		.expires_ms = r->expires, .alert = r->alert, .cover = r->cover ? r->cover : NIL, .file = r->file ? r->file : NIL,
		.made_ms = r->made, .maker = user_name(l->users, l->user_count, r->maker), .mine = r->maker && r->maker == cx->viewer.user,
		.url = door_link_url(cx->env, CX_ARENA(cx), &link), .version = r->version,
	};
	for (size_t i = 0; i < l->category_count; i++)
		if (l->categories[i].id == r->category)
			v->category = l->categories[i].name;
	if (!imap_get(&l->by_material, r->id, &at))
		return;
	v->opened = l->sums[at].opened;
	v->people = l->sums[at].people;
	v->seconds = l->sums[at].seconds;
	v->passed = l->sums[at].passed;
}

static bool fits(struct cx *cx, const struct material_list_in *in, const struct material_row *r)
{
	if (in->kind.n && !str_eq(in->kind, r->kind))
		return false;
	if (in->category != NIL && in->category != r->category)
		return false;
	if (str_eq_c(in->state, "waiting") ? !str_eq_c(r->state, "waiting") : in->state.n && !str_eq_c(in->state, row_state(r, cx_now(cx))))
		return false;
	return !in->q.n || str_has(r->title, in->q) || str_has(r->summary, in->q);
}

static err h_list(struct cx *cx)
{
	const struct material_list_in *in = cx->in;
	struct page *page = cx->out;
	struct listing l = { 0 };
	i64 below = INT64_MAX;
	size_t n = 0;
	TRY(page_from(cx, in->cursor, &below, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), load(cx, snap, &l)));
	TRY(user_all(&cx->unit, &l.users, &l.user_count));
	struct material_view *views = ARENA_ARRAY(CX_ARENA(cx), struct material_view, (size_t)in->limit + 1);
	page->total = NIL;
	for (size_t i = 0; i < l.n; i++) {
		if (l.rows[i].id >= below || !fits(cx, in, &l.rows[i]))
			continue;
		if (n == (size_t)in->limit) {
			page->next_cursor = page_next(cx, &views[n - 1].id, 1, 0);
			break;
		}
		view(cx, &l, &l.rows[i], &views[n++]);
	}
	page->data = (struct list){ views, n };
	return OK;
}

static err show(struct cx *cx, i64 id)
{
	struct listing l = { 0 };
	TRY(READ_SNAP(&cx->unit, base(cx), load(cx, snap, &l)));
	TRY(user_all(&cx->unit, &l.users, &l.user_count));
	for (size_t i = 0; i < l.n; i++) {
		if (l.rows[i].id != id)
			continue;
		view(cx, &l, &l.rows[i], cx->out);
		return OK;
	}
	return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_MATERIAL, cx->viewer.lang)));
}

static err h_get(struct cx *cx) { return show(cx, id_of(cx)); }

/* ---- versions ---- */

static err version_view(const struct snap *s, const struct listing *l, const struct material_version *v, struct material_version_view *ret)
{
	struct material_file f;
	*ret = (struct material_version_view){
		.id = v->number, .number = v->number, .title = v->title, .summary = v->summary, .body = v->body, .url = v->url, .file = NIL,
		.file_bytes = NIL, .cover = v->cover ? v->cover : NIL, .appid = v->appid, .page = v->page, .note = v->note, .state = v->state,
		.maker = user_name(l->users, l->user_count, v->maker), .made_ms = v->made, .judged_ms = v->judged, .reason = v->reason,
		.judge = v->judge == NIL ? STR_NIL : user_name(l->users, l->user_count, v->judge),
	};
	if (!v->file)
		return OK;
	TRY(material_file_get(s, &(struct material_id){ v->file }, &f));
	ret->file = v->file;
	ret->file_name = f.name;
	ret->file_type = f.type;
	ret->file_bytes = f.bytes;
	return OK;
}

static err versions(struct cx *cx, const struct snap *s, const struct listing *l)
{
	struct page *page = cx->out;
	struct material_version *rows;
	struct material m;
	size_t n;
	TRY(material_find(s, id_of(cx), &m));
	TRY(material_versions(s, cx->in, &rows, &n));
	struct material_version_view *views = ARENA_ARRAY(s->arena, struct material_version_view, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(version_view(s, l, &rows[i], &views[i]));
	page->data = (struct list){ views, n };
	page->total = (i64)n;
	return OK;
}

static err h_versions(struct cx *cx)
{
	struct listing l = { 0 };
	TRY(user_all(&cx->unit, &l.users, &l.user_count));
	return READ_SNAP(&cx->unit, base(cx), versions(cx, snap, &l));
}

static err h_make(struct cx *cx)
{
	i64 id = 0;
	TRY(WRITE_TX(&cx->unit, base(cx), material_make(tx, cx->in, &id)));
	return show(cx, id);
}

static err h_change(struct cx *cx)
{
	const struct material_change_in *in = cx->in;
	struct material_edit edit = {
		in->kind, in->title, in->category, in->summary, in->body, in->url, in->file, in->cover, in->appid, in->page, in->note, in->alert,
	};
	TRY(WRITE_TX(&cx->unit, base(cx), material_change(tx, in->id, in->version, &edit)));
	return show(cx, in->id);
}

static err h_restore(struct cx *cx)
{
	const struct material_nth *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), material_restore(tx, in->id, in->number)));
	return show(cx, in->id);
}

static err h_approve(struct cx *cx)
{
	TRY(WRITE_TX(&cx->unit, base(cx), material_judge(tx, id_of(cx), true, STR_NIL)));
	return show(cx, id_of(cx));
}

static err h_refuse(struct cx *cx)
{
	const struct material_refuse_in *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), material_judge(tx, in->id, false, in->reason)));
	return show(cx, in->id);
}

/* ---- what waits, for the page of approvals ---- */

static err waits(struct cx *cx, struct approval_list *ret)
{
	struct material_row *v;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), material_waiting(snap, &(struct material_before){ cx_now(cx), APPROVALS_MAX }, &v, &n)));
	for (size_t i = 0; i < n; i++)
		vec_push(CX_ARENA(cx), &ret->v, ((struct approval){
			.id = v[i].id, .title = v[i].title, .note = v[i].summary, .people = NIL, .asked_by = v[i].maker ? v[i].maker : NIL,
			.asked_ms = v[i].made, .href = STR("/materials") }));
	return OK;
}

static err decide(struct cx *cx, i64 id, const struct approval_answer *a)
{
	return WRITE_TX(&cx->unit, base(cx), material_judge(tx, id, a->agreed, a->reason));
}

const struct approver material_approver = { "material", T_MATERIAL, "material.approve", waits, decide };

static err h_remove(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), material_remove(tx, id_of(cx))); }

/* ---- categories ---- */

static err h_categories(struct cx *cx)
{
	struct page *page = cx->out;
	struct material_category *rows;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), material_categories(snap, &(struct none){ 0 }, &rows, &n)));
	page->data = (struct list){ rows, n };
	page->total = (i64)n;
	return OK;
}

static err category_add(struct tx *tx, str name, struct material_category *ret)
{
	struct material_category *all;
	size_t n;
	TRY(material_categories(&tx->snap, &(struct none){ 0 }, &all, &n));
	if (n >= MATERIAL_CATEGORIES_MAX)
		return tx_fail(tx, ERR_STATE, T_MATERIAL_MANY, STR_NIL, STR_NIL, STR(FAIL_STR(MATERIAL_CATEGORIES_MAX)));
	*ret = (struct material_category){ id_next(store_ids(tx->snap.unit->store), tx->snap.now), str_trim(name) };
	TRY(material_category_add(tx, ret));
	if (!tx_changed(tx))
		return tx_fail(tx, ERR_EXISTS, T_OK, STR("name"), ret->name, STR_NIL);
	return audit_add(tx, "material.category", arena_printf(tx->snap.arena, "category:%lld", (long long)ret->id), ret->name);
}

static err h_category_add(struct cx *cx)
{
	return WRITE_TX(&cx->unit, base(cx), category_add(tx, ((const struct material_category_in *)cx->in)->name, cx->out));
}

static err category_rename(struct tx *tx, const struct material_category *c)
{
	struct material_category *all;
	size_t n;
	TRY(material_categories(&tx->snap, &(struct none){ 0 }, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].id != c->id && str_eq(all[i].name, c->name))
			return tx_fail(tx, ERR_EXISTS, T_OK, STR("name"), c->name, STR_NIL);
	TRY(material_category_put(tx, c));
	if (!tx_changed(tx))
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_MATERIAL_CATEGORY, LANG_ZH)));
	return audit_add(tx, "material.category", arena_printf(tx->snap.arena, "category:%lld", (long long)c->id), c->name);
}

static err h_category_put(struct cx *cx)
{
	const struct material_category_edit *in = cx->in;
	struct material_category c = { in->id, str_trim(in->name) };
	TRY(WRITE_TX(&cx->unit, base(cx), category_rename(tx, &c)));
	*(struct material_category *)cx->out = c;
	return OK;
}

static err category_drop(struct tx *tx, i64 id)
{
	TRY(material_category_leave(tx, &(struct material_id){ id }));
	TRY(material_category_drop(tx, &(struct material_id){ id }));
	return audit_add(tx, "material.category", arena_printf(tx->snap.arena, "category:%lld", (long long)id), STR("removed"));
}

static err h_category_drop(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), category_drop(tx, id_of(cx))); }

/* ---- files ---- */

static err show_file(struct cx *cx, i64 id)
{
	struct material_file f;
	TRY(READ_SNAP(&cx->unit, base(cx), material_file_get(snap, &(struct material_id){ id }, &f)));
	*(struct material_file_view *)cx->out = (struct material_file_view){ f.id, f.name, f.type, f.bytes, (i64)MATERIAL_PART_BYTES };
	return OK;
}

static err h_file_new(struct cx *cx)
{
	const struct material_file_new *in = cx->in;
	i64 id = 0;
	TRY(WRITE_TX(&cx->unit, base(cx), material_file_begin(tx, in->name, in->size, &id)));
	return show_file(cx, id);
}

static err h_part(struct cx *cx)
{
	const struct material_part_in *in = cx->in;
	return WRITE_TX(&cx->unit, base(cx), material_file_part(tx, in->id, in->n, cx->req->body));
}

static err h_complete(struct cx *cx)
{
	TRY(WRITE_TX(&cx->unit, base(cx), material_file_end(tx, id_of(cx))));
	return show_file(cx, id_of(cx));
}

static err h_content(struct cx *cx)
{
	struct material_file f;
	str bytes;
	TRY(READ_SNAP(&cx->unit, base(cx), material_file_read(snap, id_of(cx), &f, &bytes)));
	material_file_reply(cx, &f, bytes);
	http_set(cx->reply, STR("Cache-Control"), STR("private, max-age=300"));
	return OK;
}

#define MATERIALS "/api/v1/materials"
#define FILES "/api/v1/material-files"
#define GROUPS "/api/v1/material-categories"
#define KEY &material_id_record
#define VIEW &material_view_record
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route material_routes[] = {
	{ "GET", MATERIALS, "material.read", SCOPED, ROUTE_LIST, &material_list_in_record, VIEW, h_list,
	  "Materials, newest first, with their figures of thirty days." },
	{ "POST", MATERIALS, "material.write", SCOPED, ROUTE_CREATED | ROUTE_IDEMPOTENT, &material_edit_record, VIEW, h_make, "Makes a material." },
	{ "GET", MATERIALS "/{id}", "material.read", SCOPED, ROUTE_ETAG, KEY, VIEW, h_get, "One material." },
	{ "PUT", MATERIALS "/{id}", "material.write", SCOPED, ROUTE_ETAG, &material_change_in_record, VIEW, h_change, "A further version of it." },
	{ "DELETE", MATERIALS "/{id}", "material.write", ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_remove,
	  "Takes it away: it is in no message any more, and its links say so." },
	{ "GET", MATERIALS "/{id}/versions", "material.read", ROUTE_SCOPE_NONE, ROUTE_LIST, KEY, &material_version_view_record, h_versions,
	  "All its versions, newest first." },
	{ "POST", MATERIALS "/{id}/restore", "material.write", SCOPED, 0, &material_nth_record, VIEW, h_restore,
	  "An older version's content as the newest." },
	{ "POST", MATERIALS "/{id}/approve", "material.approve", SCOPED, 0, KEY, VIEW, h_approve,
	  "Approves the newest version, or prolongs an approval that runs out; not one's own where the company asks for approval." },
	{ "POST", MATERIALS "/{id}/refuse", "material.approve", SCOPED, 0, &material_refuse_in_record, VIEW, h_refuse,
	  "Refuses the newest version; the one before stays." },
	{ "GET", GROUPS, "material.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &material_category_record, h_categories, "Categories." },
	{ "POST", GROUPS, "material.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &material_category_in_record, &material_category_record,
	  h_category_add, "Makes a category." },
	{ "PUT", GROUPS "/{id}", "material.write", ROUTE_SCOPE_NONE, 0, &material_category_edit_record, &material_category_record, h_category_put,
	  "Renames a category." },
	{ "DELETE", GROUPS "/{id}", "material.write", ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_category_drop,
	  "Removes a category; its materials are in none then." },
	{ 0 },
};

const struct route material_file_routes[] = {
	{ "POST", FILES, "material.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &material_file_new_record, &material_file_view_record,
	  h_file_new, "Begins to take in a file." },
	{ "PUT", FILES "/{id}/parts/{n}", "material.write", ROUTE_SCOPE_NONE, ROUTE_BODY, &material_part_in_record, &none_record, h_part,
	  "One part of it, counted from 0; the same again changes nothing." },
	{ "POST", FILES "/{id}/complete", "material.write", ROUTE_SCOPE_NONE, 0, KEY, &material_file_view_record, h_complete,
	  "All parts are there: it is looked at." },
	{ "GET", FILES "/{id}/content", "material.read", ROUTE_SCOPE_NONE, ROUTE_RAW, KEY, &none_record, h_content, "The file itself." },
	{ 0 },
};
