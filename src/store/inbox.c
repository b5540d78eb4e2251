/*
 * The inbox: adding in units of work, or by a queue whose items join whatever commits next.
 *
 * A submitted batch is sealed and copied by the caller's thread; a committer thread of the store makes
 * sure a commit comes, and on SQLite every commit takes waiting items along. So a thousand suspended
 * requests need one fsync and no thread. The queue is bounded by items and bytes.
 */
#include "store/inbox.h"
#include "store/store_int.h"

#include "base/hash.h"
#include "base/log.h"
#include "store/inbox_data.h"
#include "store/inbox_seen.h"
#include "store/seal.h"

#include <stdlib.h>

#define INBOX_QUEUE_ITEMS 20000
#define INBOX_QUEUE_BYTES ((size_t)64 << 20)
#define INBOX_AHEAD_MS MS_DAY /* due this much earlier, for each step of urgency: first of all that wait */
#define LOAD_AHEAD 16 /* rows, at start */
#define FETCH_AHEAD 4 /* items between the question whether one was seen and the answer */
#define INBOX_BACKOFF_MS (5 * MS_SECOND)
#define INBOX_BACKOFF_MAX_MS MS_HOUR

/* An item on its way to its row; seen: its hash in the memory of the inbox, 0 where there is none (PostgreSQL). */
struct incoming { struct inbox_put row; i64 slot; u64 seen; };

/* One submit call: its items and who wants to know. */
struct inbox_call {
	struct inbox_call *next;
	struct arena *arena;
	struct incoming *items;
	size_t count, bytes;
	void (*done)(void *arg, err e);
	void *arg;
};

struct inbox_queue {
	pthread_mutex_t lock;
	pthread_cond_t some;
	struct inbox_call *first, **last;
	size_t items, bytes;
	bool stop, running;
	pthread_t thread;
};

struct inbox_queue *inbox_queue_new(void)
{
	struct inbox_queue *q = calloc(1, sizeof(*q));
	ASSERT(q);
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->some, NULL);
	q->last = &q->first;
	return q;
}

void inbox_queue_free(struct inbox_queue *q)
{
	if (!q)
		return;
	pthread_mutex_destroy(&q->lock);
	pthread_cond_destroy(&q->some);
	free(q);
}

/* ---- rows ---- */

static err incoming_of(struct store *st, struct arena *a, const struct inbox_item *it, struct incoming *ret, struct fail *f)
{
	if (it->key.n == 0 || it->key.n > INBOX_KEY_MAX)
		return fail_set(f, ERR_INPUT, it->key.n ? T_TOO_LONG : T_MISSING, STR("key"), STR_NIL, STR("200"));
	if (it->body.n > INBOX_BODY_MAX)
		return fail_set(f, ERR_TOO_LARGE, T_OK, STR("body"), STR_NIL, STR("1048576"));
	str sealed;
	if (seal_with_corp(st, it->corp, it->body, a, &sealed) != OK)
		return fail_set(f, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("corp"));
	ret->row = (struct inbox_put){ it->corp, arena_dup(a, it->source), arena_dup(a, it->key),
				       id_next(&st->ids, clock_now(st->clock)), it->received,
				       it->received - it->urgent * INBOX_AHEAD_MS, sealed };
	struct buf both = buf_new(a, it->source.n + 1 + it->key.n);
	buf_add(&both, it->source);
	buf_char(&both, ':');
	buf_add(&both, it->key);
	ret->slot = it->base ? slot_base(st, it->corp) : slot_of_key(st, it->corp, hash64(buf_str(&both)));
	ret->seen = st->seen ? inbox_seen_hash(st->seen, it->corp, it->source, it->key) : 0;
	return OK;
}

/* Is it there? The row says so, not the hash; an id without a row was rolled back or pruned. */
static err seen_before(struct tx *tx, const struct incoming *in, i64 *ret_ghost, bool *ret)
{
	size_t at = 0;
	*ret = false;
	for (i64 id; !*ret && (id = inbox_seen_next(tx->snap.unit->store->seen, in->seen, &at));) {
		struct inbox_seen_row there;
		err e = inbox_seen_at(&tx->snap, &(struct inbox_id){ id }, &there);
		if (e == ERR_NOT_FOUND)
			*ret_ghost = id;
		else if (e != OK)
			return e;
		else
			*ret = there.owner == in->row.owner && str_eq(there.source, in->row.source) &&
			       str_eq(there.key, in->row.key);
	}
	return OK;
}

static i64 oldest_id(ms now) { return id_first(now - INBOX_WINDOW_MS); }

