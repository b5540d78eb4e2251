/*
 * lifecycle's rows: rules and what jobs found (small, by corp), stages and what they are judged by (by person).
 */
#ifndef YT_FEATURE_LIFECYCLE_LIFECYCLE_DATA_H
#define YT_FEATURE_LIFECYCLE_LIFECYCLE_DATA_H

#include "feature/lifecycle/lifecycle.h"

#define LIFE_RULE_ROW_FIELDS(F, S)                                                  \
	F(S, I64, version) F(S, STR, template) F(S, I64, growing) F(S, I64, mature) F(S, I64, win) F(S, I64, dormant) \
	F(S, I64, lost) F(S, STR, life) F(S, I64, grown) F(S, MS, saved) F(S, ID, job)
RECORD(life_rule_row, LIFE_RULE_ROW_FIELDS);
#define LIFE_MS_FIELDS(F, S) F(S, MS, at, .opt = true)
RECORD(life_ms, LIFE_MS_FIELDS);

READ_ONE(life_rule_now, none, life_rule_row,
	SQL(SELECT version, template, growing, mature, win, dormant, lost, life, grown, saved, job
		FROM life_rule WHERE corp = :corp ORDER BY version DESC LIMIT 1))
READ_ONE(life_rule_first, none, life_ms, SQL(SELECT MIN(saved) AS at FROM life_rule WHERE corp = :corp))
WRITE(life_rule_add, life_rule_row,
	SQL(INSERT INTO life_rule (corp, version, template, growing, mature, win, dormant, lost, life, grown, saved, job)
		VALUES (:corp, :version, :template, :growing, :mature, :win, :dormant, :lost, :life, :grown, :saved, :job)
		ON CONFLICT DO NOTHING))

#define LIFE_PREVIEW_FIELDS(F, S) F(S, ID, job) F(S, MS, at) F(S, I64, people) F(S, I64, moved) F(S, STR, moves)
RECORD(life_preview, LIFE_PREVIEW_FIELDS);
#define LIFE_JOB_FIELDS(F, S) F(S, ID, job)
RECORD(life_job, LIFE_JOB_FIELDS);
READ_ONE(life_preview_get, life_job, life_preview,
	SQL(SELECT job, at, people, moved, moves FROM life_preview WHERE corp = :corp AND job = :job))
WRITE(life_preview_put, life_preview,
	SQL(INSERT INTO life_preview (corp, job, at, people, moved, moves) VALUES (:corp, :job, :at, :people, :moved, :moves)
		ON CONFLICT (corp, job) DO UPDATE SET at = excluded.at, people = excluded.people, moved = excluded.moved,
			moves = excluded.moves))
WRITE(life_preview_clear, life_job, SQL(DELETE FROM life_preview WHERE corp = :corp AND job < :job))

#define LIFE_SAMPLE_FIELDS(F, S) F(S, ID, job) F(S, MS, at) F(S, I64, people) F(S, I64, gaps) F(S, I64, p75) F(S, I64, p90)
RECORD(life_sample, LIFE_SAMPLE_FIELDS);
READ_ONE(life_sample_get, none, life_sample,
	SQL(SELECT job, at, people, gaps, p75, p90 FROM life_sample WHERE corp = :corp))
WRITE(life_sample_put, life_sample,
	SQL(INSERT INTO life_sample (corp, job, at, people, gaps, p75, p90)
		VALUES (:corp, :job, :at, :people, :gaps, :p75, :p90)
		ON CONFLICT (corp) DO UPDATE SET job = excluded.job, at = excluded.at, people = excluded.people,
			gaps = excluded.gaps, p75 = excluded.p75, p90 = excluded.p90))

/* -- one person -- */
#define LIFE_KEY_FIELDS(F, S) F(S, ID, customer)
RECORD(life_key, LIFE_KEY_FIELDS);
#define STAGE_NOW_FIELDS(F, S)                                                      \
	F(S, ID, customer) F(S, STR, stage) F(S, MS, since, .opt = true) F(S, MS, changed) F(S, STR, reason) \
	F(S, I64, n) F(S, I64, cap) F(S, I64, rule)
RECORD(stage_now, STAGE_NOW_FIELDS);
READ_ONE(stage_now_get, life_key, stage_now,
	SQL_UNSCOPED("callers check the viewer's scope on the person first",
		SELECT customer, stage, since, changed, reason, n, cap, rule FROM stage_now
		WHERE slot = :slot AND corp = :corp AND customer = :customer))
WRITE(stage_now_put, stage_now,
	SQL(INSERT INTO stage_now (slot, corp, customer, stage, since, changed, reason, n, cap, rule)
		VALUES (:slot, :corp, :customer, :stage, :since, :changed, :reason, :n, :cap, :rule)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET stage = excluded.stage, since = excluded.since,
			changed = excluded.changed, reason = excluded.reason, n = excluded.n, cap = excluded.cap,
			rule = excluded.rule))

