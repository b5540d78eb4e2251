/*
 * attr_value: rows of values, and who is to be refreshed on which day.
 */
#include "core/attr/attr_data.h"

#include "base/tz.h"
#include "core/corp/corp.h"
#include "store/timer.h"

err attr_value_put(struct tx *tx, const struct attr_value *v)
{
	if (v->n == NIL && !v->t.p)
		return attr_value_remove(tx, v);
	return attr_value_write(tx, v);
}

err attr_value_get(const struct snap *s, i64 root, i64 attr, struct attr_value *ret)
{
	const struct attr_value key = { .customer = root, .attr = attr };
	err e = attr_value_one(s, &key, ret);
	if (e == ERR_NOT_FOUND)
		*ret = (struct attr_value){ root, attr, NIL, STR_NIL };
	return e == ERR_NOT_FOUND ? OK : e;
}

err attr_values_of(const struct snap *s, i64 root, struct attr_value **ret, size_t *ret_count)
{
	return attr_value_list(s, &(struct attr_key){ root }, ret, ret_count);
}

err attr_value_page(const struct snap *s, i64 attr, i64 after, size_t limit, err (*row)(void *arg, const void *of), void *arg)
{
	return attr_value_span(s, &(struct attr_after){ attr, after, (i64)limit }, row, arg);
}

void attr_due(struct attr_person *p, i64 day)
{
	day = int_max(day, p->today + 1);
	p->due = p->due == NIL ? day : int_min(p->due, day);
}

err attr_times(const struct snap *s, const struct attr_person *p, i64 kind, i64 from, i64 to, i64 *ret)
{
	i64 sum = 0;
	for (size_t i = 0; i < p->count; i++) {
		struct attr_sum row;
		struct snap at = *s;
		snap_slot(&at, slot_of_customer(s->unit->store, p->leaves[i]));
		TRY(event_day_sum(&at, &(struct attr_days){ p->leaves[i], kind, from, to }, &row));
		sum += row.n;
	}
	*ret = sum;
	return OK;
}

/* ---- due days ---- */

err attr_due_keep(struct tx *tx, const struct attr_person *p)
{
	struct attr_due_row row = { p->root, NIL };
	err e = attr_due_get(&tx->snap, &(struct attr_key){ p->root }, &row);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (row.day == p->due)
		return OK;
	if (p->due == NIL)
		return attr_due_remove(tx, &(struct attr_key){ p->root });
	struct unit *u = tx->snap.unit;
	TRY(attr_due_put(tx, &(struct attr_due_row){ p->root, p->due }));
	return timer_set(tx, STR(ATTR_DUE_TIMER), arena_printf(tx->snap.arena, "%lld", (long long)p->due),
			 tz_day_start(corp_zone(u, u->corp), p->due), 0, NULL, NULL);
}

err attr_due_people(struct unit *u, i64 slot, size_t limit, i64 **ret, size_t *ret_count)
{
	struct attr_due_row *due;
	const struct attr_due_find find = { corp_day(u, clock_now(u->clock)), (i64)limit };
	TRY(READ_SNAP(u, slot, attr_due_list(snap, &find, &due, ret_count)));
	*ret = ARENA_ARRAY(u->arena, i64, *ret_count + 1);
	for (size_t i = 0; i < *ret_count; i++)
		(*ret)[i] = due[i].customer;
	return OK;
}
