/*
 * Rows about persons in journeys: their places, steps, counts, and what comes due. In the slot of the root;
 * journey_seen in the leaf's.
 */
#ifndef YT_FEATURE_JOURNEY_JOURNEY_PLACE_DATA_H
#define YT_FEATURE_JOURNEY_JOURNEY_PLACE_DATA_H

#include "feature/journey/journey_data.h"

/* journey_place.state; numbers stand in rows. */
enum { PLACE_DUE, PLACE_UNTIL, PLACE_ASKED, PLACE_HELD, PLACE_LEFT = 9 };

/* key: of the entry rule; at: the moment the place stands at (waits begin there); due: NIL when nothing wakes it
 * or when it is parked because its journey is paused (then parked says what due was). */
#define PLACE_FIELDS(F, S)                                                      \
	F(S, ID, id) F(S, ID, journey) F(S, I64, version) F(S, ID, customer) F(S, ID, leaf) F(S, STR, key) F(S, ID, cause) \
	F(S, STR, node) F(S, I64, state) F(S, MS, due, .opt = true) F(S, MS, parked, .opt = true) F(S, MS, at) F(S, MS, since) \
	F(S, MS, node_since) F(S, I64, tries) F(S, I64, steps) F(S, STR, outcome) F(S, STR, reason)
RECORD(place, PLACE_FIELDS);
#define PLACE_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(place_key, PLACE_KEY_FIELDS);
#define PLACE_DUE_FIND_FIELDS(F, S) F(S, MS, until) F(S, I64, limit)
RECORD(place_due_find, PLACE_DUE_FIND_FIELDS);
#define PLACE_NEXT_FIELDS(F, S) F(S, MS, due, .opt = true)
RECORD(place_next, PLACE_NEXT_FIELDS);
#define PLACE_OF_FIELDS(F, S) F(S, ID, customer)
RECORD(place_of, PLACE_OF_FIELDS);
#define PLACE_PAGE_FIELDS(F, S) F(S, ID, journey) F(S, ID, before) F(S, MS, moment, .opt = true) F(S, I64, limit) F(S, I64, version, .opt = true)
RECORD(place_page, PLACE_PAGE_FIELDS);

WRITE(place_put, place,
	SQL(INSERT INTO journey_place (slot, corp, id, journey, version, customer, leaf, key, cause, node, state, due, parked, at, since,
			node_since, tries, steps, outcome, reason)
		VALUES (:slot, :corp, :id, :journey, :version, :customer, :leaf, :key, :cause, :node, :state, :due, :parked, :at, :since,
			:node_since, :tries, :steps, :outcome, :reason)
		ON CONFLICT (slot, corp, id) DO UPDATE SET version = excluded.version, customer = excluded.customer, cause = excluded.cause,
			node = excluded.node, state = excluded.state, due = excluded.due, parked = excluded.parked, at = excluded.at,
			node_since = excluded.node_since, tries = excluded.tries, steps = excluded.steps, outcome = excluded.outcome,
			reason = excluded.reason))
WRITE(place_drop, place_key, SQL(DELETE FROM journey_place WHERE slot = :slot AND corp = :corp AND id = :id))
READ_ONE(place_get, place_key, place,
	SQL_UNSCOPED("whoever shows her asks for her first",
		SELECT id, journey, version, customer, leaf, key, cause, node, state, due, parked, at, since, node_since, tries, steps,
			outcome, reason FROM journey_place WHERE slot = :slot AND corp = :corp AND id = :id))
READ_MANY(place_due, place_due_find, place,
	SQL_UNSCOPED("the engine acts for all",
		SELECT id, journey, version, customer, leaf, key, cause, node, state, due, parked, at, since, node_since, tries, steps,
			outcome, reason FROM journey_place WHERE slot = :slot AND corp = :corp AND due <= :until
		ORDER BY due, id LIMIT :limit))
READ_ONE(place_next_due, none, place_next,
	SQL(SELECT MIN(due) AS due FROM journey_place WHERE slot = :slot AND corp = :corp AND due IS NOT NULL))
READ_MANY(place_of_customer, place_of, place,
	SQL_UNSCOPED("whoever shows her asks for her first",
		SELECT id, journey, version, customer, leaf, key, cause, node, state, due, parked, at, since, node_since, tries, steps,
			outcome, reason FROM journey_place WHERE slot = :slot AND corp = :corp AND customer = :customer
		ORDER BY id DESC LIMIT 200))
READ_MANY(place_in_flight, place_of, place,
	SQL_UNSCOPED("the engine acts for all",
		SELECT id, journey, version, customer, leaf, key, cause, node, state, due, parked, at, since, node_since, tries, steps,
			outcome, reason FROM journey_place WHERE slot = :slot AND corp = :corp AND customer = :customer AND state < 9
		ORDER BY id))
READ_MANY(place_in, place_page, place,
	SQL_UNSCOPED("each person is checked against the viewer's scope before she is shown; jobs act on all",
		SELECT id, journey, version, customer, leaf, key, cause, node, state, due, parked, at, since, node_since, tries, steps,
			outcome, reason FROM journey_place WHERE slot = :slot AND corp = :corp AND journey = :journey AND state < 9
			AND id < :before ORDER BY id DESC LIMIT :limit))
