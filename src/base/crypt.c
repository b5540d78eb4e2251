/*
 * Cryptography: libsodium for sealing, passwords and randomness, OpenSSL for AES-CBC, which WeCom's
 * envelope prescribes.
 *
 * Argon2id takes PASSWORD_MEMORY each time; the gate bounds how many run together, so that a burst of
 * logins cannot take the memory of the machine.
 */

/* OpenSSL has a type of the name of one of our errors. */
#define ERR_STATE openssl_err_state
#include <openssl/evp.h>
#undef ERR_STATE

#include "base/crypt.h"

#include <limits.h>
#include <pthread.h>
#include <sodium.h>

#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES

#define PASSWORD_MEMORY ((size_t)64 << 20)
#define PASSWORD_ROUNDS 3

static struct {
	pthread_mutex_t lock;
	pthread_cond_t left;
	int inside;
} gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };

void crypt_init(void)
{
	/* A generator of its own per thread, seeded by the kernel: a nonce for every row would be a call each. */
	randombytes_set_implementation(&randombytes_internal_implementation);
	ASSERT(sodium_init() >= 0);
	pthread_atfork(NULL, NULL, randombytes_stir); /* a child must not go on where its parent does */
}

void crypt_random(void *ret, size_t n)
{
	randombytes_buf(ret, n);
}

bool crypt_equal(str a, str b)
{
	return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

static const u8 *bytes(str s)
{
	return (const u8 *)(s.p ? s.p : "");
}

str crypt_seal(const u8 key[CRYPT_KEY_BYTES], str about, str plain, struct arena *a)
{
	u8 *out = arena_alloc(a, NONCE_BYTES + plain.n + TAG_BYTES);
	unsigned long long n = 0;
	crypt_random(out, NONCE_BYTES);
	ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_BYTES, &n, bytes(plain), plain.n, bytes(about),
							   about.n, NULL, out, key) == 0);
	return str_of(out, NONCE_BYTES + (size_t)n);
}

err crypt_open(const u8 key[CRYPT_KEY_BYTES], str about, str sealed, struct arena *a, str *ret, struct fail *f)
{
	if (sealed.n < NONCE_BYTES + TAG_BYTES)
		return fail_set(f, ERR_SIGNATURE, T_OK, STR_NIL, STR_NIL, STR_NIL);
	u8 *out = arena_alloc(a, sealed.n - NONCE_BYTES - TAG_BYTES);
	unsigned long long n = 0;
	const u8 *in = bytes(sealed);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, &n, NULL, in + NONCE_BYTES, sealed.n - NONCE_BYTES,
						       bytes(about), about.n, in, key) != 0)
		return fail_set(f, ERR_SIGNATURE, T_OK, STR_NIL, STR_NIL, STR_NIL);
	*ret = str_of(out, (size_t)n);
	return OK;
}

static void gate_enter(void)
{
	pthread_mutex_lock(&gate.lock);
	while (gate.inside == CRYPT_HASHES_AT_ONCE)
		pthread_cond_wait(&gate.left, &gate.lock);
	gate.inside++;
	pthread_mutex_unlock(&gate.lock);
}

static void gate_leave(void)
{
	pthread_mutex_lock(&gate.lock);
	gate.inside--;
	pthread_cond_signal(&gate.left);
	pthread_mutex_unlock(&gate.lock);
}

str crypt_password_hash(str password, struct arena *a)
{
	char *out = arena_alloc(a, crypto_pwhash_STRBYTES);
	gate_enter();
	int rc = crypto_pwhash_str_alg(out, password.p ? password.p : "", password.n, PASSWORD_ROUNDS, PASSWORD_MEMORY,
				       crypto_pwhash_ALG_ARGON2ID13);
	gate_leave();
	ASSERT(rc == 0);
	return str_c(out);
}

bool crypt_password_ok(str encoded, str password)
{
	char text[crypto_pwhash_STRBYTES] = { 0 };
	if (encoded.n == 0 || encoded.n >= sizeof(text))
		return false;
	memcpy(text, encoded.p, encoded.n);
	gate_enter();
	int rc = crypto_pwhash_str_verify(text, password.p ? password.p : "", password.n);
	gate_leave();
	return rc == 0;
}

static bool aes_cbc(const EVP_CIPHER *with, bool encrypt, const u8 *key, const u8 iv[16], str in, u8 *ret)
{
	if (in.n % 16 != 0 || in.n > INT_MAX)
		return false;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, rest = 0;
	bool ok = ctx && EVP_CipherInit_ex(ctx, with, NULL, key, iv, encrypt) == 1 &&
		  EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
		  EVP_CipherUpdate(ctx, ret, &n, bytes(in), (int)in.n) == 1 &&
		  EVP_CipherFinal_ex(ctx, ret + n, &rest) == 1 && n + rest == (int)in.n;
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

bool crypt_aes_cbc_encrypt(const u8 key[32], const u8 iv[16], str plain, u8 *ret)
{
	return aes_cbc(EVP_aes_256_cbc(), true, key, iv, plain, ret);
}

bool crypt_aes_cbc_decrypt(const u8 key[32], const u8 iv[16], str cipher, u8 *ret)
{
	return aes_cbc(EVP_aes_256_cbc(), false, key, iv, cipher, ret);
}

bool crypt_aes128_cbc_decrypt(const u8 key[16], const u8 iv[16], str cipher, u8 *ret)
{
	return aes_cbc(EVP_aes_128_cbc(), false, key, iv, cipher, ret);
}
