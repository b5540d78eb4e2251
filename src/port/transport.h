/*
 * Transport: how a call to another HTTP side is made. `net` (libcurl, one keep-alive pool) or
 * `direct` (a function call to a handler in this process), so that a history runs in simulated time
 * in one thread. A call never runs while a transaction is open.
 */
#ifndef YT_PORT_TRANSPORT_H
#define YT_PORT_TRANSPORT_H

#include "port/http/http.h"

#define TRANSPORT_BODY_MAX ((size_t)32 << 20)

struct transport_call {
	const char *method;
	str url;          /* absolute */
	str content_type; /* of the body; nil for none */
	str body;
	const struct http_pair *headers;
	size_t header_count;
	str unix_path;  /* not empty: through this socket file; the URL's host is only a name */
	int timeout_ms; /* 0 = 5000 */
	bool once;      /* must not be carried out twice (a mass send): never on a kept connection, which
			 * libcurl would silently repeat on a new one when it turns out dead */
	bool public_only; /* to addresses of the open internet alone, looked at when the connection is made:
			   * ERR_FORBIDDEN for one of ours */
};

struct transport_answer {
	int status;
	str type, body;
	i64 retry_after; /* seconds the other side asks us to wait; 0 none */
};

struct transport {
	/* ERR_UPSTREAM: the request never left us (no name, no connection, no TLS). ERR_TIMEOUT and
	 * ERR_UNKNOWN (broke later, answer too large): it may have been carried out. */
	err (*call)(struct transport *t, struct arena *a, const struct transport_call *call,
		    struct transport_answer *ret, struct fail *f);
};

/* A literal address that is no public one (loopback, private, link-local …), or the name localhost. */
bool transport_private(str host);
err transport_net(struct arena *a, struct transport **ret, struct fail *f); /* thread-safe */
/* Calls to any URL whose host:port part equals `host` go to handler. */
struct transport *transport_direct(struct arena *a);
void transport_direct_add(struct transport *t, str host, http_handler *handler, void *arg);

#endif
