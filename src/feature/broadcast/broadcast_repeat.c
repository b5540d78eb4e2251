/*
 * Repeats at work: when the next time is, what becomes of one that came, and their changes by hand.
 *
 * `upto` is the moment until which every time of the rule is settled. Whoever passes over times (the timer, a pause that
 * ends) settles them in order and moves it on, in one transaction; a run that is there already is left as it is.
 */
#include "feature/broadcast/broadcast_repeat_data.h"

#include "core/approve/approve.h"
#include "core/audience/audience.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "store/journal.h"
#include "store/timer.h"

static const struct tz *zone(const struct tx *tx) { return corp_zone(tx->snap.unit, tx->snap.corp); }

static ms next_of(const struct tx *tx, const struct broadcast_repeat *r, i64 *ret_day)
{
	struct recur rule = broadcast_rule(r);
	return recur_after(&rule, zone(tx), r->at_minute, r->upto, ret_day);
}

/* The next moment, the timer, and the end when there is none any more. */
static err arm(struct tx *tx, struct broadcast_repeat *r)
{
	str key = arena_printf(tx->snap.arena, "%lld", (long long)r->id);
	i64 day;
	bool over = r->times != NIL && r->sent >= r->times;
	r->next = over || str_eq_c(r->state, "ended") ? NIL : next_of(tx, r, &day);
	if (r->next == NIL && str_eq_c(r->state, "running")) {
		r->state = STR("ended");
		r->why = STR("over");
	}
	if (str_eq_c(r->state, "running"))
		return timer_set(tx, STR(BROADCAST_REPEAT), key, r->next, 0, &broadcast_key_record, &(struct broadcast_key){ r->id });
	return timer_cancel(tx, STR(BROADCAST_REPEAT), key);
}

static err put(struct tx *tx, struct broadcast_repeat *r)
{
	TRY(arm(tx, r));
	TRY(broadcast_repeat_update(tx, r));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	r->version++;
	return OK;
}

static err note(struct tx *tx, const struct broadcast_repeat *r, i64 day, ms due, const char *state, i64 broadcast, str reason)
{
	struct broadcast_run run = { r->id, day, due, tx->snap.now, str_c(state), broadcast, reason };
	TRY(broadcast_run_add(tx, &run));
	return tx_changed(tx) ? journal_add(tx, EV_REPEAT_RAN, 0, tx->snap.now, &broadcast_run_record, &run, NULL) : OK;
}

/* ---- a time that came ---- */

/* What the transaction needs and cannot read: whom its audience means now; why not: it cannot be sent. */
struct ready { str expr, words, why; };

static err send(struct tx *tx, struct broadcast_repeat *r, const struct ready *ready, i64 day, ms due)
{
	struct unit *u = tx->snap.unit;
	struct content content;
	i64 id, scope = u->scope;
	content_read(tx->snap.arena, r->content, &content);
	struct broadcast_new new = {
		.name = r->name, .expr = ready->expr, .words = ready->words, .content = &content, .confirmed = r->most, .made_by = r->made_by,
		.aim = { .priority = r->priority, .holdout = r->holdout, .kind = r->kind, .seed = r->id,
			 .deadline = r->life_hours ? tx->snap.now + r->life_hours * MS_HOUR : NIL },
	};
	u->scope = r->viewed_by;
	err e = broadcast_create(tx, &new, &id);
	u->scope = scope;
	TRY(e);
	r->sent++;
	return note(tx, r, day, due, "sent", id, STR(""));
}

static err settle_one(struct tx *tx, struct broadcast_repeat *r, const struct ready *ready, i64 day, ms due)
{
	struct broadcast_run run;
	err e = broadcast_run_get(&tx->snap, &(struct broadcast_day){ r->id, day }, &run);
	if (e != ERR_NOT_FOUND)
		return e; /* skipped beforehand */
	if (tx->snap.now - due > RECUR_LATE_MS)
		return note(tx, r, day, due, "missed", 0, STR(""));
	if (ready->why.n)
		return note(tx, r, day, due, "failed", 0, ready->why);
	return send(tx, r, ready, day, due);
}

