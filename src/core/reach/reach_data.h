/*
 * reach's rows: one touch per reach.sent, one refusal per customer and channel; both derived.
 */
#ifndef YT_CORE_REACH_REACH_DATA_H
#define YT_CORE_REACH_REACH_DATA_H

#include "core/reach/reach.h"

#define REACH_TOUCH_FIELDS(F, S)                                                   \
	F(S, ID, customer) F(S, MS, at) F(S, ID, event) F(S, STR, channel) F(S, STR, class) \
	F(S, STR, made_by) F(S, ID, made_by_id, .opt = true) F(S, ID, staff, .opt = true)
RECORD(reach_touch, REACH_TOUCH_FIELDS);

#define REACH_REFUSAL_FIELDS(F, S) F(S, ID, customer) F(S, STR, channel) F(S, MS, at)
RECORD(reach_refusal, REACH_REFUSAL_FIELDS);

#define REACH_SINCE_FIELDS(F, S) F(S, ID, customer) F(S, MS, day) F(S, MS, week) F(S, MS, before)
RECORD(reach_since, REACH_SINCE_FIELDS);
#define REACH_COUNT_FIELDS(F, S) F(S, I64, of_day) F(S, I64, of_week)
RECORD(reach_count, REACH_COUNT_FIELDS);

#define REACH_RANGE_FIELDS(F, S) \
	F(S, ID, first) F(S, ID, last) F(S, STR, channel) F(S, MS, day) F(S, MS, week) F(S, MS, before)
RECORD(reach_range, REACH_RANGE_FIELDS);
#define REACH_COUNTED_FIELDS(F, S) F(S, ID, customer) F(S, I64, of_day) F(S, I64, of_week)
RECORD(reach_counted, REACH_COUNTED_FIELDS);

#define REACH_LAST_FIELDS(F, S) F(S, ID, customer) F(S, MS, at, .opt = true)
RECORD(reach_last, REACH_LAST_FIELDS);

WRITE(reach_touch_add, reach_touch,
	SQL(INSERT INTO reach_touch (slot, corp, customer, at, event, channel, class, made_by, made_by_id, staff)
		VALUES (:slot, :corp, :customer, :at, :event, :channel, :class, :made_by, :made_by_id, :staff)
		ON CONFLICT (slot, corp, customer, at, event) DO NOTHING))
WRITE(reach_refusal_put, reach_refusal,
	SQL(INSERT INTO reach_refusal (slot, corp, customer, channel, at)
		VALUES (:slot, :corp, :customer, :channel, :at)
		ON CONFLICT (slot, corp, customer, channel) DO NOTHING))

READ_ONE(reach_counts, reach_since, reach_count,
	SQL(SELECT COUNT(*) FILTER (WHERE at >= :day) AS of_day, COUNT(*) FILTER (WHERE at >= :week) AS of_week
		FROM reach_touch WHERE slot = :slot AND corp = :corp AND customer = :customer
			AND class = 'marketing' AND at < :before))
READ_ONE(reach_refused, reach_refusal, reach_refusal,
	SQL(SELECT customer, channel, at FROM reach_refusal
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND channel = :channel))
READ_EACH(reach_counts_span, reach_range, reach_counted,
	SQL(SELECT customer, COUNT(*) FILTER (WHERE at >= :day) AS of_day, COUNT(*) AS of_week
		FROM reach_touch WHERE slot = :slot AND corp = :corp AND customer >= :first AND customer <= :last
			AND class = 'marketing' AND at >= :week AND at < :before
		GROUP BY customer))
READ_EACH(reach_refused_span, reach_range, reach_refusal,
	SQL(SELECT customer, channel, at FROM reach_refusal
		WHERE slot = :slot AND corp = :corp AND customer >= :first AND customer <= :last AND channel = :channel))
READ_ONE(reach_last_of, reach_last, reach_last,
	SQL(SELECT customer, MAX(at) AS at FROM reach_touch
		WHERE slot = :slot AND corp = :corp AND customer = :customer GROUP BY customer))

#endif
