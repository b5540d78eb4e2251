/*
 * Walking: what a place does when its moment has come.
 *
 * Work is in batches of one slot, in one transaction: the timer of the slot is taken, places due are read by
 * index and each is walked node by node until it waits again. One place that fails is undone alone and goes on
 * by its fall-back, the others stand. Nothing is done before everything recorded up to the moment it is due has
 * been taken in by everybody (and of the last seconds when we are late), so what she did just before counts.
 * After an act the place lets the pond take in what the act has changed before it looks at rows or acts again.
 */
#include "feature/journey/journey_int.h"

#include "base/fault.h"
#include "base/log.h"
#include "core/audience/audience.h"

#define BATCH_PLACES 500
#define BATCH_DAYS 200
#define FRESH_MS 2000    /* how far taking in may be behind */
#define BEHIND_MS 100    /* looks again after this */
#define HELD_AGAIN_MS MS_MINUTE /* restraint that names no later moment than now */

#define ENTERED_FIELDS(F, S) F(S, ID, journey) F(S, STR, name) F(S, I64, version)
RECORD(journey_entered, ENTERED_FIELDS);

/* ---- goals and exits ---- */

static str target_name(const struct target *t)
{
	return t->of->name.n ? t->of->name : t->of->expr.n ? str_utf8_head(t->of->expr, JOURNEY_NAME_MAX) : t->of->event;
}

/* By her rows as they are now; by_events: also by what she did since she came (else handlers saw it). */
static err target_reached(struct walk *w, bool by_events, const struct target **ret)
{
	*ret = NULL;
	for (size_t i = 0; i < w->d->target_count && !*ret; i++) {
		const struct target *t = &w->d->targets[i];
		bool holds = false;
		ms at;
		if (t->of->expr.n)
			TRY(journey_holds(w->tx, t->of->expr, w->p.customer, &holds));
		else if (by_events)
			TRY(journey_did(&w->tx->snap, w->p.customer, &t->event, w->p.since + 1, w->tx->snap.now, &holds, &at));
		if (holds)
			*ret = t;
	}
	return OK;
}

static const char *target_kind(const struct jdef *d, const struct target *t) { return t < d->targets + d->goals ? "goal" : "exit"; }

/* *ret_left: a goal or an exit holds, she is out. */
static err check_targets(struct walk *w, bool *ret_left)
{
	const struct target *t;
	*ret_left = false;
	if (!w->d->by_rows)
		return OK;
	TRY(target_reached(w, false, &t));
	if (!t)
		return OK;
	*ret_left = true;
	return place_quit(w, target_kind(w->d, t), target_name(t));
}

/* ---- the nodes ---- */

static err pass(struct walk *w, const char *port, str reason, ms at)
{
	const struct jnode *n = &w->d->nodes[journey_node_at(w->d, w->p.node)];
	TRY(place_step(w, "passed", port, reason));
	place_count(w, w->p.node, arena_printf(w->tx->snap.arena, "out:%s", port), 1);
	return place_move(w, journey_port_to(n, port), at);
}

/* She is not let in after all. */
static err refuse(struct walk *w, str reason) { return place_leave(w, "kept_out", reason); }

static err enter(struct walk *w)
{
	struct tx *tx = w->tx;
	i64 leaves[CUSTOMER_LEAVES_MAX], root;
	size_t n;
	const struct target *t;
	bool may = true;
	if (w->d->def->who.n)
		TRY(journey_holds(tx, w->d->def->who, w->p.customer, &may));
	if (!may)
		return refuse(w, STR("who"));
	TRY(journey_person(&tx->snap, w->p.customer, &root, leaves, &n));
	TRY(target_reached(w, n > 1, &t));
	if (t)
		return refuse(w, arena_printf(tx->snap.arena, "%s:%.*s", target_kind(w->d, t), STR_F(target_name(t))));
	struct journey_entered told = { w->d->journey, w->d->def->name, w->d->version };
	err e = journal_add(tx, EV_JOURNEY_ENTERED, w->p.customer, w->p.since, &journey_entered_record, &told, &w->p.cause);
	if (e == ERR_STATE)
		return refuse(w, STR("loop"));
	TRY(e);
	tx->snap.unit->cause = w->p.cause;
	TRY(place_step(w, "entered", "", STR("")));
	TRY(journey_seen_add(tx, &(struct journey_seen){ w->d->journey, w->p.customer, w->p.key, w->p.since, w->p.since, 1 }));
	place_count(w, STR(""), STR("entered"), 1);
	place_count(w, STR(""), STR("now"), 1);
	return pass(w, "out", STR(""), w->p.at);
}

