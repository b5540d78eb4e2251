/*
 * The second phase: spill file after spill file, batch after batch, each in one transaction with the job's
 * cursor and the import's counts.
 *
 * With a corp in one slot a batch finds and makes its buyers, writes their orders and moves the cursor in one
 * transaction. Buyers who would merge two persons, or live in another slot, are resolved before, in
 * transactions of their own; then each slot's orders are written and the cursor moves last. Every part is
 * idempotent, and what this import made counts as made again, so a repeated batch changes nothing.
 */
#include "feature/order/order_import_data.h"
#include "feature/order/order_take.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/map.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"

#include <stdlib.h>

#define LOAD_ARENA ((size_t)1 << 30)

#define CURSOR_FIELDS(F, S) F(S, I64, loading) F(S, I64, parts) F(S, I64, part) F(S, I64, group)
RECORD(import_cursor, CURSOR_FIELDS);

struct buyer {
	const struct import_row *row; /* NULL ids: nobody */
	size_t from, to;              /* groups */
	i64 customer, known;          /* known: who, beside its identities, by number or proven phone */
	i64 *owners;                  /* of each group's number, where that was asked before; NULL: not asked */
	bool fresh;
	const char *reason; /* why nobody can be found */
};

struct load {
	struct cx *cx;
	struct job *job;
	const struct order_import *im;
	struct import_reading reading;
	struct import_cursor at;
	struct import_part part;
	bool dry;
	u32 numbers[IMPORT_BATCH_ROWS]; /* taken, not used yet */
	size_t number_count;
	struct arena *arena; /* of the spill file */
	struct imap waiting; /* orders of this source that somebody waits for */
	/* the batch */
	struct buyer *buyers;
	size_t buyer_count;
	size_t to;   /* group behind it */
	i64 rows;
};

struct tally { struct order_tally t; i64 customers, unmatched; };

/* ---- from rows to orders ---- */

static i64 positive(u64 h) { return (i64)(h & INT64_MAX) ? (i64)(h & INT64_MAX) : 1; }

static i64 group_id(const struct import_row *r, const struct import_group *g) { return order_id_of(r->key, g->equals); }

/* Order amounts repeated on every line are one; see import_options.amount_scope. */
static bool amount_of_order(const struct load *l, const struct import_group *g)
{
	const struct import_row *v = l->part.rows;
	str scope = l->reading.options.amount_scope;
	bool by_line = l->reading.preset->by_line && !str_eq_c(scope, "order");
	if (l->reading.map.amount == NIL || g->to - g->from == 1 || str_eq_c(scope, "line") || by_line)
		return false;
	for (size_t i = g->from + 1; i < g->to; i++)
		if (v[i].amount != v[g->from].amount)
			return str_eq_c(scope, "order");
	return true;
}

static int progress(i64 status) { return status == IMPORT_DONE ? 3 : status == IMPORT_SHIPPED ? 2 : status == IMPORT_PAID ? 1 : 0; }

/* Of the rows that still count the slowest; cancelled only when none does. */
static str status_of_group(const struct import_row *v, const struct import_group *g, i64 paid, i64 refunded)
{
	static const char *const names[] = { "created", "paid", "shipped", "done" };
	int slowest = 4;
	bool back = false;
	for (size_t i = g->from; i < g->to; i++) {
		back |= v[i].status == IMPORT_REFUND_DONE;
		if (v[i].status != IMPORT_REFUND_DONE && v[i].status != IMPORT_CANCELLED && progress(v[i].status) < slowest)
			slowest = progress(v[i].status);
	}
	if (slowest == 4 && !back && !refunded)
		return STR("cancelled");
	if (slowest == 0)
		return STR("created");
	if (refunded > 0 && refunded >= paid)
		return STR("refunded");
	return str_c(names[slowest == 4 ? 1 : slowest]);
}

