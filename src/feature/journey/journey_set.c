/*
 * The compiled journeys of a corp, kept in memory between events, as tag rules are.
 *
 * A set holds every version of the journeys that run or are paused, because people stay on the version they
 * entered. It is shared and counted: who asks takes it and gives it back. Publishing, pausing and ending forget
 * it after the commit; once a moment the newest stamp is asked for, because other nodes save too.
 */
#include "feature/journey/journey_int.h"

#include "base/log.h"
#include "base/vec.h"

#include <pthread.h>

#define SET_BYTES ((size_t)256 << 20)

struct cache_entry {
	struct journey_set *set; /* NULL: nothing known */
	ms asked;
	i64 forgets;
};

struct journey_cache {
	pthread_mutex_t lock;
	struct arena *arena;
	struct imap places; /* corp -> index */
	VEC(struct cache_entry) entries;
};

struct journey_cache *journey_cache_new(void)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct journey_cache *c = ARENA_NEW(a, struct journey_cache);
	pthread_mutex_init(&c->lock, NULL);
	c->arena = a;
	c->places = imap_new(a);
	return c;
}

void journey_cache_free(struct journey_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->entries.n; i++)
		if (c->entries.v[i].set)
			arena_free(c->entries.v[i].set->arena);
	pthread_mutex_destroy(&c->lock);
	arena_free(c->arena);
}

/* ---- making ---- */

static err def_load(struct journey_set *set, const struct journey_version *row, struct fail *f, struct jdef **ret)
{
	struct problems p = { .a = set->arena };
	struct journey_def *def;
	*ret = ARENA_NEW(set->arena, struct jdef);
	TRY(journey_def_read(set->arena, row->def, &def, f));
	err e = journey_compile(set->arena, def, *ret, &p);
	(*ret)->journey = row->journey;
	(*ret)->version = row->version;
	if (e != OK && f)
		*f = p.first;
	return e;
}

