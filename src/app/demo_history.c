/*
 * demo's history: simulator and product in one thread, from one due moment to the next.
 */
#include "app/boot.h"
#include "app/demo.h"
#include "app/engine.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/log.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "core/perm/perm_dispatch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BRAND_NAME "小鱼优选"

/* The brand's days and the simulator, who live in the product's time. */
struct demo_life {
	struct demo_world *w;
	struct clock *clock;
	ms start;
	int day;
};

static ms life_due(void *arg)
{
	struct demo_life *life = arg;
	ms tomorrow = life->start + (life->day + 1) * MS_DAY, due = sim_next_due(life->w->sim);
	return due == NIL ? tomorrow : int_min(due, tomorrow);
}

static void life_act(void *arg)
{
	struct demo_life *life = arg;
	sim_settle(life->w->sim);
	if (clock_now(life->clock) < life->start + (life->day + 1) * MS_DAY)
		return;
	life->day++;
	if (demo_day(life->w, life->day) != OK) /* the brand goes on with less */
		log_fail("demo.day", &life->w->cli->fail, STR_NIL);
	cli_progress(life->w->cli, "生成演示数据 building the demo, day", life->day, DEMO_DAYS);
}

static err make_corp(struct demo_world *w, str product_host)
{
	struct arena *a = w->cli->arena;
	struct cx cx = cx_system(w->env, a, 0, "demo");
	struct corp_new in = { STR(BRAND_NAME), STR(TZ_DEFAULT), STR("CNY"), true, 1 };
	struct corp corp;
	str token = id_slug(a, 20), aeskey = str_sub(base64_encode(a, id_random(a, 32)), 0, 43);
	err e = corp_create(&cx, &in, &w->corp);
	cx.unit.corp = w->corp;
	for (size_t i = 0; i < aeskey.n; i++) /* the key's alphabet has no + and / */
		if (aeskey.p[i] == '+' || aeskey.p[i] == '/' || aeskey.p[i] == '-' || aeskey.p[i] == '_')
			((char *)(uintptr_t)aeskey.p)[i] = 'y';
	struct corp_wecom_set set = { sim_corpid(w->sim), arena_printf(a, "%lld", (long long)sim_agentid(w->sim)),
				      sim_secret(w->sim), token, aeskey, STR("http://" DEMO_SIM_HOST) };
	if (e == OK)
		e = corp_wecom_put(&cx, &set);
	if (e == OK)
		e = corp_get(&cx.unit, w->corp, &corp);
	struct user_new user = { .login = STR(DEMO_LOGIN), .password = STR(DEMO_PASSWORD), .name = STR("林小鱼"),
				 .lang = STR("zh"), .role = STR("owner"), .scope = STR_NIL, .staff = NIL };
	i64 id;
	if (e == OK)
		e = user_create(&cx, &user, &id);
	if (e != OK) {
		w->cli->fail = cx.unit.fail;
		return e;
	}
	str url = arena_printf(a, "http://%.*s/wecom/callback/%.*s", STR_F(product_host), STR_F(corp.slug));
	return sim_callback_set(w->sim, url, token, aeskey, &w->cli->fail);
}

static err make_world(struct cli *c, const struct demo_conf *conf, struct clock *clock, str dir, struct demo_world *w)
{
	struct transport *direct = transport_direct(c->arena);
	struct sim_conf sc = { .seed = conf->seed, .clock = clock, .transport = direct, .public_url = STR("http://" DEMO_SIM_HOST) };
	TRY(conf_set(c->conf, STR("data"), dir, "flag", &c->fail));
	struct boot_conf bc = { .conf = c->conf, .clock = clock, .transport = direct, .fast_unsafe = true };
	*w = (struct demo_world){ .cli = c, .arena = arena_new(ARENA_MAX_DEFAULT) };
	TRY(boot_open(c->arena, &bc, &w->env, &c->fail));
	w->dispatch = dispatch_new(c->arena, w->env, NULL);
	w->sim = sim_new(&sc);
	transport_direct_add(direct, STR(DEMO_SIM_HOST), sim_handle, w->sim);
	transport_direct_add(direct, conf_get(c->conf, "listen"), dispatch_handle, w->dispatch);
	sim_brand_load(w->sim);
	return OK;
}

