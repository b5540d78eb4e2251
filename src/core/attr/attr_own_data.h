/*
 * Rows and queries of own attributes and of fields.
 */
#ifndef YT_CORE_ATTR_ATTR_OWN_DATA_H
#define YT_CORE_ATTR_ATTR_OWN_DATA_H

#include "core/attr/attr_data.h"
#include "core/attr/attr_own.h"

#define ATTR_DEF_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(attr_def_key, ATTR_DEF_KEY_FIELDS);
#define ATTR_DEF_NAMED_FIELDS(F, S) F(S, STR, name)
RECORD(attr_def_name, ATTR_DEF_NAMED_FIELDS);
#define ATTR_LEAF_FIELDS(F, S) F(S, ID, customer)
RECORD(attr_leaf, ATTR_LEAF_FIELDS);
#define ATTR_WORDS_FIELDS(F, S) F(S, I64, n)
RECORD(attr_words, ATTR_WORDS_FIELDS);
#define ATTR_PART_FIELDS(F, S)                                                     \
	F(S, ID, customer) F(S, ID, attr) F(S, I64, day) F(S, STR, word)           \
	F(S, I64, times) F(S, I64, total)                                          \
	F(S, MS, first_at) F(S, I64, first_n, .opt = true) F(S, STR, first_t, .opt = true) \
	F(S, MS, last_at) F(S, I64, last_n, .opt = true) F(S, STR, last_t, .opt = true)
RECORD(attr_part, ATTR_PART_FIELDS);

READ_MANY(attr_def_list, none, attr_def,
	SQL(SELECT id, name, label, type, unit, doc, source, event, filter, path, fold, window_days, yuan, options, visible,
		state, version, created
		FROM attr_def WHERE corp = :corp AND removed = 0 ORDER BY created, id))
READ_ONE(attr_def_row, attr_def_key, attr_def,
	SQL(SELECT id, name, label, type, unit, doc, source, event, filter, path, fold, window_days, yuan, options, visible,
		state, version, created
		FROM attr_def WHERE corp = :corp AND id = :id AND removed = 0))
READ_ONE(attr_def_named, attr_def_name, attr_def,
	SQL(SELECT id, name, label, type, unit, doc, source, event, filter, path, fold, window_days, yuan, options, visible,
		state, version, created
		FROM attr_def WHERE corp = :corp AND name = :name AND removed = 0))
WRITE(attr_def_insert, attr_def,
	SQL(INSERT INTO attr_def (corp, id, name, label, type, unit, doc, source, event, filter, path, fold, window_days,
			yuan, options, visible, state, removed, version, created)
		VALUES (:corp, :id, :name, :label, :type, :unit, :doc, :source, :event, :filter, :path, :fold, :window_days,
			:yuan, :options, :visible, :state, 0, :version, :created)))
WRITE(attr_def_update, attr_def,
	SQL(UPDATE attr_def SET label = :label, unit = :unit, doc = :doc, options = :options, visible = :visible,
			version = version + 1
		WHERE corp = :corp AND id = :id AND removed = 0 AND version = :version))
WRITE(attr_def_drop, attr_def_key, SQL(UPDATE attr_def SET removed = 1 WHERE corp = :corp AND id = :id))
WRITE(attr_def_state_ready, attr_def_key, SQL(UPDATE attr_def SET state = 'ready' WHERE corp = :corp AND id = :id))

READ_MANY(attr_starts, none, attr_start_row,
	SQL(SELECT attr, seq, filled FROM attr_start WHERE slot = :slot AND corp = :corp))
WRITE_ONE(attr_start_add, attr_start_row, attr_start_row,
	SQL(INSERT INTO attr_start (slot, corp, attr, seq, filled) VALUES (:slot, :corp, :attr, :seq, :filled)
		ON CONFLICT (slot, corp, attr) DO UPDATE SET seq = attr_start.seq RETURNING attr, seq, filled))
/* Compare and set: a step that was done already touches nothing. */
#define ATTR_FILLED_FIELDS(F, S) F(S, ID, attr) F(S, I64, was) F(S, I64, filled)
RECORD(attr_filled, ATTR_FILLED_FIELDS);
WRITE(attr_start_move, attr_filled,
	SQL(UPDATE attr_start SET filled = :filled
		WHERE slot = :slot AND corp = :corp AND attr = :attr AND filled = :was))

READ_ONE(attr_part_words, attr_part, attr_words,
	SQL(SELECT COUNT(*) AS n FROM attr_part
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND attr = :attr AND day = :day AND word <> :word))
WRITE(attr_part_add, attr_part,
	SQL(INSERT INTO attr_part (slot, corp, customer, attr, day, word, times, total, first_at, first_n, first_t, last_at,
			last_n, last_t)
		VALUES (:slot, :corp, :customer, :attr, :day, :word, :times, :total, :first_at, :first_n, :first_t, :last_at,
			:last_n, :last_t)
		ON CONFLICT (slot, corp, customer, attr, day, word) DO UPDATE SET
			times = attr_part.times + excluded.times, total = attr_part.total + excluded.total,
			first_n = CASE WHEN excluded.first_at < attr_part.first_at THEN excluded.first_n ELSE attr_part.first_n END,
			first_t = CASE WHEN excluded.first_at < attr_part.first_at THEN excluded.first_t ELSE attr_part.first_t END,
			first_at = CASE WHEN excluded.first_at < attr_part.first_at THEN excluded.first_at ELSE attr_part.first_at END,
			last_n = CASE WHEN excluded.last_at >= attr_part.last_at THEN excluded.last_n ELSE attr_part.last_n END,
			last_t = CASE WHEN excluded.last_at >= attr_part.last_at THEN excluded.last_t ELSE attr_part.last_t END,
			last_at = CASE WHEN excluded.last_at >= attr_part.last_at THEN excluded.last_at ELSE attr_part.last_at END))
READ_EACH(attr_parts_of, attr_leaf, attr_part,
	SQL(SELECT customer, attr, day, word, times, total, first_at, first_n, first_t, last_at, last_n, last_t
		FROM attr_part WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY attr, day, word))
READ_MANY(attr_part_people, attr_after, attr_leaf,
	SQL(SELECT DISTINCT customer FROM attr_part
		WHERE slot = :slot AND corp = :corp AND attr = :attr AND customer > :after ORDER BY customer LIMIT :limit))

WRITE(attr_field_add, attr_field_row,
	SQL(INSERT INTO attr_field (slot, corp, customer, attr, at, id, n, t, who)
		VALUES (:slot, :corp, :customer, :attr, :at, :id, :n, :t, :who)))
READ_MANY(attr_fields_of, attr_leaf, attr_field_row,
	SQL(SELECT customer, attr, at, id, n, t, who FROM attr_field
		WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY at DESC, id DESC))

#endif
