/*
 * The verbs journeys publish themselves: into and out of another journey. Both are told as an event of the
 * person, so that they work wherever she stands.
 */
#include "feature/journey/journey_int.h"

#include "core/corp/corp.h"

#define ARGS_FIELDS(F, S) F(S, ID, journey)
RECORD(journey_verb_args, ARGS_FIELDS);

static err check(struct unit *u, const void *args)
{
	const struct journey_verb_args *in = args;
	struct journey_key key = { in->journey };
	struct journey_row row;
	err e = READ_SNAP(u, slot_base(u->store, u->corp), journey_get(snap, &key, &row));
	return e == ERR_NOT_FOUND ? fail_set(&u->fail, ERR_INPUT, T_JOURNEY_UNKNOWN, STR("journey"), STR_NIL, STR_NIL) : e;
}

static err call(struct tx *tx, const struct verb_call *of, const char *act, struct verb_result *ret)
{
	const struct journey_verb_args *in = of->args;
	struct journey_called b = { in->journey, str_c(act), of->at };
	*ret = (struct verb_result){ .state = VERB_DONE, .retry_at = NIL };
	return journal_add(tx, EV_JOURNEY_CALLED, of->customer, of->at, &journey_called_record, &b, NULL);
}

static err run_enter(struct tx *tx, const struct verb_call *of, struct verb_result *ret) { return call(tx, of, "enter", ret); }
static err run_exit(struct tx *tx, const struct verb_call *of, struct verb_result *ret) { return call(tx, of, "exit", ret); }

const struct verb journey_verbs[] = {
	{ .name = "journey.enter", .label = T_VERB_JOURNEY_ENTER, .args = &journey_verb_args_record, .check = check, .run = run_enter },
	{ .name = "journey.exit", .label = T_VERB_JOURNEY_EXIT, .args = &journey_verb_args_record, .check = check, .run = run_exit },
	{ 0 },
};
