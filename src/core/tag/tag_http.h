/*
 * tags over HTTP: groups and tags (tag_http.c), the tags of one person (tag_person.c), and definitions as
 * csv (tag_csv.c).
 */
#ifndef YT_CORE_TAG_TAG_HTTP_H
#define YT_CORE_TAG_TAG_HTTP_H

#include "core/cx.h"
#include "core/tag/tag.h"

extern const struct route tag_routes[], tag_person_routes[], tag_csv_routes[];

/* Whoever lacks "tag.sensitive" sees no name of a sensitive tag. */
bool tag_hides(const struct cx *cx, const struct tag *t);
str tag_name_for(const struct cx *cx, const struct tag *t);

#endif
