/*
 * What the disk holds of SQLite's log. Commits stand (everybody sees them) before they are durable; one thread
 * syncs the log while the next units already run, and tells who waited: a commit is durable when a sync that
 * began after it has ended. Commits are durable in the order in which they stand.
 */
#ifndef YT_STORE_WAL_SYNC_H
#define YT_STORE_WAL_SYNC_H

#include "store/store_int.h"

struct wal_sync;

/* For the log at that path, which need not be there yet. */
err wal_sync_start(struct store *st, const char *path, struct wal_sync **ret, struct fail *f);
/* Syncs what is waited for, and ends. NULL is nothing. */
void wal_sync_stop(struct wal_sync *s);
/* A commit stands; called in their order. Its number; the batch (or NULL) is told when it is durable. */
u64 wal_sync_note(struct wal_sync *s, struct inbox_batch *batch);
/* Returns when the commit of that number is durable; 0: every one that stands. */
void wal_sync_wait(struct wal_sync *s, u64 commit);
i64 wal_sync_count(struct wal_sync *s);

#endif
