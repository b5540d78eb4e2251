/*
 * trial: what the exposed did within their days, from events as they come; and the sums.
 *
 * A hit is counted for the number she was exposed under, whichever of her leaves it happened to.
 */
#include "core/trial/trial_data.h"

#include "core/customer/customer.h"

#define HIT_EVENT 0
#define HIT_LOST (-1)

/* The part of an order's event that concerns us. */
#define TRIAL_PAID_FIELDS(F, S) F(S, ID, order) F(S, FEN, paid) F(S, STR, currency) F(S, MS, ordered, .opt = true)
RECORD(trial_paid, TRIAL_PAID_FIELDS);

/* All trials there ever were, read once a run of the transaction. */
struct live { i64 corp; struct trial_live *v; size_t n; };

static err live_of(struct tx *tx, struct live **ret)
{
	static const char key;
	struct live *kept = *tx_memo(tx, &key);
	if (!kept || kept->corp != tx->snap.corp) {
		kept = ARENA_NEW(tx->snap.arena, struct live);
		kept->corp = tx->snap.corp;
		TRY(trials_all(&tx->snap, &(struct none){ 0 }, &kept->v, &kept->n));
		*tx_memo(tx, &key) = kept;
	}
	*ret = kept;
	return OK;
}

static const struct trial_live *live_at(const struct live *l, i64 id, ms at)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == id)
			return at >= l->v[i].since && (l->v[i].until == NIL || at <= l->v[i].until) ? &l->v[i] : NULL;
	return NULL;
}

/* It happened at `at`; goal nil: whatever the goal is. */
struct happened { ms at; str goal; struct trial_hit hit; };

/* Most events concern no trial: nothing more is read for them. */
static bool concerns(const struct live *l, const struct happened *h)
{
	for (size_t i = 0; i < l->n; i++)
		if (live_at(l, l->v[i].id, h->at) && (!h->goal.p || str_eq(h->goal, l->v[i].goal)))
			return true;
	return false;
}

static err note_leaf(struct tx *tx, const struct snap *at, const struct live *l, i64 leaf, struct happened *h)
{
	struct trial_exposure *v;
	size_t n;
	TRY(trial_exposures_of(at, &(struct trial_who){ 0, leaf }, &v, &n));
	for (size_t i = 0; i < n; i++) {
		const struct trial_live *t = live_at(l, v[i].trial, h->at);
		if (!t || h->at < v[i].at || h->at > v[i].at + t->days * MS_DAY || (h->goal.p && !str_eq(h->goal, t->goal)))
			continue;
		h->hit.trial = v[i].trial;
		h->hit.customer = v[i].customer;
		h->hit.variant = v[i].variant;
		h->hit.since = v[i].at;
		TRY(trial_hit_put(tx, &h->hit));
	}
	return OK;
}

static err note(struct tx *tx, const struct event *ev, struct happened *h)
{
	struct live *l;
	struct customer c;
	struct snap at = tx->snap;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	if (ev->customer == 0)
		return OK;
	TRY(live_of(tx, &l));
	if (!concerns(l, h))
		return OK;
	err e = customer_get(&tx->snap, ev->customer, &c);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	snap_slot(&at, slot_of_customer(at.unit->store, c.root));
	TRY(customer_leaves_in(&at, c.root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		snap_slot(&at, slot_of_customer(at.unit->store, leaves[i]));
		TRY(note_leaf(tx, &at, l, leaves[i], h));
	}
	return OK;
}

/* derive: order.placed, order.changed. */
err trial_on_order(struct tx *tx, const struct event *ev)
{
	struct trial_paid o;
	TRY(event_body(&tx->snap, ev, &trial_paid_record, &o));
	if (o.paid <= 0 || !o.currency.n)
		return OK; /* not paid for (yet) */
	struct happened h = { o.ordered == NIL ? ev->occurred : o.ordered, STR_NIL, { .what = o.order, .paid = o.paid, .currency = o.currency } };
	return note(tx, ev, &h);
}

/* derive: order.withdrawn, order.cancelled. */
err trial_on_undone(struct tx *tx, const struct event *ev)
{
	struct trial_paid o;
	TRY(event_body(&tx->snap, ev, &trial_paid_record, &o));
	return trial_hit_drop(tx, &(struct trial_what){ o.order });
}

/* derive: a lost friend, and what may be a goal. */
err trial_on_event(struct tx *tx, const struct event *ev)
{
	bool lost = ev->kind == EV_FOLLOW_LOST;
	struct happened h = { ev->occurred, lost ? STR_NIL : str_c(event_info((int)ev->kind)->name),
			      { .what = lost ? HIT_LOST : HIT_EVENT, .currency = STR("") } };
	return note(tx, ev, &h);
}

/* ---- sums ---- */

err trial_people_sums(const struct snap *s, const struct trial_of *of, struct trial_people **ret, size_t *ret_count)
{
	return trial_exposure_sums(s, of, ret, ret_count);
}

err trial_bought_sums(const struct snap *s, const struct trial_of *of, struct trial_did **ret, size_t *ret_count)
{
	return trial_paid_sums(s, of, ret, ret_count);
}

err trial_event_sums(const struct snap *s, const struct trial_of *of, bool lost, struct trial_did **ret, size_t *ret_count)
{
	struct trial_did_of in = { of->trial, of->ripe, of->upto, lost ? HIT_LOST : HIT_EVENT };
	return trial_did_sums(s, &in, ret, ret_count);
}

/* ---- goals that are expressions ---- */

err trial_unmet(const struct snap *s, i64 id, ms until, i64 limit, i64 **ret, size_t *ret_count)
{
	struct trial_seen *v;
	TRY(trial_exposures_open(s, &(struct trial_open){ id, until, limit }, &v, ret_count));
	*ret = ARENA_ARRAY(s->arena, i64, *ret_count + 1);
	for (size_t i = 0; i < *ret_count; i++)
		(*ret)[i] = v[i].customer;
	return OK;
}

err trial_meet(struct tx *tx, i64 id, i64 customer, bool met)
{
	return trial_exposure_look(tx, &(struct trial_looked){ id, customer, met });
}
