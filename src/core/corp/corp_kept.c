/*
 * What is kept, by corp, under one lock; making happens outside of it.
 */
#include "core/corp/corp_kept.h"

#include "base/map.h"
#include "base/vec.h"

#include <pthread.h>

struct entry {
	struct kept *kept; /* NULL: nothing known; else the entry is one of its users */
	ms asked;          /* the moment of the transaction that last compared with the rows */
	i64 forgets;
};

struct kept_cache {
	const struct kept_kind *kind;
	pthread_mutex_t lock;
	struct arena *arena;
	struct imap places; /* corp -> index */
	VEC(struct entry) entries;
};

struct kept_cache *kept_cache_new(const struct kept_kind *kind)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct kept_cache *c = ARENA_NEW(a, struct kept_cache);
	pthread_mutex_init(&c->lock, NULL);
	c->kind = kind;
	c->arena = a;
	c->places = imap_new(a);
	return c;
}

static void drop(const struct kept_kind *kind, struct kept *k)
{
	if (kind->done)
		kind->done(k);
	arena_free(k->arena);
}

void kept_cache_free(struct kept_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->entries.n; i++)
		if (c->entries.v[i].kept)
			drop(c->kind, c->entries.v[i].kept);
	pthread_mutex_destroy(&c->lock);
	arena_free(c->arena);
}

static err make(const struct kept_kind *kind, const struct snap *s, struct kept **ret)
{
	struct arena *a = arena_new(kind->arena_bytes);
	struct kept *k = arena_alloc(a, kind->size);
	k->arena = a;
	k->users = 1;
	err e = kind->newest(s, &k->stamp);
	if (e == OK)
		e = kind->fill(s, k);
	if (e != OK)
		drop(kind, k);
	else
		*ret = k;
	return e;
}

/* ---- the lock is held ---- */

static struct entry *entry_of(struct kept_cache *c, i64 corp)
{
	i64 at;
	if (!imap_get(&c->places, corp, &at)) {
		at = (i64)c->entries.n;
		vec_push(c->arena, &c->entries, (struct entry){ 0 });
		imap_put(&c->places, corp, at);
	}
	return &c->entries.v[at];
}

static void entry_clear(struct kept_cache *c, struct entry *e)
{
	if (e->kept && --e->kept->users == 0)
		drop(c->kind, e->kept);
	e->kept = NULL;
}

/* ---- in and out ---- */

/* As it was then; what is kept has one user more. */
static struct entry look(struct kept_cache *c, i64 corp)
{
	pthread_mutex_lock(&c->lock);
	struct entry e = *entry_of(c, corp);
	if (e.kept)
		e.kept->users++;
	pthread_mutex_unlock(&c->lock);
	return e;
}

/* Unless it was forgotten meanwhile. */
static void remember(struct kept_cache *c, i64 corp, i64 forgets, struct kept *k, ms asked)
{
	pthread_mutex_lock(&c->lock);
	struct entry *e = entry_of(c, corp);
	if (e->forgets == forgets && e->kept != k) {
		entry_clear(c, e);
		e->kept = k;
		k->users++;
	}
	e->asked = asked;
	pthread_mutex_unlock(&c->lock);
}

err kept_take(struct kept_cache *c, const struct kept_kind *kind, const struct snap *s, struct kept **ret)
{
	i64 stamp = 0;
	if (!c)
		return make(kind, s, ret);
	struct entry was = look(c, s->corp);
	struct kept *k = was.kept;
	bool compare = k && was.asked != s->now;
	err e = compare ? kind->newest(s, &stamp) : OK;
	if (k && (e != OK || (compare && stamp != k->stamp))) {
		kept_give(c, kind, k);
		k = NULL;
	}
	TRY(e);
	bool fresh = !k;
	if (fresh)
		TRY(make(kind, s, &k));
	if (fresh || compare)
		remember(c, s->corp, was.forgets, k, s->now);
	*ret = k;
	return OK;
}

void kept_give(struct kept_cache *c, const struct kept_kind *kind, struct kept *k)
{
	if (c)
		pthread_mutex_lock(&c->lock);
	bool last = --k->users == 0;
	if (c)
		pthread_mutex_unlock(&c->lock);
	if (last)
		drop(kind, k);
}

struct forgetting { struct kept_cache *cache; i64 corp; };

static void forget(void *arg)
{
	const struct forgetting *f = arg;
	pthread_mutex_lock(&f->cache->lock);
	struct entry *e = entry_of(f->cache, f->corp);
	entry_clear(f->cache, e);
	e->forgets++;
	pthread_mutex_unlock(&f->cache->lock);
}

void kept_forget(struct kept_cache *c, struct tx *tx)
{
	if (!c)
		return;
	struct forgetting *f = ARENA_NEW(tx->snap.arena, struct forgetting);
	*f = (struct forgetting){ c, tx->snap.corp };
	tx_after_commit(tx, forget, f);
}
