/*
 * audience_engine DATA_DIR PEOPLE [OPTION…]: the ten questions of bench/audience on our engine.
 *
 * DATA_DIR is one the program made, with the names of tags t0 … t402 and stores s1 … s9100 in it; the people go
 * straight into the index. Every question is asked from its text on but for the parsing (bench/audience asks over
 * HTTP too), on this one thread, cold (96 MB written between, so that no cache holds the index) and hot. Prints
 * `question NAME SIMD cold|hot MICROSECONDS ANSWER`, where an answer is comparable between engines, and what the
 * index takes.
 *
 *	--simd a,b   loops to use, one round each (avx512,avx2,plain)
 *	--runs N     answers per question and protocol; the median counts
 *	--snapshot   then writes the snapshot a server loads, and times loading it
 *	--rows       fills from the store's rows instead (the first question), and times that
 */
#include "app/boot.h"
#include "audience_data.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "core/audience/audience_index_int.h"
#include "core/audience/audience_snapshot.h"
#include "core/audience/audience_tally.h"
#include "core/corp/corp.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEED 20261129
#define RUNS_MAX 101
#define FLUSH_BYTES ((size_t)96 << 20)

enum ask { COUNT, CUBE, CROSS, BY_CHANNEL, BY_STAGE, SAMPLE };
static const struct { const char *name; enum ask ask; const char *text; } questions[] = {
	{ "Q1", COUNT, "tag:\"t8\" and tag:\"t12\" and not tag:\"t5\"" },
	{ "Q2", COUNT, "tag in (\"t60\", \"t61\", \"t62\", \"t63\", \"t64\", \"t65\", \"t66\", \"t67\", \"t68\", \"t69\", \"t70\", \"t71\", "
		       "\"t72\", \"t73\", \"t74\", \"t75\", \"t76\", \"t77\", \"t78\", \"t79\")" },
	{ "Q3", COUNT, "tag:\"t6\" and spent between 100 and 500 and last_order < -30d" },
	{ "Q4", COUNT, NULL }, /* fifty stores: made below */
	{ "Q5", CUBE, "orders >= 0" },
	{ "Q6", CROSS, "tag:\"t10\" and tag:\"t20\"" },
	{ "Q7", BY_CHANNEL, "added >= -6d" },
	{ "Q8", SAMPLE, "tag:\"t8\" and tag:\"t12\"" },
	{ "Q9", BY_STAGE, "tag:\"t3\"" },
	{ "Q10", COUNT, "tag:\"t401\" and not tag:\"t402\"" },
};
static const char *const stages[DATA_STAGES] = { "intro", "growing", "mature", "dormant", "lost" };

struct bench {
	struct env *env;
	struct unit *u;
	struct corp_index *ci;
	u32 people;
	int runs;
	bool snapshot, rows;
	const char *simd;
	u8 *flush;
	u64 sink;
};

/* ---- filling ---- */

static struct customer_fact fact_of(const struct bench *b, const struct person *p, u32 number, i64 today, const struct tz *zone, char *texts)
{
	ms second = (ms)p->second * 1000;
	struct customer_fact f;
	record_init(&customer_fact_record, &f);
	f.customer = id_customer(b->u->corp, number);
	f.friend = f.bound = f.reach_wecom = f.reach_sms = f.erased = false;
	f.added = tz_day_start(zone, today - p->first_seen) + second;
	if (p->last_order >= 0)
		f.last_order = tz_day_start(zone, today - p->last_order) + second;
	f.orders = p->orders;
	f.spent = p->amount;
	f.staff = p->staff;
	f.store = p->store;
	snprintf(texts, 16, "city%d", p->city);
	snprintf(texts + 16, 16, "ch%d", p->channel);
	f.city = str_c(texts);
	f.channel = str_c(texts + 16);
	f.stage = str_c(stages[p->stage - 1]);
	return f;
}

static void fill(struct bench *b)
{
	struct arena *a = arena_new((size_t)1 << 30);
	struct data *d = data_new(a, b->people, SEED);
	struct person *people = ARENA_ARRAY(a, struct person, DATA_BLOCK);
	const struct tz *zone = corp_zone(b->u, b->u->corp);
	i64 today = tz_day(zone, clock_now(b->u->clock));
	char texts[32];
	u32 first;
	size_t n;
	index_begin(b->ci);
	while ((n = data_next(d, people, &first)) > 0)
		for (size_t i = 0; i < n; i++) {
			if (people[i].first_seen < 0)
				continue;
			struct customer_fact f = fact_of(b, &people[i], first + (u32)i, today, zone, texts);
			index_put(b->ci, &f);
			for (int t = 0; t < DATA_TAGS; t++)
				if (people[i].tags[t / 64] >> (t % 64) & 1)
					index_mark(b->ci, &b->ci->tags, t + 1, first + (u32)i);
		}
	index_pack(b->ci);
	b->ci->changes++;
	arena_free(a);
}

/* ---- asking ---- */

static int ascending(const void *a, const void *b)
{
	i64 x = *(const i64 *)a, y = *(const i64 *)b;
	return (x > y) - (x < y);
}

