/*
 * The outbox. A claim is one corp's turn: corps follow each other in a ring, and of the corp every kind that has due
 * rows gets a share, so neither another corp's campaign nor another channel's backlog stands before a message. Few due
 * rows are seen whole; of a backlog only the heads are read, by the index outbox_turn. Rows are then marked CALLING slot
 * by slot, each only if nobody had it since, so a claim is durable before the first call. Rows past their time are
 * closed by the claim and handed out as DROPPED, once, so that their sender's event can say why nothing was sent.
 * Where an interface refuses everybody for a while, one row finds that out, and the others are left alone until then.
 */
#include "store/outbox.h"

#include "base/hash.h"
#include "store/store_int.h"
#include "store/seal_int.h"

#include <stdlib.h>

#define OUTBOX_BODY_MAX ((size_t)64 << 10)
#define LOOK_ROWS 64  /* fewer due rows are seen whole */
#define CLAIM_TURNS 4 /* tried when others were faster */
#define TURN_KINDS 64 /* of one corp in one turn */
#define TURN_HOPS 2000 /* heads looked at for one turn */
#define SWEEP_ROWS 256 /* CALLING ones looked at: more than all threads carry */
#define BEHIND_KINDS "~" /* sorts behind every kind */

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
#define OUTBOX_HEAD_FIELDS(F, S) F(S, ID, owner) F(S, STR, kind) F(S, MS, due)
RECORD(outbox_head, OUTBOX_HEAD_FIELDS);
#define OUTBOX_PLACE_FIELDS(F, S) F(S, STR, lane) F(S, ID, owner) F(S, STR, kind)
RECORD(outbox_place, OUTBOX_PLACE_FIELDS);
#define OUTBOX_TURN_FIELDS(F, S) F(S, STR, lane) F(S, ID, owner) F(S, STR, kind) F(S, MS, at) F(S, I64, limit)
RECORD(outbox_turn, OUTBOX_TURN_FIELDS);
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
#define OUTBOX_CALLED_FIELDS(F, S) \
	F(S, I64, place)           \
	F(S, ID, id)               \
	F(S, ID, owner)            \
	F(S, STR, kind)            \
	F(S, STR, key)             \
	F(S, MS, called)           \
	F(S, I64, attempts)
RECORD(outbox_called, OUTBOX_CALLED_FIELDS);
#define OUTBOX_MARK_FIELDS(F, S) \
	F(S, ID, owner)          \
	F(S, STR, kind)          \
	F(S, STR, key)           \
	F(S, I64, state)         \
	F(S, I64, attempts)      \
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
READ_MANY(outbox_due_first, outbox_find, outbox_head,
	  SQL_GLOBAL("senders serve all corps and slots",
		     SELECT corp AS owner, kind, due FROM outbox WHERE lane = :lane AND state = 0 AND due <= :at
		     ORDER BY due, id LIMIT :limit))
READ_ONE(outbox_head_after, outbox_place, outbox_head,
	 SQL_GLOBAL("senders serve all corps and slots",
		    SELECT corp AS owner, kind, due FROM outbox
		    WHERE lane = :lane AND state = 0 AND (corp, kind) > (:owner, :kind)
		    ORDER BY corp, kind, due, id LIMIT 1))
READ_MANY(outbox_rows_of, outbox_turn, outbox_found,
	  SQL_GLOBAL("of the corp whose turn it is, in all its slots",
		     SELECT slot AS place, id, corp AS owner, kind, key, lane, due, expires, customer, cause, attempts,
			    state, body
		     FROM outbox WHERE lane = :lane AND corp = :owner AND kind = :kind AND state = 0 AND due <= :at
		     ORDER BY due, id LIMIT :limit))
WRITE(outbox_mark_row, outbox_mark,
      SQL_GLOBAL("senders serve all corps of a slot",
		 UPDATE outbox SET state = :state, reason = :reason, called = :now, attempts = attempts + 1
		 WHERE slot = :slot AND corp = :owner AND kind = :kind AND key = :key AND state = 0
			AND attempts = :attempts))
