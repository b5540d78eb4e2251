/*
 * The simulator's model: plain objects in one arena that lives as long as the simulator.
 *
 * Each kind has a field list, so that the snapshot (sim_store.c) writes and reads it by records;
 * what follows the list in a struct is derived (links, indexes) and rebuilt on load. Objects refer
 * to each other by number (index in their array), which the snapshot keeps. Nothing is ever removed
 * from an array: what is gone is marked, so numbers stay true. Maps hold pointers to objects.
 */
#ifndef YT_SIM_MODEL_H
#define YT_SIM_MODEL_H

#include "base/map.h"
#include "base/record.h"
#include "base/vec.h"
#include "sim/sim.h"

#define SIM_DEPT_FIELDS(F, S) F(S, I64, id) F(S, STR, name) F(S, I64, parent) F(S, I64, order)
struct sim_dept { SIM_DEPT_FIELDS(RECORD_MEMBER_, sim_dept) };

/* diligence, in percent: how surely this member confirms a task. half: "no verification" is on, so
 * who adds from outside is a half contact first. full: has as many customers as a member may. welcome: the admin console has a welcome for the
 * member, so events carry no code. */
#define SIM_STAFF_FIELDS(F, S)                                                                 \
	F(S, STR, userid) F(S, STR, name) F(S, STR, mobile) F(S, STR, position)                \
	F(S, IDS, depts) F(S, BOOL, active) F(S, BOOL, realname) F(S, BOOL, follow)            \
	F(S, BOOL, visible) F(S, BOOL, left) F(S, BOOL, half) F(S, BOOL, welcome)              \
	F(S, I64, diligence) F(S, I64, weight) F(S, I64, gender) F(S, BOOL, full)
struct sim_staff {
	SIM_STAFF_FIELDS(RECORD_MEMBER_, sim_staff)
	i64 number;
	VEC(struct sim_relation *) relations;
};

/* period and received count mass messages in the current quota period. */
#define SIM_PERSON_FIELDS(F, S)                                                                \
	F(S, STR, xid) F(S, STR, name) F(S, STR, unionid) F(S, STR, openid) F(S, STR, phone)   \
	F(S, STR, avatar) F(S, I64, gender) F(S, I64, type) F(S, STR, corp_name)               \
	F(S, I64, period) F(S, I64, received) F(S, I64, taste) F(S, I64, orders) F(S, BOOL, gone)
struct sim_person {
	SIM_PERSON_FIELDS(RECORD_MEMBER_, sim_person)
	i64 number;
	struct sim_relation *first; /* newest first */
};

/* REL_CUSTOMER_LEFT: the customer deleted the member; one-way, still readable. REL_HALF: added, not
 * added back. REL_ASKED: waits for the member to accept. */
enum sim_rel { REL_BOTH, REL_CUSTOMER_LEFT, REL_STAFF_LEFT, REL_HALF, REL_ASKED };
#define SIM_RELATION_FIELDS(F, S)                                                              \
	F(S, I64, staff) F(S, I64, person) F(S, I64, status) F(S, MS, created) F(S, I64, add_way) \
	F(S, STR, state) F(S, STR, remark) F(S, STR, description) F(S, STR, remark_corp)       \
	F(S, STRS, mobiles) F(S, IDS, tags) F(S, STRS, own_tags) F(S, STR, oper)               \
	F(S, BOOL, chatted) F(S, MS, last_chat) F(S, BOOL, coded)
struct sim_relation {
	SIM_RELATION_FIELDS(RECORD_MEMBER_, sim_relation)
	i64 number;
	struct sim_relation *next; /* of the person */
};

#define SIM_GROUP_FIELDS(F, S) \
	F(S, STR, id) F(S, STR, name) F(S, MS, created) F(S, I64, order) F(S, BOOL, deleted) F(S, BOOL, ours)
struct sim_group {
	SIM_GROUP_FIELDS(RECORD_MEMBER_, sim_group)
	i64 number;
	VEC(struct sim_tag *) tags;
};

/* ours: made by the app, which may change only such tags. */
#define SIM_TAG_FIELDS(F, S)                                                                   \
	F(S, STR, id) F(S, I64, group) F(S, STR, name) F(S, MS, created) F(S, I64, order)      \
	F(S, BOOL, deleted) F(S, BOOL, ours)
struct sim_tag { SIM_TAG_FIELDS(RECORD_MEMBER_, sim_tag) i64 number; };

#define SIM_WAY_FIELDS(F, S)                                                                   \
	F(S, STR, config_id) F(S, I64, type) F(S, I64, scene) F(S, I64, style) F(S, STR, remark) \
	F(S, BOOL, skip_verify) F(S, STR, state) F(S, STRS, users) F(S, IDS, parties)          \
	F(S, BOOL, is_temp) F(S, I64, expires_in) F(S, I64, chat_expires_in) F(S, STR, unionid) \
	F(S, BOOL, exclusive) F(S, MS, created) F(S, BOOL, deleted) F(S, I64, weight)
#define SIM_WAY_LINK 9 /* an acquisition link: no contact way, kept as one */
struct sim_way { SIM_WAY_FIELDS(RECORD_MEMBER_, sim_way) i64 number; };