static void flush(struct bench *b)
{
	for (size_t i = 0; i < FLUSH_BYTES; i += 64)
		b->sink += b->flush[i]++;
}

static str answer_values(struct arena *a, const struct audience_value_count *v, size_t n)
{
	struct buf b = buf_new(a, 1 << 16);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%.*s:%lld", i ? "," : "", STR_F(v[i].text), (long long)v[i].count);
	return buf_str(&b);
}

static str answer_tags(struct arena *a, const struct audience_tag_count *v, size_t n)
{
	struct buf b = buf_new(a, 1 << 16);
	for (size_t i = 0, shown = 0; i < n && shown < 20; i++) {
		if (v[i].tag - 1 == 10 || v[i].tag - 1 == 20 || v[i].tag - 1 >= 400)
			continue;
		buf_fmt(&b, "%st%lld:%lld", shown++ ? "," : "", (long long)v[i].tag - 1, (long long)v[i].count);
	}
	return buf_str(&b);
}

/* One answer; its text when asked for. */
static err ask_once(struct bench *b, const struct expr *e, enum ask ask, str *ret)
{
	struct unit *u = b->u;
	struct audience_tag_count *tags;
	struct audience_value_count *values;
	i64 count, total, *list;
	size_t n;
	*ret = STR_NIL;
	if (ask == COUNT) {
		TRY(audience_count(u, e, &count, &total));
		*ret = arena_printf(u->arena, "%lld", (long long)count);
	} else if (ask == SAMPLE) {
		TRY(audience_sample(u, e, 7, 1000, &list, &n));
		*ret = arena_printf(u->arena, "%zu", n);
	} else if (ask == CROSS) {
		TRY(audience_crosstab(u, e, &tags, &n));
		*ret = answer_tags(u->arena, tags, n);
	} else if (ask == CUBE) {
		const struct tz *zone = corp_zone(u, u->corp);
		i64 today = tz_day(zone, clock_now(u->clock)), days[4];
		for (int i = 0; i < 4; i++)
			days[i] = tz_day_start(zone, today - (i64[]){ 365, 180, 90, 30 }[i]);
		const struct audience_axis axes[] = { { STR("last_order"), days, 4 }, { STR("orders"), (const i64[]){ 1, 2, 4, 8 }, 4 },
						      { STR("spent"), (const i64[]){ 5000, 20000, 80000, 200000 }, 4 } };
		TRY(audience_cube(u, e, axes, &list, &n));
		struct buf out = buf_new(u->arena, 1 << 16);
		for (size_t i = 0; i < n; i++)
			if (list[i])
				buf_fmt(&out, "%s%zu:%lld", out.n ? "," : "", i, (long long)list[i]);
		*ret = buf_str(&out);
	} else {
		TRY(audience_breakdown(u, e, ask == BY_STAGE ? STR("stage") : STR("channel"), &values, &n));
		*ret = answer_values(u->arena, values, n);
	}
	return OK;
}

static err measure(struct bench *b, const char *name, const struct expr *e, enum ask ask, bool cold)
{
	i64 times[RUNS_MAX];
	str answer = STR_NIL;
	for (int i = 0; i < b->runs; i++) {
		struct arena_mark mark = arena_mark(b->u->arena);
		if (cold)
			flush(b);
		i64 began = clock_mono_us();
		TRY(ask_once(b, e, ask, &answer));
		times[i] = clock_mono_us() - began;
		if (i + 1 < b->runs)
			arena_reset(b->u->arena, mark);
	}
	qsort(times, (size_t)b->runs, sizeof(times[0]), ascending);
	printf("question %s %s %s %lld %.*s\n", name, b->env->audience->kernel->name, cold ? "cold" : "hot",
	       (long long)times[b->runs / 2], STR_F(answer));
	fflush(stdout);
	return OK;
}

static err ask_all(struct bench *b)
{
	struct buf q4 = buf_new(b->u->arena, 4096);
	buf_add_c(&q4, "stage = \"dormant\" and store in (");
	for (int i = 0; i < 50; i++)
		buf_fmt(&q4, "%s\"s%d\"", i ? ", " : "", 1 + i * 181);
	buf_add_c(&q4, ") and not tag:\"t400\"");
	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		struct expr *e;
		str text = questions[i].text ? str_c(questions[i].text) : buf_str(&q4);
		TRY(expr_parse(b->u, text, &e));
		printf("text %s %.*s\n", questions[i].name, STR_F(text));
		TRY(measure(b, questions[i].name, e, questions[i].ask, true));
		TRY(measure(b, questions[i].name, e, questions[i].ask, false));
	}
	return OK;
}

/* ---- sizes and snapshots ---- */