WRITE(outbox_unmark, outbox_key,
      SQL(UPDATE outbox SET state = 0, attempts = attempts - 1
	  WHERE slot = :slot AND corp = :corp AND kind = :kind AND key = :key AND state = 1))
READ_MANY(outbox_slots_calling, none, outbox_slot,
	  SQL_GLOBAL("at start, all slots", SELECT DISTINCT slot FROM outbox WHERE state = 1 ORDER BY slot))
WRITE(outbox_forget, none,
      SQL_GLOBAL("at start, all corps of a slot", UPDATE outbox SET state = 4 WHERE slot = :slot AND state = 1))
READ_MANY(outbox_rows_calling, outbox_old, outbox_called,
	  SQL_GLOBAL("senders serve all corps and slots",
		     SELECT slot AS place, id, corp AS owner, kind, key, called, attempts FROM outbox WHERE state = 1 AND called < :before ORDER BY called, id LIMIT :limit))
/* Not of one that was let go and claimed anew since it was looked at. */
WRITE(outbox_forget_row, outbox_mark,
      SQL_GLOBAL("senders serve all corps of a slot",
		 UPDATE outbox SET state = 4
		 WHERE slot = :slot AND corp = :owner AND kind = :kind AND key = :key AND state = 1 AND attempts = :attempts))
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
		*ret_cancelled = tx_changed(tx) > 0;
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

/* ---- which interface is closed ---- */

static i64 shut_key(i64 corp, str kind) { return (i64)(hash64(kind) ^ hash_mix((u64)corp)); }

/* 0: never was. */
static ms shut_until(struct store *st, i64 corp, str kind)
{
	ms until = 0;
	pthread_mutex_lock(&st->lock);
	imap_get(&st->shut, shut_key(corp, kind), &until);
	pthread_mutex_unlock(&st->lock);
	return until;
}

/* Of any corp and kind. */
static bool some_shut(struct store *st, ms now)
{
	pthread_mutex_lock(&st->lock);
	bool some = st->shut_last > now;
	pthread_mutex_unlock(&st->lock);
	return some;
}

void outbox_shut(struct store *st, const struct outbox_row *row, ms until)
{
	pthread_mutex_lock(&st->lock);
	imap_put(&st->shut, shut_key(row->corp, row->kind), until);
	st->shut_last = int_max(st->shut_last, until);
	pthread_mutex_unlock(&st->lock);
}

bool outbox_is_shut(struct store *st, const struct outbox_row *row, ms now) { return shut_until(st, row->corp, row->kind) > now; }

static bool head_shut(const struct snap *s, const struct outbox_head *head, ms now)
{
	return shut_until(s->unit->store, head->owner, head->kind) > now;
}

/* ---- whose turn it is ---- */

/* The corp and its kinds that have something due; corp 0: nobody. */
struct turn { i64 owner; str kinds[TURN_KINDS]; size_t n; };

static void turn_add(struct turn *t, const struct outbox_head *head)
{
	t->owner = head->owner;
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->kinds[i], head->kind))
			return;
	if (t->n < TURN_KINDS)
		t->kinds[t->n++] = head->kind;
}

/* All that is due stands in heads: the next corp behind `after`, else the first. */
static void turn_of_few(const struct outbox_head *heads, size_t n, i64 after, struct turn *ret)
{
	const struct outbox_head *next = NULL, *first = NULL;
	for (size_t i = 0; i < n; i++) {
		if (heads[i].owner > after && (!next || heads[i].owner < next->owner))
			next = &heads[i];
		if (!first || heads[i].owner < first->owner)
			first = &heads[i];
	}
	if (!next)
		next = first;
	for (size_t i = 0; next && i < n; i++)
		if (heads[i].owner == next->owner)
			turn_add(ret, &heads[i]);
}

