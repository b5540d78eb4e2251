/*
 * The official account's envelope against the platform's own examples and ours, and what must be refused.
 */
#include "port/oa/oa_callback.h"

#include "port/wecom/wecom_crypt.h"
#include "port/wecom/wecom_xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define OURS_KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define ZERO_KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define SPARE_KEY "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

static const char s1[] =
	"+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVza"
	"zhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwK"
	"SqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=";
static const char s4[] =
	"rTNFcsut4LfGuAFKEUVVpwcaCOTJzOd9twZdIW910jb3k+iicx2uvhttIZ3Qg9Qgty3BEF2xbOrz6boTfb30dMomcgrkTqdFPwnh"
	"qbk+kIQ7rZiwny9D7NUrTgA5kpX3KsZvrXzUZyP2x9YOlxbgm572lmxKvM7HAQQhIQ/p6HBmoY30bGXFK0BtIu1pW9TjhOYrLQoU"
	"18nWYjWqDA1ynkmOytpv7QRI1P1+0NoxL0q2zO1DgeSvnE8CZGo/o5Ap/WHK5W2RAsinpzN4/LjPnmB6U01I5XCoJoC0GK/yMZyc"
	"d2Oh8Nq6+wBkC1U85oy0ktOY4nLvsQMLrourmMGdZHuTbqpeJ8Ao/5PRYJ+WBvRUwPfGKBL2+2IKZF49vAJqkcGWSHGE76ZN2erX"
	"euNazf/o9o3lIE3q739o4c8t9QGPe31GT2Go/rOz1BsrASwvauNulCh+++yz+CQzBIuikA==";
static const char s5[] =
	"4j/AuRx71kQlxVlzbpsMWDu3+176Z9Pb3UYVSIonHA3OHsrC/pJRj0XauWWbOX0dGsihGFoRmw/hwYYSTMHFZlZZV2axkJW0lDeJ"
	"EH8kmg/X7Ck37YnvO+mSASj4mvTraBC3eq3WrIl4hoLfRE1BQ4kxjz+oLIpKCqes7xezEG5hXLAeQucVbDRk9XFZscLXEttxmEt5"
	"LHNj/QkoSc54VQIUAVYicvbcMTF/5JbdNV3bdzdjGTI4sMLXBikaWVFAzX4SjmZJ9oZG36tfhDjrmj3CCUdmcD3QHp8s3aUcGgUo"
	"QEZyrkCwVr8cL7Y5fB/WUnEM5kLr4MvKEskoEReW8Zdj4gsXZYTNGbvKelJdstsuHxKxGm3geHSwRxDEQOUmfg2LNwS4nTEkbgu1"
	"8xS0g5CdVgvapjCJuKf8L2U2rMRwWJTUQTLWFUnq1rERvUrJ+0XaXXbWMkZgRlmg5SYn6Uka3KqI53kaTNpm+dc4EL0dU/qT8DOW"
	"zSs9Cbe1tmZm";
static const char s6[] =
	"wrNmYnsdngNwZHPRm4NnS5AAQttsbiD/9cn1hNy71cTokULk7noIfUDVs8aZKlAJVT4SNpWfgn5tmwtJLg5yoDtIdqR6OER1ioAN"
	"RT58HvY+SDF6gkCVXJlNE6+2BRBeRJB6ZigVZoSnYZ+SBsts/n16jRofN0WgJwPWt4rNwNJJ4Aj/H1ycXd27XNXEur1ATVcRhull"
	"SWPFbd6UGYpt8n8oPjKty7VtatI/xrjGJc8XZ97Q1fbz3NAp6b0ceuW3z74131jgaSS4u8lG0fKmheKHHfi3msbosbqYV/uhr8MC"
	"DVQ7Tgkv7uOgkicnL2o1jzjc6P7eLLu2g0O21tTjTFUlmna31xWQJUySKcCYNwlNW3QoHvsKfy3QjbLf0oP+";

struct world { struct arena *a; struct fail f; };

static int make(void **state)
{
	static struct world w;
	w = (struct world){ .a = arena_new(ARENA_MAX_DEFAULT) };
	*state = &w;
	return 0;
}

static int drop(void **state)
{
	arena_free(((struct world *)*state)->a);
	return 0;
}

static const struct oa_endpoint official = { { "wxba5fad812f8e6fb9", 18 }, { "AAAAA", 5 }, { ZERO_KEY, 43 }, { NULL, 0 } };
static const struct oa_endpoint ours = { { "wxyutang00000001", 16 }, { "yutangtoken", 11 }, { OURS_KEY, 43 }, { NULL, 0 } };

static void the_first_look_is_checked_by_its_signature(void **state)
{
	struct world *w = *state;
	struct oa_query q = { .signature = STR("f464b24fc39322e44b38aa78f5edd27bd1441696"), .timestamp = STR("1714036504"), .nonce = STR("1514711492") };
	assert_int_equal(oa_callback_verify(&official, &q, w->a, &w->f), OK);
	q.nonce = STR("1514711493");
	assert_int_equal(oa_callback_verify(&official, &q, w->a, &w->f), ERR_SIGNATURE);
	q.signature = STR("");
	assert_int_equal(oa_callback_verify(&official, &q, w->a, &w->f), ERR_SIGNATURE);
}

