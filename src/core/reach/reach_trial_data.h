/*
 * Rows of trials: the trial itself (small table), its arms (facts), what was bought (derived).
 */
#ifndef YT_CORE_REACH_REACH_TRIAL_DATA_H
#define YT_CORE_REACH_REACH_TRIAL_DATA_H

#include "core/reach/reach_trial.h"

#define REACH_TRIAL_FIELDS(F, S) \
	F(S, STR, made_by) F(S, ID, made_by_id) F(S, MS, since) F(S, MS, until) F(S, I64, share)
RECORD(reach_trial, REACH_TRIAL_FIELDS);
#define REACH_ARM_ROW_FIELDS(F, S) F(S, ID, customer) F(S, STR, made_by) F(S, ID, made_by_id) F(S, BOOL, held)
RECORD(reach_arm_row, REACH_ARM_ROW_FIELDS);
#define REACH_BOUGHT_FIELDS(F, S)                                                  \
	F(S, STR, made_by) F(S, ID, made_by_id) F(S, ID, order_id) F(S, ID, customer) F(S, BOOL, held) \
	F(S, FEN, paid) F(S, STR, currency)
RECORD(reach_bought, REACH_BOUGHT_FIELDS);
#define REACH_OF_FIELDS(F, S) F(S, STR, made_by) F(S, ID, made_by_id) F(S, STR, currency)
RECORD(reach_of, REACH_OF_FIELDS);
#define REACH_SUM_FIELDS(F, S) F(S, BOOL, held) F(S, I64, people) F(S, FEN, paid) F(S, F64, squares)
RECORD(reach_sum, REACH_SUM_FIELDS);
#define REACH_AROUND_FIELDS(F, S) F(S, MS, at)
RECORD(reach_around, REACH_AROUND_FIELDS);
#define REACH_ORDER_WHO_FIELDS(F, S) F(S, ID, customer)
RECORD(reach_order_who, REACH_ORDER_WHO_FIELDS);
#define REACH_ORDER_KEY_FIELDS(F, S) F(S, ID, order_id)
RECORD(reach_order_key, REACH_ORDER_KEY_FIELDS);

WRITE(reach_trial_add, reach_trial,
	SQL(INSERT INTO reach_trial (corp, made_by, made_by_id, since, until, share)
		VALUES (:corp, :made_by, :made_by_id, :since, :until, :share) ON CONFLICT DO NOTHING))
READ_ONE(reach_trial_get, reach_of, reach_trial,
	SQL(SELECT made_by, made_by_id, since, until, share FROM reach_trial
		WHERE corp = :corp AND made_by = :made_by AND made_by_id = :made_by_id))
READ_MANY(reach_trials_at, reach_around, reach_trial,
	SQL(SELECT made_by, made_by_id, since, until, share FROM reach_trial
		WHERE corp = :corp AND since <= :at AND until >= :at))
WRITE(reach_arm_put, reach_arm_row,
	SQL(INSERT INTO reach_arm (slot, corp, customer, made_by, made_by_id, held)
		VALUES (:slot, :corp, :customer, :made_by, :made_by_id, :held) ON CONFLICT DO NOTHING))
READ_MANY(reach_arms_of, reach_order_who, reach_arm_row,
	SQL(SELECT customer, made_by, made_by_id, held FROM reach_arm
		WHERE slot = :slot AND corp = :corp AND customer = :customer))
READ_MANY(reach_arm_sizes, reach_of, reach_sum,
	SQL_GLOBAL("sums over the slots of the corp, by its index",
		SELECT held, COUNT(*) AS people FROM reach_arm
		WHERE corp = :corp AND made_by = :made_by AND made_by_id = :made_by_id GROUP BY held))
WRITE(reach_bought_put, reach_bought,
	SQL(INSERT INTO reach_bought (slot, corp, made_by, made_by_id, order_id, customer, held, paid, currency)
		VALUES (:slot, :corp, :made_by, :made_by_id, :order_id, :customer, :held, :paid, :currency)
		ON CONFLICT (slot, corp, made_by, made_by_id, order_id) DO UPDATE SET paid = excluded.paid))
WRITE(reach_bought_drop, reach_order_key,
	SQL(DELETE FROM reach_bought WHERE slot = :slot AND corp = :corp AND order_id = :order_id))
/* Per person first; an order may be noted in the slot of its leaf and in the one of her root. */
READ_MANY(reach_bought_sums, reach_of, reach_sum,
	SQL_GLOBAL("sums over the slots of the corp, by its index",
		SELECT held, COUNT(*) AS people, CAST(SUM(paid) AS BIGINT) AS paid,
			SUM(CAST(paid AS DOUBLE PRECISION) * CAST(paid AS DOUBLE PRECISION)) AS squares
		FROM (SELECT customer, held, CAST(SUM(CASE WHEN currency = :currency THEN paid ELSE 0 END) AS BIGINT) AS paid
			FROM (SELECT DISTINCT order_id, customer, held, paid, currency FROM reach_bought
				WHERE corp = :corp AND made_by = :made_by AND made_by_id = :made_by_id) AS o
			GROUP BY customer, held) AS c
		GROUP BY held))

#endif
