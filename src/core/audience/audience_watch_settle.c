/*
 * Settling persons: whoever an event named, or time changed, is tested against the watches it may concern.
 *
 * A slot's persons go in parts of SETTLE_PERSONS, each part one transaction. When the list of watches
 * changes in between, it is read again; a sweep of the changed one follows anyway.
 */
#include "core/audience/audience_watch_data.h"

#include "base/fault.h"
#include "core/customer/customer.h"
#include "store/cursor.h"

#include <stdlib.h>

#define SETTLE_PERSONS 200
#define SETTLE_TRIES_MAX 8

/* What happened to whom; person is a number that may be a root. */
struct touch {
	i64 slot, person, kind, tag, cause;
};

static int by_person(const void *a, const void *b)
{
	const struct touch *x = a, *y = b;
	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	if (x->person != y->person)
		return x->person < y->person ? -1 : 1;
	return (x->cause > y->cause) - (x->cause < y->cause);
}

static bool has(const i64 *v, size_t n, i64 what)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == what)
			return true;
	return false;
}

/* Who is a person, and alive, or unknown what happened. */
static bool structural(i64 kind)
{
	return kind == 0 || kind == EV_CUSTOMER_CREATED || kind == EV_CUSTOMER_MERGED || kind == EV_CUSTOMER_ABSORBED ||
	       kind == EV_CUSTOMER_SPLIT || kind == EV_CUSTOMER_RELEASED || kind == EV_CUSTOMER_SETTLED || kind == EV_CUSTOMER_ERASED;
}

static bool concerns(const struct touch *t, const struct watch_features *f)
{
	if (structural(t->kind) || f->values || has(f->kinds.v, f->kinds.n, t->kind))
		return true;
	if (t->kind == EV_TAG_MARKED || t->kind == EV_TAG_UNMARKED)
		return has(f->tags.v, f->tags.n, t->tag);
	/* Tags may come with a relation; that is told by marks of their own. */
	return f->facts || (f->orders && t->kind >= EV_ORDER_PLACED && t->kind < EV_PHONE_BOUND);
}

struct part { const struct watches *w; const struct touch *v; size_t n; };

static const char *by_of(const struct snap *s, const struct touch *t, bool live)
{
	struct audience_pair row;
	if (live)
		return t->kind ? "facts" : "day";
	err e = audience_root_of(s, &(struct audience_one){ t->person }, &row);
	return e == OK && row.other != t->person ? "merged" : "erased";
}

/* Blocks of one watch that a part has read so far. */
struct blocks { VEC(struct watch_block *) v; };

static err block_of(struct tx *tx, struct blocks *b, i64 watch, i64 customer, struct watch_block **ret)
{
	i64 block = watch_block_of(customer);
	for (size_t i = 0; i < b->v.n; i++)
		if (b->v.v[i]->block == block && b->v.v[i]->watch == watch) {
			*ret = b->v.v[i];
			return OK;
		}
	*ret = ARENA_NEW(tx->snap.arena, struct watch_block);
	TRY(watch_block_read(&tx->snap, watch, block, *ret));
	vec_push(tx->snap.arena, &b->v, *ret);
	return OK;
}

/* One person, told of by n touches. */
static err settle_one(struct tx *tx, const struct part *p, const struct touch *t, size_t n, struct blocks *blocks)
{
	const struct watched **asked = ARENA_ARRAY(tx->snap.arena, const struct watched *, p->w->n + 1);
	const struct expr **exprs = ARENA_ARRAY(tx->snap.arena, const struct expr *, p->w->n + 1);
	bool *in = ARENA_ARRAY(tx->snap.arena, bool, p->w->n + 1), live;
	size_t count = 0;
	for (size_t i = 0; i < p->w->n; i++) {
		bool concerned = false;
		for (size_t k = 0; k < n && p->w->v[i].expr; k++)
			concerned |= concerns(&t[k], &p->w->v[i].has);
		if (!concerned)
			continue;
		asked[count] = &p->w->v[i];
		exprs[count++] = p->w->v[i].expr;
	}
	if (count == 0)
		return OK;
	TRY(audience_test_many(&tx->snap, &p->w->today, exprs, count, t->person, in, &live));
	struct watch_person who = { t->person, t[n - 1].cause, by_of(&tx->snap, t, live) };
	for (size_t i = 0; i < count; i++) {
		struct watch_block *b;
		TRY(block_of(tx, blocks, asked[i]->row.id, who.customer, &b));
		TRY(watch_place(tx, asked[i], b, &who, in[i]));
	}
	return OK;
}

static err settle_part(struct tx *tx, const struct part *p)
{
	struct blocks blocks = { 0 };
	i64 pulse;
	TRY(watches_turn(tx, p->w, &pulse));
	for (size_t from = 0, to; from < p->n; from = to) {
		for (to = from + 1; to < p->n && p->v[to].person == p->v[from].person;)
			to++;
		TRY(settle_one(tx, p, p->v + from, to - from, &blocks));
	}
	for (size_t i = 0; i < blocks.v.n; i++)
		TRY(watch_block_write(tx, blocks.v.v[i]));
	return OK;
}

