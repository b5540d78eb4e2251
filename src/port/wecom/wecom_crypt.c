/*
 * The envelope's bytes. Sizes come from outside: every sum is checked against what is left, never the
 * other way round, so a length field of 0xffffffff cannot wrap.
 */
#include "port/wecom/wecom_crypt.h"

#include "base/buf.h"
#include "base/crypt.h"
#include "base/hash.h"

#define FRAME_HEAD (WECOM_RANDOM_BYTES + 4)
#define MESSAGE_MAX ((size_t)16 << 20)
#define AES_BLOCK 16

err wecom_key_read(str text, struct arena *a, struct wecom_key *ret, struct fail *f)
{
	str bytes = STR_NIL;
	bool ok = text.n == WECOM_AESKEY_CHARS && !str_has_char(text, '=');
	if (ok) {
		str padded = arena_printf(a, "%.*s=", STR_F(text));
		ok = padded.n == WECOM_AESKEY_CHARS + 1 && base64_decode(a, padded, &bytes) &&
		     bytes.n == WECOM_AESKEY_BYTES;
	}
	if (!ok)
		return fail_set(f, ERR_INPUT, T_ERR_INPUT, STR("aeskey"), STR("******"), STR("43 x A-Z a-z 0-9"));
	memcpy(ret->bytes, bytes.p, WECOM_AESKEY_BYTES);
	return OK;
}

str wecom_signature(str token, str timestamp, str nonce, str encrypted, struct arena *a)
{
	str parts[4] = { token, timestamp, nonce, encrypted };
	for (size_t i = 1; i < ARRAY_LEN(parts); i++)
		for (size_t j = i; j > 0 && str_cmp(parts[j - 1], parts[j]) > 0; j--) {
			str swap = parts[j];
			parts[j] = parts[j - 1];
			parts[j - 1] = swap;
		}
	struct buf all = buf_new(a, token.n + timestamp.n + nonce.n + encrypted.n + 1);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		buf_add(&all, parts[i]);
	u8 digest[SHA1_BYTES];
	hash_sha1(buf_str(&all), digest);
	return hash_hex(a, digest, sizeof(digest));
}

static err broken(struct fail *f, const char *what)
{
	return fail_set(f, ERR_SYNTAX, T_ERR_SYNTAX, STR("Encrypt"), str_c(what), STR_NIL);
}

err wecom_decrypt(const struct wecom_key *key, str receiveid, str encrypted, struct arena *a, str *ret,
		  struct fail *f)
{
	str cipher;
	if (!base64_decode(a, encrypted, &cipher))
		return broken(f, "base64");
	if (cipher.n < FRAME_HEAD || cipher.n % AES_BLOCK)
		return broken(f, "cipher size");
	u8 *plain = arena_alloc(a, cipher.n);
	if (!crypt_aes_cbc_decrypt(key->bytes, key->bytes, cipher, plain))
		return broken(f, "cipher");
	size_t pad = plain[cipher.n - 1];
	if (pad < 1 || pad > WECOM_PAD_BLOCK || pad > cipher.n - FRAME_HEAD)
		return broken(f, "padding");
	for (size_t i = cipher.n - pad; i < cipher.n; i++)
		if (plain[i] != pad)
			return broken(f, "padding");
	size_t left = cipher.n - pad - FRAME_HEAD;
	const u8 *size = plain + WECOM_RANDOM_BYTES;
	size_t n = (size_t)size[0] << 24 | (size_t)size[1] << 16 | (size_t)size[2] << 8 | size[3];
	if (n > left)
		return broken(f, "length");
	str message = str_of(plain + FRAME_HEAD, n);
	if (!crypt_equal(str_of(plain + FRAME_HEAD + n, left - n), receiveid))
		return fail_set(f, ERR_SIGNATURE, T_WECOM_RECEIVER, STR("receiveid"), STR_NIL, STR_NIL);
	*ret = message;
	return OK;
}

err wecom_encrypt(const struct wecom_key *key, str receiveid, str message, const u8 *random, struct arena *a,
		  str *ret, struct fail *f)
{
	if (message.n > MESSAGE_MAX)
		return fail_set(f, ERR_TOO_LARGE, T_ERR_TOO_LARGE, STR("message"), STR_NIL, STR("16 MiB"));
	size_t n = FRAME_HEAD + message.n + receiveid.n;
	size_t pad = WECOM_PAD_BLOCK - n % WECOM_PAD_BLOCK;
	u8 *plain = arena_alloc(a, n + pad), *cipher = arena_alloc(a, n + pad);
	if (random)
		memcpy(plain, random, WECOM_RANDOM_BYTES);
	else
		crypt_random(plain, WECOM_RANDOM_BYTES);
	u8 *p = plain + WECOM_RANDOM_BYTES;
	*p++ = (u8)(message.n >> 24);
	*p++ = (u8)(message.n >> 16);
	*p++ = (u8)(message.n >> 8);
	*p++ = (u8)message.n;
	if (message.n)
		memcpy(p, message.p, message.n);
	if (receiveid.n)
		memcpy(p + message.n, receiveid.p, receiveid.n);
	memset(plain + n, (int)pad, pad);
	if (!crypt_aes_cbc_encrypt(key->bytes, key->bytes, str_of(plain, n + pad), cipher))
		return fail_set(f, ERR_INTERNAL, T_ERR_INTERNAL, STR_NIL, STR_NIL, STR_NIL);
	*ret = base64_encode(a, str_of(cipher, n + pad));
	return OK;
}

str wecom_reply_xml(str token, str timestamp, str nonce, str encrypted, struct arena *a)
{
	str signature = wecom_signature(token, timestamp, nonce, encrypted, a);
	return arena_printf(a,
			    "<xml><Encrypt><![CDATA[%.*s]]></Encrypt><MsgSignature><![CDATA[%.*s]]></MsgSignature>"
			    "<TimeStamp>%.*s</TimeStamp><Nonce><![CDATA[%.*s]]></Nonce></xml>",
			    STR_F(encrypted), STR_F(signature), STR_F(timestamp), STR_F(nonce));
}
