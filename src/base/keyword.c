/*
 * keyword: lists, scratch rooms, and the plain engine.
 *
 * The plain engine hashes the first two characters of every keyword (the only one of a single character)
 * into a bitmap. A scan looks at each place of the text where a character may begin: most fail the bitmap
 * at the cost of one load; what passes is compared with the keywords of its bucket. Characters are measured
 * by their first byte alone, so text that is no UTF-8 is read the same way by both sides.
 */
#include "base/keyword_int.h"

#include "base/arena.h"
#include "base/hash.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define PAIR_BITS 20           /* of the bitmap: 128 KB, one of a hundred places passes with a full list */
#define BUCKETS ((size_t)1 << 14)
#define ROOMS_KEPT 16
/* Vectorscan matches few literals by small automata, which on AVX-512 miss hits now and then (5.4.9: "a" of
 * {"xa", "a"} behind the 64th byte); many it matches by another engine. The plain one is as fast for few. */
#define LIBRARY_FROM 256
#define BYTES_PER_KEYWORD ((size_t)512)

struct keywords {
	struct arena *arena;
	str *list; /* folded */
	size_t count;
	struct keyword_hs *hs; /* NULL: plain */
	u64 *pairs;            /* the bitmap */
	u32 *bucket_from, *by_bucket; /* ids, grouped by bucket */
	bool singles;          /* there is a keyword of one character */
	pthread_mutex_t lock;  /* of the rooms */
	void *rooms[ROOMS_KEPT];
	size_t room_count;
};

static u8 fold(u8 c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; }

static size_t char_bytes(u8 lead) { return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4; }

/* The characters at `at` as one number, chars of them (1 or 2); 0: the text ends before. */
static u64 key_at(str text, size_t at, int chars)
{
	u64 key = 0;
	for (int c = 0; c < chars; c++) {
		if (at >= text.n)
			return 0;
		size_t n = char_bytes((u8)text.p[at]);
		if (n > text.n - at)
			return 0;
		for (size_t i = 0; i < n; i++)
			key = key << 8 | fold((u8)text.p[at + i]);
		at += n;
	}
	return key;
}

static u64 key_hash(u64 key, int chars) { return hash_mix(key * 2 + (u64)(chars == 1)); }

static int head_chars(str keyword) { return char_bytes((u8)keyword.p[0]) == keyword.n ? 1 : 2; }

static bool pair_seen(const struct keywords *k, u64 hash)
{
	u64 at = hash >> (64 - PAIR_BITS);
	return k->pairs[at / 64] >> (at % 64) & 1;
}

static void plain_build(struct keywords *k)
{
	k->pairs = ARENA_ARRAY(k->arena, u64, ((size_t)1 << PAIR_BITS) / 64);
	k->bucket_from = ARENA_ARRAY(k->arena, u32, BUCKETS + 1);
	k->by_bucket = ARENA_ARRAY(k->arena, u32, k->count + 1);
	u64 *hashes = ARENA_ARRAY(k->arena, u64, k->count + 1);
	for (size_t i = 0; i < k->count; i++) {
		int chars = head_chars(k->list[i]);
		hashes[i] = key_hash(key_at(k->list[i], 0, chars), chars);
		k->pairs[(hashes[i] >> (64 - PAIR_BITS)) / 64] |= (u64)1 << ((hashes[i] >> (64 - PAIR_BITS)) % 64);
		k->bucket_from[hashes[i] % BUCKETS + 1]++;
		k->singles |= chars == 1;
	}
	for (size_t b = 0; b < BUCKETS; b++)
		k->bucket_from[b + 1] += k->bucket_from[b];
	u32 *next = ARENA_ARRAY(k->arena, u32, BUCKETS);
	for (size_t i = 0; i < k->count; i++) {
		size_t b = hashes[i] % BUCKETS;
		k->by_bucket[k->bucket_from[b] + next[b]++] = (u32)i;
	}
}

static err list_check(const str *list, size_t count, struct fail *f)
{
	char field[32];
	if (count > KEYWORD_COUNT_MAX) {
		char given[24], limit[24];
		snprintf(given, sizeof(given), "%zu", count);
		snprintf(limit, sizeof(limit), "%d", KEYWORD_COUNT_MAX);
		return fail_set(f, ERR_INPUT, T_TOO_LONG, STR("keywords"), str_c(given), str_c(limit));
	}
	for (size_t i = 0; i < count; i++) {
		snprintf(field, sizeof(field), "keywords[%zu]", i);
		if (list[i].n == 0)
			return fail_set(f, ERR_INPUT, T_MISSING, str_c(field), STR_NIL, STR_NIL);
		if (!str_utf8_ok(list[i]))
			return fail_set(f, ERR_INPUT, T_BAD_UTF8, str_c(field), STR_NIL, STR_NIL);
		if (str_utf8_len(list[i]) > KEYWORD_CHARS_MAX)
			return fail_set(f, ERR_INPUT, T_TOO_LONG, str_c(field), list[i], STR("64"));
	}
	return OK;
}

