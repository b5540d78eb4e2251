/*
 * live code 渠道活码: a WeCom contact way with our name on it: who answers, which tags, channel and
 * welcome a person gets who comes by it.
 *
 * Three kinds. *direct* 直连码: WeCom's own QR picture; no event reports a scan and WeCom picks the member, so it
 * counts adds and losses only, a rota replaces the list of members, and a daily cap may be overshot by the adds in
 * flight. *relay* 中转码: a door of ours first, which shows the picture of one member's own contact way: visits are
 * counted, weights are kept exactly, a cap is never passed by what is shown, and the code may lead to a group
 * instead. *link* 获客链接: an acquisition link; what stood in the address comes back with the add.
 *
 * `state` (WeCom's, at most 30 characters) is ours, random, unique and never changes: it comes back with every add,
 * and it is how a contact way whose creation reply was lost is found again. The parameters of an advertisement are
 * kept whole under the key of a door, which travels as the link's customer_channel: the state, a dot, the key. Contact ways are always of the
 * "multiple" type, so that staff can change later.
 *
 * Who is left, out of the app's range or switched off serves no code from that moment; a code nobody can answer any
 * more raises livecode.alarm.
 *
 * out: livecode.saved, .ready, .failed, .removed, .alarm, .calmed, .came; acquire.low, .eased; outbox livecode.create, .update, .delete, .remark.
 * in: follow.added, follow.lost, follow.dropped, contact.fetched, staff.changed
 */
#ifndef YT_FEATURE_LIVECODE_LIVECODE_H
#define YT_FEATURE_LIVECODE_LIVECODE_H

#include "core/door/door.h"
#include "core/reach/content.h"
#include "core/reach/enclose.h"
#include "core/tag/tag.h"

#define LIVECODE_NAME_MAX 30 /* WeCom's remark */
#define LIVECODE_STAFF_MAX WECOM_WAY_USERS_MAX
#define LIVECODE_TAGS_MAX 50
#define LIVECODE_STATE_CHARS 12
#define LIVECODE_PLACES_MAX 500000 /* contact ways and join ways of a corp together */
#define LIVECODE_WEIGHT_MAX 100
#define LIVECODE_CAP_MAX 10000
#define LIVECODE_SHIFTS_MAX 100
#define LIVECODE_BLOCKED_MAX 50
#define LIVECODE_BATCH_ROWS_MAX 2000
#define LIVECODE_REMARK_MAX 40 /* of the pattern; what comes out is cut to WeCom's 20 */
#define LIVECODE_POOL_MAX 1000
#define LIVECODE_KINDS "direct,relay,link"
#define LIVECODE_LEADS "friend,group,friend_group"
#define LIVECODE_DOOR "livecode"
#define LIVECODE_PARTNER_DOOR "partner"
#define LIVECODE_GROUP_DOOR "groupcode" /* of the feature that owns group codes */

/* Hours of a week: bit 0 of days is Monday, minutes of the corp's own day, `to` not included. */
#define WEEK_SPAN(F, S) F(S, I64, days, .min = 1, .max = 127) F(S, I64, from, .min = 0, .max = 1439) F(S, I64, to, .min = 1, .max = 1440)
#define LIVECODE_MEMBER_FIELDS(F, S)                                             \
	F(S, ID, staff) F(S, I64, weight, .min = 1, .max = LIVECODE_WEIGHT_MAX)  \
	F(S, I64, cap, .min = 0, .max = LIVECODE_CAP_MAX, .doc = "adds a day; 0: no cap") \
	F(S, BOOL, backup, .doc = "serves only when nobody else can")
RECORD(livecode_member, LIVECODE_MEMBER_FIELDS);
#define LIVECODE_SHIFT_FIELDS(F, S) WEEK_SPAN(F, S) F(S, IDS, staff, .min = 1, .max = LIVECODE_STAFF_MAX)
RECORD(livecode_shift, LIVECODE_SHIFT_FIELDS);
#define LIVECODE_WINDOW_FIELDS(F, S) WEEK_SPAN(F, S)
RECORD(livecode_window, LIVECODE_WINDOW_FIELDS);

