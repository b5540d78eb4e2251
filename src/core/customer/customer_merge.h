/*
 * What the module and the routes of customers share about merging.
 */
#ifndef YT_CORE_CUSTOMER_CUSTOMER_MERGE_H
#define YT_CORE_CUSTOMER_CUSTOMER_MERGE_H

#include "core/customer/customer.h"

/* Second halves that came by relay: customer.merged, absorbed, released. */
err customer_on_merged(struct tx *tx, const struct event *ev);
/* customer_merge, telling the event that did it; 0: they were one person already. */
err customer_merge_event(struct unit *u, i64 a, i64 b, const char *reason, i64 *ret_root, i64 *ret_event);

#endif
