/*
 * Undoing an import: what only it made goes, told by an event each, so that whoever counted can count back.
 *
 * Orders and refunds it made are withdrawn; an order of another import gets back what this one's refunds had
 * taken. Who was made by it and has nothing else in her journal is let go: her identities are free, so the
 * same file makes a new customer. Corrections an import made to orders that were there before stay. It goes
 * through the slots customer by customer; done again it finds nothing.
 */
#include "feature/order/order_import_data.h"
#include "feature/order/order_lost_data.h"

#include "base/fault.h"
#include "base/hash.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"

#define UNDO_ROWS 500
#define LIFE_PAGE 200

#define UNDO_CURSOR_FIELDS(F, S) F(S, I64, slot) F(S, I64, refunds) F(S, ID, after)
RECORD(undo_cursor, UNDO_CURSOR_FIELDS);

struct undo { struct cx *cx; struct job *job; i64 import; struct undo_cursor at; i64 gone; };

static err withdraw_order(struct tx *tx, const struct order_head *h)
{
	struct order_key key = { h->customer, h->id };
	struct order_placed body = order_body(h);
	TRY(order_delete(tx, &key));
	TRY(order_line_clear(tx, &key));
	TRY(order_states_clear(tx, &key));
	TRY(order_refund_alone(tx, &key));
	if (!str_is_nil(h->order_no)) {
		struct order_number no = { h->source, h->order_no, h->customer, h->id, h->import };
		TRY(order_number_delete(tx, &no));
	}
	return journal_add(tx, EV_ORDER_WITHDRAWN, h->customer, h->ordered, &order_placed_record, &body, NULL);
}

/* sum: of the refunds the order keeps. */
static err withdraw_refund(struct tx *tx, const struct order_refund *r, i64 sum)
{
	struct order_refunded body = { .refund = r->id, .amount = r->amount, .order_paid = NIL, .order_refunded = NIL, .ordered = NIL,
				       .status = STR_NIL, .store = STR_NIL };
	struct order_head h;
	TRY(order_refund_delete(tx, &(struct order_key){ r->customer, r->id }));
	err e = r->order_id ? order_get(&tx->snap, &(struct order_key){ r->customer, r->order_id }, &h) : ERR_NOT_FOUND;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == OK) {
		bool whole = str_eq_c(h.status, "refunded");
		i64 was = h.refunded;
		h.refunded = h.back == NIL ? int_max(0, was - r->amount) : order_back(&h, sum);
		h.status = whole && (h.refunded < h.paid || h.refunded == 0) ? STR("paid") : h.status;
		TRY(order_update(tx, &h));
		body = order_refund_body(&h, r->id, was - h.refunded);
		body.whole = whole;
	}
	body.source = r->source;
	body.refund_no = r->refund_no;
	body.sku = r->sku;
	body.items = r->items;
	body.currency = r->currency;
	body.refunded = r->refunded;
	body.import = r->import;
	return body.amount ? journal_add(tx, EV_REFUND_WITHDRAWN, r->customer, r->refunded, &order_refunded_record, &body, NULL) : OK;
}

static i64 sum_of(const struct order_refund *v, size_t n, i64 order, i64 import)
{
	i64 sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += v[i].order_id == order && v[i].import != import ? v[i].amount : 0;
	return sum;
}

/* *ret_only: everything in her journal came from this import, and she is nobody else's leaf or root. */
static err only_of(struct tx *tx, i64 customer, i64 import, bool *ret_only)
{
	struct customer c;
	i64 leaves[CUSTOMER_LEAVES_MAX], seq = INT64_MAX;
	ms before = INT64_MAX;
	size_t n;
	TRY(customer_get(&tx->snap, customer, &c));
	TRY(customer_leaves_in(&tx->snap, customer, leaves, &n));
	*ret_only = c.root == customer && n <= 1 && !c.erased && str_eq_c(c.origin, "order");
	while (*ret_only) {
		struct event *ev;
		TRY(timeline_page(&tx->snap, customer, before, seq, LIFE_PAGE, &ev, &n));
		for (size_t i = 0; i < n; i++)
			*ret_only = *ret_only && ev[i].actor_kind == ACTOR_IMPORT && ev[i].actor == import;
		if (n < LIFE_PAGE)
			return OK;
		before = ev[n - 1].occurred;
		seq = ev[n - 1].seq;
	}
	return OK;
}

