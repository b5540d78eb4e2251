/*
 * member 会员: one membership number per person over all channels, by her verified phone.
 *
 * The number is made by the program (prefix, dense number, check digit after Luhn), never used twice, and is an
 * identity of hers (kind member_no): a till may name it, and who is looked up by it is looked up by person. It is
 * given when she proves a phone on the member page, or at once when a store or a till that has checked her phone
 * registers her. When two persons turn out to be one, the older number counts and the other goes on finding her.
 * The level belongs to the number, so it follows the phone; what a level brings is not decided here.
 *
 * out: member.issued, member.levelled   in: phone.bound
 */
#ifndef YT_FEATURE_MEMBER_MEMBER_H
#define YT_FEATURE_MEMBER_MEMBER_H

#include "core/module.h"
#include "store/journal.h"

#define MEMBER_ISSUE "member.issue"
#define MEMBER_DIGITS 8        /* of the dense number; more when it has more */
#define MEMBER_PREFIX_MAX 4
#define MEMBER_LEVEL_MAX 20    /* characters of a level's name */
#define MEMBER_PROOFS "sms_code,till,wechat_phone"

#define MEMBER_FIELDS(F, S) \
	F(S, ID, customer) F(S, STR, member_no) F(S, STR, level) F(S, STR, how, .doc = "bind, or how the phone was checked") F(S, MS, created)
RECORD(member, MEMBER_FIELDS);
#define MEMBER_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(member_key, MEMBER_KEY_FIELDS);
#define MEMBER_FIND_FIELDS(F, S) F(S, MS, before) F(S, ID, below) F(S, I64, limit)
RECORD(member_find, MEMBER_FIND_FIELDS);

READ_ONE(member_get, member_key, member,
	SQL(SELECT customer, member_no, level, how, created FROM member WHERE slot = :slot AND corp = :corp AND customer = :id))
READ_MANY(member_page, member_find, member,
	SQL_UNSCOPED("the caller asks for each whether the viewer sees her",
		SELECT customer, member_no, level, how, created FROM member
		WHERE slot = :slot AND corp = :corp AND (created, customer) < (:before, :below)
		ORDER BY created DESC, customer DESC LIMIT :limit))
WRITE(member_add, member,
	SQL(INSERT INTO member (slot, corp, customer, member_no, level, how, created)
		VALUES (:slot, :corp, :customer, :member_no, :level, :how, :created) ON CONFLICT DO NOTHING))
WRITE(member_level_set, member,
	SQL(UPDATE member SET level = :level WHERE slot = :slot AND corp = :corp AND customer = :customer))

#define MEMBER_ISSUED_FIELDS(F, S) F(S, STR, member_no) F(S, STR, level) F(S, STR, how)
RECORD(member_issued, MEMBER_ISSUED_FIELDS);
#define MEMBER_LEVELLED_FIELDS(F, S) F(S, STR, member_no) F(S, STR, level) F(S, STR, from)
RECORD(member_levelled, MEMBER_LEVELLED_FIELDS);

/* The n-th number of a prefix with its check digit. */
str member_number(struct arena *a, str prefix, u32 n);
bool member_number_ok(str member_no); /* its check digit fits */
/* Over all leaves of a person: the oldest; ERR_NOT_FOUND. */
err member_of(struct unit *u, i64 root, struct member *ret);
/* Gives her a number unless she has one; several transactions, repeatable. level nil: the first. */
err member_issue(struct unit *u, i64 customer, str how, str level, struct member *ret);
/* ERR_INPUT when the corp has no such level. */
err member_level_check(struct unit *u, str level);
err member_level_first(struct unit *u, str *ret);

err member_on_bound(struct tx *tx, const struct event *ev);
err member_send_issue(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
extern const struct route member_routes[];

#endif
