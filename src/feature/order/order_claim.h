/*
 * Claiming: an order shown to be somebody's by its number.
 *
 * A number can be guessed from its neighbours and stands on the parcel, so a customer has to tell what does not:
 * the amount paid to the cent, or the last four digits of the phone it was ordered with. Wrong and unknown are
 * one answer, and of one number a day only ORDER_TRIES wrong guesses are listened to, whoever makes them.
 * Staff within whose scope she is need no proof; what they do is audited.
 *
 * An order of nobody becomes hers. An order of a buyer the shop's own id alone is known of makes that buyer and
 * her one person: whoever holds one of his orders holds his account. An order of anybody known by phone or in
 * WeCom is that person's; who has that phone binds the phone instead.
 *
 * The member page asks through the inbox (source ORDER_CLAIM_SOURCE) and is answered by an event.
 * out: order.claimed, claim.refused, customer.merged
 */
#ifndef YT_FEATURE_ORDER_ORDER_CLAIM_H
#define YT_FEATURE_ORDER_ORDER_CLAIM_H

#include "feature/order/order_take.h"

#define ORDER_TRIES 5
#define ORDER_CLAIM_SOURCE "order.claim"

struct order_claim {
	i64 customer;
	str order_no;
	i64 amount; /* NIL: not told */
	str tail;   /* nil: not told */
	bool trusted;
};
enum claim_is { CLAIM_DONE, CLAIM_HERS, CLAIM_UNKNOWN, CLAIM_WRONG, CLAIM_TAKEN };
const char *order_claim_word(enum claim_is is);
/* Repeatable. The order is filled when it is hers now. */
err order_claim(struct cx *cx, const struct order_claim *c, enum claim_is *ret, struct order_head *ret_order);

#define ORDER_CLAIMED_FIELDS(F, S)                                                \
	F(S, ID, claim, .opt = true) F(S, ID, order) F(S, STR, source) F(S, STR, order_no) F(S, FEN, paid) F(S, STR, currency) \
	F(S, MS, ordered) F(S, STR, by, .one_of = "customer,staff")
RECORD(order_claimed, ORDER_CLAIMED_FIELDS);
#define CLAIM_REFUSED_FIELDS(F, S) F(S, ID, claim) F(S, STR, reason)
RECORD(claim_refused, CLAIM_REFUSED_FIELDS);

struct inbox_row;
err order_claim_decode(struct cx *cx, const struct inbox_row *row);
extern const struct route order_claim_routes[];

#endif
