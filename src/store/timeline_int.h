/*
 * The state of the timelines: what the look-up and the tender share.
 */
#ifndef YT_STORE_TIMELINE_INT_H
#define YT_STORE_TIMELINE_INT_H

#include "store/store_int.h"
#include "store/timeline_data.h"

/* A slot's entries not yet in runs, in order of seq, and the run written last: a snapshot may be older than it. */
struct tail {
	i64 covered; /* runs stand up to this seq */
	i64 from;    /* behind this seq … */
	i64 known;   /* … and up to this one every entry is here */
	struct moment *v;
	size_t done; /* entries up to covered */
	size_t n, cap;
};

#define DAMAGED_MAX 16
struct timeline {
	pthread_mutex_t lock;
	pthread_mutex_t tending; /* one piece of work at a time */
	pthread_cond_t work;
	struct tail *tails[SLOT_COUNT];
	bool dirty[SLOT_COUNT]; /* its runs may need something */
	size_t run_entries;
	struct { i64 slot, run; } damaged[DAMAGED_MAX];
	size_t damaged_count;
	_Atomic bool stop;
	bool wanted, running;
	pthread_t thread;
};

bool tail_ready(const struct timeline *t, const struct tail *tail);
/* Appends what the journal holds behind tail->known, as far as there is room. */
err tail_read(const struct snap *s, struct timeline *t, struct tail *tail);
err timeline_read_back(struct store *st, struct unit *u);
void timeline_damaged(struct timeline *t, i64 slot, i64 run);

#endif
