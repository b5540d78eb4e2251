/*
 * VEC(type): a growing array in an arena. Zero-initialised is empty; elements move when it grows.
 *
 *	VEC(str) names = { 0 };
 *	vec_push(arena, &names, STR("a"));
 *	for (size_t i = 0; i < names.n; i++) use(names.v[i]);
 */
#ifndef YT_BASE_VEC_H
#define YT_BASE_VEC_H

#include "base/arena.h"

#define VEC(type) struct { type *v; size_t n, cap; }

#define vec_push(arena_, vec_, ...) do {                                               \
	if ((vec_)->n == (vec_)->cap)                                                      \
		(vec_)->v = vec_grow((arena_), (vec_)->v, sizeof(*(vec_)->v), &(vec_)->cap);   \
	(vec_)->v[(vec_)->n++] = (__VA_ARGS__);                                            \
} while (0)

/* Doubles *cap (8 at least), copies and returns the new place. */
void *vec_grow(struct arena *a, const void *old, size_t size, size_t *cap);

#endif
