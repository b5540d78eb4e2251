/*
 * Places: which slots a corp lives in, and its two keys. Cached for the life of the process, because
 * every event asks; rows of corp_slot are only ever added.
 *
 * slot = base + mix(x) mod spread, mod SLOT_COUNT, x being the customer's block of 65,536 numbers or
 * the hash of a key. A corp is known to this process as soon as it is added, before the commit: the
 * rest of that transaction needs its place.
 */
#include "store/store_int.h"

#include "base/hash.h"
#include "store/store_data.h"

static err key_open(struct store *st, i64 corp, const char *use, str text, u8 *ret)
{
	struct arena *a = arena_new(1 << 16);
	str sealed, plain;
	err e = ERR_CONFIG;
	if (base64_decode(a, text, &sealed) &&
	    crypt_open(st->master, arena_printf(a, "corp:%lld:%s", (long long)corp, use), sealed, a, &plain, NULL) == OK &&
	    plain.n == CRYPT_KEY_BYTES) {
		memcpy(ret, plain.p, CRYPT_KEY_BYTES);
		e = OK;
	}
	arena_free(a);
	return e;
}

static str key_seal(struct store *st, i64 corp, const char *use, struct arena *a)
{
	u8 key[CRYPT_KEY_BYTES];
	crypt_random(key, sizeof(key));
	str about = arena_printf(a, "corp:%lld:%s", (long long)corp, use);
	return base64_encode(a, crypt_seal(st->master, about, str_of(key, sizeof(key)), a));
}

void place_put(struct store *st, i64 corp, const struct corp_place *p)
{
	pthread_rwlock_wrlock(&st->places_lock);
	struct corp_place *copy = ARENA_NEW(st->places_arena, struct corp_place);
	*copy = *p;
	imap_put(&st->places, corp, (i64)(intptr_t)copy);
	pthread_rwlock_unlock(&st->places_lock);
}

static err place_take(struct store *st, const struct corp_slot *row)
{
	struct corp_place p = { .base = row->base, .spread = row->spread };
	TRY(key_open(st, row->id, "seal", row->seal_key, p.key));
	TRY(key_open(st, row->id, "lookup", row->lookup_key, p.lookup));
	place_put(st, row->id, &p);
	return OK;
}

static err place_row(void *arg, const void *of) { return place_take(arg, of); }

/* All corps, or one that another node may have added. */
err places_load(struct store *st, i64 corp, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(st, a, 0, "store");
	struct corp_slot row;
	err e = corp ? READ_SNAP(&u, 0, corp_slot_get(snap, &(struct corp_slot_find){ corp }, &row))
		     : READ_SNAP(&u, 0, corp_slot_all(snap, &(struct none){ 0 }, place_row, st));
	if (e == OK && corp)
		e = place_take(st, &row);
	if (e == ERR_CONFIG)
		e = fail_set(&u.fail, ERR_CONFIG, T_STORE_KEY, STR("key_file"), STR_NIL, STR_NIL);
	if (f && e != OK)
		*f = u.fail;
	arena_free(a);
	return e;
}

static bool place_cached(struct store *st, i64 corp, struct corp_place *ret)
{
	i64 found = 0;
	pthread_rwlock_rdlock(&st->places_lock);
	bool known = imap_get(&st->places, corp, &found);
	if (known)
		*ret = *(const struct corp_place *)(intptr_t)found;
	pthread_rwlock_unlock(&st->places_lock);
	return known;
}

err place_get(struct store *st, i64 corp, struct corp_place *ret)
{
	if (place_cached(st, corp, ret))
		return OK;
	/* On SQLite nobody else adds corps, so the cache is the truth. */
	if (store_is_postgres(st) && places_load(st, corp, NULL) == OK && place_cached(st, corp, ret))
		return OK;
	return ERR_NOT_FOUND;
}

err store_corp_add(struct tx *tx, i64 corp, i64 base, i64 spread)
{
	struct store *st = tx->snap.unit->store;
	if (base < 0 || base >= SLOT_COUNT)
		return tx_fail(tx, ERR_INPUT, T_OK, STR("base"), STR_NIL, STR("0..4095"));
	if (spread < 1 || spread > SLOT_COUNT || (spread & (spread - 1)) != 0)
		return tx_fail(tx, ERR_INPUT, T_OK, STR("spread"), STR_NIL, STR("1..4096, 2^n"));
	struct corp_slot row = { corp, base, spread, key_seal(st, corp, "seal", tx->snap.arena),
				 key_seal(st, corp, "lookup", tx->snap.arena) };
	TRY(corp_slot_add(tx, &row, &row));
	return place_take(st, &row);
}

/* Without a place (global work, a corp not added yet) everything lives in one slot of its own. */
static struct corp_place place_or_own(struct store *st, i64 corp)
{
	struct corp_place p = { .spread = 1 };
	if (corp == 0 || place_get(st, corp, &p) != OK)
		p.base = corp == 0 ? 0 : (i64)(hash_mix((u64)corp) % SLOT_COUNT);
	return p;
}

static i64 place_slot(const struct corp_place *p, u64 x)
{
	return (p->base + (i64)(hash_mix(x) & (u64)(p->spread - 1))) % SLOT_COUNT;
}

i64 slot_base(struct store *st, i64 corp) { return place_or_own(st, corp).base; }

i64 slot_of_customer(struct store *st, i64 customer)
{
	struct corp_place p = place_or_own(st, id_corp_of(customer));
	return place_slot(&p, id_number_of(customer) >> 16);
}

i64 slot_of_key(struct store *st, i64 corp, u64 hash)
{
	struct corp_place p = place_or_own(st, corp);
	return place_slot(&p, hash);
}

size_t slots_of_corp(struct store *st, i64 corp, i64 *ret, size_t max)
{
	struct corp_place p = place_or_own(st, corp);
	size_t n = 0;
	/* Ascending: the part that wraps round SLOT_COUNT comes first. */
	i64 wrapped = p.base + p.spread - SLOT_COUNT;
	for (i64 s = 0; s < wrapped && n < max; s++)
		ret[n++] = s;
	for (i64 s = p.base; s < p.base + p.spread && s < SLOT_COUNT && n < max; s++)
		ret[n++] = s;
	return n;
}
