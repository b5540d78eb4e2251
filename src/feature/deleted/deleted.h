/*
 * deleted 删除提醒: who deleted whom, and when, in both directions: the customer the member, and the member the
 * customer. A list, and, when the setting says so, a message in WeCom to whoever leads the member, or to herself.
 *
 * Relations that ended by an inheritance and half contacts are no deletions. A late telling stands in the list
 * on its own day but rings nobody.
 *
 * in: follow.lost, follow.dropped
 */
#ifndef YT_FEATURE_DELETED_DELETED_H
#define YT_FEATURE_DELETED_DELETED_H

#include "core/module.h"
#include "store/journal.h"

#define DELETED_NOTICE "deleted.notice"
#define DELETED_NOTICE_LIFE_MS MS_DAY /* later nobody wants to hear of it */
#define DELETED_NOTIFY "off,leader,staff,both"

#define DELETION_FIELDS(F, S)                                               \
	F(S, MS, at) F(S, ID, event) F(S, ID, customer) F(S, ID, staff) F(S, STR, who, .one_of = "customer,staff") \
	F(S, BOOL, last, .doc = "her last living relation")
RECORD(deletion, DELETION_FIELDS);
#define DELETION_FIND_FIELDS(F, S) F(S, ID, staff) F(S, STR, who) F(S, MS, before) F(S, ID, below) F(S, I64, limit)
RECORD(deletion_find, DELETION_FIND_FIELDS);

WRITE(deletion_put, deletion,
	SQL(INSERT INTO deletion (slot, corp, at, event, customer, staff, who, last)
		VALUES (:slot, :corp, :at, :event, :customer, :staff, :who, :last) ON CONFLICT DO NOTHING))
READ_MANY(deletion_page, deletion_find, deletion,
	SQL(SELECT at, event, customer, staff, who, last FROM deletion
		WHERE slot = :slot AND corp = :corp AND (:who = '' OR who = :who) AND (at, event) < (:before, :below)
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		ORDER BY at DESC, event DESC LIMIT :limit))
READ_MANY(deletion_page_of, deletion_find, deletion,
	SQL(SELECT at, event, customer, staff, who, last FROM deletion
		WHERE slot = :slot AND corp = :corp AND staff = :staff AND (:who = '' OR who = :who)
			AND (at, event) < (:before, :below)
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		ORDER BY at DESC, event DESC LIMIT :limit))

#define DELETED_NOTICE_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff) F(S, STR, who) F(S, MS, at)
RECORD(deleted_notice, DELETED_NOTICE_FIELDS);

err deleted_on_ended(struct tx *tx, const struct event *ev);  /* derive */
err deleted_on_notify(struct tx *tx, const struct event *ev); /* act */
err deleted_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
extern const struct route deleted_routes[];

#endif
