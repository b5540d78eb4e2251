/*
 * broadcast's handlers: what the senders' events change in the base slot, and who bought afterwards.
 *
 * An order counts for a broadcast when its person was delivered in the seven days before it. Order and
 * delivery may become known in either order, so both look for the other.
 */
#include "feature/broadcast/broadcast_person_data.h"

#include "base/map.h"
#include "core/customer/customer.h"
#include "core/mass/mass.h"
#include "core/reach/reach.h"
#include "store/outbox.h"

static err errand(struct tx *tx, const char *kind, i64 part, ms due)
{
	struct broadcast_errand body = { part };
	str key = arena_printf(tx->snap.arena, "%lld", (long long)part);
	return outbox_add(tx, str_c(kind), key, STR(""), due, 0, 0, &broadcast_errand_record, &body, NULL);
}

static err closed(struct tx *tx, struct broadcast *b, const struct broadcast_part *parts, size_t n, size_t failed)
{
	i64 people = 0;
	for (size_t i = 0; i < n; i++)
		people += parts[i].delivered;
	if (!str_eq_c(b->state, "cancelled"))
		b->state = failed == n ? STR("failed") : STR("closed");
	b->closed = tx->snap.now;
	TRY(broadcast_update(tx, b));
	struct broadcast_event ev = { b->id, b->name, people, (i64)n, b->state };
	return journal_add(tx, EV_BROADCAST_CLOSED, 0, tx->snap.now, &broadcast_event_record, &ev, NULL);
}

/* The broadcast's state follows from its parts'. */
static err arrange(struct tx *tx, i64 id)
{
	struct broadcast b;
	struct broadcast_part *parts;
	size_t n, pending = 0, open = 0, failed = 0;
	TRY(broadcast_get(&tx->snap, &(struct broadcast_key){ id }, &b));
	if (b.closed != NIL)
		return OK;
	TRY(broadcast_parts(&tx->snap, &(struct broadcast_key){ id }, &parts, &n));
	for (size_t i = 0; i < n; i++) {
		pending += str_eq_c(parts[i].state, "waiting") || str_eq_c(parts[i].state, "unknown");
		open += str_eq_c(parts[i].state, "created");
		failed += str_eq_c(parts[i].state, "failed");
	}
	if (pending + open == 0)
		return closed(tx, &b, parts, n, failed);
	str state = pending ? STR("sending") : STR("open");
	if (str_eq_c(b.state, "cancelled") || str_eq(b.state, state))
		return OK;
	b.state = state;
	return broadcast_update(tx, &b);
}

err broadcast_on_task(struct tx *tx, const struct event *ev)
{
	struct broadcast_task t;
	struct broadcast_part p;
	struct broadcast b;
	TRY(event_body(&tx->snap, ev, &broadcast_task_record, &t));
	TRY(broadcast_part_get(&tx->snap, &(struct broadcast_key){ t.part }, &p));
	TRY(broadcast_get(&tx->snap, &(struct broadcast_key){ t.broadcast }, &b));
	bool cancelled = str_eq_c(b.state, "cancelled");
	if (str_eq_c(t.result, "created")) {
		p.state = STR("created");
		p.msgid = t.msgid;
		p.accepted = t.accepted;
		p.sent_at = ev->occurred;
		p.code = STR_NIL;
		TRY(mass_note(tx, t.msgid));
		TRY(errand(tx, cancelled ? "broadcast.close" : "broadcast.poll", p.id,
			   tx->snap.now + (cancelled ? 0 : MASS_POLL_FIRST_MS)));
	} else if (str_eq_c(t.result, "unknown")) {
		p.state = STR("unknown");
	} else {
		p.state = str_eq_c(t.code, "cancelled") ? STR("cancelled") : STR("failed");
		p.code = t.code;
		TRY(errand(tx, "broadcast.close", p.id, tx->snap.now));
	}
	TRY(broadcast_part_put(tx, &p));
	return arrange(tx, p.broadcast);
}

err broadcast_on_result(struct tx *tx, const struct event *ev)
{
	struct broadcast_result r;
	struct broadcast_part p;
	struct broadcast b;
	TRY(event_body(&tx->snap, ev, &broadcast_result_record, &r));
	TRY(broadcast_part_get(&tx->snap, &(struct broadcast_key){ r.part }, &p));
	TRY(broadcast_get(&tx->snap, &(struct broadcast_key){ r.broadcast }, &b));
	bool open = str_eq_c(p.state, "created");
	if (!open && !r.closed)
		return OK; /* read before the part was closed, told after it */
	p.delivered = r.delivered;
	p.not_friend = r.not_friend;
	p.quota = r.quota;
	p.failed = r.failed;
	p.expired = r.expired;
	p.cancelled = r.cancelled;
	if (r.confirmed_at != NIL)
		p.confirmed_at = r.confirmed_at;
	if (open && r.closed)
		p.state = str_eq_c(b.state, "cancelled") && r.cancelled ? STR("cancelled") : STR("closed");
	TRY(broadcast_part_put(tx, &p));
	return arrange(tx, p.broadcast);
}

