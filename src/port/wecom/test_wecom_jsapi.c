/*
 * Tickets are asked for once, and signed as WeCom's own examples are.
 */
#include "port/wecom/test_wecom_fake.h"
#include "port/wecom/wecom_jsapi.h"
#include "port/wecom/wecom_limits.h"

static void signatures_are_those_of_the_published_examples(void **state)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	assert_true(str_eq_c(wecom_jsapi_sign(a, STR("sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"),
					      STR("Wm3WZYTPz0wzccnW"), 1414587457, STR("http://mp.weixin.qq.com?params=value")),
			     "0f9de62fce790f9a083d5c99e95740ceb90c27ed"));
	assert_true(str_eq_c(wecom_jsapi_sign(a, STR("mock-ticket"), STR("mock-nonce"), 1601234567, STR("https://www.easywechat.com/")),
			     "22772d2fb393ab9f7f6a5a54168a566fbf1ab767"));
	assert_true(str_eq_c(wecom_jsapi_sign(a, STR("yutang_ticket_0001"), STR("nonce123"), 1700000000,
					      STR("https://scrm.example.com/sidebar?ext=1#top")),
			     "1239c2acc1ec6979e893ff31d75c5a0cb56cc04d"));
	arena_free(a);
}

static void a_ticket_is_asked_for_once_until_it_ends(void **state)
{
	struct fake *f = fake_new();
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	str t;
	fake_script(f, OK, 200, "{\"errcode\":0,\"ticket\":\"corp1\",\"expires_in\":7200}");
	fake_script(f, OK, 200, "{\"errcode\":0,\"ticket\":\"agent1\",\"expires_in\":7200}");
	fake_script(f, OK, 200, "{\"errcode\":0,\"ticket\":\"corp2\",\"expires_in\":7200}");
	fake_script(f, OK, 200, "{\"errcode\":0,\"ticket\":\"\",\"expires_in\":7200}");
	assert_int_equal(wecom_jsapi_ticket(&c, WECOM_TICKET_CORP, &t), OK);
	assert_true(str_eq_c(t, "corp1"));
	assert_int_equal(wecom_jsapi_ticket(&c, WECOM_TICKET_AGENT, &t), OK);
	assert_true(str_eq_c(t, "agent1") && str_has(f->url, STR("type=agent_config")));
	clock_advance(&f->clock, FAKE_START + 7200 * MS_SECOND - WECOM_TOKEN_MARGIN_MS - 1);
	assert_int_equal(wecom_jsapi_ticket(&c, WECOM_TICKET_CORP, &t), OK);
	assert_true(str_eq_c(t, "corp1"));
	assert_int_equal(f->calls, 2);
	clock_advance(&f->clock, FAKE_START + 7200 * MS_SECOND - WECOM_TOKEN_MARGIN_MS);
	assert_int_equal(wecom_jsapi_ticket(&c, WECOM_TICKET_CORP, &t), OK);
	assert_true(str_eq_c(t, "corp2"));
	assert_int_equal(wecom_jsapi_ticket(&c, WECOM_TICKET_AGENT, &t), ERR_UPSTREAM);
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures_are_those_of_the_published_examples),
		cmocka_unit_test(a_ticket_is_asked_for_once_until_it_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
