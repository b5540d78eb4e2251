/*
 * Fuzz target for what a browser or a shop sends before any handler: the request target, cookies, gzip
 * bodies, page cursors, path patterns. The first byte chooses the door. Seeds: corpus/http.
 */
#include "port/http/route.h"

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t n);

static void target(struct http_req *r, str s)
{
	struct http_pair params[8];
	size_t count;
	if (!http_target(r, s))
		return;
	ASSERT(str_utf8_ok(r->path) && r->path.n > 0 && r->path.p[0] == '/');
	ASSERT(r->query_count <= HTTP_QUERY_MAX);
	for (size_t i = 0; i < r->query_count; i++)
		ASSERT(str_utf8_ok(r->query[i].name) && str_utf8_ok(r->query[i].value));
	if (route_match("/a/{x}/{y}", r->path, params, &count))
		ASSERT(count == 2 && params[0].value.n && !str_has_char(params[0].value, '/'));
}

static void cookie(struct http_req *r, str s)
{
	r->headers[r->header_count++] = (struct http_pair){ STR("Cookie"), s };
	str value = http_cookie(r, "yutang");
	ASSERT(!value.p || (value.p >= s.p && value.p + value.n <= s.p + s.n));
}

static void body(struct arena *a, str s)
{
	str out;
	struct fail f = { 0 };
	if (http_gunzip(a, s, &out, &f) == OK)
		ASSERT(out.n <= HTTP_GZIP_FREE || out.n <= s.n * HTTP_GZIP_RATIO_MAX);
	else
		ASSERT(f.code == ERR_SYNTAX || f.code == ERR_TOO_LARGE);
}

static void cursor(struct arena *a, str s)
{
	struct cursor_key key = { "fuzz" };
	i64 keys[2] = { 1, 2 };
	if (cursor_decode(a, &key, s, keys, 2, 7, NULL) == OK)
		ASSERT(str_eq(cursor_encode(a, &key, keys, 2, 7), s));
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t n)
{
	if (n == 0)
		return 0;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct http_req *r = ARENA_NEW(a, struct http_req);
	str s = str_of(bytes + 1, n - 1);
	r->arena = a;
	switch (bytes[0]) {
	case '0': target(r, s); break;
	case '1': cookie(r, s); break;
	case '2': body(a, s); break;
	case '3': cursor(a, s); break;
	default: break;
	}
	arena_free(a);
	return 0;
}
