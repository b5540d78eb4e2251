/*
 * corp 企业: the tenant. Its zone, currency, slots, WeCom credentials (sealed) and settings.
 *
 * The slug is random and stands in public addresses (/wecom/callback/{slug}); numbers never do.
 * Secrets are sealed with the corp's key; they go out of here only as a struct wecom_app.
 */
#ifndef YT_CORE_CORP_CORP_H
#define YT_CORE_CORP_CORP_H

#include "base/tz.h"
#include "core/cx.h"
#include "core/module.h"
#include "port/wecom/wecom.h"

#define CORP_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, slug) F(S, STR, name, .min = 1, .max = 40)        \
	F(S, STR, zone, .min = 1, .max = 60) F(S, STR, currency, .min = 3, .max = 3) \
	F(S, BOOL, simulated)                                                    \
	F(S, STR, corpid, .opt = true) F(S, STR, agentid, .opt = true)           \
	F(S, STR, wecom_base, .opt = true)                                       \
	F(S, MS, created) F(S, MS, last_callback, .opt = true) F(S, I64, version)
RECORD(corp, CORP_FIELDS);

struct corp_new { str name, zone, currency; bool simulated; i64 spread; };

/* Makes a corp with its slots and every module's defaults. Runs its own transactions. */
err corp_create(struct cx *cx, const struct corp_new *in, i64 *ret_corp);
/* Cached copies, refreshed when the corp changes; live as long as the arena of the unit. */
err corp_get(struct unit *u, i64 corp, struct corp *ret);
err corp_by_slug(struct unit *u, str slug, struct corp *ret);
/* All corps, ascending id. */
err corp_list(struct unit *u, struct corp **ret, size_t *ret_count);
const struct tz *corp_zone(struct unit *u, i64 corp); /* never NULL: TZ_DEFAULT at worst */
i64 corp_day(struct unit *u, ms at);                  /* day number in the unit's corp's zone */

/* The WeCom side: ERR_STATE when nothing is set. Callback token and key come with it. */
struct corp_wecom { struct wecom_app app; str token, aeskey; };
err corp_wecom_get(struct unit *u, i64 corp, struct corp_wecom *ret);
struct corp_wecom_set { str corpid, agentid, secret, token, aeskey, base; }; /* nil: unchanged */
err corp_wecom_put(struct cx *cx, const struct corp_wecom_set *in);
err corp_callback_seen(struct unit *u, ms at); /* written at most once a minute */

/* Name, zone, currency; ERR_CONFLICT when version is not the present one. */
struct corp_edit { str name, zone, currency; i64 version; };
err corp_put(struct cx *cx, const struct corp_edit *in);
/* How far the first look at an existing WeCom corp has come: "none", "running", "done", "failed". */
err corp_sync_note(struct tx *tx, const char *state, i64 done, i64 total);

/* Settings declared by modules (core/module.h); the default when never set. */
err setting_get(struct unit *u, const char *name, str *ret);
err setting_i64(struct unit *u, const char *name, i64 *ret);
err setting_put(struct cx *cx, const char *name, str value);

#define CORP_CREATED_FIELDS(F, S) F(S, STR, name)
RECORD(corp_created, CORP_CREATED_FIELDS);

extern const struct module corp_module;

#endif
