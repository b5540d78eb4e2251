/*
 * The sum of a column over the bits of an answer.
 */
#include "core/audience/audience_sum.h"

#include "core/audience/audience_index_int.h"

static i64 word_sum(const i64 *v, u64 members)
{
	i64 sum = 0;
	for (; members; members &= members - 1) {
		i64 n = v[__builtin_ctzll(members)];
		sum += n == NIL ? 0 : n;
	}
	return sum;
}

err audience_sum(struct unit *u, const struct expr *e, str attr, i64 *ret_count, i64 *ret_sum)
{
	const struct expr_attr *at = expr_attr_of(attr);
	struct asked a;
	i64 sum = 0;
	if (!at || (at->type != EXPR_NUMBER && at->type != EXPR_MONEY))
		return fail_set(&u->fail, ERR_INPUT, T_NOT_ONE_OF, STR("attr"), attr, STR("orders, spent, aov"));
	struct arena_mark mark = arena_mark(u->arena);
	TRY(ask(u, e, &a));
	for (size_t w = 0; w < a.r.blocks * BLOCK_WORDS; w++) {
		const i64 *v = a.r.bits[w] ? a.ci->blocks[w / BLOCK_WORDS]->cols[at->col].v : NULL;
		if (v)
			sum += word_sum(v + w % BLOCK_WORDS * 64, a.r.bits[w]);
	}
	index_close(a.ci);
	*ret_count = a.r.count;
	*ret_sum = sum;
	arena_reset(u->arena, mark);
	return OK;
}
