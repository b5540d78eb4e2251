/*
 * A set of dense numbers: per block of 65,536 an ascending array of 16-bit numbers or, above PART_MOST of them,
 * a bitset. Private to core/audience.
 *
 * Memory comes from a pool of 8-byte units with 32-bit addresses, so that an empty part costs 8 bytes and ten
 * marks cost 20: thousands of sparse sets fit. Freed pieces wait in lists by size and never go back to the
 * system; set_pack copies a set into another pool without slack. The portable form of a set is Roaring's file
 * format (without runs), which other programs read.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_SET_H
#define YT_CORE_AUDIENCE_AUDIENCE_SET_H

#include "base/buf.h"
#include "base/vec.h"
#include "core/audience/audience_kernel.h"

#define BLOCK_BITS 16
#define BLOCK_SIZE KERNEL_SIZE
#define BLOCK_WORDS KERNEL_WORDS
#define PART_MOST 4096        /* numbers in an array */
#define PART_FEWEST 3584      /* a bitset with fewer becomes an array again */
#define POOL_CLASSES 48
#define POOL_CHUNK_BITS 17    /* units in a chunk: 1 MB */

struct pool {
	struct arena *arena;
	VEC(u64 *) chunks;
	u64 next, end;            /* units; the rest of the last chunk */
	u32 free[POOL_CLASSES];   /* first of each list, 0: none */
};

struct part { u32 at; u16 n, cap; }; /* cap PART_BITS: a bitset, its count in the word behind it */
struct set { struct part *parts; u32 blocks; };

/* The numbers of a block: ids or bits, whichever is there; n 0: neither matters. */
struct span { u32 n; const u16 *ids; const u64 *bits; };

void pool_init(struct pool *p, struct arena *a);
void set_add(struct pool *p, struct set *s, u32 number);
void set_remove(struct pool *p, struct set *s, u32 number);
bool set_has(const struct pool *p, const struct set *s, u32 number);
struct span set_span(const struct pool *p, const struct set *s, size_t block);
/* Takes everything in bits (count of them, listed in ids) off one block. */
void set_without(struct pool *p, struct set *s, size_t block, const u64 *bits, const u16 *ids, u32 count, const struct kernel *k);
/* A copy in another pool without slack. */
void set_pack(const struct pool *from, const struct set *s, struct pool *to, struct set *ret);
u64 set_count(const struct pool *p, const struct set *s);

/* Portable Roaring bytes; the reader refuses what it did not write: runs, disorder, wrong lengths. */
size_t set_portable_bytes(const struct pool *p, const struct set *s);
void set_portable_write(const struct pool *p, const struct set *s, u8 *ret);
bool set_portable_read(struct pool *p, str bytes, struct set *ret);

#endif
