/*
 * queue: a bounded multi-producer multi-consumer queue of pointers between threads.
 *
 * Full means refuse (the caller answers 503), never grow. Closing wakes every waiter.
 */
#ifndef YT_BASE_QUEUE_H
#define YT_BASE_QUEUE_H

#include "base/int.h"

struct queue;

struct queue *queue_new(size_t capacity);
void queue_free(struct queue *q);
bool queue_put(struct queue *q, void *item);      /* false: full or closed */
void *queue_take(struct queue *q, ms timeout_ms); /* NULL: time-out or closed and empty; -1 waits for ever */
void queue_close(struct queue *q);
size_t queue_count(struct queue *q);

#endif
