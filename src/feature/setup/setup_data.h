/*
 * setup's rows: results of the check-up, and the tally of what the journal tells.
 */
#ifndef YT_FEATURE_SETUP_SETUP_DATA_H
#define YT_FEATURE_SETUP_SETUP_DATA_H

#include "feature/setup/setup.h"

#define SETUP_ROW_FIELDS(F, S) \
	F(S, STR, name) F(S, STR, state) F(S, I64, text) F(S, STR, value) F(S, I64, code) F(S, MS, checked)
RECORD(setup_row, SETUP_ROW_FIELDS);
#define SETUP_TALLY_FIELDS(F, S)                                                    \
	F(S, ID, staff) F(S, I64, profiles, .doc = "of WeChat contacts, read") F(S, I64, unionids) \
	F(S, I64, greeted) F(S, I64, ungiven, .doc = "no code came, or another answered first") \
	F(S, I64, livecodes) F(S, I64, bindings)
RECORD(setup_tally, SETUP_TALLY_FIELDS);

/* A line of the check-up as shown. */
#define READINESS_FIELDS(F, S)                                                      \
	F(S, STR, key) F(S, STR, state, .one_of = "ok,warn,fail,unknown") F(S, STR, label) F(S, STR, text) \
	F(S, STR, cure) F(S, STR, owner) F(S, MS, checked_ms, .opt = true)
RECORD(readiness, READINESS_FIELDS);

WRITE(setup_row_put, setup_row,
	SQL(INSERT INTO setup_check (corp, name, state, text, value, code, checked)
		VALUES (:corp, :name, :state, :text, :value, :code, :checked)
		ON CONFLICT (corp, name) DO UPDATE SET state = excluded.state, text = excluded.text,
			value = excluded.value, code = excluded.code, checked = excluded.checked))
READ_MANY(setup_rows, none, setup_row,
	SQL(SELECT name, state, text, value, code, checked FROM setup_check WHERE corp = :corp ORDER BY name))
WRITE(setup_tally_add, setup_tally,
	SQL(INSERT INTO setup_tally (slot, corp, staff, profiles, unionids, greeted, ungiven, livecodes, bindings)
		VALUES (:slot, :corp, :staff, :profiles, :unionids, :greeted, :ungiven, :livecodes, :bindings)
		ON CONFLICT (slot, corp, staff) DO UPDATE SET profiles = setup_tally.profiles + excluded.profiles,
			unionids = setup_tally.unionids + excluded.unionids,
			greeted = setup_tally.greeted + excluded.greeted, ungiven = setup_tally.ungiven + excluded.ungiven,
			livecodes = setup_tally.livecodes + excluded.livecodes,
			bindings = setup_tally.bindings + excluded.bindings))
READ_MANY(setup_tallies, none, setup_tally,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT staff, CAST(SUM(profiles) AS BIGINT) AS profiles, CAST(SUM(unionids) AS BIGINT) AS unionids,
			CAST(SUM(greeted) AS BIGINT) AS greeted, CAST(SUM(ungiven) AS BIGINT) AS ungiven,
			CAST(SUM(livecodes) AS BIGINT) AS livecodes, CAST(SUM(bindings) AS BIGINT) AS bindings
		FROM setup_tally WHERE corp = :corp GROUP BY staff ORDER BY staff))

#endif
