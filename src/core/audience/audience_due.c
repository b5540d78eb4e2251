/*
 * Persons whom time alone changes: on their due day their facts are folded anew, which runs the hooks that
 * compute stages and windows, the index reads them again, and the watches settle them. A turn takes a bounded
 * number and asks for the next at once, so a day on which a million are due holds nothing up.
 */
#include "core/audience/audience_http.h"

#include "core/attr/attr_value.h"
#include "core/audience/audience_snapshot.h"
#include "core/audience/audience_watch.h"

#define DUE_A_TURN 500

static err again(struct tx *tx, const struct timer_row *row, bool any, bool more)
{
	bool taken;
	if (any)
		TRY(audience_stamp(tx));
	TRY(timer_take(tx, row, &taken));
	return taken && more ? timer_set(tx, row->kind, row->key, tx->snap.now, 0, NULL, NULL) : OK;
}

err audience_due(struct cx *cx, const struct timer_row *row)
{
	struct unit *u = &cx->unit;
	i64 *who;
	size_t n;
	TRY(attr_due_people(u, row->slot, DUE_A_TURN, &who, &n));
	/* Nobody is named in the journal: stamps before and after make every snapshot but a later one too old. */
	if (n)
		TRY(WRITE_TX(u, row->slot, audience_stamp(tx)));
	TRY(attr_refresh(u, who, n));
	if (cx->env->audience)
		audience_touch(cx->env->audience, who, n);
	TRY(audience_watch_settle(u, who, n));
	return WRITE_TX(u, row->slot, again(tx, row, n > 0, n == DUE_A_TURN));
}
