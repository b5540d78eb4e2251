/*
 * change: the feed of changes for the company's own data platform (CDP), and tags from there.
 *
 * GET /api/v1/changes reads the journal itself: every tag put on or taken off, every change of a profile,
 * identity or membership, in the order of its slot, at least once. The cursor is a place in each slot the corp
 * uses, sealed with the key of the installation: it holds nothing that a restart could lose, and the same cursor
 * may be read again. An answer is bounded by what it looked through, not only by what it found, so a page may be
 * empty and still not be the end: `more` says so. A corp on more than CHANGE_SLOTS_MAX slots is read in parts.
 *
 * What a key itself has brought in is left out, unless it asks for it, so two systems do not echo each other.
 */
#ifndef YT_FEATURE_CHANGE_CHANGE_H
#define YT_FEATURE_CHANGE_CHANGE_H

#include "core/cx.h"
#include "core/module.h"

#define CHANGE_SLOTS_MAX 64      /* of one part */
#define CHANGE_LIMIT_MAX 1000
#define CHANGE_LOOK 5000         /* events one answer looks through */
#define CHANGE_IN_MAX 500        /* tag changes of one request */
#define CHANGE_CURSOR_BYTES 24   /* of its seal */

/* Where a reader stands: the last seq seen of each slot of its part, in their order. */
struct change_cursor { i64 part; i64 seq[CHANGE_SLOTS_MAX]; size_t n; };
str change_cursor_write(struct cx *cx, const struct change_cursor *c);
/* Nil: the beginning of `part`. ERR_INPUT for one that is not ours or of another corp. */
err change_cursor_read(struct cx *cx, str text, i64 part, size_t count, struct change_cursor *ret);

extern const struct route change_routes[];

#endif
