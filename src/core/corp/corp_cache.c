/*
 * The cache of corps. Each entry has an arena of its own, replaced as a whole; a change that happens
 * while an entry is being read makes what was read useless (changes).
 */
#include "core/corp/corp_cache.h"

#include "base/map.h"
#include "base/vec.h"
#include "store/seal.h"

#include <pthread.h>

#define CORP_ENTRY_BYTES ((size_t)4 << 20)

struct corp_entry {
	struct arena *arena; /* NULL: nothing known */
	struct corp_known known;
	ms read_at;
	i64 changes;
};

struct corp_cache {
	pthread_mutex_t lock;
	struct arena *arena;
	struct imap places; /* corp -> index */
	VEC(struct corp_entry) entries;
};

struct corp_cache *corp_cache_new(void)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct corp_cache *c = ARENA_NEW(a, struct corp_cache);
	pthread_mutex_init(&c->lock, NULL);
	c->arena = a;
	c->places = imap_new(a);
	return c;
}

const struct setting *setting_declared(const struct env *env, str name)
{
	for (size_t i = 0; env && env->modules && env->modules[i]; i++) {
		for (const struct setting *s = env->modules[i]->settings; s && s->name; s++) {
			if (str_eq_c(name, s->name))
				return s;
		}
	}
	return NULL;
}

/* ---- reading ---- */

static err open_text(const struct snap *s, str *text)
{
	return text->p ? unseal_text(s, 0, *text, text) : OK;
}

static err load(const struct snap *s, struct corp_known *ret)
{
	struct none none = { 0 };
	err e = corp_row_get(s, &none, &ret->row);
	if (e == ERR_NOT_FOUND)
		return snap_fail(s, ERR_NOT_FOUND, T_CORP_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
	TRY(e);
	TRY(open_text(s, &ret->row.secret));
	TRY(open_text(s, &ret->row.token));
	TRY(open_text(s, &ret->row.aeskey));
	TRY(setting_rows(s, &none, &ret->settings, &ret->setting_count));
	for (size_t i = 0; i < ret->setting_count; i++) {
		const struct setting *d = setting_declared(s->unit->env, ret->settings[i].name);
		if (d && d->secret)
			TRY(open_text(s, &ret->settings[i].value));
	}
	return OK;
}

static err read_known(struct unit *u, i64 corp, struct arena *a, struct corp_known *ret)
{
	struct unit own = unit_new(u->store, a, corp, u->source);
	own.env = u->env;
	err e = READ_SNAP(&own, slot_base(u->store, corp), load(snap, ret));
	if (e != OK)
		u->fail = own.fail;
	return e;
}

static struct corp_row row_copy(struct arena *a, const struct corp_row *from)
{
	struct corp_row to = *from;
	for (size_t i = 0; i < corp_row_record.count; i++) {
		if (corp_row_record.fields[i].type != FIELD_STR)
			continue;
		str *s = (str *)(void *)((char *)&to + corp_row_record.fields[i].at);
		*s = arena_dup(a, *s);
	}
	return to;
}

static struct corp_known known_copy(struct arena *a, const struct corp_known *from)
{
	struct corp_known to = { .row = row_copy(a, &from->row), .setting_count = from->setting_count };
	to.settings = ARENA_ARRAY(a, struct setting_row, to.setting_count);
	for (size_t i = 0; i < to.setting_count; i++) {
		to.settings[i].name = arena_dup(a, from->settings[i].name);
		to.settings[i].value = arena_dup(a, from->settings[i].value);
	}
	return to;
}

/* ---- the cache; the lock is held ---- */

static struct corp_entry *entry_of(struct corp_cache *c, i64 corp)
{
	i64 at;
	if (!imap_get(&c->places, corp, &at)) {
		at = (i64)c->entries.n;
		vec_push(c->arena, &c->entries, (struct corp_entry){ 0 });
		imap_put(&c->places, corp, at);
	}
	return &c->entries.v[at];
}

static bool fresh(const struct corp_entry *e, const struct store *st)
{
	return e->arena && (!store_is_postgres(st) || clock_mono() - e->read_at < CORP_CACHE_MS);
}

static void entry_clear(struct corp_entry *e)
{
	if (e->arena)
		arena_free(e->arena);
	e->arena = NULL;
}

void corp_cache_free(struct corp_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->entries.n; i++)
		entry_clear(&c->entries.v[i]);
	pthread_mutex_destroy(&c->lock);
	arena_free(c->arena);
}

/* ---- in and out ---- */

static bool cached(struct corp_cache *c, struct unit *u, i64 corp, struct corp_known *ret, i64 *ret_changes)
{
	pthread_mutex_lock(&c->lock);
	struct corp_entry *e = entry_of(c, corp);
	bool hit = fresh(e, u->store);
	if (hit)
		*ret = known_copy(u->arena, &e->known);
	*ret_changes = e->changes;
	pthread_mutex_unlock(&c->lock);
	return hit;
}

static void remember(struct corp_cache *c, i64 corp, i64 changes, const struct corp_known *known)
{
	struct arena *a = arena_new(CORP_ENTRY_BYTES);
	pthread_mutex_lock(&c->lock);
	struct corp_entry *e = entry_of(c, corp);
	bool keep = e->changes == changes;
	if (keep) {
		entry_clear(e);
		*e = (struct corp_entry){ a, known_copy(a, known), clock_mono(), changes };
	}
	pthread_mutex_unlock(&c->lock);
	if (!keep)
		arena_free(a);
}

err corp_known_get(struct unit *u, i64 corp, struct corp_known *ret)
{
	struct corp_cache *c = u->env ? u->env->corps : NULL;
	i64 changes = 0;
	if (!c)
		return read_known(u, corp, u->arena, ret);
	if (cached(c, u, corp, ret, &changes))
		return OK;
	TRY(read_known(u, corp, u->arena, ret));
	remember(c, corp, changes, ret);
	return OK;
}

void corp_forget(struct env *env, i64 corp)
{
	if (!env || !env->corps)
		return;
	pthread_mutex_lock(&env->corps->lock);
	struct corp_entry *e = entry_of(env->corps, corp);
	entry_clear(e);
	e->changes++;
	pthread_mutex_unlock(&env->corps->lock);
}

bool corp_known_by_slug(struct env *env, struct arena *a, str slug, struct corp_known *ret)
{
	bool hit = false;
	struct corp_cache *c = env->corps;
	if (!c)
		return false;
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->entries.n && !hit; i++) {
		struct corp_entry *e = &c->entries.v[i];
		hit = fresh(e, env->store) && str_eq(e->known.row.slug, slug);
		if (hit)
			*ret = known_copy(a, &e->known);
	}
	pthread_mutex_unlock(&c->lock);
	return hit;
}