/* The same by the heads of all corps and kinds that wait, once around. */
static err turn_by_heads(const struct snap *s, const struct outbox_find *find, i64 after, struct turn *ret)
{
	struct outbox_place at = { find->lane, after, STR(BEHIND_KINDS) };
	bool around = false;
	for (int i = 0; i < TURN_HOPS; i++) {
		struct outbox_head head;
		err e = outbox_head_after(s, &at, &head);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e == ERR_NOT_FOUND && (ret->n || around))
			return OK;
		if (e == ERR_NOT_FOUND) {
			around = true;
			at = (struct outbox_place){ find->lane, 0, STR("") };
			continue;
		}
		if (ret->n && head.owner != ret->owner)
			return OK;
		if (head.due <= find->at && !head_shut(s, &head, find->at))
			turn_add(ret, &head);
		at = (struct outbox_place){ find->lane, head.owner, head.kind };
	}
	return OK;
}

static err turn_find(const struct snap *s, const struct outbox_find *find, i64 after, struct turn *ret)
{
	struct outbox_find look = { find->lane, find->at, LOOK_ROWS };
	struct outbox_head *heads;
	size_t n;
	TRY(outbox_due_first(s, &look, &heads, &n));
	if (n == LOOK_ROWS)
		return turn_by_heads(s, find, after, ret);
	size_t open = 0;
	for (size_t i = 0; i < n; i++)
		if (!head_shut(s, &heads[i], find->at))
			heads[open++] = heads[i];
	turn_of_few(heads, open, after, ret);
	return OK;
}

static int by_due(const void *a, const void *b)
{
	const struct outbox_found *x = a, *y = b;
	return x->due != y->due ? (x->due > y->due) - (x->due < y->due) : (x->id > y->id) - (x->id < y->id);
}

/* A share of each kind's rows, one of each after the other; the kinds begin with the first-th. When no kind has more than
 * its share nobody waits for a turn, and all go in the order in which they were written: a mark before the look at it. */
static err turn_rows(const struct snap *s, const struct outbox_find *find, const struct turn *t, size_t first,
		     struct outbox_found **ret, size_t *ret_count)
{
	struct outbox_found *rows[TURN_KINDS], *all = ARENA_ARRAY(s->arena, struct outbox_found, (size_t)find->limit + TURN_KINDS);
	size_t counts[TURN_KINDS], n = 0, limit = (size_t)find->limit, share = limit / t->n ? limit / t->n : 1;
	for (size_t i = 0; i < t->n; i++) {
		struct outbox_turn of = { find->lane, t->owner, t->kinds[(first + i) % t->n], find->at, (i64)share };
		TRY(outbox_rows_of(s, &of, &rows[i], &counts[i]));
	}
	for (size_t k = 0; k < share; k++)
		for (size_t i = 0; i < t->n && n < limit; i++)
			if (k < counts[i])
				all[n++] = rows[i][k];
	bool whole = n < limit;
	for (size_t i = 0; i < t->n; i++)
		whole &= counts[i] < share;
	if (whole && n)
		qsort(all, n, sizeof(*all), by_due);
	*ret = all;
	*ret_count = n;
	return OK;
}

/* The lane's last corp, and a number that differs from turn to turn. */
static void turn_last(struct store *st, str lane, i64 *ret_corp, u64 *ret_count)
{
	*ret_corp = 0;
	pthread_mutex_lock(&st->lock);
	imap_get(&st->turns, (i64)hash64(lane), ret_corp);
	*ret_count = ++st->turn_count;
	pthread_mutex_unlock(&st->lock);
}

static void turn_took(struct store *st, str lane, i64 corp)
{
	pthread_mutex_lock(&st->lock);
	imap_put(&st->turns, (i64)hash64(lane), corp);
	pthread_mutex_unlock(&st->lock);
}

/* ---- who carries what ---- */

static void carry(struct store *st, const struct outbox_found *rows, size_t n)
{
	pthread_mutex_lock(&st->lock);
	for (size_t i = 0; i < n; i++)
		vec_push(st->arena, &st->carried, rows[i].id);
	pthread_mutex_unlock(&st->lock);
}

