/*
 * audience_bench DATA_DIR: answers expressions from the index in memory and by our own compiler's SQL on
 * the same store, and prints for each what both counted and their median times.
 *
 * The store is one made by the program; its rows were written by bench/thread.mjs. Not installed.
 */
#include "app/boot.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "core/audience/audience.h"

#include <stdio.h>
#include <stdlib.h>

#define RUNS_INDEX 21
#define RUNS_SQL 3

static const struct { const char *kind, *text; } questions[] = {
	{ "one_tag", "tag:\"t20\"" },
	{ "tag_sets", "tags all (\"t2\", \"t5\") and tags none (\"t7\", \"t9\")" },
	{ "ranges", "spent >= 500 and last_order < -30d" },
	{ "mixed", "tag:\"t3\" and spent >= 500 and last_order < -30d and not last_reached >= -7d" },
	{ "did", "did(\"order.placed\", within 30d, count >= 2)" },
};

static int ascending(const void *a, const void *b)
{
	i64 x = *(const i64 *)a, y = *(const i64 *)b;
	return (x > y) - (x < y);
}

static err measure(struct unit *u, const struct expr *e, bool sql, size_t runs, i64 *ret_micros, i64 *ret_count)
{
	i64 times[RUNS_INDEX], total;
	for (size_t i = 0; i < runs; i++) {
		i64 began = clock_mono_us();
		TRY(sql ? audience_count_sql(u, e, ret_count) : audience_count(u, e, ret_count, &total));
		times[i] = clock_mono_us() - began;
	}
	qsort(times, runs, sizeof(times[0]), ascending);
	*ret_micros = times[runs / 2];
	return OK;
}

static err ask(struct unit *u)
{
	i64 began = clock_mono_us(), count, total, by_sql, fast, slow;
	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		struct expr *e;
		TRY(expr_parse(u, str_c(questions[i].text), &e));
		TRY(audience_count(u, e, &count, &total)); /* loads what it needs */
		if (i == 0)
			printf("load %lld people %lld\n", (long long)(clock_mono_us() - began), (long long)total);
		TRY(measure(u, e, false, RUNS_INDEX, &fast, &count));
		TRY(measure(u, e, true, RUNS_SQL, &slow, &by_sql));
		printf("%s index %lld sql %lld count %lld by_sql %lld\n", questions[i].kind, (long long)fast, (long long)slow,
		       (long long)count, (long long)by_sql);
		fflush(stdout);
	}
	return OK;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct conf *conf = conf_new(a);
	struct clock clock = clock_real();
	struct fail f = { 0 };
	struct env *env;
	i64 corp;
	if (argc != 2 || conf_set(conf, STR("data"), str_c(argv[1]), "flag", &f) != OK)
		return 2;
	log_level_set(LOG_WARN);
	err e = boot_open(a, &(struct boot_conf){ .conf = conf, .clock = &clock }, &env, &f);
	if (e == OK)
		e = boot_corp(env, a, STR_NIL, &corp, &f);
	if (e == OK) {
		struct cx cx = cx_system(env, a, corp, "bench");
		e = ask(&cx.unit);
		f = cx.unit.fail;
		boot_close(env);
	}
	if (e != OK)
		fprintf(stderr, "audience_bench: %.*s\n", STR_F(fail_text(&f, LANG_EN, a)));
	arena_free(a);
	return e == OK ? 0 : 1;
}
