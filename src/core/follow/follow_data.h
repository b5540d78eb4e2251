/*
 * Rows and queries of relations. They are read for one leaf by rules, or for a viewer who has asked
 * customer_visible first.
 */
#ifndef YT_CORE_FOLLOW_FOLLOW_DATA_H
#define YT_CORE_FOLLOW_FOLLOW_DATA_H

#include "core/follow/follow.h"

#define FOLLOW_ROW_FIELDS(F, S) FOLLOW_FIELDS(F, S) F(S, MS, told)
RECORD(follow_row, FOLLOW_ROW_FIELDS);
#define FOLLOW_KEY_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff)
RECORD(follow_key, FOLLOW_KEY_FIELDS);
#define FOLLOW_OF_FIELDS(F, S) F(S, ID, customer)
RECORD(follow_of, FOLLOW_OF_FIELDS);
#define FOLLOW_CHANNEL_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff) F(S, STR, channel)
RECORD(follow_channel, FOLLOW_CHANNEL_FIELDS);

READ_ONE(follow_get, follow_key, follow_row,
	 SQL_UNSCOPED("one relation, by a rule",
		      SELECT customer, staff, external_userid, added, add_way, state, channel, remark, description, status,
			     ended, times, told
		      FROM follow WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff))
READ_MANY(follow_rows, follow_of, follow_row,
	  SQL_UNSCOPED("all relations of one leaf",
		       SELECT customer, staff, external_userid, added, add_way, state, channel, remark, description, status,
			      ended, times, told
		       FROM follow WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY added, staff))
#define FOLLOW_LOST_FIELDS(F, S) F(S, ID, staff) F(S, I64, limit)
RECORD(follow_lost, FOLLOW_LOST_FIELDS);
READ_MANY(follow_lost_rows, follow_lost, follow_row,
	  SQL_UNSCOPED("a member of staff's own relations",
		       SELECT customer, staff, external_userid, added, add_way, state, channel, remark, description, status,
			      ended, times, told
		       FROM follow WHERE slot = :slot AND corp = :corp AND staff = :staff AND status = 'lost' AND ended IS NOT NULL
		       ORDER BY ended DESC, customer LIMIT :limit))
#define FOLLOW_RANGE_FIELDS(F, S) F(S, ID, first) F(S, ID, last)
RECORD(follow_range, FOLLOW_RANGE_FIELDS);
#define FOLLOW_LIVING_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff) F(S, STR, external_userid) F(S, MS, added)
RECORD(follow_living, FOLLOW_LIVING_FIELDS);
READ_EACH(follow_living_span, follow_range, follow_living,
	  SQL_UNSCOPED("a rule about many persons, whose choice was scoped",
		       SELECT customer, staff, external_userid, added FROM follow
		       WHERE slot = :slot AND corp = :corp AND customer >= :first AND customer <= :last
			     AND status = 'friend'
		       ORDER BY customer, added, staff))
#define FOLLOW_OF_STAFF_FIELDS(F, S) F(S, ID, staff) F(S, ID, after) F(S, I64, limit)
RECORD(follow_of_staff, FOLLOW_OF_STAFF_FIELDS);
READ_MANY(follow_living_of, follow_of_staff, follow_living,
	  SQL_UNSCOPED("all of one member's, for who may hand them over",
		       SELECT customer, staff, external_userid, added FROM follow
		       WHERE slot = :slot AND corp = :corp AND staff = :staff AND customer > :after AND status = 'friend'
		       ORDER BY customer LIMIT :limit))
WRITE(follow_put, follow_row,
      SQL(INSERT INTO follow (slot, corp, customer, staff, external_userid, added, add_way, state, channel, remark,
			      description, status, ended, times, told)
	  VALUES (:slot, :corp, :customer, :staff, :external_userid, :added, :add_way, :state, :channel, :remark,
		  :description, :status, :ended, :times, :told)
	  ON CONFLICT (slot, corp, customer, staff) DO UPDATE SET
		  added = excluded.added, add_way = excluded.add_way, state = excluded.state, channel = excluded.channel,
		  remark = excluded.remark, description = excluded.description, status = excluded.status,
		  ended = excluded.ended, times = excluded.times, told = excluded.told))
#define FOLLOW_HANDOVER_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff, .doc = "the taker") F(S, ID, giver) F(S, MS, at)
RECORD(follow_handover, FOLLOW_HANDOVER_FIELDS);
READ_MANY(follow_handovers, follow_of, follow_handover,
	  SQL(SELECT customer, staff, giver, at FROM follow_handover
	      WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY staff))
WRITE(follow_handover_put, follow_handover,
      SQL(INSERT INTO follow_handover (slot, corp, customer, staff, giver, at)
	  VALUES (:slot, :corp, :customer, :staff, :giver, :at)
	  ON CONFLICT (slot, corp, customer, staff) DO UPDATE SET giver = excluded.giver, at = excluded.at))
WRITE(follow_handover_drop, follow_key,
      SQL(DELETE FROM follow_handover WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff))
#define FOLLOW_FETCHED_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff) F(S, I64, fetched, .opt = true)
RECORD(follow_fetched, FOLLOW_FETCHED_FIELDS);
READ_ONE(follow_fetched_get, follow_key, follow_fetched,
	 SQL_UNSCOPED("one relation, by a rule",
		      SELECT customer, staff, fetched FROM follow
		      WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff))
WRITE(follow_fetched_set, follow_fetched,
      SQL(UPDATE follow SET fetched = :fetched
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff))
WRITE(follow_channel_set, follow_channel,
      SQL(UPDATE follow SET channel = :channel
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff))

#endif
