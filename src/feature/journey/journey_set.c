/*
 * The compiled journeys of a corp, kept in memory between events (core/corp/corp_kept.h).
 *
 * A set holds every version of the journeys that run or are paused, because people stay on the version they
 * entered.
 */
#include "feature/journey/journey_int.h"

#include "base/log.h"

#define SET_BYTES ((size_t)256 << 20)

static err def_load(struct journey_set *set, const struct journey_version *row, struct fail *f, struct jdef **ret)
{
	struct problems p = { .a = set->kept.arena };
	struct journey_def *def;
	*ret = ARENA_NEW(set->kept.arena, struct jdef);
	TRY(journey_def_read(set->kept.arena, row->def, &def, f));
	err e = journey_compile(set->kept.arena, def, *ret, &p);
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
	*st = (struct jstate){ row->id, arena_dup(set->kept.arena, row->name), str_eq_c(row->state, "running"),
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

static err set_fill(const struct snap *s, struct kept *k)
{
	struct journey_set *set = (struct journey_set *)k;
	struct journey_row *rows;
	size_t n, versions = 0;
	TRY(journey_all(s, &(struct none){ 0 }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		versions += (size_t)rows[i].published;
	set->all = ARENA_ARRAY(set->kept.arena, struct jstate, n + 1);
	set->defs = ARENA_ARRAY(set->kept.arena, struct jdef *, versions + 1);
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

static const struct kept_kind kind = { sizeof(struct journey_set), SET_BYTES, set_fill, newest, NULL };

static struct kept_cache *cache_of(const struct env *env) { return env ? env->journeys : NULL; }

struct kept_cache *journey_cache_new(void) { return kept_cache_new(&kind); }
void journey_cache_free(struct kept_cache *c) { kept_cache_free(c); }

err journey_set_take(const struct snap *s, struct journey_set **ret)
{
	struct kept *k;
	TRY(kept_take(cache_of(s->unit->env), &kind, s, &k));
	*ret = (struct journey_set *)k;
	return OK;
}

void journey_set_give(struct env *env, struct journey_set *set) { kept_give(cache_of(env), &kind, &set->kept); }
void journey_set_forget(struct tx *tx) { kept_forget(cache_of(tx->snap.unit->env), tx); }

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
