/*
 * attr_say: variables in what is written to one person: "{{name|亲}}，您上次买的 {{likely_product|新品}} 到货了".
 *
 * A variable is the name of an attribute as in expressions, or "name", and words that stand in when nothing is
 * known of her. The words are demanded, so a message never has a hole. A value is cut at ATTR_SAY_CHARS, so that
 * the length of a message is known before it is sent. What a feature encloses (core/enclosure.h) is a variable too,
 * "{{material:123|…}}": the address made for her and for the member who writes.
 */
#ifndef YT_CORE_ATTR_ATTR_SAY_H
#define YT_CORE_ATTR_ATTR_SAY_H

#include "core/attr/attr_text.h"

#define ATTR_SAY_CHARS 32 /* of one value or its stand-in */
#define ATTR_SAY_MAX 16   /* variables of a text */

/* Refuses what attr_say could not write, naming the variable and the cure: an unknown name, no words to stand in,
 * no end; and a text that would be longer than max bytes with the longest values (0: as long as it likes). */
err attr_say_check(struct unit *u, const char *field, str text, size_t max);
/* A text without variables comes back as it is; of somebody unknown (no root yet) all stand-ins. */
err attr_say(struct unit *u, i64 root, str text, str *ret);
/* The same, written by that member; 0: her main advisor. */
err attr_say_from(struct unit *u, i64 root, i64 staff, str text, str *ret);
bool attr_say_any(str text); /* has it a variable? */

#endif
