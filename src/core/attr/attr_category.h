/*
 * attr_category: which categories of goods a person has bought from, the set-valued attribute "categories".
 *
 * A category is known by its name alone, and its number is made of the name: so a file, a shop's interface and an
 * expression speak of the same one without a table between them, and an expression may name what nobody bought yet.
 * Of each category a person has a value of hers like a flag (n 1, t its name), beside one value for the attribute
 * itself (n how many, t their names for people to read). Who knows what was bought (feature/order) calls
 * attr_categories_put from its `person` hook.
 */
#ifndef YT_CORE_ATTR_ATTR_CATEGORY_H
#define YT_CORE_ATTR_ATTR_CATEGORY_H

#include "core/attr/attr_value.h"

#define ATTR_ID_CATEGORIES 4
#define ATTR_CATEGORY_FROM ((i64)1 << 59) /* above every module's number, below every id of an own attribute */
#define ATTR_CATEGORIES_MAX 100       /* of one person, the first by name */
#define ATTR_CATEGORIES_SHOWN_MAX 200 /* of a corp, to choose from; any other may be named */

static inline bool attr_is_category(i64 attr) { return attr >= ATTR_CATEGORY_FROM && attr < 2 * ATTR_CATEGORY_FROM; }
/* As it is kept: without space around it, at most ATTR_TEXT_MAX characters; nil for none. */
str attr_category_name(str told);
i64 attr_category_id(str name); /* of a name as it is kept */

/* In her root's slot: she has these and no other. names are as they are kept; sorted and made unique in place. */
err attr_categories_put(struct tx *tx, i64 root, str *names, size_t count);
/* Hers, by name; s speaks of her root's slot. */
err attr_categories_of(const struct snap *s, i64 root, str **ret, size_t *ret_count);
/* Categories somebody of the corp has, by name; at most ATTR_CATEGORIES_SHOWN_MAX. */
err attr_categories_of_corp(struct unit *u, str **ret, size_t *ret_count);

#endif