static void add_goods(struct arena *a, const struct import_row *v, const struct import_group *g, struct order_in *o)
{
	size_t n = g->to - g->from;
	struct order_goods *goods = ARENA_ARRAY(a, struct order_goods, n);
	i64 *lines = ARENA_ARRAY(a, i64, n);
	for (size_t i = 0; i < n; i++) {
		const struct import_row *r = &v[g->from + i];
		goods[i] = (struct order_goods){ r->sku, r->product, r->items, r->amount, r->category.n ? r->category : STR_NIL };
	}
	order_line_ids(a, goods, n, lines);
	o->goods = goods;
	o->lines = lines;
	o->goods_count = n;
}

/* A sub-order that was called off is no part of an order that goes on. */
static bool called_off(const struct import_row *r, str status)
{
	return r->status == IMPORT_CANCELLED && !r->refunded && !str_eq_c(status, "cancelled");
}

static void sum_up(const struct import_row *v, const struct import_group *g, bool once, struct order_head *h)
{
	str status = status_of_group(v, g, 1, 0);
	for (size_t i = g->from; i < g->to; i++) {
		i64 back = v[i].refunded;
		if (v[i].status == IMPORT_REFUND_DONE && !back && !once)
			back = v[i].amount;
		h->paid += (once && i > g->from) || called_off(&v[i], status) ? 0 : v[i].amount;
		h->refunded = once ? int_max(h->refunded, back) : h->refunded + back;
		h->items += v[i].items;
		h->ordered = v[i].ordered < h->ordered ? v[i].ordered : h->ordered;
		h->as_of = v[i].as_of != NIL && (h->as_of == NIL || v[i].as_of > h->as_of) ? v[i].as_of : h->as_of;
	}
	if (v[g->from].status == IMPORT_REFUND_DONE && h->refunded == 0)
		h->refunded = h->paid;
	h->status = status_of_group(v, g, h->paid, h->refunded);
}

static str told(str s) { return s.n ? s : STR_NIL; }

static void order_of(const struct load *l, struct arena *a, const struct import_group *g, struct order_in *o)
{
	const struct import_row *v = l->part.rows, *first = &v[g->from];
	struct order_head *h = &o->head;
	*o = (struct order_in){ .numbered = first->order_no.n > 0, .summary = l->reading.preset->summary };
	*h = (struct order_head){ .id = group_id(first, g), .source = str_c(import_source(l->reading.preset)),
				  .order_no = first->order_no, .currency = first->currency, .ordered = first->ordered,
				  .lines = (i64)(g->to - g->from), .store = told(first->store), .import = l->im->id,
				  .staff = told(first->staff), .tail = told(first->tail), .as_of = first->as_of, .back = NIL,
				  .goods = NIL };
	sum_up(v, g, amount_of_order(l, g), h);
	if (first->sku.n || first->product.n)
		add_goods(a, v, g, o);
}

static i64 row_line(struct arena *a, const struct import_row *r)
{
	struct order_goods g = { r->sku, r->product, r->items, r->amount, STR_NIL };
	i64 id;
	order_line_ids(a, &g, 1, &id);
	return id;
}

static struct refund_in refund_of(const struct load *l, const struct import_row *r, u64 equals)
{
	str source = str_c(import_source(l->reading.preset));
	bool named = l->reading.preset->form == IMPORT_REFUNDS;
	u64 h = hash_mix(r->key ^ (named ? 0 : (u64)row_line(l->cx->unit.arena, r) * 7) ^ equals);
	u64 order = named ? order_key_of(source, r->order_no) : r->key;
	return (struct refund_in){ .id = positive(h), .order_id = r->order_no.n ? order_id_of(order, 0) : 0, .source = source,
				   .refund_no = named ? told(r->refund_no) : r->order_no, .sku = r->sku, .currency = r->currency,
				   .items = r->items, .amount = r->amount, .refunded = r->ordered, .sure = named };
}

static size_t refunds_of(const struct load *l, const struct import_group *g, struct refund_in *out)
{
	const struct import_row *v = l->part.rows;
	struct imap seen = imap_new(l->cx->unit.arena);
	size_t n = 0;
	for (size_t i = g->from; i < g->to; i++, n++) {
		i64 times = 0, id = row_line(l->cx->unit.arena, &v[i]);
		imap_get(&seen, id, &times);
		imap_put(&seen, id, times + 1);
		out[n] = refund_of(l, &v[i], (u64)times + g->equals);
	}
	return n;
}

