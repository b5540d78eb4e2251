/*
 * Rows of tag rules: the rules and their versions (small), and per slot tallies, hits, marks put and days.
 *
 * tag_rule_mark says which marks a rule has put, so that undoing it finds them whatever its versions said.
 */
#ifndef YT_FEATURE_TAGRULE_TAGRULE_DATA_H
#define YT_FEATURE_TAGRULE_TAGRULE_DATA_H

#include "feature/tagrule/tagrule.h"

#define RULE_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(rule_key, RULE_KEY_FIELDS);
#define RULE_ROW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, STR, name) F(S, BOOL, running) F(S, BOOL, removed) F(S, I64, version) F(S, ID, epoch) \
	F(S, MS, since) F(S, ID, changed) F(S, MS, created) F(S, STR, def)
RECORD(rule_row, RULE_ROW_FIELDS);
#define RULE_CHANGED_FIELDS(F, S) F(S, ID, changed)
RECORD(rule_changed, RULE_CHANGED_FIELDS);
#define RULE_VERSION_FIELDS(F, S) F(S, ID, rule) F(S, I64, version) F(S, MS, at) F(S, STR, by_name) F(S, STR, def)
RECORD(rule_version, RULE_VERSION_FIELDS);

WRITE(rule_put, rule_row,
	SQL(INSERT INTO tag_rule (corp, id, name, running, removed, version, epoch, since, changed, created, def)
		VALUES (:corp, :id, :name, :running, :removed, :version, :epoch, :since, :changed, :created, :def)
		ON CONFLICT (corp, id) DO UPDATE SET name = excluded.name, running = excluded.running,
			removed = excluded.removed, version = excluded.version, epoch = excluded.epoch,
			since = excluded.since, changed = excluded.changed, def = excluded.def))
READ_ONE(rule_get, rule_key, rule_row,
	SQL(SELECT id, name, running, removed, version, epoch, since, changed, created, def FROM tag_rule
		WHERE corp = :corp AND id = :id AND removed = 0))
READ_MANY(rule_all, none, rule_row,
	SQL(SELECT id, name, running, removed, version, epoch, since, changed, created, def FROM tag_rule
		WHERE corp = :corp AND removed = 0 ORDER BY id))
READ_ONE(rule_newest, none, rule_changed,
	SQL(SELECT CAST(COALESCE(MAX(changed), 0) AS BIGINT) AS changed FROM tag_rule WHERE corp = :corp))
WRITE(rule_version_add, rule_version,
	SQL(INSERT INTO tag_rule_version (corp, rule, version, at, by_name, def)
		VALUES (:corp, :rule, :version, :at, :by_name, :def)))
WRITE(rule_version_drop, rule_version,
	SQL(DELETE FROM tag_rule_version WHERE corp = :corp AND rule = :rule AND version <= :version))
READ_MANY(rule_versions, rule_key, rule_version,
	SQL(SELECT rule, version, at, by_name, def FROM tag_rule_version WHERE corp = :corp AND rule = :id ORDER BY version DESC))

/* -- which live code a state is of (derived from livecode.saved) -- */
#define RULE_CODE_FIELDS(F, S) F(S, STR, state) F(S, ID, livecode)
RECORD(rule_code, RULE_CODE_FIELDS);
WRITE(rule_code_put, rule_code,
	SQL(INSERT INTO tag_rule_code (corp, state, livecode) VALUES (:corp, :state, :livecode)
		ON CONFLICT (corp, state) DO UPDATE SET livecode = excluded.livecode))
READ_ONE(rule_code_of, rule_code, rule_code,
	SQL(SELECT state, livecode FROM tag_rule_code WHERE corp = :corp AND state = :state))

/* -- tallies -- */
#define RULE_TALLY_FIELDS(F, S) \
	F(S, ID, epoch) F(S, ID, customer) F(S, I64, day) F(S, ID, part) F(S, I64, times) F(S, I64, until)
