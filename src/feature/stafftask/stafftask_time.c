/*
 * What happens to an open task by the clock: a reminder, a move to another friend of hers, its end.
 *
 * A move closes the task and opens the next in one transaction of her slot, so whoever taps the former a moment later
 * is told that it has moved. Without another friend it stays where it is.
 */
#include "feature/stafftask/stafftask_int.h"

#include "core/customer/customer.h"
#include "store/timer.h"

/* Everybody who had it. */
static err had_it(const struct snap *s, const struct staff_task *t, i64 **ret, size_t *ret_count)
{
	struct stafftask_act act = { t->caller, t->by_id, t->act_key };
	struct staff_task *rows;
	TRY(staff_task_of_act(s, &act, &rows, ret_count));
	*ret = ARENA_ARRAY(s->arena, i64, *ret_count + 1);
	for (size_t i = 0; i < *ret_count; i++)
		(*ret)[i] = rows[i].staff;
	return OK;
}

static err move(struct tx *tx, struct staff_task *t)
{
	struct stafftask_whom whom = { .who = STR("on_duty"), .friends = true, .at = tx->snap.now };
	struct stafftask_picked to = { .why = "no_friend" };
	struct staff_task next = *t;
	i64 *tried;
	bool done;
	TRY(had_it(&tx->snap, t, &tried, &whom.tried_count));
	whom.tried = tried;
	if (t->customer) {
		TRY(customer_root(tx->snap.unit, t->customer, &whom.customer));
		TRY(stafftask_pick(tx->snap.unit, &whom, &to));
	}
	if (to.why || !to.staff) {
		t->move_at = 0;
		return staff_task_wait(tx, t);
	}
	TRY(stafftask_finish(tx, t, "moved", STR("late"), 0, &done));
	next.nth++;
	next.staff = to.staff;
	next.store = to.store;
	next.move_at = tx->snap.now + t->wait_ms;
	next.remind_at = t->remind_at ? tx->snap.now + t->wait_ms / 2 : 0;
	return stafftask_make(tx, &next, false, &done);
}

static err act(struct tx *tx, struct staff_task *t, bool *ret_open)
{
	bool ended;
	*ret_open = true;
	if (tx->snap.now >= t->deadline) {
		*ret_open = false;
		return stafftask_finish(tx, t, "expired", STR("not_done"), 0, &ended);
	}
	if (t->move_at && tx->snap.now >= t->move_at) {
		TRY(move(tx, t));
		*ret_open = t->move_at == 0;
		if (!*ret_open)
			return OK;
	}
	if (t->remind_at && tx->snap.now >= t->remind_at) {
		t->remind_at = 0;
		TRY(staff_task_wait(tx, t));
		return t->staff ? stafftask_tell_of(tx, t, t->staff, "remind", STR("1")) : OK;
	}
	return OK;
}

static err take(struct tx *tx, const struct timer_row *row, i64 id)
{
	struct staff_task t;
	bool mine, open;
	TRY(timer_take(tx, row, &mine));
	if (!mine)
		return OK;
	TRY(staff_task_get(&tx->snap, &(struct stafftask_key){ id }, &t));
	if (!str_eq_c(t.state, "to_do"))
		return OK;
	TRY(act(tx, &t, &open));
	return open ? stafftask_arm(tx, &t) : OK;
}

err stafftask_due(struct cx *cx, const struct timer_row *row)
{
	struct stafftask_errand body;
	TRY(READ_SNAP(&cx->unit, row->slot, timer_body(snap, row, &stafftask_errand_record, &body)));
	return WRITE_TX(&cx->unit, row->slot, take(tx, row, body.id));
}
