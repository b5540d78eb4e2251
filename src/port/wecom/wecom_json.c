/* The words of wecom_int.h for writing and reading WeCom's JSON, and the checks before a call. */
#include "port/wecom/wecom_int.h"

#include "base/buf.h"

#include <stdio.h>

struct buf wecom_json(struct arena *a)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	buf_char(&b, '{');
	return b;
}

/* A text ends with its quote, so an open bracket at the end means that nothing stands before. */
static void member(struct buf *b, const char *name)
{
	if (b->n && b->p[b->n - 1] != '{' && b->p[b->n - 1] != '[')
		buf_char(b, ',');
	if (!name)
		return;
	buf_json(b, str_c(name));
	buf_char(b, ':');
}

void wecom_open(struct buf *b, const char *name, char bracket)
{
	member(b, name);
	buf_char(b, bracket);
}

void wecom_close(struct buf *b, char bracket)
{
	buf_char(b, bracket);
}

void wecom_put_str(struct buf *b, const char *name, str value)
{
	if (str_is_nil(value))
		return;
	member(b, name);
	buf_json(b, value);
}

void wecom_put_i64(struct buf *b, const char *name, i64 value)
{
	if (value == NIL)
		return;
	member(b, name);
	buf_i64(b, value);
}

void wecom_put_bool(struct buf *b, const char *name, bool value)
{
	member(b, name);
	buf_add_c(b, value ? "true" : "false");
}

void wecom_put_strs(struct buf *b, const char *name, struct strs list)
{
	if (!list.n)
		return;
	wecom_open(b, name, '[');
	for (size_t i = 0; i < list.n; i++)
		wecom_put_str(b, NULL, list.v[i]);
	wecom_close(b, ']');
}

void wecom_put_i64s(struct buf *b, const char *name, struct ids list)
{
	if (!list.n)
		return;
	wecom_open(b, name, '[');
	for (size_t i = 0; i < list.n; i++)
		wecom_put_i64(b, NULL, list.v[i]);
	wecom_close(b, ']');
}

void wecom_put_seconds(struct buf *b, const char *name, ms at)
{
	wecom_put_i64(b, name, at == NIL ? NIL : at / MS_SECOND);
}

err wecom_post(struct wecom_call *c, const char *api, struct buf *b)
{
	wecom_close(b, '}');
	if (b->over)
		return fail_set(c->fail, ERR_TOO_LARGE, T_ERR_TOO_LARGE, str_c(api), STR_NIL, STR_NIL);
	struct wecom_request r = { .api = api, .body = buf_str(b) };
	return wecom_call(c, &r);
}

err wecom_get(struct wecom_call *c, const char *api, const char *n1, str v1, const char *n2, str v2)
{
	struct wecom_request r = { .api = api };
	if (n1 && !str_is_nil(v1))
		r.query[r.query_count++] = (struct http_pair){ str_c(n1), v1 };
	if (n2 && !str_is_nil(v2))
		r.query[r.query_count++] = (struct http_pair){ str_c(n2), v2 };
	return wecom_call(c, &r);
}

size_t wecom_count(const struct json *list)
{
	return list && list->type == JSON_ARRAY ? list->n : 0;
}

struct strs wecom_strs(const struct json *list, struct arena *a)
{
	size_t n = wecom_count(list);
	struct strs out = { n ? ARENA_ARRAY(a, str, n) : NULL, 0 };
	for (size_t i = 0; i < n; i++)
		if (list->items[i].type == JSON_TEXT)
			out.v[out.n++] = list->items[i].text;
	return out;
}

struct ids wecom_i64s(const struct json *list, struct arena *a)
{
	size_t n = wecom_count(list);
	struct ids out = { n ? ARENA_ARRAY(a, i64, n) : NULL, 0 };
	for (size_t i = 0; i < n; i++) {
		const struct json *item = &list->items[i];
		i64 v;
		if (item->type == JSON_INT)
			out.v[out.n++] = item->i;
		else if (item->type == JSON_TEXT && str_i64(item->text, &v))
			out.v[out.n++] = v;
	}
	return out;
}

ms wecom_time(const struct json *object, const char *name)
{
	i64 seconds = json_i64(object, name, 0);
	ms at;
	return seconds > 0 && int_mul(seconds, MS_SECOND, &at) ? at : NIL;
}

static err over(struct fail *f, enum text text, const char *field, size_t is, size_t max)
{
	char v[24], m[24];
	snprintf(v, sizeof(v), "%zu", is);
	snprintf(m, sizeof(m), "%zu", max);
	return fail_set(f, ERR_INPUT, text, str_c(field), str_c(v), str_c(m));
}

err wecom_check_bytes(struct fail *f, const char *field, str value, size_t max)
{
	if (!str_utf8_ok(value))
		return fail_set(f, ERR_INPUT, T_BAD_UTF8, str_c(field), STR_NIL, STR_NIL);
	return value.n > max ? over(f, T_WECOM_BYTES, field, value.n, max) : OK;
}

err wecom_check_chars(struct fail *f, const char *field, str value, size_t max)
{
	if (!str_utf8_ok(value))
		return fail_set(f, ERR_INPUT, T_BAD_UTF8, str_c(field), STR_NIL, STR_NIL);
	size_t chars = str_utf8_len(value);
	return chars > max ? over(f, T_TOO_LONG, field, chars, max) : OK;
}

err wecom_check_count(struct fail *f, const char *field, size_t n, size_t max)
{
	return n > max ? over(f, T_TOO_BIG, field, n, max) : OK;
}

err wecom_missing(struct fail *f, const char *field)
{
	return fail_set(f, ERR_INPUT, T_MISSING, str_c(field), STR_NIL, STR_NIL);
}
