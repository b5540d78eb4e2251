/*
 * touch points: keeping who bought after which code, and the comparison over HTTP.
 */
#include "feature/livecode/livecode_spot_data.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/attr/attr_value.h"
#include "core/customer/customer.h"
#include "core/outlet/outlet_index.h"
#include "core/perm/perm.h"
#include "feature/livecode/livecode_int.h"

/* The code of ours she came by last, over all her numbers; livecode 0: none. */
static err came_by(const struct snap *s, const struct attr_person *p, struct livecode_add *ret)
{
	*ret = (struct livecode_add){ .livecode = 0, .day = -1 };
	for (size_t i = 0; i < p->count; i++) {
		struct livecode_add row;
		struct snap at = *s;
		snap_slot(&at, slot_of_customer(s->unit->store, p->leaves[i]));
		err e = livecode_add_last(&at, &(struct livecode_key){ p->leaves[i] }, &row);
		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		if (row.day != NIL && row.day > ret->day)
			*ret = row;
	}
	return OK;
}

err livecode_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct livecode_buyer was, now = { .customer = p->root };
	struct livecode_add came = { 0 };
	if (sum->orders > 0)
		TRY(came_by(&tx->snap, p, &came));
	if (came.livecode) {
		TRY(attr_times(&tx->snap, p, EV_ORDER_PLACED, came.day, INT32_MAX, &now.orders));
		now.orders = int_min(now.orders, sum->orders);
	}
	err e = livecode_buyer_get(&tx->snap, &(struct livecode_key){ p->root }, &was);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (now.orders == 0)
		return e == OK ? livecode_buyer_drop(tx, &(struct livecode_key){ p->root }) : OK;
	if (e == OK && was.livecode == came.livecode && was.day == came.day && was.orders == now.orders)
		return OK;
	now.livecode = came.livecode;
	now.day = came.day;
	return livecode_buyer_put(tx, &now);
}

/* The parts of merges that name who is meant. */
#define GONE_FIELDS(F, S) F(S, ID, leaf, .opt = true)
RECORD(livecode_gone, GONE_FIELDS);

err livecode_on_gone(struct tx *tx, const struct event *ev)
{
	struct livecode_gone b;
	struct customer c;
	TRY(event_body(&tx->snap, ev, &livecode_gone_record, &b));
	i64 who = ev->kind == EV_CUSTOMER_MERGED && b.leaf != NIL ? b.leaf : ev->customer;
	if (slot_of_customer(tx->snap.unit->store, who) != tx->snap.slot)
		return OK;
	err e = customer_get(&tx->snap, who, &c);
	if (e == ERR_NOT_FOUND || (e == OK && c.root == who && !c.erased))
		return OK; /* old news: she is a person again */
	TRY(e);
	return livecode_buyer_drop(tx, &(struct livecode_key){ who });
}

/* -- the comparison -- */

#define SPOTS_IN_FIELDS(F, S) F(S, STR, from) F(S, STR, to)
RECORD(livecode_spots_in, SPOTS_IN_FIELDS);
#define CELL_FIELDS(F, S)                                                        \
	F(S, STR, spot, .doc = "empty: of the store, without a spot") F(S, ID, store, .opt = true) F(S, STR, store_name) \
	F(S, I64, codes) F(S, I64, visits, .opt = true, .doc = "null: only direct codes, of which WeCom reports no scan") \
	F(S, I64, adds) F(S, I64, losses) F(S, I64, drops) F(S, I64, net)        \
	F(S, I64, buyers, .doc = "who came in the period and has bought since") F(S, I64, orders, .doc = "of those, from the day they came on")
RECORD(livecode_cell, CELL_FIELDS);
#define SPOTS_FIELDS(F, S) F(S, LIST, cells, .of = &livecode_cell_record) F(S, BOOL, more, .doc = "older codes beyond the limit are not in it")
RECORD(livecode_spots_view, SPOTS_FIELDS);

