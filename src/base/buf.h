/*
 * buf: growing bytes in an arena with a maximum given at birth.
 *
 * Going over the maximum sets `over`, keeps what fits and ignores the rest, so a writer needs no
 * check per call: whoever uses the result looks at `over` once.
 */
#ifndef YT_BASE_BUF_H
#define YT_BASE_BUF_H

#include "base/arena.h"

struct buf {
	struct arena *arena;
	char *p;
	size_t n, cap, max;
	bool over;
};

#define BUF_MAX_DEFAULT ((size_t)64 << 20)

struct buf buf_new(struct arena *a, size_t max);
void buf_add(struct buf *b, str s);
void buf_add_c(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_i64(struct buf *b, i64 v);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_json(struct buf *b, str s); /* a quoted JSON string, raw UTF-8, never \u for printable */
void buf_url(struct buf *b, str s);  /* percent-encoded for a query value */
void buf_html(struct buf *b, str s); /* escaped for HTML text and attributes */
void buf_csv(struct buf *b, str s);  /* a quoted cell; what a spreadsheet would run as a formula gets an apostrophe */
#define CSV_MARK "\xef\xbb\xbf" /* first in a file, so that spreadsheets read it as UTF-8 */
/* Room for n more bytes, to be written by the caller and then counted with b->n += written.
 * NULL when that would go over the maximum. */
char *buf_room(struct buf *b, size_t n);
static inline str buf_str(const struct buf *b) { return (str){ b->p ? b->p : "", b->n }; }
static inline void buf_clear(struct buf *b) { b->n = 0; b->over = false; }

#endif
