/*
 * Resolving: the person known by several identities, made when there is none.
 *
 * An identity is strong when it is proven and of a kind that merges; strong ones decide who it is and
 * merge two persons. A weak one (an anonymous id, a phone nobody verified) only decides when no strong
 * one was given, or brings a mere visitor along. Every step is a transaction of one slot and may be
 * repeated: claim the value, complete her side. The claim's uniqueness decides between two who make the
 * same person at once; the other then looks again.
 */
#include "core/identity/identity_int.h"

#include "base/fault.h"
#include "core/customer/customer.h"

#define RESOLVE_TRIES_MAX 8

struct resolve {
	struct unit *u;
	const struct identity_who *who;
	struct identity_known ids[IDENTITY_GIVEN_MAX]; /* strongest first */
	size_t n;
	size_t strong; /* how many of them are */
	i64 customer; /* the leaf decided on */
	bool created;
	i64 conflicts;
};

static bool strong(const struct identity_known *id)
{
	return id->verified && id->kind->merges;
}

static int rank(const struct identity_known *id)
{
	return id->kind->priority + (strong(id) ? 0 : 100);
}

static void insert_sorted(struct resolve *r, const struct identity_known *id)
{
	size_t at = r->n++;
	for (; at > 0 && rank(&r->ids[at - 1]) > rank(id); at--)
		r->ids[at] = r->ids[at - 1];
	r->ids[at] = *id;
}

static bool given_twice(const struct resolve *r, const struct identity_known *id)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->ids[i].kind == id->kind && str_eq(r->ids[i].value, id->value))
			return true;
	}
	return false;
}

/* What identifies nobody is left out and counted; nothing left is the error of the last one. */
static err prepare(struct resolve *r, const struct snap *s)
{
	err last = ERR_INPUT;
	for (size_t i = 0; i < r->who->count; i++) {
		struct identity_known id;
		err e = identity_know(s, &r->who->ids[i], &id);
		if (e == ERR_INPUT) {
			r->conflicts++;
			continue;
		}
		TRY(e);
		if (given_twice(r, &id))
			continue;
		r->strong += strong(&id);
		insert_sorted(r, &id);
	}
	return r->n ? OK : last;
}

static err look(struct resolve *r)
{
	struct snap s;
	TRY(snap_begin(r->u, slot_base(r->u->store, r->u->corp), &s));
	err e = r->n ? OK : prepare(r, &s);
	for (size_t i = 0; i < r->n && e == OK; i++)
		e = identity_look(&s, &r->ids[i]);
	snap_end(&s);
	return e;
}

static bool is_visitor(i64 customer)
{
	return id_number_of(customer) >= ID_VISITOR_FROM;
}

/* ---- limits ---- */

/* How many values of a kind a person has, over all her leaves. */
static err count_kind(struct unit *u, i64 root, const struct identity_kind *kind, i64 *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_leaves(u, root, leaves, &n));
	*ret = 0;
	for (size_t i = 0; i < n; i++) {
		struct identity_owned key = { .customer = leaves[i], .kind = str_c(kind->name) };
		struct identity_count count;
		TRY(READ_SNAP(u, slot_of_customer(u->store, leaves[i]), identity_owned_count(snap, &key, &count)));
		*ret += count.n;
	}
	return OK;
}

static err has_room(struct unit *u, i64 root, const struct identity_kind *kind, bool *ret)
{
	i64 n;
	TRY(count_kind(u, root, kind, &n));
	*ret = n < kind->limit;
	return OK;
}

/* Would the two together keep every limit? */
static err fit_together(struct unit *u, i64 a, i64 b, bool *ret)
{
	*ret = true;
	for (const struct identity_kind *k = identity_kinds; k->name && *ret; k++) {
		i64 x, y = 0;
		TRY(count_kind(u, a, k, &x));
		if (x)
			TRY(count_kind(u, b, k, &y));
		*ret = !x || !y || x + y <= k->limit;
	}
	return OK;
}

/* ---- deciding ---- */

