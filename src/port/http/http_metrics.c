/*
 * The metrics table. An entry is published by the release of `count`, so readers need no lock; the
 * lock only keeps two registrations apart.
 */
#include "port/http/http_metrics.h"

#include "base/fail.h"

#include <pthread.h>
#include <stdatomic.h>

struct metric {
	const char *name, *labels, *doc;
	_Atomic i64 value;
	i64 (*fn)(void *arg); /* gauges only */
	void *arg;
};

struct metrics {
	pthread_mutex_t lock;
	_Atomic size_t count;
	struct metric all[METRICS_MAX];
};

static void destroy(void *arg)
{
	pthread_mutex_destroy(&((struct metrics *)arg)->lock);
}

struct metrics *metrics_new(struct arena *a)
{
	struct metrics *m = ARENA_NEW(a, struct metrics);
	pthread_mutex_init(&m->lock, NULL);
	arena_defer(a, destroy, m);
	return m;
}

static struct metric *add(struct metrics *m, struct metric what)
{
	pthread_mutex_lock(&m->lock);
	size_t n = atomic_load(&m->count);
	struct metric *found = NULL;
	for (size_t i = 0; i < n && !found; i++)
		if (!strcmp(m->all[i].name, what.name) && !strcmp(m->all[i].labels, what.labels))
			found = &m->all[i];
	if (!found) {
		ASSERT(n < METRICS_MAX);
		found = &m->all[n];
		found->name = what.name;
		found->labels = what.labels;
		found->doc = what.doc;
		found->fn = what.fn;
		found->arg = what.arg;
		atomic_store(&m->count, n + 1);
	}
	pthread_mutex_unlock(&m->lock);
	return found;
}

struct metric *metrics_counter(struct metrics *m, const char *name, const char *labels, const char *doc)
{
	return add(m, (struct metric){ .name = name, .labels = labels, .doc = doc });
}

void metrics_gauge(struct metrics *m, const char *name, const char *labels, const char *doc,
		   i64 (*fn)(void *arg), void *arg)
{
	add(m, (struct metric){ .name = name, .labels = labels, .doc = doc, .fn = fn, .arg = arg });
}

void metric_add(struct metric *m, i64 n)
{
	if (m)
		atomic_fetch_add_explicit(&m->value, n, memory_order_relaxed);
}

i64 metric_value(struct metric *m)
{
	return m->fn ? m->fn(m->arg) : atomic_load_explicit(&m->value, memory_order_relaxed);
}

void metrics_write(struct buf *b, struct metrics *m)
{
	size_t n = atomic_load(&m->count);
	const char *group = "";
	for (size_t i = 0; i < n; i++) {
		struct metric *x = &m->all[i];
		if (strcmp(group, x->name) != 0)
			buf_fmt(b, "# HELP %s %s\n# TYPE %s %s\n", x->name, x->doc, x->name, x->fn ? "gauge" : "counter");
		group = x->name;
		if (x->labels[0])
			buf_fmt(b, "%s{%s} %lld\n", x->name, x->labels, (long long)metric_value(x));
		else
			buf_fmt(b, "%s %lld\n", x->name, (long long)metric_value(x));
	}
}
