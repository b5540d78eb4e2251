/*
 * The fits there were: rows, queries, and the fit itself.
 */
#ifndef YT_FEATURE_VALUE_VALUE_FIT_H
#define YT_FEATURE_VALUE_VALUE_FIT_H

#include "feature/value/value_data.h"

#define VALUE_PARAMETER_FIELDS(F, S)                                                \
	F(S, STR, state, .one_of = "fitted,few,unsettled")                          \
	F(S, I64, customers) F(S, I64, repeaters) F(S, I64, purchases)              \
	F(S, I64, first_day) F(S, I64, last_day) F(S, F64, gap, .doc = "mean days between purchases over everybody") \
	F(S, F64, r) F(S, F64, alpha) F(S, F64, a) F(S, F64, b) F(S, F64, ll) F(S, I64, evals) \
	F(S, BOOL, money, .doc = "the model of what a purchase is worth was fitted") \
	F(S, F64, p) F(S, F64, q) F(S, F64, v) F(S, F64, money_ll) F(S, I64, payers) F(S, F64, correlation) \
	F(S, I64, took_ms)
#define VALUE_FIT_FIELDS(F, S) F(S, ID, id) F(S, MS, made) VALUE_PARAMETER_FIELDS(F, S)
RECORD(value_fit, VALUE_FIT_FIELDS);
#define VALUE_FIT_NEW_FIELDS(F, S) VALUE_FIT_FIELDS(F, S) F(S, JSON, held_out, .opt = true)
RECORD(value_fit_new, VALUE_FIT_NEW_FIELDS);
#define VALUE_FIT_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(value_fit_find, VALUE_FIT_FIND_FIELDS);
#define VALUE_HELD_OUT_ROW_FIELDS(F, S) F(S, JSON, held_out, .opt = true)
RECORD(value_held_out_row, VALUE_HELD_OUT_ROW_FIELDS);
#define VALUE_RUN_FIELDS(F, S) F(S, ID, job)
RECORD(value_run, VALUE_RUN_FIELDS);

/* How well the first two thirds of the history foretold the last. Stored as JSON with the fit. */
#define VALUE_FORETOLD_FIELDS(F, S)                                                 \
	F(S, I64, repeats, .doc = "in the first two thirds; the last row means so many and more") \
	F(S, I64, people) F(S, F64, actual, .doc = "purchases a person, in the last third") F(S, F64, predicted)
RECORD(value_foretold, VALUE_FORETOLD_FIELDS);
#define VALUE_HELD_OUT_FIELDS(F, S)                                                 \
	F(S, STR, cut, .doc = "the last day that was looked at") F(S, I64, days, .doc = "foretold") \
	F(S, I64, people) F(S, I64, actual, .doc = "purchases") F(S, F64, predicted) \
	F(S, I64, repeaters, .doc = "on that day") F(S, I64, silent, .doc = "of them, who bought nothing afterwards") \
	F(S, I64, flagged, .doc = "of them, who would have been high or lost on that day") \
	F(S, I64, hits, .doc = "of the flagged, who bought nothing afterwards")     \
	F(S, F64, precision, .doc = "hits / flagged; null when nobody was flagged") \
	F(S, F64, recall, .doc = "hits / silent") F(S, LIST, rows, .of = &value_foretold_record)
RECORD(value_held_out, VALUE_HELD_OUT_FIELDS);

#define VALUE_FIT_COLUMNS                                                           \
	"id, made, state, customers, repeaters, purchases, first_day, last_day, gap, r, alpha, a, b, ll, evals, money, p, q, " \
	"v, money_ll, payers, correlation, took_ms"
WRITE(value_fit_put, value_fit_new,
	SQL(INSERT INTO value_fit (corp, id, made, state, customers, repeaters, purchases, first_day, last_day, gap, r,
			alpha, a, b, ll, evals, money, p, q, v, money_ll, payers, correlation, took_ms, held_out)
		VALUES (:corp, :id, :made, :state, :customers, :repeaters, :purchases, :first_day, :last_day, :gap, :r,
			:alpha, :a, :b, :ll, :evals, :money, :p, :q, :v, :money_ll, :payers, :correlation, :took_ms,
			:held_out)
		ON CONFLICT DO NOTHING))
READ_MANY(value_fits, value_fit_find, value_fit,
	"SELECT " VALUE_FIT_COLUMNS " FROM value_fit WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit")
READ_ONE(value_held_out_get, value_fit_find, value_held_out_row,
	SQL(SELECT held_out FROM value_fit WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT 1))
WRITE(value_fits_prune, value_fit_find,
	SQL(DELETE FROM value_fit WHERE corp = :corp AND id NOT IN
		(SELECT id FROM value_fit WHERE corp = :corp ORDER BY id DESC LIMIT :limit)))
READ_ONE(value_run_get, none, value_run, SQL(SELECT job FROM value_run WHERE corp = :corp))
WRITE(value_run_put, value_run,
	SQL(INSERT INTO value_run (corp, job) VALUES (:corp, :job) ON CONFLICT (corp) DO UPDATE SET job = excluded.job))

/* Reads every history of the corp and fits; ret without its id. Progress is told to the job. */
err value_fit_run(struct cx *cx, struct job *job, struct value_fit_new *ret);

#endif
