/*
 * What a verb is: the part of core/verb that struct module needs.
 */
#ifndef YT_CORE_VERB_KIND_H
#define YT_CORE_VERB_KIND_H

#include "store/store.h"

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

#endif
