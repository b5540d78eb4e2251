/*
 * The commands of who runs it: sim, doctor, restore.
 */
#include "app/boot.h"
#include "app/cli.h"
#include "app/client.h"
#include "base/log.h"
#include "sim/sim.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define CLOCK_SET_AFTER_MS ((ms)1767225600000) /* 2026-01-01: an earlier clock was never set */
#define DISK_WARN_BYTES ((i64)1 << 30)

int cmd_sim(struct cli *c)
{
	struct sim_options o = { .seed = 1, .clock = NIL, .brand = !str_is_nil(cli_option(c, "brand")) };
	str seed = cli_option(c, "seed"), clock = cli_option(c, "simulated-clock"), people = cli_option(c, "people");
	if ((!str_is_nil(seed) && !str_i64(seed, &o.seed)) || (!str_is_nil(clock) && !str_i64(clock, &o.clock)) ||
	    (!str_is_nil(people) && !str_i64(people, &o.people)))
		return cli_failed(c, fail_set(&c->fail, ERR_USAGE, T_OK, STR("sim"), STR("--seed, --simulated-clock and --people take numbers"), STR_NIL));
	if (str_eq_c(str_c(conf_origin(c->conf, "listen")), "flag") || str_eq_c(str_c(conf_origin(c->conf, "listen")), "env"))
		o.listen = conf_get(c->conf, "listen");
	o.state = cli_option(c, "state");
	return sim_serve(&o);
}

static void line(struct cli *c, const char *state, const char *what, const char *cure)
{
	if (c->json) {
		struct buf b = buf_new(c->arena, 4096);
		buf_add_c(&b, "{\"state\":");
		buf_json(&b, str_c(state));
		buf_add_c(&b, ",\"check\":");
		buf_json(&b, str_c(what));
		buf_add_c(&b, ",\"cure\":");
		buf_json(&b, str_c(cure));
		printf("%.*s}\n", STR_F(buf_str(&b)));
	} else
		printf("%-5s %s%s%s\n", state, what, cure[0] ? " → " : "", cure);
}

static bool check_disk(struct cli *c, str dir)
{
	struct statvfs vfs;
	if (statvfs(arena_cstr(c->arena, dir), &vfs) != 0) {
		line(c, "WARN", "数据目录不存在 / no data directory yet", "yutang serve");
		return true;
	}
	i64 bytes = (i64)vfs.f_bavail * (i64)vfs.f_frsize;
	bool ok = bytes > DISK_WARN_BYTES;
	line(c, ok ? "OK" : "WARN", "磁盘空间 / disk space", ok ? "" : "少于 1 GB，请清理 / below 1 GB, free some");
	return ok;
}

static bool check_clock(struct cli *c)
{
	struct clock clock = clock_real();
	bool ok = clock_now(&clock) > CLOCK_SET_AFTER_MS;
	line(c, ok ? "OK" : "FAIL", "系统时间 / system clock", ok ? "" : "timedatectl set-ntp true");
	return ok;
}

static bool check_font(struct cli *c)
{
	bool ok = access("/usr/share/fonts/opentype/noto", R_OK) == 0 || access("/usr/share/fonts/truetype/wqy", R_OK) == 0;
	line(c, ok ? "OK" : "WARN", "中文字体（海报）/ CJK font for posters", ok ? "" : "apt install fonts-noto-cjk");
	return true;
}

/* The product's own readiness list, over the socket or in this process. */
static bool check_readiness(struct cli *c, struct client *k)
{
	struct json *answer;
	bool ok = true;
	err e = client_send(k, &(struct client_call){ "GET", STR("/api/v1/setup/readiness"), STR_NIL, false }, &answer, NULL);
	if (e != OK) {
		line(c, "FAIL", "接入体检 / readiness", "");
		cli_failed(c, e);
		return false;
	}
	const struct json *data = json_get(answer, "data");
	for (size_t i = 0; data && i < data->n; i++) {
		str state = json_str(&data->items[i], "state");
		const char *word = str_eq_c(state, "ok") ? "OK" : str_eq_c(state, "fail") ? "FAIL" :
				   str_eq_c(state, "unknown") ? "-" : "WARN"; /* not checked yet */
		line(c, word, arena_cstr(c->arena, json_str(&data->items[i], "label")), arena_cstr(c->arena, json_str(&data->items[i], "cure")));
		ok &= !str_eq_c(state, "fail");
	}
	return ok;
}

int cmd_doctor(struct cli *c)
{
	struct client *k;
	bool ok = check_disk(c, conf_get(c->conf, "data"));
	ok &= check_clock(c);
	ok &= check_font(c);
	if (!cli_has_store(c)) { /* asking must not make one */
		line(c, "-", "数据库还没有建立 / no store yet", "yutang serve");
		return ok ? EXIT_DONE : EXIT_FAILED;
	}
	err e = client_open(c, &k);
	if (e != OK) {
		line(c, "FAIL", "数据库 / store", "");
		return cli_failed(c, e);
	}
	line(c, "OK", client_remote(k) ? "服务正在运行 / the server runs" : "数据库可用，服务未运行 / store is fine, no server runs", "");
	ok &= check_readiness(c, k);
	client_close(k);
	return ok ? EXIT_DONE : EXIT_FAILED;
}

static err copy_file(struct cli *c, const char *from, const char *to)
{
	FILE *in = fopen(from, "re"), *out = in ? fopen(to, "wxe") : NULL;
	char block[65536];
	size_t n = 0;
	bool ok = in && out;
	while (ok && (n = fread(block, 1, sizeof(block), in)) > 0)
		ok = fwrite(block, 1, n, out) == n;
	ok = ok && !ferror(in) && fflush(out) == 0 && fsync(fileno(out)) == 0;
	int code = errno;
	if (in)
		fclose(in);
	if (out)
		fclose(out);
	errno = code;
	return ok ? OK : fail_set(&c->fail, ERR_IO, T_OK, STR("file"), str_c(in ? to : from), STR("cannot be copied"));
}

int cmd_restore(struct cli *c)
{
	const struct command *cmd = commands;
	while (cmd->run != cmd_restore)
		cmd++;
	if (c->arg_count != 1)
		return cli_usage(c, cmd, STR("give the backup file"));
	str dir = conf_get(c->conf, "data");
	char *db = arena_cstr(c->arena, arena_printf(c->arena, "%.*s/yutang.db", STR_F(dir)));
	str key = conf_get(c->conf, "key-file");
	if (key.n == 0)
		key = arena_printf(c->arena, "%.*s/master.key", STR_F(dir));
	if (access(arena_cstr(c->arena, key), R_OK) != 0)
		return cli_failed(c, fail_set(&c->fail, ERR_CONFIG, T_RESTORE_KEY, STR("key-file"), key, STR_NIL));
	if (access(db, F_OK) == 0)
		return cli_failed(c, fail_set(&c->fail, ERR_EXISTS, T_RESTORE_FULL, STR("data"), dir, STR_NIL));
	mkdir(arena_cstr(c->arena, dir), 0700);
	err e = copy_file(c, arena_cstr(c->arena, c->args[0]), db);
	if (e != OK)
		return cli_failed(c, e);
	struct client *k;
	e = client_open(c, &k); /* opens, migrates and checks it */
	if (e != OK) {
		unlink(db);
		return cli_failed(c, e);
	}
	client_close(k);
	printf("已恢复 / restored: %s\n", db);
	return EXIT_DONE;
}
