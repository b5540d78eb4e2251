/*
 * The I/O side of the server: libmicrohttpd's callbacks, from the request line to the reply.
 *
 * One thread reads all connections with epoll. A request is read whole, within its limits; then its
 * connection is suspended and the request is offered to the `later` handler and else put into the
 * workers' queue. What is refused by its headers is refused at once; a body that is only somewhat too
 * long is read to its end and dropped, so that the client gets to see the answer.
 *
 * The library hands the access handler the headers first, then the body piece by piece, then nothing,
 * and calls it again after a resume: `begun` and `stage` say which it is.
 */
#include "port/http/http_int.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* How far a refused body is read on. */
#define DRAIN_MAX (2 * HTTP_BODY_MAX)

static struct http_watched *watched(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static ms in_ms(int conf, int otherwise)
{
	return clock_mono() + (conf ? conf : otherwise);
}

static int connection_fd(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static bool is_stranger(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return true;
	return peer.uid != geteuid() && peer.uid != 0;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct http_server *s = cls;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		int fd = connection_fd(connection);
		struct http_watched *c = http_watch_add(&s->watch, fd, in_ms(s->conf.head_ms, HTTP_HEAD_MS));
		c->stranger = s->conf.unix_path.n && is_stranger(fd);
		*context = c;
	} else if (*context) {
		http_watch_remove(&s->watch, *context);
		*context = NULL;
	}
}

void http_refuse(struct http_later *r, err code, enum text text, str field, str value, str limit)
{
	struct fail f = { 0 };
	fail_set(&f, code, text, field, value, limit);
	r->reply.header_count = 0;
	http_problem(&r->reply, r->arena, &f, lang_of(http_header(&r->req, "accept-language")), STR_NIL);
}

/* Only remembers the refusal while a body is still coming. */
static void refuse_later(struct http_later *r, err code, enum text text, str field, str limit)
{
	if (r->refused != OK)
		return;
	r->refused = code;
	r->close = true;
	http_refuse(r, code, text, field, STR_NIL, limit);
}

static void *on_request_line(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct http_server *s = cls;
	struct arena *a = arena_new(HTTP_ARENA_MAX);
	struct http_later *r = ARENA_NEW(a, struct http_later);
	r->server = s;
	r->connection = connection;
	r->arena = a;
	r->req.arena = a;
	r->body = buf_new(a, HTTP_BODY_MAX);
	str target = str_c(uri);
	if (target.n > HTTP_URL_MAX || !http_target(&r->req, arena_dup(a, target)))
		refuse_later(r, ERR_SYNTAX, T_HTTP_TARGET, STR("url"), STR_NIL);
	return r;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
			 enum MHD_RequestTerminationCode code)
{
	struct http_server *s = cls;
	struct http_later *r = *con_cls;
	if (!r)
		return;
	if (r->counted)
		atomic_fetch_sub(&s->at_hand, 1);
	atomic_fetch_sub(&s->bodies, r->body_counted);
	*con_cls = NULL;
	arena_free(r->arena);
	struct http_watched *c = watched(connection);
	if (c)
		http_watch_deadline(&s->watch, c, in_ms(s->conf.idle_ms, HTTP_IDLE_MS) + in_ms(s->conf.head_ms, HTTP_HEAD_MS) - clock_mono());
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_size,
				 const char *value, size_t value_size)
{
	struct http_later *r = cls;
	struct http_pair pair = { str_of(name, name_size), str_of(value ? value : "", value_size) };
	if (r->req.header_count == HTTP_HEADERS_MAX) {
		refuse_later(r, ERR_SYNTAX, T_HTTP_HEADERS, STR("headers"), STR_NIL);
		return MHD_NO;
	}
	if (!str_utf8_ok(pair.value))
		refuse_later(r, ERR_SYNTAX, T_BAD_UTF8, pair.name, STR_NIL);
	else
		r->req.headers[r->req.header_count++] = pair;
	return MHD_YES;
}

static str peer_text(struct arena *a, struct MHD_Connection *connection)
{
	const struct sockaddr *sa =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
	char text[INET6_ADDRSTRLEN];
	if (sa && sa->sa_family == AF_INET &&
	    inet_ntop(AF_INET, &((const struct sockaddr_in *)sa)->sin_addr, text, sizeof(text)))
		return arena_dup(a, str_c(text));
	if (sa && sa->sa_family == AF_INET6 &&
	    inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)sa)->sin6_addr, text, sizeof(text)))
		return arena_dup(a, str_c(text));
	return STR("unix");
}

