/*
 * Reading ahead: persons who are worked on one after the other in one transaction are asked about in the same words. What
 * was read of the first ones is read of the next in one round trip, and their reads are answered from memory. Where a
 * round trip costs nothing (SQLite) this does nothing.
 *
 * The caller promises that while one person is current, no row of another of them is written. A write while she is
 * current takes back what was read ahead of her from that table; what names nobody is kept until its table is written.
 */
#ifndef YT_STORE_AHEAD_H
#define YT_STORE_AHEAD_H

#include "store/store.h"

/* From here to ahead_end, or to the end of the transaction; the customers are distinct and live in its slot. */
void ahead_begin(struct tx *tx, const i64 *customers, size_t count);
/* She is worked on now. */
err ahead_at(struct tx *tx, i64 customer);
void ahead_end(struct tx *tx);

#endif
