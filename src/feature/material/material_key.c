/*
 * What a link says, under our seal: the number of the customer in the corp, the member, and a mac over both and the
 * door's key. Nothing is stored for it, and it is the same whenever it is made.
 */
#include "feature/material/material_data.h"

#include "base/crypt.h"
#include "base/hash.h"
#include "core/door/door.h"
#include "port/wecom/wecom_send.h"

#define SEAL_LABEL "material link "
#define MAC_BYTES 9 /* 72 bits: it names a person, and every guess asks us */
#define SEAL_BYTES (4 + 8 + MAC_BYTES)
#define SEAL_CHARS 28 /* of SEAL_BYTES in base64url */

static void mac_of(const struct env *env, struct arena *a, const struct material_link *l, u8 ret[SHA256_BYTES])
{
	str text = arena_printf(a, SEAL_LABEL "%lld %.*s %lld %lld", (long long)l->corp, STR_F(l->key), (long long)l->customer, (long long)l->staff);
	hash_hmac_sha256(str_of(env->cursor_key.bytes, sizeof(env->cursor_key.bytes)), text, ret);
}

str material_seal(const struct env *env, struct arena *a, const struct material_link *l)
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

bool material_unseal(const struct env *env, struct arena *a, str p, struct material_link *l)
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

str material_url(const struct env *env, struct arena *a, const struct material_link *l)
{
	str p = material_seal(env, a, l), url = door_url(env, a, l->key);
	return p.n ? arena_printf(a, "%.*s?p=%.*s", STR_F(url), STR_F(p)) : url;
}

/* ---- as messages carry it ---- */

static err not_now(struct unit *u, const char *field, const char *state, str title)
{
	enum text why = !strcmp(state, "removed") ? T_MATERIAL_REMOVED : !strcmp(state, "waiting") ? T_MATERIAL_WAITING : T_MATERIAL_EXPIRED;
	return fail_set(&u->fail, ERR_STATE, why, str_c(field), title, STR_NIL);
}

/* One that may be sent, with the version that is shown. */
static err usable(struct unit *u, const char *field, i64 id, struct material *ret, struct material_version *ret_version)
{
	i64 base = slot_base(u->store, u->corp);
	TRY(READ_SNAP(u, base, material_find(snap, id, ret)));
	i64 number = ret->live ? ret->live : ret->newest;
	TRY(READ_SNAP(u, base, material_version_get(snap, &(struct material_nth){ id, number }, ret_version)));
	const char *state = material_state(ret, clock_now(u->clock));
	return strcmp(state, "ok") != 0 ? not_now(u, field, state, ret_version->title) : OK;
}

static bool is_itself(str kind)
{
	return str_eq_c(kind, "image") || str_eq_c(kind, "file") || str_eq_c(kind, "miniprogram");
}

static err check(struct unit *u, const char *field, i64 id, bool itself)
{
	struct material m;
	struct material_version v;
	err e = usable(u, field, id, &m, &v);
	if (e == ERR_NOT_FOUND)
		return fail_set(&u->fail, ERR_INPUT, T_OK, str_c(field), arena_printf(u->arena, "%lld", (long long)id), STR_NIL);
	TRY(e);
	return itself && !is_itself(m.kind) ? fail_set(&u->fail, ERR_INPUT, T_MATERIAL_ITSELF, str_c(field), v.title, STR_NIL) : OK;
}

static err link_of(struct unit *u, i64 id, const struct enclosure_to *to, str *ret_url, str *ret_picture)
{
	struct material m;
	struct material_version v;
	TRY(usable(u, "url", id, &m, &v));
	struct material_link l = { u->corp, id, to->customer, to->staff, m.door };
	*ret_url = material_url(u->env, u->arena, &l);
	bool picture = v.cover || str_eq_c(m.kind, "image");
	*ret_picture = picture ? arena_printf(u->arena, "%.*s/h5/api/material/file?key=%.*s&id=%lld", STR_F(u->env->public_url), STR_F(m.door),
					      (long long)(v.cover ? v.cover : v.file)) : STR_NIL;
	return OK;
}

static err part_of(struct cx *cx, i64 id, struct wecom_attachment *ret)
{
	struct material m;
	struct material_version v;
	TRY(usable(&cx->unit, "enclosed", id, &m, &v));
	bool mini = str_eq_c(m.kind, "miniprogram");
	if (!is_itself(m.kind))
		return cx_fail(cx, ERR_STATE, T_MATERIAL_ITSELF, STR("enclosed"), v.title, STR_NIL);
	*ret = (struct wecom_attachment){ .part = mini ? WECOM_MINIPROGRAM : str_eq_c(m.kind, "image") ? WECOM_IMAGE : WECOM_FILE };
	if (mini) {
		ret->title = v.title;
		ret->appid = v.appid;
		ret->page = v.page;
	}
	return material_media_of(cx, mini ? v.cover : v.file, &ret->media_id);
}

const struct enclosure material_enclosure = { "material", check, link_of, part_of };
