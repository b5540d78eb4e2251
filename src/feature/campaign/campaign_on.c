/*
 * Who leaves a plan: whenever a person's facts are folded anew it is seen whether she has bought or deleted a member since it
 * began; refusals and the black list are events.
 *
 * She may be a member under any of her numbers, and what is written under one of them holds for all.
 */
#include "feature/campaign/campaign_data.h"

#include "core/attr/attr_value.h"
#include "core/customer/customer.h"

/* Her standing in each plan over all her numbers: where she is on, and not out or held anywhere. */
static bool still_on(const struct mass_member *rows, size_t n, i64 plan)
{
	bool on = false;
	for (size_t i = 0; i < n; i++) {
		if (rows[i].plan != plan)
			continue;
		if (!str_eq_c(rows[i].state, "on"))
			return false;
		on = true;
	}
	return on;
}

static err leave(struct tx *tx, const struct campaign_alive *c, i64 customer, const char *reason)
{
	struct campaign_left body = { c->id, c->name, str_c(reason) };
	bool left;
	TRY(mass_leave(tx, c->id, customer, reason, &left));
	return left ? journal_add(tx, EV_CAMPAIGN_LEFT, customer, tx->snap.now, &campaign_left_record, &body, NULL) : OK;
}

struct live { struct campaign_alive *v; size_t n; };

/* Asked once in a transaction, however many persons it folds. */
static err live_of(struct tx *tx, struct live *ret)
{
	static const char key;
	void **memo = tx_memo(tx, &key);
	struct live *live = *memo;
	if (!live) {
		live = ARENA_NEW(tx->snap.arena, struct live);
		TRY(campaign_live(&tx->snap, &(struct none){ 0 }, &live->v, &live->n));
		*memo = live;
	}
	*ret = *live;
	return OK;
}

static const char *why_of(const struct campaign_alive *c, const struct customer_fact *sum)
{
	if (sum->last_order != NIL && sum->last_order >= c->since)
		return "bought";
	return sum->lost_at != NIL && sum->lost_at >= c->since && str_eq_c(sum->lost_by, "customer") ? "lost" : NULL;
}

err campaign_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct live live;
	struct mass_member *rows;
	size_t count;
	TRY(live_of(tx, &live));
	if (live.n == 0)
		return OK;
	TRY(mass_members_of(&tx->snap, p->leaves, p->count, &rows, &count));
	for (size_t i = 0; i < live.n; i++) {
		const char *why = why_of(&live.v[i], sum);
		if (why && still_on(rows, count, live.v[i].id))
			TRY(leave(tx, &live.v[i], p->root, why));
	}
	return OK;
}

/* act: reach.refused, reach.blocked. */
err campaign_on_refused(struct tx *tx, const struct event *ev)
{
	struct live live;
	struct mass_member *rows;
	struct customer c;
	struct snap at = tx->snap;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t count, leaf_count;
	TRY(live_of(tx, &live));
	if (live.n == 0 || ev->customer == 0)
		return OK;
	err e = customer_get(&tx->snap, ev->customer, &c);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	snap_slot(&at, slot_of_customer(at.unit->store, c.root));
	TRY(customer_leaves_in(&at, c.root, leaves, &leaf_count));
	TRY(mass_members_of(&tx->snap, leaves, leaf_count, &rows, &count));
	for (size_t i = 0; i < live.n; i++)
		if (still_on(rows, count, live.v[i].id) && ev->occurred >= live.v[i].since)
			TRY(leave(tx, &live.v[i], ev->customer, "refused"));
	return OK;
}
