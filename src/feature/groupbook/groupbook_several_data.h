/*
 * Rows and queries of people who sit in more than one group.
 */
#ifndef YT_FEATURE_GROUPBOOK_GROUPBOOK_SEVERAL_DATA_H
#define YT_FEATURE_GROUPBOOK_GROUPBOOK_SEVERAL_DATA_H

#include "feature/groupbook/groupbook_data.h"

#define GROUP_SEVERAL_FIND_FIELDS(F, S) F(S, I64, seats) F(S, STR, after) F(S, I64, limit)
RECORD(group_several_find, GROUP_SEVERAL_FIND_FIELDS);
#define GROUP_SEVERAL_FIELDS(F, S) F(S, STR, member) F(S, I64, seats)
RECORD(group_several, GROUP_SEVERAL_FIELDS);
READ_MANY(group_several_page, group_several_find, group_several,
	  "SELECT p.member AS member, p.seats AS seats FROM group_person p WHERE p.corp = :corp AND p.seats > 1 "
	  "AND (p.seats, p.member) < (:seats, :after) AND (:scope = 0 OR EXISTS (SELECT 1 FROM group_member m "
	  "JOIN group_chat g ON g.corp = m.corp AND g.id = m.chat WHERE m.corp = p.corp AND m.member = p.member AND m.gone IS NULL AND"
	  GROUPBOOK_SCOPE ")) ORDER BY p.seats DESC, p.member DESC LIMIT :limit")
#define GROUP_SEAT_FIND_FIELDS(F, S) F(S, STR, member)
RECORD(group_seat_find, GROUP_SEAT_FIND_FIELDS);
#define GROUP_SEAT_VIEW_FIELDS(F, S)                                                     \
	F(S, ID, group_id) F(S, STR, name) F(S, STR, owner_name, .opt = true) F(S, MS, joined) F(S, ID, customer, .opt = true) \
	F(S, STR, person, .opt = true, .pii = true)
RECORD(group_seat_view, GROUP_SEAT_VIEW_FIELDS);
READ_MANY(group_several_seats, group_seat_find, group_seat_view,
	  "SELECT g.id AS group_id, g.name AS name, s.name AS owner_name, m.joined AS joined, m.customer AS customer, m.name AS person "
	  "FROM group_member m JOIN group_chat g ON g.corp = m.corp AND g.id = m.chat "
	  "LEFT JOIN staff s ON s.corp = g.corp AND s.id = g.owner "
	  "WHERE m.corp = :corp AND m.member = :member AND m.gone IS NULL AND" GROUPBOOK_SCOPE "ORDER BY m.joined, g.id")

#endif
