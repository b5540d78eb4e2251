/*
 * Sets against a plain bitmap, their files against libroaring's own reader and writer, and columns against a
 * plain array.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/hash.h"
#include "core/audience/audience_column.h"
#include "core/audience/audience_set.h"

#include <roaring/roaring.h>
#include <string.h>

#define BLOCKS 4
#define NUMBERS (BLOCKS * (u32)BLOCK_SIZE)

struct rig {
	struct arena *a;
	struct pool pool;
	struct set set;
	u64 seed;
	u8 in[NUMBERS];
};

static u64 dice(struct rig *r, u64 sides) { return hash_mix(r->seed++) % sides; }

static int make(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	r->a = arena_new((size_t)1 << 30);
	r->seed = 11;
	pool_init(&r->pool, r->a);
	*state = r;
	return 0;
}

static int drop(void **state)
{
	struct rig *r = *state;
	arena_free(r->a);
	free(r);
	return 0;
}

static void assert_same(const struct rig *r, const struct pool *p, const struct set *s)
{
	u64 count = 0;
	for (size_t k = 0; k < BLOCKS; k++) {
		struct span x = set_span(p, s, k);
		u32 n = 0;
		for (u32 i = 0; i < BLOCK_SIZE; i++) {
			bool in = r->in[k * BLOCK_SIZE + i];
			if (x.n && x.bits)
				assert_int_equal(x.bits[i >> 6] >> (i & 63) & 1, in);
			else if (in)
				assert_true(n < x.n && x.ids[n] == i);
			n += in;
		}
		assert_int_equal(n, x.n);
		count += n;
	}
	assert_int_equal(set_count(p, s), count);
}

static void put(struct rig *r, u32 number, bool in)
{
	if (in)
		set_add(&r->pool, &r->set, number);
	else
		set_remove(&r->pool, &r->set, number);
	r->in[number] = in;
}

/* Blocks: sparse, around the border between array and bitset, dense, empty. */
static void live_on(struct rig *r, int steps)
{
	static const u32 range[] = { BLOCK_SIZE, 6000, BLOCK_SIZE };
	for (int i = 0; i < steps; i++) {
		u32 block = (u32)dice(r, 3), number = block << BLOCK_BITS | (u32)dice(r, range[block]);
		put(r, number, dice(r, 10) < (block == 0 ? 1 : block == 1 ? 7 : 9));
	}
}

static void sets_hold_what_was_put_in(void **state)
{
	struct rig *r = *state;
	for (int round = 0; round < 8; round++) {
		live_on(r, 20000);
		assert_same(r, &r->pool, &r->set);
		for (int i = 0; i < 2000; i++) {
			u32 number = (u32)dice(r, NUMBERS);
			assert_int_equal(set_has(&r->pool, &r->set, number), r->in[number]);
		}
	}
	struct pool packed;
	struct set copy = r->set;
	pool_init(&packed, r->a);
	set_pack(&r->pool, &r->set, &packed, &copy);
	assert_same(r, &packed, &copy);
	/* A packed set goes on living. */
	r->pool = packed;
	r->set = copy;
	live_on(r, 20000);
	assert_same(r, &r->pool, &r->set);
}

static void arrays_end_at_their_border(void **state)
{
	struct rig *r = *state;
	for (u32 i = 0; i < PART_MOST; i++)
		put(r, i * 3, true);
	assert_non_null(set_span(&r->pool, &r->set, 0).ids);
	put(r, PART_MOST * 3, true);
	assert_non_null(set_span(&r->pool, &r->set, 0).bits);
	u32 i = 0;
	for (; PART_MOST + 1 - i > PART_FEWEST; i++)
		put(r, i * 3, false);
	assert_non_null(set_span(&r->pool, &r->set, 0).bits);
	put(r, i * 3, false);
	assert_non_null(set_span(&r->pool, &r->set, 0).ids);
	assert_same(r, &r->pool, &r->set);
}

static void many_are_taken_off_at_once(void **state)
{
	struct rig *r = *state;
	const struct kernel *k = kernel_named(STR(""));
	static const u32 counts[] = { 1, 8, 9, 3000, 60000 };
	for (size_t c = 0; c < ARRAY_LEN(counts); c++)
		for (size_t block = 0; block < BLOCKS; block++) {
			u64 bits[BLOCK_WORDS] = { 0 };
			u16 *ids = ARENA_ARRAY(r->a, u16, BLOCK_SIZE);
			u32 n = 0;
			live_on(r, 20000);
			for (u32 i = 0; i < counts[c]; i++) {
				u32 id = (u32)dice(r, BLOCK_SIZE);
				bits[id >> 6] |= (u64)1 << (id & 63);
			}
			for (u32 i = 0; i < BLOCK_SIZE; i++)
				if (bits[i >> 6] >> (i & 63) & 1) {
					ids[n++] = (u16)i;
					r->in[block * BLOCK_SIZE + i] = 0;
				}
			set_without(&r->pool, &r->set, block, bits, ids, n, k);
			assert_same(r, &r->pool, &r->set);
		}
}