#define LIVECODE_PLAN_FIELDS(F, S)                                               \
	F(S, LIST, members, .opt = true, .of = &livecode_member_record, .max = LIVECODE_STAFF_MAX) \
	F(S, LIST, shifts, .opt = true, .of = &livecode_shift_record, .max = LIVECODE_SHIFTS_MAX) \
	F(S, LIST, pass, .opt = true, .of = &livecode_window_record, .max = LIVECODE_SHIFTS_MAX, .doc = "when friends pass by themselves; none: skip_verify says it") \
	F(S, STR, remark, .opt = true, .max = LIVECODE_REMARK_MAX, .doc = "{name} {channel} {date}") \
	F(S, STRS, blocked, .opt = true, .max = LIVECODE_BLOCKED_MAX, .doc = "words of names that get no tags and no remark") \
	F(S, LIST, greetings, .opt = true, .of = &content_slot_record, .max = LIVECODE_SHIFTS_MAX) \
	F(S, STR, leads, .opt = true, .one_of = LIVECODE_LEADS) F(S, ID, group, .opt = true) \
	F(S, I64, pool, .opt = true, .min = 0, .max = LIVECODE_POOL_MAX, .doc = "visitor pictures of a relay code, one a click with parameters")
RECORD(livecode_plan, LIVECODE_PLAN_FIELDS);

/* The body of livecode.saved; other features read the parts they need. */
#define LIVECODE_SAVED_FIELDS(F, S)                                             \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .doc = "WeCom's state")   \
	F(S, STR, channel) F(S, BOOL, skip_verify) F(S, IDS, staff) F(S, IDS, tags) \
	F(S, OBJ, welcome, .opt = true, .of = &content_record) \
	F(S, LIST, greetings, .opt = true, .of = &content_slot_record) \
	F(S, STR, kind, .opt = true) F(S, STR, campaign, .opt = true) F(S, STR, spot, .opt = true)
RECORD(livecode_saved, LIVECODE_SAVED_FIELDS);

/* livecode.ready, livecode.failed, livecode.removed, livecode.alarm (code says why), livecode.calmed */
#define LIVECODE_RESULT_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, config_id, .opt = true) F(S, STR, qr_url, .opt = true) F(S, STR, code, .opt = true) \
	F(S, ID, staff, .opt = true, .doc = "whose own contact way, of a relay code") \
	F(S, I64, visitor, .opt = true, .doc = "which visitor picture") F(S, STR, name, .opt = true)
RECORD(livecode_result, LIVECODE_RESULT_FIELDS);

/* livecode.came: she came by a code; params are those of the advertisement. */
#define LIVECODE_CAME_FIELDS(F, S) \
	F(S, ID, livecode) F(S, STR, name) F(S, ID, staff) F(S, STR, key, .opt = true) F(S, STR, params, .opt = true) \
	F(S, BOOL, expired, .doc = "a visitor picture shown too long ago") F(S, STR, channel, .opt = true)
RECORD(livecode_came, LIVECODE_CAME_FIELDS);

/* acquire.low, acquire.eased */
#define ACQUIRE_BALANCE_FIELDS(F, S) F(S, I64, balance)
RECORD(acquire_balance, ACQUIRE_BALANCE_FIELDS);

/* What the outbox carries: the whole contact way, so that a sender reads nothing else. */
#define LIVECODE_TASK_FIELDS(F, S)                                              \
	F(S, ID, id) F(S, STR, name) F(S, STR, state) F(S, STR, config_id, .opt = true) \
	F(S, BOOL, skip_verify) F(S, STRS, users) F(S, ID, staff, .opt = true) F(S, STR, kind, .opt = true) \
	F(S, I64, visitor, .opt = true)
RECORD(livecode_task, LIVECODE_TASK_FIELDS);

struct livecode_edit {
	str name, channel;
	struct ids staff, tags;
	bool skip_verify;
	const struct content *welcome; /* NULL: none */
	str kind, spot, campaign;      /* kind nil: direct; never changes */
	i64 cost, store, partner, batch; /* 0: none; store: an outlet's number */
	const struct livecode_plan *plan; /* NULL: everybody always */
};

/* In the corp's base slot. Checks staff and tags; the contact way is made by the sender afterwards. */
err livecode_create(struct tx *tx, const struct livecode_edit *in, i64 *ret_id);
err livecode_change(struct tx *tx, i64 id, i64 version, const struct livecode_edit *in);
err livecode_remove(struct tx *tx, i64 id);
/* A further key of a link, or of a relay code with visitor pictures, with an advertisement's parameters. */
err livecode_key_add(struct tx *tx, i64 id, str params, str *ret_key);

extern const struct route livecode_routes[], livecode_stat_routes[], livecode_spot_routes[], livecode_batch_routes[], livecode_partner_routes[];

#endif
