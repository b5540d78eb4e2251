/*
 * Columns of a block: 65,536 integers in 1, 2, 4 or 8 bytes each, above a base of the block's own.
 *
 * 0 stands for the unknown, value v for v - base + 1; min and max are bounds of the known values and exact after
 * column_pack. A value that does not fit makes the column wider or moves its base, with slack on both sides. Arrays
 * come from a mill that halves 512 KB pieces and takes them back, so that widening leaves no holes.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_COLUMN_H
#define YT_CORE_AUDIENCE_AUDIENCE_COLUMN_H

#include "base/arena.h"
#include "core/audience/audience_kernel.h"

#define COLUMN_WIDTHS 4
struct mill { struct arena *arena; void *free[COLUMN_WIDTHS]; }; /* pieces of KERNEL_SIZE << i bytes */

struct column {
	void *v; /* NULL: nobody in the block has a value */
	i64 base, min, max;
	u8 width;
	bool fixed; /* base stays 1: codes, whose stored value is the code itself */
};

void *mill_take(struct mill *m, int width); /* 1, 2, 4, 8; contents undefined */
void mill_give(struct mill *m, void *v, int width);

void column_put(struct mill *m, struct column *c, size_t at, i64 v); /* NIL: unknown */
void column_pack(struct mill *m, struct column *c);
/* The stored form of the whole column copied in; false: width or size is impossible. */
bool column_set(struct mill *m, struct column *c, const void *bytes, u8 width, i64 base, i64 min, i64 max);

static inline u64 column_raw(const struct column *c, size_t at)
{
	switch (c->width) {
	case 1: return ((const u8 *)c->v)[at];
	case 2: return ((const u16 *)c->v)[at];
	case 4: return ((const u32 *)c->v)[at];
	default: return ((const u64 *)c->v)[at];
	}
}
static inline i64 column_get(const struct column *c, size_t at)
{
	u64 raw = c->v ? column_raw(c, at) : 0;
	return raw ? (i64)((u64)c->base + raw - 1) : NIL;
}

/* lo..hi as stored integers; false: no known value of the block lies in it. */
bool column_range(const struct column *c, i64 lo, i64 hi, u64 *ret_lo, u64 *ret_span);
u32 column_between(const struct kernel *k, const struct column *c, u64 lo, u64 span, const u64 *mask, u64 *out);
/* out = those of ids whose stored value lies in it; may be ids itself. */
u32 column_keep(const struct column *c, u64 lo, u64 span, const u16 *ids, u32 n, u16 *out);

#endif
