/*
 * Reading requests: header, cookie and query look-up, the request target, gzip bodies.
 *
 * Everything that comes out of here is valid UTF-8 without U+0000, so nothing behind it needs to ask
 * again. Look-ups are linear: a request has at most HTTP_HEADERS_MAX headers, and they sit in one
 * cache line or two. The first of several equal names wins, everywhere.
 */
#include "port/http/http.h"

#include <zlib.h>

static str pair_find(const struct http_pair *pairs, size_t count, str name, bool nocase)
{
	for (size_t i = 0; i < count; i++)
		if (nocase ? str_eq_nocase(pairs[i].name, name) : str_eq(pairs[i].name, name))
			return pairs[i].value;
	return STR_NIL;
}

str http_query(const struct http_req *r, const char *name)
{
	return pair_find(r->query, r->query_count, str_c(name), false);
}

str http_header(const struct http_req *r, const char *name)
{
	return pair_find(r->headers, r->header_count, str_c(name), true);
}

/* A browser sends one Cookie header; over HTTP/2 proxies there may be several. */
str http_cookie(const struct http_req *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++) {
		if (!str_eq_nocase(r->headers[i].name, STR("cookie")))
			continue;
		str rest = r->headers[i].value;
		while (rest.p) {
			str value = str_cut(&rest, ';');
			str key = str_trim(str_cut(&value, '='));
			if (value.p && str_eq_c(key, name))
				return str_trim(value);
		}
	}
	return STR_NIL;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decoding; in a query '+' is a blank, in a path an escaped slash is refused because it would
 * move the borders of the segments. */
static bool unescape(struct arena *a, str in, bool query, str *ret)
{
	char *out = arena_alloc(a, in.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];
		if (c == '+' && query) {
			c = ' ';
		} else if (c == '%') {
			if (i + 2 >= in.n)
				return false;
			int hi = hex_digit(in.p[i + 1]), lo = hex_digit(in.p[i + 2]);
			if (hi < 0 || lo < 0)
				return false;
			c = (char)(hi << 4 | lo);
			if (c == '/' && !query)
				return false;
			i += 2;
		}
		out[n++] = c;
	}
	*ret = str_of(out, n);
	return str_utf8_ok(*ret);
}

bool http_target(struct http_req *r, str target)
{
	str rest = target;
	str path = str_cut(&rest, '?');
	if (path.n == 0 || path.p[0] != '/' || !unescape(r->arena, path, false, &r->path))
		return false;
	r->query_count = 0;
	while (rest.p) {
		str value = str_cut(&rest, '&');
		if (value.n == 0)
			continue;
		if (r->query_count == HTTP_QUERY_MAX)
			return false;
		str name = str_cut(&value, '=');
		struct http_pair *pair = &r->query[r->query_count++];
		if (!unescape(r->arena, name, true, &pair->name))
			return false;
		if (!unescape(r->arena, value.p ? value : STR(""), true, &pair->value))
			return false;
	}
	return true;
}

/* How much a packed body may become. */
static size_t gunzip_max(size_t packed)
{
	size_t max = packed * HTTP_GZIP_RATIO_MAX;
	if (max < HTTP_GZIP_FREE)
		max = HTTP_GZIP_FREE;
	return max < HTTP_BODY_MAX ? max : HTTP_BODY_MAX;
}

static err gunzip_broken(struct fail *f)
{
	return fail_set(f, ERR_SYNTAX, T_HTTP_GZIP, STR("body"), STR("gzip"), STR_NIL);
}

err http_gunzip(struct arena *a, str packed, str *ret, struct fail *f)
{
	z_stream z = { .next_in = (Bytef *)packed.p, .avail_in = (uInt)packed.n };
	if (packed.n > HTTP_BODY_MAX || inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		return gunzip_broken(f);
	size_t max = gunzip_max(packed.n);
	struct buf out = buf_new(a, max + 1);
	int rc = Z_OK;
	while (rc == Z_OK && out.n <= max) {
		size_t step = max + 1 - out.n < 65536 ? max + 1 - out.n : 65536;
		z.next_out = (Bytef *)buf_room(&out, step);
		z.avail_out = (uInt)step;
		rc = inflate(&z, Z_NO_FLUSH);
		out.n += step - z.avail_out;
	}
	bool whole = rc == Z_STREAM_END && z.avail_in == 0;
	inflateEnd(&z);
	if (out.n > max)
		return fail_set(f, ERR_TOO_LARGE, T_OK, STR("body"), STR("gzip"), arena_printf(a, "%zu", max));
	if (!whole)
		return gunzip_broken(f);
	*ret = buf_str(&out);
	return OK;
}
