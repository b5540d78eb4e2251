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

#include "base/fault.h"
#include "base/hash.h"
#include "base/map.h"
#include "core/identity/identity.h"

#include <stdlib.h>

#define LOAD_ARENA ((size_t)1 << 30)

#define CURSOR_FIELDS(F, S) F(S, I64, loading) F(S, I64, parts) F(S, I64, part) F(S, I64, group)
RECORD(import_cursor, CURSOR_FIELDS);

struct buyer {
	const struct import_row *row; /* NULL ids: nobody */
	size_t from, to;              /* groups */
	i64 customer;
	bool fresh, done;
	str reason; /* why nobody can be found */
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
	/* the batch */
	struct buyer *buyers;
	size_t buyer_count;
	size_t to;   /* group behind it */
	i64 rows;
};

struct tally { struct order_tally t; i64 customers, unmatched; };

/* ---- from rows to orders ---- */

static i64 positive(u64 h) { return (i64)(h & INT64_MAX) ? (i64)(h & INT64_MAX) : 1; }

static i64 line_id(const struct import_row *r)
{
	u64 h = hash_mix(hash64(r->sku) ^ (u64)r->amount);
	return positive(hash_mix(h ^ hash64(r->product) * 3 ^ (u64)r->items * 0x9e3779b97f4a7c15u));
}

static i64 group_id(const struct import_row *r, const struct import_group *g) { return order_id_of(r->key, g->equals); }

/* Order amounts repeated on every line are one; see import_options.amount_scope. */
static bool amount_of_order(const struct load *l, const struct import_group *g)
{
	const struct import_row *v = l->part.rows;
	str scope = l->reading.options.amount_scope;
	if (l->reading.map.amount == NIL || g->to - g->from == 1 || str_eq_c(scope, "line"))
		return false;
	for (size_t i = g->from + 1; i < g->to; i++)
		if (v[i].amount != v[g->from].amount)
			return str_eq_c(scope, "order");
	return true;
}

static str status_name(const struct import_row *r, i64 paid, i64 refunded)
{
	if (r->status == IMPORT_CREATED)
		return STR("created");
	if (r->status == IMPORT_CANCELLED && !refunded)
		return STR("cancelled");
	return refunded > 0 && refunded >= paid ? STR("refunded") : STR("paid");
}

static void add_goods(struct arena *a, const struct import_row *v, const struct import_group *g, struct order_in *o)
{
	size_t n = g->to - g->from;
	struct order_goods *goods = ARENA_ARRAY(a, struct order_goods, n);
	i64 *lines = ARENA_ARRAY(a, i64, n);
	struct imap seen = imap_new(a);
	for (size_t i = 0; i < n; i++) {
		const struct import_row *r = &v[g->from + i];
		i64 times = 0;
		lines[i] = line_id(r);
		imap_get(&seen, lines[i], &times);
		imap_put(&seen, lines[i], times + 1);
		if (times) /* an equal line is a line of its own */
			lines[i] = positive(hash_mix((u64)lines[i] + (u64)times));
		goods[i] = (struct order_goods){ r->sku, r->product, r->items, r->amount };
	}
	o->goods = goods;
	o->lines = lines;
	o->goods_count = n;
}

static void order_of(const struct load *l, struct arena *a, const struct import_group *g, struct order_in *o)
{
	const struct import_row *v = l->part.rows, *first = &v[g->from];
	bool once = amount_of_order(l, g);
	struct order_head *h = &o->head;
	*o = (struct order_in){ .numbered = first->order_no.n > 0 };
	*h = (struct order_head){ .id = group_id(first, g), .source = str_c(l->reading.preset->name),
				  .order_no = first->order_no, .currency = first->currency, .ordered = first->ordered,
				  .lines = (i64)(g->to - g->from), .store = first->store.n ? first->store : STR_NIL,
				  .import = l->im->id };
	for (size_t i = g->from; i < g->to; i++) {
		h->paid += once && i > g->from ? 0 : v[i].amount;
		h->refunded = once ? int_max(h->refunded, v[i].refunded) : h->refunded + v[i].refunded;
		h->items += v[i].items;
		h->ordered = v[i].ordered < h->ordered ? v[i].ordered : h->ordered;
	}
	if (first->status == IMPORT_REFUND_DONE && h->refunded == 0)
		h->refunded = h->paid;
	h->status = status_name(first, h->paid, h->refunded);
	if (first->sku.n || first->product.n)
		add_goods(a, v, g, o);
}

