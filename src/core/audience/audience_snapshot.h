/*
 * Snapshots: the index of a corp in a file beside the database, so that a start reads one file instead of every row.
 *
 * A snapshot is a function of the rows and may be thrown away at any time. It carries the store's uuid, the
 * layout of this program and, per slot, how far the facts had followed the journal when it was made; loading takes it
 * only when all of that fits, and then reads again the persons whom later journal rows name. Whatever changes facts
 * or values without a journal row changes the slot's stamp (audience_stamp), and an older snapshot is not used.
 * A file that is damaged, foreign, of another format or ahead of the store is told in the log and removed.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_SNAPSHOT_H
#define YT_CORE_AUDIENCE_AUDIENCE_SNAPSHOT_H

#include "core/audience/audience.h"

#define SNAPSHOT_EVERY_MS (10 * MS_MINUTE)

struct corp_index;

/* Writes those corps that are loaded and changed since: tmp, fsync, rename. Errors are logged; the first is returned. */
err audience_snapshot(struct env *env);
/* Removes the files of all corps: their rows are about to be made anew. */
void audience_snapshot_remove(const struct audience_index *ix);
/* For the transaction that changes facts or values of persons whom no journal row names. */
err audience_stamp(struct tx *tx);

/* Private to core/audience, its tests and bench: the file of a corp; loads it (write lock held), false: there is
 * none that may be used, and ci is empty. */
str audience_snapshot_path(struct arena *a, const struct audience_index *ix, i64 corp);
bool audience_snapshot_load(struct unit *u, struct corp_index *ci);

#endif
