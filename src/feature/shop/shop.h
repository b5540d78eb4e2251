/*
 * shop: connectors to the interfaces of shops (port/shop), which keep orders coming by themselves.
 *
 * A connector pulls what was updated since it last looked, in windows that overlap by SHOP_OVERLAP_MS and end
 * SHOP_LAG_MS ago, because platforms' indexes are behind; and it takes the platform's signed messages, which are
 * durable in the inbox before they are answered. Either way an order becomes one inbox row of source
 * SHOP_ORDER_SOURCE in the shape of port/shop's struct shop_order; whoever keeps orders decodes it. So a message
 * before the pull, after it, twice or in the wrong order makes no difference, and this folder knows no orders.
 *
 * The pull is an outbox row that comes back page by page: its place (window, page) is durable after every page, a
 * platform that is busy is asked again when it said so, a token that ended in the middle is renewed and the page is
 * read again. Reading further back is a job with a place of its own.
 *
 * Secrets and tokens are sealed; they are never given out again and never stand in an outbox row or a log.
 *
 * inbox: shop.push (in), order.told (out)
 */
#ifndef YT_FEATURE_SHOP_SHOP_H
#define YT_FEATURE_SHOP_SHOP_H

#include "core/cx.h"
#include "core/module.h"
#include "port/shop/shop_api.h"

#define SHOP_OVERLAP_MS (5 * MS_MINUTE)
#define SHOP_EVERY_MS (5 * MS_MINUTE)
#define SHOP_PAGES 10             /* of one turn */
#define SHOP_BACK_MAX_DAYS 730
#define SHOP_TOKEN_EARLY_MS (5 * MS_MINUTE)
#define SHOP_CONNECTORS_MAX 50
#define SHOP_PUSH_SOURCE "shop.push"
#define SHOP_ORDER_SOURCE "order.told"
#define SHOP_TIMER "shop.pull"
#define SHOP_PULL "shop.pull"
#define SHOP_FETCH "shop.fetch"
#define SHOP_BACKFILL "shop.backfill"

struct shop_connector;
struct job;

/* A connector ready to call: secrets opened, a token that is good. */
struct shop_link { const struct shop_api *api; struct shop_account account; struct shop_call call; i64 id; };
err shop_open(struct cx *cx, i64 id, struct shop_link *ret);
err shop_open_row(struct cx *cx, const struct shop_connector *row, struct shop_link *ret); /* without a token */
/* Fetches a token and keeps it; old: the one that was refused, nil when there is none. */
err shop_renew(struct cx *cx, struct shop_link *l, str old);

/* One page of [from, to): its orders are in the inbox, durable. *ret_next nil: the window is read. */
err shop_page_in(struct cx *cx, struct shop_link *l, ms from, ms to, str cursor, str *ret_next, i64 *ret_orders);
err shop_orders_in(struct cx *cx, struct shop_link *l, struct shop_order *v, size_t n);

err shop_pull_due(struct cx *cx, const struct timer_row *row);
err shop_pull_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err shop_fetch_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err shop_backfill_step(struct cx *cx, struct job *job, bool *ret_done);
err shop_pull_arm(struct tx *tx, i64 id, ms at);
err shop_pull_now(struct tx *tx, i64 id);
err shop_push_decode(struct cx *cx, const struct inbox_row *row);

#define SHOP_JOB_FIELDS(F, S) F(S, ID, connector) F(S, MS, from) F(S, MS, to)
RECORD(shop_job, SHOP_JOB_FIELDS);

extern const struct route shop_routes[], shop_push_routes[];
extern const struct module shop_module;

#endif
