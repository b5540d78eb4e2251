/*
 * WeCom's message envelope: signature, AES-256-CBC with its own framing, passive reply.
 *
 * plain = random(16) || uint32_be(length) || message || receiveid, padded PKCS#7 to 32; the IV is the
 * first half of the key. The signature is the SHA-1 of the four sorted texts; it is not a MAC of the
 * cipher's key, so it is compared first, in constant time, and nothing unsigned is ever decrypted.
 * receiveid is the corpid of a self-built app: a message for another corp is a signature error, because
 * to the receiver it is somebody else's mail. Everything here is pure on its arguments; random bytes are
 * handed in, so the test vectors are exact.
 */
#ifndef YT_PORT_WECOM_WECOM_CRYPT_H
#define YT_PORT_WECOM_WECOM_CRYPT_H

#include "base/arena.h"
#include "base/fail.h"

#define WECOM_AESKEY_CHARS 43
#define WECOM_AESKEY_BYTES 32
#define WECOM_RANDOM_BYTES 16
#define WECOM_PAD_BLOCK 32
#define WECOM_TOKEN_CHARS_MAX 32

struct wecom_key {
	u8 bytes[WECOM_AESKEY_BYTES];
};

/* 43 base64 characters -> 32 bytes. The two spare bits of the last character may be anything, because
 * keys typed by people have them set. ERR_INPUT on field "aeskey" otherwise. */
err wecom_key_read(str text, struct arena *a, struct wecom_key *ret, struct fail *f);

/* 40 lower-case hex digits over token, timestamp, nonce and the encrypted text, in any order. */
str wecom_signature(str token, str timestamp, str nonce, str encrypted, struct arena *a);

/* Base64 text -> message. ERR_SYNTAX for a broken frame, ERR_SIGNATURE for another receiver. The caller
 * has checked the signature. */
err wecom_decrypt(const struct wecom_key *key, str receiveid, str encrypted, struct arena *a, str *ret,
		  struct fail *f);

/* Message -> base64 text. random: WECOM_RANDOM_BYTES fresh bytes; NULL draws them. ERR_TOO_LARGE when the
 * length does not fit the frame. */
err wecom_encrypt(const struct wecom_key *key, str receiveid, str message, const u8 *random, struct arena *a,
		  str *ret, struct fail *f);

/* The signed answer to an app message. */
str wecom_reply_xml(str token, str timestamp, str nonce, str encrypted, struct arena *a);

#endif
