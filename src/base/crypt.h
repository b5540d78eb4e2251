/*
 * Cryptography behind plain functions (OpenSSL, libsodium; nothing of them in any header).
 */
#ifndef YT_BASE_CRYPT_H
#define YT_BASE_CRYPT_H

#include "base/fail.h"

#define CRYPT_KEY_BYTES 32

/* Once per process, before anything else; aborts when no randomness is to be had. */
void crypt_init(void);
void crypt_random(void *ret, size_t n);
bool crypt_equal(str a, str b); /* constant time in the content */

/* XChaCha20-Poly1305: nonce(24) || ciphertext || tag(16); bound to `about` (what it belongs to). */
str crypt_seal(const u8 key[CRYPT_KEY_BYTES], str about, str plain, struct arena *a);
err crypt_open(const u8 key[CRYPT_KEY_BYTES], str about, str sealed, struct arena *a, str *ret, struct fail *f);

/* Argon2id, encoded text with its parameters. At most CRYPT_HASHES_AT_ONCE run together. */
#define CRYPT_HASHES_AT_ONCE 2
str crypt_password_hash(str password, struct arena *a);
bool crypt_password_ok(str encoded, str password);

/* AES-256-CBC without library padding, as WeCom's envelope uses it; sizes are multiples of 16. */
bool crypt_aes_cbc_encrypt(const u8 key[32], const u8 iv[16], str plain, u8 *ret);
bool crypt_aes_cbc_decrypt(const u8 key[32], const u8 iv[16], str cipher, u8 *ret);
/* The same with a short key, where a platform still uses it. */
bool crypt_aes128_cbc_decrypt(const u8 key[16], const u8 iv[16], str cipher, u8 *ret);

#endif
