/*
 * letter's tasks in the base slot: opened when the first letter of a gathering is asked for, changed by what the senders
 * tell, stopped when those in it need it no more.
 */
#include "feature/letter/letter_duty_data.h"
#include "feature/letter/letter_int.h"

#include "core/staff/staff.h"
#include "store/outbox.h"

err letter_queue(struct tx *tx, const char *kind, i64 task, ms due)
{
	struct letter_errand body = { task };
	str key = arena_printf(tx->snap.arena, "%lld", (long long)task);
	return outbox_add(tx, str_c(kind), key, STR(""), due, 0, 0, &letter_errand_record, &body, NULL);
}

err letter_task_begin(struct tx *tx, const struct letter_asked *of)
{
	struct letter_task t;
	record_init(&letter_task_record, &t);
	t.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	t.gather = of->gather;
	t.staff = of->staff;
	t.content = of->content;
	t.caller = of->caller;
	t.by_id = of->by_id;
	t.state = STR("gathering");
	t.why = STR("");
	t.made = tx->snap.now;
	t.ready = int_max(of->ready, tx->snap.now);
	t.life = of->life;
	TRY(letter_task_add(tx, &t));
	return letter_queue(tx, "letter.create", t.id, t.ready);
}

err letter_on_asked(struct tx *tx, const struct event *ev)
{
	struct letter_asked body;
	struct letter_n open;
	TRY(event_body(&tx->snap, ev, &letter_asked_record, &body));
	TRY(letter_task_open(&tx->snap, &body, &open));
	return open.n ? OK : letter_task_begin(tx, &body);
}

err letter_task_remind(struct tx *tx, i64 task, bool *ret_reminded)
{
	struct letter_task t;
	struct letter_n recent;
	struct letter_errand body = { task };
	*ret_reminded = false;
	TRY(letter_task_get(&tx->snap, &(struct letter_id){ task }, &t));
	TRY(letter_reminders(&tx->snap, &(struct letter_since){ task, tx->snap.now - WECOM_MASS_REMINDER_MS }, &recent));
	if (recent.n >= WECOM_MASS_REMINDERS_MAX)
		return OK;
	TRY(letter_reminder_add(tx, &(struct letter_since){ task, tx->snap.now }));
	if (!tx_changed(tx))
		return OK; /* the same moment: a double click */
	*ret_reminded = true;
	t.reminded++;
	TRY(letter_task_put(tx, &t));
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)task, (long long)tx->snap.now);
	return outbox_add(tx, STR("letter.remind"), key, STR(""), tx->snap.now, tx->snap.now + MS_HOUR, 0, &letter_errand_record, &body, NULL);
}

err letter_task_stop(struct tx *tx, struct letter_task *t, const char *why)
{
	str key = arena_printf(tx->snap.arena, "%lld", (long long)t->id);
	t->why = str_c(why);
	TRY(letter_task_put(tx, t));
	TRY(outbox_cancel(tx, STR("letter.poll"), key, NULL)); /* one whose call is running sees `why` next time */
	return letter_queue(tx, "letter.close", t->id, tx->snap.now);
}

/* She left: what she has not tapped nobody will tap. */
err letter_on_staff(struct tx *tx, const struct event *ev)
{
	struct staff_changed body;
	struct letter_id *rows;
	size_t n;
	TRY(event_body(&tx->snap, ev, &staff_changed_record, &body));
	if (!str_eq_c(body.state, "left"))
		return OK;
	TRY(letter_tasks_untapped(&tx->snap, &(struct letter_id){ body.staff }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct letter_task t;
		TRY(letter_task_get(&tx->snap, &rows[i], &t));
		if (!t.why.n)
			TRY(letter_task_stop(tx, &t, "left"));
	}
	return OK;
}

/* Enough of those who are in it need it no more? */
static err consider(struct tx *tx, struct letter_task *t)
{
	struct letter_errand key = { t->id };
	struct letter_tally *rows;
	i64 open = 0, wished = 0, share;
	size_t n;
	if (!str_eq_c(t->state, "created") || t->why.n)
		return OK;
	TRY(setting_i64(tx->snap.unit, "letter.redo_percent", &share));
	TRY(letter_tallies(&tx->snap, &key, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!str_eq_c(rows[i].state, "created") && !str_eq_c(rows[i].state, "planned"))
			continue;
		open += rows[i].n;
		wished += rows[i].wish ? rows[i].n : 0;
	}
	return wished && wished * 100 > share * open ? letter_task_stop(tx, t, "goal") : OK;
}

err letter_on_stopped(struct tx *tx, const struct event *ev)
{
	struct letter_errand body;
	struct letter_task t;
	TRY(event_body(&tx->snap, ev, &letter_errand_record, &body));
	TRY(letter_task_get(&tx->snap, &(struct letter_id){ body.task }, &t));
	return consider(tx, &t);
}

err letter_on_task(struct tx *tx, const struct event *ev)
{
	struct letter_made m;
	struct letter_task t;
	TRY(event_body(&tx->snap, ev, &letter_made_record, &m));
	TRY(letter_task_get(&tx->snap, &(struct letter_id){ m.task }, &t));
	if (!str_eq_c(t.state, "making") && !str_eq_c(t.state, "unknown"))
		return OK;
	t.state = str_eq_c(m.result, "created") ? STR("created") : m.result;
	t.people = m.people;
	t.code = m.code;
	if (str_eq_c(m.result, "created")) {
		t.msgid = m.msgid;
		t.sent_at = ev->occurred;
		t.deadline = m.deadline;
		TRY(mass_note(tx, m.msgid));
		TRY(letter_queue(tx, "letter.poll", t.id, tx->snap.now + MASS_POLL_FIRST_MS));
	}
	TRY(letter_task_put(tx, &t));
	return consider(tx, &t);
}

/* Those who still need it get a task of their own at once, until the same deadline. */
static err make_again(struct tx *tx, const struct letter_task *t)
{
	ms left = t->deadline == NIL ? t->life : t->deadline - tx->snap.now;
	struct letter_asked of = { t->gather, t->staff, t->content, t->caller, t->by_id, tx->snap.now, int_max(left, LETTER_LIFE_MIN_MS) };
	struct letter_n open;
	TRY(letter_task_open(&tx->snap, &of, &open));
	return open.n ? OK : letter_task_begin(tx, &of);
}

err letter_on_result(struct tx *tx, const struct event *ev)
{
	struct letter_result r;
	struct letter_task t;
	TRY(event_body(&tx->snap, ev, &letter_result_record, &r));
	TRY(letter_task_get(&tx->snap, &(struct letter_id){ r.task }, &t));
	if (str_eq_c(t.state, "closed"))
		return OK; /* read before it was closed, told after it */
	t.delivered = r.delivered;
	t.not_friend = r.not_friend;
	t.quota = r.quota;
	t.failed = r.failed;
	t.expired = r.expired;
	t.stopped = r.stopped;
	t.late = r.late;
	if (r.confirmed_at != NIL)
		t.confirmed_at = r.confirmed_at;
	if (r.closed)
		t.state = STR("closed");
	TRY(letter_task_put(tx, &t));
	return r.closed && r.again ? make_again(tx, &t) : OK;
}
