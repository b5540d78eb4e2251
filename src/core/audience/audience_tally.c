/*
 * Counts over a set: one walk over the blocks under the read lock, by the kernels where a block has many.
 */
#include "core/audience/audience_tally.h"
#include "core/audience/expr_eval.h"

#include <stdlib.h>

#define FEW 4096 /* of a block: looked up one by one */

/* ---- by tag ---- */

static int by_tag_count(const void *a, const void *b)
{
	const struct audience_tag_count *x = a, *y = b;
	return x->count != y->count ? (x->count < y->count) - (x->count > y->count) : (x->tag > y->tag) - (x->tag < y->tag);
}

err audience_crosstab(struct unit *u, const struct expr *e, struct audience_tag_count **ret, size_t *ret_count)
{
	struct asked a;
	size_t n = 0;
	TRY(ask(u, e, NULL, 0, &a));
	const struct id_sets *tags = &a.ci->tags;
	const struct kernel *k = a.ci->of->kernel;
	u64 *bits = ARENA_ARRAY(u->arena, u64, BLOCK_WORDS);
	struct audience_tag_count *all = ARENA_ARRAY(u->arena, struct audience_tag_count, tags->sets.n + 1);
	for (size_t block = 0; block < a.ci->block_count; block++) {
		struct span in = eval_block(a.ev, block, NULL);
		if (!in.n)
			continue;
		span_bits(k, in, bits);
		for (size_t i = 0; i < tags->sets.n; i++) {
			struct span x = set_span(&a.ci->pool, &tags->sets.v[i], block);
			if (x.n)
				all[i].count += x.bits ? k->both_count(bits, x.bits) : k->probe_count(x.ids, x.n, bits);
		}
	}
	for (size_t i = 0; i < tags->sets.n; i++)
		if (all[i].count)
			all[n++] = (struct audience_tag_count){ tags->ids.v[i], all[i].count };
	index_close(a.ci);
	qsort(all, n, sizeof(*all), by_tag_count);
	*ret = all;
	*ret_count = n;
	return OK;
}

/* ---- attributes by name ---- */

static bool fits(const struct expr_attr *a, bool codes)
{
	return a->type != EXPR_FLAG && a->type != EXPR_SET && a->type != EXPR_AGE && (a->type >= EXPR_TEXT) == codes;
}

/* The attributes that would do, for the message. */
static str names_of(struct unit *u, bool codes)
{
	struct buf b = buf_new(u->arena, 1024);
	for (const struct expr_attr *a = expr_attrs; a->name; a++)
		if (fits(a, codes))
			buf_fmt(&b, b.n ? ", %s" : "%s", a->name);
	return buf_str(&b);
}

static err attr_wanted(struct unit *u, const char *field, str name, bool codes, const struct expr_attr **ret)
{
	const struct expr_attr *a = expr_attr_of(name);
	for (size_t i = 0; !a && u->env && u->env->modules && u->env->modules[i]; i++)
		for (const struct attr *of = u->env->modules[i]->attrs; of && of->name; of++)
			if (of->id && str_eq_c(name, of->name))
				a = expr_attr_valued(u->arena, of);
	if (!a || !fits(a, codes))
		return fail_set(&u->fail, ERR_INPUT, T_NOT_ONE_OF, str_c(field), name, names_of(u, codes));
	*ret = a;
	return OK;
}

static const struct column *column_of(const struct corp_index *ci, const struct expr_attr *a, size_t block)
{
	if (a->value) {
		const struct value_block *v = index_value_block(index_value(ci, a->value), block);
		return a->type >= EXPR_TEXT ? &v->codes : &v->numbers;
	}
	return a->type >= EXPR_TEXT ? &ci->blocks[block]->codes[a->col].c : &ci->blocks[block]->cols[a->col];
}

/* ---- by value ---- */

static int by_value_count(const void *a, const void *b)
{
	const struct audience_value_count *x = a, *y = b;
	bool known_x = x->id != NIL || x->text.p, known_y = y->id != NIL || y->text.p;
	if (known_x != known_y)
		return known_x ? -1 : 1;
	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return x->id != y->id ? (x->id > y->id) - (x->id < y->id) : str_cmp(x->text, y->text);
}

/* Many members and few values: each value is a comparison of the whole block. */
#define VALUES_COMPARED 16

static void count_values(struct asked *a, const struct column *c, u32 codes, struct span in, i64 *counts)
{
	const struct kernel *k = a->ci->of->kernel;
	const u16 *ids;
	u32 left = in.n;
	if (!c->v) {
		counts[0] += in.n;
		return;
	}
	if (in.bits && in.n > FEW && codes <= VALUES_COMPARED && c->width == 1) {
		u64 hit[BLOCK_WORDS];
		for (u32 code = 1; code <= codes && left; code++) {
			u32 n = k->range8(c->v, code, 0, in.bits, hit);
			counts[code] += n;
			left -= n;
		}
		counts[0] += left;
		return;
	}
	u32 n = eval_list(a->ev, in, &ids);
	for (u32 i = 0; i < n; i++)
		counts[column_raw(c, ids[i])]++;
}

