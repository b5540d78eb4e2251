/*
 * Sets in pools. Size classes are exact up to 8 units and then grow by about a quarter; the largest holds a
 * bitset with its count.
 */
#include "core/audience/audience_set.h"
#include "base/fail.h"

#include <string.h>

#define PART_BITS 0xffff
#define BITS_UNITS (BLOCK_WORDS + 1)
#define CHUNK_UNITS ((u64)1 << POOL_CHUNK_BITS)
#define ROARING_COOKIE 12346 /* without runs */
#define ROARING_HEAD 8

/* ---- the pool ---- */

static u32 class_units(int class)
{
	if (class < 8)
		return (u32)class + 1;
	u32 units = 8;
	for (int i = 7; i < class; i++)
		units += units / 4;
	return units < BITS_UNITS ? units : BITS_UNITS;
}

/* The smallest class with room for units. */
static int class_of(u32 units)
{
	int class = units <= 8 ? (int)units - 1 : 8;
	while (class_units(class) < units)
		class++;
	return class;
}

static u64 *unit(const struct pool *p, u32 at) { return p->chunks.v[at >> POOL_CHUNK_BITS] + (at & (CHUNK_UNITS - 1)); }

void pool_init(struct pool *p, struct arena *a) { *p = (struct pool){ .arena = a }; }

static void pool_give(struct pool *p, u32 at, u32 units)
{
	int class = class_of(units);
	if (class_units(class) > units)
		class--; /* an odd size from set_pack serves the class below */
	if (class < 0)
		return;
	memcpy(unit(p, at), &p->free[class], sizeof(u32));
	p->free[class] = at;
}

static u32 pool_bump(struct pool *p, u32 units)
{
	if (p->next + units > p->end) {
		/* unit 0 of the first chunk is nobody's: address 0 means none */
		u64 first = p->chunks.n << POOL_CHUNK_BITS;
		ASSERT(first + CHUNK_UNITS <= UINT32_MAX);
		vec_push(p->arena, &p->chunks, ARENA_ARRAY(p->arena, u64, CHUNK_UNITS));
		p->next = first ? first : 1;
		p->end = first + CHUNK_UNITS;
	}
	u32 at = (u32)p->next;
	p->next += units;
	return at;
}

static u32 pool_take(struct pool *p, u32 units, u32 *ret_units)
{
	int class = class_of(units);
	u32 at = p->free[class];
	*ret_units = class_units(class);
	if (!at)
		return pool_bump(p, *ret_units);
	memcpy(&p->free[class], unit(p, at), sizeof(u32));
	return at;
}

/* ---- parts ---- */

static u32 part_units(const struct part *part) { return part->cap == PART_BITS ? BITS_UNITS : part->cap / 4; }
static u16 *part_ids(const struct pool *p, const struct part *part) { return (u16 *)unit(p, part->at); }

static u32 part_count(const struct pool *p, const struct part *part)
{
	return part->cap == PART_BITS ? (u32)unit(p, part->at)[BLOCK_WORDS] : part->n;
}

