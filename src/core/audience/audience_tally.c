/*
 * Counts over a set: each evaluates into bits under the read lock and walks them.
 */
#include "core/audience/audience_tally.h"
#include "core/audience/audience_index_int.h"

#include <roaring/roaring.h>
#include <stdlib.h>

static size_t next_member(const struct eval_result *r, size_t at)
{
	for (size_t w = at / 64; w < r->blocks * BLOCK_WORDS; w++) {
		u64 m = r->bits[w] & (w == at / 64 ? ~(u64)0 << (at % 64) : ~(u64)0);
		if (m)
			return w * 64 + (size_t)__builtin_ctzll(m);
	}
	return SIZE_MAX;
}

static int by_tag_count(const void *a, const void *b)
{
	const struct audience_tag_count *x = a, *y = b;
	return x->count != y->count ? (x->count < y->count) - (x->count > y->count) : (x->tag > y->tag) - (x->tag < y->tag);
}

err audience_crosstab(struct unit *u, const struct expr *e, struct audience_tag_count **ret, size_t *ret_count)
{
	struct asked a;
	size_t n = 0;
	TRY(ask(u, e, &a));
	const struct id_maps *tags = &a.ci->tags;
	*ret = ARENA_ARRAY(u->arena, struct audience_tag_count, tags->maps.n + 1);
	for (size_t i = 0; i < tags->maps.n; i++) {
		struct audience_tag_count c = { tags->ids.v[i], 0 };
		for (size_t at = 0; (at = next_member(&a.r, at)) != SIZE_MAX; at++)
			c.count += roaring_bitmap_contains(tags->maps.v[i], (u32)at);
		if (c.count)
			(*ret)[n++] = c;
	}
	index_close(a.ci);
	qsort(*ret, n, sizeof(**ret), by_tag_count);
	*ret_count = n;
	return OK;
}

static err attr_wanted(struct unit *u, const char *field, str name, bool codes, const struct expr_attr **ret)
{
	const struct expr_attr *a = expr_attr_of(name);
	if (!a || a->type == EXPR_FLAG || a->type == EXPR_AGE || (a->type >= EXPR_TEXT) != codes)
		return fail_set(&u->fail, ERR_INPUT, T_NOT_ONE_OF, str_c(field), name,
				codes ? STR("staff, store, channel, city, gender, source, followup, lost_by")
				      : STR("orders, spent, aov, added, first_order, last_order, last_active, birthday"));
	*ret = a;
	return OK;
}

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

err audience_breakdown(struct unit *u, const struct expr *e, str attr, struct audience_value_count **ret, size_t *ret_count)
{
	struct asked a;
	const struct expr_attr *at;
	size_t n = 0;
	TRY(attr_wanted(u, "attr", attr, true, &at));
	TRY(ask(u, e, &a));
	const struct code_dict *d = &a.ci->dicts[at->col];
	i64 *counts = ARENA_ARRAY(u->arena, i64, d->n + 1);
	for (size_t m = 0; (m = next_member(&a.r, m)) != SIZE_MAX; m++) {
		const u32 *codes = a.ci->blocks[m >> BLOCK_BITS]->codes[at->col];
		counts[codes ? codes[m & (BLOCK_SIZE - 1)] : 0]++;
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

static err axis_check(struct unit *u, const struct audience_axis *x, const struct expr_attr **ret)
{
	TRY(attr_wanted(u, "axis", x->attr, false, ret));
	if (x->cut_count > AUDIENCE_CUTS_MAX)
		return fail_set(&u->fail, ERR_INPUT, T_TOO_BIG, STR("cuts"), x->attr, STR(FAIL_STR(AUDIENCE_CUTS_MAX)));
	for (size_t i = 1; i < x->cut_count; i++)
		if (x->cuts[i - 1] >= x->cuts[i])
			return fail_set(&u->fail, ERR_INPUT, T_NOT_ONE_OF, STR("cuts"), x->attr, STR("ascending"));
	return OK;
}

static size_t bin_of(const struct audience_axis *x, const struct column *c, size_t at)
{
	if (!c->v || c->v[at] == NIL)
		return 0;
	size_t bin = 1;
	while (bin <= x->cut_count && c->v[at] >= x->cuts[bin - 1])
		bin++;
	return bin;
}

err audience_cube(struct unit *u, const struct expr *e, const struct audience_axis axes[AUDIENCE_AXES], i64 **ret, size_t *ret_count)
{
	const struct expr_attr *at[AUDIENCE_AXES];
	struct asked a;
	size_t cells = 1;
	for (int i = 0; i < AUDIENCE_AXES; i++) {
		TRY(axis_check(u, &axes[i], &at[i]));
		cells *= axes[i].cut_count + 2;
	}
	TRY(ask(u, e, &a));
	*ret = ARENA_ARRAY(u->arena, i64, cells);
	*ret_count = cells;
	for (size_t m = 0; (m = next_member(&a.r, m)) != SIZE_MAX; m++) {
		const struct block *b = a.ci->blocks[m >> BLOCK_BITS];
		size_t cell = 0;
		for (int i = 0; i < AUDIENCE_AXES; i++)
			cell = cell * (axes[i].cut_count + 2) + bin_of(&axes[i], &b->cols[at[i]->col], m & (BLOCK_SIZE - 1));
		(*ret)[cell]++;
	}
	index_close(a.ci);
	return OK;
}

err audience_overlap(struct unit *u, const struct expr *a, const struct expr *b, struct audience_shares *ret)
{
	struct expr *of[2] = { (struct expr *)a, (struct expr *)b };
	struct expr both = { .op = EXPR_AND, .of = of, .n = 2 };
	struct asked x;
	i64 in_a, in_b;
	TRY(ask(u, &both, &x));
	ret->both = x.r.count;
	ret->total = x.r.total;
	index_close(x.ci);
	TRY(audience_count(u, a, &in_a, NULL));
	TRY(audience_count(u, b, &in_b, NULL));
	ret->only_a = in_a - ret->both;
	ret->only_b = in_b - ret->both;
	return OK;
}
