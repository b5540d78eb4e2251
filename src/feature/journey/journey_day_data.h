/*
 * Rows of days on which date triggers let people in, and of what dry runs found. In the slot of the root.
 */
#ifndef YT_FEATURE_JOURNEY_JOURNEY_DAY_DATA_H
#define YT_FEATURE_JOURNEY_JOURNEY_DAY_DATA_H

#include "feature/journey/journey_place_data.h"

/* -- days of date triggers -- */
#define DAY_FIELDS(F, S) F(S, ID, journey) F(S, ID, customer) F(S, MS, due) F(S, I64, day)
RECORD(journey_day, DAY_FIELDS);
#define DAY_OF_FIELDS(F, S) F(S, ID, journey) F(S, ID, customer)
RECORD(journey_day_of, DAY_OF_FIELDS);
WRITE(journey_day_put, journey_day,
	SQL(INSERT INTO journey_day (slot, corp, journey, customer, due, day) VALUES (:slot, :corp, :journey, :customer, :due, :day)
		ON CONFLICT (slot, corp, journey, customer) DO UPDATE SET due = excluded.due, day = excluded.day))
WRITE(journey_day_drop, journey_day_of,
	SQL(DELETE FROM journey_day WHERE slot = :slot AND corp = :corp AND journey = :journey AND customer = :customer))
READ_ONE(journey_day_get, journey_day_of, journey_day,
	SQL_UNSCOPED("the engine acts for all",
		SELECT journey, customer, due, day FROM journey_day
		WHERE slot = :slot AND corp = :corp AND journey = :journey AND customer = :customer))
READ_MANY(journey_days_due, place_due_find, journey_day,
	SQL_UNSCOPED("the engine acts for all",
		SELECT journey, customer, due, day FROM journey_day WHERE slot = :slot AND corp = :corp AND due <= :until
		ORDER BY due, journey, customer LIMIT :limit))
READ_ONE(journey_day_next, none, place_next, SQL(SELECT MIN(due) AS due FROM journey_day WHERE slot = :slot AND corp = :corp))

/* -- dry runs -- */
#define TRY_PERSON_FIELDS(F, S)                                                 \
	F(S, ID, attempt) F(S, ID, customer) F(S, I64, n) F(S, MS, at) F(S, MS, ended) F(S, STR, event) F(S, STR, outcome) F(S, STR, acts) F(S, I64, until)
RECORD(journey_try_person, TRY_PERSON_FIELDS);
#define TRY_PAGE_FIELDS(F, S) F(S, ID, attempt) F(S, ID, after) F(S, I64, limit)
RECORD(journey_try_page, TRY_PAGE_FIELDS);
WRITE(journey_try_person_put, journey_try_person,
	SQL(INSERT INTO journey_try_person (slot, corp, attempt, customer, n, at, ended, event, outcome, acts, until)
		VALUES (:slot, :corp, :attempt, :customer, :n, :at, :ended, :event, :outcome, :acts, :until)
		ON CONFLICT (slot, corp, attempt, customer, n) DO UPDATE SET at = excluded.at, ended = excluded.ended, event = excluded.event,
			outcome = excluded.outcome, acts = excluded.acts))
READ_MANY(journey_try_people, journey_try_page, journey_try_person,
	SQL_UNSCOPED("each person is checked against the viewer's scope before she is shown",
		SELECT attempt, customer, n, at, ended, event, outcome, acts, until FROM journey_try_person
		WHERE slot = :slot AND corp = :corp AND attempt = :attempt AND customer > :after ORDER BY customer, n LIMIT :limit))
READ_MANY(journey_try_of, journey_try_person, journey_try_person,
	SQL_UNSCOPED("a dry run looks at everybody",
		SELECT attempt, customer, n, at, ended, event, outcome, acts, until FROM journey_try_person
		WHERE slot = :slot AND corp = :corp AND attempt = :attempt AND customer = :customer ORDER BY n))

#endif
