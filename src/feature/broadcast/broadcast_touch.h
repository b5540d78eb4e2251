/*
 * broadcast as a channel of plans over several (core/mass/mass_plan.h): a touch of one is a broadcast like any other.
 */
#ifndef YT_FEATURE_BROADCAST_BROADCAST_TOUCH_H
#define YT_FEATURE_BROADCAST_BROADCAST_TOUCH_H

#include "core/mass/mass_plan.h"
#include "feature/broadcast/broadcast.h"

/* Of one page of people, at that moment; had: what the plan means for each before. */
err broadcast_look(const struct snap *s, const struct broadcast_aim *aim, ms at, const i64 *roots, const struct mass_had *had, size_t n,
		   struct mass_pick *ret);
extern const struct mass_channel broadcast_channel;

#endif
