/*
 * group code 群活码: one picture that never changes and leads into the next group that has room.
 *
 * The printed address is a door of ours; behind it stands a page with WeCom's own group QR (a join way), what is offered
 * to who joins, and a link. A join way holds five groups and fills one after the other up to 200 members, so we lend it the
 * first five of the code's groups that are living and below the threshold, and change them when one fills up or is
 * dissolved. When all are full WeCom makes a further group by its own rule (auto_create), which becomes one of ours when
 * the first visitor is seen in it. A code that may not is `low` when GROUPCODE_WARN_LEFT places are left (187 of 200) and
 * told once; adding groups or people leaving ends it.
 *
 * Asked is a visit of the page, joined an event group.joined with the code's state: who scans WeCom's picture itself is
 * joined without having asked. A join way has no list to look a lost creation up in: it is made again, and the one that
 * was lost leads nobody anywhere, because nobody has its picture.
 *
 * in: group.joined, group.left, group.dissolved, group.changed   out: groupcode.saved, .ready, .failed, .removed, .low, .eased;
 * outbox groupcode.create, .update, .delete; door kind "groupcode"; timer groupcode.look
 */
#ifndef YT_FEATURE_GROUPCODE_GROUPCODE_H
#define YT_FEATURE_GROUPCODE_GROUPCODE_H

#include "core/door/door.h"
#include "core/group/group.h"

#define GROUPCODE_NAME_MAX 30 /* WeCom's remark */
#define GROUPCODE_GROUPS_MAX 50
#define GROUPCODE_THRESHOLD_MIN 2
#define GROUPCODE_WARN_LEFT 13
#define GROUPCODE_OFFER_MAX 200
#define GROUPCODE_LINK_MAX 1000
#define GROUPCODE_STATE_CHARS 12
#define GROUPCODE_DOOR "groupcode"
#define GROUPCODE_LOOK "groupcode.look"

/* groupcode.saved, .ready, .failed, .removed, .low, .eased */
#define GROUPCODE_EVENT_FIELDS(F, S)                                                     \
	F(S, ID, id) F(S, STR, name) F(S, STR, config_id, .opt = true) F(S, STR, qr_url, .opt = true) \
	F(S, STR, code, .opt = true, .doc = "WeCom's errcode") F(S, I64, room, .opt = true, .doc = "places left below the threshold")
RECORD(groupcode_event, GROUPCODE_EVENT_FIELDS);
/* What the outbox carries: whoever sends reads the row, so that two changes in any order leave the newer one. */
#define GROUPCODE_TASK_FIELDS(F, S) F(S, ID, id)
RECORD(groupcode_task, GROUPCODE_TASK_FIELDS);
#define GROUPCODE_LOOK_FIELDS(F, S) F(S, ID, id) F(S, ID, chat, .doc = "a group WeCom has made for it; 0 none")
RECORD(groupcode_look_at, GROUPCODE_LOOK_FIELDS);
/* What the door carries, so that the page reads nothing. */
#define GROUPCODE_PAGE_FIELDS(F, S) F(S, STR, name) F(S, STR, qr) F(S, STR, offer) F(S, STR, link)
RECORD(groupcode_page, GROUPCODE_PAGE_FIELDS);

struct groupcode_edit { str name, base_name, offer, link; struct ids groups; i64 threshold, base_id; bool auto_create; };
/* In the corp's base slot. */
err groupcode_create(struct tx *tx, const struct groupcode_edit *in, i64 *ret_id);
err groupcode_change(struct tx *tx, i64 id, i64 version, const struct groupcode_edit *in);
err groupcode_remove(struct tx *tx, i64 id);

err groupcode_on_seat(struct tx *tx, const struct event *ev);
err groupcode_on_count(struct tx *tx, const struct event *ev);
err groupcode_on_group(struct tx *tx, const struct event *ev);
err groupcode_on_result(struct tx *tx, const struct event *ev);
err groupcode_look(struct cx *cx, const struct timer_row *row);
bool groupcode_door(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret);
err groupcode_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err groupcode_send_update(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err groupcode_send_delete(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
extern const struct route groupcode_routes[];

#endif
