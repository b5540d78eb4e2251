/*
 * Fairness, on SQLite with the product's own threads and the real clock: a small corp gets adds whose welcome must go out
 * within WeCom's 20 seconds, first alone, then beside a corp with a campaign of --waiting messages, as many events still to
 * be read, welcomes of its own, and a WeCom that takes --slow milliseconds for every call. An add is an event whose handler writes a row
 * of the welcome lane, as the welcome's does; the call to the platform is a sleep.
 * Usage: fair_bench [--seconds N] [--waiting N] [--slow MS]
 */
#include "bench_dir.h"
#include "app/sender.h"
#include "app/workers.h"
#include "base/log.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "store/outbox.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ADDS_PER_S 20
#define QUICK_US 20000
#define ROWS 500
#define ADDS_MAX 100000

#define ADD_FIELDS(F, S) F(S, STR, name)
RECORD(bench_add, ADD_FIELDS);
#define TASK_FIELDS(F, S) F(S, I64, since)
RECORD(bench_task, TASK_FIELDS);

static struct { i64 small, slow_us; pthread_mutex_t lock; i64 took_us[ADDS_MAX]; size_t n; i64 calls; } seen = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void check(err e, const struct fail *f, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "fair_bench: %s: %s %s %s (%s)\n", what, err_name(e), f->field, f->value, f->where);
	exit(1);
}

/* ---- a module that welcomes ---- */

static err on_add(struct tx *tx, const struct event *ev)
{
	struct bench_add add;
	i64 since = 0;
	TRY(event_body(&tx->snap, ev, &bench_add_record, &add));
	if (!str_i64(add.name, &since))
		return OK;
	return outbox_add(tx, STR("bench.welcome"), arena_printf(tx->snap.arena, "%lld", (long long)ev->id), STR(LANE_WELCOME), tx->snap.now, 0, 0,
			  &bench_task_record, &(struct bench_task){ since }, NULL);
}

static err call(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct bench_task task;
	bool small = row->corp == seen.small;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &bench_task_record, &task)));
	usleep((useconds_t)(small ? QUICK_US : seen.slow_us));
	pthread_mutex_lock(&seen.lock);
	seen.calls += !small;
	if (small && seen.n < ADDS_MAX)
		seen.took_us[seen.n++] = clock_mono_us() - task.since;
	pthread_mutex_unlock(&seen.lock);
	(void)ret;
	return OK;
}

static const struct handler acts[] = { { EV_SITE_TRACKED, on_add }, { 0 } };
static const struct sender senders[] = { { "bench.welcome", call, NULL, NULL }, { "bench.letter", call, NULL, NULL }, { "bench.mail", call, NULL, NULL }, { 0 } };
static const struct query *const queries[] = { NULL };
static const struct module bench_module = { .name = "bench", .doc = "Welcomes of the bench.", .queries = queries, .act = acts, .senders = senders };

/* ---- two corps ---- */

struct pond { char dir[64]; struct clock clock; struct arena *arena; struct store *store; struct env env; i64 small, big; const struct module *list[200]; };

