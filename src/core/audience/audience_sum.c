/*
 * The sum of a column over the members of an answer, block by block.
 */
#include "core/audience/audience_sum.h"

#include "core/audience/expr_eval.h"

/* NIL: nothing is known. The average order stands in no column. */
static i64 value_at(const struct block *b, int col, u16 at)
{
	if (col != COL_AOV)
		return column_get(&b->cols[col], at);
	i64 orders = column_get(&b->cols[COL_ORDERS], at);
	return orders != NIL && orders > 0 ? column_get(&b->cols[COL_SPENT], at) / orders : NIL;
}

err audience_sum(struct unit *u, const struct expr *e, str attr, i64 *ret_count, i64 *ret_sum)
{
	const struct expr_attr *at = expr_attr_of(attr);
	struct asked a;
	i64 sum = 0, count = 0;
	if (!at || (at->type != EXPR_NUMBER && at->type != EXPR_MONEY))
		return fail_set(&u->fail, ERR_INPUT, T_NOT_ONE_OF, STR("attr"), attr, STR("orders, spent, aov"));
	struct arena_mark mark = arena_mark(u->arena);
	TRY(ask(u, e, NULL, 0, &a));
	for (size_t k = 0; k < a.ci->block_count; k++) {
		const u16 *ids;
		u32 n = eval_list(a.ev, eval_block(a.ev, k, NULL), &ids);
		for (u32 i = 0; i < n; i++) {
			i64 v = value_at(a.ci->blocks[k], at->col, ids[i]);
			sum += v == NIL ? 0 : v;
		}
		count += n;
	}
	index_close(a.ci);
	*ret_count = count;
	*ret_sum = sum;
	arena_reset(u->arena, mark);
	return OK;
}
