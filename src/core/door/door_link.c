/*
 * What a link says, under our seal: the number of the customer in the corp, the member, and a mac over both and the
 * door's key.
 */
#include "core/door/door_link.h"

#include "base/crypt.h"
#include "base/hash.h"

#define SEAL_LABEL "material link " /* of every kind of link; as it was when only materials had one */
#define MAC_BYTES 9 /* 72 bits: it names a person, and every guess asks us */
#define SEAL_BYTES (4 + 8 + MAC_BYTES)
#define SEAL_CHARS 28 /* of SEAL_BYTES in base64url */
#define LETTERS_MAX 60

static void mac_of(const struct env *env, struct arena *a, const struct door_link *l, u8 ret[SHA256_BYTES])
{
	str text = arena_printf(a, SEAL_LABEL "%lld %.*s %lld %lld", (long long)l->corp, STR_F(l->key), (long long)l->customer, (long long)l->staff);
	hash_hmac_sha256(str_of(env->cursor_key.bytes, sizeof(env->cursor_key.bytes)), text, ret);
}

str door_link_seal(const struct env *env, struct arena *a, const struct door_link *l)
{
	u8 mac[SHA256_BYTES], bytes[SEAL_BYTES];
	u32 number = l->customer ? id_number_of(l->customer) : 0;
	u64 staff = (u64)l->staff;
	if (!l->customer && !l->staff)
		return STR_NIL;
	mac_of(env, a, l, mac);
	for (int i = 0; i < 4; i++)
		bytes[i] = (u8)(number >> (24 - 8 * i));
	for (int i = 0; i < 8; i++)
		bytes[4 + i] = (u8)(staff >> (56 - 8 * i));
	memcpy(bytes + 12, mac, MAC_BYTES);
	return base64url_encode(a, str_of(bytes, sizeof(bytes)));
}

bool door_link_unseal(const struct env *env, struct arena *a, str p, struct door_link *l)
{
	str bytes;
	u8 mac[SHA256_BYTES];
	u32 number = 0;
	u64 staff = 0;
	l->customer = l->staff = 0;
	if (!p.n)
		return true;
	if (p.n != SEAL_CHARS || !base64url_decode(a, p, &bytes) || bytes.n != SEAL_BYTES)
		return false;
	for (int i = 0; i < 4; i++)
		number = number << 8 | (u8)bytes.p[i];
	for (int i = 0; i < 8; i++)
		staff = staff << 8 | (u8)bytes.p[4 + i];
	l->customer = number ? id_customer(l->corp, number) : 0;
	l->staff = (i64)staff;
	mac_of(env, a, l, mac);
	return crypt_equal(str_of(mac, MAC_BYTES), str_sub(bytes, 12, SEAL_BYTES));
}

str door_link_url(const struct env *env, struct arena *a, const struct door_link *l)
{
	str p = door_link_seal(env, a, l), url = door_url(env, a, l->key);
	return p.n ? arena_printf(a, "%.*s?p=%.*s", STR_F(url), STR_F(p)) : url;
}

/* ---- who comes by one ---- */

bool door_link_letters(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= 'A' && s.p[i] <= 'Z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
		    s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n > 0 && s.n <= LETTERS_MAX;
}

bool door_link_page(const struct door *door, const struct door_visit *visit, const char *path, struct door_answer *ret)
{
	str p = http_query(visit->req, "p");
	ret->location = door_link_letters(p) ? arena_printf(visit->req->arena, "%s?key=%.*s&p=%.*s", path, STR_F(door->key), STR_F(p))
					     : arena_printf(visit->req->arena, "%s?key=%.*s", path, STR_F(door->key));
	return true;
}

err door_link_enter(struct cx *cx, const char *kind, str key, str p, struct door_link *ret)
{
	struct door door;
	err e = door_find(&cx->unit, key, &door);
	if (e == ERR_NOT_FOUND || (e == OK && !str_eq_c(door.kind, kind)))
		return cx_fail(cx, ERR_NOT_FOUND, T_DOOR_GONE, STR("key"), STR_NIL, STR_NIL);
	TRY(e);
	cx->unit.corp = door.corp;
	cx->unit.actor_kind = ACTOR_CUSTOMER;
	cx->unit.source = "h5";
	*ret = (struct door_link){ .corp = door.corp, .target = door.target, .key = door.key };
	if (!door_link_unseal(cx->env, CX_ARENA(cx), p, ret))
		ret->customer = ret->staff = 0;
	return OK;
}
