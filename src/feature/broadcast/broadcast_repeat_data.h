/*
 * Repeats, their runs, and arrivals: small tables of the base slot.
 */
#ifndef YT_FEATURE_BROADCAST_BROADCAST_REPEAT_DATA_H
#define YT_FEATURE_BROADCAST_BROADCAST_REPEAT_DATA_H

#include "feature/broadcast/broadcast_data.h"
#include "feature/broadcast/broadcast_repeat.h"

#define BROADCAST_DAY_FIELDS(F, S) F(S, ID, repeat) F(S, I64, day)
RECORD(broadcast_day, BROADCAST_DAY_FIELDS);
#define BROADCAST_RUNS_FIELDS(F, S) F(S, ID, repeat) F(S, I64, before) F(S, I64, limit)
RECORD(broadcast_runs_in, BROADCAST_RUNS_FIELDS);

READ_MANY(broadcast_repeat_all, none, broadcast_repeat,
	SQL(SELECT id, name, state, why, audience, expr, content, kind, priority, holdout, life_hours, every, at_minute, weekdays,
			month_day, first_day, last_day, times, most, upto, next, sent, made_by, viewed_by, created, version
		FROM broadcast_repeat WHERE corp = :corp ORDER BY id DESC))
READ_ONE(broadcast_repeat_get, broadcast_key, broadcast_repeat,
	SQL(SELECT id, name, state, why, audience, expr, content, kind, priority, holdout, life_hours, every, at_minute, weekdays,
			month_day, first_day, last_day, times, most, upto, next, sent, made_by, viewed_by, created, version
		FROM broadcast_repeat WHERE corp = :corp AND id = :id))
READ_ONE(broadcast_repeat_count, none, broadcast_n,
	SQL(SELECT COUNT(*) AS n FROM broadcast_repeat WHERE corp = :corp AND state <> 'ended'))
WRITE(broadcast_repeat_insert, broadcast_repeat,
	SQL(INSERT INTO broadcast_repeat (corp, id, name, state, why, audience, expr, content, kind, priority, holdout, life_hours,
			every, at_minute, weekdays, month_day, first_day, last_day, times, most, upto, next, sent, made_by, viewed_by,
			created, version)
		VALUES (:corp, :id, :name, :state, :why, :audience, :expr, :content, :kind, :priority, :holdout, :life_hours,
			:every, :at_minute, :weekdays, :month_day, :first_day, :last_day, :times, :most, :upto, :next, :sent,
			:made_by, :viewed_by, :created, :version)))
/* version is the one that was read; the row goes one up. */
WRITE(broadcast_repeat_update, broadcast_repeat,
	SQL(UPDATE broadcast_repeat SET name = :name, state = :state, why = :why, audience = :audience, expr = :expr,
			content = :content, kind = :kind, priority = :priority, holdout = :holdout, life_hours = :life_hours,
			every = :every, at_minute = :at_minute, weekdays = :weekdays, month_day = :month_day,
			first_day = :first_day, last_day = :last_day, times = :times, most = :most, upto = :upto, next = :next,
			sent = :sent, made_by = :made_by, viewed_by = :viewed_by, version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))

READ_ONE(broadcast_run_get, broadcast_day, broadcast_run,
	SQL(SELECT repeat, day, due, at, state, broadcast, reason FROM broadcast_run
		WHERE corp = :corp AND repeat = :repeat AND day = :day))
READ_MANY(broadcast_run_list, broadcast_runs_in, broadcast_run,
	SQL(SELECT repeat, day, due, at, state, broadcast, reason FROM broadcast_run
		WHERE corp = :corp AND repeat = :repeat AND day < :before ORDER BY day DESC LIMIT :limit))
WRITE(broadcast_run_add, broadcast_run,
	SQL(INSERT INTO broadcast_run (corp, repeat, day, due, at, state, broadcast, reason)
		VALUES (:corp, :repeat, :day, :due, :at, :state, :broadcast, :reason) ON CONFLICT DO NOTHING))
WRITE(broadcast_run_unskip, broadcast_day,
	SQL(DELETE FROM broadcast_run WHERE corp = :corp AND repeat = :repeat AND day = :day AND state = 'skipped'))

/* -- arrivals -- */
#define BROADCAST_ARRIVAL_FIELDS(F, S)                                              \
	F(S, ID, id) F(S, STR, sku) F(S, STR, name) F(S, STR, expr) F(S, STR, content) F(S, I64, batch) \
	F(S, MS, told, .opt = true) F(S, I64, version)
RECORD(broadcast_arrival, BROADCAST_ARRIVAL_FIELDS);
#define BROADCAST_SKU_FIELDS(F, S) F(S, STR, sku)
RECORD(broadcast_sku, BROADCAST_SKU_FIELDS);
READ_MANY(broadcast_arrival_all, none, broadcast_arrival,
	SQL(SELECT id, sku, name, expr, content, batch, told, version FROM broadcast_arrival WHERE corp = :corp ORDER BY id DESC))
READ_ONE(broadcast_arrival_get, broadcast_key, broadcast_arrival,
	SQL(SELECT id, sku, name, expr, content, batch, told, version FROM broadcast_arrival WHERE corp = :corp AND id = :id))
READ_ONE(broadcast_arrival_of, broadcast_sku, broadcast_arrival,
	SQL(SELECT id, sku, name, expr, content, batch, told, version FROM broadcast_arrival WHERE corp = :corp AND sku = :sku))
READ_ONE(broadcast_arrival_count, none, broadcast_n, SQL(SELECT COUNT(*) AS n FROM broadcast_arrival WHERE corp = :corp))
WRITE(broadcast_arrival_insert, broadcast_arrival,
	SQL(INSERT INTO broadcast_arrival (corp, id, sku, name, expr, content, batch, told, version)
		VALUES (:corp, :id, :sku, :name, :expr, :content, :batch, :told, :version) ON CONFLICT DO NOTHING))
WRITE(broadcast_arrival_update, broadcast_arrival,
	SQL(UPDATE broadcast_arrival SET name = :name, expr = :expr, content = :content, batch = :batch, told = :told,
			version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))
WRITE(broadcast_arrival_drop, broadcast_key, SQL(DELETE FROM broadcast_arrival WHERE corp = :corp AND id = :id))

#endif
