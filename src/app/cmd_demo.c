/*
 * yutang demo: makes the history at the first start, then runs the product and the simulator beside it
 * in one process in real time, the brand's people going on with their lives.
 */
#include "app/boot.h"
#include "app/demo.h"
#include "app/service.h"
#include "core/corp/corp.h"

#include <stdio.h>
#include <string.h>

#define DEMO_DIR "demo-data"
#define SAVE_EVERY_MS (30 * MS_SECOND)

struct demo_live {
	struct env *env;
	struct service *service;
	struct sim *sim;
	struct http_server *sim_server;
	struct transport *transport;
	i64 corp;
	str state;
};

static str sim_url(struct cli *c, const struct demo_live *d)
{
	return arena_printf(c->arena, "http://%.*s", STR_F(http_server_addr(d->sim_server)));
}

static err start_sim(struct cli *c, struct clock *clock, struct demo_live *d)
{
	TRY(transport_net(c->arena, &d->transport, &c->fail));
	struct sim_conf sc = { .seed = 1, .clock = clock, .transport = d->transport, .public_url = STR("http://" DEMO_SIM_HOST) };
	d->sim = sim_new(&sc);
	d->state = arena_printf(c->arena, "%.*s/" DEMO_STATE, STR_F(conf_get(c->conf, "data")));
	TRY(sim_load(d->sim, d->state, &c->fail));
	struct http_server_conf hc = { .listen = STR(DEMO_SIM_HOST), .workers = 4, .handler = sim_handle, .arg = d->sim };
	if (http_server_start(&hc, &d->sim_server, &c->fail) != OK) {
		hc.listen = STR("127.0.0.1:0"); /* somebody has the usual port */
		TRY(http_server_start(&hc, &d->sim_server, &c->fail));
	}
	sim_public_url(d->sim, sim_url(c, d));
	sim_start(d->sim);
	return OK;
}

/* The simulator's port may be another one this time: told before anything is sent to the old one. */
static err tell_product(struct cli *c, struct demo_live *d)
{
	struct cx cx = cx_system(d->env, c->arena, d->corp, "demo");
	struct corp_wecom_set at = { .base = sim_url(c, d) };
	err e = corp_wecom_put(&cx, &at);
	if (e != OK)
		c->fail = cx.unit.fail;
	return e;
}

static err tell_sim(struct cli *c, struct demo_live *d)
{
	struct cx cx = cx_system(d->env, c->arena, d->corp, "demo");
	struct corp corp;
	struct corp_wecom wecom;
	err e = corp_get(&cx.unit, d->corp, &corp);
	if (e == OK)
		e = corp_wecom_get(&cx.unit, d->corp, &wecom);
	if (e != OK) {
		c->fail = cx.unit.fail;
		return e;
	}
	str url = arena_printf(c->arena, "http://%.*s/wecom/callback/%.*s", STR_F(service_addr(d->service)), STR_F(corp.slug));
	return sim_callback_set(d->sim, url, wecom.token, wecom.aeskey, &c->fail);
}

static err start(struct cli *c, struct clock *clock, struct demo_live *d)
{
	struct boot_conf bc = { .conf = c->conf, .clock = clock };
	TRY(boot_open(c->arena, &bc, &d->env, &c->fail));
	TRY(boot_corp(d->env, c->arena, STR_NIL, &d->corp, &c->fail));
	TRY(start_sim(c, clock, d));
	TRY(tell_product(c, d));
	TRY(service_start(c->arena, d->env, &d->service, &c->fail));
	return tell_sim(c, d);
}

static void stop(struct cli *c, struct demo_live *d)
{
	if (d->sim_server) {
		sim_stop(d->sim);
		http_server_stop(d->sim_server);
		sim_save(d->sim, d->state, &c->fail);
	}
	if (d->service)
		service_stop(d->service);
	if (d->env)
		boot_close(d->env);
}

static void greet(struct cli *c, const struct demo_live *d)
{
	str addr = service_addr(d->service);
	printf("\n鱼塘演示已就绪   http://%.*s\n"
	       "  用户名 %s   密码 %s\n"
	       "  试试：1) 首页看今日数据  2) 引流获客 → 渠道活码 → 新建，点「模拟扫码」  3) 人群包：输入 tag:\"宝妈\" and spent >= 500\n"
	       "        4) 触达运营 → 客户群发  5) 订单与导入：上传您自己的订单表\n"
	       "  模拟的企业微信 / the simulated WeCom: %.*s/sim/\n"
	       "Yutang demo is ready: log in with %s / %s. Ctrl-C stops it; --reset starts over.\n",
	       STR_F(addr), DEMO_LOGIN, DEMO_PASSWORD, STR_F(sim_url(c, d)), DEMO_LOGIN, DEMO_PASSWORD);
	fflush(stdout);
}

static err take_numbers(struct cli *c, struct demo_conf *conf)
{
	i64 seed = 1;
	str given = cli_option(c, "seed"), people = cli_option(c, "customers");
	if ((!str_is_nil(given) && !str_i64(given, &seed)) || (!str_is_nil(people) && !str_i64(people, &conf->people)) || conf->people < 0)
		return fail_set(&c->fail, ERR_USAGE, T_OK, STR("demo"), STR("--seed and --customers take numbers"), STR_NIL);
	conf->seed = (u64)seed;
	return OK;
}

int cmd_demo(struct cli *c)
{
	struct clock clock = clock_real();
	struct demo_conf conf = { .dir = STR(DEMO_DIR), .people = DEMO_PEOPLE, .now = clock_now(&clock) };
	struct demo_live d = { 0 };
	if (strcmp(conf_origin(c->conf, "data"), "default") != 0)
		conf.dir = conf_get(c->conf, "data");
	err e = take_numbers(c, &conf);
	if (e == OK && !str_is_nil(cli_option(c, "reset")))
		e = demo_remove(c, conf.dir);
	service_signals();
	if (e == OK && demo_find(c, conf.dir) != DEMO_THERE)
		e = demo_build(c, &conf);
	if (e == OK)
		e = conf_set(c->conf, STR("data"), conf.dir, "flag", &c->fail);
	if (e == OK)
		e = start(c, &clock, &d);
	if (e == OK) {
		greet(c, &d);
		service_wait();
	}
	stop(c, &d);
	return e == OK ? EXIT_DONE : cli_failed(c, e);
}
