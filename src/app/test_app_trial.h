/*
 * An experiment of two variants in the world of test_app_sim.h, as channels find it, and how many have met which.
 */
#ifndef YT_APP_TEST_APP_TRIAL_H
#define YT_APP_TEST_APP_TRIAL_H

#include "app/test_app_sim.h"
#include "core/trial/trial_use.h"

#define EXPERIMENT 88

/* Two variants of two fifths each; a fifth is held out. */
static inline struct trial trial_begins(struct world *w, const char *state)
{
	const i64 shares[] = { 400, 400 };
	struct trial t = { EXPERIMENT, STR("标题"), STR("图一\n图二"), str_c(state), trial_share(w->t->arena, STR_NIL, shares, 2, 200), NIL,
			   STR("order"), 7, 1, MORNING, NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, trial_put(tx, &t)), OK);
	return t;
}

static inline i64 trial_exposed(struct world *w, i64 variant)
{
	struct trial_of of = { EXPERIMENT, INT64_MAX, INT64_MAX, STR("CNY") };
	struct trial_people *v;
	i64 people = 0;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, trial_people_sums(snap, &of, &v, &n)), OK);
	for (size_t i = 0; i < n; i++)
		people += v[i].variant == variant ? v[i].people : 0;
	return people;
}

/* By her bucket alone, as long as she has met nothing else. */
static inline i64 trial_lot_of(const struct trial *t, i64 root)
{
	char owner = t->owners.p[trial_bucket(t->id, root)];
	return owner == '-' ? TRIAL_HELD : owner - 'a';
}

#endif