err keywords_new(const str *list, size_t count, enum keyword_engine engine, struct keywords **ret, struct fail *f)
{
	TRY(list_check(list, count, f));
	struct arena *a = arena_new(((size_t)1 << 20) + count * BYTES_PER_KEYWORD);
	struct keywords *k = ARENA_NEW(a, struct keywords);
	k->arena = a;
	k->count = count;
	k->list = ARENA_ARRAY(a, str, count + 1);
	pthread_mutex_init(&k->lock, NULL);
	for (size_t i = 0; i < count; i++) {
		char *p = arena_alloc(a, list[i].n);
		for (size_t b = 0; b < list[i].n; b++)
			p[b] = (char)fold((u8)list[i].p[b]);
		k->list[i] = str_of(p, list[i].n);
	}
	if (engine == KEYWORD_BEST && count >= LIBRARY_FROM)
		k->hs = keyword_hs_new(k->list, count);
	if (!k->hs)
		plain_build(k);
	*ret = k;
	return OK;
}

static void room_free(const struct keywords *k, void *room)
{
	if (k->hs)
		keyword_hs_room_free(room);
	else
		free(room);
}

void keywords_free(struct keywords *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->room_count; i++)
		room_free(k, k->rooms[i]);
	keyword_hs_free(k->hs);
	pthread_mutex_destroy(&k->lock);
	arena_free(k->arena);
}

const char *keywords_engine(const struct keywords *k) { return k->hs ? "vectorscan" : "plain"; }

/* ---- scanning ---- */

/* The plain engine's room: a bit per keyword already heard. */
static size_t seen_bytes(const struct keywords *k) { return (k->count / 64 + 1) * sizeof(u64); }

static void *room_take(struct keywords *k)
{
	void *room = NULL;
	pthread_mutex_lock(&k->lock);
	if (k->room_count)
		room = k->rooms[--k->room_count];
	pthread_mutex_unlock(&k->lock);
	if (!room)
		room = k->hs ? keyword_hs_room_new(k->hs) : malloc(seen_bytes(k));
	ASSERT(room);
	return room;
}

static void room_give(struct keywords *k, void *room)
{
	pthread_mutex_lock(&k->lock);
	bool kept = k->room_count < ROOMS_KEPT;
	if (kept)
		k->rooms[k->room_count++] = room;
	pthread_mutex_unlock(&k->lock);
	if (!kept)
		room_free(k, room);
}

static bool stands_at(str text, size_t at, str keyword)
{
	if (keyword.n > text.n - at)
		return false;
	for (size_t i = 0; i < keyword.n; i++)
		if (fold((u8)text.p[at + i]) != (u8)keyword.p[i])
			return false;
	return true;
}

/* The keywords of one bucket that stand at a place; false: the hearer has enough. */
static bool place_scan(struct keywords *k, u64 hash, str text, size_t at, u64 *seen, bool (*hit)(void *, u32), void *arg)
{
	size_t b = hash % BUCKETS;
	for (u32 i = k->bucket_from[b]; i < k->bucket_from[b + 1]; i++) {
		u32 id = k->by_bucket[i];
		if ((seen[id / 64] >> (id % 64) & 1) || !stands_at(text, at, k->list[id]))
			continue;
		seen[id / 64] |= (u64)1 << (id % 64);
		if (!hit(arg, id))
			return false;
	}
	return true;
}

static void plain_scan(struct keywords *k, u64 *seen, str text, bool (*hit)(void *, u32), void *arg)
{
	memset(seen, 0, seen_bytes(k));
	for (size_t at = 0; at < text.n; at++) {
		if (((u8)text.p[at] & 0xc0) == 0x80)
			continue; /* no character begins here */
		u64 key = key_at(text, at, 2), hash = key_hash(key, 2);
		if (key && pair_seen(k, hash) && !place_scan(k, hash, text, at, seen, hit, arg))
			return;
		if (!k->singles)
			continue;
		key = key_at(text, at, 1);
		hash = key_hash(key, 1);
		if (key && pair_seen(k, hash) && !place_scan(k, hash, text, at, seen, hit, arg))
			return;
	}
}

void keywords_scan(struct keywords *k, str text, bool (*hit)(void *arg, u32 id), void *arg)
{
	if (text.n == 0 || k->count == 0)
		return;
	text.n = text.n < KEYWORD_TEXT_BYTES_MAX ? text.n : KEYWORD_TEXT_BYTES_MAX;
	void *room = room_take(k);
	if (k->hs)
		keyword_hs_scan(k->hs, room, text, hit, arg);
	else
		plain_scan(k, room, text, hit, arg);
	room_give(k, room);
}
