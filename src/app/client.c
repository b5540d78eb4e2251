/*
 * client. The lock decides: who can take it owns the store, who cannot asks its owner.
 */
#include "app/client.h"
#include "app/boot.h"
#include "app/engine.h"
#include "app/service.h"
#include "base/log.h"
#include "core/perm/perm_dispatch.h"

#include <time.h>

#define CALL_TIMEOUT_MS 120000
#define PAUSE_MS 100
#define SETTLE_MS 60000 /* a server that never rests is asked all the same */

struct client {
	struct cli *cli;
	struct arena *life, *arena;
	struct arena_mark start;
	struct clock clock;
	struct env *env;            /* in this process */
	struct dispatch *dispatch;
	struct transport *transport; /* over the socket */
	str socket, corp;
};

static err open_here(struct client *k)
{
	struct cli *c = k->cli;
	struct boot_conf bc = { .conf = c->conf, .clock = &k->clock };
	i64 corp;
	TRY(boot_open(k->life, &bc, &k->env, &c->fail));
	err e = boot_corp(k->env, k->life, k->corp, &corp, &c->fail);
	if (e != OK) {
		boot_close(k->env);
		return e;
	}
	k->corp = arena_printf(k->life, "%lld", (long long)corp);
	k->dispatch = dispatch_new(k->life, k->env, NULL);
	return OK;
}

err client_open(struct cli *c, struct client **ret)
{
	struct client *k = ARENA_NEW(c->arena, struct client);
	log_level_set(LOG_WARN); /* a command prints its own words */
	k->cli = c;
	k->life = c->arena;
	k->clock = clock_real();
	k->corp = cli_option(c, "corp");
	k->arena = arena_new(ARENA_MAX_DEFAULT);
	k->start = arena_mark(k->arena);
	err e = open_here(k);
	if (e == ERR_LOCKED) {
		k->socket = arena_printf(k->life, "%.*s/" SERVICE_SOCKET, STR_F(conf_get(c->conf, "data")));
		e = transport_net(k->life, &k->transport, &c->fail);
	}
	*ret = k;
	if (e != OK)
		arena_free(k->arena);
	return e;
}

void client_close(struct client *k)
{
	if (k->env)
		boot_close(k->env);
	arena_free(k->arena);
}

static str if_match(struct client *k, const struct client_call *call)
{
	return arena_printf(k->arena, "\"%lld\"", (long long)call->version);
}

/* What comes back is read by who typed the command. */
static struct http_pair language(const struct client *k)
{
	return (struct http_pair){ STR("Accept-Language"), k->cli->lang == LANG_EN ? STR("en") : STR("zh-CN") };
}

static err send_here(struct client *k, const struct client_call *call, int *ret_status, str *ret_body)
{
	struct http_req *req = ARENA_NEW(k->arena, struct http_req);
	struct http_reply reply = { 0 };
	req->arena = k->arena;
	req->method = str_c(call->method);
	if (!http_target(req, call->path))
		return fail_set(&k->cli->fail, ERR_INPUT, T_OK, STR("path"), call->path, STR_NIL);
	req->body = call->body;
	req->peer = STR("unix");
	req->headers[req->header_count++] = (struct http_pair){ STR("Content-Type"), call->bytes ? STR("application/octet-stream") : STR("application/json") };
	req->headers[req->header_count++] = (struct http_pair){ STR("X-YT-Corp"), k->corp };
	req->headers[req->header_count++] = language(k);
	if (call->version)
		req->headers[req->header_count++] = (struct http_pair){ STR("If-Match"), if_match(k, call) };
	dispatch_handle(k->dispatch, req, &reply);
	*ret_status = reply.status;
	*ret_body = reply.body;
	return OK;
}

static err send_there(struct client *k, const struct client_call *call, int *ret_status, str *ret_body)
{
	struct http_pair headers[3];
	size_t count = 0;
	headers[count++] = language(k);
	if (k->corp.n)
		headers[count++] = (struct http_pair){ STR("X-YT-Corp"), k->corp };
	if (call->version)
		headers[count++] = (struct http_pair){ STR("If-Match"), if_match(k, call) };
	struct transport_call out = {
		.method = call->method,
		.url = arena_printf(k->arena, "http://yutang%.*s", STR_F(call->path)),
		.content_type = call->bytes ? STR("application/octet-stream") : STR("application/json"),
		.body = call->body,
		.headers = headers,
		.header_count = count,
		.timeout_ms = CALL_TIMEOUT_MS,
		.unix_path = k->socket,
	};
	struct transport_answer answer;
	TRY(k->transport->call(k->transport, k->arena, &out, &answer, &k->cli->fail));
	*ret_status = answer.status;
	*ret_body = answer.body;
	return OK;
}

/* The problem's own code; a server of another version may say one that is unknown here. */
static err error_of(int status, str code)
{
	for (int e = OK + 1; e < ERR_COUNT; e++)
		if (str_eq_c(code, err_name((err)e)))
			return (err)e;
	return status >= 500 ? ERR_UPSTREAM : ERR_STATE;
}

static err problem(struct client *k, int status, const struct json *json)
{
	str detail = json_str(json, "detail"), pointer = STR_NIL;
	const struct json *errors = json_get(json, "errors");
	if (errors && errors->n) {
		detail = json_str(&errors->items[0], "detail");
		pointer = json_str(&errors->items[0], "pointer");
		if (str_starts(pointer, STR("#/column "))) /* the detail says it, in words */
			pointer = STR_NIL;
	}
	return fail_set(&k->cli->fail, error_of(status, json_str(json, "code")), T_CLI_PROBLEM, pointer, detail, STR_NIL);
}

err client_send(struct client *k, const struct client_call *call, struct json **ret, str *ret_raw)
{
	int status = 0;
	str body = STR_NIL;
	struct json *json = NULL;
	TRY(k->env ? send_here(k, call, &status, &body) : send_there(k, call, &status, &body));
	if (body.n && (body.p[0] == '{' || body.p[0] == '['))
		json_parse(body, k->arena, &json, NULL);
	if (status >= 400)
		return problem(k, status, json);
	if (ret)
		*ret = json;
	if (ret_raw)
		*ret_raw = body;
	return OK;
}

void client_settle(struct client *k)
{
	if (k->env) {
		engine_settle(k->env);
		return;
	}
	struct client_call call = { "GET", STR(SERVICE_SETTLED), STR_NIL, false };
	for (int i = 0; i < SETTLE_MS / PAUSE_MS; i++) {
		struct arena_mark mark = arena_mark(k->arena);
		struct json *answer = NULL;
		bool wait = client_send(k, &call, &answer, NULL) == OK && !json_bool(answer, "settled", true);
		arena_reset(k->arena, mark);
		if (!wait)
			return;
		client_pause(k);
	}
}

void client_pause(struct client *k)
{
	if (k->env) {
		engine_step(k->env);
		return;
	}
	struct timespec wait = { 0, PAUSE_MS * 1000000L };
	nanosleep(&wait, NULL);
}

struct arena *client_arena(struct client *k) { return k->arena; }
void client_reset(struct client *k) { arena_reset(k->arena, k->start); }
bool client_remote(const struct client *k) { return k->env == NULL; }
