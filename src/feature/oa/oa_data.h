/*
 * Rows and queries of official accounts.
 */
#ifndef YT_FEATURE_OA_OA_DATA_H
#define YT_FEATURE_OA_OA_DATA_H

#include "feature/oa/oa_feature.h"

#define OA_ACCOUNT_FIELDS(F, S)                                                                 \
	F(S, ID, id) F(S, STR, name) F(S, STR, slug) F(S, STR, appid) F(S, STR, secret) F(S, STR, token) F(S, STR, aeskey, .opt = true) \
	F(S, STR, former_key, .opt = true) F(S, STR, base, .opt = true) F(S, ID, code, .opt = true) F(S, I64, fans) \
	F(S, MS, synced, .opt = true) F(S, I64, version) F(S, MS, created)
RECORD(oa_account, OA_ACCOUNT_FIELDS);
#define OA_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(oa_key, OA_KEY_FIELDS);
#define OA_SLUG_FIELDS(F, S) F(S, STR, slug)
RECORD(oa_slug, OA_SLUG_FIELDS);
#define OA_SLUGGED_FIELDS(F, S) F(S, ID, owner_corp) F(S, ID, id)
RECORD(oa_slugged, OA_SLUGGED_FIELDS);
#define OA_CODE_FIELDS(F, S)                                                                    \
	F(S, ID, id) F(S, ID, account) F(S, STR, name) F(S, STR, channel) F(S, STR, scene) F(S, STR, url) F(S, STR, title) \
	F(S, STR, words) F(S, STR, pic, .opt = true) F(S, STR, link) F(S, STR, door) F(S, I64, version) F(S, MS, created)
RECORD(oa_code, OA_CODE_FIELDS);
#define OA_SCENE_FIELDS(F, S) F(S, ID, account) F(S, STR, scene)
RECORD(oa_scene, OA_SCENE_FIELDS);
#define OA_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(oa_find, OA_FIND_FIELDS);
#define OA_N_FIELDS(F, S) F(S, I64, n)
RECORD(oa_n, OA_N_FIELDS);
#define OA_FAN_FIELDS(F, S)                                                                     \
	F(S, ID, customer) F(S, ID, account) F(S, STR, openid) F(S, BOOL, subscribed) F(S, MS, since) F(S, STR, channel, .opt = true)
RECORD(oa_fan_row, OA_FAN_FIELDS);
#define OA_TALLY_FIELDS(F, S) F(S, ID, account) F(S, ID, code) F(S, I64, day) F(S, I64, subscribed) F(S, I64, scanned) F(S, I64, lost)
RECORD(oa_tally, OA_TALLY_FIELDS);
#define OA_SUM_FIELDS(F, S) F(S, ID, account) F(S, ID, code) F(S, I64, subscribed) F(S, I64, scanned) F(S, I64, lost)
RECORD(oa_sum, OA_SUM_FIELDS);
#define OA_TODO_FIELDS(F, S) F(S, ID, account) F(S, STR, openid)
RECORD(oa_todo, OA_TODO_FIELDS);
#define OA_TODO_FIND_FIELDS(F, S) F(S, ID, account) F(S, I64, limit)
RECORD(oa_todo_find, OA_TODO_FIND_FIELDS);

WRITE(oa_account_insert, oa_account,
      SQL(INSERT INTO oa_account (corp, id, name, slug, appid, secret, token, aeskey, former_key, base, code, fans, synced, version, created)
	  VALUES (:corp, :id, :name, :slug, :appid, :secret, :token, :aeskey, :former_key, :base, :code, :fans, :synced, :version, :created)))
WRITE(oa_account_update, oa_account,
      SQL(UPDATE oa_account SET name = :name, appid = :appid, secret = :secret, token = :token, aeskey = :aeskey,
		 former_key = :former_key, base = :base, code = :code, version = version + 1
	  WHERE corp = :corp AND id = :id AND version = :version))
WRITE(oa_account_read, oa_account, SQL(UPDATE oa_account SET fans = :fans, synced = :synced WHERE corp = :corp AND id = :id))
READ_ONE(oa_account_get, oa_key, oa_account,
	 SQL(SELECT id, name, slug, appid, secret, token, aeskey, former_key, base, code, fans, synced, version, created
	     FROM oa_account WHERE corp = :corp AND id = :id))
READ_MANY(oa_accounts, none, oa_account,
	  SQL(SELECT id, name, slug, appid, secret, token, aeskey, former_key, base, code, fans, synced, version, created
	      FROM oa_account WHERE corp = :corp ORDER BY id))
READ_ONE(oa_by_slug, oa_slug, oa_slugged,
	 SQL_GLOBAL("the slug says which corp", SELECT corp AS owner_corp, id FROM oa_account WHERE slug = :slug))