static err due_in(struct tx *tx, const struct timer_row *row, const struct ready *ready)
{
	struct broadcast_key key;
	struct broadcast_repeat r;
	bool taken;
	ms at;
	i64 day;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	TRY(timer_body(&tx->snap, row, &broadcast_key_record, &key));
	TRY(broadcast_repeat_get(&tx->snap, &key, &r));
	if (!str_eq_c(r.state, "running"))
		return OK;
	r.upto = int_max(r.upto, tx->snap.now - RECUR_BACK_DAYS * MS_DAY);
	while ((r.times == NIL || r.sent < r.times) && (at = next_of(tx, &r, &day)) != NIL && at <= tx->snap.now) {
		TRY(settle_one(tx, &r, ready, day, at));
		r.upto = at;
	}
	if (str_eq_c(ready->why, "maker")) {
		r.state = STR("paused");
		r.why = ready->why;
	}
	return put(tx, &r);
}

static err resolve(struct cx *cx, const struct broadcast_repeat *r, struct ready *ret)
{
	struct expr *audience;
	str name;
	TRY(r->audience ? audience_expr_of(&cx->unit, r->audience, &name, &audience) : expr_parse(&cx->unit, r->expr, &audience));
	*ret = (struct ready){ expr_text(CX_ARENA(cx), audience), expr_words(&cx->unit, audience, LANG_ZH), STR("") };
	return OK;
}

/* With its maker's eyes; what keeps it from being sent is a reason, not an error. */
static err make_ready(struct cx *cx, const struct broadcast_repeat *r, struct ready *ret)
{
	struct user maker;
	err e = r->made_by ? user_get(&cx->unit, r->made_by, &maker) : OK;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	*ret = (struct ready){ .why = e == ERR_NOT_FOUND || (r->made_by && maker.disabled) ? STR("maker") : STR("") };
	if (ret->why.n)
		return OK;
	cx->unit.scope = r->viewed_by;
	e = resolve(cx, r, ret);
	cx->unit.scope = 0;
	if (e != OK && err_retryable(e))
		return e;
	if (e != OK)
		*ret = (struct ready){ .why = STR("audience") };
	return OK;
}

err broadcast_repeat_due(struct cx *cx, const struct timer_row *row)
{
	struct broadcast_key key;
	struct broadcast_repeat r;
	struct ready ready;
	i64 id;
	if (!str_i64(row->key, &id))
		return ERR_INTERNAL;
	key.id = id;
	TRY(READ_SNAP(&cx->unit, row->slot, broadcast_repeat_get(snap, &key, &r)));
	TRY(make_ready(cx, &r, &ready));
	err e = WRITE_TX(&cx->unit, row->slot, due_in(tx, row, &ready));
	if (e == OK || err_retryable(e))
		return e;
	ready.why = str_c(err_name(e)); /* the broadcast itself was refused: said so, and on to the next time */
	return WRITE_TX(&cx->unit, row->slot, due_in(tx, row, &ready));
}

/* ---- by hand ---- */

static err tell(struct tx *tx, const char *act, i64 id)
{
	return audit_add(tx, act, arena_printf(tx->snap.arena, "repeat:%lld", (long long)id), STR(""));
}

static err get(struct tx *tx, i64 id, struct broadcast_repeat *ret)
{
	err e = broadcast_repeat_get(&tx->snap, &(struct broadcast_key){ id }, ret);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_BROADCAST_REPEAT, LANG_ZH)));
	if (e == OK && str_eq_c(ret->state, "ended"))
		return tx_fail(tx, ERR_STATE, T_BROADCAST_REPEAT_ENDED, STR("id"), STR_NIL, STR_NIL);
	return e;
}

static err ahead(struct tx *tx, const struct broadcast_repeat *r)
{
	i64 day;
	return next_of(tx, r, &day) != NIL ? OK : tx_fail(tx, ERR_INPUT, T_BROADCAST_REPEAT_NEVER, STR("first_day"),
							  tz_format_date(r->first_day, tx->snap.arena), STR_NIL);
}

static bool means_more(const struct broadcast_repeat *was, const struct broadcast_repeat *r)
{
	return str_eq_c(was->state, "asked") || r->most > was->most || r->audience != was->audience || !str_eq(r->expr, was->expr) ||
	       !str_eq(r->content, was->content) || !str_eq(r->kind, was->kind);
}

