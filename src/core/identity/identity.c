/*
 * identity: finding by value, and the two sides of one identity.
 *
 * A value's row decides whose it is; it lies in the slot of the value. Her own list lies in her slot. A
 * value without her side is a making that broke off: whoever meets it completes it.
 */
#include "core/identity/identity_int.h"

#include "base/hash.h"
#include "core/customer/customer.h"
#include "store/seal.h"
#include "store/ahead.h"

err identity_know(const struct snap *s, const struct identity_in *in, struct identity_known *ret)
{
	struct arena *a = s->arena;
	*ret = (struct identity_known){ .verified = in->verified };
	TRY(identity_normal(a, in->kind, in->value, &ret->normal, s->fail));
	ret->kind = identity_kind_of(in->kind);
	ret->value = ret->normal;
	if (ret->kind->hashed)
		TRY(seal_lookup(s, in->kind, ret->normal, &ret->value));
	str key = arena_printf(a, "%s %.*s", ret->kind->name, STR_F(ret->value));
	ret->slot = slot_of_key(s->unit->store, s->corp, hash64(key));
	return OK;
}

err identity_look(struct snap *s, struct identity_known *id)
{
	struct identity_value row, key = { .kind = str_c(id->kind->name), .value = id->value };
	snap_slot(s, id->slot);
	err e = identity_value_get(s, &key, &row);
	id->customer = 0;
	id->complete = false;
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	id->customer = row.customer;
	id->proven = row.verified;
	id->origin = row.origin;
	struct identity_owned owned, mine = { .customer = row.customer, .kind = key.kind, .value = key.value };
	snap_slot(s, slot_of_customer(s->unit->store, row.customer));
	e = identity_owned_get(s, &mine, &owned);
	id->complete = e == OK;
	return e == ERR_NOT_FOUND ? OK : e;
}

err identity_look_ahead(const struct snap *s, const struct identity_known *const *ids, size_t count)
{
	struct store *st = s->unit->store;
	struct arena *a = s->arena;
	struct identity_value *values = ARENA_ARRAY(a, struct identity_value, count + 1), row;
	struct identity_owned *owned = ARENA_ARRAY(a, struct identity_owned, count + 1);
	i64 *slots = ARENA_ARRAY(a, i64, count + 1);
	struct snap at = *s;
	size_t n = 0;
	if (!store_is_postgres(st))
		return OK;
	for (size_t i = 0; i < count; i++) {
		values[i] = (struct identity_value){ .kind = str_c(ids[i]->kind->name), .value = ids[i]->value };
		slots[i] = ids[i]->slot;
	}
	TRY(ahead_ask(s, &identity_value_get_query, values, slots, count));
	for (size_t i = 0; i < count; i++) {
		snap_slot(&at, ids[i]->slot);
		err e = identity_value_get(&at, &values[i], &row);
		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		owned[n] = (struct identity_owned){ .customer = row.customer, .kind = values[i].kind, .value = values[i].value };
		slots[n++] = slot_of_customer(st, row.customer);
	}
	return ahead_ask(s, &identity_owned_get_query, owned, slots, n);
}

struct identity_owned identity_owned_of(struct arena *a, const struct identity_known *id, str source, ms created)
{
	return (struct identity_owned){ .customer = id->customer, .kind = str_c(id->kind->name), .value = id->value,
		.sealed = STR_NIL, .masked = identity_mask(a, str_c(id->kind->name), id->normal),
		.verified = id->verified, .source = source, .created = created };
}

err identity_complete(struct tx *tx, const struct identity_known *id, const struct identity_who *who, bool added)
{
	struct customer_profile p = { .name = who->name, .birthday = NIL };
	TRY(customer_add(tx, id->customer, who->origin, who->occurred, &p));
	struct identity_owned row = identity_owned_of(tx->snap.arena, id, who->origin, who->occurred);
	if (id->kind->hashed)
		TRY(seal_text(tx, id->customer, id->normal, &row.sealed));
	TRY(identity_owned_put(tx, &row));
	if (!tx_changed(tx) || !added)
		return OK;
	struct identity_added body = { .kind = row.kind, .masked = row.masked, .verified = row.verified, .from = row.source };
	return journal_add(tx, EV_IDENTITY_ADDED, id->customer, who->occurred, &identity_added_record, &body, NULL);
}

static err find(struct snap *s, const struct identity_in *in, struct identity_known *ret)
{
	TRY(identity_know(s, in, ret));
	TRY(identity_look(s, ret));
	return ret->customer ? OK : snap_fail(s, ERR_NOT_FOUND, T_CUSTOMER_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
}

err identity_find(struct unit *u, str kind, str value, i64 *ret_customer)
{
	struct identity_known id;
	struct identity_in in = { kind, value, false };
	struct snap s;
	TRY(snap_begin(u, slot_base(u->store, u->corp), &s));
	err e = find(&s, &in, &id);
	snap_end(&s);
	TRY(e);
	if (!id.complete) {
		struct identity_who who = { .origin = id.origin, .occurred = clock_now(u->clock) };
		id.verified = id.proven;
		TRY(WRITE_TX(u, slot_of_customer(u->store, id.customer), identity_complete(tx, &id, &who, false)));
	}
	*ret_customer = id.customer;
	return OK;
}

static err find_many(struct snap *s, str kind, const str *values, size_t count, struct identity_known *ids)
{
	const struct identity_known **known = ARENA_ARRAY(s->arena, const struct identity_known *, count + 1);
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		err e = identity_know(s, &(struct identity_in){ kind, values[i], false }, &ids[i]);
		if (e != OK && e != ERR_INPUT)
			return e;
		if (e == OK)
			known[n++] = &ids[i];
		else
			ids[i].kind = NULL;
	}
	TRY(identity_look_ahead(s, known, n));
	for (size_t i = 0; i < count; i++)
		if (ids[i].kind)
			TRY(identity_look(s, &ids[i]));
	return OK;
}

err identity_find_many(struct unit *u, str kind, const str *values, size_t count, i64 *ret_customers)
{
	struct identity_known *ids = ARENA_ARRAY(u->arena, struct identity_known, count + 1);
	struct snap s;
	TRY(snap_begin(u, slot_base(u->store, u->corp), &s));
	err e = find_many(&s, kind, values, count, ids);
	snap_end(&s);
	TRY(e);
	for (size_t i = 0; i < count; i++) {
		ret_customers[i] = ids[i].kind ? ids[i].customer : 0;
		if (ret_customers[i] && !ids[i].complete)
			TRY(identity_find(u, kind, values[i], &ret_customers[i]));
	}
	return OK;
}

static err list_of(const struct snap *s, i64 leaf, struct identity_row **ret, size_t *ret_count)
{
	struct identity_owned *rows, key = { .customer = leaf };
	size_t n;
	TRY(identity_owned_list(s, &key, &rows, &n));
	struct identity_row *out = ARENA_ARRAY(s->arena, struct identity_row, n);
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct identity_row){ rows[i].kind, rows[i].value, rows[i].masked, rows[i].verified,
						rows[i].source, rows[i].created };
		if (rows[i].sealed.p)
			TRY(unseal_text(s, leaf, rows[i].sealed, &out[i].value));
	}
	*ret = out;
	*ret_count = n;
	return OK;
}

err identity_of(struct unit *u, i64 customer_leaf, struct identity_row **ret, size_t *ret_count)
{
	return READ_SNAP(u, slot_of_customer(u->store, customer_leaf), list_of(snap, customer_leaf, ret, ret_count));
}
