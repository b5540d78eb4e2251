/*
 * broadcast's people and their orders, each in the slot of her number when the broadcast was planned.
 */
#ifndef YT_FEATURE_BROADCAST_BROADCAST_PERSON_DATA_H
#define YT_FEATURE_BROADCAST_BROADCAST_PERSON_DATA_H

#include "feature/broadcast/broadcast_data.h"

#define BROADCAST_PERSON_FIELDS(F, S)                                             \
	F(S, ID, broadcast) F(S, ID, customer) F(S, ID, leaf, .opt = true) F(S, ID, staff, .opt = true) \
	F(S, STR, external_userid, .opt = true) F(S, I64, part, .opt = true)      \
	F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, sent_at, .opt = true)
RECORD(broadcast_person, BROADCAST_PERSON_FIELDS);
#define BROADCAST_MEMBERS_FIELDS(F, S) F(S, ID, broadcast) F(S, ID, staff) F(S, I64, part)
RECORD(broadcast_members, BROADCAST_MEMBERS_FIELDS);
#define BROADCAST_TALLY_FIELDS(F, S) F(S, STR, state) F(S, I64, n)
RECORD(broadcast_tally, BROADCAST_TALLY_FIELDS);
#define BROADCAST_BEYOND_FIELDS(F, S) F(S, ID, broadcast) F(S, ID, after)
RECORD(broadcast_beyond, BROADCAST_BEYOND_FIELDS);
#define BROADCAST_HELD_FIELDS(F, S) F(S, ID, customer)
RECORD(broadcast_held, BROADCAST_HELD_FIELDS);
#define BROADCAST_HAD_FIELDS(F, S) F(S, ID, first) F(S, ID, last) F(S, ID, broadcast)
RECORD(broadcast_had, BROADCAST_HAD_FIELDS);
#define BROADCAST_HOLDER_FIELDS(F, S) F(S, ID, customer) F(S, ID, broadcast) F(S, STR, state)
RECORD(broadcast_holder, BROADCAST_HOLDER_FIELDS);
#define BROADCAST_LOST_FIELDS(F, S) F(S, ID, customer) F(S, ID, broadcast)
RECORD(broadcast_lost, BROADCAST_LOST_FIELDS);
#define BROADCAST_WAITING_FIELDS(F, S) F(S, ID, broadcast) F(S, ID, after) F(S, I64, limit)
RECORD(broadcast_waiting, BROADCAST_WAITING_FIELDS);
#define BROADCAST_PAGE_FIELDS(F, S) F(S, ID, broadcast) F(S, STR, figure) F(S, ID, after) F(S, I64, limit)
RECORD(broadcast_page, BROADCAST_PAGE_FIELDS);
#define BROADCAST_BOUGHT_FIELDS(F, S) \
	F(S, ID, broadcast) F(S, ID, order_id) F(S, ID, customer) F(S, FEN, paid) F(S, STR, currency)
RECORD(broadcast_bought, BROADCAST_BOUGHT_FIELDS);
#define BROADCAST_ORDER_FIELDS(F, S) F(S, ID, order_id)
RECORD(broadcast_order, BROADCAST_ORDER_FIELDS);
#define BROADCAST_REVENUE_FIELDS(F, S) F(S, ID, broadcast) F(S, STR, currency)
RECORD(broadcast_revenue, BROADCAST_REVENUE_FIELDS);
#define BROADCAST_SALES_FIELDS(F, S) F(S, I64, people) F(S, FEN, paid)
RECORD(broadcast_sales, BROADCAST_SALES_FIELDS);

/* -- people -- */
WRITE(broadcast_person_add, broadcast_person,
	SQL(INSERT INTO broadcast_person (slot, corp, broadcast, customer, leaf, staff, external_userid, part, state, reason,
			sent_at)
		VALUES (:slot, :corp, :broadcast, :customer, :leaf, :staff, :external_userid, :part, :state, :reason,
			:sent_at)
		ON CONFLICT DO NOTHING))
/* Only who is still on the way; nothing changes twice. */
WRITE(broadcast_person_end, broadcast_person,
	SQL(UPDATE broadcast_person SET state = :state, reason = :reason, sent_at = :sent_at
		WHERE slot = :slot AND corp = :corp AND broadcast = :broadcast AND customer = :customer
			AND state IN ('planned', 'created')))
WRITE(broadcast_people_made, broadcast_members,
	SQL(UPDATE broadcast_person SET state = 'created'
		WHERE slot = :slot AND corp = :corp AND broadcast = :broadcast AND staff = :staff AND part = :part
			AND state = 'planned'))
/* Taken away by a broadcast of higher priority. */
WRITE(broadcast_person_lose, broadcast_lost,
	SQL(UPDATE broadcast_person SET state = 'cancelled', reason = 'outbid'
		WHERE slot = :slot AND corp = :corp AND broadcast = :broadcast AND customer = :customer AND state = 'planned'))
READ_MANY(broadcast_people_waiting, broadcast_waiting, broadcast_held,
	SQL_UNSCOPED("a broadcast lets go of its people",
		SELECT customer FROM broadcast_person
		WHERE slot = :slot AND corp = :corp AND broadcast = :broadcast AND customer > :after AND state = 'planned'
		ORDER BY customer LIMIT :limit))