static err wait(struct walk *w, const struct jnode *n)
{
	if (w->p.tries)
		return pass(w, "out", STR(""), w->p.due);
	w->p.tries = 1;
	w->p.due = journey_wait_end(w->tx->snap.unit, n->of->wait, w->p.since, w->p.at);
	return OK;
}

/* What was recorded between the moment she stands at and now has passed the handlers already. */
static err until(struct walk *w, const struct jnode *n)
{
	const struct journey_until *u = n->of->until;
	ms deadline = w->p.at + u->timeout_minutes * MS_MINUTE, now = w->tx->snap.now, at = 0;
	bool did = false;
	if (w->p.tries)
		return pass(w, "timeout", STR(""), deadline);
	if (now > w->p.at)
		TRY(journey_did(&w->tx->snap, w->p.customer, &n->until, w->p.at + 1, int_min(now, deadline), &did, &at));
	if (did)
		return pass(w, "yes", STR(""), at);
	w->p.tries = 1;
	w->p.state = PLACE_UNTIL;
	w->p.due = deadline;
	return OK;
}

static err branch(struct walk *w, const struct jnode *n)
{
	const struct journey_branch *b = n->of->branch;
	for (size_t i = 0; i < b->cases.n; i++) {
		const struct journey_case *c = &((const struct journey_case *)b->cases.v)[i];
		bool holds;
		TRY(journey_holds(w->tx, c->expr, w->p.customer, &holds));
		if (holds)
			return pass(w, n->ports[i], STR(""), w->p.at);
	}
	return pass(w, "else", STR(""), w->p.at);
}

static err split(struct walk *w, const struct jnode *n)
{
	const char *port;
	TRY(journey_split_way(w->tx, w->d, n, w->p.customer, true, &port));
	return pass(w, port, STR(""), w->p.at);
}

/* ---- acts ---- */

static err call_of(struct walk *w, const struct journey_act *act, const struct verb **ret_verb, struct verb_call *ret)
{
	struct arena *a = w->tx->snap.arena;
	struct json *tree;
	*ret_verb = verb_find(w->tx->snap.unit->env, act->verb);
	if (!*ret_verb)
		return OK;
	void *args = arena_alloc(a, (*ret_verb)->args->size);
	TRY(json_parse(act->args, a, &tree, w->tx->snap.fail));
	TRY(record_parse((*ret_verb)->args, tree, args, a, w->tx->snap.fail));
	*ret = (struct verb_call){ w->p.customer, w->tx->snap.now, "journey", w->d->journey, w->p.id,
				   arena_printf(a, "j%lld:%.*s", (long long)w->p.id, STR_F(w->p.node)), args };
	ASSERT(ret->key.n <= VERB_KEY_MAX);
	return OK;
}

static ms ask_ends(const struct walk *w, const struct journey_act *act)
{
	ms minutes = act->timeout_minutes == NIL ? JOURNEY_ASK_MAX_MINUTES : act->timeout_minutes;
	return w->p.at + minutes * MS_MINUTE * (w->p.tries ? 2 : 1);
}

err place_stop(struct walk *w, bool *ret_stopped)
{
	const struct jnode *n = &w->d->nodes[journey_node_at(w->d, w->p.node)];
	const struct verb *v = NULL;
	struct verb_call call;
	*ret_stopped = false;
	if (w->p.state != PLACE_ASKED || !n->of->act)
		return OK;
	TRY(call_of(w, n->of->act, &v, &call));
	return v && v->stop ? v->stop(w->tx, &call, ret_stopped) : OK;
}

