/*
 * yutang import orders FILE: the console's wizard without the questions: upload in parts, mapping,
 * dry run or run, with progress. With --json the last line is the result.
 */
#include "app/cli.h"
#include "app/client.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_BYTES ((size_t)8 << 20)

static err open_file(struct cli *c, str path, int *ret_fd, i64 *ret_size)
{
	struct stat st;
	int fd = open(arena_cstr(c->arena, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return fail_set(&c->fail, ERR_IO, T_OK, STR("file"), path, STR("not a readable file"));
	}
	*ret_fd = fd;
	*ret_size = st.st_size;
	return OK;
}

static str base_name(str path)
{
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/')
			return str_sub(path, i, path.n);
	return path;
}

static err upload_parts(struct cli *c, struct client *k, int fd, i64 size, str id)
{
	char *part = arena_alloc(c->arena, PART_BYTES);
	i64 sent = 0;
	for (int n = 0; sent < size; n++) {
		size_t have = 0;
		ssize_t got = 1;
		while (have < PART_BYTES && (got = read(fd, part + have, PART_BYTES - have)) > 0)
			have += (size_t)got;
		if (got < 0 || have == 0)
			return fail_set(&c->fail, ERR_IO, T_OK, STR("file"), STR("read"), STR_NIL);
		client_reset(k);
		str path = arena_printf(client_arena(k), "/api/v1/uploads/%.*s/parts/%d", STR_F(id), n);
		TRY(client_send(k, &(struct client_call){ "PUT", path, str_of(part, have), true }, NULL, NULL));
		sent += (i64)have;
		cli_progress(c, "上传 upload", sent, size);
	}
	str path = arena_printf(client_arena(k), "/api/v1/uploads/%.*s/complete", STR_F(id));
	return client_send(k, &(struct client_call){ "POST", path, STR("{}"), false }, NULL, NULL);
}

static err upload(struct cli *c, struct client *k, str path, str *ret_id)
{
	int fd = -1;
	i64 size = 0;
	struct json *answer;
	TRY(open_file(c, path, &fd, &size));
	struct buf b = buf_new(client_arena(k), 65536);
	buf_add_c(&b, "{\"name\":");
	buf_json(&b, base_name(path));
	buf_fmt(&b, ",\"size\":%lld}", (long long)size);
	err e = client_send(k, &(struct client_call){ "POST", STR("/api/v1/uploads"), buf_str(&b), false }, &answer, NULL);
	if (e == OK) {
		*ret_id = arena_dup(c->arena, json_str(answer, "id"));
		e = upload_parts(c, k, fd, size, *ret_id);
	}
	close(fd);
	return e;
}

/* "order_no=1,paid=Amount" -> {"order_no":"1","paid":"Amount"}: numbers count columns from 1. */
static err write_map(struct cli *c, struct buf *b, str map)
{
	bool first = true;
	buf_char(b, '{');
	while (map.p && map.n) {
		str pair = str_cut(&map, ','), column = pair;
		str field = str_cut(&column, '=');
		if (str_is_nil(column) || field.n == 0)
			return fail_set(&c->fail, ERR_USAGE, T_OK, STR("map"), pair, STR("field=column"));
		if (!first)
			buf_char(b, ',');
		first = false;
		buf_json(b, str_trim(field));
		buf_char(b, ':');
		buf_json(b, str_trim(column));
	}
	buf_char(b, '}');
	return OK;
}

static void write_option(struct cli *c, struct buf *b, const char *option, const char *member, bool *first)
{
	str value = cli_option(c, option);
	if (str_is_nil(value))
		return;
	if (!*first)
		buf_char(b, ',');
	*first = false;
	buf_json(b, str_c(member));
	buf_char(b, ':');
	buf_json(b, value);
}

static err prepare(struct cli *c, struct client *k, str upload_id, str *ret_id)
{
	struct json *answer;
	bool first = true;
	str preset = cli_option(c, "preset"), map = cli_option(c, "map");
	struct buf b = buf_new(client_arena(k), 65536);
	buf_add_c(&b, "{\"upload_id\":");
	buf_json(&b, upload_id);
	buf_add_c(&b, ",\"preset\":");
	buf_json(&b, preset.n ? preset : STR("generic"));
	buf_char(&b, '}');
	TRY(client_send(k, &(struct client_call){ "POST", STR("/api/v1/imports"), buf_str(&b), false }, &answer, NULL));
	*ret_id = arena_dup(c->arena, json_str(answer, "id"));
	buf_clear(&b);
	buf_add_c(&b, "{\"options\":{");
	write_option(c, &b, "currency", "currency", &first);
	write_option(c, &b, "encoding", "encoding", &first);
	write_option(c, &b, "sheet", "sheet", &first);
	buf_char(&b, '}');
	if (map.n) {
		buf_add_c(&b, ",\"map\":");
		TRY(write_map(c, &b, map));
	}
	buf_char(&b, '}');
	str path = arena_printf(client_arena(k), "/api/v1/imports/%.*s/mapping", STR_F(*ret_id));
	return client_send(k, &(struct client_call){ "PUT", path, buf_str(&b), false }, NULL, NULL);
}

/* Looks at the import until its job has ended. The answer lives until the next reset of the client. */
static err follow_job(struct cli *c, struct client *k, str id, struct json **ret)
{
	for (;;) {
		client_reset(k);
		str path = arena_printf(client_arena(k), "/api/v1/imports/%.*s", STR_F(id));
		TRY(client_send(k, &(struct client_call){ "GET", path, STR_NIL, false }, ret, NULL));
		str state = json_str(*ret, "state");
		const struct json *counts = json_get(*ret, "counts");
		cli_progress(c, "导入 import", json_i64(counts, "rows", 0), json_i64(*ret, "rows_estimate", 0));
		if (str_eq_c(state, "done") || str_eq_c(state, "ready"))
			return OK;
		if (str_eq_c(state, "failed") || str_eq_c(state, "cancelled"))
			return fail_set(&c->fail, ERR_STATE, T_OK, STR_NIL, state, json_str(*ret, "error"));
		client_pause(k);
	}
}

/* One of the tables of rows that were not used, from 1. */
static err save_rejected_part(struct cli *c, struct client *k, str id, i64 part, str file)
{
	str raw;
	str path = arena_printf(client_arena(k), "/api/v1/imports/%.*s/rejected.csv?part=%lld", STR_F(id), (long long)part);
	TRY(client_send(k, &(struct client_call){ "GET", path, STR_NIL, false }, NULL, &raw));
	FILE *out = fopen(arena_cstr(c->arena, file), "we");
	if (!out || fwrite(raw.p, 1, raw.n, out) != raw.n || fclose(out) != 0)
		return fail_set(&c->fail, ERR_IO, T_OK, STR("rejected"), file, STR("cannot be written"));
	return OK;
}

/* FILE, and where one table does not hold them all FILE.2, FILE.3 … */
static err save_rejected(struct cli *c, struct client *k, str id, i64 files, str file)
{
	for (i64 part = 1; part <= int_max(files, 1); part++) {
		TRY(save_rejected_part(c, k, id, part, part == 1 ? file : arena_printf(c->arena, "%.*s.%lld", STR_F(file), (long long)part)));
		client_reset(k);
	}
	return OK;
}

static void print_result(struct cli *c, const struct json *import)
{
	static const char *const names[] = { "rows", "accepted", "rejected", "orders", "refunds", "customers", "unchanged" };
	static const char *const labels[] = { "行 rows", "接受 accepted", "拒绝 rejected", "新订单 orders", "新退款 refunds", "新客户 customers", "未变 unchanged" };
	const struct json *counts = json_get(import, "counts");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		long long n = json_i64(counts, names[i], 0);
		if (c->json)
			printf("%s\"%s\":%lld", i ? "," : "{", names[i], n);
		else if (!c->quiet)
			printf("%-24s %lld\n", labels[i], n);
	}
	if (c->json)
		printf("}\n");
}

