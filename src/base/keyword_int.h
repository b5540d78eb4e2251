/*
 * What keyword.c asks of an engine from a library. Without the library nothing is ever made.
 */
#ifndef YT_BASE_KEYWORD_INT_H
#define YT_BASE_KEYWORD_INT_H

#include "base/keyword.h"

struct keyword_hs;

/* NULL: not built in, not for this processor, or the list is beyond it; the plain engine takes over. */
struct keyword_hs *keyword_hs_new(const str *list, size_t count);
void keyword_hs_free(struct keyword_hs *h);
/* What a scan needs of its own; NULL: no memory. */
void *keyword_hs_room_new(const struct keyword_hs *h);
void keyword_hs_room_free(void *room);
void keyword_hs_scan(const struct keyword_hs *h, void *room, str text, bool (*hit)(void *arg, u32 id), void *arg);

#endif
