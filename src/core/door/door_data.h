/*
 * door's rows: the doors, and their visits by day.
 */
#ifndef YT_CORE_DOOR_DOOR_DATA_H
#define YT_CORE_DOOR_DOOR_DATA_H

#include "core/door/door.h"

#define DOOR_ROW_FIELDS(F, S)                                                    \
	F(S, ID, owner_corp) F(S, STR, key) F(S, STR, kind) F(S, ID, target)     \
	F(S, STR, params) F(S, MS, expires, .opt = true)
RECORD(door_row, DOOR_ROW_FIELDS);
#define DOOR_KEY_FIELDS(F, S) F(S, STR, key)
RECORD(door_key, DOOR_KEY_FIELDS);
#define DOOR_AFTER_FIELDS(F, S) F(S, STR, after) F(S, I64, limit)
RECORD(door_after, DOOR_AFTER_FIELDS);
#define DOOR_TARGET_FIELDS(F, S) F(S, STR, kind) F(S, ID, target)
RECORD(door_target, DOOR_TARGET_FIELDS);
#define DOOR_SPAN_FIELDS(F, S) F(S, STR, key) F(S, I64, first) F(S, I64, last)
RECORD(door_span, DOOR_SPAN_FIELDS);
#define DOOR_KIND_SPAN_FIELDS(F, S) F(S, STR, kind) F(S, I64, first) F(S, I64, last)
RECORD(door_kind_span, DOOR_KIND_SPAN_FIELDS);

WRITE(door_insert, door_row,
	SQL(INSERT INTO door (corp, key, kind, target, params, expires, created)
		VALUES (:corp, :key, :kind, :target, :params, :expires, :now)))
WRITE(door_update, door_row,
	SQL(UPDATE door SET kind = :kind, target = :target, params = :params, expires = :expires
		WHERE corp = :corp AND key = :key))
WRITE(door_delete, door_key, SQL(DELETE FROM door WHERE corp = :corp AND key = :key))
READ_ONE(door_get, door_key, door_row,
	SQL_GLOBAL("the key says which corp",
		SELECT corp AS owner_corp, key, kind, target, params, expires FROM door WHERE key = :key))
READ_MANY(door_load, door_after, door_row,
	SQL_GLOBAL("memory holds the doors of all corps",
		SELECT corp AS owner_corp, key, kind, target, params, expires FROM door WHERE key > :after ORDER BY key LIMIT :limit))
READ_MANY(door_to, door_target, door_key,
	SQL(SELECT key FROM door WHERE corp = :corp AND kind = :kind AND target = :target ORDER BY key))
WRITE(door_day_add, door_day,
	SQL(INSERT INTO door_day (corp, key, day, visits) VALUES (:corp, :key, :day, :visits)
		ON CONFLICT (corp, key, day) DO UPDATE SET visits = door_day.visits + excluded.visits))
READ_MANY(door_day_list, door_span, door_day,
	SQL(SELECT key, day, visits FROM door_day WHERE corp = :corp AND key = :key AND day >= :first AND day <= :last ORDER BY day))
READ_MANY(door_day_sums, door_kind_span, door_sum,
	SQL(SELECT d.target AS target, CAST(SUM(v.visits) AS BIGINT) AS visits
		FROM door d JOIN door_day v ON v.corp = d.corp AND v.key = d.key
		WHERE d.corp = :corp AND d.kind = :kind AND v.day >= :first AND v.day <= :last GROUP BY d.target))

/* -- memory (door_memory.c) -- */

struct doors *doors_new(void);
void doors_free(struct doors *d);
void doors_put(struct doors *d, const struct door *door); /* copies */
void doors_drop(struct doors *d, str key);
/* false: not known. Texts in a. */
bool doors_get(struct doors *d, str key, struct arena *a, struct door *ret);
/* Counts one visit on that day; true: nothing of this corp waits to be written yet, so somebody must see to it. */
bool doors_count(struct doors *d, const struct door *door, i64 day, ms now);
/* Whether the next count would ask for that. */
bool doors_asks(struct doors *d, i64 corp, ms now);
/* Takes the counts of a corp (0: of every corp) out; doors_give puts them back when they could not be written. */
struct door_count { i64 corp, day, visits; str key; };
size_t doors_take(struct doors *d, i64 corp, struct arena *a, struct door_count **ret);
void doors_give(struct doors *d, const struct door_count *counts, size_t n);
/* Which day of its corp it is, as long as that is remembered. */
bool doors_day(struct doors *d, i64 corp, ms now, i64 *ret);
void doors_day_put(struct doors *d, i64 corp, i64 day, ms until);

#endif
