/*
 * What happens to an open task by the clock: a reminder, a move to another friend of hers, its end.
 *
 * A move closes the task and opens the next in one transaction of her slot, so whoever taps the former a moment later
 * is told that it has moved. Without another friend it stays where it is.
 */
#include "feature/stafftask/stafftask_int.h"

#include "core/customer/customer.h"
#include "core/staff/staff.h"
#include "store/journal.h"
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

/* *t stays as it is, without a move to come, when there is nobody else. */
static err move(struct tx *tx, struct staff_task *t, str reason)
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
	TRY(stafftask_finish(tx, t, "moved", reason, 0, &done));
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
		TRY(move(tx, t, STR("late")));
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

/* ---- who left ---- */

/* act, in the base slot: her tasks lie in the slots of the people they are about, so a timer walks them at once. */
err stafftask_on_staff(struct tx *tx, const struct event *ev)
{
	struct staff_changed body;
	TRY(event_body(&tx->snap, ev, &staff_changed_record, &body));
	if (!str_eq_c(body.state, "left"))
		return OK;
	struct stafftask_errand errand = { body.staff };
	return timer_set(tx, STR(STAFFTASK_LEAVER), arena_printf(tx->snap.arena, "%lld", (long long)body.staff), tx->snap.now, 0,
			 &stafftask_errand_record, &errand);
}

/* To another friend of hers; what nobody else can do is taken away, and its caller told. */
static err hand_on(struct tx *tx, i64 id)
{
	struct staff_task t;
	bool ended;
	TRY(staff_task_get(&tx->snap, &(struct stafftask_key){ id }, &t));
	if (!str_eq_c(t.state, "to_do"))
		return OK;
	TRY(move(tx, &t, STR("not_active")));
	TRY(staff_task_get(&tx->snap, &(struct stafftask_key){ id }, &t));
	return str_eq_c(t.state, "to_do") ? stafftask_finish(tx, &t, "cancelled", STR("not_active"), 0, &ended) : OK;
}

static err leaver_done(struct tx *tx, const struct timer_row *row)
{
	bool mine;
	return timer_take(tx, row, &mine);
}

/* Every act takes one off the list; killed in between, it goes on with the rest. */
err stafftask_leaver(struct cx *cx, const struct timer_row *row)
{
	struct stafftask_errand body;
	struct unit *u = &cx->unit;
	TRY(READ_SNAP(u, row->slot, timer_body(snap, row, &stafftask_errand_record, &body)));
	for (;;) {
		struct staff_task *tasks;
		size_t n;
		TRY(READ_SNAP(u, row->slot, staff_task_mine(snap, &(struct stafftask_mine){ body.id, 0, STAFFTASK_MINE_MAX }, &tasks, &n)));
		for (size_t i = 0; i < n; i++) {
			i64 slot = tasks[i].customer ? slot_of_customer(u->store, tasks[i].customer) : row->slot;
			TRY(WRITE_TX(u, slot, hand_on(tx, tasks[i].id)));
		}
		if (n == 0)
			return WRITE_TX(u, row->slot, leaver_done(tx, row));
	}
}
