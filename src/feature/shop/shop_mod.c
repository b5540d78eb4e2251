/*
 * shop joins.
 */
#include "feature/shop/shop_data.h"

static const struct query *const queries[] = {
	&shop_connector_add_query, &shop_connector_set_query, &shop_connector_get_query, &shop_connectors_query, &shop_of_slug_query,
	&shop_state_add_query, &shop_state_get_query, &shop_states_query, &shop_token_set_query, &shop_place_set_query,
	&shop_fault_set_query, &shop_push_count_query, NULL,
};
static const struct decoder decoders[] = { { SHOP_PUSH_SOURCE, shop_push_decode }, { 0 } };
/* Reading again harms nobody: what was cut off is simply asked again. */
static const struct sender senders[] = {
	{ .kind = SHOP_PULL, .send = shop_pull_send, .reconcile = shop_pull_send },
	{ .kind = SHOP_FETCH, .send = shop_fetch_send, .reconcile = shop_fetch_send },
	{ 0 },
};
static const struct timer_kind timers[] = { { SHOP_TIMER, shop_pull_due }, { 0 } };
static const struct job_kind jobs[] = { { SHOP_BACKFILL, shop_backfill_step, "Reads orders of days before from a shop." }, { 0 } };
static const struct perm perms[] = { { "shop.read", T_PERM_SHOP_READ }, { "shop.write", T_PERM_SHOP_WRITE }, { 0 } };
static const struct route *const more_routes[] = { shop_push_routes, NULL };

const struct module shop_module = {
	.name = "shop",
	.doc = "Connectors to shops: orders pulled by update time and told by signed messages.",
	.queries = queries,
	.routes = shop_routes,
	.more_routes = more_routes,
	.decoders = decoders,
	.senders = senders,
	.timers = timers,
	.jobs = jobs,
	.perms = perms,
};
