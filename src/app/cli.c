/*
 * cli: parsing of the command line, help and failures.
 *
 * Options that are configuration keys (conf.h) go to the configuration as flags; the others must be
 * declared by the command. --json, --quiet and --help belong to every command.
 */
#include "app/cli.h"
#include "base/fault.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct cli_option import_options[] = {
	{ "preset", false, "format of the file (taobao, youzan, doudian, pos …), or auto; default generic" },
	{ "map", false, "field=column pairs, comma separated: order_no=1,paid=Amount" },
	{ "currency", false, "of a file without a currency column; default: the corp's" },
	{ "encoding", false, "auto, utf-8 or gb18030" },
	{ "sheet", false, "name of the sheet of an .xlsx" },
	{ "dry-run", true, "count and check, change nothing" },
	{ "rejected", false, "write the rejected rows to this .csv file" },
	{ "corp", false, "slug or number, when there is more than one" },
	{ NULL, false, NULL },
};
static const struct cli_option corp_options[] = {
	{ "corp", false, "slug or number, when there is more than one" },
	{ NULL, false, NULL },
};
static const struct cli_option user_options[] = {
	{ "corp", false, "slug or number, when there is more than one" },
	{ "password", false, "default: read from standard input" },
	{ "name", false, "shown name" },
	{ "role", false, "owner, operator, manager, staff, readonly" },
	{ NULL, false, NULL },
};
static const struct cli_option serve_options[] = {
	{ "simulated-clock", false, "start in simulated time at this UTC millisecond; moved by POST /clock on the socket" },
	{ NULL, false, NULL },
};
static const struct cli_option demo_options[] = {
	{ "reset", true, "start over with a new history" },
	{ "customers", false, "how many people to live through, default 20000" },
	{ "seed", false, "of the simulated people, default 1" },
	{ NULL, false, NULL },
};
static const struct cli_option sim_options[] = {
	{ "seed", false, "of the simulated people, default 1" },
	{ "simulated-clock", false, "start in simulated time at this UTC millisecond; moved by POST /sim/clock" },
	{ "state", false, "file to load and keep the state in" },
	{ "brand", true, "start with the demo brand's staff, stores and tags" },
	{ "people", false, "so many people arrive a day and live by themselves, default 0" },
	{ NULL, false, NULL },
};

const struct command commands[] = {
	{ "serve", "", "run the product", serve_options, cmd_serve, false },
	{ "demo", "", "run the product with a simulated WeCom and a demo brand", demo_options, cmd_demo, false },
	{ "sim", "", "run the WeCom simulator alone", sim_options, cmd_sim, false },
	{ "import", "orders FILE", "import orders from a .csv, .txt or .xlsx file", import_options, cmd_import, false },
	{ "audience", "count EXPR", "count the people an expression chooses", corp_options, cmd_audience, true },
	{ "user", "add|passwd|list [LOGIN]", "manage logins", user_options, cmd_user, false },
	{ "doctor", "", "check the installation and say what to mend", NULL, cmd_doctor, false },
	{ "backup", "FILE", "copy the store to one file while it runs", NULL, cmd_backup, true },
	{ "restore", "FILE", "put a backup into an empty data directory", NULL, cmd_restore, false },
	{ "rebuild", "[MODULE]", "empty derived tables and replay the journal", NULL, cmd_rebuild, true },
	{ "openapi", "", "print the API description", NULL, cmd_openapi, false },
	{ "events", "", "print the list of events", NULL, cmd_events, false },
	{ "version", "", "print the version", NULL, cmd_version, false },
	{ NULL, NULL, NULL, NULL, NULL, false },
};

static void print_options(const struct command *cmd)
{
	for (const struct cli_option *o = cmd->options; o && o->name; o++)
		printf("  --%-18s %s\n", o->name, o->doc);
}

