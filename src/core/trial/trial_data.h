/*
 * Rows of trials: the trial (small table), exposures (facts, where the person lives), hits (derived).
 */
#ifndef YT_CORE_TRIAL_TRIAL_DATA_H
#define YT_CORE_TRIAL_TRIAL_DATA_H

#include "core/trial/trial.h"

#define TRIAL_ID_FIELDS(F, S) F(S, ID, id)
RECORD(trial_id, TRIAL_ID_FIELDS);
#define TRIAL_LIVE_FIELDS(F, S) F(S, ID, id) F(S, STR, goal) F(S, I64, days) F(S, MS, since) F(S, MS, until, .opt = true)
RECORD(trial_live, TRIAL_LIVE_FIELDS);
#define TRIAL_WHO_FIELDS(F, S) F(S, ID, trial) F(S, ID, customer)
RECORD(trial_who, TRIAL_WHO_FIELDS);
#define TRIAL_SPAN_FIELDS(F, S) F(S, ID, trial) F(S, ID, from) F(S, ID, to)
RECORD(trial_span, TRIAL_SPAN_FIELDS);
#define TRIAL_SEEN_FIELDS(F, S) F(S, ID, customer) F(S, I64, variant) F(S, MS, at)
RECORD(trial_seen, TRIAL_SEEN_FIELDS);
#define TRIAL_OPEN_FIELDS(F, S) F(S, ID, trial) F(S, MS, until) F(S, I64, limit)
RECORD(trial_open, TRIAL_OPEN_FIELDS);
#define TRIAL_PAGE_FIELDS(F, S) F(S, ID, trial) F(S, I64, variant) F(S, ID, after) F(S, I64, limit)
RECORD(trial_page, TRIAL_PAGE_FIELDS);
#define TRIAL_LOOKED_FIELDS(F, S) F(S, ID, trial) F(S, ID, customer) F(S, BOOL, met)
RECORD(trial_looked, TRIAL_LOOKED_FIELDS);
#define TRIAL_HIT_FIELDS(F, S)                                                      \
	F(S, ID, what) F(S, ID, trial) F(S, ID, customer) F(S, I64, variant) F(S, MS, since) F(S, FEN, paid) F(S, STR, currency)
RECORD(trial_hit, TRIAL_HIT_FIELDS);
#define TRIAL_WHAT_FIELDS(F, S) F(S, ID, what)
RECORD(trial_what, TRIAL_WHAT_FIELDS);
#define TRIAL_DID_OF_FIELDS(F, S) F(S, ID, trial) F(S, MS, ripe) F(S, MS, upto) F(S, ID, what)
RECORD(trial_did_of, TRIAL_DID_OF_FIELDS);

WRITE(trial_row_put, trial,
	SQL(INSERT INTO trial (corp, id, name, labels, state, owners, winner, goal, days, epoch, since, until)
		VALUES (:corp, :id, :name, :labels, :state, :owners, :winner, :goal, :days, :epoch, :since, :until)
		ON CONFLICT (corp, id) DO UPDATE SET name = excluded.name, labels = excluded.labels, state = excluded.state,
			owners = excluded.owners, winner = excluded.winner, epoch = excluded.epoch, until = excluded.until))
READ_ONE(trial_row_get, trial_id, trial,
	SQL(SELECT id, name, labels, state, owners, winner, goal, days, epoch, since, until FROM trial
		WHERE corp = :corp AND id = :id))
READ_MANY(trials_all, none, trial_live,
	SQL(SELECT id, goal, days, since, until FROM trial WHERE corp = :corp ORDER BY id))

WRITE(trial_exposure_add, trial_exposure,
	SQL(INSERT INTO trial_exposure (slot, corp, trial, customer, variant, at, epoch, made_by, made_by_id, met)
		VALUES (:slot, :corp, :trial, :customer, :variant, :at, :epoch, :made_by, :made_by_id, NULL)
		ON CONFLICT DO NOTHING))
