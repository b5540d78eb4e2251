/*
 * The envelope against known vectors: the vendor's demo pair, those of two public libraries, and our own
 * deterministic ones; then everything that must be refused.
 */
#include "port/wecom/wecom_callback.h"
#include "port/wecom/wecom_xml.h"

#include "base/buf.h"
#include "base/crypt.h"
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define ASSERT_STR(got, want) do {                                                          \
	str got_ = (got);                                                                   \
	assert_int_equal(got_.n, strlen(want));                                             \
	assert_memory_equal(got_.p, want, got_.n);                                          \
} while (0)

#define KEY_A "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
#define KEY_E "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define CORP_A "wx5823bf96d3bd56c7"
#define CORP_E "wwfishpond0000001"
#define RANDOM_E ((const u8 *)"0123456789abcdef")

static const char cipher_a[] =
	"P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";
static const char cipher_b[] =
	"RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYY"
	"vuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+"
	"LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcr"
	"w8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z"
	"1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==";
static const char cipher_c[] =
	"6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w==";
static const char cipher_d[] =
	"EUCt7xMcNiyASzZj0Hjc5yDjFQrCum6AfQ3ntHiUzjGQ51xieKmbvtrZ40/EcB2W/W8yH0n4Lqx48gJl/T9HD/R309I0P/r5pIZucK3lyE"
	"n48FYMr4YdE0QdL2jIJ3xkcXUr6uzefzCxG6lMvwpAJaOyVCzN7sRRw47njfxy5EIqU6R9ZBhlTzfdnhhOhK/nTwzrZX3SoGlXFA9OBeZ6"
	"ru1NWpXFk76x9DUMe0lcxPPiUqK8ctnQcYXSGUHVqC6DfG7E7mab0OmruNN8cBZY5d3dYOBA4OgaH55Q0AJmUpdT8vNiXpXx+6TxT3TIjy"
	"SXpDrHVyrsb772aYywgg/Nu4kUmGkALwFZlzhjNegR7wDwb9lr4ERXsSSS8JZ8lbBmaQ3F2Tq584xoPj5rIhXAF734ynm4no1g+SdHiNqR"
	"328=";
static const char cipher_e[] =
	"4j/AuRx71kQlxVlzbpsMWFHe92iq4VdHki6B+j5nrtiyokUCYzPUtEhQy0b6Va200z61uVo0QnLrXR6WunuLAQ==";
static const char message_f[] =
	"<xml><ToUserName><![CDATA[wwfishpond0000001]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>"
	"<CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType>"
	"<Event><![CDATA[change_external_chat]]></Event><ChatId><![CDATA[wrYUTANG0001]]></ChatId>"
	"<ChangeType><![CDATA[create]]></ChangeType></xml>";
static const char cipher_f[] =
	"4j/AuRx71kQlxVlzbpsMWPtHsVxPBQX9Fgrf25idkul7gfp2ybc5SPUcDsn6Y9HLNpopHI1/PxyQCyn06ZWvVEwh82p5p0tJ/IAuSOdhVC"
	"vgBSRL4NuofNCE7K2YL85/MeZ+X7ahrCr2mRZhDIOXdWIetrW3S+W5aBGjmjV2Wv+CsUZuRTHqrxj4uJm1Ja+PVRUSq7SRc6p0MqPbtqf1"
	"6ssJAAJ/tP5Fma2y8DX5wetl+W2HCmBxcOytIHpVgzr/sTibeegB2zkpfGU+Woiwnxgphz3PTm47vYFQ92RLt3mXikmFVUOnKwat05JoIL"
	"KW4xylt0+K6x0FemiQ6pBq66ii8+jDjY1v+lgvuufahg+RUgqzQuv/odpgLXdnbzyyIPG9m62MGf4TKpBP7oX2ecXgi+FvcO1vOtuH1H4X"
	"qBDy4mA+Waxc4Up6UJ2isLHHlNStFDiFPB2RwZh55sF36Q==";

static struct arena *arena;

