/*
 * The tender: writes runs from tails, merges them, clears away what is left over, repairs.
 *
 * Every write is a short transaction of its own. A run of several transactions is in state "being written"
 * until its last one, which also sends away the runs it replaces; what a crash or a failure leaves half
 * written is cleared away when the slot is looked at again.
 */
#include "store/timeline_int.h"

#include "base/log.h"
#include "store/journal_data.h"
#include "store/timeline_part.h"

#include <stdlib.h>

#define STEP_PARTS 128 /* written or removed by one transaction: half a megabyte */
#define READ_EVENTS 20000

struct run_out {
	struct store *st;
	struct unit *unit;
	struct arena_mark mark;
	i64 slot;
	struct timeline_run head;
	bool begun;
	const struct timeline_run *replaced;
	size_t replaced_count;
	struct part_writer w;
	struct timeline_part parts[STEP_PARTS];
	size_t n;
};

/* ---- writing a run ---- */

static err out_write(struct tx *tx, const struct run_out *o, bool last)
{
	struct timeline_run head = o->head;
	head.state = last ? RUN_STANDS : RUN_WRITTEN;
	if (last || !o->begun)
		TRY(timeline_run_put(tx, &head));
	for (size_t i = 0; last && i < o->replaced_count; i++) {
		struct timeline_run old = o->replaced[i];
		old.state = RUN_GOES;
		TRY(timeline_run_put(tx, &old));
	}
	return query_write_many(tx, &timeline_part_put_query, o->parts, o->n);
}

static err out_step(struct run_out *o, bool last)
{
	TRY(WRITE_TX(o->unit, o->slot, out_write(tx, o, last)));
	o->begun = true;
	o->n = 0;
	arena_reset(o->unit->arena, o->mark);
	return o->st->timeline->stop && !last ? ERR_BUSY : OK;
}

static void out_part(struct run_out *o)
{
	const struct moment first = o->w.first;
	o->parts[o->n++] = (struct timeline_part){ o->head.run, first.customer, first.occurred, first.seq,
						   part_end(&o->w, o->unit->arena) };
}

static err out_add(struct run_out *o, const struct moment *m)
{
	o->head.entries++;
	if (part_add(&o->w, m))
		return OK;
	out_part(o);
	if (o->n == STEP_PARTS)
		TRY(out_step(o, false));
	ASSERT(part_add(&o->w, m));
	return OK;
}

static err out_end(struct run_out *o)
{
	if (o->w.count)
		out_part(o);
	return out_step(o, true);
}

static struct run_out *out_begin(struct store *st, struct unit *u, i64 slot, i64 level, i64 first, i64 last)
{
	struct run_out *o = calloc(1, sizeof(*o));
	ASSERT(o);
	o->st = st;
	o->unit = u;
	o->slot = slot;
	o->head = (struct timeline_run){ .run = id_next(&st->ids, clock_now(st->clock)), .level = level, .first_seq = first,
					 .last_seq = last };
	o->mark = arena_mark(u->arena);
	return o;
}

static int in_order(const void *a, const void *b) { return moment_cmp(a, b); }

static err out_sorted(struct run_out *o, struct moment *v, size_t n)
{
	err e = OK;
	if (n)
		qsort(v, n, sizeof(*v), in_order);
	for (size_t i = 0; i < n && e == OK; i++)
		e = out_add(o, &v[i]);
	return e == OK ? out_end(o) : e;
}

/* ---- tails become runs ---- */

