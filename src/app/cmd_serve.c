/*
 * yutang serve: the product. The first start needs no configuration: it makes a store with one corp and
 * an administrator whose password is printed once.
 */
#include "app/boot.h"
#include "app/cli.h"
#include "app/service.h"
#include "base/id.h"
#include "base/log.h"
#include "core/perm/perm.h"

#include <stdio.h>

#define FIRST_PASSWORD_CHARS 14

static err first_user(struct cli *c, struct env *env, i64 corp)
{
	struct cx cx = cx_system(env, c->arena, corp, "serve");
	struct user *users;
	size_t n;
	err e = user_all(&cx.unit, &users, &n);
	if (e == OK && n == 0) {
		struct user_new in = { .login = STR("admin"), .password = id_slug(c->arena, FIRST_PASSWORD_CHARS),
				       .name = STR("管理员"), .lang = STR("zh"), .role = STR("owner"), .staff = NIL };
		i64 id;
		e = user_create(&cx, &in, &id);
		if (e == OK)
			printf("首次启动：用户名 admin，密码 %.*s（只显示这一次，请登录后修改）\n"
			       "First start: login admin, password %.*s (shown only now; change it after logging in)\n",
			       STR_F(in.password), STR_F(in.password));
	}
	if (e != OK)
		c->fail = cx.unit.fail;
	return e;
}

static err start(struct cli *c, struct clock *clock, struct env **ret_env, struct service **ret)
{
	struct boot_conf bc = { .conf = c->conf, .clock = clock };
	i64 corp;
	TRY(boot_open(c->arena, &bc, ret_env, &c->fail));
	err found = boot_corp(*ret_env, c->arena, STR_NIL, &corp, &c->fail);
	err e = found == ERR_NOT_FOUND ? OK : found; /* several corps: each has its users */
	if (e == OK)
		e = service_start(c->arena, *ret_env, ret, &c->fail);
	if (e == OK && found == OK && (e = first_user(c, *ret_env, corp)) != OK)
		service_stop(*ret);
	if (e != OK)
		boot_close(*ret_env);
	return e;
}

int cmd_serve(struct cli *c)
{
	struct clock clock = clock_real();
	str at = cli_option(c, "simulated-clock");
	i64 from;
	if (!str_is_nil(at)) {
		if (!str_i64(at, &from))
			return cli_failed(c, fail_set(&c->fail, ERR_USAGE, T_OK, STR("simulated-clock"), at, STR("UTC ms")));
		clock = clock_simulated(from);
	}
	struct env *env;
	struct service *service;
	service_signals();
	err e = start(c, &clock, &env, &service);
	if (e != OK)
		return cli_failed(c, e);
	printf("鱼塘已启动 / Yutang is running: http://%.*s   数据目录 / data: %.*s\n", STR_F(service_addr(service)), STR_F(env->data_dir));
	fflush(stdout);
	service_wait();
	log_line(LOG_INFO, "serve.stopping", "%s", "");
	service_stop(service);
	boot_close(env);
	return EXIT_DONE;
}
