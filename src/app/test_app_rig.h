/*
 * What tests of the whole product share: every module on a simulated clock, requests through the
 * dispatcher, no sockets. Two corps, so that each test can ask what one sees of the other.
 */
#ifndef YT_APP_TEST_APP_RIG_H
#define YT_APP_TEST_APP_RIG_H

#include "app/engine.h"
#include "base/hash.h"
#include "base/log.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "core/perm/perm_dispatch.h"
#include "core/staff/staff.h"
#include "port/http/test_http_reply.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define RIG_PASSWORD "correct horse battery"

struct pond {
	struct test_store *t;
	struct arena *a;
	struct env env;
	struct transport *direct;
	struct dispatch *dispatch;
	struct cx cx; /* of corp */
	i64 corp, other;
	int sent;
};

/* A user of the console; without a login the owner of `corp` at the private socket. */
struct browser {
	struct pond *w;
	i64 corp;
	str cookie, csrf, auth, match;
	struct http_reply reply;
};

i64 pond_corp(struct pond *w, i64 spread);
int pond_new(void **state, const struct module *const *list, i64 spread);
int pond_free(void **state);
void rig_header(struct http_req *r, const char *name, str value);
int ask(struct browser *b, const char *method, str target, str body);

__attribute__((format(printf, 2, 3)))
int get(struct browser *b, const char *fmt, ...);

__attribute__((format(printf, 3, 4)))
int post(struct browser *b, const char *target, const char *fmt, ...);
const struct json *reply_json(const struct browser *b);

/* The id a JSON member tells as text. */
i64 json_id(const struct json *v, const char *name);

/* Logs in as a new user of that role; staff: the member she is, for scope "self" (0: none). */
struct browser user_browser(struct pond *w, const char *login, const char *role, const char *scope, i64 staff);

/* A new write key of a corp. */
str write_key(struct pond *w, i64 corp, i64 *ret_id);

/* One call of the tracking API with a key as Segment's libraries send it. */
int track(struct pond *w, str key, const char *type, str body);

/* She adds a member; her leaf. */
i64 befriend(struct pond *w, const char *userid, const char *external_userid);
i64 leaf_by(struct pond *w, const char *kind, const char *value);
i64 root_by(struct pond *w, const char *kind, const char *value);

/* Events of a kind (0: any) in the corp's whole journal; *ret the last of them. */
size_t events_of(struct pond *w, i64 corp, int kind, struct event *ret);

#endif
