/*
 * Growth of VEC(type). The old place stays in the arena: whoever kept a pointer to an element reads
 * the old value, never freed memory.
 */
#include "base/vec.h"

#define VEC_FIRST ((size_t)8)

void *vec_grow(struct arena *a, const void *old, size_t size, size_t *cap)
{
	size_t wider = *cap ? *cap * 2 : VEC_FIRST;
	void *v = arena_alloc_array(a, size, wider);
	if (*cap)
		memcpy(v, old, size * *cap);
	*cap = wider;
	return v;
}
