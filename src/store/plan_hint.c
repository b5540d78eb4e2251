/*
 * What SQLite's planner is told about every index, instead of what it would guess.
 *
 * Without figures it takes any two columns for selective, and prefers a primary key of (slot, corp, attr,
 * customer) to an index on (slot, corp, customer): one person's rows are then found by walking a whole slot,
 * and work grows with the number of people. Here slot and corp tell nothing, a person or an id tells almost
 * everything, any other column something, the last column of a unique index all, and an index with a condition of its own
 * holds few. The figures are put
 * where ANALYZE would put its own; they need no data and never age. PostgreSQL gathers its own.
 *
 * Slots are few, so a search in all of them may skip from one to the next. Over anything else it must not: these
 * figures let one group of many look like one of few, and who asked for a member's seats looked into every group.
 */
#include "store/store_int.h"

/* Rows left of a million once the columns so far are known, a digit for each decade. */
static const char hints_sql[] =
	"ANALYZE sqlite_schema;"
	"DELETE FROM sqlite_stat1;"
	"INSERT INTO sqlite_stat1 (tbl, idx, stat) "
	"WITH col AS ("
	" SELECT m.name AS tbl, CASE WHEN l.origin = 'pk' AND t.wr THEN m.name ELSE l.name END AS idx, l.\"unique\" AS whole, l.partial AS few, x.seqno AS at,"
	"  x.seqno = 0 AND x.name = 'slot' AS skips,"
	"  CASE WHEN x.name IN ('slot', 'corp') THEN 0"
	"   WHEN x.name IN ('id', 'customer', 'leaf', 'root', 'value', 'key', 'token') THEN 5 ELSE 2 END AS tells"
	" FROM sqlite_schema m, pragma_table_list(m.name) t, pragma_index_list(m.name) l, pragma_index_info(l.name) x"
	" WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND t.schema = 'main'),"
	"known AS ("
	" SELECT tbl, idx, whole, few, skips, at, SUM(tells) OVER (PARTITION BY tbl, idx ORDER BY at) AS told,"
	"  MAX(at) OVER (PARTITION BY tbl, idx) AS last FROM col ORDER BY tbl, idx, at)"
	"SELECT tbl, idx, CASE WHEN few THEN '10000 ' ELSE '1000000 ' END || GROUP_CONCAT("
	" CASE WHEN whole AND at = last THEN '1' ELSE SUBSTR('1000000', 1, MAX(1, 7 - 2 * few - told)) END, ' ')"
	" || CASE WHEN MAX(skips) THEN '' ELSE ' noskipscan' END"
	" FROM known GROUP BY tbl, idx;"
	"ANALYZE sqlite_schema";

err plan_hints(struct store *st, struct fail *f)
{
	return store_is_postgres(st) ? OK : st->ops->script(st, str_c(hints_sql), f);
}
