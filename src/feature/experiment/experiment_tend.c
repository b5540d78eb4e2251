/*
 * experiment.tend: once an hour while one runs. Tries expressions of those whose days are over, closes samples that
 * are full, and moves a bandit's shares. Each can be done twice without harm; a run that breaks off is done by the next.
 */
#include "feature/experiment/experiment_int.h"

#include "base/vec.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"

/* ---- goals that are expressions ---- */

/* Of the person she is now; nobody any more: not met. */
static err holds(struct tx *tx, const struct expr *e, i64 customer, bool *ret)
{
	struct customer c;
	struct snap at = tx->snap;
	*ret = false;
	err r = customer_get(&tx->snap, customer, &c);
	if (r != OK)
		return r == ERR_NOT_FOUND ? OK : r;
	snap_slot(&at, slot_of_customer(at.unit->store, c.root));
	return audience_test_in(&at, &e, 1, c.root, ret);
}

static err look_page(struct tx *tx, i64 id, const struct expr *e, ms until, size_t *ret_count)
{
	i64 *who;
	TRY(trial_unmet(&tx->snap, id, until, EXPERIMENT_LOOK_ROWS, &who, ret_count));
	for (size_t i = 0; i < *ret_count; i++) {
		bool met;
		TRY(holds(tx, e, who[i], &met));
		TRY(trial_meet(tx, id, who[i], met));
	}
	return OK;
}

static err look(struct cx *cx, const struct experiment_row *row, const struct experiment_plan *plan)
{
	struct unit *u = &cx->unit;
	struct expr *e;
	i64 slots[SLOT_COUNT];
	size_t slot_count = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	struct fail before = u->fail;
	if (expr_parse(u, plan->expr, &e) != OK) {
		u->fail = before; /* a tag or an audience it names is gone: nobody can be tried, and the figures say so */
		return OK;
	}
	ms until = cx_now(cx) - plan->days * MS_DAY;
	for (size_t i = 0, pages = 0; i < slot_count; i++) {
		size_t n = EXPERIMENT_LOOK_ROWS;
		for (; n == EXPERIMENT_LOOK_ROWS && pages < EXPERIMENT_LOOKS_MAX; pages++)
			TRY(WRITE_TX(u, slots[i], look_page(tx, row->id, e, until, &n)));
	}
	return OK;
}

/* ---- samples and shares ---- */

static bool full(const struct experiment_sums *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->sides[i].people < s->row.needed)
			return false;
	return s->n > 1 || s->sides[s->n].people >= s->row.needed;
}

static err bandit(struct tx *tx, struct experiment_sums *s)
{
	bool money = str_eq_c(s->plan.measure, "money");
	double best[TRIAL_VARIANTS_MAX], remaining;
	i64 shares[TRIAL_VARIANTS_MAX], floor = s->plan.floor == NIL ? EXPERIMENT_FLOOR : s->plan.floor;
	struct buf known = buf_new(tx->snap.arena, 100 * TRIAL_VARIANTS_MAX);
	struct experiment_epoch *epochs;
	bool same = true, any = false;
	size_t n;
	TRY(experiment_epochs(&tx->snap, &(struct experiment_key){ s->row.id }, &epochs, &n));
	if (n && tx->snap.now - epochs[n - 1].at < EXPERIMENT_BANDIT_MS)
		return OK;
	for (size_t i = 0; i < s->n; i++) {
		const struct experiment_side *o = &s->sides[i];
		any |= o->ripe > 0;
		buf_fmt(&known, "%s%lld/%lld", i ? "," : "", (long long)int_min(money ? o->buyers : o->hits, o->ripe), (long long)o->ripe);
		if (money)
			buf_fmt(&known, "/%lld/%.17g", (long long)o->paid, o->squares);
	}
	if (!any || (n && str_eq(epochs[n - 1].known, buf_str(&known))))
		return OK; /* nothing has matured since */
	experiment_best(tx->snap.arena, s, (u64)s->row.id ^ (u64)s->trial.epoch, best, &remaining);
	bandit_shares(best, s->n, floor, TRIAL_BUCKETS - s->plan.held, shares);
	for (size_t i = 0; i < s->n; i++)
		same &= shares[i] == s->sides[i].share;
	return same ? OK : experiment_reshare(tx, &s->trial, shares, s->n, s->plan.held, buf_str(&known), STR(""));
}

static err tend(struct tx *tx, i64 id, str currency)
{
	struct experiment_sums s;
	TRY(experiment_sums_read(&tx->snap, id, currency, &s));
	if (!str_eq_c(s.row.state, "running"))
		return OK;
	if (str_eq_c(s.plan.mode, "bandit"))
		return bandit(tx, &s);
	if (s.row.filled != NIL || !full(&s))
		return OK;
	s.row.filled = tx->snap.now;
	return experiment_update(tx, &s.row);
}

static err tend_all(struct tx *tx, const struct timer_row *timer, str currency)
{
	struct experiment_row *v;
	size_t n;
	bool taken;
	TRY(timer_take(tx, timer, &taken));
	if (!taken)
		return OK;
	TRY(experiment_running(&tx->snap, &(struct none){ 0 }, &v, &n));
	for (size_t i = 0; i < n; i++)
		TRY(tend(tx, v[i].id, currency));
	return n ? experiment_tend_at(tx, tx->snap.now + EXPERIMENT_TEND_MS) : OK;
}

err experiment_due(struct cx *cx, const struct timer_row *row)
{
	struct unit *u = &cx->unit;
	i64 base = slot_base(u->store, u->corp);
	struct experiment_row *v;
	struct corp corp;
	size_t n;
	TRY(corp_get(u, u->corp, &corp));
	TRY(READ_SNAP(u, base, experiment_running(snap, &(struct none){ 0 }, &v, &n)));
	for (size_t i = 0; i < n; i++) {
		struct experiment_plan plan;
		experiment_plan_read(u->arena, v[i].plan, &plan);
		if (str_eq_c(plan.goal, "expr"))
			TRY(look(cx, &v[i], &plan));
	}
	return WRITE_TX(u, base, tend_all(tx, row, corp.currency));
}
