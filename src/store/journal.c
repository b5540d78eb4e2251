/*
 * The journal. Events are buffered in the transaction and written at its end, numbered from the
 * slot's head row: the row is locked late and for a short time, and readers never see a gap that is
 * filled behind them, because on both stores commits of one slot follow the order of its numbers.
 *
 * Every event carries the depth of its chain of causes, so a loop is found with one look-up.
 */
#include "store/store_int.h"

#include "store/journal.h"

#include "base/map.h"
#include "store/journal_data.h"
#include "store/seal_int.h"
#include "store/timeline.h"

#define JOURNAL_BODY_MAX ((size_t)256 << 10)

struct journal_put { struct event_row row; };

static err allowed(struct tx *tx, const char *table)
{
	for (const char *const *t = tx->state->only; t && *t; t++) {
		if (strcmp(*t, table) == 0)
			return OK;
	}
	if (!tx->state->only)
		return OK;
	return conn_failed(tx->snap.conn, tx_fail(tx, ERR_INTERNAL, T_OK, STR("journal"), STR_NIL,
						  STR("derive appends no events")));
}

/* Depth of the unit's cause: of an event of this transaction, else of this slot's journal. A cause in
 * another slot begins a new count; what crosses slots by relay carries its depth along. */
static err cause_depth(struct tx *tx, i64 *ret)
{
	struct tx_state *s = tx->state;
	i64 cause = tx->snap.unit->cause;
	if (cause == 0) {
		*ret = 0;
		return OK;
	}
	if (s->cause != cause) {
		struct event_depth found = { .depth = 0 };
		bool here = false;
		for (size_t i = s->events.n; i-- > 0 && !here;) {
			here = s->events.v[i]->row.id == cause;
			found.depth = here ? s->events.v[i]->row.depth : 0;
		}
		err e = here ? OK : journal_depth(&tx->snap, &(struct event_find){ cause }, &found);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		s->cause = cause;
		s->cause_depth = found.depth;
	}
	*ret = s->cause_depth + 1;
	if (*ret > JOURNAL_CAUSE_DEPTH)
		return tx_fail(tx, ERR_STATE, T_OK, STR("cause"), STR_NIL, STR("32"));
	return OK;
}

static err owner_ok(struct tx *tx, i64 customer, i64 slot)
{
	if (customer == 0)
		return OK;
	if (id_corp_of(customer) != tx->snap.corp)
		return tx_fail(tx, ERR_INTERNAL, T_OK, STR("customer"), STR_NIL, STR("belongs to another corp"));
	if (slot_of_customer(tx->snap.unit->store, customer) != slot)
		return tx_fail(tx, ERR_INTERNAL, T_OK, STR("customer"), STR_NIL, STR("lives in another slot"));
	return OK;
}

static void put_event(struct tx *tx, const struct event_row *row)
{
	struct journal_put *p = ARENA_NEW(tx->snap.arena, struct journal_put);
	p->row = *row;
	vec_push(tx->snap.arena, &tx->state->events, p);
	tx->state->wake |= WAKE_JOURNAL;
}

err journal_add(struct tx *tx, enum event_kind kind, i64 customer, ms occurred, const struct record *record,
		const void *body, i64 *ret_id)
{
	const struct unit *u = tx->snap.unit;
	const struct event_info *info = event_info(kind);
	struct event_row row = { .kind = kind, .customer = customer, .occurred = occurred };
	ASSERT(info);
	TRY(allowed(tx, "journal"));
	TRY(owner_ok(tx, customer, tx->snap.slot));
	TRY(cause_depth(tx, &row.depth));
	TRY(body_seal(tx, customer, record, body, JOURNAL_BODY_MAX, &row.body));
	row.ver = info->version;
	row.owner = tx->snap.corp;
	row.actor_kind = u->actor_kind;
	row.actor = u->actor;
	row.cause = u->cause;
	row.source = str_c(u->source ? u->source : "");
	row.id = id_next(&u->store->ids, tx->snap.now);
	put_event(tx, &row);
	if (ret_id)
		*ret_id = row.id;
	return OK;
}

