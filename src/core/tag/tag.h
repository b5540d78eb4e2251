/*
 * tag 标签 and tag group 标签组, and the marks that put a tag on a customer.
 *
 * Groups stand in one of five dimensions 维度. A WeCom tag sits on a relation; a person's tags are the
 * union over her living relations plus our own marks, over all her leaves. Marks are kept per leaf.
 *
 * A mark is held by one or more sources: somebody by hand, WeCom's client, an import, a channel (live
 * code), a rule, a model. A source is a kind (why) and, but for hands and WeCom, a number (why_id). The
 * mark shows the strongest of them and lives until the last one lets go: what a rule undoes or what has
 * run out takes that source away and nothing else. Strength falls in the order just given, then by
 * confidence; the later of two equals does not replace the earlier.
 *
 * Hands win. What was taken off by hand, here or in WeCom, is off for all sources and refused to
 * automatic ones, on all leaves of the person, until it is put on by hand again or the refusal is lifted.
 * A tag's ttl is the life of automatic marks; by hand a mark ends only when the hand said so.
 *
 * Tags with `sync` are written to WeCom on every living relation through the outbox ("tag.mark", a set
 * operation, repeatable). A sensitive tag (pregnancy, child, health) needs the person's consent to be
 * marked; its name is for those with "tag.sensitive", and exports and look-alike leave it out. An
 * archived tag takes no new marks but counts in expressions. A merged one hands its marks on.
 */
#ifndef YT_CORE_TAG_TAG_H
#define YT_CORE_TAG_TAG_H

#include "core/cx.h"
#include "store/journal.h"

#define TAG_NAME_MAX 30        /* characters, WeCom's limit */
#define TAG_MAX 10000          /* tags per corp */
#define TAG_DESCRIPTION_MAX 200
#define TAG_EVIDENCE_MAX 200   /* characters; longer ones are cut */
#define TAG_TTL_MAX 3650       /* days */
#define TAG_CONFIDENCE_MAX 100
#define TAG_DIMENSIONS "basic,behaviour,preference,channel,interest"
#define TAG_CAUSES "manual,wecom,import,channel,rule,model"

#define TAG_FIELDS(F, S)                                                          \
	F(S, ID, id) F(S, ID, group_id) F(S, STR, name, .min = 1, .max = TAG_NAME_MAX) \
	F(S, I64, sort) F(S, BOOL, sync) F(S, STR, wecom_id, .opt = true)         \
	F(S, STR, source, .one_of = "own,wecom,computed") F(S, BOOL, removed)     \
	F(S, STR, description, .opt = true, .max = TAG_DESCRIPTION_MAX)           \
	F(S, I64, ttl, .opt = true, .max = TAG_TTL_MAX, .doc = "days an automatic mark lives; none: for good") \
	F(S, BOOL, sensitive) F(S, BOOL, archived) F(S, ID, merged_into, .opt = true)
RECORD(tag, TAG_FIELDS);
#define TAG_GROUP_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name, .min = 1, .max = TAG_NAME_MAX) F(S, I64, sort) F(S, STR, wecom_id, .opt = true) \
	F(S, STR, source) F(S, STR, dimension, .one_of = TAG_DIMENSIONS)          \
	F(S, ID, owner, .opt = true, .doc = "a user of the console")              \
	F(S, STR, description, .opt = true, .max = TAG_DESCRIPTION_MAX)
RECORD(tag_group, TAG_GROUP_FIELDS);

/* tag.marked, tag.unmarked: of one leaf. why of an unmark is also "expired", "merged", "consent". */
#define TAG_MARK_EVENT_FIELDS(F, S)                                               \
	F(S, ID, tag) F(S, STR, name) F(S, STR, why, .doc = "manual, channel, rule, wecom, import, model") \
	F(S, ID, why_id, .opt = true) F(S, I64, confidence, .opt = true)          \
	F(S, MS, expires, .opt = true) F(S, STR, evidence, .opt = true, .pii = true)
RECORD(tag_mark_event, TAG_MARK_EVENT_FIELDS);

/* By "name" (unique or ERR_INPUT naming the groups) or "group/name"; live tags only. */
err tag_find(const struct snap *s, str name, struct tag *ret);
err tag_get(const struct snap *s, i64 id, struct tag *ret);
/* Live tags, archived ones too: pickers leave those out, exports the sensitive ones. */
err tag_all(const struct snap *s, struct tag **ret, size_t *ret_count);
err tag_is_sensitive(const struct snap *s, i64 tag, bool *ret);

/*
 * Why a mark is set or taken off. evidence is a short reason in words and may speak of the person: it is
 * sealed with her key. confidence 0 or NIL: not told. expires 0 or NIL: by the tag's ttl.
 */
struct tag_cause { const char *why; i64 why_id; str evidence; i64 confidence; ms expires; };
/*
 * In the customer's slot; *ret_changed (may be NULL): she carries it now and did not, or the reverse, and
 * an event tells. The same source again renews expiry, confidence and evidence. An automatic cause is
 * silently without effect on a refused, archived or unconsented tag, on an erased person and with an
 * expiry that has passed; by hand those are ERR_STATE with the cure. ERR_NOT_FOUND for a removed tag.
 * Unmarking with why_id 0 takes away all sources of that kind; "manual" and "wecom" take away every source.
 */
err tag_mark_by(struct tx *tx, i64 customer, i64 tag, const struct tag_cause *cause, bool *ret_changed);
err tag_unmark_by(struct tx *tx, i64 customer, i64 tag, const struct tag_cause *cause, bool *ret_changed);
err tag_mark(struct tx *tx, i64 customer, i64 tag, const char *why, i64 why_id);
err tag_unmark(struct tx *tx, i64 customer, i64 tag, const char *why);
/* Lets automatic sources mark this leaf again. */
err tag_refusal_forget(struct tx *tx, i64 customer, i64 tag, bool *ret_lifted);
/* Tag ids in effect for a leaf. */
err tag_of(const struct snap *s, i64 customer_leaf, i64 **ret, size_t *ret_count);

/* Consent: has the person (any leaf) agreed to that purpose and not taken it back? */
#define TAG_PURPOSES "sensitive,lookalike"
err tag_consented(const struct snap *s, i64 customer, const char *purpose, bool *ret);

#endif