static err undo_one(struct tx *tx, i64 customer, i64 import, i64 *ret_gone)
{
	struct order_head *heads;
	struct order_refund *back;
	struct order_owner own = { customer };
	size_t n, m, left = 0;
	bool only;
	TRY(order_refunds_of(&tx->snap, &own, &back, &m));
	for (size_t i = 0; i < m; i++) {
		if (back[i].import == import)
			TRY(withdraw_refund(tx, &back[i], sum_of(back, m, back[i].order_id, import)));
		else
			left++;
	}
	TRY(order_heads_of(&tx->snap, &own, &heads, &n)); /* as they are after the refunds went */
	for (size_t i = 0; i < n; i++) {
		if (heads[i].import == import)
			TRY(withdraw_order(tx, &heads[i]));
		else
			left++;
	}
	TRY(only_of(tx, customer, import, &only));
	if (left || !only)
		return OK;
	*ret_gone += 1;
	return identity_release(tx, customer);
}

static err undo_some(struct tx *tx, const struct order_made *v, size_t n, i64 import, i64 *ret_gone)
{
	*ret_gone = 0;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || v[i].customer != v[i - 1].customer)
			TRY(undo_one(tx, v[i].customer, import, ret_gone));
	if (fault_pass("import.undo") != FAULT_NONE)
		return tx_fail(tx, ERR_IO, T_OK, STR("import.undo"), STR_NIL, STR_NIL);
	return OK;
}

/* What lies in other slots goes first: numbers and identities that would name nobody. */
static err undo_elsewhere(struct undo *u, i64 customer)
{
	struct unit *unit = &u->cx->unit;
	struct order_owner own = { customer };
	struct order_head *heads;
	size_t n;
	i64 home = slot_of_customer(unit->store, customer);
	bool only = false;
	TRY(READ_SNAP(unit, home, order_heads_of(snap, &own, &heads, &n)));
	for (size_t i = 0; i < n; i++) {
		if (heads[i].import != u->import || str_is_nil(heads[i].order_no))
			continue;
		struct order_number no = { heads[i].source, heads[i].order_no, customer, heads[i].id, heads[i].import };
		i64 slot = slot_of_key(unit->store, unit->corp, hash64(heads[i].order_no));
		TRY(WRITE_TX(unit, slot, order_number_delete(tx, &no)));
	}
	TRY(WRITE_TX(unit, home, only_of(tx, customer, u->import, &only)));
	for (size_t i = 0; i < n; i++)
		only = only && heads[i].import == u->import;
	return only ? identity_release_elsewhere(unit, customer) : OK;
}

static err save(struct tx *tx, struct undo *u)
{
	return job_save(tx, u->job, &undo_cursor_record, &u->at);
}

static err undo_batch(struct undo *u, i64 slot, bool many_slots, size_t *ret_n)
{
	struct unit *unit = &u->cx->unit;
	struct order_made_find find = { u->at.after, u->import, UNDO_ROWS };
	struct order_made *v;
	TRY(u->at.refunds ? READ_SNAP(unit, slot, order_refunded_by(snap, &find, &v, ret_n))
			  : READ_SNAP(unit, slot, order_made_by(snap, &find, &v, ret_n)));
	if (!*ret_n)
		return OK;
	for (size_t i = 0; many_slots && i < *ret_n; i++)
		if (i == 0 || v[i].customer != v[i - 1].customer)
			TRY(undo_elsewhere(u, v[i].customer));
	TRY(WRITE_TX(unit, slot, undo_some(tx, v, *ret_n, u->import, &u->gone)));
	u->at.after = v[*ret_n - 1].customer;
	u->job->done += (i64)*ret_n;
	return OK;
}

static err finish(struct tx *tx, struct undo *u)
{
	struct import_counts zero = { .id = u->import };
	TRY(order_unmatched_clear(tx, &(struct order_made_find){ 0, u->import, 0 }));
	TRY(import_counts_set(tx, &zero));
	TRY(import_state_end(tx, &(struct import_state){ u->import, STR("undone"), u->job->id, STR_NIL }));
	return save(tx, u);
}

err import_step_undo(struct cx *cx, struct job *job, bool *ret_done)
{
	struct import_job in;
	struct undo u = { .cx = cx, .job = job };
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t n, rows;
	TRY(job_input(cx, job, &import_job_record, &in));
	TRY(job_cursor(cx, job, &undo_cursor_record, &u.at));
	u.import = in.import;
	cx->unit.actor_kind = ACTOR_IMPORT;
	cx->unit.actor = in.import;
	cx->unit.source = "import";
	n = slots_of_corp(cx->unit.store, cx->unit.corp, slots, SLOT_COUNT);
	if (u.at.slot >= (i64)n) {
		*ret_done = true;
		return WRITE_TX(&cx->unit, base, finish(tx, &u));
	}
	TRY(undo_batch(&u, slots[u.at.slot], n > 1, &rows));
	if (rows < UNDO_ROWS) {
		u.at.after = 0;
		u.at.slot += u.at.refunds;
		u.at.refunds = !u.at.refunds;
	}
	return WRITE_TX(&cx->unit, base, save(tx, &u));
}
