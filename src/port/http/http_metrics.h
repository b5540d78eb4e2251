/*
 * Metrics: a few counters and gauges, read as Prometheus text.
 *
 * Registered once at start, incremented by atomics from anywhere. Names and label values are constants
 * of the program: nothing unbounded (users, customers, addresses) ever becomes a label.
 */
#ifndef YT_PORT_HTTP_HTTP_METRICS_H
#define YT_PORT_HTTP_HTTP_METRICS_H

#include "base/buf.h"

#define METRICS_MAX 256

struct metrics;
struct metric;

struct metrics *metrics_new(struct arena *a);
/* The counter of that name and labels (`class="2xx"`, "" for none), made when new. All metrics of one
 * name must be registered one after the other. */
struct metric *metrics_counter(struct metrics *m, const char *name, const char *labels, const char *doc);
/* A value asked for when it is read; fn is called on the thread that reads. */
void metrics_gauge(struct metrics *m, const char *name, const char *labels, const char *doc,
		   i64 (*fn)(void *arg), void *arg);
void metric_add(struct metric *m, i64 n); /* m may be NULL */
i64 metric_value(struct metric *m);

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
void metrics_write(struct buf *b, struct metrics *m);

#endif
