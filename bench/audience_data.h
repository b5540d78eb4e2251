/*
 * The people of bench/audience, the same for every engine: made from a seed, block by block, so that ten million
 * of them never stand in memory.
 *
 * 400 tags in five dimensions, Zipf-Mandelbrot densities from 60 % to 0.001 %, about 7.07 a person; one dimension
 * is clustered in windows of numbers. Then "sent_today" (5 %) and two segments (30 %, 25 %): tags 400 to 402.
 * Days are counted back from today.
 */
#ifndef YT_BENCH_AUDIENCE_DATA_H
#define YT_BENCH_AUDIENCE_DATA_H

#include "base/arena.h"

#define DATA_TAGS 403
#define DATA_SENT 400
#define DATA_SEG_A 401
#define DATA_SEG_B 402
#define DATA_WORDS 7 /* of tags per person */
#define DATA_BLOCK ((size_t)1 << 16)
#define DATA_STAFF 5000
#define DATA_STORES 9100
#define DATA_CITIES 337
#define DATA_STAGES 5
#define DATA_CHANNELS 40
#define DATA_DAYS 1095 /* first seen */

struct person {
	u64 tags[DATA_WORDS];
	i32 first_seen, last_order; /* days ago; -1: never */
	i32 orders, amount;         /* fen */
	i32 staff, store, city, stage, channel; /* from 1 */
	u32 second;                 /* of the day */
};

struct data;
struct data *data_new(struct arena *a, u32 people, u64 seed);
/* The next block of people (numbers from 1 up; number 0 of the first block does not exist, tags empty and
 * first_seen -1); how many places, 0 at the end. */
size_t data_next(struct data *d, struct person *ret, u32 *ret_first);
/* The numbers of one tag, ascending; more than the people at the end. Not beside data_next. */
u32 data_tag_next(struct data *d, int tag);
double data_density(const struct data *d, int tag);

#endif
