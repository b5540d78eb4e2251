/*
 * Requests to the product in the world of test_app_sim.h, as the owner at the private socket or as a user whose
 * data scope is one member's.
 */
#ifndef YT_APP_TEST_APP_ASK_H
#define YT_APP_TEST_APP_ASK_H

#include "app/test_app_sim.h"
#include "port/http/test_http_reply.h"

struct asking {
	struct world *w;
	struct dispatch *dispatch;
	str cookie, csrf, if_match; /* the last: sent when there is one */
	struct http_reply reply;
};

static inline struct asking asking_new(struct world *w)
{
	return (struct asking){ .w = w, .dispatch = dispatch_new(w->t->arena, &w->env, NULL) };
}

static inline void asking_header(struct http_req *r, const char *name, str value)
{
	if (value.n)
		r->headers[r->header_count++] = (struct http_pair){ str_c(name), value };
}

/* The status; a JSON answer in *ret when there is one. */
__attribute__((format(printf, 5, 6)))
static inline int asks(struct asking *b, const char *method, str target, const struct json **ret, const char *fmt, ...)
{
	struct arena *a = b->w->t->arena;
	struct http_req *r = ARENA_NEW(a, struct http_req);
	struct json *v = NULL;
	va_list ap;
	va_start(ap, fmt);
	str body = arena_vprintf(a, fmt, ap);
	va_end(ap);
	r->arena = a;
	r->method = str_c(method);
	r->peer = b->cookie.n ? STR("10.0.0.1") : STR("unix");
	r->body = body;
	assert_true(http_target(r, target));
	asking_header(r, "Host", STR("product.test"));
	asking_header(r, "Content-Type", body.n ? STR("application/json") : STR_NIL);
	asking_header(r, "X-YT-CSRF", b->csrf);
	asking_header(r, "If-Match", b->if_match);
	if (b->cookie.n)
		asking_header(r, "Cookie", arena_printf(a, "yutang=%.*s", STR_F(b->cookie)));
	else
		asking_header(r, "X-YT-Corp", arena_printf(a, "%lld", (long long)b->w->corp));
	memset(&b->reply, 0, sizeof(b->reply));
	dispatch_handle(b->dispatch, r, &b->reply);
	if (b->reply.body.n && b->reply.body.p[0] == '{')
		assert_int_equal(json_parse(b->reply.body, a, &v, &b->w->cx.unit.fail), OK);
	if (ret)
		*ret = v;
	return b->reply.status;
}

/* Logs in as a new user of that role and scope, who is that member. */
static inline struct asking asking_scope(struct world *w, const char *userid, const char *role, const char *scope)
{
	struct asking b = asking_new(w);
	struct user_new in;
	const struct json *v;
	i64 id;
	record_init(&user_new_record, &in);
	in.login = arena_printf(w->t->arena, "login-%s", userid);
	in.password = STR("correct horse battery");
	in.name = STR("某人");
	in.role = str_c(role);
	in.scope = str_c(scope);
	in.staff = staff_id(w, userid);
	assert_int_equal(user_create(&w->cx, &in, &id), OK);
	settle(w);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/session"), &v, "{\"login\":\"login-%s\",\"password\":\"correct horse battery\"}", userid), 200);
	reply_cookie(&b.reply, "yutang", &b.cookie);
	b.csrf = json_str(v, "csrf");
	return b;
}

/* He sees what belongs to that member alone. */
static inline struct asking asking_role(struct world *w, const char *userid, const char *role) { return asking_scope(w, userid, role, "self"); }
static inline struct asking asking_as(struct world *w, const char *userid) { return asking_role(w, userid, "manager"); }

static inline i64 id_in(const struct json *v, const char *name)
{
	i64 id = 0;
	assert_true(str_i64(json_str(v, name), &id));
	return id;
}

#endif
