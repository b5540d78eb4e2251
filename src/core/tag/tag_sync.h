/*
 * tag_sync: tags and marks kept equal with WeCom. Out: tag.create, tag.rename, tag.delete, tag.mark
 * through the outbox (set operations, repeatable). In: the list of corp tags, and the tags of one
 * relation whenever her profile was read.
 */
#ifndef YT_CORE_TAG_TAG_SYNC_H
#define YT_CORE_TAG_TAG_SYNC_H

#include "core/module.h"
#include "core/tag/tag.h"

/* One relation's mark or unmark. */
#define TAG_PUSH_FIELDS(F, S)                                               \
	F(S, ID, tag) F(S, BOOL, add) F(S, STR, userid) F(S, STR, external_userid)
RECORD(tag_push, TAG_PUSH_FIELDS);

err tag_on_marked(struct tx *tx, const struct event *ev);  /* act: tag.marked, tag.unmarked */
err tag_on_followed(struct tx *tx, const struct event *ev); /* act: follow.added */
err tag_on_fetched(struct tx *tx, const struct event *ev); /* act: contact.fetched */
/* The relation carries that tag, which was not known when its profile was read. */
err tag_relation_met(struct tx *tx, i64 customer, i64 staff, str wecom_id);
err tag_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);      /* tag.create, .rename, .delete */
err tag_send_mark(struct cx *cx, const struct outbox_row *row, struct outcome *ret); /* tag.mark */
/* For senders: one relation gets or loses the tag there, at once, and what stands there is kept. A set operation: may be
 * repeated when nobody knows. */
struct wecom_call;
err tag_push_now(struct cx *cx, i64 customer, const struct tag_push *push, str wecom_id, struct wecom_call *call);
/* Reads WeCom's whole list: new tags are added, renamed ones renamed, deleted ones removed. */
err tag_pull(struct cx *cx);

#endif
