/*
 * Timers. Setting one again gives it a new id, so a scheduler that read the old row cannot take it.
 */
#include "store/timer.h"

#include "store/store_int.h"
#include "store/seal_int.h"

#define TIMER_BODY_MAX ((size_t)64 << 10)

#define TIMER_PUT_FIELDS(F, S) \
	F(S, STR, kind)        \
	F(S, STR, key)         \
	F(S, MS, due)          \
	F(S, ID, id)           \
	F(S, ID, customer)     \
	F(S, ID, cause)        \
	F(S, JSON, body)
RECORD(timer_put, TIMER_PUT_FIELDS);
#define TIMER_KEY_FIELDS(F, S) F(S, STR, kind) F(S, STR, key)
RECORD(timer_key, TIMER_KEY_FIELDS);
#define TIMER_FIND_FIELDS(F, S) F(S, MS, at) F(S, I64, limit)
RECORD(timer_find, TIMER_FIND_FIELDS);
#define TIMER_FOUND_FIELDS(F, S) \
	F(S, I64, place)         \
	F(S, ID, id)             \
	F(S, ID, owner)          \
	F(S, MS, due)            \
	F(S, STR, kind)          \
	F(S, STR, key)           \
	F(S, ID, customer)       \
	F(S, ID, cause)          \
	F(S, JSON, body)
RECORD(timer_found, TIMER_FOUND_FIELDS);
#define TIMER_ONE_FIELDS(F, S) F(S, MS, due) F(S, ID, id)
RECORD(timer_one, TIMER_ONE_FIELDS);
#define TIMER_NEXT_FIELDS(F, S) F(S, MS, due, .opt = true)
RECORD(timer_next, TIMER_NEXT_FIELDS);

WRITE(timer_write, timer_put,
      SQL(INSERT INTO timer (slot, due, id, corp, kind, key, customer, cause, body)
	  VALUES (:slot, :due, :id, :corp, :kind, :key, :customer, :cause, :body)
	  ON CONFLICT (slot, corp, kind, key) DO UPDATE SET due = excluded.due, id = excluded.id,
		  customer = excluded.customer, cause = excluded.cause, body = excluded.body))
WRITE(timer_remove, timer_key,
      SQL(DELETE FROM timer WHERE slot = :slot AND corp = :corp AND kind = :kind AND key = :key))
READ_MANY(timer_rows_due, timer_find, timer_found,
	  SQL_GLOBAL("the scheduler serves all corps and slots",
		     SELECT slot AS place, id, corp AS owner, due, kind, key, customer, cause, body
		     FROM timer WHERE due <= :at ORDER BY due, id, slot LIMIT :limit))
WRITE(timer_remove_one, timer_one,
      SQL(DELETE FROM timer WHERE due = :due AND id = :id AND slot = :slot AND corp = :corp))
READ_ONE(timer_earliest, none, timer_next,
	 SQL_GLOBAL("the scheduler serves all corps and slots", SELECT min(due) AS due FROM timer))

err timer_set(struct tx *tx, str kind, str key, ms due, i64 customer, const struct record *record, const void *body)
{
	struct store *st = tx->snap.unit->store;
	struct timer_put row = { .kind = kind, .key = key, .due = due, .customer = customer,
				 .cause = tx->snap.unit->cause, .body = STR("{}") };
	if (record)
		TRY(body_seal(tx, customer, record, body, TIMER_BODY_MAX, &row.body));
	row.id = id_next(&st->ids, tx->snap.now);
	tx_wake(tx, WAKE_TIMER);
	return timer_write(tx, &row);
}

err timer_cancel(struct tx *tx, str kind, str key) { return timer_remove(tx, &(struct timer_key){ kind, key }); }

err timer_body(const struct snap *s, const struct timer_row *row, const struct record *record, void *ret)
{
	return body_unseal(s, row->corp, row->customer, row->body, record, ret);
}

err timer_due(struct unit *u, ms now, size_t limit, struct timer_row **ret, size_t *ret_count)
{
	struct timer_found *rows = NULL;
	size_t n = 0;
	TRY(READ_SNAP(u, 0, timer_rows_due(snap, &(struct timer_find){ now, (i64)limit }, &rows, &n)));
	struct timer_row *out = ARENA_ARRAY(u->arena, struct timer_row, n ? n : 1);
	for (size_t i = 0; i < n; i++) {
		const struct timer_found *r = &rows[i];
		out[i] = (struct timer_row){ r->place, r->id, r->owner, r->due, r->kind, r->key, r->customer, r->cause,
					     r->body };
	}
	*ret = out;
	*ret_count = n;
	return OK;
}

err timer_take(struct tx *tx, const struct timer_row *row, bool *ret_taken)
{
	tx->snap.corp = row->corp;
	TRY(timer_remove_one(tx, &(struct timer_one){ row->due, row->id }));
	*ret_taken = tx_changed(tx) > 0;
	return OK;
}

err timer_next_due(struct unit *u, ms *ret)
{
	struct timer_next next;
	TRY(READ_SNAP(u, 0, timer_earliest(snap, &(struct none){ 0 }, &next)));
	*ret = next.due;
	return OK;
}