/* ---- writing ---- */

static i64 number_slot(const struct load *l, str order_no)
{
	return slot_of_key(l->cx->unit.store, l->cx->unit.corp, hash64(order_no));
}

static err put_unmatched(struct tx *tx, const struct order_lost *row, struct tally *t)
{
	bool made, mine;
	TRY(order_lost_put(tx, row, &made, &mine));
	made |= mine;
	if (!made)
		t->t.unchanged++;
	else if (row->kind == ORDER_LOST_REFUND)
		t->t.refunds++;
	else
		t->t.orders++;
	t->unmatched += made;
	return OK;
}

static struct order_lost lost_of(const struct load *l, struct arena *a, const struct import_group *g, const char *reason)
{
	const struct import_row *r = &l->part.rows[g->from];
	struct order_lost lost = { .kind = r->refund ? ORDER_LOST_REFUND : l->reading.preset->form == IMPORT_LINES ? ORDER_LOST_LINES
											       : ORDER_LOST_ORDER,
				   .reason = str_c(reason), .phone = r->receiver };
	order_of(l, a, g, &lost.order);
	if (l->reading.preset->form == IMPORT_REFUNDS)
		lost.refund = refund_of(l, r, g->equals);
	return lost;
}

/* The id under which it waits. */
static i64 lost_id(const struct load *l, const struct import_row *r, const struct import_group *g)
{
	i64 id = group_id(r, g);
	if (!r->refund)
		return id;
	return l->reading.preset->form == IMPORT_REFUNDS ? refund_of(l, r, g->equals).id : positive((u64)id ^ 1);
}

static err write_unmatched(struct tx *tx, const struct load *l, const struct buyer *b, struct tally *t)
{
	for (size_t i = b->from; i < b->to; i++) {
		struct order_lost lost = lost_of(l, tx->snap.arena, &l->part.groups.v[i], b->reason);
		TRY(put_unmatched(tx, &lost, t));
	}
	return OK;
}

static err write_lines(struct tx *tx, const struct load *l, const struct buyer *b, struct tally *t)
{
	for (size_t i = b->from; i < b->to; i++) {
		struct order_in o;
		bool changed = false;
		order_of(l, tx->snap.arena, &l->part.groups.v[i], &o);
		err e = order_lines_put(tx, b->customer, &o, &changed);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		*(changed ? &t->t.orders : &t->t.unchanged) += 1;
	}
	return OK;
}

/* Whose the group's order is, in the batch's own slot: the same person's other leaf counts as hers. */
static err owner_here(struct tx *tx, const struct load *l, const struct buyer *b, const struct order_in *o, i64 *ret)
{
	struct order_number no = { o->head.source, o->head.order_no, b->customer, o->head.id, l->im->id };
	struct customer a, c;
	*ret = b->customer;
	if (!o->numbered)
		return OK;
	TRY(order_own(tx, &no, ret));
	if (*ret == b->customer)
		return OK;
	TRY(customer_get(&tx->snap, *ret, &a));
	TRY(customer_get(&tx->snap, b->customer, &c));
	*ret = a.root == c.root ? *ret : 0;
	return OK;
}

/* An order that is not this leaf's: another leaf of the same person has it, or another person (owner 0). */
static err write_foreign(struct tx *tx, const struct load *l, const struct import_group *g, const struct order_in *o, i64 owner,
			 struct tally *t)
{
	struct order_lost lost = lost_of(l, tx->snap.arena, g, ORDER_WHY_OTHER);
	return owner ? order_put(tx, owner, false, o, 1, &t->t) : put_unmatched(tx, &lost, t);
}

