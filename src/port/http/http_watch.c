/*
 * The watch: deadlines of connections that the HTTP library does not know.
 *
 * The library ends a connection on which nothing moves; a client that sends a byte now and then keeps
 * it for ever. So each connection has a moment by which its headers (or its body) must be there.
 * The watch only shuts the socket down; the I/O thread then sees its end and cleans up. A connection
 * leaves the list before its descriptor is closed, so a re-used number is never hit.
 */
#include "port/http/http_int.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

static void wait_until(struct http_watch *w, ms when)
{
	if (when == NIL) {
		pthread_cond_wait(&w->changed, &w->lock);
		return;
	}
	struct timespec t = { .tv_sec = when / MS_SECOND, .tv_nsec = when % MS_SECOND * 1000000 };
	pthread_cond_timedwait(&w->changed, &w->lock, &t);
}

/* Shuts down what is late; the earliest deadline of the rest. */
static ms sweep(struct http_watch *w, ms now)
{
	ms next = NIL;
	for (struct http_watched *c = w->head.next; c != &w->head; c = c->next) {
		if (c->deadline == NIL)
			continue;
		if (c->deadline <= now) {
			shutdown(c->fd, SHUT_RDWR);
			c->deadline = NIL;
		} else if (next == NIL || c->deadline < next) {
			next = c->deadline;
		}
	}
	return next;
}

static void *watch_main(void *arg)
{
	struct http_watch *w = arg;
	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		w->next = sweep(w, clock_mono());
		wait_until(w, w->next);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

void http_watch_start(struct http_watch *w)
{
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, &attr);
	pthread_condattr_destroy(&attr);
	w->head.next = w->head.prev = &w->head;
	w->next = NIL;
	w->running = pthread_create(&w->thread, NULL, watch_main, w) == 0;
}

void http_watch_stop(struct http_watch *w)
{
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
	if (w->running)
		pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
}

/* The watch is woken only when its sleep is too long, so ordinary traffic never wakes it. */
static void set_deadline(struct http_watch *w, struct http_watched *c, ms deadline)
{
	c->deadline = deadline;
	if (deadline != NIL && (w->next == NIL || deadline < w->next)) {
		w->next = deadline;
		pthread_cond_signal(&w->changed);
	}
}

struct http_watched *http_watch_add(struct http_watch *w, int fd, ms deadline)
{
	struct http_watched *c = calloc(1, sizeof(*c));
	ASSERT(c != NULL);
	c->fd = fd;
	pthread_mutex_lock(&w->lock);
	c->next = w->head.next;
	c->prev = &w->head;
	c->next->prev = c;
	c->prev->next = c;
	set_deadline(w, c, deadline);
	pthread_mutex_unlock(&w->lock);
	return c;
}

void http_watch_remove(struct http_watch *w, struct http_watched *c)
{
	pthread_mutex_lock(&w->lock);
	c->next->prev = c->prev;
	c->prev->next = c->next;
	pthread_mutex_unlock(&w->lock);
	free(c);
}

void http_watch_deadline(struct http_watch *w, struct http_watched *c, ms deadline)
{
	pthread_mutex_lock(&w->lock);
	set_deadline(w, c, deadline);
	pthread_mutex_unlock(&w->lock);
}
