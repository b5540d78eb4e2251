/*
 * Rows and queries of the audit trail; the name of a user is looked up when read.
 */
#ifndef YT_CORE_AUDIT_AUDIT_DATA_H
#define YT_CORE_AUDIT_AUDIT_DATA_H

#include "core/audit/audit.h"

#define AUDIT_ROW_FIELDS(F, S)                                                     \
	F(S, ID, id) F(S, MS, at) F(S, I64, actor_kind) F(S, ID, actor) F(S, STR, action) F(S, STR, object) \
	F(S, STR, detail) F(S, STR, user_name, .opt = true)
RECORD(audit_row, AUDIT_ROW_FIELDS);

#define AUDIT_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(audit_find, AUDIT_FIND_FIELDS);

WRITE(audit_insert, audit_row,
      SQL(INSERT INTO audit (corp, id, at, actor_kind, actor, action, object, detail)
	  VALUES (:corp, :id, :at, :actor_kind, :actor, :action, :object, :detail)))
READ_MANY(audit_page, audit_find, audit_row,
	  SQL(SELECT a.id, a.at, a.actor_kind, a.actor, a.action, a.object, a.detail, p.name AS user_name
	      FROM audit a LEFT JOIN perm_user p ON p.corp = a.corp AND p.id = a.actor AND a.actor_kind = 1
	      WHERE a.corp = :corp AND a.id < :before ORDER BY a.id DESC LIMIT :limit))

#endif
