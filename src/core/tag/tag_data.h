/*
 * tag's rows: groups and tags (small tables, removed ones stay for the journal's sake), marks and their
 * tally per slot, the WeCom side of each relation, and what an operator took off in WeCom.
 */
#ifndef YT_CORE_TAG_TAG_DATA_H
#define YT_CORE_TAG_TAG_DATA_H

#include "core/tag/tag.h"

#define TAG_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(tag_key, TAG_KEY_FIELDS);
#define TAG_NAMED_FIELDS(F, S) F(S, STR, name)
RECORD(tag_named, TAG_NAMED_FIELDS);
#define TAG_IN_GROUP_FIELDS(F, S) F(S, ID, group_id) F(S, STR, name)
RECORD(tag_in_group, TAG_IN_GROUP_FIELDS);
#define TAG_WECOM_FIELDS(F, S) F(S, STR, wecom_id)
RECORD(tag_wecom_key, TAG_WECOM_FIELDS);
#define TAG_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(tag_count, TAG_COUNT_FIELDS);
#define TAG_SUM_FIELDS(F, S) F(S, ID, tag) F(S, I64, customers)
RECORD(tag_sum, TAG_SUM_FIELDS);
#define TAG_MARK_FIELDS(F, S)                                               \
	F(S, ID, customer) F(S, ID, tag) F(S, STR, why) F(S, ID, why_id, .opt = true) F(S, MS, at)
RECORD(tag_mark_row, TAG_MARK_FIELDS);
#define TAG_RELATION_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff) F(S, ID, tag)
RECORD(tag_relation, TAG_RELATION_FIELDS);

WRITE(tag_group_put, tag_group,
	SQL(INSERT INTO tag_group (corp, id, name, sort, wecom_id, source, removed)
		VALUES (:corp, :id, :name, :sort, :wecom_id, :source, 0)
		ON CONFLICT (corp, id) DO UPDATE SET name = excluded.name, sort = excluded.sort, wecom_id = excluded.wecom_id))
WRITE(tag_group_drop, tag_key, SQL(UPDATE tag_group SET removed = 1 WHERE corp = :corp AND id = :id))
READ_MANY(tag_groups, none, tag_group,
	SQL(SELECT id, name, sort, wecom_id, source FROM tag_group WHERE corp = :corp AND removed = 0 ORDER BY sort DESC, id))
READ_ONE(tag_group_get, tag_key, tag_group,
	SQL(SELECT id, name, sort, wecom_id, source FROM tag_group WHERE corp = :corp AND id = :id AND removed = 0))
READ_ONE(tag_group_named, tag_named, tag_group,
	SQL(SELECT id, name, sort, wecom_id, source FROM tag_group WHERE corp = :corp AND name = :name AND removed = 0))

WRITE(tag_put, tag,
	SQL(INSERT INTO tag (corp, id, group_id, name, sort, sync, wecom_id, source, removed)
		VALUES (:corp, :id, :group_id, :name, :sort, :sync, :wecom_id, :source, :removed)
		ON CONFLICT (corp, id) DO UPDATE SET name = excluded.name, sort = excluded.sort, sync = excluded.sync,
			wecom_id = excluded.wecom_id, removed = excluded.removed))
READ_ONE(tag_by_id, tag_key, tag,
	SQL(SELECT id, group_id, name, sort, sync, wecom_id, source, removed FROM tag WHERE corp = :corp AND id = :id))
READ_ONE(tag_by_wecom_id, tag_wecom_key, tag,
	SQL(SELECT id, group_id, name, sort, sync, wecom_id, source, removed FROM tag
		WHERE corp = :corp AND wecom_id = :wecom_id AND removed = 0))
READ_MANY(tag_named_all, tag_named, tag,
	SQL(SELECT id, group_id, name, sort, sync, wecom_id, source, removed FROM tag
		WHERE corp = :corp AND name = :name AND removed = 0 ORDER BY id))
READ_ONE(tag_named_in, tag_in_group, tag,
	SQL(SELECT id, group_id, name, sort, sync, wecom_id, source, removed FROM tag
		WHERE corp = :corp AND group_id = :group_id AND name = :name AND removed = 0))
READ_MANY(tag_live, none, tag,
	SQL(SELECT id, group_id, name, sort, sync, wecom_id, source, removed FROM tag
		WHERE corp = :corp AND removed = 0 ORDER BY group_id, sort DESC, id))
READ_ONE(tag_total, none, tag_count, SQL(SELECT COUNT(*) AS n FROM tag WHERE corp = :corp AND removed = 0))

WRITE_ONE(tag_mark_add, tag_mark_row, tag_sum,
	SQL(INSERT INTO tag_mark (slot, corp, customer, tag, why, why_id, at)
		VALUES (:slot, :corp, :customer, :tag, :why, :why_id, :at)
		ON CONFLICT (slot, corp, customer, tag) DO NOTHING RETURNING tag, 1 AS customers))
WRITE(tag_mark_remove, tag_mark_row,
	SQL(DELETE FROM tag_mark WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag))
READ_MANY(tag_marks_of, tag_key, tag_sum,
	SQL(SELECT m.tag AS tag, 1 AS customers FROM tag_mark m JOIN tag t ON t.corp = m.corp AND t.id = m.tag
		WHERE m.slot = :slot AND m.corp = :corp AND m.customer = :id AND t.removed = 0 ORDER BY m.tag))
WRITE(tag_tally_add, tag_sum,
	SQL(INSERT INTO tag_tally (slot, corp, tag, customers) VALUES (:slot, :corp, :tag, :customers)
		ON CONFLICT (slot, corp, tag) DO UPDATE SET customers = tag_tally.customers + excluded.customers))
READ_MANY(tag_tallies, none, tag_sum,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT tag, CAST(SUM(customers) AS BIGINT) AS customers FROM tag_tally WHERE corp = :corp GROUP BY tag))

WRITE(tag_relation_add, tag_relation,
	SQL(INSERT INTO tag_relation (slot, corp, customer, staff, tag) VALUES (:slot, :corp, :customer, :staff, :tag)
		ON CONFLICT (slot, corp, customer, staff, tag) DO NOTHING))
WRITE(tag_relation_remove, tag_relation,
	SQL(DELETE FROM tag_relation
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff AND tag = :tag))
READ_MANY(tag_relation_of, tag_relation, tag_relation,
	SQL(SELECT customer, staff, tag FROM tag_relation
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff))
READ_ONE(tag_mark_of, tag_relation, tag_count,
	SQL(SELECT COUNT(*) AS n FROM tag_mark
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag))
WRITE(tag_refusal_put, tag_mark_row,
	SQL(INSERT INTO tag_refusal (slot, corp, customer, tag, at) VALUES (:slot, :corp, :customer, :tag, :at)
		ON CONFLICT (slot, corp, customer, tag) DO NOTHING))
READ_ONE(tag_refusal_of, tag_mark_row, tag_count,
	SQL(SELECT COUNT(*) AS n FROM tag_refusal
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag))
WRITE(tag_refusal_lift, tag_mark_row,
	SQL(DELETE FROM tag_refusal WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag))

#endif
