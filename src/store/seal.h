/*
 * Sealing of personal fields: a key per customer, itself sealed by the master key; a key per corp for
 * what belongs to no customer and for keyed look-up hashes. Destroying a customer's key erases her
 * from journal, inbox and undo bodies at once.
 */
#ifndef YT_STORE_SEAL_H
#define YT_STORE_SEAL_H

#include "store/store.h"

/* customer 0: with the corp's key. The first seal makes the key. */
err seal_text(struct tx *tx, i64 customer, str plain, str *ret); /* base64url text, prefix "~1" */
err unseal_text(const struct snap *s, i64 customer, str sealed, str *ret); /* destroyed key: "" */
err seal_destroy(struct tx *tx, i64 customer);
/* HMAC-SHA256 with the corp's look-up key, first 16 bytes as hex: phones, e-mails. */
err seal_lookup(const struct snap *s, str kind, str value, str *ret);

#endif
