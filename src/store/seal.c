/*
 * Seals. A sealed text begins with a tilde and a digit that says with which key: "~1" the customer's,
 * "~2" the corp's, "~0" none (her key was destroyed, nothing was kept).
 *
 * Customer keys are rows in her slot, sealed with the master key and bound to her id. Opened keys are
 * cached in a small direct-mapped table; a key enters it only when the transaction that made or read
 * it has committed, because a key that was rolled back must never seal anything that stays. A cached
 * key is believed for SEAL_CACHE_MS, so other nodes notice a destroyed one.
 */
#include "store/seal.h"

#include "base/hash.h"
#include "store/store_int.h"
#include "store/seal_int.h"

#include <stdlib.h>

#define SEAL_CACHE_SLOTS 65536 /* 3 MB when full; the persons of some seconds of events */
#define SEAL_CACHE_MS (60 * MS_SECOND)
#define SEAL_TEXT_MAX ((size_t)1 << 20)

struct seal_entry { i64 customer; ms until; u8 key[CRYPT_KEY_BYTES]; };
struct seal_cache {
	pthread_mutex_t lock;
	struct seal_entry entries[SEAL_CACHE_SLOTS];
};

#define KEY_ROW_FIELDS(F, S) F(S, ID, customer) F(S, STR, sealed, .opt = true)
RECORD(key_row, KEY_ROW_FIELDS);
#define KEY_FIND_FIELDS(F, S) F(S, ID, customer)
RECORD(key_find, KEY_FIND_FIELDS);
READ_ONE(customer_key_get, key_find, key_row,
	 SQL(SELECT customer, sealed FROM customer_key WHERE slot = :slot AND corp = :corp AND customer = :customer))
WRITE(customer_key_add, key_row,
      SQL(INSERT INTO customer_key (slot, corp, customer, sealed) VALUES (:slot, :corp, :customer, :sealed)
	  ON CONFLICT (slot, corp, customer) DO NOTHING))
WRITE(customer_key_clear, key_find,
      SQL(INSERT INTO customer_key (slot, corp, customer, sealed) VALUES (:slot, :corp, :customer, NULL)
	  ON CONFLICT (slot, corp, customer) DO UPDATE SET sealed = NULL))

/* ---- cache ---- */

struct seal_cache *seal_cache_new(void)
{
	struct seal_cache *c = calloc(1, sizeof(*c));
	ASSERT(c);
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void seal_cache_free(struct seal_cache *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->lock);
	memset(c, 0, sizeof(*c));
	free(c);
}

static struct seal_entry *entry_of(struct seal_cache *c, i64 customer)
{
	return &c->entries[hash_mix((u64)customer) % SEAL_CACHE_SLOTS];
}

static bool cache_get(struct store *st, i64 customer, u8 *ret)
{
	pthread_mutex_lock(&st->seals->lock);
	const struct seal_entry *e = entry_of(st->seals, customer);
	bool hit = e->customer == customer && e->until > clock_mono();
	if (hit)
		memcpy(ret, e->key, CRYPT_KEY_BYTES);
	pthread_mutex_unlock(&st->seals->lock);
	return hit;
}

static void cache_put(struct store *st, const struct seal_use *use)
{
	pthread_mutex_lock(&st->seals->lock);
	struct seal_entry *e = entry_of(st->seals, use->customer);
	if (!use->destroyed && !use->forget) {
		e->customer = use->customer;
		e->until = clock_mono() + SEAL_CACHE_MS;
		memcpy(e->key, use->key, CRYPT_KEY_BYTES);
	} else if (e->customer == use->customer) {
		memset(e, 0, sizeof(*e));
	}
	pthread_mutex_unlock(&st->seals->lock);
}

/* What a transaction learned about keys, now that it is durable. */
void seal_cache_take(struct store *st, const struct tx_state *s)
{
	for (size_t i = 0; i < s->seals.n; i++)
		cache_put(st, &s->seals.v[i]);
}

/* ---- keys ---- */

/* "kind:id" without a printf: one for every event that is sealed. */
static str about_of(struct arena *a, str kind, i64 id)
{
	struct buf b = buf_new(a, 40);
	buf_add(&b, kind);
	buf_i64(&b, id);
	return buf_str(&b);
}

static str key_about(struct arena *a, i64 customer) { return about_of(a, STR("customer:"), customer); }