#define LIFE_OF_FIELDS(F, S) F(S, ID, customer) F(S, I64, limit)
RECORD(life_of, LIFE_OF_FIELDS);
#define LIFE_AT_FIELDS(F, S) F(S, MS, at)
RECORD(life_at, LIFE_AT_FIELDS);
READ_MANY(life_orders_of, life_of, life_at,
	SQL(SELECT at FROM life_order WHERE slot = :slot AND corp = :corp AND customer = :customer AND stands = 1
		ORDER BY at DESC LIMIT :limit))
READ_MANY(life_signs_of, life_of, life_at,
	SQL(SELECT at FROM life_sign WHERE slot = :slot AND corp = :corp AND customer = :customer
		ORDER BY at DESC LIMIT :limit))
READ_ONE(life_sign_last, life_key, life_at,
	SQL(SELECT at FROM life_sign WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY day DESC LIMIT 1))

/* -- derived -- */
#define LIFE_ORDER_FIELDS(F, S) F(S, ID, customer) F(S, ID, id) F(S, MS, at) F(S, BOOL, stands)
RECORD(life_order, LIFE_ORDER_FIELDS);
WRITE(life_order_put, life_order,
	SQL(INSERT INTO life_order (slot, corp, customer, id, at, stands) VALUES (:slot, :corp, :customer, :id, :at, :stands)
		ON CONFLICT (slot, corp, customer, id) DO UPDATE SET at = excluded.at, stands = excluded.stands))
WRITE(life_order_drop, life_order,
	SQL(DELETE FROM life_order WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
WRITE(life_order_stand, life_order,
	SQL(UPDATE life_order SET stands = :stands
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
#define LIFE_SIGN_FIELDS(F, S) F(S, ID, customer) F(S, I64, day) F(S, MS, at)
RECORD(life_sign, LIFE_SIGN_FIELDS);
WRITE(life_sign_put, life_sign,
	SQL(INSERT INTO life_sign (slot, corp, customer, day, at) VALUES (:slot, :corp, :customer, :day, :at)
		ON CONFLICT (slot, corp, customer, day) DO UPDATE SET at = excluded.at WHERE excluded.at < life_sign.at))

#define LIFE_CHANGE_FIELDS(F, S)                                                    \
	F(S, ID, customer) F(S, ID, event) F(S, MS, at) F(S, STR, was, .opt = true) F(S, STR, stage) F(S, STR, reason) \
	F(S, I64, n) F(S, I64, cap) F(S, I64, rule)
RECORD(life_change, LIFE_CHANGE_FIELDS);
WRITE(life_change_add, life_change,
	SQL(INSERT INTO life_change (slot, corp, customer, event, at, was, stage, reason, n, cap, rule)
		VALUES (:slot, :corp, :customer, :event, :at, :was, :stage, :reason, :n, :cap, :rule)
		ON CONFLICT DO NOTHING))
READ_MANY(life_changes_of, life_of, life_change,
	SQL(SELECT customer, event, at, was, stage, reason, n, cap, rule FROM life_change
		WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY at DESC, event DESC LIMIT :limit))

#define LIFE_THEN_FIELDS(F, S) F(S, ID, customer) F(S, ID, event)
RECORD(life_then_find, LIFE_THEN_FIELDS);
READ_ONE(life_change_then, life_then_find, life_change,
	SQL(SELECT customer, event, at, was, stage, reason, n, cap, rule FROM life_change
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND event <= :event ORDER BY event DESC LIMIT 1))
READ_ONE(life_change_next, life_then_find, life_change,
	SQL(SELECT customer, event, at, was, stage, reason, n, cap, rule FROM life_change
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND event > :event ORDER BY event LIMIT 1))

#define LIFE_MOVE_FIELDS(F, S) F(S, I64, day) F(S, ID, staff) F(S, STR, was) F(S, STR, stage) F(S, I64, n)
RECORD(life_move, LIFE_MOVE_FIELDS);
#define LIFE_RANGE_FIELDS(F, S) F(S, I64, from) F(S, I64, to)
RECORD(life_range, LIFE_RANGE_FIELDS);
#define LIFE_FLOW_FIELDS(F, S) F(S, STR, was) F(S, STR, stage) F(S, I64, n)
RECORD(life_flow, LIFE_FLOW_FIELDS);
WRITE(life_move_add, life_move,
	SQL(INSERT INTO life_move (slot, corp, day, staff, was, stage, n) VALUES (:slot, :corp, :day, :staff, :was, :stage, :n)
		ON CONFLICT (slot, corp, day, staff, was, stage) DO UPDATE SET n = life_move.n + excluded.n))
READ_MANY(life_flows, life_range, life_flow,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT was, stage, CAST(SUM(n) AS BIGINT) AS n FROM life_move
		WHERE corp = :corp AND day >= :from AND day <= :to
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY was, stage ORDER BY was, stage))

static inline struct life_rule life_rule_of(const struct life_rule_row *r)
{
	return (struct life_rule){ r->template, r->growing, r->mature, r->win, r->dormant, r->lost, r->life, r->grown };
}

#endif
