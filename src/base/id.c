/*
 * Identifiers. The counter part of an id starts at zero in every new millisecond; when a millisecond
 * is used up, or the clock stands still or goes back, ids borrow from the next millisecond, so they
 * keep growing whatever the clock does.
 */
#include "base/id.h"
#include "base/crypt.h"
#include "base/hash.h"

#define ID_TIME_SHIFT 21
#define ID_NODE_SHIFT 15
#define ID_NODE_MAX 63
#define ID_COUNTER_MASK ((1 << ID_NODE_SHIFT) - 1)

i64 id_next(struct id_source *s, ms now)
{
	ASSERT(s->node >= 0 && s->node <= ID_NODE_MAX);
	i64 node = (i64)s->node << ID_NODE_SHIFT;
	i64 last = atomic_load(&s->last), next;
	do {
		next = now << ID_TIME_SHIFT | node;
		bool ours = (last >> ID_NODE_SHIFT & ID_NODE_MAX) == s->node; /* another start may have used what follows */
		if (next <= last)
			next = ours && (last & ID_COUNTER_MASK) < ID_COUNTER_MASK
				? last + 1 : ((last >> ID_TIME_SHIFT) + 1) << ID_TIME_SHIFT | node;
	} while (!atomic_compare_exchange_weak(&s->last, &last, next));
	return next;
}

ms id_time(i64 id)
{
	return id >> ID_TIME_SHIFT;
}

i64 id_first(ms at)
{
	return at * ((i64)1 << ID_TIME_SHIFT);
}

str id_random(struct arena *a, size_t bytes)
{
	u8 *raw = arena_alloc(a, bytes);
	crypt_random(raw, bytes);
	return base64url_encode(a, str_of(raw, bytes));
}

str id_slug(struct arena *a, size_t chars)
{
	static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";
	const size_t letters = sizeof(alphabet) - 1;
	char *p = arena_alloc(a, chars);
	for (size_t n = 0; n < chars;) {
		u8 byte;
		crypt_random(&byte, 1);
		/* Bytes beyond the last full round would make the first letters likelier. */
		if (byte < 256 / letters * letters)
			p[n++] = alphabet[byte % letters];
	}
	return str_of(p, chars);
}
