/*
 * Senders. A claim is one corp's turn (store/outbox.h). A claimed row is CALLING durably before its call
 * begins, so a crash in between is seen: the row becomes UNKNOWN at the next start, or half a minute after an
 * outcome could not be written, and is reconciled, never sent blindly again. The outcome and its event are one
 * transaction in the row's slot. A sender that is told "not before then" tells it for all rows of its kind.
 */
#include "app/sender.h"
#include "base/fault.h"
#include "base/log.h"
#include "store/journal.h"

#define CLAIM_ROWS 32
#define TURN_MS MS_SECOND /* then it is another corp's */
#define CLAIM_URGENT 4 /* of a lane whose every row is waited for: its threads share them */
#define UNKNOWN_AFTER_MS (30 * MS_SECOND) /* reconcile soon: promised within five minutes */
#define RETRY_FIRST_MS (2 * MS_SECOND)
#define RETRY_LAST_MS (10 * MS_MINUTE)
#define SHUT_MS MS_SECOND /* closed for less: each row may find out by itself */
#define SHUT_LAST_MS (5 * MS_MINUTE) /* then one looks again, and what expired meanwhile is told */

static const struct sender *sender_of(struct env *env, str kind)
{
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct sender *s = env->modules[i]->senders; s && s->kind; s++)
			if (str_eq_c(kind, s->kind))
				return s;
	return NULL;
}

static ms backoff(i64 attempts)
{
	ms wait = RETRY_FIRST_MS;
	for (i64 i = 0; i < attempts && wait < RETRY_LAST_MS; i++)
		wait *= 2;
	return int_min(wait, RETRY_LAST_MS);
}

static err write_outcome(struct tx *tx, const struct outbox_row *row, const struct outcome *o)
{
	if (o->event)
		TRY(journal_add(tx, (enum event_kind)o->event, o->customer, tx->snap.now, o->record, o->body, NULL));
	switch (o->state) {
	case OUTCOME_RETRY:
		return outbox_retry(tx, row, o->retry_at ? o->retry_at : tx->snap.now + backoff(row->attempts), o->reason);
	case OUTCOME_UNKNOWN:
		return outbox_finish(tx, row, OUTBOX_UNKNOWN, o->reason);
	case OUTCOME_DROPPED:
		return outbox_finish(tx, row, OUTBOX_DROPPED, o->reason);
	case OUTCOME_DONE:
		break;
	}
	return outbox_finish(tx, row, OUTBOX_DONE, o->reason);
}

/* A sender that returns an error says: nothing was decided. Retryable ones come back, a call cut in the
 * middle is unknown, everything else ends here with its code as reason. */
static void outcome_of_error(struct cx *cx, err e, struct outcome *o)
{
	o->state = e == ERR_UNKNOWN ? OUTCOME_UNKNOWN : err_retryable(e) ? OUTCOME_RETRY : OUTCOME_DROPPED;
	o->event = 0;
	if (str_is_nil(o->reason))
		o->reason = str_c(err_name(e));
	log_fail("sender.failed", &cx->unit.fail, STR_NIL);
}

/* Rows that somebody waits for: an outcome of theirs goes before who is in no hurry and only stands, and the disk is waited
 * for once a turn. The claim is durable, so an outcome that a power failure takes is unknown, as one never written. */
static bool is_urgent(str lane) { return str_eq_c(lane, LANE_WELCOME); }

/* For tests that kill: between the claim and the call, and between the answer and our word about it. */
static err cut_short(const char *point) { return fault_pass(point) != FAULT_NONE ? ERR_IO : OK; }

/* "Not before then" holds for all rows of its kind. */
static void shut_if_told(struct cx *cx, const struct outbox_row *row)
{
	const struct fail *f = &cx->unit.fail;
	ms now = cx_now(cx);
	if (f->code == ERR_TOO_MANY && f->retry_at >= now + SHUT_MS)
		outbox_shut(cx->env->store, row, int_min(f->retry_at, now + SHUT_LAST_MS));
}