/* At the end of the transaction: numbers and writes what was buffered. */
err journal_flush(struct tx *tx)
{
	struct tx_state *s = tx->state;
	struct seq_row head;
	size_t n = s->events.n;
	if (n == 0)
		return OK;
	const char *const *only = s->only;
	s->only = NULL;
	err e = slot_head_move(tx, &(struct seq_add){ (i64)n }, &head);
	if (e == OK) {
		struct event_row *rows = ARENA_ARRAY(tx->snap.arena, struct event_row, n);
		for (size_t i = 0; i < n; i++) {
			rows[i] = s->events.v[i]->row;
			rows[i].seq = head.seq - (i64)n + 1 + (i64)i;
		}
		e = query_write_many(tx, &journal_put_query, rows, n);
		if (e == OK)
			timeline_note(tx->snap.unit->store, tx->snap.slot, rows, n);
	}
	s->only = only;
	return e;
}

static struct event event_of(const struct event_row *r)
{
	return (struct event){ r->slot, r->seq, r->id, r->owner, r->recorded, r->occurred, r->kind, r->ver,
			       r->customer, r->actor_kind, r->actor, r->cause, r->source, r->body };
}

static void events_of(struct arena *a, const struct event_row *rows, size_t n, struct event **ret, size_t *ret_count)
{
	struct event *out = ARENA_ARRAY(a, struct event, n ? n : 1);
	for (size_t i = 0; i < n; i++)
		out[i] = event_of(&rows[i]);
	*ret = out;
	*ret_count = n;
}

err event_body(const struct snap *s, const struct event *ev, const struct record *record, void *ret)
{
	return body_unseal(s, ev->corp, ev->customer, ev->body, record, ret);
}

err journal_read(const struct snap *s, i64 after, size_t limit, struct event **ret, size_t *ret_count)
{
	struct event_row *rows;
	size_t n;
	TRY(journal_page(s, &(struct event_page){ after, (i64)limit }, &rows, &n));
	events_of(s->arena, rows, n, ret, ret_count);
	return OK;
}

err journal_get(const struct snap *s, i64 id, struct event *ret)
{
	struct event_row row;
	TRY(journal_by_id(s, &(struct event_find){ id }, &row));
	*ret = event_of(&row);
	return OK;
}

err journal_last(const struct snap *s, i64 *ret_seq)
{
	struct seq_row head;
	err e = slot_head_get(s, &(struct none){ 0 }, &head);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	*ret_seq = e == OK ? head.seq : 0;
	return OK;
}

/* The rows behind the entries that the timeline knows. An entry whose row is missing or another's counts for nothing. */
static err timeline_by_runs(const struct snap *s, i64 customer, ms before, i64 before_seq, size_t limit,
			    struct event_row *ret, size_t *ret_count)
{
	struct moment at = { customer, before, before_seq }, *entries;
	size_t n = 0, found = 0;
	for (bool end = limit == 0; !end && n < limit;) {
		TRY(timeline_look(s, &at, limit, &entries, &found, &end));
		for (size_t i = 0; i < found && n < limit; i++) {
			err e = journal_by_seq(s, &(struct seq_row){ entries[i].seq }, &ret[n]);
			if (e != OK && e != ERR_NOT_FOUND)
				return e;
			n += e == OK && ret[n].customer == customer && ret[n].occurred == entries[i].occurred;
		}
		if (found)
			at = entries[found - 1];
	}
	*ret_count = n;
	return OK;
}

err timeline_page(const struct snap *s, i64 customer, ms before, i64 before_seq, size_t limit, struct event **ret,
		  size_t *ret_count)
{
	struct timeline_find find = { customer, before, before_seq, (i64)limit };
	struct snap there = *s;
	struct event_row *rows;
	size_t n;
	if (id_corp_of(customer) != s->corp)
		return snap_fail(s, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("customer"));
	there.slot = slot_of_customer(s->unit->store, customer);
	if (s->unit->store->timeline) {
		rows = ARENA_ARRAY(s->arena, struct event_row, limit + 1);
		TRY(timeline_by_runs(&there, customer, before, before_seq, limit, rows, &n));
	} else {
		TRY(timeline_rows(&there, &find, &rows, &n));
	}
	events_of(s->arena, rows, n, ret, ret_count);
	return OK;
}

/* ---- relay ---- */

err journal_relay(struct tx *tx, i64 slot, enum event_kind kind, i64 customer, ms occurred,
		  const struct record *record, const void *body)
{
	const struct unit *u = tx->snap.unit;
	const struct event_info *info = event_info(kind);
	struct relay_row row = { .target = slot, .kind = kind, .customer = customer, .occurred = occurred };
	ASSERT(info);
	TRY(allowed(tx, "relay"));
	TRY(owner_ok(tx, customer, slot));
	TRY(cause_depth(tx, &row.depth));
	/* Her key lives in her slot: on the way the corp's key guards her fields. */
	TRY(body_seal(tx, 0, record, body, JOURNAL_BODY_MAX, &row.body));
	row.ver = info->version;
	row.owner = tx->snap.corp;
	row.actor_kind = u->actor_kind;
	row.actor = u->actor;
	row.cause = u->cause;
	row.source = str_c(u->source ? u->source : "");
	row.id = id_next(&u->store->ids, tx->snap.now);
	tx->state->wake |= WAKE_RELAY;
	return relay_put(tx, &row);
}

