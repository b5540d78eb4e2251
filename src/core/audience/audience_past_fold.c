/*
 * What events tell of one person: folded event by event in the order of their slot, as the modules took them.
 *
 * Marks and relations are counted per number and joined over the numbers that were hers; orders are read as order.* tell
 * them: a placed, changed or cancelled one says everything, a refund what it took.
 */
#include "core/audience/audience_past_int.h"

#include "base/id.h"
#include "core/attr/attr_own.h"
#include "core/staff/staff.h"

#include <stdlib.h>

/* ---- what events tell ---- */

static void on_merged(struct past *p, const struct event *ev, const struct past_body *b)
{
	if (ev->kind == EV_CUSTOMER_ABSORBED)
		vec_push(p->s->arena, &p->leaves, b->leaf);
	else if (ev->kind != EV_CUSTOMER_RELEASED && p->root == b->was_root)
		p->root = b->root;
}

static void on_tag(struct past *p, i64 tag, bool on)
{
	for (size_t i = 0; i < p->tags.n; i++)
		if (p->tags.v[i] == tag) {
			if (!on)
				p->tags.v[i] = 0;
			return;
		}
	if (on)
		vec_push(p->s->arena, &p->tags, tag);
}

static struct past_follow *follow_with(struct past *p, i64 staff, ms at)
{
	for (size_t i = 0; i < p->follows.n; i++)
		if (p->follows.v[i].staff == staff)
			return &p->follows.v[i];
	vec_push(p->s->arena, &p->follows, (struct past_follow){ .staff = staff, .told = INT64_MIN, .added = at, .ended = NIL });
	return &p->follows.v[p->follows.n - 1];
}

/* As the rules of relations apply it: what is older than what is known of the pair ends and begins nothing. */
static void on_follow(struct past *p, const struct event *ev, i64 staff)
{
	struct past_follow *f = follow_with(p, staff, ev->occurred);
	bool stale = ev->occurred < f->told;
	if (ev->kind == EV_FOLLOW_ADDED) {
		f->added = !stale || f->times == 0 ? ev->occurred : f->added;
		f->times++;
	}
	if (stale)
		return;
	f->told = ev->occurred;
	f->friend = ev->kind == EV_FOLLOW_ADDED;
	f->ended = f->friend || ev->kind == EV_FOLLOW_HALF ? NIL : ev->occurred;
	f->by_staff = ev->kind != EV_FOLLOW_LOST;
}

static void on_channel(struct past *p, const struct event *ev, i64 staff, str channel)
{
	if (staff != NIL)
		follow_with(p, staff, ev->occurred)->channel = channel;
}

static struct past_order *order_named(struct past *p, i64 id)
{
	for (size_t i = 0; i < p->orders.n; i++)
		if (p->orders.v[i].id == id)
			return &p->orders.v[i];
	return NULL;
}

static bool foreign(const struct past *p, const struct past_body *b) { return !str_eq(b->currency, p->currency); }

/* The categories of its lines; events that say nothing of lines leave what was known. */
static void goods_say(struct past *p, const struct past_body *b, const struct past_order *known, struct past_order *ret)
{
	const struct past_goods *g = b->goods.v;
	VEC(i64) ids = { 0 };
	for (size_t i = 0; i < b->goods.n; i++) {
		str name = attr_category_name(g[i].category);
		if (name.n)
			vec_push(p->s->arena, &ids, attr_category_id(name));
	}
	ret->categories = b->goods.n || !known ? ids.v : known->categories;
	ret->category_count = b->goods.n || !known ? ids.n : known->category_count;
}

static void order_says(struct past *p, const struct past_body *b)
{
	struct past_order *o = order_named(p, b->order);
	struct past_order says = { .id = b->order, .paid = b->paid, .refunded = b->refunded, .ordered = b->ordered,
				   .stands = fact_order_stands(b->status), .foreign = foreign(p, b) };
	goods_say(p, b, o, &says);
	says.counts = says.stands || str_eq_c(b->status, "refunded");
	says.told = b->refunded - (o ? o->refunded : 0); /* the refund that follows is in it already */
	if (o)
		*o = says;
	else
		vec_push(p->s->arena, &p->orders, says);
}

static void order_takes(struct past_order *o, i64 amount, bool whole)
{
	o->refunded += amount;
	if (whole)
		o->stands = false, o->counts = true;
}