#define SIM_MEDIA_FIELDS(F, S) \
	F(S, STR, id) F(S, STR, type) F(S, STR, name) F(S, STR, content_type) F(S, BYTES, bytes) F(S, MS, created)
struct sim_media { SIM_MEDIA_FIELDS(RECORD_MEMBER_, sim_media) };

/* One task; staffs[i] has state task_state[i] (0 unsent, 2 sent) at staff_at[i]; recipient j is
 * people[j] of member owner[j] with result[j] (0..3) at result_at[j]. */
#define SIM_TASK_FIELDS(F, S)                                                                  \
	F(S, STR, msgid) F(S, MS, created) F(S, STR, content) F(S, BOOL, cancelled)            \
	F(S, IDS, staffs) F(S, IDS, staff_state) F(S, IDS, staff_at)                           \
	F(S, IDS, people) F(S, IDS, owner) F(S, IDS, result) F(S, IDS, result_at)              \
	F(S, IDS, reminds) F(S, STR, url) F(S, STR, creator) F(S, BOOL, groups)
/* groups: people are numbers of chats. */
struct sim_task { SIM_TASK_FIELDS(RECORD_MEMBER_, sim_task) i64 number; };

#define SIM_CODE_FIELDS(F, S) F(S, STR, code) F(S, I64, relation) F(S, MS, made) F(S, MS, used)
struct sim_code { SIM_CODE_FIELDS(RECORD_MEMBER_, sim_code) };

#define SIM_DAYSTAT_FIELDS(F, S)                                                               \
	F(S, I64, staff) F(S, I64, day) F(S, I64, applies) F(S, I64, contacts) F(S, I64, chats) \
	F(S, I64, messages) F(S, I64, negatives)
struct sim_daystat { SIM_DAYSTAT_FIELDS(RECORD_MEMBER_, sim_daystat) };

/* A customer group; what is in it are seats. version counts changes of membership and becomes the member_version. */
#define SIM_CHAT_FIELDS(F, S)                                                                  \
	F(S, STR, id) F(S, STR, name) F(S, I64, owner) F(S, STR, notice) F(S, MS, created)     \
	F(S, I64, status) F(S, BOOL, gone) F(S, IDS, admins) F(S, I64, version) \
	F(S, I64, period) F(S, I64, received)
struct sim_chat { SIM_CHAT_FIELDS(RECORD_MEMBER_, sim_chat) i64 number; VEC(struct sim_seat *) seats; };

/* One of staff and person is -1. scene: 1 invited, 2 by a link, 3 by a code; invitor: -1 nobody of the corp. */
#define SIM_SEAT_FIELDS(F, S)                                                                  \
	F(S, I64, chat) F(S, I64, staff) F(S, I64, person) F(S, MS, joined) F(S, I64, scene)   \
	F(S, STR, state) F(S, I64, invitor) F(S, STR, nick) F(S, BOOL, gone)
struct sim_seat { SIM_SEAT_FIELDS(RECORD_MEMBER_, sim_seat) };

#define SIM_JOIN_FIELDS(F, S)                                                                  \
	F(S, STR, config_id) F(S, I64, scene) F(S, STR, remark) F(S, BOOL, auto_create)        \
	F(S, STR, base_name) F(S, I64, base_id) F(S, STRS, chats) F(S, STR, state) F(S, BOOL, deleted)
struct sim_join { SIM_JOIN_FIELDS(RECORD_MEMBER_, sim_join) };

#define SIM_HELLO_FIELDS(F, S) F(S, STR, id) F(S, STR, content) F(S, BOOL, ours) F(S, BOOL, deleted)
struct sim_hello { SIM_HELLO_FIELDS(RECORD_MEMBER_, sim_hello) };

struct sim_chats {
	VEC(struct sim_chat *) chats;
	VEC(struct sim_seat *) seats;
	VEC(struct sim_join *) joins;
	VEC(struct sim_hello *) hellos;
	struct map chat_by_id, join_by_id, hello_by_id;
	i64 full; /* joining by code stops at so many members; 0: SIM_CHAT_FULL */
};

/* What falls due later; a, b, c mean what the kind says (sim_people.c, sim_callback.c). */
enum sim_due_kind {
	DUE_CALLBACK, DUE_CONFIRM, DUE_DAY, DUE_ARRIVE, DUE_CHAT, DUE_BUY, DUE_LEAVE, DUE_DROP, DUE_TAG,
	DUE_STRANGER, DUE_ACCEPT, DUE_VISIT, DUE_ADD_BACK, DUE_TRANSFER,
	DUE_OA, /* text: a push of the official account */
	DUE_POST, DUE_REACT, /* Moments: a member posts; a person of the range (b / 2) likes, or (b odd) comments */
};
#define SIM_DUE_FIELDS(F, S) \
	F(S, MS, at) F(S, I64, seq) F(S, I64, kind) F(S, I64, a) F(S, I64, b) F(S, STR, text)
struct sim_due { SIM_DUE_FIELDS(RECORD_MEMBER_, sim_due) };

#endif
