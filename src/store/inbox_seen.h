/*
 * Which messages the inbox has seen, on SQLite: hash of (corp, source, key) -> id of the row, in memory.
 *
 * A unique key of random order costs ten times the insert itself at ten million rows, so there is none.
 * The table only says where to look: whether a message is there is decided by the row with that id, read
 * on the write connection and compared. So a group that was rolled back leaves an entry that finds no
 * row and counts for nothing, a process that was killed leaves nothing at all, and two keys of one hash
 * are two messages. At start the rows of the window are read once, in order.
 *
 * Entries older than INBOX_WINDOW_MS go when their part of the table is full. At most INBOX_SEEN_MAX are
 * held (12 bytes each, 400 MB with the table three quarters full): beyond that the oldest eighth of a
 * part is forgotten early, the window becomes shorter, and that is logged once an hour. Used under the
 * baton only.
 */
#ifndef YT_STORE_INBOX_SEEN_H
#define YT_STORE_INBOX_SEEN_H

#include "base/clock.h"
#include "base/str.h"

#define INBOX_SEEN_MAX ((size_t)24 << 20)

struct inbox_seen;

struct inbox_seen *inbox_seen_new(size_t max);
void inbox_seen_free(struct inbox_seen *s);
/* With a secret of this process inside: nobody outside can aim at one place. */
u64 inbox_seen_hash(const struct inbox_seen *s, i64 corp, str source, str key);
/* Says that this hash will be asked for soon: its place comes from memory meanwhile. */
void inbox_seen_fetch(const struct inbox_seen *s, u64 hash);
/* The ids put under this hash, one by one: *at is 0 at first; 0 when there is none any more. */
i64 inbox_seen_next(const struct inbox_seen *s, u64 hash, size_t *at);
/* Ids are time-ordered (base/id.h); those before `oldest` may go. `instead` names an id that led nowhere: it
 * is replaced. 0: none. */
void inbox_seen_put(struct inbox_seen *s, u64 hash, i64 id, i64 instead, i64 oldest);
struct inbox_seen_stats { size_t entries, bytes; u64 forgotten; };
void inbox_seen_stats(const struct inbox_seen *s, struct inbox_seen_stats *ret);

#endif
