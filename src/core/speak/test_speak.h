/*
 * What tests of speaking verbs share: acting as a journey would, and what came of it.
 */
#ifndef YT_CORE_SPEAK_TEST_SPEAK_H
#define YT_CORE_SPEAK_TEST_SPEAK_H

#include "app/test_app_sim.h"

#include "base/fault.h"
#include "core/speak/speak_data.h"
#include "core/verb/verb.h"

#define JOURNEY 77

/* Checks the arguments and runs the verb in her slot; `key` is the journey's own. */
static inline struct verb_result act(struct world *w, const char *verb, i64 root, const char *key, const char *json)
{
	const struct verb *v = verb_find(&w->env, str_c(verb));
	struct verb_call call = { .customer = root, .at = now(w), .by = "journey", .by_id = JOURNEY, .token = 4711, .key = str_c(key) };
	struct verb_result r = { 0 };
	assert_non_null(v);
	err e = verb_args(&w->cx.unit, v, str_c(json), &call.args);
	if (e != OK)
		fail_msg("%s: %s %s", verb, w->cx.unit.fail.field, w->cx.unit.fail.value);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, root), v->run(tx, &call, &r)), OK);
	return r;
}

static inline bool act_stop(struct world *w, const char *verb, i64 root, const char *key)
{
	const struct verb *v = verb_find(&w->env, str_c(verb));
	struct verb_call call = { .customer = root, .at = now(w), .by = "journey", .by_id = JOURNEY, .token = 4711, .key = str_c(key) };
	bool stopped = false;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, root), v->stop(tx, &call, &stopped)), OK);
	return stopped;
}

static inline err args_of(struct world *w, const char *verb, const char *json)
{
	const void *args;
	return verb_args(&w->cx.unit, verb_find(&w->env, str_c(verb)), str_c(json), &args);
}

/* How often the caller was told of her, and the last of it. */
static inline int ends(struct world *w, i64 root, struct verb_ended *ret)
{
	struct event ev;
	int n = told(w, root, EV_VERB_ENDED, &ev);
	if (n && ret)
		assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, root), event_body(snap, &ev, &verb_ended_record, ret)), OK);
	return n;
}

static inline void ended_as(struct world *w, i64 root, int times, const char *state, const char *reason)
{
	struct verb_ended e = { .state = STR("") };
	assert_int_equal(ends(w, root, &e), times);
	assert_true(str_eq_c(e.state, state));
	assert_true(str_eq(e.reason, str_c(reason)));
	assert_int_equal(e.token, 4711);
	assert_int_equal(e.by_id, JOURNEY);
}

static inline void is(struct verb_result r, enum verb_state state, const char *reason)
{
	assert_int_equal(r.state, state);
	assert_true(str_eq_c(r.reason, reason));
}

/* The process dies at its n-th transaction from here and is started again: it does not stand. */
static inline void die_at_unit(struct world *w, int n)
{
	fault_init(arena_cstr(w->t->arena, arena_printf(w->t->arena, "store.unit:%d:fail", n)));
}

static inline void start_again(struct world *w)
{
	fault_init("");
	assert_int_equal(outbox_recover(w->t->store, w->t->arena, &w->cx.unit.fail), OK);
}

#endif