WRITE(oa_code_insert, oa_code,
      SQL(INSERT INTO oa_code (corp, id, account, name, channel, scene, url, title, words, pic, link, door, version, created)
	  VALUES (:corp, :id, :account, :name, :channel, :scene, :url, :title, :words, :pic, :link, :door, :version, :created)))
WRITE(oa_code_update, oa_code,
      SQL(UPDATE oa_code SET name = :name, channel = :channel, title = :title, words = :words, pic = :pic, link = :link,
		 version = version + 1
	  WHERE corp = :corp AND id = :id AND version = :version))
READ_ONE(oa_code_get, oa_key, oa_code,
	 SQL(SELECT id, account, name, channel, scene, url, title, words, pic, link, door, version, created
	     FROM oa_code WHERE corp = :corp AND id = :id))
READ_ONE(oa_code_by_scene, oa_scene, oa_code,
	 SQL(SELECT id, account, name, channel, scene, url, title, words, pic, link, door, version, created
	     FROM oa_code WHERE corp = :corp AND account = :account AND scene = :scene))
READ_MANY(oa_codes, oa_find, oa_code,
	  SQL(SELECT id, account, name, channel, scene, url, title, words, pic, link, door, version, created
	      FROM oa_code WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))
READ_ONE(oa_code_count, oa_key, oa_n, SQL(SELECT count(*) AS n FROM oa_code WHERE corp = :corp AND account = :id))

WRITE(oa_fan_put, oa_fan_row,
      SQL(INSERT INTO oa_fan (slot, corp, customer, account, openid, subscribed, since, channel)
	  VALUES (:slot, :corp, :customer, :account, :openid, :subscribed, :since, :channel)
	  ON CONFLICT (slot, corp, customer, account) DO UPDATE SET openid = excluded.openid, subscribed = excluded.subscribed,
		 since = excluded.since, channel = COALESCE(oa_fan.channel, excluded.channel)))
READ_ONE(oa_fan_get, oa_fan_row, oa_fan_row,
	 SQL_UNSCOPED("a rule about one fan", SELECT customer, account, openid, subscribed, since, channel FROM oa_fan
		      WHERE slot = :slot AND corp = :corp AND customer = :customer AND account = :account))
READ_MANY(oa_fans_of, oa_fan_row, oa_fan_row,
	  SQL_UNSCOPED("a rule about one person", SELECT customer, account, openid, subscribed, since, channel FROM oa_fan
		       WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY account))
WRITE(oa_tally_add, oa_tally,
      SQL(INSERT INTO oa_tally (slot, corp, code, account, day, subscribed, scanned, lost)
	  VALUES (:slot, :corp, :code, :account, :day, :subscribed, :scanned, :lost)
	  ON CONFLICT (slot, corp, account, code, day) DO UPDATE SET subscribed = oa_tally.subscribed + excluded.subscribed,
		 scanned = oa_tally.scanned + excluded.scanned, lost = oa_tally.lost + excluded.lost))
READ_MANY(oa_sums, none, oa_sum,
	  SQL_GLOBAL("sums over the slots of the corp",
		     SELECT account, code, CAST(SUM(subscribed) AS BIGINT) AS subscribed, CAST(SUM(scanned) AS BIGINT) AS scanned,
			    CAST(SUM(lost) AS BIGINT) AS lost
		     FROM oa_tally WHERE corp = :corp GROUP BY account, code))

WRITE(oa_todo_add, oa_todo, SQL(INSERT INTO oa_todo (corp, account, openid) VALUES (:corp, :account, :openid) ON CONFLICT DO NOTHING))
WRITE(oa_todo_drop, oa_todo, SQL(DELETE FROM oa_todo WHERE corp = :corp AND account = :account AND openid = :openid))
READ_MANY(oa_todo_some, oa_todo_find, oa_todo,
	  SQL(SELECT account, openid FROM oa_todo WHERE corp = :corp AND account = :account ORDER BY openid LIMIT :limit))

#define OA_LINK_FIELDS(F, S)                                                                    \
	F(S, ID, id) F(S, ID, account) F(S, STR, name) F(S, STR, path) F(S, STR, params) F(S, STR, door) F(S, STR, url) F(S, MS, until) \
	F(S, MS, created)
RECORD(oa_link, OA_LINK_FIELDS);
WRITE(oa_link_insert, oa_link,
      SQL(INSERT INTO oa_link (corp, id, account, name, path, params, door, url, until, created)
	  VALUES (:corp, :id, :account, :name, :path, :params, :door, :url, :until, :created)))
WRITE(oa_link_renew, oa_link, SQL(UPDATE oa_link SET url = :url, until = :until WHERE corp = :corp AND id = :id))
READ_ONE(oa_link_get, oa_key, oa_link,
	 SQL(SELECT id, account, name, path, params, door, url, until, created FROM oa_link WHERE corp = :corp AND id = :id))
READ_MANY(oa_links, oa_find, oa_link,
	  SQL(SELECT id, account, name, path, params, door, url, until, created FROM oa_link
	      WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))

#endif
