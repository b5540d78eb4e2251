/*
 * Rules over what has been: the dry run, its second step, undoing, and the nightly clearing.
 *
 * A dry run walks the journal slot by slot, as far as the rule has not seen it itself (before it was switched
 * on), and writes down whom it would touch, each with the deciding event; tallies of its own stand under its
 * number. How far it is stands in each slot beside what it found, so a step broken off is neither lost nor
 * done twice. Applying marks those persons and no others, so a dry run is what happens. Its tallies become
 * the rule's history, so that counting goes on where they end.
 */
#include "feature/tagrule/tagrule_run_data.h"

#include "core/corp/corp.h"
#include "core/corp/corp_night.h"
#include "core/customer/customer.h"
#include "core/job/job.h"
#include "core/tag/tag.h"

#define WALK_EVENTS 500
#define APPLY_ROWS 200
#define UNDO_ROWS 500
#define CLEAN_ROWS 1000
#define CLEAN_HOUR 4 /* of the corp's night */
#define CLEAN_AGAIN_MS MS_MINUTE

#define RUN_JOB_FIELDS(F, S) F(S, ID, run) F(S, ID, rule)
RECORD(rule_job, RUN_JOB_FIELDS);
#define TRY_CURSOR_FIELDS(F, S) F(S, I64, slot)
RECORD(rule_try_at, TRY_CURSOR_FIELDS);
#define APPLY_CURSOR_FIELDS(F, S) F(S, I64, slot) F(S, BOOL, counted) F(S, ID, after)
RECORD(rule_apply_at, APPLY_CURSOR_FIELDS);
#define UNDO_CURSOR_FIELDS(F, S) F(S, I64, slot) F(S, I64, freed)
RECORD(rule_undo_at, UNDO_CURSOR_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

struct slots { i64 *v; size_t n; };
static struct slots slots_all(struct cx *cx)
{
	struct slots s = { ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT), 0 };
	s.n = slots_of_corp(cx->env->store, cx->unit.corp, s.v, SLOT_COUNT);
	return s;
}

/* ---- both steps: the run and its rule, which must still be the one that was tried ---- */

struct work {
	struct cx *cx;
	struct job *job;
	struct rule_run run;
	struct rule_set *set;
	const struct rule *rule;
};

static err work_read(const struct snap *s, i64 run, struct work *w)
{
	TRY(rule_run_get(s, &(struct rule_key){ run }, &w->run));
	return rule_set_take(s, &w->set);
}

static err work_begin(struct cx *cx, struct job *job, struct work *w)
{
	struct rule_job in;
	*w = (struct work){ .cx = cx, .job = job };
	TRY(job_input(cx, job, &rule_job_record, &in));
	TRY(READ_SNAP(&cx->unit, base(cx), work_read(snap, in.run, w)));
	w->rule = rule_in(w->set, in.rule);
	if (w->rule && w->rule->version == w->run.version && w->rule->epoch == w->run.epoch)
		return OK;
	rule_set_give(cx->env, w->set);
	return cx_fail(cx, ERR_STATE, T_TAGRULE_STALE, STR_NIL, STR_NIL, STR_NIL);
}

/* ---- the dry run ---- */

/* Does she carry all its tags already? */
static err carries(const struct snap *s, const struct rule *rule, const i64 *leaves, size_t n, bool *ret)
{
	struct snap at = *s;
	size_t have = 0;
	for (size_t t = 0; t < rule->def->put.n; t++) {
		bool found = false;
		for (size_t i = 0; i < n && !found; i++) {
			i64 *tags;
			size_t m;
			snap_slot(&at, slot_of_customer(s->unit->store, leaves[i]));
			TRY(tag_of(&at, leaves[i], &tags, &m));
			for (size_t k = 0; k < m; k++)
				found |= tags[k] == rule->def->put.v[t];
		}
		have += found;
	}
	*ret = rule->def->put.n && have == rule->def->put.n;
	return OK;
}

