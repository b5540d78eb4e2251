/*
 * Journeys at work, on SQLite: thirty days of ten thousand people in simulated time (events, waits, acts that are
 * told in the journal, consumers and all), how long one who is due takes to be found and walked among a million
 * who wait, how many nodes a second are walked with every step durable, and how long it takes from an event to its step
 * while 5,000 events a second come in; and calls to WeCom at its limit (reach_limit.c).
 *
 * The clock of the thirty days moves in steps (--step minutes): what is due within one is walked together, as
 * after a busy moment. Figures are of one thread; the machine's other work counts against them.
 * Usage: reach_bench [--people N] [--waiting N] [--step MINUTES] [--seconds N]
 */
#include "bench_dir.h"
#include "reach_limit.h"
#include "app/engine.h"
#include "base/hash.h"
#include "base/log.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer_many.h"
#include "core/reach/reach.h"
#include "feature/journey/journey_edit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define START ((ms)1764547200000)
#define DAYS 30
#define ROWS 500

/* ---- an act that is told, as a message would be ---- */

#define SAY_FIELDS(F, S) F(S, STR, text)
RECORD(bench_say, SAY_FIELDS);

/* From an event to its step: when each person's event was written, and whose step has been walked but is not durable yet. */
struct watch { i64 first; size_t people, walked; i64 *written_us; u32 *who; };
static struct watch watch;

static err say_run(struct tx *tx, const struct verb_call *c, struct verb_result *ret)
{
	if (watch.people && c->customer >= watch.first && c->customer < watch.first + (i64)watch.people && watch.walked < watch.people)
		watch.who[watch.walked++] = (u32)(c->customer - watch.first);
	struct reach_event e = { .channel = STR("oa"), .class = STR("service"), .by = STR("journey"), .by_id = c->by_id, .staff = NIL, .reason = STR_NIL };
	*ret = (struct verb_result){ .state = VERB_DONE, .retry_at = NIL };
	return journal_add(tx, EV_REACH_SENT, c->customer, c->at, &reach_event_record, &e, NULL);
}

static const struct verb verbs[] = { { .name = "bench.say", .label = T_OK, .args = &bench_say_record, .run = say_run }, { 0 } };
static const struct query *const queries[] = { NULL };
static const struct module bench_module = { .name = "bench", .doc = "Acts of the bench.", .queries = queries, .verbs = verbs };

/* ---- a pond ---- */

struct pond {
	char dir[64];
	struct clock clock;
	struct arena *arena;
	struct store *store;
	struct env env;
	struct cx cx;
	i64 corp;
	const struct module *list[200];
};

static void check(err e, const struct fail *f, const char *what)
{
	if (e == OK)
		return;
	fprintf(stderr, "reach_bench: %s: %s %s %s (%s)\n", what, err_name(e), f->field, f->value, f->where);
	exit(1);
}

static struct pond *pond_new(bool durable)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct pond *p = ARENA_NEW(a, struct pond);
	struct fail f = { 0 };
	size_t n = 0;
	const char *order[200];
	snprintf(p->dir, sizeof(p->dir), "/tmp/reach_bench_XXXXXX");
	if (!mkdtemp(p->dir))
		exit(1);
	for (; modules[n]; n++) {
		p->list[n] = modules[n];
		order[n] = modules[n]->name;
	}
	p->list[n] = &bench_module;
	order[n] = NULL;
	p->clock = clock_simulated(START);
	p->arena = a;
	struct store_conf conf = { .url = STR(""), .dir = str_c(p->dir), .key_file = STR(""), .fast_unsafe = !durable, .clock = &p->clock, .module_order = order };
	check(store_open(&conf, &p->store, &f), &f, "open");
	p->env = (struct env){ .store = p->store, .clock = &p->clock, .modules = p->list, .public_url = STR("http://bench.test") };
	p->env.audience = audience_index_new(p->store);
	check(corp_module.start(&p->env, &f), &f, "start");
	check(journey_module.start(&p->env, &f), &f, "start");
	p->cx = cx_system(&p->env, p->arena, 0, "bench");
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	check(corp_create(&p->cx, &in, &p->corp), &p->cx.unit.fail, "corp");
	p->cx.unit.corp = p->corp;
	engine_settle(&p->env);
	return p;
}

static void pond_free(struct pond *p)
{
	journey_cache_free(p->env.journeys);
	audience_index_free(p->env.audience);
	corp_cache_free(p->env.corps);
	store_close(p->store);
	bench_dir_remove(p->dir);
	arena_free(p->arena);
}

static i64 slot_of(struct pond *p) { return slot_base(p->store, p->corp); }

