/*
 * Who opened a material, how long, how deep, who passed it on; and what staff have at hand in a chat.
 */
#include "feature/material/material_visit_data.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"

#define DAYS_MAX 366
#define HAND_MAX 50 /* shown in a chat */

#define DAYS_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, days, .opt = true, .min = 1, .max = DAYS_MAX)
RECORD(material_days_in, DAYS_IN_FIELDS);
#define DAY_FIELDS(F, S) F(S, I64, day) F(S, I64, opened) F(S, I64, people) F(S, I64, seconds) F(S, I64, passed)
RECORD(material_day_view, DAY_FIELDS);
#define VISITS_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, limit, .opt = true) F(S, STR, cursor, .opt = true)
RECORD(material_visits_in, VISITS_IN_FIELDS);
#define VISIT_VIEW_FIELDS(F, S)                                                                    \
	F(S, ID, id) F(S, ID, customer_id, .opt = true, .doc = "who opened it; null: not known") F(S, STR, customer, .opt = true, .pii = true) \
	F(S, BOOL, passed, .doc = "by a link made for somebody else") F(S, ID, from_id, .opt = true, .doc = "for whom the link was made") \
	F(S, STR, from, .opt = true, .pii = true) F(S, STR, staff, .opt = true) F(S, I64, number, .doc = "the version") F(S, MS, opened_ms) \
	F(S, I64, seconds) F(S, I64, depth)
RECORD(material_visit_view, VISIT_VIEW_FIELDS);
#define HAND_IN_FIELDS(F, S) F(S, ID, customer_id) F(S, STR, q, .opt = true, .max = 60)
RECORD(material_hand_in, HAND_IN_FIELDS);
#define HAND_FIELDS(F, S)                                                                          \
	F(S, ID, id) F(S, STR, kind) F(S, STR, title) F(S, STR, summary) F(S, STR, category) F(S, STR, url, .doc = "made for her") \
	F(S, STR, picture, .opt = true)
RECORD(material_hand, HAND_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err days(struct cx *cx, const struct snap *s)
{
	const struct material_days_in *in = cx->in;
	struct page *page = cx->out;
	struct material_sum *rows;
	struct material m;
	size_t n;
	i64 span = in->days == NIL ? MATERIAL_FIGURE_DAYS : in->days;
	TRY(material_find(s, in->id, &m));
	TRY(material_days(s, &(struct material_span){ in->id, corp_day(&cx->unit, s->now) - span + 1 }, &rows, &n));
	struct material_day_view *views = ARENA_ARRAY(s->arena, struct material_day_view, n + 1);
	for (size_t i = 0; i < n; i++)
		views[i] = (struct material_day_view){ rows[i].day, rows[i].opened, rows[i].people, rows[i].seconds, rows[i].passed };
	page->data = (struct list){ views, n };
	page->total = (i64)n;
	return OK;
}

static err h_days(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), days(cx, snap)); }

/* Whoever is outside of the viewer's scope has no name. */
static err person(struct cx *cx, i64 customer, i64 *ret_id, str *ret_name)
{
	struct customer c;
	TRY(customer_shown(&cx->unit, customer, &c));
	*ret_id = c.id ? c.id : NIL;
	*ret_name = c.name;
	return OK;
}

static err show_visit(struct cx *cx, const struct staff *staff, size_t n, const struct material_visit *v, struct material_visit_view *ret)
{
	*ret = (struct material_visit_view){
		.id = v->id, .passed = v->passed, .from_id = NIL, .number = v->number, .opened_ms = v->opened, .seconds = v->seconds, .depth = v->depth,
	};
	TRY(person(cx, v->reader, &ret->customer_id, &ret->customer));
	if (v->passed)
		TRY(person(cx, v->meant, &ret->from_id, &ret->from));
	for (size_t i = 0; i < n; i++)
		if (staff[i].id == v->staff)
			ret->staff = staff[i].name.n ? staff[i].name : staff[i].userid;
	return OK;
}

