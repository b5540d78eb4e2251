/*
 * groupcast SOP 群SOP: posts to groups by a plan: on days of the calendar, or so many days after each group was made.
 *
 * When a post is due, the owners of its groups get one group cast with what it says (groupcast.h): a task each in WeCom,
 * one tap to send. Which groups are meant is asked anew each time: those of a class, with a tag, of owners, all that is
 * said holding at once, and only those of owners its maker sees.
 *
 * What must stay true:
 *  - A post of one moment is one cast at most: its key is that moment and its place in the plan.
 *  - It is asked at most RECUR_LATE_MS late; later it is missed, and a cast without groups says so.
 *  - What comes due during a pause is left out; a pause that is undone never was: what came due meanwhile is asked late,
 *    or missed, as after a stop of the program.
 *  - Caps, quiet hours and deadlines are those of every group cast.
 *
 * SOPs lie in the base slot; one timer each holds the next moment.
 *
 * in: nothing   out: groupsop.ran; timer groupcast.sop
 */
#ifndef YT_FEATURE_GROUPCAST_GROUPCAST_SOP_H
#define YT_FEATURE_GROUPCAST_GROUPCAST_SOP_H

#include "base/recur.h"
#include "feature/groupcast/groupcast_int.h"

#define GROUPCAST_SOP "groupcast.sop" /* the timer */
#define GROUPCAST_SOP_BY "sop"        /* the caller of its casts */
#define GROUPCAST_SOPS_MAX 100
#define GROUPCAST_SOP_STEPS_MAX 60
#define GROUPCAST_SOP_DAYS_MAX 365
#define GROUPCAST_AHEAD_MS (7 * MS_DAY) /* what a pause would stop is counted so far ahead */
#define GROUPCAST_DAY_CHARS 10

/* By `day`: so many days after the group was made, 0 the same day; without it by the rule. */
#define GROUPCAST_STEP_FIELDS(F, S)                                                                \
	F(S, I64, at_minute, .max = RECUR_DAY_MINUTES - 1, .doc = "of the company's day")         \
	F(S, I64, day, .opt = true, .max = GROUPCAST_SOP_DAYS_MAX, .doc = "so many days after the group was made; else by the rule") \
	F(S, STR, every, .opt = true, .one_of = RECUR_EVERY) F(S, I64, weekdays, .opt = true, .min = 1, .max = 127, .doc = "bit 0 is Monday") \
	F(S, I64, month_day, .opt = true, .min = 1, .max = 31)                                     \
	F(S, STR, first_day, .opt = true, .min = GROUPCAST_DAY_CHARS, .max = GROUPCAST_DAY_CHARS)  \
	F(S, STR, last_day, .opt = true, .min = GROUPCAST_DAY_CHARS, .max = GROUPCAST_DAY_CHARS)   \
	F(S, OBJ, content, .of = &content_record)
RECORD(groupcast_step, GROUPCAST_STEP_FIELDS);
#define GROUPCAST_WHICH_FIELDS(F, S)                                                               \
	F(S, IDS, owner_ids, .opt = true, .max = GROUPCAST_OWNERS_MAX) F(S, ID, class_id, .opt = true) \
	F(S, STR, word, .opt = true, .max = 20, .doc = "a tag of groups")
RECORD(groupcast_which, GROUPCAST_WHICH_FIELDS);
#define GROUPCAST_PLAN_FIELDS(F, S)                                                                \
	GROUPCAST_WHICH_FIELDS(F, S) F(S, LIST, steps, .min = 1, .max = GROUPCAST_SOP_STEPS_MAX, .of = &groupcast_step_record)
RECORD(groupcast_plan, GROUPCAST_PLAN_FIELDS);

#define GROUPCAST_SOP_FIELDS(F, S)                                                                 \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = "running,paused,ended") F(S, STR, plan) F(S, MS, upto) \
	F(S, MS, next, .opt = true) F(S, ID, made_by) F(S, ID, viewed_by) F(S, MS, created) F(S, I64, version)
