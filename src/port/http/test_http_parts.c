/*
 * The parts of port/http that need no socket: targets, cookies, patterns, cursors, files, metrics.
 */
#include "base/hash.h"
#include "base/crypt.h"
#include "port/http/http_assets.h"
#include "port/http/http_metrics.h"
#include "port/http/route.h"
#include "port/http/test_http_reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <zlib.h>

#include <cmocka.h>

static struct arena *arena;

static int setup(void **state)
{
	crypt_init();
	arena = arena_new(ARENA_MAX_DEFAULT);
	return 0;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

static struct http_req *request(const char *target)
{
	struct http_req *r = ARENA_NEW(arena, struct http_req);
	r->arena = arena;
	r->method = STR("GET");
	assert_true(http_target(r, str_c(target)));
	return r;
}

static void with(struct http_req *r, const char *name, const char *value)
{
	r->headers[r->header_count++] = (struct http_pair){ str_c(name), str_c(value) };
}

static void test_query_keeps_order_blanks_and_empty_values(void **state)
{
	struct http_req *r = request("/p%C3%A9?a=1&&b&c=%E9%B1%BC+x&a=2&d=a%3Db");
	assert_true(str_eq(r->path, STR("/pé")));
	assert_int_equal(r->query_count, 5);
	assert_true(str_eq(http_query(r, "a"), STR("1")));
	assert_true(http_query(r, "b").p && http_query(r, "b").n == 0);
	assert_true(str_eq(http_query(r, "c"), STR("鱼 x")));
	assert_true(str_eq(http_query(r, "d"), STR("a=b")));
	assert_null(http_query(r, "e").p);
}

static void test_query_at_its_limit_passes_and_one_more_is_refused(void **state)
{
	struct http_req *r = request("/");
	struct buf b = buf_new(arena, 4096);
	buf_add_c(&b, "/?x");
	for (int i = 1; i < HTTP_QUERY_MAX; i++)
		buf_add_c(&b, "&x");
	assert_true(http_target(r, buf_str(&b)));
	buf_add_c(&b, "&x");
	assert_false(http_target(r, buf_str(&b)));
}

static void test_cookie_is_found_among_others(void **state)
{
	struct http_req *r = request("/");
	with(r, "COOKIE", "a=1;  yutang=abc=def ; b");
	with(r, "cookie", "c=3");
	assert_true(str_eq(http_cookie(r, "yutang"), STR("abc=def")));
	assert_true(str_eq(http_cookie(r, "c"), STR("3")));
	assert_null(http_cookie(r, "b").p);
	assert_null(http_cookie(r, "tang").p);
}

static void test_pattern_takes_whole_segments(void **state)
{
	struct http_pair p[8];
	size_t n;
	assert_true(route_match("/a/{x}/b/{y}", STR("/a/1/b/two"), p, &n));
	assert_int_equal(n, 2);
	assert_true(str_eq(p[0].name, STR("x")) && str_eq(p[0].value, STR("1")));
	assert_true(str_eq(p[1].value, STR("two")));
	assert_false(route_match("/a/{x}", STR("/a/"), p, &n));
	assert_false(route_match("/a/{x}", STR("/a/1/"), p, &n));
	assert_false(route_match("/a", STR("/a/1"), p, &n));
	assert_false(route_match("/a/b", STR("/a/c"), p, &n));
	assert_true(route_match("/", STR("/"), p, &n));
}

static void test_cursor_fits_its_list_its_filter_and_its_key_only(void **state)
{
	struct cursor_key key = { "key" }, other = { "other" };
	i64 in[2] = { -5, INT64_MAX }, out[2] = { 0 }, three[3];
	struct fail f;
	str c = cursor_encode(arena, &key, in, 2, 99);
	assert_int_equal(cursor_decode(arena, &key, c, out, 2, 99, &f), OK);
	assert_memory_equal(in, out, sizeof(in));
	assert_int_equal(cursor_decode(arena, &key, c, out, 2, 98, &f), ERR_INPUT);
	assert_int_equal(cursor_decode(arena, &other, c, out, 2, 99, &f), ERR_INPUT);
	assert_int_equal(cursor_decode(arena, &key, c, three, 3, 99, &f), ERR_INPUT);
	assert_int_equal(cursor_decode(arena, &key, STR(""), out, 2, 99, &f), ERR_INPUT);
	for (size_t i = 0; i < c.n; i++) {
		char *bad = arena_cstr(arena, c);
		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		assert_int_equal(cursor_decode(arena, &key, str_of(bad, c.n), out, 2, 99, &f), ERR_INPUT);
	}
}

/* -- files -- */

static size_t pack(const char *text, u8 *out, size_t room)
{
	z_stream z = { .next_in = (Bytef *)text, .avail_in = (uInt)strlen(text), .next_out = out, .avail_out = (uInt)room };
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

static const struct asset_file *files(void)
{
	static const char *const names[] = { "/index.html", "/h5.html", "/assets/app-1a2b.js", "/logo.svg" };
	struct asset_file *list = ARENA_ARRAY(arena, struct asset_file, ARRAY_LEN(names) + 1);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		u8 *bytes = arena_alloc(arena, 200);
		list[i].path = names[i];
		list[i].size = pack(names[i], bytes, 200);
		list[i].gzip = bytes;
	}
	return list;
}

static void serves(const char *path, const char *file)
{
	struct http_reply reply = { 0 };
	assert_true(assets_serve(files(), request(path), &reply));
	if (!str_eq_c(reply.body, file))
		fail_msg("%s gave %.*s", path, STR_F(reply.body));
}

static void test_unknown_pages_are_the_applications_and_unknown_files_are_not(void **state)
{
	struct http_reply reply = { 0 };
	serves("/", "/index.html");
	serves("/customers/12", "/index.html");
	serves("/h5/bind", "/h5.html");
	serves("/assets/app-1a2b.js", "/assets/app-1a2b.js");
	assert_false(assets_serve(files(), request("/assets/app-old.js"), &reply));
	assert_false(assets_serve(files(), request("/../etc/passwd.txt"), &reply));
	assert_int_equal(reply.header_count, 0);
}

static void test_two_pages_ask_for_a_place_and_one_stands_in_others(void **state)
{
	struct http_reply plain = { 0 }, area = { 0 }, pay = { 0 }, lucky = { 0 };
	assert_true(assets_serve(files(), request("/h5/bind"), &plain) && assets_serve(files(), request("/h5/area"), &area) &&
		    assets_serve(files(), request("/h5/pay"), &pay) && assets_serve(files(), request("/h5/lucky-group"), &lucky));
	assert_true(str_has(reply_header(&lucky, "permissions-policy"), STR("geolocation=(self)")));
	assert_true(str_has(reply_header(&plain, "permissions-policy"), STR("geolocation=()")));
	assert_true(str_has(reply_header(&area, "permissions-policy"), STR("geolocation=(self)")));
	assert_true(str_has(reply_header(&area, "content-security-policy"), STR("frame-ancestors 'none'")));
	assert_true(str_eq(reply_header(&plain, "x-frame-options"), STR("DENY")) && str_eq(reply_header(&area, "x-frame-options"), STR("DENY")));
	assert_true(str_is_nil(reply_header(&pay, "x-frame-options")));
	assert_true(str_has(reply_header(&pay, "content-security-policy"), STR("frame-ancestors *")));
}

static void test_hashed_files_are_cached_and_pages_are_guarded(void **state)
{
	struct http_reply js = { 0 }, page = { 0 }, again = { 0 };
	struct http_req *r = request("/assets/app-1a2b.js");
	with(r, "Accept-Encoding", "br, gzip;q=0.8");
	assert_true(assets_serve(files(), r, &js));
	assert_true(str_has(reply_header(&js, "cache-control"), STR("immutable")));
	assert_true(str_eq(reply_header(&js, "content-encoding"), STR("gzip")));
	assert_true(str_starts(js.type, STR("text/javascript")));
	assert_true(assets_serve(files(), request("/"), &page));
	assert_true(str_eq(reply_header(&page, "cache-control"), STR("no-cache")));
	assert_true(str_has(reply_header(&page, "content-security-policy"), STR("script-src 'self';")));
	assert_null(reply_header(&page, "content-encoding").p);
	r = request("/");
	with(r, "If-None-Match", arena_cstr(arena, reply_header(&page, "etag")));
	assert_true(assets_serve(files(), r, &again));
	assert_int_equal(again.status, 304);
	r = request("/");
	with(r, "Accept-Encoding", "gzip;q=0, identity");
	memset(&page, 0, sizeof(page));
	assert_true(assets_serve(files(), r, &page));
	assert_null(reply_header(&page, "content-encoding").p);
}

static i64 forty_two(void *arg)
{
	return 42;
}

static void test_metrics_are_grouped_and_counted(void **state)
{
	struct metrics *m = metrics_new(arena);
	struct metric *a = metrics_counter(m, "x_total", "k=\"a\"", "Things."), *b = metrics_counter(m, "x_total", "k=\"b\"", "Things.");
	metrics_gauge(m, "y", "", "Other things.", forty_two, NULL);
	assert_ptr_equal(a, metrics_counter(m, "x_total", "k=\"a\"", "Things."));
	metric_add(a, 2);
	metric_add(b, 3);
	metric_add(NULL, 1);
	struct buf text = buf_new(arena, 4096);
	metrics_write(&text, m);
	assert_true(str_eq(buf_str(&text), STR("# HELP x_total Things.\n# TYPE x_total counter\nx_total{k=\"a\"} 2\n"
					       "x_total{k=\"b\"} 3\n# HELP y Other things.\n# TYPE y gauge\ny 42\n")));
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_query_keeps_order_blanks_and_empty_values),
		T(test_query_at_its_limit_passes_and_one_more_is_refused),
		T(test_cookie_is_found_among_others),
		T(test_pattern_takes_whole_segments),
		T(test_cursor_fits_its_list_its_filter_and_its_key_only),
		T(test_unknown_pages_are_the_applications_and_unknown_files_are_not),
		T(test_two_pages_ask_for_a_place_and_one_stands_in_others), T(test_hashed_files_are_cached_and_pages_are_guarded),
		T(test_metrics_are_grouped_and_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
