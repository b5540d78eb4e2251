/*
 * The tree on the index, block by block: the whole expression over 65,536 numbers at a time, in bitsets
 * that stay in the first cache.
 *
 * Every part is asked only about the numbers that still matter (mask): an `and` narrows it, an `or` takes
 * out what is in already, and an empty one ends the block. Columns skip blocks by their least and greatest
 * value, and words of the mask that are empty; parts are asked in the order of what they cost.
 */
#include "core/audience/audience_index_int.h"

#include <roaring/containers/containers.h>
#include <roaring/roaring.h>
#include <stdlib.h>

#define SPARSE_BITS 8 /* fewer candidates in a word: look at each */

struct node {
	const struct expr *e;
	struct node **of;
	size_t n;
	int cost;
	u64 *left, *part; /* scratch of joints */
	struct expr_range *ranges;
	size_t range_count;
	u8 *wanted; /* by code */
	const roaring_bitmap_t **maps;
	size_t map_count;
	struct kind_days *kind;
	const struct value_column *value; /* NULL: a column of the block */
	i64 from, to;
};

struct eval {
	struct corp_index *ci;
	struct arena *arena;
	const struct expr_today *today;
	u32 *counts; /* BLOCK_SIZE, when an event is counted */
};

/* ---- binding: names of values become places in the index ---- */

static int by_cost(const void *a, const void *b)
{
	return (*(struct node *const *)a)->cost - (*(struct node *const *)b)->cost;
}

static void bind_codes(struct eval *ev, struct node *n)
{
	const struct expr *e = n->e;
	const struct code_dict *d = n->value ? &n->value->dict : &ev->ci->dicts[e->attr->col];
	bool all = e->cmp == CMP_NE || e->cmp == CMP_KNOWN;
	n->wanted = ARENA_ARRAY(ev->arena, u8, d->n + 1);
	memset(n->wanted + 1, all, d->n);
	n->wanted[0] = e->cmp == CMP_UNKNOWN;
	for (size_t i = 0; i < e->count; i++) {
		i64 code = 0;
		if (e->attr->type == EXPR_TEXT)
			code = (i64)(intptr_t)map_get(&d->by_text, e->values[i].text);
		else
			imap_get(&d->by_id, e->values[i].n, &code);
		if (code)
			n->wanted[code] = !all;
	}
}

static void bind_tags(struct eval *ev, struct node *n)
{
	n->maps = ARENA_ARRAY(ev->arena, const roaring_bitmap_t *, n->e->count + 1);
	for (size_t i = 0; i < n->e->count; i++) {
		const roaring_bitmap_t *r = index_map(&ev->ci->tags, n->e->values[i].n);
		if (r || n->e->how == TAG_ALL)
			n->maps[n->map_count++] = r;
	}
}

static void bind_condition(struct eval *ev, struct node *n)
{
	const struct expr *e = n->e;
	n->from = INT64_MIN;
	n->to = INT64_MAX;
	if (e->op == EXPR_ATTR && e->attr->value)
		n->value = index_value(ev->ci, e->attr->value);
	if (e->op == EXPR_TAG) {
		n->cost = 1 + (int)(e->count / 4);
		bind_tags(ev, n);
	} else if (e->op == EXPR_DID) {
		n->cost = 1000;
		n->kind = index_kind(ev->ci, e->event);
		expr_window(e, ev->today, &n->from, &n->to);
		if (!ev->counts)
			ev->counts = ARENA_ARRAY(ev->arena, u32, BLOCK_SIZE);
	} else if (e->op == EXPR_ATTR && e->attr->type < EXPR_TEXT) {
		n->cost = 100;
		n->ranges = expr_ranges(ev->arena, e, ev->today, &n->range_count);
	} else if (e->op == EXPR_ATTR && e->attr->type != EXPR_FLAG) {
		n->cost = 60;
		bind_codes(ev, n);
	}
}

static struct node *bind(struct eval *ev, const struct expr *e)
{
	struct node *n = ARENA_NEW(ev->arena, struct node);
	n->e = e;
	n->n = e->n;
	if (e->n == 0) {
		bind_condition(ev, n);
		return n;
	}
	n->of = ARENA_ARRAY(ev->arena, struct node *, e->n);
	n->left = ARENA_ARRAY(ev->arena, u64, BLOCK_WORDS);
	n->part = ARENA_ARRAY(ev->arena, u64, BLOCK_WORDS);
	for (size_t i = 0; i < e->n; i++) {
		n->of[i] = bind(ev, e->of[i]);
		n->cost += n->of[i]->cost;
	}
	qsort(n->of, e->n, sizeof(*n->of), by_cost);
	return n;
}

/* ---- bitmaps ---- */