/* The end of a part: SETTLE_PERSONS persons of one slot at most, never in the middle of one. */
static size_t part_end(const struct touch *v, size_t n, size_t from)
{
	size_t persons = 0, to = from;
	while (to < n && v[to].slot == v[from].slot) {
		if (to == from || v[to].person != v[to - 1].person)
			if (++persons > SETTLE_PERSONS)
				break;
		to++;
	}
	return to;
}

static err settle_all(struct unit *u, struct watches *w, const struct touch *v, size_t n)
{
	for (size_t from = 0, to; from < n; from = to) {
		to = part_end(v, n, from);
		err e = ERR_BUSY;
		for (int i = 0; e == ERR_BUSY && i < SETTLE_TRIES_MAX && w->n; i++) {
			struct part p = { w, v + from, to - from };
			e = WRITE_TX(u, v[from].slot, settle_part(tx, &p));
			if (e == ERR_BUSY)
				TRY(watches_read(u, w));
		}
		if (w->n == 0)
			return OK;
		TRY(e);
		if (fault_pass("audience.settle") != FAULT_NONE)
			return fail_set(&u->fail, ERR_IO, T_OK, STR("audience.settle"), STR_NIL, STR_NIL);
	}
	return OK;
}

/* The number itself, which may have stopped being a root, and the root it belongs to now. */
static err touch_add(struct unit *u, struct touch t, struct touch *v, size_t *n)
{
	i64 root;
	t.slot = slot_of_customer(u->store, t.person);
	err e = customer_root(u, t.person, &root);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	v[(*n)++] = t;
	if (root == t.person)
		return OK;
	t.person = root;
	t.slot = slot_of_customer(u->store, root);
	v[(*n)++] = t;
	return OK;
}

err audience_watch_settle(struct unit *u, const i64 *customers, size_t count)
{
	struct watches w;
	size_t n = 0;
	TRY(watches_read(u, &w));
	if (w.n == 0)
		return OK;
	struct touch *v = ARENA_ARRAY(u->arena, struct touch, 2 * count + 1);
	for (size_t i = 0; i < count; i++)
		TRY(touch_add(u, (struct touch){ .person = customers[i], .cause = u->cause }, v, &n));
	qsort(v, n, sizeof(*v), by_person);
	return settle_all(u, &w, v, n);
}

#define MARK_OF_FIELDS(F, S) F(S, ID, tag)
RECORD(watch_mark, MARK_OF_FIELDS);

static err touch_of(struct unit *u, const struct event *ev, struct touch *ret)
{
	struct watch_mark mark = { 0 };
	struct json *body;
	*ret = (struct touch){ .person = ev->customer, .kind = ev->kind, .cause = ev->id };
	if (ev->kind != EV_TAG_MARKED && ev->kind != EV_TAG_UNMARKED)
		return OK;
	TRY(json_parse(ev->body, u->arena, &body, &u->fail));
	record_read(&watch_mark_record, body, &mark, u->arena);
	ret->tag = mark.tag;
	return OK;
}

static bool heard(const struct event *ev, i64 corp)
{
	return ev->corp == corp && ev->customer && ev->kind != EV_AUDIENCE_ENTERED && ev->kind != EV_AUDIENCE_LEFT;
}

static err feed_corp(struct unit *u, const struct event *events, size_t count)
{
	struct watches w;
	size_t n = 0;
	TRY(watches_read(u, &w));
	if (w.n == 0)
		return OK;
	struct touch *v = ARENA_ARRAY(u->arena, struct touch, 2 * count + 1);
	for (size_t i = 0; i < count; i++) {
		struct touch t;
		if (!heard(&events[i], u->corp))
			continue;
		TRY(touch_of(u, &events[i], &t));
		TRY(touch_add(u, t, v, &n));
	}
	qsort(v, n, sizeof(*v), by_person);
	return settle_all(u, &w, v, n);
}

/* Has this corp come before in the batch? */
static bool seen_before(const struct event *events, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (events[i].corp == events[at].corp && heard(&events[i], events[i].corp))
			return true;
	return false;
}

err audience_watch_feed(struct unit *u, i64 slot, const struct event *events, size_t count)
{
	i64 corp = u->corp, mark;
	size_t from = 0;
	TRY(READ_SNAP(u, slot, cursor_get(snap, STR(AUDIENCE_WATCH_CURSOR), &mark)));
	while (from < count && events[from].seq <= mark)
		from++;
	for (size_t i = from; i < count; i++) {
		if (!heard(&events[i], events[i].corp) || seen_before(events + from, i - from))
			continue;
		u->corp = events[i].corp;
		TRY(feed_corp(u, events + from, count - from));
	}
	u->corp = corp;
	return OK;
}