RECORD(groupcast_sop, GROUPCAST_SOP_FIELDS);
#define GROUPCAST_RAN_FIELDS(F, S) \
	F(S, ID, sop) F(S, I64, step) F(S, MS, due) F(S, STR, state, .one_of = "asked,missed,nobody,failed") F(S, ID, cast) F(S, I64, groups)
RECORD(groupcast_ran, GROUPCAST_RAN_FIELDS);
/* What an owner was asked to send for it, and did. */
#define GROUPCAST_DUTY_FIELDS(F, S) \
	F(S, ID, owner) F(S, I64, tasks) F(S, I64, executed) F(S, I64, open) F(S, MS, open_since, .opt = true)
RECORD(groupcast_duty, GROUPCAST_DUTY_FIELDS);

READ_MANY(groupcast_sop_all, none, groupcast_sop,
	SQL(SELECT id, name, state, plan, upto, next, made_by, viewed_by, created, version FROM groupcast_sop
		WHERE corp = :corp ORDER BY id DESC))
READ_ONE(groupcast_sop_get, groupcast_id, groupcast_sop,
	SQL(SELECT id, name, state, plan, upto, next, made_by, viewed_by, created, version FROM groupcast_sop
		WHERE corp = :corp AND id = :id))
READ_ONE(groupcast_sop_count, none, groupcast_n, SQL(SELECT COUNT(*) AS n FROM groupcast_sop WHERE corp = :corp AND state <> 'ended'))
WRITE(groupcast_sop_insert, groupcast_sop,
	SQL(INSERT INTO groupcast_sop (corp, id, name, state, plan, upto, next, made_by, viewed_by, created, version)
		VALUES (:corp, :id, :name, :state, :plan, :upto, :next, :made_by, :viewed_by, :created, :version)))
/* version is the one that was read; the row goes one up. */
WRITE(groupcast_sop_update, groupcast_sop,
	SQL(UPDATE groupcast_sop SET name = :name, state = :state, plan = :plan, upto = :upto, next = :next, made_by = :made_by,
			viewed_by = :viewed_by, version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))
READ_MANY(groupcast_duties, groupcast_id, groupcast_duty,
	SQL(SELECT p.owner AS owner, COUNT(*) AS tasks, COUNT(p.confirmed_at) AS executed,
			COUNT(*) FILTER (WHERE p.state = 'created' AND p.confirmed_at IS NULL) AS open,
			MIN(p.sent_at) FILTER (WHERE p.state = 'created' AND p.confirmed_at IS NULL) AS open_since
		FROM groupcast c JOIN groupcast_part p ON p.corp = c.corp AND p.cast_id = c.id
		WHERE c.corp = :corp AND c.caller = 'sop' AND c.by_id = :id AND p.msgid IS NOT NULL
			AND (:scope = 0 OR p.owner IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY p.owner ORDER BY p.owner))

err groupcast_plan_read(struct arena *a, str json, struct groupcast_plan *ret);
str groupcast_plan_json(struct arena *a, const struct groupcast_plan *plan);
/* The groups meant, of owners that scope sees (0: all); step not NULL: that post's, due at `at`. */
err groupcast_which_groups(const struct snap *s, const struct groupcast_plan *plan, i64 scope, const struct groupcast_step *step, ms at,
			   struct groupcast_choice *ret);
/* In the base slot. Fills id, upto, next. */
err groupcast_sop_add(struct tx *tx, struct groupcast_sop *r);
err groupcast_sop_edit(struct tx *tx, struct groupcast_sop *r);
err groupcast_sop_turn(struct tx *tx, i64 id, const char *state, bool undo);
/* Posts that come due within GROUPCAST_AHEAD_MS for groups there are now; and what owners were asked and have not sent. */
struct groupcast_ahead { i64 posts, groups, open; ms next, until; };
err groupcast_sop_ahead(const struct snap *s, const struct groupcast_sop *r, struct groupcast_ahead *ret);
struct timer_row;
err groupcast_sop_due(struct cx *cx, const struct timer_row *row);

extern const struct route groupcast_sop_routes[];

#endif
