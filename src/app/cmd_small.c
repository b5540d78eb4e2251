/*
 * The short commands: audience, user, backup, restore, rebuild, openapi, events, version.
 */
#include "app/boot.h"
#include "app/cli.h"
#include "app/client.h"
#include "app/engine.h"
#include "base/crypt.h"
#include "core/perm/perm.h"
#include "store/journal.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PASSWORD_LINE_MAX 256

static str json_of(struct arena *a, str name, str value)
{
	struct buf b = buf_new(a, 1 << 20);
	buf_char(&b, '{');
	buf_json(&b, name);
	buf_char(&b, ':');
	buf_json(&b, value);
	buf_char(&b, '}');
	return buf_str(&b);
}

static str quoted(struct arena *a, str text)
{
	struct buf b = buf_new(a, 65536);
	buf_json(&b, text);
	return buf_str(&b);
}

static const struct command *command_named(const char *name)
{
	const struct command *cmd = commands;
	while (strcmp(cmd->name, name) != 0)
		cmd++;
	return cmd;
}

int cmd_audience(struct cli *c)
{
	if (c->arg_count != 2 || !str_eq_c(c->args[0], "count"))
		return cli_usage(c, command_named("audience"), STR("give `count` and one expression"));
	struct client *k;
	struct json *answer;
	err e = client_open(c, &k);
	if (e != OK)
		return cli_failed(c, e);
	client_settle(k);
	struct client_call call = { "POST", STR("/api/v1/audience/count"), json_of(client_arena(k), STR("expr"), c->args[1]), false };
	e = client_send(k, &call, &answer, NULL);
	if (e == OK && c->json)
		printf("{\"count\":%lld,\"total\":%lld}\n", (long long)json_i64(answer, "count", 0), (long long)json_i64(answer, "total", 0));
	else if (e == OK)
		printf("%lld / %lld   %.*s\n", (long long)json_i64(answer, "count", 0), (long long)json_i64(answer, "total", 0),
		       STR_F(json_str(answer, "words")));
	int code = e == OK ? EXIT_DONE : cli_failed(c, e);
	client_close(k);
	return code;
}

/* The password stands in an option, or is read as one line, so that it need not stand in a history. */
static str password_of(struct cli *c)
{
	str given = cli_option(c, "password");
	char line[PASSWORD_LINE_MAX];
	if (!str_is_nil(given))
		return given;
	if (c->terminal)
		fprintf(stderr, "密码 / password: ");
	if (!fgets(line, sizeof(line), stdin))
		return STR("");
	str s = str_c(line);
	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	return arena_dup(c->arena, s);
}

static err user_list(struct cli *c, struct client *k)
{
	struct json *answer;
	TRY(client_send(k, &(struct client_call){ "GET", STR("/api/v1/users"), STR_NIL, false }, &answer, NULL));
	const struct json *data = json_get(answer, "data");
	for (size_t i = 0; data && i < data->n; i++) {
		str login = json_str(&data->items[i], "login"), role = json_str(&data->items[i], "role");
		if (c->json)
			printf("{\"login\":%.*s,\"role\":%.*s}\n", STR_F(quoted(c->arena, login)), STR_F(quoted(c->arena, role)));
		else
			printf("%-24.*s %-10.*s %.*s\n", STR_F(login), STR_F(role), STR_F(json_str(&data->items[i], "name")));
	}
	return OK;
}

static err user_add(struct cli *c, struct client *k, str login)
{
	struct arena *a = client_arena(k);
	str role = cli_option(c, "role"), name = cli_option(c, "name");
	struct user_new in = { .login = login, .password = password_of(c), .name = name.n ? name : login, .lang = STR_NIL,
			       .role = role.n ? role : STR("operator"), .scope = STR_NIL, .staff = NIL };
	struct buf b = buf_new(a, 65536);
	buf_add_c(&b, "{\"login\":"); buf_json(&b, in.login);
	buf_add_c(&b, ",\"password\":"); buf_json(&b, in.password);
	buf_add_c(&b, ",\"name\":"); buf_json(&b, in.name);
	buf_add_c(&b, ",\"role\":"); buf_json(&b, in.role);
	buf_char(&b, '}');
	return client_send(k, &(struct client_call){ "POST", STR("/api/v1/users"), buf_str(&b), false }, NULL, NULL);
}

/* An edit replaces everything, so all that is to stay is sent back. */
static err user_passwd(struct cli *c, struct client *k, str login)
{
	struct json *answer;
	struct arena *a = client_arena(k);
	TRY(client_send(k, &(struct client_call){ "GET", STR("/api/v1/users"), STR_NIL, false }, &answer, NULL));
	const struct json *data = json_get(answer, "data"), *user = NULL;
	for (size_t i = 0; data && i < data->n; i++)
		if (str_eq(json_str(&data->items[i], "login"), login))
			user = &data->items[i];
	if (!user)
		return fail_set(&c->fail, ERR_NOT_FOUND, T_OK, STR("login"), login, login);
	struct buf b = buf_new(a, 65536);
	buf_add_c(&b, "{\"name\":"); buf_json(&b, json_str(user, "name"));
	buf_add_c(&b, ",\"role\":"); buf_json(&b, json_str(user, "role"));
	buf_add_c(&b, ",\"scope\":"); buf_json(&b, json_str(user, "scope"));
	if (json_str(user, "staff").n) {
		buf_add_c(&b, ",\"staff\":"); buf_json(&b, json_str(user, "staff"));
	}
	buf_add_c(&b, ",\"refs\":[");
	const struct json *refs = json_get(user, "refs");
	for (size_t i = 0; refs && i < refs->n; i++) {
		if (i)
			buf_char(&b, ',');
		buf_json(&b, refs->items[i].text);
	}
	buf_add_c(&b, json_bool(user, "disabled", false) ? "],\"disabled\":true" : "],\"disabled\":false");
	buf_add_c(&b, ",\"password\":"); buf_json(&b, password_of(c));
	buf_char(&b, '}');
	str path = arena_printf(a, "/api/v1/users/%.*s", STR_F(json_str(user, "id")));
	return client_send(k, &(struct client_call){ "PUT", path, buf_str(&b), false, json_i64(user, "version", 0) }, NULL, NULL);
}

