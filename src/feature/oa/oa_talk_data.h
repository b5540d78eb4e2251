/*
 * Rows and queries of what an account says: windows, consents, templates.
 */
#ifndef YT_FEATURE_OA_OA_TALK_DATA_H
#define YT_FEATURE_OA_OA_TALK_DATA_H

#include "feature/oa/oa_data.h"
#include "feature/oa/oa_talk.h"

#define OA_WINDOW_FIELDS(F, S) F(S, ID, customer) F(S, ID, account) F(S, STR, event) F(S, MS, at)
RECORD(oa_window, OA_WINDOW_FIELDS);
#define OA_CONSENT_FIELDS(F, S) \
	F(S, ID, customer) F(S, ID, account) F(S, STR, template) F(S, STR, openid) F(S, I64, accepts) F(S, MS, since)
RECORD(oa_consent, OA_CONSENT_FIELDS);
#define OA_TEMPLATE_FIELDS(F, S) \
	F(S, ID, account) F(S, STR, id) F(S, STR, kind) F(S, STR, title) F(S, STR, content) F(S, STR, example) F(S, MS, seen)
RECORD(oa_template, OA_TEMPLATE_FIELDS);

/* An older push changes nothing. */
WRITE(oa_window_put, oa_window,
      SQL(INSERT INTO oa_window (slot, corp, customer, account, event, at) VALUES (:slot, :corp, :customer, :account, :event, :at)
	  ON CONFLICT (slot, corp, customer, account, event) DO UPDATE SET at = excluded.at WHERE oa_window.at < excluded.at))
READ_MANY(oa_windows_of, oa_window, oa_window,
	  SQL_UNSCOPED("a verb speaks to one person",
		       SELECT customer, account, event, at FROM oa_window
		       WHERE slot = :slot AND corp = :corp AND customer = :customer AND account = :account))
WRITE(oa_consent_put, oa_consent,
      SQL(INSERT INTO oa_consent (slot, corp, customer, account, template, openid, accepts, since)
	  VALUES (:slot, :corp, :customer, :account, :template, :openid, :accepts, :since)
	  ON CONFLICT (slot, corp, customer, account, template) DO UPDATE SET openid = excluded.openid, accepts = excluded.accepts,
		since = excluded.since))
READ_ONE(oa_consent_get, oa_consent, oa_consent,
	 SQL_UNSCOPED("a verb speaks to one person",
		      SELECT customer, account, template, openid, accepts, since FROM oa_consent
		      WHERE slot = :slot AND corp = :corp AND customer = :customer AND account = :account AND template = :template))
WRITE(oa_template_put, oa_template,
      SQL(INSERT INTO oa_template (corp, account, id, kind, title, content, example, seen)
	  VALUES (:corp, :account, :id, :kind, :title, :content, :example, :seen)
	  ON CONFLICT (corp, account, id) DO UPDATE SET kind = excluded.kind, title = excluded.title, content = excluded.content,
		example = excluded.example, seen = excluded.seen))
WRITE(oa_templates_drop, oa_template, SQL(DELETE FROM oa_template WHERE corp = :corp AND account = :account AND seen < :seen))
READ_ONE(oa_template_get, oa_template, oa_template,
	 SQL(SELECT account, id, kind, title, content, example, seen FROM oa_template WHERE corp = :corp AND account = :account AND id = :id))
READ_MANY(oa_templates_of, oa_key, oa_template,
	  SQL(SELECT account, id, kind, title, content, example, seen FROM oa_template WHERE corp = :corp AND account = :id ORDER BY kind, title, id))

#endif
