/*
 * For the tests of value: a corp with staff, people and orders told as events, the job run to its end, and
 * routes called as a viewer would.
 */
#ifndef YT_FEATURE_VALUE_TEST_VALUE_RIG_H
#define YT_FEATURE_VALUE_TEST_VALUE_RIG_H

#include "app/engine.h"
#include "base/hash.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "feature/value/value_fit.h"
#include "store/testing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

extern const struct module corp_module, perm_module, audit_module, job_module, staff_module, customer_module, follow_module,
	attr_module, audience_module, value_module;

#define TV_FOLLOW_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff)
RECORD(tv_follow, TV_FOLLOW_FIELDS);
WRITE(tv_follow_put, tv_follow,
	SQL(INSERT INTO follow (slot, corp, customer, staff, external_userid, added, status, times, told)
		VALUES (:slot, :corp, :customer, :staff, 'wm', 0, 'friend', 1, 0) ON CONFLICT DO NOTHING))

extern const struct module *const tv_modules[];

struct world {
	struct test_store *t;
	struct env env;
	struct cx cx;
	i64 corps[2], staff[2], day; /* day: of TEST_START in the corp's zone */
};

int tv_make_with(void **state, i64 spread);
int tv_make(void **state);
int tv_make_spread(void **state);
int tv_drop(void **state);

#define TV_ORDERS_MAX 100
#define BOTH(fn) cmocka_unit_test_setup_teardown(fn, tv_make, tv_drop), { #fn " over eight slots", fn, tv_make_spread, tv_drop, NULL }
#define ONE(fn) cmocka_unit_test_setup_teardown(fn, tv_make, tv_drop)

i64 tv_slot(struct world *w, i64 customer);
i64 tv_person(struct world *w, u32 n);
void tv_tell(struct world *w, enum event_kind kind, u32 n, ms at, const struct record *r, const void *body);

#define TV_SALE_FIELDS(F, S) F(S, ID, order) F(S, FEN, paid) F(S, STR, currency) F(S, MS, ordered)
RECORD(tv_sale_body, TV_SALE_FIELDS);
#define TV_BACK_FIELDS(F, S) F(S, ID, refund) F(S, ID, order) F(S, FEN, amount) F(S, STR, currency) F(S, MS, refunded)
RECORD(tv_back_body, TV_BACK_FIELDS);

/* An order of person n, `ago` days before TEST_START (negative: after), at noon of the corp's day. */
void tv_order(struct world *w, enum event_kind kind, u32 n, i64 order, i64 ago, i64 paid, const char *currency);
void tv_refund(struct world *w, enum event_kind kind, u32 n, i64 order, i64 amount);
void tv_consume(struct world *w);
void tv_stage(struct world *w, enum engine_stage stage);

/* Queues the job, runs it to its end and lets its events be read. */
void tv_fit(struct world *w);
void tv_until(struct world *w, i64 days);
i64 tv_count(struct world *w, const char *text);

/* A route with the in-record as JSON; *ret is the out-record as a client sees it. */
err tv_call(struct world *w, const char *method, const char *path, const char *in_json, const struct json **ret);

/* All of a new person's orders in one transaction: thousands of commits would be the test's whole time. */
err tv_life(struct tx *tx, i64 id, const struct tv_sale_body *v, size_t n);
double tv_dice(u64 *n);

/* People 1 … count who buy as the model says over the last `days` days, with a mean purchase of their own. */
void tv_population(struct world *w, u32 count, i64 days);

#endif
