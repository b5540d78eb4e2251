/*
 * Rows and queries of visits, each in the slot of whom the link was made for, else of who came, else the base slot.
 */
#ifndef YT_FEATURE_MATERIAL_MATERIAL_VISIT_DATA_H
#define YT_FEATURE_MATERIAL_MATERIAL_VISIT_DATA_H

#include "feature/material/material_data.h"

#define MATERIAL_VISIT_FIELDS(F, S)                                                                \
	F(S, ID, id) F(S, ID, material) F(S, I64, number) F(S, ID, meant) F(S, ID, reader) F(S, ID, staff) F(S, STR, browser) \
	F(S, BOOL, passed) F(S, MS, opened) F(S, MS, last) F(S, I64, seconds) F(S, I64, depth) F(S, I64, told)
RECORD(material_visit, MATERIAL_VISIT_FIELDS);
#define MATERIAL_OF_BROWSER_FIELDS(F, S) F(S, ID, material) F(S, ID, meant) F(S, STR, browser)
RECORD(material_of_browser, MATERIAL_OF_BROWSER_FIELDS);
#define MATERIAL_OWNED_FIELDS(F, S) F(S, I64, n) F(S, I64, mine)
RECORD(material_owned, MATERIAL_OWNED_FIELDS);
#define MATERIAL_OF_READER_FIELDS(F, S) F(S, ID, material) F(S, ID, reader)
RECORD(material_of_reader, MATERIAL_OF_READER_FIELDS);
#define MATERIAL_SINCE_FIELDS(F, S) F(S, ID, material) F(S, ID, meant) F(S, MS, at)
RECORD(material_since, MATERIAL_SINCE_FIELDS);
#define MATERIAL_TALLY_FIELDS(F, S) \
	F(S, ID, material) F(S, I64, day) F(S, ID, staff) F(S, I64, opened) F(S, I64, people) F(S, I64, seconds) F(S, I64, passed)
RECORD(material_tally, MATERIAL_TALLY_FIELDS);
#define MATERIAL_SPAN_FIELDS(F, S) F(S, ID, material) F(S, I64, first)
RECORD(material_span, MATERIAL_SPAN_FIELDS);
#define MATERIAL_SUM_FIELDS(F, S) \
	F(S, ID, material) F(S, I64, day) F(S, I64, opened) F(S, I64, people) F(S, I64, seconds) F(S, I64, passed)
RECORD(material_sum, MATERIAL_SUM_FIELDS);
#define MATERIAL_LIST_FIELDS(F, S) F(S, ID, material) F(S, ID, below) F(S, I64, limit)
RECORD(material_list, MATERIAL_LIST_FIELDS);
#define MATERIAL_ALERT_FIELDS(F, S) F(S, ID, customer) F(S, ID, material) F(S, MS, at)
RECORD(material_alert, MATERIAL_ALERT_FIELDS);
#define MATERIAL_VISIT_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(material_visit_key, MATERIAL_VISIT_KEY_FIELDS); /* also the timer's body */

WRITE(material_visit_add, material_visit,
	SQL(INSERT INTO material_visit (slot, corp, id, material, number, meant, reader, staff, browser, passed, opened, last, seconds,
			depth, told)
		VALUES (:slot, :corp, :id, :material, :number, :meant, :reader, :staff, :browser, :passed, :opened, :last, :seconds,
			:depth, :told)))
WRITE(material_visit_put, material_visit,
	SQL(UPDATE material_visit SET last = :last, seconds = :seconds, depth = :depth, told = :told
		WHERE slot = :slot AND corp = :corp AND id = :id))
READ_ONE(material_visit_get, material_visit_key, material_visit,
	SQL_UNSCOPED("a visit by its sealed number, for its own page",
		SELECT id, material, number, meant, reader, staff, browser, passed, opened, last, seconds, depth, told
		FROM material_visit WHERE slot = :slot AND corp = :corp AND id = :id))
READ_MANY(material_visit_last, material_of_browser, material_visit,
	SQL_UNSCOPED("the browser's own visits",
		SELECT id, material, number, meant, reader, staff, browser, passed, opened, last, seconds, depth, told
		FROM material_visit WHERE slot = :slot AND corp = :corp AND material = :material AND meant = :meant AND browser = :browser
		ORDER BY id DESC LIMIT 1))
READ_ONE(material_own, material_of_browser, material_owned,
	SQL_UNSCOPED("whose browsers opened a link as the one it was made for",
		SELECT COUNT(*) AS n, CAST(COALESCE(SUM(CASE WHEN browser = :browser THEN 1 ELSE 0 END), 0) AS BIGINT) AS mine
		FROM material_visit WHERE slot = :slot AND corp = :corp AND material = :material AND meant = :meant AND passed = 0))
