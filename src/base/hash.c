/*
 * Digests (OpenSSL), stable 64-bit hashes, and the texts bytes travel as: hex, base64, base64url.
 *
 * hash64, hash_mix and hash_crc32 stand in stored keys and files: their results never change.
 */
#include "base/hash.h"

/* OpenSSL has a type of the name of one of our errors. */
#define ERR_STATE openssl_err_state
#include <openssl/evp.h>
#include <openssl/hmac.h>
#undef ERR_STATE

#include "base/fail.h"

#include <unistd.h>
#include <zlib.h>

static void digest(const EVP_MD *md, str s, u8 *ret)
{
	unsigned n = 0;
	ASSERT(EVP_Digest(s.p ? s.p : "", s.n, ret, &n, md, NULL) == 1);
}

void hash_sha256(str s, u8 ret[SHA256_BYTES])
{
	digest(EVP_sha256(), s, ret);
}

bool hash_sha256_fd(int fd, u8 ret[SHA256_BYTES])
{
	u8 block[1 << 16];
	ssize_t n;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	ASSERT(ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1);
	while ((n = read(fd, block, sizeof(block))) > 0)
		ASSERT(EVP_DigestUpdate(ctx, block, (size_t)n) == 1);
	ASSERT(EVP_DigestFinal_ex(ctx, ret, NULL) == 1);
	EVP_MD_CTX_free(ctx);
	return n == 0;
}

void hash_sha1(str s, u8 ret[SHA1_BYTES])
{
	digest(EVP_sha1(), s, ret);
}

void hash_md5(str s, u8 ret[MD5_BYTES])
{
	digest(EVP_md5(), s, ret);
}

void hash_hmac_sha256(str key, str s, u8 ret[SHA256_BYTES])
{
	unsigned n = 0;
	const u8 *p = (const u8 *)(s.p ? s.p : "");
	ASSERT(HMAC(EVP_sha256(), key.p ? key.p : "", (int)key.n, p, s.n, ret, &n) != NULL);
}

u64 hash_mix(u64 x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

u64 hash64(str s)
{
	u64 h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (u8)s.p[i]) * 0x100000001b3u;
	return hash_mix(h);
}

u32 hash_crc32(u32 seed, str s)
{
	return (u32)crc32_z(seed, (const Bytef *)(s.p ? s.p : ""), s.n);
}

str hash_hex(struct arena *a, const u8 *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *p = arena_alloc(a, n * 2);
	for (size_t i = 0; i < n; i++) {
		p[i * 2] = digits[bytes[i] >> 4];
		p[i * 2 + 1] = digits[bytes[i] & 15];
	}
	return str_of(p, n * 2);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hash_unhex(str hex, u8 *ret, size_t n)
{
	if (hex.n != n * 2)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(hex.p[i * 2]), low = hex_digit(hex.p[i * 2 + 1]);
		if (high < 0 || low < 0)
			return false;
		ret[i] = (u8)(high << 4 | low);
	}
	return true;
}

static const char std_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static str encode64(struct arena *a, str bytes, const char *alphabet, bool pad)
{
	const u8 *in = (const u8 *)bytes.p;
	char *p = arena_alloc(a, (bytes.n + 2) / 3 * 4);
	size_t i = 0, n = 0;
	for (; i + 3 <= bytes.n; i += 3, n += 4) {
		u32 w = (u32)in[i] << 16 | (u32)in[i + 1] << 8 | in[i + 2];
		p[n] = alphabet[w >> 18];
		p[n + 1] = alphabet[w >> 12 & 63];
		p[n + 2] = alphabet[w >> 6 & 63];
		p[n + 3] = alphabet[w & 63];
	}
	size_t left = bytes.n - i;
	if (left == 0)
		return str_of(p, n);
	u32 w = (u32)in[i] << 16 | (left > 1 ? (u32)in[i + 1] << 8 : 0);
	for (size_t k = 0; k <= left; k++)
		p[n++] = alphabet[w >> (18 - 6 * k) & 63];
	for (size_t k = left; k < 3 && pad; k++)
		p[n++] = '=';
	return str_of(p, n);
}

/* Digit + 1; 0: none. The last two of both alphabets stand here, the caller's decides. */
static const u8 digits64[256] = {
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8, ['I'] = 9, ['J'] = 10, ['K'] = 11,
	['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,
	['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31,
	['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41,
	['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51,
	['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61,
	['9'] = 62, ['+'] = 63, ['-'] = 63, ['/'] = 64, ['_'] = 64,
};

static int digit64(char c, const char *alphabet)
{
	int d = digits64[(u8)c] - 1;
	return d < 0 || alphabet[d] != c ? -1 : d;
}

/* Digits without padding. Spare bits of the last digit are ignored: keys shown by other systems end
 * in any digit. */
static bool decode64(struct arena *a, str text, const char *alphabet, str *ret)
{
	if (text.n % 4 == 1)
		return false;
	u8 *p = arena_alloc(a, text.n / 4 * 3 + 3);
	size_t n = 0;
	u32 w = 0;
	int bits = 0;
	size_t from = 0;
	for (; from + 4 <= text.n; from += 4) {
		const char *in = text.p + from;
		int d[4] = { digit64(in[0], alphabet), digit64(in[1], alphabet), digit64(in[2], alphabet), digit64(in[3], alphabet) };
		if ((d[0] | d[1] | d[2] | d[3]) < 0)
			return false;
		u32 four = (u32)d[0] << 18 | (u32)d[1] << 12 | (u32)d[2] << 6 | (u32)d[3];
		p[n++] = (u8)(four >> 16);
		p[n++] = (u8)(four >> 8);
		p[n++] = (u8)four;
	}
	for (size_t i = from; i < text.n; i++) {
		int d = digit64(text.p[i], alphabet);
		if (d < 0)
			return false;
		w = w << 6 | (u32)d;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			p[n++] = (u8)(w >> bits);
		}
	}
	*ret = str_of(p, n);
	return true;
}

str base64_encode(struct arena *a, str bytes)
{
	return encode64(a, bytes, std_alphabet, true);
}

bool base64_decode(struct arena *a, str text, str *ret)
{
	if (text.n % 4 != 0)
		return false;
	for (int pad = 0; pad < 2 && text.n && text.p[text.n - 1] == '='; pad++)
		text.n--;
	return decode64(a, text, std_alphabet, ret);
}

str base64url_encode(struct arena *a, str bytes)
{
	return encode64(a, bytes, url_alphabet, false);
}

bool base64url_decode(struct arena *a, str text, str *ret)
{
	return decode64(a, text, url_alphabet, ret);
}
