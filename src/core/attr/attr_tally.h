/*
 * How many persons there are, how many are friends, bound, buyers, and what they bought: table fact_tally,
 * one row per slot and member of staff (0: nobody's), kept as the sum over customer_fact.
 *
 * The difference between a person's old and new row is added in the transaction that writes the row, so
 * merges and splits come out right and nobody ever counts a million rows. Each person stands once, with
 * the advisor of her row. Visitors are in no count.
 */
#ifndef YT_CORE_ATTR_ATTR_TALLY_H
#define YT_CORE_ATTR_ATTR_TALLY_H

#include "core/attr/attr.h"

#define FACT_TALLY_FIELDS(F, S)                                                     \
	F(S, ID, staff) F(S, I64, people) F(S, I64, friends)                        \
	F(S, I64, bound, .doc = "friends with a verified phone")                    \
	F(S, I64, buyers, .doc = "with an order that stands")                       \
	F(S, I64, strangers, .doc = "buyers who are no friends")                    \
	F(S, I64, orders) F(S, FEN, spent)
RECORD(fact_tally, FACT_TALLY_FIELDS);

/* Sums over the corp's slots, one row per member of staff within the viewer's scope. */
err attr_tallies(const struct snap *s, struct fact_tally **ret, size_t *ret_count);

/* Differences in the making, within one transaction. */
struct tally_sum {
	struct fact_tally *rows;
	size_t count, max;
};
struct tally_sum tally_begin(struct arena *a, size_t people);
/* Takes a row of a person into account (sign 1) or out of it (-1). */
void tally_take(struct tally_sum *sum, const struct customer_fact *fact, i64 sign);
err tally_write(struct tx *tx, const struct tally_sum *sum);

#endif
