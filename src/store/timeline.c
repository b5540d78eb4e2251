/*
 * The tail in memory, and the look-up over tail, runs and, where neither knows, the journal.
 *
 * Entries are noted under the baton before the commit, so a tail is never behind a snapshot. Numbers that a
 * rollback gave back come again: whoever notes them first cuts off what the undone events left.
 */
#include "store/timeline_int.h"

#include "base/log.h"
#include "store/journal_data.h"
#include "store/timeline_part.h"

#include <stdlib.h>

struct timeline *timeline_new(void)
{
	struct timeline *t = calloc(1, sizeof(*t));
	ASSERT(t);
	pthread_mutex_init(&t->lock, NULL);
	pthread_mutex_init(&t->tending, NULL);
	pthread_cond_init(&t->work, NULL);
	t->run_entries = TIMELINE_RUN_ENTRIES;
	return t;
}

void timeline_free(struct timeline *t)
{
	for (size_t i = 0; t && i < SLOT_COUNT; i++) {
		if (t->tails[i])
			free(t->tails[i]->v);
		free(t->tails[i]);
	}
	free(t);
}

void timeline_set_run(struct store *st, size_t entries)
{
	pthread_mutex_lock(&st->timeline->lock);
	st->timeline->run_entries = entries;
	pthread_mutex_unlock(&st->timeline->lock);
}

/* ---- tails ---- */

static struct tail *tail_of(struct timeline *t, i64 slot)
{
	if (!t->tails[slot]) {
		t->tails[slot] = calloc(1, sizeof(struct tail));
		ASSERT(t->tails[slot]);
	}
	return t->tails[slot];
}

bool tail_ready(const struct timeline *t, const struct tail *tail)
{
	return tail->n - tail->done >= t->run_entries ||
	       tail->known - tail->covered >= (i64)(t->run_entries * TIMELINE_RUN_SEQS);
}

static void tail_add(struct tail *tail, const struct moment *m)
{
	if (tail->n == tail->cap) {
		tail->cap = tail->cap ? tail->cap * 2 : 64;
		tail->v = realloc(tail->v, tail->cap * sizeof(*tail->v));
		ASSERT(tail->v);
	}
	tail->v[tail->n++] = *m;
}

void timeline_note(struct store *st, i64 slot, const struct event_row *rows, size_t count)
{
	struct timeline *t = st->timeline;
	if (!t)
		return;
	i64 first = rows[0].seq;
	pthread_mutex_lock(&t->lock);
	struct tail *tail = tail_of(t, slot);
	if (first <= tail->known) {
		while (tail->n > tail->done && tail->v[tail->n - 1].seq >= first)
			tail->n--;
		tail->known = first - 1;
	}
	if (tail->known == first - 1 && tail->n + count <= t->run_entries * TIMELINE_TAIL_RUNS) {
		for (size_t i = 0; i < count; i++) {
			if (rows[i].customer > 0)
				tail_add(tail, &(struct moment){ rows[i].customer, rows[i].occurred, rows[i].seq });
		}
		tail->known = rows[count - 1].seq;
	}
	if (tail_ready(t, tail) || tail->known < rows[count - 1].seq) {
		t->wanted = true;
		pthread_cond_signal(&t->work);
	}
	pthread_mutex_unlock(&t->lock);
}

struct tail_reading { struct timeline *t; struct tail *tail; };

static err tail_read_row(void *arg, const void *of)
{
	struct tail_reading *r = arg;
	const struct moment *m = of;
	pthread_mutex_lock(&r->t->lock);
	if (m->customer > 0)
		tail_add(r->tail, m);
	r->tail->known = m->seq;
	pthread_mutex_unlock(&r->t->lock);
	return OK;
}

err tail_read(const struct snap *s, struct timeline *t, struct tail *tail)
{
	size_t max = t->run_entries * TIMELINE_TAIL_RUNS;
	struct tail_reading r = { t, tail };
	struct seq_span span = { .after = tail->known, .until = INT64_MAX, .limit = (i64)(max - int_min((i64)tail->n, (i64)max)) };
	return journal_moments(s, &span, tail_read_row, &r);
}

static err slot_open(const struct snap *s, struct timeline *t)
{
	struct timeline_run *runs;
	struct tail *tail = tail_of(t, s->slot);
	size_t n;
	TRY(timeline_runs(s, &(struct none){ 0 }, &runs, &n));
	for (size_t i = 0; i < n; i++) {
		if (runs[i].state == RUN_STANDS)
			tail->covered = int_max(tail->covered, runs[i].last_seq);
	}
	tail->from = tail->known = tail->covered;
	t->dirty[s->slot] = n > 0;
	return tail_read(s, t, tail);
}

