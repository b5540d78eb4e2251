/*
 * Turns: units of one slot follow one another, and this process knows whose turn it is before it asks the database. Who
 * waits here holds no connection and makes the server wait for nothing; the lock of the slot's head row, which other
 * processes see, is then nearly always free. Units that nobody waits for (lazy: the engine's own and the outcomes of
 * greetings, a few threads) go first, because everything outside waits for what they make known.
 */
#ifndef YT_STORE_TURN_H
#define YT_STORE_TURN_H

#include "base/int.h"

#include <stdbool.h>
#include <stddef.h>

struct turns;
struct turns *turns_new(void);
void turns_free(struct turns *t);
void turn_take(struct turns *t, i64 slot, bool first);
void turn_give(struct turns *t, i64 slot);
size_t turns_waiting(struct turns *t); /* how many threads */

#endif