static void a_plain_push_is_signed_without_its_body(void **state)
{
	struct world *w = *state;
	struct oa_delivery d;
	struct oa_query q = { .signature = STR("899cf89e464efb63f54ddac96b0a0a235f53aa78"), .timestamp = STR("1714037059"), .nonce = STR("486452656") };
	str body = STR("<xml><FromUserName>o1</FromUserName><CreateTime>1714037059</CreateTime><MsgType>event</MsgType><Event>SCAN</Event>"
		       "<EventKey>yt:1</EventKey></xml>");
	assert_int_equal(oa_callback_accept(&official, &q, body, w->a, &d, &w->f), OK);
	assert_true(!d.sealed && str_eq_c(d.event.scene, "yt:1") && d.event.created == 1714037059000);
	q.encrypt_type = STR("aes");
	assert_int_equal(oa_callback_accept(&official, &q, body, w->a, &d, &w->f), ERR_SYNTAX);
	q.encrypt_type = STR_NIL;
	assert_int_equal(oa_callback_accept(&official, &q, STR("<!DOCTYPE x [<!ENTITY a \"b\">]><xml/>"), w->a, &d, &w->f), ERR_SYNTAX);
}

static str envelope(struct world *w, const char *text, bool json)
{
	return arena_printf(w->a, json ? "{\"ToUserName\":\"gh\",\"Encrypt\":\"%s\"}" : "<xml><ToUserName>gh</ToUserName><FromUserName>plain</FromUserName>"
			    "<MsgType>text</MsgType><Encrypt><![CDATA[%s]]></Encrypt></xml>", text);
}

static void the_platforms_sealed_push_opens(void **state)
{
	struct world *w = *state;
	struct oa_delivery d;
	struct oa_query q = { .signature = STR("6c5c811b55cc85e0e1b54100749188c20beb3f5d"), .msg_signature = STR("046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"),
			      .timestamp = STR("1714112445"), .nonce = STR("415670741"), .encrypt_type = STR("aes") };
	assert_int_equal(oa_callback_accept(&official, &q, envelope(w, s1, true), w->a, &d, &w->f), OK);
	assert_true(d.sealed && str_eq_c(d.event.from, "o9AgO5Kd5ggOC-bXrbNODIiE3bGY") && str_eq_c(d.event.event, "debug_demo"));
	assert_int_equal(d.event.created, 1714112445000);
	struct oa_endpoint other = official;
	other.appid = STR("wxba5fad812f8e6fb8");
	assert_int_equal(oa_callback_accept(&other, &q, envelope(w, s1, true), w->a, &d, &w->f), ERR_SIGNATURE);
	q.msg_signature = STR("046e02f8204d34f8ba5fa3b1db94908f3df2e9b4"); /* the plain one is right */
	assert_int_equal(oa_callback_accept(&official, &q, envelope(w, s1, true), w->a, &d, &w->f), ERR_SIGNATURE);
}

static void the_platforms_sealed_answer_is_made(void **state)
{
	struct world *w = *state;
	struct wecom_key key;
	str sealed;
	assert_int_equal(wecom_key_read(STR(ZERO_KEY), w->a, &key, &w->f), OK);
	assert_int_equal(wecom_encrypt(&key, official.appid, STR("{\"demo_resp\":\"good luck\"}"), (const u8 *)"707722b803182950", w->a, &sealed, &w->f), OK);
	assert_true(str_eq_c(sealed, "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="));
	assert_true(str_eq_c(wecom_signature(STR("AAAAA"), STR("1713424427"), STR("415670741"), sealed, w->a), "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"));
}

static void spare_bits_in_a_key_do_no_harm(void **state)
{
	struct world *w = *state;
	struct wecom_key key;
	struct oa_delivery d;
	str plain;
	assert_int_equal(wecom_key_read(STR(SPARE_KEY), w->a, &key, &w->f), OK);
	assert_int_equal(wecom_decrypt(&key, STR("wxb11529c136998cb6"), STR("jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="), w->a, &plain, &w->f), OK);
	assert_true(str_eq_c(plain, "我是中文abcd123"));
	struct oa_endpoint p = { STR("wxb11529c136998cb6"), STR("pamtest"), STR(OURS_KEY), STR(SPARE_KEY) }; /* the former key opens it */
	struct oa_query q = { .msg_signature = STR("4f3ad57b6989f09f4eb392acce4f9e93942ed890"), .timestamp = STR("1458300676"), .nonce = STR("260774613") };
	assert_int_equal(oa_callback_accept(&p, &q, envelope(w, s4, false), w->a, &d, &w->f), OK);
	assert_true(str_eq_c(d.event.from, "asdasdasdsadasd") && str_eq_c(d.event.msg_id, "12345") && str_eq_c(d.key, "m12345"));
}

