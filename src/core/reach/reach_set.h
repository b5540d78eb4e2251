/*
 * Claims by set: the places of many people who are asked for by one act. They differ in the person alone, so a block of
 * REACH_BLOCK numbers is one row with a bit for each.
 *
 * A set only ever says "held until it expires". What becomes of one of its people is a row of hers in reach_claim with the
 * same key, or a touch with it: either stands in place of her bit. Sets are read with their people's rows, and forgotten
 * when they have expired and their block is written again.
 */
#ifndef YT_CORE_REACH_REACH_SET_H
#define YT_CORE_REACH_REACH_SET_H

#include "core/reach/reach_data.h"

#define REACH_BLOCK 1024
#define REACH_SET_MIN 16 /* of one block; fewer are rows */

#define REACH_SET_FIELDS(F, S)                                                     \
	F(S, I64, block) F(S, STR, key) F(S, MS, at) F(S, MS, expires) F(S, STR, channel) F(S, STR, class) \
	F(S, STR, how, .opt = true) F(S, STR, content, .opt = true) F(S, STR, made_by) F(S, ID, made_by_id, .opt = true) \
	F(S, BYTES, members)
RECORD(reach_set, REACH_SET_FIELDS);
#define REACH_BLOCKS_FIELDS(F, S) F(S, I64, first) F(S, I64, last) F(S, MS, at)
RECORD(reach_blocks, REACH_BLOCKS_FIELDS);
#define REACH_SET_KEY_FIELDS(F, S) F(S, I64, block) F(S, STR, key) F(S, MS, at)
RECORD(reach_set_key, REACH_SET_KEY_FIELDS);

READ_EACH(reach_sets_span, reach_blocks, reach_set,
	SQL(SELECT block, key, at, expires, channel, class, how, content, made_by, made_by_id, members FROM reach_claim_set
		WHERE slot = :slot AND corp = :corp AND block >= :first AND block <= :last AND expires > :at))
READ_MANY(reach_sets_keyed, reach_set_key, reach_set,
	SQL(SELECT block, key, at, expires, channel, class, how, content, made_by, made_by_id, members FROM reach_claim_set
		WHERE slot = :slot AND corp = :corp AND block = :block AND key = :key AND expires > :at ORDER BY at))
WRITE(reach_set_put, reach_set,
	SQL(INSERT INTO reach_claim_set (slot, corp, block, key, at, expires, channel, class, how, content, made_by, made_by_id, members)
		VALUES (:slot, :corp, :block, :key, :at, :expires, :channel, :class, :how, :content, :made_by, :made_by_id, :members)
		ON CONFLICT (slot, corp, block, key, at) DO UPDATE SET expires = excluded.expires, members = excluded.members))
WRITE(reach_sets_forget, reach_set_key,
	SQL(DELETE FROM reach_claim_set WHERE slot = :slot AND corp = :corp AND block = :block AND expires < :at))

static inline i64 reach_block_of(i64 customer) { return customer / REACH_BLOCK; }
bool reach_set_has(const struct reach_set *set, i64 customer);
/* Adds these people, all of one block, to the set with the terms of `row`. */
err reach_set_add(struct tx *tx, const struct reach_claim_row *row, const i64 *customers, size_t count);
/* Her place, by row or by set, is no longer held: what becomes of it. */
err reach_claim_close(struct tx *tx, i64 customer, str key, const char *state);

#endif