/* was NULL: new. */
static err first_state(struct tx *tx, const struct broadcast_repeat *was, struct broadcast_repeat *r)
{
	bool second;
	TRY(approval_needed(tx->snap.unit, "broadcast.approve_over", r->most, &second));
	if (second && (!was || means_more(was, r)))
		r->state = STR("asked");
	else if (!was || str_eq_c(was->state, "asked"))
		r->state = STR("running");
	return OK;
}

err broadcast_repeat_add(struct tx *tx, struct broadcast_repeat *r)
{
	struct broadcast_n n;
	TRY(broadcast_repeat_count(&tx->snap, &(struct none){ 0 }, &n));
	if (n.n >= BROADCAST_REPEATS_MAX)
		return tx_fail(tx, ERR_STATE, T_TOO_BIG, STR("repeats"), STR_NIL, STR(FAIL_STR(BROADCAST_REPEATS_MAX)));
	r->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	r->upto = tx->snap.now;
	TRY(ahead(tx, r));
	TRY(first_state(tx, NULL, r));
	TRY(arm(tx, r));
	TRY(broadcast_repeat_insert(tx, r));
	return tell(tx, "repeat.create", r->id);
}

err broadcast_repeat_edit(struct tx *tx, struct broadcast_repeat *r)
{
	struct broadcast_repeat was;
	TRY(get(tx, r->id, &was));
	r->state = was.state;
	r->why = was.why;
	r->sent = was.sent;
	r->made_by = r->made_by ? r->made_by : was.made_by; /* whoever changes it answers for it */
	r->created = was.created;
	r->upto = int_max(was.upto, tx->snap.now);
	if (r->times != NIL && r->times <= was.sent)
		return tx_fail(tx, ERR_INPUT, T_TOO_SMALL, STR("times"), arena_printf(tx->snap.arena, "%lld", (long long)r->times),
			       arena_printf(tx->snap.arena, "%lld", (long long)was.sent + 1));
	TRY(ahead(tx, r));
	TRY(first_state(tx, &was, r));
	TRY(put(tx, r));
	return tell(tx, "repeat.change", r->id);
}

/* What passed while it was paused is noted so. */
static err pass_over(struct tx *tx, struct broadcast_repeat *r)
{
	ms at;
	i64 day;
	r->upto = int_max(r->upto, tx->snap.now - RECUR_BACK_DAYS * MS_DAY);
	while ((at = next_of(tx, r, &day)) != NIL && at <= tx->snap.now) {
		TRY(note(tx, r, day, at, "paused", 0, STR("")));
		r->upto = at;
	}
	r->upto = tx->snap.now;
	return OK;
}

err broadcast_repeat_turn(struct tx *tx, i64 id, const char *state)
{
	struct broadcast_repeat r;
	TRY(get(tx, id, &r));
	if (str_eq_c(r.state, state))
		return OK;
	if (str_eq_c(r.state, "asked") && strcmp(state, "ended") != 0)
		return tx_fail(tx, ERR_STATE, T_APPROVAL_WAITS, STR("id"), r.name, STR_NIL);
	if (str_eq_c(r.state, "paused"))
		TRY(pass_over(tx, &r));
	r.state = str_c(state);
	r.why = STR("hand");
	TRY(put(tx, &r));
	return tell(tx, arena_cstr(tx->snap.arena, arena_printf(tx->snap.arena, "repeat.%s", state)), id);
}

err broadcast_repeat_decide(struct tx *tx, struct broadcast_repeat *r, bool agreed)
{
	TRY(agreed ? pass_over(tx, r) : OK);
	r->state = agreed ? STR("running") : STR("ended");
	r->why = agreed ? STR("") : STR("refused");
	return put(tx, r);
}

err broadcast_repeat_skip(struct tx *tx, i64 id, bool skip)
{
	struct broadcast_repeat r;
	i64 day;
	TRY(get(tx, id, &r));
	ms at = next_of(tx, &r, &day);
	if (!str_eq_c(r.state, "running") || at == NIL)
		return tx_fail(tx, ERR_STATE, T_BROADCAST_REPEAT_STILL, STR("id"), STR_NIL, STR_NIL);
	TRY(skip ? note(tx, &r, day, at, "skipped", 0, STR("")) : broadcast_run_unskip(tx, &(struct broadcast_day){ id, day }));
	return tell(tx, skip ? "repeat.skip" : "repeat.unskip", id);
}
