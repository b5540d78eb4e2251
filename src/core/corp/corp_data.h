/*
 * Rows and queries of corps and their settings. The table of corps is keyed by the corp itself; what
 * looks over all of them says so.
 */
#ifndef YT_CORE_CORP_CORP_DATA_H
#define YT_CORE_CORP_CORP_DATA_H

#include "core/corp/corp.h"

#define CORP_ROW_FIELDS(F, S)                                                      \
	CORP_FIELDS(F, S)                                                          \
	F(S, STR, secret, .opt = true) F(S, STR, token, .opt = true) F(S, STR, aeskey, .opt = true) \
	F(S, STR, sync_state) F(S, I64, sync_done) F(S, I64, sync_total, .opt = true)
RECORD(corp_row, CORP_ROW_FIELDS);

#define CORP_COUNTER_FIELDS(F, S) F(S, STR, name) F(S, I64, next)
RECORD(corp_counter, CORP_COUNTER_FIELDS);
#define CORP_SLUG_FIELDS(F, S) F(S, STR, slug)
RECORD(corp_slug, CORP_SLUG_FIELDS);
#define CORP_ID_FIELDS(F, S) F(S, ID, id)
RECORD(corp_id, CORP_ID_FIELDS);
#define CORP_SEEN_FIELDS(F, S) F(S, MS, at)
RECORD(corp_seen, CORP_SEEN_FIELDS);
#define CORP_SYNC_FIELDS(F, S) F(S, STR, state) F(S, I64, done) F(S, I64, total, .opt = true)
RECORD(corp_sync, CORP_SYNC_FIELDS);
#define SETTING_FIELDS(F, S) F(S, STR, name) F(S, STR, value)
RECORD(setting_row, SETTING_FIELDS);

WRITE_ONE(corp_number, corp_counter, corp_counter,
	  SQL_GLOBAL("numbers of corps", INSERT INTO corp_counter (name, next) VALUES (:name, 1)
		     ON CONFLICT (name) DO UPDATE SET next = corp_counter.next + 1 RETURNING name, next))

WRITE(corp_insert, corp_row,
      SQL_GLOBAL("the corp is being made",
		 INSERT INTO corp (id, slug, name, zone, currency, simulated, corpid, agentid, wecom_base, secret, token,
				   aeskey, created, last_callback, sync_state, sync_done, sync_total, version)
		 VALUES (:id, :slug, :name, :zone, :currency, :simulated, :corpid, :agentid, :wecom_base, :secret, :token,
			 :aeskey, :created, :last_callback, :sync_state, :sync_done, :sync_total, :version)))

READ_ONE(corp_row_get, none, corp_row,
	 SQL(SELECT id, slug, name, zone, currency, simulated, corpid, agentid, wecom_base, secret, token, aeskey, created,
		    last_callback, sync_state, sync_done, sync_total, version
	     FROM corp WHERE id = :corp))
READ_ONE(corp_of_slug, corp_slug, corp_id,
	 SQL_GLOBAL("the slug says which corp", SELECT id FROM corp WHERE slug = :slug))
READ_MANY(corp_rows, none, corp,
	  SQL_GLOBAL("all corps", SELECT id, slug, name, zone, currency, simulated, corpid, agentid, wecom_base, created,
		     last_callback, version FROM corp ORDER BY id))

WRITE(corp_update, corp_row,
      SQL(UPDATE corp SET name = :name, zone = :zone, currency = :currency, corpid = :corpid, agentid = :agentid,
			  wecom_base = :wecom_base, secret = :secret, token = :token, aeskey = :aeskey,
			  version = version + 1
	  WHERE id = :corp AND version = :version))
WRITE(corp_callback_put, corp_seen,
      SQL(UPDATE corp SET last_callback = :at WHERE id = :corp AND (last_callback IS NULL OR last_callback < :at)))
WRITE(corp_sync_put, corp_sync,
      SQL(UPDATE corp SET sync_state = :state, sync_done = :done, sync_total = :total WHERE id = :corp))

READ_MANY(setting_rows, none, setting_row, SQL(SELECT name, value FROM setting WHERE corp = :corp ORDER BY name))
WRITE(setting_row_put, setting_row,
      SQL(INSERT INTO setting (corp, name, value) VALUES (:corp, :name, :value)
	  ON CONFLICT (corp, name) DO UPDATE SET value = excluded.value))

#endif
