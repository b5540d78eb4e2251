/*
 * What experiments' routes take and show.
 */
#ifndef YT_FEATURE_EXPERIMENT_EXPERIMENT_VIEW_H
#define YT_FEATURE_EXPERIMENT_EXPERIMENT_VIEW_H

#include "feature/experiment/experiment.h"

#define EXPERIMENT_VARIANT_FIELDS(F, S) F(S, STR, key) F(S, STR, label) F(S, I64, share)
RECORD(experiment_variant, EXPERIMENT_VARIANT_FIELDS);
#define EXPERIMENT_VIEW_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = "draft,running,decided,ended") F(S, STR, state_label) \
	F(S, OBJ, plan, .of = &experiment_plan_record) F(S, LIST, variants, .of = &experiment_variant_record, .doc = "with their shares of now") \
	F(S, I64, held, .doc = "thousandths, now") F(S, I64, needed, .doc = "people a variant") F(S, STR, winner, .opt = true) \
	F(S, I64, epoch) F(S, MS, filled_ms, .opt = true, .doc = "the sample was closed") F(S, MS, created_ms) F(S, MS, started_ms, .opt = true) \
	F(S, MS, decided_ms, .opt = true) F(S, STR, decided_by, .opt = true) F(S, MS, ended_ms, .opt = true) F(S, I64, version)
RECORD(experiment_view, EXPERIMENT_VIEW_FIELDS);

/* 95 % intervals. diff, lift, money: beside `base` of the result. */
#define EXPERIMENT_ARM_FIELDS(F, S)                                                 \
	F(S, STR, key) F(S, STR, label) F(S, I64, share) F(S, I64, people) F(S, I64, ripe, .doc = "whose days are over: only they are compared") \
	F(S, I64, hits) F(S, BOOL, enough, .doc = "false: too few to show a rate") F(S, F64, rate) F(S, F64, low) F(S, F64, high) \
	F(S, I64, buyers) F(S, FEN, paid) F(S, F64, mean, .doc = "fen a person, those of nothing included") \
	F(S, BOOL, compared) F(S, F64, diff) F(S, F64, diff_low) F(S, F64, diff_high) \
	F(S, BOOL, related, .doc = "a ratio can be told") F(S, F64, lift, .doc = "of the rate: 0.1 is 10 % more") F(S, F64, lift_low) F(S, F64, lift_high) \
	F(S, F64, p, .doc = "two-sided, corrected for the number of variants")      \
	F(S, F64, money, .doc = "fen a person more") F(S, F64, money_low) F(S, F64, money_high) \
	F(S, I64, lost, .doc = "who deleted a member within the days") F(S, F64, best, .doc = "probability to be the best")
RECORD(experiment_arm, EXPERIMENT_ARM_FIELDS);
#define EXPERIMENT_LEVEL_FIELDS(F, S)                                               \
	F(S, STR, factor) F(S, STR, level) F(S, I64, cells) F(S, BOOL, enough) F(S, F64, rate, .doc = "mean of its variants") \
	F(S, F64, low) F(S, F64, high)
RECORD(experiment_level, EXPERIMENT_LEVEL_FIELDS);
#define EXPERIMENT_RESULT_FIELDS(F, S)                                              \
	F(S, STR, verdict, .one_of = "nobody,broken,wait,none,winner,base,bandit,stop") F(S, STR, words) F(S, STR, warning, .opt = true) \
	F(S, STR, best, .opt = true) F(S, STR, base) F(S, I64, needed) F(S, I64, least, .doc = "ripe, of the smallest variant") \
	F(S, I64, people) F(S, I64, days) F(S, STR, currency) F(S, F64, srm_p) F(S, BOOL, srm_ok) F(S, F64, remaining) \
	F(S, LIST, arms, .of = &experiment_arm_record) F(S, OBJ, held, .opt = true, .of = &experiment_arm_record) \
	F(S, OBJ, lift, .opt = true, .of = &reach_lift_record, .doc = "all variants beside the hold-out") \
	F(S, LIST, levels, .of = &experiment_level_record)
RECORD(experiment_result, EXPERIMENT_RESULT_FIELDS);

#endif
