/*
 * What tests of stages, cells and the board share: purchases, days that pass, and rules.
 */
#ifndef YT_FEATURE_LIFECYCLE_TEST_LIFECYCLE_RIG_H
#define YT_FEATURE_LIFECYCLE_TEST_LIFECYCLE_RIG_H

#include "app/test_app_rig.h"

#include "core/attr/attr.h"
#include "core/attr/attr_value.h"
#include "core/customer/customer_merge.h"
#include "core/job/job.h"
#include "feature/lifecycle/lifecycle_data.h"
#include "feature/order/order.h"

static inline ms now(struct pond *w) { return clock_now(&w->t->clock); }
static inline i64 slot_of(struct pond *w, i64 her) { return slot_of_customer(w->t->store, her); }

/* Lives on, looking every few hours only: the quarters of an hour in which WeCom is asked in vain are not the
 * matter here. */
static inline void live(struct pond *w, ms by)
{
	for (ms until = now(w) + by;;) {
		engine_settle(&w->env);
		if (now(w) >= until)
			return;
		clock_advance(&w->t->clock, int_min(now(w) + 4 * MS_HOUR, until));
	}
}

/* An order as a source tells it, status "paid", "refunded", "cancelled". */
static inline void order_as(struct pond *w, i64 her, i64 order, i64 fen, ms at, const char *status)
{
	struct order_tally t = { 0 };
	struct order_in in = { .goods_count = 0 };
	record_init(&order_head_record, &in.head);
	in.head.customer = her;
	in.head.id = order;
	in.head.source = STR("test");
	in.head.status = str_c(status);
	in.head.paid = fen;
	in.head.currency = STR("CNY");
	in.head.ordered = at;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), order_put(tx, her, false, &in, 1, &t)), OK);
}

static inline void buy(struct pond *w, i64 her, i64 order, i64 fen, ms at)
{
	order_as(w, her, order, fen, at, "paid");
	engine_settle(&w->env);
}

static inline struct customer_fact fact(struct pond *w, i64 her)
{
	struct customer_fact f;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), attr_fact_get(snap, her, &f)), OK);
	return f;
}

static inline i64 chosen(struct pond *w, const char *text)
{
	struct expr *e;
	i64 count, total;
	assert_int_equal(expr_parse(&w->cx.unit, str_c(text), &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, &total), OK);
	return count;
}

static inline i64 together(struct pond *w, i64 a, i64 b)
{
	i64 root = 0;
	assert_int_equal(customer_merge(&w->cx.unit, a, b, "manual", &root), OK);
	engine_settle(&w->env);
	return root;
}

static inline i64 staff_of(struct pond *w, const char *userid)
{
	i64 id;
	assert_int_equal(staff_ensure(&w->cx.unit, str_c(userid), &id), OK);
	return id;
}

/* PUT or PATCH with If-Match. */
__attribute__((format(printf, 4, 5)))
static inline int put(struct browser *b, const char *target, i64 version, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	str body = arena_vprintf(b->w->a, fmt, ap);
	va_end(ap);
	b->match = arena_printf(b->w->a, "\"%lld\"", (long long)version);
	int status = ask(b, "PUT", str_c(target), body);
	b->match = STR_NIL;
	return status;
}

#define RULE_JSON(template, mature, window, dormant, lost, life, grown) \
	"{\"template\":\"" template "\",\"growing\":1,\"mature\":" #mature ",\"window\":" #window ",\"dormant\":" #dormant \
	",\"lost\":" #lost ",\"life\":\"" life "\",\"grown\":" #grown "}"
/* growing from the first order, mature with 3 in 90 days, dormant after 45, lost after 90 */
#define FMCG RULE_JSON("fmcg", 3, 90, 45, 90, "orders", 0)

static inline void set_rule(struct pond *w, const char *rule)
{
	struct browser owner = { .w = w };
	assert_int_equal(get(&owner, "/api/v1/lifecycle"), 200);
	i64 version = json_i64(reply_json(&owner), "version", -1);
	assert_int_equal(put(&owner, "/api/v1/lifecycle/rule", version, "%s", rule), 200);
	engine_settle(&w->env);
}

#endif
