/*
 * The people of a plan: for each all her touches, which were meant and which not and why, and what became of them.
 */
#include "feature/campaign/campaign_view.h"

#include "base/vec.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/profile/profile.h"

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

struct row { struct mass_member member; i64 root; struct campaign_mark marks[CAMPAIGN_TOUCHES_MAX]; };
struct rows { struct campaign c; struct campaign_touch *t; size_t touches; VEC(struct row) v; };

/* ---- whom ---- */

/* Whom the viewer does not see is passed over: a page may be short and go on. */
static err take(struct cx *cx, struct rows *r, const struct mass_member *m)
{
	struct row row = { .member = *m };
	err e = customer_visible(&cx->unit, m->customer, &row.root);
	if (e == OK)
		vec_push(CX_ARENA(cx), &r->v, row);
	return e == ERR_NOT_FOUND ? OK : e;
}

static err page_of(struct cx *cx, struct rows *r, const struct campaign_people_in *in)
{
	struct page *page = cx->out;
	struct mass_member *rows;
	struct mass_find find = { in->id, 0, in->touches, in->state.n ? in->state : STR_NIL, in->limit + 1 };
	size_t n;
	TRY(page_from(cx, in->cursor, &find.after, 1, (u64)in->id));
	TRY(READ_SNAP(&cx->unit, base(cx), mass_member_page(snap, &find, &rows, &n)));
	bool more = n > (size_t)in->limit;
	for (size_t i = 0; i < (more ? (size_t)in->limit : n); i++)
		TRY(take(cx, r, &rows[i]));
	if (more)
		page->next_cursor = page_next(cx, &rows[in->limit - 1].customer, 1, (u64)in->id);
	return OK;
}

static err leaves_rows(const struct snap *s, i64 root, struct mass_member **ret, size_t *ret_count)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_leaves_in(s, root, leaves, &n));
	return mass_members_of(s, leaves, n, ret, ret_count);
}

/* By name or phone: of those found, the members. */
static err found(struct cx *cx, struct rows *r, const struct campaign_people_in *in)
{
	struct unit *u = &cx->unit;
	i64 *roots;
	size_t n;
	TRY(profile_search(cx, in->q, &roots, &n));
	for (size_t i = 0; i < n; i++) {
		struct mass_member *rows;
		size_t count;
		TRY(READ_SNAP(u, slot_of_customer(u->store, roots[i]), leaves_rows(snap, roots[i], &rows, &count)));
		for (size_t k = 0; k < count; k++)
			if (rows[k].plan == in->id && (in->touches == NIL || rows[k].touches == in->touches) &&
			    (!in->state.n || str_eq(in->state, rows[k].state)))
				TRY(take(cx, r, &rows[k]));
	}
	return OK;
}

/* ---- what of them ---- */

static void meant(struct cx *cx, const struct rows *r, struct row *row)
{
	str rest = row->member.marks;
	for (size_t k = 0; k < r->touches; k++) {
		str why = str_cut(&rest, ',');
		row->marks[k] = (struct campaign_mark){ .n = (i64)k + 1, .planned = !why.n && row->member.marks.p && row->member.touches, .reason = why.n ? why : STR_NIL,
							.label = why.n ? campaign_reason_label(cx, why) : STR_NIL, .fate = STR_NIL, .fate_label = STR_NIL };
	}
}

/* What one touch became for those of one slot. */
static err fates_in(struct cx *cx, const struct snap *s, struct rows *r, const struct mass_channel *channel, size_t k)
{
	i64 *who = ARENA_ARRAY(s->arena, i64, r->v.n + 1);
	size_t *of = ARENA_ARRAY(s->arena, size_t, r->v.n + 1), n = 0;
	for (size_t i = 0; i < r->v.n; i++)
		if (slot_of_customer(s->unit->store, r->v.v[i].member.customer) == s->slot) {
			who[n] = r->v.v[i].member.customer;
			of[n++] = i;
		}
	struct mass_fate *fates = ARENA_ARRAY(s->arena, struct mass_fate, n + 1);
	memset(fates, 0, (n + 1) * sizeof(*fates));
	if (n)
		TRY(channel->fates(s, r->t[k].ref, who, n, fates));
	for (size_t i = 0; i < n; i++) {
		struct campaign_mark *m = &r->v.v[of[i]].marks[k];
		m->fate = fates[i].state.n ? fates[i].state : STR_NIL;
		m->fate_label = fates[i].reason.n ? campaign_reason_label(cx, fates[i].reason) : STR_NIL;
	}
	return OK;
}

static err fates_of(struct cx *cx, struct rows *r)
{
	struct unit *u = &cx->unit;
	i64 slots[SLOT_COUNT];
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	for (size_t k = 0; k < r->touches; k++) {
		const struct mass_channel *channel = mass_channel_find(cx->env, r->t[k].channel);
		for (size_t i = 0; channel && r->t[k].ref && i < n; i++)
			TRY(READ_SNAP(u, slots[i], fates_in(cx, snap, r, channel, k)));
	}
	return OK;
}

static err name_of(const struct snap *s, i64 customer, str *ret)
{
	struct customer c;
	TRY(customer_get(s, customer, &c));
	*ret = c.name;
	return OK;
}

static err view(struct cx *cx, const struct rows *r, struct row *row, struct campaign_person *v)
{
	const struct mass_member *m = &row->member;
	bool out = str_eq_c(m->state, "out"), held = str_eq_c(m->state, "held");
	str reason = held ? STR("held") : out ? m->reason : STR_NIL;
	*v = (struct campaign_person){ .id = row->root, .state = m->state, .reason = reason, .touches = m->touches, .at_ms = out ? m->at : NIL,
				       .label = STR_NIL, .marks = { row->marks, r->touches } };
	if (reason.n)
		v->label = campaign_reason_label(cx, arena_printf(CX_ARENA(cx), "plan_%.*s", STR_F(reason)));
	return READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, row->root), name_of(snap, row->root, &v->name));
}

static err h_people(struct cx *cx)
{
	const struct campaign_people_in *in = cx->in;
	struct page *page = cx->out;
	struct rows r = { .t = NULL };
	TRY(READ_SNAP(&cx->unit, base(cx), campaign_read(cx, snap, in->id, &r.c, &r.t, &r.touches)));
	TRY(in->q.n ? found(cx, &r, in) : page_of(cx, &r, in));
	for (size_t i = 0; i < r.v.n; i++)
		meant(cx, &r, &r.v.v[i]);
	TRY(fates_of(cx, &r));
	struct campaign_person *v = ARENA_ARRAY(CX_ARENA(cx), struct campaign_person, r.v.n + 1);
	for (size_t i = 0; i < r.v.n; i++)
		TRY(view(cx, &r, &r.v.v[i], &v[i]));
	page->data = (struct list){ v, r.v.n };
	page->total = NIL;
	return OK;
}

const struct route campaign_people_routes[] = {
	{ "GET", "/api/v1/campaigns/{id}/people", "campaign.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &campaign_people_in_record,
	  &campaign_person_record, h_people, "Each person of a plan with all her touches over the channels: meant or why not, and what became of them." },
	{ 0 },
};
