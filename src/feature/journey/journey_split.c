/*
 * Splits: which way she goes by who she is, never by order, so the same person goes the same way again wherever it is
 * worked out. A split of its own weights asks a hash; one that names an experiment asks core/trial, and walking
 * through it is meeting her variant. Who is held out goes by the port `holdout`, or leaves when there is none.
 */
#include "feature/journey/journey_int.h"

#include "base/hash.h"
#include "core/trial/trial.h"

static const char *by_weight(const struct jdef *d, const struct jnode *n, i64 root)
{
	const struct journey_split *s = n->of->split;
	const struct journey_arm *arms = s->arms.v;
	u64 sum = 0, at;
	size_t i = 0;
	for (size_t k = 0; k < s->arms.n; k++)
		sum += (u64)arms[k].weight;
	at = hash_mix((u64)root ^ hash64(n->of->id) ^ hash_mix((u64)d->journey)) % sum;
	while (at >= (u64)arms[i].weight)
		at -= (u64)arms[i++].weight;
	return n->ports[i];
}

err journey_split_way(struct tx *tx, const struct jdef *d, const struct jnode *n, i64 root, bool meets, const char **ret)
{
	const struct journey_split *s = n->of->split;
	struct trial_by by = { "journey", d->journey, tx->snap.now };
	struct trial t;
	i64 variant = 0;
	if (s->experiment == NIL) {
		*ret = by_weight(d, n, root);
		return OK;
	}
	TRY(trial_get(&tx->snap, s->experiment, &t));
	TRY(meets ? trial_expose(tx, &t, &by, root, &variant) : trial_variant_of(&tx->snap, &t, root, &variant));
	*ret = trial_key(variant);
	return OK;
}

static bool has_port(const struct jnode *n, const char *port)
{
	for (size_t i = 0; i < n->port_count; i++)
		if (!strcmp(n->ports[i], port))
			return true;
	return false;
}

static err check(const struct snap *s, const struct jnode *n, struct problems *p)
{
	const struct journey_split *split = n->of->split;
	struct buf keys = buf_new(p->a, 200);
	struct trial t;
	err e = trial_get(s, split->experiment, &t);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e != OK || str_eq_c(t.state, "ended")) {
		journey_problem_add(p, n->of->id, T_JOURNEY_EXPERIMENT, "split.experiment", e == OK ? t.name : STR_NIL, STR_NIL);
		return OK;
	}
	size_t variants = trial_variants(&t), there = 0;
	for (size_t i = 0; i < variants; i++) {
		there += has_port(n, trial_key((i64)i));
		buf_fmt(&keys, "%s%s", i ? ", " : "", trial_key((i64)i));
	}
	if (there != variants || n->port_count != variants + has_port(n, TRIAL_HELD_KEY))
		journey_problem_add(p, n->of->id, T_JOURNEY_EXPERIMENT_PORTS, "split.arms", t.name, buf_str(&keys));
	return OK;
}

err journey_split_check(struct unit *u, const struct jnode *n, struct problems *p)
{
	const struct journey_split *s = n->of->split;
	struct fail before = u->fail;
	if (n->type != NODE_SPLIT || !s || s->experiment == NIL)
		return OK;
	err e = READ_SNAP(u, slot_base(u->store, u->corp), check(snap, n, p));
	if (e == OK)
		u->fail = before;
	return e;
}
