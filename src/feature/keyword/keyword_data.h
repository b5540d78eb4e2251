/*
 * Rules, accounts, windows and the log of keyword answers. All small: of the corp's base slot.
 */
#ifndef YT_FEATURE_KEYWORD_KEYWORD_DATA_H
#define YT_FEATURE_KEYWORD_KEYWORD_DATA_H

#include "feature/keyword/keyword_rule.h"

#define KEYWORD_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(keyword_key, KEYWORD_KEY_FIELDS);
#define KEYWORD_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(keyword_count, KEYWORD_COUNT_FIELDS);
READ_MANY(keyword_rule_all, none, keyword_rule,
	SQL(SELECT id, name, words, whole, answer, use_kf, use_suggest, use_export, enabled, created, version
		FROM keyword_rule WHERE corp = :corp ORDER BY id))
READ_ONE(keyword_rule_get, keyword_key, keyword_rule,
	SQL(SELECT id, name, words, whole, answer, use_kf, use_suggest, use_export, enabled, created, version
		FROM keyword_rule WHERE corp = :corp AND id = :id))
READ_ONE(keyword_rule_count, none, keyword_count, SQL(SELECT COUNT(*) AS n FROM keyword_rule WHERE corp = :corp))
WRITE(keyword_rule_insert, keyword_rule,
	SQL(INSERT INTO keyword_rule (corp, id, name, words, whole, answer, use_kf, use_suggest, use_export, enabled, created, version)
		VALUES (:corp, :id, :name, :words, :whole, :answer, :use_kf, :use_suggest, :use_export, :enabled, :created, :version)))
/* version is the one that was read; the row goes one up. */
WRITE(keyword_rule_update, keyword_rule,
	SQL(UPDATE keyword_rule SET name = :name, words = :words, whole = :whole, answer = :answer, use_kf = :use_kf,
			use_suggest = :use_suggest, use_export = :use_export, enabled = :enabled, version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))
WRITE(keyword_rule_drop, keyword_key, SQL(DELETE FROM keyword_rule WHERE corp = :corp AND id = :id))

#define KEYWORD_ACCOUNT_FIELDS(F, S) F(S, STR, open_kfid) F(S, STR, name) F(S, BOOL, answers) F(S, STR, read_to)
RECORD(keyword_account, KEYWORD_ACCOUNT_FIELDS);
READ_MANY(keyword_account_all, none, keyword_account,
	SQL(SELECT open_kfid, name, answers, read_to FROM keyword_account WHERE corp = :corp ORDER BY open_kfid))
READ_ONE(keyword_account_get, keyword_account, keyword_account,
	SQL(SELECT open_kfid, name, answers, read_to FROM keyword_account WHERE corp = :corp AND open_kfid = :open_kfid))
WRITE(keyword_account_put, keyword_account,
	SQL(INSERT INTO keyword_account (corp, open_kfid, name, answers, read_to) VALUES (:corp, :open_kfid, :name, 0, '')
		ON CONFLICT (corp, open_kfid) DO UPDATE SET name = excluded.name))
WRITE(keyword_account_answers, keyword_account,
	SQL(UPDATE keyword_account SET answers = :answers WHERE corp = :corp AND open_kfid = :open_kfid))
#define KEYWORD_READ_FIELDS(F, S) F(S, STR, open_kfid) F(S, STR, was) F(S, STR, read_to)
RECORD(keyword_read, KEYWORD_READ_FIELDS);
WRITE(keyword_account_read, keyword_read,
	SQL(UPDATE keyword_account SET read_to = :read_to WHERE corp = :corp AND open_kfid = :open_kfid AND read_to = :was))

#define KEYWORD_VISITOR_FIELDS(F, S) F(S, STR, open_kfid) F(S, STR, external_userid) F(S, MS, wrote) F(S, I64, answered)
RECORD(keyword_visitor, KEYWORD_VISITOR_FIELDS);
READ_ONE(keyword_visitor_get, keyword_visitor, keyword_visitor,
	SQL(SELECT open_kfid, external_userid, wrote, answered FROM keyword_visitor
		WHERE corp = :corp AND open_kfid = :open_kfid AND external_userid = :external_userid))
