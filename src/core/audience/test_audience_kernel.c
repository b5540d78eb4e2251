/*
 * Every build of the kernels this processor can run, against plain loops written here, on random blocks of
 * all densities. A build the processor cannot run is skipped, and cmocka counts it as skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/hash.h"
#include "core/audience/audience_kernel.h"

#include <string.h>

struct rig {
	const struct kernel *k;
	u64 seed;
	u64 a[KERNEL_WORDS], b[KERNEL_WORDS], got[KERNEL_WORDS], many[6 * KERNEL_WORDS];
	u16 ids[KERNEL_SIZE + KERNEL_EXTRA], out[KERNEL_SIZE + KERNEL_EXTRA];
	u64 wide[KERNEL_SIZE];
	u8 v[(KERNEL_SIZE + 1) * 8] __attribute__((aligned(16)));
};

static u64 dice(struct rig *r) { return hash_mix(r->seed++); }
static bool on(const u64 *bits, size_t i) { return bits[i >> 6] >> (i & 63) & 1; }

/* About one in 2^thin; thin 0: everything, 17: nothing. */
static void fill(struct rig *r, u64 *bits, int thin)
{
	memset(bits, 0, KERNEL_WORDS * sizeof(*bits));
	for (size_t i = 0; i < KERNEL_SIZE && thin < 17; i++)
		if ((dice(r) & (((u64)1 << thin) - 1)) == 0)
			bits[i >> 6] |= (u64)1 << (i & 63);
}

static u32 ones(const u64 *bits)
{
	u32 n = 0;
	for (size_t i = 0; i < KERNEL_SIZE; i++)
		n += on(bits, i);
	return n;
}

/* The column stands beside where vectors would be aligned, by one element of its width. */
static void narrow(struct rig *r, int width)
{
	for (size_t i = 0; i < KERNEL_SIZE; i++)
		memcpy(r->v + (i + 1) * (size_t)width, &r->wide[i], (size_t)width);
}

static u32 range_by(struct rig *r, int width, u64 lo, u64 span)
{
	const void *v = r->v + width;
	return width == 1 ? r->k->range8(v, lo, span, r->a, r->got) : width == 2 ? r->k->range16(v, lo, span, r->a, r->got) :
	       width == 4 ? r->k->range32(v, lo, span, r->a, r->got) : r->k->range64(v, lo, span, r->a, r->got);
}

static void cuts_by(struct rig *r, int width, const u64 *cuts)
{
	const void *v = r->v + width;
	if (width == 1)
		r->k->cuts8(v, cuts, 3, r->many);
	else if (width == 2)
		r->k->cuts16(v, cuts, 3, r->many);
	else if (width == 4)
		r->k->cuts32(v, cuts, 3, r->many);
	else
		r->k->cuts64(v, cuts, 3, r->many);
}

static void ranges_and_cuts_are_those_of_a_loop(void **state)
{
	struct rig *r = *state;
	static const int widths[] = { 1, 2, 4, 8 };
	for (int round = 0; round < 24; round++) {
		int width = widths[round % 4];
		u64 top = width == 8 ? ~(u64)0 : ((u64)1 << (8 * width)) - 1;
		for (size_t i = 0; i < KERNEL_SIZE; i++) {
			u64 d = dice(r);
			r->wide[i] = d % 7 == 0 ? 0 : d % 7 == 1 ? top : (d >> 8) & top;
		}
		narrow(r, width);
		fill(r, r->a, (int)(dice(r) % 9));
		u64 x = dice(r) & top, y = dice(r) & top, lo = round < 4 ? 0 : round < 8 ? top : x < y ? x : y, hi = round < 4 ? 0 : round < 8 ? top : x < y ? y : x;
		u32 n = range_by(r, width, lo, hi - lo);
		for (size_t i = 0; i < KERNEL_SIZE; i++)
			assert_int_equal(on(r->got, i), on(r->a, i) && lo <= r->wide[i] && r->wide[i] <= hi);
		assert_int_equal(n, ones(r->got));
		u64 cuts[3] = { 1, x, top };
		cuts_by(r, width, cuts);
		for (size_t c = 0; c < 3; c++)
			for (size_t i = 0; i < KERNEL_SIZE; i++)
				assert_int_equal(on(r->many + c * KERNEL_WORDS, i), r->wide[i] >= cuts[c]);
	}
}

static void members_are_those_of_a_loop(void **state)
{
	struct rig *r = *state;
	for (int round = 0; round < 12; round++) {
		int width = 1 + round % 2;
		for (size_t i = 0; i < KERNEL_SIZE; i++)
			r->wide[i] = dice(r) & (width == 1 ? 0xff : 0xffff);
		narrow(r, width);
		fill(r, r->a, round % 3);
		fill(r, r->b, round % 6);
		u32 n = width == 1 ? r->k->member8(r->v + width, r->b, r->a, r->got) : r->k->member16((const void *)(r->v + width), r->b, r->a, r->got);
		for (size_t i = 0; i < KERNEL_SIZE; i++)
			assert_int_equal(on(r->got, i), on(r->a, i) && on(r->b, r->wide[i]));
		assert_int_equal(n, ones(r->got));
	}
}

