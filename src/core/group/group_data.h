/*
 * Rows and queries of customer groups. Groups are small tables of the base slot; seats lie with the customer.
 */
#ifndef YT_CORE_GROUP_GROUP_DATA_H
#define YT_CORE_GROUP_GROUP_DATA_H

#include "core/group/group.h"

#define GROUP_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(group_key, GROUP_KEY_FIELDS);
#define GROUP_NAMED_FIELDS(F, S) F(S, STR, chat_id)
RECORD(group_named, GROUP_NAMED_FIELDS);
#define GROUP_DUE_FIELDS(F, S) F(S, ID, after) F(S, MS, before) F(S, I64, limit)
RECORD(group_due, GROUP_DUE_FIELDS);
#define GROUP_DUE_ROW_FIELDS(F, S) F(S, ID, id) F(S, STR, chat_id)
RECORD(group_due_row, GROUP_DUE_ROW_FIELDS);
#define GROUP_QUIT_FIELDS(F, S) F(S, ID, chat) F(S, STR, member) F(S, MS, at) F(S, I64, scene)
RECORD(group_quit, GROUP_QUIT_FIELDS);
#define GROUP_PAGE_FIELDS(F, S) F(S, ID, chat) F(S, STR, after) F(S, BOOL, gone) F(S, I64, limit)
RECORD(group_page, GROUP_PAGE_FIELDS);
#define GROUP_OF_MEMBER_FIELDS(F, S) F(S, STR, member)
RECORD(group_of_member, GROUP_OF_MEMBER_FIELDS);
#define GROUP_SEAT_OF_FIELDS(F, S) F(S, ID, customer)
RECORD(group_seat_of, GROUP_SEAT_OF_FIELDS);

READ_ONE(group_chat_get, group_key, group_chat,
	 SQL(SELECT id, chat_id, name, owner, notice, admins, status, version, members, externals, customers, created, known,
		    fetched, dissolved
	     FROM group_chat WHERE corp = :corp AND id = :id))
READ_ONE(group_chat_by_name, group_named, group_chat,
	 SQL(SELECT id, chat_id, name, owner, notice, admins, status, version, members, externals, customers, created, known,
		    fetched, dissolved
	     FROM group_chat WHERE corp = :corp AND chat_id = :chat_id))
WRITE(group_chat_add, group_chat,
      SQL(INSERT INTO group_chat (corp, id, chat_id, name, owner, notice, admins, status, version, members, externals, customers,
				  created, known, fetched, dissolved)
	  VALUES (:corp, :id, :chat_id, :name, :owner, :notice, :admins, :status, :version, :members, :externals, :customers,
		  :created, :known, :fetched, :dissolved)
	  ON CONFLICT DO NOTHING))
WRITE(group_chat_put, group_chat,
      SQL(UPDATE group_chat SET name = :name, owner = :owner, notice = :notice, admins = :admins, status = :status,
		 version = :version, members = :members, externals = :externals, customers = :customers, created = :created,
		 fetched = :fetched, dissolved = :dissolved
	  WHERE corp = :corp AND id = :id))
READ_MANY(group_chat_due, group_due, group_due_row,
	  SQL(SELECT id, chat_id FROM group_chat
	      WHERE corp = :corp AND id > :after AND fetched < :before AND dissolved IS NULL ORDER BY id LIMIT :limit))

#define GROUP_OF_OWNER_FIELDS(F, S) F(S, ID, owner) F(S, ID, after) F(S, I64, limit)
RECORD(group_of_owner_in, GROUP_OF_OWNER_FIELDS);
READ_MANY(group_chat_of_owner, group_of_owner_in, group_chat,
	  SQL(SELECT id, chat_id, name, owner, notice, admins, status, version, members, externals, customers, created, known,
		    fetched, dissolved
	      FROM group_chat WHERE corp = :corp AND owner = :owner AND id > :after AND dissolved IS NULL ORDER BY id LIMIT :limit))

READ_MANY(group_member_all, group_key, group_member,
	  SQL(SELECT chat, member, kind, customer, name, joined, scene, state, invitor, times, quit_told, quit_scene, gone
	      FROM group_member WHERE corp = :corp AND chat = :id ORDER BY member))
READ_MANY(group_member_page, group_page, group_member,
	  SQL(SELECT chat, member, kind, customer, name, joined, scene, state, invitor, times, quit_told, quit_scene, gone
	      FROM group_member WHERE corp = :corp AND chat = :chat AND member > :after AND (gone IS NULL OR :gone = 1)
	      ORDER BY member LIMIT :limit))
READ_MANY(group_member_named, group_of_member, group_member,
	  SQL(SELECT chat, member, kind, customer, name, joined, scene, state, invitor, times, quit_told, quit_scene, gone
	      FROM group_member WHERE corp = :corp AND member = :member ORDER BY chat))
WRITE(group_member_put, group_member,
      SQL(INSERT INTO group_member (corp, chat, member, kind, customer, name, joined, scene, state, invitor, times, quit_told,
				    quit_scene, gone)
	  VALUES (:corp, :chat, :member, :kind, :customer, :name, :joined, :scene, :state, :invitor, :times, :quit_told,
		  :quit_scene, :gone)
	  ON CONFLICT (corp, chat, member) DO UPDATE SET kind = excluded.kind, customer = excluded.customer,
		  name = excluded.name, joined = excluded.joined, scene = excluded.scene, state = excluded.state,
		  invitor = excluded.invitor, times = excluded.times, quit_told = excluded.quit_told,
		  quit_scene = excluded.quit_scene, gone = excluded.gone))
/* Only what is newer than the last such news. */
WRITE(group_member_quit, group_quit,
      SQL(UPDATE group_member SET quit_told = :at, quit_scene = :scene
	  WHERE corp = :corp AND chat = :chat AND member = :member AND (quit_told IS NULL OR quit_told < :at)))

#define GROUP_PERSON_FIELDS(F, S) F(S, STR, member) F(S, I64, seats)
RECORD(group_person, GROUP_PERSON_FIELDS);
WRITE(group_person_add, group_person,
      SQL(INSERT INTO group_person (corp, member, seats) VALUES (:corp, :member, :seats)
	  ON CONFLICT (corp, member) DO UPDATE SET seats = group_person.seats + excluded.seats))

WRITE(group_seat_put, group_seat,
      SQL(INSERT INTO group_seat (slot, corp, customer, chat, since, state)
	  VALUES (:slot, :corp, :customer, :chat, :since, :state)
	  ON CONFLICT (slot, corp, customer, chat) DO UPDATE SET since = excluded.since, state = excluded.state))
WRITE(group_seat_drop, group_seat,
      SQL(DELETE FROM group_seat WHERE slot = :slot AND corp = :corp AND customer = :customer AND chat = :chat))
READ_MANY(group_seats_of, group_seat_of, group_seat,
	  SQL_UNSCOPED("the groups of one leaf",
		       SELECT customer, chat, since, state FROM group_seat
		       WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY chat))

#endif