static i64 *people_new(struct pond *p, size_t n)
{
	i64 *ids = ARENA_ARRAY(p->arena, i64, n);
	static struct customer_new rows[ROWS];
	for (size_t i = 0; i < n; i++) {
		u32 number;
		check(store_number(&p->cx.unit, "customer", &number), &p->cx.unit.fail, "number");
		ids[i] = id_customer(p->corp, number);
	}
	for (size_t i = 0; i < n; i += ROWS) {
		size_t m = n - i < ROWS ? n - i : ROWS;
		for (size_t k = 0; k < m; k++)
			rows[k] = (struct customer_new){ ids[i + k], STR("segment"), STR_NIL, START };
		check(WRITE_TX(&p->cx.unit, slot_of(p), customer_add_many(tx, rows, m)), &p->cx.unit.fail, "people");
	}
	engine_settle(&p->env);
	return ids;
}

/* ---- the journey: three messages two hours apart, then three days until she buys ---- */

#define NODE(id, type, rest) "{\"id\":\"" id "\",\"type\":\"" type "\",\"x\":0,\"y\":0,\"" type "\":" rest "}"
#define SAY(id) NODE(id, "act", "{\"verb\":\"bench.say\",\"args\":{\"text\":\"x\"},\"late_minutes\":525600}")
#define EDGE(a, b, c) "{\"from\":\"" a "\",\"port\":\"" b "\",\"to\":\"" c "\"}"
#define NAMED(n) "\"event\":\"site.tracked\",\"filters\":[{\"name\":\"name\",\"op\":\"is\",\"value\":\"" n "\"}]"
static const char *const journey_json =
	"{\"name\":\"x\",\"entry\":{\"mode\":\"always\"},\"goals\":[{\"name\":\"bought\"," NAMED("buy") "}],\"graph\":{\"nodes\":["
	NODE("t", "trigger", "{\"kind\":\"event\"," NAMED("go") "}") "," SAY("m1") "," NODE("w1", "wait", "{\"kind\":\"for\",\"minutes\":120}") "," SAY("m2") ","
	NODE("w2", "wait", "{\"kind\":\"for\",\"minutes\":120}") "," SAY("m3") "," NODE("u", "until", "{\"timeout_minutes\":4320," NAMED("look") "}") ","
	SAY("m4") "],\"edges\":[" EDGE("t", "out", "m1") "," EDGE("m1", "done", "w1") "," EDGE("w1", "out", "m2") "," EDGE("m2", "done", "w2") ","
	EDGE("w2", "out", "m3") "," EDGE("m3", "done", "u") "," EDGE("u", "timeout", "m4") "]}}";

static i64 journey_run(struct pond *p)
{
	struct journey_def *def;
	i64 id = 0;
	check(journey_def_read(p->arena, str_c(journey_json), &def, &p->cx.unit.fail), &p->cx.unit.fail, "def");
	check(journey_create(&p->cx, def, &id), &p->cx.unit.fail, "create");
	check(journey_publish(&p->cx, id), &p->cx.unit.fail, "publish");
	engine_settle(&p->env);
	return id;
}

#define SITE_FIELDS(F, S) F(S, STR, name)
RECORD(bench_site, SITE_FIELDS);

static err happen(struct tx *tx, const i64 *ids, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct bench_site body = { str_c(names[i]) };
		TRY(journal_add(tx, EV_SITE_TRACKED, ids[i], tx->snap.now, &bench_site_record, &body, NULL));
	}
	return OK;
}

static double cpu_s(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}
static double wall_s(void) { return (double)clock_mono_us() / 1e6; }

static i64 counted(struct pond *p, i64 journey, const char *head)
{
	struct journey_count *v;
	size_t n;
	i64 sum = 0;
	check(READ_SNAP(&p->cx.unit, slot_of(p), journey_counts_of(snap, &(struct journey_key){ journey }, &v, &n)), &p->cx.unit.fail, "counts");
	for (size_t i = 0; i < n; i++)
		if (str_starts(v[i].what, str_c(head)) && (v[i].node.n || strncmp(head, "out", 3)))
			sum += v[i].n;
	return sum;
}

static void figure(const char *name, double v, const char *unit, const char *goal) { printf("figure %s %.1f %s goal %s\n", name, v, unit, goal); }

/* ---- thirty days ---- */

