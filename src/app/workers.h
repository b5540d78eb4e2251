/*
 * Workers: the engine's stages on threads, woken by commits and by the clock.
 *
 * With a simulated clock one thread runs all stages in order, so that a test driver can move the clock
 * and wait until the product is idle.
 */
#ifndef YT_APP_WORKERS_H
#define YT_APP_WORKERS_H

#include "core/cx.h"

struct workers;

/* Lives in the arena, which must outlive the store. */
err workers_start(struct arena *a, struct env *env, struct workers **ret, struct fail *f);
void workers_stop(struct workers *w); /* finishes what is in hand */
/* Simulated clock only: nothing was left to do after the last change of store or clock. */
bool workers_idle(struct workers *w);
void workers_wake(struct workers *w);

#endif