/* The container of a block, or NULL. */
static const void *container(const roaring_bitmap_t *r, size_t block, u8 *ret_type)
{
	const roaring_array_t *ra = &r->high_low_container;
	i32 lo = 0, hi = ra->size - 1;
	while (lo <= hi) {
		i32 mid = (lo + hi) / 2;
		if (ra->keys[mid] == block) {
			*ret_type = ra->typecodes[mid];
			return ra->containers[mid];
		}
		if (ra->keys[mid] < block)
			lo = mid + 1;
		else
			hi = mid - 1;
	}
	return NULL;
}

static void run_set(u64 *bits, u32 from, u32 to)
{
	for (u32 i = from; i <= to; i++)
		bits[i >> 6] |= (u64)1 << (i & 63);
}

/* bits |= the bitmap's part of the block */
static void map_or(const roaring_bitmap_t *r, size_t block, u64 *bits)
{
	u8 type = 0;
	const void *c = r ? container(r, block, &type) : NULL;
	if (!c)
		return;
	if (type == BITSET_CONTAINER_TYPE_CODE) {
		const u64 *from = ((const bitset_container_t *)c)->array;
		for (size_t i = 0; i < BLOCK_WORDS; i++)
			bits[i] |= from[i];
	} else if (type == ARRAY_CONTAINER_TYPE_CODE) {
		const array_container_t *array = c;
		for (i32 i = 0; i < array->cardinality; i++)
			bits[array->array[i] >> 6] |= (u64)1 << (array->array[i] & 63);
	} else {
		const run_container_t *runs = c;
		for (i32 i = 0; i < runs->n_runs; i++)
			run_set(bits, runs->runs[i].value, (u32)runs->runs[i].value + runs->runs[i].length);
	}
}

static void tags_eval(const struct node *n, size_t block, const u64 *mask, u64 *out)
{
	u64 any[BLOCK_WORDS];
	if (n->e->how == TAG_ALL) {
		memcpy(out, mask, sizeof(any));
		for (size_t i = 0; i < n->map_count; i++) {
			memset(any, 0, sizeof(any));
			map_or(n->maps[i], block, any);
			for (size_t w = 0; w < BLOCK_WORDS; w++)
				out[w] &= any[w];
		}
		return;
	}
	memset(any, 0, sizeof(any));
	for (size_t i = 0; i < n->map_count; i++)
		map_or(n->maps[i], block, any);
	u64 turn = n->e->how == TAG_NONE ? ~(u64)0 : 0;
	for (size_t w = 0; w < BLOCK_WORDS; w++)
		out[w] = mask[w] & (any[w] ^ turn);
}

/* ---- columns ---- */

/* out |= mask where lo <= v <= hi; unknown lies below every range. */
static void range_eval(const i64 *v, struct expr_range r, const u64 *mask, u64 *out)
{
	u64 span = (u64)r.hi - (u64)r.lo;
	for (size_t w = 0; w < BLOCK_WORDS; w++) {
		u64 m = mask[w], hit = 0;
		const i64 *at = v + w * 64;
		if (m == 0)
			continue;
		if (__builtin_popcountll(m) <= SPARSE_BITS) {
			for (; m; m &= m - 1) {
				int i = __builtin_ctzll(m);
				hit |= (u64)((u64)at[i] - (u64)r.lo <= span) << i;
			}
		} else {
			for (int i = 0; i < 64; i++)
				hit |= (u64)((u64)at[i] - (u64)r.lo <= span) << i;
		}
		out[w] |= hit & mask[w];
	}
}

static void column_eval(const struct node *n, const struct column *c, const u64 *mask, u64 *out)
{
	bool unknown = n->e->cmp == CMP_UNKNOWN;
	memset(out, 0, BLOCK_WORDS * sizeof(*out));
	if (!c->v && unknown)
		memcpy(out, mask, BLOCK_WORDS * sizeof(*out));
	if (!c->v)
		return;
	if (unknown) {
		range_eval(c->v, (struct expr_range){ NIL, NIL }, mask, out);
		return;
	}
	for (size_t i = 0; i < n->range_count; i++) {
		struct expr_range r = n->ranges[i];
		if (r.lo <= r.hi && r.lo <= c->max && r.hi >= c->min)
			range_eval(c->v, r, mask, out);
	}
}