READ_ONE(material_visits_of, material_of_reader, material_count,
	SQL_UNSCOPED("whether she had opened it before",
		SELECT COUNT(*) AS n FROM material_visit WHERE slot = :slot AND corp = :corp AND reader = :reader AND material = :material))
READ_ONE(material_visits_since, material_since, material_count,
	SQL_UNSCOPED("how many came by a link within the hour",
		SELECT COUNT(*) AS n FROM material_visit WHERE slot = :slot AND corp = :corp AND material = :material AND meant = :meant
			AND opened > :at))
READ_MANY(material_visit_list, material_list, material_visit,
	SQL_GLOBAL("visits of one material over the slots of the corp, within the viewer's scope",
		SELECT id, material, number, meant, reader, staff, browser, passed, opened, last, seconds, depth, told
		FROM material_visit WHERE corp = :corp AND material = :material AND id < :below
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		ORDER BY id DESC LIMIT :limit))
WRITE(material_tally_add, material_tally,
	SQL(INSERT INTO material_tally (slot, corp, material, day, staff, opened, people, seconds, passed)
		VALUES (:slot, :corp, :material, :day, :staff, :opened, :people, :seconds, :passed)
		ON CONFLICT (slot, corp, material, day, staff) DO UPDATE SET opened = material_tally.opened + excluded.opened,
			people = material_tally.people + excluded.people, seconds = material_tally.seconds + excluded.seconds,
			passed = material_tally.passed + excluded.passed))
/* By material over all days from first on. */
READ_MANY(material_sums, material_span, material_sum,
	SQL_GLOBAL("sums over the slots of the corp, within the viewer's scope",
		SELECT material, CAST(0 AS BIGINT) AS day, CAST(SUM(opened) AS BIGINT) AS opened, CAST(SUM(people) AS BIGINT) AS people,
			CAST(SUM(seconds) AS BIGINT) AS seconds, CAST(SUM(passed) AS BIGINT) AS passed
		FROM material_tally WHERE corp = :corp AND day >= :first AND (:material = 0 OR material = :material)
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY material ORDER BY material))
/* By day of one material. */
READ_MANY(material_days, material_span, material_sum,
	SQL_GLOBAL("sums over the slots of the corp, within the viewer's scope",
		SELECT material, day, CAST(SUM(opened) AS BIGINT) AS opened, CAST(SUM(people) AS BIGINT) AS people,
			CAST(SUM(seconds) AS BIGINT) AS seconds, CAST(SUM(passed) AS BIGINT) AS passed
		FROM material_tally WHERE corp = :corp AND day >= :first AND material = :material
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY material, day ORDER BY day))
READ_ONE(material_alert_get, material_alert, material_alert,
	SQL_UNSCOPED("when her advisor was told",
		SELECT customer, material, at FROM material_alert WHERE slot = :slot AND corp = :corp AND customer = :customer
			AND material = :material))
WRITE(material_alert_put, material_alert,
	SQL(INSERT INTO material_alert (slot, corp, customer, material, at) VALUES (:slot, :corp, :customer, :material, :at)
		ON CONFLICT (slot, corp, customer, material) DO UPDATE SET at = excluded.at))

WRITE(material_visits_forget, material_before,
	SQL(DELETE FROM material_visit WHERE slot = :slot AND corp = :corp AND id IN (SELECT id FROM material_visit
			WHERE slot = :slot AND corp = :corp AND last < :at ORDER BY last LIMIT :limit)))
WRITE(material_alerts_forget, material_before,
	SQL(DELETE FROM material_alert WHERE slot = :slot AND corp = :corp AND (customer, material) IN (SELECT customer, material
			FROM material_alert WHERE slot = :slot AND corp = :corp AND at < :at ORDER BY at LIMIT :limit)))

/* Who is before the page. */
struct material_who {
	struct door_link link;
	str browser;     /* hash of its cookie */
	bool known;      /* WeChat's consent page said who it is */
	i64 guest;       /* her root; 0: nobody of ours */
};
/* Opens a visit or goes on with one; in no transaction. ERR_TOO_MANY. */
err material_visit_open(struct cx *cx, const struct material_who *who, i64 *ret_visit, i64 *ret_place);
/* What the page has seen so far. place: whose slot it stands in (0: the base). */
err material_visit_beat(struct cx *cx, i64 visit, i64 place, i64 seconds, i64 depth);

#endif
