/*
 * Configuration: one table of keys, each value with the place it came from.
 *
 * Places rank default < file < env < flag, and a value never gives way to one of a lower place, so the
 * order in which the program reads them does not matter (the file's own name comes from a flag).
 */
#include "base/conf.h"
#include "base/buf.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>

#define CONF_FILE_MAX ((size_t)64 << 10)

const struct conf_key conf_keys[] = {
	{ "config", "", "INI file with these keys; none by default", false },
	{ "listen", "127.0.0.1:8090", "address and port the server listens on", false },
	{ "data", "./data", "folder of the database, files and key", false },
	{ "store", "", "postgresql:// address; empty: SQLite inside the data folder", true },
	{ "key-file", "", "file with the master key; empty: key inside the data folder", false },
	{ "public-url", "", "https address under which WeCom and customers reach this server", false },
	{ "log-level", "info", "error, warn, info or debug", false },
	{ "wecom-base", "https://qyapi.weixin.qq.com", "address of the WeCom API", false },
	{ "sms-provider", "test", "who sends verification codes; http: the service named in the settings; test: nobody, a simulated company shows them on the page", false },
	{ "workers", "0", "threads answering requests; 0: chosen by the number of processors", false },
	{ "spread", "0", "slots customers are spread over; 0: 1 on SQLite, 16 on PostgreSQL", false },
	{ "audience-memory", "16384", "megabytes the audience index of one company may take", false },
	{ "audience-simd", "auto", "loops audiences are counted with: auto, avx512, avx2 or plain", false },
	{ NULL, NULL, NULL, false },
};

static const char *const origins[] = { "default", "file", "env", "flag" };

struct conf {
	struct arena *arena;
	struct {
		str value;
		size_t rank; /* into origins */
	} values[ARRAY_LEN(conf_keys)];
};

/* ARRAY_LEN(conf_keys) - 1, the closing entry, when there is no such key. */
static size_t find(str name)
{
	size_t i = 0;
	while (conf_keys[i].name && !str_eq_c(name, conf_keys[i].name))
		i++;
	return i;
}

struct conf *conf_new(struct arena *a)
{
	struct conf *c = ARENA_NEW(a, struct conf);
	c->arena = a;
	for (size_t i = 0; conf_keys[i].name; i++)
		c->values[i].value = str_c(conf_keys[i].otherwise);
	return c;
}

err conf_set(struct conf *c, str name, str value, const char *origin, struct fail *f)
{
	size_t i = find(name), rank = 0;
	if (conf_keys[i].name == NULL)
		return fail_set(f, ERR_CONFIG, T_UNKNOWN_FIELD, name, STR_NIL, str_c(origin));
	while (rank + 1 < ARRAY_LEN(origins) && strcmp(origins[rank], origin) != 0)
		rank++;
	if (rank >= c->values[i].rank) {
		c->values[i].value = arena_dup(c->arena, value.p ? value : STR(""));
		c->values[i].rank = rank;
	}
	return OK;
}

struct reading {
	struct conf *conf;
	struct fail *fail;
	err err;
};

/* inih calls it for each line with a value; 0 stops at that line. Sections only group. */
static int read_value(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	if (r->err == OK)
		r->err = conf_set(r->conf, str_c(name), str_c(value), "file", r->fail);
	return r->err == OK;
}

static err read_file(str path, struct arena *a, char **ret, struct fail *f)
{
	FILE *file = fopen(arena_cstr(a, path), "re");
	if (file == NULL)
		return errno == ENOENT ? fail_set(f, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, path)
				       : fail_set(f, ERR_IO, T_OK, STR_NIL, path, str_c(strerror(errno)));
	char *text = arena_alloc(a, CONF_FILE_MAX + 2);
	size_t n = fread(text, 1, CONF_FILE_MAX + 1, file);
	bool broken = ferror(file) != 0;
	fclose(file);
	if (broken)
		return fail_set(f, ERR_IO, T_OK, STR_NIL, path, STR("read"));
	if (n > CONF_FILE_MAX)
		return fail_set(f, ERR_TOO_LARGE, T_OK, path, STR_NIL, STR("64 KiB"));
	*ret = text;
	return OK;
}

err conf_file(struct conf *c, str path, struct fail *f)
{
	char *text = NULL;
	struct reading r = { .conf = c, .fail = f, .err = OK };
	TRY(read_file(path, c->arena, &text, f));
	int line = ini_parse_string(text, read_value, &r);
	if (r.err != OK)
		return r.err;
	if (line != 0) {
		char where[32];
		snprintf(where, sizeof(where), "line %d", line);
		return fail_set(f, ERR_CONFIG, T_OK, path, str_c(where), STR("name = value"));
	}
	return OK;
}

void conf_env(struct conf *c)
{
	for (size_t i = 0; conf_keys[i].name; i++) {
		char name[64];
		int n = snprintf(name, sizeof(name), "YUTANG_%s", conf_keys[i].name);
		ASSERT(n > 0 && (size_t)n < sizeof(name));
		for (char *p = name; *p; p++)
			*p = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
		const char *value = getenv(name);
		if (value && *value)
			conf_set(c, str_c(conf_keys[i].name), str_c(value), "env", NULL);
	}
}

str conf_get(const struct conf *c, const char *name)
{
	size_t i = find(str_c(name));
	ASSERT(conf_keys[i].name);
	return c->values[i].value;
}

err conf_i64(const struct conf *c, const char *name, i64 min, i64 max, i64 *ret, struct fail *f)
{
	str value = conf_get(c, name);
	i64 v;
	if (str_i64(value, &v) && v >= min && v <= max) {
		*ret = v;
		return OK;
	}
	char limit[64];
	snprintf(limit, sizeof(limit), "%lld..%lld", (long long)min, (long long)max);
	return fail_set(f, ERR_CONFIG, T_OK, str_c(name), value, str_c(limit));
}

const char *conf_origin(const struct conf *c, const char *name)
{
	size_t i = find(str_c(name));
	ASSERT(conf_keys[i].name);
	return origins[c->values[i].rank];
}
