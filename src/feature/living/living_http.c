/*
 * Rooms over HTTP: making, changing what stands with them, cancelling, and who watched.
 */
#include "feature/living/living_data.h"

#include "base/vec.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/profile/profile.h"
#include "core/staff/staff.h"
#include "core/tag/tag.h"
#include "port/wecom/wecom_living.h"
#include "store/journal.h"

#include <stdlib.h>

#define ROOMS_MAX 200
#define URL_MAX 500

#define ROOM_MORE_FIELDS(F, S)                                                  \
	F(S, STR, watch_url, .opt = true, .max = URL_MAX, .doc = "where it is watched, as WeCom shows it") \
	F(S, STR, group_url, .opt = true, .max = URL_MAX, .doc = "the group's code") \
	F(S, ID, tag, .opt = true) F(S, I64, tag_minutes, .opt = true, .max = LIVING_MINUTES_MAX, .doc = "who watched so long gets the tag")
#define ROOM_NEW_FIELDS(F, S)                                                   \
	F(S, STR, theme, .min = 1, .max = LIVING_THEME_MAX) F(S, ID, anchor, .doc = "staff") F(S, MS, starts_ms) \
	F(S, I64, minutes, .min = 1, .max = LIVING_MINUTES_MAX) F(S, STR, description, .opt = true, .max = 100) ROOM_MORE_FIELDS(F, S)
RECORD(living_new, ROOM_NEW_FIELDS);
#define ROOM_EDIT_FIELDS(F, S) F(S, ID, id) F(S, I64, version) ROOM_MORE_FIELDS(F, S)
RECORD(living_edit, ROOM_EDIT_FIELDS);
#define ROOM_VIEW_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, STR, theme) F(S, ID, anchor) F(S, STR, anchor_name) F(S, MS, starts_ms) F(S, I64, minutes) \
	F(S, STR, state, .one_of = LIVING_STATES) F(S, I64, viewers) F(S, I64, members, .doc = "of them staff") \
	F(S, I64, strangers, .doc = "of them people nobody here knows") \
	F(S, BOOL, cut, .doc = "there were more than are read") F(S, MS, read_ms, .opt = true) F(S, I64, version) \
	ROOM_MORE_FIELDS(F, S)
RECORD(living_view, ROOM_VIEW_FIELDS);
#define LIST_IN_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = ROOMS_MAX)
RECORD(living_list_in, LIST_IN_FIELDS);
#define VIEWER_VIEW_FIELDS(F, S) F(S, ID, customer_id) F(S, STR, name, .opt = true) F(S, I64, seconds) F(S, BOOL, comment)
RECORD(living_viewer_view, VIEWER_VIEW_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err view(const struct snap *s, const struct living_room *r, struct living_view *ret)
{
	struct staff staff = { 0 };
	err e = staff_get(s, r->anchor, &staff);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	*ret = (struct living_view){ r->id, r->theme, r->anchor, staff.name.n ? staff.name : staff.userid.n ? staff.userid : STR(""), r->starts,
				     r->minutes, r->state, r->viewers, r->members, r->strangers, r->cut, r->read_at, r->version, r->watch_url,
				     r->group_url, r->tag, r->tag_minutes };
	return OK;
}

static err list(const struct snap *s, const struct living_find *in, struct living_view **ret, size_t *ret_count)
{
	struct living_room *rows;
	TRY(living_room_list(s, in, &rows, ret_count));
	*ret = ARENA_ARRAY(s->arena, struct living_view, *ret_count + 1);
	for (size_t i = 0; i < *ret_count; i++)
		TRY(view(s, &rows[i], &(*ret)[i]));
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct living_list_in *in = cx->in;
	struct page *out = cx->out;
	struct living_view *rows;
	i64 before = INT64_MAX;
	size_t n;
	TRY(page_from(cx, in->cursor, &before, 1, 0));
	struct living_find find = { before, in->limit + 1 };
	TRY(READ_SNAP(&cx->unit, base(cx), list(snap, &find, &rows, &n)));
	if ((i64)n > in->limit) {
		n = (size_t)in->limit;
		out->next_cursor = page_next(cx, &rows[n - 1].id, 1, 0);
	}
	out->data = (struct list){ rows, n };
	return OK;
}

static err shown(const struct snap *s, i64 id, struct living_view *ret)
{
	struct living_room row;
	TRY(living_room_get(s, &(struct living_key){ id }, &row));
	return view(s, &row, ret);
}

static err show(struct cx *cx, i64 id)
{
	err e = READ_SNAP(&cx->unit, base(cx), shown(snap, id, cx->out));
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_OK, STR_NIL, STR_NIL, STR("living")) : e;
}

