/*
 * map and imap: open addressing with linear probing, a power of two of slots, at most half full.
 *
 * There is no removal, so a free slot ends every probe and no tombstones exist. Growing leaves the old
 * table in the arena; the sum over all doublings is less than the last table.
 */
#include "base/map.h"
#include "base/hash.h"

#define MAP_FIRST ((size_t)16)

struct map_slot {
	str key;
	void *value;
	u64 hash;
	bool taken;
};

struct imap_slot {
	i64 key, value;
	bool taken;
};

struct map map_new(struct arena *a)
{
	return (struct map){ .arena = a };
}

/* The slot of key: taken when it is there, the free one to fill when it is not. */
static struct map_slot *map_find(const struct map *m, str key, u64 hash)
{
	size_t i = hash & (m->cap - 1);
	while (m->slots[i].taken && !(m->slots[i].hash == hash && str_eq(m->slots[i].key, key)))
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

void *map_get(const struct map *m, str key)
{
	if (m->n == 0)
		return NULL;
	return map_find(m, key, str_hash(key))->value;
}

static void map_grow(struct map *m)
{
	struct map old = *m;
	m->cap = old.cap ? old.cap * 2 : MAP_FIRST;
	m->slots = ARENA_ARRAY(m->arena, struct map_slot, m->cap);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].taken)
			*map_find(m, old.slots[i].key, old.slots[i].hash) = old.slots[i];
}

bool map_put(struct map *m, str key, void *value)
{
	if (m->n * 2 >= m->cap)
		map_grow(m);
	u64 hash = str_hash(key);
	struct map_slot *slot = map_find(m, key, hash);
	bool fresh = !slot->taken;
	*slot = (struct map_slot){ fresh ? key : slot->key, value, hash, true };
	m->n += fresh;
	return fresh;
}

struct imap imap_new(struct arena *a)
{
	return (struct imap){ .arena = a };
}

static struct imap_slot *imap_find(const struct imap *m, i64 key)
{
	size_t i = hash_mix((u64)key) & (m->cap - 1);
	while (m->slots[i].taken && m->slots[i].key != key)
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

bool imap_get(const struct imap *m, i64 key, i64 *ret)
{
	if (m->n == 0)
		return false;
	struct imap_slot *slot = imap_find(m, key);
	if (slot->taken)
		*ret = slot->value;
	return slot->taken;
}

static void imap_grow(struct imap *m)
{
	struct imap old = *m;
	m->cap = old.cap ? old.cap * 2 : MAP_FIRST;
	m->slots = ARENA_ARRAY(m->arena, struct imap_slot, m->cap);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].taken)
			*imap_find(m, old.slots[i].key) = old.slots[i];
}

bool imap_put(struct imap *m, i64 key, i64 value)
{
	if (m->n * 2 >= m->cap)
		imap_grow(m);
	struct imap_slot *slot = imap_find(m, key);
	bool fresh = !slot->taken;
	*slot = (struct imap_slot){ key, value, true };
	m->n += fresh;
	return fresh;
}