static int setup(void **state)
{
	crypt_init();
	arena = arena_new(ARENA_MAX_DEFAULT);
	return 0;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

static struct wecom_key key_of(const char *text)
{
	struct wecom_key key;
	struct fail f = { 0 };
	assert_int_equal(wecom_key_read(str_c(text), arena, &key, &f), OK);
	return key;
}

static void vectors_have_the_published_signatures(void **state)
{
	const struct { const char *token, *timestamp, *nonce, *cipher, *signature; } v[] = {
		{ "QDG6eK", "1409659589", "263014780", cipher_a, "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3" },
		{ "QDG6eK", "1409659813", "1372623149", cipher_b, "477715d11cdb4164915debcba66cb864d751f3e6" },
		{ "kjr2TKI8umCBfVF3wAHk8JiPwma5VBme", "1583940690", "VHh7ymSeb0jc4lSb", cipher_c,
		  "1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011" },
		{ "kz7Yx62CH8SaLN", "1583995625", "1584392382", cipher_d,
		  "f265ae551b1932727204c3d707628d01376a6940" },
		{ "yutangtoken", "1700000000", "nonce123", cipher_e, "7adc36ba962295fb9da1c951b5745bb98d4153d9" },
		{ "yutangtoken", "1700000000", "nonce123", cipher_f, "86f5ee615d504ca8e5cd2730f8552f3e38a636fa" },
	};
	for (size_t i = 0; i < ARRAY_LEN(v); i++)
		ASSERT_STR(wecom_signature(str_c(v[i].token), str_c(v[i].timestamp), str_c(v[i].nonce),
					   str_c(v[i].cipher), arena),
			   v[i].signature);
}

static void vectors_decrypt_to_the_published_texts(void **state)
{
	const struct { const char *key, *corp, *cipher, *message; } v[] = {
		{ KEY_A, CORP_A, cipher_a, "1616140317555161061" },
		{ "4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws", "ww6a112864f8022910", cipher_c,
		  "94966531020182955848408" },
		{ "cD0d7jx4tYvVtzqrmh3Dm3QFCXe6f8SlHoMtMh3qQEP", "ww6a112864f8022910", cipher_d,
		  "<xml><ToUserName><![CDATA[ww6a112864f8022910]]></ToUserName><FromUserName><![CDATA[foobar]]>"
		  "</FromUserName><CreateTime>1583995625</CreateTime><MsgType><![CDATA[text]]></MsgType>"
		  "<Content><![CDATA[x123]]></Content><MsgId>2018405441</MsgId><AgentID>1000002</AgentID></xml>" },
		{ KEY_E, CORP_E, cipher_e, "1616140317555161061" },
		{ KEY_E, CORP_E, cipher_f, message_f },
	};
	struct fail f = { 0 };
	str got;
	for (size_t i = 0; i < ARRAY_LEN(v); i++) {
		struct wecom_key key = key_of(v[i].key);
		assert_int_equal(wecom_decrypt(&key, str_c(v[i].corp), str_c(v[i].cipher), arena, &got, &f), OK);
		ASSERT_STR(got, v[i].message);
	}
	struct wecom_key key = key_of(KEY_A);
	struct wecom_event e;
	assert_int_equal(wecom_decrypt(&key, STR(CORP_A), str_c(cipher_b), arena, &got, &f), OK);
	assert_int_equal(got.n, 284);
	assert_int_equal(wecom_event_read(got, arena, &e, &f), OK);
	ASSERT_STR(e.from_user, "mycreate");
	ASSERT_STR(e.msg_type, "text");
	ASSERT_STR(e.msg_id, "4561255354251345929");
	ASSERT_STR(e.agent_id, "218");
	ASSERT_STR(wecom_xml_get(&e.fields, "Content"), "hello");
}

static void key_bytes_are_those_of_the_vector(void **state)
{
	struct wecom_key key = key_of("4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws");
	ASSERT_STR(hash_hex(arena, key.bytes, sizeof(key.bytes)),
		   "e0c6b7601ad205b5f669ecfc309a571819dee4b483c201aa1db84cf563d8230b");
}

static void encryption_with_given_random_is_exact(void **state)
{
	struct wecom_key key = key_of(KEY_E);
	struct fail f = { 0 };
	str got;
	assert_int_equal(wecom_encrypt(&key, STR(CORP_E), STR("1616140317555161061"), RANDOM_E, arena, &got, &f), OK);
	ASSERT_STR(got, cipher_e);
	assert_int_equal(wecom_encrypt(&key, STR(CORP_E), str_c(message_f), RANDOM_E, arena, &got, &f), OK);
	ASSERT_STR(got, cipher_f);
}

static void every_length_comes_back_and_is_padded_to_32(void **state)
{
	struct wecom_key key = key_of(KEY_E);
	struct fail f = { 0 };
	char text[100];
	memset(text, 'x', sizeof(text));
	for (size_t n = 0; n <= sizeof(text); n++) {
		str cipher, back, raw;
		assert_int_equal(wecom_encrypt(&key, STR("ww"), str_of(text, n), NULL, arena, &cipher, &f), OK);
		assert_true(base64_decode(arena, cipher, &raw));
		assert_int_equal(raw.n, (20 + n + 2) / 32 * 32 + 32);
		assert_int_equal(wecom_decrypt(&key, STR("ww"), cipher, arena, &back, &f), OK);
		assert_int_equal(back.n, n);
		assert_memory_equal(back.p, text, n);
	}
}

static void two_encryptions_of_one_text_differ(void **state)
{
	struct wecom_key key = key_of(KEY_E);
	struct fail f = { 0 };
	str one, two;
	assert_int_equal(wecom_encrypt(&key, STR("ww"), STR("x"), NULL, arena, &one, &f), OK);
	assert_int_equal(wecom_encrypt(&key, STR("ww"), STR("x"), NULL, arena, &two, &f), OK);
	assert_false(str_eq(one, two));
}

static void bad_keys_are_refused_without_showing_them(void **state)
{
	const char *bad[] = {
		"", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh",  /* 42 */
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh88",    /* 44 */
		"$AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",     /* a letter base64 has not */
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh=",
	};
	struct wecom_key key;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct fail f = { 0 };
		assert_int_equal(wecom_key_read(str_c(bad[i]), arena, &key, &f), ERR_INPUT);
		assert_string_equal(f.field, "aeskey");
		assert_string_equal(f.value, "******");
	}
}

