/*
 * calendar 活动日历: what is to be posted when, by whom, and in which way; planned and reminded of, not sent.
 *
 * An entry recurs (once, daily, on weekdays, monthly, quarterly) at a minute of the corp's day. Its way says what it
 * costs: 群群发 is one tap of the owner for all her groups but uses their quota; a toolbar post uses none and is one
 * act per group; Moments and the official account are one act. The planner walks the entries of a span in their
 * order of time and sums quota and acts per owner. What does not fit the quota is over; an entry that allows it is
 * degraded to toolbar posts there, any other is refused when it is saved.
 *
 * What must stay true:
 * - the same entries and holidays give the same days, on every machine
 * - a day that does not exist (the 31st of a short month) is the last one of that month
 * - a shifted entry moves to the nearest day that is no holiday, once: it never stands twice on a day
 * - owners see their own entries only; who plans sees all
 * - who left posts nothing: whoever gets a group of hers owns her entries for groups too; an entry of which every owner
 *   has left goes on with none, is shown as needing one and told as bare until it has one, is removed or has run out
 *
 * Quota counts what is planned here; members' own sends are known when they have happened, not before.
 *
 * in:  group.created, .changed, .dissolved; staff.changed
 * out: calendar.saved, .done, .bare, .owned; timer calendar.night
 */
#ifndef YT_FEATURE_CALENDAR_CALENDAR_H
#define YT_FEATURE_CALENDAR_CALENDAR_H

#include "base/recur.h"
#include "core/cx.h"
#include "core/module.h"

#define CALENDAR_ENTRIES_MAX 500
#define CALENDAR_OWNERS_MAX 100
#define CALENDAR_SPAN_MAX 92       /* days of one question, and how far an entry is checked when saved */
#define CALENDAR_HOLIDAYS_MAX 400
#define CALENDAR_TITLE_MAX 40
#define CALENDAR_CONTENT_MAX 1000
#define CALENDAR_SHIFT_MAX 31      /* days an entry is moved at most; beyond that it is left out */
#define CALENDAR_NIGHT "calendar.night"
#define CALENDAR_NIGHT_MS (5 * MS_HOUR) /* after the day began: before the first post of a morning */
#define CALENDAR_WAYS "group_mass,toolbar,moments,official"
#define CALENDAR_SHIFTS "keep,skip,before,after"

#define CALENDAR_ENTRY_FIELDS(F, S)                                             \
	F(S, ID, id) F(S, STR, title) F(S, STR, content) F(S, STR, way) F(S, STR, repeat) F(S, I64, at_minute) \
	F(S, I64, weekdays) F(S, I64, month_day) F(S, I64, first_day) F(S, I64, last_day, .opt = true) F(S, STR, shift) \
	F(S, BOOL, degrade) F(S, MS, created) F(S, I64, version)
RECORD(calendar_entry, CALENDAR_ENTRY_FIELDS);

/* Ascending day numbers. */
struct calendar_days { const i64 *v; size_t n; };
/* The days of an entry within from..to, both included, ascending. */
err calendar_dates(struct arena *a, const struct calendar_entry *e, const struct calendar_days *holidays, i64 from, i64 to,
		   struct ids *ret);

struct calendar_owned { struct calendar_entry entry; struct ids owners; };
struct calendar_place {
	const struct calendar_owned *of;
	i64 day;
	bool degraded, over; /* over: the quota of an owner does not hold it */
	i64 over_owner;
};
enum calendar_quota { CALENDAR_BY_MONTH, CALENDAR_BY_WEEK, CALENDAR_BY_DAY };
struct calendar_load { i64 staff, groups, mass, over, acts; }; /* of a span: mass sends, those over, acts */
struct calendar_groups { const i64 *staff, *groups; size_t n; };
struct calendar_plan { struct calendar_place *v; size_t n; struct calendar_load *loads; size_t load_count; };
/* Days and minutes in order. Quota windows that begin before `from` are counted from their beginning. */
err calendar_plan_make(struct arena *a, const struct calendar_owned *entries, size_t count, const struct calendar_days *holidays,
		       const struct calendar_groups *groups, enum calendar_quota quota, i64 from, i64 to, struct calendar_plan *ret);
i64 calendar_window(enum calendar_quota quota, i64 day, i64 *ret_max); /* its number, and how many it holds */

#define CALENDAR_SAVED_FIELDS(F, S) F(S, ID, entry) F(S, STR, what, .one_of = "made,changed,removed")
RECORD(calendar_saved, CALENDAR_SAVED_FIELDS);
#define CALENDAR_SAID_FIELDS(F, S) F(S, ID, entry) F(S, ID, staff) F(S, I64, day) F(S, STR, state, .one_of = "done,skipped")
RECORD(calendar_said, CALENDAR_SAID_FIELDS);
/* calendar.bare, calendar.owned */
#define CALENDAR_BARE_FIELDS(F, S) F(S, ID, id) F(S, STR, name, .opt = true)
RECORD(calendar_bare, CALENDAR_BARE_FIELDS);

struct todo_list;
err calendar_todos(struct cx *cx, i64 staff, struct todo_list *ret);
err calendar_on_group(struct tx *tx, const struct event *ev);
err calendar_on_owner(struct tx *tx, const struct event *ev);
err calendar_on_staff(struct tx *tx, const struct event *ev);
err calendar_bare_look(struct tx *tx); /* tells which entries have come to be without an owner, and which no longer are */
err calendar_night(struct cx *cx, const struct timer_row *row);

extern const struct route calendar_routes[], calendar_work_routes[];
extern const struct module calendar_module;

#endif
