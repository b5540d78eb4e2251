/*
 * Rows and queries of phone lists.
 */
#ifndef YT_FEATURE_PHONELIST_PHONELIST_DATA_H
#define YT_FEATURE_PHONELIST_PHONELIST_DATA_H

#include "feature/phonelist/phonelist.h"

#define PHONELIST_FIELDS(F, S)                                                                  \
	F(S, ID, id) F(S, STR, name) F(S, STR, source) F(S, STR, basis) F(S, STR, state) F(S, ID, upload, .opt = true) \
	F(S, I64, total) F(S, I64, refused) F(S, ID, made_by) F(S, MS, created)
RECORD(phonelist, PHONELIST_FIELDS);
#define PHONELIST_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(phonelist_key, PHONELIST_KEY_FIELDS);
#define PHONELIST_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(phonelist_find, PHONELIST_FIND_FIELDS);
#define PHONELIST_STAFF_FIELDS(F, S) F(S, ID, list) F(S, ID, staff)
RECORD(phonelist_staff, PHONELIST_STAFF_FIELDS);
#define PHONELIST_ROW_FIELDS(F, S)                                                              \
	F(S, ID, list) F(S, ID, id) F(S, ID, staff) F(S, STR, phone) F(S, STR, sealed) F(S, STR, name, .opt = true) \
	F(S, STR, state) F(S, I64, day, .opt = true) F(S, MS, asked, .opt = true) F(S, MS, ended, .opt = true) \
	F(S, ID, customer, .opt = true) F(S, STR, how, .opt = true)
RECORD(phonelist_row, PHONELIST_ROW_FIELDS);
#define PHONELIST_OF_FIELDS(F, S) F(S, ID, list) F(S, STR, phone)
RECORD(phonelist_of, PHONELIST_OF_FIELDS);
#define PHONELIST_MINE_FIELDS(F, S)                                                             \
	F(S, ID, staff) F(S, STR, state) F(S, MS, since) F(S, MS, until) F(S, I64, limit)
RECORD(phonelist_mine, PHONELIST_MINE_FIELDS);
#define PHONELIST_DAY_FIELDS(F, S) F(S, ID, staff) F(S, I64, day)
RECORD(phonelist_day, PHONELIST_DAY_FIELDS);
#define PHONELIST_N_FIELDS(F, S) F(S, I64, n)
RECORD(phonelist_n, PHONELIST_N_FIELDS);
#define PHONELIST_PAGE_FIELDS(F, S) F(S, ID, list) F(S, STR, state) F(S, ID, after) F(S, I64, limit)
RECORD(phonelist_page, PHONELIST_PAGE_FIELDS);
#define PHONELIST_REJECT_FIELDS(F, S) F(S, ID, list) F(S, I64, line) F(S, STR, sealed) F(S, STR, reason)
RECORD(phonelist_reject, PHONELIST_REJECT_FIELDS);
#define PHONELIST_TALLY_FIELDS(F, S) F(S, ID, list) F(S, ID, staff) F(S, STR, state) F(S, I64, n)
RECORD(phonelist_tally, PHONELIST_TALLY_FIELDS);
#define PHONELIST_GUESS_FIELDS(F, S) F(S, ID, staff) F(S, ID, customer) F(S, MS, added)
RECORD(phonelist_guess, PHONELIST_GUESS_FIELDS);
#define PHONELIST_SEEN_FIELDS(F, S) F(S, ID, staff) F(S, MS, since) F(S, I64, limit)
RECORD(phonelist_seen, PHONELIST_SEEN_FIELDS);


WRITE(phonelist_insert, phonelist,
      SQL(INSERT INTO phonelist (corp, id, name, source, basis, state, upload, total, refused, made_by, created)
	  VALUES (:corp, :id, :name, :source, :basis, :state, :upload, :total, :refused, :made_by, :created)))
