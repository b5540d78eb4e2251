/*
 * experiment's counts: who was exposed, whose days are over, what they did; and how many each arm should have.
 */
#include "feature/experiment/experiment_int.h"

static struct experiment_side *side(struct experiment_sums *s, i64 variant)
{
	return variant >= 0 && variant < (i64)s->n ? &s->sides[variant] : variant == TRIAL_HELD ? &s->sides[s->n] : NULL;
}

static void shares_now(struct experiment_sums *s)
{
	for (size_t i = 0; i < s->trial.owners.n; i++) {
		char c = s->trial.owners.p[i];
		struct experiment_side *of = side(s, c == '-' ? TRIAL_HELD : c - 'a');
		if (of)
			of->share++;
	}
}

/* The shares an epoch had, applied to whom it exposed. */
static void add_meant(struct experiment_sums *s, str shares, i64 people)
{
	for (size_t i = 0; i <= s->n && shares.p; i++) {
		i64 share = 0;
		str_i64(str_cut(&shares, ','), &share);
		s->sides[i].meant += (double)people * (double)share / TRIAL_BUCKETS;
	}
}

static err read_people(const struct snap *snap, const struct trial_of *of, struct experiment_sums *s)
{
	struct trial_people *v;
	struct experiment_epoch *epochs;
	size_t n, count;
	TRY(trial_people_sums(snap, of, &v, &n));
	TRY(experiment_epochs(snap, &(struct experiment_key){ of->trial }, &epochs, &count));
	for (size_t i = 0; i < n; i++) {
		struct experiment_side *one = side(s, v[i].variant);
		if (!one)
			continue;
		one->people += v[i].people;
		one->ripe += v[i].ripe;
		one->hits += v[i].met;
		for (size_t k = 0; k < count; k++)
			if (epochs[k].epoch == v[i].epoch)
				add_meant(s, epochs[k].shares, v[i].people);
	}
	return OK;
}

static err read_did(const struct snap *snap, const struct trial_of *of, struct experiment_sums *s)
{
	struct trial_did *v;
	size_t n;
	TRY(trial_bought_sums(snap, of, &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct experiment_side *one = side(s, v[i].variant);
		if (!one)
			continue;
		one->buyers = v[i].people;
		one->paid = v[i].paid;
		one->squares = v[i].squares;
		if (str_eq_c(s->plan.goal, "order"))
			one->hits = v[i].people;
	}
	for (int lost = 0; lost < 2; lost++) {
		TRY(trial_event_sums(snap, of, lost, &v, &n));
		for (size_t i = 0; i < n; i++) {
			struct experiment_side *one = side(s, v[i].variant);
			if (one && lost)
				one->lost = v[i].people;
			else if (one && str_eq_c(s->plan.goal, "event"))
				one->hits = v[i].people;
		}
	}
	return OK;
}

err experiment_sums_read(const struct snap *snap, i64 id, str currency, struct experiment_sums *ret)
{
	*ret = (struct experiment_sums){ .currency = currency, .now = snap->now };
	TRY(experiment_get(snap, &(struct experiment_key){ id }, &ret->row));
	experiment_plan_read(snap->arena, ret->row.plan, &ret->plan);
	bool draft = str_eq_c(ret->row.state, "draft");
	if (draft)
		ret->trial = experiment_trial(snap->arena, &ret->row, &ret->plan, snap->now);
	else
		TRY(trial_get(snap, id, &ret->trial));
	ret->n = ret->plan.cells.n;
	shares_now(ret);
	if (draft)
		return OK;
	ms closed = ret->row.filled == NIL ? INT64_MAX : ret->row.filled;
	struct trial_of of = { id, snap->now - ret->plan.days * MS_DAY, closed, currency };
	TRY(read_people(snap, &of, ret));
	return read_did(snap, &of, ret);
}

void experiment_best(struct arena *a, const struct experiment_sums *s, u64 seed, double *ret_best, double *ret_remaining)
{
	struct bandit_arm counts[TRIAL_VARIANTS_MAX];
	struct bandit_spend spends[TRIAL_VARIANTS_MAX];
	for (size_t i = 0; i < s->n; i++) {
		const struct experiment_side *o = &s->sides[i];
		counts[i] = (struct bandit_arm){ int_min(o->hits, o->ripe), o->ripe };
		spends[i] = (struct bandit_spend){ int_min(o->buyers, o->ripe), o->ripe, (double)o->paid, o->squares };
	}
	if (str_eq_c(s->plan.measure, "money"))
		bandit_best_spend(a, spends, s->n, seed, ret_best, ret_remaining);
	else
		bandit_best(a, counts, s->n, seed, ret_best, ret_remaining);
}
