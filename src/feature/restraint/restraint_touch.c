/*
 * One customer: what reached her, what she has said, and for one touch what it used of her budget then.
 *
 * The figures of then come from the ledger: what she had had before that moment, by the rules of today. Who was in the
 * audience when it was sent was kept by the sender (core/audience); the chain of causes is a route of its own.
 */
#include "feature/restraint/restraint.h"

#include "base/vec.h"
#include "core/audience/audience_asof.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/reach/reach_data.h"
#include "core/reach/reach_load.h"
#include "core/staff/staff.h"

#include <stdlib.h>

#define TOUCH_KEYS 2

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

#define KEY_FIELDS(F, S) F(S, ID, id)
RECORD(restraint_key, KEY_FIELDS);
#define LIST_FIELDS(F, S) F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(restraint_touches_in, LIST_FIELDS);
#define TOUCH_FIELDS(F, S)                                                         \
	F(S, ID, event) F(S, MS, at_ms) F(S, STR, channel) F(S, STR, class) F(S, STR, how, .opt = true) F(S, STR, content, .opt = true) \
	F(S, STR, by) F(S, ID, by_id, .opt = true) F(S, ID, staff_id, .opt = true) F(S, STR, staff, .opt = true)
RECORD(restraint_touch, TOUCH_FIELDS);
#define WHY_IN_FIELDS(F, S) F(S, ID, id) F(S, ID, event)
RECORD(restraint_why_in, WHY_IN_FIELDS);
#define CAP_FIELDS(F, S) F(S, STR, what, .doc = "day, week, quota, mix, or the word of a limit") F(S, STR, per, .opt = true) F(S, I64, used) F(S, I64, max)
RECORD(restraint_cap, CAP_FIELDS);
#define KEPT_FIELDS(F, S) F(S, ID, use) F(S, STR, title) F(S, STR, expr) F(S, MS, at_ms) F(S, I64, people) F(S, BOOL, in)
RECORD(restraint_kept, KEPT_FIELDS);
#define WHY_FIELDS(F, S)                                                           \
	F(S, OBJ, touch, .of = &restraint_touch_record) F(S, LIST, caps, .of = &restraint_cap_record, .doc = "this one included") \
	F(S, OBJ, audience, .opt = true, .of = &restraint_kept_record, .doc = "as it was kept when it was sent")
RECORD(restraint_why, WHY_FIELDS);
#define STANCE_FIELDS(F, S) F(S, STR, channel) F(S, BOOL, accepted) F(S, STR, by) F(S, MS, at_ms)
RECORD(restraint_stance, STANCE_FIELDS);
#define SAID_FIELDS(F, S)                                                          \
	F(S, BOOL, blocked) F(S, STR, blocked_by, .opt = true) F(S, STR, blocked_reason, .opt = true) F(S, MS, blocked_ms, .opt = true) \
	F(S, BOOL, control, .doc = "one of those nobody markets to") F(S, LIST, stances, .of = &restraint_stance_record) \
	F(S, LIST, caps, .of = &restraint_cap_record)
RECORD(restraint_said, SAID_FIELDS);

/* ---- touches ---- */

static int newest_first(const void *a, const void *b)
{
	const struct reach_touch *x = a, *y = b;
	if (x->at != y->at)
		return x->at > y->at ? -1 : 1;
	return (x->event < y->event) - (x->event > y->event);
}

