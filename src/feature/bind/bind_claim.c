/*
 * An order number given on the member page: asked of whoever keeps orders through the inbox, answered by an event.
 *
 * Why a number was not accepted is not told: a number nobody has, a wrong proof and somebody else's order are one
 * answer, given in the same way and time. How often she may ask is counted here, durably, wrong or right.
 */
#include "feature/bind/bind_data.h"

#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "store/inbox.h"

#define CLAIM_SOURCE STR("order.claim")
#define CLAIM_BODY_MAX ((size_t)4 << 10)

#define CLAIM_TOLD_FIELDS(F, S)                                                                 \
	F(S, ID, claim) F(S, ID, customer) F(S, STR, order_no) F(S, FEN, amount, .opt = true) F(S, STR, tail, .opt = true)
RECORD(bind_claim_told, CLAIM_TOLD_FIELDS);
#define CLAIMED_FIELDS(F, S) F(S, ID, claim, .opt = true) F(S, STR, order_no) F(S, FEN, paid) F(S, STR, currency)
RECORD(bind_claimed, CLAIMED_FIELDS);

static err ask(struct tx *tx, const struct bind_claim *row, bool *ret_many)
{
	struct bind_recent before;
	struct bind_claim_since since = { row->customer, tx->snap.now - BIND_DAY_MS };
	TRY(bind_claims_recent(&tx->snap, &since, &before));
	*ret_many = before.n >= BIND_CLAIMS_DAY;
	return *ret_many ? OK : bind_claim_add(tx, row);
}

err bind_claim_ask(struct cx *cx, const struct guest *v, const struct bind_claim_in *in, i64 *ret_id)
{
	struct arena *a = CX_ARENA(cx);
	struct bind_claim row = { .id = id_next(store_ids(cx->env->store), cx_now(cx)), .state = STR("waiting"), .order_no = STR_NIL,
				  .paid = NIL, .currency = STR_NIL, .created = cx_now(cx) };
	struct bind_claim_told told = { .claim = row.id, .order_no = str_trim(in->order_no), .amount = NIL, .tail = STR_NIL };
	bool many = false, fresh;
	if (in->amount.n && (!str_decimal(str_trim(in->amount), 2, &told.amount) || told.amount < 0))
		return cx_fail(cx, ERR_INPUT, T_BIND_CLAIM_AMOUNT, STR("amount"), in->amount, STR_NIL);
	if (in->tail.n)
		told.tail = str_trim(in->tail);
	if (!told.order_no.n || (told.amount == NIL && !told.tail.n))
		return cx_fail(cx, ERR_INPUT, T_BIND_CLAIM_PROOF, told.order_no.n ? STR("amount") : STR("order_no"), STR_NIL, STR_NIL);
	TRY(guest_customer(cx, v, "bind", &row.customer));
	told.customer = row.customer;
	cx->unit.actor = row.customer;
	TRY(WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, row.customer), ask(tx, &row, &many)));
	if (many)
		return cx_fail(cx, ERR_TOO_MANY, T_BIND_CLAIM_MANY, STR_NIL, STR_NIL, arena_printf(a, "%d", BIND_CLAIMS_DAY));
	struct buf body = buf_new(a, CLAIM_BODY_MAX);
	record_write(&body, &bind_claim_told_record, &told);
	struct inbox_item item = { cx->unit.corp, CLAIM_SOURCE, arena_printf(a, "%lld", (long long)row.id), buf_str(&body), cx_now(cx) };
	*ret_id = row.id;
	return inbox_add(cx->env->store, a, &item, 1, &fresh, &cx->unit.fail);
}

/* She may be another root by now: the claim itself can have made her one with a buyer. */
err bind_claim_look(struct cx *cx, const struct guest *v, i64 id, struct bind_claim_view *ret)
{
	struct unit *u = &cx->unit;
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	struct bind_claim row = { .state = STR_NIL };
	TRY(guest_customer(cx, v, "bind", &root));
	TRY(customer_leaves(u, root, leaves, &n));
	err e = ERR_NOT_FOUND;
	for (size_t i = 0; i < n && e == ERR_NOT_FOUND; i++) {
		struct bind_claim_key key = { leaves[i], id };
		e = READ_SNAP(u, slot_of_customer(u->store, leaves[i]), bind_claim_get(snap, &key, &row));
	}
	if (e != OK)
		return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_BIND_CLAIM_NO, STR_NIL, STR_NIL, STR_NIL) : e;
	bool refused = str_eq_c(row.state, "refused");
	*ret = (struct bind_claim_view){ row.state, row.order_no, row.paid, row.currency,
					 refused ? str_c(text_raw(T_BIND_CLAIM_NO, cx->viewer.lang)) : STR_NIL };
	return OK;
}

err bind_on_claim(struct tx *tx, const struct event *ev)
{
	struct bind_claimed body;
	TRY(event_body(&tx->snap, ev, &bind_claimed_record, &body));
	if (body.claim == NIL || !body.claim)
		return OK; /* by staff */
	bool done = ev->kind == EV_ORDER_CLAIMED;
	struct bind_claim row = { .customer = ev->customer, .id = body.claim, .state = done ? STR("done") : STR("refused"),
				  .order_no = done ? body.order_no : STR_NIL, .paid = done ? body.paid : NIL,
				  .currency = done ? body.currency : STR_NIL };
	return bind_claim_end(tx, &row);
}