static err state_fill(const struct snap *s, struct journey_set *set, const struct journey_row *row, struct jstate *st)
{
	struct journey_version *rows;
	size_t n;
	*st = (struct jstate){ row->id, arena_dup(set->arena, row->name), str_eq_c(row->state, "running"),
			       str_eq_c(row->state, "paused"), row->since, row->published, NULL };
	TRY(journey_versions(s, &(struct journey_key){ row->id }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct jdef *d;
		if (def_load(set, &rows[i], s->fail, &d) != OK) {
			/* Written by another version of the program: the others must go on. */
			log_fail("journey.unreadable", s->fail, arena_printf(s->arena, "%lld", (long long)row->id));
			continue;
		}
		set->defs[set->def_count++] = d;
		if (d->version == row->published)
			st->now = d;
		set->by_rows |= d->by_rows;
		for (size_t k = 0; k < ARRAY_LEN(set->kinds); k++)
			set->kinds[k] |= d->kinds[k];
	}
	if (st->running && st->now) {
		const struct journey_trigger *t = st->now->nodes[st->now->trigger].of->trigger;
		set->dates |= str_eq_c(t->kind, "date");
	}
	return OK;
}

static err set_fill(const struct snap *s, struct journey_set *set)
{
	struct journey_row *rows;
	size_t n, versions = 0;
	TRY(journey_all(s, &(struct none){ 0 }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		versions += (size_t)rows[i].published;
	set->all = ARENA_ARRAY(set->arena, struct jstate, n + 1);
	set->defs = ARENA_ARRAY(set->arena, struct jdef *, versions + 1);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(rows[i].state, "running") || str_eq_c(rows[i].state, "paused"))
			TRY(state_fill(s, set, &rows[i], &set->all[set->n++]));
	return OK;
}

static err newest(const struct snap *s, i64 *ret)
{
	struct journey_newest_row c;
	TRY(journey_newest(s, &(struct none){ 0 }, &c));
	*ret = c.stamp;
	return OK;
}

static err set_new(const struct snap *s, struct journey_set **ret)
{
	struct arena *a = arena_new(SET_BYTES);
	struct journey_set *set = ARENA_NEW(a, struct journey_set);
	set->arena = a;
	set->users = 1;
	err e = newest(s, &set->stamp);
	if (e == OK)
		e = set_fill(s, set);
	if (e != OK)
		arena_free(a);
	else
		*ret = set;
	return e;
}

/* ---- the cache; the lock is held ---- */

static struct cache_entry *entry_of(struct journey_cache *c, i64 corp)
{
	i64 at;
	if (!imap_get(&c->places, corp, &at)) {
		at = (i64)c->entries.n;
		vec_push(c->arena, &c->entries, (struct cache_entry){ 0 });
		imap_put(&c->places, corp, at);
	}
	return &c->entries.v[at];
}

/* The entry keeps one user of its own. */
static void entry_clear(struct cache_entry *e)
{
	if (e->set && --e->set->users == 0)
		arena_free(e->set->arena);
	e->set = NULL;
}

static struct journey_set *cached(struct journey_cache *c, i64 corp, ms *ret_asked, i64 *ret_forgets)
{
	pthread_mutex_lock(&c->lock);
	struct cache_entry *e = entry_of(c, corp);
	struct journey_set *set = e->set;
	if (set)
		set->users++;
	*ret_asked = e->asked;
	*ret_forgets = e->forgets;
	pthread_mutex_unlock(&c->lock);
	return set;
}

static void remember(struct journey_cache *c, i64 corp, i64 forgets, struct journey_set *set, ms asked)
{
	pthread_mutex_lock(&c->lock);
	struct cache_entry *e = entry_of(c, corp);
	if (e->forgets == forgets && e->set != set) {
		entry_clear(e);
		e->set = set;
		set->users++;
	}
	e->asked = asked;
	pthread_mutex_unlock(&c->lock);
}

/* ---- in and out ---- */

err journey_set_take(const struct snap *s, struct journey_set **ret)
{
	struct journey_cache *c = s->unit->env ? s->unit->env->journeys : NULL;
	ms asked = 0;
	i64 forgets = 0, now_newest = 0;
	if (!c)
		return set_new(s, ret);
	struct journey_set *set = cached(c, s->corp, &asked, &forgets);
	bool compare = set && asked != s->now;
	err e = compare ? newest(s, &now_newest) : OK;
	if (set && (e != OK || (compare && now_newest != set->stamp))) {
		journey_set_give(s->unit->env, set);
		set = NULL;
	}
	TRY(e);
	bool fresh = !set;
	if (fresh)
		TRY(set_new(s, &set));
	if (fresh || compare)
		remember(c, s->corp, forgets, set, s->now);
	*ret = set;
	return OK;
}

void journey_set_give(struct env *env, struct journey_set *set)
{
	struct journey_cache *c = env ? env->journeys : NULL;
	if (c)
		pthread_mutex_lock(&c->lock);
	bool last = --set->users == 0;
	if (c)
		pthread_mutex_unlock(&c->lock);
	if (last)
		arena_free(set->arena);
}

struct forgetting { struct journey_cache *cache; i64 corp; };

static void forget(void *arg)
{
	const struct forgetting *f = arg;
	pthread_mutex_lock(&f->cache->lock);
	struct cache_entry *e = entry_of(f->cache, f->corp);
	entry_clear(e);
	e->forgets++;
	pthread_mutex_unlock(&f->cache->lock);
}

void journey_set_forget(struct tx *tx)
{
	struct env *env = tx->snap.unit->env;
	if (!env || !env->journeys)
		return;
	struct forgetting *f = ARENA_NEW(tx->snap.arena, struct forgetting);
	*f = (struct forgetting){ env->journeys, tx->snap.corp };
	tx_after_commit(tx, forget, f);
}

const struct jstate *journey_in(const struct journey_set *set, i64 id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->all[i].id == id)
			return &set->all[i];
	return NULL;
}

const struct jdef *journey_def_in(const struct journey_set *set, i64 journey, i64 version)
{
	for (size_t i = 0; i < set->def_count; i++)
		if (set->defs[i]->journey == journey && set->defs[i]->version == version)
			return set->defs[i];
	return NULL;
}
