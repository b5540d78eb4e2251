/*
 * The clock port: the only source of business time. Real, or simulated and moved by its master.
 *
 * Everything that waits (timers, deadlines of codes, quiet hours) compares with clock_now; only I/O
 * time-outs and leases use clock_mono, real monotonic time that no simulation moves.
 */
#ifndef YT_BASE_CLOCK_H
#define YT_BASE_CLOCK_H

#include "base/int.h"

#include <stdatomic.h>

struct clock {
	bool simulated;
	_Atomic i64 now_ms;    /* simulated only */
	_Atomic i64 offset_ms; /* real clock: shift, used by demos that continue a simulated history */
};

ms clock_now(const struct clock *c);
ms clock_mono(void);
i64 clock_mono_us(void); /* the same in microseconds, to say how long something took */
struct clock clock_real(void);
struct clock clock_simulated(ms start);
/* Moves a simulated clock forward to `to`; never backward. */
void clock_advance(struct clock *c, ms to);

#endif