/* All of one buyer in the batch; her orders stand before her refunds. */
static err write_buyer(struct tx *tx, const struct load *l, const struct buyer *b, struct tally *t)
{
	struct arena *a = tx->snap.arena;
	if (l->reading.preset->form == IMPORT_LINES)
		return write_lines(tx, l, b, t);
	struct order_in *orders = ARENA_ARRAY(a, struct order_in, b->to - b->from);
	size_t n = 0, rows = 0, refunds = 0;
	for (size_t i = b->from; i < b->to; i++)
		rows += l->part.groups.v[i].to - l->part.groups.v[i].from;
	struct refund_in *back = NULL;
	for (size_t i = b->from; i < b->to; i++) {
		const struct import_group *g = &l->part.groups.v[i];
		i64 owner;
		if (l->part.rows[g->from].refund) {
			back = back ? back : ARENA_ARRAY(a, struct refund_in, rows);
			refunds += refunds_of(l, g, back + refunds);
			continue;
		}
		order_of(l, a, g, &orders[n]);
		if (b->owners)
			owner = b->owners[i - b->from];
		else
			TRY(owner_here(tx, l, b, &orders[n], &owner));
		if (owner == b->customer)
			n++;
		else if (!b->owners) /* else it is written where it belongs */
			TRY(write_foreign(tx, l, g, &orders[n], owner, t));
	}
	if (n)
		TRY(order_put(tx, b->customer, b->fresh, orders, n, &t->t));
	return refunds ? order_refund_put(tx, b->customer, l->im->id, back, refunds, &t->t) : OK;
}

static err move(struct tx *tx, struct load *l, const struct tally *t)
{
	struct import_cursor next = l->at;
	struct import_counts counts = { .id = l->im->id, .orders = t->t.orders, .refunds = t->t.refunds,
					.customers = t->customers, .unchanged = t->t.unchanged, .unmatched = t->unmatched };
	struct job job = *l->job;
	next.group = (i64)l->to;
	job.done += l->rows;
	TRY(import_counts_add(tx, &counts));
	TRY(job_save(tx, &job, &import_cursor_record, &next));
	if (fault_pass("import.batch") != FAULT_NONE)
		return tx_fail(tx, ERR_IO, T_OK, STR("import.batch"), STR_NIL, STR_NIL);
	return OK;
}

/* ---- who bought ---- */

static size_t ids_of(const struct import_row *r, struct identity_in *ids)
{
	size_t n = 0;
	for (size_t i = 0; i < IMPORT_IDS; i++)
		if (r->ids[i].n)
			ids[n++] = (struct identity_in){ str_c(import_id_kinds[i]), r->ids[i], true };
	return n;
}

static struct identity_who who_of(struct arena *a, const struct buyer *b)
{
	struct identity_in *ids = ARENA_ARRAY(a, struct identity_in, IMPORT_IDS);
	return (struct identity_who){ ids, ids_of(b->row, ids), false, b->row->ordered, STR("order"), STR_NIL };
}

static err resolve_plain(struct tx *tx, struct load *l, struct tally *t)
{
	struct arena *a = tx->snap.arena;
	size_t n = l->buyer_count;
	struct identity_who *whos = ARENA_ARRAY(a, struct identity_who, n);
	struct buyer **of = ARENA_ARRAY(a, struct buyer *, n);
	i64 *customers = ARENA_ARRAY(a, i64, n);
	bool *created = ARENA_ARRAY(a, bool, n);
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		l->buyers[i].customer = l->buyers[i].known;
		if (l->buyers[i].row->buyer) {
			whos[m] = who_of(a, &l->buyers[i]);
			of[m++] = &l->buyers[i];
		}
	}
	if (m)
		TRY(identity_resolve_many(tx, whos, l->numbers, m, customers, created));
	for (size_t i = 0; i < m; i++) {
		of[i]->customer = customers[i];
		of[i]->fresh = created[i];
		t->customers += created[i];
	}
	return OK;
}

/* Everything in one transaction; *ret_plain false: somebody needs more, nothing was written. */
static err write_plain(struct tx *tx, struct load *l, struct tally *t, bool *ret_plain)
{
	*t = (struct tally){ 0 };
	*ret_plain = true;
	TRY(resolve_plain(tx, l, t));
	for (size_t i = 0; i < l->buyer_count; i++)
		if (l->buyers[i].row->buyer && !l->buyers[i].customer)
			*ret_plain = false;
	if (!*ret_plain)
		return tx_fail(tx, ERR_STATE, T_OK, STR_NIL, STR_NIL, STR_NIL);
	for (size_t i = 0; i < l->buyer_count; i++) {
		const struct buyer *b = &l->buyers[i];
		TRY(b->customer ? write_buyer(tx, l, b, t) : write_unmatched(tx, l, b, t));
	}
	return move(tx, l, t);
}

