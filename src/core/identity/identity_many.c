/*
 * Resolving many at once, for imports: everything plain is done in the caller's transaction.
 *
 * Plain is: all identities of one belong to one person already, or to nobody at all, and everything lies
 * in the transaction's slot. One read per identity; the writes of the new persons go out in three batches.
 * Whatever is not plain is answered 0 and left to identity_resolve.
 */
#include "core/identity/identity_int.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/customer/customer.h"
#include "store/seal.h"

struct many {
	struct tx *tx;
	struct map here; /* kind and value -> customer made in this batch */
	VEC(struct customer_new) customers;
	VEC(struct identity_value) values;
	VEC(struct identity_owned) owned;
};

static str many_key(struct arena *a, const struct identity_known *id)
{
	return arena_printf(a, "%s %.*s", id->kind->name, STR_F(id->value));
}

/* Fills id->customer and proven from this batch or the store. */
static err many_look(struct many *m, struct identity_known *id)
{
	const i64 *here = map_get(&m->here, many_key(m->tx->snap.arena, id));
	id->customer = 0;
	if (here) {
		id->customer = *here;
		id->proven = true;
		return OK;
	}
	struct identity_value row, key = { .kind = str_c(id->kind->name), .value = id->value };
	err e = identity_value_get(&m->tx->snap, &key, &row);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	id->customer = row.customer;
	id->proven = row.verified;
	return OK;
}

/* *ret_plain: all known as one person, or none known. *ret_customer 0: none known. */
static err many_decide(struct many *m, const struct identity_who *who, struct identity_known *ids, size_t *ret_n,
		       i64 *ret_customer, bool *ret_plain)
{
	size_t known = 0, n = 0;
	*ret_customer = 0;
	*ret_plain = who->count <= IDENTITY_GIVEN_MAX;
	for (size_t i = 0; i < who->count && *ret_plain; i++) {
		struct identity_known *id = &ids[n];
		err e = identity_know(&m->tx->snap, &who->ids[i], id);
		if (e == ERR_INPUT)
			continue;
		TRY(e);
		n++;
		*ret_plain = id->slot == m->tx->snap.slot;
		if (!*ret_plain)
			break;
		TRY(many_look(m, id));
		if (!id->customer)
			continue;
		known++;
		*ret_plain = (!*ret_customer || *ret_customer == id->customer) && (id->proven || !id->verified);
		*ret_customer = id->customer;
	}
	*ret_plain = *ret_plain && n > 0 && (known == 0 || known == n);
	*ret_n = n;
	return OK;
}

/* The first identity that names anybody decides; a second one of the same value in the list is not told of. */
err identity_unknown_many(const struct snap *s, const struct identity_who *who, size_t count, bool *ret_unknown)
{
	struct map seen = map_new(s->arena);
	for (size_t i = 0; i < count; i++) {
		struct identity_known id;
		struct identity_value row;
		err e = ERR_INPUT;
		ret_unknown[i] = false;
		for (size_t k = 0; k < who[i].count && e == ERR_INPUT; k++)
			e = identity_know(s, &who[i].ids[k], &id);
		if (e == ERR_INPUT)
			continue;
		TRY(e);
		if (id.slot != s->slot || !map_put(&seen, many_key(s->arena, &id), &seen))
			continue;
		e = identity_value_get(s, &(struct identity_value){ .kind = str_c(id.kind->name), .value = id.value }, &row);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		ret_unknown[i] = e == ERR_NOT_FOUND;
	}
	return OK;
}

static err many_make(struct many *m, const struct identity_who *who, struct identity_known *ids, size_t n, i64 customer)
{
	struct arena *a = m->tx->snap.arena;
	i64 *place = ARENA_NEW(a, i64);
	*place = customer;
	vec_push(a, &m->customers, (struct customer_new){ customer, who->origin, who->name, who->occurred });
	for (size_t i = 0; i < n; i++) {
		ids[i].customer = customer;
		if (!map_put(&m->here, many_key(a, &ids[i]), place))
			continue;
		struct identity_owned owned = identity_owned_of(a, &ids[i], who->origin, who->occurred);
		if (ids[i].kind->hashed)
			TRY(seal_text(m->tx, customer, ids[i].normal, &owned.sealed));
		vec_push(a, &m->owned, owned);
		vec_push(a, &m->values, (struct identity_value){ owned.kind, owned.value, customer, ids[i].verified,
								 who->origin, who->occurred });
	}
	return OK;
}

static err many_write(struct many *m)
{
	struct tx *tx = m->tx;
	if (!m->customers.n)
		return OK;
	TRY(query_write_many(tx, &identity_value_add_query, m->values.v, m->values.n));
	if (tx_changed(tx) != (i64)m->values.n) /* another node was first: the whole batch again */
		return tx_fail(tx, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL);
	TRY(customer_add_many(tx, m->customers.v, m->customers.n));
	return query_write_many(tx, &identity_owned_put_query, m->owned.v, m->owned.n);
}

err identity_resolve_many(struct tx *tx, const struct identity_who *who, const u32 *numbers, size_t count,
			  i64 *ret_customers, bool *ret_created)
{
	struct many m = { .tx = tx, .here = map_new(tx->snap.arena) };
	for (size_t i = 0; i < count; i++) {
		struct identity_known ids[IDENTITY_GIVEN_MAX];
		size_t n;
		bool plain;
		i64 fresh = id_customer(tx->snap.corp, numbers[i]);
		ret_created[i] = false;
		TRY(many_decide(&m, &who[i], ids, &n, &ret_customers[i], &plain));
		if (!plain) {
			ret_customers[i] = 0;
			continue;
		}
		if (ret_customers[i] || !numbers[i] || slot_of_customer(tx->snap.unit->store, fresh) != tx->snap.slot)
			continue;
		TRY(many_make(&m, &who[i], ids, n, fresh));
		ret_customers[i] = fresh;
		ret_created[i] = true;
	}
	return many_write(&m);
}
