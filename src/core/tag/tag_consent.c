/*
 * Consent: who agreed to what, when, how, in which words, and who wrote it down. Kept per leaf, asked for
 * over the whole person. Taking it back ends the record, which stays, and the marks it allowed.
 */
#include "core/tag/tag_consent.h"

#include "core/customer/customer.h"
#include "core/tag/tag_mark.h"
#include "store/seal.h"

static bool stands(const struct tag_consent *c, const char *purpose)
{
	return c->withdrawn == NIL && str_eq_c(c->purpose, purpose);
}

err tag_consented(const struct snap *s, i64 customer, const char *purpose, bool *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, count;
	struct snap at = *s;
	*ret = false;
	TRY(tag_person(s, customer, leaves, &n));
	for (size_t i = 0; i < n && !*ret; i++) {
		struct tag_consent *rows;
		snap_slot(&at, slot_of_customer(at.unit->store, leaves[i]));
		TRY(tag_consents(&at, &(struct tag_key){ leaves[i] }, &rows, &count));
		for (size_t k = 0; k < count; k++)
			*ret |= stands(&rows[k], purpose);
	}
	return OK;
}

err tag_consent_give(struct tx *tx, i64 customer, const struct tag_consent_in *in, i64 *ret_id)
{
	struct tag_consent row = { .customer = customer, .id = id_next(store_ids(tx->snap.unit->store), tx->snap.now),
				   .purpose = in->purpose, .how = in->how, .said = STR_NIL, .who = tx->snap.unit->actor,
				   .at = tx->snap.now, .withdrawn = NIL };
	if (in->said.n)
		TRY(seal_text(tx, customer, in->said, &row.said));
	*ret_id = row.id;
	return tag_consent_put(tx, &row);
}

static err drop_sensitive(struct tx *tx, i64 leaf)
{
	struct tag_mark_row *rows;
	size_t n;
	bool changed;
	TRY(tag_marks_of(&tx->snap, &(struct tag_key){ leaf }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct tag t;
		TRY(tag_by_id(&tx->snap, &(struct tag_key){ rows[i].tag }, &t));
		if (t.sensitive)
			TRY(tag_drop(tx, &t, leaf, "consent", 0, &changed));
	}
	return OK;
}

err tag_consent_end(struct tx *tx, i64 leaf, const char *purpose)
{
	struct tag_consent *rows;
	size_t n;
	TRY(tag_consents(&tx->snap, &(struct tag_key){ leaf }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!stands(&rows[i], purpose))
			continue;
		rows[i].withdrawn = tx->snap.now;
		TRY(tag_consent_put(tx, &rows[i]));
	}
	return strcmp(purpose, "sensitive") == 0 ? drop_sensitive(tx, leaf) : OK;
}