static void codes_eval(const struct node *n, const u32 *codes, const u64 *mask, u64 *out)
{
	const u8 *wanted = n->wanted;
	if (!codes) {
		for (size_t w = 0; w < BLOCK_WORDS; w++)
			out[w] = wanted[0] ? mask[w] : 0;
		return;
	}
	for (size_t w = 0; w < BLOCK_WORDS; w++) {
		u64 m = mask[w], hit = 0;
		const u32 *at = codes + w * 64;
		if (m && __builtin_popcountll(m) <= SPARSE_BITS) {
			for (u64 left = m; left; left &= left - 1)
				hit |= (u64)wanted[at[__builtin_ctzll(left)]] << __builtin_ctzll(left);
		} else if (m) {
			for (int i = 0; i < 64; i++)
				hit |= (u64)wanted[at[i]] << i;
		}
		out[w] = hit & m;
	}
}

static void flag_eval(const struct node *n, const struct block *b, const u64 *mask, u64 *out)
{
	const struct expr *e = n->e;
	const u64 *bits = b->flags[FLAG_WECOM];
	u64 turn = 0;
	if (e->op == EXPR_REACH) {
		bits = str_eq(e->name, STR("sms")) ? b->flags[FLAG_SMS] : bits;
	} else if (e->cmp >= CMP_KNOWN) {
		for (size_t w = 0; w < BLOCK_WORDS; w++)
			out[w] = e->cmp == CMP_KNOWN ? mask[w] : 0;
		return;
	} else {
		bits = b->flags[e->attr->col];
		turn = (e->values[0].n != 0) == (e->cmp == CMP_EQ) ? 0 : ~(u64)0;
	}
	for (size_t w = 0; w < BLOCK_WORDS; w++)
		out[w] = mask[w] & (bits[w] ^ turn);
}

/* A flag of attr_value is the number 1; nothing known is "no". */
static void value_flag_eval(const struct node *n, const struct column *c, const u64 *mask, u64 *out)
{
	const struct expr *e = n->e;
	u64 turn = 0;
	memset(out, 0, BLOCK_WORDS * sizeof(*out));
	if (e->cmp < CMP_KNOWN && c->v)
		range_eval(c->v, (struct expr_range){ 1, 1 }, mask, out);
	if (e->cmp == CMP_KNOWN || (e->cmp < CMP_KNOWN && (e->values[0].n != 0) != (e->cmp == CMP_EQ)))
		turn = ~(u64)0;
	for (size_t w = 0; w < BLOCK_WORDS; w++)
		out[w] = mask[w] & (out[w] ^ turn);
}

static void value_eval(const struct node *n, size_t block, const u64 *mask, u64 *out)
{
	const struct value_block *v = index_value_block(n->value, block);
	if (n->e->attr->type == EXPR_FLAG)
		value_flag_eval(n, &v->numbers, mask, out);
	else if (n->e->attr->type == EXPR_TEXT)
		codes_eval(n, v->codes, mask, out);
	else
		column_eval(n, &v->numbers, mask, out);
}

/* ---- events ---- */

static void times_add(const roaring_bitmap_t *r, size_t block, u32 times, u32 *counts)
{
	u64 bits[BLOCK_WORDS];
	u8 type = 0;
	const void *c = container(r, block, &type);
	if (!c)
		return;
	if (type == ARRAY_CONTAINER_TYPE_CODE) {
		const array_container_t *array = c;
		for (i32 i = 0; i < array->cardinality; i++)
			counts[array->array[i]] += times;
		return;
	}
	memset(bits, 0, sizeof(bits));
	map_or(r, block, bits);
	for (size_t w = 0; w < BLOCK_WORDS; w++)
		for (u64 m = bits[w]; m; m &= m - 1)
			counts[w * 64 + (size_t)__builtin_ctzll(m)] += times;
}

/* Whether it matters only if it ever happened: then no counting. */
static bool only_whether(const struct expr *e, bool *ret_wanted)
{
	bool none = expr_count_holds(e, 0), once = expr_count_holds(e, 1);
	i64 n = e->values[0].n;
	*ret_wanted = once;
	return none != once && (n == 0 || (n == 1 && (e->cmp == CMP_GE || e->cmp == CMP_LT)));
}

static void did_eval(struct eval *ev, const struct node *n, size_t block, const u64 *mask, u64 *out)
{
	bool wanted, whether = only_whether(n->e, &wanted);
	const struct kind_days *k = n->kind;
	memset(out, 0, BLOCK_WORDS * sizeof(*out));
	if (!whether)
		memset(ev->counts, 0, BLOCK_SIZE * sizeof(*ev->counts));
	for (size_t i = 0; i < k->days.n; i++) {
		const struct day *d = &k->days.v[i];
		if (d->day < n->from || d->day > n->to)
			continue;
		for (int p = 0; p < DAY_PLANES; p++) {
			if (d->planes[p] && whether)
				map_or(d->planes[p], block, out);
			else if (d->planes[p])
				times_add(d->planes[p], block, (u32)1 << p, ev->counts);
		}
	}
	for (size_t w = 0; w < BLOCK_WORDS; w++) {
		if (whether) {
			out[w] = mask[w] & (wanted ? out[w] : ~out[w]);
			continue;
		}
		for (u64 m = mask[w]; m; m &= m - 1) {
			int at = __builtin_ctzll(m);
			out[w] |= (u64)expr_count_holds(n->e, ev->counts[w * 64 + (size_t)at]) << at;
		}
	}
}

