/*
 * attr: the named, computed facts about a person, one row of customer_fact per root.
 *
 * facts(root) is a fold over her leaves: each module that publishes attributes has a `facts` function
 * (struct module) that adds what it knows of one leaf to the row. So a merge or a split changes nothing
 * but which leaves are folded, and a rebuild is the same fold over everybody. The row is recomputed
 * after every event that names one of her leaves (app/consumer.c), idempotently. In the same transaction
 * the modules' `person` hooks see the whole person and write what depends on it: values beyond the columns,
 * the stage, the day on which time alone changes her (attr_value.h). event_day counts customer events per
 * leaf, kind and corp-day, for did("…", within 7d, count >= 2).
 */
#ifndef YT_CORE_ATTR_ATTR_H
#define YT_CORE_ATTR_ATTR_H

#include "core/cx.h"
#include "core/fact.h"
#include "store/journal.h"

/* What most events of sites do not (struct module, plain): this one changes what facts or hooks see of her.
 * For derive handlers; lives as long as this run of the transaction. */
void attr_touch(struct tx *tx, i64 customer);
const struct imap *attr_touched(struct tx *tx); /* NULL: nobody */

err attr_fact_get(const struct snap *s, i64 root, struct customer_fact *ret);
/* Recomputes the rows of these customers' roots; own transactions; idempotent. */
err attr_refresh(struct unit *u, const i64 *customers, size_t count);
/* By which channels the persons of a range of numbers of the snapshot's slot can be reached; row gets one
 * struct attr_reach at a time and must not query. */
#define ATTR_REACH_FIELDS(F, S) F(S, ID, customer) F(S, BOOL, reach_wecom) F(S, BOOL, reach_sms)
RECORD(attr_reach, ATTR_REACH_FIELDS);
err attr_reach_each(const struct snap *s, i64 first, i64 last, err (*row)(void *arg, const void *of), void *arg);
/* The attribute of that name, a module's or the corp's own; ERR_INPUT with the nearest names as suggestion,
 * ERR_UNAVAILABLE for one whose feature comes later. */
struct attr;
err attr_find(struct unit *u, str name, const struct attr **ret);

#endif
