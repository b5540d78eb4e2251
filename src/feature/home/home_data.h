/*
 * home's rows: days, what orders added to them, and WeCom's figures.
 */
#ifndef YT_FEATURE_HOME_HOME_DATA_H
#define YT_FEATURE_HOME_HOME_DATA_H

#include "feature/home/home.h"

#define HOME_COUNT_FIELDS(F, S)                                                     \
	F(S, I64, added) F(S, I64, added_first) F(S, I64, added_again) F(S, I64, lost) F(S, I64, lost_unique) \
	F(S, I64, dropped) F(S, I64, orders) F(S, FEN, revenue)
#define HOME_DAY_FIELDS(F, S) F(S, I64, day) F(S, ID, staff) HOME_COUNT_FIELDS(F, S)
RECORD(home_day, HOME_DAY_FIELDS);
#define HOME_SUM_FIELDS(F, S) F(S, I64, day) HOME_COUNT_FIELDS(F, S)
RECORD(home_sum, HOME_SUM_FIELDS);
#define HOME_RANGE_FIELDS(F, S) F(S, I64, from) F(S, I64, to) F(S, I64, limit)
RECORD(home_range, HOME_RANGE_FIELDS);
#define HOME_STAFF_ADDED_FIELDS(F, S) F(S, ID, staff) F(S, I64, added)
RECORD(home_staff_added, HOME_STAFF_ADDED_FIELDS);
#define HOME_ORDER_FIELDS(F, S) F(S, ID, id) F(S, I64, day) F(S, FEN, paid) F(S, FEN, back, .doc = "refunded by the order itself")
RECORD(home_order, HOME_ORDER_FIELDS);
#define HOME_N_FIELDS(F, S) F(S, I64, n)
RECORD(home_n, HOME_N_FIELDS);
#define HOME_WECOM_FIELDS(F, S)                                                     \
	F(S, ID, staff) F(S, I64, day) F(S, I64, applied) F(S, I64, added) F(S, I64, lost) F(S, I64, chats) \
	F(S, I64, messages) F(S, MS, fetched)
RECORD(home_wecom, HOME_WECOM_FIELDS);
#define HOME_PAIR_FIELDS(F, S) \
	F(S, ID, staff) F(S, I64, day) F(S, I64, added) F(S, I64, lost) F(S, I64, our_added) F(S, I64, our_lost)
RECORD(home_pair, HOME_PAIR_FIELDS);
#define HOME_LAST_FIELDS(F, S) F(S, ID, staff) F(S, I64, day)
RECORD(home_last, HOME_LAST_FIELDS);

WRITE(home_day_add, home_day,
	SQL(INSERT INTO home_day (slot, corp, day, staff, added, added_first, added_again, lost, lost_unique, dropped,
			orders, revenue)
		VALUES (:slot, :corp, :day, :staff, :added, :added_first, :added_again, :lost, :lost_unique, :dropped,
			:orders, :revenue)
		ON CONFLICT (slot, corp, day, staff) DO UPDATE SET added = home_day.added + excluded.added,
			added_first = home_day.added_first + excluded.added_first,
			added_again = home_day.added_again + excluded.added_again,
			lost = home_day.lost + excluded.lost, lost_unique = home_day.lost_unique + excluded.lost_unique,
			dropped = home_day.dropped + excluded.dropped, orders = home_day.orders + excluded.orders,
			revenue = home_day.revenue + excluded.revenue))
READ_MANY(home_days, home_range, home_sum,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT day, CAST(SUM(added) AS BIGINT) AS added, CAST(SUM(added_first) AS BIGINT) AS added_first,
			CAST(SUM(added_again) AS BIGINT) AS added_again, CAST(SUM(lost) AS BIGINT) AS lost,
			CAST(SUM(lost_unique) AS BIGINT) AS lost_unique, CAST(SUM(dropped) AS BIGINT) AS dropped,
			CAST(SUM(orders) AS BIGINT) AS orders, CAST(SUM(revenue) AS BIGINT) AS revenue
		FROM home_day WHERE corp = :corp AND day >= :from AND day <= :to
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY day ORDER BY day))
READ_MANY(home_staff_sums, home_range, home_staff_added,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT staff, CAST(SUM(added) AS BIGINT) AS added FROM home_day
		WHERE corp = :corp AND day >= :from AND day <= :to AND staff <> 0
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY staff ORDER BY staff))

WRITE(home_order_put, home_order,
	SQL(INSERT INTO home_order (slot, corp, id, day, paid, back) VALUES (:slot, :corp, :id, :day, :paid, :back)
		ON CONFLICT (slot, corp, id) DO UPDATE SET day = excluded.day, paid = excluded.paid, back = excluded.back))
READ_ONE(home_order_get, home_order, home_order,
	SQL(SELECT id, day, paid, back FROM home_order WHERE slot = :slot AND corp = :corp AND id = :id))
WRITE(home_order_drop, home_order, SQL(DELETE FROM home_order WHERE slot = :slot AND corp = :corp AND id = :id))
READ_ONE(home_any_order, none, home_n,
	SQL_GLOBAL("any slot of the corp",
		SELECT CASE WHEN EXISTS (SELECT 1 FROM home_day WHERE corp = :corp AND staff = 0) THEN 1 ELSE 0 END AS n))

WRITE(home_wecom_put, home_wecom,
	SQL(INSERT INTO home_wecom (corp, staff, day, applied, added, lost, chats, messages, fetched)
		VALUES (:corp, :staff, :day, :applied, :added, :lost, :chats, :messages, :fetched)
		ON CONFLICT (corp, day, staff) DO UPDATE SET applied = excluded.applied, added = excluded.added,
			lost = excluded.lost, chats = excluded.chats, messages = excluded.messages,
			fetched = excluded.fetched))
READ_MANY(home_wecom_last, none, home_last,
	SQL(SELECT staff, MAX(day) AS day FROM home_wecom WHERE corp = :corp GROUP BY staff ORDER BY staff))
READ_ONE(home_wecom_days, home_range, home_n,
	SQL(SELECT COUNT(*) AS n FROM home_wecom WHERE corp = :corp AND day >= :from AND day <= :to))
READ_MANY(home_differences, home_range, home_pair,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT w.staff AS staff, w.day AS day, w.added AS added, w.lost AS lost,
			CAST(COALESCE(SUM(d.added), 0) AS BIGINT) AS our_added,
			CAST(COALESCE(SUM(d.lost), 0) AS BIGINT) AS our_lost
		FROM home_wecom w LEFT JOIN home_day d ON d.corp = w.corp AND d.day = w.day AND d.staff = w.staff
		WHERE w.corp = :corp AND w.day >= :from AND w.day <= :to
			AND (:scope = 0 OR w.staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY w.staff, w.day, w.added, w.lost
		HAVING COALESCE(SUM(d.added), 0) <> w.added OR COALESCE(SUM(d.lost), 0) <> w.lost
		ORDER BY w.day DESC, w.staff LIMIT :limit))

#endif
