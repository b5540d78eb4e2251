/*
 * A ring of pointers behind one mutex. Waiting uses the monotonic clock, so setting the system's time
 * neither wakes nor delays a taker. Items still inside when the queue is closed can be taken.
 */
#include "base/queue.h"
#include "base/fail.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	size_t capacity, head, n;
	bool closed;
	void *items[];
};

struct queue *queue_new(size_t capacity)
{
	ASSERT(capacity > 0);
	struct queue *q = calloc(1, sizeof(*q) + capacity * sizeof(q->items[0]));
	ASSERT(q);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->filled, &attr);
	pthread_condattr_destroy(&attr);
	q->capacity = capacity;
	return q;
}

/* Nobody may wait in it any more. */
void queue_free(struct queue *q)
{
	if (q == NULL)
		return;
	pthread_cond_destroy(&q->filled);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

bool queue_put(struct queue *q, void *item)
{
	ASSERT(item); /* NULL is what a time-out looks like to the taker */
	pthread_mutex_lock(&q->lock);
	bool room = !q->closed && q->n < q->capacity;
	if (room) {
		q->items[(q->head + q->n) % q->capacity] = item;
		q->n++;
		pthread_cond_signal(&q->filled);
	}
	pthread_mutex_unlock(&q->lock);
	return room;
}

static struct timespec deadline(ms timeout)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += (time_t)(timeout / 1000);
	t.tv_nsec += (long)(timeout % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

void *queue_take(struct queue *q, ms timeout_ms)
{
	struct timespec until = deadline(timeout_ms > 0 ? timeout_ms : 0);
	void *item = NULL;
	int rc = 0;
	pthread_mutex_lock(&q->lock);
	while (q->n == 0 && !q->closed && rc != ETIMEDOUT)
		rc = timeout_ms < 0 ? pthread_cond_wait(&q->filled, &q->lock)
				    : pthread_cond_timedwait(&q->filled, &q->lock, &until);
	if (q->n) {
		item = q->items[q->head];
		q->head = (q->head + 1) % q->capacity;
		q->n--;
	}
	pthread_mutex_unlock(&q->lock);
	return item;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->filled);
	pthread_mutex_unlock(&q->lock);
}

size_t queue_count(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	size_t n = q->n;
	pthread_mutex_unlock(&q->lock);
	return n;
}
