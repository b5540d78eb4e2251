/*
 * What falls due: one binary heap ordered by (time, order of entry), and who steps through it.
 *
 * A step takes the earliest entry, drops the lock for what calls the other side (callbacks, shop),
 * and keeps it for what only changes the model. So a server's thread, a control call and a history's
 * driver may all step without a second order of events.
 */
#include "sim/sim_state.h"
#include "sim/sim_people.h"

#include <time.h>

#define SIM_SLEEP_MAX_MS 500 /* a simulated or shifted clock moves without waking us */

static bool due_before(const struct sim_due *a, const struct sim_due *b)
{
	return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

void sim_due_push(struct sim *s, const struct sim_due *d)
{
	vec_push(s->arena, &s->heap, *d);
	size_t i = s->heap.n - 1;
	while (i > 0 && due_before(d, &s->heap.v[(i - 1) / 2])) {
		s->heap.v[i] = s->heap.v[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	s->heap.v[i] = *d;
	pthread_cond_signal(&s->wake);
}

void sim_due_add(struct sim *s, ms at, enum sim_due_kind kind, i64 a, i64 b, str text)
{
	struct sim_due d = { .at = at, .seq = ++s->due_seq, .kind = kind, .a = a, .b = b, .text = text };
	sim_due_push(s, &d);
}

static struct sim_due due_pop(struct sim *s)
{
	struct sim_due top = s->heap.v[0], last = s->heap.v[--s->heap.n];
	size_t i = 0, n = s->heap.n;
	for (;;) {
		size_t child = 2 * i + 1;
		if (child >= n)
			break;
		if (child + 1 < n && due_before(&s->heap.v[child + 1], &s->heap.v[child]))
			child++;
		if (!due_before(&s->heap.v[child], &last))
			break;
		s->heap.v[i] = s->heap.v[child];
		i = child;
	}
	if (n)
		s->heap.v[i] = last;
	return top;
}

ms sim_next_due(struct sim *s)
{
	pthread_mutex_lock(&s->lock);
	ms at = s->heap.n ? s->heap.v[0].at : NIL;
	pthread_mutex_unlock(&s->lock);
	return at;
}

bool sim_step(struct sim *s)
{
	pthread_mutex_lock(&s->lock);
	if (!s->heap.n || s->heap.v[0].at > sim_now(s)) {
		pthread_mutex_unlock(&s->lock);
		return false;
	}
	struct sim_due d = due_pop(s);
	bool outside = d.kind == DUE_CALLBACK || d.kind == DUE_BUY || d.kind == DUE_STRANGER || d.kind == DUE_VISIT ||
		       d.kind == DUE_OA;
	if (outside) {
		s->delivering++;
		pthread_mutex_unlock(&s->lock);
		if (d.kind == DUE_CALLBACK)
			sim_callback_deliver(s, &d);
		else if (d.kind == DUE_OA)
			sim_oa_due(s, &d);
		else
			sim_people_shop(s, &d);
		pthread_mutex_lock(&s->lock);
		s->delivering--;
	} else {
		sim_people_due(s, &d);
	}
	pthread_mutex_unlock(&s->lock);
	return true;
}

void sim_settle(struct sim *s)
{
	while (sim_step(s))
		;
}

static void sleep_until_due(struct sim *s)
{
	ms wait = SIM_SLEEP_MAX_MS;
	if (s->heap.n) {
		ms ahead = s->heap.v[0].at - sim_now(s);
		if (ahead <= 0)
			return;
		wait = int_min(wait, ahead);
	} else if (!s->clock->simulated) {
		pthread_cond_wait(&s->wake, &s->lock);
		return;
	}
	ms until = clock_mono() + wait;
	struct timespec at = { .tv_sec = (time_t)(until / 1000), .tv_nsec = (long)(until % 1000) * 1000000 };
	pthread_cond_timedwait(&s->wake, &s->lock, &at);
}

static void *due_thread(void *arg)
{
	struct sim *s = arg;
	for (;;) {
		pthread_mutex_lock(&s->lock);
		if (!s->stopping)
			sleep_until_due(s);
		bool stop = s->stopping;
		pthread_mutex_unlock(&s->lock);
		if (stop)
			return NULL;
		sim_step(s);
	}
}

void sim_start(struct sim *s)
{
	pthread_mutex_lock(&s->lock);
	bool start = !s->running;
	s->running = true;
	s->stopping = false;
	pthread_mutex_unlock(&s->lock);
	if (start)
		ASSERT(pthread_create(&s->thread, NULL, due_thread, s) == 0);
}

void sim_stop(struct sim *s)
{
	pthread_mutex_lock(&s->lock);
	bool stop = s->running;
	s->stopping = true;
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
	if (stop)
		pthread_join(s->thread, NULL);
	s->running = false;
}
