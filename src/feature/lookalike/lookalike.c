/*
 * The arithmetic: weights, who is held out, the best n, ranks in classes.
 */
#include "feature/lookalike/lookalike.h"

#include "base/hash.h"

#include <math.h>
#include <stdlib.h>

#define PERSON_BYTES 16

i64 lookalike_weight(i64 seed_n, i64 seed, i64 base_n, i64 base)
{
	double p = (double)base_n / (double)base, k = LOOKALIKE_SMOOTHING;
	return (i64)llround(LOOKALIKE_ONE * log(((double)seed_n + k * p) / ((double)seed + k) / p));
}

bool lookalike_held_out(i64 pack, i64 customer)
{
	return hash_mix(hash_mix((u64)pack) ^ (u64)customer) % LOOKALIKE_FOLDS == 0;
}

/* ---- the best n: the worst of them is on top of the heap ---- */

static bool worse(struct lookalike_person a, struct lookalike_person b)
{
	return a.score != b.score ? a.score < b.score : a.customer > b.customer;
}

static void swap(struct lookalike_person *a, struct lookalike_person *b)
{
	struct lookalike_person t = *a;
	*a = *b;
	*b = t;
}

static void sink(struct lookalike_person *v, size_t n, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && worse(v[child + 1], v[child]))
			child++;
		if (!worse(v[child], v[at]))
			return;
		swap(&v[child], &v[at]);
	}
}

void lookalike_best_add(struct lookalike_best *b, struct lookalike_person p)
{
	if (b->n < b->max) {
		size_t at = b->n++;
		b->v[at] = p;
		for (; at && worse(b->v[at], b->v[(at - 1) / 2]); at = (at - 1) / 2)
			swap(&b->v[at], &b->v[(at - 1) / 2]);
	} else if (b->max && worse(b->v[0], p)) {
		b->v[0] = p;
		sink(b->v, b->n, 0);
	}
}

static int best_first(const void *a, const void *b)
{
	const struct lookalike_person *x = a, *y = b;
	return worse(*x, *y) ? 1 : worse(*y, *x) ? -1 : 0;
}

void lookalike_best_sort(struct lookalike_best *b)
{
	if (b->n)
		qsort(b->v, b->n, sizeof(*b->v), best_first);
}

/* ---- as stored: little-endian pairs ---- */

static void put(char *at, u64 v)
{
	for (int i = 0; i < 8; i++)
		at[i] = (char)(v >> (8 * i));
}

static u64 take(const char *at)
{
	u64 v = 0;
	for (int i = 7; i >= 0; i--)
		v = v << 8 | (u8)at[i];
	return v;
}

str lookalike_pack_people(struct arena *a, const struct lookalike_person *v, size_t n)
{
	char *p = arena_alloc(a, n * PERSON_BYTES + 1);
	for (size_t i = 0; i < n; i++) {
		put(p + i * PERSON_BYTES, (u64)v[i].score);
		put(p + i * PERSON_BYTES + 8, (u64)v[i].customer);
	}
	return str_of(p, n * PERSON_BYTES);
}

size_t lookalike_unpack_people(str bytes, struct lookalike_person ret[LOOKALIKE_CHUNK])
{
	size_t n = bytes.n / PERSON_BYTES;
	n = n < LOOKALIKE_CHUNK ? n : LOOKALIKE_CHUNK;
	for (size_t i = 0; i < n; i++)
		ret[i] = (struct lookalike_person){ (i64)take(bytes.p + i * PERSON_BYTES),
						    (i64)take(bytes.p + i * PERSON_BYTES + 8) };
	return n;
}

/* ---- ranks ---- */

void lookalike_ranks_init(struct lookalike_ranks *r, struct arena *a, i64 lo, i64 hi)
{
	*r = (struct lookalike_ranks){ .lo = lo, .hi = hi > lo ? hi : lo + 1, .all = ARENA_ARRAY(a, i64, LOOKALIKE_BINS),
				       .hits = ARENA_ARRAY(a, i64, LOOKALIKE_BINS) };
}

void lookalike_ranks_add(struct lookalike_ranks *r, i64 score, bool held)
{
	i64 at = (score - r->lo) * (LOOKALIKE_BINS - 1) / (r->hi - r->lo);
	at = int_max(0, int_min(LOOKALIKE_BINS - 1, at));
	r->all[at]++;
	r->hits[at] += held;
	r->people++;
	r->held += held;
}

double lookalike_recall(const struct lookalike_ranks *r, double part)
{
	double left = part * (double)r->people, found = 0;
	if (!r->held)
		return 0;
	for (size_t i = LOOKALIKE_BINS; i-- > 0 && left > 0;) {
		double n = (double)r->all[i];
		if (n <= 0)
			continue;
		double share = left < n ? left / n : 1;
		found += share * (double)r->hits[i];
		left -= n;
	}
	return found / (double)r->held;
}
