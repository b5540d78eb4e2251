/*
 * The exchange itself: URL, rate, transport, and the sorting of what came back. Which outcomes count as
 * "unknown" is decided here and nowhere else: a time-out, a connection broken after it stood, a gateway's
 * 5xx, and an answer that is not JSON.
 */
#include "port/wecom/wecom_int.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

static const struct wecom_errcode errcodes[] = {
#define WECOM_ERRCODE(code, action, err, text) { code, WECOM_##action, ERR_##err, text },
#include "port/wecom/wecom_errcodes.def"
#undef WECOM_ERRCODE
};

const struct wecom_errcode *wecom_errcode(i64 code)
{
	static const struct wecom_errcode ok = { 0, WECOM_OK, ERR_OK, T_OK };
	static const struct wecom_errcode unlisted = { NIL, WECOM_ALERT, ERR_STATE, T_WECOM_CODE };
	if (code == 0)
		return &ok;
	size_t from = 0, to = ARRAY_LEN(errcodes);
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		if (errcodes[mid].code == code)
			return &errcodes[mid];
		if (errcodes[mid].code < code)
			from = mid + 1;
		else
			to = mid;
	}
	return &unlisted;
}

struct wecom *wecom_new(struct transport *t, const struct clock *clock, str base)
{
	struct wecom *w = calloc(1, sizeof(*w));
	ASSERT(w != NULL);
	w->transport = t;
	w->clock = clock;
	w->base = base.n ? strndup(base.p, base.n) : strdup(WECOM_BASE_DEFAULT);
	ASSERT(w->base != NULL);
	pthread_mutex_init(&w->mutex, NULL);
	pthread_cond_init(&w->token_changed, NULL);
	return w;
}

void wecom_free(struct wecom *w)
{
	if (!w)
		return;
	wecom_token_free_all(w);
	wecom_ticket_free_all(w);
	wecom_rate_free_all(w);
	pthread_cond_destroy(&w->token_changed);
	pthread_mutex_destroy(&w->mutex);
	free(w->base);
	free(w);
}

static void clear(struct wecom_call *c)
{
	c->errcode = 0;
	c->errmsg = STR_NIL;
	c->action = WECOM_OK;
	c->retry_at = NIL;
	c->json = NULL;
}

static err no_answer(struct wecom_call *c, const struct wecom_request *r, err e)
{
	c->action = e == ERR_UPSTREAM ? WECOM_RETRY : WECOM_UNKNOWN;
	c->retry_at = clock_now(c->wecom->clock) + WECOM_RETRY_MS;
	if (e == ERR_UPSTREAM)
		return fail_set(c->fail, e, T_WECOM_CONNECT, str_c(r->api), STR_NIL, STR_NIL);
	return fail_set(c->fail, ERR_UNKNOWN, T_ERR_UNKNOWN, str_c(r->api), STR_NIL, STR_NIL);
}

/* ERR_UNKNOWN or ERR_UPSTREAM. */
static err bad_answer(struct wecom_call *c, const char *api, err e, int status)
{
	char n[16];
	snprintf(n, sizeof(n), "%d", status);
	c->action = e == ERR_UPSTREAM ? WECOM_RETRY : WECOM_UNKNOWN;
	c->retry_at = clock_now(c->wecom->clock) + WECOM_RETRY_MS;
	return fail_set(c->fail, e, T_WECOM_ANSWER, str_c(api), str_c(n), STR_NIL);
}

err wecom_incomplete(struct wecom_call *c, const char *api, err e)
{
	return bad_answer(c, api, e, 200);
}

static err too_many(struct wecom_call *c, const char *api, ms retry_at)
{
	char n[24];
	i64 wait = retry_at - clock_now(c->wecom->clock);
	snprintf(n, sizeof(n), "%lld", (long long)(int_max(wait, 0) + MS_SECOND - 1) / MS_SECOND);
	err e = fail_set(c->fail, ERR_TOO_MANY, T_WECOM_RATE, str_c(api), STR_NIL, str_c(n));
	if (c->fail && retry_at != NIL)
		c->fail->retry_at = retry_at;
	return e;
}

