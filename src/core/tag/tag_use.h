/*
 * tag_use: what other modules have to do with tags, without core/tag knowing them.
 *
 * A module that names tags says so with a struct tag_user in its struct module: what would break when a
 * tag went, and how its texts follow when a tag is called otherwise. Texts that hold names (audiences) are
 * rewritten in the transaction of the change, so no stored expression ever breaks by it; what holds numbers
 * may leave them, because marking a merged tag marks its target.
 */
#ifndef YT_CORE_TAG_TAG_USE_H
#define YT_CORE_TAG_TAG_USE_H

#include "base/vec.h"
#include "core/module.h"

struct tag_name { i64 id; str group, name; };
struct tag_names { struct tag_name *v; size_t n; }; /* the live tags */

/* A change of names: before, after; from/into of a merge, else 0. */
struct tag_renaming { struct tag_names was, now; i64 from, into; };

#define TAG_USE_FIELDS(F, S) \
	F(S, STR, kind, .doc = "audience, livecode, view, rule …") F(S, ID, id) F(S, STR, name)
RECORD(tag_use, TAG_USE_FIELDS);
struct tag_uses { VEC(struct tag_use) list; };

struct tag_user {
	/* Adds what names the tag; s speaks of the base slot. */
	err (*uses)(const struct snap *s, i64 tag, struct tag_uses *ret);
	/* Follows a change of names, in its transaction (base slot). */
	err (*renamed)(struct tx *tx, const struct tag_renaming *r);
	/* Persons in effect who carry each tag, within the unit's scope. One module answers. */
	err (*counts)(struct unit *u, const i64 *tags, size_t count, i64 *ret);
};

err tag_names_read(const struct snap *s, struct tag_names *ret);
/* The tag a text names as tag_find understands it; 0: none, or several. */
i64 tag_names_find(const struct tag_names *t, str text);
/* How text, that named a tag before, names it now; text itself when nothing is to be changed. */
str tag_renamed_text(struct arena *a, const struct tag_renaming *r, str text);
/* Lets every module follow; was: read before the change. */
err tag_follow_names(struct tx *tx, const struct tag_names *was, i64 from, i64 into);
err tag_uses_of(const struct snap *s, i64 tag, struct tag_uses *ret);
/* Persons per tag by the module that counts; without one the leaves that carry it. */
err tag_counts_of(struct unit *u, const i64 *tags, size_t count, i64 *ret);

#endif