static void let_go(struct store *st, i64 id)
{
	pthread_mutex_lock(&st->lock);
	for (size_t i = 0; i < st->carried.n; i++)
		if (st->carried.v[i] == id) {
			st->carried.v[i] = st->carried.v[--st->carried.n];
			break;
		}
	pthread_mutex_unlock(&st->lock);
}

void outbox_let_go(struct store *st, const struct outbox_row *row) { let_go(st, row->id); }

static bool is_carried(struct store *st, i64 id)
{
	bool found = false;
	pthread_mutex_lock(&st->lock);
	for (size_t i = 0; i < st->carried.n && !found; i++)
		found = st->carried.v[i] == id;
	pthread_mutex_unlock(&st->lock);
	return found;
}

/* Rows CALLING since before that moment that nobody carries. */
static err abandoned(struct unit *u, ms before, struct outbox_called **ret, size_t *ret_count)
{
	size_t n = 0;
	TRY(READ_SNAP(u, 0, outbox_rows_calling(snap, &(struct outbox_old){ before, SWEEP_ROWS }, ret, ret_count)));
	for (size_t i = 0; i < *ret_count; i++)
		if (!is_carried(u->store, (*ret)[i].id))
			(*ret)[n++] = (*ret)[i];
	*ret_count = n;
	return OK;
}

static err forget(struct tx *tx, const struct outbox_called *r)
{
	return outbox_forget_row(tx, &(struct outbox_mark){ .owner = r->owner, .kind = r->kind, .key = r->key, .attempts = r->attempts });
}

err outbox_sweep(struct store *st, struct arena *a, ms before, struct fail *f)
{
	struct unit u = unit_new(st, a, 0, "outbox");
	struct outbox_called *rows = NULL;
	size_t n = 0;
	err e = abandoned(&u, before, &rows, &n);
	for (size_t i = 0; i < n && e == OK; i++)
		e = WRITE_TX(&u, rows[i].place, forget(tx, &rows[i]));
	if (f && e != OK)
		*f = u.fail;
	return e;
}

/* ---- claiming ---- */

/* The rows of one slot that nobody has had since they were read. */
static err claim_slot(struct tx *tx, struct outbox_found *rows, size_t n, ms now, bool *taken)
{
	for (size_t i = 0; i < n; i++) {
		bool late = rows[i].expires != 0 && rows[i].expires <= now;
		if (rows[i].place != tx->snap.slot)
			continue;
		rows[i].state = late ? OUTBOX_DROPPED : OUTBOX_CALLING;
		struct outbox_mark mark = { rows[i].owner, rows[i].kind, rows[i].key, rows[i].state, rows[i].attempts,
					    late ? STR("expired") : STR_NIL };
		TRY(outbox_mark_row(tx, &mark));
		taken[i] = tx_changed(tx) > 0;
	}
	return OK;
}

/* What was claimed is known to be so after a power failure, or it is given back. */
static err claim_durable(struct unit *u, row_list *list, err so_far)
{
	err e = store_durable(u->store, &u->fail);
	if (e == OK)
		return so_far;
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].state == OUTBOX_CALLING)
			(void)WRITE_TX(u, list->v[i].slot, outbox_give_back(tx, &list->v[i]));
	list->n = 0;
	return e;
}