/* ---- who bought ---- */

/* The part of an order's event that concerns us. */
#define BROADCAST_PAID_FIELDS(F, S) F(S, ID, order) F(S, FEN, paid) F(S, STR, currency) F(S, MS, ordered, .opt = true)
RECORD(broadcast_paid, BROADCAST_PAID_FIELDS);

static err read_order(struct tx *tx, const struct event *ev, struct broadcast_paid *ret)
{
	TRY(event_body(&tx->snap, ev, &broadcast_paid_record, ret));
	if (ret->ordered == NIL)
		ret->ordered = ev->occurred;
	return OK;
}

static err note(struct tx *tx, const struct broadcast_paid *o, const struct broadcast_person *p)
{
	if (o->paid <= 0 || !o->currency.n || o->ordered < p->sent_at || o->ordered > p->sent_at + BROADCAST_BOUGHT_MS)
		return OK; /* not paid for (yet), or no consequence of it */
	struct broadcast_bought row = { p->broadcast, o->order, p->customer, o->paid, o->currency };
	return broadcast_bought_put(tx, &row);
}

static err note_for_leaf(struct tx *tx, const struct snap *at, i64 leaf, const struct broadcast_paid *order)
{
	struct broadcast_person *rows;
	size_t n;
	TRY(broadcast_reached(at, &(struct broadcast_held){ leaf }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(note(tx, order, &rows[i]));
	return OK;
}

/* derive: order.placed, order.changed. People stand under the number that was her root when planned. */
err broadcast_on_order(struct tx *tx, const struct event *ev)
{
	struct broadcast_paid order;
	struct broadcast_n any;
	struct customer c;
	struct snap at = tx->snap;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	if (ev->customer == 0)
		return OK;
	TRY(read_order(tx, ev, &order));
	TRY(broadcast_any(&tx->snap, &(struct broadcast_around){ order.ordered, order.ordered - BROADCAST_BOUGHT_MS }, &any));
	if (any.n == 0)
		return OK;
	err e = customer_get(&tx->snap, ev->customer, &c);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	snap_slot(&at, slot_of_customer(at.unit->store, c.root));
	TRY(customer_leaves_in(&at, c.root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		snap_slot(&at, slot_of_customer(at.unit->store, leaves[i]));
		TRY(note_for_leaf(tx, &at, leaves[i], &order));
	}
	return OK;
}

/* derive: order.withdrawn, order.cancelled. */
err broadcast_on_undone(struct tx *tx, const struct event *ev)
{
	struct broadcast_paid paid;
	TRY(read_order(tx, ev, &paid));
	return broadcast_bought_drop(tx, &(struct broadcast_order){ paid.order });
}

#define LATE_PAGE 20

static err look_at_event(struct tx *tx, const struct event *ev, const struct broadcast_person *person, struct imap *known)
{
	struct broadcast_paid paid;
	bool stands = ev->kind == EV_ORDER_PLACED || ev->kind == EV_ORDER_CHANGED;
	if (!stands && ev->kind != EV_ORDER_WITHDRAWN && ev->kind != EV_ORDER_CANCELLED)
		return OK;
	TRY(read_order(tx, ev, &paid));
	return imap_put(known, paid.order, 1) && stands ? note(tx, &paid, person) : OK;
}

/* Newest first: what was last said of an order counts. */
static err orders_of_leaf(struct tx *tx, const struct snap *at, i64 leaf, const struct broadcast_person *person)
{
	struct imap known = imap_new(at->arena);
	ms before = person->sent_at + BROADCAST_BOUGHT_MS + 1;
	i64 before_seq = 0;
	for (;;) {
		struct event *events;
		size_t n;
		TRY(timeline_page(at, leaf, before, before_seq, LATE_PAGE, &events, &n));
		for (size_t i = 0; i < n; i++) {
			if (events[i].occurred < person->sent_at)
				return OK;
			TRY(look_at_event(tx, &events[i], person, &known));
			before = events[i].occurred;
			before_seq = events[i].seq;
		}
		if (n < LATE_PAGE)
			return OK;
	}
}

/* derive: reach.sent of a broadcast; the order may have come before we asked about the delivery. */
err broadcast_on_reached(struct tx *tx, const struct event *ev)
{
	struct reach_event reach;
	struct customer c;
	struct snap at = tx->snap;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(event_body(&tx->snap, ev, &reach_event_record, &reach));
	if (!str_eq_c(reach.by, "broadcast"))
		return OK;
	err e = customer_get(&tx->snap, ev->customer, &c);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	struct broadcast_person person = { .broadcast = reach.by_id, .customer = ev->customer, .sent_at = ev->occurred };
	snap_slot(&at, slot_of_customer(at.unit->store, c.root));
	TRY(customer_leaves_in(&at, c.root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		snap_slot(&at, slot_of_customer(at.unit->store, leaves[i]));
		TRY(orders_of_leaf(tx, &at, leaves[i], &person));
	}
	return OK;
}
