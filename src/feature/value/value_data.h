/*
 * Rows and queries of value: what orders added, histories of persons, scores.
 */
#ifndef YT_FEATURE_VALUE_VALUE_DATA_H
#define YT_FEATURE_VALUE_VALUE_DATA_H

#include "feature/value/value.h"

#define VALUE_KEY_FIELDS(F, S) F(S, ID, customer)
RECORD(value_key, VALUE_KEY_FIELDS);
#define VALUE_ORDER_FIELDS(F, S) \
	F(S, ID, customer) F(S, ID, id) F(S, I64, day) F(S, FEN, paid) F(S, FEN, back) F(S, BOOL, own) F(S, BOOL, placed)
RECORD(value_order, VALUE_ORDER_FIELDS);
#define VALUE_DAY_FIELDS(F, S) F(S, I64, day) F(S, FEN, spent)
RECORD(value_day, VALUE_DAY_FIELDS);
#define VALUE_PERSON_FIELDS(F, S)                                                   \
	F(S, ID, customer) F(S, I64, first_day) F(S, I64, last_day) F(S, I64, times) F(S, FEN, spent) \
	F(S, FEN, repeat_spent) F(S, BYTES, days)
RECORD(value_person, VALUE_PERSON_FIELDS);
#define VALUE_SCORE_FIELDS(F, S)                                                    \
	F(S, ID, customer) F(S, I64, alive, .opt = true) F(S, I64, near, .opt = true) F(S, I64, orders, .opt = true) \
	F(S, FEN, worth, .opt = true) F(S, I64, gap, .opt = true) F(S, I64, overdue, .opt = true) F(S, FEN, at_risk) \
	F(S, STR, risk) F(S, MS, warned, .opt = true)
RECORD(value_score, VALUE_SCORE_FIELDS);
#define VALUE_AFTER_FIELDS(F, S) F(S, ID, after) F(S, I64, limit)
RECORD(value_after, VALUE_AFTER_FIELDS);
#define VALUE_SPAN_FIELDS(F, S) F(S, I64, people) F(S, I64, first_day, .opt = true)
RECORD(value_span, VALUE_SPAN_FIELDS);
#define VALUE_WARN_FIND_FIELDS(F, S) F(S, STR, risk) F(S, FEN, below) F(S, ID, before) F(S, I64, limit)
RECORD(value_warn_find, VALUE_WARN_FIND_FIELDS);
#define VALUE_WARN_FIELDS(F, S) \
	F(S, ID, customer) F(S, FEN, at_risk)
RECORD(value_warn, VALUE_WARN_FIELDS);

WRITE(value_order_put, value_order,
	SQL(INSERT INTO value_order (slot, corp, customer, id, day, paid, back, own, placed)
		VALUES (:slot, :corp, :customer, :id, :day, :paid, :back, :own, :placed)
		ON CONFLICT (slot, corp, customer, id) DO UPDATE SET day = excluded.day, paid = excluded.paid,
			back = excluded.back, own = excluded.own, placed = excluded.placed))
READ_ONE(value_order_get, value_order, value_order,
	SQL(SELECT customer, id, day, paid, back, own, placed FROM value_order
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
WRITE(value_order_drop, value_order,
	SQL(DELETE FROM value_order WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
/* Days on which an order of hers stands, with what was kept of the money in the corp's currency. */
READ_MANY(value_days_of, value_key, value_day,
	SQL(SELECT day, CAST(SUM(CASE WHEN own = 1 THEN paid - back ELSE 0 END) AS BIGINT) AS spent FROM value_order
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND placed = 1 AND (back <= 0 OR back < paid)
		GROUP BY day ORDER BY day))

WRITE(value_person_put, value_person,
	SQL(INSERT INTO value_person (slot, corp, customer, first_day, last_day, times, spent, repeat_spent, days)
		VALUES (:slot, :corp, :customer, :first_day, :last_day, :times, :spent, :repeat_spent, :days)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET first_day = excluded.first_day,
			last_day = excluded.last_day, times = excluded.times, spent = excluded.spent,
			repeat_spent = excluded.repeat_spent, days = excluded.days))
READ_ONE(value_person_get, value_key, value_person,
	SQL(SELECT customer, first_day, last_day, times, spent, repeat_spent, days FROM value_person
		WHERE slot = :slot AND corp = :corp AND customer = :customer))
WRITE(value_person_drop, value_key,
	SQL(DELETE FROM value_person WHERE slot = :slot AND corp = :corp AND customer = :customer))
/* Only of who is a person of her own now. */
READ_MANY(value_people, value_after, value_person,
	SQL_UNSCOPED("the model is the corp's",
		SELECT p.customer AS customer, p.first_day AS first_day, p.last_day AS last_day, p.times AS times,
			p.spent AS spent, p.repeat_spent AS repeat_spent, p.days AS days
		FROM value_person p JOIN customer_fact f
			ON f.slot = p.slot AND f.corp = p.corp AND f.customer = p.customer AND f.erased = 0
		WHERE p.slot = :slot AND p.corp = :corp AND p.customer > :after ORDER BY p.customer LIMIT :limit))
READ_ONE(value_span_of, none, value_span,
	SQL(SELECT COUNT(*) AS people, MIN(first_day) AS first_day FROM value_person WHERE slot = :slot AND corp = :corp))

WRITE(value_score_put, value_score,
	SQL(INSERT INTO value_score (slot, corp, customer, alive, near, orders, worth, gap, overdue, at_risk, risk, warned)
		VALUES (:slot, :corp, :customer, :alive, :near, :orders, :worth, :gap, :overdue, :at_risk, :risk, :warned)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET alive = excluded.alive, near = excluded.near,
			orders = excluded.orders, worth = excluded.worth, gap = excluded.gap, overdue = excluded.overdue,
			at_risk = excluded.at_risk, risk = excluded.risk, warned = excluded.warned))
READ_ONE(value_score_get, value_key, value_score,
	SQL(SELECT customer, alive, near, orders, worth, gap, overdue, at_risk, risk, warned FROM value_score
		WHERE slot = :slot AND corp = :corp AND customer = :customer))
WRITE(value_score_drop, value_key,
	SQL(DELETE FROM value_score WHERE slot = :slot AND corp = :corp AND customer = :customer))
WRITE(value_scores_prune, none,
	SQL(DELETE FROM value_score WHERE slot = :slot AND corp = :corp AND risk = ''
		AND NOT EXISTS (SELECT 1 FROM value_person p WHERE p.slot = :slot AND p.corp = :corp
			AND p.customer = value_score.customer)))
READ_MANY(value_warned, value_warn_find, value_warn,
	SQL_UNSCOPED("the caller keeps those the viewer's audience holds",
		SELECT customer, at_risk FROM value_score
		WHERE slot = :slot AND corp = :corp AND risk = :risk
			AND (at_risk < :below OR (at_risk = :below AND customer < :before))
		ORDER BY at_risk DESC, customer DESC LIMIT :limit))

/* Scores a person of the transaction's slot; writes what has changed. warn: a warning may begin or end. */
err value_score_person(struct tx *tx, const struct value_model *m, const struct value_history *h, i64 customer, i64 today,
		       bool warn, bool *ret_changed);
struct value_history value_history_of(const struct value_person *p);

#endif
