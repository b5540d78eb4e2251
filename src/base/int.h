/*
 * Integers: the short names used everywhere, "unknown", and arithmetic that notices overflow.
 *
 * Money is i64 in minor units (fen) with a currency beside it; time is ms, UTC milliseconds since
 * 1970. NIL is the one spelling of "unknown" for both: SQL NULL in the store, null in JSON. No rule
 * may compute with NIL; every comparison with it is false.
 */
#ifndef YT_BASE_INT_H
#define YT_BASE_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t i64;
typedef int32_t i32;
typedef uint64_t u64;
typedef uint32_t u32;
typedef uint16_t u16;
typedef uint8_t u8;
typedef i64 ms; /* a moment (UTC since 1970) or a duration, in milliseconds */

#define NIL INT64_MIN

#define MS_SECOND ((ms)1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* *ret = a op b; false and *ret untouched when the result does not fit. */
static inline bool int_add(i64 a, i64 b, i64 *ret)
{
	i64 sum;
	if (__builtin_add_overflow(a, b, &sum))
		return false;
	*ret = sum;
	return true;
}

static inline bool int_mul(i64 a, i64 b, i64 *ret)
{
	i64 product;
	if (__builtin_mul_overflow(a, b, &product))
		return false;
	*ret = product;
	return true;
}

static inline i64 int_min(i64 a, i64 b) { return a < b ? a : b; }
static inline i64 int_max(i64 a, i64 b) { return a > b ? a : b; }

#endif
