/*
 * What broadcast's routes take and show.
 */
#ifndef YT_FEATURE_BROADCAST_BROADCAST_VIEW_H
#define YT_FEATURE_BROADCAST_BROADCAST_VIEW_H

#include "feature/broadcast/broadcast.h"

#define BROADCAST_TO_FIELDS(F, S) \
	F(S, ID, audience_id, .opt = true) F(S, STR, expr, .opt = true) F(S, OBJ, content, .of = &content_record)
#define BROADCAST_PREVIEW_IN_FIELDS(F, S) BROADCAST_TO_FIELDS(F, S)
RECORD(broadcast_preview_in, BROADCAST_PREVIEW_IN_FIELDS);
#define BROADCAST_CREATE_IN_FIELDS(F, S)                                          \
	F(S, STR, name, .min = 1, .max = BROADCAST_NAME_MAX) BROADCAST_TO_FIELDS(F, S) \
	F(S, MS, deadline_ms, .opt = true, .doc = "default: four hours; never past the start of quiet hours") \
	F(S, I64, confirm_count, .doc = "`total` of the preview")
RECORD(broadcast_create_in, BROADCAST_CREATE_IN_FIELDS);

#define BROADCAST_EXCLUDED_FIELDS(F, S) F(S, STR, reason) F(S, STR, label) F(S, I64, count)
RECORD(broadcast_excluded, BROADCAST_EXCLUDED_FIELDS);
#define BROADCAST_LOAD_VIEW_FIELDS(F, S) F(S, ID, staff_id) F(S, STR, name) F(S, I64, count) F(S, I64, tasks)
RECORD(broadcast_load_view, BROADCAST_LOAD_VIEW_FIELDS);
#define BROADCAST_PREVIEW_OUT_FIELDS(F, S)                                        \
	F(S, I64, people, .doc = "in the audience") F(S, I64, reachable, .doc = "with a member who could speak to them") \
	F(S, LIST, excluded, .of = &broadcast_excluded_record) F(S, LIST, advisors, .of = &broadcast_load_view_record) \
	F(S, I64, total, .doc = "who will get it: the number to confirm") F(S, STR, words) F(S, I64, variants)
RECORD(broadcast_preview_out, BROADCAST_PREVIEW_OUT_FIELDS);

#define BROADCAST_COUNTS_FIELDS(F, S)                                             \
	F(S, I64, planned) F(S, I64, created) F(S, I64, confirmed) F(S, I64, delivered) \
	F(S, I64, refused_not_friend) F(S, I64, refused_quota) F(S, I64, excluded) F(S, I64, failed) \
	F(S, I64, unknown) F(S, I64, expired) F(S, I64, bought) F(S, FEN, revenue)
RECORD(broadcast_counts, BROADCAST_COUNTS_FIELDS);
#define BROADCAST_VIEW_FIELDS(F, S)                                               \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = "planning,sending,open,closed,cancelled,failed") \
	F(S, OBJ, counts, .of = &broadcast_counts_record) F(S, STR, currency)     \
	F(S, MS, created_ms) F(S, MS, starts_ms, .doc = "not in quiet hours") F(S, MS, deadline_ms) \
	F(S, STR, by) F(S, I64, version)
RECORD(broadcast_view, BROADCAST_VIEW_FIELDS);
#define BROADCAST_DETAIL_FIELDS(F, S) BROADCAST_VIEW_FIELDS(F, S)                 \
	F(S, STR, expr) F(S, STR, words) F(S, OBJ, content, .of = &content_record) \
	F(S, LIST, excluded, .of = &broadcast_excluded_record)
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

#endif
