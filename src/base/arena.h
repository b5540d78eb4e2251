/*
 * Arena: memory of one unit of work (a request, an event, a job step), freed as a whole.
 *
 * Allocation never fails: running over max_bytes or out of memory aborts the process, because
 * journal and outbox make a crash a restart; whoever takes outside input bounds it first. Memory is
 * zeroed and 16-byte aligned. A mark remembers a point; resetting to it frees everything allocated
 * since and runs the deferred calls registered since, newest first. Freed memory is poisoned under
 * AddressSanitizer. An arena belongs to one thread at a time.
 */
#ifndef YT_BASE_ARENA_H
#define YT_BASE_ARENA_H

#include "base/str.h"

#include <stdarg.h>

struct arena;

#define ARENA_MAX_DEFAULT ((size_t)256 << 20)

struct arena *arena_new(size_t max_bytes);
/* For what lives long and is read all over: chunks grow to 32 MB, on huge pages where the system has them. */
struct arena *arena_new_large(size_t max_bytes);
void arena_free(struct arena *a);

void *arena_alloc(struct arena *a, size_t bytes);
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_alloc_array((a), sizeof(type), (count)))
void *arena_alloc_array(struct arena *a, size_t size, size_t count);

str arena_dup(struct arena *a, str s); /* nil stays nil */
char *arena_cstr(struct arena *a, str s); /* NUL-terminated copy; never NULL */
str arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
str arena_vprintf(struct arena *a, const char *fmt, va_list ap);

struct arena_mark {
	void *chunk;
	size_t used;
	void *defers;
};
struct arena_mark arena_mark(struct arena *a);
void arena_reset(struct arena *a, struct arena_mark mark);
/* Runs fn(arg) when the arena is freed or reset to before this point. */
void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg);

size_t arena_used(const struct arena *a);

#endif