RECORD(rule_tally, RULE_TALLY_FIELDS);
#define RULE_TALLY_FIND_FIELDS(F, S) \
	F(S, ID, epoch) F(S, ID, customer) F(S, I64, first) F(S, I64, last) F(S, ID, part_from) F(S, ID, part_to)
RECORD(rule_tally_find, RULE_TALLY_FIND_FIELDS);
#define RULE_TIMES_FIELDS(F, S) F(S, I64, day) F(S, I64, times)
RECORD(rule_times, RULE_TIMES_FIELDS);
#define RULE_TALLY_RUN_FIELDS(F, S) F(S, ID, run) F(S, I64, limit)
RECORD(rule_tally_run, RULE_TALLY_RUN_FIELDS);
WRITE(rule_tally_add, rule_tally,
	SQL(INSERT INTO tag_rule_tally (slot, corp, epoch, customer, day, part, times, until)
		VALUES (:slot, :corp, :epoch, :customer, :day, :part, :times, :until)
		ON CONFLICT (slot, corp, epoch, customer, day, part) DO UPDATE SET
			times = tag_rule_tally.times + excluded.times, until = excluded.until))
WRITE(rule_tally_set, rule_tally,
	SQL(INSERT INTO tag_rule_tally (slot, corp, epoch, customer, day, part, times, until)
		VALUES (:slot, :corp, :epoch, :customer, :day, :part, :times, :until)
		ON CONFLICT (slot, corp, epoch, customer, day, part) DO UPDATE SET times = excluded.times, until = excluded.until))
WRITE(rule_tally_drop, rule_tally,
	SQL(DELETE FROM tag_rule_tally WHERE slot = :slot AND corp = :corp AND epoch = :epoch AND customer = :customer
		AND day = :day AND part = :part))
READ_MANY(rule_tally_days, rule_tally_find, rule_times,
	SQL(SELECT day, CAST(SUM(times) AS BIGINT) AS times FROM tag_rule_tally
		WHERE slot = :slot AND corp = :corp AND epoch = :epoch AND customer = :customer AND day >= :first AND day <= :last
			AND part >= :part_from AND part <= :part_to
		GROUP BY day ORDER BY day))
READ_MANY(rule_tallies_of_run, rule_tally_run, rule_tally,
	SQL(SELECT epoch, customer, day, part, times, until FROM tag_rule_tally
		WHERE slot = :slot AND corp = :corp AND part = :run AND part > 1 ORDER BY customer, day LIMIT :limit))

/* -- what rules did -- */
#define RULE_HIT_FIELDS(F, S)                                                   \
	F(S, ID, rule) F(S, ID, customer) F(S, MS, first) F(S, MS, last) F(S, I64, times) F(S, ID, event) \
	F(S, I64, version) F(S, BOOL, undone)
RECORD(rule_hit, RULE_HIT_FIELDS);
#define RULE_HIT_PAGE_FIELDS(F, S) F(S, ID, rule) F(S, MS, before) F(S, ID, customer) F(S, I64, limit)
RECORD(rule_hit_page, RULE_HIT_PAGE_FIELDS);
#define RULE_MARK_FIELDS(F, S) F(S, ID, rule) F(S, ID, customer) F(S, ID, tag)
RECORD(rule_mark, RULE_MARK_FIELDS);
#define RULE_MARK_PAGE_FIELDS(F, S) F(S, ID, rule) F(S, I64, limit)
RECORD(rule_mark_page, RULE_MARK_PAGE_FIELDS);
#define RULE_N_FIELDS(F, S) F(S, I64, n)
RECORD(rule_n, RULE_N_FIELDS);
#define RULE_DAY_FIELDS(F, S)                                                   \
	F(S, ID, rule) F(S, I64, day) F(S, I64, hits) F(S, I64, marked) F(S, I64, errors) \
	F(S, MS, last_hit, .opt = true) F(S, STR, last_error, .opt = true)
RECORD(rule_day, RULE_DAY_FIELDS);
#define RULE_STATS_FIND_FIELDS(F, S) F(S, I64, week) F(S, I64, month)
RECORD(rule_stats_find, RULE_STATS_FIND_FIELDS);
#define RULE_STATS_FIELDS(F, S)                                                 \
	F(S, ID, rule) F(S, I64, week) F(S, I64, month) F(S, I64, errors) F(S, MS, last_hit, .opt = true) F(S, STR, last_error, .opt = true)
