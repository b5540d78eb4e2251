/*
 * profile 客户画像: what a viewer sees of customers: the list, one person, her timeline, and the acts on
 * her (tags, remark, phone typed by staff, merge and split by hand).
 *
 * The list is an expression within the viewer's scope, answered by the audience engine, then rows by
 * key. Everything here resolves root -> leaves and asks customer_visible before it shows a person; a
 * person outside of the scope is "not found". name_token is derived: characters and bigrams of names for
 * the search.
 */
#ifndef YT_CORE_PROFILE_PROFILE_H
#define YT_CORE_PROFILE_PROFILE_H

#include "core/cx.h"
#include "store/journal.h"

#define PROFILE_SEARCH_MAX 200 /* people a search shows */
#define PROFILE_SEARCH_CHARS 40
#define PROFILE_LEFT_SPACE 20
#define PROFILE_NOTE_MAX 1000 /* characters of a note */
#define PROFILE_NOTES_MAX 200 /* of one leaf */

#define PROFILE_NAMED_FIELDS(F, S) F(S, ID, id) F(S, STR, name)
RECORD(profile_named, PROFILE_NAMED_FIELDS);

/* One row of every list of people. */
#define PROFILE_ROW_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, STR, name, .opt = true) F(S, STR, avatar, .opt = true) \
	F(S, STR, gender, .opt = true) F(S, STR, city, .opt = true)             \
	F(S, LIST, tags, .of = &profile_named_record) F(S, OBJ, staff, .opt = true, .of = &profile_named_record) \
	F(S, STR, channel, .opt = true) F(S, MS, added_ms, .opt = true)         \
	F(S, I64, orders) F(S, FEN, spent) F(S, STR, currency)                  \
	F(S, MS, last_order_ms, .opt = true) F(S, MS, last_reached_ms, .opt = true) \
	F(S, BOOL, friend) F(S, MS, lost_ms, .opt = true) F(S, STR, stage, .opt = true)
RECORD(profile_row, PROFILE_ROW_FIELDS);

#define PROFILE_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(profile_key, PROFILE_KEY_FIELDS);

/* Rows of these roots, in their order; people who are gone are left out. For any list of people. */
err profile_rows(struct cx *cx, const i64 *roots, size_t count, struct list *ret);
/* Roots whose name contains q, or who has proved the phone q. Within the viewer's scope. */
err profile_search(struct cx *cx, str q, i64 **ret, size_t *ret_count);
err profile_on_name(struct tx *tx, const struct event *ev); /* derive: name_token */

extern const struct route profile_list_routes[], profile_act_routes[], profile_time_routes[], profile_note_routes[];

#endif