err place_quit(struct walk *w, const char *outcome, str reason)
{
	bool stopped;
	TRY(place_stop(w, &stopped));
	if (stopped)
		TRY(place_step(w, "stopped", "", STR("")));
	return place_leave(w, outcome, reason);
}

/* Skipped: on by done, at the moment it should have been. */
static err skip(struct walk *w, const char *why, str reason)
{
	TRY(place_step(w, "skipped", "", reason));
	place_count(w, w->p.node, arena_printf(w->tx->snap.arena, "skip:%s", why), 1);
	return pass(w, "done", reason, w->p.at);
}

err place_goes_on(struct walk *w, bool done, str reason, ms at)
{
	const struct jnode *n = &w->d->nodes[journey_node_at(w->d, w->p.node)];
	if (!done)
		place_count(w, w->p.node, arena_printf(w->tx->snap.arena, "refused:%.*s", STR_F(reason)), 1);
	return pass(w, done || journey_port_to(n, "refused") < 0 ? "done" : "refused", reason, at);
}

static err held(struct walk *w, const struct journey_act *act, const struct verb_result *r)
{
	ms now = w->tx->snap.now;
	if (act->held.n && str_eq_c(act->held, "skip"))
		return skip(w, "held", r->reason);
	if (r->retry_at == NIL || r->retry_at == 0)
		return place_goes_on(w, false, r->reason, now);
	if (now - w->p.node_since > JOURNEY_HELD_MAX_MS)
		return skip(w, "held_long", r->reason);
	if (!w->p.tries++)
		place_count(w, w->p.node, arena_printf(w->tx->snap.arena, "held:%.*s", STR_F(r->reason)), 1);
	TRY(place_step(w, "held", "", r->reason));
	w->p.state = PLACE_HELD;
	w->p.at = w->p.due = r->retry_at > now ? r->retry_at : now + HELD_AGAIN_MS;
	return OK;
}

static err act(struct walk *w, const struct jnode *n)
{
	const struct journey_act *of = n->of->act;
	ms now = w->tx->snap.now, limit = (of->late_minutes == NIL ? JOURNEY_LATE_MINUTES : of->late_minutes) * MS_MINUTE;
	const struct verb *v;
	struct verb_call call;
	struct verb_result r = { .retry_at = NIL };
	if (now - w->p.at > limit)
		return skip(w, "late", STR("late"));
	TRY(call_of(w, of, &v, &call));
	if (!v)
		return place_goes_on(w, false, STR("no_verb"), now);
	TRY(v->run(w->tx, &call, &r));
	if (fault_pass("journey.acted") != FAULT_NONE)
		return tx_fail(w->tx, ERR_BUSY, T_OK, STR("fault"), STR_NIL, STR_NIL);
	w->acted = r.state != VERB_HELD;
	switch (r.state) {
	case VERB_DONE:
		return place_goes_on(w, true, STR(""), now);
	case VERB_HELD:
		return held(w, of, &r);
	case VERB_REFUSED:
		return place_goes_on(w, false, r.reason.p ? r.reason : STR(""), now);
	case VERB_ASKED:
		break;
	}
	TRY(place_step(w, "asked", "", STR("")));
	place_count(w, w->p.node, STR("asked"), 1);
	w->p.state = PLACE_ASKED;
	w->p.tries = 0;
	w->p.at = now;
	w->p.due = ask_ends(w, of);
	return OK;
}

/* Asked, and woken: to look at the goals again, or because no end came. What cannot be stopped any more may be
 * about to tell: it gets as long again. */
