/*
 * Transport by function call: a URL's host names a handler in this process.
 *
 * Histories and simulated days run on it: no sockets, no threads, no real time. A host nobody added is
 * a host that cannot be reached. The handler gets an arena of its own kind (the caller's), so its
 * reply lives as long as the answer does.
 */
#include "port/transport.h"

#include "base/vec.h"

struct target {
	str host;
	http_handler *handler;
	void *arg;
};

struct direct {
	struct transport base;
	struct arena *arena;
	VEC(struct target) targets;
};

static const struct target *find(const struct direct *d, str host)
{
	for (size_t i = 0; i < d->targets.n; i++)
		if (str_eq_nocase(d->targets.v[i].host, host))
			return &d->targets.v[i];
	return NULL;
}

static err refuse(struct fail *f, str host, str why)
{
	return fail_set(f, ERR_UPSTREAM, T_OK, STR("connect"), host, why);
}

static err direct_call(struct transport *t, struct arena *a, const struct transport_call *call,
		       struct transport_answer *ret, struct fail *f)
{
	struct direct *d = (struct direct *)t;
	i64 at = str_find(call->url, STR("://"));
	str rest = at < 0 ? call->url : str_sub(call->url, (size_t)at + 3, call->url.n);
	size_t slash = 0;
	while (slash < rest.n && rest.p[slash] != '/' && rest.p[slash] != '?')
		slash++;
	str host = str_sub(rest, 0, slash);
	str target = slash < rest.n ? str_sub(rest, slash, rest.n) : STR("/");
	if (target.p[0] == '?')
		target = arena_printf(a, "/%.*s", STR_F(target));
	const struct target *to = find(d, host);
	if (!to)
		return refuse(f, host, STR("unknown host"));
	struct http_req *req = ARENA_NEW(a, struct http_req);
	struct http_reply reply = { 0 };
	req->arena = a;
	req->method = str_c(call->method);
	req->peer = STR("127.0.0.1");
	req->secure = str_starts(call->url, STR("https:"));
	req->body = call->body.p ? call->body : STR("");
	if (!http_target(req, target) || call->header_count + 2 > HTTP_HEADERS_MAX)
		return refuse(f, host, STR("bad request"));
	req->headers[req->header_count++] = (struct http_pair){ STR("Host"), host };
	if (call->content_type.n)
		req->headers[req->header_count++] = (struct http_pair){ STR("Content-Type"), call->content_type };
	for (size_t i = 0; i < call->header_count; i++)
		req->headers[req->header_count++] = call->headers[i];
	to->handler(to->arg, req, &reply);
	if (reply.status == 0)
		return fail_set(f, ERR_UNKNOWN, T_OK, STR("call"), host, STR("no answer"));
	*ret = (struct transport_answer){ reply.status, reply.type, reply.body, 0 };
	for (size_t i = 0; i < reply.header_count; i++)
		if (str_eq_nocase(reply.headers[i].name, STR("Retry-After")) && !str_i64(reply.headers[i].value, &ret->retry_after))
			ret->retry_after = 0;
	return OK;
}

struct transport *transport_direct(struct arena *a)
{
	struct direct *d = ARENA_NEW(a, struct direct);
	d->base.call = direct_call;
	d->arena = a;
	return &d->base;
}

void transport_direct_add(struct transport *t, str host, http_handler *handler, void *arg)
{
	struct direct *d = (struct direct *)t;
	vec_push(d->arena, &d->targets, (struct target){ arena_dup(d->arena, host), handler, arg });
}
