/*
 * Digests and keyed hashes with a fixed meaning for ever (they stand in keys and files).
 */
#ifndef YT_BASE_HASH_H
#define YT_BASE_HASH_H

#include "base/arena.h"

#define SHA256_BYTES 32
#define MD5_BYTES 16
#define SHA1_BYTES 20

void hash_sha256(str s, u8 ret[SHA256_BYTES]);
/* Of a file from its present place to its end; false: it cannot be read. */
bool hash_sha256_fd(int fd, u8 ret[SHA256_BYTES]);
void hash_sha1(str s, u8 ret[SHA1_BYTES]);
void hash_md5(str s, u8 ret[MD5_BYTES]); /* of foreign signatures only */
void hash_hmac_sha256(str key, str s, u8 ret[SHA256_BYTES]);
u64 hash64(str s); /* stable 64-bit hash (FNV-1a with a final mix): slots, buckets */
u64 hash_mix(u64 x); /* stable 64-bit finaliser (splitmix64) */
u32 hash_crc32(u32 seed, str s);

str hash_hex(struct arena *a, const u8 *bytes, size_t n); /* lower case */
bool hash_unhex(str hex, u8 *ret, size_t n);              /* exactly n bytes */
str base64_encode(struct arena *a, str bytes);
bool base64_decode(struct arena *a, str text, str *ret); /* strict but for spare trailing bits */
str base64url_encode(struct arena *a, str bytes);        /* no padding */
bool base64url_decode(struct arena *a, str text, str *ret);

#endif
