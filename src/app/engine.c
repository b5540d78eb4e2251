/*
 * The engine's stages. Each takes an arena of its own for one round and gives it back, so a stage's
 * memory is bounded by its batch.
 */
#include "app/engine.h"
#include "app/sender.h"
#include "base/log.h"
#include "core/job/job.h"

#define TIMER_ROWS 200
#define DECODE_TRIES_MAX 8 /* a row that fails for good is closed with its reason */
#define SETTLE_ROUNDS_MAX 100000 /* more rounds at one moment is a loop of our own making */

static const struct decoder *decoder_of(struct env *env, str source)
{
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct decoder *d = env->modules[i]->decoders; d && d->source; d++)
			if (str_eq_c(source, d->source))
				return d;
	return NULL;
}

static const struct timer_kind *timer_of(struct env *env, str kind)
{
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct timer_kind *t = env->modules[i]->timers; t && t->kind; t++)
			if (str_eq_c(kind, t->kind))
				return t;
	return NULL;
}

/* What was decoded, read or due is so again after a power failure: nothing of it is waited for. */
static struct cx cx_engine(struct env *env, struct arena *a, i64 corp, const char *source)
{
	struct cx cx = cx_system(env, a, corp, source);
	cx.unit.lazy = true;
	return cx;
}

static err decode_row(struct env *env, struct arena *a, const struct inbox_row *row)
{
	struct cx cx = cx_engine(env, a, row->corp, arena_cstr(a, row->source));
	const struct decoder *d = decoder_of(env, row->source);
	if (!d)
		return inbox_done(&cx.unit, row, STR("no decoder"));
	err e = d->fn(&cx, row);
	if (e == OK)
		return OK;
	log_fail("decode.failed", &cx.unit.fail, row->source);
	struct fail why = cx.unit.fail;
	if (!err_retryable(e) || row->attempts >= DECODE_TRIES_MAX)
		return inbox_done(&cx.unit, row, str_c(err_name(e)));
	return inbox_failed(&cx.unit, row, &why);
}

/* The rows like the first one that its decoder takes at once. A failure is found again row by row. */
static void decode_many(struct env *env, struct arena *a, const struct inbox_row *rows, size_t count, bool *done)
{
	const struct decoder *d = decoder_of(env, rows[0].source);
	struct inbox_row *like = ARENA_ARRAY(a, struct inbox_row, count);
	size_t *at = ARENA_ARRAY(a, size_t, count), n = 0;
	bool *taken = ARENA_ARRAY(a, bool, count);
	for (size_t i = 0; d && d->many && i < count; i++) {
		if (done[i] || rows[i].corp != rows[0].corp || rows[i].slot != rows[0].slot ||
		    !str_eq(rows[i].source, rows[0].source))
			continue;
		at[n] = i;
		like[n++] = rows[i];
	}
	if (n < 2)
		return;
	struct cx cx = cx_engine(env, a, rows[0].corp, arena_cstr(a, rows[0].source));
	if (d->many(&cx, like, n, taken) != OK)
		return;
	for (size_t i = 0; i < n; i++)
		done[at[i]] = taken[i];
}

static bool like_before(const struct inbox_row *rows, size_t i)
{
	return i > 0 && rows[i].corp == rows[i - 1].corp && rows[i].slot == rows[i - 1].slot &&
	       str_eq(rows[i].source, rows[i - 1].source);
}

static err stage_decode(struct env *env, struct arena *a, bool *ret_worked)
{
	struct unit u = unit_new(env->store, a, 0, "engine");
	struct inbox_row *rows;
	size_t count;
	int most = env->decode_rows;
	TRY(inbox_pending(&u, (size_t)(most ? most : DECODE_ROWS_MAX), &rows, &count));
	bool *done = ARENA_ARRAY(a, bool, count + 1);
	*ret_worked = count > 0;
	for (size_t i = 0; i < count; i++) {
		struct arena_mark mark = arena_mark(a);
		if (!done[i] && !like_before(rows, i))
			decode_many(env, a, rows + i, count - i, done + i);
		if (!done[i])
			TRY(decode_row(env, a, &rows[i]));
		arena_reset(a, mark);
	}
	return OK;
}

static err fire(struct env *env, struct arena *a, const struct timer_row *row)
{
	struct cx cx = cx_engine(env, a, row->corp, "timer");
	cx.unit.cause = row->cause;
	const struct timer_kind *t = timer_of(env, row->kind);
	bool taken;
	err e = t ? t->fn(&cx, row) : WRITE_TX(&cx.unit, row->slot, timer_take(tx, row, &taken));
	if (e != OK)
		log_fail("timer.failed", &cx.unit.fail, row->kind);
	return e;
}

