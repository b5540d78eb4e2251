/*
 * Rows and queries of invitations: the invitations in the base slot, people with themselves.
 */
#ifndef YT_FEATURE_GROUPINVITE_GROUPINVITE_DATA_H
#define YT_FEATURE_GROUPINVITE_GROUPINVITE_DATA_H

#include "feature/groupinvite/groupinvite.h"

#define GROUP_INVITEE_FIELDS(F, S)                                                       \
	F(S, ID, customer) F(S, ID, invite) F(S, ID, staff, .opt = true) F(S, STR, state) F(S, MS, asked) \
	F(S, MS, sent, .opt = true) F(S, MS, joined, .opt = true)
RECORD(group_invitee, GROUP_INVITEE_FIELDS);
#define GROUPINVITE_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(groupinvite_key, GROUPINVITE_KEY_FIELDS);
#define GROUPINVITE_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(groupinvite_find, GROUPINVITE_FIND_FIELDS);
#define GROUPINVITE_WHO_FIELDS(F, S) F(S, ID, customer) F(S, ID, invite) F(S, STR, state) F(S, MS, at)
RECORD(groupinvite_who, GROUPINVITE_WHO_FIELDS);
#define GROUPINVITE_OPEN_FIELDS(F, S) F(S, ID, customer)
RECORD(groupinvite_open, GROUPINVITE_OPEN_FIELDS);
#define GROUPINVITE_PAGE_FIELDS(F, S) F(S, ID, invite) F(S, STR, state) F(S, ID, after) F(S, ID, staff) F(S, I64, limit)
RECORD(groupinvite_page, GROUPINVITE_PAGE_FIELDS);
#define GROUPINVITE_COUNT_FIELDS(F, S) F(S, STR, state) F(S, I64, people)
RECORD(groupinvite_count, GROUPINVITE_COUNT_FIELDS);

#define GROUPINVITE_COLUMNS "SELECT id, name, expr, audience, link, key, groups, scope, broadcast, job, closed, created FROM group_invite "
READ_ONE(group_invite_get, groupinvite_key, group_invite, GROUPINVITE_COLUMNS "WHERE corp = :corp AND id = :id")
READ_MANY(group_invite_list, groupinvite_find, group_invite,
	  GROUPINVITE_COLUMNS "WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit")
READ_MANY(group_invite_watching, groupinvite_key, group_invite,
	  GROUPINVITE_COLUMNS "WHERE corp = :corp AND audience = :id AND closed IS NULL ORDER BY id")
READ_MANY(group_invite_open, none, group_invite, GROUPINVITE_COLUMNS "WHERE corp = :corp AND closed IS NULL ORDER BY id")
READ_MANY(group_invite_bound, groupinvite_key, group_invite,
	  GROUPINVITE_COLUMNS "WHERE corp = :corp AND broadcast = :id ORDER BY id")
#define GROUPINVITE_NUMBER_FIELDS(F, S) F(S, I64, n)
RECORD(groupinvite_number, GROUPINVITE_NUMBER_FIELDS);
READ_ONE(group_invite_open_count, none, groupinvite_number,
	 SQL(SELECT CAST(COUNT(*) AS BIGINT) AS n FROM group_invite WHERE corp = :corp AND closed IS NULL))
WRITE(group_invite_put, group_invite,
      SQL(INSERT INTO group_invite (corp, id, name, expr, audience, link, key, groups, scope, broadcast, job, closed, created)
	  VALUES (:corp, :id, :name, :expr, :audience, :link, :key, :groups, :scope, :broadcast, :job, :closed, :created)
	  ON CONFLICT (corp, id) DO UPDATE SET broadcast = excluded.broadcast, job = excluded.job, closed = excluded.closed))

WRITE(group_invitee_add, group_invitee,
      SQL(INSERT INTO group_invitee (slot, corp, customer, invite, staff, state, asked, sent, joined)
	  VALUES (:slot, :corp, :customer, :invite, :staff, :state, :asked, :sent, :joined) ON CONFLICT DO NOTHING))
/* What an advisor or a broadcast says: never of somebody who has come. */
WRITE(group_invitee_mark, groupinvite_who,
      SQL(UPDATE group_invitee SET state = :state, sent = CASE WHEN :state = 'sent' THEN :at ELSE sent END
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND invite = :invite AND state IN ('asked', 'sent', 'refused', 'nobody')))
WRITE(group_invitee_joined, groupinvite_who,
      SQL(UPDATE group_invitee SET state = 'joined', joined = :at
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND invite = :invite AND state NOT IN ('in', 'joined')))
READ_MANY(group_invitee_open, groupinvite_open, group_invitee,
	  SQL_UNSCOPED("a rule about one person",
		       SELECT customer, invite, staff, state, asked, sent, joined FROM group_invitee
		       WHERE slot = :slot AND corp = :corp AND customer = :customer AND state NOT IN ('in', 'joined') ORDER BY invite))
READ_MANY(group_invitee_page, groupinvite_page, group_invitee,
	  SQL_GLOBAL("a list over the slots of the corp; the viewer's scope is asked in it",
		     SELECT customer, invite, staff, state, asked, sent, joined FROM group_invitee
		     WHERE corp = :corp AND invite = :invite AND state = :state AND customer > :after
			   AND (CAST(:staff AS BIGINT) = 0 OR staff = :staff)
			   AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		     ORDER BY customer LIMIT :limit))
READ_MANY(group_invitee_counts, groupinvite_key, groupinvite_count,
	  SQL_GLOBAL("sums over the slots of the corp; the viewer's scope is asked in it",
		     SELECT state, CAST(COUNT(*) AS BIGINT) AS people FROM group_invitee
		     WHERE corp = :corp AND invite = :id
			   AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		     GROUP BY state ORDER BY state))

/* She sits where the invitation wants her; since: when. */
bool groupinvite_seated(const struct group_invite *g, const struct group_seat *seats, size_t n, ms *ret_since);

#endif
