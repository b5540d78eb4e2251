/*
 * Refusals their makers have not read yet, in the base slot.
 */
#ifndef YT_FEATURE_APPROVAL_APPROVAL_DATA_H
#define YT_FEATURE_APPROVAL_APPROVAL_DATA_H

#include "feature/approval/approval.h"

#define APPROVAL_REFUSAL_FIELDS(F, S)                                               \
	F(S, ID, id) F(S, STR, kind) F(S, ID, object) F(S, STR, title) F(S, STR, href) F(S, STR, reason) F(S, ID, asked_by) \
	F(S, ID, decided_by) F(S, MS, at)
RECORD(approval_refusal, APPROVAL_REFUSAL_FIELDS);
#define APPROVAL_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(approval_key, APPROVAL_KEY_FIELDS);
#define APPROVAL_HERS_FIELDS(F, S) F(S, ID, asked_by) F(S, ID, id) F(S, I64, limit)
RECORD(approval_hers, APPROVAL_HERS_FIELDS);
#define APPROVAL_OLD_FIELDS(F, S) F(S, MS, before)
RECORD(approval_old, APPROVAL_OLD_FIELDS);

WRITE(approval_refusal_add, approval_refusal,
	SQL(INSERT INTO approval_refusal (corp, id, kind, object, title, href, reason, asked_by, decided_by, at)
		VALUES (:corp, :id, :kind, :object, :title, :href, :reason, :asked_by, :decided_by, :at)))
READ_MANY(approval_refusals, approval_hers, approval_refusal,
	SQL(SELECT id, kind, object, title, href, reason, asked_by, decided_by, at FROM approval_refusal
		WHERE corp = :corp AND asked_by = :asked_by ORDER BY id DESC LIMIT :limit))
READ_ONE(approval_refusal_get, approval_key, approval_refusal,
	SQL(SELECT id, kind, object, title, href, reason, asked_by, decided_by, at FROM approval_refusal
		WHERE corp = :corp AND id = :id))
WRITE(approval_refusal_read, approval_hers,
	SQL(DELETE FROM approval_refusal WHERE corp = :corp AND id = :id AND asked_by = :asked_by))
WRITE(approval_refusal_trim, approval_old, SQL(DELETE FROM approval_refusal WHERE corp = :corp AND at < :before))

#endif
