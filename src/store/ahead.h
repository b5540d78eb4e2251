/*
 * Reading ahead: who does the same for many persons in one transaction or snapshot asks PostgreSQL the same questions for each
 * of them. What is asked about one is learned at its place in the program (`site`), and the next time asked about all of them
 * at once; what is asked again and again about nobody in particular is asked once. The answers wait in the transaction; a
 * write to a table takes away what was read of it, of that person where both name her by the same column, and of all else.
 * So whoever queries sees what it would have seen. On SQLite nothing of this happens.
 */
#ifndef YT_STORE_AHEAD_H
#define YT_STORE_AHEAD_H

#include "store/store.h"

/* Places. Handlers of an event: its kind, and the pass. */
enum { AHEAD_FACTS = -1, AHEAD_FOLLOW = -2, AHEAD_ROOTS = -3, AHEAD_INDEX = -4 };
#define AHEAD_OF_EVENT(kind, pass) ((i64)(kind) * 2 + (pass))

/* Reads for these persons, of the snapshot's slot and corp, what the site is known to ask. */
err ahead_read(const struct snap *s, i64 site, const i64 *keys, size_t count);
/* What is asked from now on is about that person, at that site; 0: about nobody. */
void ahead_about(const struct snap *s, i64 site, i64 key);
/* Asks a query with many inputs, each of its slot, in one message; who then runs it with one of them is answered from that. */
err ahead_ask(const struct snap *s, const struct query *q, const void *in, const i64 *slots, size_t count);

#endif
