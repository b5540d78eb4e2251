/*
 * reach: places taken by set. A transaction that adds to a set of its own terms reads its bits first; two that would do
 * so at once (PostgreSQL) wait for each other at the seats of the people, or run again.
 */
#include "core/reach/reach_set.h"

#define SET_BYTES (REACH_BLOCK / 8)

bool reach_set_has(const struct reach_set *set, i64 customer)
{
	i64 bit = customer - set->block * REACH_BLOCK;
	return bit >= 0 && bit < REACH_BLOCK && set->members.n == SET_BYTES && ((u8)set->members.p[bit / 8] >> bit % 8 & 1);
}

err reach_set_add(struct tx *tx, const struct reach_claim_row *row, const i64 *customers, size_t count)
{
	struct arena *a = tx->snap.arena;
	i64 block = reach_block_of(customers[0]);
	struct reach_set_key key = { block, row->key, tx->snap.now };
	struct reach_set *before;
	size_t n;
	char *bits = ARENA_ARRAY(a, char, SET_BYTES);
	TRY(reach_sets_forget(tx, &key));
	TRY(reach_sets_keyed(&tx->snap, &key, &before, &n));
	for (size_t i = 0; i < n; i++)
		if (before[i].at == row->at && before[i].members.n == SET_BYTES)
			memcpy(bits, before[i].members.p, SET_BYTES);
	for (size_t i = 0; i < count; i++) {
		i64 bit = customers[i] - block * REACH_BLOCK;
		bits[bit / 8] = (char)((u8)bits[bit / 8] | 1u << bit % 8);
	}
	struct reach_set set = {
		block, row->key, row->at, row->expires, row->channel, row->class, row->how, row->content, row->made_by, row->made_by_id,
		str_of(bits, SET_BYTES),
	};
	return reach_set_put(tx, &set);
}

err reach_claim_close(struct tx *tx, i64 customer, str key, const char *state)
{
	struct reach_set_key of = { reach_block_of(customer), key, tx->snap.now };
	struct reach_set *sets;
	size_t n;
	TRY(reach_claim_end(tx, &(struct reach_ended){ customer, key, str_c(state) }));
	if (tx_changed(tx))
		return OK;
	TRY(reach_sets_keyed(&tx->snap, &of, &sets, &n));
	for (size_t i = 0; i < n; i++) {
		const struct reach_set *s = &sets[i];
		struct reach_claim_row row = { customer, key, s->at, s->expires, str_c(state), s->channel, s->class, s->how, s->content, s->made_by, s->made_by_id, NIL };
		if (reach_set_has(s, customer))
			return reach_claim_new(tx, &row);
	}
	return OK;
}
