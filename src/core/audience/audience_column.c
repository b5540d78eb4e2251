/*
 * Columns: narrow integers with a base, re-coded when a value does not fit.
 */
#include "core/audience/audience_column.h"

#include <string.h>

#define LOWEST (INT64_MIN + 1) /* of the known; INT64_MIN is NIL */

/* ---- the mill ---- */

static int place_of(int width) { return width == 1 ? 0 : width == 2 ? 1 : width == 4 ? 2 : 3; }

void *mill_take(struct mill *m, int width)
{
	int i = place_of(width);
	void *v = m->free[i];
	if (v) {
		memcpy(&m->free[i], v, sizeof(v));
		return v;
	}
	if (width == 8)
		return arena_alloc(m->arena, KERNEL_SIZE * 8);
	v = mill_take(m, width * 2);
	mill_give(m, (u8 *)v + KERNEL_SIZE * (size_t)width, width);
	return v;
}

void mill_give(struct mill *m, void *v, int width)
{
	int i = place_of(width);
	memcpy(v, &m->free[i], sizeof(v));
	m->free[i] = v;
}

/* ---- coding ---- */

static u64 width_top(int width) { return width == 8 ? ~(u64)0 : ((u64)1 << (8 * width)) - 1; }

static int width_for(u64 most)
{
	int width = 1;
	while (width_top(width) < most)
		width *= 2;
	return width;
}

static void raw_put(void *v, int width, size_t at, u64 raw)
{
	switch (width) {
	case 1: ((u8 *)v)[at] = (u8)raw; break;
	case 2: ((u16 *)v)[at] = (u16)raw; break;
	case 4: ((u32 *)v)[at] = (u32)raw; break;
	default: ((u64 *)v)[at] = raw;
	}
}

/* Re-codes for values base..: moves what is there into a fresh array of that width. */
static void recode(struct mill *m, struct column *c, int width, i64 base)
{
	void *v = mill_take(m, width);
	u64 shift = (u64)c->base - (u64)base;
	memset(v, 0, KERNEL_SIZE * (size_t)width);
	for (size_t i = 0; c->v && i < KERNEL_SIZE; i++) {
		u64 raw = column_raw(c, i);
		if (raw)
			raw_put(v, width, i, raw + shift);
	}
	if (c->v)
		mill_give(m, c->v, c->width);
	c->v = v;
	c->width = (u8)width;
	c->base = base;
}

/* Makes room for min..max, slack on both sides where the width gives it. */
static void fit(struct mill *m, struct column *c, i64 min, i64 max)
{
	u64 span = (u64)max - (u64)min;
	int width = c->fixed ? width_for((u64)max) : span == ~(u64)0 ? 8 : width_for(span + 1);
	if (width == 8 && !c->fixed) {
		recode(m, c, 8, LOWEST);
		return;
	}
	i64 slack = c->fixed ? 0 : (i64)((width_top(width) - span - 1) / 2), base;
	if (c->fixed)
		base = 1;
	else if (__builtin_sub_overflow(min, slack, &base) || base < LOWEST)
		base = LOWEST;
	recode(m, c, width, base);
}

void column_put(struct mill *m, struct column *c, size_t at, i64 v)
{
	if (v == NIL) {
		if (c->v)
			raw_put(c->v, c->width, at, 0);
		return;
	}
	if (!c->v) {
		c->min = c->max = v;
		fit(m, c, v, v);
	}
	c->min = v < c->min ? v : c->min;
	c->max = v > c->max ? v : c->max;
	if (v < c->base || (u64)v - (u64)c->base >= width_top(c->width))
		fit(m, c, c->min, c->max);
	raw_put(c->v, c->width, at, (u64)v - (u64)c->base + 1);
}

void column_pack(struct mill *m, struct column *c)
{
	i64 min = INT64_MAX, max = NIL;
	for (size_t i = 0; c->v && i < KERNEL_SIZE; i++) {
		i64 v = column_get(c, i);
		if (v == NIL)
			continue;
		min = v < min ? v : min;
		max = v > max ? v : max;
	}
	if (!c->v)
		return;
	if (max == NIL) {
		mill_give(m, c->v, c->width);
		c->v = NULL;
		return;
	}
	u64 span = (u64)max - (u64)min;
	int width = c->fixed ? width_for((u64)max) : span == ~(u64)0 ? 8 : width_for(span + 1);
	c->min = min;
	c->max = max;
	if (width < c->width)
		fit(m, c, min, max);
}

bool column_set(struct mill *m, struct column *c, const void *bytes, u8 width, i64 base, i64 min, i64 max)
{
	if ((width != 1 && width != 2 && width != 4 && width != 8) || min > max || min < base || (c->fixed && base != 1) ||
	    (u64)max - (u64)base >= width_top(width))
		return false;
	c->v = mill_take(m, width);
	memcpy(c->v, bytes, KERNEL_SIZE * (size_t)width);
	c->width = width;
	c->base = base;
	c->min = min;
	c->max = max;
	return true;
}

/* ---- asking ---- */

bool column_range(const struct column *c, i64 lo, i64 hi, u64 *ret_lo, u64 *ret_span)
{
	lo = int_max(lo, c->min);
	hi = int_min(hi, c->max);
	if (!c->v || lo > hi)
		return false;
	*ret_lo = (u64)lo - (u64)c->base + 1;
	*ret_span = (u64)hi - (u64)lo;
	return true;
}

u32 column_between(const struct kernel *k, const struct column *c, u64 lo, u64 span, const u64 *mask, u64 *out)
{
	switch (c->width) {
	case 1: return k->range8(c->v, lo, span, mask, out);
	case 2: return k->range16(c->v, lo, span, mask, out);
	case 4: return k->range32(c->v, lo, span, mask, out);
	default: return k->range64(c->v, lo, span, mask, out);
	}
}

#define KEEP(bits)                                                  \
	do {                                                        \
		const u##bits *v = c->v;                            \
		for (u32 i = 0; i < n; i++) {                       \
			u16 id = ids[i];                            \
			out[kept] = id;                             \
			kept += (u64)v[id] - lo <= span;            \
		}                                                   \
	} while (0)

u32 column_keep(const struct column *c, u64 lo, u64 span, const u16 *ids, u32 n, u16 *out)
{
	u32 kept = 0;
	switch (c->width) {
	case 1: KEEP(8); break;
	case 2: KEEP(16); break;
	case 4: KEEP(32); break;
	default: KEEP(64);
	}
	return kept;
}
