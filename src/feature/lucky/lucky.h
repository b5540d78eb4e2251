/*
 * lucky 福利官: one welfare account for everybody, and the group of her own store by itself.
 *
 * No member of staff can hold a city, so "the" account is a pool of like-named ones. The printed code leads to a
 * page of ours that picks one of them by weight among those below the limit of friends less a reserve; when one
 * nears it the others take over, and when all do the page says so. Every account has its own contact way, so an
 * add tells the scheme.
 *
 * Who was added is asked into a group: the link in the account's welcome is a second door, on which she is known by
 * her session (core/guest) and shown the nearest store's group, or that of a store she chooses when she gives no position. Who was asked and sits in no group since is a list.
 *
 * out: lucky.saved, lucky.asked, lucky.joined   in: follow.added, group.joined
 */
#ifndef YT_FEATURE_LUCKY_LUCKY_H
#define YT_FEATURE_LUCKY_LUCKY_H

#include "core/cx.h"
#include "core/door/door.h"
#include "core/module.h"
#include "core/way/way.h"

#define LUCKY_MAX 20 /* of a corp */
#define LUCKY_NAME_MAX 30
#define LUCKY_ACCOUNTS_MAX 50
#define LUCKY_WEIGHT_MAX 100
#define LUCKY_FRIENDS_DEFAULT 20000 /* of one member; the corp's own licence says how many */
#define LUCKY_FRIENDS_MAX 100000
#define LUCKY_RESERVE_PERCENT 2 /* adds in flight: an account this near its limit is passed over */
#define LUCKY_OWNER "lucky" /* of contact ways; their part is the account's staff */

#define LUCKY_ACCOUNT_FIELDS(F, S) F(S, ID, staff) F(S, I64, weight, .min = 1, .max = LUCKY_WEIGHT_MAX)
RECORD(lucky_account_in, LUCKY_ACCOUNT_FIELDS);
#define LUCKY_EDIT_FIELDS(F, S)                                                  \
	F(S, STR, name, .min = 1, .max = LUCKY_NAME_MAX) \
	F(S, I64, friends_max, .opt = true, .min = 100, .max = LUCKY_FRIENDS_MAX, .doc = "how many friends one account may have") \
	F(S, LIST, accounts, .of = &lucky_account_in_record, .min = 1, .max = LUCKY_ACCOUNTS_MAX)
RECORD(lucky_edit, LUCKY_EDIT_FIELDS);

#define LUCKY_SAVED_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, BOOL, removed)
RECORD(lucky_saved, LUCKY_SAVED_FIELDS);
/* lucky.asked, lucky.joined */
#define LUCKY_EVENT_FIELDS(F, S) F(S, ID, lucky) F(S, STR, name) F(S, ID, staff) F(S, ID, group, .opt = true)
RECORD(lucky_event, LUCKY_EVENT_FIELDS);

struct lucky;
err lucky_make(struct tx *tx, const struct lucky_edit *in, i64 *ret_id);
err lucky_change(struct tx *tx, i64 id, i64 version, const struct lucky_edit *in);
err lucky_remove(struct tx *tx, i64 id);
err lucky_get(const struct snap *s, i64 id, struct lucky *ret);
/* One of the accounts that have room, by weight: dice is any number. ERR_STATE when none has. */
err lucky_pick(const struct snap *s, const struct lucky *l, u64 dice, i64 *ret_staff);

struct event;
err lucky_on_added(struct tx *tx, const struct event *ev);
err lucky_on_joined(struct tx *tx, const struct event *ev);

extern const struct route lucky_routes[], lucky_page_routes[];
extern const struct door_kind lucky_doors[];

#endif
