/*
 * Arena: a list of chunks, newest first, filled from the front.
 *
 * Chunks double in size from ARENA_CHUNK_FIRST to ARENA_CHUNK_LAST (a large arena's to CHUNK_LARGE); a
 * larger request gets a chunk of its own. A reset frees the chunks made since the mark but keeps one to reuse, so resetting once per
 * row does not cost an allocation per row. Under AddressSanitizer everything not handed out is
 * poisoned and each allocation is followed by a red zone.
 */
#include "base/arena.h"
#include "base/fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define RED_ZONE ((size_t)16)
#define POISON(p, n) __asan_poison_memory_region((p), (n))
#define UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define RED_ZONE ((size_t)0)
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

#define ARENA_ALIGN ((size_t)16)
#define ARENA_CHUNK_FIRST ((size_t)4096)
#define ARENA_CHUNK_LAST ((size_t)1 << 20)
#define CHUNK_LARGE ((size_t)32 << 20)
#define HUGE_PAGE ((size_t)2 << 20)

struct chunk {
	struct chunk *older;
	size_t size, used;
	size_t before; /* bytes used in all older chunks */
	_Alignas(16) char data[];
};

struct defer {
	struct defer *older;
	void (*fn)(void *arg);
	void *arg;
};

struct arena {
	struct chunk *chunk, *spare;
	struct defer *defers;
	size_t max, next, last;
};

static _Noreturn void arena_abort(const char *why, size_t bytes)
{
	fprintf(stderr, "arena: %s (%zu bytes)\n", why, bytes);
	abort();
}

struct arena *arena_new(size_t max_bytes)
{
	struct arena *a = calloc(1, sizeof(*a));
	if (a == NULL)
		arena_abort("out of memory", sizeof(*a));
	a->max = max_bytes;
	a->next = ARENA_CHUNK_FIRST;
	a->last = ARENA_CHUNK_LAST;
	return a;
}

struct arena *arena_new_large(size_t max_bytes)
{
	struct arena *a = arena_new(max_bytes);
	a->last = CHUNK_LARGE;
	return a;
}

static void chunk_free(struct chunk *c)
{
	if (c == NULL)
		return;
	UNPOISON(c->data, c->size);
	free(c);
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a, (struct arena_mark){ 0 });
	chunk_free(a->spare);
	free(a);
}

/* A chunk for at least that many bytes. From a huge page on it lies on huge pages, if the system has them. */
static struct chunk *chunk_new(const struct arena *a, size_t size)
{
	struct chunk *c;
	size_t whole = sizeof(*c) + size;
	if (a->last == CHUNK_LARGE && size >= HUGE_PAGE) {
		whole = (whole + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
		c = aligned_alloc(HUGE_PAGE, whole);
		if (c)
			madvise(c, whole, MADV_HUGEPAGE); /* a hint: without it the pages are small */
	} else {
		c = malloc(whole);
	}
	if (c == NULL)
		arena_abort("out of memory", whole);
	c->size = whole - sizeof(*c);
	POISON(c->data, c->size);
	return c;
}

/* Puts a chunk with room for bytes in front. */
static void chunk_push(struct arena *a, size_t bytes)
{
	struct chunk *c = a->spare;
	if (c && c->size >= bytes) {
		a->spare = NULL;
	} else {
		c = chunk_new(a, bytes > a->next ? bytes : a->next);
		if (a->next < a->last)
			a->next *= 2;
	}
	c->used = 0;
	c->before = arena_used(a);
	c->older = a->chunk;
	a->chunk = c;
}

/* As arena_alloc, but with whatever stood there: for those who write all of it at once. */
static char *arena_take(struct arena *a, size_t bytes)
{
	if (bytes > a->max || arena_used(a) + bytes > a->max)
		arena_abort("unit of work is over its memory limit", bytes);
	size_t room = (bytes + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN + RED_ZONE;
	if (room == 0)
		room = ARENA_ALIGN; /* distinct, never one past the end of a chunk */
	if (a->chunk == NULL || a->chunk->size - a->chunk->used < room)
		chunk_push(a, room);
	char *p = a->chunk->data + a->chunk->used;
	a->chunk->used += room;
	UNPOISON(p, bytes);
	return p;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	char *p = arena_take(a, bytes);
	memset(p, 0, bytes);
	return p;
}

void *arena_alloc_array(struct arena *a, size_t size, size_t count)
{
	size_t bytes;
	if (__builtin_mul_overflow(size, count, &bytes))
		arena_abort("array size overflows", count);
	return arena_alloc(a, bytes);
}

str arena_dup(struct arena *a, str s)
{
	if (s.p == NULL)
		return s;
	char *p = arena_take(a, s.n);
	if (s.n)
		memcpy(p, s.p, s.n);
	return str_of(p, s.n);
}

char *arena_cstr(struct arena *a, str s)
{
	char *p = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

str arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	ASSERT(fmt);
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	ASSERT(n >= 0);
	char *p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return str_of(p, (size_t)n);
}

str arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	str s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

struct arena_mark arena_mark(struct arena *a)
{
	return (struct arena_mark){ a->chunk, a->chunk ? a->chunk->used : 0, a->defers };
}

void arena_reset(struct arena *a, struct arena_mark mark)
{
	while (a->defers != mark.defers) {
		struct defer *d = a->defers;
		ASSERT(d);
		a->defers = d->older;
		d->fn(d->arg);
	}
	while (a->chunk != mark.chunk) {
		struct chunk *c = a->chunk;
		ASSERT(c);
		a->chunk = c->older;
		if (c->size <= ARENA_CHUNK_LAST && (a->spare == NULL || a->spare->size < c->size)) {
			chunk_free(a->spare);
			POISON(c->data, c->size);
			a->spare = c;
		} else {
			chunk_free(c);
		}
	}
	if (a->chunk) {
		a->chunk->used = mark.used;
		POISON(a->chunk->data + mark.used, a->chunk->size - mark.used);
	}
}

void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg)
{
	struct defer *d = ARENA_NEW(a, struct defer);
	d->older = a->defers;
	d->fn = fn;
	d->arg = arg;
	a->defers = d;
}

size_t arena_used(const struct arena *a)
{
	return a->chunk ? a->chunk->before + a->chunk->used : 0;
}
