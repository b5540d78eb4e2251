/*
 * str: a view of bytes, pointer and length by value, not NUL-terminated.
 *
 * A str owns nothing: what it points to lives as long as the arena (or literal, or buffer) it was
 * taken from. p == NULL is "unknown" (SQL NULL, JSON null); an empty text has p != NULL and n == 0.
 * Text is UTF-8 without U+0000, checked at the border.
 */
#ifndef YT_BASE_STR_H
#define YT_BASE_STR_H

#include "base/int.h"

#include <string.h>

typedef struct str {
	const char *p;
	size_t n;
} str;

#define STR(literal) ((str){ "" literal "", sizeof(literal) - 1 })
#define STR_NIL ((str){ NULL, 0 })
/* For "%.*s": printf("%.*s", STR_F(s)). */
#define STR_F(s) (int)(s).n, (s).p ? (s).p : ""

static inline str str_c(const char *c) { return (str){ c, c ? strlen(c) : 0 }; }
static inline str str_of(const void *p, size_t n) { return (str){ p, n }; }
static inline bool str_is_nil(str s) { return s.p == NULL; }

bool str_eq(str a, str b); /* bytes; nil equals nil and empty */
bool str_eq_c(str a, const char *b);
bool str_eq_nocase(str a, str b); /* ASCII letters only */
int str_cmp(str a, str b);        /* byte order */
bool str_starts(str s, str head);
bool str_ends(str s, str tail);
bool str_has(str s, str part);
bool str_has_char(str s, char c);
i64 str_find(str s, str part); /* byte position or -1 */
str str_sub(str s, size_t from, size_t to); /* clamped */
str str_trim(str s); /* ASCII white space and U+3000, both ends */

/* Cuts *rest at the first sep: returns what stands before it, *rest becomes what stands behind it
 * (nil when there was no sep). Loop: while (rest.p) { str part = str_cut(&rest, ','); … } */
str str_cut(str *rest, char sep);

/* Decimal integer, whole string, optional sign; false when it is not one or does not fit. */
bool str_i64(str s, i64 *ret);
bool str_f64(str s, double *ret); /* decimal point is '.', whole string, finite */
/* "12.30" -> 1230 for scale 2; more fraction digits than scale only if they are zeros. */
bool str_decimal(str s, int scale, i64 *ret);

bool str_utf8_ok(str s);     /* valid UTF-8 and no U+0000 */
size_t str_utf8_len(str s);  /* code points; s must be valid */
str str_utf8_head(str s, size_t chars); /* the first chars code points */
u64 str_hash(str s); /* for maps in memory only: not stable over releases */

#endif