static void on_refunded(struct past *p, const struct past_body *b)
{
	struct past_order *o = order_named(p, b->order);
	if (b->refund != b->order)
		vec_push(p->s->arena, &p->refunds, (struct past_refund){ b->refund, b->order, b->amount, foreign(p, b) });
	if (!o)
		return;
	if (b->refund == b->order && o->told == b->amount) {
		o->told = 0;
		return;
	}
	order_takes(o, b->amount, b->whole);
}

static void on_refund_withdrawn(struct past *p, const struct past_body *b)
{
	struct past_order *o = order_named(p, b->order);
	for (size_t i = 0; i < p->refunds.n; i++)
		if (p->refunds.v[i].id == b->refund)
			p->refunds.v[i] = p->refunds.v[--p->refunds.n];
	if (!o)
		return;
	o->refunded = int_max(0, o->refunded - b->amount);
	if (b->whole && (o->refunded < o->paid || o->refunded == 0))
		o->stands = o->counts = true;
}

/* Its refunds stay, of no known order. */
static void on_withdrawn(struct past *p, const struct past_body *b)
{
	for (size_t i = 0; i < p->orders.n; i++)
		if (p->orders.v[i].id == b->order)
			p->orders.v[i] = p->orders.v[--p->orders.n];
	for (size_t i = 0; i < p->refunds.n; i++)
		if (p->refunds.v[i].order == b->order)
			p->refunds.v[i].order = 0;
}

static bool did_asked(const struct expr *e, i64 kind)
{
	if (e->op == EXPR_DID && e->event == kind)
		return true;
	for (size_t i = 0; i < e->n; i++)
		if (did_asked(e->of[i], kind))
			return true;
	return false;
}

static void count_day(struct past *p, const struct event *ev)
{
	i64 day = tz_day(p->today.zone, ev->occurred);
	if (!did_asked(p->e, ev->kind))
		return;
	for (size_t i = 0; i < p->days.n; i++)
		if (p->days.v[i].kind == ev->kind && p->days.v[i].day == day) {
			p->days.v[i].times++;
			return;
		}
	vec_push(p->s->arena, &p->days, (struct past_day){ ev->kind, day, 1 });
}

static void latest(i64 *known, i64 at) { *known = *known == NIL ? at : int_max(*known, at); }

static void take_last(struct past *p, const struct event *ev)
{
	i64 attr = attr_last_of_kind(ev->kind);
	if (ev->kind == EV_REACH_SENT)
		latest(&p->last_reached, ev->occurred);
	if (attr)
		latest(attr == ATTR_ID_LAST_REPLY ? &p->last_reply : &p->last_open, ev->occurred);
}

void past_take(struct past *p, const struct event *ev, const struct past_body *b)
{
	count_day(p, ev);
	take_last(p, ev);
	switch (ev->kind) {
	case EV_CUSTOMER_CREATED:
		p->born = true;
		p->source = b->origin;
		return;
	case EV_CUSTOMER_CHANGED:
		if (b->followup.p) /* empty: taken away */
			p->followup = b->followup.n ? b->followup : STR_NIL;
		return;
	case EV_LIVECODE_CAME: on_channel(p, ev, b->staff, b->channel); return;
	case EV_AREA_CAME:
	case EV_LUCKY_ASKED: on_channel(p, ev, b->staff, b->name); return;
	case EV_CUSTOMER_ERASED: p->erased = true; return;
	case EV_CUSTOMER_MERGED:
	case EV_CUSTOMER_SPLIT:
	case EV_CUSTOMER_ABSORBED:
	case EV_CUSTOMER_RELEASED: on_merged(p, ev, b); return;
	case EV_TAG_MARKED:
	case EV_TAG_UNMARKED: on_tag(p, b->tag, ev->kind == EV_TAG_MARKED); return;
	case EV_GROUP_JOINED:
	case EV_GROUP_LEFT: on_tag(p, ATTR_ID_GROUP(b->group), ev->kind == EV_GROUP_JOINED); return;
	case EV_FOLLOW_ADDED:
	case EV_FOLLOW_HALF:
	case EV_FOLLOW_LOST:
	case EV_FOLLOW_DROPPED:
	case EV_FOLLOW_TRANSFERRED: on_follow(p, ev, b->staff); return;
	case EV_ORDER_CREATED:
	case EV_ORDER_PLACED:
	case EV_ORDER_SHIPPED:
	case EV_ORDER_DONE:
	case EV_ORDER_CANCELLED:
	case EV_ORDER_CHANGED: order_says(p, b); return;
	case EV_ORDER_REFUNDED: on_refunded(p, b); return;
	case EV_REFUND_WITHDRAWN: on_refund_withdrawn(p, b); return;
	case EV_ORDER_WITHDRAWN: on_withdrawn(p, b); return;
	default: return;
	}
}

