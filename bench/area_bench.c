/*
 * How long the nearest open store takes among 10,000, by day, at night when a few are open, and when none is.
 * Stores lie as they do: most of them in towns. Each answer of the first two hundred is compared with looking at
 * every store. Times are the mean processor time of the asking thread. Usage: area_bench [STORES]
 */
#include "base/hash.h"
#include "core/outlet/outlet_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define STORES 10000
#define ASKED 2000
#define COMPARED 200
#define DAY 20423 /* a Monday */
#define GOAL_US 1000

static u64 seed = 20261101;
static double roll(void) { return (double)(hash_mix(seed++) >> 11) / 9007199254740992.0; }

static struct outlet *scatter(struct arena *a, size_t n)
{
	struct geo_point towns[60];
	struct outlet *rows = ARENA_ARRAY(a, struct outlet, n);
	for (size_t i = 0; i < ARRAY_LEN(towns); i++)
		towns[i] = (struct geo_point){ 22 + roll() * 20, 102 + roll() * 18 };
	for (size_t i = 0; i < n; i++) {
		struct geo_point t = towns[(size_t)(roll() * roll() * 60)];
		rows[i] = (struct outlet){
			.id = (i64)i + 1, .code = arena_printf(a, "S%zu", i), .name = STR("店"), .city = STR("市"), .address = STR(""),
			.system = STR("GCJ-02"), .lat = t.lat + (roll() - 0.5) * 0.5, .lng = t.lng + (roll() - 0.5) * 0.5,
			.hours = i % 50 ? STR("09:00-21:00") : STR("09:00-02:00"), .special = STR(""), .department = NIL, .tag = NIL,
		};
	}
	return rows;
}

/* Of this thread's own work: what else the machine does meanwhile is not the index' business. */
static i64 cpu_us(void)
{
	struct rusage u;
	getrusage(RUSAGE_THREAD, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * (i64)1000000 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static bool right(const struct outlet_index *ix, struct geo_point at, const struct outlet_when *when, const struct outlet_near *near, size_t n)
{
	double best = 1e12;
	const struct outlet_spot *s = outlet_index_spots(ix);
	for (size_t i = 0; i < outlet_index_count(ix); i++) {
		double d = geo_metres(at, s[i].at);
		if (d < best && hours_open(&s[i].hours, when->day, when->minute))
			best = d;
	}
	return best == 1e12 ? n == 0 : n > 0 && near[0].metres <= best + 0.01;
}

static bool measure(const struct outlet_index *ix, const char *name, int minute)
{
	struct outlet_when when = { DAY, minute };
	struct outlet_near near[4];
	static struct geo_point at[ASKED];
	for (int i = 0; i < ASKED; i++)
		at[i] = (struct geo_point){ 22 + roll() * 20, 102 + roll() * 18 };
	for (int i = 0; i < COMPARED; i++)
		if (!right(ix, at[i], &when, near, outlet_index_near(ix, at[i], &when, near, ARRAY_LEN(near)))) {
			fprintf(stderr, "area_bench: a nearer store was missed\n");
			return false;
		}
	i64 began = cpu_us();
	for (int i = 0; i < ASKED; i++)
		outlet_index_near(ix, at[i], &when, near, ARRAY_LEN(near));
	double each = (double)(cpu_us() - began) / ASKED;
	printf("figure area_nearest_%s %.1f us goal < %d\n", name, each, GOAL_US);
	return each < GOAL_US;
}

int main(int argc, char **argv)
{
	i64 n = STORES;
	if (argc > 1 && (!str_i64(str_c(argv[1]), &n) || n < 1 || n > OUTLET_MAX))
		return 2;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct outlet_index *ix = outlet_index_new(scatter(a, (size_t)n), (size_t)n);
	bool day = measure(ix, "day", 12 * 60), night = measure(ix, "night", 23 * 60), none = measure(ix, "closed", 5 * 60);
	outlet_index_put(ix);
	arena_free(a);
	return day && night && none ? 0 : 1;
}
