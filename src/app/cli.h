/*
 * cli: one table of commands; help, usage and exit codes come from it.
 *
 * Exit codes: 0 done, 1 failed, 2 usage, 3 configuration, 4 not reachable.
 */
#ifndef YT_APP_CLI_H
#define YT_APP_CLI_H

#include "base/conf.h"
#include "base/buf.h"
#include "base/fail.h"

enum exit_code { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_CONFIG, EXIT_UNREACHABLE };

#define CLI_ARGS_MAX 16
#define CLI_OPTIONS_MAX 32

struct cli {
	struct arena *arena;
	struct conf *conf;
	struct fail fail;
	enum lang lang;
	str args[CLI_ARGS_MAX]; /* what stands behind the command, without options */
	size_t arg_count;
	struct { str name, value; } options[CLI_OPTIONS_MAX]; /* of the command, not of the configuration */
	size_t option_count;
	bool json, quiet, terminal;
};

struct cli_option { const char *name; bool flag; const char *doc; };

struct command {
	const char *name, *args, *doc;
	const struct cli_option *options; /* ends with name NULL; NULL: none */
	int (*run)(struct cli *c);
	bool reads; /* only of what is there: it makes no store where there is none */
};

extern const struct command commands[]; /* ends with name NULL */

str cli_option(const struct cli *c, const char *name); /* nil when not given; "" for a flag */
/* Whether the data folder holds a store; PostgreSQL answers for itself. */
bool cli_has_store(const struct cli *c);
/* Prints the failure in the user's language to stderr and returns the exit code of its kind. */
int cli_failed(struct cli *c, err e);
int cli_usage(struct cli *c, const struct command *cmd, str wrong);
/* A progress line on a terminal, nothing elsewhere. */
void cli_progress(struct cli *c, const char *what, i64 done, i64 total);
void cli_progress_end(struct cli *c);

int cli_main(int argc, char **argv);

int cmd_serve(struct cli *c);
int cmd_demo(struct cli *c);
int cmd_sim(struct cli *c);
int cmd_import(struct cli *c);
int cmd_audience(struct cli *c);
int cmd_user(struct cli *c);
int cmd_doctor(struct cli *c);
int cmd_backup(struct cli *c);
int cmd_restore(struct cli *c);
int cmd_rebuild(struct cli *c);
int cmd_openapi(struct cli *c);
int cmd_events(struct cli *c);
int cmd_version(struct cli *c);

#endif
