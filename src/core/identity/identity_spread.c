/*
 * Resolving many at once over slots: a value lies in the slot of its value, she in her own. What a batch needs of one
 * slot is one transaction, so a hundred new persons cost a few commits and not two each.
 *
 * The order is that of identity_resolve: the values are claimed first, her side follows, and a claim without her side is
 * a making that broke off, which whoever meets it completes. Whatever is not plain (as in identity_resolve_many) is
 * answered 0 and left to identity_resolve; so is a whole batch when somebody else was first with one of its values.
 */
#include "core/identity/identity_int.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/customer/customer.h"
#include "store/seal.h"

struct one {
	struct identity_known ids[IDENTITY_GIVEN_MAX];
	size_t n;
	bool fresh; /* nobody is known by any of them, and an earlier one of the batch is not she */
};

struct spread {
	struct unit *unit;
	const struct identity_who *who;
	struct one *v;
	i64 *customers;
	size_t count;
};

/* Reads what they are known by, and asks for all of it at once. */
static err know_all(struct snap *s, struct spread *sp)
{
	VEC(const struct identity_known *) known = { 0 };
	for (size_t i = 0; i < sp->count; i++) {
		const struct identity_who *who = &sp->who[i];
		struct one *o = &sp->v[i];
		for (size_t k = 0; k < who->count && who->count <= IDENTITY_GIVEN_MAX && !who->visitor; k++) {
			err e = identity_know(s, &who->ids[k], &o->ids[o->n]);
			if (e == ERR_INPUT)
				continue;
			TRY(e);
			vec_push(s->arena, &known, &o->ids[o->n++]);
		}
	}
	return identity_look_ahead(s, known.v, known.n);
}

/* All known as one person with both sides stored, or nobody known. */
static err look_at(struct snap *s, struct one *o, i64 *ret_customer, bool *ret_plain)
{
	size_t known = 0;
	*ret_customer = 0;
	*ret_plain = o->n > 0;
	for (size_t i = 0; i < o->n && *ret_plain; i++) {
		struct identity_known *id = &o->ids[i];
		TRY(identity_look(s, id));
		if (!id->customer)
			continue;
		known++;
		*ret_plain = id->complete && (id->proven || !id->verified) && (!*ret_customer || *ret_customer == id->customer);
		*ret_customer = id->customer;
	}
	*ret_plain = *ret_plain && (known == 0 || known == o->n);
	return OK;
}

/* An earlier one of the batch by the first of the same values; *ret_plain false: by some of them, but not by all. */
static size_t in_batch(struct arena *a, struct map *seen, const struct one *o, size_t at, bool *ret_plain)
{
	size_t before = at, same = 0;
	for (size_t i = 0; i < o->n; i++) {
		str key = arena_printf(a, "%s %.*s", o->ids[i].kind->name, STR_F(o->ids[i].value));
		size_t *place = map_get(seen, key);
		if (!place) {
			place = ARENA_NEW(a, size_t);
			*place = at;
			map_put(seen, key, place);
		}
		if (*place == at)
			continue;
		same += before == at || *place == before;
		before = *place;
	}
	*ret_plain = before == at || same == o->n;
	return before;
}

static err look_all(struct snap *s, struct spread *sp, size_t *same_as)
{
	struct map seen = map_new(s->arena);
	TRY(know_all(s, sp));
	for (size_t i = 0; i < sp->count; i++) {
		struct one *o = &sp->v[i];
		bool plain;
		TRY(look_at(s, o, &sp->customers[i], &plain));
		same_as[i] = i;
		if (plain && !sp->customers[i])
			same_as[i] = in_batch(s->arena, &seen, o, i, &plain);
		if (!plain) {
			sp->customers[i] = 0;
			same_as[i] = i;
		}
		o->fresh = plain && !sp->customers[i] && same_as[i] == i;
	}
	return OK;
}

/* ---- the two sides ---- */

