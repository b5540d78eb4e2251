/* Tokens, rates and error codes of the client, against a scripted transport and a simulated clock. */
#include "port/wecom/test_wecom_fake.h"
#include "port/wecom/wecom_limits.h"

#define THREADS 8

static int setup(void **state)
{
	*state = fake_new();
	return 0;
}

static int teardown(void **state)
{
	fake_free(*state);
	return 0;
}

static err call_api(struct wecom_call *c, const char *api)
{
	struct wecom_request r = { .api = api };
	return wecom_call(c, &r);
}

static void one_token_serves_many_calls(void **state)
{
	struct fake *f = *state;
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	for (int i = 0; i < 3; i++)
		assert_int_equal(call_api(&c, "user/get"), OK);
	assert_int_equal(f->tokens, 1);
	assert_int_equal(f->calls, 3);
	ASSERT_STR(f->url, "http://wecom.test/cgi-bin/user/get?access_token=tk1");
	assert_int_equal(c.action, WECOM_OK);
}

static void another_secret_or_corp_has_its_own_token(void **state)
{
	struct fake *f = *state;
	struct fail fail = { 0 };
	struct wecom_app other = fake_app;
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	assert_int_equal(call_api(&c, "user/get"), OK);
	c.app = &other;
	other.secret = STR("secret2");
	assert_int_equal(call_api(&c, "user/get"), OK);
	assert_int_equal(f->tokens, 2);
	other = fake_app;
	other.corp = 2;
	assert_int_equal(call_api(&c, "user/get"), OK);
	other = fake_app;
	other.base = STR("http://other.test/");
	assert_int_equal(call_api(&c, "user/get"), OK);
	assert_int_equal(f->tokens, 4);
	ASSERT_STR(f->url, "http://other.test/cgi-bin/user/get?access_token=tk4");
}

static void a_token_is_renewed_shortly_before_its_end(void **state)
{
	struct fake *f = *state;
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	assert_int_equal(call_api(&c, "user/get"), OK);
	clock_advance(&f->clock, FAKE_START + FAKE_TOKEN_LIFE_MS - WECOM_TOKEN_MARGIN_MS - 1);
	assert_int_equal(call_api(&c, "user/get"), OK);
	assert_int_equal(f->tokens, 1);
	clock_advance(&f->clock, FAKE_START + FAKE_TOKEN_LIFE_MS - WECOM_TOKEN_MARGIN_MS);
	assert_int_equal(call_api(&c, "user/get"), OK);
	assert_int_equal(f->tokens, 2);
}

struct worker {
	struct fake *f;
	pthread_barrier_t *start;
	err e;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct fail fail = { 0 };
	struct wecom_call c = { .wecom = w->f->wecom, .app = &fake_app, .arena = a, .fail = &fail };
	pthread_barrier_wait(w->start);
	w->e = call_api(&c, "user/get");
	arena_free(a);
	return NULL;
}

static void run_threads(struct fake *f, err expected)
{
	pthread_t threads[THREADS];
	struct worker workers[THREADS];
	pthread_barrier_t start;
	pthread_barrier_init(&start, NULL, THREADS);
	f->token_wait_ms = 50;
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ f, &start, ERR_INTERNAL };
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(workers[i].e, expected);
	}
	pthread_barrier_destroy(&start);
}

static void threads_share_one_fetch(void **state)
{
	struct fake *f = *state;
	run_threads(f, OK);
	assert_int_equal(f->tokens, 1);
	assert_int_equal(f->calls, THREADS);
}

static void threads_with_a_wrong_secret_do_not_try_once_each(void **state)
{
	struct fake *f = *state;
	f->token.body = "{\"errcode\":40001,\"errmsg\":\"invalid credential\"}";
	run_threads(f, ERR_CONFIG);
	assert_true(f->tokens <= WECOM_WRONG_SECRETS_MAX);
	assert_int_equal(f->calls, 0);
}

static void a_refused_token_is_renewed_and_the_call_repeated_once(void **state)
{
	const char *refusals[] = {
		"{\"errcode\":40014,\"errmsg\":\"invalid access_token\"}",
		"{\"errcode\":42001,\"errmsg\":\"access_token expired\"}",
		"{\"errcode\":40001,\"errmsg\":\"access_token expired\"}",
	};
	struct fake *f = *state;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		struct fail fail = { 0 };
		struct wecom_app app = fake_app;
		app.corp = 10 + (i64)i;
		struct wecom_call c = fake_by(f, &app, &fail);
		f->tokens = f->calls = 0;
		f->scripted = f->next = 0;
		fake_script(f, OK, 0, refusals[i]);
		assert_int_equal(call_api(&c, "user/get"), OK);
		assert_int_equal(f->tokens, 2);
		assert_int_equal(f->calls, 2);
		assert_true(str_ends(f->url, STR("access_token=tk2")));
	}
}

