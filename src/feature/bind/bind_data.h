/*
 * Rows and queries of the member page.
 */
#ifndef YT_FEATURE_BIND_BIND_DATA_H
#define YT_FEATURE_BIND_BIND_DATA_H

#include "feature/bind/bind.h"

#define BIND_CODE_FIELDS(F, S)                                                                  \
	F(S, ID, id) F(S, STR, phone) F(S, STR, session) F(S, STR, peer) F(S, STR, code) F(S, I64, tries) \
	F(S, MS, used, .opt = true) F(S, MS, created) F(S, MS, expires)
RECORD(bind_code, BIND_CODE_FIELDS);
#define BIND_RECENT_FIELDS(F, S) F(S, I64, n) F(S, MS, first, .opt = true) F(S, MS, last, .opt = true)
RECORD(bind_recent, BIND_RECENT_FIELDS);
#define BIND_SINCE_FIELDS(F, S) F(S, STR, of) F(S, MS, since)
RECORD(bind_since, BIND_SINCE_FIELDS);
#define BIND_OLD_FIELDS(F, S) F(S, MS, before)
RECORD(bind_old, BIND_OLD_FIELDS);
#define BIND_FIRST_FIELDS(F, S) F(S, MS, at, .opt = true)
RECORD(bind_first, BIND_FIRST_FIELDS);
#define BIND_CONSENT_FIELDS(F, S) F(S, ID, customer) F(S, ID, code_id) F(S, STR, version) F(S, MS, consented)
RECORD(bind_consent, BIND_CONSENT_FIELDS);

WRITE(bind_code_add, bind_code,
      SQL(INSERT INTO bind_code (corp, id, phone, session, peer, code, tries, used, created, expires)
	  VALUES (:corp, :id, :phone, :session, :peer, :code, :tries, :used, :created, :expires)))
READ_ONE(bind_code_latest, bind_code, bind_code,
	 SQL(SELECT id, phone, session, peer, code, tries, used, created, expires FROM bind_code
	     WHERE corp = :corp AND phone = :phone AND session = :session ORDER BY created DESC, id DESC LIMIT 1))
WRITE(bind_code_wrong, bind_code, SQL(UPDATE bind_code SET tries = tries + 1 WHERE corp = :corp AND id = :id))
WRITE(bind_code_use, bind_code, SQL(UPDATE bind_code SET used = :now WHERE corp = :corp AND id = :id AND used IS NULL))
READ_ONE(bind_recent_phone, bind_since, bind_recent,
	 SQL(SELECT count(*) AS n, min(created) AS first, max(created) AS last FROM bind_code
	     WHERE corp = :corp AND phone = :of AND created > :since))
READ_ONE(bind_recent_session, bind_since, bind_recent,
	 SQL(SELECT count(*) AS n, min(created) AS first, max(created) AS last FROM bind_code
	     WHERE corp = :corp AND session = :of AND created > :since))
READ_ONE(bind_recent_peer, bind_since, bind_recent,
	 SQL(SELECT count(*) AS n, min(created) AS first, max(created) AS last FROM bind_code
	     WHERE corp = :corp AND peer = :of AND created > :since))
WRITE(bind_codes_drop, bind_old, SQL(DELETE FROM bind_code WHERE corp = :corp AND created < :before))
READ_ONE(bind_code_first, none, bind_first, SQL(SELECT min(created) AS at FROM bind_code WHERE corp = :corp))

WRITE(bind_consent_add, bind_consent,
      SQL(INSERT INTO bind_consent (slot, corp, customer, code_id, version, consented)
	  VALUES (:slot, :corp, :customer, :code_id, :version, :consented) ON CONFLICT DO NOTHING))

#define BIND_CLAIM_FIELDS(F, S)                                                                 \
	F(S, ID, customer) F(S, ID, id) F(S, STR, state) F(S, STR, order_no, .opt = true) F(S, FEN, paid, .opt = true) \
	F(S, STR, currency, .opt = true) F(S, MS, created)
RECORD(bind_claim, BIND_CLAIM_FIELDS);
#define BIND_CLAIM_KEY_FIELDS(F, S) F(S, ID, customer) F(S, ID, id)
RECORD(bind_claim_key, BIND_CLAIM_KEY_FIELDS);
#define BIND_CLAIM_SINCE_FIELDS(F, S) F(S, ID, customer) F(S, MS, since)
RECORD(bind_claim_since, BIND_CLAIM_SINCE_FIELDS);

WRITE(bind_claim_add, bind_claim,
      SQL(INSERT INTO bind_claim (slot, corp, customer, id, state, order_no, paid, currency, created)
	  VALUES (:slot, :corp, :customer, :id, :state, :order_no, :paid, :currency, :created)))
WRITE(bind_claim_end, bind_claim,
      SQL(UPDATE bind_claim SET state = :state, order_no = :order_no, paid = :paid, currency = :currency
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
READ_ONE(bind_claim_get, bind_claim_key, bind_claim,
	 SQL(SELECT customer, id, state, order_no, paid, currency, created FROM bind_claim
	     WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
READ_ONE(bind_claims_recent, bind_claim_since, bind_recent,
	 SQL(SELECT count(*) AS n, min(created) AS first, max(created) AS last FROM bind_claim
	     WHERE slot = :slot AND corp = :corp AND customer = :customer AND created > :since))

/* What goes to the outbox: sealed as a whole, because a code is as good as the phone. */
#define BIND_SMS_FIELDS(F, S) F(S, STR, phone, .pii = true) F(S, STR, code, .pii = true)
RECORD(bind_sms, BIND_SMS_FIELDS);

/* Keeps the timer that forgets what is too old; called where something is added. */
err bind_prune_arm(struct tx *tx);

#endif
