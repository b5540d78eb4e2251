/*
 * A part of a run: sorted entries packed into one blob that fits a page of the database.
 *
 * bytes = crc32 of key and rest, count, then each entry after the first (which is the part's key) as varints:
 * the step of customer; while it is zero the step of occurred, else occurred against the part's first; then
 * the step of seq. About eight bytes an entry.
 */
#ifndef YT_STORE_TIMELINE_PART_H
#define YT_STORE_TIMELINE_PART_H

#include "base/arena.h"
#include "store/timeline.h"

#define PART_BYTES 3900
#define PART_ENTRIES_MAX 1400 /* none is smaller than three bytes */

struct part_writer {
	struct moment first, last;
	size_t n, count;
	u8 bytes[PART_BYTES];
};

/* false: full; the entry was not taken. */
bool part_add(struct part_writer *w, const struct moment *m);
str part_end(struct part_writer *w, struct arena *a); /* the blob; the writer is empty again */
/* At most PART_ENTRIES_MAX; false: damaged. */
bool part_read(const struct moment *first, str bytes, struct moment *ret, size_t *ret_count);

#endif