static err view_touch(struct cx *cx, const struct reach_touch *t, struct restraint_touch *v)
{
	struct staff staff;
	*v = (struct restraint_touch){ t->event, t->at, t->channel, t->class, t->how, t->content, t->made_by, t->made_by_id, t->staff, STR_NIL };
	if (t->staff == NIL)
		return OK;
	err e = READ_SNAP(&cx->unit, base(cx), staff_get(snap, t->staff, &staff));
	if (e == OK)
		v->staff = staff.name;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err h_touches(struct cx *cx)
{
	const struct restraint_touches_in *in = cx->in;
	struct page *page = cx->out;
	struct unit *u = &cx->unit;
	i64 root, leaves[CUSTOMER_LEAVES_MAX], keys[TOUCH_KEYS] = { INT64_MAX, 0 };
	size_t n, count, shown = 0;
	VEC(struct reach_touch) all = { 0 };
	TRY(customer_visible(u, in->id, &root));
	TRY(page_from(cx, in->cursor, keys, TOUCH_KEYS, (u64)in->id));
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct reach_touch *rows;
		struct reach_touch_key of = { leaves[i], 0, keys[0] == INT64_MAX ? keys[0] : keys[0] + 1, 2 * in->limit + 1 };
		TRY(READ_SNAP(u, slot_of_customer(u->store, leaves[i]), reach_touches_of(snap, &of, &rows, &count)));
		for (size_t k = 0; k < count; k++)
			if (rows[k].at < keys[0] || rows[k].event < keys[1])
				vec_push(u->arena, &all, rows[k]);
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), newest_first);
	struct restraint_touch *v = ARENA_ARRAY(u->arena, struct restraint_touch, (size_t)in->limit + 1);
	for (; shown < all.n && shown < (size_t)in->limit; shown++)
		TRY(view_touch(cx, &all.v[shown], &v[shown]));
	page->data = (struct list){ v, shown };
	page->total = NIL;
	if (all.n > shown)
		page->next_cursor = page_next(cx, (i64[]){ all.v[shown - 1].at, all.v[shown - 1].event }, TOUCH_KEYS, (u64)in->id);
	return OK;
}

/* ---- caps as they were ---- */

struct standing { struct reach_rules r; struct reach_past *past; size_t n; };

static err stand(struct cx *cx, i64 root, struct standing *ret)
{
	struct unit *u = &cx->unit;
	struct reach_person p;
	bool ignored;
	TRY(reach_rules_get(u, &ret->r));
	TRY(READ_SNAP(u, slot_of_customer(u->store, root), reach_load(snap, &root, 1, 0, &p)));
	ret->past = reach_pasts(u->arena, &p, NULL, &ret->n, &ignored);
	return OK;
}

static i64 count_of(const struct standing *s, const struct reach_limit *l, enum reach_per per, ms at)
{
	ms from = reach_window_from(&s->r, per, at);
	i64 n = 0;
	for (size_t i = 0; i < s->n; i++) {
		const struct reach_past *p = &s->past[i];
		n += p->marketing && p->at >= from && p->at <= at && (!l || (l->dim == 0 ? p->channel : l->dim == 1 ? p->how : p->content) == l->word);
	}
	return n;
}

static struct list caps_at(struct cx *cx, const struct standing *s, ms at)
{
	static const char *const pers[] = { "day", "week", "month" };
	struct restraint_cap *v = ARENA_ARRAY(CX_ARENA(cx), struct restraint_cap, REACH_LIMITS_MAX + 4);
	size_t n = 0;
	i64 quota_max, quota = reach_quota_used(&s->r, s->past, s->n, at, &quota_max);
	v[n++] = (struct restraint_cap){ STR("day"), STR("day"), count_of(s, NULL, REACH_PER_DAY, at), s->r.day_max };
	v[n++] = (struct restraint_cap){ STR("week"), STR("week"), count_of(s, NULL, REACH_PER_WEEK, at), s->r.week_max };
	for (size_t i = 0; i < s->r.limit_count; i++) {
		const struct reach_limit *l = &s->r.limits[i];
		v[n++] = (struct restraint_cap){ str_c(reach_limit_word(l)), str_c(pers[l->per]), count_of(s, l, l->per, at), l->max };
	}
	const char *const modes[] = { "month", "week", "day" };
	v[n++] = (struct restraint_cap){ STR("quota"), str_c(modes[s->r.quota]), quota, quota_max };
	return (struct list){ v, n };
}

/* ---- why ---- */

static err find_touch(struct cx *cx, i64 root, i64 event, struct reach_touch *ret)
{
	struct unit *u = &cx->unit;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct reach_touch_key of = { leaves[i], event, 0, 1 };
		err e = READ_SNAP(u, slot_of_customer(u->store, leaves[i]), reach_touch_get(snap, &of, ret));
		if (e != ERR_NOT_FOUND)
			return e;
	}
	return cx_fail(cx, ERR_NOT_FOUND, T_RESTRAINT_NO_TOUCH, STR("event"), STR_NIL, STR_NIL);
}