err audience_breakdown(struct unit *u, const struct expr *e, str attr, struct audience_value_count **ret, size_t *ret_count)
{
	struct asked a;
	const struct expr_attr *at;
	size_t n = 0;
	TRY(attr_wanted(u, "attr", attr, true, &at));
	TRY(ask(u, e, &at, 1, &a));
	const struct code_dict *d = at->value ? &index_value(a.ci, at->value)->dict : &a.ci->dicts[at->col];
	i64 *counts = ARENA_ARRAY(u->arena, i64, d->n + 1);
	for (size_t block = 0; block < a.ci->block_count; block++) {
		struct span in = eval_block(a.ev, block, NULL);
		if (in.n)
			count_values(&a, column_of(a.ci, at, block), d->n, in, counts);
	}
	*ret = ARENA_ARRAY(u->arena, struct audience_value_count, d->n + 1);
	for (size_t c = 0; c <= d->n; c++) {
		struct audience_value_count v = { NIL, STR_NIL, counts[c] };
		if (c && at->type == EXPR_TEXT)
			v.text = arena_dup(u->arena, d->names.v[c - 1].text);
		else if (c)
			v.id = d->names.v[c - 1].id;
		if (v.count)
			(*ret)[n++] = v;
	}
	index_close(a.ci);
	qsort(*ret, n, sizeof(**ret), by_value_count);
	*ret_count = n;
	return OK;
}

/* ---- cubes ---- */

struct axis {
	const struct expr_attr *attr;
	i64 cuts[AUDIENCE_CUTS_MAX]; /* as stored */
	size_t bins;                 /* cuts + 2 */
	u64 *bits;                   /* of the bins that are not empty in this block, one behind the other */
	size_t filled, at[AUDIENCE_CUTS_MAX + 2]; /* which bins those are */
};

static err axis_read(struct unit *u, const struct audience_axis *x, struct axis *ret)
{
	TRY(attr_wanted(u, "axis", x->attr, false, &ret->attr));
	if (x->cut_count > AUDIENCE_CUTS_MAX)
		return fail_set(&u->fail, ERR_INPUT, T_TOO_BIG, STR("cuts"), x->attr, STR(FAIL_STR(AUDIENCE_CUTS_MAX)));
	ret->bins = x->cut_count + 2;
	ret->bits = ARENA_ARRAY(u->arena, u64, ret->bins * BLOCK_WORDS);
	for (size_t i = 0; i < x->cut_count; i++) {
		ret->cuts[i] = expr_stored(ret->attr, x->cuts[i]);
		if (i && ret->cuts[i - 1] >= ret->cuts[i])
			return fail_set(&u->fail, ERR_INPUT, T_NOT_ONE_OF, STR("cuts"), x->attr, STR("ascending"));
	}
	return OK;
}

static i64 value_at(const struct asked *a, const struct axis *x, size_t block, size_t at)
{
	const struct block *b = a->ci->blocks[block];
	if (x->attr->value || x->attr->col != COL_AOV)
		return column_get(column_of(a->ci, x->attr, block), at);
	i64 orders = column_get(&b->cols[COL_ORDERS], at);
	return orders != NIL && orders > 0 ? column_get(&b->cols[COL_SPENT], at) / orders : NIL;
}

static size_t bin_of(const struct axis *x, i64 v)
{
	size_t bin = v == NIL ? 0 : 1;
	while (bin && bin < x->bins - 1 && v >= x->cuts[bin - 1])
		bin++;
	return bin;
}

static void cube_few(struct asked *a, const struct axis *axes, size_t block, struct span in, i64 *ret)
{
	const u16 *ids;
	u32 n = eval_list(a->ev, in, &ids);
	for (u32 i = 0; i < n; i++) {
		size_t cell = 0;
		for (int k = 0; k < AUDIENCE_AXES; k++)
			cell = cell * axes[k].bins + bin_of(&axes[k], value_at(a, &axes[k], block, ids[i]));
		ret[cell]++;
	}
}

static void cuts_of(const struct kernel *k, const struct column *c, const u64 *cuts, size_t count, u64 *out)
{
	switch (c->width) {
	case 1: k->cuts8(c->v, cuts, count, out); break;
	case 2: k->cuts16(c->v, cuts, count, out); break;
	case 4: k->cuts32(c->v, cuts, count, out); break;
	default: k->cuts64(c->v, cuts, count, out);
	}
}

