/*
 * What the profile is told of a stage.
 */
#ifndef YT_FEATURE_LIFECYCLE_LIFECYCLE_HTTP_H
#define YT_FEATURE_LIFECYCLE_LIFECYCLE_HTTP_H

#include "feature/lifecycle/lifecycle.h"

#define LIFE_WHO_FIELDS(F, S) F(S, ID, id)
RECORD(life_who, LIFE_WHO_FIELDS);
#define LIFE_PAST_FIELDS(F, S) F(S, MS, at_ms) F(S, STR, from, .opt = true) F(S, STR, to) F(S, STR, why)
RECORD(life_past, LIFE_PAST_FIELDS);
#define LIFE_CARD_FIELDS(F, S)                                                      \
	F(S, STR, stage, .opt = true, .doc = "null: no rule yet, or not settled") F(S, MS, since_ms, .opt = true) \
	F(S, STR, reason, .opt = true) F(S, I64, n) F(S, I64, cap) F(S, STR, why, .opt = true) \
	F(S, STR, next_day, .opt = true, .doc = "when time alone may change it") F(S, LIST, past, .of = &life_past_record)
RECORD(life_card, LIFE_CARD_FIELDS);

err life_h_card(struct cx *cx);

#endif
