/*
 * Reading the index from the rows: a whole corp by pages, or the persons that were touched.
 *
 * Of a whole corp, facts are read by the caller and tags and relations by a thread beside it: they take about as long,
 * fill memory of their own and know of each other only how much that is.
 *
 * Pages go by key, each in a snapshot of its own, so no read holds the log for long; what changes
 * meanwhile is touched and read again. Marks, relations and event days of a leaf count for her root.
 */
#include "core/audience/audience_data.h"
#include "core/audience/audience_index_int.h"

#include "core/attr/attr_value.h"
#include "store/ahead.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define PAGE_ROWS 20000
#define PERSONS_A_SNAP 500
#define ROOT_STEPS_MAX 64

struct reader {
	struct corp_index *ci;
	struct unit *u;
	struct imap roots; /* leaf -> root */
	struct id_sets *sets;
	struct kind_days *kind;
	struct value_column *value;
	struct audience_after after;
	struct audience_days_after days;
	size_t rows;
	struct shares *shares; /* NULL: alone */
};

/* Bytes of the two who fill one index. */
struct shares { _Atomic size_t facts, relations; };

static i64 root_of(const struct reader *r, i64 customer)
{
	i64 root;
	return r->roots.n && imap_get(&r->roots, customer, &root) ? root : customer;
}

static err room(struct reader *r)
{
	if (!r->shares)
		return index_room(r->ci, r->u);
	struct shares *s = r->shares;
	if (r->sets)
		atomic_store_explicit(&s->relations, index_relation_bytes(r->ci), memory_order_relaxed);
	else
		atomic_store_explicit(&s->facts, index_fact_bytes(r->ci), memory_order_relaxed);
	return index_room_beside(r->ci, r->u, atomic_load_explicit(&s->facts, memory_order_relaxed) +
						      atomic_load_explicit(&s->relations, memory_order_relaxed));
}

static bool counted(i64 customer) { return id_number_of(customer) < ID_VISITOR_FROM; }

static err take_fact(void *arg, const void *of)
{
	struct reader *r = arg;
	const struct customer_fact *f = of;
	r->rows++;
	r->after.after = f->customer;
	if (index_has(f))
		index_put(r->ci, f);
	return room(r);
}

static err take_leaf(void *arg, const void *of)
{
	struct reader *r = arg;
	const struct audience_pair *p = of;
	r->rows++;
	r->after.after = p->customer;
	r->after.after2 = p->other;
	imap_put(&r->roots, p->other, p->customer);
	return room(r);
}

static err take_pair(void *arg, const void *of)
{
	struct reader *r = arg;
	const struct audience_pair *p = of;
	i64 root = root_of(r, p->customer);
	r->rows++;
	r->after.after = p->customer;
	r->after.after2 = p->other;
	if (counted(root))
		index_mark(r->ci, r->sets, p->other, id_number_of(root));
	return room(r);
}

static err take_day(void *arg, const void *of)
{
	struct reader *r = arg;
	const struct audience_day *d = of;
	i64 root = root_of(r, d->customer);
	r->rows++;
	r->days.after = d->customer;
	r->days.day = d->day;
	if (counted(root))
		index_times(r->ci, r->kind, d->day, id_number_of(root), d->times);
	return room(r);
}

static err take_value(void *arg, const void *of)
{
	struct reader *r = arg;
	const struct attr_value *v = of;
	r->rows++;
	r->after.after = v->customer;
	if (counted(v->customer))
		index_value_put(r->ci, r->value, id_number_of(v->customer), v->n, v->t);
	return room(r);
}

enum what { FACTS, LEAVES, MARKS, FRIENDS, DAYS, VALUES };

static err page(const struct snap *s, struct reader *r, enum what what)
{
	switch (what) {
	case FACTS:
		return audience_facts_page(s, &r->after, take_fact, r);
	case LEAVES:
		return audience_leaves_page(s, &r->after, take_leaf, r);
	case MARKS:
		return audience_marks_page(s, &r->after, take_pair, r);
	case FRIENDS:
		return audience_friends_page(s, &r->after, take_pair, r);
	case VALUES:
		return attr_value_page(s, r->value->attr, r->after.after, PAGE_ROWS, take_value, r);
	default:
		return audience_days_page(s, &r->days, take_day, r);
	}
}

