/*
 * The index of the process: its corps, and when one is read.
 *
 * A corp is read at its first question and kept current by touches: the consumer names who changed, and
 * the next question reads those rows again before it answers. A corp is entered in the list before it is
 * read, so a change is either in the rows that are read or among the touches.
 */
#include "core/audience/audience_index_int.h"
#include "core/audience/audience_snapshot.h"

#include <unistd.h>

struct audience_index *audience_index_new(struct store *st)
{
	struct arena *a = arena_new(INDEX_BYTES_MAX);
	struct audience_index *ix = ARENA_NEW(a, struct audience_index);
	ix->store = st;
	ix->arena = a;
	ix->kernel = kernel_named(STR("auto"));
	ix->bytes_max = INDEX_BYTES_MAX;
	pthread_mutex_init(&ix->lock, NULL);
	return ix;
}

void audience_index_setup(struct audience_index *ix, const struct audience_setup *s)
{
	const struct kernel *k = kernel_named(s->simd);
	ix->kernel = k ? k : ix->kernel;
	ix->bytes_max = s->bytes_max ? s->bytes_max : ix->bytes_max;
	ix->dir = arena_dup(ix->arena, s->dir);
}

void audience_index_free(struct audience_index *ix)
{
	if (!ix)
		return;
	for (struct corp_index *ci = ix->first; ci; ci = ci->next) {
		index_empty(ci);
		arena_free(ci->pending_arena);
		pthread_rwlock_destroy(&ci->lock);
		pthread_mutex_destroy(&ci->pending_lock);
	}
	pthread_mutex_destroy(&ix->lock);
	arena_free(ix->arena);
}

struct corp_index *index_corp(struct audience_index *ix, i64 corp, bool make)
{
	pthread_mutex_lock(&ix->lock);
	struct corp_index *ci = ix->first;
	while (ci && ci->corp != corp)
		ci = ci->next;
	if (!ci && make) {
		ci = ARENA_NEW(ix->arena, struct corp_index);
		ci->of = ix;
		ci->corp = corp;
		ci->pending_arena = arena_new(ARENA_MAX_DEFAULT);
		pthread_rwlock_init(&ci->lock, NULL);
		pthread_mutex_init(&ci->pending_lock, NULL);
		ci->next = ix->first;
		ix->first = ci;
	}
	pthread_mutex_unlock(&ix->lock);
	return ci;
}

void audience_drop(struct audience_index *ix, i64 corp)
{
	struct corp_index *ci = ix ? index_corp(ix, corp, false) : NULL;
	if (!ci)
		return;
	struct arena *own = arena_new(ARENA_MAX_DEFAULT);
	pthread_rwlock_wrlock(&ci->lock);
	index_empty(ci);
	if (ix->dir.n)
		unlink(arena_cstr(own, audience_snapshot_path(own, ix, corp)));
	pthread_rwlock_unlock(&ci->lock);
	arena_free(own);
}

/* ---- touches ---- */

void audience_touch(struct audience_index *ix, const i64 *customers, size_t count)
{
	struct corp_index *ci = NULL;
	for (size_t i = 0; ix && i < count; i++) {
		i64 corp = id_corp_of(customers[i]);
		if (!ci || ci->corp != corp)
			ci = index_corp(ix, corp, false);
		if (!ci)
			continue; /* nobody has asked about this corp yet */
		pthread_mutex_lock(&ci->pending_lock);
		ci->stale |= ci->pending.n >= INDEX_TOUCH_MAX;
		if (!ci->stale)
			vec_push(ci->pending_arena, &ci->pending, customers[i]);
		pthread_mutex_unlock(&ci->pending_lock);
	}
}

void audience_saw(struct audience_index *ix, const struct audience_did *v, size_t count)
{
	struct corp_index *ci = NULL;
	for (size_t i = 0; ix && i < count; i++) {
		i64 corp = id_corp_of(v[i].customer);
		if (!ci || ci->corp != corp)
			ci = index_corp(ix, corp, false);
		if (!ci)
			continue;
		pthread_mutex_lock(&ci->pending_lock);
		ci->stale |= ci->seen.n >= INDEX_SEEN_MAX;
		if (!ci->stale)
			vec_push(ci->pending_arena, &ci->seen, v[i]);
		pthread_mutex_unlock(&ci->pending_lock);
	}
}

static bool is_pending(struct corp_index *ci, size_t most, size_t most_seen)
{
	pthread_mutex_lock(&ci->pending_lock);
	bool any = ci->pending.n > most || ci->seen.n > most_seen || ci->stale;
	pthread_mutex_unlock(&ci->pending_lock);
	return any;
}

struct waiting { i64 *touched; struct audience_did *seen; size_t n, seen_n; bool stale; /* read everything anew */ };