err wecom_refused(struct wecom_call *c, const char *api, i64 code, str errmsg, ms retry_at)
{
	const struct wecom_errcode *known = wecom_errcode(code);
	c->errcode = code;
	c->errmsg = errmsg;
	c->action = known->action;
	c->retry_at = retry_at;
	if (known->action == WECOM_OK)
		return OK;
	if (known->action == WECOM_WAIT)
		return too_many(c, api, retry_at);
	if (known->action == WECOM_RETRY || known->action == WECOM_REFRESH)
		c->retry_at = clock_now(c->wecom->clock) + WECOM_RETRY_MS;
	char n[24];
	snprintf(n, sizeof(n), "%lld", (long long)code);
	/* Behind ", hint:" stand request ids and addresses. */
	i64 hint = str_find(errmsg, STR(", hint:"));
	str said = hint < 0 ? errmsg : str_sub(errmsg, 0, (size_t)hint);
	return fail_set(c->fail, known->err, known->text, str_c(api), str_c(n), said);
}

static str url_of(struct wecom_call *c, const struct wecom_request *r)
{
	str base = c->app->base.n ? c->app->base : str_c(c->wecom->base);
	if (str_ends(base, STR("/")))
		base.n--;
	struct buf b = buf_new(c->arena, BUF_MAX_DEFAULT);
	buf_add(&b, base);
	buf_add_c(&b, "/cgi-bin/");
	buf_add_c(&b, r->api);
	for (size_t i = 0; i < r->query_count; i++) {
		buf_char(&b, i ? '&' : '?');
		buf_add(&b, r->query[i].name);
		buf_char(&b, '=');
		buf_url(&b, r->query[i].value);
	}
	return buf_str(&b);
}

static err sort(struct wecom_call *c, const struct wecom_request *r, const struct transport_answer *answer,
		bool *ret_rate_refused)
{
	if (answer->status == 429) {
		*ret_rate_refused = true;
		return OK;
	}
	if (answer->status >= 500)
		return bad_answer(c, r->api, ERR_UNKNOWN, answer->status);
	if (answer->status != 200)
		return bad_answer(c, r->api, ERR_UPSTREAM, answer->status);
	struct json *json;
	if (json_parse(answer->body, c->arena, &json, NULL) != OK || json->type != JSON_OBJECT)
		return bad_answer(c, r->api, ERR_UNKNOWN, answer->status);
	c->json = json;
	c->errcode = json_i64(json, "errcode", 0);
	c->errmsg = json_str(json, "errmsg");
	/* An old wording of "token expired", with the code of a wrong secret. */
	if (c->errcode == 40001 && strcmp(r->api, "gettoken") != 0 && str_has(c->errmsg, STR("expired")))
		c->errcode = 42001;
	*ret_rate_refused = wecom_errcode(c->errcode)->action == WECOM_WAIT;
	return OK;
}

err wecom_exchange(struct wecom_call *c, const struct wecom_request *r)
{
	clear(c);
	ms closed;
	struct wecom_rate *rate = wecom_rate_enter(c->wecom, c->app->corp, r->api, &closed);
	if (!rate)
		return wecom_refused(c, r->api, 45009, STR_NIL, closed);
	struct transport_call call = {
		.method = str_is_nil(r->body) ? "GET" : "POST",
		.url = url_of(c, r),
		.content_type = str_is_nil(r->body) ? STR_NIL
			: r->content_type.n ? r->content_type : STR("application/json; charset=utf-8"),
		.body = r->body,
		.timeout_ms = r->timeout_ms ? r->timeout_ms : WECOM_TIMEOUT_MS,
	};
	struct transport_answer answer = { 0 };
	struct fail inner = { 0 }; /* may quote the URL, so it is not passed on */
	bool rate_refused = false;
	err e = c->wecom->transport->call(c->wecom->transport, c->arena, &call, &answer, &inner);
	e = e != OK ? no_answer(c, r, e) : sort(c, r, &answer, &rate_refused);
	closed = wecom_rate_leave(c->wecom, rate, rate_refused);
	if (e != OK)
		return e;
	return wecom_refused(c, r->api, rate_refused ? 45009 : c->errcode, c->errmsg, rate_refused ? closed : NIL);
}

err wecom_call(struct wecom_call *c, const struct wecom_request *r)
{
	ASSERT(r->query_count < ARRAY_LEN(r->query));
	for (int round = 0;; round++) {
		clear(c);
		str token = STR_NIL;
		TRY(wecom_token_get(c, &token));
		struct wecom_request with = *r;
		memmove(with.query + 1, r->query, r->query_count * sizeof(r->query[0]));
		with.query[0] = (struct http_pair){ STR("access_token"), token };
		with.query_count++;
		err e = wecom_exchange(c, &with);
		if (c->action != WECOM_REFRESH || round)
			return e;
		wecom_token_spoilt(c, token);
	}
}
