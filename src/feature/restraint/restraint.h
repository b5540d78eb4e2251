/*
 * restraint 触达规则: how often and when people are reached, for the operator to see and to set.
 *
 * The rules themselves live in core/reach and are asked in the transaction of every claim; this folder is their page:
 * the settings with what they would have done to last week's sends, the black list, refusals, and for one customer
 * her touches and what each of them used of her budget ("why did she get this?"). Nothing here sends or holds back.
 *
 * Changing the share or the seed of the permanent control group starts a job that writes everybody's attribute
 * `holdout` anew; sends ask the rule itself and never wait for that.
 */
#ifndef YT_FEATURE_RESTRAINT_RESTRAINT_H
#define YT_FEATURE_RESTRAINT_RESTRAINT_H

#include "core/module.h"
#include "core/reach/reach.h"

#define RESTRAINT_BLOCK_MAX 500        /* people put on the black list at once */
#define RESTRAINT_REASON_MAX 100
#define RESTRAINT_PREVIEW_MS (7 * MS_DAY)
#define RESTRAINT_PREVIEW_MAX 200000   /* touches looked at; more are told as cut off */
#define RESTRAINT_JOB "restraint.control"

#define RESTRAINT_RULES_FIELDS(F, S)                                               \
	F(S, STR, mode, .one_of = "calendar,rolling")                              \
	F(S, I64, day_max, .min = 0, .max = 100) F(S, I64, week_max, .min = 0, .max = 500) \
	F(S, STR, limits, .max = 400, .doc = "sms=2/month,moment=1/day: channel, way or content = count / day, week or month") \
	F(S, I64, quiet_from, .min = 0, .max = 24) F(S, I64, quiet_to, .min = 0, .max = 24) \
	F(S, STR, zone_attr, .max = 60, .doc = "attribute with her time zone; empty: the corp's for all") \
	F(S, I64, mix_share, .min = 0, .max = 100) F(S, I64, mix_days, .min = 1, .max = REACH_MIX_DAYS_MAX) \
	F(S, STR, exempt, .max = 200, .doc = "contents that are service: order,payment,reply") \
	F(S, STR, consent, .max = 100, .doc = "channels that need her yes")        \
	F(S, STR, quota, .one_of = "month,week,day") F(S, I64, holdout, .min = 0, .max = REACH_HOLDOUT_MAX) \
	F(S, STR, salt, .max = 40)
RECORD(restraint_rules, RESTRAINT_RULES_FIELDS);

/* ERR_INPUT naming the field, what it has and what it may have. ret: as the judgement takes them. */
err restraint_check(struct cx *cx, const struct restraint_rules *in, struct reach_rules *ret);

#define RESTRAINT_LEFT_FIELDS(F, S) F(S, STR, reason) F(S, STR, label) F(S, I64, count)
RECORD(restraint_left, RESTRAINT_LEFT_FIELDS);
#define RESTRAINT_PREVIEW_FIELDS(F, S)                                             \
	F(S, MS, since_ms) F(S, I64, sent, .doc = "marketing contacts of the last seven days") F(S, I64, left_out) \
	F(S, LIST, reasons, .of = &restraint_left_record) F(S, BOOL, cut)
RECORD(restraint_preview, RESTRAINT_PREVIEW_FIELDS);
/* Last week's marketing contacts played again by these rules. */
err restraint_play(struct cx *cx, const struct reach_rules *rules, struct restraint_preview *ret);

struct job;
err restraint_step(struct cx *cx, struct job *job, bool *ret_done);

extern const struct route restraint_routes[], restraint_touch_routes[];

#endif
