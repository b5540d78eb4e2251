/*
 * What broadcast's routes take and show.
 */
#ifndef YT_FEATURE_BROADCAST_BROADCAST_VIEW_H
#define YT_FEATURE_BROADCAST_BROADCAST_VIEW_H

#include "core/reach/reach_trial.h"
#include "core/trial/trial_use.h"
#include "feature/broadcast/broadcast.h"

#define BROADCAST_TO_FIELDS(F, S) \
	F(S, ID, audience_id, .opt = true) F(S, STR, expr, .opt = true) F(S, OBJ, content, .of = &content_record)
#define BROADCAST_WEIGHT_FIELDS(F, S)                                             \
	F(S, I64, priority, .opt = true, .min = 1, .max = BROADCAST_PRIORITY_MAX, .doc = "5: normal; the higher one has whom two want") \
	F(S, I64, holdout, .opt = true, .min = 0, .max = REACH_SHARE_MAX, .doc = "percent left out to see what it is worth") \
	F(S, STR, kind, .opt = true, .one_of = BROADCAST_KINDS, .doc = "of content: promo")
#define BROADCAST_RIGHT_FIELDS(F, S) BROADCAST_WEIGHT_FIELDS(F, S)                 \
	F(S, STR, topic, .opt = true, .min = 1, .max = BROADCAST_TOPIC_MAX, .doc = "who had one of this topic is left out: once per person") \
	F(S, ID, seed, .opt = true, .doc = "of the choice of those left out: from the preview") \
	F(S, ID, experiment_id, .opt = true, .doc = "each of its variants has its own content")
#define BROADCAST_PREVIEW_IN_FIELDS(F, S) BROADCAST_TO_FIELDS(F, S) BROADCAST_RIGHT_FIELDS(F, S) \
	F(S, MS, deadline_ms, .opt = true)
RECORD(broadcast_preview_in, BROADCAST_PREVIEW_IN_FIELDS);
#define BROADCAST_CREATE_IN_FIELDS(F, S)                                          \
	F(S, STR, name, .min = 1, .max = BROADCAST_NAME_MAX) BROADCAST_TO_FIELDS(F, S) \
	F(S, MS, deadline_ms, .opt = true, .doc = "default: four hours; never past the start of quiet hours") \
	F(S, I64, confirm_count, .doc = "`total` of the preview") BROADCAST_RIGHT_FIELDS(F, S) \
	F(S, LIST, variants, .opt = true, .max = TRIAL_VARIANTS_MAX, .of = &content_record, .doc = "with an experiment: one for each variant, instead of content")
RECORD(broadcast_create_in, BROADCAST_CREATE_IN_FIELDS);

#define BROADCAST_EXCLUDED_FIELDS(F, S) F(S, STR, reason) F(S, STR, label) F(S, I64, count)
RECORD(broadcast_excluded, BROADCAST_EXCLUDED_FIELDS);
#define BROADCAST_LOAD_VIEW_FIELDS(F, S) F(S, ID, staff_id) F(S, STR, name) F(S, I64, count) F(S, I64, tasks)
RECORD(broadcast_load_view, BROADCAST_LOAD_VIEW_FIELDS);
#define BROADCAST_VARIANT_VIEW_FIELDS(F, S) F(S, STR, key) F(S, STR, label) F(S, OBJ, content, .of = &content_record)
RECORD(broadcast_variant_view, BROADCAST_VARIANT_VIEW_FIELDS);
#define BROADCAST_PREVIEW_OUT_FIELDS(F, S)                                        \
	F(S, I64, people, .doc = "in the audience") F(S, I64, reachable, .doc = "with a member who could speak to them") \
	F(S, LIST, excluded, .of = &broadcast_excluded_record) F(S, LIST, advisors, .of = &broadcast_load_view_record) \
	F(S, I64, total, .doc = "who will get it: the number to confirm") F(S, STR, words) F(S, I64, variants) \
	F(S, LIST, conflicts, .of = &broadcast_conflict_record) F(S, ID, seed)     \
	F(S, LIST, by_variant, .of = &trial_lot_record)
RECORD(broadcast_preview_out, BROADCAST_PREVIEW_OUT_FIELDS);

#define BROADCAST_COUNTS_FIELDS(F, S)                                             \
	F(S, I64, planned) F(S, I64, created) F(S, I64, confirmed) F(S, I64, delivered) \
	F(S, I64, refused_not_friend) F(S, I64, refused_quota) F(S, I64, excluded) F(S, I64, failed) \
	F(S, I64, unknown) F(S, I64, expired) F(S, I64, bought) F(S, FEN, revenue)
RECORD(broadcast_counts, BROADCAST_COUNTS_FIELDS);
#define BROADCAST_VIEW_FIELDS(F, S)                                               \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = "asked,planning,sending,open,closed,cancelled,failed") \
	F(S, OBJ, counts, .of = &broadcast_counts_record) F(S, STR, currency)     \
	F(S, MS, created_ms) F(S, MS, starts_ms, .doc = "not in quiet hours") F(S, MS, deadline_ms) \
	F(S, STR, by) F(S, I64, version)
RECORD(broadcast_view, BROADCAST_VIEW_FIELDS);
#define BROADCAST_DETAIL_FIELDS(F, S) BROADCAST_VIEW_FIELDS(F, S)                 \
	F(S, STR, expr) F(S, STR, words) F(S, OBJ, content, .of = &content_record) \
	F(S, LIST, excluded, .of = &broadcast_excluded_record) F(S, LIST, conflicts, .of = &broadcast_conflict_record) \
	F(S, I64, priority) F(S, I64, holdout) F(S, STR, kind) F(S, STR, topic, .opt = true) \
	F(S, ID, experiment_id, .opt = true) F(S, STR, experiment, .opt = true) F(S, LIST, variants, .of = &broadcast_variant_view_record) \
	F(S, OBJ, lift, .opt = true, .of = &reach_lift_record, .doc = "with a hold-out: those it reached out to beside those left out")
