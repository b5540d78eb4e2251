/*
 * From an order that was told to an order of somebody, or of nobody yet.
 *
 * An order's number has one owner, the leaf it was first given to; whoever is the same person may tell more
 * of it, nobody else. What has no owner waits as unmatched in the corp's base slot: the order itself, lines
 * that came before it, refunds of it. Giving what waits to its owner is several transactions, each of which
 * may be done again: hers first, the waiting row goes last.
 */
#ifndef YT_FEATURE_ORDER_ORDER_TAKE_H
#define YT_FEATURE_ORDER_ORDER_TAKE_H

#include "core/identity/identity.h"
#include "feature/order/order_lost_data.h"

/* Why nobody was found; kept as text, so that old rows stay readable. */
#define ORDER_WHY_NONE "no buyer"
#define ORDER_WHY_MASKED "masked"
#define ORDER_WHY_VIRTUAL "virtual"
#define ORDER_WHY_RECEIVER "receiver"    /* only the receiver's phone is known, and nobody has proved it */
#define ORDER_WHY_OTHER "another buyer"  /* the number is somebody else's */
#define ORDER_WHY_NO_ORDER "no order"    /* lines or a refund of an order nobody has told of */
#define ORDER_WHY_TWO "two people"       /* its identities are of two persons who are kept apart */

enum order_lost_kind { ORDER_LOST_ORDER, ORDER_LOST_REFUND, ORDER_LOST_LINES };
struct order_lost {
	enum order_lost_kind kind;
	struct order_in order;
	struct refund_in refund; /* id 0: the order's row is the refund */
	str reason, phone;       /* phone: the receiver's, as identity_normal makes it, or nil */
};

/* In the base slot. *ret_made: something is known now that was not; *ret_mine: the same import told it before. */
err order_lost_put(struct tx *tx, const struct order_lost *in, bool *ret_made, bool *ret_mine);
/* Whose the number is; 0: nobody's. */
err order_owner(struct unit *u, str source, str order_no, i64 *ret_customer);
/* In the number's slot: the owner, who is the customer of *number when there was none. */
err order_own(struct tx *tx, const struct order_number *number, i64 *ret_customer);
/* Whose a phone proven by a code or a shop is; 0: nobody's. */
err order_phone_owner(struct unit *u, str phone, i64 *ret_customer);
bool order_same_person(struct unit *u, i64 a, i64 b, err *ret_e);
/* Gives her what waits for the order of that id. how: "claim", "phone", "manual", "number"; told as an event but
 * for "number". ERR_STATE: the number is another person's. */
err order_adopt(struct unit *u, i64 id, i64 customer, const char *how, size_t *ret_given);

/* One order as an interface tells it. */
#define ORDER_TOLD_IDS 8
struct order_told {
	struct identity_in ids[ORDER_TOLD_IDS];
	size_t id_count;
	str receiver, name;
	const char *why; /* of nobody */
	struct order_in order;
	const struct refund_in *refunds;
	size_t refund_count;
};
/* Repeatable; *ret_customer 0: it waits. */
err order_take(struct unit *u, const struct order_told *in, i64 *ret_customer);

/* Orders of connectors come as inbox rows of this source, in the shape of port/shop. */
#define ORDER_TOLD_SOURCE "order.told"
struct inbox_row;
err order_told_decode(struct cx *cx, const struct inbox_row *row);

#define ORDER_MATCHED_FIELDS(F, S) \
	F(S, ID, order) F(S, STR, source) F(S, STR, order_no, .opt = true) F(S, FEN, paid) F(S, STR, currency) F(S, STR, how)
RECORD(order_matched, ORDER_MATCHED_FIELDS);

/* A phone is proven: what waits for it is hers. */
#define ORDER_REMATCH "order.rematch"
struct timer_row;
err order_on_identity(struct tx *tx, const struct event *ev);
err order_rematch(struct cx *cx, const struct timer_row *row);

extern const struct route order_lost_routes[];

#endif
