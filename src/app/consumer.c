/*
 * Consumers: the journal read once per slot, in batches, for all modules. Slots take turns batch by batch, so a corp
 * with much to digest holds up nobody longer than that.
 *
 * A batch goes through three stages, each with cursors of its own that move in the transaction of
 * their effects: derive (replayable), facts (customer_fact of every person the batch names, recomputed
 * and therefore repeatable), act (facts, outbox, timers; never replayed). The audience index hears of
 * the persons after their facts are durable; then they are settled with the watched audiences.
 *
 * A handler that fails does not stop the pond: the batch is rolled back and run again with one
 * savepoint per handler, and the event is kept as a dead letter of that module alone.
 */
#include "app/engine.h"
#include "base/log.h"
#include "base/map.h"
#include "core/attr/attr.h"
#include "core/audience/audience_snapshot.h"
#include "core/audience/audience_watch.h"
#include "core/corp/corp.h"
#include "store/ahead.h"
#include "store/cursor.h"

#define PAGE_EVENTS 500
#define BATCH_PAGES 4                      /* a transaction's cost is shared by this many pages of small events */
#define BATCH_BYTES ((size_t)1 << 20)      /* of bodies; a page more is not begun, so a batch has one page of large ones at most */
#define ROUNDS 4 /* batches of one slot before we look again who is behind */
#define MODULES_MAX 128

enum pass_kind { PASS_DERIVE, PASS_ACT };

struct pass {
	struct env *env;
	struct unit *unit;
	enum pass_kind kind;
	const struct event *events;
	size_t count;
	bool careful; /* one savepoint per handler, dead letters */
	const struct imap *touched; /* by derive: persons whose facts a plain event concerns; NULL: nobody */
	bool again;                 /* a part of the batch had been derived before: whom it touched is not known */
};

struct one_call {
	const struct handler *handler;
	const struct event *event;
};

static const struct handler *pass_handlers(const struct module *m, enum pass_kind kind)
{
	return kind == PASS_DERIVE ? m->derive : m->act;
}

static str pass_name(enum pass_kind kind) { return kind == PASS_DERIVE ? STR("derive") : STR("act"); }

static str cursor_name(struct arena *a, const struct module *m, enum pass_kind kind)
{
	return arena_printf(a, "%s.%.*s", m->name, STR_F(pass_name(kind)));
}

static err call_handler(struct tx *tx, void *arg)
{
	const struct one_call *c = arg;
	return c->handler->fn(tx, c->event);
}

/* The event's corp and id stand in the transaction while its handlers run. */
static void tx_speak_of(struct tx *tx, const struct event *ev)
{
	tx->snap.corp = ev->corp;
	tx->snap.unit->corp = ev->corp;
	tx->snap.unit->cause = ev->id;
}

static err feed_event(struct tx *tx, const struct pass *p, const struct module *m, const struct event *ev)
{
	for (const struct handler *h = pass_handlers(m, p->kind); h->fn; h++) {
		if (h->event != -1 && h->event != ev->kind)
			continue;
		struct one_call call = { h, ev };
		err e = p->careful ? tx_try(tx, call_handler, &call) : h->fn(tx, ev);
		if (e == OK)
			continue;
		if (!p->careful || err_retryable(e))
			return e;
		log_fail("consumer.dead_letter", tx->snap.fail, str_c(m->name));
		TRY(dead_letter_put(tx, str_c(m->name), ev, tx->snap.fail));
	}
	return OK;
}

static i64 cursor_in(const struct map *cursors, str name)
{
	const i64 *seq = map_get(cursors, name);
	return seq ? *seq : 0;
}