/* The key in the row; *ret_destroyed when there is a row without one. */
static err key_read(const struct snap *s, i64 customer, struct seal_use *ret)
{
	struct snap there = *s;
	struct key_row row;
	str sealed, plain;
	there.corp = id_corp_of(customer);
	there.slot = slot_of_customer(s->unit->store, customer);
	TRY(customer_key_get(&there, &(struct key_find){ customer }, &row));
	*ret = (struct seal_use){ .customer = customer, .destroyed = row.sealed.p == NULL };
	if (ret->destroyed)
		return OK;
	if (!base64_decode(s->arena, row.sealed, &sealed))
		return snap_fail(s, ERR_CONFIG, T_STORE_KEY, STR("customer_key"), STR_NIL, STR_NIL);
	TRY(crypt_open(s->unit->store->master, key_about(s->arena, customer), sealed, s->arena, &plain, s->fail));
	if (plain.n != CRYPT_KEY_BYTES)
		return snap_fail(s, ERR_CONFIG, T_STORE_KEY, STR("customer_key"), STR_NIL, STR_NIL);
	memcpy(ret->key, plain.p, CRYPT_KEY_BYTES);
	return OK;
}

/* NULL when this transaction has not met the customer's key. */
static const struct seal_use *key_met(const struct tx_state *s, i64 customer)
{
	for (size_t i = s->seals.n; i-- > 0;) {
		if (s->seals.v[i].customer == customer)
			return &s->seals.v[i];
	}
	return NULL;
}

static err key_make(struct tx *tx, i64 customer, struct seal_use *ret)
{
	struct arena *a = tx->snap.arena;
	*ret = (struct seal_use){ .customer = customer };
	crypt_random(ret->key, sizeof(ret->key));
	str sealed = crypt_seal(tx->snap.unit->store->master, key_about(a, customer),
				str_of(ret->key, sizeof(ret->key)), a);
	return customer_key_add(tx, &(struct key_row){ customer, base64_encode(a, sealed) });
}

static err key_for_writing(struct tx *tx, i64 customer, struct seal_use *ret)
{
	const struct seal_use *met = key_met(tx->state, customer);
	if (met) {
		*ret = *met;
		return OK;
	}
	*ret = (struct seal_use){ .customer = customer };
	if (cache_get(tx->snap.unit->store, customer, ret->key))
		return OK;
	err e = key_read(&tx->snap, customer, ret);
	if (e == ERR_NOT_FOUND)
		e = key_make(tx, customer, ret);
	if (e == OK)
		vec_push(tx->snap.arena, &tx->state->seals, *ret);
	return e;
}

/* ---- texts ---- */

static str seal_with(const u8 *key, char digit, str about, str plain, struct arena *a)
{
	str text = base64url_encode(a, crypt_seal(key, about, plain, a));
	char *sealed = arena_alloc(a, text.n + 2);
	sealed[0] = '~';
	sealed[1] = digit;
	memcpy(sealed + 2, text.p, text.n);
	return str_of(sealed, text.n + 2);
}

static str corp_about(struct arena *a, i64 corp) { return about_of(a, STR("corp:"), corp); }

err seal_with_corp(struct store *st, i64 corp, str plain, struct arena *a, str *ret)
{
	struct corp_place p;
	TRY(place_get(st, corp, &p));
	*ret = seal_with(p.key, '2', corp_about(a, corp), plain, a);
	return OK;
}

err seal_text(struct tx *tx, i64 customer, str plain, str *ret)
{
	struct arena *a = tx->snap.arena;
	if (str_is_nil(plain)) {
		*ret = plain;
		return OK;
	}
	if (customer == 0 || slot_of_customer(tx->snap.unit->store, customer) != tx->snap.slot) {
		err e = seal_with_corp(tx->snap.unit->store, tx->snap.corp, plain, a, ret);
		return e == OK ? OK : tx_fail(tx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("corp_slot"));
	}
	struct seal_use use;
	TRY(key_for_writing(tx, customer, &use));
	*ret = use.destroyed ? STR("~0") : seal_with(use.key, '1', key_about(a, customer), plain, a);
	return OK;
}

static err unseal_customer(const struct snap *s, i64 customer, str sealed, str *ret)
{
	struct seal_use use = { .customer = customer };
	if (!cache_get(s->unit->store, customer, use.key)) {
		err e = key_read(s, customer, &use);
		if (e == ERR_NOT_FOUND)
			use.destroyed = true;
		else if (e != OK)
			return e;
		else if (!s->conn->writer)
			cache_put(s->unit->store, &use);
	}
	if (use.destroyed) {
		*ret = STR("");
		return OK;
	}
	return crypt_open(use.key, key_about(s->arena, customer), sealed, s->arena, ret, s->fail);
}

