/*
 * Rows of cursors.
 */
#ifndef YT_STORE_CURSOR_DATA_H
#define YT_STORE_CURSOR_DATA_H

#include "store/store.h"

#define CURSOR_FIND_FIELDS(F, S) F(S, STR, module)
RECORD(cursor_find, CURSOR_FIND_FIELDS);
#define CURSOR_ROW_FIELDS(F, S) F(S, STR, module) F(S, I64, seq)
RECORD(cursor_row, CURSOR_ROW_FIELDS);
#define CURSOR_SEQ_FIELDS(F, S) F(S, I64, seq)
RECORD(cursor_seq, CURSOR_SEQ_FIELDS);

READ_ONE(cursor_find_one, cursor_find, cursor_seq,
	 SQL_GLOBAL("a module's place is over all corps", SELECT seq FROM cursor WHERE slot = :slot AND module = :module))
WRITE(cursor_write, cursor_row, SQL_GLOBAL("a module's place is over all corps",
	INSERT INTO cursor (slot, module, seq) VALUES (:slot, :module, :seq)
	ON CONFLICT (slot, module) DO UPDATE SET seq = excluded.seq))
WRITE_ONE(cursor_touch, cursor_row, cursor_seq, SQL_GLOBAL("a module's place is over all corps",
	INSERT INTO cursor (slot, module, seq) VALUES (:slot, :module, :seq)
	ON CONFLICT (slot, module) DO UPDATE SET seq = cursor.seq RETURNING seq))
READ_MANY(cursor_rows, none, cursor_row,
	  SQL_GLOBAL("a module's place is over all corps", SELECT module, seq FROM cursor WHERE slot = :slot))

#define SLOT_CURSOR_FIELDS(F, S) F(S, I64, place) F(S, I64, head) F(S, STR, module, .opt = true) F(S, I64, seq, .opt = true)
RECORD(slot_cursor, SLOT_CURSOR_FIELDS);
READ_MANY(slot_cursors, none, slot_cursor,
	  SQL_GLOBAL("looks over all slots",
		     SELECT h.slot AS place, h.seq AS head, c.module AS module, c.seq AS seq
		     FROM slot_head h LEFT JOIN cursor c ON c.slot = h.slot ORDER BY h.slot))

#endif
