/*
 * Rows of API keys.
 */
#ifndef YT_CORE_PERM_PERM_KEY_DATA_H
#define YT_CORE_PERM_PERM_KEY_DATA_H

#include "core/perm/perm_data.h"

#define API_KEY_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name) F(S, STR, hash) F(S, STR, head) F(S, STR, perms) F(S, MS, created)
RECORD(api_key, API_KEY_FIELDS);
#define API_KEY_OWNER_FIELDS(F, S) F(S, STR, hash) F(S, ID, owner_corp) F(S, ID, id) F(S, STR, name) F(S, STR, perms)
RECORD(api_key_owner, API_KEY_OWNER_FIELDS);
WRITE(api_key_add, api_key, SQL(
	INSERT INTO api_key (corp, id, name, hash, head, perms, created, revoked)
	VALUES (:corp, :id, :name, :hash, :head, :perms, :created, NULL)))
WRITE(api_key_revoke, perm_key, SQL(
	UPDATE api_key SET revoked = :now WHERE corp = :corp AND id = :id AND revoked IS NULL))
READ_MANY(api_keys, none, api_key, SQL(
	SELECT id, name, hash, head, perms, created FROM api_key WHERE corp = :corp AND revoked IS NULL ORDER BY id))
READ_ONE(api_key_owner_of, api_key_owner, api_key_owner, SQL_GLOBAL("the key says which corp",
	SELECT hash, corp AS owner_corp, id, name, perms FROM api_key WHERE hash = :hash AND revoked IS NULL))

#endif