/* Whose each order is, asked in the slots of their numbers before anything is written. */
static err ask_owners(struct load *l, struct buyer *b)
{
	struct unit *u = &l->cx->unit;
	b->owners = ARENA_ARRAY(u->arena, i64, b->to - b->from);
	for (size_t i = b->from; i < b->to; i++) {
		i64 *owner = &b->owners[i - b->from];
		struct order_in o;
		err e;
		*owner = b->customer;
		if (l->part.rows[l->part.groups.v[i].from].refund || l->reading.preset->form != IMPORT_ORDERS)
			continue;
		order_of(l, u->arena, &l->part.groups.v[i], &o);
		if (!o.numbered)
			continue;
		struct order_number no = { o.head.source, o.head.order_no, b->customer, o.head.id, l->im->id };
		TRY(WRITE_TX(u, number_slot(l, no.order_no), order_own(tx, &no, owner)));
		bool same = order_same_person(u, *owner, b->customer, &e);
		TRY(e);
		*owner = same ? *owner : 0;
	}
	return OK;
}

typedef err write_fn(struct tx *tx, const struct load *l, const struct buyer *b, struct tally *t);

/* A try that is run again begins with the counts it began with. */
static err counted(struct tx *tx, write_fn *fn, const struct load *l, const struct buyer *b, const struct tally *before, struct tally *t)
{
	*t = *before;
	return fn(tx, l, b, t);
}

static err counted_foreign(struct tx *tx, const struct load *l, const struct import_group *g, i64 owner, const struct tally *before,
			   struct tally *t)
{
	struct order_in o;
	*t = *before;
	order_of(l, tx->snap.arena, g, &o);
	return write_foreign(tx, l, g, &o, owner, t);
}

static err write_one(struct load *l, struct buyer *b, struct tally *t)
{
	struct unit *u = &l->cx->unit;
	i64 base = slot_base(u->store, u->corp);
	struct tally before;
	b->customer = b->known;
	if (b->row->buyer) {
		struct identity_who who = who_of(u->arena, b);
		TRY(identity_resolve(u, &who, &b->customer, &b->fresh, NULL));
		t->customers += b->fresh;
		b->fresh = false; /* her orders may stand there from a broken attempt */
	}
	before = *t;
	if (!b->customer)
		return WRITE_TX(u, base, counted(tx, write_unmatched, l, b, &before, t));
	TRY(ask_owners(l, b));
	TRY(WRITE_TX(u, slot_of_customer(u->store, b->customer), counted(tx, write_buyer, l, b, &before, t)));
	for (size_t i = b->from; i < b->to; i++) {
		i64 owner = b->owners[i - b->from];
		if (owner == b->customer)
			continue;
		before = *t;
		TRY(WRITE_TX(u, owner ? slot_of_customer(u->store, owner) : base,
			     counted_foreign(tx, l, &l->part.groups.v[i], owner, &before, t)));
	}
	return OK;
}

static err write_one_by_one(struct load *l)
{
	struct unit *u = &l->cx->unit;
	struct tally t = { 0 };
	for (size_t i = 0; i < l->buyer_count; i++)
		TRY(write_one(l, &l->buyers[i], &t));
	return WRITE_TX(u, slot_base(u->store, u->corp), move(tx, l, &t));
}

/* ---- what was known before ---- */

/* Rows without identities: the order's number or a proven receiver says whose they are. */
static err find_known(struct load *l)
{
	struct unit *u = &l->cx->unit;
	str source = str_c(import_source(l->reading.preset));
	for (size_t i = 0; i < l->buyer_count; i++) {
		struct buyer *b = &l->buyers[i];
		if (b->row->buyer)
			continue;
		if (b->row->order_no.n)
			TRY(order_owner(u, source, b->row->order_no, &b->known));
		if (!b->known && b->row->receiver.n)
			TRY(order_phone_owner(u, b->row->receiver, &b->known));
	}
	return OK;
}