static i64 corp_of(struct pond *p, const char *name)
{
	struct cx cx = cx_system(&p->env, p->arena, 0, "bench");
	struct corp_new in = { str_c(name), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	i64 id = 0;
	check(corp_create(&cx, &in, &id), &cx.unit.fail, "corp");
	return id;
}

static void pond_open(struct pond *p)
{
	struct fail f = { 0 };
	size_t n = 0;
	static const char *order[200];
	snprintf(p->dir, sizeof(p->dir), "/tmp/fair_bench_XXXXXX");
	if (!mkdtemp(p->dir))
		exit(1);
	for (; modules[n]; n++) {
		p->list[n] = modules[n];
		order[n] = modules[n]->name;
	}
	p->list[n] = &bench_module;
	p->clock = clock_real();
	p->arena = arena_new(ARENA_MAX_DEFAULT);
	struct store_conf conf = { .url = STR(""), .dir = str_c(p->dir), .key_file = STR(""), .clock = &p->clock, .module_order = order };
	check(store_open(&conf, &p->store, &f), &f, "open");
	p->env = (struct env){ .store = p->store, .clock = &p->clock, .modules = p->list, .public_url = STR("http://bench.test") };
	p->env.audience = audience_index_new(p->store);
	check(corp_module.start(&p->env, &f), &f, "start");
	p->big = corp_of(p, "大池塘");
	p->small = seen.small = corp_of(p, "小池塘");
}

static void pond_close(struct pond *p)
{
	audience_index_free(p->env.audience);
	corp_cache_free(p->env.corps);
	store_close(p->store);
	bench_dir_remove(p->dir);
	arena_free(p->arena);
}

static err add(struct tx *tx, str name)
{
	return journal_add(tx, EV_SITE_TRACKED, 0, tx->snap.now, &bench_add_record, &(struct bench_add){ name }, NULL);
}

static err campaign(struct tx *tx, size_t from, size_t n)
{
	static const char *const lanes[] = { LANE_ORDINARY, LANE_OUTSIDE, LANE_WELCOME }, *const kinds[] = { "bench.letter", "bench.mail", "bench.welcome" };
	struct bench_task task = { 0 };
	for (size_t i = 0; i < n; i++) {
		size_t lane = (from + i) % 100 == 0 ? 2 : (from + i) % 2; /* one in a hundred is a welcome of its own */
		str key = arena_printf(tx->snap.arena, "c%zu", from + i);
		TRY(outbox_add(tx, str_c(kinds[lane]), key, str_c(lanes[lane]), tx->snap.now, 0, 0, &bench_task_record, &task, NULL));
		TRY(add(tx, STR("x"))); /* an event to be read */
	}
	return OK;
}

/* Adds come steadily for so long; what their welcomes took at the 99th percentile, once all have gone out. */
static int by_size(const void *a, const void *b) { return (*(const i64 *)a > *(const i64 *)b) - (*(const i64 *)a < *(const i64 *)b); }

static double welcomes(struct pond *p, size_t seconds)
{
	struct unit u = unit_new(p->store, p->arena, p->small, "bench");
	size_t many = seconds * ADDS_PER_S;
	seen.n = 0;
	for (size_t i = 0; i < many; i++) {
		struct arena_mark mark = arena_mark(p->arena);
		str name = arena_printf(p->arena, "%lld", (long long)clock_mono_us());
		check(WRITE_TX(&u, slot_base(p->store, p->small), add(tx, name)), &u.fail, "add");
		arena_reset(p->arena, mark);
		usleep(1000000 / ADDS_PER_S);
	}
	for (int i = 0; i < 600 && seen.n < many; i++)
		usleep(100000);
	if (seen.n < many) {
		fprintf(stderr, "fair_bench: %zu of %zu welcomes within a minute\n", seen.n, many);
		exit(1);
	}
	qsort(seen.took_us, many, sizeof(i64), by_size);
	return (double)seen.took_us[many * 99 / 100] / 1000;
}

int main(int argc, char **argv)
{
	struct pond p = { 0 };
	struct workers *w;
	struct fail f = { 0 };
	i64 seconds = 20, waiting = 100000, slow = 1000;
	log_level_set(LOG_ERROR);
	for (int i = 1; i + 1 < argc; i += 2) {
		i64 *to = !strcmp(argv[i], "--seconds") ? &seconds : !strcmp(argv[i], "--waiting") ? &waiting : !strcmp(argv[i], "--slow") ? &slow : NULL;
		if (!to || !str_i64(str_c(argv[i + 1]), to) || *to < 1)
			return 2;
	}
	seen.slow_us = slow * 1000;
	pond_open(&p);
	check(workers_start(p.arena, &p.env, &w, &f), &f, "threads");
	double alone = welcomes(&p, (size_t)seconds);
	workers_stop(w);
	for (i64 i = 0; i < waiting; i += ROWS) {
		struct unit u = unit_new(p.store, p.arena, p.big, "bench");
		struct arena_mark mark = arena_mark(p.arena);
		check(WRITE_TX(&u, slot_base(p.store, p.big), campaign(tx, (size_t)i, ROWS)), &u.fail, "campaign");
		arena_reset(p.arena, mark);
	}
	check(workers_start(p.arena, &p.env, &w, &f), &f, "threads");
	double beside = welcomes(&p, (size_t)seconds);
	workers_stop(w);
	printf("welcomes of one corp beside %lld messages of another, whose platform takes %lld ms a call; %lld of its calls meanwhile\n",
	       (long long)waiting, (long long)slow, (long long)seen.calls);
	printf("figure fair_welcome_alone_p99 %.0f ms goal < 1000\nfigure fair_welcome_beside_p99 %.0f ms goal < %lld\n", alone, beside, (long long)(3 * slow + 1000));
	pond_close(&p);
	return 0;
}