static int help(const struct command *cmd)
{
	if (cmd) {
		printf("usage: yutang %s %s\n%s\n", cmd->name, cmd->args, cmd->doc);
		print_options(cmd);
		printf("  --%-18s %s\n", "json", "machine-readable lines; the last line is the result");
		printf("Configuration (flag, YUTANG_… variable or INI file):\n");
		for (const struct conf_key *k = conf_keys; k->name; k++)
			printf("  --%-18s %s%s%s%s\n", k->name, k->doc, k->otherwise[0] ? " [" : "", k->otherwise,
			       k->otherwise[0] ? "]" : "");
		return EXIT_DONE;
	}
	printf("yutang: a self-hosted private-domain platform\n\nusage: yutang COMMAND …\n\n");
	for (cmd = commands; cmd->name; cmd++)
		printf("  %-10s %-26s %s\n", cmd->name, cmd->args, cmd->doc);
	printf("\nyutang COMMAND --help tells more.\n");
	return EXIT_DONE;
}

int cli_usage(struct cli *c, const struct command *cmd, str wrong)
{
	fprintf(stderr, "yutang: %.*s\nusage: yutang %s %s (--help tells more)\n", STR_F(wrong), cmd->name, cmd->args);
	return EXIT_USAGE;
}

str cli_option(const struct cli *c, const char *name)
{
	for (size_t i = 0; i < c->option_count; i++)
		if (str_eq_c(c->options[i].name, name))
			return c->options[i].value;
	return STR_NIL;
}

bool cli_has_store(const struct cli *c)
{
	str dir = conf_get(c->conf, "data");
	return conf_get(c->conf, "store").n > 0 ||
	       access(arena_cstr(c->arena, arena_printf(c->arena, "%.*s/yutang.db", STR_F(dir))), F_OK) == 0;
}

int cli_failed(struct cli *c, err e)
{
	c->fail.code = e;
	str text = fail_text(&c->fail, c->lang, c->arena);
	if (c->json) {
		struct buf b = buf_new(c->arena, 4096);
		buf_add_c(&b, "{\"error\":");
		buf_json(&b, str_c(err_name(e)));
		buf_add_c(&b, ",\"detail\":");
		buf_json(&b, text);
		buf_char(&b, '}');
		printf("%.*s\n", STR_F(buf_str(&b)));
	}
	fprintf(stderr, "yutang: %.*s\n", STR_F(text));
	switch (e) {
	case ERR_USAGE: return EXIT_USAGE;
	case ERR_CONFIG: return EXIT_CONFIG;
	case ERR_UPSTREAM: case ERR_TIMEOUT: case ERR_LOCKED: return EXIT_UNREACHABLE;
	default: return EXIT_FAILED;
	}
}

void cli_progress(struct cli *c, const char *what, i64 done, i64 total)
{
	if (!c->terminal || c->quiet || c->json)
		return;
	if (total > 0)
		fprintf(stderr, "\r%s %3d %% (%lld / %lld)   ", what, (int)(done * 100 / total), (long long)done, (long long)total);
	else
		fprintf(stderr, "\r%s %lld   ", what, (long long)done);
}

void cli_progress_end(struct cli *c)
{
	if (c->terminal && !c->quiet && !c->json)
		fprintf(stderr, "\r%*s\r", 70, "");
}

static const struct cli_option *option_of(const struct command *cmd, str name)
{
	for (const struct cli_option *o = cmd->options; o && o->name; o++)
		if (str_eq_c(name, o->name))
			return o;
	return NULL;
}

static bool is_conf_key(str name)
{
	for (const struct conf_key *k = conf_keys; k->name; k++)
		if (str_eq_c(name, k->name))
			return true;
	return false;
}

