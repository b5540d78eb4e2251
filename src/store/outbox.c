/*
 * The outbox. Claiming is a transaction per slot that reads the due rows and marks them CALLING, so it
 * is durable before the first call. Rows past their time are closed by the claim and handed out as
 * DROPPED, once, so that their sender's event can say why nothing was sent.
 */
#include "store/outbox.h"

#include "store/store_int.h"
#include "store/seal_int.h"

#define OUTBOX_BODY_MAX ((size_t)64 << 10)

#define OUTBOX_PUT_FIELDS(F, S) \
	F(S, STR, kind)         \
	F(S, STR, key)          \
	F(S, STR, lane)         \
	F(S, ID, id)            \
	F(S, MS, due)           \
	F(S, MS, expires)       \
	F(S, ID, customer)      \
	F(S, ID, cause)         \
	F(S, JSON, body)
RECORD(outbox_put, OUTBOX_PUT_FIELDS);
#define OUTBOX_ID_FIELDS(F, S) F(S, ID, id)
RECORD(outbox_id, OUTBOX_ID_FIELDS);
#define OUTBOX_KEY_FIELDS(F, S) F(S, STR, kind) F(S, STR, key)
RECORD(outbox_key, OUTBOX_KEY_FIELDS);
#define OUTBOX_FIND_FIELDS(F, S) F(S, STR, lane) F(S, MS, at) F(S, I64, limit)
RECORD(outbox_find, OUTBOX_FIND_FIELDS);
#define OUTBOX_OLD_FIELDS(F, S) F(S, MS, before) F(S, I64, limit)
RECORD(outbox_old, OUTBOX_OLD_FIELDS);
#define OUTBOX_SLOT_FIELDS(F, S) F(S, I64, slot)
RECORD(outbox_slot, OUTBOX_SLOT_FIELDS);
#define OUTBOX_LANE_FIELDS(F, S) F(S, STR, lane)
RECORD(outbox_lane, OUTBOX_LANE_FIELDS);
#define OUTBOX_NEXT_FIELDS(F, S) F(S, MS, due, .opt = true)
RECORD(outbox_next, OUTBOX_NEXT_FIELDS);
#define OUTBOX_FOUND_FIELDS(F, S) \
	F(S, I64, place)          \
	F(S, ID, id)              \
	F(S, ID, owner)           \
	F(S, STR, kind)           \
	F(S, STR, key)            \
	F(S, STR, lane)           \
	F(S, MS, due)             \
	F(S, MS, expires)         \
	F(S, ID, customer)        \
	F(S, ID, cause)           \
	F(S, I64, attempts)       \
	F(S, I64, state)          \
	F(S, JSON, body)
RECORD(outbox_found, OUTBOX_FOUND_FIELDS);
#define OUTBOX_MARK_FIELDS(F, S) \
	F(S, ID, owner)          \
	F(S, STR, kind)          \
	F(S, STR, key)           \
	F(S, I64, state)         \
	F(S, STR, reason, .opt = true)
RECORD(outbox_mark, OUTBOX_MARK_FIELDS);
#define OUTBOX_END_FIELDS(F, S) \
	F(S, STR, kind)         \
	F(S, STR, key)          \
	F(S, I64, state)        \
	F(S, MS, due)           \
	F(S, STR, reason, .opt = true)
RECORD(outbox_end, OUTBOX_END_FIELDS);

WRITE_ONE(outbox_insert, outbox_put, outbox_id,
	  SQL(INSERT INTO outbox (slot, corp, kind, key, id, lane, due, expires, customer, cause, attempts, state,
				  called, body)
	      VALUES (:slot, :corp, :kind, :key, :id, :lane, :due, :expires, :customer, :cause, 0, 0, 0, :body)
	      ON CONFLICT (slot, corp, kind, key) DO NOTHING RETURNING id))
WRITE(outbox_drop, outbox_key,
      SQL(UPDATE outbox SET state = 3, reason = 'cancelled'
	  WHERE slot = :slot AND corp = :corp AND kind = :kind AND key = :key AND state = 0))
READ_MANY(outbox_slots_due, outbox_find, outbox_slot,
	  SQL_GLOBAL("senders serve all corps and slots",
		     SELECT DISTINCT slot FROM outbox WHERE lane = :lane AND state = 0 AND due <= :at
		     ORDER BY slot LIMIT :limit))
