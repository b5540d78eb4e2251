/*
 * tagverb: the verbs tag.put and tag.take, by which journeys, SOPs and answers mark people.
 *
 * The rules of marks are core/tag's: a mark by automation never stands against a hand. What was taken off by hand is
 * not put on (refused: "kept_off"), and tag.take lets go of what automation put ("rule" marks, of this caller alone
 * with `own`), never of a hand's, WeCom's, a channel's or an import's.
 *
 * A mark is put on the person's root. It is taken off every leaf: of those in other slots by tag.asked, there.
 *
 * out: tag.asked; in: tag.asked
 */
#ifndef YT_FEATURE_TAGVERB_TAGVERB_H
#define YT_FEATURE_TAGVERB_TAGVERB_H

#include "core/module.h"
#include "core/verb/verb.h"

#define TAGVERB_TAGS_MAX 20

#define TAGVERB_PUT_FIELDS(F, S)                                                                   \
	F(S, IDS, tags, .min = 1, .max = TAGVERB_TAGS_MAX)                                         \
	F(S, I64, days, .opt = true, .min = 1, .max = 3650, .doc = "how long the marks live; absent: as the tags say")
RECORD(tagverb_put, TAGVERB_PUT_FIELDS);
#define TAGVERB_TAKE_FIELDS(F, S)                                                                  \
	F(S, IDS, tags, .min = 1, .max = TAGVERB_TAGS_MAX)                                         \
	F(S, BOOL, own, .opt = true, .doc = "only what this caller put")
RECORD(tagverb_take, TAGVERB_TAKE_FIELDS);
/* tag.asked */
#define TAGVERB_ASKED_FIELDS(F, S) F(S, IDS, tags) F(S, ID, why_id)
RECORD(tagverb_asked, TAGVERB_ASKED_FIELDS);

extern const struct module tagverb_module;

#endif