static err unseal(const struct snap *s, i64 corp, i64 customer, str text, str *ret)
{
	str sealed;
	if (text.n < 2 || text.p[0] != '~') {
		*ret = text; /* never sealed */
		return OK;
	}
	char digit = text.p[1];
	if (digit == '0') {
		*ret = STR("");
		return OK;
	}
	if (!base64url_decode(s->arena, str_sub(text, 2, text.n), &sealed))
		return snap_fail(s, ERR_INPUT, T_OK, STR("sealed"), STR_NIL, STR_NIL);
	if (digit == '1')
		return unseal_customer(s, customer, sealed, ret);
	struct corp_place p;
	err e = place_get(s->unit->store, corp, &p);
	if (e != OK)
		return snap_fail(s, e, T_OK, STR_NIL, STR_NIL, STR("corp_slot"));
	return crypt_open(p.key, corp_about(s->arena, corp), sealed, s->arena, ret, s->fail);
}

err unseal_text(const struct snap *s, i64 customer, str sealed, str *ret)
{
	return unseal(s, s->corp, customer, sealed, ret);
}

err seal_destroy(struct tx *tx, i64 customer)
{
	struct seal_use use = { .customer = customer, .destroyed = true };
	TRY(customer_key_clear(tx, &(struct key_find){ customer }));
	vec_push(tx->snap.arena, &tx->state->seals, use);
	return OK;
}

err seal_lookup(const struct snap *s, str kind, str value, str *ret)
{
	struct corp_place p;
	u8 mac[SHA256_BYTES];
	err e = place_get(s->unit->store, s->corp, &p);
	if (e != OK)
		return snap_fail(s, e, T_OK, STR_NIL, STR_NIL, STR("corp_slot"));
	str text = arena_printf(s->arena, "%.*s:%.*s", STR_F(kind), STR_F(value));
	hash_hmac_sha256(str_of(p.lookup, sizeof(p.lookup)), text, mac);
	*ret = hash_hex(s->arena, mac, 16);
	return OK;
}

/* ---- bodies ---- */

struct seal_arg { struct tx *tx; i64 customer; };
static err seal_field(void *arg, const struct field *field, str in, struct arena *a, str *ret)
{
	struct seal_arg *s = arg;
	return seal_text(s->tx, s->customer, in, ret);
}

err body_seal(struct tx *tx, i64 customer, const struct record *record, const void *of, size_t max, str *ret)
{
	struct buf b = buf_new(tx->snap.arena, max);
	struct seal_arg arg = { tx, customer };
	struct record_filter filter = { seal_field, &arg };
	TRY(record_write_filtered(&b, record, of, &filter));
	if (b.over)
		return tx_fail(tx, ERR_TOO_LARGE, T_OK, STR("body"), str_c(record->name), STR_NIL);
	*ret = buf_str(&b);
	return OK;
}

struct unseal_arg { const struct snap *s; i64 corp, customer; };
static err unseal_field(void *arg, const struct field *field, str in, struct arena *a, str *ret)
{
	struct unseal_arg *u = arg;
	return unseal(u->s, u->corp, u->customer, in, ret);
}

err body_unseal(const struct snap *s, i64 corp, i64 customer, str body, const struct record *record, void *ret)
{
	struct json *json;
	struct unseal_arg arg = { s, corp, customer };
	struct record_filter filter = { unseal_field, &arg };
	TRY(json_parse(body, s->arena, &json, s->fail));
	return record_read_filtered(record, json, ret, s->arena, &filter);
}

/* End of a string literal of base64url letters, 0 when it is none. */
static size_t sealed_end(str body, size_t at)
{
	for (; at < body.n && body.p[at] != '"'; at++) {
		char c = body.p[at];
		if (!(c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
			return 0;
	}
	return at < body.n ? at : 0;
}

/* Sealed texts are found by their mark: a literal beginning with "~2" that the corp's key opens. */
err body_reseal(struct tx *tx, i64 customer, str body, str *ret)
{
	struct buf b = buf_new(tx->snap.arena, SEAL_TEXT_MAX);
	size_t last = 0;
	for (size_t at = 0; at + 3 < body.n; at++) {
		if (memcmp(body.p + at, "\"~2", 3) != 0 || (at > 0 && body.p[at - 1] == '\\'))
			continue;
		size_t end = sealed_end(body, at + 3);
		str plain, sealed;
		if (end == 0 || unseal(&tx->snap, tx->snap.corp, 0, str_sub(body, at + 1, end), &plain) != OK)
			continue;
		TRY(seal_text(tx, customer, plain, &sealed));
		buf_add(&b, str_sub(body, last, at + 1));
		buf_add(&b, sealed);
		last = end;
		at = end;
	}
	buf_add(&b, str_sub(body, last, body.n));
	if (b.over)
		return tx_fail(tx, ERR_TOO_LARGE, T_OK, STR("body"), STR_NIL, STR_NIL);
	*ret = buf_str(&b);
	return OK;
}