/* Encrypts a plain frame as it stands, valid or not. */
static str cipher_of(const u8 *plain, size_t n)
{
	struct wecom_key key = key_of(KEY_E);
	u8 *out = arena_alloc(arena, n);
	assert_true(crypt_aes_cbc_encrypt(key.bytes, key.bytes, str_of(plain, n), out));
	return base64_encode(arena, str_of(out, n));
}

static err decrypt_plain(const u8 *plain, size_t n)
{
	struct wecom_key key = key_of(KEY_E);
	struct fail f = { 0 };
	str got;
	return wecom_decrypt(&key, STR("ww"), cipher_of(plain, n), arena, &got, &f);
}

static void broken_frames_are_syntax_errors(void **state)
{
	struct wecom_key key = key_of(KEY_E);
	struct fail f = { 0 };
	str got;
	assert_int_equal(wecom_decrypt(&key, STR("ww"), STR("not base64!"), arena, &got, &f), ERR_SYNTAX);
	assert_int_equal(wecom_decrypt(&key, STR("ww"), STR(""), arena, &got, &f), ERR_SYNTAX);
	str odd = base64_encode(arena, str_of(cipher_a, 33));
	assert_int_equal(wecom_decrypt(&key, STR("ww"), odd, arena, &got, &f), ERR_SYNTAX);

	/* 16 random, length 4, "msg!", "ww", 6 of padding. */
	u8 plain[32] = "0123456789abcdef\0\0\0\4msg!ww\6\6\6\6\6\6";
	assert_int_equal(decrypt_plain(plain, sizeof(plain)), OK);
	for (int pad = 0; pad < 256; pad++) {
		plain[31] = (u8)pad;
		assert_int_equal(decrypt_plain(plain, sizeof(plain)), pad == 6 ? OK : pad == 1 ? ERR_SIGNATURE : ERR_SYNTAX);
	}
	plain[31] = 6;
	plain[19] = 7; /* one past what is left */
	assert_int_equal(decrypt_plain(plain, sizeof(plain)), ERR_SYNTAX);
	memset(plain + 16, 0xff, 4);
	assert_int_equal(decrypt_plain(plain, sizeof(plain)), ERR_SYNTAX);
}

