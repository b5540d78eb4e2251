/*
 * content: what a message says, the same for welcome, broadcast and journey: a text, at most one link, and at most one
 * thing enclosed as itself (core/enclosure.h). A link's address may name such a thing too: enclose.h.
 *
 * Lengths are WeCom's, in UTF-8 bytes, refused here before anything is planned. A link is one per
 * task; who opened it is known from our page, not from the link.
 */
#ifndef YT_CORE_REACH_CONTENT_H
#define YT_CORE_REACH_CONTENT_H

#include "base/record.h"
#include "port/wecom/wecom_limits.h"

#define CONTENT_LINK_FIELDS(F, S) \
	F(S, STR, title, .min = 1) F(S, STR, url, .min = 1) F(S, STR, desc, .opt = true) F(S, STR, picurl, .opt = true)
RECORD(content_link, CONTENT_LINK_FIELDS);

#define CONTENT_ENCLOSED_MAX 40 /* of its name, "material:123" */
#define CONTENT_FIELDS(F, S) \
	F(S, STR, text, .opt = true) F(S, OBJ, link, .opt = true, .of = &content_link_record) \
	F(S, STR, enclosed, .opt = true, .max = CONTENT_ENCLOSED_MAX, .doc = "an image, file or mini program of the library as itself: material:123")
RECORD(content, CONTENT_FIELDS);

/* Another content in certain hours of the week (bit 0 of days is Monday, minutes of the corp's day, `to` not included), of
 * certain members, for who carries a tag already. */
#define CONTENT_SLOT_STAFF_MAX 100
#define CONTENT_SLOT_TAGS_MAX 20
#define CONTENT_SLOT_FIELDS(F, S)                                                   \
	F(S, I64, days, .min = 1, .max = 127) F(S, I64, from, .min = 0, .max = 1439) \
	F(S, I64, to, .min = 1, .max = 1440) F(S, OBJ, content, .of = &content_record) \
	F(S, IDS, staff, .opt = true, .max = CONTENT_SLOT_STAFF_MAX, .doc = "only of these members; none: of any") \
	F(S, IDS, tags, .opt = true, .max = CONTENT_SLOT_TAGS_MAX, .doc = "only for who carried one of these before; none: for all")
RECORD(content_slot, CONTENT_SLOT_FIELDS);

/* ERR_INPUT naming the field (below `at`: "welcome.text"), its bytes and the limit. */
err content_check(const struct content *c, const char *at, struct fail *f);
static inline bool content_empty(const struct content *c) { return !c->link && c->text.n == 0 && c->enclosed.n == 0; }
/* For a column: JSON text and back; an empty column is empty content. */
str content_json(struct arena *a, const struct content *c);
void content_read(struct arena *a, str json, struct content *ret);

#endif