/* Notes a person once, whichever leaf it was. */
static err note_person(struct tx *tx, const struct work *w, const struct event *ev)
{
	i64 leaves[CUSTOMER_LEAVES_MAX], today = corp_day(tx->snap.unit, tx->snap.now);
	size_t n;
	struct rule_find row = { .run = w->run.id, .customer = ev->customer, .event = ev->id, .at = ev->occurred,
				 .day = corp_day(tx->snap.unit, ev->occurred), .until = today + TAGRULE_RUN_DAYS };
	struct snap at = tx->snap;
	TRY(person_leaves(&tx->snap, ev->customer, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct rule_n there;
		snap_slot(&at, slot_of_customer(tx->snap.unit->store, leaves[i]));
		TRY(rule_find_of(&at, &(struct rule_find){ .run = row.run, .customer = leaves[i] }, &there));
		if (there.n)
			return OK;
	}
	TRY(carries(&tx->snap, w->rule, leaves, n, &row.already));
	return rule_find_add(tx, &row);
}

static err try_event(struct tx *tx, const struct work *w, const struct event *ev)
{
	const struct tagrule_kind *kind = tagrule_kind_of(ev->kind);
	bool go = false;
	ms expires = rule_expires(w->rule, ev->occurred);
	if (!kind || !ev->customer || ev->corp != tx->snap.corp || ev->recorded >= w->run.before ||
	    corp_day(tx->snap.unit, ev->occurred) < w->run.from_day)
		return OK;
	struct reading r = reading_of(&tx->snap, ev, kind, w->set);
	TRY(rule_holds(&r, w->rule, &go));
	if (go)
		TRY(rule_decide(tx, w->rule, ev, w->run.id, &go));
	return go && !(expires && expires <= tx->snap.now) ? note_person(tx, w, ev) : OK;
}

static err walk(struct tx *tx, const struct work *w, size_t *ret_n)
{
	struct rule_walk at = { w->run.id, 0, corp_day(tx->snap.unit, tx->snap.now) + TAGRULE_RUN_DAYS };
	struct event *ev;
	err e = rule_walk_get(&tx->snap, &(struct rule_key){ w->run.id }, &at);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	TRY(journal_read(&tx->snap, at.seq, WALK_EVENTS, &ev, ret_n));
	for (size_t i = 0; i < *ret_n; i++)
		TRY(try_event(tx, w, &ev[i]));
	if (!*ret_n)
		return OK;
	at.seq = ev[*ret_n - 1].seq;
	return rule_walk_put(tx, &at);
}

static err try_finish(struct tx *tx, struct work *w)
{
	struct rule_run_sum sum;
	TRY(rule_find_sums(&tx->snap, &(struct rule_key){ w->run.id }, &sum));
	w->run.people = sum.people;
	w->run.already = sum.already;
	w->run.state = STR("ready");
	TRY(rule_run_put(tx, &w->run));
	return job_save(tx, w->job, NULL, NULL);
}

static err total_of(struct cx *cx, const struct slots *slots, i64 *ret)
{
	*ret = 0;
	for (size_t i = 0; i < slots->n; i++) {
		i64 last;
		TRY(READ_SNAP(&cx->unit, slots->v[i], journal_last(snap, &last)));
		*ret += last;
	}
	return OK;
}

static err try_some(struct work *w, bool *ret_done)
{
	struct cx *cx = w->cx;
	struct slots slots = slots_all(cx);
	struct rule_try_at at;
	size_t n;
	TRY(job_cursor(cx, w->job, &rule_try_at_record, &at));
	if (w->job->total == NIL)
		TRY(total_of(cx, &slots, &w->job->total));
	if (at.slot >= (i64)slots.n) {
		*ret_done = true;
		return WRITE_TX(&cx->unit, base(cx), try_finish(tx, w));
	}
	TRY(WRITE_TX(&cx->unit, slots.v[at.slot], walk(tx, w, &n)));
	w->job->done += (i64)n;
	if (n < WALK_EVENTS)
		at.slot++;
	return WRITE_TX(&cx->unit, base(cx), job_save(tx, w->job, &rule_try_at_record, &at));
}

err tagrule_step_try(struct cx *cx, struct job *job, bool *ret_done)
{
	struct work w;
	TRY(work_begin(cx, job, &w));
	err e = try_some(&w, ret_done);
	rule_set_give(cx->env, w.set);
	return e;
}

/* ---- applying ---- */

/* Tallies of the run become history, as far as a window or a running count can still reach them. */
static err move_tallies(struct tx *tx, const struct work *w, size_t *ret_n)
{
	struct rule_tally *v;
	i64 today = corp_day(tx->snap.unit, tx->snap.now);
	TRY(rule_tallies_of_run(&tx->snap, &(struct rule_tally_run){ w->run.id, APPLY_ROWS }, &v, ret_n));
	TRY(query_write_many(tx, &rule_tally_drop_query, v, *ret_n));
	for (size_t i = 0; i < *ret_n; i++) {
		v[i].part = PART_HISTORY;
		v[i].until = w->rule->window ? v[i].day + w->rule->window : INT64_MAX;
		if (v[i].until >= today)
			TRY(rule_tally_set(tx, &v[i]));
	}
	return OK;
}

static err apply_one(struct tx *tx, const struct work *w, const struct rule_find *f)
{
	struct rule_find done = *f;
	ms expires = rule_expires(w->rule, f->at);
	done.marked = false;
	if (f->applied)
		return OK;
	tx->snap.unit->cause = f->event;
	if (!expires || expires > tx->snap.now)
		TRY(rule_act(tx, w->rule, f->customer, f->event, f->at, &done.marked));
	tx->snap.unit->cause = 0;
	return rule_find_done(tx, &done);
}

static err apply_page(struct tx *tx, const struct work *w, i64 after, i64 *ret_last, size_t *ret_n)
{
	struct rule_find *v;
	TRY(rule_finds(&tx->snap, &(struct rule_find_page){ w->run.id, after, APPLY_ROWS }, &v, ret_n));
	for (size_t i = 0; i < *ret_n; i++)
		TRY(apply_one(tx, w, &v[i]));
	*ret_last = *ret_n ? v[*ret_n - 1].customer : after;
	return OK;
}

static err apply_finish(struct tx *tx, struct work *w)
{
	struct rule_run_sum sum;
	TRY(rule_find_sums(&tx->snap, &(struct rule_key){ w->run.id }, &sum));
	w->run.state = STR("applied");
	w->run.marked = sum.marked;
	w->run.applied = tx->snap.now;
	struct tagrule_done body = { w->run.rule, w->run.id, sum.people, sum.marked };
	TRY(rule_run_put(tx, &w->run));
	TRY(journal_add(tx, EV_TAGRULE_APPLIED, 0, tx->snap.now, &tagrule_done_record, &body, NULL));
	return job_save(tx, w->job, NULL, NULL);
}

static err apply_some(struct work *w, bool *ret_done)
{
	struct cx *cx = w->cx;
	struct slots slots = slots_all(cx);
	struct rule_apply_at at;
	size_t n = 0;
	TRY(job_cursor(cx, w->job, &rule_apply_at_record, &at));
	w->job->total = w->run.people;
	if (at.slot >= (i64)slots.n) {
		*ret_done = true;
		return WRITE_TX(&cx->unit, base(cx), apply_finish(tx, w));
	}
	if (!at.counted) {
		TRY(WRITE_TX(&cx->unit, slots.v[at.slot], move_tallies(tx, w, &n)));
		at.counted = n < APPLY_ROWS;
	} else {
		TRY(WRITE_TX(&cx->unit, slots.v[at.slot], apply_page(tx, w, at.after, &at.after, &n)));
		w->job->done += (i64)n;
		if (n < APPLY_ROWS)
			at = (struct rule_apply_at){ .slot = at.slot + 1 };
	}
	return WRITE_TX(&cx->unit, base(cx), job_save(tx, w->job, &rule_apply_at_record, &at));
}

err tagrule_step_apply(struct cx *cx, struct job *job, bool *ret_done)
{
	struct work w;
	TRY(work_begin(cx, job, &w));
	err e = apply_some(&w, ret_done);
	rule_set_give(cx->env, w.set);
	return e;
}

/* ---- undoing ---- */

static err undo_page(struct tx *tx, i64 rule, i64 *ret_people, i64 *ret_freed, size_t *ret_n)
{
	struct tag_cause cause = { "rule", rule, STR_NIL, 0, 0 };
	struct rule_mark *v;
	bool freed = false;
	*ret_people = *ret_freed = 0;
	TRY(rule_marks(&tx->snap, &(struct rule_mark_page){ rule, UNDO_ROWS }, &v, ret_n));
	size_t whole = *ret_n; /* a person is not parted between two pages */
	while (*ret_n == UNDO_ROWS && whole > 1 && v[whole - 1].customer == v[*ret_n - 1].customer && v[0].customer != v[whole - 1].customer)
		whole--;
	for (size_t i = 0; i < whole; i++) {
		bool changed = false, last = i + 1 == whole || v[i + 1].customer != v[i].customer;
		err e = tag_unmark_by(tx, v[i].customer, v[i].tag, &cause, &changed);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		freed |= changed;
		TRY(rule_mark_drop(tx, &v[i]));
		if (!last)
			continue;
		TRY(rule_hit_undo(tx, &v[i]));
		*ret_people += 1;
		*ret_freed += freed;
		freed = false;
	}
	return OK;
}

static err undo_finish(struct tx *tx, struct job *job, i64 rule, i64 freed)
{
	struct tagrule_done body = { rule, NIL, job->done, freed };
	TRY(journal_add(tx, EV_TAGRULE_UNDONE, 0, tx->snap.now, &tagrule_done_record, &body, NULL));
	return job_save(tx, job, NULL, NULL);
}

err tagrule_step_undo(struct cx *cx, struct job *job, bool *ret_done)
{
	struct slots slots = slots_all(cx);
	struct rule_job in;
	struct rule_undo_at at;
	i64 people = 0, freed = 0;
	size_t n;
	TRY(job_input(cx, job, &rule_job_record, &in));
	TRY(job_cursor(cx, job, &rule_undo_at_record, &at));
	if (at.slot >= (i64)slots.n) {
		*ret_done = true;
		return WRITE_TX(&cx->unit, base(cx), undo_finish(tx, job, in.rule, at.freed));
	}
	TRY(WRITE_TX(&cx->unit, slots.v[at.slot], undo_page(tx, in.rule, &people, &freed, &n)));
	job->done += people;
	job->skipped += people - freed; /* held by a hand or another rule */
	at.freed += freed;
	if (n < UNDO_ROWS)
		at.slot++;
	return WRITE_TX(&cx->unit, base(cx), job_save(tx, job, &rule_undo_at_record, &at));
}

/* ---- clearing ---- */

err tagrule_clean_arm(struct tx *tx) { return night_set(tx, TAGRULE_CLEAN, CLEAN_HOUR * MS_HOUR); }

/* Tallies of epochs no rule is in any more. */
static err clean_epochs(struct tx *tx, struct rule_clean what, const struct rule_row *rules, size_t n, bool *ret_more)
{
	struct rule_epoch e = { 0 };
	for (;;) {
		bool live = false;
		TRY(rule_epoch_next(&tx->snap, &(struct rule_epoch_after){ e.epoch }, &e));
		if (!e.epoch)
			return OK;
		for (size_t i = 0; i < n; i++)
			live |= rules[i].epoch == e.epoch;
		if (live)
			continue;
		what.epoch = e.epoch;
		TRY(rule_clean_epoch(tx, &what));
		*ret_more |= tx_changed(tx) == CLEAN_ROWS;
	}
}

static err clean_slot(struct tx *tx, i64 today, bool *ret_more)
{
	struct rule_clean what = { today, CLEAN_ROWS, NIL };
	struct rule_row *rules;
	size_t n;
	TRY(rule_all(&tx->snap, &(struct none){ 0 }, &rules, &n));
	TRY(rule_clean_tallies(tx, &what));
	*ret_more |= tx_changed(tx) == CLEAN_ROWS;
	TRY(rule_clean_finds(tx, &what));
	*ret_more |= tx_changed(tx) == CLEAN_ROWS;
	TRY(clean_epochs(tx, what, rules, n, ret_more));
	TRY(rule_clean_walks(tx, &what));
	return rule_clean_days(tx, &what);
}

/* Goes on while the corp has rules; saving the first one begins it again. */
static err clean_end(struct tx *tx, const struct timer_row *row, ms next, bool more)
{
	struct rule_row *rules;
	size_t n;
	bool taken;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	TRY(rule_all(&tx->snap, &(struct none){ 0 }, &rules, &n));
	return n || more ? timer_set(tx, STR(TAGRULE_CLEAN), STR(""), next, 0, NULL, NULL) : OK;
}

err tagrule_clean(struct cx *cx, const struct timer_row *row)
{
	struct slots slots = slots_all(cx);
	bool more = false;
	i64 today = corp_day(&cx->unit, cx_now(cx));
	for (size_t i = 0; i < slots.n; i++)
		TRY(WRITE_TX(&cx->unit, slots.v[i], clean_slot(tx, today, &more)));
	ms next = more ? cx_now(cx) + CLEAN_AGAIN_MS : night_next(&cx->unit, cx_now(cx), CLEAN_HOUR * MS_HOUR);
	return WRITE_TX(&cx->unit, row->slot, clean_end(tx, row, next, more));
}
