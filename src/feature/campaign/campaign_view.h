/*
 * What campaign's routes take and show.
 */
#ifndef YT_FEATURE_CAMPAIGN_CAMPAIGN_VIEW_H
#define YT_FEATURE_CAMPAIGN_CAMPAIGN_VIEW_H

#include "core/audience/audience.h"
#include "core/reach/reach_trial.h"
#include "feature/campaign/campaign_data.h"

#define CAMPAIGN_TOUCH_IN_FIELDS(F, S)                                              \
	F(S, STR, name, .opt = true, .max = CAMPAIGN_NAME_MAX) F(S, STR, channel, .one_of = "broadcast,groupcast,moment,smsdrain") \
	F(S, JSON, content, .doc = "of the channel: as its own creation takes it") F(S, MS, at_ms, .doc = "in quiet hours: when they end")
RECORD(campaign_touch_in, CAMPAIGN_TOUCH_IN_FIELDS);
#define CAMPAIGN_NEW_FIELDS(F, S)                                                   \
	F(S, STR, name, .min = 1, .max = CAMPAIGN_NAME_MAX) F(S, ID, audience_id, .opt = true) \
	F(S, STR, expr, .opt = true, .max = AUDIENCE_TEXT_MAX)                     \
	F(S, STR, until, .opt = true, .max = AUDIENCE_TEXT_MAX, .doc = "for whom this holds gets no further touch") \
	F(S, STR, kind, .opt = true, .one_of = CAMPAIGN_KINDS, .doc = "of content: promo") \
	F(S, I64, holdout, .opt = true, .min = 0, .max = REACH_SHARE_MAX, .doc = "percent held out of all touches") \
	F(S, LIST, touches, .of = &campaign_touch_in_record, .min = 1, .max = CAMPAIGN_TOUCHES_MAX) \
	F(S, ID, replaces, .opt = true, .doc = "a plan that was not started: this one stands in its place")
RECORD(campaign_new, CAMPAIGN_NEW_FIELDS);
#define CAMPAIGN_START_FIELDS(F, S) F(S, ID, id) F(S, I64, confirm_count, .doc = "`reached` of the plan")
RECORD(campaign_start_in, CAMPAIGN_START_FIELDS);
#define CAMPAIGN_LIST_IN_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(campaign_list_in, CAMPAIGN_LIST_IN_FIELDS);

#define CAMPAIGN_LEFT_OUT_FIELDS(F, S) F(S, STR, reason) F(S, STR, label) F(S, I64, count)
RECORD(campaign_left_out, CAMPAIGN_LEFT_OUT_FIELDS);
#define CAMPAIGN_TOUCH_VIEW_FIELDS(F, S)                                            \
	F(S, I64, n) F(S, STR, name) F(S, STR, channel) F(S, STR, label) F(S, BOOL, addressed, .doc = "she can be left out until it is made") \
	F(S, JSON, content) F(S, MS, at_ms) F(S, MS, opens_ms) F(S, STR, state, .one_of = "waiting,begun,missed,failed,cancelled") \
	F(S, STR, reason, .opt = true) F(S, STR, page, .opt = true, .doc = "of the console, where it is followed") \
	F(S, I64, estimate, .doc = "people it was to reach when it was planned") F(S, LIST, excluded, .of = &campaign_left_out_record) \
	F(S, OBJ, figures, .opt = true, .of = &mass_figures_record, .doc = "once begun")
RECORD(campaign_touch_view, CAMPAIGN_TOUCH_VIEW_FIELDS);
#define CAMPAIGN_RIVAL_FIELDS(F, S) F(S, I64, n) F(S, STR, name) F(S, STR, page) F(S, I64, lost) F(S, I64, taken)
RECORD(campaign_rival, CAMPAIGN_RIVAL_FIELDS);
#define CAMPAIGN_TAPS_FIELDS(F, S) F(S, ID, staff_id) F(S, STR, name) F(S, STR, day) F(S, I64, taps) F(S, I64, people)
RECORD(campaign_taps, CAMPAIGN_TAPS_FIELDS);
#define CAMPAIGN_ROW_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = "planning,planned,running,paused,ended,cancelled,failed") \
	F(S, STR, why, .opt = true) F(S, I64, people) F(S, I64, held) F(S, I64, reached) F(S, STR, by) F(S, MS, created_ms) \
	F(S, MS, since_ms, .opt = true) F(S, MS, closed_ms, .opt = true) F(S, MS, next_ms, .opt = true) \
	F(S, LIST, touches, .of = &campaign_touch_view_record)
RECORD(campaign_row, CAMPAIGN_ROW_FIELDS);
#define CAMPAIGN_DETAIL_FIELDS(F, S)                                                \
	CAMPAIGN_ROW_FIELDS(F, S)                                                  \
	F(S, STR, expr) F(S, STR, words) F(S, STR, until, .opt = true) F(S, STR, until_words, .opt = true) F(S, STR, kind) F(S, I64, holdout) \
	F(S, BOOL, second, .doc = "another person has to start it") F(S, BOOL, mine) F(S, I64, approve_over) \
	F(S, LIST, cross, .of = &campaign_cross_record, .doc = "how many people get how many touches") \
	F(S, LIST, overlaps, .of = &campaign_overlap_record, .doc = "other plans that have some of the same people") \
	F(S, LIST, conflicts, .of = &campaign_rival_record, .doc = "sends of the touches' channels that have some of them on that day") \
	F(S, LIST, advisors, .of = &campaign_taps_record) F(S, I64, taps_over, .doc = "days of members with more than `taps_max`") F(S, I64, taps_max) \
	F(S, LIST, left, .of = &campaign_left_out_record, .doc = "members who are out of it by now") \
	F(S, I64, bought, .opt = true, .doc = "people who were to get something and bought since it was started") F(S, FEN, paid, .opt = true) \
	F(S, STR, currency) F(S, OBJ, lift, .opt = true, .of = &reach_lift_record, .doc = "of one with a hold-out")
RECORD(campaign_detail, CAMPAIGN_DETAIL_FIELDS);

#define CAMPAIGN_PEOPLE_IN_FIELDS(F, S)                                             \
	F(S, ID, id) F(S, STR, q, .opt = true, .max = 40, .doc = "of a name, or a phone") F(S, I64, touches, .opt = true, .min = 0, .max = CAMPAIGN_TOUCHES_MAX) \
	F(S, STR, state, .opt = true, .one_of = "on,held,out") F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(campaign_people_in, CAMPAIGN_PEOPLE_IN_FIELDS);
#define CAMPAIGN_MARK_FIELDS(F, S)                                                  \
	F(S, I64, n) F(S, BOOL, planned) F(S, STR, reason, .opt = true) F(S, STR, label, .opt = true) \
	F(S, STR, fate, .opt = true, .doc = "once begun: what became of her in it") F(S, STR, fate_label, .opt = true, .doc = "why")
RECORD(campaign_mark, CAMPAIGN_MARK_FIELDS);
#define CAMPAIGN_PERSON_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, STR, name, .opt = true) F(S, STR, state, .one_of = "on,held,out") F(S, STR, reason, .opt = true) \
	F(S, STR, label, .opt = true) F(S, MS, at_ms, .opt = true) F(S, I64, touches) F(S, LIST, marks, .of = &campaign_mark_record)
RECORD(campaign_person, CAMPAIGN_PERSON_FIELDS);

str campaign_reason_label(struct cx *cx, str reason);
/* ERR_NOT_FOUND in words. */
err campaign_read(struct cx *cx, const struct snap *s, i64 id, struct campaign *ret, struct campaign_touch **ret_touches, size_t *ret_count);

#endif