static void thirty_days(size_t people, i64 step_minutes)
{
	struct pond *p = pond_new(false);
	i64 journey = journey_run(p), *ids = people_new(p, people), who[ROWS];
	const char *what[ROWS];
	u64 seed = 7;
	size_t steps = (size_t)(DAYS * 1440 / step_minutes), events = 0;
	double cpu = cpu_s(), wall = wall_s();
	for (size_t i = 0; i < steps; i++) {
		size_t n = 0;
		/* Each comes once in the thirty days, and does two more things; one in four buys. */
		for (size_t k = i * people * 3 / steps; k < (i + 1) * people * 3 / steps && n < ROWS; k++) {
			seed = hash_mix(seed + 1);
			who[n] = ids[k * 7919 % people];
			what[n++] = k < people * 2 && k % 2 == 0 ? "go" : seed % 4 == 0 ? "buy" : seed % 4 < 3 ? "other" : "look";
		}
		struct arena_mark mark = arena_mark(p->arena);
		if (n)
			check(WRITE_TX(&p->cx.unit, slot_of(p), happen(tx, who, what, n)), &p->cx.unit.fail, "events");
		arena_reset(p->arena, mark);
		events += n;
		engine_settle(&p->env);
		clock_advance(&p->clock, START + (ms)(i + 1) * step_minutes * MS_MINUTE);
	}
	engine_settle(&p->env);
	printf("thirty days: %zu people, %zu events, %lld nodes walked, %lld messages; clock in steps of %lld min; %.1f s wall\n", people, events,
	       (long long)counted(p, journey, "out:"), (long long)counted(p, journey, "out:done"), (long long)step_minutes, wall_s() - wall);
	figure("reach_thirty_days", cpu_s() - cpu, "s", "< 10");
	pond_free(p);
}

/* ---- waiting ---- */

static err put_waiting(struct tx *tx, const struct place *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		TRY(place_put(tx, &v[i]));
	return journey_wake_at(tx, v[0].due);
}

static struct place *place_at(struct pond *p, i64 journey, i64 who, const char *node, ms due, struct place *ret)
{
	*ret = (struct place){ .id = id_next(store_ids(p->store), START), .journey = journey, .version = 1, .customer = who, .leaf = who, .key = STR(""),
			       .node = str_c(node), .state = PLACE_DUE, .due = due, .parked = NIL, .at = due, .since = START, .node_since = START, .tries = 1,
			       .steps = 1, .outcome = STR(""), .reason = STR("") };
	return ret;
}

static void waiting(size_t many)
{
	struct pond *p = pond_new(false);
	i64 journey = journey_run(p), *ids = people_new(p, 1000);
	static struct place v[ROWS];
	double began = wall_s();
	for (size_t i = 0; i < many; i += ROWS) {
		for (size_t k = 0; k < ROWS; k++)
			place_at(p, journey, ids[(i + k) % 1000], "w1", START + MS_DAY + (ms)((i + k) * 7919 % many) * 1000, &v[k]);
		struct arena_mark mark = arena_mark(p->arena);
		check(WRITE_TX(&p->cx.unit, slot_of(p), put_waiting(tx, v, ROWS)), &p->cx.unit.fail, "waiting");
		arena_reset(p->arena, mark);
	}
	printf("waiting: %zu places made in %.1f s\n", many, wall_s() - began);
	engine_settle(&p->env);
	double idle = cpu_s();
	for (int i = 0; i < 100; i++)
		engine_next_due(&p->env);
	figure("reach_idle_look", (cpu_s() - idle) * 1e4, "us", "< 1000");
	clock_advance(&p->clock, START + MS_DAY);
	engine_settle(&p->env);
	double one = cpu_s();
	const int rounds = 200; /* one comes due each second */
	for (int i = 1; i <= rounds; i++) {
		bool worked;
		clock_advance(&p->clock, START + MS_DAY + i * 1000);
		engine_stage(&p->env, STAGE_CONSUME, &worked);
		engine_stage(&p->env, STAGE_TIMER, &worked);
	}
	figure("reach_one_of_a_million", (cpu_s() - one) / rounds * 1e3, "ms", "< 5");
	pond_free(p);
}

/* ---- steps a second, durable ---- */

