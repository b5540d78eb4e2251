/*
 * Hints: a phone that staff typed in points to whoever proved it, and to nobody else.
 *
 * It is kept sealed on the leaf it was typed for; whom it points to is looked up when asked, so a phone
 * that becomes known later (an order, a binding) suggests then.
 */
#include "core/identity/identity_int.h"

#include "base/hash.h"
#include "base/vec.h"
#include "core/customer/customer.h"
#include "store/seal.h"

static err hint_put(struct tx *tx, i64 customer, const struct identity_known *id)
{
	struct merge_hint row = { .customer = customer, .kind = str_c(id->kind->name), .value = id->value,
		.masked = identity_mask(tx->snap.arena, str_c(id->kind->name), id->normal), .created = tx->snap.now };
	TRY(seal_text(tx, customer, id->normal, &row.sealed));
	TRY(merge_hint_put(tx, &row));
	if (!tx_changed(tx))
		return OK;
	struct identity_added body = { .kind = row.kind, .masked = row.masked, .from = STR("staff") };
	return journal_add(tx, EV_MERGE_SUGGESTED, customer, tx->snap.now, &identity_added_record, &body, NULL);
}

err identity_hint_add(struct unit *u, i64 customer, str phone)
{
	struct identity_known id;
	struct identity_in in = { STR("phone"), phone, false };
	i64 slot = slot_of_customer(u->store, customer);
	TRY(READ_SNAP(u, slot, identity_know(snap, &in, &id)));
	return WRITE_TX(u, slot, hint_put(tx, customer, &id));
}

static err hint_phones(const struct snap *s, i64 leaf, struct strs *ret)
{
	struct merge_hint *rows, key = { .customer = leaf };
	size_t n;
	TRY(merge_hint_list(s, &key, &rows, &n));
	*ret = (struct strs){ ARENA_ARRAY(s->arena, str, n + 1), 0 };
	for (size_t i = 0; i < n; i++) {
		TRY(unseal_text(s, leaf, rows[i].sealed, &ret->v[ret->n]));
		ret->n += str_eq_c(rows[i].kind, "phone") && ret->v[ret->n].n;
	}
	return OK;
}

err identity_hint_phones(struct unit *u, i64 leaf, struct strs *ret)
{
	return READ_SNAP(u, slot_of_customer(u->store, leaf), hint_phones(snap, leaf, ret));
}

static err hint_owner(struct unit *u, const struct merge_hint *hint, i64 *ret_root)
{
	struct identity_value row, key = { .kind = hint->kind, .value = hint->value };
	struct identity_known id = { .kind = identity_kind_of(hint->kind), .value = hint->value };
	str text = arena_printf(u->arena, "%s %.*s", id.kind->name, STR_F(id.value));
	*ret_root = 0;
	err e = READ_SNAP(u, slot_of_key(u->store, u->corp, hash64(text)), identity_value_get(snap, &key, &row));
	if (e == ERR_NOT_FOUND || (e == OK && !row.verified))
		return OK;
	TRY(e);
	return customer_root(u, row.customer, ret_root);
}

err identity_hints(struct unit *u, i64 root, struct identity_hint **ret, size_t *ret_count)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	VEC(struct identity_hint) out = { 0 };
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct merge_hint *rows, key = { .customer = leaves[i] };
		size_t count;
		TRY(READ_SNAP(u, slot_of_customer(u->store, leaves[i]), merge_hint_list(snap, &key, &rows, &count)));
		for (size_t k = 0; k < count; k++) {
			i64 other;
			TRY(hint_owner(u, &rows[k], &other));
			if (other && other != root)
				vec_push(u->arena, &out, (struct identity_hint){ other, rows[k].masked });
		}
	}
	*ret = out.v;
	*ret_count = out.n;
	return OK;
}