/* *ret_any false: nothing is due. All rows may have gone to another thread. */
static err claim_turn(struct unit *u, const struct outbox_find *find, row_list *list, bool *ret_any)
{
	struct turn turn = { 0 };
	struct outbox_found *rows = NULL;
	i64 after;
	u64 count;
	size_t n = 0;
	turn_last(u->store, find->lane, &after, &count);
	TRY(READ_SNAP(u, 0, turn_find(snap, find, after, &turn)));
	*ret_any = turn.n > 0;
	if (turn.n == 0)
		return OK;
	turn_took(u->store, find->lane, turn.owner);
	TRY(READ_SNAP(u, 0, turn_rows(snap, find, &turn, hash_mix(count) % turn.n, &rows, &n)));
	carry(u->store, rows, n); /* before they are CALLING, so that no sweep sees them alone */
	bool *taken = ARENA_ARRAY(u->arena, bool, n + 1), *done = ARENA_ARRAY(u->arena, bool, n + 1);
	err e = OK;
	u->lazy = true; /* durable once for all slots, before the first call */
	for (size_t i = 0; i < n && e == OK; i++) {
		if (done[i])
			continue;
		for (size_t k = i; k < n; k++)
			done[k] |= rows[k].place == rows[i].place;
		e = WRITE_TX(u, rows[i].place, claim_slot(tx, rows, n, find->at, taken));
		for (size_t k = i; k < n && e != OK; k++)
			taken[k] &= rows[k].place != rows[i].place;
	}
	for (size_t i = 0; i < n; i++)
		if (taken[i]) {
			rows[i].attempts++;
			vec_push(u->arena, list, row_of(&rows[i]));
		} else {
			let_go(u->store, rows[i].id);
		}
	return list->n ? claim_durable(u, list, e) : e;
}

err outbox_claim(struct store *st, struct arena *a, str lane, ms now, size_t limit, struct outbox_row **ret,
		 size_t *ret_count, struct fail *f)
{
	struct unit u = unit_new(st, a, 0, "outbox");
	row_list list = { 0 };
	bool any = true;
	err e = OK;
	for (int i = 0; i < CLAIM_TURNS && any && e == OK && list.n == 0; i++)
		e = claim_turn(&u, &(struct outbox_find){ lane, now, (i64)limit }, &list, &any);
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
	if (tx_changed(tx) == 0 && row->state != OUTBOX_DROPPED)
		return tx_fail(tx, ERR_STATE, T_OK, STR("outbox"), row->kind, STR_NIL);
	return OK;
}

err outbox_retry(struct tx *tx, const struct outbox_row *row, ms due, str reason)
{
	struct outbox_end end = { row->kind, row->key, OUTBOX_WAITING, due, reason };
	tx->snap.corp = row->corp;
	TRY(outbox_again(tx, &end));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_STATE, T_OK, STR("outbox"), row->kind, STR_NIL);
	tx_wake(tx, WAKE_OUTBOX);
	return OK;
}

err outbox_give_back(struct tx *tx, const struct outbox_row *row)
{
	tx->snap.corp = row->corp;
	TRY(outbox_unmark(tx, &(struct outbox_key){ row->kind, row->key }));
	tx_wake(tx, WAKE_OUTBOX);
	return OK;
}

err outbox_unknown_since(struct unit *u, ms *ret)
{
	struct outbox_next next;
	struct outbox_called *rows;
	size_t n;
	TRY(READ_SNAP(u, 0, outbox_unsure(snap, &(struct none){ 0 }, &next)));
	TRY(abandoned(u, INT64_MAX, &rows, &n));
	*ret = n && (next.due == NIL || rows[0].called < next.due) ? rows[0].called : next.due;
	return OK;
}

/* Head by head, as each may have to wait for its interface. */
static err earliest_open(const struct snap *s, str lane, ms *ret)
{
	struct outbox_place at = { lane, 0, STR("") };
	struct outbox_head head;
	err e;
	*ret = NIL;
	while ((e = outbox_head_after(s, &at, &head)) == OK) {
		ms due = int_max(head.due, shut_until(s->unit->store, head.owner, head.kind));
		*ret = *ret == NIL ? due : int_min(*ret, due);
		at = (struct outbox_place){ lane, head.owner, head.kind };
	}
	return e == ERR_NOT_FOUND ? OK : e;
}

err outbox_next_due(struct unit *u, str lane, ms *ret)
{
	struct outbox_next next;
	if (some_shut(u->store, clock_now(u->store->clock)))
		return READ_SNAP(u, 0, earliest_open(snap, lane, ret));
	TRY(READ_SNAP(u, 0, outbox_earliest(snap, &(struct outbox_lane){ lane }, &next)));
	*ret = next.due;
	return OK;
}
