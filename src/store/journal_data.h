/*
 * Rows of journal, relay and dead letters.
 */
#ifndef YT_STORE_JOURNAL_DATA_H
#define YT_STORE_JOURNAL_DATA_H

#include "store/store.h"

#define EVENT_ROW_FIELDS(F, S) \
	F(S, I64, slot)        \
	F(S, I64, seq)         \
	F(S, ID, id)           \
	F(S, ID, owner)        \
	F(S, MS, recorded)     \
	F(S, MS, occurred)     \
	F(S, I64, kind)        \
	F(S, I64, ver)         \
	F(S, ID, customer)     \
	F(S, I64, actor_kind)  \
	F(S, ID, actor)        \
	F(S, ID, cause)        \
	F(S, I64, depth)       \
	F(S, STR, source)      \
	F(S, JSON, body)
RECORD(event_row, EVENT_ROW_FIELDS);

#define EVENT_PAGE_FIELDS(F, S) F(S, I64, after) F(S, I64, limit)
RECORD(event_page, EVENT_PAGE_FIELDS);
#define EVENT_FIND_FIELDS(F, S) F(S, ID, id)
RECORD(event_find, EVENT_FIND_FIELDS);
#define EVENT_DEPTH_FIELDS(F, S) F(S, I64, depth)
RECORD(event_depth, EVENT_DEPTH_FIELDS);
#define SEQ_FIELDS(F, S) F(S, I64, seq, .opt = true)
RECORD(seq_row, SEQ_FIELDS);
#define SEQ_ADD_FIELDS(F, S) F(S, I64, count)
RECORD(seq_add, SEQ_ADD_FIELDS);
#define TIMELINE_FIELDS(F, S) F(S, ID, customer) F(S, MS, before) F(S, I64, before_seq) F(S, I64, limit)
RECORD(timeline_find, TIMELINE_FIELDS);

/* The head row is the order of its slot: whoever moved it last wrote last. */
WRITE_ONE(slot_head_move, seq_add, seq_row,
	  SQL_GLOBAL("a slot's order is over all corps",
		     INSERT INTO slot_head (slot, seq) VALUES (:slot, :count)
		     ON CONFLICT (slot) DO UPDATE SET seq = slot_head.seq + :count RETURNING seq))
READ_ONE(slot_head_get, none, seq_row,
	 SQL_GLOBAL("a slot's order is over all corps", SELECT seq FROM slot_head WHERE slot = :slot))
WRITE(journal_put, event_row,
      SQL_GLOBAL("the event says whose it is",
		 INSERT INTO journal (slot, seq, id, corp, recorded, occurred, kind, ver, customer, actor_kind,
				      actor, cause, depth, source, body)
		 VALUES (:slot, :seq, :id, :owner, :now, :occurred, :kind, :ver, :customer, :actor_kind,
			 :actor, :cause, :depth, :source, :body)))
READ_MANY(journal_page, event_page, event_row,
	  SQL_GLOBAL("consumers serve all corps of a slot",
		     SELECT slot, seq, id, corp AS owner, recorded, occurred, kind, ver, customer, actor_kind,
			    actor, cause, depth, source, body
		     FROM journal WHERE slot = :slot AND seq > :after ORDER BY seq LIMIT :limit))
READ_ONE(journal_by_id, event_find, event_row,
	 SQL(SELECT slot, seq, id, corp AS owner, recorded, occurred, kind, ver, customer, actor_kind,
		    actor, cause, depth, source, body
	     FROM journal WHERE slot = :slot AND id = :id AND corp = :corp))
READ_ONE(journal_by_seq, seq_row, event_row,
	 SQL(SELECT slot, seq, id, corp AS owner, recorded, occurred, kind, ver, customer, actor_kind,
		    actor, cause, depth, source, body
	     FROM journal WHERE slot = :slot AND seq = :seq AND corp = :corp))
READ_ONE(journal_depth, event_find, event_depth,
	 SQL_GLOBAL("a cause is named by its id", SELECT depth FROM journal WHERE slot = :slot AND id = :id))
