/*
 * A transport for tests: answers from a script, hands out tokens tk1, tk2 … by itself, and remembers the
 * last call that was not for a token. Thread-safe, because tokens are fetched by many threads at once.
 */
#ifndef YT_PORT_WECOM_TEST_WECOM_FAKE_H
#define YT_PORT_WECOM_TEST_WECOM_FAKE_H

#include "port/wecom/wecom.h"

#include "base/crypt.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

#define ASSERT_STR(got, want) do {                                                          \
	str got_ = (got);                                                                   \
	if (!str_eq_c(got_, want))                                                          \
		fail_msg("\"%.*s\" is not \"%s\"", STR_F(got_), want);                      \
} while (0)

#define FAKE_START ((ms)1700000000000) /* 2023-11-15 06:13:20 in China */
#define FAKE_CHINA_MIDNIGHT ((ms)1700064000000) /* the next */
#define FAKE_TOKEN_LIFE_MS (7200 * MS_SECOND)

struct fake_answer {
	err e;
	int status; /* 0: 200 */
	const char *body; /* NULL: errcode 0 */
};

struct fake {
	struct transport transport;
	pthread_mutex_t mutex;
	struct arena *arena;
	struct clock clock;
	struct wecom *wecom;
	int tokens, calls; /* made so far */
	struct fake_answer token; /* when body or e is set: instead of a token */
	int token_wait_ms;
	struct fake_answer script[8];
	size_t scripted, next; /* beyond the script: errcode 0 */
	void (*during)(struct fake *f); /* inside a call, no lock held */
	str method, url, type, body;
};

static err fake_call(struct transport *t, struct arena *a, const struct transport_call *call,
		     struct transport_answer *ret, struct fail *fail)
{
	struct fake *f = (struct fake *)t;
	bool token = str_has(call->url, STR("/cgi-bin/gettoken?"));
	struct fake_answer answer = { 0 };
	pthread_mutex_lock(&f->mutex);
	str body = STR("{\"errcode\":0,\"errmsg\":\"ok\"}");
	if (token) {
		f->tokens++;
		answer = f->token;
		body = arena_printf(a, "{\"errcode\":0,\"errmsg\":\"ok\",\"access_token\":\"tk%d\",\"expires_in\":7200}",
				    f->tokens);
	} else {
		f->calls++;
		f->method = arena_dup(f->arena, str_c(call->method));
		f->url = arena_dup(f->arena, call->url);
		f->type = arena_dup(f->arena, call->content_type);
		f->body = arena_dup(f->arena, call->body);
		if (f->next < f->scripted)
			answer = f->script[f->next++];
	}
	int wait_ms = token ? f->token_wait_ms : 0;
	pthread_mutex_unlock(&f->mutex);
	if (wait_ms)
		usleep((unsigned)wait_ms * 1000);
	if (f->during && !token)
		f->during(f);
	if (answer.e != OK) /* as a careless transport would: the URL in the error */
		return fail_set(fail, answer.e, T_ERR_UPSTREAM, STR_NIL, call->url, STR_NIL);
	ret->status = answer.status ? answer.status : 200;
	ret->type = STR("application/json");
	ret->body = answer.body ? str_c(answer.body) : body;
	return OK;
}

static inline struct fake *fake_new(void)
{
	crypt_init();
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct fake *f = ARENA_NEW(a, struct fake);
	f->transport.call = fake_call;
	f->arena = a;
	f->clock = clock_simulated(FAKE_START);
	pthread_mutex_init(&f->mutex, NULL);
	f->wecom = wecom_new(&f->transport, &f->clock, STR("http://wecom.test"));
	return f;
}

static inline void fake_free(struct fake *f)
{
	wecom_free(f->wecom);
	pthread_mutex_destroy(&f->mutex);
	arena_free(f->arena);
}

static inline void fake_script(struct fake *f, err e, int status, const char *body)
{
	assert_true(f->scripted < ARRAY_LEN(f->script));
	f->script[f->scripted++] = (struct fake_answer){ e, status, body };
}

static const struct wecom_app fake_app = { 1, { "ww1", 3 }, { "secret1", 7 }, { "1000002", 7 }, { NULL, 0 } };

static inline struct wecom_call fake_by(struct fake *f, const struct wecom_app *app, struct fail *fail)
{
	return (struct wecom_call){ .wecom = f->wecom, .app = app, .arena = f->arena, .fail = fail };
}

#endif
