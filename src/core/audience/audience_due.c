/*
 * Persons who change without a journal row naming them: by a job that writes values or folds anew, and by time
 * alone. Whatever stands after the journal hears of it here: the index, the watches, and the stamp that keeps an
 * older snapshot of the index from being believed.
 *
 * Time: on their due day their facts are folded anew, which runs the hooks that compute stages and windows. A
 * turn takes a bounded number and asks for the next at once, so a day on which a million are due holds nothing up.
 */
#include "core/audience/audience_http.h"

#include "core/attr/attr_value.h"
#include "core/audience/audience_snapshot.h"
#include "core/audience/audience_watch.h"

#define DUE_A_TURN 500

static err stamps(struct unit *u, const i64 *who, size_t count)
{
	i64 last = NIL;
	for (size_t i = 0; i < count; i++) {
		i64 slot = slot_of_customer(u->store, who[i]);
		if (slot != last)
			TRY(WRITE_TX(u, slot, audience_stamp(tx)));
		last = slot;
	}
	return OK;
}

/* The stamp behind it makes a snapshot too old that was written between the change and the touch. */
err audience_changed(struct unit *u, const i64 *who, size_t count)
{
	if (count == 0)
		return OK;
	if (u->env->audience)
		audience_touch(u->env->audience, who, count);
	TRY(audience_watch_settle(u, who, count));
	return stamps(u, who, count);
}

err audience_refresh(struct unit *u, const i64 *who, size_t count)
{
	TRY(stamps(u, who, count));
	TRY(attr_refresh(u, who, count));
	return audience_changed(u, who, count);
}

static err again(struct tx *tx, const struct timer_row *row, bool more)
{
	bool taken;
	TRY(timer_take(tx, row, &taken));
	return taken && more ? timer_set(tx, row->kind, row->key, tx->snap.now, 0, NULL, NULL) : OK;
}

err audience_due(struct cx *cx, const struct timer_row *row)
{
	struct unit *u = &cx->unit;
	i64 *who;
	size_t n;
	TRY(attr_due_people(u, row->slot, DUE_A_TURN, &who, &n));
	TRY(audience_refresh(u, who, n));
	return WRITE_TX(u, row->slot, again(tx, row, n == DUE_A_TURN));
}
