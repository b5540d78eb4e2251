/*
 * The source of every build of the kernels, included by audience_kernel.c once per level with
 * KERNEL_NAME(x), TARGET and the hit_…, member_… loops over 64 values defined. No include guard: that is the point.
 */

#define RANGE(bits)                                                                                     \
	TARGET static u32 KERNEL_NAME(range##bits)(const u##bits *v, u64 lo, u64 span, const u64 *mask, u64 *out) \
	{                                                                                               \
		u32 n = 0;                                                                              \
		for (size_t w = 0; w < KERNEL_WORDS; w++) {                                             \
			u64 m = mask[w];                                                                \
			KERNEL_FETCH(v + w * 64, bits);                                                 \
			if (m)                                                                          \
				m &= KERNEL_NAME(hit##bits)(v + w * 64, (u##bits)lo, (u##bits)span);    \
			out[w] = m;                                                                     \
			n += (u32)__builtin_popcountll(m);                                              \
		}                                                                                       \
		return n;                                                                               \
	}                                                                                               \
	TARGET static void KERNEL_NAME(cuts##bits)(const u##bits *v, const u64 *cuts, size_t count, u64 *out) \
	{                                                                                               \
		for (size_t w = 0; w < KERNEL_WORDS; w++) {                                             \
			KERNEL_FETCH(v + w * 64, bits);                                                 \
			for (size_t i = 0; i < count; i++)                                              \
				out[i * KERNEL_WORDS + w] = KERNEL_NAME(hit##bits)(v + w * 64, (u##bits)cuts[i], \
										   (u##bits)((u##bits)-1 - (u##bits)cuts[i])); \
		}                                                                                       \
	}
RANGE(8)
RANGE(16)
RANGE(32)
RANGE(64)
#undef RANGE

#define MEMBER(bits)                                                                                    \
	TARGET static u32 KERNEL_NAME(member##bits)(const u##bits *v, const u64 *set, const u64 *mask, u64 *out) \
	{                                                                                               \
		u32 n = 0;                                                                              \
		for (size_t w = 0; w < KERNEL_WORDS; w++) {                                             \
			u64 m = mask[w];                                                                \
			if (m)                                                                          \
				m &= KERNEL_NAME(in##bits)(v + w * 64, set);                            \
			out[w] = m;                                                                     \
			n += (u32)__builtin_popcountll(m);                                              \
		}                                                                                       \
		return n;                                                                               \
	}
MEMBER(8)
MEMBER(16)
#undef MEMBER

#define JOIN(name, expr)                                                                                \
	TARGET static u32 KERNEL_NAME(name)(const u64 *a, const u64 *b, u64 *out)                       \
	{                                                                                               \
		words sum = { 0 };                                                                      \
		for (size_t w = 0; w < KERNEL_WORDS; w += WORDS_AT_ONCE) {                              \
			words x = KERNEL_NAME(load)(a + w), y = KERNEL_NAME(load)(b + w), z = expr;     \
			memcpy(out + w, &z, sizeof(z));                                                 \
			sum += KERNEL_NAME(ones)(z);                                                    \
		}                                                                                       \
		return KERNEL_NAME(total)(sum);                                                         \
	}
JOIN(both, x & y)
JOIN(without, x & ~y)
JOIN(either, x | y)
#undef JOIN

TARGET static u32 KERNEL_NAME(both_count)(const u64 *a, const u64 *b)
{
	words sum = { 0 };
	for (size_t w = 0; w < KERNEL_WORDS; w += WORDS_AT_ONCE)
		sum += KERNEL_NAME(ones)(KERNEL_NAME(load)(a + w) & KERNEL_NAME(load)(b + w));
	return KERNEL_NAME(total)(sum);
}

TARGET static u32 KERNEL_NAME(count)(const u64 *a) { return KERNEL_NAME(both_count)(a, a); }

TARGET static u32 KERNEL_NAME(probe)(const u16 *ids, u32 n, const u64 *bits, u64 want, u16 *out)
{
	u32 kept = 0;
	for (u32 i = 0; i < n; i++) {
		u16 id = ids[i];
		out[kept] = id; /* kept <= i: never past what has been read */
		kept += (u32)((bits[id >> 6] >> (id & 63) & 1) == want);
	}
	return kept;
}

TARGET static u32 KERNEL_NAME(probe_count)(const u16 *ids, u32 n, const u64 *bits)
{
	u64 a = 0, b = 0;
	u32 i = 0;
	for (; i + 2 <= n; i += 2) {
		a += bits[ids[i] >> 6] >> (ids[i] & 63) & 1;
		b += bits[ids[i + 1] >> 6] >> (ids[i + 1] & 63) & 1;
	}
	if (i < n)
		a += bits[ids[i] >> 6] >> (ids[i] & 63) & 1;
	return (u32)(a + b);
}

TARGET static void KERNEL_NAME(scatter)(const u16 *ids, u32 n, u64 *bits)
{
	for (u32 i = 0; i < n; i++)
		bits[ids[i] >> 6] |= (u64)1 << (ids[i] & 63);
}

TARGET static u32 KERNEL_NAME(extract)(const u64 *bits, u16 *out)
{
	u32 n = 0;
	for (size_t w = 0; w < KERNEL_WORDS; w++)
		n += KERNEL_NAME(spread)(bits[w], (u32)w * 64, out + n);
	return n;
}

TARGET static void KERNEL_NAME(cube)(const u64 *x, size_t nx, const u64 *y, size_t ny, const u64 *z, size_t nz, i64 *counts)
{
	words sums[KERNEL_CUBE_MAX] = { 0 };
	for (size_t w = 0; w < KERNEL_WORDS; w += WORDS_AT_ONCE) {
		size_t cell = 0;
		for (size_t i = 0; i < nx; i++)
			for (size_t j = 0; j < ny; j++) {
				words xy = KERNEL_NAME(load)(x + i * KERNEL_WORDS + w) & KERNEL_NAME(load)(y + j * KERNEL_WORDS + w);
				for (size_t k = 0; k < nz; k++)
					sums[cell++] += KERNEL_NAME(ones)(xy & KERNEL_NAME(load)(z + k * KERNEL_WORDS + w));
			}
	}
	for (size_t c = 0; c < nx * ny * nz; c++)
		counts[c] += KERNEL_NAME(total)(sums[c]);
}

static const struct kernel KERNEL_NAME(kernel) = {
	KERNEL_TEXT,
	KERNEL_NAME(range8), KERNEL_NAME(range16), KERNEL_NAME(range32), KERNEL_NAME(range64),
	KERNEL_NAME(member8), KERNEL_NAME(member16),
	KERNEL_NAME(cuts8), KERNEL_NAME(cuts16), KERNEL_NAME(cuts32), KERNEL_NAME(cuts64),
	KERNEL_NAME(both), KERNEL_NAME(without), KERNEL_NAME(either), KERNEL_NAME(count), KERNEL_NAME(both_count),
	KERNEL_NAME(probe), KERNEL_NAME(probe_count), KERNEL_NAME(scatter), KERNEL_NAME(extract), KERNEL_NAME(cube),
};
#undef KERNEL_NAME
#undef KERNEL_TEXT
#undef TARGET
#undef words
#undef WORDS_AT_ONCE
