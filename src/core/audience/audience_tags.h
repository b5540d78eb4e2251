/*
 * audience_tags: what audiences have to do with tags: they name them in texts, which follow when a tag is
 * called otherwise or goes into another one, and the index counts the people who carry each.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_TAGS_H
#define YT_CORE_AUDIENCE_AUDIENCE_TAGS_H

#include "core/audience/audience.h"
#include "core/tag/tag_use.h"

/* Calls fn for every tag name in the text of an expression, also one that would not parse; what fn gives
 * back stands there instead, quoted. The text itself when nothing changed. */
str audience_tag_names(struct arena *a, str text, str (*fn)(void *arg, str name), void *arg);
/* The same for a renaming. */
str audience_retag(struct arena *a, const struct tag_renaming *r, str text);
/* Does the text name that tag? names: as they are now. */
bool audience_names_tag(struct arena *a, const struct tag_names *names, i64 tag, str text);

extern const struct tag_user audience_tag_user;

#endif