/* The first place whose id is not below. */
static u32 lower(const u16 *ids, u32 n, u16 id)
{
	u32 lo = 0, hi = n;
	while (lo < hi) {
		u32 mid = (lo + hi) / 2;
		if (ids[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void part_free(struct pool *p, struct part *part)
{
	if (part->cap)
		pool_give(p, part->at, part_units(part));
	*part = (struct part){ 0 };
}

static void part_to_bits(struct pool *p, struct part *part)
{
	u32 units, at = pool_take(p, BITS_UNITS, &units);
	u64 *bits = unit(p, at);
	const u16 *ids = part_ids(p, part);
	memset(bits, 0, BITS_UNITS * sizeof(*bits));
	for (u32 i = 0; i < part->n; i++)
		bits[ids[i] >> 6] |= (u64)1 << (ids[i] & 63);
	bits[BLOCK_WORDS] = part->n;
	part_free(p, part);
	*part = (struct part){ at, 0, PART_BITS };
}

static void part_to_ids(struct pool *p, struct part *part)
{
	u32 n = part_count(p, part), units, at = pool_take(p, n / 4 + 1, &units), k = 0;
	const u64 *bits = unit(p, part->at);
	u16 *ids = (u16 *)unit(p, at);
	for (u32 w = 0; w < BLOCK_WORDS; w++)
		for (u64 m = bits[w]; m; m &= m - 1)
			ids[k++] = (u16)(w * 64 + (u32)__builtin_ctzll(m));
	part_free(p, part);
	*part = (struct part){ at, (u16)n, (u16)(units * 4) };
}

static void part_grow(struct pool *p, struct part *part)
{
	u32 units, at = pool_take(p, part_units(part) + 1, &units);
	struct part grown = { at, part->n, (u16)(units * 4) };
	if (part->cap)
		memcpy(unit(p, at), unit(p, part->at), part->n * sizeof(u16));
	part_free(p, part);
	*part = grown;
}

static struct part *part_of(struct pool *p, struct set *s, size_t block)
{
	if (block >= s->blocks) {
		u32 blocks = (u32)block + 1 > s->blocks + s->blocks / 4 ? (u32)block + 1 : s->blocks + s->blocks / 4;
		struct part *parts = ARENA_ARRAY(p->arena, struct part, blocks);
		if (s->blocks)
			memcpy(parts, s->parts, s->blocks * sizeof(*parts));
		s->parts = parts;
		s->blocks = blocks;
	}
	return &s->parts[block];
}

void set_add(struct pool *p, struct set *s, u32 number)
{
	struct part *part = part_of(p, s, number >> BLOCK_BITS);
	u16 id = (u16)number;
	if (part->cap != PART_BITS) {
		u16 *ids = part->cap ? part_ids(p, part) : NULL;
		u32 at = part->n == 0 || ids[part->n - 1] < id ? part->n : lower(ids, part->n, id);
		if (at < part->n && ids[at] == id)
			return;
		if (part->n < PART_MOST) {
			if (part->n == part->cap) {
				part_grow(p, part);
				ids = part_ids(p, part);
			}
			memmove(ids + at + 1, ids + at, (part->n - at) * sizeof(*ids));
			ids[at] = id;
			part->n++;
			return;
		}
		part_to_bits(p, part);
	}
	u64 *bits = unit(p, part->at), bit = (u64)1 << (id & 63);
	bits[BLOCK_WORDS] += !(bits[id >> 6] & bit);
	bits[id >> 6] |= bit;
}

void set_remove(struct pool *p, struct set *s, u32 number)
{
	if (number >> BLOCK_BITS >= s->blocks)
		return;
	struct part *part = &s->parts[number >> BLOCK_BITS];
	u16 id = (u16)number;
	if (part->cap == PART_BITS) {
		u64 *bits = unit(p, part->at), bit = (u64)1 << (id & 63);
		bits[BLOCK_WORDS] -= (bits[id >> 6] & bit) != 0;
		bits[id >> 6] &= ~bit;
		if (bits[BLOCK_WORDS] < PART_FEWEST)
			part_to_ids(p, part);
	} else if (part->n) {
		u16 *ids = part_ids(p, part);
		u32 at = lower(ids, part->n, id);
		if (at == part->n || ids[at] != id)
			return;
		memmove(ids + at, ids + at + 1, (part->n - at - 1) * sizeof(*ids));
		if (--part->n == 0)
			part_free(p, part);
	}
}

#define FEW 8 /* taken off one by one */

void set_without(struct pool *p, struct set *s, size_t block, const u64 *bits, const u16 *ids, u32 count, const struct kernel *k)
{
	struct part *part = block < s->blocks ? &s->parts[block] : NULL;
	if (!part || !part->cap)
		return;
	if (count <= FEW) {
		for (u32 i = 0; i < count; i++)
			set_remove(p, s, (u32)block << BLOCK_BITS | ids[i]);
	} else if (part->cap == PART_BITS) {
		u64 *mine = unit(p, part->at);
		mine[BLOCK_WORDS] = k->without(mine, bits, mine);
		if (mine[BLOCK_WORDS] < PART_FEWEST)
			part_to_ids(p, part);
	} else {
		u16 *mine = part_ids(p, part);
		part->n = (u16)k->probe(mine, part->n, bits, 0, mine);
		if (part->n == 0)
			part_free(p, part);
	}
}

struct span set_span(const struct pool *p, const struct set *s, size_t block)
{
	const struct part *part = s && block < s->blocks ? &s->parts[block] : NULL;
	if (!part || !part->cap)
		return (struct span){ 0 };
	if (part->cap == PART_BITS)
		return (struct span){ part_count(p, part), NULL, unit(p, part->at) };
	return (struct span){ part->n, part_ids(p, part), NULL };
}

bool set_has(const struct pool *p, const struct set *s, u32 number)
{
	struct span x = set_span(p, s, number >> BLOCK_BITS);
	u16 id = (u16)number;
	if (x.bits)
		return x.bits[id >> 6] >> (id & 63) & 1;
	u32 at = lower(x.ids, x.n, id);
	return at < x.n && x.ids[at] == id;
}

u64 set_count(const struct pool *p, const struct set *s)
{
	u64 n = 0;
	for (u32 i = 0; i < s->blocks; i++)
		n += s->parts[i].cap ? part_count(p, &s->parts[i]) : 0;
	return n;
}

/* A part of exactly this many numbers, to be filled. */
static struct part part_exact(struct pool *p, u32 n)
{
	if (n > PART_MOST)
		return (struct part){ pool_bump(p, BITS_UNITS), 0, PART_BITS };
	u32 units = (n + 3) / 4;
	return (struct part){ pool_bump(p, units), (u16)n, (u16)(units * 4) };
}

void set_pack(const struct pool *from, const struct set *s, struct pool *to, struct set *ret)
{
	struct set old = *s; /* ret may be s */
	u32 blocks = old.blocks;
	while (blocks && !old.parts[blocks - 1].cap)
		blocks--;
	*ret = (struct set){ blocks ? ARENA_ARRAY(to->arena, struct part, blocks) : NULL, blocks };
	for (u32 i = 0; i < blocks; i++) {
		struct span x = set_span(from, &old, i);
		struct part part;
		if (!x.n)
			continue;
		if (x.bits && x.n <= PART_MOST) { /* dense enough to have stayed a bitset */
			part = (struct part){ pool_bump(to, BITS_UNITS), 0, PART_BITS };
		} else {
			part = part_exact(to, x.n);
		}
		memcpy(unit(to, part.at), x.bits ? (const void *)x.bits : x.ids, x.bits ? BITS_UNITS * sizeof(u64) : x.n * sizeof(u16));
		ret->parts[i] = part;
	}
}

/* ---- the portable form: head, (key, count - 1) of each part, place of each part, parts ---- */

static u32 parts_filled(const struct set *s)
{
	u32 n = 0;
	for (u32 i = 0; i < s->blocks; i++)
		n += s->parts[i].cap != 0;
	return n;
}

/* As the format demands: a bitset of few numbers is written as an array. */
static size_t part_bytes(u32 n) { return n > PART_MOST ? BLOCK_WORDS * sizeof(u64) : n * sizeof(u16); }

size_t set_portable_bytes(const struct pool *p, const struct set *s)
{
	size_t bytes = ROARING_HEAD + (size_t)parts_filled(s) * 8;
	for (u32 i = 0; i < s->blocks; i++)
		if (s->parts[i].cap)
			bytes += part_bytes(part_count(p, &s->parts[i]));
	return bytes;
}

void set_portable_write(const struct pool *p, const struct set *s, u8 *ret)
{
	u32 head[2] = { ROARING_COOKIE, parts_filled(s) };
	u8 *keys = ret + ROARING_HEAD, *places = keys + (size_t)head[1] * 4, *at = places + (size_t)head[1] * 4;
	memcpy(ret, head, sizeof(head));
	for (u32 i = 0; i < s->blocks; i++) {
		struct span x = set_span(p, s, i);
		if (!x.n)
			continue;
		u16 key[2] = { (u16)i, (u16)(x.n - 1) };
		u32 place = (u32)(at - ret);
		memcpy(keys, key, sizeof(key));
		memcpy(places, &place, sizeof(place));
		keys += 4;
		places += 4;
		if (x.bits && x.n <= PART_MOST) {
			u16 *out = (u16 *)at;
			for (u32 w = 0; w < BLOCK_WORDS; w++)
				for (u64 m = x.bits[w]; m; m &= m - 1)
					*out++ = (u16)(w * 64 + (u32)__builtin_ctzll(m));
		} else {
			memcpy(at, x.bits ? (const void *)x.bits : x.ids, part_bytes(x.n));
		}
		at += part_bytes(x.n);
	}
}

static bool ascends(const u16 *ids, u32 n)
{
	u32 bad = 0;
	for (u32 i = 1; i < n; i++)
		bad += ids[i - 1] >= ids[i];
	return bad == 0;
}

static bool part_read(struct pool *p, const u8 *from, u32 n, struct part *ret)
{
	*ret = part_exact(p, n);
	memcpy(unit(p, ret->at), from, part_bytes(n));
	if (n <= PART_MOST)
		return ascends(part_ids(p, ret), n);
	u64 *bits = unit(p, ret->at);
	u32 ones = 0;
	for (u32 w = 0; w < BLOCK_WORDS; w++)
		ones += (u32)__builtin_popcountll(bits[w]);
	bits[BLOCK_WORDS] = n;
	return ones == n;
}

bool set_portable_read(struct pool *p, str bytes, struct set *ret)
{
	u32 head[2], last = 0, place;
	u16 key[2];
	if (bytes.n < ROARING_HEAD)
		return false;
	memcpy(head, bytes.p, sizeof(head));
	size_t at = ROARING_HEAD + (size_t)head[1] * 8;
	if (head[0] != ROARING_COOKIE || head[1] > BLOCK_SIZE || at > bytes.n)
		return false;
	const char *keys = bytes.p + ROARING_HEAD, *places = keys + (size_t)head[1] * 4;
	if (head[1]) {
		memcpy(key, keys + (size_t)(head[1] - 1) * 4, sizeof(key));
		last = (u32)key[0] + 1;
	}
	*ret = (struct set){ last ? ARENA_ARRAY(p->arena, struct part, last) : NULL, last };
	i64 before = -1;
	for (u32 i = 0; i < head[1]; i++) {
		memcpy(key, keys + (size_t)i * 4, sizeof(key));
		memcpy(&place, places + (size_t)i * 4, sizeof(place));
		u32 n = (u32)key[1] + 1;
		if (key[0] <= before || key[0] >= last || place != at || bytes.n - at < part_bytes(n))
			return false;
		if (!part_read(p, (const u8 *)bytes.p + at, n, &ret->parts[key[0]]))
			return false;
		before = key[0];
		at += part_bytes(n);
	}
	return at == bytes.n;
}