/* Takes what is waiting, copied. */
static struct waiting pending_take(struct corp_index *ci, struct arena *a)
{
	pthread_mutex_lock(&ci->pending_lock);
	struct waiting w = { .n = ci->pending.n, .seen_n = ci->seen.n, .stale = ci->stale };
	w.touched = ARENA_ARRAY(a, i64, w.n + 1);
	w.seen = ARENA_ARRAY(a, struct audience_did, w.seen_n + 1);
	if (w.n)
		memcpy(w.touched, ci->pending.v, w.n * sizeof(*w.touched));
	if (w.seen_n)
		memcpy(w.seen, ci->seen.v, w.seen_n * sizeof(*w.seen));
	ci->pending.n = ci->seen.n = 0;
	ci->stale = false;
	pthread_mutex_unlock(&ci->pending_lock);
	return w;
}

/* ---- opening ---- */

static bool lacks_kind(const struct corp_index *ci, const struct expr *e)
{
	return e->op == EXPR_DID && !index_kind(ci, e->event);
}

static bool lacks_value(const struct corp_index *ci, const struct expr_attr *a)
{
	return a && a->value && !index_value(ci, a->value);
}

static bool parts_loaded(const struct corp_index *ci, const struct expr *e)
{
	if (lacks_kind(ci, e) || lacks_value(ci, e->attr))
		return false;
	for (size_t i = 0; i < e->n; i++)
		if (!parts_loaded(ci, e->of[i]))
			return false;
	return true;
}

static err parts_load(struct corp_index *ci, struct unit *u, const struct expr *e)
{
	if (lacks_kind(ci, e))
		TRY(index_load_kind(ci, u, e->event));
	if (lacks_value(ci, e->attr))
		TRY(index_load_value(ci, u, e->attr));
	for (size_t i = 0; i < e->n; i++)
		TRY(parts_load(ci, u, e->of[i]));
	return OK;
}

static bool all_loaded(const struct corp_index *ci, const struct index_ask *ask)
{
	for (size_t i = 0; i < ask->count; i++)
		if (lacks_value(ci, ask->attrs[i]))
			return false;
	return !ask->e || parts_loaded(ci, ask->e);
}

static err all_load(struct corp_index *ci, struct unit *u, const struct index_ask *ask)
{
	for (size_t i = 0; i < ask->count; i++)
		if (lacks_value(ci, ask->attrs[i]))
			TRY(index_load_value(ci, u, ask->attrs[i]));
	return ask->e ? parts_load(ci, u, ask->e) : OK;
}

/* Everything is read without the viewer's scope, in memory of its own. A failure leaves nothing half made. */
static err refresh(struct corp_index *ci, struct unit *u, const struct index_ask *ask)
{
	struct arena *a = arena_new(INDEX_BYTES_MAX);
	struct unit own = *u;
	own.arena = a;
	own.scope = 0;
	struct waiting w = pending_take(ci, a);
	if (!w.stale && !ci->arena)
		w.stale = !audience_snapshot_load(&own, ci);
	err got = w.stale ? index_load(ci, &own) : index_apply(ci, &own, w.touched, w.n);
	if (got == OK && !w.stale)
		got = index_apply_days(ci, &own, w.seen, w.seen_n);
	if (got == OK)
		got = all_load(ci, &own, ask);
	if (got == OK)
		got = index_room(ci, &own);
	if (got != OK) {
		index_empty(ci);
		u->fail = own.fail;
	}
	ci->changes++;
	arena_free(a);
	return got;
}

err index_open(struct unit *u, const struct index_ask *ask, struct corp_index **ret)
{
	struct corp_index *ci = index_corp(u->env->audience, u->corp, true);
	bool seen = false; /* touches since then are later than the question */
	for (;;) {
		pthread_rwlock_rdlock(&ci->lock);
		if (ci->arena && (seen || !is_pending(ci, 0, 0)) && all_loaded(ci, ask)) {
			*ret = ci;
			return OK;
		}
		pthread_rwlock_unlock(&ci->lock);
		pthread_rwlock_wrlock(&ci->lock);
		err got = refresh(ci, u, ask);
		pthread_rwlock_unlock(&ci->lock);
		TRY(got);
		seen = true;
	}
}

void index_close(struct corp_index *ci) { pthread_rwlock_unlock(&ci->lock); }

void audience_keep_up(struct unit *u)
{
	struct corp_index *ci = u->env->audience ? index_corp(u->env->audience, u->corp, false) : NULL;
	struct index_ask nothing = { 0 };
	if (!ci || !is_pending(ci, INDEX_TOUCH_MAX / 4, INDEX_SEEN_MAX / 4))
		return;
	pthread_rwlock_rdlock(&ci->lock);
	bool loaded = ci->arena;
	pthread_rwlock_unlock(&ci->lock);
	if (!loaded) /* reading all of it is for whoever asks, not for the reader of events */
		return;
	/* What fails now fails again for whoever asks, and is told there. */
	if (index_open(u, &nothing, &ci) == OK)
		index_close(ci);
}