/* Lines and refunds that came before their order, and orders that had no buyer until now. */
static err adopt_waiting(struct load *l)
{
	struct unit *u = &l->cx->unit;
	for (size_t i = 0; i < l->buyer_count; i++) {
		const struct buyer *b = &l->buyers[i];
		for (size_t k = b->from; b->customer && k < b->to; k++) {
			const struct import_row *r = &l->part.rows[l->part.groups.v[k].from];
			i64 one, owner, id = group_id(r, &l->part.groups.v[k]);
			size_t given;
			if (!r->order_no.n || !imap_get(&l->waiting, id, &one))
				continue;
			TRY(order_owner(u, str_c(import_source(l->reading.preset)), r->order_no, &owner));
			err e = owner ? order_adopt(u, id, owner, "number", &given) : OK;
			if (e != OK && e != ERR_STATE)
				return e;
		}
	}
	return OK;
}

/* A receiver's phone suggests who a new buyer may be; it never makes two persons one. */
static err hint_receivers(struct load *l)
{
	for (size_t i = 0; i < l->buyer_count; i++) {
		const struct buyer *b = &l->buyers[i];
		if (b->fresh && b->customer && b->row->receiver.n && !b->row->ids[IMPORT_ID_PHONE].n)
			TRY(identity_hint_add(&l->cx->unit, b->customer, b->row->receiver));
	}
	return OK;
}

static err read_waiting(struct load *l)
{
	struct unit *u = &l->cx->unit;
	struct order_source key = { str_c(import_source(l->reading.preset)) };
	struct order_id *ids;
	size_t n;
	l->waiting = imap_new(l->arena);
	TRY(READ_SNAP(u, slot_base(u->store, u->corp), order_unmatched_ids(snap, &key, &ids, &n)));
	for (size_t i = 0; i < n; i++)
		imap_put(&l->waiting, ids[i].id, 1);
	return OK;
}

/* ---- only looking ---- */

static err look_buyer(struct load *l, struct buyer *b, struct tally *t)
{
	struct unit *u = &l->cx->unit;
	struct imap known = imap_new(u->arena);
	b->customer = b->known;
	for (size_t i = 0; i < IMPORT_IDS && !b->customer; i++) {
		if (!b->row->ids[i].n)
			continue;
		err e = identity_find(u, str_c(import_id_kinds[i]), b->row->ids[i], &b->customer);
		if (e != OK && e != ERR_NOT_FOUND && e != ERR_INPUT)
			return e;
		if (e != OK)
			b->customer = 0;
	}
	t->customers += b->row->buyer && !b->customer;
	if (b->customer) {
		struct order_short *v;
		struct order_refund *back;
		size_t n, m;
		struct order_owner own = { b->customer };
		i64 slot = slot_of_customer(u->store, b->customer);
		TRY(READ_SNAP(u, slot, order_shorts(snap, &own, &v, &n)));
		TRY(READ_SNAP(u, slot, order_refunds_of(snap, &own, &back, &m)));
		for (size_t i = 0; i < n; i++)
			imap_put(&known, v[i].id, 1);
		for (size_t i = 0; i < m; i++)
			imap_put(&known, back[i].id, 1);
	}
	for (size_t i = b->from; i < b->to; i++) {
		const struct import_group *g = &l->part.groups.v[i];
		const struct import_row *r = &l->part.rows[g->from];
		struct order_unmatched there;
		i64 one, id = r->refund ? refund_of(l, r, g->equals).id : group_id(r, g);
		bool old = imap_get(&known, id, &one);
		if (!b->row->buyer && !b->customer) {
			struct order_id key = { lost_id(l, r, g) };
			err e = READ_SNAP(u, slot_base(u->store, u->corp), order_unmatched_get(snap, &key, &there));
			if (e != OK && e != ERR_NOT_FOUND)
				return e;
			old = e == OK;
			t->unmatched += !old;
		}
		*(old ? &t->t.unchanged : r->refund ? &t->t.refunds : &t->t.orders) += 1;
	}
	return OK;
}