static void steps(size_t many)
{
	struct pond *p = pond_new(true);
	i64 journey = journey_run(p), *ids = people_new(p, many);
	static struct place v[ROWS];
	for (size_t i = 0; i < many; i += ROWS) {
		for (size_t k = 0; k < ROWS; k++)
			place_at(p, journey, ids[i + k], "w1", START + MS_HOUR, &v[k]);
		struct arena_mark mark = arena_mark(p->arena);
		check(WRITE_TX(&p->cx.unit, slot_of(p), put_waiting(tx, v, ROWS)), &p->cx.unit.fail, "steps");
		arena_reset(p->arena, mark);
	}
	engine_settle(&p->env);
	double walked = 0, all = wall_s(), cpu = 0;
	i64 before = counted(p, journey, "out:");
	clock_advance(&p->clock, START + 5 * MS_HOUR);
	for (;;) {
		bool worked, more;
		engine_stage(&p->env, STAGE_CONSUME, &more);
		double began = wall_s(), used = cpu_s();
		engine_stage(&p->env, STAGE_TIMER, &worked);
		walked += wall_s() - began;
		cpu += cpu_s() - used;
		if (!worked && !more)
			break;
	}
	double n = (double)(counted(p, journey, "out:") - before);
	printf("steps: %zu people due at once, %.0f nodes walked, half of them acts told in the journal\n", many, n);
	figure("reach_steps_walking", n / walked, "/s", "> 20000");
	figure("reach_steps_walking_core", n / cpu, "/s of one core", "> 20000");
	figure("reach_steps_with_consumers", n / (wall_s() - all), "/s", "-");
	pond_free(p);
}

/* ---- from an event to its step ---- */

#define RATE 5000 /* events a second */
#define WRITES 50 /* transactions a second that bring them */

struct writer { struct pond *p; const i64 *ids; size_t count; };

static void *write_steadily(void *arg)
{
	const struct writer *w = arg;
	const char *names[RATE / WRITES];
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(w->p->store, a, w->p->corp, "bench");
	i64 began = clock_mono_us();
	for (size_t k = 0; k < RATE / WRITES; k++)
		names[k] = "go";
	for (size_t i = 0; i < w->count; i += RATE / WRITES) {
		i64 due = began + (i64)i * 1000000 / RATE, now = clock_mono_us();
		struct arena_mark mark = arena_mark(a);
		if (due > now)
			usleep((useconds_t)(due - now));
		for (size_t k = 0; k < RATE / WRITES; k++)
			watch.written_us[i + k] = due; /* late because the store was busy is late */
		check(WRITE_TX(&u, slot_of(w->p), happen(tx, w->ids + i, names, RATE / WRITES)), &u.fail, "events");
		arena_reset(a, mark);
	}
	arena_free(a);
	return NULL;
}

static int by_size(const void *a, const void *b) { return (*(const i64 *)a > *(const i64 *)b) - (*(const i64 *)a < *(const i64 *)b); }

static void event_to_step(size_t seconds)
{
	struct pond *p = pond_new(true);
	size_t many = seconds * RATE, done = 0;
	pthread_t thread;
	journey_run(p);
	i64 *ids = people_new(p, many), *took = ARENA_ARRAY(p->arena, i64, many);
	watch = (struct watch){ ids[0], many, 0, ARENA_ARRAY(p->arena, i64, many), ARENA_ARRAY(p->arena, u32, many) };
	struct writer w = { p, ids, many };
	double cpu = cpu_s();
	if (pthread_create(&thread, NULL, write_steadily, &w) != 0)
		exit(1);
	while (done < many) {
		bool worked;
		check(engine_stage(&p->env, STAGE_CONSUME, &worked), &p->cx.unit.fail, "events");
		check(engine_stage(&p->env, STAGE_TIMER, &worked), &p->cx.unit.fail, "timers");
		i64 now = clock_mono_us();
		for (; done < watch.walked; done++)
			took[done] = now - watch.written_us[watch.who[done]];
	}
	pthread_join(thread, NULL);
	watch.people = 0;
	qsort(took, many, sizeof(*took), by_size);
	printf("event to step: %zu events at %d/s, median %.0f ms\n", many, RATE, (double)took[many / 2] / 1000);
	printf("figure reach_event_to_step_cores %.2f of one core goal < 1\n", (cpu_s() - cpu) / (double)seconds);
	figure("reach_event_to_step_p99", (double)took[many * 99 / 100] / 1000, "ms", "< 1000");
	pond_free(p);
}

int main(int argc, char **argv)
{
	i64 people = 10000, waits = 1000000, step = 5, seconds = 10;
	log_level_set(LOG_ERROR);
	for (int i = 1; i + 1 < argc; i += 2) {
		i64 *to = !strcmp(argv[i], "--people") ? &people : !strcmp(argv[i], "--waiting") ? &waits : !strcmp(argv[i], "--step") ? &step :
			 !strcmp(argv[i], "--seconds") ? &seconds : NULL;
		if (!to || !str_i64(str_c(argv[i + 1]), to) || *to < 1)
			return 2;
	}
	reach_limit(160000);
	thirty_days((size_t)people, step);
	steps(20000);
	event_to_step((size_t)seconds);
	waiting((size_t)waits);
	return 0;
}
