/*
 * Interfaces of shops: orders out of Youzan's cloud and WeChat's shop, in one shape.
 *
 * An adapter (struct shop_api) knows one platform: how a token is fetched, how the orders updated within a window
 * come page by page, how one order is asked for, and what a push message is. It turns the platform's words into
 * struct shop_order and nothing else; whose order it is and what becomes of it is not known here.
 *
 * Errors say what to do: ERR_LOGIN, the token is no longer good; ERR_TOO_MANY, wait until call->retry_at;
 * ERR_CONFIG, somebody must change something (call->said: the platform's words); ERR_SIGNATURE, a push that is
 * not genuine; ERR_UPSTREAM and ERR_TIMEOUT, try again. Reading twice harms nobody, so a lost answer is ERR_UPSTREAM.
 *
 * Money is fen, whatever the platform writes; order numbers are texts, also where the platform sends them as bare
 * numbers; a phone with stars or encrypted is told as hidden and never given on.
 */
#ifndef YT_PORT_SHOP_SHOP_API_H
#define YT_PORT_SHOP_SHOP_API_H

#include "port/transport.h"

#define SHOP_GOODS_MAX 200
#define SHOP_PAGE 20
#define SHOP_LAG_MS (30 * MS_SECOND) /* a platform's index is behind by so much */

#define SHOP_GOODS_FIELDS(F, S)                                                   \
	F(S, STR, sku, .opt = true) F(S, STR, product, .opt = true) F(S, STR, category, .opt = true) \
	F(S, I64, items, .doc = "thousandths") F(S, FEN, amount)
RECORD(shop_goods, SHOP_GOODS_FIELDS);
#define SHOP_REFUND_FIELDS(F, S) F(S, STR, refund_no) F(S, FEN, amount) F(S, MS, refunded)
RECORD(shop_refund, SHOP_REFUND_FIELDS);
#define SHOP_ORDER_FIELDS(F, S)                                                   \
	F(S, STR, source) F(S, STR, order_no) F(S, STR, status, .one_of = "created,paid,shipped,done,refunded,cancelled") \
	F(S, FEN, paid) F(S, FEN, refunded) F(S, STR, currency) F(S, MS, ordered) F(S, MS, as_of, .opt = true) \
	F(S, STR, store, .opt = true) F(S, STR, staff, .opt = true)               \
	F(S, STR, buyer, .opt = true, .doc = "the platform's own id of the buyer") \
	F(S, STR, unionid, .opt = true) F(S, STR, openid, .opt = true)            \
	F(S, STR, external_userid, .opt = true) F(S, STR, member_no, .opt = true) \
	F(S, STR, phone, .opt = true, .pii = true) F(S, STR, receiver, .opt = true, .pii = true) \
	F(S, STR, tail, .opt = true, .doc = "last digits of a phone, hidden or not") \
	F(S, BOOL, hidden, .doc = "a phone is there and cannot be read") F(S, BOOL, virtual, .doc = "a phone lent for one parcel") \
	F(S, LIST, goods, .of = &shop_goods_record) F(S, LIST, refunds, .of = &shop_refund_record)
RECORD(shop_order, SHOP_ORDER_FIELDS);

/* Where and as whom. */
struct shop_account {
	str base;                      /* nil: the platform's own */
	str client, secret, shop;      /* client_id or appid, its secret, the shop's number where there is one */
	str push_token, push_key;      /* of WeChat's messages */
};

struct shop_call {
	struct transport *transport;
	struct arena *arena;
	struct fail *fail;
	const struct shop_account *account;
	str token; /* access token */
	ms now;
	ms retry_at; /* with ERR_TOO_MANY */
	str said;    /* with any error: the platform's code and words */
};

struct shop_token { str text; ms good_until; };
struct shop_page { struct shop_order *v; size_t n; str next; i64 total; }; /* next nil: the window is read; total NIL */
struct shop_buyer { str unionid, phone; };

/* What a push turned out to be: whole orders, or the numbers of orders to ask for. */
struct shop_push { struct shop_order *orders; size_t order_count; struct strs numbers; str key; bool test; };

struct shop_api {
	const char *kind; /* also the source of its orders, as that of its files */
	enum text label;
	const char *base;
	ms window_max;
	err (*token)(struct shop_call *c, struct shop_token *ret);
	/* Orders updated in [from, to), from the cursor on (nil: the first page). */
	err (*page)(struct shop_call *c, ms from, ms to, str cursor, struct shop_page *ret);
	err (*one)(struct shop_call *c, str order_no, struct shop_order *ret); /* ERR_NOT_FOUND */
	err (*buyer)(struct shop_call *c, str buyer, struct shop_buyer *ret);  /* NULL: orders tell all there is */
	/* Verifies and opens a message; what it is about goes into the inbox as it is. */
	err (*push)(struct shop_call *c, const struct http_req *req, str *ret_body, str *ret_key);
	err (*read)(struct shop_call *c, str body, struct shop_push *ret); /* of what push gave */
	/* The answer to a genuine message, to one that is not, and to the platform's first look (NULL: none). */
	const char *thanks, *refusal;
	err (*hello)(struct shop_call *c, const struct http_req *req, str *ret_text);
};
extern const struct shop_api *const shop_apis[]; /* ends with NULL */
const struct shop_api *shop_api_of(str kind);

/* -- for adapters -- */
err shop_post(struct shop_call *c, str url, str body, struct json **ret);
err shop_get(struct shop_call *c, str url, struct json **ret);
str shop_base(const struct shop_call *c, const struct shop_api *api);
err shop_said(struct shop_call *c, err code, i64 number, str words);
bool shop_yuan(const struct json *of, const char *name, i64 *ret); /* "12.30" or 12.3 */
ms shop_time(const struct json *of, const char *name);              /* "yyyy-MM-dd HH:mm:ss" of Shanghai, or seconds, or ms; NIL */
str shop_time_text(struct arena *a, ms at);
str shop_text(const struct json *of, const char *name); /* a text, or a bare number as it was written; nil when empty */
/* Sorts a phone into the order: readable, hidden, lent. receiver: not the buyer's own. */
void shop_phone(struct shop_order *o, str phone, bool receiver);

#endif
