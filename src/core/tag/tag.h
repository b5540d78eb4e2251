/*
 * tag 标签 and tag group 标签组, and the marks that put a tag on a customer.
 *
 * A WeCom tag sits on a relation; a person's tags are the union over her living relations plus our own
 * marks. A mark knows where it came from (manual, channel, rule, wecom, import), when, by whom. Marks
 * are kept per leaf. Tags with `sync` are written to WeCom on every living relation through the outbox
 * ("tag.mark", a set operation, repeatable); what an operator removed in WeCom is not added again by
 * a rule.
 */
#ifndef YT_CORE_TAG_TAG_H
#define YT_CORE_TAG_TAG_H

#include "core/cx.h"
#include "store/journal.h"

#define TAG_NAME_MAX 30  /* characters, WeCom's limit */
#define TAG_MAX 10000    /* tags per corp */

#define TAG_FIELDS(F, S)                                                          \
	F(S, ID, id) F(S, ID, group_id) F(S, STR, name, .min = 1, .max = TAG_NAME_MAX) \
	F(S, I64, sort) F(S, BOOL, sync) F(S, STR, wecom_id, .opt = true)         \
	F(S, STR, source, .one_of = "own,wecom,computed") F(S, BOOL, removed)
RECORD(tag, TAG_FIELDS);
#define TAG_GROUP_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name, .min = 1, .max = TAG_NAME_MAX) F(S, I64, sort) F(S, STR, wecom_id, .opt = true) F(S, STR, source)
RECORD(tag_group, TAG_GROUP_FIELDS);

/* tag.marked, tag.unmarked */
#define TAG_MARK_EVENT_FIELDS(F, S) \
	F(S, ID, tag) F(S, STR, name) F(S, STR, why, .doc = "manual, channel, rule, wecom, import") F(S, ID, why_id, .opt = true)
RECORD(tag_mark_event, TAG_MARK_EVENT_FIELDS);

/* By "name" (unique or ERR_INPUT naming the groups) or "group/name"; live tags only. */
err tag_find(const struct snap *s, str name, struct tag *ret);
err tag_get(const struct snap *s, i64 id, struct tag *ret);
err tag_all(const struct snap *s, struct tag **ret, size_t *ret_count);
/* Marks / unmarks a leaf; the same mark again is no event. In the customer's slot. */
err tag_mark(struct tx *tx, i64 customer, i64 tag, const char *why, i64 why_id);
err tag_unmark(struct tx *tx, i64 customer, i64 tag, const char *why);
/* Tag ids in effect for a leaf. */
err tag_of(const struct snap *s, i64 customer_leaf, i64 **ret, size_t *ret_count);

#endif
