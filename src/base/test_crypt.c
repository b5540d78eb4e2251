/* Digests, encodings and cryptography against published values. */
#include "base/crypt.h"
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define assert_str(s, literal) assert_true(str_eq((s), STR(literal)))

static struct arena *a;

static int setup(void **state)
{
	a = arena_new(ARENA_MAX_DEFAULT);
	crypt_init();
	return 0;
}

static int teardown(void **state)
{
	arena_free(a);
	return 0;
}

static void test_digests_match_their_standards(void **state)
{
	u8 d[SHA256_BYTES];
	hash_sha256(STR("abc"), d);
	assert_str(hash_hex(a, d, 32), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	hash_sha1(STR("abc"), d);
	assert_str(hash_hex(a, d, 20), "a9993e364706816aba3e25717850c26c9cd0d89d");
	/* RFC 4231, case 2 */
	hash_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), d);
	assert_str(hash_hex(a, d, 32), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_int_equal(hash_crc32(0, STR("123456789")), 0xcbf43926u);
	assert_int_equal(hash_crc32(hash_crc32(0, STR("1234")), STR("56789")), 0xcbf43926u);
}

/* These values stand in stored keys: a change of any of them loses customers. */
static void test_stable_hashes_never_change(void **state)
{
	assert_true(hash_mix(0) == 0xe220a8397b1dcdafu);
	assert_true(hash64(STR("")) == hash_mix(0xcbf29ce484222325u));
	assert_true(hash64(STR("a")) == hash_mix(0xaf63dc4c8601ec8cu));
}

static void test_hex_reads_exactly_its_bytes(void **state)
{
	u8 d[2];
	assert_true(hash_unhex(STR("0aFF"), d, 2) && d[0] == 10 && d[1] == 255);
	assert_false(hash_unhex(STR("0aF"), d, 2) || hash_unhex(STR("0aFF00"), d, 2) || hash_unhex(STR("0g"), d, 1));
}

static void test_base64_round_trips(void **state)
{
	static const char *const pairs[][2] = { /* RFC 4648, section 10 */
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foobar", "Zm9vYmFy" },
	};
	str back;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		assert_true(str_eq_c(base64_encode(a, str_c(pairs[i][0])), pairs[i][1]));
		assert_true(base64_decode(a, str_c(pairs[i][1]), &back) && str_eq_c(back, pairs[i][0]));
	}
	assert_str(base64url_encode(a, STR("\xfb\xff")), "-_8");
	assert_true(base64url_decode(a, STR("-_8"), &back) && str_eq(back, STR("\xfb\xff")));
}

static void test_base64_is_strict_but_for_spare_bits(void **state)
{
	str back;
	assert_false(base64_decode(a, STR("Zg"), &back) || base64_decode(a, STR("Z==="), &back));
	assert_false(base64_decode(a, STR("Zg=\n"), &back) || base64_decode(a, STR("Z=g="), &back));
	assert_false(base64_decode(a, STR("-_8="), &back) || base64url_decode(a, STR("Zg=="), &back));
	assert_false(base64url_decode(a, STR("Z"), &back));
	assert_true(base64_decode(a, STR("Zh=="), &back) && str_eq(back, STR("f")));
}

static void test_sealed_text_opens_only_where_it_belongs(void **state)
{
	u8 key[CRYPT_KEY_BYTES] = { 1 }, other[CRYPT_KEY_BYTES] = { 2 };
	struct fail f = { 0 };
	str back = STR_NIL, sealed = crypt_seal(key, STR("corp 1"), STR("13800000000"), a);
	assert_int_equal(sealed.n, 24 + 11 + 16);
	assert_false(str_has(sealed, STR("138")));
	assert_int_equal(crypt_open(key, STR("corp 1"), sealed, a, &back, &f), OK);
	assert_str(back, "13800000000");
	assert_int_equal(crypt_open(key, STR("corp 2"), sealed, a, &back, &f), ERR_SIGNATURE);
	assert_int_equal(crypt_open(other, STR("corp 1"), sealed, a, &back, &f), ERR_SIGNATURE);
	for (size_t cut = 0; cut < sealed.n; cut++)
		assert_int_equal(crypt_open(key, STR("corp 1"), str_sub(sealed, 0, cut), a, &back, &f), ERR_SIGNATURE);
	assert_false(str_eq(sealed, crypt_seal(key, STR("corp 1"), STR("13800000000"), a)));
	assert_int_equal(crypt_open(key, STR_NIL, crypt_seal(key, STR_NIL, STR(""), a), a, &back, &f), OK);
	assert_true(!str_is_nil(back) && back.n == 0);
}

static void test_a_password_is_known_by_its_hash_only(void **state)
{
	str hash = crypt_password_hash(STR("correct horse"), a);
	assert_true(str_starts(hash, STR("$argon2id$v=19$m=65536,t=3,")));
	assert_true(crypt_password_ok(hash, STR("correct horse")));
	assert_false(crypt_password_ok(hash, STR("correct horsf")));
	assert_false(crypt_password_ok(STR_NIL, STR("")));
	assert_false(crypt_password_ok(STR("$argon2id$nonsense"), STR("")));
}

static void test_aes_cbc_matches_nist(void **state)
{
	/* NIST SP 800-38A, F.2.5, first two blocks */
	u8 key[32], iv[16], in[32], out[32];
	assert_true(hash_unhex(STR("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"), key, 32));
	assert_true(hash_unhex(STR("000102030405060708090a0b0c0d0e0f"), iv, 16));
	assert_true(hash_unhex(STR("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"), in, 32));
	assert_true(crypt_aes_cbc_encrypt(key, iv, str_of(in, 32), out));
	assert_str(hash_hex(a, out, 32), "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d");
	u8 back[32];
	assert_true(crypt_aes_cbc_decrypt(key, iv, str_of(out, 32), back));
	assert_memory_equal(back, in, 32);
	assert_false(crypt_aes_cbc_encrypt(key, iv, str_of(in, 31), out));
}

static void test_equal_compares_length_and_content(void **state)
{
	assert_true(crypt_equal(STR("abc"), STR("abc")) && crypt_equal(STR_NIL, STR("")));
	assert_false(crypt_equal(STR("abc"), STR("abd")) || crypt_equal(STR("abc"), STR("ab")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests_match_their_standards),
		cmocka_unit_test(test_stable_hashes_never_change),
		cmocka_unit_test(test_hex_reads_exactly_its_bytes),
		cmocka_unit_test(test_base64_round_trips),
		cmocka_unit_test(test_base64_is_strict_but_for_spare_bits),
		cmocka_unit_test(test_sealed_text_opens_only_where_it_belongs),
		cmocka_unit_test(test_a_password_is_known_by_its_hash_only),
		cmocka_unit_test(test_aes_cbc_matches_nist),
		cmocka_unit_test(test_equal_compares_length_and_content),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