int cmd_user(struct cli *c)
{
	bool list = c->arg_count == 1 && str_eq_c(c->args[0], "list");
	bool add = c->arg_count == 2 && str_eq_c(c->args[0], "add");
	bool passwd = c->arg_count == 2 && str_eq_c(c->args[0], "passwd");
	if ((list || passwd) && !cli_has_store(c))
		return cli_failed(c, fail_set(&c->fail, ERR_CONFIG, T_CLI_NO_STORE, STR("data"), conf_get(c->conf, "data"), STR_NIL));
	if (!list && !add && !passwd)
		return cli_usage(c, command_named("user"), STR("give list, or add or passwd and a login"));
	struct client *k;
	err e = client_open(c, &k);
	if (e != OK)
		return cli_failed(c, e);
	e = list ? user_list(c, k) : add ? user_add(c, k, c->args[1]) : user_passwd(c, k, c->args[1]);
	int code = e == OK ? EXIT_DONE : cli_failed(c, e);
	client_close(k);
	return code;
}

/* A running server writes the file itself and stands in another directory than who asks. */
static str absolute(struct cli *c, str path)
{
	char here[PATH_MAX];
	if (str_starts(path, STR("/")) || !getcwd(here, sizeof(here)))
		return path;
	return arena_printf(c->arena, "%s/%.*s", here, STR_F(path));
}

int cmd_backup(struct cli *c)
{
	if (c->arg_count != 1)
		return cli_usage(c, command_named("backup"), STR("give the file to write"));
	struct client *k;
	str file = absolute(c, c->args[0]);
	err e = client_open(c, &k);
	if (e != OK)
		return cli_failed(c, e);
	struct client_call call = { "POST", STR("/api/v1/backup"), json_of(client_arena(k), STR("file"), file), false };
	e = client_send(k, &call, NULL, NULL);
	if (e == OK && c->json)
		printf("{\"file\":%.*s}\n", STR_F(quoted(c->arena, file)));
	else if (e == OK && !c->quiet)
		printf("%.*s\n主密钥 master.key 不在其中，请另外保存 / the master key is not in it: keep master.key too\n", STR_F(file));
	int code = e == OK ? EXIT_DONE : cli_failed(c, e);
	client_close(k);
	return code;
}

static bool is_module(str name)
{
	for (size_t i = 0; modules[i]; i++)
		if (str_eq_c(name, modules[i]->name))
			return true;
	return false;
}

static str module_list(struct arena *a)
{
	struct buf b = buf_new(a, 8192);
	for (size_t i = 0; modules[i]; i++)
		buf_fmt(&b, " %s", modules[i]->name);
	return buf_str(&b);
}

int cmd_rebuild(struct cli *c)
{
	if (c->arg_count > 1)
		return cli_usage(c, command_named("rebuild"), STR("give one module, or none for all"));
	if (c->arg_count == 1 && !is_module(c->args[0]))
		return cli_usage(c, command_named("rebuild"), arena_printf(c->arena, "no module %.*s; there are:%.*s", STR_F(c->args[0]),
									   STR_F(module_list(c->arena))));
	struct clock clock = clock_real();
	struct boot_conf bc = { .conf = c->conf, .clock = &clock };
	struct env *env;
	err e = boot_open(c->arena, &bc, &env, &c->fail);
	if (e != OK)
		return cli_failed(c, e);
	e = consumer_rebuild(env, c->arena, c->arg_count ? arena_cstr(c->arena, c->args[0]) : NULL, &c->fail);
	boot_close(env);
	if (e == OK && c->json)
		printf("{\"rebuilt\":%.*s}\n", STR_F(quoted(c->arena, c->arg_count ? c->args[0] : STR("all"))));
	else if (e == OK && !c->quiet)
		printf("已重建 / rebuilt\n");
	return e == OK ? EXIT_DONE : cli_failed(c, e);
}

int cmd_openapi(struct cli *c)
{
	struct buf b = buf_new(c->arena, BUF_MAX_DEFAULT);
	modules_openapi(&b, modules, STR(YUTANG_VERSION));
	printf("%.*s\n", STR_F(buf_str(&b)));
	return EXIT_DONE;
}

int cmd_events(struct cli *c)
{
	printf("# Events\n\nPrinted by `yutang events` from src/store/event.def. Numbers stand in journals for ever.\n\n"
	       "| number | event | version | what happened |\n|---|---|---|---|\n");
	for (const struct event_info *i = event_infos; i->number; i++)
		printf("| %d | %s | %d | %s |\n", i->number, i->name, i->version, i->doc);
	return EXIT_DONE;
}

int cmd_version(struct cli *c)
{
	if (c->json)
		printf("{\"version\":\"" YUTANG_VERSION "\"}\n");
	else
		printf("yutang " YUTANG_VERSION "\n");
	return EXIT_DONE;
}
