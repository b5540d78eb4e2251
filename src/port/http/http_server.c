/*
 * The server: a listening socket, the I/O side (http_conn.c), and workers behind a bounded queue.
 *
 * Handlers block and run straight through, so their number of workers is the number of requests in
 * work; everything else waits in the queue or, when that is full, is told to come back. A stop first
 * closes the door, then lets the accepted ones finish, then ends the workers: nobody who was let in
 * loses an answer that could be given within HTTP_STOP_MS.
 */
#include "port/http/http_int.h"

#include "base/log.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LISTEN_BACKLOG 1024

static err listen_failed(struct fail *f, str addr)
{
	return fail_set(f, ERR_CONFIG, T_OK, STR("listen"), addr, str_c(strerror(errno)));
}

/* "127.0.0.1:8090", "[::1]:8090", ":8090" (every address). */
static bool split_addr(struct arena *a, str addr, char **ret_host, char **ret_port)
{
	i64 colon = -1, port;
	for (size_t i = 0; i < addr.n; i++)
		if (addr.p[i] == ':')
			colon = (i64)i;
	if (colon < 0)
		return false;
	str host = str_sub(addr, 0, (size_t)colon), service = str_sub(addr, (size_t)colon + 1, addr.n);
	if (host.n > 1 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = str_sub(host, 1, host.n - 1);
	if (!str_i64(service, &port) || port < 0 || port > 65535)
		return false;
	*ret_host = host.n ? arena_cstr(a, host) : NULL;
	*ret_port = arena_cstr(a, service);
	return true;
}

static int open_inet(const struct addrinfo *ai)
{
	int on = 1, fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, LISTEN_BACKLOG) == 0)
		return fd;
	int saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static str bound_addr(struct arena *a, int fd)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);
	char host[NI_MAXHOST], port[NI_MAXSERV];
	if (getsockname(fd, (struct sockaddr *)&at, &len) != 0 ||
	    getnameinfo((struct sockaddr *)&at, len, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return STR("");
	return arena_printf(a, at.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

static err listen_inet(struct http_server *s, int *ret_fd, struct fail *f)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV }, *list;
	char *host, *port;
	str addr = s->conf.listen;
	if (!split_addr(s->arena, addr, &host, &port))
		return fail_set(f, ERR_CONFIG, T_OK, STR("listen"), addr, STR("HOST:PORT"));
	int rc = getaddrinfo(host, port, &hints, &list);
	if (rc != 0)
		return fail_set(f, ERR_CONFIG, T_OK, STR("listen"), addr, str_c(gai_strerror(rc)));
	int fd = open_inet(list);
	freeaddrinfo(list);
	if (fd < 0)
		return listen_failed(f, addr);
	s->addr = bound_addr(s->arena, fd);
	*ret_fd = fd;
	return OK;
}

/* A file left behind by a process that died is replaced; the data directory's lock says nobody else
 * is alive there. */
static err listen_unix(struct http_server *s, int *ret_fd, struct fail *f)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	str path = s->conf.unix_path;
	if (path.n >= sizeof(at.sun_path))
		return fail_set(f, ERR_CONFIG, T_TOO_LONG, STR("socket"), path, STR("107"));
	memcpy(at.sun_path, path.p, path.n);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return listen_failed(f, path);
	unlink(at.sun_path);
	fchmod(fd, 0600); /* taken over by bind, so the file is never open to others */
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || chmod(at.sun_path, 0600) != 0 ||
	    listen(fd, LISTEN_BACKLOG) != 0) {
		int saved = errno;
		close(fd);
		errno = saved;
		return listen_failed(f, path);
	}
	s->addr = arena_dup(s->arena, path);
	*ret_fd = fd;
	return OK;
}

/* Runs a request; false: it will be answered later. */
static bool work(struct http_later *r)
{
	const struct http_server_conf *conf = &r->server->conf;
	struct fail f = { 0 };
	if (r->packed) {
		if (http_gunzip(r->arena, r->req.body, &r->req.body, &f) != OK) {
			http_refuse(r, f.code, f.text, str_c(f.field), str_c(f.value), str_c(f.limit));
			return true;
		}
		if (conf->later && conf->later(conf->arg, &r->req, r))
			return false;
	}
	conf->handler(conf->arg, &r->req, &r->reply);
	return true;
}

static void *worker_main(void *arg)
{
	struct http_server *s = arg;
	struct http_later *r;
	while ((r = queue_take(s->queue, -1)) != NULL)
		if (work(r))
			http_ready(r);
	return NULL;
}

void http_later_done(struct http_later *later, int status, str type, str body)
{
	http_send(&later->reply, status, arena_dup(later->arena, type), arena_dup(later->arena, body));
	http_ready(later);
}

static void start_workers(struct http_server *s)
{
	int count = s->conf.workers ? s->conf.workers : HTTP_WORKERS;
	s->workers = ARENA_ARRAY(s->arena, pthread_t, (size_t)count);
	for (int i = 0; i < count; i++) {
		ASSERT(pthread_create(&s->workers[i], NULL, worker_main, s) == 0);
		s->worker_count++;
	}
}

static void stop_workers(struct http_server *s)
{
	queue_close(s->queue);
	for (int i = 0; i < s->worker_count; i++)
		pthread_join(s->workers[i], NULL);
	queue_free(s->queue);
}

err http_server_start(const struct http_server_conf *conf, struct http_server **ret, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct http_server *s = ARENA_NEW(a, struct http_server);
	s->arena = a;
	s->conf = *conf;
	s->conf.listen = arena_dup(a, conf->listen);
	s->conf.unix_path = arena_dup(a, conf->unix_path);
	int fd = -1;
	err e = conf->unix_path.n ? listen_unix(s, &fd, f) : listen_inet(s, &fd, f);
	if (e != OK) {
		arena_free(a);
		return e;
	}
	s->queue = queue_new((size_t)(conf->queue_max ? conf->queue_max : HTTP_QUEUE_MAX));
	http_watch_start(&s->watch);
	start_workers(s);
	s->daemon = http_daemon_start(s, fd);
	if (!s->daemon) {
		close(fd);
		stop_workers(s);
		http_watch_stop(&s->watch);
		arena_free(a);
		return fail_set(f, ERR_CONFIG, T_OK, STR("listen"), conf->listen, STR("libmicrohttpd"));
	}
	*ret = s;
	return OK;
}

str http_server_addr(const struct http_server *s)
{
	return s->addr;
}

static bool wait_answered(struct http_server *s, ms until)
{
	while (atomic_load(&s->at_hand) > 0) {
		if (clock_mono() >= until)
			return false;
		nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
	}
	return true;
}

/* A request that a later handler never answers keeps its connection suspended; the library cannot be
 * stopped then, so the server is left as it is (the process is about to end). */
void http_server_stop(struct http_server *s)
{
	http_daemon_close(s);
	atomic_store(&s->stopping, true);
	bool answered = wait_answered(s, clock_mono() + HTTP_STOP_MS);
	if (s->conf.unix_path.n)
		unlink(arena_cstr(s->arena, s->conf.unix_path));
	if (!answered) {
		log_line(LOG_WARN, "http.unanswered", "count=%lld", (long long)atomic_load(&s->at_hand));
		return;
	}
	http_daemon_stop(s);
	stop_workers(s);
	http_watch_stop(&s->watch);
	arena_free(s->arena);
}
