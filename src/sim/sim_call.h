/*
 * One call of the platform's API: parameters in, fields of the answer out.
 *
 * A handler reads parameters (the query and the JSON body alike, since the platform is lenient about
 * the method), appends fields to c->out, each with a leading comma, and returns an errcode of the
 * platform, 0 for success. On any other code what it wrote is thrown away and the real error shape
 * is answered. API_EFFECT calls that succeed stand in the log with their parameters and answer.
 */
#ifndef YT_SIM_CALL_H
#define YT_SIM_CALL_H

#include "sim/sim_state.h"

struct sim_call {
	struct sim *s;
	struct http_req *req;
	struct http_reply *reply;
	struct arena *a;
	const struct json *in; /* the body; NULL for none */
	struct buf out;
	const struct sim_api *api;
	const char *detail;    /* errmsg of an error, NULL: that of the code */
	bool raw;              /* the handler has filled the reply itself */
	str params;            /* what the log shows; nil: body or query */
};

enum { API_GET = 1, API_POST = 2, API_NOTOKEN = 4, API_EFFECT = 8, API_UNMETERED = 16, API_UPLOAD = 32, API_UNLOCKED = 64 };
struct sim_api {
	const char *path;
	int (*fn)(struct sim_call *c);
	unsigned flags;
};

extern const struct sim_api sim_api_base[], sim_api_contact[], sim_api_tag[], sim_api_way[], sim_api_mass[],
	sim_api_media[], sim_api_acquire[], sim_api_group[], sim_api_hello[], sim_api_transfer[], sim_api_message[],
	sim_api_pay[], sim_api_kf[], sim_api_living[], sim_api_moment[];

str sim_arg(const struct sim_call *c, const char *name); /* body first, then query; nil when absent */
i64 sim_arg_i64(const struct sim_call *c, const char *name, i64 otherwise);
bool sim_arg_bool(const struct sim_call *c, const char *name, bool otherwise);
const struct json *sim_arg_array(const struct sim_call *c, const char *name); /* NULL: absent or no array */
bool sim_arg_has(const struct sim_call *c, const char *name);
/* The elements of an array of texts (numbers too); false when something else stands in it. */
bool sim_texts(struct sim *s, const struct json *array, struct strs *ret);

void sim_out_str(struct sim_call *c, const char *name, str value);
void sim_out_i64(struct sim_call *c, const char *name, i64 value);
void sim_out_fmt(struct sim_call *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sim_out_texts(struct sim_call *c, const char *name, const struct strs *texts);
int sim_refuse(struct sim_call *c, int code, const char *detail);

/* Opaque cursors that page by number; false: 50100. */
bool sim_cursor(const struct sim_call *c, i64 *ret);
str sim_cursor_of(struct sim_call *c, i64 at);

/* Content of a message (text and attachments): 0 or the errcode. */
#define SIM_TEXT_MAX 4000
#define SIM_ATTACHMENTS_MAX 9
int sim_message_check(struct sim_call *c, const struct json *message);
str sim_message_url(const struct json *message, struct arena *a); /* the first link in it; nil */
struct sim_media *sim_media_live(struct sim *s, str id); /* NULL: unknown or over its 3 days */

/* sim_limit.c: 0, 45009 or 45033 */
int sim_limit(struct sim *s, str path, str peer);
bool sim_limit_enter(struct sim *s, const struct sim_api *api, int slot);
void sim_limit_leave(struct sim *s, int slot);
void sim_limit_set(struct sim *s, const struct json *in);

/* sim_control.c, sim_page.c, sim_oauth.c, sim_whole.c; false: not theirs */
bool sim_page(struct sim *s, struct http_req *req, struct http_reply *reply);
bool sim_control(struct sim *s, struct http_req *req, struct http_reply *reply);
bool sim_room(struct sim *s, struct http_req *req, struct http_reply *reply);
bool sim_oauth(struct sim *s, struct http_req *req, struct http_reply *reply);
bool sim_whole(struct sim *s, struct http_req *req, struct http_reply *reply);
void sim_calls_out(struct sim *s, struct buf *out); /* {"api":calls…} of what was called at all */
/* sim_oa.c, sim_sms.c */
bool sim_oa_call(struct sim *s, struct http_req *req, struct http_reply *reply);
bool sim_oa_control(struct sim *s, struct http_req *req, struct http_reply *reply);
bool sim_sms(struct sim *s, struct http_req *req, struct http_reply *reply);
int sim_getuserinfo(struct sim_call *c);
int sim_getuserdetail(struct sim_call *c);

const char *sim_errmsg(int code);

#endif
