/*
 * stafftask's records over HTTP, and how a task is shown.
 */
#ifndef YT_FEATURE_STAFFTASK_STAFFTASK_VIEW_H
#define YT_FEATURE_STAFFTASK_STAFFTASK_VIEW_H

#include "base/map.h"
#include "core/customer/customer.h"
#include "core/staff/staff.h"
#include "feature/stafftask/stafftask_int.h"

#define STAFFTASK_SPAN_MAX_MS (92 * MS_DAY)

#define STAFFTASK_VIEW_FIELDS(F, S)                                                                \
	F(S, ID, id) F(S, STR, kind, .one_of = STAFFTASK_KINDS) F(S, STR, title) F(S, STR, script, .opt = true) \
	F(S, OBJ, link, .opt = true, .of = &content_link_record) F(S, ID, customer_id, .opt = true) \
	F(S, STR, customer, .opt = true) F(S, ID, staff_id, .opt = true) F(S, STR, staff, .opt = true) \
	F(S, ID, store_id, .opt = true) F(S, STR, store, .opt = true) F(S, STR, state, .one_of = STAFFTASK_STATES) \
	F(S, STR, reason, .opt = true) F(S, STR, reason_label, .opt = true) F(S, STR, by, .doc = "hand, journey, sop …") \
	F(S, MS, made_ms) F(S, MS, deadline_ms) F(S, MS, ended_ms, .opt = true) F(S, BOOL, late, .doc = "not done, less than an hour left")
RECORD(stafftask_view, STAFFTASK_VIEW_FIELDS);
#define STAFFTASK_LIST_IN_FIELDS(F, S)                                                             \
	F(S, STR, state, .opt = true, .one_of = STAFFTASK_STATES) F(S, ID, staff_id, .opt = true)  \
	F(S, ID, store_id, .opt = true) F(S, I64, limit, .opt = true) F(S, STR, cursor, .opt = true)
RECORD(stafftask_list_in, STAFFTASK_LIST_IN_FIELDS);
#define STAFFTASK_NEW_IN_FIELDS(F, S)                                                              \
	F(S, STR, kind, .one_of = STAFFTASK_KINDS) F(S, STR, title, .min = 1, .max = STAFFTASK_TITLE_MAX) \
	F(S, STR, script, .opt = true, .max = STAFFTASK_SCRIPT_MAX) F(S, OBJ, link, .opt = true, .of = &content_link_record) \
	F(S, IDS, customer_ids, .opt = true, .max = STAFFTASK_MANY_MAX) F(S, STR, who, .one_of = STAFFTASK_WHO) \
	F(S, IDS, staff_ids, .opt = true, .max = STAFFTASK_MANY_MAX) F(S, ID, store_id, .opt = true) \
	F(S, I64, deadline_min, .opt = true, .min = STAFFTASK_DEADLINE_MIN, .max = STAFFTASK_DEADLINE_MAX) \
	F(S, I64, remind_min, .opt = true, .max = STAFFTASK_WAIT_MAX) F(S, I64, move_min, .opt = true, .max = STAFFTASK_WAIT_MAX) \
	F(S, BOOL, quiet, .opt = true)
RECORD(stafftask_new_in, STAFFTASK_NEW_IN_FIELDS);
#define STAFFTASK_LEFT_FIELDS(F, S) F(S, ID, customer_id, .opt = true) F(S, ID, staff_id, .opt = true) F(S, STR, reason)
RECORD(stafftask_left, STAFFTASK_LEFT_FIELDS);
#define STAFFTASK_NEW_OUT_FIELDS(F, S) F(S, I64, made) F(S, LIST, left, .of = &stafftask_left_record, .doc = "for whom there is none, and why")
RECORD(stafftask_new_out, STAFFTASK_NEW_OUT_FIELDS);
#define STAFFTASK_ACTS_IN_FIELDS(F, S) F(S, IDS, ids, .min = 1, .max = STAFFTASK_MANY_MAX)
RECORD(stafftask_acts_in, STAFFTASK_ACTS_IN_FIELDS);
#define STAFFTASK_ACTS_OUT_FIELDS(F, S) F(S, I64, done) F(S, I64, left)
RECORD(stafftask_acts_out, STAFFTASK_ACTS_OUT_FIELDS);
#define STAFFTASK_RATES_IN_FIELDS(F, S) F(S, MS, from_ms) F(S, MS, to_ms)
RECORD(stafftask_rates_in, STAFFTASK_RATES_IN_FIELDS);
#define STAFFTASK_RATE_VIEW_FIELDS(F, S)                                                           \
	F(S, ID, staff_id) F(S, STR, staff) F(S, ID, store_id) F(S, STR, store)                    \
	F(S, I64, given, .doc = "all but those taken away") F(S, I64, done) F(S, I64, skipped) F(S, I64, expired) F(S, I64, moved) \
	F(S, I64, open)
RECORD(stafftask_rate_view, STAFFTASK_RATE_VIEW_FIELDS);
#define STAFFTASK_NOTICES_IN_FIELDS(F, S) F(S, I64, limit, .opt = true) F(S, STR, cursor, .opt = true)
RECORD(stafftask_notices_in, STAFFTASK_NOTICES_IN_FIELDS);
#define STAFFTASK_NOTICE_VIEW_FIELDS(F, S)                                                         \
	F(S, ID, id) F(S, ID, staff_id) F(S, STR, staff) F(S, STR, why) F(S, STR, title) F(S, STR, body) F(S, STR, state) \
	F(S, STR, reason, .opt = true) F(S, MS, made_ms) F(S, MS, sent_ms, .opt = true) F(S, BOOL, digest) \
	F(S, BOOL, withdrawable)
RECORD(stafftask_notice_view, STAFFTASK_NOTICE_VIEW_FIELDS);

struct stafftask_names { struct imap staff, stores; struct staff *staffs; struct department *departments; };
err stafftask_names_load(const struct snap *s, struct stafftask_names *ret);
str stafftask_staff_name(const struct stafftask_names *names, i64 id);
str stafftask_store_name(const struct stafftask_names *names, i64 id);
err stafftask_show(struct cx *cx, const struct stafftask_names *names, const struct staff_task *t, struct stafftask_view *ret);

#endif
