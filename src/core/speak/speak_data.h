/*
 * Rows and queries of messages a program sends.
 */
#ifndef YT_CORE_SPEAK_SPEAK_DATA_H
#define YT_CORE_SPEAK_SPEAK_DATA_H

#include "core/speak/speak.h"

#define SPEAK_FIELDS(F, S)                                                                      \
	F(S, ID, customer) F(S, ID, id) F(S, STR, verb) F(S, STR, channel, .opt = true) F(S, STR, class) F(S, STR, via) F(S, STR, sender) \
	F(S, STR, made_by) F(S, ID, made_by_id) F(S, ID, token) F(S, STR, act) F(S, STR, state) F(S, STR, reason, .opt = true) \
	F(S, STR, remote, .opt = true) F(S, MS, asked) F(S, MS, ended, .opt = true)
RECORD(speak, SPEAK_FIELDS);
#define SPEAK_N_FIELDS(F, S) F(S, I64, n)
RECORD(speak_n, SPEAK_N_FIELDS);
#define SPEAK_SINCE_FIELDS(F, S) F(S, ID, customer) F(S, STR, verb) F(S, STR, via) F(S, I64, whatever) F(S, MS, since)
RECORD(speak_since, SPEAK_SINCE_FIELDS);
#define SPEAK_TALLY_FIELDS(F, S) F(S, STR, verb) F(S, I64, day) F(S, STR, state) F(S, I64, n) F(S, I64, cost)
RECORD(speak_tally, SPEAK_TALLY_FIELDS);
#define SPEAK_FROM_FIELDS(F, S) F(S, I64, day)
RECORD(speak_from, SPEAK_FROM_FIELDS);
#define SPEAK_SUM_FIELDS(F, S) F(S, STR, verb) F(S, STR, state) F(S, I64, n) F(S, I64, cost)
RECORD(speak_sum, SPEAK_SUM_FIELDS);

WRITE(speak_add, speak,
      SQL(INSERT INTO speak (slot, corp, customer, id, verb, channel, class, via, sender, made_by, made_by_id, token, act, state, reason, remote,
			     asked, ended)
	  VALUES (:slot, :corp, :customer, :id, :verb, :channel, :class, :via, :sender, :made_by, :made_by_id, :token, :act, :state, :reason,
		  :remote, :asked, :ended)))
WRITE(speak_put, speak,
      SQL(UPDATE speak SET state = :state, reason = :reason, remote = :remote, ended = :ended
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
READ_ONE(speak_get, speak, speak,
	 SQL_UNSCOPED("a program's own word to one person",
		      SELECT customer, id, verb, channel, class, via, sender, made_by, made_by_id, token, act, state, reason, remote, asked, ended
		      FROM speak WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
READ_ONE(speak_by_act, speak, speak,
	 SQL_UNSCOPED("a caller's own act",
		      SELECT customer, id, verb, channel, class, via, sender, made_by, made_by_id, token, act, state, reason, remote, asked, ended
		      FROM speak WHERE slot = :slot AND corp = :corp AND customer = :customer AND verb = :verb AND made_by = :made_by
			AND made_by_id = :made_by_id AND act = :act))
READ_MANY(speak_open, speak, speak,
	  SQL_UNSCOPED("the provider speaks of one person",
		       SELECT customer, id, verb, channel, class, via, sender, made_by, made_by_id, token, act, state, reason, remote, asked, ended
		       FROM speak WHERE slot = :slot AND corp = :corp AND customer = :customer AND verb = :verb
			AND state IN ('asked', 'accepted')))
READ_ONE(speak_said, speak_since, speak_n,
	 SQL(SELECT COUNT(*) AS n FROM speak WHERE slot = :slot AND corp = :corp AND customer = :customer AND verb = :verb
		AND (:whatever = 1 OR via = :via) AND asked >= :since AND state IN ('asked', 'accepted', 'sent', 'unknown')))
WRITE(speak_tally_add, speak_tally,
      SQL(INSERT INTO speak_tally (slot, corp, verb, day, state, n, cost) VALUES (:slot, :corp, :verb, :day, :state, :n, :cost)
	  ON CONFLICT (slot, corp, verb, day, state) DO UPDATE SET n = speak_tally.n + excluded.n, cost = speak_tally.cost + excluded.cost))
READ_MANY(speak_sums, speak_from, speak_sum,
	  SQL_GLOBAL("sums over the slots of the corp",
		     SELECT verb, state, CAST(SUM(n) AS BIGINT) AS n, CAST(SUM(cost) AS BIGINT) AS cost FROM speak_tally
		     WHERE corp = :corp AND day >= :day GROUP BY verb, state ORDER BY verb, state))

#endif
