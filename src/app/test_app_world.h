/*
 * The world of tests of the whole product: time that passes from one due moment to the next for product and
 * simulator together, and the simulator's control API and log.
 */
#ifndef YT_APP_TEST_APP_WORLD_H
#define YT_APP_TEST_APP_WORLD_H

#include "app/engine.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer_merge.h"
#include "core/identity/identity.h"
#include "core/job/job.h"
#include "core/perm/perm.h"
#include "core/perm/perm_dispatch.h"
#include "core/reach/reach.h"
#include "core/staff/staff.h"
#include "core/staff/staff_sync.h"
#include "port/wecom/wecom_way.h"
#include "sim/sim.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define MORNING (TEST_START + 2 * MS_HOUR) /* 10:00 in Shanghai */
#define TOKEN "yutangtoken"
#define AES_KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

struct world {
	struct test_store *t;
	struct transport *direct;
	struct sim *sim;
	struct env env;
	struct cx cx;
	i64 corp, base;
	int scans;
};

static inline void settle(struct world *w)
{
	for (int i = 0; i < 100; i++) {
		sim_settle(w->sim);
		if (engine_settle(&w->env) == 0)
			return;
	}
	fail_msg("product and simulator do not come to rest");
}

static inline ms world_due(void *w) { return sim_next_due(((struct world *)w)->sim); }
static inline void world_act(void *w) { sim_settle(((struct world *)w)->sim); }

static inline void live_until(struct world *w, ms until)
{
	engine_live(&w->env, &w->t->clock, until, &(struct engine_mate){ world_due, world_act, w });
}

static inline ms now(struct world *w) { return clock_now(&w->t->clock); }
static inline void live(struct world *w, ms by) { live_until(w, now(w) + by); }

/* The simulator's control API. */
__attribute__((format(printf, 3, 4)))
static inline const struct json *sim_say(struct world *w, const char *path, const char *fmt, ...)
{
	struct arena *a = w->t->arena;
	struct transport_answer answer = { 0 };
	struct json *v = NULL;
	va_list ap;
	va_start(ap, fmt);
	str body = arena_vprintf(a, fmt, ap);
	va_end(ap);
	struct transport_call call = { .method = body.n ? "POST" : "GET", .url = arena_printf(a, "http://sim.test%s", path),
				       .content_type = STR("application/json"), .body = body };
	assert_int_equal(w->direct->call(w->direct, a, &call, &answer, &w->cx.unit.fail), OK);
	assert_int_equal(answer.status, 200);
	if (answer.body.n && answer.body.p[0] == '{')
		assert_int_equal(json_parse(answer.body, a, &v, &w->cx.unit.fail), OK);
	return v;
}

/* Lines of the simulator's log with both texts: effects it accepted. */
static inline int effects(struct world *w, const char *what, const char *more)
{
	struct transport_answer answer = { 0 };
	struct transport_call call = { .method = "GET", .url = STR("http://sim.test/sim/log?limit=100000") };
	int n = 0;
	assert_int_equal(w->direct->call(w->direct, w->t->arena, &call, &answer, &w->cx.unit.fail), OK);
	while (answer.body.n) {
		str line = str_cut(&answer.body, '\n');
		n += str_has(line, str_c(what)) && str_has(line, str_c(more));
	}
	return n;
}

#endif
