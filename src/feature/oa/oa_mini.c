/*
 * Short addresses of mini program pages: made, renewed by whoever comes late, counted by day.
 */
#include "feature/oa/oa_data.h"

#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"

#define NEW_FIELDS(F, S)                                                                        \
	F(S, ID, account_id) F(S, STR, name, .min = 1, .max = OA_NAME_MAX) F(S, STR, path, .min = 1, .max = OA_MINI_PATH_MAX) \
	F(S, STR, params, .opt = true, .max = OA_LINK_QUERY_MAX)
RECORD(oa_mini_new, NEW_FIELDS);
#define VIEW_FIELDS(F, S)                                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, path) F(S, STR, params) F(S, STR, url, .doc = "what people are given") \
	F(S, I64, visits, .doc = "of the last 30 days") F(S, MS, created_ms)
RECORD(oa_mini_view, VIEW_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(oa_mini_list, LIST_FIELDS);
#define DAYS_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, days, .opt = true, .min = 1, .max = OA_MINI_DAYS_MAX)
RECORD(oa_mini_days, DAYS_IN_FIELDS);
#define DAY_FIELDS(F, S) F(S, STR, day) F(S, I64, visits)
RECORD(oa_mini_day, DAY_FIELDS);

#define SHOWN_DAYS 30

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err find(const struct snap *s, i64 id, struct oa_link *ret)
{
	err e = oa_link_get(s, &(struct oa_key){ id }, ret);
	return e == ERR_NOT_FOUND ? snap_fail(s, e, T_OA_LINK_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

static err account_open(const struct snap *s, i64 id, struct oa_open *ret)
{
	struct oa_account row;
	err e = oa_account_get(s, &(struct oa_key){ id }, &row);
	if (e == ERR_NOT_FOUND)
		return snap_fail(s, e, T_OA_UNKNOWN, STR("account_id"), STR_NIL, STR_NIL);
	TRY(e);
	return oa_open(s, &row, ret);
}

/* The platform's address, good for OA_LINK_DAYS from now. */
static err renew(struct cx *cx, struct oa_link *l)
{
	struct oa_open o;
	TRY(READ_SNAP(&cx->unit, base(cx), account_open(snap, l->account, &o)));
	struct oa_call call = oa_call_of(cx, &o.app);
	TRY(oa_url_link(&call, l->path, l->params, &l->url));
	l->until = cx_now(cx) + OA_LINK_DAYS * MS_DAY;
	return OK;
}

err oa_mini_enter(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	struct oa_link l;
	TRY(READ_SNAP(&cx->unit, base(cx), find(snap, door->target, &l)));
	if (l.until - cx_now(cx) < OA_MINI_EARLY_MS) {
		TRY(renew(cx, &l));
		TRY(WRITE_TX(&cx->unit, base(cx), oa_link_renew(tx, &l)));
	}
	*ret = (struct door_answer){ .status = 302, .location = l.url };
	return OK;
}

/* ---- the console's side ---- */

static struct oa_mini_view view_of(struct cx *cx, const struct oa_link *l, const struct door_sum *sums, size_t n)
{
	struct oa_mini_view v = { l->id, l->name, l->path, l->params, door_url(cx->env, CX_ARENA(cx), l->door), 0, l->created };
	for (size_t i = 0; i < n; i++)
		v.visits += sums[i].target == l->id ? sums[i].visits : 0;
	return v;
}

static err list(const struct snap *s, struct cx *cx, const struct oa_find *of, struct page *page, i64 *ret_last)
{
	struct oa_link *rows;
	struct door_sum *sums;
	size_t n, m, limit = (size_t)of->limit - 1;
	i64 today = corp_day(&cx->unit, s->now);
	TRY(oa_links(s, of, &rows, &n));
	TRY(door_sums(s, OA_MINI_DOOR, today - SHOWN_DAYS + 1, today, &sums, &m));
	*ret_last = n > limit ? rows[limit - 1].id : NIL;
	n = n > limit ? limit : n;
	struct oa_mini_view *v = ARENA_ARRAY(s->arena, struct oa_mini_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = view_of(cx, &rows[i], sums, m);
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct oa_mini_list *in = cx->in;
	struct page *page = cx->out;
	struct oa_find of = { INT64_MAX, in->limit + 1 };
	i64 last;
	TRY(page_from(cx, in->cursor, &of.before, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), list(snap, cx, &of, page, &last)));
	if (last != NIL)
		page->next_cursor = page_next(cx, &last, 1, 0);
	return OK;
}

static err put(struct tx *tx, struct oa_link *l)
{
	TRY(door_add(tx, OA_MINI_DOOR, l->id, STR(""), NIL, &l->door));
	TRY(oa_link_insert(tx, l));
	return audit_add(tx, "oa.link.create", arena_printf(tx->snap.arena, "oalink:%lld", (long long)l->id), l->name);
}

/* What the platform does not know is no link. */
static err h_new(struct cx *cx)
{
	const struct oa_mini_new *in = cx->in;
	struct oa_link l = { id_next(store_ids(cx->env->store), cx_now(cx)), in->account_id, in->name, in->path,
			     in->params.n ? in->params : STR(""), STR(""), STR(""), 0, cx_now(cx) };
	if (str_has_char(in->path, '?'))
		return cx_fail(cx, ERR_INPUT, T_OA_LINK_PATH, STR("path"), in->path, STR_NIL);
	TRY(renew(cx, &l));
	TRY(WRITE_TX(&cx->unit, base(cx), put(tx, &l)));
	*(struct oa_mini_view *)cx->out = view_of(cx, &l, NULL, 0);
	return OK;
}

static err trend(const struct snap *s, i64 id, i64 first, i64 last, struct page *page)
{
	struct oa_link l;
	struct door_day *rows;
	size_t n;
	TRY(find(s, id, &l));
	TRY(door_days(s, l.door, first, last, &rows, &n));
	struct oa_mini_day *v = ARENA_ARRAY(s->arena, struct oa_mini_day, (size_t)(last - first + 1));
	for (i64 day = first; day <= last; day++) {
		struct oa_mini_day *one = &v[day - first];
		*one = (struct oa_mini_day){ tz_format_date(day, s->arena), 0 };
		for (size_t i = 0; i < n; i++)
			one->visits += rows[i].day == day ? rows[i].visits : 0;
	}
	page->data = (struct list){ v, (size_t)(last - first + 1) };
	page->total = NIL;
	return OK;
}

static err h_days(struct cx *cx)
{
	const struct oa_mini_days *in = cx->in;
	i64 today = corp_day(&cx->unit, cx_now(cx)), days = in->days == NIL ? SHOWN_DAYS : in->days;
	return READ_SNAP(&cx->unit, base(cx), trend(snap, in->id, today - days + 1, today, cx->out));
}

const struct route oa_mini_routes[] = {
	{ "GET", "/api/v1/mini-links", "oa.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &oa_mini_list_record, &oa_mini_view_record, h_list,
	  "Short addresses of mini program pages, newest first." },
	{ "POST", "/api/v1/mini-links", "oa.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &oa_mini_new_record, &oa_mini_view_record,
	  h_new, "Makes one." },
	{ "GET", "/api/v1/mini-links/{id}/days", "oa.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &oa_mini_days_record, &oa_mini_day_record, h_days,
	  "Visits by day, up to today." },
	{ 0 },
};