static err committed_head(struct unit *u, i64 slot, i64 *ret)
{
	struct seq_row head;
	err e = READ_SNAP(u, slot, slot_head_get(snap, &(struct none){ 0 }, &head));
	*ret = e == OK ? head.seq : 0;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* The entries of the next run; up to *ret_last they are all there are. */
static struct moment *tail_copy(struct timeline *t, i64 slot, i64 head, size_t *ret_n, i64 *ret_last)
{
	pthread_mutex_lock(&t->lock);
	const struct tail *tail = t->tails[slot];
	struct moment *v = malloc((t->run_entries + 1) * sizeof(*v));
	size_t n = 0, at = tail->done;
	ASSERT(v);
	for (; at < tail->n && tail->v[at].seq <= head && n < t->run_entries; at++)
		v[n++] = tail->v[at];
	bool more = at < tail->n && tail->v[at].seq <= head;
	*ret_last = more ? v[n - 1].seq : int_min(head, tail->known);
	*ret_n = n;
	pthread_mutex_unlock(&t->lock);
	return v;
}

static void tail_written(struct timeline *t, i64 slot, i64 last)
{
	pthread_mutex_lock(&t->lock);
	struct tail *tail = t->tails[slot];
	tail->n -= tail->done;
	memmove(tail->v, tail->v + tail->done, tail->n * sizeof(*tail->v));
	tail->from = tail->covered;
	tail->covered = last;
	for (tail->done = 0; tail->done < tail->n && tail->v[tail->done].seq <= last;)
		tail->done++;
	t->dirty[slot] = true;
	pthread_mutex_unlock(&t->lock);
}

static err tail_write(struct store *st, struct unit *u, i64 slot, bool *ret_worked)
{
	struct timeline *t = st->timeline;
	i64 head, last;
	size_t n;
	TRY(committed_head(u, slot, &head));
	struct moment *v = tail_copy(t, slot, head, &n, &last);
	i64 first = t->tails[slot]->covered + 1;
	err e = OK;
	*ret_worked = last >= first; /* else nothing of it is committed */
	if (*ret_worked) {
		struct run_out *o = out_begin(st, u, slot, 0, first, last);
		e = out_sorted(o, v, n);
		free(o);
		if (e == OK)
			tail_written(t, slot, last);
	}
	free(v);
	return e;
}

/* Under the baton nobody notes meanwhile. */
static err tail_catch_up(struct tx *tx)
{
	struct timeline *t = tx->snap.unit->store->timeline;
	return tail_read(&tx->snap, t, t->tails[tx->snap.slot]);
}

/* ---- merging ---- */

struct source {
	i64 run;
	struct moment v[PART_ENTRIES_MAX];
	size_t n, at;
};

static err source_next(struct unit *u, i64 slot, struct source *s, bool *ret_damaged)
{
	struct timeline_part part;
	struct arena_mark mark = arena_mark(u->arena);
	struct moment last = s->n ? s->v[s->n - 1] : (struct moment){ 0 }; /* no customer is 0 */
	struct part_find find = { s->run, last.customer, last.occurred, last.seq, 0 };
	err e = READ_SNAP(u, slot, timeline_part_after(snap, &find, &part));
	s->at = s->n = 0;
	if (e == OK) {
		struct moment first = { part.customer, part.occurred, part.seq };
		*ret_damaged = !part_read(&first, part.bytes, s->v, &s->n);
		if (*ret_damaged) {
			timeline_damaged(u->store->timeline, slot, s->run);
			s->n = 0;
			e = ERR_IO;
		}
	}
	arena_reset(u->arena, mark);
	return e == ERR_NOT_FOUND ? OK : e;
}

static err merge_into(struct run_out *o, struct source *sources, size_t count, bool *ret_damaged)
{
	for (size_t i = 0; i < count; i++)
		TRY(source_next(o->unit, o->slot, &sources[i], ret_damaged));
	for (;;) {
		struct source *least = NULL;
		for (size_t i = 0; i < count; i++) {
			struct source *s = &sources[i];
			if (s->at < s->n && (!least || moment_cmp(&s->v[s->at], &least->v[least->at]) < 0))
				least = s;
		}
		if (!least)
			return out_end(o);
		TRY(out_add(o, &least->v[least->at++]));
		if (least->at == least->n)
			TRY(source_next(o->unit, o->slot, least, ret_damaged));
	}
}

static err merge(struct store *st, struct unit *u, i64 slot, const struct timeline_run *runs)
{
	struct run_out *o = out_begin(st, u, slot, runs[0].level + 1, runs[0].first_seq, runs[TIMELINE_FAN - 1].last_seq);
	struct source *sources = calloc(TIMELINE_FAN, sizeof(*sources));
	bool damaged = false;
	ASSERT(sources);
	for (size_t i = 0; i < TIMELINE_FAN; i++)
		sources[i].run = runs[i].run;
	o->replaced = runs;
	o->replaced_count = TIMELINE_FAN;
	err e = merge_into(o, sources, TIMELINE_FAN, &damaged);
	free(sources);
	free(o);
	return damaged ? OK : e; /* then the repair comes first */
}

/* ---- repair ---- */

struct events_read { struct moment *v; size_t n, cap; i64 last; };

static err take_event(void *arg, const void *of)
{
	struct events_read *r = arg;
	const struct moment *m = of;
	r->last = m->seq;
	if (m->customer <= 0)
		return OK;
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : READ_EVENTS;
		r->v = realloc(r->v, r->cap * sizeof(*r->v));
		ASSERT(r->v);
	}
	r->v[r->n++] = *m;
	return OK;
}

