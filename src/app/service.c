/*
 * service. Requests go to the dispatcher; what may be answered after the commit without holding a
 * worker (callbacks, events) is offered to `later` first. With a simulated clock POST /clock {"to": ms}
 * over the private socket moves it and GET /clock tells now, next_due and idle: a test driver moves two
 * processes to the earlier next_due and waits until both are idle. GET /settled there says whether the
 * inbox is decoded and every module has seen the end of the journal, so that a command counts what it
 * has just imported.
 */
#include "app/service.h"
#include "app/engine.h"
#include "base/conf.h"
#include "base/embed.h"
#include "core/module.h"
#include "core/perm/perm_dispatch.h"

#include <pthread.h>
#include <signal.h>

struct service {
	struct env *env;
	struct dispatch *dispatch;
	struct http_server *net, *local;
	struct workers *workers;
};

static void reply_clock(struct service *s, struct http_req *req, struct http_reply *reply)
{
	struct buf b = buf_new(req->arena, 256);
	ms due = engine_next_due(s->env);
	buf_fmt(&b, "{\"now\":%lld,\"next_due\":", (long long)clock_now(s->env->clock));
	if (due == NIL)
		buf_add_c(&b, "null");
	else
		buf_i64(&b, due);
	buf_fmt(&b, ",\"idle\":%s}", workers_idle(s->workers) ? "true" : "false");
	http_send(reply, 200, STR("application/json"), buf_str(&b));
}

static void reply_settled(struct service *s, struct http_req *req, struct http_reply *reply)
{
	bool behind = true;
	if (consumer_behind(s->env, req->arena, &behind) != OK)
		behind = true;
	http_send(reply, 200, STR("application/json"), behind ? STR("{\"settled\":false}") : STR("{\"settled\":true}"));
}

static void move_clock(struct service *s, struct http_req *req)
{
	struct json *json;
	if (json_parse(req->body, req->arena, &json, NULL) != OK)
		return;
	i64 to = json_i64(json, "to", NIL);
	if (to == NIL)
		return;
	clock_advance(s->env->clock, to);
	workers_wake(s->workers);
}

static void on_request(void *arg, struct http_req *req, struct http_reply *reply)
{
	struct service *s = arg;
	if (s->env->clock->simulated && str_eq_c(req->path, "/clock") && str_eq_c(req->peer, "unix")) {
		if (str_eq_c(req->method, "POST"))
			move_clock(s, req);
		reply_clock(s, req, reply);
		return;
	}
	if (str_eq_c(req->path, SERVICE_SETTLED) && str_eq_c(req->peer, "unix")) {
		reply_settled(s, req, reply);
		return;
	}
	dispatch_handle(s->dispatch, req, reply);
}

static bool on_later(void *arg, struct http_req *req, struct http_later *later)
{
	struct service *s = arg;
	for (size_t i = 0; s->env->modules[i]; i++)
		if (s->env->modules[i]->later && s->env->modules[i]->later(s->env, req, later))
			return true;
	return false;
}

static bool on_at_once(void *arg, struct http_req *req, struct http_reply *reply)
{
	struct service *s = arg;
	ms began = clock_mono();
	for (size_t i = 0; s->env->modules[i]; i++)
		if (s->env->modules[i]->at_once && s->env->modules[i]->at_once(s->env, req, reply)) {
			dispatch_answered(s->dispatch, req, reply, began);
			return true;
		}
	return false;
}

err service_start(struct arena *a, struct env *env, struct service **ret, struct fail *f)
{
	struct service *s = ARENA_NEW(a, struct service);
	i64 workers = 0;
	s->env = env;
	s->dispatch = dispatch_new(a, env, asset_files);
	TRY(conf_i64(env->conf, "workers", 0, 256, &workers, f));
	struct http_server_conf net = {
		.listen = conf_get(env->conf, "listen"), .workers = (int)workers, .handler = on_request, .later = on_later,
		.at_once = on_at_once, .arg = s,
	};
	struct http_server_conf local = {
		.unix_path = arena_printf(a, "%.*s/" SERVICE_SOCKET, STR_F(env->data_dir)), .workers = 2, .handler = on_request, .arg = s,
	};
	TRY(workers_start(a, env, &s->workers, f));
	err e = http_server_start(&net, &s->net, f);
	if (e == OK && conf_get(env->conf, "public-url").n == 0 && str_ends(net.listen, STR(":0")))
		env->public_url = arena_printf(a, "http://%.*s", STR_F(http_server_addr(s->net))); /* before anybody knows the port */
	if (e == OK)
		e = http_server_start(&local, &s->local, f);
	*ret = s;
	if (e != OK)
		service_stop(s);
	return e;
}

str service_addr(const struct service *s) { return http_server_addr(s->net); }

void service_stop(struct service *s)
{
	if (s->local)
		http_server_stop(s->local);
	if (s->net)
		http_server_stop(s->net);
	workers_stop(s->workers);
}

static sigset_t stop_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return set;
}

void service_signals(void)
{
	sigset_t set = stop_signals();
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void service_wait(void)
{
	sigset_t set = stop_signals();
	int got;
	sigwait(&set, &got);
}
