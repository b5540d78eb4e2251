/*
 * Workers. Each thread owns one stage and sleeps on one condition until a commit that concerns it or
 * until its next row is due; an idle product burns no processor at all.
 *
 * The decoder waits for those who read the journal, and its rounds are kept so small that they follow in a fraction of a
 * second. So what waits does so in the inbox, where urgent messages overtake, and not in the journal, where nothing can:
 * when more comes than the machine can do, a welcome code is still answered before it dies.
 */
#include "app/workers.h"
#include "app/engine.h"
#include "base/log.h"
#include "core/audience/audience_snapshot.h"
#include "store/learn.h"

#include <pthread.h>
#include <time.h>

#define WORKERS_MAX 14
#define LEARN_EVERY_MS (5 * MS_SECOND)
#define PAUSE_AFTER_ERROR_MS MS_SECOND
#define DECODE_ROWS_MIN 100 /* of a round however slow: what a commit costs is shared by them */
#define READ_SLOW_MS 400    /* of the readers for one round: smaller ones */
#define READ_FAST_MS 150
#define GIVE_WAY_MS 500
#define SLEEP_LONGEST_MS (10 * MS_MINUTE) /* the wall clock may have been set meanwhile */

struct worker {
	struct workers *all;
	enum engine_stage stage; /* STAGE_COUNT: every stage in order */
	unsigned wakes;          /* WAKE_… bits that concern it */
	u64 seen;                /* last count of wakes it has worked on */
	pthread_t thread;
};

struct workers {
	struct env *env;
	pthread_mutex_t lock;
	pthread_cond_t changed, stopped;
	bool stopping, idle;
	u64 counts[8]; /* how often each wake bit was raised */
	u64 decoded, read; /* rounds of the decoder, and those that the readers have followed */
	struct worker list[WORKERS_MAX];
	size_t n;
};

static const struct { enum engine_stage stage; unsigned wakes; int threads; } plan[] = {
	{ STAGE_DECODE, WAKE_INBOX, 1 },
	{ STAGE_CONSUME, WAKE_JOURNAL | WAKE_RELAY, 1 },
	{ STAGE_TIMER, WAKE_TIMER, 1 },
	{ STAGE_SEND_WELCOME, WAKE_OUTBOX, 4 },
	{ STAGE_SEND, WAKE_OUTBOX, 2 },
	{ STAGE_SEND_OUTSIDE, WAKE_OUTBOX, 2 },
	{ STAGE_JOB, WAKE_JOB, 1 },
};

