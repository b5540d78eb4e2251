/*
 * Texts: every sentence the C side can say is an id into text.def, in Chinese and English with named
 * holes {field} {value} {limit}. Errors, labels and refusals in the CLI, problem+json and the console
 * come out of this one table; a parity test checks that both languages have the same holes.
 */
#ifndef YT_BASE_TEXT_H
#define YT_BASE_TEXT_H

#include "base/arena.h"

enum lang { LANG_ZH, LANG_EN, LANG_COUNT };

enum text {
#define TEXT(id, zh, en) id,
#include "base/text.def"
#undef TEXT
	TEXT_COUNT,
};

const char *text_raw(enum text id, enum lang lang); /* with holes */
const char *text_name(enum text id);                /* "T_ERR_INPUT" */

struct text_hole {
	const char *name;
	str value;
};
/* The text with its holes filled; holes not given become "". */
str text_fill(struct arena *a, enum text id, enum lang lang, const struct text_hole *holes, size_t count);
enum lang lang_of(str tag); /* "en", "en-US" … -> LANG_EN, everything else LANG_ZH */

#endif
