/*
 * follow: all members who could speak to a person, in the order they should be asked.
 */
#include "core/follow/follow.h"

#include "base/vec.h"
#include "core/customer/customer.h"
#include "core/staff/staff.h"

struct friend_of { struct follow_sender sender; ms added; };
struct friends { struct staff *staff; size_t staff_count; VEC(struct friend_of) v; };

static const struct staff *serving(const struct friends *f, i64 id)
{
	for (size_t i = 0; i < f->staff_count; i++)
		if (f->staff[i].id == id)
			return str_eq_c(f->staff[i].state, "active") && f->staff[i].in_scope ? &f->staff[i] : NULL;
	return NULL;
}

static err add_leaf(const struct snap *s, struct friends *f, i64 leaf)
{
	struct follow *rows;
	size_t n;
	TRY(follow_list(s, leaf, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		const struct staff *m = serving(f, rows[i].staff);
		bool known = false;
		for (size_t k = 0; k < f->v.n; k++)
			known |= f->v.v[k].sender.staff == rows[i].staff;
		if (m && !known && str_eq_c(rows[i].status, "friend"))
			vec_push(s->arena, &f->v, (struct friend_of){ { m->id, leaf, m->userid, rows[i].external_userid }, rows[i].added });
	}
	return OK;
}

static bool before(const struct friend_of *a, const struct friend_of *b, i64 first)
{
	if ((a->sender.staff == first) != (b->sender.staff == first))
		return a->sender.staff == first;
	return a->added > b->added;
}

err follow_friends(struct unit *u, i64 root, struct follow_sender **ret, size_t *ret_count)
{
	struct friends f = { 0 };
	struct follow_sender first;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_leaves(u, root, leaves, &n));
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), staff_all(snap, &f.staff, &f.staff_count)));
	TRY(follow_sender_of(u, root, &first));
	for (size_t i = 0; i < n; i++)
		TRY(READ_SNAP(u, slot_of_customer(u->store, leaves[i]), add_leaf(snap, &f, leaves[i])));
	for (size_t i = 1; i < f.v.n; i++)
		for (size_t k = i; k > 0 && before(&f.v.v[k], &f.v.v[k - 1], first.staff); k--) {
			struct friend_of swap = f.v.v[k];
			f.v.v[k] = f.v.v[k - 1];
			f.v.v[k - 1] = swap;
		}
	*ret = ARENA_ARRAY(u->arena, struct follow_sender, f.v.n + 1);
	*ret_count = f.v.n;
	for (size_t i = 0; i < f.v.n; i++)
		(*ret)[i] = f.v.v[i].sender;
	return OK;
}
