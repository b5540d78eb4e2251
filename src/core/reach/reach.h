/*
 * reach 触达: one contact made or tried, the ledger of them, and the restraint rules.
 *
 * Whoever reached a person appends reach.sent (or reach.failed) in her slot; the ledger table is derived
 * from these events. Caps count over all channels: marketing at most REACH_DAY_MAX a day and
 * REACH_WEEK_MAX a week per person, quiet hours 21:00-09:00 of the corp's zone (settings), service
 * messages (welcome, own order) exempt. A refusal is an opt-out row per channel.
 */
#ifndef YT_CORE_REACH_REACH_H
#define YT_CORE_REACH_REACH_H

#include "core/cx.h"
#include "store/journal.h"

#define REACH_DAY_MAX 1
#define REACH_WEEK_MAX 3

/* reach.sent, reach.failed, reach.refused */
#define REACH_EVENT_FIELDS(F, S)                                                   \
	F(S, STR, channel, .one_of = "wecom,sms,oa,mail,kf") F(S, STR, class, .one_of = "marketing,service") \
	F(S, STR, by, .doc = "broadcast, welcome") F(S, ID, by_id, .opt = true)   \
	F(S, ID, staff, .opt = true) F(S, STR, reason, .opt = true)
RECORD(reach_event, REACH_EVENT_FIELDS);

enum reach_verdict { REACH_GO, REACH_CAP_DAY, REACH_CAP_WEEK, REACH_REFUSED, REACH_UNREACHABLE, REACH_QUIET };
/* May a marketing message go to this person now? Looks at all her leaves. */
err reach_check(struct unit *u, i64 root, const char *channel, ms at, enum reach_verdict *ret);
/* Marketing messages of today and of the week, beside what is allowed; last: of any class, NIL never. */
struct reach_used { i64 day, day_max, week, week_max; ms last; };
err reach_used(struct unit *u, i64 root, ms at, struct reach_used *ret);
/* The same as reach_check for many at once, read by ranges: ret[i] is the verdict on roots[i]. s: any slot of the corp. */
err reach_check_many(const struct snap *s, const i64 *roots, size_t count, const char *channel, ms at,
		     enum reach_verdict *ret);
/* What a sending verb asks for at the second of acting, and what it hears. */
struct reach_ask {
	i64 root;            /* the transaction is in its slot */
	const char *channel, *class;
	const char *by;      /* "journey", "broadcast" … */
	i64 by_id, staff;    /* staff: whose word it will be; 0 nobody's */
	str key;             /* of the act: the same key claims once */
	ms at;
};
struct reach_answer {
	enum reach_verdict verdict;
	ms retry_at; /* when it may go without anybody doing anything; NIL: not by waiting */
};
/* Checks refusal, consent, caps and quiet hours and takes its place in the ledger, in one transaction: of two
 * claims for the last place one gets it. Whoever reached her then appends reach.sent as ever; who did not
 * releases. */
err reach_claim(struct tx *tx, const struct reach_ask *ask, struct reach_answer *ret);
err reach_release(struct tx *tx, i64 root, str key);
/* "cap_day" … for people and counters; NULL for REACH_GO. */
const char *reach_reason(enum reach_verdict v);
/* The next moment outside of quiet hours (at itself when it is one), and the end of that window. */
err reach_window(struct unit *u, ms at, ms *ret_open, ms *ret_close);

#endif
