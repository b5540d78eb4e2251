/*
 * What a destination is, as text: its secret, its address, its signature.
 */
#include "feature/hook/hook.h"

#include "base/hash.h"
#include "core/corp/corp.h"

#define SECRET_PREFIX "whsec_"

err hook_secret_read(struct arena *a, str text, str *ret, struct fail *f)
{
	str bytes = STR("");
	bool ok = str_starts(text, STR(SECRET_PREFIX)) && base64_decode(a, str_sub(text, sizeof(SECRET_PREFIX) - 1, text.n), &bytes);
	if (!ok || bytes.n < HOOK_SECRET_MIN || bytes.n > HOOK_SECRET_MAX)
		return fail_set(f, ERR_INPUT, T_HOOK_SECRET, STR("secret"), STR_NIL, STR_NIL);
	*ret = bytes;
	return OK;
}

str hook_sign(struct arena *a, str secret_bytes, str id, i64 seconds, str body)
{
	u8 mac[SHA256_BYTES];
	hash_hmac_sha256(secret_bytes, arena_printf(a, "%.*s.%lld.%.*s", STR_F(id), (long long)seconds, STR_F(body)), mac);
	return arena_printf(a, "v1,%.*s", STR_F(base64_encode(a, str_of(mac, sizeof(mac)))));
}

err hook_private_ok(struct unit *u, bool *ret)
{
	i64 n;
	TRY(setting_i64(u, "hook.private", &n));
	*ret = n == 1;
	return OK;
}

/* The host of an address without user, port and brackets' outside. */
static str host_of(str url)
{
	i64 at = str_find(url, STR("://"));
	str rest = str_sub(url, (size_t)at + 3, url.n), host = rest;
	for (size_t i = 0; i < rest.n; i++)
		if (strchr("/?#", rest.p[i])) {
			host = str_sub(rest, 0, i);
			break;
		}
	if (str_starts(host, STR("["))) {
		i64 end = str_find(host, STR("]"));
		return end < 0 ? STR("") : str_sub(host, 0, (size_t)end + 1);
	}
	return str_cut(&host, ':');
}

err hook_url_check(struct unit *u, str url)
{
	struct corp corp;
	bool ours_ok;
	TRY(corp_get(u, u->corp, &corp));
	TRY(hook_private_ok(u, &ours_ok));
	bool plain = str_starts(url, STR("http://")) && (corp.simulated || ours_ok);
	if ((!str_starts(url, STR("https://")) && !plain) || str_has_char(url, '@'))
		return fail_set(&u->fail, ERR_INPUT, T_HOOK_URL, STR("url"), str_utf8_head(url, 60), STR("https://"));
	str host = host_of(url);
	for (size_t i = 0; i < url.n; i++)
		if ((u8)url.p[i] <= ' ' || (u8)url.p[i] == 0x7f)
			host = STR("");
	if (!host.n)
		return fail_set(&u->fail, ERR_INPUT, T_HOOK_URL, STR("url"), str_utf8_head(url, 60), STR("https://"));
	if (!ours_ok && transport_private(host))
		return fail_set(&u->fail, ERR_INPUT, T_HOOK_PRIVATE, STR("url"), host, STR_NIL);
	return OK;
}