static void files_are_what_roaring_reads_and_writes(void **state)
{
	struct rig *r = *state;
	live_on(r, 60000);
	size_t bytes = set_portable_bytes(&r->pool, &r->set), n;
	u8 *file = ARENA_ARRAY(r->a, u8, bytes);
	set_portable_write(&r->pool, &r->set, file);
	roaring_bitmap_t *theirs = roaring_bitmap_portable_deserialize_safe((const char *)file, bytes);
	assert_non_null(theirs);
	assert_int_equal(roaring_bitmap_get_cardinality(theirs), set_count(&r->pool, &r->set));
	for (u32 i = 0; i < NUMBERS; i++)
		assert_int_equal(roaring_bitmap_contains(theirs, i), r->in[i]);
	n = roaring_bitmap_portable_size_in_bytes(theirs);
	char *written = arena_alloc(r->a, n);
	roaring_bitmap_portable_serialize(theirs, written);
	struct set back;
	assert_true(set_portable_read(&r->pool, (str){ written, n }, &back));
	assert_same(r, &r->pool, &back);
	roaring_bitmap_free(theirs);
	struct set none = { 0 };
	assert_int_equal(set_portable_bytes(&r->pool, &none), 8);
	set_portable_write(&r->pool, &none, file);
	assert_true(set_portable_read(&r->pool, (str){ (char *)file, 8 }, &back));
	assert_int_equal(set_count(&r->pool, &back), 0);
}

static void damaged_files_are_refused(void **state)
{
	struct rig *r = *state;
	struct set back;
	live_on(r, 20000);
	size_t bytes = set_portable_bytes(&r->pool, &r->set);
	char *file = arena_alloc(r->a, bytes + 1), *bad = arena_alloc(r->a, bytes + 1);
	set_portable_write(&r->pool, &r->set, (u8 *)file);
	for (size_t n = 0; n < bytes; n += n < 64 ? 1 : 997)
		assert_false(set_portable_read(&r->pool, (str){ file, n }, &back));
	assert_false(set_portable_read(&r->pool, (str){ file, bytes + 1 }, &back));
	/* Head, keys and places: any changed bit is seen. Inside the parts the file's checksum watches. */
	for (size_t bit = 0; bit < (8 + 3 * 8) * 8; bit++) {
		memcpy(bad, file, bytes);
		bad[bit / 8] = (char)(bad[bit / 8] ^ 1 << (bit % 8));
		struct set s;
		if (set_portable_read(&r->pool, (str){ bad, bytes }, &s)) /* a key moved to a free place is a file, too */
			assert_true(bit / 8 >= 8 && bit / 8 < 8 + 3 * 4);
	}
}

/* ---- columns ---- */

static void columns_keep_every_value(void **state)
{
	struct rig *r = *state;
	struct mill mill = { .arena = r->a };
	i64 *plain = ARENA_ARRAY(r->a, i64, BLOCK_SIZE);
	static const i64 edges[] = { INT64_MIN + 1, INT64_MAX, 0, -1, 255, 256, 65535, 65536, (i64)1 << 32, NIL };
	for (int round = 0; round < 10; round++) {
		struct column c = { 0 };
		for (size_t i = 0; i < BLOCK_SIZE; i++)
			plain[i] = NIL;
		for (int i = 0; i < 30000; i++) {
			size_t at = dice(r, BLOCK_SIZE);
			i64 spread = (i64)1 << dice(r, (u64)(round < 5 ? 4 + 12 * round : 60));
			i64 v = dice(r, 6) == 0 ? NIL : round == 9 ? edges[dice(r, ARRAY_LEN(edges))] : (i64)dice(r, (u64)spread) + (round % 2 ? -spread / 2 : 1700000000);
			plain[at] = v;
			column_put(&mill, &c, at, v);
		}
		for (int packed = 0; packed < 2; packed++) {
			for (size_t i = 0; i < BLOCK_SIZE; i++)
				assert_int_equal(column_get(&c, i), plain[i]);
			i64 lo = plain[dice(r, BLOCK_SIZE)], hi = plain[dice(r, BLOCK_SIZE)];
			u64 low, span, all[BLOCK_WORDS], out[BLOCK_WORDS];
			memset(all, 0xff, sizeof(all));
			lo = lo == NIL ? 5 : lo;
			hi = hi == NIL ? 5 : hi;
			u32 n = column_range(&c, lo, hi, &low, &span) ? column_between(kernel_named(STR("")), &c, low, span, all, out) : 0, want = 0;
			for (size_t i = 0; i < BLOCK_SIZE; i++)
				want += plain[i] != NIL && lo <= plain[i] && plain[i] <= hi;
			assert_int_equal(n, want);
			column_pack(&mill, &c);
		}
		column_put(&mill, &c, 7, 3); /* and lives on after packing */
		assert_int_equal(column_get(&c, 7), 3);
	}
}

static void columns_are_as_narrow_as_they_can(void **state)
{
	struct rig *r = *state;
	struct mill mill = { .arena = r->a };
	static const struct { i64 most; int width; } cases[] = { { 254, 1 }, { 255, 2 }, { 65534, 2 }, { 65535, 4 }, { UINT32_MAX - 1, 4 }, { UINT32_MAX, 8 } };
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct column c = { 0 }, code = { .fixed = true };
		column_put(&mill, &c, 0, 1000);
		column_put(&mill, &c, 1, 1000 + cases[i].most);
		column_put(&mill, &c, 2, INT64_MAX / 2);
		column_put(&mill, &c, 2, NIL);
		column_pack(&mill, &c);
		assert_int_equal(c.width, cases[i].width);
		assert_int_equal(c.min, 1000);
		assert_int_equal(c.max, 1000 + cases[i].most);
		column_put(&mill, &code, 9, cases[i].most + 1);
		assert_int_equal(code.width, cases[i].width);
		assert_int_equal(column_raw(&code, 9), cases[i].most + 1);
		column_put(&mill, &code, 9, NIL);
		column_pack(&mill, &code);
		assert_null(code.v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, drop)
		T(sets_hold_what_was_put_in), T(arrays_end_at_their_border), T(many_are_taken_off_at_once),
		T(files_are_what_roaring_reads_and_writes), T(damaged_files_are_refused), T(columns_keep_every_value),
		T(columns_are_as_narrow_as_they_can),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