RECORD(broadcast_detail, BROADCAST_DETAIL_FIELDS);

#define BROADCAST_LIST_IN_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(broadcast_list_in, BROADCAST_LIST_IN_FIELDS);
#define BROADCAST_PEOPLE_IN_FIELDS(F, S)                                          \
	F(S, ID, id)                                                              \
	F(S, STR, figure, .one_of = "planned,created,confirmed,delivered,refused,failed,expired,unknown,bought,excluded") \
	F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(broadcast_people_in, BROADCAST_PEOPLE_IN_FIELDS);
#define BROADCAST_PERSON_VIEW_FIELDS(F, S)                                        \
	F(S, ID, id) F(S, STR, name, .opt = true) F(S, STR, avatar, .opt = true)  \
	F(S, STR, gender, .opt = true) F(S, STR, city, .opt = true)               \
	F(S, ID, staff_id, .opt = true) F(S, STR, staff_name, .opt = true)        \
	F(S, MS, added_ms, .opt = true) F(S, I64, orders) F(S, FEN, spent) F(S, STR, currency) \
	F(S, MS, last_order_ms, .opt = true) F(S, MS, last_reached_ms, .opt = true) F(S, BOOL, friend) \
	F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, sent_ms, .opt = true)
RECORD(broadcast_person_view, BROADCAST_PERSON_VIEW_FIELDS);

#define BROADCAST_ADVISORS_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(broadcast_advisors_in, BROADCAST_ADVISORS_IN_FIELDS);
#define BROADCAST_ADVISOR_FIELDS(F, S)                                            \
	F(S, ID, staff_id) F(S, STR, name) F(S, I64, to_send) F(S, I64, sent)     \
	F(S, I64, refused_not_friend) F(S, I64, refused_quota)                    \
	F(S, STR, state, .doc = "waiting, open (not confirmed), confirmed, unknown, closed, cancelled, failed") \
	F(S, STR, fail_text, .opt = true) F(S, MS, not_executed_since_ms, .opt = true) F(S, I64, reminders_left)
RECORD(broadcast_advisor, BROADCAST_ADVISOR_FIELDS);
#define BROADCAST_REMIND_IN_FIELDS(F, S) F(S, ID, id) F(S, ID, staff_id)
RECORD(broadcast_remind_in, BROADCAST_REMIND_IN_FIELDS);

/* -- left out, before sending and afterwards -- */
#define BROADCAST_LEFT_ROWS 20
#define BROADCAST_LEFT_MAX 200
#define BROADCAST_LEFT_IN_FIELDS(F, S) BROADCAST_PREVIEW_IN_FIELDS(F, S)          \
	F(S, STR, reason, .opt = true, .max = 20, .doc = "none: whatever the reason") F(S, STR, cursor, .opt = true) \
	F(S, I64, limit, .opt = true, .min = 1, .max = BROADCAST_LEFT_MAX)
RECORD(broadcast_left_in, BROADCAST_LEFT_IN_FIELDS);
#define BROADCAST_LEFT_VIEW_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name, .opt = true) F(S, STR, reason) F(S, STR, label) F(S, ID, other_id, .opt = true) F(S, STR, other, .opt = true)
RECORD(broadcast_left_view, BROADCAST_LEFT_VIEW_FIELDS);
#define BROADCAST_LEFT_PAGE_FIELDS(F, S) F(S, LIST, data, .of = &broadcast_left_view_record) F(S, STR, next_cursor, .opt = true)
RECORD(broadcast_left_page, BROADCAST_LEFT_PAGE_FIELDS);
#define BROADCAST_WHY_IN_FIELDS(F, S) F(S, ID, id) F(S, ID, customer)
RECORD(broadcast_why_in, BROADCAST_WHY_IN_FIELDS);
#define BROADCAST_WHY_STEP_FIELDS(F, S) F(S, STR, text) F(S, STR, value, .opt = true) F(S, BOOL, holds) F(S, BOOL, first)
RECORD(broadcast_why_step, BROADCAST_WHY_STEP_FIELDS);
#define BROADCAST_WHY_FIELDS(F, S)                                                \
	F(S, ID, customer) F(S, STR, state, .doc = "of her part in it; outside: never chosen") F(S, STR, reason, .opt = true) \
	F(S, STR, label, .opt = true) F(S, BOOL, chosen, .doc = "in the audience as it was kept when sent") F(S, MS, kept_ms, .opt = true) \
	F(S, STR, words) F(S, LIST, steps, .of = &broadcast_why_step_record, .doc = "conditions of the audience, as of now") \
	F(S, MS, sent_ms, .opt = true) F(S, ID, staff_id, .opt = true) F(S, STR, staff_name, .opt = true)
RECORD(broadcast_why, BROADCAST_WHY_FIELDS);

struct cx;
struct broadcast;
err broadcast_count_all(const struct snap *s, const struct broadcast *b, str currency, struct broadcast_counts *ret);
str broadcast_reason_label(struct cx *cx, str reason);
struct broadcast_preview_in;
struct broadcast_target { struct expr *audience; str name; };
err broadcast_target_of(struct cx *cx, i64 audience_id, str expr, struct broadcast_target *ret);
struct broadcast_aim broadcast_aim_of(struct cx *cx, const struct broadcast_preview_in *in, const struct expr *audience);

#endif
