/*
 * What tests of a few modules share: a corp whose WeCom is the simulator of sim/test_sim_rig.h, calls without sockets, and
 * requests through the dispatcher. The whole product has app/test_app_rig.h and app/test_app_sim.h.
 */
#ifndef YT_CORE_TEST_FEW_RIG_H
#define YT_CORE_TEST_FEW_RIG_H

#include "sim/test_sim_calls.h"

#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "core/perm/perm_dispatch.h"
#include "core/staff/staff.h"
#include "port/http/test_http_reply.h"
#include "store/testing.h"

struct world {
	struct test_store *t; /* its clock is the product's; the simulator has one of its own, which begins at RIG_START */
	struct arena *a;
	struct rig *rig;
	struct env env;
	struct dispatch *dispatch;
	struct cx cx; /* of corp */
	struct corp corp;
	i64 staff;        /* linna of the simulated brand */
	str cookie, csrf; /* once she has logged in */
	struct http_reply reply; /* to the last few_ask */
};

/* For a test's own make: of these modules, all of whose queries must fit the store. */
void few_new(void **state, const struct module *const *list);
int few_free(void **state);
/* One more corp with the simulator's WeCom; its number is none of the test store's own. */
struct corp few_corp(struct world *w);
/* The status. As the owner at the private socket, or as who has logged in; version 0: no If-Match. */
__attribute__((format(printf, 5, 6)))
int few_ask(struct world *w, const char *method, const char *target, i64 version, const char *fmt, ...);
static inline const struct json *few_answer(const struct world *w) { return rig_json(w->rig, w->reply.body); }
/* w->staff is a user from now on and asks by her session. */
void few_log_in(struct world *w);

#endif