static err build_in(struct cli *c, const struct demo_conf *conf, str dir)
{
	struct clock clock = clock_simulated(conf->now - DEMO_DAYS * MS_DAY);
	struct demo_world w;
	TRY(make_world(c, conf, &clock, dir, &w));
	err e = make_corp(&w, conf_get(c->conf, "listen"));
	if (e == OK)
		e = demo_setup(&w);
	if (e == OK) {
		engine_settle(w.env);
		struct sim_plan plan = { conf->now - DEMO_DAYS * MS_DAY, DEMO_DAYS, conf->people, DEMO_AFTER_PER_DAY };
		sim_shop_set(w.sim, &(struct sim_shop){ .order = demo_order, .arg = &w });
		sim_brand_history_step(w.sim, &plan);
		struct demo_life life = { &w, &clock, conf->now - DEMO_DAYS * MS_DAY, 0 };
		engine_live(w.env, &clock, conf->now, &(struct engine_mate){ life_due, life_act, &life });
		cli_progress_end(c);
		e = demo_last(&w);
		engine_settle(w.env);
	}
	if (e == OK)
		e = sim_save(w.sim, arena_printf(c->arena, "%.*s/" DEMO_STATE, STR_F(dir)), &c->fail);
	boot_close(w.env);
	sim_free(w.sim);
	arena_free(w.arena);
	return e;
}

#define UNFINISHED ".demo-unfinished" /* behind the folder's name, while the history is made */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st; (void)kind; (void)at;
	return remove(path);
}

enum demo_found demo_find(struct cli *c, str dir)
{
	const char *path = arena_cstr(c->arena, dir);
	if (access(path, F_OK) != 0 || rmdir(path) == 0)
		return DEMO_NOTHING;
	str state = arena_printf(c->arena, "%s/" DEMO_STATE, path);
	return access(arena_cstr(c->arena, state), F_OK) == 0 ? DEMO_THERE : DEMO_FOREIGN;
}

static err tree_remove(struct cli *c, str dir)
{
	if (nftw(arena_cstr(c->arena, dir), remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT)
		return OK;
	return fail_set(&c->fail, ERR_IO, T_OK, STR("data"), dir, str_c(strerror(errno)));
}

err demo_remove(struct cli *c, str dir)
{
	switch (demo_find(c, dir)) {
	case DEMO_NOTHING:
		return OK;
	case DEMO_THERE:
		return tree_remove(c, dir);
	default:
		return fail_set(&c->fail, ERR_EXISTS, T_DEMO_FOREIGN, STR("data"), dir, STR(DEMO_STATE));
	}
}

err demo_build(struct cli *c, const struct demo_conf *conf)
{
	char *final = arena_cstr(c->arena, conf->dir);
	str fresh = arena_printf(c->arena, "%.*s" UNFINISHED, STR_F(conf->dir));
	if (demo_find(c, conf->dir) != DEMO_NOTHING)
		return fail_set(&c->fail, ERR_EXISTS, T_DEMO_FOREIGN, STR("data"), conf->dir, STR(DEMO_STATE));
	TRY(tree_remove(c, fresh));
	enum log_level level = log_level_set(LOG_WARN); /* thousands of requests a second */
	err e = build_in(c, conf, fresh);
	log_level_set(level);
	if (e != OK)
		return e;
	if (rename(arena_cstr(c->arena, fresh), final) != 0)
		return fail_set(&c->fail, ERR_IO, T_OK, STR("data"), conf->dir, STR("rename"));
	return conf_set(c->conf, STR("data"), conf->dir, "flag", &c->fail);
}