static err run(struct cli *c, struct client *k)
{
	str upload_id, id;
	struct json *import;
	TRY(upload(c, k, c->args[1], &upload_id));
	client_reset(k);
	TRY(prepare(c, k, upload_id, &id));
	bool dry = !str_is_nil(cli_option(c, "dry-run"));
	str path = arena_printf(c->arena, "/api/v1/imports/%.*s/%s", STR_F(id), dry ? "dry-run" : "run");
	TRY(client_send(k, &(struct client_call){ "POST", path, STR("{}"), false }, NULL, NULL));
	TRY(follow_job(c, k, id, &import));
	client_settle(k);
	cli_progress_end(c);
	print_result(c, import);
	if (!str_is_nil(cli_option(c, "rejected")))
		TRY(save_rejected(c, k, id, json_i64(import, "rejected_files", 1), cli_option(c, "rejected")));
	return OK;
}

int cmd_import(struct cli *c)
{
	const struct command *cmd = commands;
	while (cmd->run != cmd_import)
		cmd++;
	if (c->arg_count != 2 || !str_eq_c(c->args[0], "orders"))
		return cli_usage(c, cmd, STR("give `orders` and one file"));
	struct client *k;
	err e = client_open(c, &k);
	if (e != OK)
		return cli_failed(c, e);
	e = run(c, k);
	int code = e == OK ? EXIT_DONE : cli_failed(c, e);
	client_close(k);
	return code;
}
