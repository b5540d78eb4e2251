/*
 * Fuzz target for what WeCom's callback lets in: envelope XML, event XML, and the encrypted frame.
 *
 * The first byte chooses the door: '0' event XML, '1' the whole POST (unsigned, so it must end before
 * decryption), '2' base64 text decrypted directly, '3' a plain frame encrypted first, so that lengths and
 * paddings behind the cipher are reached, '4' an EncodingAESKey. Seeds: corpus/wecom.
 */
#include "port/wecom/wecom_callback.h"
#include "port/wecom/wecom_xml.h"

#include "base/crypt.h"
#include "base/hash.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void frame(const struct wecom_key *key, str in, struct arena *a)
{
	size_t n = in.n / 16 * 16;
	struct fail f = { 0 };
	str message;
	u8 *cipher = arena_alloc(a, n + 1);
	if (!n || !crypt_aes_cbc_encrypt(key->bytes, key->bytes, str_of(in.p, n), cipher))
		return;
	if (wecom_decrypt(key, STR("ww"), base64_encode(a, str_of(cipher, n)), a, &message, &f) == OK &&
	    message.n > n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct wecom_callback callback = { { "ww", 2 }, { "token", 5 },
							{ "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", 43 } };
	if (size < 1)
		return 0;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	str in = str_of(data + 1, size - 1), message;
	struct fail f = { 0 };
	struct wecom_key key;
	struct wecom_event event;
	struct wecom_delivery delivery;
	struct wecom_callback_query query = { STR("0"), STR("1700000000"), STR("n"), STR_NIL };
	if (wecom_key_read(callback.aeskey, a, &key, &f) != OK)
		abort();
	switch (data[0]) {
	case '0':
		if (wecom_event_read(in, a, &event, &f) == OK && event.fields.n > WECOM_XML_ELEMENTS_MAX)
			abort();
		break;
	case '1':
		if (wecom_callback_accept(&callback, &query, in, a, &delivery, &f) == OK)
			abort();
		break;
	case '2':
		(void)wecom_decrypt(&key, STR("ww"), in, a, &message, &f);
		break;
	case '3':
		frame(&key, in, a);
		break;
	default:
		(void)wecom_key_read(in, a, &key, &f);
	}
	arena_free(a);
	return 0;
}