/* May the owner of a weak identity be who the strong, still unknown ones speak of? */
static err may_adopt(struct resolve *r, const struct identity_known *id, bool *ret)
{
	i64 root;
	TRY(customer_root(r->u, id->customer, &root));
	*ret = !is_visitor(root) && !id->kind->merges;
	for (size_t i = 0; i < r->n && *ret; i++) {
		if (strong(&r->ids[i]))
			TRY(has_room(r->u, root, r->ids[i].kind, ret));
	}
	return OK;
}

/* Stored as proven and given as proven decides; one that somebody else only claimed does so when no other
 * strong one was given. */
static err decide_by(struct resolve *r, struct identity_known *id, bool proven)
{
	bool take = strong(id) ? proven || r->strong == 1 : r->strong == 0;
	if (!take && !proven)
		TRY(may_adopt(r, id, &take));
	if (take)
		r->customer = id->customer;
	return OK;
}

static err decide(struct resolve *r)
{
	r->customer = 0;
	for (size_t i = 0; i < r->n; i++) {
		struct identity_known *id = &r->ids[i];
		if (!id->customer)
			continue;
		if (!id->complete)
			TRY(WRITE_TX(r->u, slot_of_customer(r->u->store, id->customer),
				     identity_complete(tx, id, r->who, false)));
		id->complete = true;
		if (!r->customer && strong(id) && id->proven)
			TRY(decide_by(r, id, true));
	}
	for (size_t i = 0; i < r->n && !r->customer; i++) {
		if (r->ids[i].customer)
			TRY(decide_by(r, &r->ids[i], false));
	}
	return OK;
}

/* ---- claiming ---- */

static err claim(struct tx *tx, struct identity_known *id, const struct identity_who *who, bool added, bool *ret_won)
{
	struct identity_value got, row = { .kind = str_c(id->kind->name), .value = id->value, .customer = id->customer,
		.verified = id->verified, .origin = who->origin, .created = who->occurred };
	err e = identity_value_claim(tx, &row, &got);
	*ret_won = e == OK;
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	bool same = slot_of_customer(tx->snap.unit->store, id->customer) == tx->snap.slot;
	return same ? identity_complete(tx, id, who, added) : OK;
}

/* The value for id->customer; *ret_won false: somebody has it already. */
static err claim_for(struct resolve *r, struct identity_known *id, bool added, bool *ret_won)
{
	struct unit *u = r->u;
	TRY(WRITE_TX(u, id->slot, claim(tx, id, r->who, added, ret_won)));
	i64 slot = slot_of_customer(u->store, id->customer);
	if (!*ret_won || slot == id->slot)
		return OK;
	if (fault_pass("identity.claimed") == FAULT_FAIL)
		return fail_set(&u->fail, ERR_IO, T_OK, STR_NIL, STR("identity.claimed"), STR_NIL);
	return WRITE_TX(u, slot, identity_complete(tx, id, r->who, added));
}

static err make(struct resolve *r, bool *ret_won)
{
	u32 number;
	struct identity_known *id = &r->ids[0];
	TRY(store_number(r->u, r->who->visitor ? "visitor" : "customer", &number));
	ASSERT(number < ID_VISITOR_FROM);
	id->customer = id_customer(r->u->corp, r->who->visitor ? number + ID_VISITOR_FROM : number);
	TRY(claim_for(r, id, false, ret_won));
	if (*ret_won) {
		r->customer = id->customer;
		r->created = id->complete = id->proven = true;
	}
	return OK;
}

/* ---- the others ---- */

static err merge_with(struct resolve *r, const struct identity_known *id, i64 root, i64 other)
{
	bool fits;
	i64 merged;
	TRY(fit_together(r->u, root, other, &fits));
	err e = fits ? customer_merge(r->u, root, other, id->kind->name, &merged) : ERR_STATE;
	if (e != ERR_STATE)
		return e;
	r->conflicts++;
	return OK;
}

