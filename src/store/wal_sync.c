/*
 * The syncer of SQLite's log. The log is opened here once more, for syncing only: SQLite keeps its locks on
 * the two other files. A failing sync ends the process, since what the disk holds is not known any more.
 */
#include "store/wal_sync.h"

#include "base/fault.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct wal_sync {
	struct store *store;
	const char *path;
	int fd; /* of the thread */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wanted_more, synced_more;
	bool stop;
	u64 stands, wanted, synced; /* numbers of commits */
	i64 syncs;
	struct inbox_batch *first, **last; /* wait, in the order of their commits */
};

static void sync_log(struct wal_sync *s)
{
	fault_pass("store.sync"); /* only a crash makes sense here */
	if (s->fd < 0)
		s->fd = open(s->path, O_RDONLY | O_CLOEXEC);
	if (s->fd >= 0 && fdatasync(s->fd) == 0)
		return;
	log_line(LOG_ERROR, "store.died", "what=sync code=%d", errno);
	_exit(STORE_EXIT_DISK);
}

/* Cuts off the batches that stand in a commit up to this one. */
static struct inbox_batch *batches_until(struct wal_sync *s, u64 commit)
{
	struct inbox_batch *due = s->first, **end = &s->first;
	while (*end && (*end)->commit <= commit)
		end = &(*end)->next;
	if (end == &s->first)
		return NULL;
	s->first = *end;
	*end = NULL;
	if (!s->first)
		s->last = &s->first;
	return due;
}

static void *syncer(void *arg)
{
	struct wal_sync *s = arg;
	pthread_mutex_lock(&s->lock);
	for (;;) {
		while (!s->stop && s->wanted <= s->synced)
			pthread_cond_wait(&s->wanted_more, &s->lock);
		if (s->wanted <= s->synced)
			break;
		u64 upto = s->stands;
		pthread_mutex_unlock(&s->lock);
		sync_log(s);
		pthread_mutex_lock(&s->lock);
		struct inbox_batch *due = batches_until(s, upto), *next;
		s->synced = upto;
		s->syncs++;
		pthread_cond_broadcast(&s->synced_more);
		pthread_mutex_unlock(&s->lock);
		for (; due; due = next) {
			next = due->next;
			inbox_batch_end(s->store, due, OK);
		}
		pthread_mutex_lock(&s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

err wal_sync_start(struct store *st, const char *path, struct wal_sync **ret, struct fail *f)
{
	struct wal_sync *s = calloc(1, sizeof(*s));
	ASSERT(s);
	*s = (struct wal_sync){ .store = st, .path = path, .fd = -1, .last = &s->first };
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wanted_more, NULL);
	pthread_cond_init(&s->synced_more, NULL);
	if (pthread_create(&s->thread, NULL, syncer, s) != 0) {
		free(s);
		return fail_set(f, ERR_IO, T_OK, STR("thread"), STR_NIL, STR_NIL);
	}
	*ret = s;
	return OK;
}

void wal_sync_stop(struct wal_sync *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_signal(&s->wanted_more);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	if (s->fd >= 0)
		close(s->fd);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->wanted_more);
	pthread_cond_destroy(&s->synced_more);
	free(s);
}

static void want(struct wal_sync *s, u64 commit)
{
	if (s->wanted >= commit)
		return;
	s->wanted = commit;
	pthread_cond_signal(&s->wanted_more);
}

u64 wal_sync_note(struct wal_sync *s, struct inbox_batch *batch)
{
	pthread_mutex_lock(&s->lock);
	u64 commit = ++s->stands;
	if (batch) {
		batch->commit = commit;
		*s->last = batch;
		s->last = &batch->next;
		want(s, commit);
	}
	pthread_mutex_unlock(&s->lock);
	return commit;
}

void wal_sync_wait(struct wal_sync *s, u64 commit)
{
	pthread_mutex_lock(&s->lock);
	if (commit == 0)
		commit = s->stands;
	want(s, commit);
	while (s->synced < commit)
		pthread_cond_wait(&s->synced_more, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

i64 wal_sync_count(struct wal_sync *s)
{
	pthread_mutex_lock(&s->lock);
	i64 syncs = s->syncs;
	pthread_mutex_unlock(&s->lock);
	return syncs;
}
