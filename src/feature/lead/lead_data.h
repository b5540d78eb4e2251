/*
 * Rows and queries of the lead pool.
 */
#ifndef YT_FEATURE_LEAD_LEAD_DATA_H
#define YT_FEATURE_LEAD_LEAD_DATA_H

#include "feature/lead/lead.h"

#define LEAD_FIELDS(F, S)                                                                       \
	F(S, ID, customer) F(S, STR, state) F(S, ID, staff, .opt = true) F(S, MS, claimed, .opt = true) F(S, MS, until, .opt = true) \
	F(S, ID, last_staff, .opt = true) F(S, MS, cool, .opt = true) F(S, MS, created)
RECORD(lead, LEAD_FIELDS);
#define LEAD_KEY_FIELDS(F, S) F(S, ID, customer)
RECORD(lead_key, LEAD_KEY_FIELDS);
#define LEAD_PAGE_FIELDS(F, S) F(S, STR, state) F(S, ID, after) F(S, I64, limit)
RECORD(lead_page, LEAD_PAGE_FIELDS);
#define LEAD_MINE_FIELDS(F, S) F(S, ID, staff) F(S, ID, after) F(S, I64, limit)
RECORD(lead_mine, LEAD_MINE_FIELDS);
#define LEAD_N_FIELDS(F, S) F(S, I64, n)
RECORD(lead_n, LEAD_N_FIELDS);
#define LEAD_LOG_FIELDS(F, S) F(S, ID, customer) F(S, ID, id) F(S, MS, at) F(S, STR, what) F(S, ID, staff, .opt = true) F(S, STR, why, .opt = true)
RECORD(lead_log, LEAD_LOG_FIELDS);

/* Free again who was won and lost; who is free or held already stays as she is. */
WRITE(lead_add, lead,
      SQL(INSERT INTO lead (corp, customer, state, staff, claimed, until, last_staff, cool, created)
	  VALUES (:corp, :customer, :state, :staff, :claimed, :until, :last_staff, :cool, :created)
	  ON CONFLICT (corp, customer) DO UPDATE SET state = 'free', staff = NULL, claimed = NULL, until = NULL
	  WHERE lead.state = 'won'))
WRITE(lead_put, lead,
      SQL(UPDATE lead SET state = :state, staff = :staff, claimed = :claimed, until = :until, last_staff = :last_staff, cool = :cool
	  WHERE corp = :corp AND customer = :customer))
READ_ONE(lead_get, lead_key, lead,
	 SQL(SELECT customer, state, staff, claimed, until, last_staff, cool, created FROM lead WHERE corp = :corp AND customer = :customer))
READ_ONE(lead_held, lead_mine, lead_n, SQL(SELECT count(*) AS n FROM lead WHERE corp = :corp AND staff = :staff AND state = 'claimed'))
READ_MANY(lead_list, lead_page, lead,
	  SQL(SELECT customer, state, staff, claimed, until, last_staff, cool, created FROM lead
	      WHERE corp = :corp AND state = :state AND customer > :after
		    AND (:scope = 0 OR state = 'free' OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
	      ORDER BY customer LIMIT :limit))
READ_MANY(lead_of, lead_mine, lead,
	  SQL(SELECT customer, state, staff, claimed, until, last_staff, cool, created FROM lead
	      WHERE corp = :corp AND staff = :staff AND state = 'claimed' AND customer > :after ORDER BY customer LIMIT :limit))
WRITE(lead_log_add, lead_log,
      SQL(INSERT INTO lead_log (corp, customer, id, at, what, staff, why) VALUES (:corp, :customer, :id, :at, :what, :staff, :why)))
READ_MANY(lead_logs, lead_key, lead_log,
	  SQL(SELECT customer, id, at, what, staff, why FROM lead_log WHERE corp = :corp AND customer = :customer ORDER BY id DESC))

#endif
