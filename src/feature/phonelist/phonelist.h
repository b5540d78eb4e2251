/*
 * phone list 号码名单: numbers of people who are no friends yet, added by staff by hand from their own phones.
 *
 * No program adds friends: the platform bans accounts that do. So a list is spread evenly over chosen staff, each sees
 * at most the day's share (one limit per person over all lists), copies a number, asks, and taps what came of it. A list
 * says where it came from and on what basis it may be used before a row of it is read. What is no mainland mobile, is
 * there twice, or waits in another open list is refused row by row with its reason; who is a friend already is told apart.
 *
 * The callback of an add carries no phone. So a new friend is matched by the mobile in her advisor's remark, else by a
 * phone she has proven; else, when she was found by a phone search (add_way 2) by somebody who asked numbers within
 * PHONELIST_GUESS_MS, she is a guess that the advisor settles with one tap.
 *
 * Rows live in the corp's base slot: they are no customers. Numbers and names are sealed with the corp's key and found
 * by a keyed hash.
 *
 * in: follow.added, contact.fetched, merge.suggested, phone.bound, staff.changed
 * out: phonelist.read, phone.asked, phone.passed (also in her slot)
 */
#ifndef YT_FEATURE_PHONELIST_PHONELIST_H
#define YT_FEATURE_PHONELIST_PHONELIST_H

#include "core/job/job.h"
#include "core/module.h"

#define PHONELIST_NAME_MAX 40
#define PHONELIST_TEXT_MAX 200   /* source, basis */
#define PHONELIST_STAFF_MAX 500
#define PHONELIST_ROWS_MAX 100000
#define PHONELIST_LABEL_MAX 40   /* characters of a name in the file that are kept */
#define PHONELIST_DAY_MAX 20     /* numbers a day and staff, unless set otherwise */
#define PHONELIST_DAY_TOP 200    /* what the setting may say at most */
#define PHONELIST_GUESS_MS (72 * MS_HOUR)
#define PHONELIST_ASKED_SHOWN 100 /* numbers asked before, on the page of staff */
#define PHONELIST_JOB_READ "phonelist.read"
#define PHONELIST_JOB_SPREAD "phonelist.spread"
#define PHONELIST_MATCH "phonelist.match"
#define PHONELIST_STATES "todo,asked,passed,not_found,refused,friend"

#define PHONELIST_READ_FIELDS(F, S)                                                             \
	F(S, ID, list) F(S, STR, source) F(S, STR, basis) F(S, I64, total) F(S, I64, refused) F(S, I64, friends)
RECORD(phonelist_done, PHONELIST_READ_FIELDS);
#define PHONE_ASKED_FIELDS(F, S) F(S, ID, list) F(S, ID, row) F(S, ID, staff) F(S, STR, state, .one_of = PHONELIST_STATES)
RECORD(phone_asked, PHONE_ASKED_FIELDS);
#define PHONE_PASSED_FIELDS(F, S)                                                               \
	F(S, ID, list) F(S, STR, name, .doc = "of the list") F(S, ID, row) F(S, ID, staff) F(S, STR, how, .one_of = "remark,bound,tap")
RECORD(phone_passed, PHONE_PASSED_FIELDS);

/* Which columns hold what; ERR_INPUT when none holds phones, or there are too many rows. */
struct phonelist_columns { size_t phone, name; i64 rows; };
err phonelist_look(struct cx *cx, str bytes, struct phonelist_columns *ret);
err phonelist_read_step(struct cx *cx, struct job *job, bool *ret_done);
err phonelist_read_dropped(struct tx *tx, const struct job *job);
/* Gives what waits to the staff the list has now, evenly; asked numbers stay with who asked. */
err phonelist_spread_step(struct cx *cx, struct job *job, bool *ret_done);
err phonelist_spread_ask(struct tx *tx, i64 list);

/* ---- staff ---- */

err phonelist_day_max(struct unit *u, i64 *ret);
/* state: asked, not_found, refused, or todo to take it back. Of today's numbers of that staff only. */
err phonelist_mark(struct cx *cx, i64 staff, i64 list, i64 id, str state);
/* The guess is that number (list, id), or none of them (id 0). */
err phonelist_settle(struct cx *cx, i64 staff, i64 customer, i64 list, i64 id);

struct event;
err phonelist_on_friend(struct tx *tx, const struct event *ev);
err phonelist_on_staff(struct tx *tx, const struct event *ev);
err phonelist_match(struct cx *cx, const struct timer_row *row);

struct todo_list;
err phonelist_todos(struct cx *cx, i64 staff, struct todo_list *ret);

extern const struct route phonelist_routes[], phonelist_staff_routes[];

#endif
