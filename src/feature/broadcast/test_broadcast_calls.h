/*
 * broadcast's routes as its tests call them: with their records, without HTTP.
 */
#ifndef YT_FEATURE_BROADCAST_TEST_BROADCAST_CALLS_H
#define YT_FEATURE_BROADCAST_TEST_BROADCAST_CALLS_H

#include "app/test_app_sim.h"
#include "feature/broadcast/broadcast_person_data.h"
#include "feature/broadcast/broadcast_view.h"
#include "feature/order/order.h"

static inline err route(struct world *w, const char *method, const char *path, void *in, void *out)
{
	for (const struct route *r = broadcast_routes; r->fn; r++) {
		if (strcmp(r->method, method) != 0 || strcmp(r->path, path) != 0)
			continue;
		w->cx.in = in;
		w->cx.out = out;
		if (r->flags & ROUTE_LIST)
			memset(out, 0, sizeof(struct page));
		else
			record_init(r->out, out);
		return r->fn(&w->cx);
	}
	fail_msg("no such route");
	return ERR_INTERNAL;
}

static const struct content hello = { .text = { "会员日到啦", sizeof("会员日到啦") - 1 } };

static inline struct broadcast_preview_out preview(struct world *w, const char *expr)
{
	struct broadcast_preview_in in = { NIL, str_c(expr), (void *)(uintptr_t)&hello };
	struct broadcast_preview_out out;
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", &in, &out), OK);
	return out;
}

static inline i64 excluded_for(const struct list *l, const char *reason)
{
	const struct broadcast_excluded *v = l->v;
	for (size_t i = 0; i < l->n; i++)
		if (str_eq_c(v[i].reason, reason))
			return v[i].count;
	return 0;
}

static inline err try_send(struct world *w, const char *expr, i64 confirm, ms deadline, i64 *ret_id)
{
	struct broadcast_create_in in = { STR("会员日"), NIL, str_c(expr), (void *)(uintptr_t)&hello, deadline, confirm };
	struct broadcast_detail out;
	err e = route(w, "POST", "/api/v1/broadcasts", &in, &out);
	*ret_id = out.id;
	return e;
}

static inline i64 send_to(struct world *w, const char *expr)
{
	i64 id;
	assert_int_equal(try_send(w, expr, preview(w, expr).total, NIL, &id), OK);
	settle(w);
	return id;
}

static inline struct broadcast_detail detail(struct world *w, i64 id)
{
	struct broadcast_key in = { id };
	struct broadcast_detail out;
	assert_int_equal(route(w, "GET", "/api/v1/broadcasts/{id}", &in, &out), OK);
	return out;
}

static inline struct broadcast_counts counts(struct world *w, i64 id)
{
	return *(struct broadcast_counts *)detail(w, id).counts;
}

static inline bool state_is(struct world *w, i64 id, const char *state) { return str_eq_c(detail(w, id).state, state); }

/* How many people stand behind a figure, page by page. */
static inline size_t people(struct world *w, i64 id, const char *figure)
{
	struct broadcast_people_in in = { id, str_c(figure), STR_NIL, 4 };
	struct page page;
	size_t n = 0;
	do {
		assert_int_equal(route(w, "GET", "/api/v1/broadcasts/{id}/people", &in, &page), OK);
		n += page.data.n;
		in.cursor = page.next_cursor;
	} while (page.next_cursor.n);
	return n;
}

static inline struct broadcast_advisor advisor(struct world *w, i64 id, i64 staff)
{
	struct broadcast_advisors_in in = { id, STR_NIL, 50 };
	struct page page;
	assert_int_equal(route(w, "GET", "/api/v1/broadcasts/{id}/advisors", &in, &page), OK);
	const struct broadcast_advisor *v = page.data.v;
	for (size_t i = 0; i < page.data.n; i++)
		if (v[i].staff_id == staff)
			return v[i];
	fail_msg("no such advisor");
	return (struct broadcast_advisor){ 0 };
}

static inline struct broadcast_part *parts(struct world *w, i64 id, size_t *ret_count)
{
	struct broadcast_part *v = NULL;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, broadcast_parts(snap, &(struct broadcast_key){ id }, &v, ret_count)), OK);
	return v;
}

/* She pays that much, then. */
static inline void sell(struct world *w, i64 customer, i64 order, i64 fen, ms at)
{
	struct order_placed o;
	record_init(&order_placed_record, &o);
	o.order = order;
	o.source = STR("test");
	o.status = STR("paid");
	o.paid = fen;
	o.currency = STR("CNY");
	o.ordered = at;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, customer),
				  journal_add(tx, EV_ORDER_PLACED, customer, at, &order_placed_record, &o, NULL)), OK);
	settle(w);
}

/* The member taps "send" on every task of the broadcast. */
static inline void tap(struct world *w, i64 id, const char *userid)
{
	size_t n;
	struct broadcast_part *v = parts(w, id, &n);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(v[i].userid, userid))
			sim_say(w, "/sim/task/confirm", "{\"msgid\":\"%.*s\",\"userid\":\"%s\"}", STR_F(v[i].msgid), userid);
}

#endif