WRITE(keyword_visitor_put, keyword_visitor,
	SQL(INSERT INTO keyword_visitor (corp, open_kfid, external_userid, wrote, answered)
		VALUES (:corp, :open_kfid, :external_userid, :wrote, :answered)
		ON CONFLICT (corp, open_kfid, external_userid) DO UPDATE SET wrote = excluded.wrote, answered = excluded.answered))
#define KEYWORD_OLD_FIELDS(F, S) F(S, MS, before)
RECORD(keyword_old, KEYWORD_OLD_FIELDS);
WRITE(keyword_visitors_drop, keyword_old, SQL(DELETE FROM keyword_visitor WHERE corp = :corp AND wrote < :before))
#define KEYWORD_OLD_ID_FIELDS(F, S) F(S, ID, before)
RECORD(keyword_old_id, KEYWORD_OLD_ID_FIELDS);
WRITE(keyword_log_drop, keyword_old_id, SQL(DELETE FROM keyword_log WHERE corp = :corp AND id < :before))

#define KEYWORD_LOG_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, STR, msgid) F(S, STR, open_kfid) F(S, ID, rule, .opt = true) F(S, STR, state) \
	F(S, STR, reason, .opt = true) F(S, MS, wrote) F(S, I64, took, .opt = true)
RECORD(keyword_log, KEYWORD_LOG_FIELDS);
WRITE(keyword_log_add, keyword_log,
	SQL(INSERT INTO keyword_log (corp, id, msgid, open_kfid, rule, state, reason, wrote, took)
		VALUES (:corp, :id, :msgid, :open_kfid, :rule, :state, :reason, :wrote, :took) ON CONFLICT DO NOTHING))
WRITE(keyword_log_end, keyword_log,
	SQL(UPDATE keyword_log SET state = :state, reason = :reason, took = :took WHERE corp = :corp AND id = :id))
#define KEYWORD_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(keyword_find, KEYWORD_FIND_FIELDS);
READ_MANY(keyword_log_list, keyword_find, keyword_log,
	SQL(SELECT id, msgid, open_kfid, rule, state, reason, wrote, took FROM keyword_log
		WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))

/* kf.pull and kf.send in the outbox */
#define KEYWORD_PULL_FIELDS(F, S) F(S, STR, open_kfid) F(S, STR, token, .opt = true, .pii = true)
RECORD(keyword_pull_task, KEYWORD_PULL_FIELDS);
#define KEYWORD_SEND_FIELDS(F, S) \
	F(S, ID, log) F(S, ID, rule) F(S, STR, open_kfid) F(S, STR, external_userid) F(S, STR, answer) F(S, MS, wrote)
RECORD(keyword_send_task, KEYWORD_SEND_FIELDS);

/* Lines of persons; in their slots. */
#define KEYWORD_LINE_FIELDS(F, S) F(S, ID, customer) F(S, STR, open_kfid) F(S, STR, external_userid) F(S, MS, wrote)
RECORD(keyword_line, KEYWORD_LINE_FIELDS);
WRITE(keyword_line_put, keyword_line,
	SQL(INSERT INTO keyword_line (slot, corp, customer, open_kfid, external_userid, wrote)
		VALUES (:slot, :corp, :customer, :open_kfid, :external_userid, :wrote)
		ON CONFLICT (slot, corp, customer, open_kfid) DO UPDATE SET external_userid = excluded.external_userid, wrote = excluded.wrote))
READ_ONE(keyword_line_get, keyword_line, keyword_line,
	SQL_UNSCOPED("what she wrote herself", SELECT customer, open_kfid, external_userid, wrote FROM keyword_line
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND open_kfid = :open_kfid))
READ_MANY(keyword_lines_of, keyword_line, keyword_line,
	SQL_UNSCOPED("a verb speaks to one person", SELECT customer, open_kfid, external_userid, wrote FROM keyword_line
		WHERE slot = :slot AND corp = :corp AND customer = :customer))

#endif
