/*
 * Rows and queries of waits.
 */
#ifndef YT_FEATURE_INSPECT_INSPECT_DATA_H
#define YT_FEATURE_INSPECT_INSPECT_DATA_H

#include "feature/inspect/inspect.h"

#define INSPECT_WAIT_FIELDS(F, S)                                                                   \
	F(S, ID, id) F(S, STR, open_kfid) F(S, STR, account) F(S, STR, external_userid) F(S, MS, wrote) F(S, MS, due) \
	F(S, ID, staff, .opt = true) F(S, MS, told, .opt = true) F(S, MS, replied, .opt = true)
RECORD(inspect_wait, INSPECT_WAIT_FIELDS);
#define INSPECT_WHO_FIELDS(F, S) F(S, STR, external_userid) F(S, STR, open_kfid)
RECORD(inspect_who, INSPECT_WHO_FIELDS);
#define INSPECT_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(inspect_key, INSPECT_KEY_FIELDS);
#define INSPECT_PAGE_FIELDS(F, S) F(S, MS, at) F(S, ID, after) F(S, I64, limit)
RECORD(inspect_page, INSPECT_PAGE_FIELDS);
#define INSPECT_SPAN_FIELDS(F, S) F(S, MS, since) F(S, MS, till) F(S, MS, at)
RECORD(inspect_span, INSPECT_SPAN_FIELDS);
#define INSPECT_SUM_FIELDS(F, S) F(S, ID, staff, .opt = true) F(S, I64, n) F(S, I64, in_time) F(S, I64, late) F(S, MS, slowest, .opt = true)
RECORD(inspect_sum, INSPECT_SUM_FIELDS);
#define INSPECT_OLD_FIELDS(F, S) F(S, MS, wrote)
RECORD(inspect_old, INSPECT_OLD_FIELDS);

WRITE(inspect_add, inspect_wait,
      SQL(INSERT INTO inspect_wait (corp, id, open_kfid, account, external_userid, wrote, due, staff, told, replied)
	  VALUES (:corp, :id, :open_kfid, :account, :external_userid, :wrote, :due, :staff, :told, :replied)))
WRITE(inspect_put, inspect_wait,
      SQL(UPDATE inspect_wait SET staff = :staff, told = :told, replied = :replied WHERE corp = :corp AND id = :id))
READ_ONE(inspect_get, inspect_key, inspect_wait,
	 SQL(SELECT id, open_kfid, account, external_userid, wrote, due, staff, told, replied FROM inspect_wait WHERE corp = :corp AND id = :id))
/* Her last with that account, open or not. */
READ_ONE(inspect_last, inspect_who, inspect_wait,
	 SQL(SELECT id, open_kfid, account, external_userid, wrote, due, staff, told, replied FROM inspect_wait
	     WHERE corp = :corp AND external_userid = :external_userid AND open_kfid = :open_kfid ORDER BY id DESC LIMIT 1))
READ_MANY(inspect_late, inspect_page, inspect_wait,
	  SQL(SELECT id, open_kfid, account, external_userid, wrote, due, staff, told, replied FROM inspect_wait
	      WHERE corp = :corp AND replied IS NULL AND due < :at AND id > :after
		    AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
	      ORDER BY id LIMIT :limit))
READ_MANY(inspect_week, inspect_span, inspect_sum,
	  SQL(SELECT staff, count(*) AS n, count(CASE WHEN replied <= due THEN 1 END) AS in_time,
		     count(CASE WHEN replied > due OR (replied IS NULL AND due < :at) THEN 1 END) AS late, max(replied - wrote) AS slowest
	      FROM inspect_wait
	      WHERE corp = :corp AND wrote >= :since AND wrote < :till
		    AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
	      GROUP BY staff ORDER BY COALESCE(staff, 0)))
WRITE(inspect_drop, inspect_old, SQL(DELETE FROM inspect_wait WHERE corp = :corp AND wrote < :wrote))

#endif
