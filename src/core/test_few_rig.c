/*
 * The rig of tests of a few modules.
 */
#include "core/test_few_rig.h"

#include "base/log.h"
#include "core/corp/corp_cache.h"
#include "core/perm/perm_session.h"

struct corp few_corp(struct world *w)
{
	struct corp_new in = { STR("小鱼优选"), STR("Asia/Shanghai"), STR("CNY"), true, test_spread() };
	struct corp_wecom_set set = { sim_corpid(w->rig->sim), STR("1000002"), sim_secret(w->rig->sim), STR("tokentoken"), STR(RIG_KEY),
				      STR("http://sim.test") };
	struct cx cx = cx_system(&w->env, w->a, 0, "test");
	struct corp corp;
	i64 id = 0;
	while (id <= 2) /* 1 and 2 are the test store's own */
		assert_int_equal(corp_create(&cx, &in, &id), OK);
	cx.unit.corp = id;
	assert_int_equal(corp_wecom_put(&cx, &set), OK);
	assert_int_equal(corp_get(&cx.unit, id, &corp), OK);
	return corp;
}

void few_new(void **state, const struct module *const *list)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	log_level_set(LOG_ERROR);
	w->t = test_store_new_fast();
	w->a = w->t->arena;
	w->rig = rig_ready(5);
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list, .public_url = STR("http://pond.test"),
			       .transport = w->rig->transport };
	w->env.wecom = wecom_new(w->rig->transport, &w->t->clock, STR_NIL);
	assert_int_equal(modules_check(list, &f), OK);
	for (size_t i = 0; list[i]; i++)
		if (store_check(w->t->store, list[i]->queries, &f) != OK)
			fail_msg("%s: %s %s %s", list[i]->name, f.field, f.value, f.limit);
	assert_int_equal(corp_module.start(&w->env, &f), OK);
	assert_int_equal(perm_module.start(&w->env, &f), OK);
	w->corp = few_corp(w);
	w->cx = cx_system(&w->env, w->a, w->corp.id, "test");
	assert_int_equal(staff_ensure(&w->cx.unit, STR("linna"), &w->staff), OK);
	w->dispatch = dispatch_new(w->a, &w->env, NULL);
	*state = w;
}

int few_free(void **state)
{
	struct world *w = *state;
	wecom_free(w->env.wecom);
	rig_free(w->rig);
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

static void header(struct http_req *r, const char *name, str value)
{
	if (value.n)
		r->headers[r->header_count++] = (struct http_pair){ str_c(name), value };
}

int few_ask(struct world *w, const char *method, const char *target, i64 version, const char *fmt, ...)
{
	va_list ap;
	struct http_req *r = ARENA_NEW(w->a, struct http_req);
	va_start(ap, fmt);
	r->body = arena_vprintf(w->a, fmt, ap);
	va_end(ap);
	r->arena = w->a;
	r->method = str_c(method);
	r->peer = w->cookie.n ? STR("10.0.0.1") : STR("unix");
	assert_true(http_target(r, str_c(target)));
	header(r, "Host", STR("pond.test"));
	header(r, "Content-Type", r->body.n ? STR("application/json") : STR_NIL);
	header(r, "X-YT-Corp", w->cookie.n ? STR_NIL : arena_printf(w->a, "%lld", (long long)w->corp.id));
	header(r, "Cookie", w->cookie);
	header(r, "X-YT-CSRF", w->csrf);
	header(r, "If-Match", version ? arena_printf(w->a, "\"%lld\"", (long long)version) : STR_NIL);
	memset(&w->reply, 0, sizeof(w->reply));
	dispatch_handle(w->dispatch, r, &w->reply);
	return w->reply.status;
}

void few_log_in(struct world *w)
{
	struct http_req req = { .arena = w->a, .peer = STR("10.0.0.1") };
	struct http_reply reply = { 0 };
	struct cx cx = w->cx;
	i64 user;
	assert_int_equal(user_create_staff(&w->cx, w->staff, STR("李娜"), &user), OK);
	cx.req = &req;
	cx.reply = &reply;
	assert_int_equal(session_open_user(&cx, user), OK);
	str token = STR_NIL;
	reply_cookie(&reply, "yutang", &token);
	w->cookie = arena_printf(w->a, "yutang=%.*s", STR_F(token));
	w->csrf = session_csrf(w->a, token);
}