struct cells {
	struct arena *a;
	struct map at;      /* store and spot -> cell */
	struct imap place;  /* code -> its place in of */
	VEC(struct livecode_cell *) all;
	VEC(struct livecode_cell *) of;
	const struct outlet_index *stores;
};

static struct livecode_cell *cell_of(struct cells *c, const struct livecode_at_spot *code)
{
	str key = arena_printf(c->a, "%lld %.*s", (long long)code->store, STR_F(code->spot));
	struct livecode_cell *cell = map_get(&c->at, key);
	if (cell)
		return cell;
	const struct outlet_spot *o = code->store ? outlet_index_find(c->stores, code->store) : NULL;
	cell = ARENA_NEW(c->a, struct livecode_cell);
	*cell = (struct livecode_cell){ .spot = code->spot, .store = code->store ? code->store : NIL, .store_name = o ? o->row.name : STR(""),
					.visits = NIL };
	map_put(&c->at, key, cell);
	vec_push(c->a, &c->all, cell);
	return cell;
}

static void add_code(struct cells *c, const struct livecode_at_spot *code)
{
	if (!code->live && code->adds == 0 && code->losses == 0 && code->drops == 0)
		return;
	struct livecode_cell *cell = cell_of(c, code);
	imap_put(&c->place, code->id, (i64)c->of.n);
	vec_push(c->a, &c->of, cell);
	cell->codes++;
	cell->adds += code->adds;
	cell->losses += code->losses;
	cell->drops += code->drops;
	cell->net += code->adds - code->losses - code->drops;
}

static struct livecode_cell *known(const struct cells *c, i64 code)
{
	i64 at;
	return imap_get(&c->place, code, &at) ? c->of.v[at] : NULL;
}

static err read_spots(struct cx *cx, const struct snap *s, const struct livecode_span *span, struct cells *c)
{
	struct livecode_spots_view *out = cx->out;
	struct livecode_at_spot *codes;
	struct livecode_bought *bought;
	struct door_sum *visits;
	size_t n, bought_n, visit_n;
	TRY(livecode_spots(s, span, &codes, &n));
	TRY(livecode_bought(s, span, &bought, &bought_n));
	TRY(door_sums(s, LIVECODE_DOOR, span->first, span->last, &visits, &visit_n));
	out->more = n > LIVECODE_SPOT_CODES_MAX;
	for (size_t i = 0; i < n && i < LIVECODE_SPOT_CODES_MAX; i++)
		add_code(c, &codes[i]);
	for (size_t i = 0; i < visit_n; i++) {
		struct livecode_cell *cell = known(c, visits[i].target);
		if (cell)
			cell->visits = (cell->visits == NIL ? 0 : cell->visits) + visits[i].visits;
	}
	for (size_t i = 0; i < bought_n; i++) {
		struct livecode_cell *cell = known(c, bought[i].livecode);
		if (cell) {
			cell->buyers += bought[i].buyers;
			cell->orders += bought[i].orders;
		}
	}
	struct livecode_cell *shown = ARENA_ARRAY(s->arena, struct livecode_cell, c->all.n + 1);
	for (size_t i = 0; i < c->all.n; i++)
		shown[i] = *c->all.v[i];
	out->cells = (struct list){ shown, c->all.n };
	return OK;
}

static err h_spots(struct cx *cx)
{
	const struct livecode_spots_in *in = cx->in;
	struct arena *a = CX_ARENA(cx);
	struct livecode_span span = { .livecode = NIL };
	struct cells c = { .a = a, .at = map_new(a), .place = imap_new(a) };
	TRY(livecode_span_read(cx, in->from, in->to, &span));
	TRY(outlet_index_get(&cx->unit, &c.stores));
	return READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), read_spots(cx, snap, &span, &c));
}

const struct route livecode_spot_routes[] = {
	{ "GET", "/api/v1/livecode-spots", "livecode.read", ROUTE_SCOPE_NONE, 0, &livecode_spots_in_record, &livecode_spots_view_record,
	  h_spots, "Spots by stores: what the codes of each brought." },
	{ 0 },
};
