/*
 * verb 动作: a named act that journeys, SOPs, rules and answers call without knowing which feature does it.
 *
 * A feature publishes its verbs in its struct module; whoever calls one gives its name and its arguments, whose
 * record checks them and draws the form in the console. Running a verb is part of one transaction in the slot of
 * the person's root: it writes facts, outbox rows and timers and never waits. What becomes of it outside (the
 * member tapped, the provider refused) is told by event verb.ended, whose token is the caller's own.
 *
 * One key happens once: the same key again changes nothing and answers as before. Restraint (core/reach) is the
 * verb's own affair, in the same transaction: a caller only learns "not now, again at …" or "not for her, because".
 *
 * out: verb.ended
 */
#ifndef YT_CORE_VERB_VERB_H
#define YT_CORE_VERB_VERB_H

#include "core/module.h"
#include "core/verb_kind.h"

/* verb.ended, of the person: how an asked act went. */
#define VERB_ENDED_FIELDS(F, S)                                                     \
	F(S, STR, verb) F(S, STR, by) F(S, ID, by_id) F(S, ID, token) F(S, STR, key) \
	F(S, STR, state, .one_of = "done,refused,failed,expired,stopped")            \
	F(S, STR, reason, .opt = true) F(S, MS, at, .doc = "when it happened outside: a member's tap, a provider's report")
RECORD(verb_ended, VERB_ENDED_FIELDS);

/* NULL: nobody publishes it. */
const struct verb *verb_find(const struct env *env, str name);
/* Arguments as JSON, checked by record and verb; ret in the unit's arena. ERR_INPUT naming the field. */
err verb_args(struct unit *u, const struct verb *v, str json, const void **ret);
/* In a transaction of the person's slot: tells the caller of `of` how it went. state as in verb_ended. */
err verb_tell(struct tx *tx, i64 customer, const struct verb_ended *of);

extern const struct module verb_module;

#endif
