/*
 * The context: the whole environment of a handler, a job step or a sender. No mutable globals.
 *
 * cx->unit is what the store needs (arena, clock, corp, actor, scope, error detail); cx->env holds
 * the long-lived services of the process, made once at start and only read through here.
 */
#ifndef YT_CORE_CX_H
#define YT_CORE_CX_H

#include "port/http/route.h"
#include "port/transport.h"
#include "store/store.h"

struct wecom;          /* port/wecom: tokens and calls */
struct audience_index; /* core/audience: the bitmaps */
struct corp_cache;     /* core/corp: what is asked for on every event */
struct outlet_cache;   /* core/outlet: stores by place */
struct kept_cache;     /* core/corp: things made of a corp's rows */
struct relay_memory;   /* feature/livecode: what relay codes show */
struct doors;          /* core/door: short addresses in memory */
struct module;
struct conf;
struct sms;            /* port/send: who carries verification codes */
struct metrics;        /* port/http/http_metrics.h */

struct env {
	struct store *store;
	struct clock *clock;
	struct transport *transport;
	struct wecom *wecom;
	struct sms *sms; /* NULL: nobody sends messages */
	struct audience_index *audience;
	struct corp_cache *corps; /* made by the corp module's start; NULL: every question reads the store */
	struct outlet_cache *outlets; /* made by that module's start; NULL: read anew each time */
	struct kept_cache *tagrules, *journeys; /* compiled; made by those modules' start; NULL: compiled anew each time */
	struct relay_memory *relays; /* made by that module's start; NULL: made at need and forgotten */
	struct doors *doors; /* made by that module's start; NULL: every question reads the store, nothing is counted */
	const struct module *const *modules; /* NULL-terminated, floor order */
	const struct conf *conf;
	str public_url; /* how browsers and WeCom reach us, without a trailing slash */
	str version;
	str data_dir;
	struct metrics *metrics;      /* NULL: nobody counts */
	_Atomic int decode_rows;      /* of the inbox taken at once: app/workers keeps it to what the readers can follow; 0: most */
	struct cursor_key cursor_key; /* of the installation; filled by core/perm's start */
};

typedef unsigned __int128 perm_set;
#define PERMS_MAX 128

struct viewer {
	i64 user;        /* 0: none */
	str name;
	enum lang lang;
	perm_set perms;  /* bit i: the i-th permission of the module table */
	bool mask_pii;   /* role without the right to see phone numbers */
	i64 session;
};

struct cx {
	struct unit unit;
	struct env *env;
	struct viewer viewer;
	struct http_req *req;   /* NULL outside HTTP */
	struct http_reply *reply;
	const void *in;         /* the in-record */
	void *out;              /* the out-record, zeroed (struct page for ROUTE_LIST) */
	str request_id;
};

#define CX_ARENA(cx_) ((cx_)->unit.arena)
#define cx_fail(cx_, code, text, field, value, limit) fail_set(&(cx_)->unit.fail, code, text, field, value, limit)
static inline ms cx_now(const struct cx *cx) { return clock_now(cx->unit.clock); }
/* The reply is that .csv file; name of letters, digits, '-' and '.' alone. ERR_TOO_LARGE: b was too small for what it tells. */
err cx_send_csv(struct cx *cx, const struct buf *b, str name);
/* A context for background work of a corp. */
struct cx cx_system(struct env *env, struct arena *a, i64 corp, const char *source);

#endif