static err take_over(struct tx *tx, struct identity_known *id, const struct identity_who *who, bool *ret_won)
{
	struct identity_value got, row = { .kind = str_c(id->kind->name), .value = id->value, .customer = id->customer,
		.origin = who->origin };
	err e = identity_value_take(tx, &row, &got);
	*ret_won = e == OK;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* She proved a value that somebody else only claimed: it becomes hers. */
static err take_from(struct resolve *r, struct identity_known *id, i64 root)
{
	struct identity_owned old = { .customer = id->customer, .kind = str_c(id->kind->name), .value = id->value };
	bool room, won = false;
	TRY(has_room(r->u, root, id->kind, &room));
	if (!room) {
		r->conflicts++;
		return OK;
	}
	id->customer = r->customer;
	TRY(WRITE_TX(r->u, id->slot, take_over(tx, id, r->who, &won)));
	if (!won)
		return OK;
	TRY(WRITE_TX(r->u, slot_of_customer(r->u->store, r->customer), identity_complete(tx, id, r->who, true)));
	return WRITE_TX(r->u, slot_of_customer(r->u->store, old.customer), identity_owned_drop(tx, &old));
}

static err verify(struct resolve *r, struct identity_known *id)
{
	struct identity_value row = { .kind = str_c(id->kind->name), .value = id->value };
	struct identity_owned mine = { .customer = id->customer, .kind = row.kind, .value = row.value };
	TRY(WRITE_TX(r->u, id->slot, identity_value_verify(tx, &row)));
	return WRITE_TX(r->u, slot_of_customer(r->u->store, id->customer), identity_owned_verify(tx, &mine));
}

static err settle_known(struct resolve *r, struct identity_known *id, i64 root)
{
	i64 other;
	if (!id->complete)
		TRY(WRITE_TX(r->u, slot_of_customer(r->u->store, id->customer), identity_complete(tx, id, r->who, false)));
	TRY(customer_root(r->u, id->customer, &other));
	if (other == root)
		return id->verified && !id->proven ? verify(r, id) : OK;
	if (strong(id) && !id->proven)
		return take_from(r, id, root);
	if (strong(id) || (is_visitor(other) && !id->kind->merges))
		return merge_with(r, id, root, other);
	r->conflicts++;
	return OK;
}

static err settle_new(struct resolve *r, struct identity_known *id, i64 root)
{
	bool room, won = false;
	TRY(has_room(r->u, root, id->kind, &room));
	if (!room) {
		r->conflicts++;
		return OK;
	}
	id->customer = r->customer;
	TRY(claim_for(r, id, !r->created, &won));
	if (won)
		return OK;
	struct snap s;
	TRY(snap_begin(r->u, id->slot, &s));
	err e = identity_look(&s, id);
	snap_end(&s);
	TRY(e);
	return id->customer ? settle_known(r, id, root) : OK;
}

static err settle(struct resolve *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct identity_known *id = &r->ids[i];
		i64 root;
		if (id->customer == r->customer && id->complete && (id->proven || !id->verified))
			continue;
		TRY(customer_root(r->u, r->customer, &root));
		TRY(id->customer ? settle_known(r, id, root) : settle_new(r, id, root));
	}
	return OK;
}

err identity_resolve(struct unit *u, const struct identity_who *who, i64 *ret_customer, bool *ret_created, i64 *ret_conflicts)
{
	if (who->count > IDENTITY_GIVEN_MAX)
		return fail_set(&u->fail, ERR_TOO_LARGE, T_OK, STR("identities"), STR_NIL,
				arena_printf(u->arena, "%d", IDENTITY_GIVEN_MAX));
	struct resolve *r = ARENA_NEW(u->arena, struct resolve);
	r->u = u;
	r->who = who;
	for (int try = 0;; try++) {
		bool won = true;
		TRY(look(r));
		TRY(decide(r));
		if (!r->customer)
			TRY(make(r, &won));
		if (won)
			break;
		if (try == RESOLVE_TRIES_MAX)
			return fail_set(&u->fail, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL);
	}
	TRY(settle(r));
	*ret_customer = r->customer;
	if (ret_created)
		*ret_created = r->created;
	if (ret_conflicts)
		*ret_conflicts = r->conflicts;
	return OK;
}
