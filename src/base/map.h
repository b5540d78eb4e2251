/*
 * map: bytes -> pointer, imap: i64 -> i64; open addressing in an arena, no removal.
 *
 * Keys of a map are not copied: they must live as long as the arena. Both are for one unit of work
 * or for a table built once and then read.
 */
#ifndef YT_BASE_MAP_H
#define YT_BASE_MAP_H

#include "base/arena.h"

struct map {
	struct arena *arena;
	struct map_slot *slots;
	size_t n, cap;
};

struct map map_new(struct arena *a);
void *map_get(const struct map *m, str key);           /* NULL when absent */
bool map_put(struct map *m, str key, void *value);     /* true when the key is new; else replaces */

struct imap {
	struct arena *arena;
	struct imap_slot *slots;
	size_t n, cap;
};

struct imap imap_new(struct arena *a);
bool imap_get(const struct imap *m, i64 key, i64 *ret);
bool imap_put(struct imap *m, i64 key, i64 value); /* true when the key is new; else replaces */

#endif
