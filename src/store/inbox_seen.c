/*
 * The table is cut into parts by the upper bits of the hash, so that growing one moves a thousandth of
 * the whole and nobody waits for it. A part is open addressing over a 32-bit tag and an id; nothing is
 * ever removed from the middle: when a part is full it is written anew without what is too old.
 */
#include "store/inbox_seen.h"

#include "base/crypt.h"
#include "base/fail.h"
#include "base/hash.h"
#include "base/log.h"

#include <stdlib.h>

#define PARTS_BITS 10
#define PARTS (1 << PARTS_BITS)
#define PART_LEAST 8 /* entries of a part, so that an eighth is one */
#define PART_FIRST 64 /* places of a new part; a power of two, as ever */
#define WARN_EVERY_MS MS_HOUR

struct part {
	u32 *tags; /* 0: free */
	i64 *ids;
	size_t n, cap;
};

struct inbox_seen {
	struct part parts[PARTS];
	u64 secret[2];
	size_t part_max;
	u64 forgotten;
	ms warned;
};

struct inbox_seen *inbox_seen_new(size_t max)
{
	struct inbox_seen *s = calloc(1, sizeof(*s));
	ASSERT(s && max >= PARTS * PART_LEAST);
	crypt_random(s->secret, sizeof(s->secret));
	s->part_max = max / PARTS;
	s->warned = -WARN_EVERY_MS;
	return s;
}

void inbox_seen_free(struct inbox_seen *s)
{
	for (size_t i = 0; s && i < PARTS; i++) {
		free(s->parts[i].ids);
		free(s->parts[i].tags);
	}
	free(s);
}

static u64 hash_on(u64 h, u64 secret, str s)
{
	u64 word = 0;
	size_t at = 0;
	for (; at + sizeof(word) <= s.n; at += sizeof(word)) {
		memcpy(&word, s.p + at, sizeof(word));
		h = hash_mix(h ^ word) + secret;
	}
	word = 0;
	if (at < s.n)
		memcpy(&word, s.p + at, s.n - at);
	return hash_mix(h ^ word ^ ((u64)s.n << 56)) + secret;
}

u64 inbox_seen_hash(const struct inbox_seen *s, i64 corp, str source, str key)
{
	u64 h = hash_mix(s->secret[0] ^ (u64)corp);
	return hash_mix(hash_on(hash_on(h, s->secret[1], source), s->secret[1], key));
}

static const struct part *part_of(const struct inbox_seen *s, u64 hash) { return &s->parts[hash >> (64 - PARTS_BITS)]; }
static u32 tag_of(u64 hash) { return (u32)hash ? (u32)hash : 1; }

void inbox_seen_fetch(const struct inbox_seen *s, u64 hash)
{
	const struct part *p = part_of(s, hash);
	size_t place = tag_of(hash) & (p->cap - 1);
	if (!p->cap)
		return;
	__builtin_prefetch(&p->tags[place], 1);
	__builtin_prefetch(&p->ids[place], 1);
}

i64 inbox_seen_next(const struct inbox_seen *s, u64 hash, size_t *at)
{
	const struct part *p = part_of(s, hash);
	u32 tag = tag_of(hash);
	while (p->cap && *at < p->cap) {
		size_t place = (tag + (*at)++) & (p->cap - 1);
		if (!p->tags[place])
			return 0;
		if (p->tags[place] == tag)
			return p->ids[place];
	}
	return 0;
}

static void place_put(struct part *p, u32 tag, i64 id)
{
	size_t place = tag & (p->cap - 1);
	while (p->tags[place])
		place = (place + 1) & (p->cap - 1);
	p->ids[place] = id;
	p->tags[place] = tag;
	p->n++;
}

static int ascending(const void *a, const void *b)
{
	i64 x = *(const i64 *)a, y = *(const i64 *)b;
	return (x > y) - (x < y);
}

/* The id that the oldest eighth of a part lies before. */
static i64 eighth_of(const struct part *p)
{
	i64 *ids = malloc(p->n * sizeof(*ids)), ret;
	size_t n = 0;
	ASSERT(ids);
	for (size_t i = 0; i < p->cap; i++) {
		if (p->tags[i])
			ids[n++] = p->ids[i];
	}
	qsort(ids, n, sizeof(*ids), ascending);
	ret = ids[n / 8];
	free(ids);
	return ret;
}

static void part_write(struct part *p, i64 oldest)
{
	struct part old = *p;
	size_t live = 0, cap = PART_FIRST;
	for (size_t i = 0; i < old.cap; i++)
		live += old.tags[i] && old.ids[i] >= oldest;
	while (live * 3 > cap * 2)
		cap *= 2;
	*p = (struct part){ calloc(cap, sizeof(*p->tags)), malloc(cap * sizeof(*p->ids)), 0, cap };
	ASSERT(p->ids && p->tags);
	for (size_t i = 0; i < old.cap; i++) {
		if (old.tags[i] && old.ids[i] >= oldest)
			place_put(p, old.tags[i], old.ids[i]);
	}
	free(old.ids);
	free(old.tags);
}

/* At the bound: what is too old goes, and when that is no eighth, the oldest eighth all the same. */
static void forget(struct inbox_seen *s, struct part *p, i64 oldest)
{
	i64 from = int_max(oldest, eighth_of(p));
	u64 young = 0;
	for (size_t i = 0; i < p->cap; i++)
		young += p->tags[i] && p->ids[i] >= oldest && p->ids[i] < from;
	part_write(p, from);
	s->forgotten += young;
	if (!young || clock_mono() - s->warned < WARN_EVERY_MS)
		return;
	s->warned = clock_mono();
	log_line(LOG_WARN, "inbox.window_short", "entries_max=%zu forgotten=%llu", s->part_max * PARTS,
		 (unsigned long long)s->forgotten);
}

static bool replace(struct part *p, u32 tag, i64 id, i64 instead)
{
	for (size_t at = 0; instead && at < p->cap; at++) {
		size_t place = (tag + at) & (p->cap - 1);
		if (!p->tags[place])
			return false;
		if (p->tags[place] == tag && p->ids[place] == instead) {
			p->ids[place] = id;
			return true;
		}
	}
	return false;
}

void inbox_seen_put(struct inbox_seen *s, u64 hash, i64 id, i64 instead, i64 oldest)
{
	struct part *p = &s->parts[hash >> (64 - PARTS_BITS)];
	ASSERT(id > 0);
	if (replace(p, tag_of(hash), id, instead))
		return;
	if (p->n >= s->part_max)
		forget(s, p, oldest);
	else if (p->n * 4 >= p->cap * 3)
		part_write(p, oldest);
	place_put(p, tag_of(hash), id);
}

void inbox_seen_stats(const struct inbox_seen *s, struct inbox_seen_stats *ret)
{
	*ret = (struct inbox_seen_stats){ .forgotten = s->forgotten };
	for (size_t i = 0; i < PARTS; i++) {
		ret->entries += s->parts[i].n;
		ret->bytes += s->parts[i].cap * (sizeof(i64) + sizeof(u32));
	}
}
