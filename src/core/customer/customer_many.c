/*
 * Reading many persons at once.
 */
#include "core/customer/customer_many.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/customer/customer_data.h"

#include <stdlib.h>

struct placed { i64 slot, id; };

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	return x->slot != y->slot ? (x->slot > y->slot) - (x->slot < y->slot) : (x->id > y->id) - (x->id < y->id);
}

size_t customer_spans(struct store *st, struct arena *a, const i64 *customers, size_t count, struct customer_span **ret)
{
	struct placed *v = ARENA_ARRAY(a, struct placed, count ? count : 1);
	for (size_t i = 0; i < count; i++)
		v[i] = (struct placed){ slot_of_customer(st, customers[i]), customers[i] };
	qsort(v, count, sizeof(*v), by_place);
	struct customer_span *spans = ARENA_ARRAY(a, struct customer_span, count ? count : 1);
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		if (n && spans[n - 1].slot == v[i].slot && v[i].id - spans[n - 1].to <= CUSTOMER_SPAN_GAP)
			spans[n - 1].to = v[i].id;
		else
			spans[n++] = (struct customer_span){ v[i].slot, v[i].id, v[i].id };
	}
	*ret = spans;
	return n;
}

struct gather {
	struct arena *arena;
	struct imap places; /* root -> place in the list */
	VEC(struct customer_member) members;
};

static err on_leaf(void *arg, const void *of)
{
	struct gather *g = arg;
	const struct customer_leaf *row = of;
	i64 place;
	if (imap_get(&g->places, row->root, &place) && row->leaf != row->root)
		vec_push(g->arena, &g->members, (struct customer_member){ row->leaf, (size_t)place });
	return OK;
}

err customer_members(const struct snap *s, const i64 *roots, size_t count, struct customer_member **ret, size_t *ret_count)
{
	struct gather g = { .arena = s->arena, .places = imap_new(s->arena) };
	struct customer_span *spans;
	struct snap at = *s;
	for (size_t i = 0; i < count; i++) {
		imap_put(&g.places, roots[i], (i64)i);
		vec_push(s->arena, &g.members, (struct customer_member){ roots[i], i });
	}
	size_t n = customer_spans(s->unit->store, s->arena, roots, count, &spans);
	for (size_t i = 0; i < n; i++) {
		snap_slot(&at, spans[i].slot);
		struct customer_range range = { spans[i].from, spans[i].to };
		TRY(customer_leaf_span(&at, &range, on_leaf, &g));
	}
	*ret = g.members.v;
	*ret_count = g.members.n;
	return OK;
}
