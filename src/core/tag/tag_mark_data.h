/*
 * Rows about customers: marks with their sources, what is refused, what was agreed to, the WeCom side of
 * each relation, and how many leaves carry a tag per slot.
 *
 * tag_mark shows the strongest source of a mark, tag_source the others that hold it too; together they are
 * the sources, each once. Most marks have one source, so most have no row in tag_source.
 */
#ifndef YT_CORE_TAG_TAG_MARK_DATA_H
#define YT_CORE_TAG_TAG_MARK_DATA_H

#include "core/tag/tag_data.h"

#define TAG_SUM_FIELDS(F, S) F(S, ID, tag) F(S, I64, customers)
RECORD(tag_sum, TAG_SUM_FIELDS);
/* source: 0 of hands and WeCom, else why_id. evidence is sealed. */
#define TAG_MARK_FIELDS(F, S)                                               \
	F(S, ID, customer) F(S, ID, tag) F(S, STR, why) F(S, ID, source) F(S, ID, why_id, .opt = true) F(S, MS, at) \
	F(S, I64, confidence, .opt = true) F(S, MS, expires, .opt = true) F(S, STR, evidence, .opt = true)
RECORD(tag_mark_row, TAG_MARK_FIELDS);
#define TAG_ON_FIELDS(F, S) F(S, ID, customer) F(S, ID, tag)
RECORD(tag_on, TAG_ON_FIELDS);
#define TAG_DUE_FIELDS(F, S) F(S, MS, at) F(S, I64, limit)
RECORD(tag_due, TAG_DUE_FIELDS);
#define TAG_NEXT_FIELDS(F, S) F(S, MS, expires, .opt = true)
RECORD(tag_next, TAG_NEXT_FIELDS);
#define TAG_SPAN_FIELDS(F, S) F(S, ID, tag) F(S, ID, after) F(S, ID, upto)
RECORD(tag_span, TAG_SPAN_FIELDS);
#define TAG_LAST_FIELDS(F, S) F(S, ID, customer, .opt = true)
RECORD(tag_last, TAG_LAST_FIELDS);
#define TAG_RELATION_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff) F(S, ID, tag) F(S, MS, pushed, .opt = true)
RECORD(tag_relation, TAG_RELATION_FIELDS);
#define TAG_REFUSAL_FIELDS(F, S) \
	F(S, ID, customer) F(S, ID, tag) F(S, STR, why) F(S, ID, why_id, .opt = true) F(S, MS, at)
RECORD(tag_refusal, TAG_REFUSAL_FIELDS);

WRITE(tag_mark_put, tag_mark_row,
	SQL(INSERT INTO tag_mark (slot, corp, customer, tag, why, why_id, at, confidence, expires, evidence)
		VALUES (:slot, :corp, :customer, :tag, :why, :why_id, :at, :confidence, :expires, :evidence)
		ON CONFLICT (slot, corp, customer, tag) DO UPDATE SET why = excluded.why, why_id = excluded.why_id,
			at = excluded.at, confidence = excluded.confidence, expires = excluded.expires,
			evidence = excluded.evidence))
WRITE(tag_mark_remove, tag_on,
	SQL(DELETE FROM tag_mark WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag))
READ_ONE(tag_mark_get, tag_on, tag_mark_row,
	SQL(SELECT customer, tag, why, CASE WHEN why IN ('manual', 'wecom') THEN 0 ELSE COALESCE(why_id, 0) END AS source,
			why_id, at, confidence, expires, evidence
		FROM tag_mark WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag))
READ_MANY(tag_marks_of, tag_key, tag_mark_row,
	SQL(SELECT m.customer AS customer, m.tag AS tag, m.why AS why,
			CASE WHEN m.why IN ('manual', 'wecom') THEN 0 ELSE COALESCE(m.why_id, 0) END AS source,
			m.why_id AS why_id, m.at AS at, m.confidence AS confidence, m.expires AS expires, m.evidence AS evidence
		FROM tag_mark m JOIN tag t ON t.corp = m.corp AND t.id = m.tag
		WHERE m.slot = :slot AND m.corp = :corp AND m.customer = :id AND t.removed = 0 ORDER BY m.tag))
READ_MANY(tag_marks_due, tag_due, tag_mark_row,
	SQL(SELECT customer, tag, why, CASE WHEN why IN ('manual', 'wecom') THEN 0 ELSE COALESCE(why_id, 0) END AS source,
			why_id, at, confidence, expires, evidence
		FROM tag_mark WHERE slot = :slot AND corp = :corp AND expires IS NOT NULL AND expires <= :at
		ORDER BY expires, customer, tag LIMIT :limit))
/* The leaves of a range that carry it, and the last leaf of the slot with anything. */
READ_MANY(tag_carriers, tag_span, tag_on,
	SQL(SELECT customer, tag FROM tag_mark
		WHERE slot = :slot AND corp = :corp AND customer > :after AND customer <= :upto AND tag = :tag ORDER BY customer))
READ_ONE(tag_carrier_last, none, tag_last,
	SQL(SELECT MAX(e.customer) AS customer FROM (
		SELECT MAX(customer) AS customer FROM tag_mark WHERE slot = :slot AND corp = :corp
		UNION ALL SELECT MAX(customer) AS customer FROM tag_refusal WHERE slot = :slot AND corp = :corp) e))

