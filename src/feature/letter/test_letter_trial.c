/*
 * Letters of an experiment: those of one variant are one task, and whom it holds out has met it without one.
 */
#include "app/test_app_trial.h"
#include "app/test_app_verb.h"
#include "feature/letter/letter_int.h"

#define PEOPLE 12
#define SAYS "{\"experiment\":\"88\",\"variants\":[{\"text\":\"甲案\"},{\"text\":\"乙案\"}]}"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static void each_variant_is_a_task_of_its_own(void **state)
{
	struct world *w = *state;
	struct trial t = trial_begins(w, "running");
	i64 of[2] = { 0 }, held = 0;
	for (int i = 0; i < PEOPLE; i++) {
		i64 her = person_of(w, befriend(w, "linna", 1)), lot = trial_lot_of(&t, her);
		struct verb_result r = does(w, "wecom.send", her, 5, "a", SAYS);
		assert_int_equal(r.state, lot == TRIAL_HELD ? VERB_REFUSED : VERB_ASKED);
		assert_true(lot != TRIAL_HELD || str_eq_c(r.reason, TRIAL_REASON));
		assert_int_equal(does(w, "wecom.send", her, 5, "a", SAYS).state, r.state);
		held += lot == TRIAL_HELD;
		of[0] += lot == 0;
		of[1] += lot == 1;
	}
	assert_true(held > 0 && of[0] > 0 && of[1] > 0);
	live(w, 16 * MS_MINUTE);
	struct letter_task *v = NULL;
	size_t n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, letter_task_list(snap, &(struct letter_find){ INT64_MAX, 10 }, &v, &n)), OK);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(v[i].people, of[str_find(v[i].content, STR("乙案")) >= 0]);
	assert_int_equal(trial_exposed(w, 0), of[0]);
	assert_int_equal(trial_exposed(w, 1), of[1]);
	assert_int_equal(trial_exposed(w, TRIAL_HELD), held);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct world *w = *state;
	assert_int_equal(refuses(w, "wecom.send", STR(SAYS)), ERR_STATE);
	trial_begins(w, "running");
	assert_int_equal(refuses(w, "wecom.send", STR(SAYS)), OK);
	assert_int_equal(refuses(w, "wecom.send", STR("{\"experiment\":\"88\",\"variants\":[{\"text\":\"甲\"}]}")), ERR_INPUT);
	assert_int_equal(refuses(w, "wecom.send", STR("{\"experiment\":\"88\",\"variants\":[{\"text\":\"甲\"},{}]}")), ERR_INPUT);
	trial_begins(w, "ended");
	assert_int_equal(refuses(w, "wecom.send", STR(SAYS)), ERR_STATE);
}

/* What was published while it ran goes on with the winner, and meets nothing any more. */
static void a_decided_one_gives_all_the_winner(void **state)
{
	struct world *w = *state;
	struct trial t = trial_begins(w, "running");
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct verb_call call;
	struct verb_result r = { 0 };
	assert_int_equal(verb_of(w, "wecom.send", her, 5, "a", STR(SAYS), &call), OK);
	t.state = STR("ended");
	t.winner = 1;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, trial_put(tx, &t)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), verb_find(&w->env, STR("wecom.send"))->run(tx, &call, &r)), OK);
	assert_int_equal(r.state, VERB_ASKED);
	live(w, 16 * MS_MINUTE);
	assert_int_equal(effects(w, "add_msg_template", "乙案"), 1);
	assert_int_equal(trial_exposed(w, 0) + trial_exposed(w, 1) + trial_exposed(w, TRIAL_HELD), 0);
}

#define BOTH(t) { #t, t, make, world_free, NULL }, { #t " (spread)", t, make_spread, world_free, NULL }
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(each_variant_is_a_task_of_its_own), BOTH(what_does_not_fit_is_refused), BOTH(a_decided_one_gives_all_the_winner),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