err timeline_read_back(struct store *st, struct unit *u)
{
	i64 began = clock_mono_us();
	size_t slots, entries = 0;
	struct slot_head_row *heads;
	TRY(READ_SNAP(u, 0, slot_heads(snap, &(struct none){ 0 }, &heads, &slots)));
	for (size_t i = 0; i < slots; i++) {
		TRY(READ_SNAP(u, heads[i].place, slot_open(snap, st->timeline)));
		entries += st->timeline->tails[heads[i].place]->n;
	}
	if (entries)
		log_line(LOG_INFO, "timeline.read_back", "entries=%zu ms=%lld", entries,
			 (long long)(clock_mono_us() - began) / 1000);
	return OK;
}

/* ---- looking up ---- */

struct look {
	const struct snap *s;
	const struct moment *before;
	size_t max;
	struct moment floor; /* older ones are not all found */
	bool cut;
	VEC(struct moment) found;
};

static bool older(const struct moment *a, const struct moment *b)
{
	return a->occurred != b->occurred ? a->occurred < b->occurred : a->seq < b->seq;
}

static err look_row(void *arg, const void *of)
{
	struct look *l = arg;
	const struct moment *m = of;
	if (older(m, l->before))
		vec_push(l->s->arena, &l->found, *m);
	return OK;
}

static err look_journal(struct look *l, i64 after, i64 until)
{
	struct seq_span span = { .after = after, .until = until, .customer = l->before->customer };
	return after < until ? journal_moments_of(l->s, &span, look_row, l) : OK;
}

/* The `max` newest entries of one run; *ret_damaged says that it cannot be believed. */
static err look_run(struct look *l, i64 run, bool *ret_damaged)
{
	struct moment entries[PART_ENTRIES_MAX], at = *l->before;
	size_t taken = 0, n = 0;
	*ret_damaged = false;
	for (;;) {
		struct timeline_part part;
		struct part_find find = { run, at.customer, at.occurred, at.seq, 0 };
		err e = timeline_part_before(l->s, &find, &part);
		if (e == ERR_NOT_FOUND)
			return OK;
		TRY(e);
		at = (struct moment){ part.customer, part.occurred, part.seq };
		*ret_damaged = !part_read(&at, part.bytes, entries, &n);
		if (*ret_damaged)
			return OK;
		for (size_t i = n; i-- > 0;) {
			if (moment_cmp(&entries[i], l->before) >= 0)
				continue;
			if (entries[i].customer != l->before->customer)
				return OK;
			if (taken++ == l->max) {
				const struct moment *last = &l->found.v[l->found.n - 1];
				if (!l->cut || older(&l->floor, last))
					l->floor = *last;
				l->cut = true;
				return OK;
			}
			vec_push(l->s->arena, &l->found, entries[i]);
		}
	}
}

static err look_runs(struct look *l, i64 *ret_covered)
{
	struct timeline_run *runs;
	size_t n;
	i64 covered = 0;
	TRY(timeline_runs(l->s, &(struct none){ 0 }, &runs, &n));
	for (size_t i = 0; i < n; i++) {
		if (runs[i].state != RUN_STANDS)
			continue;
		bool damaged;
		size_t before = l->found.n;
		TRY(look_journal(l, covered, runs[i].first_seq - 1));
		TRY(look_run(l, runs[i].run, &damaged));
		if (damaged) {
			l->found.n = before;
			timeline_damaged(l->s->unit->store->timeline, l->s->slot, runs[i].run);
			TRY(look_journal(l, runs[i].first_seq - 1, runs[i].last_seq));
		}
		covered = int_max(covered, runs[i].last_seq);
	}
	*ret_covered = covered;
	return OK;
}

static err look_tail(struct look *l, i64 covered)
{
	struct timeline *t = l->s->unit->store->timeline;
	i64 from = covered, known = covered;
	pthread_mutex_lock(&t->lock);
	const struct tail *tail = t->tails[l->s->slot];
	for (size_t i = 0; tail && i < tail->n; i++) {
		if (tail->v[i].customer == l->before->customer && tail->v[i].seq > covered)
			look_row(l, &tail->v[i]);
	}
	if (tail) {
		from = int_max(covered, tail->from);
		known = int_max(from, tail->known);
	}
	pthread_mutex_unlock(&t->lock);
	TRY(look_journal(l, covered, from));
	return look_journal(l, known, INT64_MAX);
}

static int newest_first(const void *a, const void *b)
{
	return moment_cmp(b, a);
}

err timeline_look(const struct snap *s, const struct moment *before, size_t max, struct moment **ret, size_t *ret_count,
		  bool *ret_end)
{
	struct look l = { .s = s, .before = before, .max = max };
	i64 covered;
	size_t n = 0;
	TRY(look_runs(&l, &covered));
	TRY(look_tail(&l, covered));
	if (l.found.n)
		qsort(l.found.v, l.found.n, sizeof(*l.found.v), newest_first);
	for (size_t i = 0; i < l.found.n; i++) {
		const struct moment *m = &l.found.v[i];
		if ((l.cut && older(m, &l.floor)) || (n && moment_cmp(m, &l.found.v[n - 1]) == 0))
			continue;
		l.found.v[n++] = *m;
	}
	*ret = l.found.v;
	*ret_count = n;
	*ret_end = !l.cut;
	return OK;
}