static err stage_timer(struct env *env, struct arena *a, bool *ret_worked)
{
	struct unit u = unit_new(env->store, a, 0, "engine");
	struct timer_row *rows;
	size_t count;
	TRY(timer_due(&u, clock_now(env->clock), TIMER_ROWS, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		struct arena_mark mark = arena_mark(a);
		if (fire(env, a, &rows[i]) == OK)
			*ret_worked = true;
		arena_reset(a, mark);
	}
	return OK;
}

static err stage_send(struct env *env, struct arena *a, bool *ret_worked)
{
	bool reconciled;
	TRY(sender_run(env, a, LANE_ORDINARY, ret_worked));
	TRY(sender_reconcile(env, a, &reconciled));
	*ret_worked |= reconciled;
	return OK;
}

err engine_stage(struct env *env, enum engine_stage stage, bool *ret_worked)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	err e = OK;
	*ret_worked = false;
	switch (stage) {
	case STAGE_DECODE: e = stage_decode(env, a, ret_worked); break;
	case STAGE_CONSUME: e = consumer_run(env, a, ret_worked); break;
	case STAGE_TIMER: e = stage_timer(env, a, ret_worked); break;
	case STAGE_SEND_WELCOME: e = sender_run(env, a, LANE_WELCOME, ret_worked); break;
	case STAGE_SEND: e = stage_send(env, a, ret_worked); break;
	case STAGE_SEND_OUTSIDE: e = sender_run(env, a, LANE_OUTSIDE, ret_worked); break;
	case STAGE_JOB: e = job_run_one(env, a, ret_worked); break;
	case STAGE_COUNT: break;
	}
	if (e != OK) {
		*ret_worked = false;
		log_line(LOG_WARN, "engine.stage_failed", "stage=%d err=%s", (int)stage, err_name(e));
	}
	arena_free(a);
	return e;
}

/* Which wakes concern a stage, in the order they run. */
static const unsigned stage_wakes[STAGE_COUNT] = {
	[STAGE_DECODE] = WAKE_INBOX,
	[STAGE_CONSUME] = WAKE_JOURNAL | WAKE_RELAY,
	[STAGE_TIMER] = WAKE_TIMER,
	[STAGE_SEND_WELCOME] = WAKE_OUTBOX,
	[STAGE_SEND] = WAKE_OUTBOX,
	[STAGE_SEND_OUTSIDE] = WAKE_OUTBOX,
	[STAGE_JOB] = WAKE_JOB,
};

bool engine_step(struct env *env)
{
	bool any = false;
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		bool worked;
		if (engine_stage(env, (enum engine_stage)stage, &worked) == OK)
			any |= worked;
	}
	return any;
}

static void on_wake(void *arg, unsigned bits) { *(unsigned *)arg |= bits; }

/* Runs woken stages until none is left; *woken is also what the commits of these stages add to. Returns
 * the rounds in which there was something to do. */
static size_t pulse(struct env *env, unsigned *woken)
{
	size_t rounds = 0;
	while (*woken) {
		unsigned now = *woken;
		bool any = false;
		*woken = 0;
		for (int stage = 0; stage < STAGE_COUNT; stage++) {
			bool worked;
			now |= *woken; /* of the stages before this one */
			if (!(now & stage_wakes[stage]) || engine_stage(env, (enum engine_stage)stage, &worked) != OK || !worked)
				continue;
			*woken |= stage_wakes[stage];
			any = true;
		}
		rounds += any;
		ASSERT(rounds < SETTLE_ROUNDS_MAX);
	}
	return rounds;
}

size_t engine_settle(struct env *env)
{
	unsigned woken = ~0u;
	store_on_wake(env->store, on_wake, &woken);
	size_t rounds = pulse(env, &woken);
	store_on_wake(env->store, NULL, &woken);
	return rounds;
}

static ms earlier(ms a, ms b)
{
	if (a == NIL || b == NIL)
		return a == NIL ? b : a;
	return int_min(a, b);
}

ms engine_stage_due(struct env *env, enum engine_stage stage)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(env->store, a, 0, "engine");
	ms due = NIL;
	err e = OK;
	if (stage == STAGE_TIMER)
		e = timer_next_due(&u, &due);
	else if (stage == STAGE_SEND)
		e = sender_next_due(&u, LANE_ORDINARY, &due);
	else if (stage == STAGE_SEND_WELCOME)
		e = sender_next_due(&u, LANE_WELCOME, &due);
	else if (stage == STAGE_SEND_OUTSIDE)
		e = sender_next_due(&u, LANE_OUTSIDE, &due);
	else if (stage == STAGE_DECODE)
		e = inbox_next_due(&u, &due);
	else if (stage == STAGE_JOB)
		e = job_next_due(&u, &due);
	arena_free(a);
	return e == OK ? due : NIL;
}

static ms next_due(struct env *env, unsigned *ret_wakes)
{
	ms due = NIL;
	*ret_wakes = 0;
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		ms at = engine_stage_due(env, (enum engine_stage)stage);
		if (at == NIL || (due != NIL && at > due))
			continue;
		*ret_wakes = (at == due ? *ret_wakes : 0) | stage_wakes[stage];
		due = at;
	}
	return due;
}

ms engine_next_due(struct env *env)
{
	unsigned wakes;
	return next_due(env, &wakes);
}

static void settle_both(struct env *env, const struct engine_mate *mate, unsigned *woken)
{
	do {
		if (mate)
			mate->act(mate->arg);
	} while (pulse(env, woken) && mate);
}

void engine_live(struct env *env, struct clock *clock, ms until, const struct engine_mate *mate)
{
	unsigned woken = ~0u, due;
	store_on_wake(env->store, on_wake, &woken);
	for (;;) {
		settle_both(env, mate, &woken);
		ms mine = next_due(env, &due), its = mate ? mate->due(mate->arg) : NIL, next = earlier(mine, its);
		if (next == NIL || next > until || next <= clock_now(clock)) /* what failed may stay due */
			break;
		if (next == mine)
			woken |= due;
		clock_advance(clock, next);
	}
	clock_advance(clock, until);
	woken = ~0u;
	settle_both(env, mate, &woken);
	store_on_wake(env->store, NULL, &woken);
}
