/*
 * The server over real sockets: framing, limits at their edge and one past it, the later handler, the
 * full queue, keep-alive, slow clients, stop.
 */
#include "port/http/http_int.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int inside;
	bool open;
};

struct fixture {
	struct http_server *server;
	struct gate gate;
	struct http_later *parked[8];
	_Atomic int parked_count;
	_Atomic int handled;
};

static void wait_at_gate(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->inside++;
	pthread_cond_broadcast(&g->changed);
	while (!g->open)
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

static void wait_inside(struct gate *g, int n)
{
	pthread_mutex_lock(&g->lock);
	while (g->inside < n)
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

static void open_gate(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->open = true;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

/* Echoes what arrived: method, path, query a, cookie c, number of body bytes. */
static void handle(void *arg, struct http_req *req, struct http_reply *reply)
{
	struct fixture *x = arg;
	x->handled++;
	if (str_eq_c(req->path, "/gate"))
		wait_at_gate(&x->gate);
	http_set(reply, STR("X-Peer"), req->peer);
	str text = arena_printf(req->arena, "%.*s %.*s a=%.*s c=%.*s n=%zu first=%.*s", STR_F(req->method), STR_F(req->path),
				STR_F(http_query(req, "a")), STR_F(http_cookie(req, "c")), req->body.n,
				STR_F(str_sub(req->body, 0, 5)));
	http_send(reply, 200, STR("text/plain"), text);
}

static bool later(void *arg, struct http_req *req, struct http_later *l)
{
	struct fixture *x = arg;
	if (str_eq_c(req->path, "/at-once")) {
		http_later_done(l, 202, STR("text/plain"), STR("at once"));
		return true;
	}
	if (!str_eq_c(req->path, "/later"))
		return false;
	x->parked[x->parked_count] = l;
	x->parked_count++;
	return true;
}

static void start(struct fixture *x, struct http_server_conf conf)
{
	struct fail f = { 0 };
	memset(x, 0, sizeof(*x));
	pthread_mutex_init(&x->gate.lock, NULL);
	pthread_cond_init(&x->gate.changed, NULL);
	conf.handler = handle;
	conf.later = later;
	conf.arg = x;
	if (!conf.unix_path.n)
		conf.listen = STR("127.0.0.1:0");
	assert_int_equal(http_server_start(&conf, &x->server, &f), OK);
}

static int dial(struct fixture *x)
{
	str addr = http_server_addr(x->server);
	struct sockaddr_in to = { .sin_family = AF_INET };
	i64 port;
	assert_true(str_starts(addr, STR("127.0.0.1:")));
	assert_true(str_i64(str_sub(addr, 10, addr.n), &port));
	to.sin_port = htons((u16)port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void put(int fd, const void *p, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t k = send(fd, (const char *)p + at, n - at, MSG_NOSIGNAL);
		if (k <= 0)
			return; /* refused before the end: what the reply says is what counts */
		at += (size_t)k;
	}
}

static void say(int fd, const char *text)
{
	put(fd, text, strlen(text));
}

/* Reads one reply (headers and Content-Length bytes); the status, 0 when the connection ended. */
static int hear(int fd, char *ret, size_t size)
{
	size_t n = 0;
	ret[0] = 0;
	for (;;) {
		char *end = strstr(ret, "\r\n\r\n"), *length = strcasestr(ret, "content-length:");
		if (end && (!length || length > end || n >= (size_t)(end + 4 - ret) + strtoul(length + 15, NULL, 10)))
			break;
		struct pollfd p = { .fd = fd, .events = POLLIN };
		if (poll(&p, 1, 10000) != 1)
			return -1;
		ssize_t k = recv(fd, ret + n, size - 1 - n, 0);
		if (k <= 0)
			return 0;
		n += (size_t)k;
		ret[n] = 0;
	}
	return (int)strtol(ret + 9, NULL, 10);
}

static int ask(struct fixture *x, const char *request, char *ret, size_t size)
{
	int fd = dial(x);
	say(fd, request);
	int status = hear(fd, ret, size);
	close(fd);
	return status;
}

static void finish(struct fixture *x)
{
	http_server_stop(x->server);
	pthread_mutex_destroy(&x->gate.lock);
	pthread_cond_destroy(&x->gate.changed);
}

static void test_request_arrives_decoded_and_reply_goes_out(void **state)
{
	struct fixture x;
	char got[4096];
	start(&x, (struct http_server_conf){ 0 });
	assert_int_equal(ask(&x, "POST /a%20b?a=1%2B+2 HTTP/1.1\r\nHost: x\r\nCookie: b=1; c=two\r\nContent-Length: 3\r\n\r\nabc",
			     got, sizeof(got)), 200);
	assert_non_null(strstr(got, "POST /a b a=1+ 2 c=two n=3"));
	assert_non_null(strstr(got, "X-Peer: 127.0.0.1"));
	finish(&x);
}

static void test_connection_serves_one_request_after_the_other(void **state)
{
	struct fixture x;
	char got[4096];
	start(&x, (struct http_server_conf){ 0 });
	int fd = dial(&x);
	for (int i = 0; i < 20; i++) {
		say(fd, i % 3 == 2 ? "GET /at-once HTTP/1.1\r\nHost: x\r\n\r\n" : "GET /k HTTP/1.1\r\nHost: x\r\n\r\n");
		assert_int_equal(hear(fd, got, sizeof(got)), i % 3 == 2 ? 202 : 200);
	}
	close(fd);
	assert_int_equal(x.handled, 14);
	finish(&x);
}

static int post_bytes(struct fixture *x, const char *extra, const void *p, size_t n, char *got, size_t size)
{
	char head[300];
	int fd = dial(x);
	snprintf(head, sizeof(head), "POST /body HTTP/1.1\r\nHost: x\r\n%sContent-Length: %zu\r\n\r\n", extra, n);
	say(fd, head);
	put(fd, p, n);
	int status = hear(fd, got, size);
	close(fd);
	return status;
}

static void test_body_at_its_limit_passes_and_one_more_is_413(void **state)
{
	struct fixture x;
	char got[4096], want[40];
	char *body = malloc(HTTP_BODY_MAX + 1);
	memset(body, 'x', HTTP_BODY_MAX + 1);
	start(&x, (struct http_server_conf){ 0 });
	assert_int_equal(post_bytes(&x, "", body, HTTP_BODY_MAX, got, sizeof(got)), 200);
	snprintf(want, sizeof(want), "n=%zu", HTTP_BODY_MAX);
	assert_non_null(strstr(got, want));
	assert_int_equal(post_bytes(&x, "", body, HTTP_BODY_MAX + 1, got, sizeof(got)), 413);
	assert_non_null(strstr(got, "application/problem+json"));
	assert_non_null(strstr(got, "TOO_LARGE"));
	assert_int_equal(x.handled, 1);
	free(body);
	finish(&x);
}

static void test_chunked_body_beyond_the_limit_is_413(void **state)
{
	struct fixture x;
	char got[4096], *piece = malloc(65536);
	memset(piece, 'x', 65536);
	start(&x, (struct http_server_conf){ 0 });
	int fd = dial(&x);
	say(fd, "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (size_t sent = 0; sent <= HTTP_BODY_MAX; sent += 65536) {
		say(fd, "10000\r\n");
		put(fd, piece, 65536);
		say(fd, "\r\n");
	}
	say(fd, "0\r\n\r\n");
	assert_int_equal(hear(fd, got, sizeof(got)), 413);
	close(fd);
	free(piece);
	finish(&x);
}

static void test_absurd_length_is_refused_without_reading(void **state)
{
	struct fixture x;
	char got[4096];
	start(&x, (struct http_server_conf){ 0 });
	assert_int_equal(ask(&x, "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", got, sizeof(got)), 413);
	assert_int_equal(x.handled, 0);
	finish(&x);
}

static size_t gzip(const char *p, size_t n, u8 *out, size_t room)
{
	z_stream z = { .next_in = (Bytef *)p, .avail_in = (uInt)n, .next_out = out, .avail_out = (uInt)room };
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

static void test_gzip_body_is_inflated_but_a_bomb_is_413(void **state)
{
	struct fixture x;
	char got[4096], want[40], *body = calloc(1, HTTP_GZIP_FREE + 1);
	u8 *packed = malloc(1 << 20);
	start(&x, (struct http_server_conf){ 0 });
	size_t n = gzip("hello, pond", 11, packed, 1 << 20);
	assert_int_equal(post_bytes(&x, "Content-Encoding: gzip\r\n", packed, n, got, sizeof(got)), 200);
	assert_non_null(strstr(got, "n=11 first=hello"));
	n = gzip(body, HTTP_GZIP_FREE, packed, 1 << 20);
	assert_int_equal(post_bytes(&x, "Content-Encoding: gzip\r\n", packed, n, got, sizeof(got)), 200);
	snprintf(want, sizeof(want), "n=%zu", HTTP_GZIP_FREE);
	assert_non_null(strstr(got, want));
	n = gzip(body, HTTP_GZIP_FREE + 1, packed, 1 << 20); /* ratio about 1000 */
	assert_true(n * HTTP_GZIP_RATIO_MAX < HTTP_GZIP_FREE);
	assert_int_equal(post_bytes(&x, "Content-Encoding: gzip\r\n", packed, n, got, sizeof(got)), 413);
	assert_int_equal(post_bytes(&x, "Content-Encoding: gzip\r\n", packed, n / 2, got, sizeof(got)), 400);
	assert_int_equal(post_bytes(&x, "Content-Encoding: br\r\n", packed, 9, got, sizeof(got)), 400);
	free(body);
	free(packed);
	finish(&x);
}

static void test_full_queue_is_503_with_retry_after(void **state)
{
	struct fixture x;
	char got[4096];
	start(&x, (struct http_server_conf){ .workers = 1, .queue_max = 1 });
	int busy = dial(&x), queued = dial(&x);
	say(busy, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
	wait_inside(&x.gate, 1);
	say(queued, "GET /queued HTTP/1.1\r\nHost: x\r\n\r\n");
	while (queue_count(x.server->queue) < 1)
		usleep(1000);
	assert_int_equal(ask(&x, "GET /third HTTP/1.1\r\nHost: x\r\n\r\n", got, sizeof(got)), 503);
	assert_non_null(strstr(got, "Retry-After: "));
	assert_int_equal(ask(&x, "GET /at-once HTTP/1.1\r\nHost: x\r\n\r\n", got, sizeof(got)), 202);
	open_gate(&x.gate);
	assert_int_equal(hear(busy, got, sizeof(got)), 200);
	assert_int_equal(hear(queued, got, sizeof(got)), 200);
	close(busy);
	close(queued);
	finish(&x);
}

static void test_later_handler_holds_no_worker(void **state)
{
	struct fixture x;
	char got[4096];
	int fds[8];
	start(&x, (struct http_server_conf){ .workers = 1 });
	for (int i = 0; i < 8; i++) {
		fds[i] = dial(&x);
		say(fds[i], "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok");
		while (x.parked_count <= i)
			usleep(1000);
	}
	assert_int_equal(ask(&x, "GET /other HTTP/1.1\r\nHost: x\r\n\r\n", got, sizeof(got)), 200);
	for (int i = 0; i < 8; i++) {
		char text[] = "stored";
		http_later_done(x.parked[i], 200, STR("text/plain"), str_c(text));
		memset(text, '!', sizeof(text) - 1); /* the body was copied */
		assert_int_equal(hear(fds[i], got, sizeof(got)), 200);
		assert_non_null(strstr(got, "\r\n\r\nstored"));
		close(fds[i]);
	}
	finish(&x);
}

static void test_malformed_requests_are_refused_and_never_handled(void **state)
{
	static const char *const bad[] = {
		"GET /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
		"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\n",
		"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3x\r\n\r\nabc",
		"GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /a%ff HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /a%2 HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET http://other/ HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /x HTTP/1.1\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
		"nonsense\r\n\r\n",
	};
	struct fixture x;
	char got[4096];
	start(&x, (struct http_server_conf){ 0 });
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		int status = ask(&x, bad[i], got, sizeof(got));
		if (status != 400 && status != 0)
			fail_msg("request %zu was answered %d", i, status);
	}
	assert_int_equal(x.handled, 0);
	assert_int_equal(ask(&x, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n", got, sizeof(got)), 200);
	finish(&x);
}

static void test_headers_at_their_limit_pass_and_one_more_is_refused(void **state)
{
	struct fixture x;
	char got[4096], request[8192];
	start(&x, (struct http_server_conf){ 0 });
	for (int extra = 0; extra < 2; extra++) {
		size_t n = (size_t)snprintf(request, sizeof(request), "GET /x HTTP/1.1\r\nHost: x\r\n");
		for (int i = 1; i < HTTP_HEADERS_MAX + extra; i++)
			n += (size_t)snprintf(request + n, sizeof(request) - n, "X-%d: v\r\n", i);
		snprintf(request + n, sizeof(request) - n, "\r\n");
		assert_int_equal(ask(&x, request, got, sizeof(got)), extra ? 400 : 200);
	}
	finish(&x);
}

static void test_slow_headers_and_slow_body_are_cut_off(void **state)
{
	struct fixture x;
	char got[4096];
	start(&x, (struct http_server_conf){ .head_ms = 150, .body_ms = 150 });
	int head = dial(&x), body = dial(&x);
	say(head, "GET /x HTTP/1.1\r\nHo");
	say(body, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
	assert_int_equal(hear(head, got, sizeof(got)), 0);
	assert_int_equal(hear(body, got, sizeof(got)), 0);
	assert_int_equal(x.handled, 0);
	close(head);
	close(body);
	finish(&x);
}

static void *stop_main(void *arg)
{
	http_server_stop(arg);
	return NULL;
}

static void test_stop_answers_what_was_accepted(void **state)
{
	struct fixture x;
	char got[4096];
	pthread_t stopper;
	start(&x, (struct http_server_conf){ .workers = 1 });
	int busy = dial(&x);
	say(busy, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
	wait_inside(&x.gate, 1);
	pthread_create(&stopper, NULL, stop_main, x.server);
	usleep(20000);
	open_gate(&x.gate);
	assert_int_equal(hear(busy, got, sizeof(got)), 200);
	pthread_join(stopper, NULL);
	close(busy);
}

static void test_client_that_leaves_while_waiting_harms_nobody(void **state)
{
	struct fixture x;
	char got[4096];
	start(&x, (struct http_server_conf){ .workers = 2 });
	int gone = dial(&x);
	say(gone, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
	wait_inside(&x.gate, 1);
	close(gone);
	open_gate(&x.gate);
	assert_int_equal(ask(&x, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n", got, sizeof(got)), 200);
	finish(&x);
}

static void test_unix_socket_is_private_and_serves(void **state)
{
	struct fixture x;
	char got[4096], path[] = "/tmp/yutang-test-XXXXXX", file[64];
	assert_non_null(mkdtemp(path));
	snprintf(file, sizeof(file), "%s/s", path);
	start(&x, (struct http_server_conf){ .unix_path = str_c(file) });
	struct stat st;
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	memcpy(to.sun_path, file, strlen(file));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	say(fd, "GET /u HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(hear(fd, got, sizeof(got)), 200);
	assert_non_null(strstr(got, "X-Peer: unix"));
	close(fd);
	finish(&x);
	assert_int_not_equal(stat(file, &st), 0);
	rmdir(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_arrives_decoded_and_reply_goes_out),
		cmocka_unit_test(test_connection_serves_one_request_after_the_other),
		cmocka_unit_test(test_body_at_its_limit_passes_and_one_more_is_413),
		cmocka_unit_test(test_chunked_body_beyond_the_limit_is_413),
		cmocka_unit_test(test_absurd_length_is_refused_without_reading),
		cmocka_unit_test(test_gzip_body_is_inflated_but_a_bomb_is_413),
		cmocka_unit_test(test_full_queue_is_503_with_retry_after),
		cmocka_unit_test(test_later_handler_holds_no_worker),
		cmocka_unit_test(test_malformed_requests_are_refused_and_never_handled),
		cmocka_unit_test(test_headers_at_their_limit_pass_and_one_more_is_refused),
		cmocka_unit_test(test_slow_headers_and_slow_body_are_cut_off),
		cmocka_unit_test(test_stop_answers_what_was_accepted),
		cmocka_unit_test(test_client_that_leaves_while_waiting_harms_nobody),
		cmocka_unit_test(test_unix_socket_is_private_and_serves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