/* A run over first..last from the journal, in the place of `instead` when there is one. */
static err run_again(struct store *st, struct unit *u, i64 slot, i64 first, i64 last, const struct timeline_run *instead)
{
	struct events_read r = { .last = first - 1 };
	err e = OK;
	for (i64 before = -1; e == OK && r.last < last && before != r.last;) {
		struct seq_span span = { .after = r.last, .until = last, .limit = READ_EVENTS };
		before = r.last;
		e = READ_SNAP(u, slot, journal_moments(snap, &span, take_event, &r));
	}
	if (e == OK) {
		struct run_out *o = out_begin(st, u, slot, instead ? instead->level : 0, first, last);
		o->replaced = instead;
		o->replaced_count = instead != NULL;
		e = out_sorted(o, r.v, r.n);
		free(o);
		log_line(LOG_WARN, "timeline.repaired", "slot=%lld first=%lld last=%lld entries=%zu err=%s", (long long)slot,
			 (long long)first, (long long)last, r.n, err_name(e));
	}
	free(r.v);
	return e;
}

void timeline_damaged(struct timeline *t, i64 slot, i64 run)
{
	bool known = false;
	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < t->damaged_count; i++)
		known |= t->damaged[i].run == run;
	if (!known && t->damaged_count < DAMAGED_MAX) {
		t->damaged[t->damaged_count].slot = slot;
		t->damaged[t->damaged_count++].run = run;
	}
	t->dirty[slot] = t->wanted = true;
	pthread_cond_signal(&t->work);
	pthread_mutex_unlock(&t->lock);
}

static bool is_damaged(struct timeline *t, i64 run)
{
	bool found = false;
	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < t->damaged_count; i++)
		found |= t->damaged[i].run == run;
	pthread_mutex_unlock(&t->lock);
	return found;
}

static void damaged_done(struct timeline *t, i64 run)
{
	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < t->damaged_count; i++) {
		if (t->damaged[i].run == run) {
			t->damaged[i] = t->damaged[--t->damaged_count];
			break;
		}
	}
	pthread_mutex_unlock(&t->lock);
}

/* Reported once more by a snapshot that was older than the repair. */
static void damaged_forget(struct timeline *t, i64 slot, const struct timeline_run *standing, size_t n)
{
	pthread_mutex_lock(&t->lock);
	for (size_t i = t->damaged_count; i-- > 0;) {
		bool there = t->damaged[i].slot != slot;
		for (size_t k = 0; k < n && !there; k++)
			there = standing[k].run == t->damaged[i].run;
		if (!there)
			t->damaged[i] = t->damaged[--t->damaged_count];
	}
	pthread_mutex_unlock(&t->lock);
}

/* ---- what a slot's runs need ---- */

static err clear_step(struct tx *tx, const struct timeline_run *run, bool *ret_more)
{
	TRY(timeline_part_drop(tx, &(struct part_find){ .run = run->run, .limit = STEP_PARTS }));
	*ret_more = tx_changed(tx) == STEP_PARTS;
	return *ret_more ? OK : timeline_run_drop(tx, run);
}

static err clear_away(struct unit *u, i64 slot, const struct timeline_run *run)
{
	for (bool more = true; more && !u->store->timeline->stop;) {
		struct arena_mark mark = arena_mark(u->arena);
		TRY(WRITE_TX(u, slot, clear_step(tx, run, &more)));
		arena_reset(u->arena, mark);
	}
	return OK;
}

/* The first of TIMELINE_FAN neighbours of the lowest level that has them; NULL: none. */
static const struct timeline_run *mergeable(const struct timeline_run *runs, size_t n)
{
	for (i64 level = 0; level < TIMELINE_LEVELS; level++) {
		size_t row = 0;
		for (size_t i = 0; i < n; i++) {
			bool next = row > 0 && runs[i].first_seq == runs[i - 1].last_seq + 1;
			row = runs[i].level != level ? 0 : next ? row + 1 : 1;
			if (row == TIMELINE_FAN)
				return &runs[i + 1 - TIMELINE_FAN];
		}
	}
	return NULL;
}