WRITE(phonelist_update, phonelist,
      SQL(UPDATE phonelist SET state = :state, upload = :upload, total = :total, refused = :refused
	  WHERE corp = :corp AND id = :id))
READ_ONE(phonelist_get, phonelist_key, phonelist,
	 SQL(SELECT id, name, source, basis, state, upload, total, refused, made_by, created
	     FROM phonelist WHERE corp = :corp AND id = :id))
READ_MANY(phonelist_list, phonelist_find, phonelist,
	  SQL(SELECT id, name, source, basis, state, upload, total, refused, made_by, created
	      FROM phonelist WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))
READ_ONE(phonelist_any_open, none, phonelist_n,
	 SQL(SELECT count(*) AS n FROM phonelist WHERE corp = :corp AND state = 'open'))

WRITE(phonelist_staff_add, phonelist_staff,
      SQL(INSERT INTO phonelist_staff (corp, list, staff) VALUES (:corp, :list, :staff) ON CONFLICT DO NOTHING))
WRITE(phonelist_staff_drop, phonelist_staff,
      SQL(DELETE FROM phonelist_staff WHERE corp = :corp AND list = :list AND staff = :staff))
WRITE(phonelist_staff_clear, phonelist_key, SQL(DELETE FROM phonelist_staff WHERE corp = :corp AND list = :id))
READ_MANY(phonelist_staff_of, phonelist_key, phonelist_staff,
	  SQL(SELECT list, staff FROM phonelist_staff WHERE corp = :corp AND list = :id ORDER BY staff))
READ_MANY(phonelist_lists_of, phonelist_staff, phonelist_staff,
	  SQL(SELECT t.list AS list, t.staff AS staff FROM phonelist_staff t JOIN phonelist p ON p.corp = t.corp AND p.id = t.list
	      WHERE t.corp = :corp AND t.staff = :staff AND p.state <> 'closed'))

WRITE(phonelist_row_insert, phonelist_row,
      SQL(INSERT INTO phonelist_row (corp, list, id, staff, phone, sealed, name, state, day, asked, ended, customer, how)
	  VALUES (:corp, :list, :id, :staff, :phone, :sealed, :name, :state, :day, :asked, :ended, :customer, :how)
	  ON CONFLICT DO NOTHING))
WRITE(phonelist_row_update, phonelist_row,
      SQL(UPDATE phonelist_row SET staff = :staff, state = :state, day = :day, asked = :asked, ended = :ended,
		 customer = :customer, how = :how
	  WHERE corp = :corp AND list = :list AND id = :id))
READ_ONE(phonelist_row_get, phonelist_row, phonelist_row,
	 SQL(SELECT list, id, staff, phone, sealed, name, state, day, asked, ended, customer, how FROM phonelist_row
	     WHERE corp = :corp AND list = :list AND id = :id))
/* Another open list has it and somebody is still to ask, or waits for an answer. */
READ_ONE(phonelist_elsewhere, phonelist_of, phonelist_n,
	 SQL(SELECT count(*) AS n FROM phonelist_row r JOIN phonelist p ON p.corp = r.corp AND p.id = r.list
	     WHERE r.corp = :corp AND r.phone = :phone AND r.list <> :list AND r.state IN ('todo', 'asked')
		   AND p.state IN ('reading', 'open')))
READ_MANY(phonelist_by_phone, phonelist_of, phonelist_row,
	  SQL(SELECT list, id, staff, phone, sealed, name, state, day, asked, ended, customer, how FROM phonelist_row
	      WHERE corp = :corp AND phone = :phone AND state IN ('todo', 'asked', 'not_found', 'refused') ORDER BY list, id))
READ_MANY(phonelist_todo, phonelist_mine, phonelist_row,
	  SQL(SELECT r.list AS list, r.id AS id, r.staff AS staff, r.phone AS phone, r.sealed AS sealed, r.name AS name,
		     r.state AS state, r.day AS day, r.asked AS asked, r.ended AS ended, r.customer AS customer, r.how AS how
	      FROM phonelist_row r JOIN phonelist p ON p.corp = r.corp AND p.id = r.list
	      WHERE r.corp = :corp AND r.staff = :staff AND r.state = :state AND p.state = 'open'
	      ORDER BY r.id LIMIT :limit))
