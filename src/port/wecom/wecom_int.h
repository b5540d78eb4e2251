/*
 * Shared inside port/wecom only: the client's insides, and the few words in which typed calls write and
 * read JSON. Written JSON is raw UTF-8, because WeCom refuses \u escapes in some interfaces; read JSON is
 * lenient, because WeCom leaves out empty members and gives numbers as text now and then.
 */
#ifndef YT_PORT_WECOM_WECOM_INT_H
#define YT_PORT_WECOM_WECOM_INT_H

#include "port/wecom/wecom.h"
#include "port/wecom/wecom_limits.h"

#include <pthread.h>

#define WECOM_RATE_BUCKETS 256

struct wecom_token;
struct wecom_ticket;
struct wecom_rate;

struct wecom {
	struct transport *transport;
	const struct clock *clock;
	char *base;
	pthread_mutex_t mutex; /* guards everything below; never held during a call */
	pthread_cond_t token_changed;
	struct wecom_token *tokens;
	size_t token_count;
	struct wecom_ticket *tickets;
	size_t ticket_count;
	struct wecom_rate *rates[WECOM_RATE_BUCKETS];
};

/* wecom.c: one exchange without token rules. The query is complete. */
err wecom_exchange(struct wecom_call *c, const struct wecom_request *r);
/* Sets errcode, action and fail as if WeCom had answered this code. */
err wecom_refused(struct wecom_call *c, const char *api, i64 code, str errmsg, ms retry_at);

/* A success whose answer lacks what it is for: ERR_UNKNOWN when something was made, else ERR_UPSTREAM. */
err wecom_incomplete(struct wecom_call *c, const char *api, err e);

/* wecom_token.c: a token that is good for now, fetched by one thread for all. Lives in c->arena. */
err wecom_token_get(struct wecom_call *c, str *ret);
void wecom_token_spoilt(struct wecom_call *c, str token); /* WeCom refused exactly this one */
void wecom_token_free_all(struct wecom *w);
/* 32 bytes that name the app with its secret. */
void wecom_app_id(const struct wecom *w, const struct wecom_app *app, u8 *ret);
void wecom_ticket_free_all(struct wecom *w); /* wecom_jsapi.c */

/* wecom_rate.c: NULL and *ret_retry_at when the call must wait. Every enter has its leave. */
struct wecom_rate *wecom_rate_enter(struct wecom *w, i64 corp, const char *api, ms *ret_retry_at);
/* refused: WeCom answered 45009; returns until when the interface is closed then. */
ms wecom_rate_leave(struct wecom *w, struct wecom_rate *r, bool refused);
void wecom_rate_free_all(struct wecom *w);

/* Writing. Members are written in order; nil texts, NIL numbers and empty lists are left out. */
struct buf wecom_json(struct arena *a); /* opened with '{' */
void wecom_open(struct buf *b, const char *name, char bracket); /* name NULL inside a list */
void wecom_close(struct buf *b, char bracket);
void wecom_put_str(struct buf *b, const char *name, str value);
void wecom_put_i64(struct buf *b, const char *name, i64 value);
void wecom_put_bool(struct buf *b, const char *name, bool value);
void wecom_put_strs(struct buf *b, const char *name, struct strs list);
void wecom_put_i64s(struct buf *b, const char *name, struct ids list);
void wecom_put_seconds(struct buf *b, const char *name, ms at);
/* Closes the object and posts it. */
err wecom_post(struct wecom_call *c, const char *api, struct buf *b);
/* GET with up to two query members; a nil value is left out. */
err wecom_get(struct wecom_call *c, const char *api, const char *n1, str v1, const char *n2, str v2);

/* Reading. */
size_t wecom_count(const struct json *list); /* 0 when it is no list */
struct strs wecom_strs(const struct json *list, struct arena *a);
struct ids wecom_i64s(const struct json *list, struct arena *a);
ms wecom_time(const struct json *object, const char *name); /* seconds -> ms; NIL when absent or 0 */

/* Checks. */
err wecom_check_bytes(struct fail *f, const char *field, str value, size_t max);
err wecom_check_chars(struct fail *f, const char *field, str value, size_t max);
err wecom_check_count(struct fail *f, const char *field, size_t n, size_t max);
err wecom_missing(struct fail *f, const char *field);

#endif