static err h_one(struct cx *cx) { return show(cx, ((const struct living_key *)cx->in)->id); }

static err tell(struct tx *tx, i64 room, const char *what)
{
	struct arena *a = tx->snap.arena;
	struct living_saved body = { room, str_c(what) };
	TRY(audit_add(tx, arena_cstr(a, arena_printf(a, "living.%s", what)), arena_printf(a, "living:%lld", (long long)room), STR("")));
	return journal_add(tx, EV_LIVING_SAVED, 0, tx->snap.now, &living_saved_record, &body, NULL);
}

static err check_more(const struct snap *s, i64 tag, str watch_url, str group_url)
{
	struct tag found;
	const str urls[] = { watch_url, group_url };
	for (size_t i = 0; i < ARRAY_LEN(urls); i++)
		if (urls[i].n && !str_starts(urls[i], STR("https://")) && !str_starts(urls[i], STR("http://")))
			return snap_fail(s, ERR_INPUT, T_OK, i ? STR("group_url") : STR("watch_url"), urls[i], STR("https://…"));
	return tag == NIL ? OK : tag_get(s, tag, &found);
}

static err insert(struct tx *tx, const struct living_room *r)
{
	struct living_task task = { r->id };
	TRY(living_room_insert(tx, r));
	TRY(timer_set(tx, STR(LIVING_LOOK), arena_printf(tx->snap.arena, "%lld", (long long)r->id),
		      r->starts + r->minutes * MS_MINUTE + LIVING_GRACE_MS, 0, &living_task_record, &task));
	return tell(tx, r->id, "made");
}

static err open_call(struct cx *cx, struct corp_wecom *wecom, struct wecom_call *ret)
{
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, wecom));
	*ret = (struct wecom_call){ .wecom = cx->env->wecom, .app = &wecom->app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	return OK;
}

static err h_add(struct cx *cx)
{
	const struct living_new *in = cx->in;
	struct corp_wecom wecom;
	struct wecom_call call;
	struct staff anchor;
	struct living_room r = { .id = id_next(store_ids(cx->unit.store), cx_now(cx)), .anchor = in->anchor, .theme = str_trim(in->theme),
				 .starts = in->starts_ms, .minutes = in->minutes, .watch_url = in->watch_url, .group_url = in->group_url,
				 .tag = in->tag, .tag_minutes = in->tag_minutes == NIL ? 0 : in->tag_minutes, .state = STR("reserved"),
				 .read_at = NIL, .created = cx_now(cx), .version = 1 };
	if (r.starts <= cx_now(cx))
		return cx_fail(cx, ERR_INPUT, T_LIVING_PAST, STR("starts_ms"), STR_NIL, STR_NIL);
	TRY(READ_SNAP(&cx->unit, base(cx), check_more(snap, in->tag, in->watch_url, in->group_url)));
	err e = READ_SNAP(&cx->unit, base(cx), staff_get(snap, in->anchor, &anchor));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, ERR_INPUT, T_LIVING_ANCHOR, STR("anchor"), STR_NIL, STR_NIL);
	TRY(e);
	TRY(open_call(cx, &wecom, &call));
	struct wecom_living room = { anchor.userid, r.theme, in->description, wecom.app.agentid, r.starts, r.minutes * 60 };
	e = wecom_living_create(&call, &room, &r.livingid);
	if (e == ERR_UNKNOWN)
		return cx_fail(cx, ERR_UPSTREAM, T_LIVING_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
	TRY(e);
	TRY(WRITE_TX(&cx->unit, base(cx), insert(tx, &r)));
	return show(cx, r.id);
}

static err change(struct tx *tx, const struct living_edit *in)
{
	struct living_room row;
	TRY(living_room_get(&tx->snap, &(struct living_key){ in->id }, &row));
	TRY(check_more(&tx->snap, in->tag, in->watch_url, in->group_url));
	row.watch_url = in->watch_url;
	row.group_url = in->group_url;
	row.tag = in->tag;
	row.tag_minutes = in->tag_minutes == NIL ? 0 : in->tag_minutes;
	row.version = in->version;
	TRY(living_room_update(tx, &row));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	return tell(tx, in->id, "changed");
}

