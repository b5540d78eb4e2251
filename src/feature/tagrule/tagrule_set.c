/*
 * The compiled rules of a corp, kept in memory between events.
 *
 * A set is made from the rows once, with one matcher over the keywords of all rules, and shared: whoever asks
 * takes it and gives it back, so one that has been replaced lives until its last user is done. Saving a rule
 * forgets the entry after the commit; and once a transaction the newest change is asked for, because other
 * nodes save too, and because an event may be read before the forgetting has run.
 */
#include "feature/tagrule/tagrule_int.h"

#include "base/log.h"
#include "base/map.h"
#include "base/vec.h"

#include <pthread.h>

#define SET_BYTES ((size_t)64 << 20)

struct cache_entry {
	struct rule_set *set; /* NULL: nothing known */
	ms asked;             /* the moment of the transaction that last compared with the rows */
	i64 forgets;
};

struct tagrule_cache {
	pthread_mutex_t lock;
	struct arena *arena;
	struct imap places; /* corp -> index */
	VEC(struct cache_entry) entries;
};

struct tagrule_cache *tagrule_cache_new(void)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct tagrule_cache *c = ARENA_NEW(a, struct tagrule_cache);
	pthread_mutex_init(&c->lock, NULL);
	c->arena = a;
	c->places = imap_new(a);
	return c;
}

static void set_free(struct rule_set *set)
{
	keywords_free(set->words);
	arena_free(set->arena);
}

void tagrule_cache_free(struct tagrule_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->entries.n; i++)
		if (c->entries.v[i].set)
			set_free(c->entries.v[i].set);
	pthread_mutex_destroy(&c->lock);
	arena_free(c->arena);
}

/* ---- making ---- */

static err words_compile(struct rule_set *set, struct fail *f)
{
	size_t n = 0;
	for (size_t i = 0; i < set->n; i++)
		n += set->rules[i].when->keywords.n;
	set->word = ARENA_ARRAY(set->arena, str, n + 1);
	set->word_rule = ARENA_ARRAY(set->arena, u32, n + 1);
	for (size_t i = 0; i < set->n; i++)
		for (size_t k = 0; k < set->rules[i].when->keywords.n; k++) {
			set->word[set->word_n] = set->rules[i].when->keywords.v[k];
			set->word_rule[set->word_n++] = (u32)i;
		}
	return n ? keywords_new(set->word, n, KEYWORD_BEST, &set->words, f) : OK;
}

static err rule_load(struct arena *a, const struct rule_row *row, struct rule *ret, struct fail *f)
{
	struct tagrule_def *def = ARENA_NEW(a, struct tagrule_def);
	struct json *tree;
	TRY(json_parse(arena_dup(a, row->def), a, &tree, f));
	TRY(record_parse(&tagrule_def_record, tree, def, a, f));
	TRY(rule_compile(a, def, ret, f));
	ret->id = row->id;
	ret->version = row->version;
	ret->epoch = row->epoch;
	ret->since = row->since;
	ret->on = row->running;
	return OK;
}

static err set_fill(const struct snap *s, struct rule_set *set)
{
	struct rule_row *rows;
	size_t n;
	TRY(rule_all(s, &(struct none){ 0 }, &rows, &n));
	set->rules = ARENA_ARRAY(set->arena, struct rule, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct rule *r = &set->rules[set->n];
		if (rule_load(set->arena, &rows[i], r, s->fail) != OK) {
			/* Written by another version of the program: the others must go on. */
			log_fail("tagrule.unreadable", s->fail, arena_printf(s->arena, "%lld", (long long)rows[i].id));
			*r = (struct rule){ .id = 0 };
			continue;
		}
		set->n++;
		if (!r->on)
			continue;
		set->kinds |= r->kinds;
		set->counts |= r->count > 1;
	}
	return words_compile(set, s->fail);
}

static err newest(const struct snap *s, i64 *ret)
{
	struct rule_changed c;
	TRY(rule_newest(s, &(struct none){ 0 }, &c));
	*ret = c.changed;
	return OK;
}

static err set_new(const struct snap *s, struct rule_set **ret)
{
	struct arena *a = arena_new(SET_BYTES);
	struct rule_set *set = ARENA_NEW(a, struct rule_set);
	set->arena = a;
	set->users = 1;
	err e = newest(s, &set->changed);
	if (e == OK)
		e = set_fill(s, set);
	if (e != OK)
		set_free(set);
	else
		*ret = set;
	return e;
}

/* ---- the cache; the lock is held ---- */

static struct cache_entry *entry_of(struct tagrule_cache *c, i64 corp)
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
		set_free(e->set);
	e->set = NULL;
}

static struct rule_set *cached(struct tagrule_cache *c, i64 corp, ms *ret_asked, i64 *ret_forgets)
{
	pthread_mutex_lock(&c->lock);
	struct cache_entry *e = entry_of(c, corp);
	struct rule_set *set = e->set;
	if (set)
		set->users++;
	*ret_asked = e->asked;
	*ret_forgets = e->forgets;
	pthread_mutex_unlock(&c->lock);
	return set;
}

static void remember(struct tagrule_cache *c, i64 corp, i64 forgets, struct rule_set *set, ms asked)
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

err rule_set_take(const struct snap *s, struct rule_set **ret)
{
	struct tagrule_cache *c = s->unit->env ? s->unit->env->tagrules : NULL;
	ms asked = 0;
	i64 forgets = 0, now_newest = 0;
	if (!c)
		return set_new(s, ret);
	struct rule_set *set = cached(c, s->corp, &asked, &forgets);
	bool compare = set && asked != s->now;
	err e = compare ? newest(s, &now_newest) : OK;
	if (set && (e != OK || (compare && now_newest != set->changed))) {
		rule_set_give(s->unit->env, set);
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

void rule_set_give(struct env *env, struct rule_set *set)
{
	struct tagrule_cache *c = env ? env->tagrules : NULL;
	if (c)
		pthread_mutex_lock(&c->lock);
	bool last = --set->users == 0;
	if (c)
		pthread_mutex_unlock(&c->lock);
	if (last)
		set_free(set);
}

struct forgetting { struct tagrule_cache *cache; i64 corp; };

static void forget(void *arg)
{
	const struct forgetting *f = arg;
	pthread_mutex_lock(&f->cache->lock);
	struct cache_entry *e = entry_of(f->cache, f->corp);
	entry_clear(e);
	e->forgets++;
	pthread_mutex_unlock(&f->cache->lock);
}

void rule_set_forget(struct tx *tx)
{
	struct env *env = tx->snap.unit->env;
	if (!env || !env->tagrules)
		return;
	struct forgetting *f = ARENA_NEW(tx->snap.arena, struct forgetting);
	*f = (struct forgetting){ env->tagrules, tx->snap.corp };
	tx_after_commit(tx, forget, f);
}

const struct rule *rule_in(const struct rule_set *set, i64 id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->rules[i].id == id)
			return &set->rules[i];
	return NULL;
}