/* One "--name", "--name=value" or "--name value"; *at moves over what it used. 0 or an exit code. */
static int take_option(struct cli *c, const struct command *cmd, char **argv, int *at)
{
	str name = str_c(argv[*at] + 2), value = STR_NIL;
	i64 eq = str_find(name, STR("="));
	if (eq >= 0) {
		value = str_sub(name, (size_t)eq + 1, name.n);
		name = str_sub(name, 0, (size_t)eq);
	}
	if (str_eq_c(name, "json")) { c->json = true; return 0; }
	if (str_eq_c(name, "quiet")) { c->quiet = true; return 0; }
	if (str_eq_c(name, "help")) { exit(help(cmd)); }
	const struct cli_option *o = option_of(cmd, name);
	if (!o && !is_conf_key(name))
		return cli_usage(c, cmd, arena_printf(c->arena, "unknown option --%.*s", STR_F(name)));
	if (!(o && o->flag) && str_is_nil(value)) {
		if (!argv[*at + 1])
			return cli_usage(c, cmd, arena_printf(c->arena, "--%.*s needs a value", STR_F(name)));
		value = str_c(argv[++*at]);
	}
	if (!o) {
		err e = conf_set(c->conf, name, value, "flag", &c->fail);
		return e == OK ? 0 : cli_failed(c, e);
	}
	if (c->option_count == CLI_OPTIONS_MAX)
		return cli_usage(c, cmd, STR("too many options"));
	c->options[c->option_count].name = name;
	c->options[c->option_count++].value = o->flag ? STR("") : value;
	return 0;
}

static int load_conf(struct cli *c, char **argv)
{
	str file = STR_NIL;
	for (int i = 0; argv[i]; i++) {
		if (strcmp(argv[i], "--config") == 0 && argv[i + 1])
			file = str_c(argv[i + 1]);
		else if (strncmp(argv[i], "--config=", 9) == 0)
			file = str_c(argv[i] + 9);
	}
	if (str_is_nil(file) && getenv("YUTANG_CONFIG"))
		file = str_c(getenv("YUTANG_CONFIG"));
	if (!str_is_nil(file)) {
		err e = conf_file(c->conf, file, &c->fail);
		if (e != OK)
			return cli_failed(c, e == ERR_NOT_FOUND ? ERR_CONFIG : e);
	}
	conf_env(c->conf);
	return 0;
}

static int parse(struct cli *c, const struct command *cmd, char **argv)
{
	int code = load_conf(c, argv);
	bool only_args = false;
	for (int i = 0; code == 0 && argv[i]; i++) {
		if (!only_args && strcmp(argv[i], "--") == 0)
			only_args = true;
		else if (!only_args && strncmp(argv[i], "--", 2) == 0)
			code = take_option(c, cmd, argv, &i);
		else if (!only_args && strcmp(argv[i], "-q") == 0)
			c->quiet = true;
		else if (c->arg_count == CLI_ARGS_MAX)
			code = cli_usage(c, cmd, STR("too many arguments"));
		else
			c->args[c->arg_count++] = str_c(argv[i]);
	}
	return code;
}

static int set_log_level(struct cli *c)
{
	static const char *const names[] = { "error", "warn", "info", "debug" }; /* in the order of enum log_level */
	str name = conf_get(c->conf, "log-level");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_eq_c(name, names[i])) {
			log_level_set((enum log_level)i);
			return 0;
		}
	}
	return cli_failed(c, fail_set(&c->fail, ERR_CONFIG, T_OK, STR("log-level"), name, STR("error, warn, info, debug")));
}

int cli_main(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return help(NULL);
	const struct command *cmd = commands;
	while (cmd->name && strcmp(cmd->name, argv[1]) != 0)
		cmd++;
	if (!cmd->name) {
		fprintf(stderr, "yutang: unknown command %s; yutang --help lists them\n", argv[1]);
		return EXIT_USAGE;
	}
	struct cli c = { .arena = arena_new(ARENA_MAX_DEFAULT) };
	c.conf = conf_new(c.arena);
	c.terminal = isatty(STDERR_FILENO);
	const char *lang = getenv("LANG");
	c.lang = lang && strncmp(lang, "en", 2) == 0 ? LANG_EN : LANG_ZH;
	fault_init(NULL);
	int code = parse(&c, cmd, argv + 2);
	if (code == 0)
		code = set_log_level(&c);
	if (code == 0 && cmd->reads && !cli_has_store(&c))
		code = cli_failed(&c, fail_set(&c.fail, ERR_CONFIG, T_CLI_NO_STORE, STR("data"), conf_get(c.conf, "data"), STR_NIL));
	if (code == 0)
		code = cmd->run(&c);
	arena_free(c.arena);
	return code;
}
