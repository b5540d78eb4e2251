/*
 * hook 外部推送: webhook.post, an act of a journey told to another system.
 *
 * Signed as Standard Webhooks 1.0 says: webhook-id (the same over all tries), webhook-timestamp, webhook-signature over
 * id.timestamp.body with the destination's secret, and for a day after a change with the former one too. The body is made
 * at the first try and kept sealed, so that every try says the same.
 *
 * At least once: a try that was not answered with 2xx comes again after 5 s, 5 min, 30 min, 2, 5 and 10 hours, in all for
 * less than a day; Retry-After is honoured; 410 switches the destination off. One dead destination slows nobody: it is
 * called by a lane of its own beside messages to people, and while it fails one single call tries it after a growing
 * pause, everything else of it waits without being called. Order is kept by nobody: the receiver has the timestamp.
 *
 * A destination is never an address of our own network unless setting "hook.private" says so; the connection itself is
 * looked at, not only the name.
 *
 * out: speak.ended, hook.broken, hook.mended
 */
#ifndef YT_FEATURE_HOOK_HOOK_H
#define YT_FEATURE_HOOK_HOOK_H

#include "core/speak/speak.h"

#define HOOK_VERB "webhook.post"
#define HOOK_AGAIN "hook.again" /* outbox kind of what is sent again by hand */
#define HOOK_MAX 50             /* destinations */
#define HOOK_NAME_MAX 40
#define HOOK_URL_MAX 500
#define HOOK_KIND_MAX 60
#define HOOK_FIELDS_MAX 30
#define HOOK_VALUE_MAX 400
#define HOOK_BODY_MAX ((size_t)20 << 10) /* bytes, as Standard Webhooks recommends */
#define HOOK_ANSWER_MAX 500              /* characters kept */
#define HOOK_TRIES_MAX 7
#define HOOK_LIFE_MS MS_DAY
#define HOOK_TIMEOUT_MS 10000
#define HOOK_PAUSE_FIRST_MS (5 * MS_SECOND)
#define HOOK_PAUSE_LAST_MS (10 * MS_MINUTE)
#define HOOK_BROKEN_AFTER 3              /* failures in a row that are told */
#define HOOK_SECRET_BYTES 32
#define HOOK_SECRET_MIN 24
#define HOOK_SECRET_MAX 64
#define HOOK_FORMER_MS MS_DAY

#define HOOK_PAIR_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 60) F(S, STR, value, .max = HOOK_VALUE_MAX)
RECORD(hook_pair, HOOK_PAIR_FIELDS);
#define HOOK_POST_FIELDS(F, S)                                                                  \
	F(S, ID, hook) F(S, STR, type, .min = 1, .max = HOOK_KIND_MAX, .doc = "letters, digits, _ and .") \
	F(S, LIST, fields, .opt = true, .max = HOOK_FIELDS_MAX, .of = &hook_pair_record)        \
	F(S, STRS, ids, .opt = true, .max = 8, .doc = "kinds of identity to tell: external_userid, unionid, phone …")
RECORD(hook_post_args, HOOK_POST_FIELDS);

/* hook.broken, hook.mended */
#define HOOK_TOLD_FIELDS(F, S) F(S, ID, hook) F(S, STR, name) F(S, STR, reason, .opt = true)
RECORD(hook_told, HOOK_TOLD_FIELDS);

/* "whsec_" and base64 of 24 to 64 bytes; ERR_INPUT. ret: the bytes. */
err hook_secret_read(struct arena *a, str text, str *ret, struct fail *f);
/* "v1," and base64 of the HMAC. */
str hook_sign(struct arena *a, str secret_bytes, str id, i64 seconds, str body);
/* The address may be called: https (http for a stand-in), no literal address of ours. */
err hook_url_check(struct unit *u, str url);
err hook_private_ok(struct unit *u, bool *ret);

err hook_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err hook_send_again(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err hook_late(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err hook_late_again(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

extern const struct verb hook_verbs[];
extern const struct route hook_routes[];
extern const struct module hook_module;

#endif
