/*
 * Kernels: the loops over one block of 65,536 numbers, in builds for AVX-512, AVX2 and any processor.
 *
 * A kernel works on bitsets of a block (KERNEL_WORDS words), on ascending arrays of 16-bit numbers and on
 * columns of unsigned integers of 1, 2, 4 or 8 bytes. The builds are one source (audience_kernel_body.h) and
 * answer bit for bit the same; which one is used is decided once, when an index is made. Pointers need no
 * alignment. Outputs may be one of the inputs, unless said otherwise.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_KERNEL_H
#define YT_CORE_AUDIENCE_AUDIENCE_KERNEL_H

#include "base/int.h"
#include "base/str.h"

#define KERNEL_SIZE ((size_t)1 << 16)
#define KERNEL_WORDS (KERNEL_SIZE / 64)

enum kernel_level { KERNEL_PLAIN, KERNEL_AVX2, KERNEL_AVX512, KERNEL_LEVELS };

struct kernel {
	const char *name;
	/* out = the places of mask where v - lo <= span (unsigned); how many. */
	u32 (*range8)(const u8 *v, u64 lo, u64 span, const u64 *mask, u64 *out);
	u32 (*range16)(const u16 *v, u64 lo, u64 span, const u64 *mask, u64 *out);
	u32 (*range32)(const u32 *v, u64 lo, u64 span, const u64 *mask, u64 *out);
	u32 (*range64)(const u64 *v, u64 lo, u64 span, const u64 *mask, u64 *out);
	/* out = the places of mask where bit v of set is on; set has a bit for every value of the width. */
	u32 (*member8)(const u8 *v, const u64 *set, const u64 *mask, u64 *out);
	u32 (*member16)(const u16 *v, const u64 *set, const u64 *mask, u64 *out);
	/* out[i] (KERNEL_WORDS each) = the places where v >= cuts[i] */
	void (*cuts8)(const u8 *v, const u64 *cuts, size_t count, u64 *out);
	void (*cuts16)(const u16 *v, const u64 *cuts, size_t count, u64 *out);
	void (*cuts32)(const u32 *v, const u64 *cuts, size_t count, u64 *out);
	void (*cuts64)(const u64 *v, const u64 *cuts, size_t count, u64 *out);
	/* bitset with bitset; how many remain */
	u32 (*both)(const u64 *a, const u64 *b, u64 *out);
	u32 (*without)(const u64 *a, const u64 *b, u64 *out);
	u32 (*either)(const u64 *a, const u64 *b, u64 *out);
	u32 (*count)(const u64 *a);
	u32 (*both_count)(const u64 *a, const u64 *b);
	/* array with bitset: out = the ids that are in (want 1) or not in (want 0); how many */
	u32 (*probe)(const u16 *ids, u32 n, const u64 *bits, u64 want, u16 *out);
	u32 (*probe_count)(const u16 *ids, u32 n, const u64 *bits);
	void (*scatter)(const u16 *ids, u32 n, u64 *bits);
	/* The places that are on, ascending. out has room for all of them and KERNEL_EXTRA more. */
	u32 (*extract)(const u64 *bits, u16 *out);
	/* counts[(i * ny + j) * nz + k] += |x[i] & y[j] & z[k]|; x, y, z: bitsets one behind the other */
	void (*cube)(const u64 *x, size_t nx, const u64 *y, size_t ny, const u64 *z, size_t nz, i64 *counts);
};
#define KERNEL_EXTRA 64
#define KERNEL_CUBE_MAX 512 /* cells */

/* NULL: this processor cannot. */
const struct kernel *kernel_of(enum kernel_level level);
/* The best of this processor, or the one named "plain", "avx2", "avx512" ("" and "auto": the best); NULL: unknown
 * name or not of this processor. */
const struct kernel *kernel_named(str name);

#endif
