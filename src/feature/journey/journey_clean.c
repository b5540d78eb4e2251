/*
 * The night: places people left long ago go, with their steps, and what dry runs found. Counts and "has she been
 * in?" stay. One journey of one slot at a time, a bounded number of rows in a transaction.
 */
#include "feature/journey/journey_clean.h"

#include "core/corp/corp.h"
#include "core/corp/corp_night.h"

#define CLEAN_AT (4 * MS_HOUR + 20 * MS_MINUTE)
#define CLEAN_ROWS 1000

static err clean_slot(struct tx *tx, i64 journey, bool *ret_more)
{
	struct journey_clean_in in = { journey, tx->snap.now - JOURNEY_KEEP_DAYS * MS_DAY, CLEAN_ROWS };
	TRY(journey_clean_steps(tx, &in));
	TRY(journey_clean_places(tx, &in));
	*ret_more = tx_changed(tx) == CLEAN_ROWS;
	return journey_clean_tries(tx, &(struct journey_clean_day){ corp_day(tx->snap.unit, tx->snap.now) });
}

err journey_clean(struct cx *cx, const struct timer_row *row)
{
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	struct journey_row *all;
	size_t n, slot_n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	bool taken;
	TRY(READ_SNAP(&cx->unit, row->slot, journey_all(snap, &(struct none){ 0 }, &all, &n)));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < slot_n; k++)
			for (bool more = true; more;)
				TRY(WRITE_TX(&cx->unit, slots[k], clean_slot(tx, all[i].id, &more)));
	return WRITE_TX(&cx->unit, row->slot, night_take(tx, row, CLEAN_AT, &taken));
}

err journey_clean_arm(struct cx *cx) { return night_arm(cx, JOURNEY_CLEAN, CLEAN_AT); }
err journey_clean_arm_all(struct env *env, struct fail *f) { return night_arm_all(env, JOURNEY_CLEAN, CLEAN_AT, f); }
