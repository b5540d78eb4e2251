/*
 * Finding the order of a number, weighing the proof, and making it hers.
 */
#include "feature/order/order_claim.h"

#include "base/hash.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "feature/order/order_import.h"
#include "store/inbox.h"

#define SOURCES_MAX 32

const char *order_claim_word(enum claim_is is)
{
	static const char *const words[] = { "done", "hers", "unknown", "wrong", "taken" };
	return words[is];
}

/* ---- the order of a number ---- */

struct found { bool any; i64 owner; struct order_head head; };

static err look_in(struct unit *u, str source, str no, struct found *ret)
{
	struct order_unmatched lost;
	i64 id = order_id_of(order_key_of(source, no), 0), owner;
	TRY(order_owner(u, source, no, &owner));
	struct order_key key = { owner, id };
	if (owner) {
		err e = READ_SNAP(u, slot_of_customer(u->store, owner), order_get(snap, &key, &ret->head));
		ret->any = e == OK;
		ret->owner = owner;
		return e == ERR_NOT_FOUND ? OK : e;
	}
	struct order_id lost_key = { id };
	err e = READ_SNAP(u, slot_base(u->store, u->corp), order_unmatched_get(snap, &lost_key, &lost));
	if (e == ERR_NOT_FOUND || (e == OK && !str_eq_c(lost.kind, "order")))
		return OK;
	TRY(e);
	ret->any = true;
	ret->owner = 0;
	ret->head = (struct order_head){ .id = id, .source = lost.source, .order_no = lost.order_no, .paid = lost.paid,
					 .refunded = lost.refunded, .currency = lost.currency, .status = lost.status,
					 .ordered = lost.ordered, .tail = lost.tail, .store = STR_NIL, .staff = STR_NIL };
	return OK;
}

static bool proves(const struct order_claim *c, const struct order_head *h)
{
	bool amount = c->amount != NIL && (c->amount == h->paid || c->amount == h->paid - h->refunded);
	bool tail = c->tail.n == ORDER_TAIL_DIGITS && str_eq(c->tail, h->tail);
	return c->trusted || amount || tail;
}

/* Two shops may have used one number: the one that is proven is meant. */
static err find(struct unit *u, const struct order_claim *c, struct found *ret)
{
	str seen[SOURCES_MAX] = { STR("segment") };
	size_t n = 1;
	*ret = (struct found){ 0 };
	for (const struct import_preset *p = import_presets; p->name && n < SOURCES_MAX; p++)
		if (!p->source)
			seen[n++] = str_c(p->name);
	for (size_t i = 0; i < n; i++) {
		struct found one = { 0 };
		TRY(look_in(u, seen[i], c->order_no, &one));
		if (one.any && (!ret->any || proves(c, &one.head)))
			*ret = one;
	}
	return OK;
}

/* ---- whose it is ---- */

/* Known by more than a shop's own id: somebody, whose orders are not given away. */
static err is_somebody(struct unit *u, i64 customer, bool *ret)
{
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	*ret = false;
	TRY(customer_root(u, customer, &root));
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct identity_row *ids;
		size_t m;
		TRY(identity_of(u, leaves[i], &ids, &m));
		for (size_t k = 0; k < m; k++)
			*ret |= !str_eq_c(ids[k].kind, "buyer") && !str_eq_c(ids[k].kind, "user_id") && !str_eq_c(ids[k].kind, "anonymous_id");
	}
	return OK;
}

static err take(struct unit *u, const struct order_claim *c, const struct found *f, enum claim_is *ret)
{
	bool somebody;
	i64 root;
	size_t given;
	err e;
	*ret = CLAIM_DONE;
	if (!f->owner) {
		e = order_adopt(u, f->head.id, c->customer, "claim", &given);
		*ret = e == ERR_STATE ? CLAIM_TAKEN : CLAIM_DONE;
		return e == ERR_STATE ? OK : e;
	}
	if (order_same_person(u, f->owner, c->customer, &e)) {
		*ret = CLAIM_HERS;
		return OK;
	}
	TRY(e);
	TRY(is_somebody(u, f->owner, &somebody));
	if (somebody) {
		*ret = CLAIM_TAKEN;
		return OK;
	}
	e = customer_merge(u, f->owner, c->customer, "order", &root);
	*ret = e == ERR_STATE ? CLAIM_TAKEN : CLAIM_DONE; /* kept apart by hand, or too many */
	return e == ERR_STATE ? OK : e;
}

/* ---- guesses ---- */

static i64 try_slot(const struct unit *u, str no) { return slot_of_key(u->store, u->corp, hash64(no)); }

