/*
 * What broadcast's tests share: the whole product on a simulated clock, WeCom being the simulator, its
 * callbacks and all calls without sockets. A corp over one slot or eight.
 */
#ifndef YT_FEATURE_BROADCAST_TEST_BROADCAST_RIG_H
#define YT_FEATURE_BROADCAST_TEST_BROADCAST_RIG_H

#include "app/engine.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer_merge.h"
#include "core/identity/identity.h"
#include "core/job/job.h"
#include "core/perm/perm.h"
#include "core/perm/perm_dispatch.h"
#include "core/reach/reach.h"
#include "core/staff/staff.h"
#include "core/staff/staff_sync.h"
#include "feature/broadcast/broadcast_person_data.h"
#include "feature/broadcast/broadcast_view.h"
#include "port/wecom/wecom_way.h"
#include "sim/sim.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define MORNING (TEST_START + 2 * MS_HOUR) /* 10:00 in Shanghai */
#define TOKEN "yutangtoken"
#define AES_KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

extern const struct module perm_module;

struct world {
	struct test_store *t;
	struct transport *direct;
	struct sim *sim;
	struct env env;
	struct cx cx;
	i64 corp, base;
	int scans;
};

static inline void settle(struct world *w)
{
	for (int i = 0; i < 100; i++) {
		sim_settle(w->sim);
		if (engine_settle(&w->env) == 0)
			return;
	}
	fail_msg("product and simulator do not come to rest");
}

/* Lives on, from due moment to due moment. */
static inline void live_until(struct world *w, ms until)
{
	for (;;) {
		settle(w);
		ms a = sim_next_due(w->sim), b = engine_next_due(&w->env), next = a == NIL ? b : b == NIL ? a : int_min(a, b);
		if (next == NIL || next > until)
			break;
		clock_advance(&w->t->clock, next);
	}
	clock_advance(&w->t->clock, until);
	settle(w);
}

static inline ms now(struct world *w) { return clock_now(&w->t->clock); }
static inline void live(struct world *w, ms by) { live_until(w, now(w) + by); }

/* The simulator's control API. */
__attribute__((format(printf, 3, 4)))
static inline const struct json *sim_say(struct world *w, const char *path, const char *fmt, ...)
{
	struct arena *a = w->t->arena;
	struct transport_answer answer = { 0 };
	struct json *v = NULL;
	va_list ap;
	va_start(ap, fmt);
	str body = arena_vprintf(a, fmt, ap);
	va_end(ap);
	struct transport_call call = { .method = body.n ? "POST" : "GET", .url = arena_printf(a, "http://sim.test%s", path),
				       .content_type = STR("application/json"), .body = body };
	assert_int_equal(w->direct->call(w->direct, a, &call, &answer, &w->cx.unit.fail), OK);
	assert_int_equal(answer.status, 200);
	if (answer.body.n && answer.body.p[0] == '{')
		assert_int_equal(json_parse(answer.body, a, &v, &w->cx.unit.fail), OK);
	return v;
}

/* Lines of the simulator's log with both texts: effects it accepted. */
static inline int effects(struct world *w, const char *what, const char *more)
{
	struct transport_answer answer = { 0 };
	struct transport_call call = { .method = "GET", .url = STR("http://sim.test/sim/log?limit=100000") };
	int n = 0;
	assert_int_equal(w->direct->call(w->direct, w->t->arena, &call, &answer, &w->cx.unit.fail), OK);
	while (answer.body.n) {
		str line = str_cut(&answer.body, '\n');
		n += str_has(line, str_c(what)) && str_has(line, str_c(more));
	}
	return n;
}

static inline struct wecom_call wecom_of(struct world *w, struct corp_wecom *app)
{
	assert_int_equal(corp_wecom_get(&w->cx.unit, w->corp, app), OK);
	return (struct wecom_call){ .wecom = w->env.wecom, .app = &app->app, .arena = w->t->arena, .fail = &w->cx.unit.fail };
}