static err feed_module(struct tx *tx, struct pass *p, const struct map *cursors, const struct module *m)
{
	str name = cursor_name(tx->snap.arena, m, p->kind);
	i64 seen = cursor_in(cursors, name);
	i64 last = p->events[p->count - 1].seq;
	p->again |= seen >= p->events[0].seq;
	if (seen >= last)
		return OK;
	if (p->kind == PASS_DERIVE)
		tx_only_tables(tx, m->derived);
	for (size_t i = 0; i < p->count; i++) {
		if (p->events[i].seq <= seen)
			continue;
		tx_speak_of(tx, &p->events[i]);
		ahead_about(&tx->snap, AHEAD_OF_EVENT(p->events[i].kind, p->kind), p->events[i].customer);
		TRY(feed_event(tx, p, m, &p->events[i]));
	}
	ahead_about(&tx->snap, 0, 0);
	tx_only_tables(tx, NULL);
	return OK;
}

/* What handlers ask about the persons of events that are alike. */
static err read_ahead(struct tx *tx, const struct pass *p)
{
	i64 *persons = ARENA_ARRAY(tx->snap.arena, i64, p->count);
	bool *done = ARENA_ARRAY(tx->snap.arena, bool, p->count);
	for (size_t i = 0; i < p->count; i++) {
		size_t n = 0;
		for (size_t k = i; k < p->count && !done[i]; k++) {
			bool like = p->events[k].kind == p->events[i].kind && p->events[k].corp == p->events[i].corp;
			if (like && p->events[k].customer)
				persons[n++] = p->events[k].customer;
			done[k] |= like && k > i;
		}
		tx->snap.corp = p->events[i].corp;
		TRY(ahead_read(&tx->snap, AHEAD_OF_EVENT(p->events[i].kind, p->kind), persons, n));
	}
	return OK;
}

/* The cursors are moved first: who holds one (cursor_hold) and reads what a reader left is not overtaken by it. */
static err feed_all(struct tx *tx, struct pass *p)
{
	struct map cursors;
	str names[MODULES_MAX];
	size_t n = 0;
	for (size_t i = 0; p->env->modules[i]; i++)
		if (pass_handlers(p->env->modules[i], p->kind)) {
			ASSERT(n < MODULES_MAX);
			names[n++] = cursor_name(tx->snap.arena, p->env->modules[i], p->kind);
		}
	TRY(cursor_move(tx, pass_name(p->kind), names, n, p->events[p->count - 1].seq, &cursors));
	TRY(read_ahead(tx, p));
	for (size_t i = 0; p->env->modules[i]; i++)
		if (pass_handlers(p->env->modules[i], p->kind))
			TRY(feed_module(tx, p, &cursors, p->env->modules[i]));
	p->touched = attr_touched(tx);
	return OK;
}

static err run_pass(struct pass *p, i64 slot)
{
	err e = WRITE_TX(p->unit, slot, feed_all(tx, p));
	if (e == OK || err_retryable(e))
		return e;
	p->careful = true;
	return WRITE_TX(p->unit, slot, feed_all(tx, p));
}

static bool plain(struct env *env, const struct event *ev)
{
	for (size_t i = 0; env->modules[i]; i++)
		for (const int *kind = env->modules[i]->plain; kind && *kind; kind++)
			if (*kind == ev->kind)
				return true;
	return false;
}

/* The distinct customers the batch names, in order of first mention; of plain events only whom derive touched, or all. */
static size_t batch_customers(const struct pass *p, i64 **ret)
{
	struct arena *a = p->unit->arena;
	struct imap seen = imap_new(a);
	i64 *customers = ARENA_ARRAY(a, i64, p->count), touch;
	size_t n = 0;
	for (size_t i = 0; i < p->count; i++) {
		const struct event *ev = &p->events[i];
		if (!ev->customer || (!p->again && plain(p->env, ev) && !(p->touched && imap_get(p->touched, ev->customer, &touch))))
			continue;
		if (imap_put(&seen, ev->customer, 1))
			customers[n++] = ev->customer;
	}
	*ret = customers;
	return n;
}