static err kept(struct cx *cx, const struct reach_touch *t, i64 root, struct restraint_why *out)
{
	struct audience_use use;
	i64 as;
	if (t->made_by_id == NIL)
		return OK;
	err e = audience_use_by(&cx->unit, arena_cstr(CX_ARENA(cx), t->made_by), t->made_by_id, &use);
	if (e == ERR_NOT_FOUND)
		return OK; /* no audience was used */
	TRY(e);
	struct restraint_kept *k = ARENA_NEW(CX_ARENA(cx), struct restraint_kept);
	*k = (struct restraint_kept){ use.id, use.title, use.expr, use.at, use.people, false };
	out->audience = k;
	return audience_use_has(&cx->unit, &use, root, &k->in, &as);
}

static err h_why(struct cx *cx)
{
	const struct restraint_why_in *in = cx->in;
	struct restraint_why *out = cx->out;
	struct reach_touch t;
	struct standing s;
	i64 root;
	TRY(customer_visible(&cx->unit, in->id, &root));
	TRY(find_touch(cx, root, in->event, &t));
	TRY(stand(cx, root, &s));
	struct restraint_touch *touch = ARENA_NEW(CX_ARENA(cx), struct restraint_touch);
	TRY(view_touch(cx, &t, touch));
	out->touch = touch;
	out->caps = caps_at(cx, &s, t.at);
	return kept(cx, &t, root, out);
}

/* ---- what she said ---- */

struct said { struct arena *arena; VEC(struct restraint_stance) stances; struct restraint_said *out; };

static err on_stance(void *arg, const void *of)
{
	struct said *s = arg;
	const struct reach_stance *r = of;
	vec_push(s->arena, &s->stances, (struct restraint_stance){ arena_dup(s->arena, r->channel), str_eq_c(r->stance, "accepted"),
								   arena_dup(s->arena, r->made_by), r->at });
	return OK;
}

static err on_block(void *arg, const void *of)
{
	struct said *s = arg;
	const struct reach_block_row *r = of;
	if (r->blocked)
		*s->out = (struct restraint_said){ .blocked = true, .blocked_by = arena_dup(s->arena, r->made_by),
						   .blocked_reason = r->reason.n ? arena_dup(s->arena, r->reason) : STR_NIL, .blocked_ms = r->at };
	return OK;
}

static err read_said(const struct snap *s, i64 leaf, struct said *to)
{
	struct reach_span one = { leaf, leaf, 0 };
	TRY(reach_stances_span(s, &one, on_stance, to));
	return reach_blocks_span(s, &one, on_block, to);
}

static err h_said(struct cx *cx)
{
	struct restraint_said *out = cx->out;
	struct unit *u = &cx->unit;
	struct said said = { .arena = u->arena, .out = out };
	struct standing s;
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_visible(u, ((const struct restraint_key *)cx->in)->id, &root));
	TRY(customer_leaves(u, root, leaves, &n));
	*out = (struct restraint_said){ .blocked_ms = NIL };
	for (size_t i = 0; i < n; i++)
		TRY(READ_SNAP(u, slot_of_customer(u->store, leaves[i]), read_said(snap, leaves[i], &said)));
	TRY(stand(cx, root, &s));
	out->stances = (struct list){ said.stances.v, said.stances.n };
	out->control = reach_held_out(s.r.salt, root, s.r.holdout);
	out->caps = caps_at(cx, &s, cx_now(cx));
	return OK;
}

const struct route restraint_touch_routes[] = {
	{ "GET", "/api/v1/customers/{id}/touches", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &restraint_touches_in_record,
	  &restraint_touch_record, h_touches, "What reached a customer, over all channels, newest first." },
	{ "GET", "/api/v1/customers/{id}/touches/{event}/why", "customer.read", ROUTE_SCOPE_CUSTOMERS, 0, &restraint_why_in_record,
	  &restraint_why_record, h_why, "Why she got it: rule, audience as of that second, and what it used of her budget." },
	{ "GET", "/api/v1/customers/{id}/reach", "customer.read", ROUTE_SCOPE_CUSTOMERS, 0, &restraint_key_record, &restraint_said_record,
	  h_said, "What a customer has said about messages, and what her budget looks like now." },
	{ 0 },
};
