/*
 * lifecycle 生命周期: the stage a person is in by a rule of the corp: 引入 intro, 成长 growing, 成熟 mature,
 * 休眠 dormant, 流失 lost.
 *
 * A stage is a pure function of the rule, her orders that stand, what else counts as a sign of life, and the
 * corp-day. Fewer orders than `growing`: intro. Silent for more than `lost` days: lost; for more than `dormant`
 * days: dormant. Else mature with `mature` orders within the last `window` days (0: ever), else growing. A child
 * old enough (`grown` years, 0: not asked) keeps her from being lost: she has grown out, not left.
 *
 * `since` is the moment the present run of the stage began, worked out from the same orders under the present
 * rule. So orders learned late have the past they had, a merge gives the answer one person would have had all
 * along, a split gives each her own back, and a rebuild finds the same. At most LIFE_MARKS_MAX newest moments
 * are looked at.
 *
 * The person hook writes it beside the folded facts (customer_fact.stage, attribute stage_since, table stage_now)
 * and tells a change as stage.changed, occurred when it came true (when the rule changed: now). A first stage is
 * told of persons who became known after the first rule was saved. While the orders her facts count have not all
 * been derived yet, the stage waits.
 *
 * in:  order.*, refund.withdrawn, order.refunded; what she does herself as signs of life: visits, replies, openings …
 * out: stage.changed; jobs lifecycle.preview, lifecycle.settle, lifecycle.gaps
 */
#ifndef YT_FEATURE_LIFECYCLE_LIFECYCLE_H
#define YT_FEATURE_LIFECYCLE_LIFECYCLE_H

#include "core/attr/attr_value.h"
#include "core/module.h"

#define LIFE_STAGES "intro,growing,mature,dormant,lost"
enum life_stage { LIFE_NONE, LIFE_INTRO, LIFE_GROWING, LIFE_MATURE, LIFE_DORMANT, LIFE_LOST, LIFE_STAGE_COUNT };
#define LIFE_ORDERS_MAX 100  /* a rule asks for */
#define LIFE_DAYS_MAX 3650   /* a rule looks back */
#define LIFE_GROWN_MAX 18
#define LIFE_MARKS_MAX 500   /* orders and days with signs of life looked at */
#define LIFE_GAPS_MIN 100    /* repurchase gaps own thresholds must rest on */
#define LIFE_MOVES_DAYS_MAX 366
#define LIFE_ATTR_SINCE 200  /* its number in attr_value, for ever */

#define LIFE_RULE_FIELDS(F, S)                                                      \
	F(S, STR, template, .min = 1, .max = 20)                                    \
	F(S, I64, growing, .min = 1, .max = LIFE_ORDERS_MAX, .doc = "orders")       \
	F(S, I64, mature, .min = 1, .max = LIFE_ORDERS_MAX, .doc = "orders")        \
	F(S, I64, window, .max = LIFE_DAYS_MAX, .doc = "days; 0: ever")             \
	F(S, I64, dormant, .min = 1, .max = LIFE_DAYS_MAX, .doc = "after so many silent days") \
	F(S, I64, lost, .min = 1, .max = LIFE_DAYS_MAX, .doc = "after so many silent days") \
	F(S, STR, life, .one_of = "orders,any", .doc = "what counts as life")       \
	F(S, I64, grown, .max = LIFE_GROWN_MAX, .doc = "years of a child; 0: not asked")
RECORD(life_rule, LIFE_RULE_FIELDS);

/* stage.changed */
#define STAGE_CHANGED_FIELDS(F, S)                                                  \
	F(S, STR, from, .opt = true) F(S, STR, to) F(S, MS, since, .opt = true)     \
	F(S, STR, reason, .doc = "never, few, ordering, often, ever, silent, grown, gone") \
	F(S, I64, n, .doc = "orders or silent days found") F(S, I64, cap, .doc = "orders or days asked for") \
	F(S, I64, rule, .doc = "version") F(S, ID, staff, .opt = true)
RECORD(stage_changed, STAGE_CHANGED_FIELDS);

/* ---- lifecycle_judge.c: pure ---- */
struct life_mark { ms at; i64 day; bool order; };
/* marks: newest first; orders: all that stand, which may be more than are among the marks. */
struct life_person { i64 orders, child_birthday; ms known; const struct life_mark *marks; size_t count; };
struct life_verdict {
	enum life_stage stage;
	ms since; /* NIL: unknown */
	const char *reason;
	i64 n, cap, due; /* due: the day on which time alone says otherwise; NIL: never */
};
struct tz;
struct life_verdict life_judge(const struct life_rule *r, const struct life_person *p, i64 today, const struct tz *zone);
/* ERR_INPUT naming the field that does not fit the others. */
err life_rule_check(const struct life_rule *r, struct fail *f);
str life_stage_name(enum life_stage s); /* nil: none */
enum life_stage life_stage_of(str name);

/* ---- lifecycle_template.c ---- */
struct life_template { const char *code; enum text label; struct life_rule rule; };
extern const struct life_template life_templates[]; /* ends with code NULL */

/* ---- lifecycle_person.c ---- */
/* What is to be judged of a person, s speaking of her root's slot. *ret_behind: not all of her orders are derived. */
err life_load(const struct snap *s, const struct life_rule *r, const struct attr_person *p, const struct customer_fact *f,
	      struct life_person *ret, bool *ret_behind);
attr_then life_then; /* the stage she was in, lifecycle_person.c */
err life_facts(const struct snap *s, i64 leaf, struct customer_fact *sum);
err life_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum);

/* ---- lifecycle_on.c, lifecycle_job.c ---- */
err life_on_order(struct tx *tx, const struct event *ev);
err life_on_refund(struct tx *tx, const struct event *ev);
err life_on_sign(struct tx *tx, const struct event *ev);
err life_on_changed(struct tx *tx, const struct event *ev);
err life_step_settle(struct cx *cx, struct job *job, bool *ret_done);
err life_step_preview(struct cx *cx, struct job *job, bool *ret_done);
err life_step_gaps(struct cx *cx, struct job *job, bool *ret_done);

extern const struct route life_routes[];

#endif
