/*
 * touch points 触点: the codes of a store's door, cashier, pick-up desk and shelf, and of spots on-line, compared spot by
 * spot in one store and store by store at one spot.
 *
 * Visits, adds and losses are those of the codes in the period (livecode_stat_data.h). Buyers and orders go by cohort:
 * of the persons who came in the period, those who have bought since, and their orders from the day they came on. A
 * person counts at the code she came by last, as a whole: over all her numbers. Orders that were cancelled since do
 * not count beyond what stands of hers. The rows of buyers follow her facts, so a merge, a split or a late import is in
 * them as soon as in those.
 */
#ifndef YT_FEATURE_LIVECODE_LIVECODE_SPOT_DATA_H
#define YT_FEATURE_LIVECODE_LIVECODE_SPOT_DATA_H

#include "feature/livecode/livecode_data.h"
#include "feature/livecode/livecode_stat_data.h"

#define LIVECODE_SPOT_CODES_MAX 50000 /* codes one comparison reads; the query takes one more */

#define LIVECODE_BUYER_FIELDS(F, S) F(S, ID, customer) F(S, ID, livecode) F(S, I64, day) F(S, I64, orders)
RECORD(livecode_buyer, LIVECODE_BUYER_FIELDS);
WRITE(livecode_buyer_put, livecode_buyer,
	SQL(INSERT INTO livecode_buyer (slot, corp, customer, livecode, day, orders)
		VALUES (:slot, :corp, :customer, :livecode, :day, :orders)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET livecode = excluded.livecode, day = excluded.day,
			orders = excluded.orders))
WRITE(livecode_buyer_drop, livecode_key,
	SQL(DELETE FROM livecode_buyer WHERE slot = :slot AND corp = :corp AND customer = :id))
READ_ONE(livecode_buyer_get, livecode_key, livecode_buyer,
	SQL_UNSCOPED("counts her under a code; nobody is shown",
		SELECT customer, livecode, day, orders FROM livecode_buyer
		WHERE slot = :slot AND corp = :corp AND customer = :id))

#define LIVECODE_BOUGHT_FIELDS(F, S) F(S, ID, livecode) F(S, I64, buyers) F(S, I64, orders)
RECORD(livecode_bought, LIVECODE_BOUGHT_FIELDS);
READ_MANY(livecode_bought, livecode_span, livecode_bought,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT livecode, COUNT(*) AS buyers, CAST(SUM(orders) AS BIGINT) AS orders FROM livecode_buyer
		WHERE corp = :corp AND day >= :first AND day <= :last GROUP BY livecode))

/* Every code that has a spot or hangs in a store, those without figures too: a spot nobody scans is a finding. */
#define LIVECODE_AT_SPOT_FIELDS(F, S)                                            \
	F(S, ID, id) F(S, STR, spot) F(S, ID, store) F(S, BOOL, live) F(S, I64, adds) F(S, I64, losses) F(S, I64, drops)
RECORD(livecode_at_spot, LIVECODE_AT_SPOT_FIELDS);
READ_MANY(livecode_spots, livecode_span, livecode_at_spot,
	SQL_GLOBAL("sums over the slots of the corp",
		SELECT c.id AS id, c.spot AS spot, c.store AS store, CASE WHEN c.state = 'disabled' THEN 0 ELSE 1 END AS live,
			COALESCE(CAST(SUM(s.adds) AS BIGINT), 0) AS adds, COALESCE(CAST(SUM(s.losses) AS BIGINT), 0) AS losses,
			COALESCE(CAST(SUM(s.drops) AS BIGINT), 0) AS drops
		FROM livecode c LEFT JOIN livecode_stat s
			ON s.corp = c.corp AND s.livecode = c.id AND s.day >= :first AND s.day <= :last
		WHERE c.corp = :corp AND (c.spot <> '' OR c.store <> 0)
		GROUP BY c.id, c.spot, c.store, c.state ORDER BY c.id DESC LIMIT 50001))

struct attr_person;
struct customer_fact;
/* Keeps her row of buyers; in her root's slot. */
err livecode_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum);
/* act: who is no person of her own any more has no row. */
err livecode_on_gone(struct tx *tx, const struct event *ev);

#endif
