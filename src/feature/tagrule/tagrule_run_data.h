/*
 * Rows of dry runs: the run, how far it has walked each slot, and whom it found; and what the nightly
 * clearing takes away.
 */
#ifndef YT_FEATURE_TAGRULE_TAGRULE_RUN_DATA_H
#define YT_FEATURE_TAGRULE_TAGRULE_RUN_DATA_H

#include "feature/tagrule/tagrule_int.h"

/* state: running, ready, applying, applied. A run whose job failed stays where it was. */
#define RULE_RUN_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, ID, rule) F(S, I64, version) F(S, ID, epoch) F(S, STR, state) F(S, I64, from_day) F(S, MS, before) \
	F(S, ID, job) \
	F(S, MS, created) F(S, STR, by_name) F(S, I64, people) F(S, I64, already) F(S, I64, marked) F(S, MS, applied, .opt = true)
RECORD(rule_run, RULE_RUN_FIELDS);
#define RULE_WALK_FIELDS(F, S) F(S, ID, run) F(S, I64, seq) F(S, I64, until)
RECORD(rule_walk, RULE_WALK_FIELDS);
#define RULE_FIND_FIELDS(F, S)                                                  \
	F(S, ID, run) F(S, ID, customer) F(S, ID, event) F(S, MS, at) F(S, I64, day) F(S, BOOL, already) F(S, BOOL, applied) \
	F(S, BOOL, marked) F(S, I64, until)
RECORD(rule_find, RULE_FIND_FIELDS);
#define RULE_FIND_PAGE_FIELDS(F, S) F(S, ID, run) F(S, ID, after) F(S, I64, limit)
RECORD(rule_find_page, RULE_FIND_PAGE_FIELDS);
#define RULE_RUN_SUM_FIELDS(F, S) F(S, I64, people) F(S, I64, already) F(S, I64, marked)
RECORD(rule_run_sum, RULE_RUN_SUM_FIELDS);
#define RULE_RUN_DAY_FIELDS(F, S) F(S, I64, day) F(S, I64, people)
RECORD(rule_run_day, RULE_RUN_DAY_FIELDS);
#define RULE_CLEAN_FIELDS(F, S) F(S, I64, day) F(S, I64, limit) F(S, ID, epoch, .opt = true)
RECORD(rule_clean, RULE_CLEAN_FIELDS);
#define RULE_EPOCH_AFTER_FIELDS(F, S) F(S, ID, after)
RECORD(rule_epoch_after, RULE_EPOCH_AFTER_FIELDS);
#define RULE_EPOCH_FIELDS(F, S) F(S, ID, epoch)
RECORD(rule_epoch, RULE_EPOCH_FIELDS);

WRITE(rule_run_put, rule_run,
	SQL(INSERT INTO tag_rule_run (corp, id, rule, version, epoch, state, from_day, before, job, created, by_name, people, already,
			marked, applied)
		VALUES (:corp, :id, :rule, :version, :epoch, :state, :from_day, :before, :job, :created, :by_name, :people, :already,
			:marked, :applied)
		ON CONFLICT (corp, id) DO UPDATE SET state = excluded.state, job = excluded.job, people = excluded.people,
			already = excluded.already, marked = excluded.marked, applied = excluded.applied))
READ_ONE(rule_run_get, rule_key, rule_run,
	SQL(SELECT id, rule, version, epoch, state, from_day, before, job, created, by_name, people, already, marked, applied
		FROM tag_rule_run WHERE corp = :corp AND id = :id))
READ_MANY(rule_runs_of, rule_key, rule_run,
	SQL(SELECT id, rule, version, epoch, state, from_day, before, job, created, by_name, people, already, marked, applied
		FROM tag_rule_run WHERE corp = :corp AND rule = :id ORDER BY id DESC LIMIT 20))

