/*
 * bind: the member page (/h5/bind), on which a buyer and a friend turn out to be one person.
 *
 * She comes from a link in a chat as a guest (core/guest), proves a mainland phone by a code, and agrees to
 * the privacy notice; then identity_resolve makes her one person with whoever is known by that phone. What
 * must stay true:
 * - a code works only in the session that asked for it; wrong guesses are counted durably
 * - only hashes of phones and codes are stored; the event carries the masked phone and what was agreed
 * - the code goes out through the outbox, at most once and never after it has expired
 *
 * On the same page she may give the number of an order, with what proves it (bind_claim.c).
 *
 * out: phone.bound; inbox: order.claim
 */
#ifndef YT_FEATURE_BIND_BIND_H
#define YT_FEATURE_BIND_BIND_H

#include "core/corp/corp.h"
#include "core/cx.h"
#include "core/guest/guest.h"
#include "core/module.h"

#define BIND_CODE_DIGITS 6
#define BIND_CODE_MS (5 * MS_MINUTE)
#define BIND_CODE_TRIES 5
#define BIND_CODE_EVERY_MS (60 * MS_SECOND) /* one code per phone */
#define BIND_PHONE_DAY 5                    /* codes per phone in BIND_DAY_MS */
#define BIND_SESSION_DAY 20                 /* codes per session, and per address */
#define BIND_DAY_MS MS_DAY
#define BIND_CLAIMS_DAY 10                  /* order numbers of one person in BIND_DAY_MS */
#define BIND_SENDER "sms.send"
#define BIND_PRUNE "bind.prune"

#define BIND_SESSION_VIEW_FIELDS(F, S)                                                          \
	F(S, STR, name) F(S, STR, corp_name) F(S, BOOL, bound) F(S, STR, phone_masked)             \
	F(S, STR, privacy_version) F(S, STR, privacy_text)
RECORD(bind_session_view, BIND_SESSION_VIEW_FIELDS);
err bind_view(struct cx *cx, const struct guest *v, struct bind_session_view *ret);
/* The notice in force: the corp's own, else ours. The version names exactly this text. */
err bind_notice(struct cx *cx, const struct corp *corp, str *ret_version, str *ret_text);

/* phone as +86…; ERR_INPUT when it is no mainland mobile. */
err bind_phone(struct cx *cx, str given, str *ret);
/* Makes a code and hands it to the outbox; ERR_TOO_MANY says how long to wait. *ret_code: the code itself. */
err bind_code_ask(struct cx *cx, const struct guest *v, str phone, str *ret_code);
/* Checks a guess; *ret_id names the code, to be closed when everything is done. */
err bind_code_check(struct cx *cx, const struct guest *v, str phone, str code, i64 *ret_id);
err bind_code_close(struct cx *cx, i64 id);
err bind_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err bind_prune(struct cx *cx, const struct timer_row *row);

/* One person from here on. ERR_STATE: the phone is another person's and the two cannot be made one. */
err bind_person(struct cx *cx, const struct guest *v, str phone, i64 code_id, bool *ret_merged);

#define BIND_CLAIM_IN_FIELDS(F, S)                                                              \
	F(S, STR, order_no, .min = 1, .max = 100) F(S, STR, amount, .opt = true, .max = 20, .doc = "paid, in yuan") \
	F(S, STR, tail, .opt = true, .min = 4, .max = 4, .doc = "last four digits of the phone it was ordered with")
RECORD(bind_claim_in, BIND_CLAIM_IN_FIELDS);
#define BIND_CLAIM_VIEW_FIELDS(F, S)                                                            \
	F(S, STR, state, .one_of = "waiting,done,refused") F(S, STR, order_no, .opt = true) F(S, FEN, paid, .opt = true) \
	F(S, STR, currency, .opt = true) F(S, STR, text, .opt = true)
RECORD(bind_claim_view, BIND_CLAIM_VIEW_FIELDS);
/* ERR_TOO_MANY beyond BIND_CLAIMS_DAY. What came of it is seen with the id. */
err bind_claim_ask(struct cx *cx, const struct guest *v, const struct bind_claim_in *in, i64 *ret_id);
err bind_claim_look(struct cx *cx, const struct guest *v, i64 id, struct bind_claim_view *ret);
struct event;
err bind_on_claim(struct tx *tx, const struct event *ev);

#define PHONE_BOUND_FIELDS(F, S)                                                                \
	F(S, STR, masked, .pii = true) F(S, STR, privacy_version) F(S, MS, consented) F(S, BOOL, merged)
RECORD(phone_bound, PHONE_BOUND_FIELDS);

extern const struct route bind_routes[];
extern const struct module bind_module;

#endif