static void sizes(const struct bench *b)
{
	size_t tags = 0;
	for (size_t i = 0; i < b->ci->tags.sets.n; i++)
		tags += b->ci->tags.sets.v[i].blocks * sizeof(struct part);
	for (size_t i = 0; i < b->ci->tags.sets.n; i++)
		for (u32 k = 0; k < b->ci->tags.sets.v[i].blocks; k++) {
			struct part p = b->ci->tags.sets.v[i].parts[k];
			tags += p.cap == 0xffff ? (BLOCK_WORDS + 1) * 8 : (size_t)p.cap * 2;
		}
	printf("bytes tags %zu all %zu\n", tags, index_bytes(b->ci));
}

/* The time of reading a file's bytes into fresh memory, in microseconds. */
static i64 read_time(const char *path, size_t *ret_bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = lseek(fd, 0, SEEK_END);
	if (fd < 0 || size <= 0)
		return 0;
	struct arena *own = arena_new((size_t)size + (1 << 20));
	i64 began = clock_mono_us();
	u8 *to = ARENA_ARRAY(own, u8, (size_t)size);
	size_t got = 0;
	while (got < (size_t)size) {
		ssize_t n = pread(fd, to + got, (size_t)size - got, (off_t)got);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	i64 took = clock_mono_us() - began;
	*ret_bytes = got;
	arena_free(own);
	close(fd);
	return took;
}

static err snapshots(struct bench *b)
{
	i64 loads[5], reads[5];
	size_t bytes = 0;
	i64 began = clock_mono_us();
	TRY(audience_snapshot(b->env));
	i64 written = clock_mono_us() - began;
	const char *path = arena_cstr(b->u->arena, audience_snapshot_path(b->u->arena, b->env->audience, b->u->corp));
	for (int i = 0; i < 5; i++) {
		reads[i] = read_time(path, &bytes);
		index_empty(b->ci);
		malloc_trim(0);
		began = clock_mono_us();
		if (!audience_snapshot_load(b->u, b->ci))
			return fail_set(&b->u->fail, ERR_INTERNAL, T_OK, STR("snapshot"), STR_NIL, STR_NIL);
		loads[i] = clock_mono_us() - began;
	}
	qsort(loads, 5, sizeof(loads[0]), ascending);
	qsort(reads, 5, sizeof(reads[0]), ascending);
	printf("snapshot bytes %zu write %lld load %lld read %lld\n", bytes, (long long)written, (long long)loads[2], (long long)reads[2]);
	return OK;
}

static err run(struct bench *b)
{
	i64 began = clock_mono_us(), count, total;
	if (b->rows) {
		struct expr *e;
		TRY(expr_parse(b->u, STR("orders >= 0"), &e));
		TRY(audience_count(b->u, e, &count, &total));
	} else {
		fill(b);
	}
	printf("%s %lld\n", b->rows ? "rebuilt" : "filled", (long long)(clock_mono_us() - began));
	sizes(b);
	if (b->rows)
		return OK;
	for (str rest = str_c(b->simd); rest.p;) {
		str name = str_cut(&rest, ',');
		const struct kernel *k = kernel_named(name);
		if (!k) {
			printf("skipped %.*s\n", STR_F(name));
			continue;
		}
		b->env->audience->kernel = k;
		TRY(ask_all(b));
	}
	return b->snapshot ? snapshots(b) : OK;
}

static bool options(struct bench *b, int argc, char **argv)
{
	for (int i = 3; i < argc; i++) {
		i64 n = 0;
		if (strcmp(argv[i], "--snapshot") == 0)
			b->snapshot = true;
		else if (strcmp(argv[i], "--rows") == 0)
			b->rows = true;
		else if (strcmp(argv[i], "--simd") == 0 && i + 1 < argc)
			b->simd = argv[++i];
		else if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc && str_i64(str_c(argv[++i]), &n) && n > 0 && n <= RUNS_MAX)
			b->runs = (int)n;
		else
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new((size_t)1 << 30);
	struct conf *conf = conf_new(a);
	struct clock clock = clock_real();
	struct fail f = { 0 };
	struct bench b = { .runs = 11, .simd = "auto" };
	i64 corp, people;
	if (argc < 3 || !str_i64(str_c(argv[2]), &people) || people < 1 || people >= ID_VISITOR_FROM || !options(&b, argc, argv) ||
	    conf_set(conf, STR("data"), str_c(argv[1]), "flag", &f) != OK)
		return 2;
	log_level_set(LOG_WARN);
	err e = boot_open(a, &(struct boot_conf){ .conf = conf, .clock = &clock }, &b.env, &f);
	if (e == OK)
		e = boot_corp(b.env, a, STR_NIL, &corp, &f);
	if (e == OK) {
		struct cx cx = cx_system(b.env, a, corp, "bench");
		b.u = &cx.unit;
		b.people = (u32)people;
		b.ci = index_corp(b.env->audience, corp, true);
		b.flush = ARENA_ARRAY(a, u8, FLUSH_BYTES);
		e = run(&b);
		f = cx.unit.fail;
		boot_close(b.env);
	}
	if (e != OK)
		fprintf(stderr, "audience_engine: %.*s\n", STR_F(fail_text(&f, LANG_EN, a)));
	arena_free(a);
	return e == OK && b.sink != 1 ? 0 : 1;
}
