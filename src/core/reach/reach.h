/*
 * reach 触达: one contact made or tried, the ledger of them, and the restraint rules (reach_rule.h).
 *
 * Whoever wants to reach a person asks for a place: reach_claim looks, in the transaction of her root's slot, at
 * her refusals, the black list, hold-outs, caps over all channels, quiet hours of her own zone and WeCom's quota,
 * and writes the claim beside what it counted, so of two for the last place one gets it. Whoever reached her then
 * appends reach.sent with the claim's key: the claim becomes a touch. Who did not releases it; what nobody confirms
 * expires. Touches are derived from events and counted over all leaves of a person, so merges and splits move them.
 * A service message (own order, payment, reply) is exempt from everything but being reachable and WeCom's quota.
 */
#ifndef YT_CORE_REACH_REACH_H
#define YT_CORE_REACH_REACH_H

#include "core/cx.h"
#include "core/reach/reach_rule.h"
#include "store/journal.h"

#define REACH_CLAIM_MS (6 * MS_HOUR)  /* how long a place is held for nobody's word, unless told */
#define REACH_CLAIM_KEPT_DAYS 95      /* longer than any window */
#define REACH_KEY_MAX 120
#define REACH_ATTR_HOLDOUT 260 /* its number in attr_value, for ever */

/* reach.sent, reach.failed, reach.refused, reach.accepted */
#define REACH_EVENT_FIELDS(F, S)                                                   \
	F(S, STR, channel, .one_of = "wecom,sms,oa,mail,kf,all", .doc = "all: of a refusal") \
	F(S, STR, class, .one_of = "marketing,service")                            \
	F(S, STR, by, .doc = "broadcast, welcome") F(S, ID, by_id, .opt = true)   \
	F(S, ID, staff, .opt = true) F(S, STR, reason, .opt = true)                \
	F(S, STR, key, .opt = true, .doc = "of the claim it fulfils")              \
	F(S, STR, how, .opt = true, .doc = "mass, task, own, moment, message")     \
	F(S, STR, content, .opt = true, .doc = "promo, useful, care, invite, order, payment, reply")
RECORD(reach_event, REACH_EVENT_FIELDS);
/* reach.blocked, reach.unblocked */
#define REACH_BLOCKED_FIELDS(F, S) F(S, STR, by, .doc = "a person's name") F(S, STR, reason, .opt = true)
RECORD(reach_blocked, REACH_BLOCKED_FIELDS);

/* The rules of the unit's corp, from its settings; a value nobody understands is its default. */
err reach_rules_get(struct unit *u, struct reach_rules *ret);

/* Writes her attribute `holdout` by these rules, in her slot. */
err reach_holdout_settle(struct tx *tx, const struct reach_rules *r, i64 root, bool *ret_changed);

/* May a marketing message go to this person now? Looks at all her leaves; not at quiet hours. */
err reach_check(struct unit *u, i64 root, const char *channel, ms at, enum reach_verdict *ret);
/* Marketing messages of today and of the week, beside what is allowed; WeCom's quota of its period; last: of any
 * class, NIL never. */
struct reach_used { i64 day, day_max, week, week_max, quota, quota_max; ms last; };
err reach_used(struct unit *u, i64 root, ms at, struct reach_used *ret);

/* What a sending verb asks for at the second of acting, and what it hears. */
struct reach_ask {
	i64 root;            /* the transaction is in its slot */
	const char *channel, *class;
	const char *by;      /* "journey", "broadcast" … */
	i64 by_id, staff;    /* staff: whose word it will be; 0 nobody's */
	str key;             /* of the act: the same key claims once; at most REACH_KEY_MAX bytes */
	ms at;
	const char *how;     /* NULL: marketing on wecom is a mass send, all else a message */
	const char *content; /* NULL: promo */
	ms until;            /* the place is held until then; 0: REACH_CLAIM_MS */
	i64 share;           /* percent of persons this campaign leaves out, by hash with `salt` */
	u64 salt;
	ms span;             /* a member may act until at + span: no quiet hours of hers within */
	str instead;         /* key of a claim of hers whose place this one may take */
	const struct reach_past *besides; /* what she is meant to have by then and nobody claimed yet */
	size_t besides_count;
};
struct reach_answer {
	enum reach_verdict verdict;
	ms retry_at; /* when it may go without anybody doing anything; NIL: not by waiting */
	bool again;  /* the place was taken by this key before */
	int limit;   /* REACH_LIMIT: place in the rules' limits */
};
/* Checks and takes the place in the ledger, in one transaction. A key that holds its place keeps it, caps or not;
 * refusals, hold-outs and quiet hours are asked again, and take the place away. */
err reach_claim(struct tx *tx, const struct reach_ask *ask, struct reach_answer *ret);
/* The same for many of the transaction's slot, read by ranges; each person once. */
err reach_claim_many(struct tx *tx, const struct reach_ask *asks, size_t count, struct reach_answer *ret);
/* The same in two steps, for whoever decides more in between: all are judged, then those of them that go and are named
 * in `which` take their places, in the same transaction. Each person once; a key that holds its place keeps it. */
struct reach_seen;
err reach_see_many(struct tx *tx, const struct reach_ask *asks, size_t count, struct reach_answer *ret, struct reach_seen **ret_seen);
err reach_take_many(struct tx *tx, struct reach_seen *seen, const bool *which);
err reach_release(struct tx *tx, i64 root, str key);
/* The same judgement without taking anything, for people of any slots. */
err reach_look_many(const struct snap *s, const struct reach_ask *asks, size_t count, struct reach_answer *ret);
/* The verdict on a marketing message alone, not at quiet hours. */
err reach_check_many(const struct snap *s, const i64 *roots, size_t count, const char *channel, ms at,
		     enum reach_verdict *ret);
/* A contact nobody asked us for (a member's own mass send): a touch once per key, with its event. */
err reach_note(struct tx *tx, const struct reach_ask *ask, bool *ret_new);

/* Her word on a channel ("all": every one), in her slot, with its event; counts at once. by: who wrote it down. */
err reach_refuse(struct tx *tx, i64 customer, const char *channel, str by, bool accepted);
err reach_block(struct tx *tx, i64 customer, str by, str reason, bool blocked);

/* "cap_day" … for people and counters; NULL for REACH_GO; and in words. */
const char *reach_reason(enum reach_verdict v);
enum text reach_reason_text(str reason); /* T_OK: none of ours */
/* The next moment outside of quiet hours (at itself when it is one), and the end of that window; of the corp's zone. */
err reach_window(struct unit *u, ms at, ms *ret_open, ms *ret_close);

extern const struct module reach_module;

#endif
