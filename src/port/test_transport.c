/*
 * Both transports: what arrives, what comes back, and what each failure says about the request.
 */
#include "port/transport.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void echo(void *arg, struct http_req *req, struct http_reply *reply)
{
	if (str_eq_c(req->path, "/slow"))
		usleep(400000);
	if (str_eq_c(req->path, "/moved"))
		http_set(reply, STR("Location"), STR("/elsewhere"));
	int status = str_eq_c(req->path, "/moved") ? 302 : 200;
	http_send(reply, status, STR("text/plain"),
		  arena_printf(req->arena, "%.*s %.*s q=%.*s t=%.*s h=%.*s b=%.*s", STR_F(req->method), STR_F(req->path),
			       STR_F(http_query(req, "q")), STR_F(http_header(req, "content-type")),
			       STR_F(http_header(req, "x-mark")), STR_F(req->body)));
}

struct fixture {
	struct arena *arena;
	struct http_server *server;
	struct transport *net;
	str base;
};

static int setup(void **state)
{
	static struct fixture x;
	struct fail f = { 0 };
	struct http_server_conf conf = { .listen = STR("127.0.0.1:0"), .workers = 4, .handler = echo };
	x.arena = arena_new(ARENA_MAX_DEFAULT);
	assert_int_equal(http_server_start(&conf, &x.server, &f), OK);
	assert_int_equal(transport_net(x.arena, &x.net, &f), OK);
	x.base = arena_printf(x.arena, "http://%.*s", STR_F(http_server_addr(x.server)));
	*state = &x;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *x = *state;
	http_server_stop(x->server);
	arena_free(x->arena);
	return 0;
}

static err call(struct fixture *x, const char *method, const char *path, const char *body, struct transport_answer *ret)
{
	struct fail f = { 0 };
	struct http_pair mark = { STR("X-Mark"), STR("m") };
	struct transport_call c = { .method = method, .url = arena_printf(x->arena, "%.*s%s", STR_F(x->base), path),
				    .body = str_c(body), .content_type = body ? STR("text/x") : STR_NIL, .headers = &mark,
				    .header_count = 1, .timeout_ms = 200 };
	return x->net->call(x->net, x->arena, &c, ret, &f);
}

static void test_call_carries_method_query_headers_and_body(void **state)
{
	struct fixture *x = *state;
	struct transport_answer a;
	assert_int_equal(call(x, "GET", "/a?q=1%202", NULL, &a), OK);
	assert_true(str_eq(a.body, STR("GET /a q=1 2 t= h=m b=")));
	assert_int_equal(call(x, "POST", "/b", "hello", &a), OK);
	assert_true(str_eq(a.body, STR("POST /b q= t=text/x h=m b=hello")));
	assert_true(str_eq(a.type, STR("text/plain")));
	assert_int_equal(call(x, "PUT", "/c", "", &a), OK);
	assert_true(str_starts(a.body, STR("PUT /c")));
}

static void test_redirects_are_answers_not_followed(void **state)
{
	struct fixture *x = *state;
	struct transport_answer a;
	assert_int_equal(call(x, "GET", "/moved", NULL, &a), OK);
	assert_int_equal(a.status, 302);
}

static void test_slow_answer_is_a_time_out(void **state)
{
	struct fixture *x = *state;
	struct transport_answer a;
	assert_int_equal(call(x, "POST", "/slow", "x", &a), ERR_TIMEOUT);
}

static int listen_on(u16 *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

static void test_nobody_there_means_it_never_left(void **state)
{
	struct fixture *x = *state;
	struct transport_answer a;
	u16 port;
	close(listen_on(&port));
	x->base = arena_printf(x->arena, "http://127.0.0.1:%d", port);
	assert_int_equal(call(x, "POST", "/", "x", &a), ERR_UPSTREAM);
	x->base = STR("http://no-such-host.invalid");
	assert_int_equal(call(x, "POST", "/", "x", &a), ERR_UPSTREAM);
}

static void *hang_up(void *arg)
{
	char got[500];
	int fd = accept(*(int *)arg, NULL, NULL);
	recv(fd, got, sizeof(got), 0);
	close(fd);
	return NULL;
}

static void test_broken_answer_means_nobody_knows(void **state)
{
	struct fixture *x = *state;
	struct transport_answer a;
	pthread_t thread;
	u16 port;
	int fd = listen_on(&port);
	pthread_create(&thread, NULL, hang_up, &fd);
	x->base = arena_printf(x->arena, "http://127.0.0.1:%d", port);
	assert_int_equal(call(x, "POST", "/", "x", &a), ERR_UNKNOWN);
	pthread_join(thread, NULL);
	close(fd);
}

static void *many_calls(void *arg)
{
	struct fixture x = *(struct fixture *)arg;
	struct transport_answer a;
	x.arena = arena_new(ARENA_MAX_DEFAULT);
	for (int i = 0; i < 25; i++)
		assert_int_equal(call(&x, "POST", "/t", "x", &a), OK);
	arena_free(x.arena);
	return NULL;
}

static void test_threads_share_the_transport(void **state)
{
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, many_calls, *state);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

static void test_direct_calls_the_handler_of_the_host(void **state)
{
	struct fixture *x = *state;
	struct transport_answer a;
	x->net = transport_direct(x->arena);
	transport_direct_add(x->net, STR("wecom.test:80"), echo, NULL);
	x->base = STR("http://WeCom.test:80");
	assert_int_equal(call(x, "POST", "/a?q=%E9%B1%BC", "hello", &a), OK);
	assert_true(str_eq(a.body, STR("POST /a q=鱼 t=text/x h=m b=hello")));
	assert_int_equal(a.status, 200);
	assert_int_equal(call(x, "GET", "", NULL, &a), OK);
	assert_true(str_starts(a.body, STR("GET / ")));
	x->base = STR("http://other.test");
	assert_int_equal(call(x, "GET", "/", NULL, &a), ERR_UPSTREAM);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_call_carries_method_query_headers_and_body),
		T(test_redirects_are_answers_not_followed),
		T(test_slow_answer_is_a_time_out),
		T(test_nobody_there_means_it_never_left),
		T(test_broken_answer_means_nobody_knows),
		T(test_threads_share_the_transport),
		T(test_direct_calls_the_handler_of_the_host),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
