/*
 * What moment's routes take and show.
 */
#ifndef YT_FEATURE_MOMENT_MOMENT_VIEW_H
#define YT_FEATURE_MOMENT_MOMENT_VIEW_H

#include "feature/moment/moment_data.h"

#define MOMENT_TO_FIELDS(F, S)                                                    \
	F(S, STR, expr, .min = 1, .doc = "everybody it is about") \
	F(S, LIST, versions, .of = &moment_draft_record, .min = 1, .max = MOMENT_VERSIONS_MAX, .doc = "the first whose audience she is in has her") \
	F(S, STR, kind, .opt = true, .one_of = MOMENT_KINDS, .doc = "of content: promo") F(S, MS, start_ms, .opt = true) \
	F(S, I64, holdout, .opt = true, .min = 0, .max = REACH_SHARE_MAX, .doc = "percent left out to see what it is worth") \
	F(S, ID, seed, .opt = true, .doc = "of the choice of those left out: from the preview") \
	F(S, ID, experiment_id, .opt = true, .doc = "the versions are its variants, in their order and without audiences")
#define MOMENT_PREVIEW_IN_FIELDS(F, S) MOMENT_TO_FIELDS(F, S)
RECORD(moment_preview_in, MOMENT_PREVIEW_IN_FIELDS);
#define MOMENT_CREATE_IN_FIELDS(F, S)                                             \
	F(S, STR, name, .min = 1, .max = MOMENT_NAME_MAX) MOMENT_TO_FIELDS(F, S) F(S, I64, confirm_count, .doc = "`total` of the preview")
RECORD(moment_create_in, MOMENT_CREATE_IN_FIELDS);

#define MOMENT_EXCLUDED_FIELDS(F, S) F(S, I64, n, .doc = "version; 0: none is for her") F(S, STR, reason) F(S, STR, label) F(S, I64, count)
RECORD(moment_excluded, MOMENT_EXCLUDED_FIELDS);
#define MOMENT_SHARE_FIELDS(F, S)                                                 \
	F(S, I64, n) F(S, STR, name) F(S, STR, words, .doc = "empty: whoever is left") F(S, I64, matched, .doc = "of the whole in its audience") \
	F(S, I64, taken, .doc = "of them already in an earlier version") F(S, I64, people, .doc = "its own: matched less taken") \
	F(S, I64, planned, .doc = "who will get it") F(S, I64, senders)
RECORD(moment_share, MOMENT_SHARE_FIELDS);
#define MOMENT_PREVIEW_OUT_FIELDS(F, S)                                           \
	F(S, I64, people) F(S, I64, total, .doc = "who will get one: the number to confirm") F(S, I64, no_version) \
	F(S, LIST, versions, .of = &moment_share_record) F(S, LIST, excluded, .of = &moment_excluded_record) \
	F(S, I64, senders, .doc = "members who are asked to post") F(S, STR, words) F(S, MS, starts_ms) F(S, MS, deadline_ms) \
	F(S, I64, tags, .doc = "technical tags it needs while it runs") F(S, I64, tags_used) F(S, I64, tags_max) \
	F(S, I64, minutes, .doc = "putting the tags on takes at least so long") F(S, ID, seed)
RECORD(moment_preview_out, MOMENT_PREVIEW_OUT_FIELDS);

/* visible, liked, commented NULL: not read yet. */
#define MOMENT_COUNTS_FIELDS(F, S)                                                \
	F(S, I64, planned) F(S, I64, tagged, .doc = "on their way: the tag is on") F(S, I64, senders) F(S, I64, posted) \
	F(S, I64, visible, .opt = true) F(S, I64, liked, .opt = true) F(S, I64, commented, .opt = true) F(S, I64, unreached) F(S, I64, excluded)
RECORD(moment_counts, MOMENT_COUNTS_FIELDS);
#define MOMENT_VIEW_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = "asked,planning,running,closed,cancelled,failed") \
	F(S, OBJ, counts, .of = &moment_counts_record) F(S, I64, versions) F(S, MS, created_ms) F(S, MS, starts_ms) F(S, MS, deadline_ms) \
	F(S, STR, by)