static void a_fresh_token_refused_too_ends_the_call(void **state)
{
	struct fake *f = *state;
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	fake_script(f, OK, 0, "{\"errcode\":42001,\"errmsg\":\"expired\"}");
	fake_script(f, OK, 0, "{\"errcode\":42001,\"errmsg\":\"expired\"}");
	assert_int_equal(call_api(&c, "user/get"), ERR_UPSTREAM);
	assert_int_equal(c.action, WECOM_REFRESH);
	assert_int_equal(c.errcode, 42001);
	assert_int_equal(f->tokens, 2);
	assert_int_equal(f->calls, 2);
}

static void three_wrong_secrets_end_the_tries_until_it_changes(void **state)
{
	struct fake *f = *state;
	struct fail fail = { 0 };
	struct wecom_app app = fake_app;
	struct wecom_call c = fake_by(f, &app, &fail);
	f->token.body = "{\"errcode\":40001,\"errmsg\":\"invalid credential, hint: [1_2], from ip: 1.2.3.4\"}";
	for (int i = 1; i <= WECOM_WRONG_SECRETS_MAX; i++) {
		assert_int_equal(call_api(&c, "user/get"), ERR_CONFIG);
		assert_int_equal(f->tokens, i);
		assert_int_equal(fail.text, T_WECOM_40001);
		assert_string_equal(fail.limit, "invalid credential");
	}
	assert_int_equal(call_api(&c, "user/get"), ERR_CONFIG);
	assert_int_equal(f->tokens, WECOM_WRONG_SECRETS_MAX);
	assert_int_equal(fail.text, T_WECOM_SECRET_STOPPED);
	assert_int_equal(c.action, WECOM_CONFIG);

	app.secret = STR("secret2");
	assert_int_equal(call_api(&c, "user/get"), ERR_CONFIG);
	assert_int_equal(f->tokens, WECOM_WRONG_SECRETS_MAX + 1);

	app.secret = fake_app.secret;
	f->token.body = NULL;
	assert_int_equal(call_api(&c, "user/get"), ERR_CONFIG);
	wecom_forget(f->wecom, &app);
	assert_int_equal(call_api(&c, "user/get"), OK);
}

static void a_busy_token_service_does_not_count_as_a_wrong_secret(void **state)
{
	struct fake *f = *state;
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	f->token.body = "{\"errcode\":-1,\"errmsg\":\"system busy\"}";
	for (int i = 0; i <= WECOM_WRONG_SECRETS_MAX; i++)
		assert_int_equal(call_api(&c, "user/get"), ERR_UPSTREAM);
	assert_int_equal(f->tokens, WECOM_WRONG_SECRETS_MAX + 1);
	assert_int_equal(c.action, WECOM_RETRY);
	f->token.body = "{\"errcode\":0,\"access_token\":\"\",\"expires_in\":7200}";
	assert_int_equal(call_api(&c, "user/get"), ERR_UPSTREAM);
	f->token.body = NULL;
	assert_int_equal(call_api(&c, "user/get"), OK);
}

static void a_lost_token_answer_leaves_no_unknown_outcome(void **state)
{
	const err lost[] = { ERR_TIMEOUT, ERR_UNKNOWN, ERR_UPSTREAM };
	struct fake *f = *state;
	for (size_t i = 0; i < ARRAY_LEN(lost); i++) {
		struct fail fail = { 0 };
		struct wecom_call c = fake_by(f, &fake_app, &fail);
		f->token.e = lost[i];
		assert_int_equal(call_api(&c, "externalcontact/add_msg_template"), ERR_UPSTREAM);
		assert_int_equal(c.action, WECOM_RETRY);
		assert_int_equal(f->calls, 0);
	}
}