/* The index reads again whom the batch changed; of whom it only says that something happened, that day. */
static void tell_audience(const struct pass *p)
{
	struct unit *u = p->unit;
	i64 *customers, touch;
	struct audience_did *seen = ARENA_ARRAY(u->arena, struct audience_did, p->count);
	size_t n = batch_customers(p, &customers), m = 0;
	audience_touch(p->env->audience, customers, n);
	for (size_t i = 0; i < p->count && !p->again; i++) {
		const struct event *ev = &p->events[i];
		if (!ev->customer || !plain(p->env, ev) || (p->touched && imap_get(p->touched, ev->customer, &touch)))
			continue;
		u->corp = ev->corp;
		seen[m++] = (struct audience_did){ ev->customer, ev->kind, corp_day(u, ev->occurred) };
	}
	audience_saw(p->env->audience, seen, m);
	i64 corp = 0;
	for (size_t i = 0; i < p->count; i++) {
		if (p->events[i].corp == corp)
			continue;
		u->corp = corp = p->events[i].corp;
		audience_keep_up(u);
	}
}

static err facts_seen(struct tx *tx, i64 last)
{
	i64 settled;
	TRY(cursor_get(&tx->snap, STR(AUDIENCE_WATCH_CURSOR), &settled));
	if (settled < last)
		TRY(cursor_put(tx, STR(AUDIENCE_WATCH_CURSOR), last));
	return cursor_put(tx, STR("attr.facts"), last);
}

/* Facts are recomputed per corp, because a unit speaks for one. */
static err refresh_facts(const struct pass *p, i64 slot)
{
	struct unit *u = p->unit;
	i64 seen = 0, last = p->events[p->count - 1].seq;
	TRY(READ_SNAP(u, slot, cursor_get(snap, STR("attr.facts"), &seen)));
	if (seen >= last)
		return OK;
	i64 *customers;
	size_t n = batch_customers(p, &customers);
	for (size_t from = 0; from < n;) {
		size_t to = from + 1;
		while (to < n && id_corp_of(customers[to]) == id_corp_of(customers[from]))
			to++;
		u->corp = id_corp_of(customers[from]);
		TRY(attr_refresh(u, customers + from, to - from));
		from = to;
	}
	tell_audience(p);
	TRY(audience_watch_feed(u, slot, p->events, p->count));
	return WRITE_TX(u, slot, facts_seen(tx, last));
}

/* Events behind `from`: page after page, while they are full and their bodies small. */
static err read_batch(const struct snap *s, i64 from, struct event **ret, size_t *ret_count, bool *ret_more)
{
	struct event *batch = ARENA_ARRAY(s->arena, struct event, PAGE_EVENTS * BATCH_PAGES), *page;
	size_t count = 0, n = PAGE_EVENTS, bytes = 0;
	while (n == PAGE_EVENTS && count < PAGE_EVENTS * BATCH_PAGES && bytes < BATCH_BYTES) {
		TRY(journal_read(s, count ? batch[count - 1].seq : from, PAGE_EVENTS, &page, &n));
		for (size_t i = 0; i < n; i++) {
			bytes += page[i].body.n;
			batch[count++] = page[i];
		}
	}
	*ret = batch;
	*ret_count = count;
	*ret_more = n == PAGE_EVENTS;
	return OK;
}

static err feed_slot(struct env *env, struct unit *u, i64 slot, i64 from, bool *ret_more)
{
	struct event *events = NULL;
	size_t count = 0;
	TRY(READ_SNAP(u, slot, read_batch(snap, from, &events, &count, ret_more)));
	if (count == 0)
		return OK;
	struct pass derive = { .env = env, .unit = u, .kind = PASS_DERIVE, .events = events, .count = count };
	TRY(run_pass(&derive, slot));
	TRY(refresh_facts(&derive, slot));
	struct pass act = { .env = env, .unit = u, .kind = PASS_ACT, .events = events, .count = count };
	return run_pass(&act, slot);
}

/* Names of all cursors, so that a slot is behind when any of them is. */
static size_t cursor_names(struct env *env, struct arena *a, str *ret)
{
	size_t n = 0;
	for (size_t i = 0; env->modules[i]; i++) {
		ASSERT(n + 3 <= 2 * MODULES_MAX);
		if (env->modules[i]->derive)
			ret[n++] = cursor_name(a, env->modules[i], PASS_DERIVE);
		if (env->modules[i]->act)
			ret[n++] = cursor_name(a, env->modules[i], PASS_ACT);
	}
	ret[n++] = STR("attr.facts");
	return n;
}

