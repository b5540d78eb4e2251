/*
 * Rows of the inbox. state: 0 waiting, 1 closed.
 */
#ifndef YT_STORE_INBOX_DATA_H
#define YT_STORE_INBOX_DATA_H

#include "store/store.h"

#define INBOX_PUT_FIELDS(F, S) \
	F(S, ID, owner)        \
	F(S, STR, source)      \
	F(S, STR, key)         \
	F(S, ID, id)           \
	F(S, MS, received)     \
	F(S, MS, due)          \
	F(S, STR, body)
RECORD(inbox_put, INBOX_PUT_FIELDS);
#define INBOX_ID_FIELDS(F, S) F(S, ID, id)
RECORD(inbox_id, INBOX_ID_FIELDS);
#define INBOX_FIND_FIELDS(F, S) F(S, MS, at) F(S, I64, limit)
RECORD(inbox_find, INBOX_FIND_FIELDS);
#define INBOX_WAITING_FIELDS(F, S) \
	F(S, I64, place)           \
	F(S, ID, id)               \
	F(S, ID, owner)            \
	F(S, STR, source)          \
	F(S, STR, key)             \
	F(S, STR, body)            \
	F(S, MS, received)         \
	F(S, I64, attempts)
RECORD(inbox_waiting, INBOX_WAITING_FIELDS);
#define INBOX_SEEN_FIELDS(F, S) F(S, ID, id) F(S, ID, owner) F(S, STR, source) F(S, STR, key)
RECORD(inbox_seen_row, INBOX_SEEN_FIELDS);
#define INBOX_CLOSE_FIELDS(F, S) F(S, ID, id) F(S, STR, source) F(S, STR, key) F(S, STR, reason, .opt = true)
RECORD(inbox_close, INBOX_CLOSE_FIELDS);
#define INBOX_LATER_FIELDS(F, S) F(S, ID, id) F(S, STR, source) F(S, STR, key) F(S, STR, reason, .opt = true) F(S, MS, due)
RECORD(inbox_later, INBOX_LATER_FIELDS);
#define INBOX_SLOT_FIELDS(F, S) F(S, I64, slot)
RECORD(inbox_slot, INBOX_SLOT_FIELDS);
#define INBOX_MARK_FIELDS(F, S) F(S, ID, id)
RECORD(intake_mark, INBOX_MARK_FIELDS);
#define INBOX_BEFORE_FIELDS(F, S) F(S, MS, before) F(S, I64, limit)
RECORD(inbox_before, INBOX_BEFORE_FIELDS);

#define INBOX_OLD_FIELDS(F, S) F(S, ID, id) F(S, ID, owner) F(S, STR, source) F(S, STR, key)
RECORD(inbox_old, INBOX_OLD_FIELDS);

/* Where the unique key is the judge (PostgreSQL): no row comes back for a message that is there. */
WRITE_ONE(inbox_insert, inbox_put, inbox_id,
	  SQL_GLOBAL("a group holds items of many corps",
		     INSERT INTO inbox (slot, corp, source, key, id, received, due, attempts, state, body)
		     VALUES (:slot, :owner, :source, :key, :id, :received, :due, 0, 0, :body)
		     ON CONFLICT DO NOTHING RETURNING id))
/* Where memory was (SQLite). */
WRITE(inbox_append, inbox_put,
      SQL_GLOBAL("a group holds items of many corps",
		 INSERT INTO inbox (id, slot, corp, source, key, received, due, attempts, state, body)
		 VALUES (:id, :slot, :owner, :source, :key, :received, :due, 0, 0, :body)))
READ_ONE(inbox_seen_at, inbox_id, inbox_seen_row,
	 SQL_GLOBAL("is compared with the message", SELECT id, corp AS owner, source, key FROM inbox WHERE id = :id))
READ_EACH(inbox_seen_since, inbox_id, inbox_seen_row,
	  SQL_GLOBAL("fills the memory of the inbox",
		     SELECT id, corp AS owner, source, key FROM inbox WHERE id >= :id ORDER BY id))
READ_EACH(inbox_due, inbox_find, inbox_waiting,
	  SQL_GLOBAL("decoders serve all corps and slots",
		     SELECT slot AS place, id, corp AS owner, source, key, body, received, attempts
		     FROM inbox WHERE state = 0 AND due <= :at ORDER BY due, id LIMIT :limit))
#define INBOX_NEXT_FIELDS(F, S) F(S, MS, due, .opt = true)
RECORD(inbox_next, INBOX_NEXT_FIELDS);
READ_ONE(inbox_earliest, none, inbox_next,
	 SQL_GLOBAL("decoders serve all corps and slots", SELECT MIN(due) AS due FROM inbox WHERE state = 0))
READ_ONE(inbox_untried, none, inbox_next,
	 SQL_GLOBAL("over the slots of the corp",
		    SELECT received AS due FROM inbox WHERE state = 0 AND corp = :corp AND attempts = 0
		    ORDER BY due, id LIMIT 1))
WRITE(inbox_closed, inbox_close,
      SQL(UPDATE inbox SET state = 1, reason = :reason
	  WHERE slot = :slot AND corp = :corp AND source = :source AND key = :key AND id = :id AND state = 0))
WRITE(inbox_put_off, inbox_later,
      SQL(UPDATE inbox SET attempts = attempts + 1, reason = :reason, due = :due
	  WHERE slot = :slot AND corp = :corp AND source = :source AND key = :key AND id = :id AND state = 0))
WRITE_ONE(intake_mark_add, intake_mark, intake_mark,
	  SQL(INSERT INTO intake_mark (slot, corp, id, at) VALUES (:slot, :corp, :id, :now)
	      ON CONFLICT (slot, corp, id) DO NOTHING RETURNING id))
READ_MANY(inbox_old_slots, inbox_before, inbox_slot,
	  SQL_GLOBAL("looks over all slots",
		     SELECT slot FROM inbox WHERE state = 1 AND received < :before
		     UNION SELECT slot FROM intake_mark WHERE at < :before ORDER BY slot))
READ_MANY(inbox_old_rows, inbox_before, inbox_old,
	  SQL_GLOBAL("prunes all corps of a slot",
		     SELECT id, corp AS owner, source, key FROM inbox
		     WHERE slot = :slot AND state = 1 AND received < :before ORDER BY received LIMIT :limit))
/* By the key that PostgreSQL has and the id that SQLite has. */
WRITE(inbox_remove, inbox_old,
      SQL_GLOBAL("prunes all corps of a slot",
		 DELETE FROM inbox WHERE slot = :slot AND corp = :owner AND source = :source AND key = :key AND id = :id
			AND state = 1))
WRITE(intake_mark_remove_old, inbox_before,
      SQL_GLOBAL("prunes all corps of a slot", DELETE FROM intake_mark WHERE slot = :slot AND at < :before))

#endif
