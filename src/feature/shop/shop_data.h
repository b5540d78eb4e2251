/*
 * Rows and queries of connectors: small tables of the corp.
 */
#ifndef YT_FEATURE_SHOP_SHOP_DATA_H
#define YT_FEATURE_SHOP_SHOP_DATA_H

#include "feature/shop/shop.h"

#define SHOP_CONNECTOR_FIELDS(F, S)                                               \
	F(S, ID, id) F(S, STR, kind) F(S, STR, name) F(S, STR, slug) F(S, BOOL, enabled) F(S, STR, base, .opt = true) \
	F(S, STR, client) F(S, STR, shop, .opt = true) F(S, STR, secret, .opt = true) F(S, STR, push_token, .opt = true) \
	F(S, STR, push_key, .opt = true) F(S, I64, version) F(S, MS, created)
RECORD(shop_connector, SHOP_CONNECTOR_FIELDS);
#define SHOP_SLUGGED_FIELDS(F, S) F(S, ID, owner_corp) F(S, ID, id)
RECORD(shop_slugged, SHOP_SLUGGED_FIELDS);
#define SHOP_SLUG_FIELDS(F, S) F(S, STR, slug)
RECORD(shop_slug, SHOP_SLUG_FIELDS);
#define SHOP_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(shop_key, SHOP_KEY_FIELDS);
#define SHOP_STATE_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, STR, access, .opt = true) F(S, MS, access_until) F(S, MS, done) F(S, MS, window_to) \
	F(S, STR, page, .opt = true) F(S, MS, last_try, .opt = true) F(S, MS, last_good, .opt = true) \
	F(S, STR, error, .opt = true) F(S, STR, said, .opt = true) F(S, I64, pulled) F(S, I64, pushes) F(S, I64, bad_pushes) \
	F(S, MS, last_push, .opt = true)
RECORD(shop_state, SHOP_STATE_FIELDS);

WRITE(shop_connector_add, shop_connector,
      SQL(INSERT INTO shop_connector (corp, id, kind, name, slug, enabled, base, client, shop, secret, push_token, push_key, version,
				      created)
	  VALUES (:corp, :id, :kind, :name, :slug, :enabled, :base, :client, :shop, :secret, :push_token, :push_key, :version,
		  :created)))
WRITE(shop_connector_set, shop_connector,
      SQL(UPDATE shop_connector SET name = :name, enabled = :enabled, base = :base, client = :client, shop = :shop,
				    secret = :secret, push_token = :push_token, push_key = :push_key, version = version + 1
	  WHERE corp = :corp AND id = :id AND version = :version))
READ_ONE(shop_connector_get, shop_key, shop_connector,
	 SQL(SELECT id, kind, name, slug, enabled, base, client, shop, secret, push_token, push_key, version, created
	     FROM shop_connector WHERE corp = :corp AND id = :id))
READ_MANY(shop_connectors, none, shop_connector,
	  SQL(SELECT id, kind, name, slug, enabled, base, client, shop, secret, push_token, push_key, version, created
	      FROM shop_connector WHERE corp = :corp ORDER BY id))
READ_ONE(shop_of_slug, shop_slug, shop_slugged,
	 SQL_GLOBAL("the slug says which corp", SELECT corp AS owner_corp, id FROM shop_connector WHERE slug = :slug))

WRITE(shop_state_add, shop_state,
      SQL(INSERT INTO shop_state (corp, id, access, access_until, done, window_to, page, last_try, last_good, error, said, pulled,
				  pushes, bad_pushes, last_push)
	  VALUES (:corp, :id, :access, :access_until, :done, :window_to, :page, :last_try, :last_good, :error, :said, :pulled,
		  :pushes, :bad_pushes, :last_push)))
READ_ONE(shop_state_get, shop_key, shop_state,
	 SQL(SELECT id, access, access_until, done, window_to, page, last_try, last_good, error, said, pulled, pushes, bad_pushes,
		    last_push
	     FROM shop_state WHERE corp = :corp AND id = :id))
READ_MANY(shop_states, none, shop_state,
	  SQL(SELECT id, access, access_until, done, window_to, page, last_try, last_good, error, said, pulled, pushes, bad_pushes,
		     last_push
	      FROM shop_state WHERE corp = :corp ORDER BY id))
WRITE(shop_token_set, shop_state,
      SQL(UPDATE shop_state SET access = :access, access_until = :access_until WHERE corp = :corp AND id = :id))
WRITE(shop_place_set, shop_state,
      SQL(UPDATE shop_state SET done = :done, window_to = :window_to, page = :page, last_try = :last_try,
				last_good = :last_good, error = :error, said = :said, pulled = :pulled
	  WHERE corp = :corp AND id = :id))
WRITE(shop_fault_set, shop_state,
      SQL(UPDATE shop_state SET last_try = :last_try, error = :error, said = :said WHERE corp = :corp AND id = :id))
WRITE(shop_push_count, shop_state,
      SQL(UPDATE shop_state SET pushes = pushes + :pushes, bad_pushes = bad_pushes + :bad_pushes,
				last_push = COALESCE(:last_push, last_push)
	  WHERE corp = :corp AND id = :id))

#endif