/* Bitsets of the bins that have members here. Cuts above every value of the block make empty bins. */
static void axis_bins(const struct asked *a, struct axis *x, const u64 *in, size_t block, u64 *above)
{
	const struct kernel *k = a->ci->of->kernel;
	const struct column *c = column_of(a->ci, x->attr, block);
	u64 cuts[AUDIENCE_CUTS_MAX + 1];
	size_t count = 0, first = 1, bin[AUDIENCE_CUTS_MAX + 2] = { 0 };
	x->filled = 0;
	if (c->v) {
		while (first < x->bins - 1 && c->min >= x->cuts[first - 1])
			first++; /* bins below every value */
		cuts[count++] = 1; /* known */
		bin[1] = first;
		for (size_t i = first; i < x->bins - 1 && c->max >= x->cuts[i - 1]; i++) {
			cuts[count] = (u64)x->cuts[i - 1] - (u64)c->base + 1;
			bin[++count] = i + 1;
		}
		cuts_of(k, c, cuts, count, above);
	}
	/* above[i]: at or above cut i; a bin is what is above its cut and not above the next */
	for (size_t i = 0; i <= count; i++) {
		u64 *out = x->bits + x->filled * BLOCK_WORDS;
		u32 n = i == 0 ? k->both(in, in, out) : k->both(in, above + (i - 1) * BLOCK_WORDS, out);
		if (i < count)
			n = k->without(out, above + i * BLOCK_WORDS, out);
		if (n)
			x->at[x->filled++] = bin[i];
	}
}

static void cube_many(struct asked *a, struct axis *axes, size_t block, const u64 *in, u64 *above, i64 *ret)
{
	i64 counts[KERNEL_CUBE_MAX] = { 0 };
	for (int i = 0; i < AUDIENCE_AXES; i++)
		axis_bins(a, &axes[i], in, block, above);
	const struct axis *x = &axes[0], *y = &axes[1], *z = &axes[2];
	a->ci->of->kernel->cube(x->bits, x->filled, y->bits, y->filled, z->bits, z->filled, counts);
	size_t cell = 0;
	for (size_t i = 0; i < x->filled; i++)
		for (size_t j = 0; j < y->filled; j++)
			for (size_t k = 0; k < z->filled; k++)
				ret[(x->at[i] * y->bins + y->at[j]) * z->bins + z->at[k]] += counts[cell++];
}

err audience_cube(struct unit *u, const struct expr *e, const struct audience_axis axes[AUDIENCE_AXES], i64 **ret, size_t *ret_count)
{
	struct asked a;
	struct axis x[AUDIENCE_AXES];
	const struct expr_attr *attrs[AUDIENCE_AXES];
	size_t cells = 1;
	bool by_bits = true;
	for (int i = 0; i < AUDIENCE_AXES; i++) {
		TRY(axis_read(u, &axes[i], &x[i]));
		attrs[i] = x[i].attr;
		cells *= x[i].bins;
		by_bits &= x[i].attr->value || x[i].attr->col != COL_AOV;
	}
	TRY(ask(u, e, attrs, AUDIENCE_AXES, &a));
	u64 *above = ARENA_ARRAY(u->arena, u64, (AUDIENCE_CUTS_MAX + 1) * BLOCK_WORDS);
	*ret = ARENA_ARRAY(u->arena, i64, cells);
	*ret_count = cells;
	for (size_t block = 0; block < a.ci->block_count; block++) {
		struct span in = eval_block(a.ev, block, NULL);
		if (in.n && in.bits && in.n > FEW && by_bits && cells <= KERNEL_CUBE_MAX)
			cube_many(&a, x, block, in.bits, above, *ret);
		else if (in.n)
			cube_few(&a, x, block, in, *ret);
	}
	index_close(a.ci);
	return OK;
}

/* ---- two sets ---- */

err audience_overlap(struct unit *u, const struct expr *a, const struct expr *b, struct audience_shares *ret)
{
	struct expr *of[2] = { (struct expr *)a, (struct expr *)b };
	struct expr both = { .op = EXPR_AND, .of = of, .n = 2 };
	struct asked x;
	TRY(ask(u, &both, NULL, 0, &x));
	struct eval *in_a = eval_part(x.ev, 0), *in_b = eval_part(x.ev, 1);
	*ret = (struct audience_shares){ 0 };
	for (size_t k = 0; k < x.ci->block_count; k++) {
		u32 seen, n_a = eval_block(in_a, k, &seen).n, n_b = eval_block(in_b, k, NULL).n;
		u32 n = n_a && n_b ? eval_block(x.ev, k, NULL).n : 0;
		ret->only_a += n_a - n;
		ret->both += n;
		ret->only_b += n_b - n;
		ret->total += seen;
	}
	index_close(x.ci);
	return OK;
}
