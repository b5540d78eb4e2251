/*
 * Rows and queries of group welcomes; small tables of the base slot. A viewer sees the tasks of her scope's owners.
 */
#ifndef YT_FEATURE_GROUPHELLO_GROUPHELLO_DATA_H
#define YT_FEATURE_GROUPHELLO_GROUPHELLO_DATA_H

#include "feature/grouphello/grouphello.h"

#define GROUPHELLO_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(grouphello_key, GROUPHELLO_KEY_FIELDS);
#define GROUPHELLO_ROW_FIELDS(F, S) F(S, ID, chat) F(S, ID, hello) F(S, MS, asked) F(S, MS, done, .opt = true) F(S, ID, done_by, .opt = true)
RECORD(grouphello_row, GROUPHELLO_ROW_FIELDS);
#define GROUPHELLO_PAGE_FIELDS(F, S) F(S, ID, hello) F(S, ID, after) F(S, BOOL, open) F(S, I64, limit)
RECORD(grouphello_page, GROUPHELLO_PAGE_FIELDS);
#define GROUPHELLO_OWED_FIELDS(F, S)                                                     \
	F(S, ID, chat) F(S, STR, name) F(S, STR, owner_name, .opt = true) F(S, MS, asked) F(S, MS, done, .opt = true)
RECORD(grouphello_owed, GROUPHELLO_OWED_FIELDS);
#define GROUPHELLO_COUNT_FIELDS(F, S) F(S, ID, hello) F(S, I64, groups) F(S, I64, done)
RECORD(grouphello_count, GROUPHELLO_COUNT_FIELDS);
#define GROUPHELLO_DONE_FIELDS(F, S) F(S, ID, hello) F(S, ID, chat) F(S, MS, at, .opt = true) F(S, ID, by)
RECORD(grouphello_done, GROUPHELLO_DONE_FIELDS);

#define GROUPHELLO_COLUMNS \
	"SELECT id, name, text, link_title, link_url, link_desc, template_id, state, fail_code, created, version FROM group_hello "
READ_ONE(group_hello_get, grouphello_key, group_hello, GROUPHELLO_COLUMNS "WHERE corp = :corp AND id = :id AND state <> 'removed'")
READ_ONE(group_hello_any, grouphello_key, group_hello, GROUPHELLO_COLUMNS "WHERE corp = :corp AND id = :id")
READ_MANY(group_hello_all, none, group_hello, GROUPHELLO_COLUMNS "WHERE corp = :corp AND state <> 'removed' ORDER BY id DESC")
WRITE(group_hello_add, group_hello,
      SQL(INSERT INTO group_hello (corp, id, name, text, link_title, link_url, link_desc, template_id, state, fail_code, created, version)
	  VALUES (:corp, :id, :name, :text, :link_title, :link_url, :link_desc, :template_id, :state, :fail_code, :created, :version)))
WRITE(group_hello_put, group_hello,
      SQL(UPDATE group_hello SET name = :name, text = :text, link_title = :link_title, link_url = :link_url, link_desc = :link_desc,
		 state = :state, version = version + 1
	  WHERE corp = :corp AND id = :id AND version = :version))
WRITE(group_hello_result, group_hello,
      SQL(UPDATE group_hello SET template_id = :template_id, state = :state, fail_code = :fail_code WHERE corp = :corp AND id = :id))

WRITE(group_hello_bind, grouphello_row,
      SQL(INSERT INTO group_hello_task (corp, chat, hello, asked, done, done_by) VALUES (:corp, :chat, :hello, :asked, :done, :done_by)
	  ON CONFLICT (corp, chat) DO UPDATE SET hello = excluded.hello, asked = excluded.asked, done = excluded.done,
		  done_by = excluded.done_by))
WRITE(group_hello_unbind, grouphello_key, SQL(DELETE FROM group_hello_task WHERE corp = :corp AND hello = :id))
WRITE(group_hello_done, grouphello_done,
      SQL(UPDATE group_hello_task SET done = :at, done_by = :by
	  WHERE corp = :corp AND chat = :chat AND hello = :hello AND (:scope = 0 OR EXISTS (SELECT 1 FROM group_chat g
		WHERE g.corp = :corp AND g.id = :chat AND g.owner IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope)))))
#define GROUPHELLO_SEEN \
	"g.dissolved IS NULL AND (:scope = 0 OR g.owner IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope)) "
READ_MANY(group_hello_tasks, grouphello_page, grouphello_owed,
	  "SELECT t.chat AS chat, g.name AS name, s.name AS owner_name, t.asked AS asked, t.done AS done FROM group_hello_task t "
	  "JOIN group_chat g ON g.corp = t.corp AND g.id = t.chat LEFT JOIN staff s ON s.corp = g.corp AND s.id = g.owner "
	  "WHERE t.corp = :corp AND t.hello = :hello AND t.chat > :after AND (:open = 0 OR t.done IS NULL) AND " GROUPHELLO_SEEN
	  "ORDER BY t.chat LIMIT :limit")
READ_MANY(group_hello_counts, none, grouphello_count,
	  "SELECT t.hello AS hello, CAST(COUNT(*) AS BIGINT) AS groups, CAST(SUM(CASE WHEN t.done IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS done "
	  "FROM group_hello_task t JOIN group_chat g ON g.corp = t.corp AND g.id = t.chat WHERE t.corp = :corp AND " GROUPHELLO_SEEN
	  "GROUP BY t.hello ORDER BY t.hello")

#endif
