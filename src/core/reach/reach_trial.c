/*
 * trial: arms, the orders of both, and the difference.
 *
 * A person counts in the arm her number was put into when the campaign chose; an order of any of her leaves is
 * hers. The difference of buyers has Newcombe's interval (from the two Wilson intervals), that of money per
 * person the normal one from both variances, persons who bought nothing included.
 */
#include "core/reach/reach_trial_data.h"

#include "base/stat.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"

#include <math.h>

err reach_trial_open(struct tx *tx, const char *by, i64 by_id, ms since, ms until, i64 share)
{
	return reach_trial_add(tx, &(struct reach_trial){ str_c(by), by_id, since, until, share });
}

err reach_arm_add(struct tx *tx, const char *by, i64 by_id, const struct reach_arm *v, size_t count)
{
	struct reach_arm_row *rows = ARENA_ARRAY(tx->snap.arena, struct reach_arm_row, count ? count : 1);
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct reach_arm_row){ v[i].customer, str_c(by), by_id, v[i].held };
	return count ? query_write_many(tx, &reach_arm_put_query, rows, count) : OK;
}

/* ---- orders ---- */

/* The part of an order's event that concerns us. */
#define REACH_PAID_FIELDS(F, S) F(S, ID, order) F(S, FEN, paid) F(S, STR, currency) F(S, MS, ordered, .opt = true)
RECORD(reach_paid, REACH_PAID_FIELDS);

static err note(struct tx *tx, const struct snap *at, const struct reach_trial *trials, size_t n, i64 leaf, const struct reach_paid *o)
{
	struct reach_arm_row *arms;
	size_t count;
	TRY(reach_arms_of(at, &(struct reach_order_who){ leaf }, &arms, &count));
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < n; k++) {
			if (trials[k].made_by_id != arms[i].made_by_id || !str_eq(trials[k].made_by, arms[i].made_by))
				continue;
			struct reach_bought row = { arms[i].made_by, arms[i].made_by_id, o->order, arms[i].customer, arms[i].held, o->paid, o->currency };
			TRY(reach_bought_put(tx, &row));
		}
	return OK;
}

/* derive: order.placed, order.changed. */
err reach_on_order(struct tx *tx, const struct event *ev)
{
	struct reach_paid o;
	struct reach_trial *trials;
	struct customer c;
	struct snap at = tx->snap;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, count;
	if (ev->customer == 0)
		return OK;
	TRY(event_body(&tx->snap, ev, &reach_paid_record, &o));
	if (o.ordered == NIL)
		o.ordered = ev->occurred;
	if (o.paid <= 0 || !o.currency.n)
		return OK; /* not paid for (yet) */
	TRY(reach_trials_at(&tx->snap, &(struct reach_around){ o.ordered }, &trials, &n));
	if (n == 0)
		return OK;
	err e = customer_get(&tx->snap, ev->customer, &c);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	snap_slot(&at, slot_of_customer(at.unit->store, c.root));
	TRY(customer_leaves_in(&at, c.root, leaves, &count));
	for (size_t i = 0; i < count; i++) {
		snap_slot(&at, slot_of_customer(at.unit->store, leaves[i]));
		TRY(note(tx, &at, trials, n, leaves[i], &o));
	}
	return OK;
}

/* derive: order.withdrawn, order.cancelled. */
err reach_on_undone(struct tx *tx, const struct event *ev)
{
	struct reach_paid o;
	TRY(event_body(&tx->snap, ev, &reach_paid_record, &o));
	return reach_bought_drop(tx, &(struct reach_order_key){ o.order });
}

/* ---- the difference ---- */

static err read_arms(const struct snap *s, const struct reach_of *of, struct reach_trial *trial, struct reach_side arms[2])
{
	struct reach_sum *rows;
	size_t n;
	TRY(reach_trial_get(s, of, trial));
	TRY(reach_arm_sizes(s, of, &rows, &n));
	for (size_t i = 0; i < n; i++)
		arms[rows[i].held].people = rows[i].people;
	TRY(reach_bought_sums(s, of, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		arms[rows[i].held].buyers = rows[i].people;
		arms[rows[i].held].paid = rows[i].paid;
		arms[rows[i].held].squares = rows[i].squares;
	}
	return OK;
}

static struct reach_arm_view *view(struct arena *a, const struct reach_side *arm)
{
	struct reach_arm_view *v = ARENA_NEW(a, struct reach_arm_view);
	*v = (struct reach_arm_view){ .people = arm->people, .buyers = arm->buyers, .paid = arm->paid };
	v->rate = arm->people ? (double)arm->buyers / (double)arm->people : 0;
	stat_wilson(arm->buyers, arm->people, STAT_Z95, &v->rate_low, &v->rate_high);
	return v;
}

static double mean(const struct reach_side *a) { return a->people ? (double)a->paid / (double)a->people : 0; }

static double variance_of_mean(const struct reach_side *a)
{
	if (a->people < 2)
		return 0;
	double n = (double)a->people, m = mean(a);
	return (a->squares - n * m * m) / (n - 1) / n;
}

static void compare(const struct reach_side *t, const struct reach_side *h, double share, struct reach_lift *ret)
{
	double low, high, n = (double)t->people;
	if (!t->people || !h->people)
		return; /* nothing to compare with */
	stat_difference(t->buyers, t->people, h->buyers, h->people, STAT_Z95, &low, &high);
	ret->extra_buyers = n * ((double)t->buyers / n - (double)h->buyers / (double)h->people);
	ret->extra_buyers_low = n * low;
	ret->extra_buyers_high = n * high;
	double d = mean(t) - mean(h), error = STAT_Z95 * sqrt(fmax(0, variance_of_mean(t) + variance_of_mean(h)));
	ret->extra_paid = n * d;
	ret->extra_paid_low = n * (d - error);
	ret->extra_paid_high = n * (d + error);
	stat_two_proportions(t->buyers, t->people, h->buyers, h->people, &ret->p);
	ret->sure = ret->p < 0.05;
	double expected[2] = { 1 - share / 100, share / 100 };
	i64 seen[2] = { t->people, h->people };
	ret->srm_p = stat_srm(seen, expected, 2);
}

void reach_lift_between(struct arena *a, const struct reach_side *treated, const struct reach_side *held, double share,
			struct reach_lift *ret)
{
	*ret = (struct reach_lift){ .share = (i64)share, .p = 1, .srm_p = 1, .treated = view(a, treated), .held = view(a, held) };
	compare(treated, held, share, ret);
}

err reach_lift_of(struct unit *u, const char *by, i64 by_id, str currency, struct reach_lift *ret)
{
	struct reach_of of = { str_c(by), by_id, currency };
	struct reach_trial trial;
	struct reach_side arms[2] = { { 0 } };
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), read_arms(snap, &of, &trial, arms)));
	reach_lift_between(u->arena, &arms[0], &arms[1], (double)trial.share, ret);
	ret->since_ms = trial.since;
	ret->until_ms = trial.until;
	return OK;
}