READ_MANY(outbox_rows_due, outbox_find, outbox_found,
	  SQL_GLOBAL("senders serve all corps of a slot",
		     SELECT slot AS place, id, corp AS owner, kind, key, lane, due, expires, customer, cause, attempts,
			    state, body
		     FROM outbox WHERE slot = :slot AND lane = :lane AND state = 0 AND due <= :at
		     ORDER BY due, id LIMIT :limit))
WRITE(outbox_mark_rows, outbox_mark,
      SQL_GLOBAL("senders serve all corps of a slot",
		 UPDATE outbox SET state = :state, reason = :reason, called = :now, attempts = attempts + 1
		 WHERE slot = :slot AND corp = :owner AND kind = :kind AND key = :key AND state = 0))
READ_MANY(outbox_slots_calling, none, outbox_slot,
	  SQL_GLOBAL("at start, all slots", SELECT DISTINCT slot FROM outbox WHERE state = 1 ORDER BY slot))
WRITE(outbox_forget, none,
      SQL_GLOBAL("at start, all corps of a slot", UPDATE outbox SET state = 4 WHERE slot = :slot AND state = 1))
READ_MANY(outbox_rows_unknown, outbox_old, outbox_found,
	  SQL_GLOBAL("senders serve all corps and slots",
		     SELECT slot AS place, id, corp AS owner, kind, key, lane, due, expires, customer, cause, attempts,
			    state, body
		     FROM outbox WHERE state = 4 AND called < :before ORDER BY called, id LIMIT :limit))
WRITE(outbox_settle, outbox_end,
      SQL(UPDATE outbox SET state = :state, reason = :reason, called = :now
	  WHERE slot = :slot AND corp = :corp AND kind = :kind AND key = :key AND (state = 1 OR state = 4)))
WRITE(outbox_again, outbox_end,
      SQL(UPDATE outbox SET state = 0, due = :due, reason = :reason
	  WHERE slot = :slot AND corp = :corp AND kind = :kind AND key = :key AND (state = 1 OR state = 4)))
READ_ONE(outbox_earliest, outbox_lane, outbox_next,
	 SQL_GLOBAL("senders serve all corps and slots",
		    SELECT min(due) AS due FROM outbox WHERE lane = :lane AND state = 0))
READ_ONE(outbox_unsure, none, outbox_next,
	 SQL_GLOBAL("senders serve all corps and slots", SELECT min(called) AS due FROM outbox WHERE state = 4))

err outbox_add(struct tx *tx, str kind, str key, str lane, ms due, ms expires, i64 customer,
	       const struct record *record, const void *body, bool *ret_new)
{
	struct store *st = tx->snap.unit->store;
	struct outbox_put row = { .kind = kind, .key = key, .lane = str_is_nil(lane) ? STR("") : lane, .due = due,
				  .expires = expires, .customer = customer, .cause = tx->snap.unit->cause,
				  .body = STR("{}") };
	struct outbox_id id;
	if (record)
		TRY(body_seal(tx, customer, record, body, OUTBOX_BODY_MAX, &row.body));
	row.id = id_next(&st->ids, tx->snap.now);
	err e = outbox_insert(tx, &row, &id);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (ret_new)
		*ret_new = e == OK;
	tx_wake(tx, WAKE_OUTBOX);
	return OK;
}

err outbox_cancel(struct tx *tx, str kind, str key, bool *ret_cancelled)
{
	TRY(outbox_drop(tx, &(struct outbox_key){ kind, key }));
	if (ret_cancelled)
		*ret_cancelled = tx->changed > 0;
	return OK;
}

err outbox_body(const struct snap *s, const struct outbox_row *row, const struct record *record, void *ret)
{
	return body_unseal(s, row->corp, row->customer, row->body, record, ret);
}

static struct outbox_row row_of(const struct outbox_found *r)
{
	return (struct outbox_row){ r->place, r->id, r->owner, r->kind, r->key, r->lane, r->due, r->expires, r->customer,
				    r->cause, r->attempts, r->state, r->body };
}

typedef VEC(struct outbox_row) row_list;

/* One slot's due rows: read and marked in one transaction, which nobody else of this slot is in. */
static err claim_slot(struct tx *tx, const struct outbox_find *find, struct outbox_found **ret, size_t *ret_count)
{
	struct outbox_found *rows;
	size_t n;
	TRY(outbox_rows_due(&tx->snap, find, &rows, &n));
	struct outbox_mark *marks = ARENA_ARRAY(tx->snap.arena, struct outbox_mark, n ? n : 1);
	for (size_t i = 0; i < n; i++) {
		bool late = rows[i].expires != 0 && rows[i].expires <= find->at;
		rows[i].state = late ? OUTBOX_DROPPED : OUTBOX_CALLING;
		rows[i].attempts++;
		marks[i] = (struct outbox_mark){ rows[i].owner, rows[i].kind, rows[i].key, rows[i].state,
						 late ? STR("expired") : STR_NIL };
	}
	TRY(query_write_many(tx, &outbox_mark_rows_query, marks, n));
	*ret = rows;
	*ret_count = n;
	return OK;
}