/* All rows of a kind, over all slots of the corp. */
static err read_all(struct reader *r, enum what what)
{
	i64 *slots = ARENA_ARRAY(r->u->arena, i64, SLOT_COUNT);
	size_t n = slots_of_corp(r->u->store, r->u->corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n; i++) {
		r->after = (struct audience_after){ EXPR_LOWEST, EXPR_LOWEST, PAGE_ROWS };
		r->days = (struct audience_days_after){ r->kind ? r->kind->kind : 0, EXPR_LOWEST, EXPR_LOWEST, PAGE_ROWS };
		do {
			r->rows = 0;
			TRY(READ_SNAP(r->u, slots[i], page(snap, r, what)));
		} while (r->rows == PAGE_ROWS);
	}
	return OK;
}

/* Tags and friends, read beside the facts. */
struct relations { struct reader r; struct unit own; err got; };

static err read_relations(struct reader *r)
{
	r->sets = &r->ci->tags;
	TRY(read_all(r, MARKS));
	r->sets = &r->ci->staff;
	return read_all(r, FRIENDS);
}

static void *relations_main(void *arg)
{
	struct relations *b = arg;
	b->own.arena = arena_new(INDEX_BYTES_MAX);
	b->r.u = &b->own;
	b->got = read_relations(&b->r);
	arena_free(b->own.arena);
	return NULL;
}

err index_load(struct corp_index *ci, struct unit *u)
{
	struct shares shares = { 0 };
	struct reader r = { .ci = ci, .u = u, .roots = imap_new(u->arena) };
	pthread_t thread;
	index_begin(ci);
	TRY(read_all(&r, LEAVES));
	r.shares = &shares;
	struct relations beside = { .r = r, .own = *u };
	bool two = pthread_create(&thread, NULL, relations_main, &beside) == 0;
	err got = read_all(&r, FACTS);
	if (two)
		pthread_join(thread, NULL);
	else
		relations_main(&beside);
	TRY(got);
	if (beside.got != OK)
		u->fail = beside.own.fail;
	TRY(beside.got);
	index_pack(ci);
	return OK;
}

err index_load_kind(struct corp_index *ci, struct unit *u, i64 kind)
{
	struct reader r = { .ci = ci, .u = u, .roots = imap_new(u->arena) };
	TRY(read_all(&r, LEAVES));
	r.kind = index_kind_add(ci, kind);
	return read_all(&r, DAYS);
}

err index_load_value(struct corp_index *ci, struct unit *u, const struct expr_attr *a)
{
	struct reader r = { .ci = ci, .u = u, .roots = imap_new(u->arena) };
	r.value = index_value_add(ci, a->value, a->type == EXPR_TIME);
	return read_all(&r, VALUES);
}

/* ---- touched persons ---- */

static err read_values(struct corp_index *ci, struct snap *s, i64 root)
{
	for (size_t i = 0; i < ci->values.n; i++) {
		struct attr_value v;
		TRY(attr_value_get(s, root, ci->values.v[i]->attr, &v));
		index_value_put(ci, ci->values.v[i], id_number_of(root), v.n, v.t);
	}
	return OK;
}

static err root_walk(struct snap *s, i64 customer, i64 *ret)
{
	struct audience_pair row;
	*ret = customer;
	for (int i = 0; i < ROOT_STEPS_MAX; i++) {
		snap_slot(s, slot_of_customer(s->unit->store, *ret));
		err e = audience_root_of(s, &(struct audience_one){ *ret }, &row);
		if (e == ERR_NOT_FOUND || (e == OK && row.other == *ret))
			return OK;
		TRY(e);
		*ret = row.other;
	}
	return OK;
}

