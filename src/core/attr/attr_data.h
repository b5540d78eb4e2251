/*
 * attr's rows: customer_fact (one per root, a fold over her leaves) and event_day (one per leaf, event
 * kind and corp-day). Both are derived: emptied and replayed by rebuild.
 */
#ifndef YT_CORE_ATTR_ATTR_DATA_H
#define YT_CORE_ATTR_ATTR_DATA_H

#include "core/attr/attr_tally.h"

#define ATTR_KEY_FIELDS(F, S) F(S, ID, customer)
RECORD(attr_key, ATTR_KEY_FIELDS);

#define EVENT_DAY_FIELDS(F, S) F(S, ID, customer) F(S, I64, kind) F(S, I64, day)
RECORD(event_day, EVENT_DAY_FIELDS);

READ_ONE(customer_fact_get, attr_key, customer_fact,
	SQL_UNSCOPED("callers check the viewer's scope on the person first",
		SELECT customer, name, added, friend, lost_at, lost_by, staff, staff_since, store, channel, city, gender,
			source, followup, stage, birthday, child_birthday, orders, spent, first_order,
			last_order, last_reached, last_active, reach_wecom, reach_sms, bound, erased
		FROM customer_fact WHERE slot = :slot AND corp = :corp AND customer = :customer))

#define ATTR_RANGE_FIELDS(F, S) F(S, ID, first) F(S, ID, last)
RECORD(attr_range, ATTR_RANGE_FIELDS);
READ_EACH(customer_reach_span, attr_range, attr_reach,
	SQL_UNSCOPED("a rule about many persons, whose choice was scoped",
		SELECT customer, reach_wecom, reach_sms FROM customer_fact
		WHERE slot = :slot AND corp = :corp AND customer >= :first AND customer <= :last))

WRITE(customer_fact_put, customer_fact,
	SQL(INSERT INTO customer_fact (slot, corp, customer, name, added, friend, lost_at, lost_by, staff, staff_since, store,
			channel, city, gender, source, followup, stage, birthday, child_birthday, orders, spent,
			first_order, last_order, last_reached, last_active, reach_wecom, reach_sms, bound, erased)
		VALUES (:slot, :corp, :customer, :name, :added, :friend, :lost_at, :lost_by, :staff, :staff_since, :store,
			:channel, :city, :gender, :source, :followup, :stage, :birthday, :child_birthday, :orders, :spent,
			:first_order, :last_order, :last_reached, :last_active, :reach_wecom, :reach_sms, :bound, :erased)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET name = excluded.name, added = excluded.added,
			friend = excluded.friend, lost_at = excluded.lost_at, lost_by = excluded.lost_by,
			staff = excluded.staff, staff_since = excluded.staff_since, store = excluded.store, channel = excluded.channel,
			city = excluded.city, gender = excluded.gender, source = excluded.source,
			followup = excluded.followup, stage = excluded.stage, birthday = excluded.birthday,
			child_birthday = excluded.child_birthday, orders = excluded.orders, spent = excluded.spent,
			first_order = excluded.first_order, last_order = excluded.last_order,
			last_reached = excluded.last_reached, last_active = excluded.last_active,
			reach_wecom = excluded.reach_wecom, reach_sms = excluded.reach_sms,
			bound = excluded.bound, erased = excluded.erased))

WRITE(customer_fact_remove, attr_key,
	SQL(DELETE FROM customer_fact WHERE slot = :slot AND corp = :corp AND customer = :customer))

WRITE(event_day_count, event_day,
	SQL(INSERT INTO event_day (slot, corp, customer, kind, day, times)
		VALUES (:slot, :corp, :customer, :kind, :day, 1)
		ON CONFLICT (slot, corp, customer, kind, day) DO UPDATE SET times = event_day.times + 1))

WRITE(fact_tally_add, fact_tally,
	SQL(INSERT INTO fact_tally (slot, corp, staff, people, friends, bound, buyers, strangers, orders, spent)
		VALUES (:slot, :corp, :staff, :people, :friends, :bound, :buyers, :strangers, :orders, :spent)
		ON CONFLICT (slot, corp, staff) DO UPDATE SET people = fact_tally.people + excluded.people,
			friends = fact_tally.friends + excluded.friends, bound = fact_tally.bound + excluded.bound,
			buyers = fact_tally.buyers + excluded.buyers, strangers = fact_tally.strangers + excluded.strangers,
			orders = fact_tally.orders + excluded.orders, spent = fact_tally.spent + excluded.spent))
READ_MANY(fact_tally_sums, none, fact_tally,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT staff, CAST(SUM(people) AS BIGINT) AS people, CAST(SUM(friends) AS BIGINT) AS friends,
			CAST(SUM(bound) AS BIGINT) AS bound, CAST(SUM(buyers) AS BIGINT) AS buyers,
			CAST(SUM(strangers) AS BIGINT) AS strangers, CAST(SUM(orders) AS BIGINT) AS orders,
			CAST(SUM(spent) AS BIGINT) AS spent
		FROM fact_tally WHERE corp = :corp
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY staff ORDER BY staff))

#endif
