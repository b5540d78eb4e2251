/*
 * The doors of all corps in memory, and the visits not yet written.
 *
 * One lock, held for a look-up. Entries are never taken out of the table, because its keys are random and not
 * used again: a door that is removed becomes an entry without a kind. Counts hang on a generation: taking them
 * out begins a new one, so no entry has to be visited.
 */
#include "core/door/door_data.h"

#include "base/map.h"
#include "base/vec.h"

#include <pthread.h>

#define MEMORY_BYTES_MAX ((size_t)16 << 30) /* about 300 bytes a door */

struct door_entry {
	i64 corp, target;
	ms expires;
	str key, kind, params; /* kind nil: removed */
	size_t room;           /* of params */
	u64 generation;
	size_t at;             /* its place in counts, while the generation is that of the counts */
};

struct corp_entry {
	i64 corp, day;
	ms day_until, asked_until;
};

struct doors {
	pthread_mutex_t lock;
	struct arena *arena, *counting;
	struct map by_key;
	VEC(struct door_count) counts;
	u64 generation;
	VEC(struct corp_entry) corps;
};

struct doors *doors_new(void)
{
	struct arena *a = arena_new(MEMORY_BYTES_MAX);
	struct doors *d = ARENA_NEW(a, struct doors);
	pthread_mutex_init(&d->lock, NULL);
	d->arena = a;
	d->counting = arena_new(MEMORY_BYTES_MAX);
	d->by_key = map_new(a);
	d->generation = 1;
	return d;
}

void doors_free(struct doors *d)
{
	if (!d)
		return;
	pthread_mutex_destroy(&d->lock);
	arena_free(d->counting);
	arena_free(d->arena);
}

static struct corp_entry *corp_of(struct doors *d, i64 corp)
{
	for (size_t i = 0; i < d->corps.n; i++)
		if (d->corps.v[i].corp == corp)
			return &d->corps.v[i];
	vec_push(d->arena, &d->corps, (struct corp_entry){ .corp = corp });
	return &d->corps.v[d->corps.n - 1];
}

static void fill(struct doors *d, struct door_entry *e, const struct door *door)
{
	if (door->params.n > e->room) {
		e->params.p = arena_dup(d->arena, door->params).p;
		e->room = door->params.n;
	} else if (door->params.n) {
		memcpy((char *)(uintptr_t)e->params.p, door->params.p, door->params.n);
	}
	e->params.n = door->params.n;
	e->corp = door->corp;
	e->target = door->target;
	e->expires = door->expires;
	if (!str_eq(e->kind, door->kind))
		e->kind = arena_dup(d->arena, door->kind);
}

void doors_put(struct doors *d, const struct door *door)
{
	pthread_mutex_lock(&d->lock);
	struct door_entry *e = map_get(&d->by_key, door->key);
	if (!e) {
		e = ARENA_NEW(d->arena, struct door_entry);
		e->key = arena_dup(d->arena, door->key);
		e->params = STR("");
		map_put(&d->by_key, e->key, e);
	}
	fill(d, e, door);
	pthread_mutex_unlock(&d->lock);
}

void doors_drop(struct doors *d, str key)
{
	pthread_mutex_lock(&d->lock);
	struct door_entry *e = map_get(&d->by_key, key);
	if (e)
		e->kind = STR_NIL;
	pthread_mutex_unlock(&d->lock);
}

bool doors_get(struct doors *d, str key, struct arena *a, struct door *ret)
{
	pthread_mutex_lock(&d->lock);
	const struct door_entry *e = map_get(&d->by_key, key);
	bool known = e && !str_is_nil(e->kind);
	if (known)
		*ret = (struct door){ e->corp, arena_dup(a, e->key), arena_dup(a, e->kind), e->target, arena_dup(a, e->params), e->expires };
	pthread_mutex_unlock(&d->lock);
	return known;
}

static void add(struct doors *d, struct door_entry *e, const struct door_count *c)
{
	if (e->generation != d->generation || d->counts.v[e->at].day != c->day) {
		e->generation = d->generation;
		e->at = d->counts.n;
		vec_push(d->counting, &d->counts, (struct door_count){ .corp = c->corp, .day = c->day, .key = e->key });
	}
	d->counts.v[e->at].visits += c->visits;
}

bool doors_count(struct doors *d, const struct door *door, i64 day, ms now)
{
	bool ask = false;
	pthread_mutex_lock(&d->lock);
	struct door_entry *e = map_get(&d->by_key, door->key);
	if (e) {
		add(d, e, &(struct door_count){ .corp = door->corp, .day = day, .visits = 1 });
		struct corp_entry *c = corp_of(d, door->corp);
		ask = now >= c->asked_until;
		if (ask)
			c->asked_until = now + 2 * DOOR_FLUSH_MS; /* should the flush not come, asked for again */
	}
	pthread_mutex_unlock(&d->lock);
	return ask;
}

bool doors_asks(struct doors *d, i64 corp, ms now)
{
	pthread_mutex_lock(&d->lock);
	bool asks = now >= corp_of(d, corp)->asked_until;
	pthread_mutex_unlock(&d->lock);
	return asks;
}

/* The lock is held. */
static void begin_generation(struct doors *d, const struct door_count *keep, size_t n)
{
	struct arena *old = d->counting;
	d->counting = arena_new(MEMORY_BYTES_MAX);
	d->counts.v = NULL;
	d->counts.n = d->counts.cap = 0;
	d->generation++;
	for (size_t i = 0; i < n; i++)
		add(d, map_get(&d->by_key, keep[i].key), &keep[i]);
	arena_free(old);
}

size_t doors_take(struct doors *d, i64 corp, struct arena *a, struct door_count **ret)
{
	VEC(struct door_count) taken = { 0 }, kept = { 0 };
	pthread_mutex_lock(&d->lock);
	for (size_t i = 0; i < d->counts.n; i++) {
		const struct door_count *c = &d->counts.v[i];
		if (corp == 0 || c->corp == corp)
			vec_push(a, &taken, *c); /* keys live as long as d */
		else
			vec_push(a, &kept, *c);
	}
	begin_generation(d, kept.v, kept.n);
	if (corp)
		corp_of(d, corp)->asked_until = 0;
	pthread_mutex_unlock(&d->lock);
	*ret = taken.v;
	return taken.n;
}

void doors_give(struct doors *d, const struct door_count *counts, size_t n)
{
	pthread_mutex_lock(&d->lock);
	for (size_t i = 0; i < n; i++)
		add(d, map_get(&d->by_key, counts[i].key), &counts[i]);
	pthread_mutex_unlock(&d->lock);
}

bool doors_day(struct doors *d, i64 corp, ms now, i64 *ret)
{
	pthread_mutex_lock(&d->lock);
	const struct corp_entry *c = corp_of(d, corp);
	bool known = now < c->day_until;
	if (known)
		*ret = c->day;
	pthread_mutex_unlock(&d->lock);
	return known;
}

void doors_day_put(struct doors *d, i64 corp, i64 day, ms until)
{
	pthread_mutex_lock(&d->lock);
	struct corp_entry *c = corp_of(d, corp);
	c->day = day;
	c->day_until = until;
	pthread_mutex_unlock(&d->lock);
}
