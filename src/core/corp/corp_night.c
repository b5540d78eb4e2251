/*
 * Nights: one timer per corp and kind, without a key, in the base slot.
 */
#include "core/corp/corp_night.h"

#include "base/tz.h"
#include "core/corp/corp.h"

ms night_next(struct unit *u, ms now, ms after)
{
	const struct tz *tz = corp_zone(u, u->corp);
	i64 today = tz_day(tz, now);
	ms at = tz_day_start(tz, today) + after;
	return at > now ? at : tz_day_start(tz, today + 1) + after;
}

err night_set(struct tx *tx, const char *kind, ms after)
{
	return timer_set(tx, str_c(kind), STR(""), night_next(tx->snap.unit, tx->snap.now, after), 0, NULL, NULL);
}

err night_arm(struct cx *cx, const char *kind, ms after)
{
	struct unit *u = &cx->unit;
	return WRITE_TX(u, slot_base(u->store, u->corp), night_set(tx, kind, after));
}

err night_arm_all(struct env *env, const char *kind, ms after, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct cx cx = cx_system(env, a, 0, "start");
	struct corp *corps;
	size_t n = 0;
	err e = corp_list(&cx.unit, &corps, &n);
	for (size_t i = 0; e == OK && i < n; i++) {
		cx.unit.corp = corps[i].id;
		e = night_arm(&cx, kind, after);
	}
	*f = cx.unit.fail;
	arena_free(a);
	return e;
}

err night_take(struct tx *tx, const struct timer_row *row, ms after, bool *ret_taken)
{
	TRY(timer_take(tx, row, ret_taken));
	return *ret_taken ? night_set(tx, arena_cstr(tx->snap.arena, row->kind), after) : OK;
}