/* One thing for one slot; *ret_worked false: its runs need nothing. */
static err slot_tend(struct store *st, struct unit *u, i64 slot, bool *ret_worked)
{
	struct timeline_run *runs;
	size_t n, standing = 0;
	i64 covered = 0;
	*ret_worked = true;
	TRY(READ_SNAP(u, slot, timeline_runs(snap, &(struct none){ 0 }, &runs, &n)));
	for (size_t i = 0; i < n; i++) {
		if (runs[i].state != RUN_STANDS)
			return clear_away(u, slot, &runs[i]);
		if (is_damaged(st->timeline, runs[i].run)) {
			TRY(run_again(st, u, slot, runs[i].first_seq, runs[i].last_seq, &runs[i]));
			damaged_done(st->timeline, runs[i].run);
			return OK;
		}
		if (runs[i].first_seq > covered + 1)
			return run_again(st, u, slot, covered + 1,
					 int_min(runs[i].first_seq - 1, covered + (i64)st->timeline->run_entries), NULL);
		covered = runs[i].last_seq;
		runs[standing++] = runs[i];
	}
	damaged_forget(st->timeline, slot, runs, standing);
	const struct timeline_run *first = mergeable(runs, standing);
	if (first)
		return merge(st, u, slot, first);
	*ret_worked = false;
	return OK;
}

enum need { NEED_NOTHING, NEED_RUN, NEED_EVENTS, NEED_CARE };

static enum need what_next(struct timeline *t, i64 *ret_slot)
{
	enum need need = NEED_NOTHING;
	pthread_mutex_lock(&t->lock);
	for (i64 slot = 0; slot < SLOT_COUNT; slot++) {
		const struct tail *tail = t->tails[slot];
		enum need here = tail && tail_ready(t, tail) ? NEED_RUN : t->dirty[slot] ? NEED_CARE : NEED_NOTHING;
		if (here == NEED_NOTHING || (need != NEED_NOTHING && here >= need))
			continue;
		need = here;
		*ret_slot = slot;
	}
	if (need == NEED_CARE)
		t->dirty[*ret_slot] = false;
	pthread_mutex_unlock(&t->lock);
	return need;
}

static err tend(struct store *st, struct unit *u, bool *ret_worked)
{
	struct timeline *t = st->timeline;
	i64 slot = 0;
	enum need need = what_next(t, &slot);
	*ret_worked = need != NEED_NOTHING;
	if (need == NEED_RUN) {
		TRY(tail_write(st, u, slot, ret_worked));
		return *ret_worked ? WRITE_TX(u, slot, tail_catch_up(tx)) : OK;
	}
	if (need == NEED_CARE) {
		bool worked = false;
		err e = slot_tend(st, u, slot, &worked);
		pthread_mutex_lock(&t->lock);
		t->dirty[slot] |= worked;
		pthread_mutex_unlock(&t->lock);
		return e;
	}
	return OK;
}

err timeline_tend(struct store *st, bool *ret_worked)
{
	*ret_worked = false;
	if (!st->timeline)
		return OK;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(st, a, 0, "timeline");
	pthread_mutex_lock(&st->timeline->tending);
	err e = tend(st, &u, ret_worked);
	pthread_mutex_unlock(&st->timeline->tending);
	if (e != OK && !st->timeline->stop)
		log_fail("timeline.failed", &u.fail, STR_NIL);
	arena_free(a);
	return e;
}

/* A failure (a full disk) waits for the next event. */
static void *tender(void *arg)
{
	struct store *st = arg;
	struct timeline *t = st->timeline;
	pthread_mutex_lock(&t->lock);
	while (!t->stop) {
		if (!t->wanted) {
			pthread_cond_wait(&t->work, &t->lock);
			continue;
		}
		t->wanted = false;
		pthread_mutex_unlock(&t->lock);
		for (bool worked = true; worked && !t->stop;) {
			if (timeline_tend(st, &worked) != OK)
				break;
		}
		pthread_mutex_lock(&t->lock);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

err timeline_open(struct store *st, struct unit *u)
{
	if (!st->timeline)
		return OK;
	TRY(timeline_read_back(st, u));
	st->timeline->wanted = true;
	if (pthread_create(&st->timeline->thread, NULL, tender, st) != 0)
		return fail_set(&u->fail, ERR_IO, T_OK, STR("thread"), STR_NIL, STR_NIL);
	st->timeline->running = true;
	return OK;
}

void timeline_stop(struct store *st)
{
	struct timeline *t = st->timeline;
	if (!t || !t->running)
		return;
	pthread_mutex_lock(&t->lock);
	t->stop = true;
	pthread_cond_signal(&t->work);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->thread, NULL);
	t->running = false;
}