READ_ONE(broadcast_person_get, broadcast_lost, broadcast_person,
	SQL_UNSCOPED("one person, whom the asker sees",
		SELECT broadcast, customer, leaf, staff, external_userid, part, state, reason, sent_at FROM broadcast_person
		WHERE slot = :slot AND corp = :corp AND broadcast = :broadcast AND customer = :customer))
READ_MANY(broadcast_people_of, broadcast_members, broadcast_person,
	SQL_UNSCOPED("the people of a task, read by its sender",
		SELECT broadcast, customer, leaf, staff, external_userid, part, state, reason, sent_at FROM broadcast_person
		WHERE slot = :slot AND corp = :corp AND broadcast = :broadcast AND staff = :staff AND part = :part
		ORDER BY customer))
READ_MANY(broadcast_tallies, broadcast_members, broadcast_tally,
	SQL(SELECT state, COUNT(*) AS n FROM broadcast_person
		WHERE slot = :slot AND corp = :corp AND broadcast = :broadcast AND staff = :staff AND part = :part
		GROUP BY state))
READ_MANY(broadcast_people_beyond, broadcast_beyond, broadcast_person,
	SQL_UNSCOPED("what a broken-off step of planning has written already",
		SELECT broadcast, customer, leaf, staff, external_userid, part, state, reason, sent_at FROM broadcast_person
		WHERE slot = :slot AND corp = :corp AND broadcast = :broadcast AND customer > :after
		ORDER BY customer))
READ_EACH(broadcast_held_span, broadcast_had, broadcast_holder,
	SQL_UNSCOPED("a rule about many persons, whose choice was scoped",
		SELECT customer, broadcast, state FROM broadcast_person
		WHERE slot = :slot AND corp = :corp AND broadcast = :broadcast AND customer >= :first AND customer <= :last
			AND state IN ('planned', 'created')))
READ_EACH(broadcast_had_span, broadcast_had, broadcast_held,
	SQL_UNSCOPED("a rule about many persons, whose choice was scoped",
		SELECT customer FROM broadcast_person
		WHERE slot = :slot AND corp = :corp AND broadcast = :broadcast AND customer >= :first AND customer <= :last
			AND state = 'delivered'))
READ_MANY(broadcast_reached, broadcast_held, broadcast_person,
	SQL_UNSCOPED("whether an order follows a broadcast",
		SELECT broadcast, customer, leaf, staff, external_userid, part, state, reason, sent_at FROM broadcast_person
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND state = 'delivered'
		ORDER BY broadcast))
/* The people behind a figure, one slot at a time. */
READ_MANY(broadcast_people, broadcast_page, broadcast_person,
	SQL(SELECT broadcast, customer, leaf, staff, external_userid, part, state, reason, sent_at FROM broadcast_person
		WHERE slot = :slot AND corp = :corp AND broadcast = :broadcast AND customer > :after
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
			AND ((:figure = 'planned' AND state <> 'excluded')
				OR (:figure = 'excluded' AND state = 'excluded')
				OR (:figure = 'created' AND (state IN ('created', 'delivered', 'not_friend', 'quota')
					OR (state IN ('expired', 'cancelled') AND reason = 'not_confirmed')))
				OR (:figure = 'confirmed' AND state IN ('delivered', 'not_friend', 'quota'))
				OR (:figure = 'delivered' AND state = 'delivered')
				OR (:figure = 'refused' AND state IN ('not_friend', 'quota'))
				OR (:figure = 'failed' AND state = 'failed')
				OR (:figure = 'expired' AND state IN ('expired', 'cancelled'))
				OR (:figure = 'unknown' AND state = 'planned' AND EXISTS (SELECT 1 FROM broadcast_part p
					WHERE p.corp = :corp AND p.broadcast = :broadcast AND p.staff = broadcast_person.staff
						AND p.n = broadcast_person.part AND p.state = 'unknown'))
				OR (:figure = 'bought' AND customer IN (SELECT b.customer FROM broadcast_bought b
					WHERE b.corp = :corp AND b.broadcast = :broadcast)))
		ORDER BY customer LIMIT :limit))

/* -- orders after a delivery -- */
WRITE(broadcast_bought_put, broadcast_bought,
	SQL(INSERT INTO broadcast_bought (slot, corp, broadcast, order_id, customer, paid, currency)
		VALUES (:slot, :corp, :broadcast, :order_id, :customer, :paid, :currency)
		ON CONFLICT (slot, corp, broadcast, order_id) DO UPDATE SET paid = excluded.paid))
WRITE(broadcast_bought_drop, broadcast_order,
	SQL(DELETE FROM broadcast_bought WHERE slot = :slot AND corp = :corp AND order_id = :order_id))
/* An order may be noted in the slot of its leaf and in the one of her root. */
READ_ONE(broadcast_sold, broadcast_revenue, broadcast_sales,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT COUNT(DISTINCT customer) AS people,
			CAST(COALESCE(SUM(CASE WHEN currency = :currency THEN paid ELSE 0 END), 0) AS BIGINT) AS paid
		FROM (SELECT DISTINCT order_id, customer, paid, currency FROM broadcast_bought
			WHERE corp = :corp AND broadcast = :broadcast) AS o))

#endif