static struct refund_in refund_of(const struct load *l, const struct import_row *r, u64 equals)
{
	u64 h = hash_mix(r->key ^ (u64)line_id(r) * 7 ^ equals);
	return (struct refund_in){ .id = positive(h), .order_id = r->order_no.n ? order_id_of(r->key, 0) : 0, .source = str_c(l->reading.preset->name), .refund_no = r->order_no,
				   .sku = r->sku, .currency = r->currency, .items = r->items, .amount = r->amount,
				   .refunded = r->ordered };
}

static size_t refunds_of(const struct load *l, const struct import_group *g, struct refund_in *out)
{
	const struct import_row *v = l->part.rows;
	struct imap seen = imap_new(l->cx->unit.arena);
	size_t n = 0;
	for (size_t i = g->from; i < g->to; i++, n++) {
		i64 times = 0, id = line_id(&v[i]);
		imap_get(&seen, id, &times);
		imap_put(&seen, id, times + 1);
		out[n] = refund_of(l, &v[i], (u64)times + g->equals);
	}
	return n;
}

/* ---- writing ---- */

/* Whose number it is. Somebody else's: this row's buyer is not the order's. */
static err claim(struct tx *tx, const struct load *l, const struct order_in *o, i64 customer, bool *ret_mine)
{
	struct order_number row = { o->head.source, o->head.order_no, customer, o->head.id, l->im->id }, there;
	*ret_mine = true;
	TRY(order_number_put(tx, &row));
	if (tx->changed)
		return OK;
	TRY(order_number_get(&tx->snap, &row, &there));
	*ret_mine = there.customer == customer;
	return OK;
}

static i64 number_slot(const struct load *l, str order_no)
{
	return slot_of_key(l->cx->unit.store, l->cx->unit.corp, hash64(order_no));
}

static err put_unmatched(struct tx *tx, const struct load *l, const struct order_in *o, const char *kind, str reason,
			 struct tally *t)
{
	const struct order_head *h = &o->head;
	struct order_unmatched row = { h->id, str_c(kind), h->source, h->order_no, h->paid, h->refunded, h->currency,
				       h->status, h->ordered, h->lines, h->items, reason, h->import };
	struct order_made there;
	TRY(order_unmatched_put(tx, &row));
	bool made = tx->changed > 0;
	if (!made) {
		TRY(order_unmatched_get(&tx->snap, &(struct order_id){ h->id }, &there));
		made = there.import == l->im->id;
	}
	if (!made)
		t->t.unchanged++;
	else if (strcmp(kind, "refund") == 0)
		t->t.refunds++;
	else
		t->t.orders++;
	t->unmatched += made;
	return OK;
}

static err write_unmatched(struct tx *tx, const struct load *l, const struct buyer *b, struct tally *t)
{
	for (size_t i = b->from; i < b->to; i++) {
		const struct import_group *g = &l->part.groups.v[i];
		struct order_in o;
		order_of(l, tx->snap.arena, g, &o);
		bool refund = l->part.rows[g->from].refund;
		o.head.id = positive((u64)o.head.id ^ (u64)refund);
		TRY(put_unmatched(tx, l, &o, refund ? "refund" : "order", b->reason, t));
	}
	return OK;
}