static err h_visits(struct cx *cx)
{
	const struct material_visits_in *in = cx->in;
	struct page *page = cx->out;
	struct material_list find = { in->id, INT64_MAX, in->limit + 1 };
	struct material_visit *rows;
	struct material m;
	struct staff *staff;
	size_t n, staff_count;
	TRY(page_from(cx, in->cursor, &find.below, 1, (u64)in->id));
	TRY(READ_SNAP(&cx->unit, base(cx), material_find(snap, in->id, &m)));
	TRY(READ_SNAP(&cx->unit, base(cx), material_visit_list(snap, &find, &rows, &n)));
	TRY(READ_SNAP(&cx->unit, base(cx), staff_all(snap, &staff, &staff_count)));
	size_t shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	struct material_visit_view *views = ARENA_ARRAY(CX_ARENA(cx), struct material_visit_view, shown + 1);
	for (size_t i = 0; i < shown; i++)
		TRY(show_visit(cx, staff, staff_count, &rows[i], &views[i]));
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].id, 1, (u64)in->id);
	return OK;
}

/* ---- at hand ---- */

struct hand { struct material_row *rows; struct material_category *categories; size_t n, category_count; };

static err load(const struct snap *s, struct hand *h)
{
	struct none none = { 0 };
	TRY(material_rows(s, &none, &h->rows, &h->n));
	return material_categories(s, &none, &h->categories, &h->category_count);
}

static str category(const struct hand *h, i64 id)
{
	for (size_t i = 0; i < h->category_count; i++)
		if (h->categories[i].id == id)
			return h->categories[i].name;
	return STR("");
}

static bool wanted(const struct material_row *r, str q, ms now)
{
	struct material m = { .live = r->live, .expires = r->expires };
	return !strcmp(material_state(&m, now), "ok") && (!q.n || str_has(r->title, q) || str_has(r->summary, q));
}

/* Her own links, from whom the viewer is. */
static err h_hand(struct cx *cx)
{
	const struct material_hand_in *in = cx->in;
	struct page *page = cx->out;
	struct hand h = { 0 };
	struct user me = { .staff = NIL };
	struct enclosure_to to = { 0 };
	size_t n = 0;
	TRY(customer_visible(&cx->unit, in->customer_id, &to.customer));
	if (cx->viewer.user)
		TRY(user_get(&cx->unit, cx->viewer.user, &me));
	to.staff = me.staff == NIL ? 0 : me.staff;
	TRY(READ_SNAP(&cx->unit, base(cx), load(snap, &h)));
	struct material_hand *views = ARENA_ARRAY(CX_ARENA(cx), struct material_hand, HAND_MAX);
	for (size_t i = 0; i < h.n && n < HAND_MAX; i++) {
		const struct material_row *r = &h.rows[i];
		if (!wanted(r, in->q, cx_now(cx)))
			continue;
		struct material_hand *v = &views[n++];
		*v = (struct material_hand){ .id = r->id, .kind = r->kind, .title = r->title, .summary = r->summary, .category = category(&h, r->category) };
		TRY(material_enclosure.link(&cx->unit, r->id, &to, &v->url, &v->picture));
	}
	page->data = (struct list){ views, n };
	page->total = NIL;
	return OK;
}

const struct route material_figure_routes[] = {
	{ "GET", "/api/v1/materials/{id}/days", "material.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &material_days_in_record, &material_day_view_record,
	  h_days, "By day: openings, people who had not opened it before, seconds, passings on." },
	{ "GET", "/api/v1/materials/{id}/visits", "material.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &material_visits_in_record,
	  &material_visit_view_record, h_visits, "Who opened it, how long, how deep; newest first." },
	{ "GET", "/api/v1/work/materials", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &material_hand_in_record, &material_hand_record, h_hand,
	  "Materials for a chat with her, with links made for her." },
	{ 0 },
};
