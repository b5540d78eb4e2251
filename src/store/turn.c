/*
 * Turns. A waiting thread lies in one list on its own stack; who gives a turn back wakes exactly the one that has it next.
 */
#include "store/turn.h"

#include "store/store.h"

#include <pthread.h>
#include <stdlib.h>

struct waiting {
	struct waiting *next;
	i64 slot;
	bool first, mine;
	pthread_cond_t called;
};

struct turns {
	pthread_mutex_t lock;
	bool taken[SLOT_COUNT];
	struct waiting *list;
};

struct turns *turns_new(void)
{
	struct turns *t = calloc(1, sizeof(*t));
	ASSERT(t);
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

void turns_free(struct turns *t)
{
	if (!t)
		return;
	pthread_mutex_destroy(&t->lock);
	free(t);
}

void turn_take(struct turns *t, i64 slot, bool first)
{
	pthread_mutex_lock(&t->lock);
	if (t->taken[slot]) {
		struct waiting me = { .slot = slot, .first = first }, **end = &t->list;
		while (*end && ((*end)->first || !first))
			end = &(*end)->next;
		me.next = *end;
		*end = &me;
		pthread_cond_init(&me.called, NULL);
		while (!me.mine)
			pthread_cond_wait(&me.called, &t->lock);
		pthread_cond_destroy(&me.called);
	}
	t->taken[slot] = true;
	pthread_mutex_unlock(&t->lock);
}

/* It stays taken when somebody waits: nobody slips in between. */
void turn_give(struct turns *t, i64 slot)
{
	pthread_mutex_lock(&t->lock);
	struct waiting **at = &t->list;
	while (*at && (*at)->slot != slot)
		at = &(*at)->next;
	t->taken[slot] = *at != NULL;
	if (*at) {
		struct waiting *next = *at;
		*at = next->next;
		next->mine = true;
		pthread_cond_signal(&next->called);
	}
	pthread_mutex_unlock(&t->lock);
}

size_t turns_waiting(struct turns *t)
{
	size_t n = 0;
	pthread_mutex_lock(&t->lock);
	for (const struct waiting *w = t->list; w; w = w->next)
		n++;
	pthread_mutex_unlock(&t->lock);
	return n;
}
