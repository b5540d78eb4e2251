/*
 * What an attribute adds up to over the persons of an expression, in one walk over the index and within the
 * unit's scope: the money of a stage, of a cell, of a type.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_SUM_H
#define YT_CORE_AUDIENCE_AUDIENCE_SUM_H

#include "core/audience/audience.h"

/* attr: one of numbers or money that is a column ("orders", "spent"); unknown values add nothing. ERR_INPUT for
 * another, ERR_UNAVAILABLE in a process without an index. */
err audience_sum(struct unit *u, const struct expr *e, str attr, i64 *ret_count, i64 *ret_sum);

#endif
