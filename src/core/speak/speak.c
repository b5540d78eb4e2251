/*
 * Asking, and what comes of it. See speak.h for what must stay true.
 */
#include "core/speak/speak_data.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/reach/reach.h"
#include "store/outbox.h"
#include "store/timer.h"

#define MARKETING "marketing"

static str id_text(struct arena *a, i64 id) { return arena_printf(a, "%lld", (long long)id); }

static str claim_key(struct arena *a, const char *verb, str by, i64 by_id, str act)
{
	return arena_printf(a, "%s/%.*s/%lld/%.*s", verb, STR_F(by), (long long)by_id, STR_F(act));
}

static err by_act(const struct snap *s, const struct verb_call *call, const char *verb, struct speak *ret)
{
	struct speak key = { .customer = call->customer, .verb = str_c(verb), .made_by = str_c(call->by), .made_by_id = call->by_id, .act = call->key };
	return speak_by_act(s, &key, ret);
}

err speak_before(struct tx *tx, const struct verb_call *call, const char *verb, struct verb_result *ret, bool *ret_known)
{
	struct speak row;
	err e = by_act(&tx->snap, call, verb, &row);
	*ret_known = e == OK;
	if (e == OK)
		*ret = (struct verb_result){ VERB_ASKED, STR(""), NIL };
	return e == ERR_NOT_FOUND ? OK : e;
}

static err restraint(struct tx *tx, const struct speak_ask *ask, struct verb_result *ret, bool *ret_go)
{
	const struct verb_call *c = ask->call;
	struct reach_ask of = { .root = c->customer, .channel = ask->channel, .class = MARKETING, .by = c->by, .by_id = c->by_id,
				.key = claim_key(tx->snap.arena, ask->verb, str_c(c->by), c->by_id, c->key), .at = c->at };
	struct reach_answer answer = { REACH_GO, NIL };
	if (ask->channel && str_eq_c(ask->class, MARKETING))
		TRY(reach_claim(tx, &of, &answer));
	*ret_go = answer.verdict == REACH_GO;
	if (!*ret_go)
		*ret = (struct verb_result){ answer.retry_at == NIL ? VERB_REFUSED : VERB_HELD, str_c(reach_reason(answer.verdict)), answer.retry_at };
	return OK;
}

err speak_ask(struct tx *tx, const struct speak_ask *ask, struct verb_result *ret)
{
	const struct verb_call *c = ask->call;
	bool go;
	TRY(restraint(tx, ask, ret, &go));
	if (!go)
		return OK;
	struct speak row = { c->customer, ask->id ? ask->id : id_next(store_ids(tx->snap.unit->store), tx->snap.now), str_c(ask->verb),
			     ask->channel ? str_c(ask->channel) : STR_NIL, ask->class, ask->via, str_c(ask->sender), str_c(c->by), c->by_id, c->token,
			     c->key, STR("asked"), STR_NIL, STR_NIL, c->at, NIL };
	TRY(speak_add(tx, &row));
	TRY(outbox_add(tx, row.sender, id_text(tx->snap.arena, row.id), str_c(ask->lane ? ask->lane : ""), c->at, ask->expires, row.customer,
		       ask->record, ask->body, NULL));
	*ret = (struct verb_result){ VERB_ASKED, STR(""), NIL };
	return OK;
}

static err give_back(struct tx *tx, const struct speak *row)
{
	if (!row->channel.n || !str_eq_c(row->class, MARKETING))
		return OK;
	return reach_release(tx, row->customer, claim_key(tx->snap.arena, arena_cstr(tx->snap.arena, row->verb), row->made_by, row->made_by_id, row->act));
}

static err tell_caller(struct tx *tx, const struct speak *row, const char *state)
{
	struct verb_ended ended = { row->verb, row->made_by, row->made_by_id, row->token, row->act, str_c(state), row->reason, row->ended };
	return verb_tell(tx, row->customer, &ended);
}

err speak_stop(struct tx *tx, const struct verb_call *call, const char *verb, bool *ret_stopped)
{
	struct speak row;
	*ret_stopped = false;
	err e = by_act(&tx->snap, call, verb, &row);
	if (e == ERR_NOT_FOUND || (e == OK && !str_eq_c(row.state, "asked")))
		return OK;
	TRY(e);
	TRY(outbox_cancel(tx, row.sender, id_text(tx->snap.arena, row.id), ret_stopped));
	if (!*ret_stopped)
		return OK;
	row.state = STR("stopped");
	row.ended = tx->snap.now;
	TRY(speak_put(tx, &row));
	TRY(give_back(tx, &row));
	return tell_caller(tx, &row, "stopped");
}

