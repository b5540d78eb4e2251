/*
 * The three builds of the kernels, and the choice among them.
 *
 * What differs is written here: how 64 values become 64 bits, how many words are taken at once and how
 * ones are counted. The loops stand in audience_kernel_body.h. AVX-512 means the set of Ice Lake and Zen 4
 * (BW, VL, VBMI2, VPOPCNTDQ); a processor with less takes AVX2.
 */
#include "core/audience/audience_kernel.h"

#include <string.h>

/* Columns are read once, from memory: the lines of the 64 values that come FETCH_BYTES later are asked for now,
 * because the processor's own guess ends at every page of 4 KB. Reading ahead of the end is no access. */
#define FETCH_BYTES 4096
#define KERNEL_FETCH(at, bits)                                                       \
	do {                                                                         \
		for (int line = 0; line < (bits) / 8; line++)                        \
			__builtin_prefetch((const char *)(at) + FETCH_BYTES + line * 64); \
	} while (0)

/* ---- any processor ---- */

#define KERNEL_TEXT "plain"
#define KERNEL_NAME(x) plain_##x
#define TARGET
#define words u64
#define WORDS_AT_ONCE 1

#define PLAIN_HIT(bits)                                                             \
	static inline u64 plain_hit##bits(const u##bits *v, u##bits lo, u##bits span) \
	{                                                                           \
		u64 hit = 0;                                                        \
		for (int i = 0; i < 64; i++)                                        \
			hit |= (u64)((u##bits)(v[i] - lo) <= span) << i;            \
		return hit;                                                         \
	}
PLAIN_HIT(8)
PLAIN_HIT(16)
PLAIN_HIT(32)
PLAIN_HIT(64)

#define PLAIN_IN(bits)                                                       \
	static inline u64 plain_in##bits(const u##bits *v, const u64 *set)   \
	{                                                                    \
		u64 hit = 0;                                                 \
		for (int i = 0; i < 64; i++)                                 \
			hit |= (set[v[i] >> 6] >> (v[i] & 63) & 1) << i;     \
		return hit;                                                  \
	}
PLAIN_IN(8)
PLAIN_IN(16)

static inline u64 plain_load(const u64 *p) { return *p; }
static inline u64 plain_ones(u64 w) { return (u64)__builtin_popcountll(w); }
static inline u32 plain_total(u64 sum) { return (u32)sum; }
static inline u32 plain_spread(u64 bits, u32 base, u16 *out)
{
	u32 n = 0;
	for (; bits; bits &= bits - 1)
		out[n++] = (u16)(base + (u32)__builtin_ctzll(bits));
	return n;
}

#include "core/audience/audience_kernel_body.h"

#ifdef __x86_64__
#include <immintrin.h>

/* ---- AVX2 ---- */

#define KERNEL_TEXT "avx2"
#define KERNEL_NAME(x) avx2_##x
#define TARGET __attribute__((target("avx2,popcnt,bmi,lzcnt")))
#define words u64
#define WORDS_AT_ONCE 1

TARGET static inline __m256i avx2_at(const void *p) { return _mm256_loadu_si256(p); }

TARGET static inline u64 avx2_hit8(const u8 *v, u8 lo, u8 span)
{
	__m256i l = _mm256_set1_epi8((char)lo), s = _mm256_set1_epi8((char)span);
	__m256i a = _mm256_sub_epi8(avx2_at(v), l), b = _mm256_sub_epi8(avx2_at(v + 32), l);
	u32 x = (u32)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(a, s), a));
	u32 y = (u32)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(b, s), b));
	return x | (u64)y << 32;
}

TARGET static inline u64 avx2_hit16(const u16 *v, u16 lo, u16 span)
{
	__m256i l = _mm256_set1_epi16((short)lo), s = _mm256_set1_epi16((short)span);
	u64 hit = 0;
	for (int i = 0; i < 64; i += 32) {
		__m256i a = _mm256_sub_epi16(avx2_at(v + i), l), b = _mm256_sub_epi16(avx2_at(v + i + 16), l);
		a = _mm256_cmpeq_epi16(_mm256_min_epu16(a, s), a);
		b = _mm256_cmpeq_epi16(_mm256_min_epu16(b, s), b);
		/* packing interleaves the halves of a and b: put them in order */
		__m256i both = _mm256_permute4x64_epi64(_mm256_packs_epi16(a, b), 0xd8);
		hit |= (u64)(u32)_mm256_movemask_epi8(both) << i;
	}
	return hit;
}

