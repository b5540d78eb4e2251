/*
 * Sessions of customers on our pages; found by their token before any corp is known.
 */
#ifndef YT_CORE_GUEST_GUEST_DATA_H
#define YT_CORE_GUEST_GUEST_DATA_H

#include "core/guest/guest.h"

#define GUEST_SESSION_FIELDS(F, S)                                                              \
	F(S, ID, owner_corp) F(S, STR, token) F(S, STR, state) F(S, STR, external_userid, .opt = true) \
	F(S, STR, openid, .opt = true) F(S, MS, created) F(S, MS, expires)
RECORD(guest_session, GUEST_SESSION_FIELDS);
#define GUEST_OLD_FIELDS(F, S) F(S, MS, before)
RECORD(guest_old, GUEST_OLD_FIELDS);
#define GUEST_FIRST_FIELDS(F, S) F(S, MS, at, .opt = true)
RECORD(guest_first, GUEST_FIRST_FIELDS);

WRITE(guest_session_add, guest_session,
      SQL(INSERT INTO guest_session (corp, token, state, external_userid, openid, created, expires)
	  VALUES (:corp, :token, :state, :external_userid, :openid, :created, :expires) ON CONFLICT DO NOTHING))
READ_ONE(guest_session_get, guest_session, guest_session,
	 SQL_GLOBAL("the token says which corp",
		    SELECT corp AS owner_corp, token, state, external_userid, openid, created, expires
		    FROM guest_session WHERE token = :token))
WRITE(guest_sessions_drop, guest_old, SQL(DELETE FROM guest_session WHERE corp = :corp AND expires < :before))
READ_ONE(guest_session_first, none, guest_first, SQL(SELECT min(expires) AS at FROM guest_session WHERE corp = :corp))

/* Keeps the timer that forgets what is too old; called where something is added. */
err guest_prune_arm(struct tx *tx);
err guest_prune(struct cx *cx, const struct timer_row *row);

#endif