static err asked(struct walk *w, const struct jnode *n)
{
	bool left, stopped = false;
	TRY(check_targets(w, &left));
	if (left)
		return OK;
	w->p.due = ask_ends(w, n->of->act);
	if (w->p.due > w->tx->snap.now)
		return OK;
	TRY(place_stop(w, &stopped));
	const struct verb *v = verb_find(w->tx->snap.unit->env, ((const struct journey_act *)n->of->act)->verb);
	if (!stopped && v && v->stop && !w->p.tries) {
		w->p.tries = 1;
		w->p.due = ask_ends(w, n->of->act);
		return OK;
	}
	return place_goes_on(w, false, STR("timeout"), w->tx->snap.now);
}

/* ---- one place ---- */

static err node_walk(struct walk *w)
{
	int at = journey_node_at(w->d, w->p.node);
	bool left = false;
	if (at < 0)
		return place_leave(w, "ended", STR("node_gone"));
	const struct jnode *n = &w->d->nodes[at];
	if (w->p.state == PLACE_ASKED)
		return asked(w, n);
	if (n->type == NODE_BRANCH || n->type == NODE_ACT)
		TRY(check_targets(w, &left));
	if (left)
		return OK;
	switch (n->type) {
	case NODE_TRIGGER:
		return enter(w);
	case NODE_WAIT:
		return wait(w, n);
	case NODE_UNTIL:
		return until(w, n);
	case NODE_BRANCH:
		return branch(w, n);
	case NODE_SPLIT:
		return split(w, n);
	case NODE_ACT:
		return act(w, n);
	case NODE_END: {
		const struct journey_end *end = n->of->end;
		return place_leave(w, "done", end && end->name.n ? end->name : STR(""));
	}
	}
	return OK;
}

/* What looks at rows or acts waits until the act before it has been taken in. */
static bool must_settle(const struct walk *w)
{
	int at = journey_node_at(w->d, w->p.node);
	return w->acted && at >= 0 && (w->d->nodes[at].type == NODE_BRANCH || w->d->nodes[at].type == NODE_ACT ||
				       w->d->nodes[at].type == NODE_UNTIL);
}

static err place_try(struct tx *tx, void *arg) { return node_walk(arg); }

/* What failed for good: on by the fall-back of an act, out of the journey otherwise. */
static err place_failed(struct tx *tx, void *arg)
{
	struct walk *w = arg;
	const char *why = w->tx->snap.fail->code == ERR_STATE && !w->p.steps ? "loop" : err_name(w->tx->snap.fail->code);
	int at = journey_node_at(w->d, w->p.node);
	log_fail("journey.place_failed", w->tx->snap.fail, arena_printf(w->tx->snap.arena, "%lld", (long long)w->p.id));
	if (at >= 0 && w->d->nodes[at].type == NODE_ACT && w->p.state != PLACE_ASKED)
		return place_goes_on(w, false, str_c(why), w->tx->snap.now);
	return place_leave(w, "ended", str_c(why));
}

/* Node by node until it waits; each is a try of its own. */
static err place_walk(struct walk *w)
{
	struct tx *tx = w->tx;
	for (int steps = 0; w->p.state != PLACE_LEFT && w->p.due != NIL && w->p.due <= tx->snap.now; steps++) {
		ASSERT(steps < 4 * JOURNEY_NODES_MAX);
		if (must_settle(w)) {
			w->p.due = tx->snap.now;
			break;
		}
		struct walk was = *w;
		size_t mark = place_counts_mark(tx);
		if (w->p.state == PLACE_HELD)
			w->p.state = PLACE_DUE;
		err e = tx_try(tx, place_try, w);
		if (e != OK && err_retryable(e))
			return e;
		if (e == OK)
			continue;
		place_counts_back(tx, mark);
		*w = was;
		e = tx_try(tx, place_failed, w);
		if (e != OK && err_retryable(e))
			return e;
		if (e != OK) {
			place_counts_back(tx, mark);
			return place_ended(tx, &was.p, str_c(err_name(e)));
		}
	}
	return place_save(w);
}

