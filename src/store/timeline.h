/*
 * Timelines on SQLite: which events are whose, newest first, without an index of random order.
 *
 * An index on (customer, time) dirties a page of its own for nearly every event: fifteen times the cost
 * of the event at ten million rows. Here the pairs of a slot are collected in memory (the tail), sorted,
 * packed into parts of a page (timeline_part) and written as a run (timeline_run) over a range of seqs;
 * eight neighbouring runs of a level become one of the next, a few parts per transaction. A look-up asks
 * every run and the tail and reads the events themselves from the journal.
 *
 * Everything here is derived: what is told is always a row of the journal, so an entry whose event was
 * rolled back counts for nothing; a range without a run, a run whose checksum fails and an event the tail
 * does not hold are found by reading the journal, slowly and exactly, and are written anew by the tender,
 * a thread of the store. The tail is read back at start; it holds at most TIMELINE_TAIL_RUNS runs a
 * slot, what comes beyond waits in the journal.
 *
 * On PostgreSQL there is none of this: the database has its index.
 */
#ifndef YT_STORE_TIMELINE_H
#define YT_STORE_TIMELINE_H

#include "store/store.h"

#define TIMELINE_RUN_ENTRIES 65536 /* entries that make a run */
#define TIMELINE_RUN_SEQS 8 /* times as many events, of which few are about customers, make one too */
#define TIMELINE_TAIL_RUNS 8 /* runs that a tail may hold */
#define TIMELINE_FAN 8     /* runs of one level that become one of the next */
#define TIMELINE_LEVELS 2  /* the highest level: 64 times the first */

/* One entry: in this order they are sorted. */
#define MOMENT_FIELDS(F, S) F(S, ID, customer) F(S, MS, occurred) F(S, I64, seq)
RECORD(moment, MOMENT_FIELDS);
int moment_cmp(const struct moment *a, const struct moment *b);

struct event_row;
struct timeline;

struct timeline *timeline_new(void);
void timeline_free(struct timeline *t);
/* Reads the tails back and starts the tender. */
err timeline_open(struct store *st, struct unit *u);
void timeline_stop(struct store *st);
/* Events now written in the transaction, in order of seq, all of one slot; under the baton. */
void timeline_note(struct store *st, i64 slot, const struct event_row *rows, size_t count);
/* Entries of a customer before (occurred, seq), newest first: the `max` newest at least, or, with *ret_end, all
 * there are. Some may name no event of the snapshot: rolled back, newer than it, or pruned. */
err timeline_look(const struct snap *s, const struct moment *before, size_t max, struct moment **ret, size_t *ret_count,
		  bool *ret_end);
/* One piece of the tender's work: a run, some parts of a merge, a repair. false: nothing to do. */
err timeline_tend(struct store *st, bool *ret_worked);
/* For tests: a run from so many entries on. */
void timeline_set_run(struct store *st, size_t entries);

#endif
