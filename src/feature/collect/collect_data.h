/*
 * collect's rows: write keys, stored as hashes; the key itself is shown once.
 */
#ifndef YT_FEATURE_COLLECT_COLLECT_DATA_H
#define YT_FEATURE_COLLECT_COLLECT_DATA_H

#include "feature/collect/collect.h"

#define WRITE_KEY_FIELDS(F, S)                                                 \
	F(S, ID, id) F(S, STR, name) F(S, STR, hash) F(S, STR, head) F(S, MS, created) F(S, MS, revoked, .opt = true)
RECORD(write_key, WRITE_KEY_FIELDS);
#define WRITE_KEY_OWNER_FIELDS(F, S) F(S, ID, corp)
RECORD(write_key_owner, WRITE_KEY_OWNER_FIELDS);
#define WRITE_KEY_ID_FIELDS(F, S) F(S, ID, id)
RECORD(write_key_id, WRITE_KEY_ID_FIELDS);

WRITE(write_key_add, write_key,
	SQL(INSERT INTO write_key (corp, id, name, hash, head, created, revoked)
		VALUES (:corp, :id, :name, :hash, :head, :created, :revoked)))
WRITE(write_key_revoke, write_key_id,
	SQL(UPDATE write_key SET revoked = :now WHERE corp = :corp AND id = :id AND revoked IS NULL))
READ_MANY(write_keys, none, write_key,
	SQL(SELECT id, name, hash, head, created, revoked FROM write_key
		WHERE corp = :corp AND revoked IS NULL ORDER BY id))
READ_ONE(write_key_owner_of, write_key, write_key_owner,
	SQL_GLOBAL("the key tells the corp", SELECT corp FROM write_key WHERE hash = :hash AND revoked IS NULL))

#endif
