/*
 * The memory of relay codes: choosing, holding, counting. One lock, held for one choice.
 */
#include "feature/livecode/livecode_relay.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/cx.h"

#include <pthread.h>

#define ENTRY_BYTES_MAX ((size_t)16 << 20)
#define MEMORY_BYTES_MAX ((size_t)4 << 30)

struct hold { i64 staff; ms until; };
struct turn { i64 current; };

struct relay_entry {
	struct arena *arena; /* of code; NULL: nothing known */
	struct relay_code code;
	struct relay_choice *v; /* code.v, to be counted in */
	struct turn *turns;
	bool stale;
	VEC(struct hold) holds;
};

struct relay_memory {
	pthread_mutex_t lock;
	struct arena *arena;
	struct imap places;
	VEC(struct relay_entry) entries;
};

struct relay_memory *relay_memory_new(void)
{
	struct arena *a = arena_new(MEMORY_BYTES_MAX);
	struct relay_memory *m = ARENA_NEW(a, struct relay_memory);
	pthread_mutex_init(&m->lock, NULL);
	m->arena = a;
	m->places = imap_new(a);
	return m;
}

void relay_memory_free(struct relay_memory *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->entries.n; i++)
		if (m->entries.v[i].arena)
			arena_free(m->entries.v[i].arena);
	pthread_mutex_destroy(&m->lock);
	arena_free(m->arena);
}

/* -- the lock is held -- */

static struct relay_entry *entry_of(struct relay_memory *m, i64 id, bool make)
{
	i64 at;
	if (imap_get(&m->places, id, &at))
		return &m->entries.v[at];
	if (!make)
		return NULL;
	imap_put(&m->places, id, (i64)m->entries.n);
	vec_push(m->arena, &m->entries, (struct relay_entry){ 0 });
	return &m->entries.v[m->entries.n - 1];
}

/* What was counted here may be ahead of the store. */
static i64 adds_before(const struct relay_entry *e, i64 day, i64 staff)
{
	for (size_t i = 0; e->arena && e->code.day == day && i < e->code.n; i++)
		if (e->v[i].staff == staff)
			return e->v[i].adds;
	return 0;
}

static void fill(struct relay_entry *e, const struct relay_code *code)
{
	struct arena *a = arena_new(ENTRY_BYTES_MAX);
	struct relay_choice *v = ARENA_ARRAY(a, struct relay_choice, code->n + 1);
	for (size_t i = 0; i < code->n; i++) {
		v[i] = code->v[i];
		v[i].page = arena_dup(a, v[i].page);
		v[i].adds = int_max(v[i].adds, adds_before(e, code->day, v[i].staff));
	}
	if (e->arena)
		arena_free(e->arena);
	e->arena = a;
	e->code = *code;
	e->code.location = arena_dup(a, code->location);
	e->code.nobody = arena_dup(a, code->nobody);
	e->code.v = e->v = v;
	e->turns = ARENA_ARRAY(a, struct turn, code->n + 1);
	e->stale = false;
}

static void drop_holds(struct relay_entry *e, ms now)
{
	size_t kept = 0;
	for (size_t i = 0; i < e->holds.n; i++)
		if (e->holds.v[i].until > now)
			e->holds.v[kept++] = e->holds.v[i];
	e->holds.n = kept;
}

static bool is_free(const struct relay_entry *e, const struct relay_choice *c)
{
	i64 held = 0;
	if (c->cap == 0)
		return true;
	for (size_t i = 0; i < e->holds.n; i++)
		held += e->holds.v[i].staff == c->staff;
	return c->adds + held < c->cap;
}

static struct relay_choice *next_of(struct relay_entry *e, bool backup)
{
	size_t best = e->code.n;
	i64 total = 0;
	for (size_t i = 0; i < e->code.n; i++) {
		if (e->v[i].backup != backup || !is_free(e, &e->v[i]))
			continue;
		e->turns[i].current += e->v[i].weight;
		total += e->v[i].weight;
		if (best == e->code.n || e->turns[i].current > e->turns[best].current)
			best = i;
	}
	if (best == e->code.n)
		return NULL;
	e->turns[best].current -= total;
	return &e->v[best];
}

static void choose(struct relay_memory *m, struct relay_entry *e, str key, ms now, struct arena *a, struct door_answer *ret)
{
	if (e->code.location.n) {
		ret->location = e->code.keyed ? arena_printf(a, "%.*s%.*s", STR_F(e->code.location), STR_F(key))
					      : arena_dup(a, e->code.location);
		return;
	}
	drop_holds(e, now);
	struct relay_choice *c = next_of(e, false);
	if (!c)
		c = next_of(e, true);
	if (c && c->cap)
		vec_push(m->arena, &e->holds, (struct hold){ c->staff, now + RELAY_HOLD_MS });
	ret->page = arena_dup(a, c ? c->page : e->code.nobody);
}

/* -- */

void relay_put(struct relay_memory *m, const struct relay_code *code)
{
	pthread_mutex_lock(&m->lock);
	fill(entry_of(m, code->id, true), code);
	pthread_mutex_unlock(&m->lock);
}

bool relay_choose(struct relay_memory *m, i64 id, str key, bool click, ms now, struct arena *a, struct door_answer *ret)
{
	pthread_mutex_lock(&m->lock);
	struct relay_entry *e = entry_of(m, id, false);
	bool known = e && e->arena && !e->stale && (e->code.until == NIL || now < e->code.until) && !(click && e->code.pool);
	if (known)
		choose(m, e, key, now, a, ret);
	pthread_mutex_unlock(&m->lock);
	return known;
}

void relay_added(struct relay_memory *m, i64 id, i64 staff, i64 day)
{
	pthread_mutex_lock(&m->lock);
	struct relay_entry *e = entry_of(m, id, false);
	for (size_t i = 0; e && e->arena && i < e->code.n; i++)
		if (e->v[i].staff == staff && e->code.day == day)
			e->v[i].adds++;
	for (size_t i = 0; e && i < e->holds.n; i++) {
		if (e->holds.v[i].staff != staff)
			continue;
		e->holds.v[i] = e->holds.v[--e->holds.n];
		break;
	}
	pthread_mutex_unlock(&m->lock);
}

/* -- after the commit -- */

struct later { struct relay_memory *memory; i64 id, staff, day; };

static void forget(void *arg)
{
	const struct later *l = arg;
	pthread_mutex_lock(&l->memory->lock);
	struct relay_entry *e = entry_of(l->memory, l->id, false);
	if (e)
		e->stale = true;
	pthread_mutex_unlock(&l->memory->lock);
}

static void added(void *arg)
{
	const struct later *l = arg;
	relay_added(l->memory, l->id, l->staff, l->day);
}

static void later(struct tx *tx, void (*fn)(void *), i64 id, i64 staff, i64 day)
{
	struct env *env = tx->snap.unit->env;
	if (!env || !env->relays)
		return;
	struct later *l = ARENA_NEW(tx->snap.unit->arena, struct later);
	*l = (struct later){ env->relays, id, staff, day };
	tx_after_commit(tx, fn, l);
}

void relay_forget_later(struct tx *tx, i64 id) { later(tx, forget, id, 0, 0); }
void relay_added_later(struct tx *tx, i64 id, i64 staff, i64 day) { later(tx, added, id, staff, day); }
