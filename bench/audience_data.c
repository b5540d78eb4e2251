/*
 * Each tag is a walk of its own over the numbers with geometric gaps; a person's other facts are hashes of her number.
 */
#include "audience_data.h"

#include "base/hash.h"

#include <math.h>
#include <string.h>

#define WINDOWS 64
#define WANTED_PER_PERSON 7.07

struct walk { u64 state; double density, log_miss; bool clustered; u32 next; };
struct data {
	u32 people, at;
	u64 seed;
	struct walk walks[DATA_TAGS];
};

static double unit(u64 h) { return ((double)(h >> 11) + 0.5) / 9007199254740992.0; }

/* Density of rank r (from 1): 0.6 ((1 + q) / (r + q))^s, s such that rank 400 has 0.001 %. */
static double density(double q, int r)
{
	double s = log(0.6 / 1e-5) / log((400 + q) / (1 + q));
	return 0.6 * pow((1 + q) / (r + q), s);
}

static double flatness(void)
{
	double lo = 0, hi = 400;
	for (int i = 0; i < 60; i++) {
		double q = (lo + hi) / 2, sum = 0;
		for (int r = 1; r <= 400; r++)
			sum += density(q, r);
		*(sum < WANTED_PER_PERSON ? &lo : &hi) = q;
	}
	return (lo + hi) / 2;
}

static u64 step(struct walk *w) { return hash_mix(w->state++); }

/* Clustered tags live in some windows of the numbers only, the denser there. */
static bool window_open(const struct data *d, int tag, u32 number)
{
	u64 window = (u64)number * WINDOWS / (d->people + 1);
	double share = fmin(1, 4 * d->walks[tag].density);
	return unit(hash_mix(d->seed ^ hash_mix((u64)tag << 32 | window))) < share;
}

static void walk_on(const struct data *d, int tag, struct walk *w)
{
	do {
		double gap = floor(log(unit(step(w))) / w->log_miss);
		w->next = gap > (double)d->people ? d->people + 1 : w->next + 1 + (u32)gap;
	} while (w->next <= d->people && w->clustered && !window_open(d, tag, w->next));
}

struct data *data_new(struct arena *a, u32 people, u64 seed)
{
	struct data *d = ARENA_NEW(a, struct data);
	double q = flatness();
	d->people = people;
	d->seed = seed;
	for (int t = 0; t < DATA_TAGS; t++) {
		struct walk *w = &d->walks[t];
		w->density = t < 400 ? density(q, t + 1) : t == DATA_SENT ? 0.05 : t == DATA_SEG_A ? 0.3 : 0.25;
		w->clustered = t < 400 && t % 5 == 4;
		w->state = hash_mix(seed + (u64)t * 7919);
		w->log_miss = log(1 - (w->clustered ? w->density / fmin(1, 4 * w->density) : w->density));
		walk_on(d, t, w);
	}
	return d;
}

u32 data_tag_next(struct data *d, int tag)
{
	u32 number = d->walks[tag].next;
	if (number <= d->people)
		walk_on(d, tag, &d->walks[tag]);
	return number;
}

double data_density(const struct data *d, int tag) { return d->walks[tag].density; }

static void person_make(const struct data *d, u32 number, struct person *p)
{
	u64 h = hash_mix(d->seed ^ number), g = hash_mix(h + 1), f = hash_mix(h + 2);
	double u = unit(f);
	p->second = (u32)(h % 86400);
	p->first_seen = (i32)(((u64)(d->people - number) * DATA_DAYS) / d->people);
	p->orders = (h >> 20) % 10 < 4 ? 0 : (i32)(1 + -log(u) * 3);
	p->last_order = p->orders ? (i32)((g % 1000) * (g % 1000) * 730 / 1000000) : -1;
	p->amount = p->orders ? (i32)(exp(8 + 3 * unit(g)) * p->orders) : 0;
	p->staff = 1 + (i32)((h >> 32) % DATA_STAFF);
	p->store = 1 + (i32)((g >> 24) % DATA_STORES);
	p->city = 1 + (i32)((f >> 20) % DATA_CITIES);
	p->stage = 1 + (i32)((f >> 40) % DATA_STAGES);
	p->channel = 1 + (i32)((g >> 44) % DATA_CHANNELS);
}

size_t data_next(struct data *d, struct person *ret, u32 *ret_first)
{
	u32 first = d->at, end = first + (u32)DATA_BLOCK;
	if (first > d->people)
		return 0;
	if (end > d->people + 1)
		end = d->people + 1;
	memset(ret, 0, (end - first) * sizeof(*ret));
	for (u32 n = first; n < end; n++)
		if (n)
			person_make(d, n, &ret[n - first]);
	if (first == 0)
		ret[0].first_seen = -1;
	for (int t = 0; t < DATA_TAGS; t++) {
		struct walk *w = &d->walks[t];
		for (; w->next < end; walk_on(d, t, w))
			ret[w->next - first].tags[t / 64] |= (u64)1 << (t % 64);
	}
	d->at = end;
	*ret_first = first;
	return end - first;
}
