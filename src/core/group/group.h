/*
 * group 客户群: customer groups and who sits in them, mirrored from WeCom.
 *
 * What groupchat/get says is the truth; a callback only says that it must be asked again (some seconds later, because
 * WeCom's own copies lag) and how somebody went, which no call tells afterwards. So duplicated, reordered and lost
 * callbacks cannot leave the mirror wrong: the next reading, at the latest the nightly one, sets it right. A reading
 * that began before the one last kept changes nothing.
 *
 * Groups and members lie in the corp's base slot. An outsider is a customer when her external_userid or her unionid
 * is known; then joining and leaving are events of hers, in her slot. Others are kept by WeCom's id, and become
 * customers in their groups too when they become friends. Of groups older than a day the first reading tells of
 * customers alone, so that a first sync writes no million strangers into the journal.
 *
 * out: group.created, group.changed, group.dissolved, group.joined, group.left   in: follow.added
 */
#ifndef YT_CORE_GROUP_GROUP_H
#define YT_CORE_GROUP_GROUP_H

#include "core/module.h"
#include "port/wecom/wecom_group.h"
#include "port/wecom/wecom_limits.h"

#define GROUP_LAG_MS (2 * MS_SECOND)  /* between an event and a reading that shows it; also the width of one asking */
#define GROUP_YOUNG_MS MS_DAY         /* a group not older is new to WeCom too: all its joins are told */
#define GROUP_SYNC_AT_ONCE 20         /* groups read in a step */
#define GROUP_NIGHT_MS (3 * MS_HOUR)  /* when the nightly reading begins */
#define GROUP_ATTR_COUNT 300

#define GROUP_CHAT_FIELDS(F, S)                                                          \
	F(S, ID, id) F(S, STR, chat_id) F(S, STR, name) F(S, ID, owner, .opt = true, .doc = "staff") \
	F(S, STR, notice) F(S, STR, admins) F(S, I64, status) F(S, STR, version)         \
	F(S, I64, members) F(S, I64, externals) F(S, I64, customers)                     \
	F(S, MS, created, .opt = true) F(S, MS, known) F(S, MS, fetched) F(S, MS, dissolved, .opt = true)
RECORD(group_chat, GROUP_CHAT_FIELDS);

#define GROUP_MEMBER_FIELDS(F, S)                                                        \
	F(S, ID, chat) F(S, STR, member) F(S, I64, kind) F(S, ID, customer, .opt = true) \
	F(S, STR, name, .opt = true, .pii = true) F(S, MS, joined) F(S, I64, scene)      \
	F(S, STR, state, .opt = true) F(S, STR, invitor, .opt = true) F(S, I64, times)   \
	F(S, MS, quit_told, .opt = true) F(S, I64, quit_scene, .opt = true) F(S, MS, gone, .opt = true)
RECORD(group_member, GROUP_MEMBER_FIELDS);

/* group.created, group.changed, group.dissolved */
#define GROUP_EVENT_FIELDS(F, S)                                                         \
	F(S, ID, group) F(S, STR, chat_id) F(S, STR, name) F(S, ID, owner, .opt = true, .doc = "staff") \
	F(S, I64, members) F(S, STR, change, .opt = true, .doc = "name, owner, notice, admins, status: what is new, by commas") \
	F(S, ID, before, .opt = true, .doc = "staff: whose it was until then")
RECORD(group_event, GROUP_EVENT_FIELDS);

/* group.joined, group.left; about her when she is a customer. */
#define GROUP_SEAT_EVENT_FIELDS(F, S)                                                    \
	F(S, ID, group) F(S, STR, chat_id) F(S, STR, group_name) F(S, STR, member)       \
	F(S, STR, way, .doc = "joined: invited, link, code, unknown; left: self, removed, dissolved, unknown") \
	F(S, STR, state, .opt = true, .doc = "WeCom's state of the code she came by")    \
	F(S, STR, invitor, .opt = true, .doc = "userid") F(S, MS, at, .doc = "when WeCom says it happened") \
	F(S, BOOL, again, .doc = "she was in this group before")                         \
	F(S, BOOL, late, .doc = "she was in it when we first looked, or became a customer in it")
RECORD(group_seat_event, GROUP_SEAT_EVENT_FIELDS);

#define GROUP_SEAT_FIELDS(F, S) \
	F(S, ID, customer) F(S, ID, chat) F(S, MS, since) F(S, STR, state, .opt = true, .doc = "of the code she came by")
RECORD(group_seat, GROUP_SEAT_FIELDS);

err group_get(const struct snap *s, i64 id, struct group_chat *ret);
err group_by_chat_id(const struct snap *s, str chat_id, struct group_chat *ret);
/* The living groups of an owner (staff), behind `after`. */
err group_of_owner(const struct snap *s, i64 owner, i64 after, i64 limit, struct group_chat **ret, size_t *ret_count);
/* Who sits in it, behind `after` (WeCom's id), those who went too when gone. */
err group_members(const struct snap *s, i64 group, str after, bool gone, i64 limit, struct group_member **ret, size_t *ret_count);
/* The seats of a person's leaves, each in its slot; s may speak of any of the corp's. */
err group_seats(const struct snap *s, const i64 *leaves, size_t count, struct group_seat **ret, size_t *ret_count);
/* Living groups of a class and carrying a word, as some module keeps them (struct module); 0, nil: any. */
err group_labelled(const struct snap *s, i64 class, str word, struct ids *ret);
/* Asks WeCom about this group soon; in the base slot. */
err group_ask(struct tx *tx, i64 id, str chat_id);
/* Queues a reading of everything. */
err group_sync_queue(struct tx *tx, str title, i64 *ret_job);

extern const struct module group_module;

#endif