/* ---- one number, one person ---- */

static int by_added(const void *a, const void *b)
{
	const struct past_follow *x = a, *y = b;
	return x->added != y->added ? (x->added > y->added) - (x->added < y->added) : (x->staff > y->staff) - (x->staff < y->staff);
}

void past_sum(struct past *p)
{
	if (p->follows.n)
		qsort(p->follows.v, p->follows.n, sizeof(*p->follows.v), by_added);
	for (size_t i = 0; i < p->orders.n; i++) {
		const struct past_order *o = &p->orders.v[i];
		if (o->counts && !o->foreign)
			p->spent += o->paid - o->refunded;
		if (!o->stands)
			continue;
		p->order_count++;
		for (size_t k = 0; k < o->category_count; k++)
			on_tag(p, o->categories[k], true);
		p->first_order = p->first_order == NIL ? o->ordered : int_min(p->first_order, o->ordered);
		p->last_order = p->last_order == NIL ? o->ordered : int_max(p->last_order, o->ordered);
	}
	for (size_t i = 0; i < p->refunds.n; i++)
		if (p->refunds.v[i].order == 0 && !p->refunds.v[i].foreign)
			p->spent -= p->refunds.v[i].amount;
}

void past_join(struct past *p, const struct past *leaf)
{
	struct arena *a = p->s->arena;
	p->erased |= leaf->erased;
	p->order_count += leaf->order_count;
	p->spent += leaf->spent;
	if (leaf->first_order != NIL)
		p->first_order = p->first_order == NIL ? leaf->first_order : int_min(p->first_order, leaf->first_order);
	if (leaf->last_order != NIL)
		latest(&p->last_order, leaf->last_order);
	if (leaf->last_reached != NIL)
		latest(&p->last_reached, leaf->last_reached);
	if (leaf->last_reply != NIL)
		latest(&p->last_reply, leaf->last_reply);
	if (leaf->last_open != NIL)
		latest(&p->last_open, leaf->last_open);
	p->source = p->source.p ? p->source : leaf->source;
	p->followup = p->followup.p ? p->followup : leaf->followup;
	for (size_t i = 0; i < leaf->follows.n; i++)
		vec_push(a, &p->follows, leaf->follows.v[i]);
	for (size_t i = 0; i < leaf->tags.n; i++)
		vec_push(a, &p->tags, leaf->tags.v[i]);
	for (size_t i = 0; i < leaf->days.n; i++)
		vec_push(a, &p->days, leaf->days.v[i]);
}

/* ---- relations over all her numbers ---- */

/* The member as he was known then; who is not known to have been otherwise was active. */
static err settle_living(struct past *p, const struct past_follow *f)
{
	struct snap base = *p->s;
	struct staff_was was[2];
	size_t n;
	p->added = !p->friend ? f->added : int_min(p->added, f->added);
	p->friend = true;
	p->lost_at = NIL;
	p->lost_by = STR_NIL;
	snap_slot(&base, slot_base(base.unit->store, base.corp));
	TRY(staff_was(&base, f->staff, id_first(p->at + 1) - 1, was, &n));
	if ((n && !str_eq_c(was[0].state, "active")) || (p->staff_since != NIL && f->added < p->staff_since))
		return OK;
	p->staff = f->staff;
	p->staff_since = f->added;
	p->store = n ? was[0].store : NIL;
	return OK;
}

static void settle_ended(struct past *p, const struct past_follow *f)
{
	if (p->friend || f->times == 0)
		return;
	p->added = p->added == NIL ? f->added : int_min(p->added, f->added);
	if (f->ended != NIL && (p->lost_at == NIL || f->ended > p->lost_at)) {
		p->lost_at = f->ended;
		p->lost_by = f->by_staff ? STR("staff") : STR("customer");
	}
}

err past_settle(struct past *p)
{
	p->added = p->lost_at = p->staff = p->staff_since = p->store = NIL;
	p->lost_by = p->channel = STR_NIL;
	for (size_t i = 0; i < p->tags.n; i++)
		if (attr_is_category(p->tags.v[i]))
			p->categories = p->categories == NIL ? 1 : p->categories + 1; /* how many does not matter */
	for (size_t i = 0; i < p->follows.n; i++) {
		const struct past_follow *f = &p->follows.v[i];
		if (!p->channel.p && f->channel.n)
			p->channel = f->channel;
		if (f->friend)
			TRY(settle_living(p, f));
		else
			settle_ended(p, f);
	}
	return OK;
}
