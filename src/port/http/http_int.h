/*
 * Private to port/http: one request on its way through the server, and the watch over connections.
 *
 * A request lives in its own arena from the request line to "completed" (the reply is sent or the
 * connection is gone). It belongs to the I/O thread while READING and READY and to a worker or a
 * `later` handler while WAITING; the connection is suspended exactly then. Setting READY and resuming
 * is the last thing its holder does with it.
 */
#ifndef YT_PORT_HTTP_HTTP_INT_H
#define YT_PORT_HTTP_HTTP_INT_H

#include "base/clock.h"
#include "base/queue.h"
#include "port/http/http.h"

#include <pthread.h>
#include <stdatomic.h>

struct MHD_Connection;
struct MHD_Daemon;

enum http_stage { HTTP_READING, HTTP_WAITING, HTTP_READY };

struct http_later {
	struct http_server *server;
	struct MHD_Connection *connection;
	struct arena *arena;
	struct http_req req;
	struct http_reply reply;
	struct buf body;
	_Atomic int stage;
	bool begun;         /* the headers are read */
	bool counted;       /* in server->at_hand */
	bool close;         /* the connection ends with this reply */
	bool packed;        /* the body is gzip */
	err refused;        /* decided already; the rest of the body is read and dropped */
	size_t body_seen;   /* bytes of body read, kept or dropped */
	size_t body_counted; /* bytes counted in server->bodies */
};

/* One TCP connection: when it has to have got on. */
struct http_watched {
	struct http_watched *next, *prev;
	int fd;
	ms deadline; /* clock_mono; NIL: none */
	bool stranger; /* unix socket: another user's process */
};

/* Shuts down connections that are too slow in saying what they want; sleeps until the next deadline,
 * for ever when there is none. */
struct http_watch {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct http_watched head;
	ms next;
	bool stop, running;
};

void http_watch_start(struct http_watch *w);
void http_watch_stop(struct http_watch *w);
struct http_watched *http_watch_add(struct http_watch *w, int fd, ms deadline);
void http_watch_remove(struct http_watch *w, struct http_watched *c);
void http_watch_deadline(struct http_watch *w, struct http_watched *c, ms deadline);

struct http_server {
	struct http_server_conf conf;
	struct arena *arena;
	struct MHD_Daemon *daemon;
	struct http_watch watch;
	struct queue *queue;
	pthread_t *workers;
	int worker_count;
	str addr;
	_Atomic bool stopping;
	_Atomic i64 at_hand;  /* requests whose headers are read and whose reply is not sent */
	_Atomic size_t bodies; /* bytes of their bodies */
};

#define HTTP_ARENA_MAX ((size_t)192 << 20)
#define HTTP_POOL_BYTES ((size_t)32 << 10) /* a connection's header and read buffer */

/* http_conn.c: the I/O side. */
struct MHD_Daemon *http_daemon_start(struct http_server *s, int fd);
void http_daemon_close(struct http_server *s); /* stops accepting */
void http_daemon_stop(struct http_server *s);  /* nothing may be suspended */
/* Hands the finished reply back to the I/O thread; the request is not ours afterwards. */
void http_ready(struct http_later *r);
/* Turns the reply into the problem of f. */
void http_refuse(struct http_later *r, err code, enum text text, str field, str value, str limit);

#endif