static inline void connect(struct world *w)
{
	struct corp corp;
	struct corp_wecom_set set = { sim_corpid(w->sim), STR("1000002"), sim_secret(w->sim), STR(TOKEN), STR(AES_KEY), STR("http://sim.test") };
	assert_int_equal(corp_wecom_put(&w->cx, &set), OK);
	assert_int_equal(corp_get(&w->cx.unit, w->corp, &corp), OK);
	str url = arena_printf(w->t->arena, "http://product.test/wecom/callback/%.*s", STR_F(corp.slug));
	assert_int_equal(sim_callback_set(w->sim, url, STR(TOKEN), STR(AES_KEY), &w->cx.unit.fail), OK);
	assert_int_equal(staff_sync(&w->cx), OK);
}

static inline int world_new(void **state, i64 spread)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	w->t = test_store_new_fast();
	clock_advance(&w->t->clock, MORNING);
	w->direct = transport_direct(w->t->arena);
	w->sim = sim_new(&(struct sim_conf){ .seed = 7, .clock = &w->t->clock, .transport = w->direct, .public_url = STR("http://sim.test") });
	sim_brand_load(w->sim);
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = modules, .transport = w->direct,
			       .public_url = STR("http://product.test") };
	w->env.wecom = wecom_new(w->direct, &w->t->clock, STR("http://sim.test"));
	w->env.audience = audience_index_new(w->t->store);
	for (size_t i = 0; modules[i]; i++)
		if (modules[i]->queries)
			assert_int_equal(store_check(w->t->store, modules[i]->queries, &f), OK);
	assert_int_equal(corp_module.start(&w->env, &f), OK);
	assert_int_equal(perm_module.start(&w->env, &f), OK);
	transport_direct_add(w->direct, STR("sim.test"), sim_handle, w->sim);
	transport_direct_add(w->direct, STR("product.test"), dispatch_handle, dispatch_new(w->t->arena, &w->env, NULL));
	w->cx = cx_system(&w->env, w->t->arena, 0, "test");
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, spread };
	while (w->corp <= 2) /* 1 and 2 are the test store's own */
		assert_int_equal(corp_create(&w->cx, &in, &w->corp), OK);
	w->cx.unit.corp = w->corp;
	w->base = slot_base(w->t->store, w->corp);
	connect(w);
	settle(w);
	*state = w;
	return 0;
}

static inline int world_free(void **state)
{
	struct world *w = *state;
	sim_free(w->sim);
	wecom_free(w->env.wecom);
	audience_index_free(w->env.audience);
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

/* `count` people scan a code of that member; the first one's external_userid. */
static inline str befriend(struct world *w, const char *userid, int count)
{
	struct corp_wecom app;
	struct wecom_call call = wecom_of(w, &app);
	str config, qr, user = str_c(userid), first = STR_NIL;
	struct wecom_way way = { .type = WECOM_WAY_MULTIPLE, .scene = WECOM_WAY_QR, .style = NIL, .remark = STR("t"), .skip_verify = true,
				 .state = arena_printf(w->t->arena, "t%d", w->scans), .users = { &user, 1 } };
	assert_int_equal(wecom_way_add(&call, &way, &config, &qr), OK);
	for (int i = 0; i < count; i++) {
		const struct json *v = sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"顾客%d\"}}", STR_F(config), w->scans++);
		if (i == 0)
			first = json_str(v, "external_userid");
	}
	settle(w);
	return first;
}

static inline i64 person_of(struct world *w, str external_userid)
{
	i64 id = 0;
	assert_int_equal(identity_find(&w->cx.unit, STR("external_userid"), external_userid, &id), OK);
	return id;
}

static inline i64 staff_id(struct world *w, const char *userid)
{
	struct staff s;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, staff_by_userid(snap, str_c(userid), &s)), OK);
	return s.id;
}

