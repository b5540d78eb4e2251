/*
 * The verb followup.set: automation moves her on the board.
 *
 * Unless told otherwise only forward: whoever a hand has put further to the right is not pulled back. Where she is and
 * whether there is room is asked as for a move by hand.
 */
#include "feature/followup/followup_data.h"

#include "core/audience/audience.h"
#include "core/customer/customer.h"

static err check(struct unit *u, const void *of)
{
	struct followup_column c;
	return READ_SNAP(u, slot_base(u->store, u->corp), followup_column_of(snap, ((const struct followup_args *)of)->column, &c));
}

/* The column she is in, by the first of her leaves that says so; NULL: none. */
static err where(struct tx *tx, i64 root, const struct followup_column *all, size_t n, const struct followup_column **ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t count;
	*ret = NULL;
	TRY(customer_leaves_in(&tx->snap, root, leaves, &count));
	for (size_t i = 0; i < count && !*ret; i++) {
		struct customer c;
		struct snap at = tx->snap;
		snap_slot(&at, slot_of_customer(tx->snap.unit->store, leaves[i]));
		TRY(customer_get(&at, leaves[i], &c));
		*ret = followup_named(all, n, c.followup);
	}
	return OK;
}

static err full(struct tx *tx, const struct followup_column *to, bool *ret)
{
	struct unit whole = *tx->snap.unit;
	struct expr *e;
	i64 n, all;
	*ret = to->leaving;
	if (to->leaving || to->cap == 0)
		return OK;
	whole.scope = 0;
	TRY(expr_parse(&whole, followup_expr(whole.arena, to->name), &e));
	TRY(audience_count(&whole, e, &n, &all));
	*ret = n >= to->cap;
	return OK;
}

static err run(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct followup_args *args = call->args;
	struct followup_column *all;
	const struct followup_column *to = NULL, *now;
	bool no_room;
	size_t n;
	TRY(followup_columns(&tx->snap, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].id == args->column)
			to = &all[i];
	*ret = (struct verb_result){ VERB_REFUSED, STR("no_column"), NIL };
	if (!to)
		return OK;
	TRY(where(tx, call->customer, all, n, &now));
	*ret = (struct verb_result){ VERB_DONE, STR_NIL, NIL };
	if (now == to)
		return OK;
	if (now && !args->back && now->sort > to->sort) {
		*ret = (struct verb_result){ VERB_REFUSED, STR("further"), NIL };
		return OK;
	}
	TRY(full(tx, to, &no_room));
	if (no_room) {
		*ret = (struct verb_result){ VERB_REFUSED, STR("full"), NIL };
		return OK;
	}
	struct customer_edit edit = { STR_NIL, STR_NIL, to->name, NIL, NIL };
	return customer_edit(tx, call->customer, &edit);
}

const struct verb followup_verbs[] = {
	{ .name = "followup.set", .label = T_VERB_FOLLOWUP_SET, .args = &followup_args_record, .check = check, .run = run },
	{ 0 },
};