READ_MANY(place_out, place_page, place,
	SQL_UNSCOPED("each person is checked against the viewer's scope before she is shown",
		SELECT id, journey, version, customer, leaf, key, cause, node, state, due, parked, at, since, node_since, tries, steps,
			outcome, reason FROM journey_place WHERE slot = :slot AND corp = :corp AND journey = :journey AND state = 9
			AND (node_since, id) < (:moment, :before) ORDER BY node_since DESC, id DESC LIMIT :limit))

/* -- has she been in? -- */
#define SEEN_FIELDS(F, S) F(S, ID, journey) F(S, ID, leaf) F(S, STR, key) F(S, MS, first) F(S, MS, last) F(S, I64, times)
RECORD(journey_seen, SEEN_FIELDS);
READ_ONE(journey_seen_get, journey_seen, journey_seen,
	SQL_UNSCOPED("the engine acts for all",
		SELECT journey, leaf, key, first, last, times FROM journey_seen
		WHERE slot = :slot AND corp = :corp AND journey = :journey AND leaf = :leaf AND key = :key))
WRITE(journey_seen_add, journey_seen,
	SQL(INSERT INTO journey_seen (slot, corp, journey, leaf, key, first, last, times)
		VALUES (:slot, :corp, :journey, :leaf, :key, :first, :last, :times)
		ON CONFLICT (slot, corp, journey, leaf, key) DO UPDATE SET last = excluded.last, times = journey_seen.times + excluded.times))

/* -- steps and counts -- */
#define STEP_FIELDS(F, S) F(S, ID, place) F(S, I64, n) F(S, MS, at) F(S, STR, node) F(S, STR, what) F(S, STR, port) F(S, STR, reason)
RECORD(journey_step, STEP_FIELDS);
#define STEP_FIND_FIELDS(F, S) F(S, ID, place)
RECORD(journey_step_find, STEP_FIND_FIELDS);
WRITE(journey_step_add, journey_step,
	SQL(INSERT INTO journey_step (slot, corp, place, n, at, node, what, port, reason)
		VALUES (:slot, :corp, :place, :n, :at, :node, :what, :port, :reason) ON CONFLICT DO NOTHING))
READ_MANY(journey_steps, journey_step_find, journey_step,
	SQL_UNSCOPED("whoever shows her asks for her first",
		SELECT place, n, at, node, what, port, reason FROM journey_step WHERE slot = :slot AND corp = :corp AND place = :place
		ORDER BY n LIMIT 1000))
#define COUNT_FIELDS(F, S) F(S, ID, journey) F(S, I64, version) F(S, STR, node) F(S, STR, what) F(S, I64, n)
RECORD(journey_count, COUNT_FIELDS);
WRITE(journey_count_add, journey_count,
	SQL(INSERT INTO journey_count (slot, corp, journey, version, node, what, n)
		VALUES (:slot, :corp, :journey, :version, :node, :what, :n)
		ON CONFLICT (slot, corp, journey, version, node, what) DO UPDATE SET n = journey_count.n + excluded.n))
READ_MANY(journey_counts_of, journey_key, journey_count,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT journey, version, node, what, CAST(SUM(n) AS BIGINT) AS n FROM journey_count WHERE corp = :corp AND journey = :id
		GROUP BY journey, version, node, what ORDER BY version, node, what))
READ_MANY(journey_counts_all, none, journey_count,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT journey, MAX(version) AS version, node, what, CAST(SUM(n) AS BIGINT) AS n FROM journey_count
		WHERE corp = :corp AND node = '' GROUP BY journey, node, what))

/* -- waking -- */
#define WAKE_FIELDS(F, S) F(S, MS, due)
RECORD(journey_wake, WAKE_FIELDS);
READ_ONE(journey_wake_get, none, journey_wake, SQL(SELECT due FROM journey_wake WHERE slot = :slot AND corp = :corp))
WRITE(journey_wake_put, journey_wake,
	SQL(INSERT INTO journey_wake (slot, corp, due) VALUES (:slot, :corp, :due)
		ON CONFLICT (slot, corp) DO UPDATE SET due = excluded.due))

/* -- pausing and resuming -- */
#define LATE_FIND_FIELDS(F, S) F(S, ID, journey) F(S, MS, late)
RECORD(journey_late_find, LATE_FIND_FIELDS);
#define LATE_FIELDS(F, S) F(S, I64, waiting) F(S, I64, parked) F(S, I64, late)
RECORD(journey_late, LATE_FIELDS);
READ_ONE(journey_late_count, journey_late_find, journey_late,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT COUNT(*) AS waiting,
			CAST(COALESCE(SUM(CASE WHEN COALESCE(parked, due) <= :now THEN 1 ELSE 0 END), 0) AS BIGINT) AS parked,
			CAST(COALESCE(SUM(CASE WHEN COALESCE(parked, due) <= :late THEN 1 ELSE 0 END), 0) AS BIGINT) AS late
		FROM journey_place WHERE corp = :corp AND journey = :journey AND state < 9))

#endif
