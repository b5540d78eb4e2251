/*
 * SMS drainage 短信引流: a text message to people whose phone is known and who are no friends, with a short link of her own.
 *
 * A campaign names an audience, words with {link}, and where the link leads. A job estimates it first: who can be sent to,
 * and for everybody else why not (friend already, no phone, refused, capped, had enough this month). Above a size somebody
 * other than the maker approves. Then each person gets a door (core/door) and an outbox row that falls due within allowed
 * hours. The sender looks again at the last moment (cancelled, friend) and takes a place in the ledger (core/reach): refusal,
 * caps, quiet hours. A lost reply is unknown, counts as a message, and is never sent again. A campaign may leave some out to
 * see what it is worth. With an experiment each of its variants has words of its own; whose is whose is settled, and met,
 * when her message is queued, and whom the experiment holds out is met then too.
 *
 * What came of it: the door counts her click; that she became a friend or bought is seen whenever her facts are folded anew.
 * Replies that say no arrive at an address of their own and are refusals of the channel.
 *
 * sms.send is the same provider as a verb: one message to one person, signed, with the opt-out words when it is marketing,
 * its cost counted. No provider takes a number of ours: a lost answer is "unknown" and is never sent again.
 *
 * out: reach.sent, reach.failed, reach.refused, sms.clicked, speak.ended
 */
#ifndef YT_FEATURE_SMSDRAIN_SMSDRAIN_H
#define YT_FEATURE_SMSDRAIN_SMSDRAIN_H

#include "core/door/door.h"
#include "core/job/job.h"
#include "core/module.h"
#include "core/speak/speak.h"
#include "port/send/sms.h"

#define SMSDRAIN_NAME_MAX 40
#define SMSDRAIN_WORDS_MAX 400       /* characters, without signature and opt-out words */
#define SMSDRAIN_TARGET_MAX 500
#define SMSDRAIN_LINK "{link}"
#define SMSDRAIN_APPROVE_OVER 1000   /* people, unless set otherwise */
#define SMSDRAIN_BOUGHT_MS (30 * MS_DAY) /* an order counts for the message that long */
#define SMSDRAIN_SENDER "smsdrain.send"
#define SMSDRAIN_JOB_PLAN "smsdrain.plan"
#define SMSDRAIN_JOB_SEND "smsdrain.queue"
#define SMSDRAIN_DOOR "smsdrain"
#define SMS_VERB "sms.send"
#define SMS_SAY "sms.say"
#define SMS_LIFE_MS MS_DAY /* later than that a message is not sent any more */

#define SMS_CLICKED_FIELDS(F, S) F(S, ID, drain) F(S, STR, name)
RECORD(sms_clicked, SMS_CLICKED_FIELDS);
#define SMSDRAIN_TASK_FIELDS(F, S) F(S, ID, drain) F(S, ID, customer)
RECORD(smsdrain_task, SMSDRAIN_TASK_FIELDS);

/* Signature, words with this link, opt-out words. ERR_CONFIG when no provider is set; ERR_INPUT too long. */
err smsdrain_text(struct unit *u, str words, str link, str *ret);
struct reach_answer;
const char *smsdrain_reason(struct unit *u, const struct reach_answer *a); /* as her row and the counters say it */
/* Of one's own words: signature, words, opt-out words when it is marketing. */
err smsdrain_say(struct unit *u, str words, bool marketing, str *ret);
err smsdrain_phone(struct unit *u, i64 root, str *ret); /* mainland digits; nil: none verified */
err smsdrain_account(struct unit *u, struct sms_account *ret);
err smsdrain_verb_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err smsdrain_plan_step(struct cx *cx, struct job *job, bool *ret_done);
err smsdrain_queue_step(struct cx *cx, struct job *job, bool *ret_done);
err smsdrain_dropped(struct tx *tx, const struct job *job);
err smsdrain_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err smsdrain_expired(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
/* After a crash in the middle of sending: told as unknown, never sent again. */
err smsdrain_lost(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err smsdrain_on_reach(struct tx *tx, const struct event *ev);
struct attr_person;
struct customer_fact;
err smsdrain_settle(struct tx *tx, struct attr_person *p, struct customer_fact *sum);
err smsdrain_enter(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret);

/* -- as a channel of plans over several -- */
struct mass_had;
struct mass_pick;
err smsdrain_look(const struct snap *s, ms at, const i64 *roots, const struct mass_had *had, size_t n, struct mass_pick *ret);
err smsdrain_queue(struct tx *tx, i64 id); /* its estimate is done: on to sending */
err smsdrain_cancel(struct tx *tx, i64 id);
extern const struct mass_channel smsdrain_channel;
extern const struct approver smsdrain_approver;

extern const struct route smsdrain_routes[];
extern const struct verb smsdrain_verbs[];

#endif
