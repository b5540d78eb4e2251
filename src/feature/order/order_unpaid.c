/*
 * What waits to be paid, for the member of staff who asks.
 */
#include "feature/order/order_unpaid.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/perm/perm.h"

#include <stdlib.h>

struct unpaid { VEC(struct order_unpaid) v; i64 staff; };

static int newest_first(const void *a, const void *b)
{
	const struct order_unpaid *x = a, *y = b;
	if (x->ordered != y->ordered)
		return x->ordered < y->ordered ? 1 : -1;
	return (x->id < y->id) - (x->id > y->id);
}

static void sort(struct unpaid *p)
{
	if (p->v.n)
		qsort(p->v.v, p->v.n, sizeof(*p->v.v), newest_first);
}

static err add_mine(struct cx *cx, struct unpaid *p, const i64 *slots, size_t n, ms since)
{
	struct order_unpaid_find find = { p->staff, since, ORDER_UNPAID_MAX + 1 };
	for (size_t i = 0; i < n; i++) {
		struct order_unpaid *v;
		size_t m;
		TRY(READ_SNAP(&cx->unit, slots[i], order_unpaid_mine(snap, &find, &v, &m)));
		for (size_t k = 0; k < m; k++)
			vec_push(CX_ARENA(cx), &p->v, v[k]);
	}
	return OK;
}

/* Under which name the person is that member's friend; nil: she is not. */
static err friend_of(struct unit *u, i64 root, i64 staff, str *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, m;
	*ret = STR_NIL;
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n && !ret->p; i++) {
		struct follow *v;
		TRY(READ_SNAP(u, slot_of_customer(u->store, leaves[i]), follow_list(snap, leaves[i], &v, &m)));
		for (size_t k = 0; k < m; k++)
			if (v[k].staff == staff && str_eq_c(v[k].status, "friend"))
				*ret = v[k].external_userid;
	}
	return OK;
}

static err add_merged(struct cx *cx, struct unpaid *p, const i64 *slots, size_t n, ms since)
{
	struct arena *a = CX_ARENA(cx);
	struct order_unpaid_find find = { p->staff, since, ORDER_UNPAID_MERGED_MAX };
	struct imap asked = imap_new(a);
	VEC(str) names = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct order_unpaid *v;
		size_t m;
		TRY(READ_SNAP(&cx->unit, slots[i], order_unpaid_merged(snap, &find, &v, &m)));
		for (size_t k = 0; k < m; k++) {
			i64 root, at = (i64)names.n;
			TRY(customer_root(&cx->unit, v[k].customer, &root));
			if (!imap_get(&asked, root, &at)) {
				str name;
				TRY(friend_of(&cx->unit, root, p->staff, &name));
				imap_put(&asked, root, at);
				vec_push(a, &names, name);
			}
			v[k].external_userid = names.v[at];
			if (v[k].external_userid.p)
				vec_push(a, &p->v, v[k]);
		}
	}
	return OK;
}

/* Those the viewer's scope sees; one more than are listed says that there are more. */
static err show(struct cx *cx, const struct unpaid *p)
{
	struct page *page = cx->out;
	struct order_unpaid_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct order_unpaid_view, ORDER_UNPAID_MAX + 1);
	size_t n = 0;
	for (size_t i = 0; i < p->v.n && n <= ORDER_UNPAID_MAX; i++) {
		const struct order_unpaid *o = &p->v.v[i];
		struct customer c;
		TRY(customer_shown(&cx->unit, o->customer, &c));
		if (c.id && !c.erased)
			rows[n++] = (struct order_unpaid_view){ o->id, c.id, c.name, o->external_userid, o->paid, o->currency, o->ordered, o->store };
	}
	page->total = (i64)n;
	page->data = (struct list){ rows, n < ORDER_UNPAID_MAX ? n : ORDER_UNPAID_MAX };
	return OK;
}

static err h_unpaid(struct cx *cx)
{
	struct unpaid p = { 0 };
	struct user user;
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	ms since = cx_now(cx) - ORDER_UNPAID_DAYS * MS_DAY;
	TRY(user_get(&cx->unit, cx->viewer.user, &user));
	p.staff = user.staff;
	if (p.staff != NIL) {
		TRY(add_mine(cx, &p, slots, n, since));
		sort(&p);
		if (p.v.n > ORDER_UNPAID_MAX) /* older ones cannot be among the newest */
			since = p.v.v[ORDER_UNPAID_MAX].ordered;
		TRY(add_merged(cx, &p, slots, n, since));
		sort(&p);
	}
	return show(cx, &p);
}

const struct route order_unpaid_routes[] = {
	{ "GET", "/api/v1/work/unpaid", "order.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &none_record, &order_unpaid_view_record, h_unpaid,
	  "Orders of the last 30 days that wait to be paid, of customers of the member of staff who asks; the newest 50. total "
	  "is 51 when there are more." },
	{ 0 },
};