err speak_count(struct tx *tx, i64 root, const char *verb, str via, ms since, i64 *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	struct snap at = tx->snap;
	size_t n;
	*ret = 0;
	TRY(customer_leaves_in(&tx->snap, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct speak_n one;
		struct speak_since in = { leaves[i], str_c(verb), via.p ? via : STR(""), via.p == NULL, since };
		snap_slot(&at, slot_of_customer(tx->snap.unit->store, leaves[i]));
		TRY(speak_said(&at, &in, &one));
		*ret += one.n;
	}
	return OK;
}

/* ---- for senders ---- */

i64 speak_id(const struct outbox_row *row)
{
	i64 id = 0;
	return str_i64(row->key, &id) ? id : 0;
}

void speak_done(struct cx *cx, const struct outbox_row *row, struct speak_ended how, struct outcome *ret)
{
	struct speak_ended *body = ARENA_NEW(CX_ARENA(cx), struct speak_ended);
	bool out = str_eq_c(how.state, "sent") || str_eq_c(how.state, "accepted");
	*body = how;
	body->id = speak_id(row);
	*ret = (struct outcome){ .state = out ? OUTCOME_DONE : OUTCOME_DROPPED, .reason = how.reason, .event = EV_SPEAK_ENDED, .customer = row->customer,
				 .record = &speak_ended_record, .body = body };
}

static err plainly(struct cx *cx, const struct outbox_row *row, const char *state, struct outcome *ret)
{
	struct speak row_of;
	struct speak key = { .customer = row->customer, .id = speak_id(row) };
	TRY(READ_SNAP(&cx->unit, row->slot, speak_get(snap, &key, &row_of)));
	speak_done(cx, row, (struct speak_ended){ .verb = row_of.verb, .state = str_c(state), .reason = str_c(state), .cost = NIL }, ret);
	return OK;
}

err speak_lost(struct cx *cx, const struct outbox_row *row, struct outcome *ret) { return plainly(cx, row, "unknown", ret); }
err speak_late(struct cx *cx, const struct outbox_row *row, struct outcome *ret) { return plainly(cx, row, "expired", ret); }

err speak_report(struct tx *tx, i64 leaf, const char *verb, str remote, const char *state, str reason, enum speak_found *ret)
{
	struct speak *rows, key = { .customer = leaf, .verb = str_c(verb) };
	size_t n;
	*ret = SPEAK_NONE;
	TRY(speak_open(&tx->snap, &key, &rows, &n));
	for (size_t i = 0; i < n && *ret != SPEAK_FOUND; i++) {
		if (str_eq_c(rows[i].state, "asked"))
			*ret = SPEAK_MAYBE;
		else if (str_eq(rows[i].remote, remote)) {
			struct speak_ended body = { rows[i].id, rows[i].verb, str_c(state), reason, remote, NIL };
			*ret = SPEAK_FOUND;
			TRY(journal_add(tx, EV_SPEAK_ENDED, leaf, tx->snap.now, &speak_ended_record, &body, NULL));
		}
	}
	return OK;
}

/* ---- the end ---- */

static const char *verb_word(str state)
{
	static const struct { const char *state, *word; } words[] = {
		{ "sent", "done" }, { "refused", "refused" }, { "failed", "failed" }, { "unknown", "failed" }, { "expired", "expired" },
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_c(state, words[i].state))
			return words[i].word;
	return NULL;
}

/* first: nothing was said to the ledger about this one yet. */
static err tell_ledger(struct tx *tx, const struct speak *row, bool first)
{
	bool out = str_eq_c(row->state, "sent") || str_eq_c(row->state, "accepted");
	struct reach_event ev = { row->channel, row->class, row->made_by, row->made_by_id, NIL, out ? STR_NIL : row->reason };
	if (!row->channel.n || (out && !first))
		return OK;
	if (!out && !str_eq_c(row->state, "unknown"))
		TRY(give_back(tx, row));
	return journal_add(tx, out ? EV_REACH_SENT : EV_REACH_FAILED, row->customer, tx->snap.now, &reach_event_record, &ev, NULL);
}

static err count(struct tx *tx, const struct speak *row, i64 cost)
{
	struct speak_tally t = { row->verb, corp_day(tx->snap.unit, tx->snap.now), row->state, 1, cost == NIL ? 0 : cost };
	return speak_tally_add(tx, &t);
}

static err end(struct tx *tx, struct speak *row, const struct speak_ended *how, ms at)
{
	bool first = str_eq_c(row->state, "asked"), waits = str_eq_c(how->state, "accepted");
	if (!first && !str_eq_c(row->state, "accepted"))
		return OK;
	if (waits && !first)
		return OK;
	row->state = how->state;
	row->reason = how->reason;
	row->remote = how->remote.n ? how->remote : row->remote;
	row->ended = waits ? NIL : at;
	TRY(speak_put(tx, row));
	TRY(tell_ledger(tx, row, first));
	if (waits)
		return timer_set(tx, STR(SPEAK_TIMER), id_text(tx->snap.arena, row->id), at + SPEAK_REPORT_MS, row->customer, NULL, NULL);
	TRY(timer_cancel(tx, STR(SPEAK_TIMER), id_text(tx->snap.arena, row->id)));
	TRY(count(tx, row, how->cost));
	return tell_caller(tx, row, verb_word(row->state));
}

/* act: in the slot of the person she was. */
err speak_on_ended(struct tx *tx, const struct event *ev)
{
	struct speak_ended how;
	struct speak row;
	TRY(event_body(&tx->snap, ev, &speak_ended_record, &how));
	err e = speak_get(&tx->snap, &(struct speak){ .customer = ev->customer, .id = how.id }, &row);
	return e == ERR_NOT_FOUND ? OK : e == OK ? end(tx, &row, &how, ev->occurred) : e;
}

static err unreported(struct tx *tx, const struct timer_row *timer)
{
	struct speak row, key = { .customer = timer->customer };
	bool mine;
	TRY(timer_take(tx, timer, &mine));
	if (!mine || !str_i64(timer->key, &key.id))
		return OK;
	TRY(speak_get(&tx->snap, &key, &row));
	struct speak_ended how = { row.id, row.verb, STR("sent"), STR("unreported"), STR_NIL, NIL };
	return end(tx, &row, &how, tx->snap.now);
}

err speak_on_timer(struct cx *cx, const struct timer_row *row) { return WRITE_TX(&cx->unit, row->slot, unreported(tx, row)); }