static err h_edit(struct cx *cx)
{
	const struct living_edit *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), change(tx, in)));
	return show(cx, in->id);
}

static err cancelled(struct tx *tx, struct living_room *r)
{
	r->state = STR("cancelled");
	TRY(living_room_state(tx, r));
	TRY(timer_cancel(tx, STR(LIVING_LOOK), arena_printf(tx->snap.arena, "%lld", (long long)r->id)));
	return tell(tx, r->id, "cancelled");
}

static err h_cancel(struct cx *cx)
{
	const struct living_key *in = cx->in;
	struct corp_wecom wecom;
	struct wecom_call call;
	struct living_room r;
	TRY(READ_SNAP(&cx->unit, base(cx), living_room_get(snap, in, &r)));
	if (!str_eq_c(r.state, "reserved"))
		return cx_fail(cx, ERR_STATE, T_LIVING_BEGUN, STR_NIL, STR_NIL, STR_NIL);
	TRY(open_call(cx, &wecom, &call));
	TRY(wecom_living_cancel(&call, r.livingid));
	TRY(WRITE_TX(&cx->unit, base(cx), cancelled(tx, &r)));
	return show(cx, r.id);
}

/* ---- who watched ---- */

static int by_time(const void *a, const void *b)
{
	const struct living_viewer *x = a, *y = b;
	if (x->seconds != y->seconds)
		return x->seconds < y->seconds ? 1 : -1;
	return x->customer < y->customer ? -1 : x->customer > y->customer;
}

static err all_viewers(struct cx *cx, i64 room, struct living_viewer **ret, size_t *ret_count)
{
	struct arena *a = CX_ARENA(cx);
	i64 *slots = ARENA_ARRAY(a, i64, SLOT_COUNT);
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT), count;
	VEC(struct living_viewer) all = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct living_viewer *rows;
		TRY(READ_SNAP(&cx->unit, slots[i], living_viewer_all(snap, &(struct living_of){ room }, &rows, &count)));
		for (size_t k = 0; k < count; k++)
			vec_push(a, &all, rows[k]);
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_time);
	*ret = all.v;
	*ret_count = all.n;
	return OK;
}

/* The longest first; whom the viewer may not see is left out. */
static err h_viewers(struct cx *cx)
{
	const struct living_key *in = cx->in;
	struct page *out = cx->out;
	struct living_viewer *rows;
	size_t n, shown_count = 0;
	TRY(all_viewers(cx, in->id, &rows, &n));
	struct living_viewer_view *view_rows = ARENA_ARRAY(CX_ARENA(cx), struct living_viewer_view, LIVING_SHOWN_MAX);
	for (size_t i = 0; i < n && shown_count < LIVING_SHOWN_MAX; i++) {
		struct customer c;
		TRY(customer_shown(&cx->unit, rows[i].customer, &c));
		if (!c.id)
			continue;
		view_rows[shown_count++] = (struct living_viewer_view){ c.id, c.name, rows[i].seconds, rows[i].comment };
	}
	out->data = (struct list){ view_rows, shown_count };
	out->total = (i64)n; /* LIVING_SHOWN_MAX of them are shown */
	return OK;
}

const struct route living_routes[] = {
	{ "GET", "/api/v1/livings", "living.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &living_list_in_record, &living_view_record, h_list,
	  "Live rooms, newest first." },
	{ "POST", "/api/v1/livings", "living.write", ROUTE_SCOPE_NONE, ROUTE_IDEMPOTENT | ROUTE_CREATED, &living_new_record,
	  &living_view_record, h_add, "Makes a live room in WeCom." },
	{ "GET", "/api/v1/livings/{id}", "living.read", ROUTE_SCOPE_NONE, ROUTE_ETAG, &living_key_record, &living_view_record, h_one,
	  "One live room." },
	{ "PUT", "/api/v1/livings/{id}", "living.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &living_edit_record, &living_view_record, h_edit,
	  "Changes the link, the group's code and the tag of a live room." },
	{ "POST", "/api/v1/livings/{id}/cancel", "living.write", ROUTE_SCOPE_NONE, 0, &living_key_record, &living_view_record, h_cancel,
	  "Cancels a live room that has not begun." },
	{ "GET", "/api/v1/livings/{id}/viewers", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &living_key_record,
	  &living_viewer_view_record, h_viewers, "Customers who watched, the longest first." },
	{ 0 },
};
