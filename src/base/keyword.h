/*
 * keyword: which of many keywords stand in a text.
 *
 * A list is compiled once and then scanned against any number of texts, by any number of threads. What a
 * hit is does not depend on the engine: the bytes of the keyword stand somewhere in the text, where the
 * letters A-Z and a-z are the same and every other byte is only itself. So "VIP" is found in "svip9", full
 * width letters are letters of their own, and since keywords are whole UTF-8 characters a hit never begins
 * or ends inside one. Overlapping keywords all hit.
 *
 * The engine of long lists is vectorscan where it was built in and the processor can run it; elsewhere a filter
 * over the first two characters finds the places worth comparing.
 */
#ifndef YT_BASE_KEYWORD_H
#define YT_BASE_KEYWORD_H

#include "base/fail.h"

#define KEYWORD_COUNT_MAX 10000
#define KEYWORD_CHARS_MAX 64                     /* code points of one keyword */
#define KEYWORD_TEXT_BYTES_MAX ((size_t)1 << 20) /* of a longer text only the head is looked at */

enum keyword_engine { KEYWORD_BEST, KEYWORD_PLAIN };
struct keywords;

/* Compiles a list; a keyword's id is its place. ERR_INPUT names what is empty, too long, no UTF-8 or one too
 * many ("keywords[3]"). The list may go afterwards. */
err keywords_new(const str *list, size_t count, enum keyword_engine engine, struct keywords **ret, struct fail *f);
void keywords_free(struct keywords *k); /* NULL is fine; nobody may scan any more */
/* Calls hit once for every keyword that stands in the text, in no order; false from hit ends the scan. */
void keywords_scan(struct keywords *k, str text, bool (*hit)(void *arg, u32 id), void *arg);
const char *keywords_engine(const struct keywords *k); /* "vectorscan", "plain" */

#endif