READ_ONE(rule_walk_get, rule_key, rule_walk,
	SQL(SELECT run, seq, until FROM tag_rule_walk WHERE slot = :slot AND corp = :corp AND run = :id))
WRITE(rule_walk_put, rule_walk,
	SQL(INSERT INTO tag_rule_walk (slot, corp, run, seq, until) VALUES (:slot, :corp, :run, :seq, :until)
		ON CONFLICT (slot, corp, run) DO UPDATE SET seq = excluded.seq))

READ_ONE(rule_find_of, rule_find, rule_n,
	SQL(SELECT COUNT(*) AS n FROM tag_rule_find WHERE slot = :slot AND corp = :corp AND run = :run AND customer = :customer))
WRITE(rule_find_add, rule_find,
	SQL(INSERT INTO tag_rule_find (slot, corp, run, customer, event, at, day, already, applied, marked, until)
		VALUES (:slot, :corp, :run, :customer, :event, :at, :day, :already, 0, 0, :until)
		ON CONFLICT (slot, corp, run, customer) DO NOTHING))
WRITE(rule_find_done, rule_find,
	SQL(UPDATE tag_rule_find SET applied = 1, marked = :marked
		WHERE slot = :slot AND corp = :corp AND run = :run AND customer = :customer))
READ_MANY(rule_finds, rule_find_page, rule_find,
	SQL_UNSCOPED("each person is checked against the viewer's scope before she is shown; jobs act on all",
		SELECT run, customer, event, at, day, already, applied, marked, until FROM tag_rule_find
		WHERE slot = :slot AND corp = :corp AND run = :run AND customer > :after ORDER BY customer LIMIT :limit))
READ_ONE(rule_find_sums, rule_key, rule_run_sum,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT COUNT(*) AS people, CAST(COALESCE(SUM(already), 0) AS BIGINT) AS already,
			CAST(COALESCE(SUM(marked), 0) AS BIGINT) AS marked
		FROM tag_rule_find WHERE corp = :corp AND run = :id))
READ_MANY(rule_find_days, rule_key, rule_run_day,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT day, COUNT(*) AS people FROM tag_rule_find WHERE corp = :corp AND run = :id GROUP BY day ORDER BY day))

/* -- clearing -- */
WRITE(rule_clean_tallies, rule_clean,
	SQL(DELETE FROM tag_rule_tally WHERE slot = :slot AND corp = :corp AND (epoch, customer, day, part) IN (
		SELECT epoch, customer, day, part FROM tag_rule_tally WHERE slot = :slot AND corp = :corp AND until < :day LIMIT :limit)))
/* Epochs that have tallies, one after the other by the key. */
READ_ONE(rule_epoch_next, rule_epoch_after, rule_epoch,
	SQL(SELECT CAST(COALESCE(MIN(epoch), 0) AS BIGINT) AS epoch FROM tag_rule_tally
		WHERE slot = :slot AND corp = :corp AND epoch > :after))
WRITE(rule_clean_epoch, rule_clean,
	SQL(DELETE FROM tag_rule_tally WHERE slot = :slot AND corp = :corp AND epoch = :epoch AND (customer, day, part) IN (
		SELECT customer, day, part FROM tag_rule_tally WHERE slot = :slot AND corp = :corp AND epoch = :epoch LIMIT :limit)))
WRITE(rule_clean_finds, rule_clean,
	SQL(DELETE FROM tag_rule_find WHERE slot = :slot AND corp = :corp AND (run, customer) IN (
		SELECT run, customer FROM tag_rule_find WHERE slot = :slot AND corp = :corp AND until < :day LIMIT :limit)))
WRITE(rule_clean_walks, rule_clean,
	SQL(DELETE FROM tag_rule_walk WHERE slot = :slot AND corp = :corp AND until < :day))
WRITE(rule_clean_days, rule_clean,
	SQL(DELETE FROM tag_rule_day WHERE slot = :slot AND corp = :corp AND day < :day - 400))

#endif