READ_EACH(trial_exposures_span, trial_span, trial_seen,
	SQL(SELECT customer, variant, at FROM trial_exposure
		WHERE slot = :slot AND corp = :corp AND trial = :trial AND customer BETWEEN :from AND :to))
READ_MANY(trial_exposures_of, trial_who, trial_exposure,
	SQL(SELECT trial, customer, variant, at, epoch, made_by, made_by_id FROM trial_exposure
		WHERE slot = :slot AND corp = :corp AND customer = :customer))
READ_MANY(trial_exposures_open, trial_open, trial_seen,
	SQL(SELECT customer, variant, at FROM trial_exposure
		WHERE slot = :slot AND corp = :corp AND trial = :trial AND met IS NULL AND at <= :until
		ORDER BY at, customer LIMIT :limit))
READ_MANY(trial_exposures_page, trial_page, trial_exposure,
	SQL_UNSCOPED("the asker filters whom he sees",
		SELECT trial, customer, variant, at, epoch, made_by, made_by_id FROM trial_exposure
		WHERE slot = :slot AND corp = :corp AND trial = :trial AND variant = :variant AND customer > :after
		ORDER BY customer LIMIT :limit))
WRITE(trial_exposure_look, trial_looked,
	SQL(UPDATE trial_exposure SET met = :met WHERE slot = :slot AND corp = :corp AND trial = :trial AND customer = :customer))
READ_MANY(trial_exposure_sums, trial_of, trial_people,
	SQL_GLOBAL("sums over the slots of the corp, by its index",
		SELECT variant, epoch, COUNT(*) AS people, CAST(SUM(CASE WHEN at <= :ripe THEN 1 ELSE 0 END) AS BIGINT) AS ripe,
			CAST(SUM(CASE WHEN at <= :ripe AND met = 1 THEN 1 ELSE 0 END) AS BIGINT) AS met, MIN(at) AS first, MAX(at) AS last
		FROM trial_exposure WHERE corp = :corp AND trial = :trial AND at <= :upto GROUP BY variant, epoch
		ORDER BY variant, epoch))

WRITE(trial_hit_put, trial_hit,
	SQL(INSERT INTO trial_hit (slot, corp, what, trial, customer, variant, since, paid, currency)
		VALUES (:slot, :corp, :what, :trial, :customer, :variant, :since, :paid, :currency)
		ON CONFLICT (slot, corp, what, trial, customer) DO UPDATE SET paid = excluded.paid, currency = excluded.currency))
WRITE(trial_hit_drop, trial_what, SQL(DELETE FROM trial_hit WHERE slot = :slot AND corp = :corp AND what = :what))
/* Per person first; what happened may be noted in the slot of its leaf and in the one of her root. */
READ_MANY(trial_paid_sums, trial_of, trial_did,
	SQL_GLOBAL("sums over the slots of the corp, by its index",
		SELECT variant, COUNT(*) AS people, CAST(SUM(paid) AS BIGINT) AS paid,
			SUM(CAST(paid AS DOUBLE PRECISION) * CAST(paid AS DOUBLE PRECISION)) AS squares
		FROM (SELECT customer, variant, CAST(SUM(CASE WHEN currency = :currency THEN paid ELSE 0 END) AS BIGINT) AS paid
			FROM (SELECT DISTINCT what, customer, variant, paid, currency FROM trial_hit
				WHERE corp = :corp AND trial = :trial AND what > 0 AND since <= :ripe AND since <= :upto) AS o
			GROUP BY customer, variant) AS c
		GROUP BY variant))
READ_MANY(trial_did_sums, trial_did_of, trial_did,
	SQL_GLOBAL("sums over the slots of the corp, by its index",
		SELECT variant, COUNT(DISTINCT customer) AS people FROM trial_hit
		WHERE corp = :corp AND trial = :trial AND what = :what AND since <= :ripe AND since <= :upto GROUP BY variant))

#endif
