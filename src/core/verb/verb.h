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

#define VERB_KEY_MAX 80
#define VERB_NAME_MAX 40

enum verb_state {
	VERB_DONE,    /* it has happened, in this transaction */
	VERB_ASKED,   /* it is on its way: verb.ended tells how it went */
	VERB_HELD,    /* not now: ask again at retry_at, for which `reason` is the reason */
	VERB_REFUSED, /* not for her: `reason` */
};

struct verb_call {
	i64 customer;     /* her root; the transaction is in its slot */
	ms at;            /* the second of acting */
	const char *by;   /* who calls: "journey", "sop", "rule" … */
	i64 by_id;        /* which of them: the journey */
	i64 token;        /* the caller's own, comes back with verb.ended */
	str key;          /* at most VERB_KEY_MAX bytes, unique to this act of this caller */
	const void *args; /* of the verb's record */
};

struct verb_result {
	enum verb_state state;
	str reason;  /* short code for people and counters: "cap_day", "quiet", "no_friend"; in the unit's arena */
	ms retry_at; /* HELD only */
};

struct verb {
	const char *name; /* "wecom.send" */
	enum text label;
	const struct record *args;
	const char *channel; /* whom it touches through: "wecom", "oa", "sms", "mail", "kf"; NULL: touches nobody */
	/* What the record alone cannot judge: whether a named template, tag or member exists. NULL: nothing. */
	err (*check)(struct unit *u, const void *args);
	err (*run)(struct tx *tx, const struct verb_call *call, struct verb_result *ret);
	/* Takes back what was asked under this key and is not out yet; false: too late, or nothing to take back. NULL:
	 * cannot be taken back. */
	err (*stop)(struct tx *tx, const struct verb_call *call, bool *ret_stopped);
};

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
