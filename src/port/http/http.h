/*
 * HTTP as values: a request read whole and bounded, a reply, and the handler between them.
 *
 * The server (port/http/server.c, libmicrohttpd behind it) and the `direct` transport (a function
 * call, for simulated time) both speak these two structs, so a handler cannot tell them apart.
 */
#ifndef YT_PORT_HTTP_HTTP_H
#define YT_PORT_HTTP_HTTP_H

#include "base/buf.h"
#include "base/fail.h"
#include "base/record.h"

#define HTTP_BODY_MAX ((size_t)11 << 20)  /* a picture of 10 MiB in one piece, with its form around it; also of what gzip inflates to */
#define HTTP_BODIES_MAX ((size_t)512 << 20) /* of all requests at hand together; more are answered 503 */
#define HTTP_GZIP_RATIO_MAX 100             /* beyond HTTP_GZIP_FREE bytes */
#define HTTP_GZIP_FREE ((size_t)1 << 20)
#define HTTP_URL_MAX 8192
#define HTTP_HEADERS_MAX 64
#define HTTP_QUERY_MAX 64
#define HTTP_REPLY_HEADERS_MAX 24

struct http_pair { str name, value; };

struct http_req {
	struct arena *arena;
	str method, path; /* path decoded, without query */
	struct http_pair query[HTTP_QUERY_MAX];
	size_t query_count;
	struct http_pair headers[HTTP_HEADERS_MAX];
	size_t header_count;
	str body; /* gzip already undone, bounded */
	str peer; /* address text, for rate limits and audit */
	bool secure;
};

struct http_reply {
	int status;
	str type; /* content type */
	str body;
	struct http_pair headers[HTTP_REPLY_HEADERS_MAX];
	size_t header_count;
};

str http_query(const struct http_req *r, const char *name);  /* STR_NIL when absent */
str http_header(const struct http_req *r, const char *name); /* any letter case */
str http_cookie(const struct http_req *r, const char *name);
void http_set(struct http_reply *r, str name, str value); /* adds a header; value in the arena */
void http_send(struct http_reply *r, int status, str type, str body);

/* Splits a raw request target ("/a%20b?x=1&y=2") into path and query. false: more than HTTP_QUERY_MAX
 * parameters, a broken escape, an escaped slash in the path, invalid UTF-8 or U+0000. */
bool http_target(struct http_req *r, str target);
/* Undoes a gzip body: ERR_SYNTAX when it is broken, ERR_TOO_LARGE when it inflates beyond the limits. */
err http_gunzip(struct arena *a, str packed, str *ret, struct fail *f);

/* problem+json (RFC 9457) of f: status, code, the sentence in lang, and errors[] with a JSON pointer
 * when a field is named. Adds Retry-After to what may be tried again. request_id may be nil. */
void http_problem(struct http_reply *r, struct arena *a, const struct fail *f, enum lang lang, str request_id);

/* Fills the reply; reply->body must live in req->arena. */
typedef void http_handler(void *arg, struct http_req *req, struct http_reply *reply);

/* A handler that answers later, holding no worker: it copies what it needs and calls done exactly
 * once from any thread. Returns false when it does not take this request (the ordinary handler does). */
struct http_later;
typedef bool http_later_handler(void *arg, struct http_req *req, struct http_later *later);
void http_later_done(struct http_later *later, int status, str type, str body); /* copies body */

/* Answers on the connection's own thread, from memory alone: no store, no lock held long, no waiting. false: not mine. */
typedef bool http_at_once_handler(void *arg, struct http_req *req, struct http_reply *reply);

struct http_server;
struct http_server_conf {
	str listen; /* "127.0.0.1:8090", "[::1]:8090"; port 0 picks one */
	str unix_path; /* or a socket file, mode 0600, peer uid checked */
	int workers;   /* 0 = HTTP_WORKERS */
	int queue_max; /* 0 = HTTP_QUEUE_MAX */
	int head_ms, body_ms, idle_ms; /* 0 = the constants below */
	http_handler *handler;
	http_later_handler *later; /* may be NULL */
	http_at_once_handler *at_once; /* asked before `later`, of requests without a body; may be NULL */
	void *arg;
};
#define HTTP_WORKERS 16
#define HTTP_QUEUE_MAX 1024 /* requests waiting for a worker; more are answered 503 with Retry-After */
#define HTTP_CONNECTIONS_MAX 2048
#define HTTP_HEAD_MS 15000  /* from the connection (or the end of idling) to the last header */
#define HTTP_BODY_MS 120000 /* from the last header to the last byte of the body */
#define HTTP_IDLE_MS 60000  /* between requests of a connection, and without progress while replying */
#define HTTP_STOP_MS 10000  /* how long a stop waits for what was accepted */

err http_server_start(const struct http_server_conf *conf, struct http_server **ret, struct fail *f);
str http_server_addr(const struct http_server *s); /* "127.0.0.1:8090" with the real port */
void http_server_stop(struct http_server *s);      /* drains what was accepted */

#endif