TARGET static inline u64 avx2_hit32(const u32 *v, u32 lo, u32 span)
{
	__m256i l = _mm256_set1_epi32((int)lo), s = _mm256_set1_epi32((int)span);
	u64 hit = 0;
	for (int i = 0; i < 64; i += 8) {
		__m256i a = _mm256_sub_epi32(avx2_at(v + i), l);
		a = _mm256_cmpeq_epi32(_mm256_min_epu32(a, s), a);
		hit |= (u64)(u32)_mm256_movemask_ps(_mm256_castsi256_ps(a)) << i;
	}
	return hit;
}

TARGET static inline u64 avx2_hit64(const u64 *v, u64 lo, u64 span)
{
	__m256i l = _mm256_set1_epi64x((i64)lo), top = _mm256_set1_epi64x(INT64_MIN);
	__m256i s = _mm256_xor_si256(_mm256_set1_epi64x((i64)span), top);
	u64 above = 0;
	for (int i = 0; i < 64; i += 4) {
		__m256i a = _mm256_xor_si256(_mm256_sub_epi64(avx2_at(v + i), l), top);
		above |= (u64)(u32)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(a, s))) << i;
	}
	return ~above;
}

/* A byte h*16+l is in the set when bit h of column l is on: two tables of 16 columns, for h below 8 and above. */
TARGET static inline void avx2_columns(const u64 *set, __m256i *ret_low, __m256i *ret_high)
{
	u8 low[16] = { 0 }, high[16] = { 0 };
	for (int l = 0; l < 16; l++)
		for (int h = 0; h < 8; h++) {
			int a = h * 16 + l, b = a + 128;
			low[l] |= (u8)((set[a >> 6] >> (a & 63) & 1) << h);
			high[l] |= (u8)((set[b >> 6] >> (b & 63) & 1) << h);
		}
	*ret_low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)low));
	*ret_high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)high));
}

TARGET static inline u32 avx2_in32(__m256i v, __m256i low, __m256i high)
{
	__m256i nibble = _mm256_set1_epi8(15), bit = _mm256_broadcastsi128_si256(_mm_set1_epi64x((i64)0x8040201008040201));
	__m256i l = _mm256_and_si256(v, nibble), h = _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble);
	__m256i column = _mm256_blendv_epi8(_mm256_shuffle_epi8(low, l), _mm256_shuffle_epi8(high, l), v);
	__m256i wanted = _mm256_shuffle_epi8(bit, h);
	return (u32)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(column, wanted), wanted));
}

TARGET static inline u64 avx2_in16(const u16 *v, const u64 *set)
{
	__m256i one = _mm256_set1_epi32(1), low = _mm256_set1_epi32(31);
	u64 hit = 0;
	for (int i = 0; i < 64; i += 8) {
		__m256i x = _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)(v + i)));
		__m256i word = _mm256_i32gather_epi32((const int *)(const void *)set, _mm256_srli_epi32(x, 5), 4);
		__m256i bit = _mm256_sllv_epi32(one, _mm256_and_si256(x, low));
		__m256i in = _mm256_cmpeq_epi32(_mm256_and_si256(word, bit), bit);
		hit |= (u64)(u32)_mm256_movemask_ps(_mm256_castsi256_ps(in)) << i;
	}
	return hit;
}

TARGET static inline u64 avx2_in8(const u8 *v, const u64 *set)
{
	__m256i low, high;
	avx2_columns(set, &low, &high); /* does not depend on v: the compiler takes it out of the loop */
	return avx2_in32(avx2_at(v), low, high) | (u64)avx2_in32(avx2_at(v + 32), low, high) << 32;
}

TARGET static inline u64 avx2_load(const u64 *p) { return *p; }
TARGET static inline u64 avx2_ones(u64 w) { return (u64)__builtin_popcountll(w); }
TARGET static inline u32 avx2_total(u64 sum) { return (u32)sum; }
TARGET static inline u32 avx2_spread(u64 bits, u32 base, u16 *out) { return plain_spread(bits, base, out); }

#include "core/audience/audience_kernel_body.h"

/* ---- AVX-512 ---- */

typedef u64 words8 __attribute__((vector_size(64), aligned(64)));

#define KERNEL_TEXT "avx512"
#define KERNEL_NAME(x) avx512_##x
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi2,avx512vpopcntdq,avx2,popcnt,bmi,bmi2,lzcnt")))
#define words words8
#define WORDS_AT_ONCE 8

TARGET static inline u64 avx512_hit8(const u8 *v, u8 lo, u8 span)
{
	__m512i a = _mm512_sub_epi8(_mm512_loadu_si512(v), _mm512_set1_epi8((char)lo));
	return _mm512_cmple_epu8_mask(a, _mm512_set1_epi8((char)span));
}