static err look_batch(struct load *l)
{
	struct tally t = { 0 };
	struct unit *u = &l->cx->unit;
	const struct import_row *before = NULL;
	for (size_t i = 0; i < l->buyer_count; i++) {
		struct buyer *b = &l->buyers[i];
		i64 had = t.customers;
		if (b->from > 0)
			before = &l->part.rows[l->part.groups.v[b->from].from - 1];
		TRY(look_buyer(l, b, &t));
		/* Who began in the batch before was counted there. */
		if (t.customers > had && before && import_same_buyer(before, b->row))
			t.customers = had;
	}
	return WRITE_TX(u, slot_base(u->store, u->corp), move(tx, l, &t));
}

/* ---- steps ---- */

static const char *reason_of(const struct load *l, const struct import_row *r)
{
	static const char *const whys[] = { ORDER_WHY_NONE, ORDER_WHY_MASKED, ORDER_WHY_VIRTUAL, ORDER_WHY_RECEIVER };
	return l->reading.preset->form == IMPORT_ORDERS ? whys[r->lack] : ORDER_WHY_NO_ORDER;
}

/* The next groups: at most IMPORT_BATCH_ROWS rows, or one order. Buyers in a row are one. */
static void take_batch(struct load *l)
{
	struct arena *a = l->cx->unit.arena;
	size_t from = (size_t)l->at.group, g = from;
	l->rows = 0;
	l->buyer_count = 0;
	l->buyers = ARENA_ARRAY(a, struct buyer, IMPORT_BATCH_ROWS);
	for (; g < l->part.groups.n && l->buyer_count < IMPORT_BATCH_ROWS; g++) {
		const struct import_group *now = &l->part.groups.v[g];
		const struct import_row *row = &l->part.rows[now->from];
		if (l->rows > 0 && l->rows + (i64)(now->to - now->from) > IMPORT_BATCH_ROWS)
			break;
		l->rows += (i64)(now->to - now->from);
		struct buyer *last = l->buyer_count ? &l->buyers[l->buyer_count - 1] : NULL;
		if (last && import_same_buyer(last->row, row)) {
			last->to = g + 1;
			continue;
		}
		l->buyers[l->buyer_count++] = (struct buyer){ .row = row, .from = g, .to = g + 1, .reason = reason_of(l, row) };
	}
	l->to = g;
}

/* Dense numbers are not thrown away: what a batch did not need is the next one's. */
static err take_numbers(struct load *l)
{
	while (l->number_count < l->buyer_count)
		TRY(store_number(&l->cx->unit, "customer", &l->numbers[l->number_count++]));
	return OK;
}

static void drop_numbers(struct load *l)
{
	size_t at = 0, kept = 0;
	bool used[IMPORT_BATCH_ROWS] = { false };
	for (size_t i = 0; i < l->buyer_count; i++)
		if (l->buyers[i].row->buyer)
			used[at++] = l->buyers[i].fresh;
	for (size_t i = 0; i < l->number_count; i++)
		if (i >= at || !used[i])
			l->numbers[kept++] = l->numbers[i];
	l->number_count = kept;
}

static err write_batch(struct load *l)
{
	struct unit *u = &l->cx->unit;
	i64 base = slot_base(u->store, u->corp), slots[2];
	struct tally t;
	bool plain = false;
	TRY(find_known(l));
	if (l->dry)
		return look_batch(l);
	if (slots_of_corp(u->store, u->corp, slots, 2) == 1) {
		TRY(take_numbers(l));
		err e = WRITE_TX(u, base, write_plain(tx, l, &t, &plain));
		if (e == OK)
			drop_numbers(l);
		if (e == OK || plain)
			return e;
	}
	return write_one_by_one(l);
}

/* Counted and moved on before what is not counted: done again it finds nothing left to do. */
static err finish_batch(struct load *l)
{
	TRY(write_batch(l));
	if (l->dry)
		return OK;
	TRY(hint_receivers(l));
	return adopt_waiting(l);
}

