/*
 * Bodies with sealed fields, for the parts of the store that write and read them.
 */
#ifndef YT_STORE_SEAL_INT_H
#define YT_STORE_SEAL_INT_H

#include "store/store.h"

/* record as JSON, .pii texts sealed with the customer's key (0, or one living in another slot: the corp's). */
err body_seal(struct tx *tx, i64 customer, const struct record *record, const void *of, size_t max, str *ret);
err body_unseal(const struct snap *s, i64 corp, i64 customer, str body, const struct record *record, void *ret);
/* A body sealed with the corp's key, sealed again with the customer's. */
err body_reseal(struct tx *tx, i64 customer, str body, str *ret);

#endif
