/*
 * Identifiers: time-ordered 64-bit ids of ours, and random texts for the outside.
 *
 * An id is (milliseconds << 21 | node << 15 | counter): unique over the nodes of a store, never
 * changes, sorts by time, fits a signed 64-bit column. Ids shown outside are text; where guessing
 * matters (tokens, links) random texts are used instead.
 */
#ifndef YT_BASE_ID_H
#define YT_BASE_ID_H

#include "base/arena.h"

#include <stdatomic.h>

struct id_source {
	_Atomic i64 last;
	int node; /* 0..63 */
};

i64 id_next(struct id_source *s, ms now); /* greater than every id of this source before */
ms id_time(i64 id);
i64 id_first(ms at); /* the smallest id of that moment */
str id_random(struct arena *a, size_t bytes); /* base64url of that many random bytes */
str id_slug(struct arena *a, size_t chars);   /* lower-case letters and digits without 0 o 1 l i */

/* customer = corp in the upper 32 bits, dense number in the lower 32. */
static inline i64 id_customer(i64 corp, u32 number) { return corp << 32 | number; }
static inline i64 id_corp_of(i64 customer) { return customer >> 32; }
static inline u32 id_number_of(i64 customer) { return (u32)(customer & 0xffffffff); }
#define ID_VISITOR_FROM 0x80000000u /* numbers from here on are visitors: in no bitmap, no count */

#endif