static err load_part(struct load *l, ms until, bool *ret_over)
{
	struct cx *cx = l->cx;
	str path = import_spill_path(l->arena, cx->env, l->im->id, l->at.part);
	TRY(import_part_load(l->arena, arena_cstr(l->arena, path), import_numbered(&l->reading), &l->part, &cx->unit.fail));
	TRY(read_waiting(l));
	struct arena_mark mark = arena_mark(cx->unit.arena);
	while (l->at.group < (i64)l->part.groups.n && clock_mono() < until) {
		take_batch(l);
		TRY(finish_batch(l));
		l->job->done += l->rows;
		l->at.group = (i64)l->to;
		arena_reset(cx->unit.arena, mark);
	}
	*ret_over = l->at.group >= (i64)l->part.groups.n;
	return OK;
}

static err load_step(struct load *l, bool *ret_done)
{
	struct cx *cx = l->cx;
	ms until = clock_mono() + IMPORT_STEP_MS;
	while (l->at.part < l->at.parts && clock_mono() < until) {
		bool over;
		l->arena = arena_new(LOAD_ARENA);
		err e = load_part(l, until, &over);
		arena_free(l->arena);
		TRY(e);
		if (over) {
			l->at.part++;
			l->at.group = 0;
		}
	}
	*ret_done = l->at.part >= l->at.parts;
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	return WRITE_TX(&cx->unit, base, job_save(tx, l->job, &import_cursor_record, &l->at));
}

static err scan_tick(void *arg, const struct import_scanned *now)
{
	struct load *l = arg;
	struct unit *u = &l->cx->unit;
	struct job job = *l->job;
	job.total = now->rows; /* not known before the end */
	return WRITE_TX(u, slot_base(u->store, u->corp), job_save(tx, &job, &import_cursor_record, &l->at));
}

static err scanned(struct tx *tx, struct load *l, const struct import_scanned *s)
{
	struct import_counts counts = { .id = l->im->id, .data_rows = s->rows, .accepted = s->rows - s->rejected,
					.rejected = s->rejected };
	struct import_cursor at = { .loading = 1, .parts = s->spills };
	struct job job = *l->job;
	job.total = s->rows;
	job.failed = s->rejected;
	job.done = s->rejected;
	TRY(import_counts_set(tx, &counts));
	return job_save(tx, &job, &import_cursor_record, &at);
}

static err scan_step(struct load *l)
{
	struct import_scanned s;
	struct unit *u = &l->cx->unit;
	TRY(import_scan(l->cx, l->im, scan_tick, l, &s));
	return WRITE_TX(u, slot_base(u->store, u->corp), scanned(tx, l, &s));
}

static err ended(struct tx *tx, struct load *l, const char *state, str error)
{
	return import_state_end(tx, &(struct import_state){ l->im->id, str_c(state), l->job->id, error });
}

static err step(struct cx *cx, struct job *job, bool dry, bool *ret_done)
{
	struct import_job in;
	struct order_import im;
	struct load l = { .cx = cx, .job = job, .im = &im, .dry = dry };
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	TRY(job_input(cx, job, &import_job_record, &in));
	TRY(job_cursor(cx, job, &import_cursor_record, &l.at));
	struct import_key key = { in.import };
	TRY(READ_SNAP(&cx->unit, base, import_get(snap, &key, &im)));
	cx->unit.actor_kind = ACTOR_IMPORT;
	cx->unit.actor = im.id;
	cx->unit.source = "import";
	err e = import_reading_of(cx, &im, &l.reading);
	if (e == OK)
		e = l.at.loading ? load_step(&l, ret_done) : scan_step(&l);
	if (e == OK && !*ret_done)
		return OK;
	if (e != OK && (err_retryable(e) || e == ERR_STATE))
		return e;
	import_files_drop(cx->env, cx->unit.arena, im.id);
	str why = e == OK ? STR_NIL : fail_text(&cx->unit.fail, LANG_ZH, cx->unit.arena);
	struct fail kept = cx->unit.fail;
	err end = WRITE_TX(&cx->unit, base, ended(tx, &l, e != OK ? "failed" : dry ? "ready" : "done", why));
	cx->unit.fail = kept;
	return e != OK ? e : end;
}

err import_step_run(struct cx *cx, struct job *job, bool *ret_done) { return step(cx, job, false, ret_done); }
err import_step_dry(struct cx *cx, struct job *job, bool *ret_done) { return step(cx, job, true, ret_done); }
