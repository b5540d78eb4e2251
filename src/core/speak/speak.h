/*
 * speak 出声: one message a program sends to one person by itself, from the verb that asked for it to its end.
 *
 * Official account, WeChat customer service, text message, mail and webhook differ in who may be reached and in what the
 * provider promises; what happens around the call is the same and stands here once. A verb asks in the person's
 * transaction: restraint decides, a row and an outbox row are written. The verb's sender makes the call and says how it
 * went; the end is told to whoever asked (verb.ended) and to the ledger of touches (reach.sent, reach.failed).
 *
 * What must stay true:
 * - one key of one caller is one row, and one row is at most one message. A call whose answer was lost is "unknown" and
 *   never made again, unless the provider itself refuses the repeat (the sender's `reconcile`)
 * - an end is an end: of several reports the first one counts
 * - what certainly did not go out gives its place in the touch budget back; "unknown" keeps it, perhaps she got it
 *
 * Some providers only accept first and report later (templates of the official account): state "accepted" waits
 * SPEAK_REPORT_MS for speak_report, then counts as sent with reason "unreported".
 *
 * out: speak.ended, reach.sent, reach.failed, verb.ended
 */
#ifndef YT_CORE_SPEAK_SPEAK_H
#define YT_CORE_SPEAK_SPEAK_H

#include "core/module.h"
#include "core/verb/verb.h"

#define SPEAK_REPORT_MS MS_DAY
#define SPEAK_TIMER "speak.report"
#define SPEAK_LANE_OUTSIDE "outside" /* of the outbox: other people's servers, which may be slow */
#define SPEAK_TEXTS_MAX 20  /* of one preview */
#define SPEAK_FIGURE_DAYS 30

#define SPEAK_ENDED_FIELDS(F, S)                                                                \
	F(S, ID, id) F(S, STR, verb) F(S, STR, state, .one_of = "accepted,sent,refused,failed,unknown,expired") \
	F(S, STR, reason, .opt = true) F(S, STR, remote, .opt = true, .doc = "the provider's number") \
	F(S, I64, cost, .opt = true, .doc = "in fen")
RECORD(speak_ended, SPEAK_ENDED_FIELDS);

struct speak_ask {
	const struct verb_call *call;
	i64 id;                     /* of the caller's making, or 0 */
	const char *verb, *channel; /* channel NULL: a program, not a person */
	str class;           /* "marketing": restraint decides; "service" */
	str via;             /* account, template or destination; "" */
	const char *sender, *lane; /* outbox kind and lane */
	ms expires;          /* not after this; 0 never */
	const struct record *record; /* of the sender's own task */
	const void *body;
};
/* Whether this act was asked for before; then *ret is the same answer again. First thing of a verb. */
err speak_before(struct tx *tx, const struct verb_call *call, const char *verb, struct verb_result *ret, bool *ret_known);
/* Asks: HELD or REFUSED by restraint, or ASKED. */
err speak_ask(struct tx *tx, const struct speak_ask *ask, struct verb_result *ret);
/* Takes it back while nobody has begun. */
err speak_stop(struct tx *tx, const struct verb_call *call, const char *verb, bool *ret_stopped);
/* For a verb that says no: fills *ret. */
static inline err speak_refuse(struct verb_result *ret, const char *reason)
{
	*ret = (struct verb_result){ VERB_REFUSED, str_c(reason), NIL };
	return OK;
}

/* How often she was spoken to by this verb since then, over all her leaves; via nil: whatever it went through. What
 * certainly did not arrive is not counted. */
err speak_count(struct tx *tx, i64 root, const char *verb, str via, ms since, i64 *ret);

/* For senders: what became of the row's call. */
i64 speak_id(const struct outbox_row *row);
void speak_done(struct cx *cx, const struct outbox_row *row, struct speak_ended how, struct outcome *ret);
/* The senders' own way to say "the answer was lost" and "came due too late". */
err speak_lost(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err speak_late(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

enum speak_found { SPEAK_NONE, SPEAK_MAYBE, SPEAK_FOUND };
/* The provider's later word on one of hers, in the transaction of that leaf's slot. SPEAK_MAYBE: one is still on its way
 * and may be meant; look again later. */
err speak_report(struct tx *tx, i64 leaf, const char *verb, str remote, const char *state, str reason, enum speak_found *ret);

err speak_on_ended(struct tx *tx, const struct event *ev);
err speak_on_timer(struct cx *cx, const struct timer_row *row);

extern const struct route speak_routes[];
extern const struct module speak_module;

#endif
