/*
 * Calls at the platform's limit: what waits goes out as fast as WeCom allows and never faster.
 */
#ifndef BENCH_REACH_LIMIT_H
#define BENCH_REACH_LIMIT_H

/* Prints its figures; the world is the simulator's and simulated time. calls: more than an hour allows. */
void reach_limit(int calls);

#endif