static err tried(struct cx *cx, const struct order_claim *c, i64 *ret)
{
	struct order_try row, key = { c->order_no, corp_day(&cx->unit, cx_now(cx)), 0 };
	err e = READ_SNAP(&cx->unit, try_slot(&cx->unit, c->order_no), order_try_get(snap, &key, &row));
	*ret = e == OK ? row.tries : 0;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err count_try(struct cx *cx, const struct order_claim *c)
{
	struct order_try row, key = { c->order_no, corp_day(&cx->unit, cx_now(cx)), 0 };
	return WRITE_TX(&cx->unit, try_slot(&cx->unit, c->order_no), order_try_add(tx, &key, &row));
}

err order_claim(struct cx *cx, const struct order_claim *c, enum claim_is *ret, struct order_head *ret_order)
{
	struct found f;
	i64 tries = 0;
	if (!c->trusted)
		TRY(tried(cx, c, &tries));
	TRY(find(&cx->unit, c, &f));
	*ret = !f.any || tries >= ORDER_TRIES ? CLAIM_UNKNOWN : !proves(c, &f.head) ? CLAIM_WRONG : CLAIM_DONE;
	if (*ret == CLAIM_DONE)
		TRY(take(&cx->unit, c, &f, ret));
	*ret_order = f.head;
	/* Every refusal counts, so that nobody learns from the counting which numbers exist. */
	return *ret == CLAIM_DONE || *ret == CLAIM_HERS || c->trusted ? OK : count_try(cx, c);
}

/* ---- asked for on the member page ---- */

#define CLAIM_TOLD_FIELDS(F, S)                                                   \
	F(S, ID, claim) F(S, ID, customer) F(S, STR, order_no) F(S, FEN, amount, .opt = true) F(S, STR, tail, .opt = true)
RECORD(claim_told, CLAIM_TOLD_FIELDS);

static err answer(struct tx *tx, const struct inbox_row *row, const struct claim_told *in, enum claim_is is, const struct order_head *h)
{
	bool first;
	TRY(inbox_claim(tx, row, &first));
	if (!first)
		return OK;
	if (is != CLAIM_DONE && is != CLAIM_HERS) {
		struct claim_refused body = { in->claim, str_c(order_claim_word(is)) };
		return journal_add(tx, EV_CLAIM_REFUSED, in->customer, tx->snap.now, &claim_refused_record, &body, NULL);
	}
	struct order_claimed body = { in->claim, h->id, h->source, h->order_no, h->paid, h->currency, h->ordered, STR("customer") };
	return journal_add(tx, EV_ORDER_CLAIMED, in->customer, tx->snap.now, &order_claimed_record, &body, NULL);
}

err order_claim_decode(struct cx *cx, const struct inbox_row *row)
{
	struct claim_told in;
	struct json *tree;
	struct order_head h;
	enum claim_is is;
	TRY(json_parse(row->body, CX_ARENA(cx), &tree, &cx->unit.fail));
	record_read(&claim_told_record, tree, &in, CX_ARENA(cx));
	cx->unit.actor_kind = ACTOR_CUSTOMER;
	cx->unit.actor = in.customer;
	struct order_claim c = { in.customer, in.order_no, in.amount, in.tail, false };
	TRY(order_claim(cx, &c, &is, &h));
	i64 slot = slot_of_customer(cx->env->store, in.customer);
	TRY(WRITE_TX(&cx->unit, slot, answer(tx, row, &in, is, &h)));
	return slot == row->slot ? OK : inbox_done(&cx->unit, row, STR_NIL);
}

/* ---- by staff ---- */

#define CLAIM_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, order_no, .min = 1, .max = ORDER_NO_MAX)
RECORD(claim_in, CLAIM_IN_FIELDS);
#define CLAIM_OUT_FIELDS(F, S)                                                    \
	F(S, STR, result, .one_of = "done,hers") F(S, ID, order_id) F(S, STR, source) F(S, FEN, paid) F(S, STR, currency) F(S, MS, ordered_ms)
RECORD(claim_out, CLAIM_OUT_FIELDS);

static err told_by_staff(struct tx *tx, i64 customer, const struct order_head *h)
{
	struct order_claimed body = { NIL, h->id, h->source, h->order_no, h->paid, h->currency, h->ordered, STR("staff") };
	return journal_add(tx, EV_ORDER_CLAIMED, customer, tx->snap.now, &order_claimed_record, &body, NULL);
}

static err h_claim(struct cx *cx)
{
	const struct claim_in *in = cx->in;
	struct unit *u = &cx->unit;
	struct order_claim c = { .order_no = str_trim(in->order_no), .amount = NIL, .trusted = true };
	struct order_head h;
	enum claim_is is;
	TRY(customer_visible(u, in->id, &c.customer));
	TRY(order_claim(cx, &c, &is, &h));
	if (is == CLAIM_TAKEN)
		return cx_fail(cx, ERR_CONFLICT, T_ORDER_TAKEN, STR("order_no"), c.order_no, STR_NIL);
	if (is != CLAIM_DONE && is != CLAIM_HERS)
		return cx_fail(cx, ERR_NOT_FOUND, T_ORDER_UNKNOWN, STR("order_no"), c.order_no, STR_NIL);
	if (is == CLAIM_DONE) {
		str object = arena_printf(CX_ARENA(cx), "customer:%lld", (long long)c.customer);
		TRY(WRITE_TX(u, slot_of_customer(u->store, c.customer), told_by_staff(tx, c.customer, &h)));
		TRY(WRITE_TX(u, slot_base(u->store, u->corp), audit_add(tx, "order.claim", object, c.order_no)));
	}
	*(struct claim_out *)cx->out = (struct claim_out){ str_c(order_claim_word(is)), h.id, h.source, h.paid, h.currency, h.ordered };
	return OK;
}

const struct route order_claim_routes[] = {
	{ "POST", "/api/v1/customers/{id}/claim-order", "customer.claim", ROUTE_SCOPE_CUSTOMERS, 0, &claim_in_record, &claim_out_record,
	  h_claim, "Makes an order hers by its number." },
	{ 0 },
};