static err put_row(struct tx *tx, const struct incoming *in, bool *ret_new)
{
	struct store *st = tx->snap.unit->store;
	if (store_is_postgres(st)) {
		struct inbox_id id;
		err e = inbox_insert(tx, &in->row, &id);
		*ret_new = e == OK;
		return e == ERR_NOT_FOUND ? OK : e;
	}
	i64 ghost = 0;
	bool there;
	TRY(seen_before(tx, in, &ghost, &there));
	*ret_new = !there;
	if (there)
		return OK;
	TRY(inbox_append(tx, &in->row));
	inbox_seen_put(st->seen, in->seen, in->row.id, ghost, oldest_id(tx->snap.now));
	return OK;
}

/* The last rows wait until their places have come from memory. */
struct seen_load {
	struct inbox_seen *seen;
	i64 oldest, last;
	struct { u64 hash; i64 id; } wait[LOAD_AHEAD];
	size_t n;
};

static void seen_load_put(struct seen_load *l, size_t at)
{
	if (l->wait[at].id)
		inbox_seen_put(l->seen, l->wait[at].hash, l->wait[at].id, 0, l->oldest);
	l->wait[at].id = 0;
}

static err seen_load_row(void *arg, const void *of)
{
	struct seen_load *l = arg;
	const struct inbox_seen_row *r = of;
	size_t at = l->n++ % LOAD_AHEAD;
	seen_load_put(l, at);
	l->wait[at].hash = inbox_seen_hash(l->seen, r->owner, r->source, r->key);
	l->wait[at].id = l->last = r->id;
	inbox_seen_fetch(l->seen, l->wait[at].hash);
	return OK;
}

err inbox_seen_open(struct store *st, struct unit *u)
{
	if (store_is_postgres(st))
		return OK;
	i64 began = clock_mono_us();
	struct seen_load load = { .seen = st->seen, .oldest = oldest_id(clock_now(st->clock)) };
	struct inbox_seen_stats stats;
	TRY(READ_SNAP(u, 0, inbox_seen_since(snap, &(struct inbox_id){ load.oldest }, seen_load_row, &load)));
	for (size_t i = 0; i < LOAD_AHEAD; i++)
		seen_load_put(&load, i);
	if (load.last > st->ids.last)
		st->ids.last = load.last;
	inbox_seen_stats(st->seen, &stats);
	if (stats.entries)
		log_line(LOG_INFO, "inbox.remembered", "entries=%zu bytes=%zu ms=%lld", stats.entries, stats.bytes,
			 (long long)(clock_mono_us() - began) / 1000);
	return OK;
}

static err insert_slot(struct tx *tx, const struct incoming *items, size_t count, bool *ret_new)
{
	for (size_t i = 0; i < count; i++) {
		bool fresh;
		if (items[i].slot != tx->snap.slot)
			continue;
		TRY(put_row(tx, &items[i], &fresh));
		if (ret_new)
			ret_new[i] = fresh;
	}
	tx_wake(tx, WAKE_INBOX);
	return OK;
}

err inbox_add(struct store *st, struct arena *a, const struct inbox_item *items, size_t count, bool *ret_new,
	      struct fail *f)
{
	struct unit u = unit_new(st, a, 0, "inbox");
	u.apart = true;
	struct incoming *in = ARENA_ARRAY(a, struct incoming, count ? count : 1);
	for (size_t i = 0; i < count; i++)
		TRY(incoming_of(st, a, &items[i], &in[i], f));
	for (size_t i = 0; i < count; i++) {
		bool seen = false;
		for (size_t k = 0; k < i && !seen; k++)
			seen = in[k].slot == in[i].slot;
		if (seen)
			continue;
		err e = WRITE_TX(&u, in[i].slot, insert_slot(tx, in, count, ret_new));
		if (e != OK) {
			if (f)
				*f = u.fail;
			return e;
		}
	}
	return OK;
}

/* ---- the queue ---- */

static void call_free(struct inbox_call *c) { arena_free(c->arena); }

static bool queue_add(struct inbox_queue *q, struct inbox_call *c)
{
	pthread_mutex_lock(&q->lock);
	bool room = !q->stop && q->items + c->count <= INBOX_QUEUE_ITEMS && q->bytes + c->bytes <= INBOX_QUEUE_BYTES;
	if (room) {
		*q->last = c;
		q->last = &c->next;
		q->items += c->count;
		q->bytes += c->bytes;
		pthread_cond_signal(&q->some);
	}
	pthread_mutex_unlock(&q->lock);
	return room;
}