static err read_leaf(struct corp_index *ci, struct snap *s, u32 number, i64 leaf)
{
	struct audience_pair *pairs;
	struct audience_day *days;
	size_t n;
	snap_slot(s, slot_of_customer(s->unit->store, leaf));
	TRY(audience_marks_of(s, &(struct audience_one){ leaf }, &pairs, &n));
	for (size_t i = 0; i < n; i++)
		index_mark(ci, &ci->tags, pairs[i].other, number);
	TRY(audience_friends_of(s, &(struct audience_one){ leaf }, &pairs, &n));
	for (size_t i = 0; i < n; i++)
		index_mark(ci, &ci->staff, pairs[i].other, number);
	if (ci->kinds.n == 0)
		return OK;
	TRY(audience_days_of(s, &(struct audience_one){ leaf }, &days, &n));
	for (size_t i = 0; i < n; i++) {
		struct kind_days *k = index_kind(ci, days[i].kind);
		if (k)
			index_times(ci, k, days[i].day, number, days[i].times);
	}
	return OK;
}

static err read_person(struct corp_index *ci, struct snap *s, i64 customer)
{
	struct customer_fact f;
	struct audience_pair *leaves;
	size_t n;
	u32 number = id_number_of(customer);
	snap_slot(s, slot_of_customer(s->unit->store, customer));
	err e = audience_fact_of(s, &(struct audience_one){ customer }, &f);
	if (e == ERR_NOT_FOUND || (e == OK && !index_has(&f))) {
		index_clear(ci, number);
		return OK;
	}
	TRY(e);
	index_put(ci, &f);
	TRY(read_values(ci, s, customer));
	TRY(audience_leaves_of(s, &(struct audience_one){ customer }, &leaves, &n));
	TRY(read_leaf(ci, s, number, customer));
	for (size_t i = 0; i < n; i++)
		TRY(read_leaf(ci, s, number, leaves[i].other));
	return OK;
}

struct batch { const i64 *v; size_t n; };

/* Those who live in the snapshot's slot, which is that of the first. */
static err read_ahead(struct snap *s, i64 site, const struct batch *b)
{
	i64 *here = ARENA_ARRAY(s->arena, i64, b->n);
	size_t n = 0;
	for (size_t i = 0; i < b->n; i++)
		if (slot_of_customer(s->unit->store, b->v[i]) == s->slot)
			here[n++] = b->v[i];
	return ahead_read(s, site, here, n);
}

static err roots_in(struct snap *s, const struct batch *b, i64 *ret)
{
	TRY(read_ahead(s, AHEAD_ROOTS, b));
	for (size_t i = 0; i < b->n; i++) {
		ahead_about(s, AHEAD_ROOTS, b->v[i]);
		TRY(root_walk(s, b->v[i], &ret[i]));
	}
	return OK;
}

static err persons_in(struct snap *s, struct corp_index *ci, const struct batch *b)
{
	TRY(read_ahead(s, AHEAD_INDEX, b));
	for (size_t i = 0; i < b->n; i++) {
		ahead_about(s, AHEAD_INDEX, b->v[i]);
		TRY(read_person(ci, s, b->v[i]));
	}
	return OK;
}

/* Work of a batch in one snapshot, PERSONS_A_SNAP at a time. */
static err in_snaps(struct corp_index *ci, struct unit *u, const i64 *v, size_t n, i64 *ret_roots)
{
	for (size_t i = 0; i < n; i += PERSONS_A_SNAP) {
		struct batch b = { v + i, n - i < PERSONS_A_SNAP ? n - i : PERSONS_A_SNAP };
		struct arena_mark mark = arena_mark(u->arena);
		struct snap s;
		TRY(snap_begin(u, slot_of_customer(u->store, v[i]), &s));
		err e = ret_roots ? roots_in(&s, &b, ret_roots + i) : persons_in(&s, ci, &b);
		snap_end(&s);
		arena_reset(u->arena, mark);
		TRY(e);
	}
	return OK;
}

/* ---- single days ---- */

