/*
 * The tree on the index, block by block: the whole expression over 65,536 numbers at a time, in arrays and
 * bitsets that stay in the first caches.
 *
 * Every part is asked only about the numbers that still matter (in) and answers with those of them for which it
 * holds. An `and` asks the part with the fewest numbers in this block first, so the smallest drives: tags know
 * how many they have, columns guess from their bounds. Columns skip blocks by their bounds; few candidates are
 * looked up one by one, many are compared by a kernel. A span given out lies in the room of its node, in the
 * index, or in the span that came in.
 */
#include "core/audience/expr_eval.h"

#include <stdlib.h>

#define FEW 2048      /* candidates looked up one by one rather than compared all */
#define RUNS_MAX 4    /* wanted codes in so many runs are compared as ranges */
#define LISTS_MAX 512 /* wanted codes taken from posting lists */
#define ALL ((u32)BLOCK_SIZE)

struct room { u64 bits[BLOCK_WORDS]; u16 ids[PART_MOST + KERNEL_EXTRA]; };
struct run { u32 from, to; };

struct node {
	const struct expr *e;
	struct node **of;
	size_t n;
	u32 cost, guess; /* of evaluating; how many of this block it may leave */
	struct room *room;
	u32 *order; /* of joints, for this block */
	struct expr_range *ranges;
	size_t range_count;
	u64 *wanted; /* bit per code */
	u32 *codes;  /* the wanted ones; NULL: too many for lists */
	size_t code_count;
	struct run runs[RUNS_MAX];
	size_t run_count; /* RUNS_MAX + 1: more */
	bool unknown_wanted;
	const struct set **sets;
	size_t set_count;
	bool some_missing; /* a tag nobody has */
	const struct kind_days *kind;
	const struct value_column *value;
	i64 from, to;
};

struct eval {
	const struct corp_index *ci;
	const struct kernel *k;
	struct arena *arena;
	const struct expr_today *today;
	struct node *root;
	const struct set **scope; /* NULL: everybody */
	size_t scope_count;
	u64 *seen, *marks, *spare; /* marks: nothing on between uses */
	u32 *counts;               /* BLOCK_SIZE, when an event is counted */
	u16 *list;                 /* for taking a bitset out */
};

/* ---- binding: names of values become places in the index ---- */

static u64 bit_of(u32 i) { return (u64)1 << (i & 63); }

static const struct code_dict *dict_of(const struct eval *ev, const struct node *n)
{
	return n->value ? &n->value->dict : &ev->ci->dicts[n->e->attr->col];
}

static void codes_runs(struct node *n, u32 count)
{
	for (u32 c = 0; c <= count && n->run_count <= RUNS_MAX; c++) {
		bool on = n->wanted[c >> 6] & bit_of(c);
		if (on && (c == 0 || !(n->wanted[(c - 1) >> 6] & bit_of(c - 1)))) {
			if (n->run_count < RUNS_MAX)
				n->runs[n->run_count].from = c;
			n->run_count++;
		}
		if (on && n->run_count <= RUNS_MAX)
			n->runs[n->run_count - 1].to = c;
	}
}

static void bind_codes(struct eval *ev, struct node *n)
{
	const struct expr *e = n->e;
	const struct code_dict *d = dict_of(ev, n);
	bool all = e->cmp == CMP_NE || e->cmp == CMP_KNOWN;
	size_t words = (d->n < BLOCK_SIZE ? BLOCK_SIZE : d->n + 1) / 64 + 1;
	n->wanted = ARENA_ARRAY(ev->arena, u64, words);
	n->unknown_wanted = e->cmp == CMP_UNKNOWN;
	if (all)
		memset(n->wanted, 0xff, (d->n / 64 + 1) * sizeof(u64));
	n->wanted[0] = (n->wanted[0] & ~(u64)1) | n->unknown_wanted;
	if (!all && !n->unknown_wanted && e->count <= LISTS_MAX)
		n->codes = ARENA_ARRAY(ev->arena, u32, e->count + 1);
	for (size_t i = 0; i < e->count; i++) {
		i64 code = 0;
		if (e->attr->type == EXPR_TEXT)
			code = (i64)(intptr_t)map_get(&d->by_text, e->values[i].text);
		else
			imap_get(&d->by_id, e->values[i].n, &code);
		if (!code)
			continue;
		if (n->codes && !(n->wanted[code >> 6] & bit_of((u32)code)))
			n->codes[n->code_count++] = (u32)code;
		n->wanted[code >> 6] = all ? n->wanted[code >> 6] & ~bit_of((u32)code) : n->wanted[code >> 6] | bit_of((u32)code);
	}
	codes_runs(n, d->n);
}

