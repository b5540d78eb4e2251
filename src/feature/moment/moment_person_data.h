/*
 * moment's people, each in the slot of her number when the plan was made.
 */
#ifndef YT_FEATURE_MOMENT_MOMENT_PERSON_DATA_H
#define YT_FEATURE_MOMENT_MOMENT_PERSON_DATA_H

#include "feature/moment/moment_data.h"

#define MOMENT_PERSON_FIELDS(F, S)                                                \
	F(S, ID, plan) F(S, ID, customer) F(S, I64, version) F(S, ID, staff, .opt = true) F(S, STR, external_userid, .opt = true) \
	F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, seen_at, .opt = true) F(S, MS, liked_at, .opt = true) \
	F(S, MS, commented_at, .opt = true)
RECORD(moment_person, MOMENT_PERSON_FIELDS);
/* staff 0: everybody's. state: "on" planned or tagged. */
#define MOMENT_PEOPLE_FIELDS(F, S) F(S, ID, plan) F(S, I64, version) F(S, ID, staff) F(S, STR, state) F(S, ID, after) F(S, I64, limit)
RECORD(moment_people, MOMENT_PEOPLE_FIELDS);
#define MOMENT_BEYOND_FIELDS(F, S) F(S, ID, plan) F(S, ID, after)
RECORD(moment_beyond, MOMENT_BEYOND_FIELDS);
#define MOMENT_TALLY_FIELDS(F, S) \
	F(S, I64, version) F(S, ID, staff, .opt = true) F(S, STR, state) F(S, STR, reason, .opt = true) F(S, I64, n) F(S, I64, liked) F(S, I64, commented)
RECORD(moment_tally, MOMENT_TALLY_FIELDS);
/* version 0 and state "": any; figure liked, commented. */
#define MOMENT_PAGE_FIELDS(F, S) F(S, ID, plan) F(S, I64, version) F(S, STR, figure) F(S, ID, after) F(S, I64, limit)
RECORD(moment_page, MOMENT_PAGE_FIELDS);
#define MOMENT_MARK_FIELDS(F, S) F(S, ID, plan) F(S, ID, customer) F(S, MS, at)
RECORD(moment_mark, MOMENT_MARK_FIELDS);

WRITE(moment_person_add, moment_person,
	SQL(INSERT INTO moment_person (slot, corp, plan, customer, version, staff, external_userid, state, reason, seen_at, liked_at,
			commented_at)
		VALUES (:slot, :corp, :plan, :customer, :version, :staff, :external_userid, :state, :reason, :seen_at, :liked_at,
			:commented_at)
		ON CONFLICT DO NOTHING))
WRITE(moment_person_tag, moment_mark,
	SQL(UPDATE moment_person SET state = 'tagged'
		WHERE slot = :slot AND corp = :corp AND plan = :plan AND customer = :customer AND state = 'planned' AND :at > 0))
/* Only who is still on the way; nothing ends twice. */
WRITE(moment_person_end, moment_person,
	SQL(UPDATE moment_person SET state = :state, reason = :reason, seen_at = :seen_at
		WHERE slot = :slot AND corp = :corp AND plan = :plan AND customer = :customer AND state IN ('planned', 'tagged')))
WRITE(moment_person_like, moment_mark,
	SQL(UPDATE moment_person SET liked_at = :at
		WHERE slot = :slot AND corp = :corp AND plan = :plan AND customer = :customer AND liked_at IS NULL))
WRITE(moment_person_comment, moment_mark,
	SQL(UPDATE moment_person SET commented_at = :at
		WHERE slot = :slot AND corp = :corp AND plan = :plan AND customer = :customer AND COALESCE(commented_at, 0) < :at))
READ_MANY(moment_people_of, moment_people, moment_person,
	SQL_UNSCOPED("the people of a version, read by its senders",
		SELECT plan, customer, version, staff, external_userid, state, reason, seen_at, liked_at, commented_at
		FROM moment_person
		WHERE slot = :slot AND corp = :corp AND plan = :plan AND version = :version AND customer > :after
			AND (:staff = 0 OR staff = :staff)
			AND (:state = '' OR state = :state OR (:state = 'on' AND state IN ('planned', 'tagged')))
		ORDER BY customer LIMIT :limit))
READ_ONE(moment_person_get, moment_beyond, moment_person,
	SQL_UNSCOPED("one person, looked at by a sender; after: her number",
		SELECT plan, customer, version, staff, external_userid, state, reason, seen_at, liked_at, commented_at
		FROM moment_person WHERE slot = :slot AND corp = :corp AND plan = :plan AND customer = :after))
READ_MANY(moment_people_beyond, moment_beyond, moment_person,
	SQL_UNSCOPED("what a broken-off step of planning has written already",
		SELECT plan, customer, version, staff, external_userid, state, reason, seen_at, liked_at, commented_at
		FROM moment_person WHERE slot = :slot AND corp = :corp AND plan = :plan AND customer > :after ORDER BY customer))
READ_MANY(moment_tallies, moment_key, moment_tally,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT version, staff, state, reason, COUNT(*) AS n, COUNT(liked_at) AS liked, COUNT(commented_at) AS commented
		FROM moment_person WHERE corp = :corp AND plan = :id GROUP BY version, staff, state, reason))
/* The people behind a figure, one slot at a time. */
READ_MANY(moment_people_page, moment_page, moment_person,
	SQL(SELECT plan, customer, version, staff, external_userid, state, reason, seen_at, liked_at, commented_at
		FROM moment_person
		WHERE slot = :slot AND corp = :corp AND plan = :plan AND customer > :after AND (:version < 0 OR version = :version)
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
			AND ((:figure = 'planned' AND state <> 'excluded') OR (:figure = 'liked' AND liked_at IS NOT NULL)
				OR (:figure = 'commented' AND commented_at IS NOT NULL) OR state = :figure
				OR (:figure = 'unreached' AND state IN ('not_visible', 'not_posted', 'failed', 'cancelled')))
		ORDER BY customer LIMIT :limit))

#endif