/* Over all leaves of the person whose leaf d names. */
static err day_of_person(struct snap *s, const struct audience_did *d, i64 *ret_root, i64 *ret)
{
	struct audience_pair *leaves;
	struct audience_day row;
	struct audience_day_alone alone;
	i64 root;
	size_t n;
	snap_slot(s, slot_of_customer(s->unit->store, d->customer));
	err first = audience_day_alone_of(s, &(struct audience_day_key){ d->customer, d->kind, d->day }, &alone);
	if (first != OK && first != ERR_NOT_FOUND)
		return first;
	if (first == OK && alone.root == d->customer && alone.others == 0) {
		*ret_root = alone.root;
		*ret = alone.times == NIL ? 0 : alone.times;
		return OK;
	}
	TRY(root_walk(s, d->customer, &root));
	*ret_root = root;
	snap_slot(s, slot_of_customer(s->unit->store, root));
	TRY(audience_leaves_of(s, &(struct audience_one){ root }, &leaves, &n));
	*ret = 0;
	for (size_t i = 0; i <= n; i++) {
		i64 leaf = i < n ? leaves[i].other : root;
		snap_slot(s, slot_of_customer(s->unit->store, leaf));
		err e = audience_day_of(s, &(struct audience_day_key){ leaf, d->kind, d->day }, &row);
		*ret += e == OK ? row.times : 0;
		if (e != ERR_NOT_FOUND)
			TRY(e);
	}
	return OK;
}

struct days { struct corp_index *ci; const struct audience_did *v; size_t n; };

static err days_in(struct snap *s, const struct days *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct arena_mark mark = arena_mark(s->unit->arena);
		i64 root, times;
		TRY(day_of_person(s, &b->v[i], &root, &times));
		if (counted(root))
			index_times_put(b->ci, index_kind(b->ci, b->v[i].kind), b->v[i].day, id_number_of(root), times);
		arena_reset(s->unit->arena, mark);
	}
	return OK;
}

static int by_day(const void *a, const void *b)
{
	const struct audience_did *x = a, *y = b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->customer > y->customer) - (x->customer < y->customer);
}

/* Kinds nobody has asked about are read when somebody does. seen is put in order. */
err index_apply_days(struct corp_index *ci, struct unit *u, struct audience_did *seen, size_t count)
{
	size_t n = 0, distinct = 0;
	for (size_t i = 0; i < count; i++)
		if (index_kind(ci, seen[i].kind))
			seen[n++] = seen[i];
	if (n)
		qsort(seen, n, sizeof(*seen), by_day);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || by_day(&seen[i - 1], &seen[i]) != 0)
			seen[distinct++] = seen[i];
	n = distinct;
	for (size_t i = 0; i < n; i += PERSONS_A_SNAP) {
		struct days b = { ci, seen + i, n - i < PERSONS_A_SNAP ? n - i : PERSONS_A_SNAP };
		struct snap s;
		TRY(snap_begin(u, slot_of_customer(u->store, seen[i].customer), &s));
		err e = days_in(&s, &b);
		snap_end(&s);
		TRY(e);
	}
	return OK;
}

/* ---- */

err index_apply(struct corp_index *ci, struct unit *u, const i64 *customers, size_t count)
{
	struct imap seen = imap_new(u->arena), kept = imap_new(u->arena);
	i64 *asked = ARENA_ARRAY(u->arena, i64, count + 1), *roots = ARENA_ARRAY(u->arena, i64, count + 1);
	i64 *persons = ARENA_ARRAY(u->arena, i64, 2 * count + 1);
	size_t n = 0, distinct = 0;
	for (size_t i = 0; i < count; i++)
		if (imap_put(&seen, customers[i], 0))
			asked[distinct++] = customers[i];
	TRY(in_snaps(ci, u, asked, distinct, roots));
	for (size_t i = 0; i < distinct; i++) {
		if (counted(asked[i]) && imap_put(&kept, asked[i], 0))
			persons[n++] = asked[i];
		if (counted(roots[i]) && imap_put(&kept, roots[i], 0))
			persons[n++] = roots[i];
	}
	index_forget(ci, persons, n);
	TRY(in_snaps(ci, u, persons, n, NULL));
	index_settle(ci);
	return OK;
}