err inbox_submit(struct store *st, const struct inbox_item *items, size_t count, void (*done)(void *arg, err e),
		 void *arg)
{
	struct arena *a = arena_new(INBOX_QUEUE_BYTES * 2);
	struct inbox_call *c = ARENA_NEW(a, struct inbox_call);
	c->arena = a;
	c->count = count;
	c->done = done;
	c->arg = arg;
	c->items = ARENA_ARRAY(a, struct incoming, count ? count : 1);
	err e = OK;
	for (size_t i = 0; i < count && e == OK; i++) {
		c->bytes += items[i].body.n;
		e = c->bytes > INBOX_QUEUE_BYTES ? ERR_BUSY : incoming_of(st, a, &items[i], &c->items[i], NULL);
	}
	if (e == OK && !queue_add(st->inbox, c))
		e = ERR_BUSY;
	if (e != OK)
		call_free(c);
	return e;
}

/* Whole calls up to max items; NULL when nothing waits. */
struct inbox_batch *inbox_batch_take(struct store *st, size_t max)
{
	struct inbox_queue *q = st->inbox;
	struct inbox_batch *b = NULL;
	pthread_mutex_lock(&q->lock);
	if (q->first) {
		b = ARENA_NEW(q->first->arena, struct inbox_batch);
		struct inbox_call **end = &q->first;
		for (size_t n = 0; *end && (n == 0 || n + (*end)->count <= max); end = &(*end)->next) {
			n += (*end)->count;
			q->items -= (*end)->count;
			q->bytes -= (*end)->bytes;
		}
		b->first = q->first;
		q->first = *end;
		*end = NULL;
		if (!q->first)
			q->last = &q->first;
	}
	pthread_mutex_unlock(&q->lock);
	return b;
}

err inbox_batch_write(struct inbox_batch *b, struct tx *tx, i64 slot)
{
	VEC(struct inbox_put) rows = { 0 };
	for (const struct inbox_call *c = b->first; c; c = c->next) {
		for (size_t i = 0; i < c->count; i++) {
			const struct incoming *in = &c->items[i];
			bool fresh;
			if (slot >= 0) {
				if (in->slot == slot)
					vec_push(tx->snap.arena, &rows, in->row);
				continue;
			}
			if (i + FETCH_AHEAD < c->count)
				inbox_seen_fetch(tx->snap.unit->store->seen, in[FETCH_AHEAD].seen);
			tx->snap.slot = in->slot;
			TRY(put_row(tx, in, &fresh));
		}
	}
	tx_wake(tx, WAKE_INBOX);
	return query_write_many(tx, &inbox_insert_query, rows.v, rows.n);
}

void inbox_batch_end(struct store *st, struct inbox_batch *b, err e)
{
	for (struct inbox_call *c = b->first, *next; c; c = next) {
		next = c->next;
		if (c->done)
			c->done(c->arg, e);
	}
	/* The batch itself lies in the first call's arena. */
	for (struct inbox_call *c = b->first, *next; c; c = next) {
		next = c->next;
		call_free(c);
	}
}

size_t inbox_batch_slots(const struct inbox_batch *b, i64 *ret, size_t max)
{
	bool seen[SLOT_COUNT] = { false };
	size_t n = 0;
	for (const struct inbox_call *c = b->first; c; c = c->next) {
		for (size_t i = 0; i < c->count; i++) {
			i64 slot = c->items[i].slot;
			if (!seen[slot] && n < max)
				ret[n++] = slot;
			seen[slot] = true;
		}
	}
	return n;
}

static void *committer(void *arg)
{
	struct store *st = arg;
	struct inbox_queue *q = st->inbox;
	for (;;) {
		pthread_mutex_lock(&q->lock);
		while (!q->first && !q->stop)
			pthread_cond_wait(&q->some, &q->lock);
		bool end = !q->first;
		pthread_mutex_unlock(&q->lock);
		if (end)
			return NULL;
		st->ops->inbox_flush(st);
	}
}

err inbox_queue_start(struct store *st, struct fail *f)
{
	if (pthread_create(&st->inbox->thread, NULL, committer, st) != 0)
		return fail_set(f, ERR_IO, T_OK, STR("thread"), STR_NIL, STR_NIL);
	st->inbox->running = true;
	return OK;
}

/* Takes no more, writes what waits. */
void inbox_queue_stop(struct store *st)
{
	struct inbox_queue *q = st->inbox;
	pthread_mutex_lock(&q->lock);
	q->stop = true;
	pthread_cond_signal(&q->some);
	pthread_mutex_unlock(&q->lock);
	if (q->running)
		pthread_join(q->thread, NULL);
	q->running = false;
}

/* ---- decoding ---- */

struct pending { const struct snap *s; VEC(struct inbox_row) rows; size_t bytes; };

