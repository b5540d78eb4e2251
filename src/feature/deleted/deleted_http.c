/*
 * deleted over HTTP: the list, newest first.
 */
#include "feature/deleted/deleted.h"

#include "base/hash.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"

#include <stdlib.h>

#define LIST_FIELDS(F, S)                                                   \
	F(S, STR, who, .opt = true, .one_of = "customer,staff", .doc = "who deleted") F(S, ID, staff_id, .opt = true) \
	F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(deleted_list_in, LIST_FIELDS);
#define VIEW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, MS, at_ms) F(S, STR, who, .one_of = "customer,staff") F(S, ID, customer_id) \
	F(S, STR, customer_name, .opt = true, .pii = true) F(S, ID, staff_id) F(S, STR, staff) F(S, BOOL, last, .doc = "nobody has her any more")
RECORD(deleted_view, VIEW_FIELDS);

static int newest_first(const void *a, const void *b)
{
	const struct deletion *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? 1 : -1;
	return (x->event < y->event) - (x->event > y->event);
}

static err show(struct cx *cx, const struct deletion *v, size_t n)
{
	struct page *page = cx->out;
	struct unit *u = &cx->unit;
	struct deleted_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct deleted_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct customer c;
		struct staff s;
		i64 root;
		TRY(customer_root(u, v[i].customer, &root));
		TRY(READ_SNAP(u, slot_of_customer(u->store, root), customer_get(snap, root, &c)));
		TRY(READ_SNAP(u, slot_base(u->store, u->corp), staff_get(snap, v[i].staff, &s)));
		rows[i] = (struct deleted_view){ v[i].event, v[i].at, v[i].who, root, c.name, s.id, s.name.n ? s.name : s.userid, v[i].last };
	}
	page->data = (struct list){ rows, n };
	page->total = NIL;
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct deleted_list_in *in = cx->in;
	struct page *page = cx->out;
	size_t limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit, n = 0;
	i64 keys[2] = { INT64_MAX, INT64_MAX }, *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t slot_count = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	u64 filter = hash64(in->who) ^ hash_mix((u64)in->staff_id);
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	struct deletion_find find = { in->staff_id == NIL ? 0 : in->staff_id, in->who.n ? in->who : STR(""), keys[0], keys[1], (i64)limit + 1 };
	struct deletion *all = ARENA_ARRAY(CX_ARENA(cx), struct deletion, slot_count * (limit + 1));
	for (size_t i = 0; i < slot_count; i++) {
		struct deletion *v;
		size_t m;
		TRY(READ_SNAP(&cx->unit, slots[i], find.staff ? deletion_page_of(snap, &find, &v, &m) : deletion_page(snap, &find, &v, &m)));
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

const struct route deleted_routes[] = {
	{ "GET", "/api/v1/deletions", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &deleted_list_in_record, &deleted_view_record,
	  h_list, "Who deleted whom, newest first." },
	{ 0 },
};