static size_t header_times(const struct http_req *req, str name)
{
	size_t n = 0;
	for (size_t i = 0; i < req->header_count; i++)
		n += str_eq_nocase(req->headers[i].name, name);
	return n;
}

/* Framing that two parsers may read differently is refused: it is how requests are smuggled past a
 * proxy. ret_length: -1 when the body is chunked. */
static bool framing_ok(const struct http_req *req, i64 *ret_length)
{
	str te = http_header(req, "transfer-encoding"), cl = http_header(req, "content-length");
	*ret_length = te.p ? -1 : 0;
	if (te.p && (cl.p || !str_eq_nocase(te, STR("chunked"))))
		return false;
	if (header_times(req, STR("content-length")) > 1 || header_times(req, STR("transfer-encoding")) > 1 ||
	    header_times(req, STR("host")) > 1)
		return false;
	return !cl.p || (cl.n && cl.p[0] != '+' && cl.p[0] != '-' && str_i64(cl, ret_length));
}

/* The headers are here: decides what can be decided without the body. */
static void begin(struct http_later *r, const char *method)
{
	struct http_server *s = r->server;
	struct http_req *req = &r->req;
	i64 length;
	r->begun = r->counted = true;
	atomic_fetch_add(&s->at_hand, 1);
	http_watch_deadline(&s->watch, watched(r->connection), in_ms(s->conf.body_ms, HTTP_BODY_MS));
	req->method = arena_dup(r->arena, str_c(method));
	req->peer = peer_text(r->arena, r->connection);
	MHD_get_connection_values_n(r->connection, MHD_HEADER_KIND, on_header, r);
	if (!framing_ok(req, &length)) {
		refuse_later(r, ERR_SYNTAX, T_HTTP_FRAMING, STR_NIL, STR_NIL);
		r->body_seen = DRAIN_MAX;
		return;
	}
	if (length > (i64)HTTP_BODY_MAX)
		refuse_later(r, ERR_TOO_LARGE, T_OK, STR("body"), arena_printf(r->arena, "%zu", HTTP_BODY_MAX));
	if (length > (i64)DRAIN_MAX)
		r->body_seen = DRAIN_MAX; /* not worth reading */
	str encoding = http_header(req, "content-encoding");
	r->packed = str_eq_nocase(encoding, STR("gzip"));
	if (encoding.n && !r->packed && !str_eq_nocase(encoding, STR("identity")))
		refuse_later(r, ERR_SYNTAX, T_HTTP_ENCODING, STR("content-encoding"), STR("gzip"));
	if (atomic_load(&s->stopping))
		refuse_later(r, ERR_BUSY, T_OK, STR_NIL, STR_NIL);
}

static void take_body(struct http_later *r, const char *bytes, size_t n)
{
	r->body_seen += n;
	if (r->refused != OK)
		return;
	if (r->body.n + n > HTTP_BODY_MAX) {
		refuse_later(r, ERR_TOO_LARGE, T_OK, STR("body"), arena_printf(r->arena, "%zu", HTTP_BODY_MAX));
		return;
	}
	r->body_counted += n;
	if (atomic_fetch_add(&r->server->bodies, n) + n > HTTP_BODIES_MAX)
		refuse_later(r, ERR_BUSY, T_OK, STR_NIL, STR_NIL);
	else
		buf_add(&r->body, str_of(bytes, n));
}

