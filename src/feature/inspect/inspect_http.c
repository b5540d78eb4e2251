/*
 * Inspection over HTTP: who waits too long now, and a week's waits per member.
 */
#include "feature/inspect/inspect_data.h"

#include "core/attr/attr.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"

#define WEEK_DAYS 7
#define MONDAY_SHIFT 3 /* day 0 was a Thursday */

#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(inspect_list_in, LIST_FIELDS);
#define VIEW_FIELDS(F, S)                                                                       \
	F(S, ID, id) F(S, ID, customer, .opt = true) F(S, STR, name, .pii = true) F(S, STR, account) F(S, STR, staff, .opt = true) \
	F(S, MS, wrote_ms) F(S, MS, due_ms) F(S, MS, told_ms, .opt = true, .doc = "absent: nobody could be told yet")
RECORD(inspect_view, VIEW_FIELDS);
#define WEEK_FIELDS(F, S) F(S, I64, back, .opt = true, .min = 0, .max = INSPECT_WEEKS_MAX, .doc = "weeks before this one")
RECORD(inspect_week_in, WEEK_FIELDS);
#define SUM_FIELDS(F, S)                                                                                  \
	F(S, STR, staff, .opt = true, .doc = "absent: nobody had the conversation") F(S, I64, conversations) F(S, I64, in_time) \
	F(S, I64, late) F(S, I64, slowest_ms, .opt = true)
RECORD(inspect_sum_view, SUM_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str staff_name(const struct snap *s, i64 id)
{
	struct staff staff;
	return id != NIL && staff_get(s, id, &staff) == OK ? staff.name : STR_NIL;
}

static err view(struct cx *cx, const struct inspect_wait *w, struct inspect_view *v)
{
	struct unit *u = &cx->unit;
	struct customer_fact f;
	i64 leaf = 0, root = 0;
	v->customer = NIL;
	v->name = STR("");
	err e = identity_find(u, STR("external_userid"), w->external_userid, &leaf);
	if (e == ERR_NOT_FOUND || (e == OK && !leaf))
		return OK;
	TRY(e);
	TRY(customer_root(u, leaf, &root));
	e = READ_SNAP(u, slot_of_customer(u->store, root), attr_fact_get(snap, root, &f));
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	v->customer = root;
	v->name = f.name.n ? f.name : STR("");
	return OK;
}

static err late(const struct snap *s, i64 after, i64 limit, struct inspect_wait **ret, size_t *ret_n, struct inspect_view **ret_v)
{
	TRY(inspect_late(s, &(struct inspect_page){ s->now, after, limit }, ret, ret_n));
	struct inspect_view *v = *ret_v = ARENA_ARRAY(s->arena, struct inspect_view, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++) {
		const struct inspect_wait *w = &(*ret)[i];
		v[i] = (struct inspect_view){ .id = w->id, .account = w->account, .staff = staff_name(s, w->staff), .wrote_ms = w->wrote,
					      .due_ms = w->due, .told_ms = w->told };
	}
	return OK;
}

static err h_late(struct cx *cx)
{
	const struct inspect_list_in *in = cx->in;
	struct page *page = cx->out;
	struct inspect_wait *rows;
	struct inspect_view *v;
	i64 after = 0;
	size_t n;
	TRY(page_from(cx, in->cursor, &after, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), late(snap, after, in->limit + 1, &rows, &n, &v)));
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		page->next_cursor = page_next(cx, &rows[n - 1].id, 1, 0);
	}
	for (size_t i = 0; i < n; i++)
		TRY(view(cx, &rows[i], &v[i]));
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err week(const struct snap *s, i64 monday, struct page *page)
{
	const struct tz *z = corp_zone(s->unit, s->unit->corp);
	struct inspect_span span = { tz_day_start(z, monday), tz_day_start(z, monday + WEEK_DAYS), s->now };
	struct inspect_sum *rows;
	size_t n;
	TRY(inspect_week(s, &span, &rows, &n));
	struct inspect_sum_view *v = ARENA_ARRAY(s->arena, struct inspect_sum_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct inspect_sum_view){ staff_name(s, rows[i].staff), rows[i].n, rows[i].in_time, rows[i].late, rows[i].slowest };
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err h_week(struct cx *cx)
{
	i64 back = ((const struct inspect_week_in *)cx->in)->back, today = corp_day(&cx->unit, cx_now(cx));
	i64 monday = today - (today + MONDAY_SHIFT) % WEEK_DAYS - (back == NIL ? 0 : back) * WEEK_DAYS;
	return READ_SNAP(&cx->unit, base(cx), week(snap, monday, cx->out));
}

#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route inspect_routes[] = {
	{ "GET", "/api/v1/inspect/late", "keyword.read", SCOPED, ROUTE_LIST, &inspect_list_in_record, &inspect_view_record, h_late,
	  "Customers of WeChat customer service who wait longer than the rule allows." },
	{ "GET", "/api/v1/inspect/week", "keyword.read", SCOPED, ROUTE_LIST, &inspect_week_in_record, &inspect_sum_view_record, h_week,
	  "A week's waits in WeChat customer service per member, from Monday." },
	{ 0 },
};