RECORD(moment_view, MOMENT_VIEW_FIELDS);
#define MOMENT_VERSION_VIEW_FIELDS(F, S)                                          \
	F(S, ID, id) F(S, I64, n) F(S, STR, name) F(S, STR, words) F(S, OBJ, content, .of = &moment_content_record) \
	F(S, STR, state, .one_of = "waiting,asked,created,closed,unknown,failed,cancelled,empty") F(S, STR, code, .opt = true) \
	F(S, STR, problem, .opt = true) F(S, OBJ, counts, .of = &moment_counts_record) F(S, BOOL, tagging, .doc = "its technical tag stands") \
	F(S, MS, made_ms, .opt = true) F(S, MS, closed_ms, .opt = true)
RECORD(moment_version_view, MOMENT_VERSION_VIEW_FIELDS);
#define MOMENT_DETAIL_FIELDS(F, S) MOMENT_VIEW_FIELDS(F, S)                       \
	F(S, STR, expr) F(S, STR, words) F(S, STR, kind) F(S, LIST, parts, .of = &moment_version_view_record) \
	F(S, LIST, reasons, .of = &moment_excluded_record) F(S, I64, holdout) F(S, ID, experiment_id, .opt = true) \
	F(S, STR, experiment, .opt = true) \
	F(S, OBJ, lift, .opt = true, .of = &reach_lift_record, .doc = "with a hold-out: those it was for beside those left out")
RECORD(moment_detail, MOMENT_DETAIL_FIELDS);

#define MOMENT_LIST_IN_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(moment_list_in, MOMENT_LIST_IN_FIELDS);
#define MOMENT_SENDERS_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, version, .opt = true, .doc = "absent: all") F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(moment_senders_in, MOMENT_SENDERS_IN_FIELDS);
#define MOMENT_SENDER_VIEW_FIELDS(F, S)                                           \
	F(S, ID, staff_id) F(S, STR, name) F(S, I64, version) F(S, STR, state, .one_of = "waiting,posted,not_posted,refused") F(S, I64, people) \
	F(S, I64, visible, .opt = true) F(S, I64, likes, .opt = true) F(S, I64, comments, .opt = true) F(S, MS, posted_ms, .opt = true) \
	F(S, I64, reminders_left)
RECORD(moment_sender_view, MOMENT_SENDER_VIEW_FIELDS);
#define MOMENT_PEOPLE_IN_FIELDS(F, S)                                             \
	F(S, ID, id) F(S, I64, version, .opt = true, .doc = "0: of none; absent: all") \
	F(S, STR, figure, .one_of = "planned,tagged,visible,liked,commented,unreached,excluded") F(S, STR, cursor, .opt = true) \
	F(S, I64, limit, .opt = true)
RECORD(moment_people_in, MOMENT_PEOPLE_IN_FIELDS);
#define MOMENT_PERSON_VIEW_FIELDS(F, S)                                           \
	F(S, ID, id) F(S, STR, name, .opt = true, .pii = true) F(S, I64, version) F(S, ID, staff_id, .opt = true) F(S, STR, staff, .opt = true) \
	F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, seen_ms, .opt = true) F(S, MS, liked_ms, .opt = true) \
	F(S, MS, commented_ms, .opt = true)
RECORD(moment_person_view, MOMENT_PERSON_VIEW_FIELDS);
#define MOMENT_REMIND_IN_FIELDS(F, S) F(S, ID, id) F(S, ID, staff_id)
RECORD(moment_remind_in, MOMENT_REMIND_IN_FIELDS);
#define MOMENT_UPLOAD_IN_FIELDS(F, S) F(S, STR, kind, .one_of = "image,video") F(S, STR, name, .opt = true, .max = 100)
RECORD(moment_upload_in, MOMENT_UPLOAD_IN_FIELDS);
#define MOMENT_UPLOADED_FIELDS(F, S) F(S, ID, id) F(S, STR, kind) F(S, STR, name) F(S, I64, bytes)
RECORD(moment_uploaded, MOMENT_UPLOADED_FIELDS);

err moment_count_all(const struct snap *s, i64 plan, struct moment_counts **ret);

#endif
