/*
 * Rows and queries of webhooks.
 */
#ifndef YT_FEATURE_HOOK_HOOK_DATA_H
#define YT_FEATURE_HOOK_HOOK_DATA_H

#include "feature/hook/hook.h"

#define HOOK_FIELDS(F, S)                                                                       \
	F(S, ID, id) F(S, STR, name) F(S, STR, url) F(S, STR, secret) F(S, STR, former, .opt = true) F(S, MS, former_until, .opt = true) \
	F(S, BOOL, enabled) F(S, I64, failures) F(S, MS, until) F(S, I64, version) F(S, MS, created)
RECORD(hook, HOOK_FIELDS);
#define HOOK_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(hook_key, HOOK_KEY_FIELDS);
#define HOOK_N_FIELDS(F, S) F(S, I64, n)
RECORD(hook_n, HOOK_N_FIELDS);
#define HOOK_SENT_FIELDS(F, S)                                                                  \
	F(S, ID, customer) F(S, ID, id) F(S, ID, hook) F(S, STR, kind) F(S, STR, body, .opt = true) F(S, STR, state) F(S, I64, attempts) \
	F(S, I64, again) F(S, I64, status, .opt = true) F(S, STR, answer, .opt = true) F(S, MS, made) F(S, MS, tried, .opt = true)
RECORD(hook_sent, HOOK_SENT_FIELDS);
#define HOOK_FIND_FIELDS(F, S) F(S, ID, hook) F(S, ID, before) F(S, I64, limit)
RECORD(hook_find, HOOK_FIND_FIELDS);
#define HOOK_TASK_FIELDS(F, S) F(S, ID, hook) F(S, JSON, args)
RECORD(hook_task, HOOK_TASK_FIELDS);
#define HOOK_AGAIN_FIELDS(F, S) F(S, ID, hook) F(S, ID, sent)
RECORD(hook_again, HOOK_AGAIN_FIELDS);

WRITE(hook_insert, hook,
      SQL(INSERT INTO hook (corp, id, name, url, secret, former, former_until, enabled, failures, until, version, created)
	  VALUES (:corp, :id, :name, :url, :secret, :former, :former_until, :enabled, :failures, :until, :version, :created)
	  ON CONFLICT DO NOTHING))
WRITE(hook_update, hook,
      SQL(UPDATE hook SET name = :name, url = :url, secret = :secret, former = :former, former_until = :former_until, enabled = :enabled,
		failures = 0, until = 0, version = version + 1
	  WHERE corp = :corp AND id = :id AND version = :version))
WRITE(hook_line, hook, SQL(UPDATE hook SET failures = :failures, until = :until, enabled = :enabled WHERE corp = :corp AND id = :id))
WRITE(hook_drop, hook_key, SQL(DELETE FROM hook WHERE corp = :corp AND id = :id))
READ_ONE(hook_get, hook_key, hook,
	 SQL(SELECT id, name, url, secret, former, former_until, enabled, failures, until, version, created FROM hook
	     WHERE corp = :corp AND id = :id))
READ_MANY(hook_all, none, hook,
	  SQL(SELECT id, name, url, secret, former, former_until, enabled, failures, until, version, created FROM hook
	      WHERE corp = :corp ORDER BY id))
READ_ONE(hook_count, none, hook_n, SQL(SELECT COUNT(*) AS n FROM hook WHERE corp = :corp))

WRITE(hook_sent_add, hook_sent,
      SQL(INSERT INTO hook_sent (slot, corp, customer, id, hook, kind, body, state, attempts, again, status, answer, made, tried)
	  VALUES (:slot, :corp, :customer, :id, :hook, :kind, :body, :state, :attempts, :again, :status, :answer, :made, :tried)
	  ON CONFLICT DO NOTHING))
WRITE(hook_sent_put, hook_sent,
      SQL(UPDATE hook_sent SET body = :body, state = :state, attempts = :attempts, again = :again, status = :status, answer = :answer,
		tried = :tried
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
READ_ONE(hook_sent_get, hook_sent, hook_sent,
	 SQL_UNSCOPED("the sender speaks of one person",
		      SELECT customer, id, hook, kind, body, state, attempts, again, status, answer, made, tried FROM hook_sent
		      WHERE slot = :slot AND corp = :corp AND customer = :customer AND id = :id))
/* Whom they speak of is not told. */
READ_MANY(hook_sent_list, hook_find, hook_sent,
	  SQL_GLOBAL("deliveries of one destination over the slots of the corp, by its index",
		     SELECT customer, id, hook, kind, body, state, attempts, again, status, answer, made, tried FROM hook_sent
		     WHERE corp = :corp AND hook = :hook AND id < :before ORDER BY id DESC LIMIT :limit))

#endif