/* All of one buyer in the batch; her orders stand before her refunds. */
static err write_buyer(struct tx *tx, const struct load *l, const struct buyer *b, struct tally *t)
{
	struct arena *a = tx->snap.arena;
	struct order_in *orders = ARENA_ARRAY(a, struct order_in, b->to - b->from);
	size_t n = 0, rows = 0, refunds = 0;
	for (size_t i = b->from; i < b->to; i++)
		rows += l->part.groups.v[i].to - l->part.groups.v[i].from;
	struct refund_in *back = NULL;
	for (size_t i = b->from; i < b->to; i++) {
		const struct import_group *g = &l->part.groups.v[i];
		bool mine = true;
		if (l->part.rows[g->from].refund) {
			back = back ? back : ARENA_ARRAY(a, struct refund_in, rows);
			refunds += refunds_of(l, g, back + refunds);
			continue;
		}
		order_of(l, a, g, &orders[n]);
		if (orders[n].numbered && number_slot(l, orders[n].head.order_no) == tx->snap.slot)
			TRY(claim(tx, l, &orders[n], b->customer, &mine));
		if (mine)
			n++;
		else
			TRY(put_unmatched(tx, l, &orders[n], "order", STR("another buyer"), t));
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
		l->buyers[i].customer = 0;
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

/* Whose order number it is lies in the number's slot, said before the order is written. */
static err claim_elsewhere(struct load *l, struct buyer *b, i64 slot, bool *ret_mine)
{
	*ret_mine = true;
	for (size_t i = b->from; i < b->to && *ret_mine; i++) {
		struct order_in o;
		if (l->part.rows[l->part.groups.v[i].from].refund)
			continue;
		order_of(l, l->cx->unit.arena, &l->part.groups.v[i], &o);
		if (o.numbered && number_slot(l, o.head.order_no) != slot)
			TRY(WRITE_TX(&l->cx->unit, number_slot(l, o.head.order_no), claim(tx, l, &o, b->customer, ret_mine)));
	}
	return OK;
}

static err unmatched_tx(struct tx *tx, struct load *l, const struct buyer *b, const struct tally *before, struct tally *t)
{
	*t = *before;
	return write_unmatched(tx, l, b, t);
}

static err buyer_tx(struct tx *tx, struct load *l, const struct buyer *b, const struct tally *before, struct tally *t)
{
	*t = *before;
	return write_buyer(tx, l, b, t);
}

static err write_one_by_one(struct load *l)
{
	struct unit *u = &l->cx->unit;
	i64 base = slot_base(u->store, u->corp);
	struct tally t = { 0 };
	for (size_t i = 0; i < l->buyer_count; i++) {
		struct buyer *b = &l->buyers[i];
		struct tally before = t;
		bool mine = true;
		if (b->row->buyer && !b->customer) {
			struct identity_who who = who_of(u->arena, b);
			TRY(identity_resolve(u, &who, &b->customer, &b->fresh, NULL));
			t.customers += b->fresh;
			before = t;
			b->fresh = false; /* her orders may stand there from a broken attempt */
		}
		i64 slot = b->customer ? slot_of_customer(u->store, b->customer) : base;
		if (b->customer)
			TRY(claim_elsewhere(l, b, slot, &mine));
		if (b->customer && mine) {
			TRY(WRITE_TX(u, slot, buyer_tx(tx, l, b, &before, &t)));
		} else {
			b->reason = mine ? b->reason : STR("another buyer");
			TRY(WRITE_TX(u, base, unmatched_tx(tx, l, b, &before, &t)));
		}
	}
	return WRITE_TX(u, base, move(tx, l, &t));
}

/* ---- only looking ---- */

static err look_buyer(struct load *l, struct buyer *b, struct tally *t)
{
	struct unit *u = &l->cx->unit;
	struct imap known = imap_new(u->arena);
	b->customer = 0;
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
		struct order_made there;
		i64 one, id = r->refund ? refund_of(l, r, g->equals).id : group_id(r, g);
		bool old = imap_get(&known, id, &one);
		if (!b->row->buyer) {
			struct order_id key = { positive((u64)group_id(r, g) ^ (u64)(r->refund != 0)) };
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

static str reason_of(const struct import_row *r) { return r->masked ? STR("masked") : STR("no buyer"); }

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
		l->buyers[l->buyer_count++] = (struct buyer){ .row = row, .from = g, .to = g + 1, .reason = reason_of(row) };
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
	for (size_t i = 0; i < l->buyer_count; i++)
		l->buyers[i].customer = 0;
	return write_one_by_one(l);
}

static err load_part(struct load *l, ms until, bool *ret_over)
{
	struct cx *cx = l->cx;
	str path = import_spill_path(l->arena, cx->env, l->im->id, l->at.part);
	TRY(import_part_load(l->arena, arena_cstr(l->arena, path), import_numbered(&l->reading.map), &l->part, &cx->unit.fail));
	struct arena_mark mark = arena_mark(cx->unit.arena);
	while (l->at.group < (i64)l->part.groups.n && clock_mono() < until) {
		take_batch(l);
		TRY(write_batch(l));
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
