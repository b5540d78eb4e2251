/*
 * lucky joins.
 */
#include "feature/lucky/lucky_data.h"

static const struct query *const queries[] = {
	&lucky_insert_query, &lucky_update_query, &lucky_row_query, &lucky_rows_query, &lucky_accounts_clear_query,
	&lucky_account_add_query, &lucky_accounts_query, &lucky_ask_add_query, &lucky_ask_place_query, &lucky_ask_join_query,
	&lucky_asks_of_query, &lucky_missing_page_query, &lucky_tally_of_query, NULL,
};
static const struct route *const more[] = { lucky_page_routes, NULL };
static const struct handler act[] = { { EV_FOLLOW_ADDED, lucky_on_added }, { EV_GROUP_JOINED, lucky_on_joined }, { 0 } };
static const struct event_title titles[] = { { EV_LUCKY_ASKED, T_LUCKY_ASKED }, { EV_LUCKY_JOINED, T_LUCKY_JOINED }, { 0 } };

const struct module lucky_module = {
	.name = "lucky",
	.doc = "Welfare accounts: a pool behind one code, and the group of her own store.",
	.queries = queries,
	.routes = lucky_routes,
	.more_routes = more,
	.act = act,
	.doors = lucky_doors,
	.titles = titles,
};
