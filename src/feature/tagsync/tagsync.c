/*
 * tagsync: the log of disagreements with WeCom about tags (tag.conflict), newest first: what was taken off there
 * while we held it, and what was put on there without her consent. Nothing is decided here: core/tag has.
 */
#include "base/hash.h"
#include "core/customer/customer.h"
#include "core/module.h"
#include "core/perm/perm.h"
#include "core/tag/tag_http.h"

#include <stdlib.h>

#define CONFLICT_FIELDS(F, S) \
	F(S, MS, at) F(S, ID, event) F(S, ID, customer) F(S, ID, tag) F(S, STR, what) F(S, STR, why, .opt = true)
RECORD(tagsync_conflict, CONFLICT_FIELDS);
#define FIND_FIELDS(F, S) F(S, ID, tag) F(S, MS, before) F(S, ID, below) F(S, I64, limit)
RECORD(tagsync_find, FIND_FIELDS);

WRITE(tagsync_put, tagsync_conflict,
	SQL(INSERT INTO tagsync_conflict (slot, corp, at, event, customer, tag, what, why)
		VALUES (:slot, :corp, :at, :event, :customer, :tag, :what, :why) ON CONFLICT DO NOTHING))
READ_MANY(tagsync_page, tagsync_find, tagsync_conflict,
	SQL_UNSCOPED("the caller asks for each whether the viewer sees her",
		SELECT at, event, customer, tag, what, why FROM tagsync_conflict
		WHERE slot = :slot AND corp = :corp AND (:tag = 0 OR tag = :tag) AND (at, event) < (:before, :below)
		ORDER BY at DESC, event DESC LIMIT :limit))

static err on_conflict(struct tx *tx, const struct event *ev)
{
	struct tag_conflict c;
	TRY(event_body(&tx->snap, ev, &tag_conflict_record, &c));
	return tagsync_put(tx, &(struct tagsync_conflict){ ev->occurred, ev->id, ev->customer, c.tag, c.what, c.why });
}

#define LIST_FIELDS(F, S)                                                   \
	F(S, ID, tag_id, .opt = true) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(tagsync_list_in, LIST_FIELDS);
#define VIEW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, MS, at_ms) F(S, ID, customer_id) F(S, STR, customer_name, .opt = true, .pii = true) F(S, ID, tag_id) \
	F(S, STR, tag) F(S, STR, what, .one_of = "removed,unconsented") F(S, STR, why, .opt = true, .doc = "whose mark it was here")
RECORD(tagsync_view, VIEW_FIELDS);

static int newest_first(const void *a, const void *b)
{
	const struct tagsync_conflict *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? 1 : -1;
	return (x->event < y->event) - (x->event > y->event);
}

static err tag_name(struct cx *cx, const struct snap *s, i64 id, str *ret, bool *ret_hidden)
{
	struct tag t;
	err e = tag_get(s, id, &t);
	*ret = e == OK ? t.name : STR("");
	*ret_hidden = e == OK && tag_hides(cx, &t);
	return e == ERR_NOT_FOUND ? OK : e;
}

static err show(struct cx *cx, const struct tagsync_conflict *v, size_t n)
{
	struct page *page = cx->out;
	struct unit *u = &cx->unit;
	struct tagsync_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct tagsync_view, n + 1);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		struct customer c;
		str name;
		bool hidden;
		TRY(customer_shown(u, v[i].customer, &c));
		if (!c.id)
			continue;
		TRY(READ_SNAP(u, slot_base(u->store, u->corp), tag_name(cx, snap, v[i].tag, &name, &hidden)));
		if (hidden)
			continue;
		rows[kept++] = (struct tagsync_view){ v[i].event, v[i].at, c.id, c.name, v[i].tag, name, v[i].what, v[i].why };
	}
	page->data = (struct list){ rows, kept };
	page->total = NIL;
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct tagsync_list_in *in = cx->in;
	struct page *page = cx->out;
	size_t limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit, n = 0;
	i64 keys[2] = { INT64_MAX, INT64_MAX }, *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t slot_count = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	u64 filter = hash_mix((u64)in->tag_id);
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	struct tagsync_find find = { in->tag_id == NIL ? 0 : in->tag_id, keys[0], keys[1], (i64)limit + 1 };
	struct tagsync_conflict *all = ARENA_ARRAY(CX_ARENA(cx), struct tagsync_conflict, slot_count * (limit + 1));
	for (size_t i = 0; i < slot_count; i++) {
		struct tagsync_conflict *v;
		size_t m;
		TRY(READ_SNAP(&cx->unit, slots[i], tagsync_page(snap, &find, &v, &m)));
		if (m)
			memcpy(all + n, v, m * sizeof(*v));
		n += m;
	}
	qsort(all, n, sizeof(*all), newest_first);
	if (n > limit) {
		n = limit;
		i64 last[2] = { all[n - 1].at, all[n - 1].event };
		page->next_cursor = page_next(cx, last, 2, filter);
	}
	return show(cx, all, n);
}

static const struct route routes[] = {
	{ "GET", "/api/v1/tag-conflicts", "tag.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &tagsync_list_in_record, &tagsync_view_record, h_list,
	  "Where WeCom and we disagreed about a tag on somebody, newest first." },
	{ 0 },
};
static const struct query *const queries[] = { &tagsync_put_query, &tagsync_page_query, NULL };
static const struct handler derive[] = { { EV_TAG_CONFLICT, on_conflict }, { 0 } };
static const char *const derived[] = { "tagsync_conflict", NULL };

const struct module tagsync_module = {
	.name = "tagsync",
	.doc = "The log of disagreements with WeCom about tags.",
	.queries = queries,
	.routes = routes,
	.derive = derive,
	.derived = derived,
};