static err place_fire(struct tx *tx, const struct journey_set *set, const struct place *of)
{
	const struct jstate *j = journey_in(set, of->journey);
	struct walk w = { .tx = tx, .d = journey_def_in(set, of->journey, of->version), .p = *of };
	tx->snap.unit->cause = of->cause;
	if (!j || !w.d)
		return place_ended(tx, of, STR("gone"));
	if (j->paused) {
		w.p.parked = w.p.due;
		w.p.due = NIL;
		return place_save(&w);
	}
	return place_walk(&w);
}

/* ---- a slot ---- */

/* Only who has numbers in other slots needs them asked. */
static err place_known(struct tx *tx, const struct place *p, ms need, bool *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX], root;
	size_t n;
	ms known;
	TRY(journey_person(&tx->snap, p->customer, &root, leaves, &n));
	TRY(journey_known_until(tx, leaves, n, &known));
	*ret = known >= need;
	return OK;
}

static err fire_places(struct tx *tx, const struct journey_set *set, ms known, bool *ret_behind)
{
	ms now = tx->snap.now;
	struct place *v;
	size_t n;
	TRY(place_due(&tx->snap, &(struct place_due_find){ int_min(now, known), BATCH_PLACES }, &v, &n));
	for (size_t i = 0; i < n; i++) {
		bool ok = true;
		if (slots_of_corp(tx->snap.unit->store, tx->snap.corp, (i64[2]){ 0 }, 2) > 1)
			TRY(place_known(tx, &v[i], int_max(v[i].due, now - FRESH_MS), &ok));
		if (ok)
			TRY(place_fire(tx, set, &v[i]));
		else
			*ret_behind = true;
	}
	tx->snap.unit->cause = 0;
	return OK;
}

static err fire_days(struct tx *tx, const struct journey_set *set)
{
	struct journey_day *v;
	size_t n;
	TRY(journey_days_due(&tx->snap, &(struct place_due_find){ tx->snap.now, BATCH_DAYS }, &v, &n));
	for (size_t i = 0; i < n; i++)
		TRY(journey_day_fire(tx, set, &v[i]));
	return OK;
}

static err next_due(const struct snap *s, ms *ret)
{
	struct place_next a, b;
	TRY(place_next_due(s, &(struct none){ 0 }, &a));
	TRY(journey_day_next(s, &(struct none){ 0 }, &b));
	*ret = a.due == NIL ? b.due : b.due == NIL ? a.due : int_min(a.due, b.due);
	return OK;
}

static err fire(struct tx *tx, const struct journey_set *set)
{
	ms now = tx->snap.now, known, due;
	bool behind = false;
	TRY(journey_known_until(tx, NULL, 0, &known));
	ms slot_known;
	TRY(journey_slot_known(&tx->snap, tx->snap.slot, &slot_known));
	known = int_min(known, slot_known);
	if (known < now - FRESH_MS)
		behind = true;
	else
		TRY(fire_places(tx, set, known, &behind));
	TRY(fire_days(tx, set));
	TRY(place_counts_flush(tx));
	TRY(next_due(&tx->snap, &due));
	if (due == NIL)
		return journey_wake_put(tx, &(struct journey_wake){ INT64_MAX });
	behind |= due <= now && due > known;
	if (behind && due <= now)
		due = tx->snap.unit->clock->simulated ? now : now + BEHIND_MS;
	TRY(journey_wake_put(tx, &(struct journey_wake){ due }));
	return timer_set(tx, STR(JOURNEY_DUE), STR(""), due, 0, NULL, NULL);
}

static err due_batch(struct tx *tx, const struct timer_row *row)
{
	struct journey_set *set;
	bool taken;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	/* Nothing of this transaction needs to move the timer: it is set at the end. */
	TRY(journey_wake_put(tx, &(struct journey_wake){ INT64_MIN + 1 }));
	TRY(journey_set_take(&tx->snap, &set));
	err e = fire(tx, set);
	journey_set_give(tx->snap.unit->env, set);
	return e;
}

err journey_due(struct cx *cx, const struct timer_row *row)
{
	return WRITE_TX(&cx->unit, row->slot, due_batch(tx, row));
}