static void bind_tags(struct eval *ev, struct node *n)
{
	n->sets = ARENA_ARRAY(ev->arena, const struct set *, n->e->count + 1);
	for (size_t i = 0; i < n->e->count; i++) {
		const struct set *s = index_set(&ev->ci->tags, n->e->values[i].n);
		if (s)
			n->sets[n->set_count++] = s;
		else
			n->some_missing = true;
	}
}

static void bind_ranges(struct eval *ev, struct node *n)
{
	const struct expr *e = n->e;
	n->ranges = expr_ranges(ev->arena, e, ev->today, &n->range_count);
	for (size_t i = 0; i < n->range_count && e->attr->type == EXPR_TIME; i++) {
		/* Ranges of moments begin and end with whole seconds. */
		n->ranges[i].lo = -expr_seconds(-n->ranges[i].lo);
		n->ranges[i].hi = expr_seconds(n->ranges[i].hi);
	}
}

static void bind_condition(struct eval *ev, struct node *n)
{
	const struct expr *e = n->e;
	n->from = INT64_MIN;
	n->to = INT64_MAX;
	n->cost = 1;
	if (e->op == EXPR_ATTR && e->attr->value)
		n->value = index_value(ev->ci, e->attr->value);
	if (e->op == EXPR_TAG) {
		bind_tags(ev, n);
	} else if (e->op == EXPR_DID) {
		n->cost = 1000;
		n->kind = index_kind(ev->ci, e->event);
		expr_window(e, ev->today, &n->from, &n->to);
		if (!ev->counts)
			ev->counts = ARENA_ARRAY(ev->arena, u32, BLOCK_SIZE);
	} else if (e->op == EXPR_ATTR && e->attr->type < EXPR_TEXT) {
		n->cost = !n->value && e->attr->col == COL_AOV ? 300 : 100;
		bind_ranges(ev, n);
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
	n->room = ARENA_NEW(ev->arena, struct room);
	if (e->n == 0) {
		bind_condition(ev, n);
		return n;
	}
	n->of = ARENA_ARRAY(ev->arena, struct node *, e->n);
	n->order = ARENA_ARRAY(ev->arena, u32, e->n);
	for (size_t i = 0; i < e->n; i++) {
		n->of[i] = bind(ev, e->of[i]);
		n->cost += n->of[i]->cost;
		n->order[i] = (u32)i;
	}
	return n;
}

/* ---- spans ---- */

void span_bits(const struct kernel *k, struct span s, u64 *ret)
{
	if (s.n && s.bits) {
		memcpy(ret, s.bits, BLOCK_WORDS * sizeof(*ret));
		return;
	}
	memset(ret, 0, BLOCK_WORDS * sizeof(*ret));
	if (s.n)
		k->scatter(s.ids, s.n, ret);
}

static void marks_clear(struct eval *ev, const u16 *ids, u32 n)
{
	for (u32 i = 0; i < n; i++)
		ev->marks[ids[i] >> 6] = 0;
}

static struct span of_ids(const u16 *ids, u32 n) { return (struct span){ n, ids, NULL }; }
static struct span of_bits(const u64 *bits, u32 n) { return (struct span){ n, NULL, bits }; }

/* in and x, in the room */
static struct span keep(struct eval *ev, struct room *r, struct span in, struct span x)
{
	if (!in.n || !x.n)
		return (struct span){ 0 };
	if (in.bits && x.bits)
		return of_bits(r->bits, ev->k->both(in.bits, x.bits, r->bits));
	if (in.bits)
		return of_ids(r->ids, ev->k->probe(x.ids, x.n, in.bits, 1, r->ids));
	if (x.bits)
		return of_ids(r->ids, ev->k->probe(in.ids, in.n, x.bits, 1, r->ids));
	struct span few = in.n < x.n ? in : x, many = in.n < x.n ? x : in;
	ev->k->scatter(few.ids, few.n, ev->marks);
	/* many may lie in the room itself; few is cleared first when it does */
	u32 n;
	if (few.ids == r->ids) {
		memcpy(ev->list, few.ids, few.n * sizeof(u16));
		n = ev->k->probe(many.ids, many.n, ev->marks, 1, r->ids);
		marks_clear(ev, ev->list, few.n);
	} else {
		n = ev->k->probe(many.ids, many.n, ev->marks, 1, r->ids);
		marks_clear(ev, few.ids, few.n);
	}
	return of_ids(r->ids, n);
}

/* in without x, in the room */
static struct span drop(struct eval *ev, struct room *r, struct span in, struct span x)
{
	if (!in.n || !x.n)
		return in;
	if (in.bits && x.bits)
		return of_bits(r->bits, ev->k->without(in.bits, x.bits, r->bits));
	if (in.bits) {
		u32 n = in.n;
		if (in.bits != r->bits)
			memcpy(r->bits, in.bits, sizeof(r->bits));
		for (u32 i = 0; i < x.n; i++) {
			u64 bit = bit_of(x.ids[i]);
			n -= (r->bits[x.ids[i] >> 6] & bit) != 0;
			r->bits[x.ids[i] >> 6] &= ~bit;
		}
		return of_bits(r->bits, n);
	}
	if (x.bits)
		return of_ids(r->ids, ev->k->probe(in.ids, in.n, x.bits, 0, r->ids));
	ev->k->scatter(x.ids, x.n, ev->marks);
	u32 n = ev->k->probe(in.ids, in.n, ev->marks, 0, r->ids);
	marks_clear(ev, x.ids, x.n);
	return of_ids(r->ids, n);
}

/* bits |= x */
static void join(struct eval *ev, struct span x, u64 *bits)
{
	if (x.n && x.bits)
		ev->k->either(bits, x.bits, bits);
	else if (x.n)
		ev->k->scatter(x.ids, x.n, bits);
}

/* Few candidates as an array, so that they are looked up one by one. */
static struct span few_as_ids(struct eval *ev, struct room *r, struct span in)
{
	if (!in.bits || in.n > FEW || in.n == 0)
		return in;
	return of_ids(r->ids, ev->k->extract(in.bits, r->ids));
}

/* ---- conditions ---- */

static struct span sets_join(struct eval *ev, struct room *r, const struct set *const *sets, size_t count, size_t block)
{
	if (count == 1)
		return set_span(&ev->ci->pool, sets[0], block);
	memset(r->bits, 0, sizeof(r->bits));
	u32 n = 0;
	for (size_t i = 0; i < count; i++) {
		struct span x = set_span(&ev->ci->pool, sets[i], block);
		join(ev, x, r->bits);
		n += x.n; /* an upper bound will do */
	}
	return of_bits(r->bits, n);
}

static struct span tags_eval(struct eval *ev, const struct node *n, size_t block, struct span in)
{
	if (n->e->how == TAG_ALL) {
		if (n->some_missing)
			return (struct span){ 0 };
		for (size_t i = 0; i < n->set_count && in.n; i++)
			in = keep(ev, n->room, in, set_span(&ev->ci->pool, n->sets[i], block));
		return in;
	}
	struct span any = sets_join(ev, n->room, n->sets, n->set_count, block);
	return n->e->how == TAG_NONE ? drop(ev, n->room, in, any) : keep(ev, n->room, in, any);
}

static struct span range_eval(struct eval *ev, struct room *r, const struct column *c, u64 lo, u64 span, struct span in)
{
	in = few_as_ids(ev, r, in);
	if (in.bits)
		return of_bits(r->bits, column_between(ev->k, c, lo, span, in.bits, r->bits));
	return of_ids(r->ids, column_keep(c, lo, span, in.ids, in.n, r->ids));
}

struct stored { u64 lo, span; }; /* a range of stored values */

/* Those in any of the ranges, which do not overlap. */
static struct span any_range(struct eval *ev, struct room *r, const struct column *c, const struct stored *s, size_t count, struct span in)
{
	if (count == 0 || in.n == 0)
		return (struct span){ 0 };
	if (count == 1)
		return range_eval(ev, r, c, s[0].lo, s[0].span, in);
	u64 *any = ev->spare;
	memset(any, 0, BLOCK_WORDS * sizeof(*any));
	for (size_t i = 0; i < count; i++) {
		if (in.bits) {
			column_between(ev->k, c, s[i].lo, s[i].span, in.bits, r->bits);
			ev->k->either(any, r->bits, any);
		} else {
			ev->k->scatter(ev->list, column_keep(c, s[i].lo, s[i].span, in.ids, in.n, ev->list), any);
		}
	}
	return keep(ev, r, in, of_bits(any, ALL));
}

static struct span ranges_eval(struct eval *ev, const struct node *n, const struct column *c, struct span in)
{
	struct stored s[2 * AUDIENCE_VALUES_MAX + 1];
	size_t count = 0;
	for (size_t i = 0; i < n->range_count; i++)
		if (column_range(c, n->ranges[i].lo, n->ranges[i].hi, &s[count].lo, &s[count].span))
			count++;
	return any_range(ev, n->room, c, s, count, in);
}

static struct span column_eval(struct eval *ev, const struct node *n, const struct column *c, struct span in)
{
	if (n->e->cmp != CMP_UNKNOWN)
		return ranges_eval(ev, n, c, in);
	return c->v ? range_eval(ev, n->room, c, 0, 0, in) : in;
}

/* What stands in no column: spent / orders. */
static struct span aov_eval(struct eval *ev, const struct node *n, const struct block *b, struct span in)
{
	const struct column *orders = &b->cols[COL_ORDERS], *spent = &b->cols[COL_SPENT];
	struct room *r = n->room;
	u32 count = in.n, kept = 0;
	const u16 *ids = in.ids;
	if (in.bits) {
		count = ev->k->extract(in.bits, ev->list);
		ids = ev->list;
	}
	for (u32 i = 0; i < count; i++) {
		i64 times = column_get(orders, ids[i]), sum = column_get(spent, ids[i]);
		bool known = times != NIL && times > 0, hit = !known && n->e->cmp == CMP_UNKNOWN;
		for (size_t k = 0; known && !hit && k < n->range_count; k++)
			hit = n->ranges[k].lo <= sum / times && sum / times <= n->ranges[k].hi;
		ev->list[kept] = ids[i];
		kept += hit;
	}
	if (kept <= PART_MOST) {
		memcpy(r->ids, ev->list, kept * sizeof(u16));
		return of_ids(r->ids, kept);
	}
	span_bits(ev->k, of_ids(ev->list, kept), r->bits);
	return of_bits(r->bits, kept);
}

static struct span codes_member(struct eval *ev, const struct node *n, const struct column *c, struct span in)
{
	struct room *r = n->room;
	in = few_as_ids(ev, r, in);
	if (in.bits && c->width == 1)
		return of_bits(r->bits, ev->k->member8(c->v, n->wanted, in.bits, r->bits));
	if (in.bits && c->width == 2)
		return of_bits(r->bits, ev->k->member16(c->v, n->wanted, in.bits, r->bits));
	u32 count = in.n, kept = 0;
	const u16 *ids = in.ids;
	if (in.bits) {
		count = ev->k->extract(in.bits, ev->list);
		ids = ev->list;
	}
	for (u32 i = 0; i < count; i++) {
		u64 code = column_raw(c, ids[i]);
		ev->list[kept] = ids[i];
		kept += n->wanted[code >> 6] >> (code & 63) & 1;
	}
	if (kept > PART_MOST) {
		span_bits(ev->k, of_ids(ev->list, kept), r->bits);
		return of_bits(r->bits, kept);
	}
	memcpy(r->ids, ev->list, kept * sizeof(u16));
	return of_ids(r->ids, kept);
}

/* How many stand in the wanted lists; they are on their way into the caches then. */
static u32 lists_total(const struct node *n, const struct codes *p)
{
	u32 total = 0;
	for (size_t i = 0; i < n->code_count; i++) {
		const u16 *ids = NULL;
		total += codes_list(p, n->codes[i], &ids);
		__builtin_prefetch(ids);
	}
	return total;
}

/* From posting lists: false when they do not serve. */
static bool lists_eval(struct eval *ev, const struct node *n, const struct codes *p, struct span in, struct span *ret)
{
	u32 total;
	if (!p || !p->ids || p->stale || !n->codes)
		return false;
	total = lists_total(n, p);
	if (total > BLOCK_SIZE / 4)
		return false;
	memset(ev->spare, 0, BLOCK_WORDS * sizeof(u64));
	for (size_t i = 0; i < n->code_count; i++) {
		const u16 *ids = NULL;
		u32 count = codes_list(p, n->codes[i], &ids);
		ev->k->scatter(ids, count, ev->spare);
	}
	*ret = keep(ev, n->room, in, of_bits(ev->spare, total));
	return true;
}

static struct span codes_eval(struct eval *ev, const struct node *n, const struct column *c, const struct codes *p, struct span in)
{
	struct span got;
	if (!c->v)
		return n->unknown_wanted ? in : (struct span){ 0 };
	if (lists_eval(ev, n, p, in, &got))
		return got;
	if (n->run_count > RUNS_MAX)
		return codes_member(ev, n, c, in);
	struct stored s[RUNS_MAX];
	size_t count = 0;
	u64 top = c->width == 1 ? 0xff : c->width == 2 ? 0xffff : UINT32_MAX;
	for (size_t i = 0; i < n->run_count; i++)
		if (n->runs[i].from <= top)
			s[count++] = (struct stored){ n->runs[i].from, (n->runs[i].to < top ? n->runs[i].to : top) - n->runs[i].from };
	return any_range(ev, n->room, c, s, count, in);
}

static struct span flag_eval(struct eval *ev, const struct node *n, const struct block *b, struct span in)
{
	const struct expr *e = n->e;
	const u64 *bits;
	bool yes = true;
	if (e->op == EXPR_REACH)
		bits = b->flags[expr_channel_of(e->name)->flag];
	else if (e->cmp >= CMP_KNOWN)
		return e->cmp == CMP_KNOWN ? in : (struct span){ 0 };
	else {
		bits = b->flags[e->attr->col];
		yes = (e->values[0].n != 0) == (e->cmp == CMP_EQ);
	}
	struct span x = of_bits(bits, bits ? ALL : 0);
	return yes ? keep(ev, n->room, in, x) : drop(ev, n->room, in, x);
}

/* A flag of attr_value is the number 1; nothing known is "no". */
static struct span value_flag_eval(struct eval *ev, const struct node *n, const struct column *c, struct span in)
{
	const struct expr *e = n->e;
	u64 lo, span;
	if (e->cmp >= CMP_KNOWN)
		return e->cmp == CMP_KNOWN ? in : (struct span){ 0 };
	bool yes = (e->values[0].n != 0) == (e->cmp == CMP_EQ);
	if (!column_range(c, 1, 1, &lo, &span))
		return yes ? (struct span){ 0 } : in;
	if (yes)
		return range_eval(ev, n->room, c, lo, span, in);
	span_bits(ev->k, in, ev->spare);
	column_between(ev->k, c, lo, span, ev->spare, ev->spare);
	return drop(ev, n->room, in, of_bits(ev->spare, ALL));
}

static struct span value_eval(struct eval *ev, const struct node *n, size_t block, struct span in)
{
	const struct value_block *v = index_value_block(n->value, block);
	if (n->e->attr->type == EXPR_FLAG)
		return value_flag_eval(ev, n, &v->numbers, in);
	if (n->e->attr->type == EXPR_TEXT)
		return codes_eval(ev, n, &v->codes, NULL, in);
	return column_eval(ev, n, &v->numbers, in);
}

/* ---- events ---- */

static void times_add(struct eval *ev, struct span x, u32 times)
{
	const u16 *ids = x.ids;
	if (x.n && x.bits) {
		ev->k->extract(x.bits, ev->list);
		ids = ev->list;
	}
	for (u32 i = 0; i < x.n; i++)
		ev->counts[ids[i]] += times;
}

/* Whether it matters only if it ever happened: then no counting. */
static bool only_whether(const struct expr *e, bool *ret_wanted)
{
	bool none = expr_count_holds(e, 0), once = expr_count_holds(e, 1);
	i64 n = e->values[0].n;
	*ret_wanted = once;
	return none != once && (n == 0 || (n == 1 && (e->cmp == CMP_GE || e->cmp == CMP_LT)));
}

static struct span did_ever(struct eval *ev, const struct node *n, size_t block, bool wanted, struct span in)
{
	memset(ev->spare, 0, BLOCK_WORDS * sizeof(u64));
	for (size_t i = 0; i < n->kind->days.n; i++) {
		const struct day *d = &n->kind->days.v[i];
		if (d->day >= n->from && d->day <= n->to)
			join(ev, set_span(&ev->ci->pool, &d->any, block), ev->spare);
	}
	struct span x = of_bits(ev->spare, ALL);
	return wanted ? keep(ev, n->room, in, x) : drop(ev, n->room, in, x);
}

static struct span did_eval(struct eval *ev, const struct node *n, size_t block, struct span in)
{
	bool wanted;
	if (only_whether(n->e, &wanted))
		return did_ever(ev, n, block, wanted, in);
	memset(ev->counts, 0, BLOCK_SIZE * sizeof(*ev->counts));
	for (size_t i = 0; i < n->kind->days.n; i++) {
		const struct day *d = &n->kind->days.v[i];
		if (d->day < n->from || d->day > n->to)
			continue;
		times_add(ev, set_span(&ev->ci->pool, &d->any, block), 1);
		for (int p = 0; p < DAY_PLANES; p++)
			times_add(ev, set_span(&ev->ci->pool, &d->planes[p], block), (u32)1 << p);
	}
	span_bits(ev->k, in, ev->spare);
	u32 kept = 0;
	for (size_t w = 0; w < BLOCK_WORDS; w++) {
		u64 out = 0;
		for (u64 m = ev->spare[w]; m; m &= m - 1) {
			int at = __builtin_ctzll(m);
			out |= (u64)expr_count_holds(n->e, ev->counts[w * 64 + (size_t)at]) << at;
		}
		n->room->bits[w] = out;
		kept += (u32)__builtin_popcountll(out);
	}
	return of_bits(n->room->bits, kept);
}

/* ---- joints ---- */

static struct span node_eval(struct eval *ev, const struct node *n, size_t block, struct span in);

/* in is anything but the room of this node. */
static struct span or_eval(struct eval *ev, const struct node *n, size_t block, struct span in)
{
	memset(n->room->bits, 0, sizeof(n->room->bits));
	for (size_t i = 0; i < n->n; i++)
		join(ev, node_eval(ev, n->of[i], block, in), n->room->bits);
	if (in.ids)
		return keep(ev, n->room, in, of_bits(n->room->bits, ALL));
	return of_bits(n->room->bits, ev->k->count(n->room->bits));
}

static u32 set_guess(const struct eval *ev, const struct node *n, size_t block)
{
	u64 sum = 0, least = ALL;
	for (size_t i = 0; i < n->set_count; i++) {
		u32 here = set_span(&ev->ci->pool, n->sets[i], block).n;
		sum += here;
		least = here < least ? here : least;
	}
	if (n->e->how == TAG_ALL)
		return n->some_missing ? 0 : (u32)least;
	return n->e->how == TAG_ANY ? (u32)(sum < ALL ? sum : ALL) : ALL;
}

/* How many numbers of the block may remain: exact for one tag, a guess elsewhere. */
static u32 guess(const struct eval *ev, const struct node *n, size_t block)
{
	const struct expr *e = n->e;
	if (e->op == EXPR_TAG)
		return set_guess(ev, n, block);
	if (e->op != EXPR_ATTR || n->value || e->attr->type == EXPR_FLAG)
		return ALL;
	if (e->attr->type >= EXPR_TEXT) {
		const struct codes *p = &ev->ci->blocks[block]->codes[e->attr->col];
		return p->ids && !p->stale && n->codes ? lists_total(n, p) : ALL - 1;
	}
	const struct column *c = &ev->ci->blocks[block]->cols[e->attr->col];
	u64 lo, span, sum = 0;
	for (size_t i = 0; i < n->range_count && e->attr->col != COL_AOV; i++)
		if (column_range(c, n->ranges[i].lo, n->ranges[i].hi, &lo, &span))
			sum += (u64)((double)(span + 1) / (double)((u64)c->max - (u64)c->min + 1) * ALL) + 1;
	return e->attr->col == COL_AOV || e->cmp == CMP_UNKNOWN ? ALL : (u32)(sum < ALL ? sum : ALL);
}

static struct span and_eval(struct eval *ev, const struct node *n, size_t block, struct span in)
{
	for (size_t i = 0; n->n > 1 && i < n->n; i++)
		n->of[i]->guess = guess(ev, n->of[i], block);
	for (size_t i = 1; i < n->n; i++) { /* few parts, mostly in order already */
		u32 at = n->order[i];
		const struct node *x = n->of[at];
		size_t j = i;
		for (; j > 0; j--) {
			const struct node *y = n->of[n->order[j - 1]];
			if (y->guess < x->guess || (y->guess == x->guess && y->cost <= x->cost))
				break;
			n->order[j] = n->order[j - 1];
		}
		n->order[j] = at;
	}
	for (size_t i = 0; i < n->n && in.n; i++)
		in = node_eval(ev, n->of[n->order[i]], block, in);
	return in;
}

/* The numbers of in for which the node holds. */
static struct span node_eval(struct eval *ev, const struct node *n, size_t block, struct span in)
{
	const struct block *b = ev->ci->blocks[block];
	if (!in.n)
		return in;
	switch (n->e->op) {
	case EXPR_AND:
	case EXPR_AUDIENCE:
		return and_eval(ev, n, block, in);
	case EXPR_OR:
		return or_eval(ev, n, block, in);
	case EXPR_NOT:
		return drop(ev, n->room, in, node_eval(ev, n->of[0], block, in));
	case EXPR_TAG:
		return tags_eval(ev, n, block, in);
	case EXPR_DID:
		return did_eval(ev, n, block, in);
	default:
		if (n->value)
			return value_eval(ev, n, block, in);
		if (n->e->op == EXPR_REACH || n->e->attr->type == EXPR_FLAG)
			return flag_eval(ev, n, b, in);
		if (n->e->attr->type >= EXPR_TEXT)
			return codes_eval(ev, n, &b->codes[n->e->attr->col].c, &b->codes[n->e->attr->col], in);
		if (n->e->attr->col == COL_AOV)
			return aov_eval(ev, n, b, in);
		return column_eval(ev, n, &b->cols[n->e->attr->col], in);
	}
}

/* ---- whole trees ---- */

struct eval *eval_new(const struct corp_index *ci, struct arena *a, const struct expr *e, const struct expr_today *t,
		      const struct ids *scope)
{
	struct eval *ev = ARENA_NEW(a, struct eval);
	struct expr_today *today = ARENA_NEW(a, struct expr_today);
	*today = *t;
	*ev = (struct eval){ .ci = ci, .k = ci->of->kernel, .arena = a, .today = today };
	ev->seen = ARENA_ARRAY(a, u64, BLOCK_WORDS);
	ev->marks = ARENA_ARRAY(a, u64, BLOCK_WORDS);
	ev->spare = ARENA_ARRAY(a, u64, BLOCK_WORDS);
	ev->list = ARENA_ARRAY(a, u16, BLOCK_SIZE + KERNEL_EXTRA);
	ev->root = bind(ev, e);
	if (!scope)
		return ev;
	ev->scope = ARENA_ARRAY(a, const struct set *, scope->n + 1);
	for (size_t i = 0; i < scope->n; i++) {
		const struct set *s = index_set(&ci->staff, scope->v[i]);
		if (s)
			ev->scope[ev->scope_count++] = s;
	}
	return ev;
}

struct eval *eval_part(const struct eval *ev, size_t i)
{
	struct eval *ret = ARENA_NEW(ev->arena, struct eval);
	*ret = *ev; /* scratch is shared: one is asked at a time */
	ret->root = ev->root->of[i];
	return ret;
}

struct span eval_seen(struct eval *ev, size_t block)
{
	const struct block *b = block < ev->ci->block_count ? ev->ci->blocks[block] : NULL;
	if (!b || !b->live_count)
		return (struct span){ 0 };
	if (!ev->scope)
		return of_bits(b->live, b->live_count);
	memset(ev->seen, 0, BLOCK_WORDS * sizeof(*ev->seen));
	for (size_t i = 0; i < ev->scope_count; i++)
		join(ev, set_span(&ev->ci->pool, ev->scope[i], block), ev->seen);
	return of_bits(ev->seen, ev->k->both(ev->seen, b->live, ev->seen));
}

struct span eval_block(struct eval *ev, size_t block, u32 *ret_seen)
{
	struct span seen = eval_seen(ev, block);
	if (ret_seen)
		*ret_seen = seen.n;
	return seen.n ? node_eval(ev, ev->root, block, seen) : seen;
}

u32 eval_list(struct eval *ev, struct span s, const u16 **ret)
{
	*ret = s.ids;
	if (!s.n || !s.bits)
		return s.n;
	*ret = ev->list;
	return ev->k->extract(s.bits, ev->list);
}

void eval_count(struct eval *ev, i64 *ret_count, i64 *ret_total)
{
	*ret_count = *ret_total = 0;
	for (size_t k = 0; k < ev->ci->block_count; k++) {
		u32 seen;
		*ret_count += eval_block(ev, k, &seen).n;
		*ret_total += seen;
	}
}