static void a_message_for_another_corp_is_refused(void **state)
{
	struct wecom_key key = key_of(KEY_E);
	struct fail f = { 0 };
	str got;
	assert_int_equal(wecom_decrypt(&key, STR("wwfishpond0000002"), str_c(cipher_e), arena, &got, &f), ERR_SIGNATURE);
	assert_int_equal(wecom_decrypt(&key, STR("wwfishpond000000"), str_c(cipher_e), arena, &got, &f), ERR_SIGNATURE);
	assert_int_equal(wecom_decrypt(&key, STR(""), str_c(cipher_e), arena, &got, &f), ERR_SIGNATURE);
}

static const struct wecom_callback callback_e = { STR(CORP_E), STR("yutangtoken"), STR(KEY_E) };

static void url_check_answers_the_plain_text(void **state)
{
	const struct wecom_callback c = { STR(CORP_A), STR("QDG6eK"), STR(KEY_A) };
	struct wecom_callback_query q = { STR("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"), STR("1409659589"),
					  STR("263014780"), str_c(cipher_a) };
	struct fail f = { 0 };
	str got;
	assert_int_equal(wecom_callback_verify(&c, &q, arena, &got, &f), OK);
	ASSERT_STR(got, "1616140317555161061");

	str spaced = arena_dup(arena, str_c(cipher_a)); /* '+' sent bare becomes a space */
	for (size_t i = 0; i < spaced.n; i++)
		if (spaced.p[i] == '+')
			((char *)spaced.p)[i] = ' ';
	q.echostr = spaced;
	assert_int_equal(wecom_callback_verify(&c, &q, arena, &got, &f), OK);
	ASSERT_STR(got, "1616140317555161061");

	q.msg_signature = STR("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd4");
	assert_int_equal(wecom_callback_verify(&c, &q, arena, &got, &f), ERR_SIGNATURE);
	q.msg_signature = STR_NIL;
	assert_int_equal(wecom_callback_verify(&c, &q, arena, &got, &f), ERR_SIGNATURE);
}

static str envelope_of(str encrypted, bool agent_first)
{
	return agent_first ? arena_printf(arena, "<xml><AgentID>7</AgentID><Encrypt>\n%.*s\n</Encrypt><ToUserName>"
						 CORP_E "</ToUserName></xml>", STR_F(encrypted))
			   : arena_printf(arena, "<xml><ToUserName><![CDATA[" CORP_E "]]></ToUserName>"
						 "<Encrypt><![CDATA[%.*s]]></Encrypt></xml>", STR_F(encrypted));
}

static void a_delivery_is_opened_whatever_the_order_of_elements(void **state)
{
	struct wecom_callback_query q = { STR("86f5ee615d504ca8e5cd2730f8552f3e38a636fa"), STR("1700000000"),
					  STR("nonce123"), STR_NIL };
	struct wecom_delivery one, two;
	struct fail f = { 0 };
	assert_int_equal(wecom_callback_accept(&callback_e, &q, envelope_of(str_c(cipher_f), false), arena, &one, &f), OK);
	ASSERT_STR(one.xml, message_f);
	assert_true(str_is_nil(one.agent_id));
	assert_int_equal(wecom_callback_accept(&callback_e, &q, envelope_of(str_c(cipher_f), true), arena, &two, &f), OK);
	ASSERT_STR(two.agent_id, "7");
	assert_int_equal(one.key.n, 64);
	assert_true(str_eq(one.key, two.key));
}

/* A signed delivery of that message with fresh random bytes. */
static err deliver(str message, const char *corp, struct wecom_delivery *ret)
{
	struct wecom_key key = key_of(KEY_E);
	struct fail f = { 0 };
	str cipher;
	assert_int_equal(wecom_encrypt(&key, str_c(corp), message, NULL, arena, &cipher, &f), OK);
	struct wecom_callback_query q = { STR_NIL, STR("1700000000"), STR("n"), STR_NIL };
	q.msg_signature = wecom_signature(callback_e.token, q.timestamp, q.nonce, cipher, arena);
	return wecom_callback_accept(&callback_e, &q, envelope_of(cipher, false), arena, ret, &f);
}

static void the_key_of_a_repeated_event_is_the_same_in_a_new_envelope(void **state)
{
	struct wecom_delivery one, two, three;
	assert_int_equal(deliver(STR("<xml><A>1</A></xml>"), CORP_E, &one), OK);
	assert_int_equal(deliver(STR("<xml><A>1</A></xml>"), CORP_E, &two), OK);
	assert_int_equal(deliver(STR("<xml><A>2</A></xml>"), CORP_E, &three), OK);
	assert_true(str_eq(one.key, two.key));
	assert_false(str_eq(one.key, three.key));
}