static err claim_here(struct tx *tx, const struct spread *sp)
{
	struct arena *a = tx->snap.arena;
	struct map once = map_new(a);
	VEC(struct identity_value) rows = { 0 };
	for (size_t i = 0; i < sp->count; i++) {
		for (size_t k = 0; sp->v[i].fresh && k < sp->v[i].n; k++) {
			const struct identity_known *id = &sp->v[i].ids[k];
			if (id->slot == tx->snap.slot && map_put(&once, arena_printf(a, "%s %.*s", id->kind->name, STR_F(id->value)), &once))
				vec_push(a, &rows, (struct identity_value){ str_c(id->kind->name), id->value, id->customer, id->verified,
									    sp->who[i].origin, sp->who[i].occurred });
		}
	}
	TRY(query_write_many(tx, &identity_value_add_query, rows.v, rows.n));
	return tx_changed(tx) == (i64)rows.n ? OK : tx_fail(tx, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL);
}

static err complete_here(struct tx *tx, const struct spread *sp)
{
	struct arena *a = tx->snap.arena;
	VEC(struct customer_new) made = { 0 };
	VEC(struct identity_owned) owned = { 0 };
	for (size_t i = 0; i < sp->count; i++) {
		const struct identity_who *who = &sp->who[i];
		if (!sp->v[i].fresh || slot_of_customer(tx->snap.unit->store, sp->customers[i]) != tx->snap.slot)
			continue;
		vec_push(a, &made, (struct customer_new){ sp->customers[i], who->origin, who->name, who->occurred });
		for (size_t k = 0; k < sp->v[i].n; k++) {
			const struct identity_known *id = &sp->v[i].ids[k];
			struct identity_owned row = identity_owned_of(a, id, who->origin, who->occurred);
			if (id->kind->hashed)
				TRY(seal_text(tx, id->customer, id->normal, &row.sealed));
			vec_push(a, &owned, row);
		}
	}
	TRY(customer_add_many(tx, made.v, made.n));
	if (tx_changed(tx) != (i64)made.n) /* one is completed already, by who met the claim */
		return tx_fail(tx, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL);
	return query_write_many(tx, &identity_owned_put_query, owned.v, owned.n);
}

/* ---- making ---- */

static err take_numbers(struct spread *sp)
{
	for (size_t i = 0; i < sp->count; i++) {
		u32 number;
		if (!sp->v[i].fresh)
			continue;
		TRY(store_number(sp->unit, "customer", &number));
		ASSERT(number < ID_VISITOR_FROM);
		sp->customers[i] = id_customer(sp->unit->corp, number);
		for (size_t k = 0; k < sp->v[i].n; k++)
			sp->v[i].ids[k].customer = sp->customers[i];
	}
	return OK;
}

static err make_all(struct spread *sp)
{
	struct unit *u = sp->unit;
	bool *values = ARENA_ARRAY(u->arena, bool, SLOT_COUNT), *persons = ARENA_ARRAY(u->arena, bool, SLOT_COUNT);
	for (size_t i = 0; i < sp->count; i++) {
		for (size_t k = 0; sp->v[i].fresh && k < sp->v[i].n; k++)
			values[sp->v[i].ids[k].slot] = true;
		if (sp->v[i].fresh)
			persons[slot_of_customer(u->store, sp->customers[i])] = true;
	}
	for (i64 slot = 0; slot < SLOT_COUNT; slot++)
		if (values[slot])
			TRY(WRITE_TX(u, slot, claim_here(tx, sp)));
	for (i64 slot = 0; slot < SLOT_COUNT; slot++)
		if (persons[slot])
			TRY(WRITE_TX(u, slot, complete_here(tx, sp)));
	return OK;
}

err identity_resolve_spread(struct unit *u, const struct identity_who *who, size_t count, i64 *ret_customers, bool *ret_created)
{
	struct spread sp = { u, who, ARENA_ARRAY(u->arena, struct one, count + 1), ret_customers, count };
	size_t *same_as = ARENA_ARRAY(u->arena, size_t, count + 1);
	struct snap s;
	TRY(snap_begin(u, slot_base(u->store, u->corp), &s));
	err e = look_all(&s, &sp, same_as);
	snap_end(&s);
	TRY(e);
	TRY(take_numbers(&sp));
	TRY(make_all(&sp));
	for (size_t i = 0; i < count; i++) {
		ret_created[i] = sp.v[i].fresh;
		if (same_as[i] != i && sp.v[same_as[i]].fresh)
			ret_customers[i] = ret_customers[same_as[i]];
	}
	return OK;
}
