/*
 * order: what customers bought and what went back to them, out of files of shops and from their interfaces.
 *
 * An order lies in its buyer's slot beside her other orders; its id is a stable hash of what names it: the
 * source's order number, else the normalised fields of its row and how many equal rows stood before it
 * (equal rows are purchases of their own). So the same order told again, by another file or by the shop's
 * interface, finds itself in its place, and no extra key is kept.
 *
 * An order counts when it stands: paid, shipped or done, not cancelled, not wholly refunded; one that cost
 * nothing stands. spent is paid minus refunded in the corp's currency, refunds that fit no order of hers
 * included. Both are read from her orders when her facts are folded: there is no sum that could drift.
 *
 * Told again, the newer word wins: by the moment the source itself gives for it, else by the order of states
 * (created, paid, shipped, done; cancelled and refunded end it). What is older takes nothing back.
 *
 * A refund belongs to the order it names, else to the newest earlier order of hers with the same goods that
 * still has money in it; one that fits none stands alone. Money back told by the order's own row and by a
 * refund is the same money: the larger sum holds.
 *
 * Orders nobody can be found for are kept as unmatched with the reason and all they need to be given to their
 * buyer later: by an identity that turns up, by a claim with the order's number, or by hand.
 */
#ifndef YT_FEATURE_ORDER_ORDER_H
#define YT_FEATURE_ORDER_ORDER_H

#include "core/cx.h"
#include "core/fact.h"
#include "store/journal.h"

#define ORDER_BODY_LINES_MAX 200 /* lines told in an event; `lines` says how many there are */
#define ORDER_AMOUNT_MAX ((i64)100000000000) /* of one row, in fen: a thousand million yuan */
#define ORDER_NO_MAX 100
#define ORDER_STATES "created,paid,shipped,done,refunded,cancelled"
#define ORDER_TAIL_DIGITS 4

#define ORDER_HEAD_FIELDS(F, S)                                                   \
	F(S, ID, customer) F(S, ID, id) F(S, STR, source) F(S, STR, order_no, .opt = true) \
	F(S, FEN, paid) F(S, FEN, refunded) F(S, STR, currency)                  \
	F(S, STR, status, .one_of = ORDER_STATES)                                \
	F(S, MS, ordered) F(S, I64, lines) F(S, I64, items, .doc = "thousandths") \
	F(S, STR, store, .opt = true) F(S, ID, import) F(S, STR, staff, .opt = true) F(S, STR, tail, .opt = true) \
	F(S, MS, as_of, .opt = true) F(S, FEN, back, .opt = true) F(S, I64, goods, .opt = true)
RECORD(order_head, ORDER_HEAD_FIELDS);

#define ORDER_GOODS_FIELDS(F, S) \
	F(S, STR, sku, .opt = true) F(S, STR, product, .opt = true) F(S, I64, items) F(S, FEN, amount) \
	F(S, STR, category, .opt = true)
RECORD(order_goods, ORDER_GOODS_FIELDS);

/* order.created, .placed, .shipped, .done, .changed, .cancelled, .withdrawn: the order as it is then. */
#define ORDER_PLACED_FIELDS(F, S)                                                 \
	F(S, ID, order) F(S, STR, source) F(S, STR, order_no, .opt = true)       \
	F(S, FEN, paid) F(S, FEN, refunded) F(S, STR, currency) F(S, STR, status) \
	F(S, MS, ordered) F(S, I64, lines) F(S, I64, items) F(S, STR, store, .opt = true) \
	F(S, ID, import) F(S, LIST, goods, .opt = true, .of = &order_goods_record) F(S, STR, staff, .opt = true)
RECORD(order_placed, ORDER_PLACED_FIELDS);

/* order.refunded, refund.withdrawn. order 0: of no known order, and nothing is said of one. */
#define ORDER_REFUNDED_FIELDS(F, S)                                               \
	F(S, ID, refund) F(S, ID, order) F(S, STR, source) F(S, STR, refund_no, .opt = true) \
	F(S, STR, sku, .opt = true) F(S, I64, items) F(S, FEN, amount) F(S, STR, currency) \
	F(S, MS, refunded) F(S, BOOL, whole, .doc = "the order no longer stands") F(S, ID, import) \
	F(S, FEN, order_paid, .opt = true) F(S, FEN, order_refunded, .opt = true) F(S, STR, status, .opt = true) \
	F(S, MS, ordered, .opt = true) F(S, STR, store, .opt = true)
RECORD(order_refunded, ORDER_REFUNDED_FIELDS);

/* An order as read from a source, before it is written. */
struct order_in {
	struct order_head head;
	const struct order_goods *goods; /* with lines named; NULL: head says all */
	const i64 *lines;                /* their ids */
	size_t goods_count;
	bool numbered; /* order_no is the source's: no second buyer may have it */
	bool summary;  /* goods are a text about all of them: lines known otherwise stay */
};
struct refund_in {
	i64 id;
	str source, refund_no, sku, currency;
	i64 items, amount;
	ms refunded;
	i64 order_id; /* the order it names, if it is hers; 0: found by its goods */
	bool sure;    /* the source says it is of that order, however much is left of it */
};
struct order_tally { i64 orders, refunds, unchanged; };

/* One customer's orders, in her slot; `fresh`: she was made in this transaction. What is known already is
 * left or brought up to date. Counts what head.import made, again when it is run again. */
err order_put(struct tx *tx, i64 customer, bool fresh, const struct order_in *v, size_t count, struct order_tally *t);
/* Lines alone, of an order of hers: the set is replaced. ERR_NOT_FOUND when she has no such order. */
err order_lines_put(struct tx *tx, i64 customer, const struct order_in *o, bool *ret_changed);
err order_refund_put(struct tx *tx, i64 customer, i64 import, const struct refund_in *v, size_t count,
		     struct order_tally *t);
/* The refunds of an order told of `back` by its own row and `sum` by others: what it lacks in all. */
i64 order_back(const struct order_head *h, i64 sum);
err order_facts(const struct snap *s, i64 leaf, struct customer_fact *sum);
/* Hook: the categories of goods in orders of hers that stand. */
struct attr_person;
err order_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum);
/* The id of an order a source has given a number. */
u64 order_key_of(str source, str order_no);
i64 order_id_of(u64 key, u64 equals);
/* Ids of lines: equal ones are told apart by their place among them. */
void order_line_ids(struct arena *a, const struct order_goods *goods, size_t n, i64 *ret);
/* Shops and sites report orders too: "Order Completed", "Order Refunded", "Order Cancelled". */
err order_on_tracked(struct tx *tx, const struct event *ev);
struct order_placed order_body(const struct order_head *h);
struct order_refunded order_refund_body(const struct order_head *h, i64 refund, i64 amount);

extern const struct route order_routes[];

#endif