static void deliveries_are_refused_with_the_right_class(void **state)
{
	struct wecom_callback_query q = { STR("86f5ee615d504ca8e5cd2730f8552f3e38a636fb"), STR("1700000000"),
					  STR("nonce123"), STR_NIL };
	struct wecom_delivery d;
	struct fail f = { 0 };
	str good = envelope_of(str_c(cipher_f), false);
	assert_int_equal(wecom_callback_accept(&callback_e, &q, good, arena, &d, &f), ERR_SIGNATURE);
	assert_int_equal(wecom_callback_accept(&callback_e, &q, STR("<xml>"), arena, &d, &f), ERR_SYNTAX);
	assert_int_equal(wecom_callback_accept(&callback_e, &q, STR("<xml></xml>"), arena, &d, &f), ERR_SYNTAX);
	assert_int_equal(wecom_callback_accept(&callback_e, &q, STR(""), arena, &d, &f), ERR_SYNTAX);
	assert_int_equal(deliver(STR("<xml/>"), "wwother", &d), ERR_SIGNATURE);
	assert_int_equal(deliver(STR("<xml>\xff</xml>"), CORP_E, &d), ERR_SYNTAX);

	char *big = arena_alloc(arena, WECOM_CALLBACK_BODY_MAX + 1);
	memset(big, ' ', WECOM_CALLBACK_BODY_MAX + 1);
	memcpy(big, good.p, good.n);
	q.msg_signature = STR("86f5ee615d504ca8e5cd2730f8552f3e38a636fa");
	assert_int_equal(wecom_callback_accept(&callback_e, &q, str_of(big, WECOM_CALLBACK_BODY_MAX), arena, &d, &f), OK);
	assert_int_equal(wecom_callback_accept(&callback_e, &q, str_of(big, WECOM_CALLBACK_BODY_MAX + 1), arena, &d, &f),
			 ERR_TOO_LARGE);

	struct wecom_callback none = { STR(CORP_E), STR(""), STR(KEY_E) };
	assert_int_equal(wecom_callback_accept(&none, &q, good, arena, &d, &f), ERR_CONFIG);
	none = (struct wecom_callback){ STR(CORP_E), STR("yutangtoken"), STR("short") };
	assert_int_equal(wecom_callback_accept(&none, &q, good, arena, &d, &f), ERR_INPUT);
}

static void the_reply_is_signed_and_opens_again(void **state)
{
	str xml = wecom_reply_xml(STR("yutangtoken"), STR("1700000000"), STR("nonce123"), str_c(cipher_e), arena);
	struct wecom_xml x;
	struct fail f = { 0 };
	assert_int_equal(wecom_xml_parse(xml, arena, &x, &f), OK);
	ASSERT_STR(wecom_xml_get(&x, "Encrypt"), cipher_e);
	ASSERT_STR(wecom_xml_get(&x, "MsgSignature"), "7adc36ba962295fb9da1c951b5745bb98d4153d9");
	ASSERT_STR(wecom_xml_get(&x, "TimeStamp"), "1700000000");
	ASSERT_STR(wecom_xml_get(&x, "Nonce"), "nonce123");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_have_the_published_signatures),
		cmocka_unit_test(vectors_decrypt_to_the_published_texts),
		cmocka_unit_test(key_bytes_are_those_of_the_vector),
		cmocka_unit_test(encryption_with_given_random_is_exact),
		cmocka_unit_test(every_length_comes_back_and_is_padded_to_32),
		cmocka_unit_test(two_encryptions_of_one_text_differ),
		cmocka_unit_test(bad_keys_are_refused_without_showing_them),
		cmocka_unit_test(broken_frames_are_syntax_errors),
		cmocka_unit_test(a_message_for_another_corp_is_refused),
		cmocka_unit_test(url_check_answers_the_plain_text),
		cmocka_unit_test(a_delivery_is_opened_whatever_the_order_of_elements),
		cmocka_unit_test(the_key_of_a_repeated_event_is_the_same_in_a_new_envelope),
		cmocka_unit_test(deliveries_are_refused_with_the_right_class),
		cmocka_unit_test(the_reply_is_signed_and_opens_again),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