static err carry_out(struct env *env, struct arena *a, const struct outbox_row *row, bool reconcile)
{
	struct cx cx = cx_system(env, a, row->corp, "sender");
	cx.unit.cause = row->cause;
	struct outcome o = { .state = OUTCOME_DONE, .customer = row->customer };
	const struct sender *s = sender_of(env, row->kind);
	bool late = row->state == OUTBOX_DROPPED; /* the claim closed it */
	TRY(cut_short("sender.claimed"));
	if (!s || (reconcile && !s->reconcile)) {
		o.state = OUTCOME_DROPPED;
		o.reason = reconcile ? STR("unknown") : STR("no sender");
	} else {
		err e = late && s->expired ? s->expired(&cx, row, &o) : OK;
		if (late && !s->expired)
			o = (struct outcome){ .state = OUTCOME_DROPPED, .reason = STR("expired") };
		else if (!late)
			e = reconcile ? s->reconcile(&cx, row, &o) : s->send(&cx, row, &o);
		if (e != OK)
			outcome_of_error(&cx, e, &o);
	}
	if (o.state == OUTCOME_RETRY)
		shut_if_told(&cx, row);
	TRY(cut_short("sender.called"));
	cx.unit.lazy = is_urgent(row->lane);
	err e = WRITE_TX(&cx.unit, row->slot, write_outcome(tx, row, &o));
	if (e != OK)
		log_fail("sender.outcome_lost", &cx.unit.fail, STR_NIL);
	return e;
}

static err carry_out_all(struct env *env, struct arena *a, const struct outbox_row *rows, size_t count, bool reconcile)
{
	for (size_t i = 0; i < count; i++) {
		struct arena_mark mark = arena_mark(a);
		TRY(carry_out(env, a, &rows[i], reconcile));
		arena_reset(a, mark);
	}
	return OK;
}

/* A corp whose calls are slow gives the rest of its turn back, so that nobody waits behind all of them; and so it is when
 * its interface is closed, or an outcome could not be written: what was not begun must not stay claimed until the next start. */
static err carry_out_turn(struct env *env, struct arena *a, const struct outbox_row *rows, size_t count)
{
	ms ends = clock_mono() + TURN_MS;
	err first = OK;
	for (size_t i = 0; i < count; i++) {
		struct unit u = unit_new(env->store, a, rows[i].corp, "sender");
		bool over = first != OK || outbox_is_shut(env->store, &rows[i], clock_now(env->clock)) || (!env->clock->simulated && i > 0 && clock_mono() >= ends);
		err e = over && rows[i].state == OUTBOX_CALLING ? WRITE_TX(&u, rows[i].slot, outbox_give_back(tx, &rows[i]))
								: carry_out_all(env, a, &rows[i], 1, false);
		outbox_let_go(env->store, &rows[i]);
		first = first == OK ? e : first;
	}
	return first;
}

err sender_run(struct env *env, struct arena *a, const char *lane, bool *ret_worked)
{
	struct outbox_row *rows;
	size_t count;
	struct fail f = { 0 };
	*ret_worked = false;
	bool urgent = is_urgent(str_c(lane));
	size_t most = urgent ? CLAIM_URGENT : CLAIM_ROWS;
	TRY(outbox_claim(env->store, a, str_c(lane), clock_now(env->clock), most, &rows, &count, &f));
	*ret_worked = count > 0;
	err e = carry_out_turn(env, a, rows, count);
	return e == OK && urgent && count ? store_durable(env->store, &f) : e;
}

err sender_reconcile(struct env *env, struct arena *a, bool *ret_worked)
{
	struct outbox_row *rows;
	size_t count;
	struct fail f = { 0 };
	*ret_worked = false;
	TRY(outbox_sweep(env->store, a, clock_now(env->clock) - UNKNOWN_AFTER_MS, &f));
	TRY(outbox_unknown(env->store, a, clock_now(env->clock) - UNKNOWN_AFTER_MS, CLAIM_ROWS, &rows, &count, &f));
	*ret_worked = count > 0;
	return carry_out_all(env, a, rows, count, true);
}

err sender_next_due(struct unit *u, const char *lane, ms *ret)
{
	ms since;
	TRY(outbox_next_due(u, str_c(lane), ret));
	if (!str_eq_c(STR(LANE_ORDINARY), lane))
		return OK;
	TRY(outbox_unknown_since(u, &since));
	if (since != NIL)
		*ret = *ret == NIL ? since + UNKNOWN_AFTER_MS + 1 : int_min(*ret, since + UNKNOWN_AFTER_MS + 1);
	return OK;
}