static void lost_answers_are_told_apart_from_calls_never_made(void **state)
{
	const struct { struct fake_answer answer; err expected; } cases[] = {
		{ { ERR_UPSTREAM, 0, NULL }, ERR_UPSTREAM },
		{ { ERR_TIMEOUT, 0, NULL }, ERR_UNKNOWN },
		{ { ERR_UNKNOWN, 0, NULL }, ERR_UNKNOWN },
		{ { OK, 502, "bad gateway" }, ERR_UNKNOWN },
		{ { OK, 404, "" }, ERR_UPSTREAM },
		{ { OK, 200, "{\"errcode\":0,\"msgi" }, ERR_UNKNOWN },
		{ { OK, 200, "" }, ERR_UNKNOWN },
		{ { OK, 200, "[]" }, ERR_UNKNOWN },
		{ { OK, 429, "" }, ERR_TOO_MANY },
	};
	struct fake *f = *state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fail fail = { 0 };
		struct wecom_call c = fake_by(f, &fake_app, &fail);
		f->scripted = f->next = 0;
		fake_script(f, cases[i].answer.e, cases[i].answer.status, cases[i].answer.body);
		assert_int_equal(call_api(&c, "user/get"), cases[i].expected);
		assert_true(c.retry_at > FAKE_START);
		assert_int_equal(c.action == WECOM_UNKNOWN, cases[i].expected == ERR_UNKNOWN);
		assert_null(c.json);
		assert_null(strstr(fail.value, "tk1"));
	}
}

static void no_error_shows_a_secret(void **state)
{
	struct fake *f = *state;
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	f->token.e = ERR_UPSTREAM;
	assert_int_equal(call_api(&c, "user/get"), ERR_UPSTREAM);
	str text = fail_text(&fail, LANG_EN, f->arena);
	assert_false(str_has(text, STR("secret1")));
	assert_null(strstr(fail.value, "secret1"));
	assert_null(strstr(fail.limit, "secret1"));
}

static void codes_map_to_actions(void **state)
{
	const struct { const char *body; err e; enum wecom_action action; bool waits; } cases[] = {
		{ "{\"errcode\":-1,\"errmsg\":\"busy\"}", ERR_UPSTREAM, WECOM_RETRY, true },
		{ "{\"errcode\":\"84061\",\"errmsg\":\"x\"}", ERR_STATE, WECOM_RELATION_LOST, false },
		{ "{\"errcode\":60111,\"errmsg\":\"x\"}", ERR_NOT_FOUND, WECOM_DROP, false },
		{ "{\"errcode\":40001,\"errmsg\":\"invalid credential\"}", ERR_CONFIG, WECOM_CONFIG, false },
		{ "{\"errcode\":48002,\"errmsg\":\"x\"}", ERR_STATE, WECOM_ALERT, false },
		{ "{\"errcode\":40058,\"errmsg\":\"x\"}", ERR_INTERNAL, WECOM_BUG, false },
		{ "{\"errcode\":41063,\"errmsg\":\"x\"}", ERR_UPSTREAM, WECOM_RETRY, true },
		{ "{\"errcode\":999999,\"errmsg\":\"news\"}", ERR_STATE, WECOM_ALERT, false },
	};
	struct fake *f = *state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fail fail = { 0 };
		struct wecom_call c = fake_by(f, &fake_app, &fail);
		f->scripted = f->next = 0;
		fake_script(f, OK, 0, cases[i].body);
		assert_int_equal(call_api(&c, "user/get"), cases[i].e);
		assert_int_equal(c.action, cases[i].action);
		assert_int_equal(c.retry_at == NIL, !cases[i].waits);
		assert_non_null(c.json);
	}
	assert_int_equal(wecom_errcode(0)->action, WECOM_OK);
}

static void every_code_has_a_text_with_its_number(void **state)
{
	static const i64 codes[] = {
#define WECOM_ERRCODE(code, action, err, text) code,
#include "port/wecom/wecom_errcodes.def"
#undef WECOM_ERRCODE
	};
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		assert_true(i == 0 || codes[i - 1] < codes[i]); /* the search needs the order */
		const struct wecom_errcode *e = wecom_errcode(codes[i]);
		assert_int_equal(e->code, codes[i]);
		assert_true(e->err != ERR_OK && e->action != WECOM_OK);
		assert_non_null(strstr(text_raw(e->text, LANG_ZH), "{value}"));
		assert_non_null(strstr(text_raw(e->text, LANG_EN), "{value}"));
	}
}

static void calls_stop_at_the_minute_limit_and_go_on_after_it(void **state)
{
	struct fake *f = *state;
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	struct arena_mark mark = arena_mark(f->arena);
	for (int i = 0; i < 10000; i++) {
		assert_int_equal(call_api(&c, "user/get"), OK);
		arena_reset(f->arena, mark);
	}
	assert_int_equal(call_api(&c, "user/get"), ERR_TOO_MANY);
	assert_int_equal(f->calls, 10000);
	assert_int_equal(c.action, WECOM_WAIT);
	ms opens = c.retry_at;
	assert_int_equal(opens, (FAKE_START / MS_MINUTE + 1) * MS_MINUTE);
	assert_int_equal(call_api(&c, "user/list"), OK);
	clock_advance(&f->clock, opens - 1);
	assert_int_equal(call_api(&c, "user/get"), ERR_TOO_MANY);
	clock_advance(&f->clock, opens);
	assert_int_equal(call_api(&c, "user/get"), OK);
}