TARGET static inline u64 avx512_hit16(const u16 *v, u16 lo, u16 span)
{
	__m512i l = _mm512_set1_epi16((short)lo), s = _mm512_set1_epi16((short)span);
	u64 a = _mm512_cmple_epu16_mask(_mm512_sub_epi16(_mm512_loadu_si512(v), l), s);
	u64 b = _mm512_cmple_epu16_mask(_mm512_sub_epi16(_mm512_loadu_si512(v + 32), l), s);
	return a | b << 32;
}

TARGET static inline u64 avx512_hit32(const u32 *v, u32 lo, u32 span)
{
	__m512i l = _mm512_set1_epi32((int)lo), s = _mm512_set1_epi32((int)span);
	u64 hit = 0;
	for (int i = 0; i < 64; i += 16)
		hit |= (u64)_mm512_cmple_epu32_mask(_mm512_sub_epi32(_mm512_loadu_si512(v + i), l), s) << i;
	return hit;
}

TARGET static inline u64 avx512_hit64(const u64 *v, u64 lo, u64 span)
{
	__m512i l = _mm512_set1_epi64((i64)lo), s = _mm512_set1_epi64((i64)span);
	u64 hit = 0;
	for (int i = 0; i < 64; i += 8)
		hit |= (u64)_mm512_cmple_epu64_mask(_mm512_sub_epi64(_mm512_loadu_si512(v + i), l), s) << i;
	return hit;
}

TARGET static inline u64 avx512_in8(const u8 *v, const u64 *set)
{
	__m256i low, high;
	avx2_columns(set, &low, &high);
	return avx2_in32(avx2_at(v), low, high) | (u64)avx2_in32(avx2_at(v + 32), low, high) << 32;
}

TARGET static inline u64 avx512_in16(const u16 *v, const u64 *set)
{
	__m512i one = _mm512_set1_epi32(1);
	u64 hit = 0;
	for (int i = 0; i < 64; i += 16) {
		__m512i x = _mm512_cvtepu16_epi32(avx2_at(v + i));
		__m512i word = _mm512_i32gather_epi32(_mm512_srli_epi32(x, 5), (const int *)(const void *)set, 4);
		__m512i bit = _mm512_sllv_epi32(one, _mm512_and_si512(x, _mm512_set1_epi32(31)));
		hit |= (u64)_mm512_test_epi32_mask(word, bit) << i;
	}
	return hit;
}

TARGET static inline words8 avx512_load(const u64 *p) { return (words8)_mm512_loadu_si512(p); }
TARGET static inline words8 avx512_ones(words8 w) { return (words8)_mm512_popcnt_epi64((__m512i)w); }
TARGET static inline u32 avx512_total(words8 sum) { return (u32)_mm512_reduce_add_epi64((__m512i)sum); }
TARGET static inline u32 avx512_spread(u64 bits, u32 base, u16 *out)
{
	static const u8 steps[64] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
		32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
	};
	if (!bits)
		return 0;
	__m512i at = _mm512_set1_epi16((short)base);
	u32 first = (u32)__builtin_popcount((u32)bits);
	_mm512_storeu_si512(out, _mm512_maskz_compress_epi16((u32)bits, _mm512_add_epi16(at, _mm512_cvtepu8_epi16(avx2_at(steps)))));
	_mm512_storeu_si512(out + first, _mm512_maskz_compress_epi16((u32)(bits >> 32), _mm512_add_epi16(at, _mm512_cvtepu8_epi16(avx2_at(steps + 32)))));
	return first + (u32)__builtin_popcount((u32)(bits >> 32));
}

#include "core/audience/audience_kernel_body.h"

const struct kernel *kernel_of(enum kernel_level level)
{
	__builtin_cpu_init();
	bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi");
	bool avx512 = avx2 && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("avx512f") &&
		      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
		      __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vpopcntdq");
	if (level == KERNEL_AVX512)
		return avx512 ? &avx512_kernel : NULL;
	if (level == KERNEL_AVX2)
		return avx2 ? &avx2_kernel : NULL;
	return &plain_kernel;
}
#else
const struct kernel *kernel_of(enum kernel_level level) { return level == KERNEL_PLAIN ? &plain_kernel : NULL; }
#endif

const struct kernel *kernel_named(str name)
{
	const struct kernel *k = NULL;
	for (int level = KERNEL_LEVELS - 1; level >= 0; level--) {
		k = kernel_of((enum kernel_level)level);
		if (k && (name.n == 0 || str_eq(name, STR("auto")) || str_eq_c(name, k->name)))
			return k;
	}
	return NULL;
}