RECORD(rule_stats, RULE_STATS_FIELDS);

READ_ONE(rule_hit_of, rule_hit, rule_n,
	SQL(SELECT COUNT(*) AS n FROM tag_rule_hit
		WHERE slot = :slot AND corp = :corp AND rule = :rule AND customer = :customer AND undone = 0))
WRITE(rule_hit_put, rule_hit,
	SQL(INSERT INTO tag_rule_hit (slot, corp, rule, customer, first, last, times, event, version, undone)
		VALUES (:slot, :corp, :rule, :customer, :first, :last, :times, :event, :version, 0)
		ON CONFLICT (slot, corp, rule, customer) DO UPDATE SET last = excluded.last,
			times = tag_rule_hit.times + excluded.times, event = excluded.event, version = excluded.version, undone = 0))
WRITE(rule_hit_undo, rule_mark,
	SQL(UPDATE tag_rule_hit SET undone = 1 WHERE slot = :slot AND corp = :corp AND rule = :rule AND customer = :customer))
READ_MANY(rule_hits, rule_hit_page, rule_hit,
	SQL_UNSCOPED("each person is checked against the viewer's scope before she is shown",
		SELECT rule, customer, first, last, times, event, version, undone FROM tag_rule_hit
		WHERE slot = :slot AND corp = :corp AND rule = :rule AND (last, customer) < (:before, :customer)
		ORDER BY last DESC, customer DESC LIMIT :limit))
WRITE(rule_mark_add, rule_mark,
	SQL(INSERT INTO tag_rule_mark (slot, corp, rule, customer, tag) VALUES (:slot, :corp, :rule, :customer, :tag)
		ON CONFLICT (slot, corp, rule, customer, tag) DO NOTHING))
WRITE(rule_mark_drop, rule_mark,
	SQL(DELETE FROM tag_rule_mark
		WHERE slot = :slot AND corp = :corp AND rule = :rule AND customer = :customer AND tag = :tag))
READ_MANY(rule_marks, rule_mark_page, rule_mark,
	SQL(SELECT rule, customer, tag FROM tag_rule_mark WHERE slot = :slot AND corp = :corp AND rule = :rule
		ORDER BY customer, tag LIMIT :limit))
READ_ONE(rule_mark_people, rule_key, rule_n,
	SQL(SELECT COUNT(DISTINCT customer) AS n FROM tag_rule_mark WHERE slot = :slot AND corp = :corp AND rule = :id))
WRITE(rule_day_add, rule_day,
	SQL(INSERT INTO tag_rule_day (slot, corp, rule, day, hits, marked, errors, last_hit, last_error)
		VALUES (:slot, :corp, :rule, :day, :hits, :marked, :errors, :last_hit, :last_error)
		ON CONFLICT (slot, corp, rule, day) DO UPDATE SET hits = tag_rule_day.hits + excluded.hits,
			marked = tag_rule_day.marked + excluded.marked, errors = tag_rule_day.errors + excluded.errors,
			last_hit = COALESCE(excluded.last_hit, tag_rule_day.last_hit),
			last_error = COALESCE(excluded.last_error, tag_rule_day.last_error)))
READ_MANY(rule_stats_all, rule_stats_find, rule_stats,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT rule, CAST(SUM(CASE WHEN day >= :week THEN hits ELSE 0 END) AS BIGINT) AS week,
			CAST(SUM(CASE WHEN day >= :month THEN hits ELSE 0 END) AS BIGINT) AS month,
			CAST(SUM(CASE WHEN day >= :month THEN errors ELSE 0 END) AS BIGINT) AS errors,
			MAX(last_hit) AS last_hit, MAX(CASE WHEN day >= :month THEN last_error END) AS last_error
		FROM tag_rule_day WHERE corp = :corp GROUP BY rule))

#endif