/* -- the routes, called with their records -- */
static inline err route(struct world *w, const char *method, const char *path, void *in, void *out)
{
	for (const struct route *r = broadcast_routes; r->fn; r++) {
		if (strcmp(r->method, method) != 0 || strcmp(r->path, path) != 0)
			continue;
		w->cx.in = in;
		w->cx.out = out;
		if (r->flags & ROUTE_LIST)
			memset(out, 0, sizeof(struct page));
		else
			record_init(r->out, out);
		return r->fn(&w->cx);
	}
	fail_msg("no such route");
	return ERR_INTERNAL;
}

static const struct content hello = { .text = { "会员日到啦", sizeof("会员日到啦") - 1 } };

static inline struct broadcast_preview_out preview(struct world *w, const char *expr)
{
	struct broadcast_preview_in in = { NIL, str_c(expr), (void *)(uintptr_t)&hello };
	struct broadcast_preview_out out;
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", &in, &out), OK);
	return out;
}

static inline i64 excluded_for(const struct list *l, const char *reason)
{
	const struct broadcast_excluded *v = l->v;
	for (size_t i = 0; i < l->n; i++)
		if (str_eq_c(v[i].reason, reason))
			return v[i].count;
	return 0;
}

static inline err try_send(struct world *w, const char *expr, i64 confirm, ms deadline, i64 *ret_id)
{
	struct broadcast_create_in in = { STR("会员日"), NIL, str_c(expr), (void *)(uintptr_t)&hello, deadline, confirm };
	struct broadcast_detail out;
	err e = route(w, "POST", "/api/v1/broadcasts", &in, &out);
	*ret_id = out.id;
	return e;
}

static inline i64 send_to(struct world *w, const char *expr)
{
	i64 id;
	assert_int_equal(try_send(w, expr, preview(w, expr).total, NIL, &id), OK);
	settle(w);
	return id;
}

static inline struct broadcast_detail detail(struct world *w, i64 id)
{
	struct broadcast_key in = { id };
	struct broadcast_detail out;
	assert_int_equal(route(w, "GET", "/api/v1/broadcasts/{id}", &in, &out), OK);
	return out;
}

static inline struct broadcast_counts counts(struct world *w, i64 id)
{
	return *(struct broadcast_counts *)detail(w, id).counts;
}

static inline bool state_is(struct world *w, i64 id, const char *state) { return str_eq_c(detail(w, id).state, state); }

/* How many people stand behind a figure, page by page. */
static inline size_t people(struct world *w, i64 id, const char *figure)
{
	struct broadcast_people_in in = { id, str_c(figure), STR_NIL, 4 };
	struct page page;
	size_t n = 0;
	do {
		assert_int_equal(route(w, "GET", "/api/v1/broadcasts/{id}/people", &in, &page), OK);
		n += page.data.n;
		in.cursor = page.next_cursor;
	} while (page.next_cursor.n);
	return n;
}

static inline struct broadcast_advisor advisor(struct world *w, i64 id, i64 staff)
{
	struct broadcast_advisors_in in = { id, STR_NIL, 50 };
	struct page page;
	assert_int_equal(route(w, "GET", "/api/v1/broadcasts/{id}/advisors", &in, &page), OK);
	const struct broadcast_advisor *v = page.data.v;
	for (size_t i = 0; i < page.data.n; i++)
		if (v[i].staff_id == staff)
			return v[i];
	fail_msg("no such advisor");
	return (struct broadcast_advisor){ 0 };
}

static inline struct broadcast_part *parts(struct world *w, i64 id, size_t *ret_count)
{
	struct broadcast_part *v = NULL;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, broadcast_parts(snap, &(struct broadcast_key){ id }, &v, ret_count)), OK);
	return v;
}

/* The member taps "send" on every task of the broadcast. */
static inline void tap(struct world *w, i64 id, const char *userid)
{
	size_t n;
	struct broadcast_part *v = parts(w, id, &n);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(v[i].userid, userid))
			sim_say(w, "/sim/task/confirm", "{\"msgid\":\"%.*s\",\"userid\":\"%s\"}", STR_F(v[i].msgid), userid);
}

#endif