static void a_subscription_tells_its_scene_and_only_the_opened_part_counts(void **state)
{
	struct world *w = *state;
	struct oa_delivery d, again;
	struct oa_query q = { .msg_signature = STR("e2e820509c511fbdfe33c6ad0f5f504685613ca9"), .timestamp = STR("1700000000"), .nonce = STR("nonce123"), .encrypt_type = STR("aes") };
	assert_int_equal(oa_callback_accept(&ours, &q, envelope(w, s5, false), w->a, &d, &w->f), OK);
	assert_true(str_eq_c(d.event.from, "oYT0000000000000000000000001") && str_eq_c(d.event.event, "subscribe") && str_eq_c(d.event.scene, "yt:ch:42"));
	assert_int_equal(oa_callback_accept(&ours, &q, envelope(w, s5, true), w->a, &again, &w->f), OK);
	assert_true(str_eq(d.key, again.key));
}

static void our_sealed_answer_is_the_vector(void **state)
{
	struct world *w = *state;
	struct wecom_key key;
	str sealed;
	str msg = STR("<xml><ToUserName><![CDATA[oYT0000000000000000000000001]]></ToUserName><FromUserName><![CDATA[gh_yutang000001]]></FromUserName>"
		      "<CreateTime>1700000001</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[欢迎来鱼塘]]></Content></xml>");
	assert_int_equal(wecom_key_read(STR(OURS_KEY), w->a, &key, &w->f), OK);
	assert_int_equal(wecom_encrypt(&key, ours.appid, msg, (const u8 *)"fedcba9876543210", w->a, &sealed, &w->f), OK);
	assert_true(str_eq_c(sealed, s6));
	assert_true(str_eq_c(wecom_signature(ours.token, STR("1700000001"), STR("nonce123"), sealed, w->a), "41cb9f4a5885a8cd6f8e2a5276ef260ca13ff863"));
}

static void an_article_answers_in_the_way_it_was_asked(void **state)
{
	struct world *w = *state;
	struct oa_delivery d = { .event = { .to = STR("gh_yutang000001"), .from = STR("oYT1") } };
	struct oa_news n = { STR("加]]>好友\x01"), STR("扫码"), STR_NIL, STR("https://scrm.example/d/abc") };
	struct wecom_xml x;
	struct wecom_key key;
	str body, plain;
	assert_int_equal(oa_reply_news(&ours, &d, &n, 1700000001000, STR("n1"), NULL, w->a, &body, &w->f), OK);
	assert_int_equal(wecom_xml_parse(body, w->a, &x, &w->f), OK);
	assert_true(str_eq_c(wecom_xml_get(&x, "ToUserName"), "oYT1") && str_eq_c(wecom_xml_get(&x, "Articles.item.Title"), "加]]>好友"));
	assert_true(str_is_nil(wecom_xml_get(&x, "Articles.item.PicUrl")));
	d.sealed = true;
	assert_int_equal(oa_reply_news(&ours, &d, &n, 1700000001000, STR("n1"), NULL, w->a, &body, &w->f), OK);
	assert_int_equal(wecom_xml_parse(body, w->a, &x, &w->f), OK);
	assert_true(str_eq(wecom_xml_get(&x, "MsgSignature"), wecom_signature(ours.token, STR("1700000001"), STR("n1"), wecom_xml_get(&x, "Encrypt"), w->a)));
	assert_int_equal(wecom_key_read(STR(OURS_KEY), w->a, &key, &w->f), OK);
	assert_int_equal(wecom_decrypt(&key, ours.appid, wecom_xml_get(&x, "Encrypt"), w->a, &plain, &w->f), OK);
	assert_true(str_has(plain, STR("https://scrm.example/d/abc")));
}

static void a_body_has_an_end(void **state)
{
	struct world *w = *state;
	struct oa_delivery d;
	struct oa_query q = { .signature = STR("x") };
	char *big = arena_alloc(w->a, OA_CALLBACK_BODY_MAX + 1);
	memset(big, ' ', OA_CALLBACK_BODY_MAX + 1);
	assert_int_equal(oa_callback_accept(&ours, &q, str_of(big, OA_CALLBACK_BODY_MAX + 1), w->a, &d, &w->f), ERR_TOO_LARGE);
	assert_int_equal(oa_callback_accept(&ours, &q, str_of(big, OA_CALLBACK_BODY_MAX), w->a, &d, &w->f), ERR_SYNTAX);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_first_look_is_checked_by_its_signature), T(a_plain_push_is_signed_without_its_body), T(the_platforms_sealed_push_opens),
		T(the_platforms_sealed_answer_is_made), T(spare_bits_in_a_key_do_no_harm),
		T(a_subscription_tells_its_scene_and_only_the_opened_part_counts), T(our_sealed_answer_is_the_vector),
		T(an_article_answers_in_the_way_it_was_asked), T(a_body_has_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