static err slowest_cursor(const struct snap *s, const str *names, size_t count, i64 *ret)
{
	struct map cursors;
	i64 slowest = INT64_MAX;
	TRY(cursor_all(s, &cursors));
	for (size_t i = 0; i < count; i++)
		slowest = int_min(slowest, cursor_in(&cursors, names[i]));
	*ret = slowest;
	return OK;
}

/* The slot's next batch. */
static err feed_batch(struct env *env, struct arena *a, const str *names, size_t count, i64 slot, bool *ret_more)
{
	struct arena_mark mark = arena_mark(a);
	struct unit u = unit_new(env->store, a, 0, "engine");
	i64 from = 0;
	u.env = env;
	u.lazy = true; /* read again after a power failure */
	*ret_more = false;
	err e = READ_SNAP(&u, slot, slowest_cursor(snap, names, count, &from));
	if (e == OK)
		e = feed_slot(env, &u, slot, from, ret_more);
	if (e != OK)
		log_fail("consumer.failed", &u.fail, STR_NIL);
	arena_reset(a, mark);
	return e;
}

err consumer_run(struct env *env, struct arena *a, bool *ret_worked)
{
	str names[2 * MODULES_MAX];
	size_t count = cursor_names(env, a, names);
	i64 *slots = ARENA_ARRAY(a, i64, SLOT_COUNT);
	size_t behind;
	*ret_worked = false;
	struct unit u = unit_new(env->store, a, 0, "engine");
	u.env = env;
	TRY(journal_behind(&u, names, count, slots, SLOT_COUNT, &behind));
	*ret_worked = behind > 0;
	for (int round = 0; round < ROUNDS && behind > 0; round++) {
		size_t left = 0;
		for (size_t i = 0; i < behind; i++) {
			bool more;
			TRY(feed_batch(env, a, names, count, slots[i], &more));
			if (more)
				slots[left++] = slots[i];
		}
		behind = left;
	}
	size_t delivered = 0;
	TRY(journal_relay_deliver(env->store, a, PAGE_EVENTS, &delivered));
	if (delivered)
		*ret_worked = true;
	return OK;
}

err consumer_behind(struct env *env, struct arena *a, bool *ret)
{
	str names[2 * MODULES_MAX];
	size_t count = cursor_names(env, a, names), behind = 0;
	i64 slot;
	struct unit u = unit_new(env->store, a, 0, "engine");
	ms due;
	TRY(inbox_next_due(&u, &due));
	TRY(journal_behind(&u, names, count, &slot, 1, &behind));
	*ret = behind > 0 || (due != NIL && due <= clock_now(env->clock));
	return OK;
}

static err rebuild_one(struct env *env, struct arena *a, const struct module *m, struct fail *f)
{
	if (!m->derived)
		return OK;
	TRY(store_forget(env->store, m->derived, arena_cstr(a, cursor_name(a, m, PASS_DERIVE)), f));
	if (m->facts_keeper)
		TRY(store_forget(env->store, (const char *const[]){ NULL }, "attr.facts", f));
	return OK;
}

err consumer_rebuild(struct env *env, struct arena *a, const char *module, struct fail *f)
{
	bool found = false, worked = true;
	for (size_t i = 0; env->modules[i]; i++) {
		if (module && !str_eq_c(str_c(env->modules[i]->name), module))
			continue;
		found = true;
		TRY(rebuild_one(env, a, env->modules[i], f));
	}
	audience_snapshot_remove(env->audience);
	if (!found)
		return fail_set(f, ERR_NOT_FOUND, T_OK, STR("module"), str_c(module), str_c(module));
	while (worked)
		TRY(consumer_run(env, a, &worked));
	return OK;
}
