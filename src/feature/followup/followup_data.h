/*
 * followup's rows: columns (small, by corp), places of roots, and who set what (derived).
 */
#ifndef YT_FEATURE_FOLLOWUP_FOLLOWUP_DATA_H
#define YT_FEATURE_FOLLOWUP_FOLLOWUP_DATA_H

#include "feature/followup/followup.h"

#define FOLLOWUP_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(followup_key, FOLLOWUP_KEY_FIELDS);
READ_MANY(followup_column_list, none, followup_column,
	SQL(SELECT id, name, was, color, cap, sort, leaving, version FROM followup_column
		WHERE corp = :corp ORDER BY sort, id))
WRITE(followup_column_insert, followup_column,
	SQL(INSERT INTO followup_column (corp, id, name, was, color, cap, sort, leaving, version)
		VALUES (:corp, :id, :name, :was, :color, :cap, :sort, :leaving, :version) ON CONFLICT DO NOTHING))
WRITE(followup_column_update, followup_column,
	SQL(UPDATE followup_column SET name = :name, was = :was, color = :color, cap = :cap, sort = :sort,
			leaving = :leaving, version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))
WRITE(followup_column_renamed, followup_column,
	SQL(UPDATE followup_column SET was = NULL WHERE corp = :corp AND id = :id AND name = :name))
WRITE(followup_column_drop, followup_key, SQL(DELETE FROM followup_column WHERE corp = :corp AND id = :id))

#define FOLLOWUP_WHO_FIELDS(F, S) F(S, ID, customer)
RECORD(followup_who, FOLLOWUP_WHO_FIELDS);
#define FOLLOWUP_NOW_FIELDS(F, S) F(S, ID, customer) F(S, ID, col) F(S, STR, name) F(S, MS, since)
RECORD(followup_now, FOLLOWUP_NOW_FIELDS);
#define FOLLOWUP_FIND_FIELDS(F, S) F(S, ID, col) F(S, MS, before) F(S, ID, below) F(S, I64, limit)
RECORD(followup_find, FOLLOWUP_FIND_FIELDS);
READ_ONE(followup_now_get, followup_who, followup_now,
	SQL_UNSCOPED("callers check the viewer's scope on the person first",
		SELECT customer, col, name, since FROM followup_now
		WHERE slot = :slot AND corp = :corp AND customer = :customer))
WRITE(followup_now_put, followup_now,
	SQL(INSERT INTO followup_now (slot, corp, customer, col, name, since)
		VALUES (:slot, :corp, :customer, :col, :name, :since)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET col = excluded.col, name = excluded.name,
			since = excluded.since))
WRITE(followup_now_drop, followup_who,
	SQL(DELETE FROM followup_now WHERE slot = :slot AND corp = :corp AND customer = :customer))
/* Roots alone have a row of facts. */
READ_MANY(followup_now_page, followup_find, followup_now,
	SQL_GLOBAL("over the slots of the corp, for a viewer who sees everybody",
		SELECT n.customer AS customer, n.col AS col, n.name AS name, n.since AS since
		FROM followup_now n JOIN customer_fact f ON f.slot = n.slot AND f.corp = n.corp AND f.customer = n.customer
		WHERE n.corp = :corp AND n.col = :col AND f.erased = 0 AND (n.since, n.customer) < (:before, :below)
		ORDER BY n.since DESC, n.customer DESC LIMIT :limit))

#define FOLLOWUP_SET_FIELDS(F, S) F(S, ID, customer) F(S, STR, followup) F(S, MS, at) F(S, ID, by_user) F(S, ID, event)
RECORD(followup_set, FOLLOWUP_SET_FIELDS);
WRITE(followup_set_put, followup_set,
	SQL(INSERT INTO followup_set (slot, corp, customer, followup, at, by_user, event)
		VALUES (:slot, :corp, :customer, :followup, :at, :by_user, :event)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET followup = excluded.followup, at = excluded.at,
			by_user = excluded.by_user, event = excluded.event))
READ_ONE(followup_set_get, followup_who, followup_set,
	SQL(SELECT customer, followup, at, by_user, event FROM followup_set
		WHERE slot = :slot AND corp = :corp AND customer = :customer))

#endif
