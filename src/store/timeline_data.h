/*
 * Rows of the timelines: runs, their parts, and what is read from the journal for them.
 */
#ifndef YT_STORE_TIMELINE_DATA_H
#define YT_STORE_TIMELINE_DATA_H

#include "store/timeline.h"

enum run_state { RUN_WRITTEN, RUN_STANDS, RUN_GOES };

#define RUN_FIELDS(F, S) \
	F(S, I64, run) F(S, I64, level) F(S, I64, first_seq) F(S, I64, last_seq) F(S, I64, entries) F(S, I64, state)
RECORD(timeline_run, RUN_FIELDS);
#define PART_FIELDS(F, S) F(S, I64, run) F(S, ID, customer) F(S, MS, occurred) F(S, I64, seq) F(S, BYTES, bytes)
RECORD(timeline_part, PART_FIELDS);
#define PART_FIND_FIELDS(F, S) F(S, I64, run) F(S, ID, customer) F(S, MS, occurred) F(S, I64, seq) F(S, I64, limit)
RECORD(part_find, PART_FIND_FIELDS);
#define SPAN_FIELDS(F, S) F(S, I64, after) F(S, I64, until) F(S, ID, customer) F(S, I64, limit)
RECORD(seq_span, SPAN_FIELDS);
#define SLOT_HEAD_FIELDS(F, S) F(S, I64, place) F(S, I64, seq)
RECORD(slot_head_row, SLOT_HEAD_FIELDS);

READ_MANY(timeline_runs, none, timeline_run,
	  SQL_GLOBAL("a slot's order is over all corps",
		     SELECT run, level, first_seq, last_seq, entries, state FROM timeline_run WHERE slot = :slot
		     ORDER BY first_seq, run))
WRITE(timeline_run_put, timeline_run,
      SQL_GLOBAL("a slot's order is over all corps",
		 INSERT INTO timeline_run (slot, run, level, first_seq, last_seq, entries, state)
		 VALUES (:slot, :run, :level, :first_seq, :last_seq, :entries, :state)
		 ON CONFLICT (slot, run) DO UPDATE SET entries = excluded.entries, state = excluded.state))
WRITE(timeline_run_drop, timeline_run,
      SQL_GLOBAL("a slot's order is over all corps", DELETE FROM timeline_run WHERE slot = :slot AND run = :run))
WRITE(timeline_part_put, timeline_part,
      SQL_GLOBAL("a slot's order is over all corps",
		 INSERT INTO timeline_part (slot, run, customer, occurred, seq, bytes)
		 VALUES (:slot, :run, :customer, :occurred, :seq, :bytes)))
WRITE(timeline_part_drop, part_find,
      SQL_GLOBAL("a slot's order is over all corps",
		 DELETE FROM timeline_part WHERE slot = :slot AND run = :run AND (customer, occurred, seq) IN
		 (SELECT customer, occurred, seq FROM timeline_part WHERE slot = :slot AND run = :run
		  ORDER BY customer, occurred, seq LIMIT :limit)))
/* The part that holds what stands just before a key, and the one that follows a key. */
READ_ONE(timeline_part_before, part_find, timeline_part,
	 SQL_GLOBAL("holds entries of many corps",
		    SELECT run, customer, occurred, seq, bytes FROM timeline_part
		    WHERE slot = :slot AND run = :run AND (customer, occurred, seq) < (:customer, :occurred, :seq)
		    ORDER BY customer DESC, occurred DESC, seq DESC LIMIT 1))
READ_ONE(timeline_part_after, part_find, timeline_part,
	 SQL_GLOBAL("holds entries of many corps",
		    SELECT run, customer, occurred, seq, bytes FROM timeline_part
		    WHERE slot = :slot AND run = :run AND (customer, occurred, seq) > (:customer, :occurred, :seq)
		    ORDER BY customer, occurred, seq LIMIT 1))

/* behind :after up to :until; of one customer, or of all. */
READ_EACH(journal_moments_of, seq_span, moment,
	  SQL(SELECT customer, occurred, seq FROM journal
	      WHERE slot = :slot AND seq > :after AND seq <= :until AND corp = :corp AND customer = :customer))
READ_EACH(journal_moments, seq_span, moment,
	  SQL_GLOBAL("a slot's order is over all corps",
		     SELECT customer, occurred, seq FROM journal
		     WHERE slot = :slot AND seq > :after AND seq <= :until ORDER BY seq LIMIT :limit))
READ_MANY(slot_heads, none, slot_head_row,
	  SQL_GLOBAL("looks over all slots", SELECT slot AS place, seq FROM slot_head ORDER BY slot))

#endif