/* ---- joints ---- */

static bool none_left(const u64 *bits)
{
	u64 any = 0;
	for (size_t w = 0; w < BLOCK_WORDS; w++)
		any |= bits[w];
	return any == 0;
}

static void node_eval(struct eval *ev, const struct node *n, size_t block, const u64 *mask, u64 *out);

static void or_eval(struct eval *ev, const struct node *n, size_t block, const u64 *mask, u64 *out)
{
	memcpy(n->left, mask, BLOCK_WORDS * sizeof(*out));
	memset(out, 0, BLOCK_WORDS * sizeof(*out));
	for (size_t i = 0; i < n->n; i++) {
		node_eval(ev, n->of[i], block, n->left, n->part);
		for (size_t w = 0; w < BLOCK_WORDS; w++) {
			out[w] |= n->part[w];
			n->left[w] &= ~n->part[w];
		}
		if (none_left(n->left))
			return;
	}
}

static void and_eval(struct eval *ev, const struct node *n, size_t block, const u64 *mask, u64 *out)
{
	memcpy(out, mask, BLOCK_WORDS * sizeof(*out));
	for (size_t i = 0; i < n->n && !none_left(out); i++) {
		node_eval(ev, n->of[i], block, out, n->part);
		memcpy(out, n->part, BLOCK_WORDS * sizeof(*out));
	}
}

/* out = the numbers of mask for which the node holds */
static void node_eval(struct eval *ev, const struct node *n, size_t block, const u64 *mask, u64 *out)
{
	const struct block *b = ev->ci->blocks[block];
	switch (n->e->op) {
	case EXPR_AND:
	case EXPR_AUDIENCE:
		and_eval(ev, n, block, mask, out);
		break;
	case EXPR_OR:
		or_eval(ev, n, block, mask, out);
		break;
	case EXPR_NOT:
		node_eval(ev, n->of[0], block, mask, n->part);
		for (size_t w = 0; w < BLOCK_WORDS; w++)
			out[w] = mask[w] & ~n->part[w];
		break;
	case EXPR_TAG:
		tags_eval(n, block, mask, out);
		break;
	case EXPR_DID:
		did_eval(ev, n, block, mask, out);
		break;
	default:
		if (n->value)
			value_eval(n, block, mask, out);
		else if (n->e->op == EXPR_REACH || n->e->attr->type == EXPR_FLAG)
			flag_eval(n, b, mask, out);
		else if (n->e->attr->type < EXPR_TEXT)
			column_eval(n, &b->cols[n->e->attr->col], mask, out);
		else
			codes_eval(n, b->codes[n->e->attr->col], mask, out);
	}
}

static i64 bits_count(const u64 *bits)
{
	i64 n = 0;
	for (size_t w = 0; w < BLOCK_WORDS; w++)
		n += __builtin_popcountll(bits[w]);
	return n;
}

/* The living of a block whom the viewer may see. */
static void seen_in(const struct corp_index *ci, size_t block, const struct ids *scope, u64 *ret)
{
	u64 any[BLOCK_WORDS];
	memcpy(ret, ci->blocks[block]->live, sizeof(any));
	if (!scope)
		return;
	memset(any, 0, sizeof(any));
	for (size_t i = 0; i < scope->n; i++)
		map_or(index_map(&ci->staff, scope->v[i]), block, any);
	for (size_t w = 0; w < BLOCK_WORDS; w++)
		ret[w] &= any[w];
}

void expr_eval(struct corp_index *ci, struct arena *a, const struct expr *e, const struct expr_today *t,
	       const struct ids *scope, struct eval_result *ret)
{
	struct eval ev = { ci, a, t, NULL };
	struct node *root = bind(&ev, e);
	u64 mask[BLOCK_WORDS];
	*ret = (struct eval_result){ ARENA_ARRAY(a, u64, ci->block_count * BLOCK_WORDS + 1), ci->block_count, 0, 0 };
	for (size_t k = 0; k < ci->block_count; k++) {
		u64 *out = ret->bits + k * BLOCK_WORDS;
		if (!ci->blocks[k])
			continue;
		seen_in(ci, k, scope, mask);
		i64 seen = bits_count(mask);
		if (seen == 0)
			continue;
		node_eval(&ev, root, k, mask, out);
		ret->total += seen;
		ret->count += bits_count(out);
	}
}