WRITE(tag_source_put, tag_mark_row,
	SQL(INSERT INTO tag_source (slot, corp, customer, tag, why, source, why_id, at, confidence, expires, evidence)
		VALUES (:slot, :corp, :customer, :tag, :why, :source, :why_id, :at, :confidence, :expires, :evidence)
		ON CONFLICT (slot, corp, customer, tag, why, source) DO UPDATE SET why_id = excluded.why_id, at = excluded.at,
			confidence = excluded.confidence, expires = excluded.expires, evidence = excluded.evidence))
WRITE(tag_source_drop, tag_mark_row,
	SQL(DELETE FROM tag_source WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag
		AND why = :why AND source = :source))
WRITE(tag_source_drop_kind, tag_mark_row,
	SQL(DELETE FROM tag_source WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag
		AND why = :why))
WRITE(tag_source_clear, tag_on,
	SQL(DELETE FROM tag_source WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag))
READ_MANY(tag_sources, tag_on, tag_mark_row,
	SQL(SELECT customer, tag, why, source, why_id, at, confidence, expires, evidence FROM tag_source
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag ORDER BY at, why, source))
WRITE(tag_sources_expire, tag_due,
	SQL(DELETE FROM tag_source WHERE slot = :slot AND corp = :corp AND expires IS NOT NULL AND expires <= :at))
READ_ONE(tag_next_due, none, tag_next,
	SQL(SELECT MIN(e.expires) AS expires FROM (
		SELECT MIN(expires) AS expires FROM tag_mark
			WHERE slot = :slot AND corp = :corp AND expires IS NOT NULL
		UNION ALL SELECT MIN(expires) AS expires FROM tag_source
			WHERE slot = :slot AND corp = :corp AND expires IS NOT NULL) e))

WRITE(tag_tally_add, tag_sum,
	SQL(INSERT INTO tag_tally (slot, corp, tag, customers) VALUES (:slot, :corp, :tag, :customers)
		ON CONFLICT (slot, corp, tag) DO UPDATE SET customers = tag_tally.customers + excluded.customers))
READ_MANY(tag_tallies, none, tag_sum,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT tag, CAST(SUM(customers) AS BIGINT) AS customers FROM tag_tally WHERE corp = :corp GROUP BY tag))

WRITE(tag_relation_add, tag_relation,
	SQL(INSERT INTO tag_relation (slot, corp, customer, staff, tag, pushed)
		VALUES (:slot, :corp, :customer, :staff, :tag, :pushed)
		ON CONFLICT (slot, corp, customer, staff, tag) DO NOTHING))
WRITE(tag_relation_remove, tag_relation,
	SQL(DELETE FROM tag_relation
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff AND tag = :tag))
READ_MANY(tag_relation_of, tag_relation, tag_relation,
	SQL(SELECT customer, staff, tag, pushed FROM tag_relation
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff))

WRITE(tag_refusal_put, tag_refusal,
	SQL(INSERT INTO tag_refusal (slot, corp, customer, tag, at, why, why_id)
		VALUES (:slot, :corp, :customer, :tag, :at, :why, :why_id)
		ON CONFLICT (slot, corp, customer, tag) DO NOTHING))
READ_ONE(tag_refusal_of, tag_on, tag_count,
	SQL(SELECT COUNT(*) AS n FROM tag_refusal
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag))
READ_MANY(tag_refusals, tag_key, tag_refusal,
	SQL(SELECT customer, tag, why, why_id, at FROM tag_refusal
		WHERE slot = :slot AND corp = :corp AND customer = :id ORDER BY tag))
READ_MANY(tag_refusals_span, tag_span, tag_refusal,
	SQL(SELECT customer, tag, why, why_id, at FROM tag_refusal
		WHERE slot = :slot AND corp = :corp AND customer > :after AND customer <= :upto AND tag = :tag ORDER BY customer))
WRITE(tag_refusal_lift, tag_on,
	SQL(DELETE FROM tag_refusal WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag))

#define TAG_CONSENT_FIELDS(F, S)                                            \
	F(S, ID, customer) F(S, ID, id) F(S, STR, purpose) F(S, STR, how) F(S, STR, said, .opt = true) F(S, ID, who) \
	F(S, MS, at) F(S, MS, withdrawn, .opt = true)
RECORD(tag_consent, TAG_CONSENT_FIELDS);
WRITE(tag_consent_put, tag_consent,
	SQL(INSERT INTO tag_consent (slot, corp, customer, id, purpose, how, said, who, at, withdrawn)
		VALUES (:slot, :corp, :customer, :id, :purpose, :how, :said, :who, :at, :withdrawn)
		ON CONFLICT (slot, corp, customer, id) DO UPDATE SET withdrawn = excluded.withdrawn))
READ_MANY(tag_consents, tag_key, tag_consent,
	SQL(SELECT customer, id, purpose, how, said, who, at, withdrawn FROM tag_consent
		WHERE slot = :slot AND corp = :corp AND customer = :id ORDER BY id DESC))

#endif