static void a_daily_limit_ends_at_midnight_in_china(void **state)
{
	struct fake *f = *state;
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	struct arena_mark mark = arena_mark(f->arena);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(call_api(&c, "media/uploadimg"), OK);
		arena_reset(f->arena, mark);
	}
	assert_int_equal(call_api(&c, "media/uploadimg"), ERR_TOO_MANY);
	assert_int_equal(c.retry_at, FAKE_CHINA_MIDNIGHT);
	struct wecom_app other = fake_app;
	other.corp = 2;
	c.app = &other;
	assert_int_equal(call_api(&c, "media/uploadimg"), OK);
	c.app = &fake_app;
	clock_advance(&f->clock, FAKE_CHINA_MIDNIGHT);
	assert_int_equal(call_api(&c, "media/uploadimg"), OK);
}

static void a_refusal_for_frequency_closes_longer_each_time(void **state)
{
	struct fake *f = *state;
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	const char *refusal = "{\"errcode\":45009,\"errmsg\":\"api freq out of limit\"}";
	const ms wait[] = { MS_MINUTE, MS_HOUR };
	for (size_t i = 0; i < 3; i++)
		fake_script(f, OK, 0, refusal);
	for (size_t i = 0; i < ARRAY_LEN(wait); i++) {
		ms now = clock_now(&f->clock);
		assert_int_equal(call_api(&c, "user/get"), ERR_TOO_MANY);
		assert_int_equal(c.retry_at, now + wait[i]);
		int calls = f->calls;
		clock_advance(&f->clock, now + wait[i] - 1);
		assert_int_equal(call_api(&c, "user/get"), ERR_TOO_MANY);
		assert_int_equal(f->calls, calls);
		clock_advance(&f->clock, now + wait[i]);
	}
	assert_int_equal(call_api(&c, "user/get"), ERR_TOO_MANY);
	assert_int_equal(c.retry_at, FAKE_CHINA_MIDNIGHT);
	clock_advance(&f->clock, FAKE_CHINA_MIDNIGHT);
	assert_int_equal(call_api(&c, "user/get"), OK);
	f->next = 2;
	ms now = clock_now(&f->clock);
	assert_int_equal(call_api(&c, "user/get"), ERR_TOO_MANY);
	assert_int_equal(c.retry_at, now + MS_MINUTE);
}

static int nested_calls, nested_refused;

static void nest(struct fake *f)
{
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	nested_calls++;
	err e = call_api(&c, "externalcontact/mark_tag");
	if (e == ERR_TOO_MANY) {
		nested_refused++;
		assert_true(c.retry_at > FAKE_START);
	}
}

static void tag_marks_run_five_at_once(void **state)
{
	struct fake *f = *state;
	struct fail fail = { 0 };
	struct wecom_call c = fake_by(f, &fake_app, &fail);
	nested_calls = nested_refused = 0;
	f->during = nest;
	assert_int_equal(call_api(&c, "externalcontact/mark_tag"), OK);
	assert_int_equal(nested_calls, 5);
	assert_int_equal(nested_refused, 1);
	f->during = NULL;
	assert_int_equal(call_api(&c, "externalcontact/mark_tag"), OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_token_serves_many_calls),
		TEST(another_secret_or_corp_has_its_own_token),
		TEST(a_token_is_renewed_shortly_before_its_end),
		TEST(threads_share_one_fetch),
		TEST(threads_with_a_wrong_secret_do_not_try_once_each),
		TEST(a_refused_token_is_renewed_and_the_call_repeated_once),
		TEST(a_fresh_token_refused_too_ends_the_call),
		TEST(three_wrong_secrets_end_the_tries_until_it_changes),
		TEST(a_busy_token_service_does_not_count_as_a_wrong_secret),
		TEST(a_lost_token_answer_leaves_no_unknown_outcome),
		TEST(lost_answers_are_told_apart_from_calls_never_made),
		TEST(no_error_shows_a_secret),
		TEST(codes_map_to_actions),
		TEST(every_code_has_a_text_with_its_number),
		TEST(calls_stop_at_the_minute_limit_and_go_on_after_it),
		TEST(a_daily_limit_ends_at_midnight_in_china),
		TEST(a_refusal_for_frequency_closes_longer_each_time),
		TEST(tag_marks_run_five_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
