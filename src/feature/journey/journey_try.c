/*
 * The dry run: a draft walked over what has been. Who would have come in, what would have been done when, and how
 * it would have ended, from the journal alone; nothing is sent and no place is made.
 *
 * Conditions are asked as of their moment where the past can answer (core/audience/audience_past.h) and of today
 * where it cannot. Acts count as done at once, moved out of quiet hours when they touch people; caps and tasks
 * staff never did are not foreseen. It stops at JOURNEY_TRY_PEOPLE and says so. Only triggers by events can be
 * tried: schedules and days have no events to begin from.
 */
#include "feature/journey/journey_edit.h"

#include "core/audience/audience_past.h"
#include "core/corp/corp.h"
#include "core/job/job.h"
#include "core/reach/reach.h"

#define TRY_EVENTS 300
#define TRY_KEEP_DAYS 7
#define ACTS_BYTES ((size_t)4 << 10)

#define AT_FIELDS(F, S) F(S, I64, slot) F(S, I64, seq) F(S, I64, people) F(S, I64, acts) F(S, I64, goals) F(S, BOOL, bounded)
RECORD(journey_try_at, AT_FIELDS);

struct trial {
	struct cx *cx;
	struct journey_try row;
	struct jdef d;
	struct journey_try_at at;
	size_t read;
};

/* One person's imagined way. */
struct way {
	struct tx *tx;
	const struct jdef *d;
	i64 root;
	ms since, t, goal; /* goal: NIL: never */
	const char *outcome;
	struct buf acts;
	i64 act_count;
};

static err held_then(struct way *w, str text, ms at, bool *ret)
{
	struct expr *e;
	struct unit *u = w->tx->snap.unit;
	*ret = false;
	if (expr_parse(u, text, &e) != OK)
		return OK;
	if (audience_past_check(u, e) == OK)
		return audience_past_test(&w->tx->snap, e, w->root, at, ret);
	return journey_holds(w->tx, text, w->root, ret);
}

/* The first moment an event ended it, and which kind of target that was. */
static err first_target(struct way *w, const char **ret_kind)
{
	w->goal = NIL;
	for (size_t i = 0; i < w->d->target_count; i++) {
		bool did;
		ms at = 0;
		TRY(journey_did(&w->tx->snap, w->root, &w->d->targets[i].event, w->since + 1, w->tx->snap.now, &did, &at));
		if (did && (w->goal == NIL || at < w->goal)) {
			w->goal = at;
			*ret_kind = i < w->d->goals ? "goal" : "exit";
		}
	}
	return OK;
}

static err row_target(struct way *w, const char **ret_kind)
{
	*ret_kind = NULL;
	for (size_t i = 0; i < w->d->target_count && !*ret_kind; i++) {
		bool in = false;
		if (w->d->targets[i].of->expr.n)
			TRY(held_then(w, w->d->targets[i].of->expr, w->t, &in));
		if (in)
			*ret_kind = i < w->d->goals ? "goal" : "exit";
	}
	return OK;
}

static err try_act(struct way *w, const struct jnode *n)
{
	const struct journey_act *act = n->of->act;
	struct unit *u = w->tx->snap.unit;
	const struct verb *v = verb_find(u->env, act->verb);
	ms open, close;
	if (v && v->channel) {
		TRY(reach_window(u, w->t, &open, &close));
		w->t = int_max(w->t, open);
	}
	str when = tz_format(corp_zone(u, u->corp), w->t, w->tx->snap.arena);
	buf_fmt(&w->acts, "%s%.*s %.*s %.*s", w->act_count++ ? "; " : "", STR_F(n->of->id), STR_F(act->verb), STR_F(when));
	return OK;
}

/* The port she leaves a node by; moves w->t. */
static err try_node(struct way *w, const struct jnode *n, const char **ret)
{
	const struct journey_until *until = n->of->until;
	const struct journey_branch *b = n->of->branch;
	bool did = false;
	ms at = 0;
	*ret = n->port_count ? n->ports[0] : NULL;
	switch (n->type) {
	case NODE_TRIGGER:
	case NODE_END:
		return OK;
	case NODE_WAIT:
		w->t = journey_wait_end(w->tx->snap.unit, n->of->wait, w->since, w->t);
		return OK;
	case NODE_UNTIL: {
		ms deadline = w->t + until->timeout_minutes * MS_MINUTE;
		TRY(journey_did(&w->tx->snap, w->root, &n->until, w->t + 1, int_min(deadline, w->tx->snap.now), &did, &at));
		*ret = did ? "yes" : "timeout";
		w->t = did ? at : deadline;
		return OK;
	}
	case NODE_BRANCH:
		for (size_t i = 0; i < b->cases.n && !did; i++) {
			TRY(held_then(w, ((const struct journey_case *)b->cases.v)[i].expr, w->t, &did));
			*ret = did ? n->ports[i] : "else";
		}
		return OK;
	case NODE_SPLIT:
		return journey_split_way(w->tx, w->d, n, w->root, false, ret);
	case NODE_ACT:
		return try_act(w, n);
	}
	return OK;
}

