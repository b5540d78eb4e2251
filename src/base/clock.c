/*
 * The clock: real time from the kernel, or a number its master moves.
 *
 * A simulated clock only goes forward, and every reader sees a move at once, so a run in simulated
 * time depends on nothing but its seed.
 */
#include "base/clock.h"

#include <time.h>

static ms read_kernel(clockid_t which)
{
	struct timespec t;
	clock_gettime(which, &t);
	return (ms)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

ms clock_now(const struct clock *c)
{
	if (c->simulated)
		return atomic_load(&c->now_ms);
	return read_kernel(CLOCK_REALTIME) + atomic_load(&c->offset_ms);
}

ms clock_mono(void)
{
	return read_kernel(CLOCK_MONOTONIC);
}

i64 clock_mono_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (i64)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct clock clock_real(void)
{
	return (struct clock){ .simulated = false };
}

struct clock clock_simulated(ms start)
{
	return (struct clock){ .simulated = true, .now_ms = start };
}

void clock_advance(struct clock *c, ms to)
{
	if (!c->simulated)
		return;
	i64 now = atomic_load(&c->now_ms);
	while (now < to && !atomic_compare_exchange_weak(&c->now_ms, &now, to))
		;
}
