/*
 * Many persons at once: leaves of a page of roots, and the ranges of numbers that cover them.
 *
 * Whoever decides about thousands of people reads by ranges instead of one by one: numbers that lie close
 * together share one read, far ones have their own, so the work follows the number of people asked for
 * and never that of the corp.
 */
#ifndef YT_CORE_CUSTOMER_CUSTOMER_MANY_H
#define YT_CORE_CUSTOMER_CUSTOMER_MANY_H

#include "core/customer/customer.h"

#define CUSTOMER_SPAN_GAP 16 /* numbers further apart than this are read separately */

/* A leaf and the place of its root in the list asked about. */
struct customer_member { i64 leaf; size_t root; };
/* Numbers from..to of one slot. */
struct customer_span { i64 slot, from, to; };

/* The ranges that cover these customers, by slot, ascending; the count is the answer. */
size_t customer_spans(struct store *st, struct arena *a, const i64 *customers, size_t count, struct customer_span **ret);
/* Every root as its own leaf first, then the leaves merged into it. s may speak of any slot of the corp. */
err customer_members(const struct snap *s, const i64 *roots, size_t count, struct customer_member **ret, size_t *ret_count);

#endif
