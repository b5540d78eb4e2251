/*
 * Rows and queries of welfare schemes, their pools, and who was asked.
 */
#ifndef YT_FEATURE_LUCKY_LUCKY_DATA_H
#define YT_FEATURE_LUCKY_LUCKY_DATA_H

#include "feature/lucky/lucky.h"

#define LUCKY_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, door) F(S, STR, group_door) F(S, I64, friends_max) F(S, BOOL, removed) \
	F(S, MS, created) F(S, I64, version)
RECORD(lucky, LUCKY_FIELDS);
#define LUCKY_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(lucky_key, LUCKY_KEY_FIELDS);
#define LUCKY_POOL_FIELDS(F, S) F(S, ID, lucky) F(S, ID, staff) F(S, I64, weight)
RECORD(lucky_account, LUCKY_POOL_FIELDS);
#define LUCKY_ASK_FIELDS(F, S)                                                   \
	F(S, ID, customer) F(S, ID, lucky) F(S, ID, staff) F(S, ID, outlet, .opt = true) F(S, MS, asked) F(S, MS, joined, .opt = true)
RECORD(lucky_ask, LUCKY_ASK_FIELDS);
#define LUCKY_MISSING_FIELDS(F, S) F(S, ID, lucky) F(S, MS, before) F(S, ID, below) F(S, I64, limit)
RECORD(lucky_missing, LUCKY_MISSING_FIELDS);
#define LUCKY_TALLY_FIELDS(F, S) F(S, I64, asked) F(S, I64, joined)
RECORD(lucky_tally, LUCKY_TALLY_FIELDS);

WRITE(lucky_insert, lucky,
      SQL(INSERT INTO lucky (corp, id, name, door, group_door, friends_max, removed, created, version)
	  VALUES (:corp, :id, :name, :door, :group_door, :friends_max, :removed, :created, :version)))
/* version is the one that was read; the row goes one up. */
WRITE(lucky_update, lucky,
      SQL(UPDATE lucky SET name = :name, friends_max = :friends_max, removed = :removed, version = version + 1
	  WHERE corp = :corp AND id = :id AND version = :version))
READ_ONE(lucky_row, lucky_key, lucky,
	 SQL(SELECT id, name, door, group_door, friends_max, removed, created, version FROM lucky WHERE corp = :corp AND id = :id))
READ_MANY(lucky_rows, none, lucky,
	  SQL(SELECT id, name, door, group_door, friends_max, removed, created, version FROM lucky
	      WHERE corp = :corp AND removed = 0 ORDER BY id))
WRITE(lucky_accounts_clear, lucky_key, SQL(DELETE FROM lucky_account WHERE corp = :corp AND lucky = :id))
WRITE(lucky_account_add, lucky_account,
      SQL(INSERT INTO lucky_account (corp, lucky, staff, weight) VALUES (:corp, :lucky, :staff, :weight)))
READ_MANY(lucky_accounts, lucky_key, lucky_account,
	  SQL(SELECT lucky, staff, weight FROM lucky_account WHERE corp = :corp AND lucky = :id ORDER BY staff))

WRITE(lucky_ask_add, lucky_ask,
      SQL(INSERT INTO lucky_ask (slot, corp, customer, lucky, staff, outlet, asked, joined)
	  VALUES (:slot, :corp, :customer, :lucky, :staff, :outlet, :asked, :joined) ON CONFLICT DO NOTHING))
WRITE(lucky_ask_place, lucky_ask,
      SQL(UPDATE lucky_ask SET outlet = :outlet WHERE slot = :slot AND corp = :corp AND customer = :customer AND lucky = :lucky))
WRITE(lucky_ask_join, lucky_ask,
      SQL(UPDATE lucky_ask SET joined = :joined
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND lucky = :lucky AND joined IS NULL))
READ_MANY(lucky_asks_of, lucky_ask, lucky_ask,
	  SQL_UNSCOPED("the program's own bookkeeping of one person",
	      SELECT customer, lucky, staff, outlet, asked, joined FROM lucky_ask
	      WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY lucky))
/* Who is in no group since she was asked, newest first; a viewer sees those her own staff asked. */
READ_MANY(lucky_missing_page, lucky_missing, lucky_ask,
	  SQL_GLOBAL("a list over the slots of the corp, shown by the staff who asked",
	      SELECT customer, lucky, staff, outlet, asked, joined FROM lucky_ask
	      WHERE corp = :corp AND lucky = :lucky AND joined IS NULL AND (asked, customer) < (:before, :below)
		AND (CAST(:scope AS BIGINT) = 0 OR staff IN (SELECT c.staff FROM scope_staff c WHERE c.corp = :corp AND c.scope = :scope))
	      ORDER BY asked DESC, customer DESC LIMIT :limit))
READ_ONE(lucky_tally_of, lucky_missing, lucky_tally,
	 SQL_GLOBAL("sums over the slots of the corp, by the staff who asked",
	      SELECT count(*) AS asked, count(joined) AS joined FROM lucky_ask
	      WHERE corp = :corp AND lucky = :lucky
		AND (CAST(:scope AS BIGINT) = 0 OR staff IN (SELECT c.staff FROM scope_staff c WHERE c.corp = :corp AND c.scope = :scope))))

#endif
