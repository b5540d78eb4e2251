/*
 * Handing a relation over: an inheritance that was asked for, and its end.
 *
 * WeCom tells an inheritance as an add of the taker and, while the giver still works there, as a removal of
 * the giver; of a giver who left it tells nothing more. Whoever asked for it says so here, so that the add is
 * neither new nor an addition, in whatever order and however late the two are told.
 */
#ifndef YT_CORE_FOLLOW_FOLLOW_HANDOVER_H
#define YT_CORE_FOLLOW_FOLLOW_HANDOVER_H

#include "core/follow/follow.h"

#define HANDOVER_LIFE_MS (31 * MS_DAY) /* an add that long after the asking is one of its own */

struct handover { i64 customer, giver, taker; str external_userid; };
/* In the customer's slot: was asked for; was refused. */
err handover_asked(struct tx *tx, const struct handover *h);
err handover_refused(struct tx *tx, const struct handover *h);
/* It is done since `at`: the giver's relation has ended as transferred and the taker's lives, told or not. */
err handover_done(struct tx *tx, const struct handover *h, ms at);
/* When she last went over from one member to another, within HANDOVER_LIFE_MS or not; NIL never. */
err handover_times(const struct snap *s, i64 customer, ms since, i64 *ret);

#endif
