/*
 * Letting go of a person: what an undone import had made of a row. Her number is never used again.
 */
#include "core/identity/identity_int.h"

#include "core/customer/customer_data.h"
#include "store/seal.h"

static err value_slot(const struct snap *s, const struct identity_owned *o, i64 *ret)
{
	struct identity_in in = { o->kind, o->value, o->verified };
	struct identity_known id;
	if (o->sealed.p)
		TRY(unseal_text(s, o->customer, o->sealed, &in.value));
	TRY(identity_know(s, &in, &id));
	*ret = id.slot;
	return OK;
}

static struct identity_value value_of(const struct identity_owned *o)
{
	return (struct identity_value){ .kind = o->kind, .value = o->value, .customer = o->customer };
}

err identity_release(struct tx *tx, i64 customer)
{
	struct identity_owned *rows, key = { .customer = customer };
	size_t n;
	TRY(identity_owned_list(&tx->snap, &key, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct identity_value value = value_of(&rows[i]);
		TRY(identity_value_drop(tx, &value));
		TRY(identity_owned_drop(tx, &rows[i]));
	}
	TRY(customer_withdraw(tx, &(struct customer_key){ customer }));
	if (!tx_changed(tx))
		return OK;
	return journal_add(tx, EV_CUSTOMER_ERASED, customer, tx->snap.now, &none_record, &(struct none){ 0 }, NULL);
}

err identity_release_elsewhere(struct unit *u, i64 customer)
{
	struct identity_owned *rows, key = { .customer = customer };
	size_t n;
	i64 home = slot_of_customer(u->store, customer), slot;
	TRY(READ_SNAP(u, home, identity_owned_list(snap, &key, &rows, &n)));
	for (size_t i = 0; i < n; i++) {
		struct identity_value value = value_of(&rows[i]);
		TRY(READ_SNAP(u, home, value_slot(snap, &rows[i], &slot)));
		if (slot != home)
			TRY(WRITE_TX(u, slot, identity_value_drop(tx, &value)));
	}
	return OK;
}