static enum MHD_Result send_reply(struct http_later *r)
{
	struct http_reply *reply = &r->reply;
	struct MHD_Response *response = MHD_create_response_from_buffer(reply->body.n, (void *)reply->body.p,
									 MHD_RESPMEM_PERSISTENT);
	if (!response)
		return MHD_NO;
	if (reply->type.n)
		MHD_add_response_header(response, "Content-Type", arena_cstr(r->arena, reply->type));
	for (size_t i = 0; i < reply->header_count; i++)
		MHD_add_response_header(response, arena_cstr(r->arena, reply->headers[i].name),
					arena_cstr(r->arena, reply->headers[i].value));
	if (r->close || atomic_load(&r->server->stopping))
		MHD_add_response_header(response, "Connection", "close");
	enum MHD_Result rc = MHD_queue_response(r->connection, (unsigned)reply->status, response);
	MHD_destroy_response(response);
	return rc;
}

void http_ready(struct http_later *r)
{
	struct MHD_Connection *connection = r->connection;
	atomic_store(&r->stage, HTTP_READY);
	MHD_resume_connection(connection);
}

/* The request is whole: to the later handler, else to the workers. */
static void hand_over(struct http_later *r)
{
	struct http_server *s = r->server;
	r->req.body = buf_str(&r->body);
	http_watch_deadline(&s->watch, watched(r->connection), NIL);
	atomic_store(&r->stage, HTTP_WAITING);
	MHD_suspend_connection(r->connection);
	if (!r->packed && s->conf.later && s->conf.later(s->conf.arg, &r->req, r))
		return;
	if (queue_put(s->queue, r))
		return;
	http_refuse(r, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL);
	http_ready(r);
}

static bool answered_at_once(struct http_later *r)
{
	struct http_server *s = r->server;
	if (!s->conf.at_once || r->packed || r->body.n)
		return false;
	r->req.body = buf_str(&r->body);
	if (!s->conf.at_once(s->conf.arg, &r->req, &r->reply))
		return false;
	http_watch_deadline(&s->watch, watched(r->connection), NIL);
	atomic_store(&r->stage, HTTP_READY);
	return true;
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *connection, const char *url,
				 const char *method, const char *version, const char *upload, size_t *upload_size,
				 void **con_cls)
{
	struct http_later *r = *con_cls;
	if (!r || watched(connection)->stranger)
		return MHD_NO;
	if (!r->begun) {
		begin(r, method);
		return r->refused != OK && r->body_seen >= DRAIN_MAX ? send_reply(r) : MHD_YES;
	}
	if (atomic_load(&r->stage) == HTTP_READY)
		return send_reply(r);
	if (*upload_size) {
		take_body(r, upload, *upload_size);
		*upload_size = 0;
		return r->body_seen > DRAIN_MAX ? MHD_NO : MHD_YES;
	}
	if (r->refused != OK)
		return send_reply(r);
	if (answered_at_once(r))
		return send_reply(r);
	hand_over(r);
	return MHD_YES;
}

static void on_library_log(void *cls, const char *fmt, va_list ap)
{
	char line[200];
	vsnprintf(line, sizeof(line), fmt, ap);
	line[strcspn(line, "\r\n")] = 0;
	log_line(LOG_DEBUG, "http.library", "text=%s", line);
}

struct MHD_Daemon *http_daemon_start(struct http_server *s, int fd)
{
	int idle_ms = s->conf.idle_ms ? s->conf.idle_ms : HTTP_IDLE_MS;
	return MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_access, s,
		MHD_OPTION_EXTERNAL_LOGGER, on_library_log, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)((idle_ms + 999) / 1000),
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, HTTP_POOL_BYTES,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_URI_LOG_CALLBACK, on_request_line, s,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
		MHD_OPTION_END);
}

void http_daemon_close(struct http_server *s)
{
	int fd = MHD_quiesce_daemon(s->daemon);
	if (fd >= 0)
		close(fd);
}

void http_daemon_stop(struct http_server *s)
{
	MHD_stop_daemon(s->daemon);
}
