/*
 * attr_text: what is known of a person, as text for lists, files and messages: built-in columns, the attributes
 * of modules, and those operators defined, all by the name expressions use.
 *
 * "1280.50" for money, "2026-11-01" for days, "true", the name of a member of staff or a store. Nil is unknown:
 * whoever writes to her puts words of his own in its place. The caller has checked the viewer's scope, and hides
 * what is restricted (attr_def.visible) from who sees masked phones.
 */
#ifndef YT_CORE_ATTR_ATTR_TEXT_H
#define YT_CORE_ATTR_ATTR_TEXT_H

#include "core/attr/attr_value.h"

/* For a message's variable. ERR_INPUT for a name nobody has, with a suggestion (attr_find); ERR_NOT_FOUND for
 * somebody who is no root. */
err attr_text_of(struct unit *u, i64 root, str name, str *ret);

/* For many people and many attributes: names of staff and stores are read once, a person once. */
struct staff;
struct department;
struct attr_teller {
	struct unit *unit;
	struct staff *staff;
	struct department *places;
	size_t staff_count, place_count;
};
struct attr_known { struct customer_fact fact; struct attr_value *values; size_t count; };
err attr_teller_new(struct unit *u, struct attr_teller *ret);
err attr_known_read(struct unit *u, i64 root, struct attr_known *ret); /* ERR_NOT_FOUND: no root */
str attr_known_text(const struct attr_teller *t, const struct attr_known *k, const struct attr *of);

#endif
