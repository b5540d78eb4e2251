/*
 * Verbs as journeys call them, in the world of test_app_sim.h: by name, with JSON arguments, in a transaction of the
 * person's slot; and what verb.ended told of them.
 */
#ifndef YT_APP_TEST_APP_VERB_H
#define YT_APP_TEST_APP_VERB_H

#include "app/test_app_ask.h"
#include "core/verb/verb.h"

/* A key is unique to the act: the person's number makes it so here. */
static inline str key_for(struct world *w, i64 her, const char *key) { return arena_printf(w->t->arena, "%s-%lld", key, (long long)her); }

static inline err verb_of(struct world *w, const char *name, i64 her, i64 by_id, const char *key, str args, struct verb_call *ret)
{
	const struct verb *v = verb_find(&w->env, str_c(name));
	assert_non_null(v);
	*ret = (struct verb_call){ .customer = her, .at = now(w), .by = "journey", .by_id = by_id, .token = 77, .key = key_for(w, her, key) };
	return args.n ? verb_args(&w->cx.unit, v, args, &ret->args) : OK;
}

/* Runs it and lets the world settle. */
__attribute__((format(printf, 6, 7)))
static inline struct verb_result does(struct world *w, const char *name, i64 her, i64 by_id, const char *key, const char *fmt, ...)
{
	struct verb_call call;
	struct verb_result result = { 0 };
	va_list ap;
	va_start(ap, fmt);
	str args = arena_vprintf(w->t->arena, fmt, ap);
	va_end(ap);
	if (verb_of(w, name, her, by_id, key, args, &call) != OK)
		fail_msg("%s: %s %s", name, w->cx.unit.fail.field, w->cx.unit.fail.value);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), verb_find(&w->env, str_c(name))->run(tx, &call, &result)), OK);
	settle(w);
	return result;
}

/* The refusal of its arguments; OK when they are good. */
static inline err refuses(struct world *w, const char *name, str args)
{
	struct verb_call call;
	return verb_of(w, name, 0, 1, "k", args, &call);
}

static inline bool stops(struct world *w, const char *name, i64 her, i64 by_id, const char *key)
{
	struct verb_call call;
	bool stopped = false;
	assert_int_equal(verb_of(w, name, her, by_id, key, STR_NIL, &call), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), verb_find(&w->env, str_c(name))->stop(tx, &call, &stopped)), OK);
	settle(w);
	return stopped;
}

/* The last end told of that key, and how often any was; a state of "" when none was. */
static inline struct verb_ended ended_of(struct world *w, i64 her, const char *key, int *ret_times)
{
	struct event *ev;
	struct verb_ended of, last = { .state = STR("") };
	size_t n = 0;
	int times = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), journal_read(snap, 0, 100000, &ev, &n)), OK);
	for (size_t i = 0; i < n; i++) {
		if (ev[i].corp != w->corp || ev[i].customer != her || ev[i].kind != EV_VERB_ENDED)
			continue;
		assert_int_equal(READ_SNAP(&w->cx.unit, ev[i].slot, event_body(snap, &ev[i], &verb_ended_record, &of)), OK);
		if (!str_eq(of.key, key_for(w, her, key)))
			continue;
		last = of;
		times++;
	}
	if (ret_times)
		*ret_times = times;
	return last;
}

/* How it ended, once: fails when it was told twice. */
static inline bool ended_as(struct world *w, i64 her, const char *key, const char *state)
{
	int times;
	struct verb_ended of = ended_of(w, her, key, &times);
	assert_true(times <= 1);
	return str_eq_c(of.state, state) && (times == 0 || of.token == 77);
}

#endif
