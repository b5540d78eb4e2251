/*
 * follow 跟进关系: staff <-> customer, as WeCom reports it, and the decoding of its contact events.
 *
 * A relation is made by add_external_contact and ends when she deletes the staff (lost), the staff
 * deletes her (dropped) or it is transferred; rows stay. The journal hears of it at once, from the
 * callback alone, so that a welcome code (20 s) is never spent waiting: the profile (name, unionid) is
 * fetched afterwards through the outbox ("contact.fetch") and may merge her with a known buyer.
 */
#ifndef YT_CORE_FOLLOW_FOLLOW_H
#define YT_CORE_FOLLOW_FOLLOW_H

#include "core/module.h"
#include "store/journal.h"

#define FOLLOW_FIELDS(F, S)                                                       \
	F(S, ID, customer) F(S, ID, staff) F(S, STR, external_userid)             \
	F(S, MS, added) F(S, I64, add_way, .opt = true) F(S, STR, state, .opt = true, .doc = "WeCom's state of the code she came by") \
	F(S, STR, channel, .opt = true, .doc = "name of the source channel")       \
	F(S, STR, remark, .opt = true, .pii = true) F(S, STR, description, .opt = true, .pii = true) \
	F(S, STR, status, .one_of = "friend,half,lost,dropped,transferred")       \
	F(S, MS, ended, .opt = true) F(S, I64, times, .doc = "how often this pair became friends")
RECORD(follow, FOLLOW_FIELDS);

/* follow.added, follow.half, follow.lost (she deleted), follow.dropped (staff deleted), follow.transferred */
#define FOLLOW_EVENT_FIELDS(F, S)                                                 \
	F(S, ID, staff) F(S, STR, userid) F(S, STR, external_userid)              \
	F(S, STR, state, .opt = true) F(S, STR, welcome_code, .opt = true)        \
	F(S, I64, add_way, .opt = true)                                           \
	F(S, BOOL, first, .doc = "first relation ever of this person in the corp") \
	F(S, BOOL, again, .doc = "she had a relation before")                     \
	F(S, BOOL, last, .doc = "her last living relation is gone")               \
	F(S, BOOL, transfer, .doc = "added by an inheritance: neither new nor lost") \
	F(S, ID, taker, .opt = true, .doc = "of a transfer: who took over, when known already") \
	F(S, BOOL, late, .doc = "told after something newer, or found by a sync: state only")
RECORD(follow_event, FOLLOW_EVENT_FIELDS);

/* contact.fetched: her profile, and the one relation it was fetched for. tags: WeCom's ids. */
#define CONTACT_FETCHED_FIELDS(F, S)                                              \
	F(S, ID, staff) F(S, STR, userid) F(S, STR, external_userid)              \
	F(S, STR, name, .opt = true, .pii = true) F(S, STR, avatar, .opt = true)  \
	F(S, STR, gender, .opt = true) F(S, I64, type, .opt = true, .doc = "1 WeChat, 2 WeCom") \
	F(S, STR, corp_name, .opt = true) F(S, BOOL, unionid, .doc = "a unionid came with it") \
	F(S, STR, remark, .opt = true, .pii = true) F(S, STR, description, .opt = true, .pii = true) \
	F(S, MS, added, .opt = true) F(S, I64, add_way, .opt = true) F(S, STR, state, .opt = true) \
	F(S, STRS, tags, .opt = true)
RECORD(contact_fetched, CONTACT_FETCHED_FIELDS);

/* wecom.told: an event of WeCom's that is no matter of relations, for the feature that knows it. */
#define WECOM_TOLD_FIELDS(F, S)                                                   \
	F(S, STR, event, .doc = "kf_msg_or_event, living_status_change") F(S, STR, id, .doc = "what it is about") \
	F(S, STR, token, .opt = true, .pii = true) F(S, STR, status, .opt = true)
RECORD(wecom_told, WECOM_TOLD_FIELDS);

/* contact.fetch in the outbox */
#define CONTACT_FETCH_FIELDS(F, S) F(S, ID, staff) F(S, STR, userid) F(S, STR, external_userid)
RECORD(contact_fetch, CONTACT_FETCH_FIELDS);

/* transfer.failed; tag.changed as WeCom's callback tells it */
#define TRANSFER_FAILED_FIELDS(F, S) F(S, ID, staff) F(S, STR, userid) F(S, STR, external_userid) F(S, STR, reason)
RECORD(transfer_failed, TRANSFER_FAILED_FIELDS);
#define WECOM_TAG_FIELDS(F, S)                                                    \
	F(S, STR, wecom_id, .opt = true) F(S, STR, tag_type, .opt = true) F(S, STR, change)
RECORD(wecom_tag_change, WECOM_TAG_FIELDS);

/* acquire.told: change is WeCom's ("balance_low", "link_unavailable" …) */
#define ACQUIRE_TOLD_FIELDS(F, S) F(S, STR, change) F(S, STR, link, .opt = true)
RECORD(acquire_told, ACQUIRE_TOLD_FIELDS);

err follow_list(const struct snap *s, i64 customer_leaf, struct follow **ret, size_t *ret_count);
/* Relations of a staff member that their customers ended, newest first; of the snapshot's slot. */
err follow_lost_of(const struct snap *s, i64 staff, size_t limit, struct follow **ret, size_t *ret_count);
err follow_channel_put(struct tx *tx, i64 customer, i64 staff, str channel);
/* Living relations of one member in the snapshot's slot, by customer behind `after`. No scope is asked. */
struct follow_relation { i64 customer; str external_userid; ms added; };
err follow_of_member(const struct snap *s, i64 staff, i64 after, i64 limit, struct follow_relation **ret, size_t *ret_count);
/* Who should speak to her: main advisor setting, else who chatted last if known, else the newest living
 * relation whose staff is active and in range. 0: nobody. Looks at all her leaves. */
struct follow_sender { i64 staff, leaf; str userid, external_userid; };
err follow_sender_of(struct unit *u, i64 root, struct follow_sender *ret);
/* Everybody who could: her friends who are active and in range, who should speak first (follow_sender_of), then the
 * newest relation; each member once. */
err follow_friends(struct unit *u, i64 root, struct follow_sender **ret, size_t *ret_count);
/* follow_sender_of for many at once, read by ranges: ret[i] speaks to roots[i]. s: any slot of the corp. */
err follow_sender_many(const struct snap *s, const i64 *roots, size_t count, struct follow_sender *ret);

extern const struct module follow_module;

#endif