static err claim_all(struct unit *u, struct outbox_find find, row_list *list)
{
	struct outbox_slot *slots = NULL;
	size_t n = 0, limit = (size_t)find.limit;
	TRY(READ_SNAP(u, 0, outbox_slots_due(snap, &find, &slots, &n)));
	for (size_t i = 0; i < n && list->n < limit; i++) {
		struct outbox_found *rows = NULL;
		size_t count = 0;
		find.limit = (i64)(limit - list->n);
		TRY(WRITE_TX(u, slots[i].slot, claim_slot(tx, &find, &rows, &count)));
		for (size_t k = 0; k < count; k++)
			vec_push(u->arena, list, row_of(&rows[k]));
	}
	return OK;
}

err outbox_claim(struct store *st, struct arena *a, str lane, ms now, size_t limit, struct outbox_row **ret,
		 size_t *ret_count, struct fail *f)
{
	struct unit u = unit_new(st, a, 0, "outbox");
	row_list list = { 0 };
	err e = claim_all(&u, (struct outbox_find){ lane, now, (i64)limit }, &list);
	/* What was claimed before a failure must not be lost: it is CALLING already. */
	if (e != OK && list.n == 0) {
		if (f)
			*f = u.fail;
		return e;
	}
	*ret = list.v;
	*ret_count = list.n;
	return OK;
}

err outbox_recover(struct store *st, struct arena *a, struct fail *f)
{
	struct unit u = unit_new(st, a, 0, "outbox");
	struct outbox_slot *slots = NULL;
	size_t n = 0;
	err e = READ_SNAP(&u, 0, outbox_slots_calling(snap, &(struct none){ 0 }, &slots, &n));
	for (size_t i = 0; i < n && e == OK; i++)
		e = WRITE_TX(&u, slots[i].slot, outbox_forget(tx, &(struct none){ 0 }));
	if (f && e != OK)
		*f = u.fail;
	return e;
}

err outbox_unknown(struct store *st, struct arena *a, ms before, size_t limit, struct outbox_row **ret,
		   size_t *ret_count, struct fail *f)
{
	struct unit u = unit_new(st, a, 0, "outbox");
	struct outbox_found *rows = NULL;
	size_t n = 0;
	err e = READ_SNAP(&u, 0, outbox_rows_unknown(snap, &(struct outbox_old){ before, (i64)limit }, &rows, &n));
	if (e != OK) {
		if (f)
			*f = u.fail;
		return e;
	}
	row_list list = { 0 };
	for (size_t i = 0; i < n; i++)
		vec_push(a, &list, row_of(&rows[i]));
	*ret = list.v;
	*ret_count = list.n;
	return OK;
}

err outbox_finish(struct tx *tx, const struct outbox_row *row, enum outbox_state state, str reason)
{
	struct outbox_end end = { row->kind, row->key, state, 0, reason };
	tx->snap.corp = row->corp;
	TRY(outbox_settle(tx, &end));
	if (tx->changed == 0 && row->state != OUTBOX_DROPPED)
		return tx_fail(tx, ERR_STATE, T_OK, STR("outbox"), row->kind, STR_NIL);
	return OK;
}

err outbox_retry(struct tx *tx, const struct outbox_row *row, ms due, str reason)
{
	struct outbox_end end = { row->kind, row->key, OUTBOX_WAITING, due, reason };
	tx->snap.corp = row->corp;
	TRY(outbox_again(tx, &end));
	if (tx->changed == 0)
		return tx_fail(tx, ERR_STATE, T_OK, STR("outbox"), row->kind, STR_NIL);
	tx_wake(tx, WAKE_OUTBOX);
	return OK;
}

err outbox_unknown_since(struct unit *u, ms *ret)
{
	struct outbox_next next;
	TRY(READ_SNAP(u, 0, outbox_unsure(snap, &(struct none){ 0 }, &next)));
	*ret = next.due;
	return OK;
}

err outbox_next_due(struct unit *u, str lane, ms *ret)
{
	struct outbox_next next;
	TRY(READ_SNAP(u, 0, outbox_earliest(snap, &(struct outbox_lane){ lane }, &next)));
	*ret = next.due;
	return OK;
}
