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

#endif