/* The delivery in the target slot: the mark makes it exactly once. */
static err relay_arrive(struct tx *tx, const struct relay_row *r)
{
	struct relay_key mark;
	err e = relay_mark_add(tx, &(struct relay_key){ r->id }, &mark);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	struct event_row row = { .id = id_next(&tx->snap.unit->store->ids, tx->snap.now), .owner = r->owner,
				 .occurred = r->occurred, .kind = r->kind, .ver = r->ver, .customer = r->customer,
				 .actor_kind = r->actor_kind, .actor = r->actor, .cause = r->cause,
				 .depth = r->depth, .source = r->source };
	TRY(body_reseal(tx, r->customer, r->body, &row.body));
	put_event(tx, &row);
	return OK;
}

/* ---- many relays, those of a slot in one transaction ---- */

typedef err relay_half(struct tx *tx, const struct relay_row *rows, size_t count);

static err arrive_all(struct tx *tx, const struct relay_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].target != tx->snap.slot)
			continue;
		tx->snap.corp = tx->snap.unit->corp = rows[i].owner;
		TRY(relay_arrive(tx, &rows[i]));
	}
	return OK;
}

static err remove_all(struct tx *tx, const struct relay_row *rows, size_t count)
{
	struct relay_key *keys = ARENA_ARRAY(tx->snap.arena, struct relay_key, count);
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		if (rows[i].from_slot == tx->snap.slot)
			keys[n++].id = rows[i].id;
	return query_write_many(tx, &relay_remove_query, keys, n);
}

static err unmark_all(struct tx *tx, const struct relay_row *rows, size_t count)
{
	struct relay_key *keys = ARENA_ARRAY(tx->snap.arena, struct relay_key, count);
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		if (rows[i].target == tx->snap.slot)
			keys[n++].id = rows[i].id;
	return query_write_many(tx, &relay_mark_remove_query, keys, n);
}

static err relay_step(struct unit *u, const struct relay_row *rows, size_t count, relay_half *half, bool at_target)
{
	bool *seen = ARENA_ARRAY(u->arena, bool, SLOT_COUNT);
	for (size_t i = 0; i < count; i++) {
		i64 slot = at_target ? rows[i].target : rows[i].from_slot;
		if (seen[slot])
			continue;
		seen[slot] = true;
		TRY(WRITE_TX(u, slot, half(tx, rows, count)));
	}
	return OK;
}

/* The marks go last: what crashes in between finds them, and delivers nothing twice. */
static err relay_some(struct unit *u, const struct relay_row *rows, size_t count)
{
	TRY(relay_step(u, rows, count, arrive_all, true));
	TRY(relay_step(u, rows, count, remove_all, false));
	return relay_step(u, rows, count, unmark_all, true);
}

err journal_relay_oldest(const struct snap *s, ms *ret)
{
	struct relay_first first;
	TRY(relay_oldest_to(s, &(struct relay_target){ s->slot }, &first));
	*ret = first.id == NIL ? NIL : id_time(first.id);
	return OK;
}

err journal_relay_deliver(struct store *st, struct arena *a, size_t limit, size_t *ret_count)
{
	struct unit u = unit_new(st, a, 0, "relay");
	u.lazy = true;
	struct relay_row *rows = NULL;
	size_t n = 0;
	TRY(READ_SNAP(&u, 0, relay_waiting(snap, &(struct relay_find){ (i64)limit }, &rows, &n)));
	/* One that cannot be delivered holds up those behind it, not those before. */
	if (n && relay_some(&u, rows, n) != OK)
		for (size_t i = 0; i < n; i++)
			TRY(relay_some(&u, &rows[i], 1));
	*ret_count = n;
	return OK;
}

err dead_letter_put(struct tx *tx, str module, const struct event *ev, const struct fail *why)
{
	struct dead_letter row = { module, ev->id, ev->corp, ev->seq, ev->kind, str_c(err_name(why->code)),
				   str_c(why->field), str_c(why->where ? why->where : "") };
	return dead_letter_write(tx, &row);
}
