/*
 * roster 名单: a file of phones, openids or other ids becomes a list that expressions know: in_list("双十一老客").
 *
 * A list is an attribute of the company's own (a field of type flag, named list_…), so that all evaluators, broadcasts,
 * exports and "why" know it without learning anything new. A job reads the file: who is known by a value is on the list,
 * values nobody has are counted and not kept. The first column counts; a header is recognised. A step done again finds
 * who is on the list already.
 */
#ifndef YT_FEATURE_ROSTER_ROSTER_H
#define YT_FEATURE_ROSTER_ROSTER_H

#include "core/job/job.h"
#include "core/module.h"

#define ROSTER_NAME_MAX 30 /* of the attribute it is, too */
#define ROSTER_ROWS_MAX 200000
#define ROSTER_APPID_MAX 64
#define ROSTER_JOB "roster.read"
#define ROSTER_KINDS "phone,email,unionid,openid,external_userid,member_no,user_id,buyer"

#define ROSTER_FIELDS(F, S)                                                                     \
	F(S, ID, id) F(S, STR, name) F(S, STR, kind) F(S, ID, attr) F(S, STR, attr_name) F(S, STR, state) F(S, ID, upload, .opt = true) \
	F(S, I64, total) F(S, I64, found) F(S, I64, unknown) F(S, I64, refused) F(S, MS, created)
RECORD(roster, ROSTER_FIELDS);
#define ROSTER_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(roster_key, ROSTER_KEY_FIELDS);
#define ROSTER_INPUT_FIELDS(F, S) F(S, ID, id) F(S, STR, appid, .opt = true)
RECORD(roster_input, ROSTER_INPUT_FIELDS);

/* How many rows the file has; ERR_INPUT, ERR_TOO_LARGE, ERR_SYNTAX. */
err roster_look(struct cx *cx, str bytes, str kind, i64 *ret_rows);
err roster_step(struct cx *cx, struct job *job, bool *ret_done);
err roster_dropped(struct tx *tx, const struct job *job);

WRITE(roster_insert, roster,
      SQL(INSERT INTO roster (corp, id, name, kind, attr, attr_name, state, upload, total, found, unknown, refused, created)
	  VALUES (:corp, :id, :name, :kind, :attr, :attr_name, :state, :upload, :total, :found, :unknown, :refused, :created)))
WRITE(roster_update, roster,
      SQL(UPDATE roster SET state = :state, upload = :upload, total = :total, found = :found, unknown = :unknown, refused = :refused
	  WHERE corp = :corp AND id = :id))
WRITE(roster_drop, roster_key, SQL(DELETE FROM roster WHERE corp = :corp AND id = :id))
READ_ONE(roster_get, roster_key, roster,
	 SQL(SELECT id, name, kind, attr, attr_name, state, upload, total, found, unknown, refused, created FROM roster
	     WHERE corp = :corp AND id = :id))
READ_MANY(roster_all, none, roster,
	  SQL(SELECT id, name, kind, attr, attr_name, state, upload, total, found, unknown, refused, created FROM roster
	      WHERE corp = :corp ORDER BY id DESC))

extern const struct route roster_routes[];
extern const struct module roster_module;

#endif
