/*
 * card joins.
 */
#include "feature/card/card_data.h"

static const struct query *const queries[] = {
	&card_insert_query, &card_update_query, &card_delete_query, &card_get_query, &card_list_query, &card_staff_put_query,
	&card_staff_get_query, &card_order_put_query, &card_orders_drop_query, &card_orders_query, NULL,
};
static const struct route *const more[] = { card_page_routes, NULL };
static const struct handler derive[] = { { EV_ORDER_CREATED, card_on_order }, { EV_ORDER_PLACED, card_on_order }, { 0 } };
static const char *const derived[] = { "card_order", NULL };
static const struct perm perms[] = { { "card.read", T_PERM_CARD_READ }, { "card.write", T_PERM_CARD_WRITE }, { 0 } };
static const struct setting settings[] = {
	{ .name = "card.pay_secret", .otherwise = "", .label = T_ADVISOR_SECRET, .secret = true },
	{ .name = "card.general_staff", .otherwise = "", .label = T_ADVISOR_GENERAL },
	{ 0 },
};

const struct module card_module = {
	.name = "card",
	.doc = "Pictures with a member of staff's own code, the page behind it, and the page after payment.",
	.queries = queries,
	.routes = card_routes,
	.more_routes = more,
	.derive = derive,
	.derived = derived,
	.doors = card_doors,
	.perms = perms,
	.settings = settings,
};
