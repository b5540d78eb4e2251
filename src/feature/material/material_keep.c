/*
 * The night: visits nobody has gone on with for MATERIAL_KEEP_DAYS go, and so does when an advisor was told that long ago.
 * The sums by day and the events stay. A bounded number of rows of one slot in a transaction.
 */
#include "feature/material/material_visit_data.h"

#include "core/corp/corp_night.h"

#define KEEP_AT (4 * MS_HOUR + 40 * MS_MINUTE)
#define KEEP_ROWS 1000

static err forget(struct tx *tx, bool *ret_more)
{
	struct material_before in = { tx->snap.now - MATERIAL_KEEP_DAYS * MS_DAY, KEEP_ROWS };
	TRY(material_visits_forget(tx, &in));
	*ret_more = tx_changed(tx) == KEEP_ROWS;
	TRY(material_alerts_forget(tx, &in));
	*ret_more |= tx_changed(tx) == KEEP_ROWS;
	return OK;
}

err material_keep(struct cx *cx, const struct timer_row *row)
{
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	bool taken;
	for (size_t i = 0; i < n; i++)
		for (bool more = true; more;)
			TRY(WRITE_TX(&cx->unit, slots[i], forget(tx, &more)));
	return WRITE_TX(&cx->unit, row->slot, night_take(tx, row, KEEP_AT, &taken));
}

err material_keep_arm(struct cx *cx) { return night_arm(cx, MATERIAL_KEEP_TIMER, KEEP_AT); }
err material_keep_arm_all(struct env *env, struct fail *f) { return night_arm_all(env, MATERIAL_KEEP_TIMER, KEEP_AT, f); }
