/*
 * value 价值与流失预警: what each buyer is likely worth, and who is leaving before she has left.
 *
 * Order events become one row per order and leaf (derived); a person's history is folded over her leaves in
 * the `person` hook, so merge, split and undo are exact. Every night, or by hand, a job fits BG/NBD and
 * Gamma-Gamma on all histories of the corp (bgnbd.h, gamma_gamma.h), keeps parameters, size, likelihood and a
 * hold-out check, and then goes through the persons: what is known of each is written when it has changed.
 * A purchase in between is scored at once by the newest fit; warnings begin and end at night only. With too few repeat buyers there is no fit,
 * and only the overdue ratio is known.
 *
 * Her usual gap is the mean of her own gaps pulled towards everybody's: (n own + k all) / (n + k). overdue is
 * the days of silence in percent of it. P(alive) is unknown for who bought once: the model says 1 whatever
 * her silence. Risk: high when overdue passes value.overdue or P(alive) falls below value.alive, and from
 * there lost when hardly any hope is left; only repeat buyers are ever high. A warning (risk.raised) is given
 * once, when somebody becomes high, and taken back (risk.cleared) when she is no longer at risk; who is lost
 * before a warning was due gets none.
 *
 * in:  order.*, refund.withdrawn; customer.merged, customer.erased
 * out: risk.raised, risk.cleared; attributes p_alive, expected_orders, expected_value, overdue, risk
 */
#ifndef YT_FEATURE_VALUE_VALUE_H
#define YT_FEATURE_VALUE_VALUE_H

#include "core/attr/attr_value.h"
#include "core/job/job.h"
#include "core/module.h"
#include "feature/value/bgnbd.h"
#include "feature/value/gamma_gamma.h"

#define VALUE_PEOPLE_MIN 100   /* buyers a fit needs */
#define VALUE_REPEATERS_MIN 50 /* of whom so many bought again */
#define VALUE_HELD_OUT_MIN_DAYS 14
#define VALUE_DAYS_KEPT 1000   /* purchase days kept of one person, the newest */
#define VALUE_SHRINK 3         /* k: how many gaps of everybody's weigh against her own */
#define VALUE_HOUR 3           /* of the corp's day */
#define VALUE_FITS_KEPT 400
#define VALUE_HORIZON_MAX 365
#define VALUE_NEAR_DAYS 30     /* defaults of the settings */
#define VALUE_HORIZON_DAYS 90
#define VALUE_OVERDUE_AT 200
#define VALUE_ALIVE_AT 50
#define VALUE_OVERDUE_MAX 99999
#define VALUE_WATCH_OVERDUE 120 /* percent of the gap */
#define VALUE_WATCH_ALIVE 75
#define VALUE_LOST_ALIVE 10
#define VALUE_LOST_OVERDUE 500 /* without a fit, and of who bought once */
#define VALUE_X_SHOWN 7        /* the hold-out's rows: 0 … 6 and more */
#define VALUE_JOB "value.fit"
#define VALUE_NIGHT "value.night"

enum { VALUE_ATTR_ALIVE = 100, VALUE_ATTR_ORDERS, VALUE_ATTR_WORTH, VALUE_ATTR_OVERDUE, VALUE_ATTR_RISK };

/* risk.raised, risk.cleared */
#define VALUE_RISK_FIELDS(F, S)                                                     \
	F(S, STR, risk, .doc = "what it is now") F(S, I64, alive, .opt = true, .doc = "percent") \
	F(S, I64, gap, .opt = true, .doc = "usual days between purchases, tenths") F(S, I64, silent, .doc = "days") \
	F(S, I64, overdue, .opt = true, .doc = "percent of the gap")                \
	F(S, FEN, at_risk, .doc = "expected of her within the horizon if she stays") F(S, STR, currency)
RECORD(value_risk, VALUE_RISK_FIELDS);

/* What is known of a person's buying, and what a model makes of it. */
struct value_history { i64 first, last, times, spent, repeat_spent; };
struct value_model {
	bool fitted, money, gaps; /* which of the next are known */
	struct bgnbd buys;
	struct gamma_gamma pays;
	double gap;
	i64 near, horizon; /* days */
	i64 overdue_at, alive_at; /* percent: where a warning is due */
};
struct value_mark { i64 alive, near, orders, worth, gap, overdue, at_risk; const char *risk; };
struct value_mark value_judge(const struct value_model *m, const struct value_history *h, i64 today);
/* "low", "watch", "high" or "lost"; alive and overdue NIL where unknown. */
const char *value_risk_of(const struct value_model *m, i64 repeats, i64 alive, i64 overdue);
/* The usual gap of somebody with so many repeat purchases over so many days. */
double value_gap(double everybody, i64 repeats, i64 over_days);

/* The newest fit and the settings; no fit yet: ret_any false. */
err value_model_get(const struct snap *s, struct value_model *ret, bool *ret_any);

/* The model's rows of one person: her history, brought to where it is by order events. */
err value_on_order(struct tx *tx, const struct event *ev);  /* derive */
err value_on_refund(struct tx *tx, const struct event *ev); /* derive */
err value_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum); /* hook */
err value_on_gone(struct tx *tx, const struct event *ev);   /* act: merged, erased */
/* Days of a history in their stored form, and back. */
str value_days_pack(struct arena *a, const i64 *days, size_t count);
size_t value_days_unpack(str packed, i64 ret[VALUE_DAYS_KEPT]);

err value_step(struct cx *cx, struct job *job, bool *ret_done);
err value_night(struct cx *cx, const struct timer_row *row);
err value_arm(struct cx *cx);
err value_start(struct env *env, struct fail *f);
/* Queues the job in the corp's base slot; ERR_STATE while one is at it. */
err value_queue(struct tx *tx, i64 *ret_job);
/* The job that is at it; 0: none. */
err value_running(struct unit *u, i64 *ret_job);

extern const struct route value_routes[];

#endif
