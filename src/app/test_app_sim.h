/*
 * What tests of the whole product share: all modules on a simulated clock, WeCom being the simulator, its
 * callbacks and all calls without sockets. A corp over one slot or eight.
 */
#ifndef YT_APP_TEST_APP_SIM_H
#define YT_APP_TEST_APP_SIM_H

#include "app/test_app_world.h"

#include "base/log.h"
#include "core/door/door.h"
#include "feature/livecode/livecode_relay.h"

extern const struct module perm_module;

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
	log_level_set(LOG_ERROR);
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
	assert_int_equal(door_module.start(&w->env, &f), OK);
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
	doors_close(&w->env);
	relay_memory_free(w->env.relays);
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

/* How often the journal tells that of this person (0: of nobody, in the base slot), and the last of it. */
static inline int told(struct world *w, i64 customer, enum event_kind kind, struct event *ret_last)
{
	struct event *ev;
	size_t n = 0;
	int times = 0;
	i64 slot = customer ? slot_of_customer(w->t->store, customer) : w->base;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, journal_read(snap, 0, 100000, &ev, &n)), OK);
	for (size_t i = 0; i < n; i++) {
		if (ev[i].corp != w->corp || ev[i].customer != customer || ev[i].kind != kind)
			continue;
		times++;
		if (ret_last)
			*ret_last = ev[i];
	}
	return times;
}

/* The in-record of a route as the dispatcher reads it from a JSON body, its bounds checked. */
static inline err route_in(struct world *w, const struct route *routes, const char *method, const char *path, str body, void *ret)
{
	struct json *v;
	for (const struct route *r = routes; r->fn; r++) {
		if (strcmp(r->method, method) != 0 || strcmp(r->path, path) != 0)
			continue;
		assert_int_equal(json_parse(body, w->t->arena, &v, &w->cx.unit.fail), OK);
		record_init(r->in, ret);
		record_read(r->in, v, ret, w->t->arena);
		return record_check(r->in, ret, &w->cx.unit.fail);
	}
	fail_msg("no such route");
	return ERR_INTERNAL;
}

static inline i64 staff_id(struct world *w, const char *userid)
{
	struct staff s;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, staff_by_userid(snap, str_c(userid), &s)), OK);
	return s.id;
}

#endif