static err try_way(struct way *w)
{
	const char *event_kind = "goal", *kind;
	bool may = true;
	TRY(first_target(w, &event_kind));
	if (w->d->def->who.n)
		TRY(held_then(w, w->d->def->who, w->t, &may));
	w->outcome = may ? "done" : "kept_out";
	for (int at = may ? w->d->trigger : -1; at >= 0;) {
		const struct jnode *n = &w->d->nodes[at];
		const char *port;
		if (n->type == NODE_TRIGGER || n->type == NODE_BRANCH || n->type == NODE_ACT) {
			TRY(row_target(w, &kind));
			if (kind) {
				w->outcome = n->type == NODE_TRIGGER ? "kept_out" : kind;
				return OK;
			}
		}
		TRY(try_node(w, n, &port));
		if (w->goal != NIL && w->goal <= w->t) {
			w->t = w->goal;
			w->outcome = event_kind;
			return OK;
		}
		if (w->t > w->tx->snap.now) {
			w->outcome = "running";
			return OK;
		}
		at = port ? journey_port_to(n, port) : -1;
	}
	return OK;
}

static bool lets_in(const struct jdef *d, const struct journey_try_person *v, size_t n, ms at)
{
	const struct journey_entry *e = d->def->entry;
	if (n == 0)
		return true;
	if (e && str_eq_c(e->mode, "once"))
		return false;
	if (e && str_eq_c(e->mode, "every"))
		return at - v[n - 1].at >= e->days * MS_DAY;
	return (e && str_eq_c(e->mode, "always")) || v[n - 1].ended <= at;
}

static err try_event(struct tx *tx, struct trial *w, const struct event *ev)
{
	struct journey_try_person *v, row = { .attempt = w->row.id };
	bool hears;
	size_t n;
	if (!ev->customer || ev->corp != tx->snap.corp || ev->occurred < w->row.created - w->row.days * MS_DAY || ev->occurred > w->row.created)
		return OK;
	TRY(journey_hears(&tx->snap, &w->d.listens, ev, &hears));
	if (!hears)
		return OK;
	TRY(journey_person(&tx->snap, ev->customer, &row.customer, NULL, NULL));
	TRY(journey_try_of(&tx->snap, &row, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (v[i].at == ev->occurred) /* this step was done before */
			return OK;
	if (!lets_in(&w->d, v, n, ev->occurred))
		return OK;
	if (w->at.people >= JOURNEY_TRY_PEOPLE) {
		w->at.bounded = true;
		return OK;
	}
	struct way way = { .tx = tx, .d = &w->d, .root = row.customer, .since = ev->occurred, .t = ev->occurred,
			   .acts = buf_new(tx->snap.arena, ACTS_BYTES) };
	TRY(try_way(&way));
	row.n = (i64)n;
	row.at = ev->occurred;
	row.ended = way.t;
	row.event = str_c(event_info((int)ev->kind)->name);
	row.outcome = str_c(way.outcome);
	row.acts = buf_str(&way.acts);
	row.until = corp_day(tx->snap.unit, tx->snap.now) + TRY_KEEP_DAYS;
	w->at.people++;
	w->at.acts += way.act_count;
	w->at.goals += !strcmp(way.outcome, "goal");
	return journey_try_person_put(tx, &row);
}

static err try_slot(struct tx *tx, struct trial *w)
{
	struct event *ev;
	TRY(journal_read(&tx->snap, w->at.seq, TRY_EVENTS, &ev, &w->read));
	for (size_t i = 0; i < w->read; i++)
		TRY(try_event(tx, w, &ev[i]));
	if (w->read)
		w->at.seq = ev[w->read - 1].seq;
	return OK;
}

static err try_save(struct tx *tx, struct trial *w, struct job *job, bool done)
{
	w->row.people = w->at.people;
	w->row.acts = w->at.acts;
	w->row.goals = w->at.goals;
	w->row.bounded = w->at.bounded;
	w->row.state = done ? STR("ready") : STR("running");
	TRY(journey_try_put(tx, &w->row));
	return job_save(tx, job, &journey_try_at_record, &w->at);
}

err journey_step_try(struct cx *cx, struct job *job, bool *ret_done)
{
	struct trial w = { .cx = cx };
	struct journey_job in;
	struct journey_def *def;
	struct problems p = { .a = CX_ARENA(cx) };
	i64 base = slot_base(cx->env->store, cx->unit.corp), *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	TRY(job_input(cx, job, &journey_job_record, &in));
	TRY(job_cursor(cx, job, &journey_try_at_record, &w.at));
	TRY(READ_SNAP(&cx->unit, base, journey_try_get(snap, &(struct journey_key){ in.version }, &w.row)));
	TRY(journey_def_read(CX_ARENA(cx), w.row.def, &def, &cx->unit.fail));
	TRY(journey_compile(CX_ARENA(cx), def, &w.d, &p));
	w.d.journey = in.journey;
	if ((size_t)w.at.slot < n && w.d.listens.kind && !w.at.bounded) {
		struct journey_try_at was = w.at;
		TRY(WRITE_TX(&cx->unit, slots[was.slot], (w.at = was, try_slot(tx, &w))));
		job->done += (i64)w.read;
		if (w.read < TRY_EVENTS) {
			w.at.slot++;
			w.at.seq = 0;
		}
	}
	*ret_done = (size_t)w.at.slot >= n || !w.d.listens.kind || w.at.bounded;
	return WRITE_TX(&cx->unit, base, try_save(tx, &w, job, *ret_done));
}