static void on_wake(void *arg, unsigned bits)
{
	struct workers *w = arg;
	pthread_mutex_lock(&w->lock);
	for (int i = 0; i < 8; i++)
		if (bits & (1u << i))
			w->counts[i]++;
	w->idle = false;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

static u64 raised(const struct workers *w, unsigned wakes)
{
	u64 sum = 0;
	for (int i = 0; i < 8; i++)
		if (wakes & (1u << i))
			sum += w->counts[i];
	return sum;
}

static struct timespec until(const struct env *env, ms due)
{
	ms wait = due == NIL ? SLEEP_LONGEST_MS : int_max(0, due - clock_now(env->clock));
	wait = int_min(wait, SLEEP_LONGEST_MS);
	ms at = clock_mono() + wait;
	return (struct timespec){ at / 1000, at % 1000 * 1000000 };
}

/* The readers have followed the rounds up to that one, in so much time. Under the lock. */
static void followed(struct workers *w, u64 upto, ms took)
{
	int rows = w->env->decode_rows ? w->env->decode_rows : DECODE_ROWS_MAX;
	if (upto == w->read)
		return;
	if (took > READ_SLOW_MS)
		rows = rows / 2 > DECODE_ROWS_MIN ? rows / 2 : DECODE_ROWS_MIN;
	else if (took < READ_FAST_MS)
		rows = rows * 2 < DECODE_ROWS_MAX ? rows * 2 : DECODE_ROWS_MAX;
	w->env->decode_rows = rows;
	w->read = upto;
	pthread_cond_broadcast(&w->changed);
}

/* After a round of this stage, whatever came of it: who waits for it must not wait for ever. Under the lock. */
static void round_done(struct worker *me, bool worked, u64 upto, ms took)
{
	struct workers *w = me->all;
	if (me->stage == STAGE_CONSUME)
		followed(w, upto, took);
	if (me->stage == STAGE_DECODE && worked) {
		w->decoded++;
		pthread_cond_broadcast(&w->changed);
	}
}

/* What is sent in no hurry lets the readers go before, for a while. Under the lock. */
static void give_way(struct workers *w)
{
	ms at = clock_mono() + GIVE_WAY_MS;
	struct timespec until = { at / 1000, at % 1000 * 1000000 };
	while (!w->stopping && w->read != w->decoded)
		if (pthread_cond_timedwait(&w->changed, &w->lock, &until) != 0)
			break;
}

static bool to_follow(const struct worker *me) { return me->stage == STAGE_CONSUME && me->all->read != me->all->decoded; }

static void *worker_main(void *arg)
{
	struct worker *me = arg;
	struct workers *w = me->all;
	pthread_mutex_lock(&w->lock);
	while (!w->stopping) {
		while (me->stage == STAGE_DECODE && !w->stopping && w->decoded != w->read)
			pthread_cond_wait(&w->changed, &w->lock);
		if (me->stage == STAGE_SEND)
			give_way(w);
		u64 count = raised(w, me->wakes), upto = w->decoded;
		pthread_mutex_unlock(&w->lock);
		bool worked;
		ms began = clock_mono();
		err e = engine_stage(w->env, me->stage, &worked);
		ms due = NIL;
		if (e != OK)
			due = clock_now(w->env->clock) + PAUSE_AFTER_ERROR_MS;
		else if (!worked)
			due = engine_stage_due(w->env, me->stage);
		pthread_mutex_lock(&w->lock);
		round_done(me, worked, upto, clock_mono() - began);
		if (worked)
			continue;
		struct timespec at = until(w->env, due);
		while (!w->stopping && raised(w, me->wakes) == count && !to_follow(me))
			if (pthread_cond_timedwait(&w->changed, &w->lock, &at) != 0)
				break;
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* Simulated time: settle, tell that we are idle, sleep until a commit or the clock's master moves. */
static void *single_main(void *arg)
{
	struct worker *me = arg;
	struct workers *w = me->all;
	pthread_mutex_lock(&w->lock);
	while (!w->stopping) {
		u64 count = raised(w, ~0u);
		pthread_mutex_unlock(&w->lock);
		engine_settle(w->env);
		pthread_mutex_lock(&w->lock);
		if (raised(w, ~0u) != count)
			continue;
		w->idle = true;
		while (!w->stopping && w->idle)
			pthread_cond_wait(&w->changed, &w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void every(struct workers *w, ms rest, err (*act)(struct env *env))
{
	pthread_mutex_lock(&w->lock);
	while (!w->stopping) {
		ms at = clock_mono() + rest;
		struct timespec due = { at / 1000, at % 1000 * 1000000 };
		while (!w->stopping && pthread_cond_timedwait(&w->stopped, &w->lock, &due) == 0)
			;
		if (w->stopping)
			break;
		pthread_mutex_unlock(&w->lock);
		act(w->env);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
}

/* Keeps the audience index on disk, so that the next start need not read every row. */
static void *snapshot_main(void *arg)
{
	every(((struct worker *)arg)->all, SNAPSHOT_EVERY_MS, audience_snapshot);
	return NULL;
}

static err learn(struct env *env)
{
	struct fail f = { 0 };
	i64 tables;
	err e = store_learn(env->store, &tables, &f);
	if (e != OK)
		log_fail("store.learn", &f, STR("store"));
	return e;
}

/* Tables grow fastest while a company's people come in; a planner that has not counted them walks whole slots. */
static void *learn_main(void *arg)
{
	every(((struct worker *)arg)->all, LEARN_EVERY_MS, learn);
	return NULL;
}

static bool start_one(struct workers *w, enum engine_stage stage, unsigned wakes, void *(*main)(void *))
{
	struct worker *one = &w->list[w->n];
	*one = (struct worker){ .all = w, .stage = stage, .wakes = wakes };
	if (pthread_create(&one->thread, NULL, main, one) != 0)
		return false;
	w->n++;
	return true;
}

err workers_start(struct arena *a, struct env *env, struct workers **ret, struct fail *f)
{
	struct workers *w = ARENA_NEW(a, struct workers);
	w->env = env;
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_t mono;
	pthread_condattr_init(&mono);
	pthread_condattr_setclock(&mono, CLOCK_MONOTONIC);
	pthread_cond_init(&w->changed, &mono);
	pthread_cond_init(&w->stopped, &mono);
	store_on_wake(env->store, on_wake, w);
	bool ok = true;
	if (env->clock->simulated)
		ok = start_one(w, STAGE_COUNT, ~0u, single_main);
	else
		for (size_t i = 0; i < ARRAY_LEN(plan); i++)
			for (int t = 0; t < plan[i].threads; t++)
				ok = ok && start_one(w, plan[i].stage, plan[i].wakes, worker_main);
	ok = ok && (env->clock->simulated || start_one(w, STAGE_COUNT, 0, snapshot_main));
	ok = ok && (!store_is_postgres(env->store) || start_one(w, STAGE_COUNT, 0, learn_main));
	*ret = w;
	if (ok)
		return OK;
	workers_stop(w);
	return fail_set(f, ERR_IO, T_OK, STR("thread"), STR("pthread_create"), STR("ulimit -u"));
}

void workers_stop(struct workers *w)
{
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_broadcast(&w->changed);
	pthread_cond_broadcast(&w->stopped);
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < w->n; i++)
		pthread_join(w->list[i].thread, NULL);
	audience_snapshot(w->env);
	store_on_wake(w->env->store, NULL, w);
}

bool workers_idle(struct workers *w)
{
	pthread_mutex_lock(&w->lock);
	bool idle = w->idle;
	pthread_mutex_unlock(&w->lock);
	return idle;
}

void workers_wake(struct workers *w)
{
	on_wake(w, WAKE_TIMER | WAKE_OUTBOX | WAKE_INBOX);
}
