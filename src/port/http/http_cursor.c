/*
 * Page cursors: version, keyset values, filter hash, 16 bytes of HMAC; base64url.
 *
 * A cursor says where a list goes on, never how far it got, so rows that come and go between two pages
 * are neither skipped nor repeated. It is sealed because it carries sort values a viewer could
 * otherwise probe, and bound to its filter because another filter's position means nothing.
 */
#include "port/http/route.h"

#include "base/crypt.h"
#include "base/hash.h"

#define CURSOR_VERSION 1
#define CURSOR_MAC_BYTES 16
#define CURSOR_BYTES_MAX (2 + 8 * (CURSOR_KEYS_MAX + 1) + CURSOR_MAC_BYTES)

static size_t put_u64(u8 *at, u64 v)
{
	for (int i = 0; i < 8; i++)
		at[i] = (u8)(v >> (56 - 8 * i));
	return 8;
}

static u64 get_u64(const u8 *at)
{
	u64 v = 0;
	for (int i = 0; i < 8; i++)
		v = v << 8 | at[i];
	return v;
}

static void cursor_mac(const struct cursor_key *key, str what, u8 ret[CURSOR_MAC_BYTES])
{
	u8 mac[SHA256_BYTES];
	hash_hmac_sha256(str_of(key->bytes, sizeof(key->bytes)), what, mac);
	memcpy(ret, mac, CURSOR_MAC_BYTES);
}

str cursor_encode(struct arena *a, const struct cursor_key *key, const i64 *keys, size_t count, u64 filter)
{
	u8 raw[CURSOR_BYTES_MAX];
	size_t n = 0;
	ASSERT(count > 0 && count <= CURSOR_KEYS_MAX);
	raw[n++] = CURSOR_VERSION;
	raw[n++] = (u8)count;
	for (size_t i = 0; i < count; i++)
		n += put_u64(raw + n, (u64)keys[i]);
	n += put_u64(raw + n, filter);
	cursor_mac(key, str_of(raw, n), raw + n);
	return base64url_encode(a, str_of(raw, n + CURSOR_MAC_BYTES));
}

err cursor_decode(struct arena *a, const struct cursor_key *key, str cursor, i64 *ret_keys, size_t count,
		  u64 filter, struct fail *f)
{
	str raw;
	u8 mac[CURSOR_MAC_BYTES];
	ASSERT(count > 0 && count <= CURSOR_KEYS_MAX);
	size_t n = 2 + 8 * (count + 1);
	if (!base64url_decode(a, cursor, &raw) || raw.n != n + CURSOR_MAC_BYTES)
		return fail_set(f, ERR_INPUT, T_HTTP_CURSOR, STR("cursor"), STR_NIL, STR_NIL);
	const u8 *p = (const u8 *)raw.p;
	cursor_mac(key, str_of(p, n), mac);
	if (!crypt_equal(str_of(mac, sizeof(mac)), str_sub(raw, n, raw.n)) || p[0] != CURSOR_VERSION ||
	    p[1] != count || get_u64(p + 2 + 8 * count) != filter)
		return fail_set(f, ERR_INPUT, T_HTTP_CURSOR, STR("cursor"), STR_NIL, STR_NIL);
	for (size_t i = 0; i < count; i++)
		ret_keys[i] = (i64)get_u64(p + 2 + 8 * i);
	return OK;
}
