/*
 * profile's rows: name tokens (derived) and saved views.
 */
#ifndef YT_CORE_PROFILE_PROFILE_DATA_H
#define YT_CORE_PROFILE_PROFILE_DATA_H

#include "core/profile/profile.h"

#define NAME_TOKEN_FIELDS(F, S) F(S, STR, token) F(S, ID, customer)
RECORD(name_token, NAME_TOKEN_FIELDS);
#define NAME_FIND_FIELDS(F, S) F(S, STR, token) F(S, I64, limit)
RECORD(name_find, NAME_FIND_FIELDS);
#define VIEW_FIELDS(F, S) F(S, ID, id) F(S, STR, page) F(S, STR, name) F(S, STR, expr) F(S, ID, owner) F(S, BOOL, shared)
RECORD(view, VIEW_FIELDS);
#define VIEW_KEY_FIELDS(F, S) F(S, ID, id) F(S, ID, owner)
RECORD(view_key, VIEW_KEY_FIELDS);
#define VIEW_FIND_FIELDS(F, S) F(S, STR, page) F(S, ID, owner)
RECORD(view_find, VIEW_FIND_FIELDS);

WRITE(name_token_put, name_token,
	SQL(INSERT INTO name_token (slot, corp, token, customer) VALUES (:slot, :corp, :token, :customer)
		ON CONFLICT (slot, corp, token, customer) DO NOTHING))
WRITE(name_token_clear, profile_key, SQL(DELETE FROM name_token WHERE slot = :slot AND corp = :corp AND customer = :id))
READ_MANY(name_token_find, name_find, name_token,
	SQL(SELECT token, customer FROM name_token WHERE slot = :slot AND corp = :corp AND token = :token
		ORDER BY customer DESC LIMIT :limit))

WRITE(view_put, view,
	SQL(INSERT INTO view (corp, id, page, name, expr, owner, shared)
		VALUES (:corp, :id, :page, :name, :expr, :owner, :shared)))
WRITE(view_remove, view_key, SQL(DELETE FROM view WHERE corp = :corp AND id = :id AND owner = :owner))
READ_MANY(view_all, none, view,
	SQL(SELECT id, page, name, expr, owner, shared FROM view WHERE corp = :corp ORDER BY id))
WRITE(view_expr_put, view, SQL(UPDATE view SET expr = :expr WHERE corp = :corp AND id = :id))
READ_MANY(view_list, view_find, view,
	SQL(SELECT id, page, name, expr, owner, shared FROM view
		WHERE corp = :corp AND page = :page AND (shared = 1 OR owner = :owner) ORDER BY id))

#define NOTE_FIELDS(F, S) \
	F(S, ID, customer) F(S, ID, id) F(S, MS, at) F(S, ID, who) F(S, STR, name) F(S, STR, note) F(S, BOOL, pinned)
RECORD(profile_note, NOTE_FIELDS);
WRITE(note_insert, profile_note,
	SQL(INSERT INTO profile_note (slot, corp, customer, id, at, who, name, note, pinned)
		VALUES (:slot, :corp, :customer, :id, :at, :who, :name, :note, :pinned)))
WRITE(note_update, profile_note,
	SQL(UPDATE profile_note SET note = :note, pinned = :pinned
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
WRITE(note_delete, profile_note,
	SQL(DELETE FROM profile_note WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
READ_MANY(notes_of, profile_key, profile_note,
	SQL(SELECT customer, id, at, who, name, note, pinned FROM profile_note
		WHERE slot = :slot AND corp = :corp AND customer = :id ORDER BY pinned DESC, at DESC, id DESC))

#endif
