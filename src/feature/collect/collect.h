/*
 * collect: the open way in for shops and sites, the Segment HTTP tracking API
 * (/v1/identify, track, page, screen, group, alias, batch, import).
 *
 * An unmodified Segment library pointed at us works. Acknowledged means durable: the answer waits for
 * the commit and holds no worker. Duplicates by messageId are dropped exactly for the window of the
 * inbox (seven days). Like the original, malformed events within a well-formed request are answered 200
 * and dropped, but counted with their reason; only a body that is no JSON or too large is 400, and a
 * wrong key 401.
 *
 * A userId or an externalId given with a write key is the shop's own word and verified; a phone or
 * e-mail among the traits is what somebody typed and only ever suggests. An anonymousId alone is a
 * visitor.
 *
 * out: site.tracked, site.page, site.screen, site.group, customer.changed
 */
#ifndef YT_FEATURE_COLLECT_COLLECT_H
#define YT_FEATURE_COLLECT_COLLECT_H

#include "core/cx.h"
#include "store/inbox.h"
#include "store/journal.h"

#define COLLECT_SOURCE "segment"
#define COLLECT_EVENT_MAX ((size_t)32 << 10)
#define COLLECT_BATCH_MAX ((size_t)500 << 10)
#define COLLECT_EVENTS_MAX 2500
#define COLLECT_MESSAGE_ID_MAX 100
#define COLLECT_NAME_MAX 200
#define COLLECT_IDS_MAX 8 /* identities taken from one event */

#define COLLECT_KEY_HEAD "wk_"

/* site.tracked, site.page, site.screen, site.group: name is the event's, the page's or the group's. */
#define SITE_EVENT_FIELDS(F, S)                                                \
	F(S, STR, name) F(S, STR, message_id) F(S, JSON, properties, .opt = true, .pii = true) \
	F(S, STR, page, .opt = true)
RECORD(site_event, SITE_EVENT_FIELDS);

/* Whose key it is: cached nowhere, because revoking acts at once. ERR_LOGIN when unknown. */
err collect_corp_of(struct unit *u, str key, i64 *ret_corp);
/* The key in Authorization (Basic or Bearer) or in the body's writeKey. */
str collect_key_of(struct http_req *req, const struct json *body);

/* Cuts a request into inbox items; *ret_dropped counts what cannot be kept. */
struct collect_cut { struct inbox_item *items; size_t count, dropped; };
err collect_cut(struct http_req *req, i64 corp, str type, const struct json *body, ms now, struct collect_cut *ret, struct fail *f);

bool collect_later(struct env *env, struct http_req *req, struct http_later *later);
err collect_decode(struct cx *cx, const struct inbox_row *row);
err collect_decode_many(struct cx *cx, const struct inbox_row *rows, size_t count, bool *ret_done);
extern const struct route collect_routes[];

#endif