/* By the index that only PostgreSQL has. */
READ_MANY(timeline_rows, timeline_find, event_row,
	  SQL(SELECT slot, seq, id, corp AS owner, recorded, occurred, kind, ver, customer, actor_kind,
		     actor, cause, depth, source, body
	      FROM journal
	      WHERE slot = :slot AND corp = :corp AND customer = :customer AND customer > 0
		    AND (occurred, seq) < (:before, :before_seq)
	      ORDER BY occurred DESC, seq DESC LIMIT :limit))

/* -- relay -- */
#define RELAY_ROW_FIELDS(F, S)                                                                  \
	F(S, I64, from_slot) F(S, ID, id) F(S, ID, owner) F(S, I64, target) F(S, MS, occurred)   \
	F(S, I64, kind) F(S, I64, ver) F(S, ID, customer) F(S, I64, actor_kind) F(S, ID, actor)  \
	F(S, ID, cause) F(S, I64, depth) F(S, STR, source) F(S, JSON, body)
RECORD(relay_row, RELAY_ROW_FIELDS);
#define RELAY_FIND_FIELDS(F, S) F(S, I64, limit)
RECORD(relay_find, RELAY_FIND_FIELDS);
#define RELAY_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(relay_key, RELAY_KEY_FIELDS);

WRITE(relay_put, relay_row,
      SQL_GLOBAL("the row says whose it is",
		 INSERT INTO relay (slot, id, corp, target, occurred, kind, ver, customer, actor_kind, actor,
				    cause, depth, source, body)
		 VALUES (:slot, :id, :owner, :target, :occurred, :kind, :ver, :customer, :actor_kind, :actor,
			 :cause, :depth, :source, :body)))
READ_MANY(relay_waiting, relay_find, relay_row,
	  SQL_GLOBAL("the relay serves all corps and slots",
		     SELECT slot AS from_slot, id, corp AS owner, target, occurred, kind, ver, customer, actor_kind,
			    actor, cause, depth, source, body
		     FROM relay ORDER BY id LIMIT :limit))
#define RELAY_TARGET_FIELDS(F, S) F(S, I64, target)
RECORD(relay_target, RELAY_TARGET_FIELDS);
#define RELAY_FIRST_FIELDS(F, S) F(S, ID, id, .opt = true)
RECORD(relay_first, RELAY_FIRST_FIELDS);
READ_ONE(relay_oldest_to, relay_target, relay_first,
	 SQL_GLOBAL("over the slots that send", SELECT MIN(id) AS id FROM relay WHERE target = :target))
WRITE_ONE(relay_mark_add, relay_key, relay_key,
	  SQL_GLOBAL("marks are of the slot",
		     INSERT INTO relay_mark (slot, id) VALUES (:slot, :id) ON CONFLICT (slot, id) DO NOTHING RETURNING id))
WRITE(relay_remove, relay_key, SQL_GLOBAL("by its own id", DELETE FROM relay WHERE slot = :slot AND id = :id))
WRITE(relay_mark_remove, relay_key, SQL_GLOBAL("by its own id", DELETE FROM relay_mark WHERE slot = :slot AND id = :id))

#define DEAD_LETTER_FIELDS(F, S)                                                   \
	F(S, STR, module) F(S, ID, event) F(S, ID, owner) F(S, I64, seq) \
	F(S, I64, kind) F(S, STR, code) F(S, STR, field) F(S, STR, place)
RECORD(dead_letter, DEAD_LETTER_FIELDS);
WRITE(dead_letter_write, dead_letter,
      SQL_GLOBAL("the event says whose it is",
		 INSERT INTO dead_letter (slot, module, event, corp, seq, kind, code, field, place, at)
		 VALUES (:slot, :module, :event, :owner, :seq, :kind, :code, :field, :place, :now)
		 ON CONFLICT (slot, module, event) DO UPDATE SET code = excluded.code, field = excluded.field,
			 place = excluded.place, at = excluded.at))

#endif