static void bitsets_join(void **state)
{
	struct rig *r = *state;
	for (int round = 0; round < 12; round++) {
		u32 n[4] = { 0 };
		fill(r, r->a, round % 5);
		fill(r, r->b, round == 11 ? 17 : round % 4);
		for (size_t i = 0; i < KERNEL_SIZE; i++) {
			n[0] += on(r->a, i) && on(r->b, i);
			n[1] += on(r->a, i) && !on(r->b, i);
			n[2] += on(r->a, i) || on(r->b, i);
			n[3] += on(r->a, i);
		}
		assert_int_equal(r->k->both(r->a, r->b, r->got), n[0]);
		assert_int_equal(ones(r->got), n[0]);
		assert_int_equal(r->k->both_count(r->a, r->b), n[0]);
		assert_int_equal(r->k->without(r->a, r->b, r->got), n[1]);
		for (size_t i = 0; i < KERNEL_SIZE; i++)
			assert_int_equal(on(r->got, i), on(r->a, i) && !on(r->b, i));
		assert_int_equal(r->k->either(r->a, r->b, r->got), n[2]);
		assert_int_equal(ones(r->got), n[2]);
		assert_int_equal(r->k->count(r->a), n[3]);
		memcpy(r->got, r->a, sizeof(r->a)); /* onto itself */
		assert_int_equal(r->k->both(r->got, r->b, r->got), n[0]);
		assert_int_equal(ones(r->got), n[0]);
	}
}

static void arrays_are_kept_scattered_and_taken_out(void **state)
{
	struct rig *r = *state;
	for (int round = 0; round < 18; round++) {
		u32 n = 0;
		fill(r, r->a, round);
		fill(r, r->b, round % 4);
		for (size_t i = 0; i < KERNEL_SIZE; i++)
			if (on(r->a, i))
				r->ids[n++] = (u16)i;
		assert_int_equal(r->k->extract(r->a, r->out), n);
		assert_memory_equal(r->out, r->ids, n * sizeof(u16));
		memset(r->got, 0, sizeof(r->got));
		r->k->scatter(r->ids, n, r->got);
		assert_memory_equal(r->got, r->a, sizeof(r->a));
		u32 both = r->k->both_count(r->a, r->b);
		assert_int_equal(r->k->probe_count(r->ids, n, r->b), both);
		for (u64 want = 0; want < 2; want++) {
			u32 kept = r->k->probe(r->ids, n, r->b, want, r->out), at = 0;
			assert_int_equal(kept, want ? both : n - both);
			for (u32 i = 0; i < n; i++)
				if (on(r->b, r->ids[i]) == (want == 1))
					assert_int_equal(r->out[at++], r->ids[i]);
		}
		u32 kept = r->k->probe(r->ids, n, r->b, 1, r->ids); /* onto itself */
		assert_int_equal(kept, both);
	}
}

static void cubes_count_every_cell(void **state)
{
	struct rig *r = *state;
	i64 counts[8] = { 0 }, want[8] = { 0 };
	for (int i = 0; i < 6; i++)
		fill(r, r->many + (size_t)i * KERNEL_WORDS, i % 3);
	r->k->cube(r->many, 2, r->many + 2 * KERNEL_WORDS, 1, r->many + 3 * KERNEL_WORDS, 3, counts);
	for (size_t i = 0; i < KERNEL_SIZE; i++)
		for (size_t x = 0; x < 2; x++)
			for (size_t z = 0; z < 3; z++)
				want[x * 3 + z] += on(r->many + x * KERNEL_WORDS, i) && on(r->many + 2 * KERNEL_WORDS, i) &&
						   on(r->many + (3 + z) * KERNEL_WORDS, i);
	assert_memory_equal(counts, want, sizeof(want));
}

static int make(void **state, enum kernel_level level)
{
	struct rig *r = calloc(1, sizeof(*r));
	r->k = kernel_of(level);
	r->seed = 7;
	*state = r;
	return 0;
}

static int make_plain(void **state) { return make(state, KERNEL_PLAIN); }
static int make_avx2(void **state) { return make(state, KERNEL_AVX2); }
static int make_avx512(void **state) { return make(state, KERNEL_AVX512); }

static int drop(void **state)
{
	free(*state);
	return 0;
}

/* cmocka's skip() leaves a test, so each asks first. */
#define WITH_KERNEL(fn)                              \
	static void fn##_if_able(void **state)       \
	{                                            \
		struct rig *r = *state;              \
		if (!r->k)                           \
			skip();                      \
		fn(state);                           \
	}
WITH_KERNEL(ranges_and_cuts_are_those_of_a_loop)
WITH_KERNEL(members_are_those_of_a_loop)
WITH_KERNEL(bitsets_join)
WITH_KERNEL(arrays_are_kept_scattered_and_taken_out)
WITH_KERNEL(cubes_count_every_cell)

static void kernels_are_chosen_by_name(void **state)
{
	(void)state;
	assert_string_equal(kernel_named(STR("plain"))->name, "plain");
	assert_null(kernel_named(STR("sse9")));
	const struct kernel *best = kernel_of(KERNEL_AVX512) ? kernel_of(KERNEL_AVX512) : kernel_of(KERNEL_AVX2) ? kernel_of(KERNEL_AVX2) : kernel_of(KERNEL_PLAIN);
	assert_ptr_equal(kernel_named(STR("")), best);
	assert_ptr_equal(kernel_named(STR("auto")), best);
}

int main(void)
{
#define ALL(fn)                                                                   \
	cmocka_unit_test_setup_teardown(fn##_if_able, make_plain, drop),          \
	cmocka_unit_test_setup_teardown(fn##_if_able, make_avx2, drop),           \
	cmocka_unit_test_setup_teardown(fn##_if_able, make_avx512, drop)
	const struct CMUnitTest tests[] = {
		ALL(ranges_and_cuts_are_those_of_a_loop), ALL(members_are_those_of_a_loop), ALL(bitsets_join),
		ALL(arrays_are_kept_scattered_and_taken_out), ALL(cubes_count_every_cell),
		cmocka_unit_test(kernels_are_chosen_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
