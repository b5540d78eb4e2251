/*
 * The engine: everything the product does between requests, as one step function.
 *
 * engine_step runs each stage once: decode the inbox, feed the consumers, deliver relays, fire due
 * timers, send what is due, run a job step. It does no waiting, so a history of months runs in one
 * thread in simulated time (engine_live). In service
 * the same stages run on threads of their own (app/workers.c), woken by commits, never polling.
 */
#ifndef YT_APP_ENGINE_H
#define YT_APP_ENGINE_H

#include "core/module.h"

#define DECODE_ROWS_MAX 250 /* of one round: some milliseconds of the baton, answers wait behind it */

enum engine_stage { STAGE_DECODE, STAGE_CONSUME, STAGE_TIMER, STAGE_SEND_WELCOME, STAGE_SEND, STAGE_SEND_OUTSIDE, STAGE_JOB, STAGE_COUNT };

/* Runs one stage; *ret_worked says whether it found anything to do. Errors are logged here; the caller
 * tries the stage again a little later. */
err engine_stage(struct env *env, enum engine_stage stage, bool *ret_worked);

/* All stages once. */
bool engine_step(struct env *env);
/* All stages, then those that commits have woken, until nothing is left to do now; returns the rounds in
 * which there was something to do. */
size_t engine_settle(struct env *env);

/* Who lives in the same time beside the product: the simulator. due is NIL when nothing waits; act does what
 * is due now. */
struct engine_mate { ms (*due)(void *arg); void (*act)(void *arg); void *arg; };
/* Lives on in one thread, from due moment to due moment, until the simulated clock shows `until`. At each
 * moment only what is due and what commits wake is run, so the cost follows what happens and not how many
 * moments there are. Ends earlier moments when something due cannot be done: it stays due. mate may be NULL. */
void engine_live(struct env *env, struct clock *clock, ms until, const struct engine_mate *mate);

/* When the next timer or outbox row is due; NIL when nothing waits. */
ms engine_next_due(struct env *env);
/* The same for one stage, for the worker that sleeps on it. */
ms engine_stage_due(struct env *env, enum engine_stage stage);

/* consumer.c: feeds every module of slots whose journal moved; *ret_worked when there was any. */
err consumer_run(struct env *env, struct arena *a, bool *ret_worked);
/* Whether something due waits in the inbox, or some module has not seen the end of the journal yet. */
err consumer_behind(struct env *env, struct arena *a, bool *ret);
/* Empties the derived tables of a module (NULL: of all) and replays the journal. Unknown name: ERR_NOT_FOUND. */
err consumer_rebuild(struct env *env, struct arena *a, const char *module, struct fail *f);

#endif
