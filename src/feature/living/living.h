/*
 * living 直播: live rooms made here, who watched how long, and their tags.
 *
 * A room is made in WeCom at once; when WeCom's answer is lost nobody knows whether it is there, which is said and
 * not tried again. Its link and the group's code stand with it, to be sent like any other. When WeCom tells that it
 * has ended, or some time after it should have, its viewers are read: customers are kept with their time, staff and
 * people nobody knows are counted. Whoever watched at least so many minutes gets the room's tag. Reading again
 * changes no more than the times.
 *
 * in: wecom.told (living_status_change)   out: living.saved, living.watched (of each customer, once a room)
 */
#ifndef YT_FEATURE_LIVING_LIVING_H
#define YT_FEATURE_LIVING_LIVING_H

#include "core/cx.h"
#include "core/module.h"

#define LIVING_LOOK "living.look"          /* outbox and timer */
#define LIVING_THEME_MAX 20                /* characters: 60 bytes, WeCom's limit */
#define LIVING_MINUTES_MAX 1440
#define LIVING_GRACE_MS (10 * MS_MINUTE)   /* after the planned end we look without being told */
#define LIVING_AGAIN_MS (30 * MS_MINUTE)   /* and then until it has ended */
#define LIVING_LOOKS_MS (2 * MS_DAY)       /* for so long */
#define LIVING_PAGES_MAX 2000              /* of viewers; of a room with more that is said */
#define LIVING_SHOWN_MAX 500               /* viewers on the page */
#define LIVING_STATES "reserved,live,ended,expired,cancelled"

#define LIVING_ROOM_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, STR, livingid) F(S, ID, anchor) F(S, STR, theme) F(S, MS, starts) F(S, I64, minutes) \
	F(S, STR, watch_url, .opt = true) F(S, STR, group_url, .opt = true) F(S, ID, tag, .opt = true) F(S, I64, tag_minutes) \
	F(S, STR, state) F(S, I64, viewers) F(S, I64, members) F(S, I64, strangers) F(S, BOOL, cut) F(S, MS, read_at, .opt = true) \
	F(S, MS, created) F(S, I64, version)
RECORD(living_room, LIVING_ROOM_FIELDS);

#define LIVING_SAVED_FIELDS(F, S) F(S, ID, room) F(S, STR, what, .one_of = "made,changed,cancelled")
RECORD(living_saved, LIVING_SAVED_FIELDS);
#define LIVING_WATCHED_FIELDS(F, S) F(S, ID, room) F(S, STR, theme) F(S, I64, minutes)
RECORD(living_watched, LIVING_WATCHED_FIELDS);
#define LIVING_TASK_FIELDS(F, S) F(S, ID, room)
RECORD(living_task, LIVING_TASK_FIELDS);

/* One page after another, from nil on: at most LIVING_PAGES_MAX; *ret_cut: there are more. page says where it goes on
 * (nil: it was the last). */
err living_pages(err (*page)(void *arg, str from, str *ret_next), void *arg, bool *ret_cut);
err living_on_told(struct tx *tx, const struct event *ev);
err living_on_timer(struct cx *cx, const struct timer_row *row);
err living_look(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

extern const struct route living_routes[];
extern const struct module living_module;

#endif