READ_MANY(phonelist_asked, phonelist_mine, phonelist_row,
	  SQL(SELECT list, id, staff, phone, sealed, name, state, day, asked, ended, customer, how FROM phonelist_row
	      WHERE corp = :corp AND staff = :staff AND state = :state AND asked >= :since AND asked <= :until
	      ORDER BY id DESC LIMIT :limit))
READ_ONE(phonelist_used, phonelist_day, phonelist_n,
	 SQL(SELECT count(*) AS n FROM phonelist_row WHERE corp = :corp AND staff = :staff AND day = :day))
READ_MANY(phonelist_rows, phonelist_page, phonelist_row,
	  SQL(SELECT list, id, staff, phone, sealed, name, state, day, asked, ended, customer, how FROM phonelist_row
	      WHERE corp = :corp AND list = :list AND id > :after AND (:state = '' OR state = :state)
		    AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
	      ORDER BY id LIMIT :limit))
READ_MANY(phonelist_waiting, phonelist_page, phonelist_row,
	  SQL(SELECT list, id, staff, phone, sealed, name, state, day, asked, ended, customer, how FROM phonelist_row
	      WHERE corp = :corp AND list = :list AND id > :after AND state = :state ORDER BY id LIMIT :limit))

WRITE(phonelist_reject_put, phonelist_reject,
      SQL(INSERT INTO phonelist_reject (corp, list, line, sealed, reason) VALUES (:corp, :list, :line, :sealed, :reason)
	  ON CONFLICT DO NOTHING))
READ_EACH(phonelist_rejects, phonelist_key, phonelist_reject,
	  SQL(SELECT list, line, sealed, reason FROM phonelist_reject WHERE corp = :corp AND list = :id ORDER BY line))
WRITE(phonelist_tally_add, phonelist_tally,
      SQL(INSERT INTO phonelist_tally (corp, list, staff, state, n) VALUES (:corp, :list, :staff, :state, :n)
	  ON CONFLICT (corp, list, staff, state) DO UPDATE SET n = phonelist_tally.n + excluded.n))
READ_MANY(phonelist_tallies, phonelist_key, phonelist_tally,
	  SQL(SELECT list, staff, state, n FROM phonelist_tally WHERE corp = :corp AND list = :id
		    AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
	      ORDER BY staff, state))

WRITE(phonelist_guess_put, phonelist_guess,
      SQL(INSERT INTO phonelist_guess (corp, staff, customer, added) VALUES (:corp, :staff, :customer, :added)
	  ON CONFLICT (corp, staff, customer) DO UPDATE SET added = excluded.added))
WRITE(phonelist_guess_drop, phonelist_guess,
      SQL(DELETE FROM phonelist_guess WHERE corp = :corp AND staff = :staff AND customer = :customer))
READ_ONE(phonelist_guess_get, phonelist_guess, phonelist_guess,
	 SQL(SELECT staff, customer, added FROM phonelist_guess WHERE corp = :corp AND staff = :staff AND customer = :customer))
READ_MANY(phonelist_guesses, phonelist_seen, phonelist_guess,
	  SQL(SELECT staff, customer, added FROM phonelist_guess WHERE corp = :corp AND staff = :staff AND added >= :since
	      ORDER BY customer LIMIT :limit))


/* From one state to another, counted. */
err phonelist_move(struct tx *tx, const struct phonelist_row *was, const struct phonelist_row *now);
/* She is the one behind that number; told in both slots. */
err phonelist_pass(struct tx *tx, const struct phonelist_row *row, i64 customer, const char *how);
/* The keyed hash of a normal phone. */
err phonelist_hash(const struct snap *s, str phone, str *ret);

#endif
