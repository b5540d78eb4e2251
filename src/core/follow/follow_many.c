/*
 * follow: who should speak to each of many persons, by a few reads. The choice must be the one
 * follow_sender_of makes; a test compares the two.
 */
#include "core/follow/follow.h"

#include "base/map.h"
#include "core/customer/customer_many.h"
#include "core/follow/follow_data.h"
#include "core/staff/staff.h"

struct choice { ms since; size_t order; };

struct choosing {
	struct arena *arena;
	struct imap members; /* leaf -> place among the members; root first, then its leaves */
	const struct customer_member *member;
	struct imap serving; /* staff -> place in the list */
	const struct staff *staff;
	struct follow_sender *ret;
	struct choice *best;
};

static err on_living(void *arg, const void *of)
{
	struct choosing *c = arg;
	const struct follow_living *row = of;
	i64 place, staff;
	if (!imap_get(&c->members, row->customer, &place) || !imap_get(&c->serving, row->staff, &staff))
		return OK;
	size_t root = c->member[place].root;
	struct choice *best = &c->best[root];
	struct follow_sender *to = &c->ret[root];
	bool earlier = row->added < best->since || (row->added == best->since && (size_t)place >= best->order);
	if (to->staff && earlier)
		return OK;
	*best = (struct choice){ row->added, (size_t)place };
	*to = (struct follow_sender){ row->staff, row->customer, c->staff[staff].userid, arena_dup(c->arena, row->external_userid) };
	return OK;
}

static err list_serving(const struct snap *s, struct choosing *c)
{
	struct staff *list;
	size_t n;
	TRY(staff_all(s, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(list[i].state, "active") && list[i].in_scope)
			imap_put(&c->serving, list[i].id, (i64)i);
	c->staff = list;
	return OK;
}

err follow_sender_many(const struct snap *s, const i64 *roots, size_t count, struct follow_sender *ret)
{
	struct choosing c = {
		.arena = s->arena, .members = imap_new(s->arena), .serving = imap_new(s->arena), .ret = ret,
		.best = ARENA_ARRAY(s->arena, struct choice, count ? count : 1),
	};
	struct customer_member *members;
	struct customer_span *spans;
	struct snap at = *s;
	size_t n;
	memset(ret, 0, count * sizeof(*ret));
	TRY(list_serving(s, &c));
	TRY(customer_members(s, roots, count, &members, &n));
	c.member = members;
	i64 *leaves = ARENA_ARRAY(s->arena, i64, n ? n : 1);
	for (size_t i = 0; i < n; i++) {
		leaves[i] = members[i].leaf;
		imap_put(&c.members, members[i].leaf, (i64)i);
	}
	size_t span_count = customer_spans(s->unit->store, s->arena, leaves, n, &spans);
	for (size_t i = 0; i < span_count; i++) {
		struct follow_range range = { spans[i].from, spans[i].to };
		snap_slot(&at, spans[i].slot);
		TRY(follow_living_span(&at, &range, on_living, &c));
	}
	return OK;
}