static err pending_row(void *arg, const void *of)
{
	struct pending *p = arg;
	const struct inbox_waiting *r = of;
	struct arena *a = p->s->arena;
	struct snap own = *p->s;
	if (p->rows.n && p->bytes + r->body.n > INBOX_PENDING_BYTES)
		return ERR_TOO_LARGE;
	p->bytes += r->body.n;
	struct inbox_row row = { r->place, r->id, r->owner, arena_dup(a, r->source), arena_dup(a, r->key), STR_NIL, r->received,
				 r->attempts };
	own.corp = r->owner;
	TRY(unseal_text(&own, 0, r->body, &row.body));
	if (row.body.p == r->body.p)
		row.body = arena_dup(a, r->body); /* never sealed */
	vec_push(a, &p->rows, row);
	return OK;
}

static err pending_in(const struct snap *s, size_t limit, struct inbox_row **ret, size_t *ret_count)
{
	struct pending p = { .s = s };
	err e = inbox_due(s, &(struct inbox_find){ s->now, (i64)limit }, pending_row, &p);
	if (e != OK && e != ERR_TOO_LARGE)
		return e;
	*ret = p.rows.v;
	*ret_count = p.rows.n;
	return OK;
}

err inbox_pending(struct unit *u, size_t limit, struct inbox_row **ret, size_t *ret_count)
{
	return READ_SNAP(u, 0, pending_in(snap, limit, ret, ret_count));
}

err inbox_oldest(const struct snap *s, ms *ret)
{
	struct inbox_next first;
	err e = inbox_untried(s, &(struct none){ 0 }, &first);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	*ret = e == OK ? first.due : NIL;
	return OK;
}

err inbox_next_due(struct unit *u, ms *ret)
{
	struct inbox_next next;
	TRY(READ_SNAP(u, 0, inbox_earliest(snap, &(struct none){ 0 }, &next)));
	*ret = next.due;
	return OK;
}

err inbox_claim(struct tx *tx, const struct inbox_row *row, bool *ret_first)
{
	tx->snap.corp = row->corp;
	if (tx->snap.slot == row->slot) {
		TRY(inbox_closed(tx, &(struct inbox_close){ row->id, row->source, row->key, STR_NIL }));
		*ret_first = tx_changed(tx) > 0;
		return OK;
	}
	struct intake_mark mark;
	err e = intake_mark_add(tx, &(struct intake_mark){ row->id }, &mark);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	*ret_first = e == OK;
	return OK;
}

static err done_in(struct tx *tx, const struct inbox_row *row, str reason)
{
	tx->snap.corp = row->corp;
	return inbox_closed(tx, &(struct inbox_close){ row->id, row->source, row->key, reason });
}

err inbox_done(struct unit *u, const struct inbox_row *row, str reason)
{
	return WRITE_TX(u, row->slot, done_in(tx, row, reason));
}

err inbox_close_many(struct tx *tx, const struct inbox_row *rows, size_t count, const bool *done)
{
	struct inbox_close *close = ARENA_ARRAY(tx->snap.arena, struct inbox_close, count + 1);
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		if (done[i])
			close[n++] = (struct inbox_close){ rows[i].id, rows[i].source, rows[i].key, STR_NIL };
	return query_write_many(tx, &inbox_closed_query, close, n);
}

static err failed_in(struct tx *tx, const struct inbox_row *row, str reason)
{
	i64 shift = int_min(row->attempts, 10);
	struct inbox_later later = { row->id, row->source, row->key, reason,
				     tx->snap.now + int_min(INBOX_BACKOFF_MS << shift, INBOX_BACKOFF_MAX_MS) };
	tx->snap.corp = row->corp;
	return inbox_put_off(tx, &later);
}

err inbox_failed(struct unit *u, const struct inbox_row *row, const struct fail *why)
{
	str reason = arena_dup(u->arena, str_c(err_name(why->code)));
	return WRITE_TX(u, row->slot, failed_in(tx, row, reason));
}

static err prune_slot(struct tx *tx, const struct inbox_before *b, i64 *ret_removed)
{
	struct inbox_old *rows;
	size_t n;
	TRY(intake_mark_remove_old(tx, b));
	TRY(inbox_old_rows(&tx->snap, b, &rows, &n));
	TRY(query_write_many(tx, &inbox_remove_query, rows, n));
	*ret_removed = tx_changed(tx);
	return OK;
}

err inbox_prune(struct unit *u, ms before, size_t limit, size_t *ret_count)
{
	struct inbox_before b = { before, (i64)limit };
	struct inbox_slot *slots = NULL;
	size_t n = 0, removed = 0;
	TRY(READ_SNAP(u, 0, inbox_old_slots(snap, &b, &slots, &n)));
	for (size_t i = 0; i < n && removed < limit; i++) {
		i64 here = 0;
		b.limit = (i64)(limit - removed);
		TRY(WRITE_TX(u, slots[i].slot, prune_slot(tx, &b, &here)));
		removed += (size_t)here;
	}
	*ret_count = removed;
	return OK;
}
