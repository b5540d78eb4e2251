/*
 * Timers: what must happen later. A clustered (due, id) table is the truth; work is proportional to
 * what is due. Unique on (corp, kind, key): setting it again moves it.
 */
#ifndef YT_STORE_TIMER_H
#define YT_STORE_TIMER_H

#include "store/store.h"

struct timer_row {
	i64 slot, id, corp;
	ms due;
	str kind, key;
	i64 customer, cause;
	str body; /* JSON */
};

err timer_set(struct tx *tx, str kind, str key, ms due, i64 customer, const struct record *record, const void *body);
err timer_cancel(struct tx *tx, str kind, str key);
err timer_body(const struct snap *s, const struct timer_row *row, const struct record *record, void *ret);
/* Due rows of all corps, earliest first (not removed). */
err timer_due(struct unit *u, ms now, size_t limit, struct timer_row **ret, size_t *ret_count);
/* Removes it inside the transaction of its effects; false: somebody was first, do nothing. */
err timer_take(struct tx *tx, const struct timer_row *row, bool *ret_taken);
err timer_next_due(struct unit *u, ms *ret); /* NIL when none */

#endif
