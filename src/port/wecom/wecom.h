/*
 * The WeCom client: one call with a token, and what WeCom's answer means.
 *
 * A typed call (wecom_customer.h, wecom_send.h …) writes its request, wecom_call adds the token, keeps
 * the call rates, classifies the error code by wecom_errcodes.def and leaves the JSON tree. Nothing here
 * sleeps, stores or decides: whoever calls reads `action` and `retry_at` and acts.
 *
 * Three outcomes are kept apart, because a mass send has no idempotency key:
 *	- the call did not happen: could not connect, no token, rate closed, or refused by code
 *	- it happened: OK
 *	- nobody knows: ERR_UNKNOWN - the answer was lost, cut or a gateway's. Senders reconcile, never repeat.
 *
 * Thread-safe; many corps share one struct wecom. Tokens and counters live in memory only. Secrets and
 * tokens stand in URLs, so no URL ever goes into an error text.
 */
#ifndef YT_PORT_WECOM_WECOM_H
#define YT_PORT_WECOM_WECOM_H

#include "base/clock.h"
#include "base/json.h"
#include "port/transport.h"

#define WECOM_BASE_DEFAULT "https://qyapi.weixin.qq.com"

enum wecom_action {
	WECOM_OK,
	WECOM_RETRY,         /* the same call again, not before retry_at */
	WECOM_WAIT,          /* rate closed until retry_at */
	WECOM_DROP,          /* this item cannot be done, others can */
	WECOM_ALERT,         /* nothing of this kind works until a person acts in WeCom */
	WECOM_BUG,           /* we asked wrongly */
	WECOM_REFRESH,       /* token refused again after a fresh one: like RETRY */
	WECOM_RELATION_LOST, /* staff and customer are no longer friends */
	WECOM_CONFIG,        /* corp id, secret, agent id or trusted IP is wrong */
	WECOM_UNKNOWN,       /* perhaps done: reconcile, not before retry_at; only reads may be repeated */
};

struct wecom_errcode {
	i64 code;
	enum wecom_action action;
	err err;
	enum text text; /* hole {value}: the code */
};
#define WECOM_CURSOR_BAD 50100 /* paging begins anew */
/* Never NULL: an unlisted code is WECOM_ALERT with T_WECOM_CODE. */
const struct wecom_errcode *wecom_errcode(i64 code);

/* A self-built app of a corp. base: nil for the real WeCom, else "http://127.0.0.1:9000". */
struct wecom_app {
	i64 corp;
	str corpid, secret, agentid;
	str base;
};

struct wecom;

/* transport and clock outlive it. base: default for apps without one; nil is WECOM_BASE_DEFAULT. */
struct wecom *wecom_new(struct transport *t, const struct clock *clock, str base);
void wecom_free(struct wecom *w);

/* One piece of work with an app: filled once, used for several calls one after another. */
struct wecom_call {
	struct wecom *wecom;
	const struct wecom_app *app;
	struct arena *arena;
	struct fail *fail;
	/* Of the last call, also of a failed one. */
	i64 errcode; /* 0 when WeCom gave none */
	str errmsg;
	enum wecom_action action;
	ms retry_at; /* NIL unless RETRY, WAIT, REFRESH or UNKNOWN */
	const struct json *json; /* NULL when there was no answer */
};

struct wecom_request {
	const char *api; /* a literal below /cgi-bin/, e.g. "externalcontact/get" */
	struct http_pair query[4];
	size_t query_count;
	str body; /* nil: GET, else POST */
	str content_type; /* nil: JSON */
	int timeout_ms; /* 0: WECOM_TIMEOUT_MS */
};
#define WECOM_TIMEOUT_MS 5000

/* OK only for errcode 0. ERR_UNKNOWN: outcome unknown; ERR_UPSTREAM: not done, may be repeated;
 * ERR_TOO_MANY: not before retry_at; ERR_CONFIG; else as wecom_errcodes.def says. */
err wecom_call(struct wecom_call *c, const struct wecom_request *r);

/* Forgets the app's token and its refused tries: after a person changed something in WeCom. */
void wecom_forget(struct wecom *w, const struct wecom_app *app);

#endif
