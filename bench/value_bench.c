/*
 * How long the BG/NBD fit of a million customers takes: grouping and maximum likelihood, the median of three
 * runs on people simulated from the model with a seed. Fails when the parameters they were made of are not
 * found again. Usage: value_bench [PEOPLE]
 */
#include "base/clock.h"
#include "base/hash.h"
#include "feature/value/bgnbd.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PEOPLE 1000000
#define WEEKS 104
#define SEED 20260101u
#define RUNS 3
#define WITHIN 0.05 /* of each parameter; days are coarser than moments */

static const struct bgnbd truth = { 0.6, 8, 0.8, 2.4 };

struct dice { u64 seed, n; };

static double roll(struct dice *d)
{
	return ((double)(hash_mix(d->seed ^ hash_mix(++d->n)) >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(struct dice *d)
{
	return sqrt(-2 * log(roll(d))) * cos(2 * M_PI * roll(d));
}

/* Marsaglia and Tsang 2000; below one by the usual power. */
static double gamma_draw(struct dice *d, double shape)
{
	if (shape < 1)
		return gamma_draw(d, shape + 1) * pow(roll(d), 1 / shape);
	double k = shape - 1.0 / 3, c = 1 / sqrt(9 * k);
	for (;;) {
		double z = normal(d), v = 1 + c * z;
		v = v * v * v;
		if (v > 0 && log(roll(d)) < 0.5 * z * z + k - k * v + k * log(v))
			return k * v;
	}
}

struct person { u32 x, tx, t; };

static struct person live(struct dice *d)
{
	double rate = gamma_draw(d, truth.r) / truth.alpha, a = gamma_draw(d, truth.a), b = gamma_draw(d, truth.b);
	double leaves = a / (a + b), at = 0;
	struct person p = { .t = 7 + (u32)(roll(d) * (WEEKS - 1) * DAYS_A_WEEK) };
	i64 before = 0;
	for (;;) {
		at += -log(roll(d)) / rate * DAYS_A_WEEK;
		if (at > p.t)
			return p;
		p.x += (i64)at > before;
		before = (i64)at;
		p.tx = p.x ? (u32)before : 0;
		if (roll(d) < leaves)
			return p;
	}
}

static int by_size(const void *a, const void *b)
{
	return (*(const i64 *)a > *(const i64 *)b) - (*(const i64 *)a < *(const i64 *)b);
}

static int found(const struct bgnbd_fit *fit)
{
	const double got[] = { fit->p.r, fit->p.alpha, fit->p.a, fit->p.b };
	const double want[] = { truth.r, truth.alpha, truth.a, truth.b };
	int good = fit->converged;
	for (int i = 0; i < 4; i++)
		good &= fabs(got[i] / want[i] - 1) < WITHIN;
	fprintf(stderr, "found r %.4f alpha %.4f a %.4f b %.4f (made of %.4f %.4f %.4f %.4f), ll %.2f, %lld evaluations\n",
		got[0], got[1], got[2], got[3], want[0], want[1], want[2], want[3], fit->ll, (long long)fit->evals);
	return good;
}

int main(int argc, char **argv)
{
	size_t people = argc > 1 ? (size_t)strtoull(argv[1], NULL, 10) : PEOPLE;
	struct arena *own = arena_new((size_t)1 << 30);
	struct person *v = ARENA_ARRAY(own, struct person, people);
	struct dice dice = { SEED, 0 };
	i64 took[RUNS];
	int good = 1;
	for (size_t i = 0; i < people; i++)
		v[i] = live(&dice);
	for (int run = 0; good && run < RUNS; run++) {
		struct arena *a = arena_new((size_t)2 << 30);
		struct bgnbd_fit fit;
		i64 from = clock_mono_us();
		struct bgnbd_data d = bgnbd_data_new(a);
		for (size_t i = 0; i < people; i++)
			bgnbd_add(&d, v[i].x, v[i].tx, v[i].t, 1);
		bgnbd_fit(&d, &fit);
		took[run] = clock_mono_us() - from;
		fprintf(stderr, "%zu people, %zu different histories, %.2f s, %.0f MB\n", people, d.rows.n,
			(double)took[run] / 1e6, (double)arena_used(a) / 1e6);
		good = found(&fit);
		arena_free(a);
	}
	arena_free(own);
	if (!good) {
		fprintf(stderr, "the parameters were not found again\n");
		return 1;
	}
	qsort(took, RUNS, sizeof(took[0]), by_size);
	printf("figure bgnbd_fit_1m %.2f s goal <= 10\n", (double)took[RUNS / 2] / 1e6);
	return 0;
}
