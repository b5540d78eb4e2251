/*
 * attr's rows: customer_fact (one per root, a fold over her leaves) and event_day (one per leaf, event
 * kind and corp-day), derived: emptied and replayed by rebuild. attr_value and attr_due follow them by the
 * `person` hooks.
 */
#ifndef YT_CORE_ATTR_ATTR_DATA_H
#define YT_CORE_ATTR_ATTR_DATA_H

#include "core/attr/attr_tally.h"
#include "core/attr/attr_value.h"

#define ATTR_KEY_FIELDS(F, S) F(S, ID, customer)
RECORD(attr_key, ATTR_KEY_FIELDS);

#define EVENT_DAY_FIELDS(F, S) F(S, ID, customer) F(S, I64, kind) F(S, I64, day)
RECORD(event_day, EVENT_DAY_FIELDS);

READ_ONE(customer_fact_get, attr_key, customer_fact,
	SQL_UNSCOPED("callers check the viewer's scope on the person first",
		SELECT customer, name, added, friend, lost_at, lost_by, staff, staff_since, store, channel, city, gender,
			source, followup, stage, birthday, child_birthday, orders, spent, first_order,
			last_order, last_reached, last_active, reach_wecom, reach_sms, reach_oa, reach_mail, bound, erased
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
			first_order, last_order, last_reached, last_active, reach_wecom, reach_sms, reach_oa, reach_mail, bound, erased)
		VALUES (:slot, :corp, :customer, :name, :added, :friend, :lost_at, :lost_by, :staff, :staff_since, :store,
			:channel, :city, :gender, :source, :followup, :stage, :birthday, :child_birthday, :orders, :spent,
			:first_order, :last_order, :last_reached, :last_active, :reach_wecom, :reach_sms, :reach_oa, :reach_mail, :bound, :erased)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET name = excluded.name, added = excluded.added,
			friend = excluded.friend, lost_at = excluded.lost_at, lost_by = excluded.lost_by,
			staff = excluded.staff, staff_since = excluded.staff_since, store = excluded.store, channel = excluded.channel,
			city = excluded.city, gender = excluded.gender, source = excluded.source,
			followup = excluded.followup, stage = excluded.stage, birthday = excluded.birthday,
			child_birthday = excluded.child_birthday, orders = excluded.orders, spent = excluded.spent,
			first_order = excluded.first_order, last_order = excluded.last_order,
			last_reached = excluded.last_reached, last_active = excluded.last_active,
			reach_wecom = excluded.reach_wecom, reach_sms = excluded.reach_sms,
			reach_oa = excluded.reach_oa, reach_mail = excluded.reach_mail,
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

/* -- values -- */
WRITE(attr_value_write, attr_value,
	SQL(INSERT INTO attr_value (slot, corp, attr, customer, n, t) VALUES (:slot, :corp, :attr, :customer, :n, :t)
		ON CONFLICT (slot, corp, attr, customer) DO UPDATE SET n = excluded.n, t = excluded.t))
WRITE(attr_value_remove, attr_value,
	SQL(DELETE FROM attr_value WHERE slot = :slot AND corp = :corp AND attr = :attr AND customer = :customer))
WRITE(attr_values_remove, attr_key,
	SQL(DELETE FROM attr_value WHERE slot = :slot AND corp = :corp AND customer = :customer))
READ_ONE(attr_value_one, attr_value, attr_value,
	SQL_UNSCOPED("callers check the viewer's scope on the person first",
		SELECT customer, attr, n, t FROM attr_value
		WHERE slot = :slot AND corp = :corp AND attr = :attr AND customer = :customer))
/* Sorted as its index is: ordered by attr alone SQLite would walk the primary key through the whole slot. */
READ_MANY(attr_value_list, attr_key, attr_value,
	SQL_UNSCOPED("callers check the viewer's scope on the person first",
		SELECT customer, attr, n, t FROM attr_value
		WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY customer, attr))
#define ATTR_AFTER_FIELDS(F, S) F(S, ID, attr) F(S, ID, after) F(S, I64, limit)
RECORD(attr_after, ATTR_AFTER_FIELDS);
READ_EACH(attr_value_span, attr_after, attr_value,
	SQL_UNSCOPED("the index cuts by scope",
		SELECT customer, attr, n, t FROM attr_value
		WHERE slot = :slot AND corp = :corp AND attr = :attr AND customer > :after ORDER BY customer LIMIT :limit))
/* The next attribute anybody has between two numbers, by the index. */
#define ATTR_BETWEEN_FIELDS(F, S) F(S, ID, after) F(S, ID, below)
RECORD(attr_between, ATTR_BETWEEN_FIELDS);
READ_ONE(attr_next_of, attr_between, attr_value,
	SQL_UNSCOPED("names of categories are the corp's",
		SELECT customer, attr, n, t FROM attr_value
		WHERE slot = :slot AND corp = :corp AND attr > :after AND attr < :below ORDER BY attr, customer LIMIT 1))

#define ATTR_DAYS_FIELDS(F, S) F(S, ID, customer) F(S, I64, kind) F(S, I64, first) F(S, I64, last)
RECORD(attr_days, ATTR_DAYS_FIELDS);
#define ATTR_SUM_FIELDS(F, S) F(S, I64, n)
RECORD(attr_sum, ATTR_SUM_FIELDS);
READ_ONE(event_day_sum, attr_days, attr_sum,
	SQL(SELECT CAST(COALESCE(SUM(times), 0) AS BIGINT) AS n FROM event_day
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND kind = :kind
			AND day BETWEEN :first AND :last))

/* -- when she last did what -- */
#define ATTR_LAST_FIELDS(F, S) F(S, ID, customer) F(S, ID, attr) F(S, MS, at)
RECORD(attr_last, ATTR_LAST_FIELDS);
WRITE(attr_last_put, attr_last,
	SQL(INSERT INTO attr_last (slot, corp, customer, attr, at) VALUES (:slot, :corp, :customer, :attr, :at)
		ON CONFLICT (slot, corp, customer, attr) DO UPDATE SET at = excluded.at WHERE excluded.at > attr_last.at))
READ_MANY(attr_last_of, attr_key, attr_last,
	SQL(SELECT customer, attr, at FROM attr_last WHERE slot = :slot AND corp = :corp AND customer = :customer))

/* -- due days -- */
#define ATTR_DUE_FIELDS(F, S) F(S, ID, customer) F(S, I64, day)
RECORD(attr_due_row, ATTR_DUE_FIELDS);
#define ATTR_DUE_FIND_FIELDS(F, S) F(S, I64, day) F(S, I64, limit)
RECORD(attr_due_find, ATTR_DUE_FIND_FIELDS);
READ_ONE(attr_due_get, attr_key, attr_due_row,
	SQL(SELECT customer, day FROM attr_due WHERE slot = :slot AND corp = :corp AND customer = :customer))
WRITE(attr_due_put, attr_due_row,
	SQL(INSERT INTO attr_due (slot, corp, customer, day) VALUES (:slot, :corp, :customer, :day)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET day = excluded.day))
WRITE(attr_due_remove, attr_key,
	SQL(DELETE FROM attr_due WHERE slot = :slot AND corp = :corp AND customer = :customer))
READ_MANY(attr_due_list, attr_due_find, attr_due_row,
	SQL(SELECT customer, day FROM attr_due
		WHERE slot = :slot AND corp = :corp AND day <= :day ORDER BY day, customer LIMIT :limit))
/* Writes the due day of somebody settled, and the timer of that day, when it is another one. */
err attr_due_keep(struct tx *tx, const struct attr_person *p);

#endif
